"""Small readers of YAML parts, each with its own refusal."""

from collections import abc
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import available_timezones

import pandas as pd

from salesanalysis import strictyaml
from salesanalysis.errors import ContractError
from salesanalysis.labels import LANGUAGES
from salesanalysis.strictyaml import Document, check_keys


def mapping(doc: Document, data: Any, *place: str | int) -> dict[str, Any]:
    """Return `data` where it is key: value, nothing at all counting as none."""
    if data is None:
        return {}
    if not isinstance(data, abc.Mapping):
        raise wrong(doc, "keys and values", data, *place)
    return dict(data)


def texts(doc: Document, data: Any, *place: str | int) -> tuple[str, ...]:
    """Return a list of texts; one text alone is a list of one."""
    if data is None:
        return ()
    if isinstance(data, str):
        return (data,)
    if not isinstance(data, list):
        raise wrong(doc, "a list", data, *place)
    return tuple(str(v) for v in data)


def text(doc: Document, data: dict[str, Any], key: str, *place: str | int) -> str:
    """Return a text, or an empty one where the key is not given."""
    value = data.get(key)
    if value is None:
        return ""
    if isinstance(value, (abc.Mapping, list)):
        raise wrong(doc, "a text", value, *place, key)
    return str(value)


def quote(doc: Document, data: dict[str, Any], *place: str | int) -> str:
    """Return what holds a cell of a text file together; an empty text: nothing does."""
    value = str(data.get("quote", '"'))
    if value not in ('"', "'", ""):
        raise wrong(doc, 'one quote, or "" where quotes are letters', value, *place, "quote")
    return value


def zone(doc: Document, data: dict[str, Any], *place: str | int) -> str:
    """Return the name of a time zone, or an empty text where none is given."""
    value = text(doc, data, "timezone", *place)
    if value and value not in available_timezones():
        raise wrong(doc, "a time zone such as Asia/Shanghai", value, *place, "timezone")
    return value


def whole(doc: Document, data: dict[str, Any], key: str, default: int, *place: str | int) -> int:
    """Return a whole number."""
    value = data.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong(doc, "a whole number", value, *place, key)
    return value


def yes(doc: Document, data: dict[str, Any], key: str, *place: str | int) -> bool:
    """Return true or false, false where the key is not given."""
    value = data.get(key, False)
    if not isinstance(value, bool):
        raise wrong(doc, "true or false", value, *place, key)
    return value


def day(doc: Document, value: Any) -> pd.Timestamp:
    """Return a day."""
    try:
        return pd.Timestamp(str(value))
    except ValueError:
        raise wrong(doc, "a date such as 2020-03-31", value, "as_of") from None


def factor(
    doc: Document, value: Any, known: abc.Mapping[str, Decimal], *place: str | int
) -> Decimal:
    """Return how many of ours one of theirs is: a known unit, or a positive number."""
    if value is None:
        return Decimal(1)
    if str(value) in known:
        return known[str(value)]
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        found = Decimal(0)
    if found <= 0 or isinstance(value, bool) or not found.is_finite():
        names = ", ".join(known)
        raise wrong(doc, f"a number above 0 or one of {names}", value, *place)
    return found


def languages(doc: Document, data: Any, *place: str | int) -> dict[str, str]:
    """Return a text per language."""
    found = mapping(doc, data, *place)
    check_keys(doc, found, set(LANGUAGES), *place)
    return {lang: str(words) for lang, words in found.items()}


def wrong(doc: Document, wanted: str, value: Any, *place: str | int) -> ContractError:
    """Build the refusal of a value of the wrong shape."""
    return ContractError(
        f"{strictyaml.key_text(place) or 'The mapping'} must be {wanted}, got {value!r}.",
        where=doc.where(*place),
        fix=f"write {wanted}",
        code="bad-choice",
    )


def missing(doc: Document, key: str, *place: str | int) -> ContractError:
    """Build the refusal of a part without a key it needs."""
    inside = strictyaml.key_text(place) or "The mapping"
    return ContractError(
        f"{inside} has no {key!r}.",
        where=doc.where(*place),
        fix=f'add "{key}:"',
        code="missing-column",
    )


def keyed(doc: Document, data: Any, *place: str | int) -> dict[str, Any]:
    """Return a part of a section that must be key: value."""
    if not isinstance(data, abc.Mapping):
        raise misfit(doc, "keys and values", data, *place)
    return dict(data)


def misfit(doc: Document, wanted: str, value: Any, *place: str | int) -> ContractError:
    """Build the refusal of a value of the wrong shape, called by its last key."""
    return ContractError(
        f"{place[-1]} must be {wanted}, got {value!r}.",
        where=doc.where(*place),
        fix=f"write {wanted}",
        code="bad-choice",
    )
