"""Mapping files: how somebody's export becomes our tables, in YAML, without code."""

from collections import abc
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from salesanalysis import strictyaml
from salesanalysis.errors import ContractError, nearest, unknown_name
from salesanalysis.labels import LANGUAGES, Terms
from salesanalysis.periods import FiscalCalendar
from salesanalysis.schema import TABLES
from salesanalysis.strictyaml import Document, check_keys

KINDS = ("text", "date", "number", "count", "share", "flag")
_TOP = {
    "name",
    "title",
    "recognise",
    "currency",
    "fiscal_start",
    "as_of",
    "order",
    "tables",
    "terms",
}


@dataclass(frozen=True)
class ColumnRule:
    """Where one of our columns comes from, and what its values must be.

    Attributes
    ----------
    kind : str
        One of `KINDS`; a value that is not of the kind is refused.
    column : str, optional
        Their column.
    constant : str, bool or number, optional
        The same value in every row.
    row : bool
        The number of the row, where their table has no key.
    format : str
        How a date is written, such as ``%d/%m/%Y``; empty for ISO dates.
    """

    kind: str
    column: str | None = None
    constant: Any = None
    row: bool = False
    format: str = ""


@dataclass(frozen=True)
class Join:
    """Columns taken from a lookup file: one row per key, every line of ours kept.

    Attributes
    ----------
    key, lookup_key : str
        The key as our file and as the lookup calls it.
    """

    file: str
    key: str
    lookup_key: str
    take: dict[str, ColumnRule]


@dataclass(frozen=True)
class TableRule:
    """One of our tables: the file it is read from, its columns, its lookups."""

    file: str
    columns: dict[str, ColumnRule]
    joins: tuple[Join, ...] = ()


@dataclass(frozen=True, eq=False)
class Mapping:
    """A whole mapping file.

    Attributes
    ----------
    name : str
    title : dict, language -> text
    tables : dict, our table -> TableRule
    recognise : tuple of str
        Files that must lie in a folder for this mapping to be chosen unasked.
    currency : str, ISO code
    calendar : FiscalCalendar
    as_of : Timestamp or None
        None: the day of the last sales line.
    order : dict, column -> values in display order
    terms : Terms
    """

    name: str
    title: dict[str, str]
    tables: dict[str, TableRule]
    recognise: tuple[str, ...] = ()
    currency: str = "CNY"
    calendar: FiscalCalendar = field(default_factory=FiscalCalendar)
    as_of: pd.Timestamp | None = None
    order: dict[str, tuple[str, ...]] = field(default_factory=dict)
    terms: Terms = field(default_factory=Terms)
    doc: Document = field(default_factory=lambda: Document({}, "mapping"))


def find(mapping: str | Path) -> Path:
    """Return the file of a mapping given by its path or by the name of a shipped one.

    Raises
    ------
    ContractError
        Neither a file nor a shipped name, with the nearest that is.
    """
    path = Path(mapping)
    if path.is_file():
        return path
    known = {p.stem: p for p in shipped()}
    if path.name in known and path.parent == Path():
        return known[path.name]
    close = nearest(path.stem, known)
    raise ContractError(
        f"There is no mapping file {str(mapping)!r}.",
        where=f"mapping={str(mapping)!r}; shipped: {', '.join(sorted(known)) or 'none'}",
        fix=f"write mapping={close!r}" if close else "check the path",
        code="no-input",
    )


def shipped() -> list[Path]:
    """Return the mapping files that come with the project, in order of their names."""
    repository = Path(__file__).resolve().parents[2] / "params" / "mappings"
    folder = repository if repository.is_dir() else Path("params") / "mappings"
    return sorted(folder.glob("*.yaml"))


def recognised(folder: Path) -> Mapping | None:
    """Return the shipped mapping whose files all lie in `folder`, or None."""
    for path in shipped():
        mapping = read(path)
        if mapping.recognise and all((folder / name).is_file() for name in mapping.recognise):
            return mapping
    return None


def read(path: str | Path) -> Mapping:
    """Read a mapping file.

    Raises
    ------
    ContractError
        Unknown keys, tables or casts with the nearest name; a required column without a rule.
    ParamError
        Not strict YAML.
    """
    return build(strictyaml.read(path))


def build(doc: Document) -> Mapping:
    """Build a mapping from a YAML document.

    Examples
    --------
    >>> text = '''
    ... name: shop
    ... tables:
    ...   sales:
    ...     file: shop.csv
    ...     columns: {order_id: Order, date: Day, region: Area, revenue: Net}
    ... '''
    >>> build(strictyaml.parse(text, name="shop.yaml")).tables["sales"].columns["date"].column
    'Day'
    """
    data = _mapping(doc, doc.data)
    check_keys(doc, data, _TOP)
    for key in ("name", "tables"):
        if not data.get(key):
            raise _missing(doc, key)
    name = str(data["name"])
    return Mapping(
        name=name,
        title=_languages(doc, data.get("title") or {"en": name, "zh": name}, "title"),
        tables=_tables(doc, data["tables"]),
        recognise=tuple(_list(doc, data, "recognise")),
        currency=str(data.get("currency", "CNY")),
        calendar=FiscalCalendar(_whole(doc, data, "fiscal_start", 1)),
        as_of=_day(doc, data["as_of"]) if data.get("as_of") else None,
        order={c: tuple(map(str, v)) for c, v in _mapping(doc, data.get("order"), "order").items()},
        terms=_terms(doc, data.get("terms")),
        doc=doc,
    )


def _tables(doc: Document, data: Any) -> dict[str, TableRule]:
    """Build the rule of each table."""
    tables = _mapping(doc, data, "tables")
    check_keys(doc, tables, set(TABLES), "tables")
    return {name: _table(doc, name, spec) for name, spec in tables.items()}


