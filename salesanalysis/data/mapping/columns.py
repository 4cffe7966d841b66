"""One column of a mapping: where it comes from and how its values are written."""

import re
from typing import Any

from salesanalysis.data.mapping import shape
from salesanalysis.data.mapping.rules import KINDS, UNITS, ColumnRule
from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.schema import TABLES
from salesanalysis.strictyaml import Document, check_keys

_SOURCES = ("column", "paste", "multiply", "difference", "constant", "row")
_KEYS = {
    *_SOURCES,
    "cast",
    "format",
    "decimal",
    "thousands",
    "unit",
    "values",
    "other",
    "starts_with",
    "none",
    "negative_where",
    "minus",
    "plus",
    "timezone",
    "year",
}
#: Years that may be declared.
YEARS = (1980, 2100)
#: Letters of a format: year, month, day, time.
_DIRECTIVES = "YymdbBjHIMSpfzZaA%-"
#: Options that only make sense for some kinds.
_ONLY = {
    "format": ("date",),
    "decimal": ("number", "count", "share"),
    "thousands": ("number", "count", "share"),
    "unit": ("number", "share"),
    "multiply": ("number",),
    "difference": ("number",),
    "paste": ("text", "date"),
    "starts_with": ("flag",),
    "values": ("text", "flag"),
    "other": ("text",),
    "negative_where": ("number", "count"),
    "minus": ("number", "count", "share"),
    "plus": ("number", "count", "share"),
    "timezone": ("date",),
    "year": ("date",),
}


def column(doc: Document, table: str, ours: str, spec: Any, *place: str | int) -> ColumnRule:
    """Build the rule of one column; its kind comes from the contract where that names it.

    Raises
    ------
    ContractError
        No source or two, an unknown option or kind, an option that does not fit the kind.
    """
    kind = next((c.kind for c in TABLES[table] if c.name == ours), "text")
    if isinstance(spec, str):
        return ColumnRule(kind, column=spec)
    spec = shape.mapping(doc, spec, *place)
    check_keys(doc, spec, _KEYS, *place)
    if sum(k in spec for k in _SOURCES) != 1:
        raise ContractError(
            f"{table}.{ours} needs one source: {', '.join(_SOURCES[:-1])} or {_SOURCES[-1]}.",
            where=doc.where(*place),
            fix=f"write {ours}: their column",
            code="bad-choice",
        )
    cast = str(spec.get("cast", kind))
    if cast not in KINDS:
        raise unknown_name(cast, KINDS, kind="cast", where=doc.where(*place), error=ContractError)
    _require_fitting(doc, spec, cast, *place)
    _require_format(doc, str(spec.get("format", "")), *place)
    for option in ("minus", "plus"):
        _require_words(doc, spec, option, *place)
    values = shape.mapping(doc, spec.get("values"), *place, "values")
    negative = shape.mapping(doc, spec.get("negative_where"), *place, "negative_where")
    return ColumnRule(
        cast,
        column=str(spec["column"]) if "column" in spec else None,
        constant=spec.get("constant"),
        row=bool(spec.get("row", False)),
        multiply=shape.texts(doc, spec.get("multiply"), *place, "multiply"),
        difference=shape.texts(doc, spec.get("difference"), *place, "difference"),
        paste=shape.texts(doc, spec.get("paste"), *place, "paste"),
        format=shape.text(doc, spec, "format", *place),
        decimal=shape.text(doc, spec, "decimal", *place),
        thousands=shape.text(doc, spec, "thousands", *place),
        unit=shape.factor(doc, spec.get("unit"), UNITS, *place, "unit"),
        values={str(a): str(b) for a, b in values.items()},
        other=shape.text(doc, spec, "other", *place) if "other" in spec else None,
        starts_with=shape.text(doc, spec, "starts_with", *place),
        none=shape.texts(doc, spec.get("none"), *place, "none"),
        negative_where={
            c: shape.texts(doc, v, *place, "negative_where", c) for c, v in negative.items()
        },
        minus=shape.texts(doc, spec.get("minus"), *place, "minus"),
        plus=shape.texts(doc, spec.get("plus"), *place, "plus"),
        timezone=shape.zone(doc, spec, *place),
        year=_year(doc, spec, *place),
    )


def _require_fitting(doc: Document, spec: dict[str, Any], kind: str, *place: str | int) -> None:
    """Refuse an option that does nothing for a column of this kind."""
    for option, kinds in _ONLY.items():
        if option in spec and kind not in kinds:
            raise ContractError(
                f"{option!r} says nothing about a column of kind {kind!r}.",
                where=doc.where(*place, option),
                fix=f"leave it out, or write cast: {kinds[0]}",
                code="bad-choice",
            )


def _require_words(doc: Document, spec: dict[str, Any], option: str, *place: str | int) -> None:
    """Refuse a sign without a word: every amount ends with nothing."""
    if any(not word.strip() for word in shape.texts(doc, spec.get(option), *place, option)):
        raise ContractError(
            f"{option} needs the word that stands behind an amount.",
            where=doc.where(*place, option),
            fix=f"write it, such as {option}: {'CR' if option == 'minus' else 'DR'}",
            code="bad-choice",
        )


def _year(doc: Document, spec: dict[str, Any], *place: str | int) -> int:
    """Return the year of days that name none; it needs a format that names none either."""
    year = spec.get("year", 0)
    if "year" not in spec:
        return 0
    if isinstance(year, bool) or not isinstance(year, int) or not YEARS[0] <= year <= YEARS[1]:
        raise shape.wrong(doc, "a year such as 2024", year, *place, "year")
    named = set(re.findall("%-?(.)", str(spec.get("format", ""))))
    if "column" not in spec or named & {"Y", "y"} or not ("d" in named and named & {"m", "b", "B"}):
        raise ContractError(
            "year says the year of days that name none, and needs their format.",
            where=doc.where(*place, "year"),
            fix='write column: and a format without a year, such as format: "%d.%m."; where the '
            "days name their year, leave year out",
            code="bad-choice",
        )
    return year


def _require_format(doc: Document, pattern: str, *place: str | int) -> None:
    """Refuse the format of a date with letters nobody reads."""
    unknown = sorted(set(re.findall("%(.)", pattern)) - set(_DIRECTIVES))
    if unknown:
        raise ContractError(
            f"%{unknown[0]} means nothing in the format of a date.",
            where=doc.where(*place, "format"),
            fix='write it with %Y %m %d, such as "%d/%m/%Y"',
            code="bad-choice",
        )
