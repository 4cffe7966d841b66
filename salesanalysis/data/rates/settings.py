"""The sections ``rates:`` and ``units:`` of a mapping."""

from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from salesanalysis.data.engine import connect, fetch
from salesanalysis.data.mapping.shape import keyed, misfit
from salesanalysis.data.rates.tables import Rates, read_rates
from salesanalysis.data.sources import Place, inside, open_table
from salesanalysis.errors import ContractError
from salesanalysis.strictyaml import Document, check_keys

_RATES = {
    "to",
    "column",
    "tables",
    "amounts",
    "fixed",
    "rows",
    "file",
    "sheet",
    "columns",
    "source",
}
_UNITS = {"to", "column", "tables", "amounts", "prices", "factors", "source"}


@dataclass(frozen=True)
class RateRule:
    """What is converted, to what, and where the rates are.

    Attributes
    ----------
    to : str
    column : str
        Of our table: says which currency or unit a line is in.
    tables : tuple of str
    amounts : tuple of str
        Columns that are multiplied; empty: every amount of money (or ``quantity``).
    prices : tuple of str
        Columns that are divided, where units are converted.
    fixed : dict, currency -> rate
    rows : tuple of dict
        Rates with ``period`` or ``from`` and ``to``.
    file, sheet : str
        Of a rate table; `columns` says how its columns are called.
    source : str
        Where the rates are from.
    what : {"currency", "unit"}
    """

    to: str
    column: str = "currency"
    tables: tuple[str, ...] = ("sales",)
    amounts: tuple[str, ...] = ()
    prices: tuple[str, ...] = ()
    fixed: dict[str, Any] = field(default_factory=dict)
    rows: tuple[dict[str, Any], ...] = ()
    file: str = ""
    sheet: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    source: str = ""
    what: str = "currency"


def settings(doc: Document, data: Any, *place: str | int, to: str) -> RateRule:
    """Read the section ``rates:``; `to` is the currency of the mapping.

    Raises
    ------
    ContractError
        Unknown keys with the nearest, none or several of ``fixed``, ``rows`` and ``file``,
        another target than the currency of the mapping.

    Examples
    --------
    >>> rule = settings(Document({}, "shop.yaml"), {"fixed": {"USD": 7.1}}, "rates", to="CNY")
    >>> rule.to, rule.fixed
    ('CNY', {'USD': 7.1})
    """
    spec = keyed(doc, data, *place)
    check_keys(doc, spec, _RATES, *place)
    given = [key for key in ("fixed", "rows", "file") if spec.get(key)]
    if len(given) != 1:
        raise ContractError(
            f"rates need one source, got {', '.join(given) or 'none'}.",
            where=doc.where(*place),
            fix='write "fixed: {USD: 7.1}", or "rows:" or "file:" with currency, rate and period',
            code="bad-choice",
        )
    if str(spec.get("to", to)) != to:
        raise ContractError(
            f"rates go to {spec['to']}, but the currency of the mapping is {to}.",
            where=doc.where(*place, "to"),
            fix=f"write one of them; amounts are shown in {to}",
            code="bad-choice",
        )
    return RateRule(
        to,
        str(spec.get("column", "currency")),
        _names(doc, spec, "tables", ("sales",), *place),
        _names(doc, spec, "amounts", (), *place),
        fixed=keyed(doc, spec.get("fixed", {}), *place, "fixed"),
        rows=_rows(doc, spec.get("rows", []), *place, "rows"),
        file=str(spec.get("file", "")),
        sheet=str(spec.get("sheet", "")),
        columns=keyed(doc, spec.get("columns", {}), *place, "columns"),
        source=str(spec.get("source", "")),
    )


def units(doc: Document, data: Any, *place: str | int) -> RateRule:
    """Read the section ``units:``: the column of units, the one to convert to, its factors.

    Examples
    --------
    >>> section = {"column": "unit", "to": "piece", "factors": {"box": 12}}
    >>> units(Document({}, "shop.yaml"), section, "units").amounts
    ('quantity',)
    """
    spec = keyed(doc, data, *place)
    check_keys(doc, spec, _UNITS, *place)
    for key in ("column", "to", "factors"):
        if not spec.get(key):
            raise ContractError(
                f"units have no {key!r}.",
                where=doc.where(*place),
                fix='write "units: {column: unit, to: piece, factors: {box: 12}}"',
                code="missing-column",
            )
    return RateRule(
        str(spec["to"]),
        str(spec["column"]),
        _names(doc, spec, "tables", ("sales",), *place),
        _names(doc, spec, "amounts", ("quantity",), *place),
        _names(doc, spec, "prices", (), *place),
        fixed=keyed(doc, spec["factors"], *place, "factors"),
        source=str(spec.get("source", "")),
        what="unit",
    )


def rates_of(rule: RateRule, folder: str | Path | None = None) -> Rates:
    """Return the checked rates of a rule; a file lies in `folder`.

    Raises
    ------
    ContractError
        Of `read_rates`; a file that is not there, unreadable or outside the folder.
    """
    name = rule.file or ("rates" if rule.what == "currency" else "units")
    if rule.file:
        table = _read_file(rule, Path(folder or "."))
        return read_rates(table, to=rule.to, name=name, columns=rule.columns)
    if rule.rows:
        return read_rates(pd.DataFrame(list(rule.rows)), to=rule.to, name=name)
    return read_rates(rule.fixed, to=rule.to, what=rule.what, name=name)


def _read_file(rule: RateRule, folder: Path) -> pd.DataFrame:
    """Read a rate table as it lies."""
    con = connect()
    with TemporaryDirectory() as room:
        place = Place(path=inside(folder, rule.file), sheet=rule.sheet)
        return fetch(con, open_table(con, place, Path(room)).table)


def _names(
    doc: Document, spec: dict[str, Any], key: str, default: tuple[str, ...], *place: str | int
) -> tuple[str, ...]:
    value = spec.get(key, list(default))
    if not isinstance(value, list):
        raise misfit(doc, "a list of names", value, *place, key)
    return tuple(map(str, value))


def _rows(doc: Document, data: Any, *place: str | int) -> tuple[dict[str, Any], ...]:
    if not isinstance(data, list):
        raise misfit(doc, "a list of rates", data, *place)
    return tuple(keyed(doc, row, *place, i) for i, row in enumerate(data))
