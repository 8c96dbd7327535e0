"""`FeatureSpace`: named columns of a table, each prepared in its way, as one matrix or a dict of encoded features."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import numpy as np

from unikeras import ops
from unikeras.core.symbolic import is_symbolic
from unikeras.core.tensor import Tensor, as_array, is_tensor
from unikeras.layers.core.input_layer import Input
from unikeras.layers.layer import Layer
from unikeras.layers.merging.concatenate import Concatenate
from unikeras.layers.preprocessing.category_encoding import CategoryEncoding
from unikeras.layers.preprocessing.discretization import Discretization
from unikeras.layers.preprocessing.hashed_crossing import HashedCrossing
from unikeras.layers.preprocessing.hashing import Hashing
from unikeras.layers.preprocessing.integer_lookup import IntegerLookup
from unikeras.layers.preprocessing.normalization import Normalization
from unikeras.layers.preprocessing.rescaling import Rescaling
from unikeras.layers.preprocessing.string_lookup import StringLookup

__all__ = ["Cross", "Feature", "FeatureSpace", "TFDIdentity"]

_MODULE = "keras.src.layers.preprocessing.feature_space"  # where files of Keras say that these are


class TFDIdentity(Layer):
    """A column as it is, as floats (what Keras calls the preparation of a plain float feature).

    Args:
        **kwargs: as for `Layer`.
    """

    keras_names: ClassVar = {
        "module": _MODULE,
        "class_name": "TFDIdentity",
        "registered_name": "TFDIdentity",
    }

    def call(self, inputs: Any) -> Any:
        """The column as floats."""
        return ops.cast(inputs, self.compute_dtype)


class Feature:
    """How a column is prepared.

    Args:
        dtype: the column's dtype: 'float32', 'int32' or 'string'.
        preprocessor: the layer (or anything callable) that prepares it.
        output_mode: 'float' (taken as it comes), 'one_hot', or 'int' (not encoded).

    Raises:
        ValueError: another output mode.
    """

    keras_names: ClassVar = {"module": _MODULE, "class_name": "Feature", "registered_name": "Feature"}

    def __init__(self, dtype: str, preprocessor: Any, output_mode: str) -> None:
        if output_mode not in ("int", "one_hot", "float"):
            raise ValueError(
                f"FeatureSpace: a feature's output_mode must be 'int', 'one_hot' or 'float', not {output_mode!r}."
            )
        self.dtype = dtype
        self.preprocessor = preprocessor
        self.output_mode = output_mode

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        from unikeras.saving.serialize import serialize_keras_object

        return {
            "dtype": self.dtype,
            "preprocessor": serialize_keras_object(self.preprocessor),
            "output_mode": self.output_mode,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """A feature from `get_config()`'s result."""
        return cls(config["dtype"], _read(config["preprocessor"]), config["output_mode"])


class Cross:
    """A combination of columns as one feature.

    Args:
        feature_names: the columns.
        crossing_dim: how many bins the combinations are hashed to.
        output_mode: 'one_hot' or 'int'.

    Raises:
        ValueError: another output mode.
    """

    keras_names: ClassVar = {"module": _MODULE, "class_name": "Cross", "registered_name": "Cross"}

    def __init__(self, feature_names: Any, crossing_dim: int, output_mode: str = "one_hot") -> None:
        if output_mode not in ("int", "one_hot"):
            raise ValueError(
                f"FeatureSpace: a cross's output_mode must be 'int' or 'one_hot', not {output_mode!r}."
            )
        self.feature_names = tuple(feature_names)
        self.crossing_dim = crossing_dim
        self.output_mode = output_mode

    @property
    def name(self) -> str:
        """The columns' names, joined by '_X_'."""
        return "_X_".join(self.feature_names)

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            "feature_names": self.feature_names,
            "crossing_dim": self.crossing_dim,
            "output_mode": self.output_mode,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """A cross from `get_config()`'s result."""
        return cls(**config)


