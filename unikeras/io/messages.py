"""Protobuf messages declared here, in the proto language, rather than in generated modules: no TensorFlow, no compiler.

`messages(text)` gives the classes of the messages that a text declares. They live in a pool of their own, so that TensorFlow's or
TensorBoard's messages of the same names may be in the same process. Protobuf itself is imported when messages are first made.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

__all__ = ["messages"]

_TOKEN = re.compile(r"\s+|//[^\n]*|[A-Za-z_][\w.]*|-?\d+|[{}=;<>,]")
_SCALARS = frozenset(
    [
        "double",
        "float",
        "int64",
        "uint64",
        "int32",
        "fixed64",
        "fixed32",
        "bool",
        "string",
        "bytes",
        "uint32",
        "sfixed32",
        "sfixed64",
        "sint32",
        "sint64",
    ]
)


@functools.cache
def messages(text: str, package: str = "tensorflow") -> Mapping[str, Any]:
    """The classes of the messages that a text declares, by name.

    Args:
        text: messages, enums, `repeated`, `map<...>` and `oneof` fields, in proto3's language. What a message uses must be declared
            in the same text.
        package: what comes before the messages' names in their full names.

    Raises:
        ValueError: the text is not understood.

    Example:
        >>> Point = messages("message Point { int32 x = 1; repeated string names = 2; }", "geometry")["Point"]
        >>> Point.FromString(Point(x=3, names=["a"]).SerializeToString()).x, Point.DESCRIPTOR.full_name
        (3, 'geometry.Point')
    """
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

    file = descriptor_pb2.FileDescriptorProto(name="messages.proto", package=package, syntax="proto3")
    _Declarations(text, package, file).read()
    pool = descriptor_pool.DescriptorPool()
    found = pool.AddSerializedFile(file.SerializeToString()) or pool.FindFileByName(file.name)
    made = {name: message_factory.GetMessageClass(d) for name, d in found.message_types_by_name.items()}
    return MappingProxyType(made)


class _Declarations:
    """Reads the text into a file descriptor."""

    def __init__(self, text: str, package: str, file: Any) -> None:
        self._tokens = self._split(text)
        self._at = 0
        self._file = file
        self._package = package
        self._enums: set[str] = set(re.findall(r"\benum\s+(\w+)", text))

    @staticmethod
    def _split(text: str) -> list[str]:
        tokens, at = [], 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                raise ValueError(f"messages: {text[at : at + 20]!r} is not understood.")
            at = found.end()
            if not found.group().isspace() and not found.group().startswith("//"):
                tokens.append(found.group())
        return tokens

    def _next(self, *expected: str) -> str:
        token = self._tokens[self._at] if self._at < len(self._tokens) else "the end"
        self._at += 1
        if expected and token not in expected:
            raise ValueError(f"messages: expected {' or '.join(map(repr, expected))}, not {token!r}.")
        return token

    def _block(self, entry: Callable[[], None]) -> None:
        self._next("{")
        while self._tokens[self._at : self._at + 1] != ["}"]:
            entry()
        self._next("}")

    def read(self) -> None:
        while self._at < len(self._tokens):
            if self._next("message", "enum") == "message":
                self._message(self._file.message_type.add())
            else:
                self._enum(self._file.enum_type.add())

    def _enum(self, enum: Any) -> None:
        enum.name = self._next()

        def value() -> None:
            name = self._next()
            self._next("=")
            enum.value.add(name=name, number=int(self._next()))
            self._next(";")

        self._block(value)

    def _message(self, message: Any, scope: str = "") -> None:
        message.name = self._next()
        scope = f"{scope}.{message.name}"

        def entry() -> None:
            if self._tokens[self._at] == "message":
                self._next()
                self._message(message.nested_type.add(), scope)
            elif self._tokens[self._at] == "oneof":
                self._next()
                message.oneof_decl.add(name=self._next())
                self._block(lambda: self._field(message, scope, len(message.oneof_decl) - 1))
            else:
                self._field(message, scope)

        self._block(entry)

    def _field(self, message: Any, scope: str, oneof: int | None = None) -> None:
        field = message.field.add()
        field.label = field.LABEL_OPTIONAL
        kind = self._next()
        if kind == "repeated":
            field.label = field.LABEL_REPEATED
            kind = self._next()
        if kind == "map":
            self._next("<")
            key = self._next()
            self._next(",")
            value = self._next()
            self._next(">")
        field.name = self._next()
        self._next("=")
        field.number = int(self._next())
        self._next(";")
        if oneof is not None:
            field.oneof_index = oneof
        if kind != "map":
            self._set_type(field, kind)
            return
        # On the wire a map is a repeated message of a key and a value.
        title = "".join(part.capitalize() for part in field.name.split("_")) + "Entry"
        entry = message.nested_type.add(name=title)
        entry.options.map_entry = True
        for name, number, part in (("key", 1, key), ("value", 2, value)):
            inner = entry.field.add(name=name, number=number, label=field.LABEL_OPTIONAL)
            self._set_type(inner, part)
        field.label, field.type = field.LABEL_REPEATED, field.TYPE_MESSAGE
        field.type_name = f".{self._package}{scope}.{title}"

    def _set_type(self, field: Any, kind: str) -> None:
        if kind in _SCALARS:
            field.type = getattr(field, f"TYPE_{kind.upper()}")
        else:
            field.type = field.TYPE_ENUM if kind in self._enums else field.TYPE_MESSAGE
            field.type_name = f".{self._package}.{kind}"
