"""Putting a data set together: tables built, converted, cleaned, looked at from a day."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from salesanalysis import strictyaml
from salesanalysis.data import verify
from salesanalysis.data.cleaning import DEFAULTS, Settings, clean, settings
from salesanalysis.data.dataset import Dataset, _checked_day
from salesanalysis.data.engine import connect, fetch_exact
from salesanalysis.data.ingest import sumrows
from salesanalysis.data.ingest.build import Builder, from_frame
from salesanalysis.data.ingest.controls import require_totals
from salesanalysis.data.ingest.converted import converted
from salesanalysis.data.kinds import AMOUNT, Origin
from salesanalysis.data.mapping import Mapping
from salesanalysis.data.remarks import Remark, remarks_of
from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.labels import Terms
from salesanalysis.periods import FiscalCalendar
from salesanalysis.schema import TABLES


def built(mapping: Mapping, as_of: object, cleaning: Any, **sources: Any) -> Dataset:
    """Build every table of a mapping and put the data set together."""
    con = connect()
    tables: dict[str, Any] = {}
    origins: dict[str, tuple[Origin, ...]] = {}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as room:
        builder = Builder(con, mapping, Path(room), **sources)
        for name in mapping.tables:
            tables[name], found = builder.table(name)
            origins[name] = tuple(found)
            require_totals(builder, name, tables[name])
    remarks = remarks_of(mapping, builder.headers)
    if "sales" in tables:
        tables["sales"], looked = sumrows.marked(con, tables["sales"])
        remarks += () if looked else (("quality.sums_unseen", ()),)
    tables, conversions = converted(con, tables, mapping, builder.home)
    for name in {c.name for c in conversions if c.kind == "currency"}:
        origins[name] = (_recounted(con, tables[name], name, origins[name]),)
    orders = [rule.columns.get("order_id") for rule in mapping.tables.get("sales", ())]
    return _assembled(
        con,
        tables,
        origins,
        name=mapping.name,
        titles=mapping.title,
        as_of=mapping.as_of if as_of is None else as_of,
        currency=mapping.currency,
        calendar=mapping.calendar,
        terms=mapping.terms,
        order=mapping.order,
        mapping=mapping.name,
        cleaning=_settings(mapping, cleaning),
        numbered_orders=any(rule is not None and rule.row for rule in orders),
        conversions=conversions,
        checks=verify.settings(mapping.doc, mapping.verify, "verify"),
        folder=str(builder.home or ""),
        remarks=(*remarks, *_notes(origins)),
    )


def _notes(origins: dict[str, tuple[Origin, ...]]) -> tuple[Remark, ...]:
    """Return what was decided about whole files and columns when they were read."""
    notes = [note for parts in origins.values() for origin in parts for note in origin.notes]
    return tuple(
        (key, (("name", name), ("what", what))) for key, name, what in dict.fromkeys(notes)
    )


def _recounted(con: Any, table: Any, name: str, parts: tuple[Origin, ...]) -> Origin:
    """Return what a table came from, its amount as it is after the conversion."""
    amount = fetch_exact(con, table.aggregate(n=table[AMOUNT[name]].sum()))["n"]
    return replace(Origin.total(parts), amount=float(amount))


def _settings(mapping: Mapping | None, given: Any) -> Settings:
    """Return the rules of the mapping, those that were given in their place."""
    if isinstance(given, str | Path):
        doc = strictyaml.read(given)
        return (
            settings(doc.data, where=doc.where)
            if mapping is None
            else _settings(mapping, dict(doc.data or {}))
        )
    declared = mapping.cleaning if mapping is not None else {}
    if given:
        return settings({**declared, **given}, where="load(cleaning=...)")
    if mapping is None:
        return DEFAULTS
    doc = mapping.doc
    return settings(declared, where=lambda *key: doc.where("cleaning", *key))


def of_frames(
    tables: dict[str, pd.DataFrame],
    *,
    name: str,
    titles: dict[str, str] | None = None,
    as_of: object = None,
    currency: str = "CNY",
    calendar: FiscalCalendar | None = None,
    terms: Terms | None = None,
    regions: tuple[str, ...] = (),
    cleaning: Any = None,
) -> Dataset:
    """Make a data set of frames that have our columns already.

    Raises
    ------
    ContractError
        A table nobody knows, columns that are missing, values that break the contract.
    """
    con = connect()
    sources: dict[str, Any] = {}
    origins: dict[str, tuple[Origin, ...]] = {}
    for table, frame in tables.items():
        if table not in TABLES:
            raise unknown_name(
                table, list(TABLES), kind="table", where=f"data set {name}", error=ContractError
            )
        sources[table], origin = from_frame(con, table, frame)
        origins[table] = (origin,)
    return _assembled(
        con,
        sources,
        origins,
        name=name,
        titles=titles or {"en": name, "zh": name},
        as_of=as_of,
        currency=currency,
        calendar=calendar or FiscalCalendar(),
        terms=terms or Terms(),
        order={"region": regions} if regions else {},
        mapping="",
        cleaning=_settings(None, cleaning),
    )


def _assembled(
    con: Any,
    sources: dict[str, Any],
    origins: dict[str, tuple[Origin, ...]],
    *,
    as_of: object,
    **context: Any,
) -> Dataset:
    """Put a data set together and look at it from `as_of`, or from its last line."""
    if "sales" not in sources:
        raise ContractError(
            f"{context['name']} has no table 'sales'.",
            where=f"tables are {sorted(sources)}",
            fix="map the order lines as the table sales",
            code="missing-column",
        )
    terms, order = context["terms"], context["order"]
    cleaned = clean(
        con,
        sources,
        context["cleaning"],
        as_of=as_of,
        regions=tuple({*order.get("region", ()), *terms.to_dict().get("region", {})}),
        numbered_orders=context.get("numbered_orders", False),
    )
    data = Dataset(
        as_of=pd.Timestamp(0),
        con=con,
        sources=cleaned.sources,
        lost=cleaned.lost,
        renamed=cleaned.renamed,
        origins={name: Origin.total(parts) for name, parts in origins.items()},
        parts=origins,
        **context,
    )
    return data.at(_last_day(data) if as_of is None else _checked_day(data, as_of))


def _last_day(data: Dataset) -> pd.Timestamp:
    """Return the last day with a line; its month is over where a later one was left out."""
    last = data._span[1]
    return last + pd.offsets.MonthEnd(0) if data.lost_open_month else last
