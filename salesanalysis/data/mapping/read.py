"""Reading a mapping file: tables, sources, lookups; every key known, every column placed."""

from pathlib import Path
from typing import Any

from salesanalysis import strictyaml
from salesanalysis.data.mapping import shape
from salesanalysis.data.mapping.columns import column
from salesanalysis.data.mapping.controls import CONTROLS, controls
from salesanalysis.data.mapping.rules import Join, Mapping, Source, TableRule, Unpivot
from salesanalysis.errors import ContractError
from salesanalysis.labels import Terms
from salesanalysis.periods import FiscalCalendar
from salesanalysis.schema import TABLES
from salesanalysis.strictyaml import Document, check_keys

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
    "cleaning",
    "currency_is_label",
    "rates",
    "units",
    "verify",
    CONTROLS,
}
_SOURCE = {
    "file",
    "sheet",
    "table",
    "encoding",
    "delimiter",
    "header",
    "escaped",
    "quote",
    "footer",
}
_TABLE = _SOURCE | {"joins", "columns", "unpivot", "fill_down", "where"}
#: Those that are no texts.
_TYPED = {"header", "escaped", "quote", "footer"}
_JOIN = _SOURCE | {"key", "lookup_key", "take"}


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
    >>> built = build(strictyaml.parse(text, name="shop.yaml"))
    >>> built.tables["sales"][0].columns["date"].column
    'Day'
    """
    data = shape.mapping(doc, doc.data)
    check_keys(doc, data, _TOP)
    for key in ("name", "tables"):
        if not data.get(key):
            raise shape.missing(doc, key)
    name = str(data["name"])
    order = shape.mapping(doc, data.get("order"), "order")
    tables = _tables(doc, data["tables"])
    return Mapping(
        name=name,
        title=shape.languages(doc, data.get("title") or {"en": name, "zh": name}, "title"),
        tables=tables,
        controls=controls(doc, data.get(CONTROLS), tables),
        recognise=shape.texts(doc, data.get("recognise"), "recognise"),
        currency=str(data.get("currency") or "CNY"),
        currency_said=bool(data.get("currency")),
        calendar=FiscalCalendar(shape.whole(doc, data, "fiscal_start", 1)),
        as_of=shape.day(doc, data["as_of"]) if data.get("as_of") else None,
        order={c: shape.texts(doc, v, "order", c) for c, v in order.items()},
        terms=_terms(doc, data.get("terms")),
        currency_is_label=shape.yes(doc, data, "currency_is_label"),
        cleaning=shape.mapping(doc, data.get("cleaning"), "cleaning"),
        rates=shape.mapping(doc, data.get("rates"), "rates"),
        units=shape.mapping(doc, data.get("units"), "units"),
        verify=shape.mapping(doc, data.get("verify"), "verify"),
        doc=doc,
    )


def _tables(doc: Document, data: Any) -> dict[str, tuple[TableRule, ...]]:
    """Build the rules of each table: one source, or a list of them."""
    tables = shape.mapping(doc, data, "tables")
    check_keys(doc, tables, set(TABLES), "tables")
    found = {}
    for name, spec in tables.items():
        if isinstance(spec, list):
            parts = [_table(doc, name, s, "tables", name, i) for i, s in enumerate(spec)]
        else:
            parts = [_table(doc, name, spec, "tables", name)]
        if not parts:
            raise shape.missing(doc, "file", "tables", name)
        found[name] = tuple(parts)
    return found


def _table(doc: Document, name: str, spec: Any, *place: str | int) -> TableRule:
    """Build the rule of one table and refuse one that leaves out what the contract needs."""
    spec = shape.mapping(doc, spec, *place)
    check_keys(doc, spec, _TABLE, *place)
    columns = shape.mapping(doc, spec.get("columns"), *place, "columns")
    where = shape.mapping(doc, spec.get("where"), *place, "where")
    joins = spec.get("joins") or []
    rule = TableRule(
        _source(doc, spec, *place),
        {c: column(doc, name, c, v, *place, "columns", c) for c, v in columns.items()},
        tuple(_join(doc, name, j, *place, "joins", i) for i, j in enumerate(joins)),
        place,
        _unpivot(doc, spec.get("unpivot"), *place, "unpivot"),
        shape.texts(doc, spec.get("fill_down"), *place, "fill_down"),
        *_where(doc, where, *place, "where"),
    )
    _require_contract(doc, name, rule)
    return rule


def _where(
    doc: Document, where: dict[str, Any], *place: str | int
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Return the values that are kept and those that are left out, per column of theirs."""
    kept: dict[str, tuple[str, ...]] = {}
    left: dict[str, tuple[str, ...]] = {}
    for theirs, values in where.items():
        if isinstance(values, dict):
            check_keys(doc, values, {"not"}, *place, theirs)
            left[theirs] = _cells(doc, values.get("not"), *place, theirs, "not")
        else:
            kept[theirs] = _cells(doc, values, *place, theirs)
    return kept, left


