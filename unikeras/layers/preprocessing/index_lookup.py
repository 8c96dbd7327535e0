"""`IndexLookup`: what `StringLookup` and `IntegerLookup` share: tokens to indices, indices to tokens, counts of them."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from unikeras.core.errors import FailedPreconditionError, InvalidArgumentError
from unikeras.core.state import thread
from unikeras.layers.preprocessing.host_layer import (
    HostLayer,
    allowed,
    check_sparse,
    perhaps_sparse,
    tensor_of,
)
from unikeras.layers.preprocessing.indicators import indicators
from unikeras.layers.preprocessing.statistics import batches_of
from unikeras.layers.preprocessing.vocabulary import TokenCounts, Vocabulary, plain_tokens
from unikeras.utils.string_hashes import fingerprint64, siphash64

__all__ = ["IndexLookup"]

_FILE = "vocabulary.txt"


class IndexLookup(HostLayer):
    """A table between tokens (`bytes` or `int`) and indices; see `StringLookup` and `IntegerLookup`."""

    _modes = ("int", "one_hot", "multi_hot", "count", "tf_idf")

    def __init__(
        self,
        max_tokens: int | None,
        num_oov_indices: int,
        mask_token: Any,
        oov_token: Any,
        vocabulary: Any,
        idf_weights: Any,
        invert: bool,
        output_mode: str,
        pad_to_max_tokens: bool,
        sparse: bool,
        vocabulary_dtype: str,
        oov_method: str = "floormod",
        salt: Any = None,
        **kwargs: Any,
    ) -> None:
        size = kwargs.pop(
            "vocabulary_size", None
        )  # in a saved config: the vocabulary itself comes later, from a file
        super().__init__(**kwargs)
        where = self._where = type(self).__name__
        if max_tokens is not None and max_tokens <= 1:
            raise ValueError(f"{where}: max_tokens must be more than 1, not {max_tokens}.")
        if num_oov_indices < 0:
            raise ValueError(f"{where}: num_oov_indices must not be negative, but it is {num_oov_indices}.")
        if pad_to_max_tokens and max_tokens is None:
            raise ValueError(f"{where}: pad_to_max_tokens=True needs max_tokens.")
        allowed(where, "output_mode", output_mode, self._modes)
        allowed(where, "oov_method", oov_method, ("floormod", "farmhash"))
        if invert and output_mode != "int":
            raise ValueError(f"{where}: invert=True needs output_mode='int', not {output_mode!r}.")
        if idf_weights is not None and output_mode != "tf_idf":
            raise ValueError(
                f"{where}: idf_weights are for output_mode='tf_idf', but output_mode is {output_mode!r}."
            )
        self.max_tokens = max_tokens
        self.num_oov_indices = num_oov_indices
        self.mask_token = mask_token
        self.oov_token = oov_token
        self.invert = invert
        self.output_mode = output_mode
        self.pad_to_max_tokens = pad_to_max_tokens
        self.sparse = check_sparse(where, sparse, output_mode)
        self.vocabulary_dtype = vocabulary_dtype
        self.oov_method = oov_method
        self.salt = salt
        self._input_dtype_name = "int64" if invert else vocabulary_dtype
        has_mask = mask_token is not None and output_mode == "int"  # an indicator has no place for padding
        special = ([self._token(mask_token)] if has_mask else []) + [self._token(oov_token)] * num_oov_indices
        self._oov_start = len(special) - num_oov_indices
        self._table = Vocabulary(
            special,
            None if mask_token is None else self._token(mask_token),
            max_tokens,
            f"{where} {self.name!r}",
        )
        self._awaited_size = size if size is not None and size > len(special) else None
        self._counts: TokenCounts | None = None
        self._idf: np.ndarray | None = None  # of every index
        static = vocabulary is not None and not isinstance(vocabulary, (str, os.PathLike))
        self._static = vocabulary is not None
        self._given = (
            [self._public(t) for t in plain_tokens(vocabulary, vocabulary_dtype, where)] if static else None
        )
        self._given_weights = None if idf_weights is None else np.asarray(idf_weights, np.float32).tolist()
        if vocabulary is not None:
            self.set_vocabulary(vocabulary, idf_weights)
        self.built = True

    # Tokens: `bytes` or `int` inside, `str` or `int` outside.

    def _token(self, value: Any) -> Any:
        return value.encode() if isinstance(value, str) else value

    def _public(self, token: Any) -> Any:
        return token.decode(errors="replace") if isinstance(token, bytes) else int(token)

    def set_vocabulary(self, vocabulary: Any, idf_weights: Any = None) -> None:
        """Take these tokens as the vocabulary.

        Args:
            vocabulary: a list, an array or a tensor of tokens, or a text file with a token a line. The special tokens may
                be left out, or all stand in front.
            idf_weights: for `output_mode='tf_idf'`, the weight of each token given.

        Raises:
            ValueError: it is empty, has a token twice, or more than `max_tokens`; weights are missing or too many.
        """
        tokens = plain_tokens(vocabulary, self.vocabulary_dtype, self._where)
        if (idf_weights is not None) != (self.output_mode == "tf_idf"):
            raise ValueError(
                f"{self._where}: a vocabulary needs idf_weights if, and only if, output_mode is 'tf_idf'; it is "
                f"{self.output_mode!r}."
            )
        weights = None if idf_weights is None else np.asarray(idf_weights, np.float32)
        if weights is not None and weights.shape != (len(tokens),):
            raise ValueError(
                f"{self._where}: idf_weights must have one weight a token: {len(tokens)} tokens, but weights of shape {weights.shape}."
            )
        with_special = self._table.set(tokens)
        if weights is not None:
            self._idf = weights if with_special else self._with_unknown(weights)

    def _with_unknown(self, weights: np.ndarray) -> np.ndarray:
        """The weights with those of unknown tokens in front: their mean."""
        mean = weights.mean() if len(weights) else 0.0
        return np.concatenate([np.full(len(self._table.special), mean, np.float32), weights])

    def get_vocabulary(self, include_special_tokens: bool = True) -> list[Any]:
        """The tokens in the order of their indices; without the special ones if asked."""
        table = self._table
        return [self._public(t) for t in (table.all() if include_special_tokens else table.tokens)]

    def vocabulary_size(self) -> int:
        """How many indices there are, special tokens included."""
        return len(self._table)

    vocab_size = vocabulary_size

    # Learning the tokens.

    def adapt(self, data: Any, batch_size: int | None = None, steps: int | None = None) -> None:
        """Learn the vocabulary from data, forgetting that of before: the most frequent tokens first.

        Args:
            data: an array, a tensor or a list of tokens [samples] or [samples, tokens]; or an iterable of such batches.
            batch_size: accepted: the result does not depend on it.
            steps: take only so many batches of an iterable.

        Raises:
            ValueError: the vocabulary was given to the constructor, or there is no token.
        """
        self.reset_state()
        for batch in batches_of(data, steps, f"{self._where} {self.name!r}", self.vocabulary_dtype):
            self.update_state(batch)
        self.finalize_state()

    def update_state(self, data: Any) -> None:
        """Count the tokens of a batch; `finalize_state` makes the vocabulary of what was counted."""
        if self._static:
            raise ValueError(
                f"{self._where} {self.name!r}: cannot adapt, since the vocabulary was given to the constructor."
            )
        array = next(batches_of(data, None, f"{self._where} {self.name!r}", self.vocabulary_dtype))
        rows = array.reshape(len(array), -1) if array.ndim else array.reshape(1, 1)
        self._count(rows.tolist())

    def _count(self, documents: list[list[Any]]) -> None:
        if self._counts is None:
            self._counts = TokenCounts()
        self._counts.update(documents, self.output_mode == "tf_idf")

    def finalize_state(self) -> None:
        """Make the vocabulary of the tokens counted so far."""
        if self._counts is None:
            return
        special = len(self._table.special)
        most = None if self.max_tokens is None else max(self.max_tokens - special, 0)
        without = {t for t in (self._token(self.mask_token), self._token(self.oov_token)) if t is not None}
        tokens = self._counts.ranked(without, most)
        if not tokens:
            raise ValueError(f"{self._where} {self.name!r}: adapt found no token in the data.")
        self._table.set(tokens)
        if self.output_mode == "tf_idf":
            self._idf = self._with_unknown(self._counts.inverse_frequencies(tokens))

    def reset_state(self) -> None:
        """Forget what was counted."""
        self._counts = None

    # Looking up.

    def call(self, inputs: Any) -> Any:
        value = self._value(inputs)
        self._check_known()
        if self.invert:
            return tensor_of(self._tokens_at(value))
        return self.encode(self.find(value))

    def _check_known(self) -> None:
        # Where only shapes are asked for, it may come later if they do not depend on it.
        changing = self.output_mode != "int" and not self.pad_to_max_tokens and self._awaited_size is None
        if not self._table.known and (changing or not thread.symbolic):
            raise FailedPreconditionError(
                f"{self._where} {self.name!r} has no vocabulary yet: give `vocabulary`, or call adapt or set_vocabulary first."
            )

    def find(self, tokens: np.ndarray) -> np.ndarray:
        """The indices of tokens [...]; for indicators -1 where a token is padding."""
        tokens = self._checked(tokens)
        table = self._table
        ids = table.find(tokens)
        unknown = ids < 0
        if self.mask_token is not None and unknown.any():
            mask = unknown.copy()
            mask[unknown] = tokens[unknown] == table.mask_token  # which is not in the table
            ids[mask] = 0 if self.output_mode == "int" else -1
            unknown &= ~mask
        if not unknown.any() or (thread.symbolic and not self.num_oov_indices):
            return ids
        if self.num_oov_indices == 0:
            raise InvalidArgumentError(
                f"{self._where} {self.name!r}: with num_oov_indices=0 every token must be in the vocabulary, but these are not: "
                f"{[self._public(t) for t in tokens[unknown][:5]]}."
            )
        ids[unknown] = self._oov_start + self._unknown(tokens[unknown])
        return ids

    def _unknown(self, tokens: np.ndarray) -> Any:
        """Which of the indices of unknown tokens each gets."""
        if self.num_oov_indices == 1:
            return 0
        if tokens.dtype != object:
            if self.oov_method == "floormod":
                return tokens % self.num_oov_indices
            tokens = np.array([b"%d" % t for t in tokens.tolist()], object)
        hashes = fingerprint64(tokens) if self.salt is None else siphash64(tokens, _key(self.salt))
        return (hashes % np.uint64(self.num_oov_indices)).astype(np.int64)

    def _checked(self, tokens: np.ndarray) -> np.ndarray:
        if (tokens.dtype == object) != (self.vocabulary_dtype == "string"):
            kind = "strings" if tokens.dtype == object else f"values of dtype {tokens.dtype}"
            raise TypeError(
                f"{self._where} {self.name!r} looks up {self.vocabulary_dtype} tokens, but {kind} came."
            )
        return tokens if tokens.dtype == object else tokens.astype(np.int64)

    def encode(self, ids: np.ndarray) -> Any:
        """Indices as the output that was asked for."""
        if self.output_mode == "int":
            whole = self.compute_dtype if self.compute_dtype in ("int32", "int64") else "int64"
            return tensor_of(ids.astype(whole))
        size = len(self._table) if self._table.known else self._awaited_size or len(self._table)
        depth = size
        if self.pad_to_max_tokens and self.max_tokens is not None:
            depth = self.max_tokens
        dtype = "float32" if self.compute_dtype == "string" else self.compute_dtype
        weights = None
        if self.output_mode == "tf_idf":
            weights = np.zeros(depth, np.float32)
            if self._idf is not None:
                weights[: len(self._idf)] = self._idf[:depth]
        made = indicators(ids, self.output_mode, depth, "float32" if dtype in _HALF else dtype, weights)
        return perhaps_sparse(tensor_of(made.astype(_np_dtype(dtype))), self.sparse)

    def _tokens_at(self, ids: np.ndarray) -> np.ndarray:
        every = self._table.all()
        names = np.empty(len(every) + 1, object if self.vocabulary_dtype == "string" else np.int64)
        names[:] = [*every, self._token(self.oov_token)]
        outside = (ids < 0) | (ids >= len(every))
        found = names[np.where(outside, len(every), ids).astype(np.int64)]
        return found if isinstance(found, np.ndarray) else np.array(found, names.dtype)

    # Saving: the tokens are a text file among the model's assets, the weights an array beside the variables'.

    def save_assets(self, folder: str) -> None:
        """Write the vocabulary that was learned into a folder, as Keras does."""
        if self._given is not None or not self._table.known:
            return
        lines = [t if isinstance(t, bytes) else b"%d" % t for t in self._table.all()]
        if any(b"\n" in line for line in lines):
            raise ValueError(
                f"{self._where} {self.name!r}: a token with a line break cannot be saved: vocabulary files have a token a line."
            )
        with open(os.path.join(folder, _FILE), "wb") as file:
            file.write(b"\n".join(lines))

    def load_assets(self, folder: str) -> None:
        """Read the vocabulary that `save_assets` (or Keras) wrote."""
        path = os.path.join(folder, _FILE)
        if self._given is not None or not os.path.exists(path):
            return
        with open(path, "rb") as file:
            lines = file.read().split(b"\n")
        tokens = lines if self.vocabulary_dtype == "string" else [int(line) for line in lines]
        self._table.set(tokens)

    def save_own_variables(self, store: Any) -> None:
        """Put the weights of the tokens into `store`."""
        if self._idf is not None:
            missing = (self.max_tokens or 0) - len(self._idf) if self.pad_to_max_tokens else 0
            store["idf_weights"] = np.pad(self._idf, (0, max(missing, 0)))

    def load_own_variables(self, store: Any) -> None:
        """Take the weights of the tokens from `store`."""
        if self.output_mode == "tf_idf" and "idf_weights" in store:
            self._idf = np.asarray(store["idf_weights"], np.float32)

    def get_build_config(self) -> dict[str, Any]:
        """Nothing: the layer needs no input shape."""
        return {}

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Nothing to do."""

    def get_config(self) -> dict[str, Any]:
        config = {
            **super().get_config(),
            "invert": self.invert,
            "max_tokens": self.max_tokens,
            "num_oov_indices": self.num_oov_indices,
            "oov_token": self.oov_token,
            "mask_token": self.mask_token,
            "output_mode": self.output_mode,
            "sparse": self.sparse,
            "pad_to_max_tokens": self.pad_to_max_tokens,
            "idf_weights": self._given_weights,
            "vocabulary": self._given,
            "vocabulary_size": self.vocabulary_size(),
            "oov_method": self.oov_method,
            "salt": self.salt,
        }
        return config


_HALF = ("float16", "bfloat16")


def _np_dtype(name: str) -> Any:
    from unikeras.core.dtypes import as_dtype

    return as_dtype(name).np_dtype


def _key(salt: Any) -> tuple[int, int]:
    """The two numbers of a salt; a single one counts twice."""
    return (salt, salt) if isinstance(salt, int) else (int(salt[0]), int(salt[1]))
