"""Currencies and units of a mapping: converted by its tables of rates, or refused."""

from pathlib import Path
from typing import Any

from salesanalysis.data import rates
from salesanalysis.data.kinds import AMOUNT
from salesanalysis.data.mapping import Mapping
from salesanalysis.data.rates import Conversion
from salesanalysis.errors import ContractError
from salesanalysis.schema import TABLES

#: Our column that names the currency of a line.
CURRENCY = "currency"


def converted(
    con: Any, tables: dict[str, Any], mapping: Mapping, folder: Path | None
) -> tuple[dict[str, Any], tuple[Conversion, ...]]:
    """Bring amounts to the currency of the mapping and quantities to one unit.

    Raises
    ------
    ContractError
        Several currencies and no rates; lines whose currency has no rate on their day; a label
        and rates at the same time.
    """
    doc, done, tables = mapping.doc, [], dict(tables)
    rules = []
    if mapping.rates:
        rules.append(rates.settings(doc, mapping.rates, "rates", to=mapping.currency))
    if mapping.units:
        rules.append(rates.units(doc, mapping.units, "units"))
    if mapping.rates and mapping.currency_is_label:
        raise ContractError(
            "A currency column is either a label or converted by rates, not both.",
            where=doc.where("currency_is_label"),
            fix="leave one of currency_is_label and rates out",
            code="bad-choice",
        )
    for rule in rules:
        given = rates.rates_of(rule, folder)
        for name in rule.tables:
            tables[name], conversion = rates.convert(
                con,
                _table(tables, name, doc.where(rule.what)),
                given,
                amounts=rule.amounts or _amounts(name, tables[name]),
                column=rule.column,
                date="date" if "date" in tables[name].columns else "period",
                name=name,
                prices=rule.prices,
                source=rule.source,
                where=doc.where("rates" if rule.what == "currency" else "units"),
            )
            done.append(conversion)
    if not mapping.rates:
        done += _not_converted(con, tables, mapping)
    return tables, tuple(done)


def _table(tables: dict[str, Any], name: str, where: str) -> Any:
    if name not in tables:
        raise ContractError(
            f"There is no table {name!r} to convert.",
            where=where,
            fix=f"name one of {', '.join(tables)}",
            code="unknown-name",
        )
    return tables[name]


def _amounts(name: str, table: Any) -> list[str]:
    """Return the columns of money of a table that is to be converted."""
    money = [c.name for c in TABLES[name] if c.unit == "currency"]
    return [c for c in money if c in table.columns] or [AMOUNT[name]]


def _not_converted(con: Any, tables: dict[str, Any], mapping: Mapping) -> list[Conversion]:
    """Refuse several currencies nobody explained, or count what a label stands beside."""
    found = []
    for name, table in tables.items():
        if name not in AMOUNT or CURRENCY not in table.columns:
            continue
        if mapping.currency_is_label:
            amounts = [AMOUNT[name]]
            found.append(
                rates.labelled(con, table, to=mapping.currency, amounts=amounts, name=name)
            )
        else:
            where = mapping.doc.where("tables", name)
            rates.require_one_currency(con, table, to=mapping.currency, name=name, where=where)
    return found
