"""The types a parameter may have, and the sentence for a value that does not fit."""

import ast
import math
from dataclasses import dataclass
from typing import Any

PLAIN = ("str", "int", "float", "bool")


@dataclass(frozen=True)
class Kind:
    """A parameter type: ``str int float bool list[T] dict[str, T] Optional[T]``.

    Attributes
    ----------
    name : str
        One of the plain names, or ``list``, ``dict``, ``Optional``.
    inner : Kind, optional
        The T of a compound type.
    """

    name: str
    inner: "Kind | None" = None

    def __str__(self) -> str:
        if self.inner is None:
            return self.name
        return f"dict[str, {self.inner}]" if self.name == "dict" else f"{self.name}[{self.inner}]"


def parse_kind(node: ast.expr) -> Kind | None:
    """Return the type an annotation names, or None where it is none of ours.

    Examples
    --------
    >>> str(parse_kind(ast.parse("Optional[list[float]]", mode="eval").body))
    'Optional[list[float]]'
    >>> parse_kind(ast.parse("float | None", mode="eval").body) is None
    True
    """
    if isinstance(node, ast.Name):
        return Kind(node.id) if node.id in PLAIN else None
    if not (isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name)):
        return None
    outer, inner = node.value.id, node.slice
    if outer == "dict":
        pair = inner.elts if isinstance(inner, ast.Tuple) else []
        if len(pair) != 2 or not (isinstance(pair[0], ast.Name) and pair[0].id == "str"):
            return None
        inner = pair[1]
    elif outer not in ("list", "Optional"):
        return None
    found = parse_kind(inner)
    return Kind(outer, found) if found else None


def misfit(value: Any, kind: Kind) -> tuple[str, str] | None:
    """Return what is wrong with `value` as a `kind` and the fix, or None where it fits.

    Types are exact: a bool is no int, 12.0 is no int; a whole number is fine for a float.

    Examples
    --------
    >>> misfit(12, Kind("float")) is None
    True
    >>> misfit("1e6", Kind("float"))
    ("'1e6' is text, not float", 'write 1000000.0')
    """
    if kind.name == "Optional":
        return None if value is None else misfit(value, kind.inner or kind)
    if value is None:
        return f"it is empty, not {kind}", f"give a value, or declare it Optional[{kind}]"
    if kind.name == "list":
        return _misfit_list(value, kind)
    if kind.name == "dict":
        return _misfit_dict(value, kind)
    return _misfit_plain(value, kind.name)


def _misfit_list(value: Any, kind: Kind) -> tuple[str, str] | None:
    if not isinstance(value, list):
        return f"{value!r} is {_name(value)}, not {kind}", f"write [{value}]"
    return _first(list(enumerate(value)), kind)


def _misfit_dict(value: Any, kind: Kind) -> tuple[str, str] | None:
    if not isinstance(value, dict):
        return f"{value!r} is {_name(value)}, not {kind}", "write {name: value}"
    return _first(list(value.items()), kind)


def _first(items: list[tuple[Any, Any]], kind: Kind) -> tuple[str, str] | None:
    for key, item in items:
        wrong = misfit(item, kind.inner or kind)
        if wrong:
            return f"[{key}]: {wrong[0]}", wrong[1]
    return None


def _misfit_plain(value: Any, name: str) -> tuple[str, str] | None:
    # bool is a subclass of int: compare the exact type
    fits = type(value).__name__ == name or (name == "float" and type(value) is int)
    if fits and (name != "float" or math.isfinite(value)):
        return None
    return f"{value!r} is {_name(value)}, not {name}", _fix_plain(value, name)


def _fix_plain(value: Any, name: str) -> str:
    if name == "str":
        return f'quote it: "{value}"'
    if name == "bool":
        return "write true or false"
    if isinstance(value, str):
        text = value.strip().replace(",", "").replace("_", "")
        share = text.endswith("%")
        try:
            number = float(text.rstrip("%")) / (100 if share else 1)
        except ValueError:
            return f"write a plain decimal number as {name}"
        if math.isfinite(number):
            return (
                f"write {int(number)}" if name == "int" and number % 1 == 0 else f"write {number}"
            )
    if isinstance(value, float) and value % 1 == 0:
        return f"write {int(value)}"
    return f"write {'a whole number' if name == 'int' else 'a finite decimal number'}"


def _name(value: Any) -> str:
    words = {"str": "text", "NoneType": "empty", "dict": "a mapping", "list": "a list"}
    return words.get(type(value).__name__, type(value).__name__)