def _table(doc: Document, name: str, spec: Any) -> TableRule:
    """Build the rule of one table and refuse one that leaves out what the contract needs."""
    place = ("tables", name)
    spec = _mapping(doc, spec, *place)
    check_keys(doc, spec, {"file", "joins", "columns"}, *place)
    if not spec.get("file"):
        raise _missing(doc, "file", *place)
    columns = _mapping(doc, spec.get("columns"), *place, "columns")
    joins = spec.get("joins") or []
    rule = TableRule(
        str(spec["file"]),
        {c: _column(doc, name, c, v, *place, "columns", c) for c, v in columns.items()},
        tuple(_join(doc, name, j, *place, "joins", i) for i, j in enumerate(joins)),
    )
    _require_contract(doc, name, rule)
    return rule


def _require_contract(doc: Document, name: str, rule: TableRule) -> None:
    """Refuse a table whose required columns nobody mapped, and one mapped twice."""
    given = [*rule.columns, *(c for join in rule.joins for c in join.take)]
    twice = sorted({c for c in given if given.count(c) > 1})
    if twice:
        raise ContractError(
            f"{name}.{twice[0]} is mapped {given.count(twice[0])} times.",
            where=doc.where("tables", name),
            fix=f"keep one rule for {twice[0]!r}, in columns or in a join",
            code="duplicate-key",
        )
    missing = [c.name for c in TABLES[name] if c.required and c.name not in given]
    if missing:
        raise ContractError(
            f"The mapping gives {name} no {', '.join(map(repr, missing))}.",
            where=doc.where("tables", name),
            fix=f'add "{missing[0]}: their column" under columns, or {{constant: ...}}',
            code="missing-column",
        )


def _join(doc: Document, table: str, spec: Any, *place: str | int) -> Join:
    """Build one lookup."""
    spec = _mapping(doc, spec, *place)
    check_keys(doc, spec, {"file", "key", "lookup_key", "take"}, *place)
    for key in ("file", "key", "take"):
        if not spec.get(key):
            raise _missing(doc, key, *place)
    take = _mapping(doc, spec["take"], *place, "take")
    rules = {c: _column(doc, table, c, v, *place, "take", c) for c, v in take.items()}
    key = str(spec["key"])
    return Join(str(spec["file"]), key, str(spec.get("lookup_key", key)), rules)


def _column(doc: Document, table: str, ours: str, spec: Any, *place: str | int) -> ColumnRule:
    """Build the rule of one column; its kind comes from the contract where that names it."""
    kind = next((c.kind for c in TABLES[table] if c.name == ours), "text")
    if isinstance(spec, str):
        return ColumnRule(kind, column=spec)
    spec = _mapping(doc, spec, *place)
    check_keys(doc, spec, {"column", "cast", "constant", "format", "row"}, *place)
    if sum(k in spec for k in ("column", "constant", "row")) != 1:
        raise ContractError(
            f"{table}.{ours} needs one source: column, constant or row.",
            where=doc.where(*place),
            fix=f"write {ours}: their column",
            code="bad-choice",
        )
    cast = str(spec.get("cast", kind))
    if cast not in KINDS:
        raise unknown_name(cast, KINDS, kind="cast", where=doc.where(*place), error=ContractError)
    return ColumnRule(
        cast,
        column=str(spec["column"]) if "column" in spec else None,
        constant=spec.get("constant"),
        row=bool(spec.get("row", False)),
        format=str(spec.get("format", "")),
    )


def _terms(doc: Document, data: Any) -> Terms:
    """Build the names of dimension values."""
    names = {
        column: {
            value: _languages(doc, texts, "terms", column, value)
            for value, texts in _mapping(doc, values, "terms", column).items()
        }
        for column, values in _mapping(doc, data, "terms").items()
    }
    return Terms(names)


def _languages(doc: Document, data: Any, *place: str | int) -> dict[str, str]:
    texts = _mapping(doc, data, *place)
    check_keys(doc, texts, set(LANGUAGES), *place)
    return {lang: str(text) for lang, text in texts.items()}


def _mapping(doc: Document, data: Any, *place: str | int) -> dict[str, Any]:
    """Return `data` where it is key: value, nothing at all counting as none."""
    if data is None:
        return {}
    if not isinstance(data, abc.Mapping):
        raise _wrong(doc, "keys and values", data, *place)
    return dict(data)


def _list(doc: Document, data: dict[str, Any], key: str) -> list[str]:
    value = data.get(key) or []
    if not isinstance(value, list):
        raise _wrong(doc, "a list", value, key)
    return [str(v) for v in value]


def _whole(doc: Document, data: dict[str, Any], key: str, default: int) -> int:
    value = data.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong(doc, "a whole number", value, key)
    return value


def _day(doc: Document, value: Any) -> pd.Timestamp:
    try:
        return pd.Timestamp(str(value))
    except ValueError:
        raise _wrong(doc, "a date such as 2020-03-31", value, "as_of") from None


def _wrong(doc: Document, wanted: str, value: Any, *place: str | int) -> ContractError:
    return ContractError(
        f"{strictyaml.key_text(place) or 'The mapping'} must be {wanted}, got {value!r}.",
        where=doc.where(*place),
        fix=f"write {wanted}",
        code="bad-choice",
    )


def _missing(doc: Document, key: str, *place: str | int) -> ContractError:
    inside = strictyaml.key_text(place) or "The mapping"
    return ContractError(
        f"{inside} has no {key!r}.",
        where=doc.where(*place),
        fix=f'add "{key}:"',
        code="missing-column",
    )