class FeatureSpace(Layer):
    """Prepares a table of named columns: each by its own layer, then crossed and encoded (mirrors `keras.utils.FeatureSpace`).

    It is adapted to data once. Then it is called on dicts of columns, or its symbolic inputs and outputs
    (`get_inputs`, `get_encoded_features`) become part of a model.

    Args:
        features: column -> how it is prepared: 'float', 'float_rescaled', 'float_normalized', 'float_discretized',
            'integer_categorical', 'string_categorical', 'integer_hashed', 'string_hashed', or what the methods of these names
            (or `feature`) return, for settings.
        output_mode: 'concat' (one matrix [samples, numbers], the columns in the order of their names, then the crosses) or 'dict'.
        crosses: combinations of columns: tuples of names, or `FeatureSpace.cross(...)`.
        crossing_dim: how many bins a cross given as a tuple has.
        hashing_dim: how many bins a hashed feature given as a string has.
        num_discretization_bins: how many bins a discretized feature given as a string has.
        name: its name.

    Raises:
        ValueError: no features, an unknown kind, a cross of unknown columns; (from a call) it is not adapted yet, or columns are
            missing.

    Example:
        >>> from unikeras import keras
        >>> space = keras.utils.FeatureSpace({"age": "float_normalized", "city": "string_categorical"})
        >>> space.adapt({"age": [20.0, 40.0], "city": ["Rome", "Oslo"]})
        >>> space({"age": [40.0], "city": ["Rome"]}).numpy().tolist()
        [[1.0, 0.0, 1.0, 0.0]]
    """

    keras_names: ClassVar = {"module": "keras.utils", "class_name": "FeatureSpace", "registered_name": None}
    is_saved_whole = True  # `keras.models.load_model` gives it back

    def __init__(
        self,
        features: Mapping[str, Any],
        output_mode: str = "concat",
        crosses: Any = None,
        crossing_dim: int = 32,
        hashing_dim: int = 32,
        num_discretization_bins: int = 32,
        name: str | None = None,
    ) -> None:
        super().__init__(name=name)
        if not features:
            raise ValueError("FeatureSpace: `features` must name a column, but it is empty.")
        if output_mode not in ("dict", "concat"):
            raise ValueError(f"FeatureSpace: output_mode must be 'dict' or 'concat', not {output_mode!r}.")
        self.crossing_dim = crossing_dim
        self.hashing_dim = hashing_dim
        self.num_discretization_bins = num_discretization_bins
        self.output_mode = output_mode
        self.features = {key: self._feature_of(key, value) for key, value in features.items()}
        self.crosses = [
            c if isinstance(c, Cross) else Cross(c, crossing_dim) for c in map(_read, crosses or [])
        ]
        unknown = sorted({n for c in self.crosses for n in c.feature_names} - set(self.features))
        if unknown:
            raise ValueError(
                f"FeatureSpace: crosses of columns that are not among the features: {unknown}; the features are {sorted(self.features)}."
            )
        self.preprocessors = {key: feature.preprocessor for key, feature in self.features.items()}
        taken: set[str] = set()
        for key, layer in self.preprocessors.items():  # in a model the names must differ
            if isinstance(layer, Layer) and layer.name in taken:
                layer.name = f"{key}_preprocessor"
            taken.add(getattr(layer, "name", key))
        self.crossers = {c.name: HashedCrossing(c.crossing_dim, name=c.name) for c in self.crosses}
        self.one_hot_encoders: dict[str, Any] = {}
        self.concat = Concatenate(axis=-1) if output_mode == "concat" else None
        self._adapted = not self._adaptable()
        self._symbolic: Any = None

    # Kinds of features.

    @classmethod
    def cross(cls, feature_names: Any, crossing_dim: int, output_mode: str = "one_hot") -> Cross:
        """A combination of columns, hashed to `crossing_dim` bins."""
        return Cross(feature_names, crossing_dim, output_mode)

    @classmethod
    def feature(cls, dtype: str, preprocessor: Any, output_mode: str) -> Feature:
        """A column of a dtype, prepared by any layer."""
        return Feature(dtype, preprocessor, output_mode)

    @classmethod
    def float(cls, name: str | None = None) -> Feature:
        """Numbers as they are."""
        return Feature("float32", TFDIdentity(name=f"{name or 'float'}_preprocessor"), "float")

    @classmethod
    def float_rescaled(cls, scale: Any = 1.0, offset: Any = 0.0, name: str | None = None) -> Feature:
        """x * scale + offset."""
        layer = Rescaling(scale, offset, name=f"{name or 'float_rescaled'}_preprocessor")
        return Feature("float32", layer, "float")

    @classmethod
    def float_normalized(cls, name: str | None = None) -> Feature:
        """Numbers with mean 0 and variance 1."""
        layer = Normalization(axis=-1, name=f"{name or 'float_normalized'}_preprocessor")
        return Feature("float32", layer, "float")

    @classmethod
    def float_discretized(
        cls, num_bins: int, bin_boundaries: Any = None, output_mode: str = "one_hot", name: str | None = None
    ) -> Feature:
        """The bins that numbers fall in."""
        layer = Discretization(
            bin_boundaries=bin_boundaries,
            num_bins=num_bins if bin_boundaries is None else None,
            name=f"{name or 'float_discretized'}_preprocessor",
        )
        return Feature("float32", layer, output_mode)

    @classmethod
    def integer_categorical(
        cls,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        output_mode: str = "one_hot",
        name: str | None = None,
    ) -> Feature:
        """Whole numbers as categories."""
        layer = IntegerLookup(
            max_tokens=max_tokens,
            num_oov_indices=num_oov_indices,
            name=f"{name or 'integer_categorical'}_preprocessor",
        )
        return Feature("int32", layer, output_mode)

    @classmethod
    def string_categorical(
        cls,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        output_mode: str = "one_hot",
        name: str | None = None,
    ) -> Feature:
        """Strings as categories."""
        layer = StringLookup(
            max_tokens=max_tokens,
            num_oov_indices=num_oov_indices,
            name=f"{name or 'string_categorical'}_preprocessor",
        )
        return Feature("string", layer, output_mode)

    @classmethod
    def string_hashed(cls, num_bins: int, output_mode: str = "one_hot", name: str | None = None) -> Feature:
        """The bins that strings are hashed to."""
        return Feature(
            "string", Hashing(num_bins, name=f"{name or 'string_hashed'}_preprocessor"), output_mode
        )

    @classmethod
    def integer_hashed(cls, num_bins: int, output_mode: str = "one_hot", name: str | None = None) -> Feature:
        """The bins that whole numbers are hashed to."""
        return Feature(
            "int32", Hashing(num_bins, name=f"{name or 'integer_hashed'}_preprocessor"), output_mode
        )

    def _feature_of(self, key: str, value: Any) -> Feature:
        value = _read(value)
        if isinstance(value, Feature):
            return value
        settings = {
            "float_discretized": {"num_bins": self.num_discretization_bins},
            "integer_hashed": {"num_bins": self.hashing_dim},
            "string_hashed": {"num_bins": self.hashing_dim},
        }
        if not isinstance(value, str) or value not in _KINDS:
            raise ValueError(
                f"FeatureSpace: unknown kind of feature {value!r} for {key!r}; known are {', '.join(_KINDS)}."
            )
        return getattr(self, value)(name=key, **settings.get(value, {}))

    # Learning.

    def _adaptable(self) -> list[str]:
        """The columns whose layers learn from data."""
        return [
            key
            for key, layer in self.preprocessors.items()
            if isinstance(layer, Normalization | IntegerLookup | StringLookup | Discretization)
            and not (
                getattr(layer, "input_mean", None) is not None
                or getattr(layer, "_static", False)
                or (isinstance(layer, Discretization) and layer.bin_boundaries is not None)
            )
        ]

    def adapt(self, dataset: Any) -> None:
        """Learn what the columns' layers need: means, vocabularies, boundaries.

        Args:
            dataset: a dict of columns or a DataFrame; or an iterable of such batches.

        Raises:
            ValueError: a column is missing.
        """
        columns = self._columns(dataset)
        for key in self._adaptable():
            self.preprocessors[key].adapt(columns[key])
        self._adapted = True
        self._symbolic = None
        self.one_hot_encoders.clear()
        self.get_encoded_features()

    def _columns(self, dataset: Any) -> dict[str, np.ndarray]:
        if not _is_table(dataset):
            if not isinstance(dataset, Iterable):
                raise ValueError(
                    f"FeatureSpace {self.name!r}: adapt takes a dict of columns or batches of them, not {type(dataset).__name__}."
                )
            batches = [self._columns(b[0] if isinstance(b, tuple) else b) for b in dataset]
            if not batches:
                raise ValueError(f"FeatureSpace {self.name!r}: adapt needs data, but there are none.")
            return {k: np.concatenate([b[k] for b in batches]) for k in batches[0]}
        self._check_keys(dataset)
        return {key: _column(np.asarray(_tensor(dataset[key]))) for key in self._adaptable()}

    def _check_keys(self, data: Any) -> None:
        missing = [key for key in self.features if key not in data]
        if missing:
            raise ValueError(
                f"FeatureSpace {self.name!r}: the data lack the columns {missing}; they have {sorted(map(str, data.keys()))}."
            )

    # Encoding.

    def __call__(self, data: Any) -> Any:
        """The encoded features of a dict of columns [samples], [samples, 1] or of single values (then without a first axis)."""
        if not self._adapted:
            raise ValueError(
                f"FeatureSpace {self.name!r} must be adapted first: call adapt(data) with data of these columns."
            )
        if not _is_table(data):
            raise ValueError(
                f"FeatureSpace {self.name!r} is called on a dict of columns, not on {type(data).__name__}."
            )
        self._check_keys(data)
        tensors = {key: _tensor(data[key]) for key in self.features}
        single = all(not len(t.shape) for t in tensors.values())
        encoded = self._encode({key: _column(t) for key, t in tensors.items()})
        if not single:
            return encoded
        if isinstance(encoded, dict):
            return {key: ops.squeeze(t, 0) for key, t in encoded.items()}
        return ops.squeeze(encoded, 0)

    def _encode(self, columns: dict[str, Any]) -> Any:
        prepared = {key: self.preprocessors[key](column) for key, column in columns.items()}
        crossed = {
            c.name: self.crossers[c.name]([prepared[n] for n in c.feature_names]) for c in self.crosses
        }
        encoded = {key: self._one(key, f.output_mode, prepared[key]) for key, f in self.features.items()}
        encoded |= {c.name: self._one(c.name, c.output_mode, crossed[c.name]) for c in self.crosses}
        if self.concat is None:
            return encoded
        ordered = [*sorted(self.features), *sorted(crossed)]
        for key in ordered:
            if not encoded[key].dtype.is_floating:
                raise ValueError(
                    f"FeatureSpace {self.name!r}: the feature {key!r} is not encoded (its dtype is {encoded[key].dtype.name}), so the "
                    "features cannot be one matrix. Use output_mode='dict', or another output mode for that feature."
                )
        return self.concat([encoded[key] for key in ordered]) if len(ordered) > 1 else encoded[ordered[0]]

    def _one(self, key: str, output_mode: str, value: Any) -> Any:
        if output_mode != "one_hot" or value.dtype.is_floating:
            return value
        if key not in self.one_hot_encoders:
            self.one_hot_encoders[key] = CategoryEncoding(self._cardinality(key), output_mode="multi_hot")
        return self.one_hot_encoders[key](value)

    def _cardinality(self, key: str) -> int:
        """How many values an encoded feature has."""
        layer = self.crossers[key] if key in self.crossers else self.preprocessors[key]
        if isinstance(layer, Hashing | HashedCrossing):
            return layer.num_bins
        if isinstance(layer, IntegerLookup | StringLookup):
            return layer.vocabulary_size()
        if isinstance(layer, Discretization):
            return len(layer.bin_boundaries or ()) + 1
        raise ValueError(
            f"FeatureSpace {self.name!r}: how many values {type(layer).__name__} makes for {key!r} is not known, so it cannot be one-hot "
            "encoded; let the layer encode it, and use output_mode='float'."
        )

    # As part of a model.

    def get_inputs(self) -> dict[str, Any]:
        """The symbolic inputs, by column, each [samples, 1]."""
        return self._symbols()[0]

    def get_encoded_features(self) -> Any:
        """The symbolic encoded features that belong to `get_inputs()`."""
        return self._symbols()[1]

    def _symbols(self) -> Any:
        if not self._adapted:
            raise ValueError(
                f"FeatureSpace {self.name!r} must be adapted first: call adapt(data) with data of these columns."
            )
        if self._symbolic is None:
            inputs = {key: Input((1,), dtype=f.dtype, name=key) for key, f in self.features.items()}
            self._symbolic = inputs, self._encode(inputs)
        return self._symbolic

    # Saving.

    def save(self, filepath: Any) -> None:
        """Save it as a `.keras` file; `keras.models.load_model` reads it."""
        from unikeras.saving.api import save_model

        self.built = True
        save_model(self, filepath)

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        from unikeras.saving.serialize import serialize_keras_object

        return {
            "features": {key: serialize_keras_object(f) for key, f in self.features.items()},
            "output_mode": self.output_mode,
            "crosses": [serialize_keras_object(c) for c in self.crosses],
            "crossing_dim": self.crossing_dim,
            "hashing_dim": self.hashing_dim,
            "num_discretization_bins": self.num_discretization_bins,
        }

    def get_build_config(self) -> dict[str, Any]:
        """The layers' own, by column."""
        return {
            key: layer.get_build_config() or {}
            for key, layer in self.preprocessors.items()
            if hasattr(layer, "get_build_config")
        }

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Build the layers as they were; what they learned comes from the file."""
        for key, inner in config.items():
            self.preprocessors[key].build_from_config(inner)
        self._adapted = True


_KINDS = (
    "float", "float_rescaled", "float_normalized", "float_discretized", "integer_categorical", "string_categorical",
    "integer_hashed", "string_hashed",
)  # fmt: skip


def _read(value: Any) -> Any:
    """An object, from its saved form if need be."""
    from unikeras.saving.serialize import deserialize_keras_object

    return deserialize_keras_object(value) if isinstance(value, dict) and "class_name" in value else value


def _is_table(data: Any) -> bool:
    return isinstance(data, Mapping) or hasattr(data, "columns")


def _tensor(value: Any) -> Any:
    return value if is_tensor(value) else Tensor(as_array(value))


def _column(value: Any) -> Any:
    """A column [samples] as [samples, 1], a single value as [1, 1]."""
    if len(value.shape) > 1:
        return value
    if is_symbolic(value) or is_tensor(value):
        return ops.reshape(value, (-1, 1))
    return value.reshape(-1, 1)