def _cells(doc: Document, values: Any, *place: str | int) -> tuple[str, ...]:
    """Return the values of cells; nothing at all is an empty cell."""
    if values is None:
        return ("",)
    if isinstance(values, list):
        values = ["" if v is None else v for v in values]
    elif not isinstance(values, dict):
        values = str(values)
    return shape.texts(doc, values, *place)


def _footer(doc: Document, spec: dict[str, Any], *place: str | int) -> int:
    """Return how many filled rows at the end of the file are no lines."""
    found = shape.whole(doc, spec, "footer", 0, *place)
    if found < 0:
        raise shape.wrong(doc, "a whole number of at least 0", found, *place, "footer")
    return found


def _header(doc: Document, spec: dict[str, Any], *place: str | int) -> tuple[int, int]:
    """Return the first row of the header and how many there are."""
    value = spec.get("header")
    if not isinstance(value, list):
        return shape.whole(doc, spec, "header", 0, *place), 1
    plain = all(isinstance(v, int) and not isinstance(v, bool) and v > 0 for v in value)
    if not value or not plain or value != list(range(value[0], value[0] + len(value))):
        wanted = "a row, or rows one below the other such as [3, 4]"
        raise shape.wrong(doc, wanted, value, *place, "header")
    return value[0], len(value)


def _source(doc: Document, spec: dict[str, Any], *place: str | int) -> Source:
    """Build the source of a table: a file, a sheet of it, or a table of a database."""
    if not any(spec.get(k) for k in ("file", "table", "sheet")):
        raise shape.missing(doc, "file", *place)
    words = {k: shape.text(doc, spec, k, *place) for k in _SOURCE - _TYPED}
    header, deep = _header(doc, spec, *place)
    return Source(
        **words,
        header=header,
        deep=deep,
        escaped=shape.yes(doc, spec, "escaped", *place),
        quote=shape.quote(doc, spec, *place),
        footer=_footer(doc, spec, *place),
    )


def _unpivot(doc: Document, spec: Any, *place: str | int) -> Unpivot | None:
    """Build what turns columns into rows."""
    if spec is None:
        return None
    spec = shape.mapping(doc, spec, *place)
    check_keys(doc, spec, {"columns", "names_to", "values_to", "year"}, *place)
    columns = shape.texts(doc, spec.get("columns"), *place, "columns")
    if not columns:
        raise shape.missing(doc, "columns", *place)
    names = shape.text(doc, spec, "names_to", *place) or "month"
    values = shape.text(doc, spec, "values_to", *place) or "value"
    return Unpivot(columns, names, values, shape.text(doc, spec, "year", *place))


def _require_contract(doc: Document, name: str, rule: TableRule) -> None:
    """Refuse a table whose required columns nobody mapped, and one mapped twice."""
    given = [*rule.columns, *(c for join in rule.joins for c in join.take)]
    twice = sorted({c for c in given if given.count(c) > 1})
    if twice:
        raise ContractError(
            f"{name}.{twice[0]} is mapped {given.count(twice[0])} times.",
            where=doc.where(*rule.place),
            fix=f"keep one rule for {twice[0]!r}, in columns or in a join",
            code="duplicate-key",
        )
    missing = [c.name for c in TABLES[name] if c.required and c.name not in given]
    if missing:
        raise ContractError(
            f"The mapping gives {name} no {', '.join(map(repr, missing))}.",
            where=doc.where(*rule.place),
            fix=f'add "{missing[0]}: their column" under columns, or {{constant: ...}}',
            code="missing-column",
        )


def _join(doc: Document, table: str, spec: Any, *place: str | int) -> Join:
    """Build one lookup."""
    spec = shape.mapping(doc, spec, *place)
    check_keys(doc, spec, _JOIN, *place)
    for key in ("key", "take"):
        if not spec.get(key):
            raise shape.missing(doc, key, *place)
    take = shape.mapping(doc, spec["take"], *place, "take")
    rules = {c: column(doc, table, c, v, *place, "take", c) for c, v in take.items()}
    key = str(spec["key"])
    return Join(_source(doc, spec, *place), key, str(spec.get("lookup_key", key)), rules)


def _terms(doc: Document, data: Any) -> Terms:
    """Build the names of dimension values."""
    names = {
        column: {
            value: shape.languages(doc, texts, "terms", column, value)
            for value, texts in shape.mapping(doc, values, "terms", column).items()
        }
        for column, values in shape.mapping(doc, data, "terms").items()
    }
    return Terms(names)
