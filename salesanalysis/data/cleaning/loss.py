# ruff: noqa: PD003  Ibis calls it isnull
"""Lines leave the numbers only here: each to the first rule that drops it, none uncounted."""

from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from salesanalysis.data.cleaning import flags, together
from salesanalysis.data.cleaning.counting import Found, counted, total
from salesanalysis.data.cleaning.look import (
    ID,
    RULE,
    Look,
    is_kept,
    numbered,
    people_of,
)
from salesanalysis.data.cleaning.settings import TOGETHER, Settings
from salesanalysis.data.engine import fetch, keep
from salesanalysis.data.kinds import FILE, ROW
from salesanalysis.errors import ContractError, ReconciliationError

#: Rows that travel with a refusal.
MAX_ROWS = 1000


@dataclass(frozen=True, eq=False)
class Cleaned:
    """Tables after the cleaning.

    Attributes
    ----------
    sources : dict, table -> Ibis table
        ``sales`` without the lines that were dropped.
    lost : Ibis table, optional
        The lines that were dropped, with ``rule`` and the row of the file where it is known.
    renamed : tuple of dict
        ``column``, ``from_name``, ``to_name``, ``n_rows`` of the names that were mended.
    """

    sources: dict[str, Any]
    lost: Any = None
    renamed: tuple[dict[str, Any], ...] = field(default=())


def clean(
    con: Any,
    sources: dict[str, Any],
    settings: Settings,
    *,
    as_of: object = None,
    regions: tuple[str, ...] = (),
    numbered_orders: bool = False,
) -> Cleaned:
    """Mend the names that were accepted, then drop the lines that settings say are dropped.

    Parameters
    ----------
    con : the engine
    sources : dict, table -> Ibis table
    settings : Settings
    as_of : date, optional
        The day the data are looked at from; the last line unless said.
    regions : tuple of str
        Regions that were declared.
    numbered_orders : bool
        Order numbers are row numbers, because the file has none: copies then differ in them.

    Returns
    -------
    Cleaned
        `sources` as they were where nothing is asked for.

    Raises
    ------
    ContractError
        ``over-limit``: a rule finds more lines than its limit. ``over-budget``: more is dropped
        than `max_loss` allows. A rule that needs numbered lines on another engine's table.
    ReconciliationError
        Lines or amounts before and after differ: a defect of ours.
    """
    if not settings.eager:
        return Cleaned(sources)
    rows, renamed = _mended(con, _workable(con, sources["sales"], settings), settings)
    look = Look(
        con, rows, _day(con, rows, as_of), settings, people_of(con, sources), regions,
        numbered_orders,
    )  # fmt: skip
    read = total(look, look.rows)
    try:
        _require_limits(look, read)
        kept, lost, loss = _split(look) if settings.drops else (rows, None, {})
    finally:
        together.forget(look)
    _require_budget(look, read, lost, loss)
    kept = _settled(con, kept, sources["sales"])
    if lost is not None:
        _require_nothing_vanished(look, read, kept, loss)
    return Cleaned({**sources, "sales": kept}, lost, renamed)


def _workable(con: Any, sales: Any, settings: Settings) -> Any:
    """Return the order lines with numbers; kept in the engine first where a rule needs them."""
    rows = numbered(con, sales)
    wanted = [r for r in settings.drops if r in TOGETHER]
    if ID in rows.columns or not wanted:
        return rows
    if not Look(con, rows, pd.Timestamp(0)).is_local:
        raise ContractError(
            f"{wanted[0]} cannot be dropped from a table of another engine: its lines have no "
            "number.",
            where=f"cleaning.{wanted[0]}",
            fix="flag them, or leave them out in a view of the database",
            code="bad-choice",
        )
    return numbered(con, keep(con, "sales_read", rows))


def _day(con: Any, rows: Any, as_of: object) -> pd.Timestamp:
    if as_of is not None:
        return pd.Timestamp(str(as_of))
    return pd.Timestamp(fetch(con, rows.aggregate(day=rows["date"].max()))["day"].iloc[0])


def _mended(con: Any, rows: Any, settings: Settings) -> tuple[Any, tuple[dict[str, Any], ...]]:
    """Return the rows with the accepted names, and how many lines each one had."""
    done: list[dict[str, Any]] = []
    for column, names in settings.rename.items():
        if column not in rows.columns:
            continue
        hit = rows.filter(rows[column].isin(list(names)))
        n = fetch(con, hit.group_by(name=hit[column]).aggregate(n=hit.count()))
        lines = dict(zip(n["name"], n["n"], strict=True))
        done += [
            {"column": column, "from_name": a, "to_name": b, "n_rows": int(lines.get(a, 0))}
            for a, b in names.items()
        ]
        rows = rows.mutate(**{column: rows[column].substitute(names)})
    return rows, tuple(done)


def _split(look: Look) -> tuple[Any, Any, dict[str, Found]]:
    """Return the rows that stay, those that are lost, and the loss per rule."""
    able = [r for r in look.settings.drops if not flags.needs(r, look)]
    marked = _assigned(look, able)
    lost = marked.filter(marked[RULE].notnull())  # noqa: PD004
    names = [c for c in look.rows.columns if c != ID]
    if look.is_local:
        lost = keep(look.con, "sales_lost", lost.select(*names, RULE, *_ids(lost)))
    kept = _without(look, marked, lost)
    sizes = {r: total(look, lost.filter(lost[RULE] == r)) for r in able}
    return kept, lost.drop(*_ids(lost)), sizes


def _ids(table: Any) -> list[str]:
    return [ID] if ID in table.columns else []


def _without(look: Look, marked: Any, lost: Any) -> Any:
    """Return the rows that are in no rule's loss."""
    if ID not in look.rows.columns:
        stay = marked.filter(marked[RULE].isnull())
        return stay.select(*look.rows.columns)
    gone = lost.select(_gone=ID)
    return look.rows.anti_join(gone, look.rows[ID] == gone["_gone"])


def _assigned(look: Look, rules: list[str]) -> Any:
    """Return the rows with the first rule that drops each; empty where none does."""
    import ibis  # noqa: PLC0415

    table = flags.widened(look, [r for r in rules if r not in TOGETHER])
    for rule in rules:
        if rule in TOGETHER:
            ids = together.found(rule, look).select(**{f"_in_{rule}": ID})
            table = table.left_join(ids, table[ID] == ids[f"_in_{rule}"])
    cases = [
        (
            table[f"_in_{r}"].notnull()  # noqa: PD004
            if r in TOGETHER
            else flags.condition(r, look, table),
            r,
        )
        for r in rules
    ]
    rule = ibis.cases(*cases, else_=ibis.null("string")) if cases else ibis.null("string")
    return table.mutate(**{RULE: rule})


def _settled(con: Any, kept: Any, before: Any) -> Any:
    """Return the rows that stay as a table of the engine, or as they are where none is kept."""
    if ID not in kept.columns:
        return kept
    after = keep(con, "sales_kept", kept.drop(ID))
    name = before.op().name if is_kept(con, before) else "sales_read"
    con.raw_sql(f'DROP TABLE IF EXISTS "{name}"')
    return after


def _require_limits(look: Look, read: Found) -> None:
    """Refuse data in which a rule finds more than its limit; the first rule in the order."""
    limits = look.settings.limits
    for rule, found in counted(look, list(limits)).items():
        share = found.n / max(read.n, 1)
        if share > limits[rule]:
            raise ContractError(
                f"{rule} finds {found.n:,} of {read.n:,} order lines ({share:.2%}), above its "
                f"limit of {limits[rule]:.2%}.",
                where=f"cleaning.{rule}.limit; {_named(look, rule)}",
                fix="mend the export, or raise the limit if these lines are right",
                code="over-limit",
                rows=offending(look, rule, MAX_ROWS),
            )


def _named(look: Look, rule: str) -> str:
    rows = offending(look, rule, 3)
    if ROW in rows:
        return f"first rows {rows[ROW].tolist()}, see .rows"
    return f"first orders {rows['order_id'].tolist()}, see .rows"


def _require_budget(look: Look, read: Found, lost: Any, loss: dict[str, Found]) -> None:
    """Refuse to drop more than the budget."""
    budget = look.settings.max_loss
    if budget is None or lost is None:
        return
    gone = {
        "rows": sum(f.n for f in loss.values()),
        "money": sum(f.units_abs for f in loss.values()),
    }
    whole = {"rows": read.n, "money": read.units_abs}
    for kind, allowed in (("rows", budget.rows), ("money", budget.money)):
        share = gone[kind] / max(whole[kind], 1)
        if allowed is not None and share > allowed:
            parts = ", ".join(f"{r} {f.n:,}" for r, f in loss.items() if f.n)
            raise ContractError(
                f"The cleaning would drop {share:.2%} of {_OF[kind]}, above the budget of "
                f"{allowed:.2%}.",
                where=f"cleaning.max_loss.{kind}; lines by rule: {parts}",
                fix="flag instead of drop where the lines are right, or raise the budget",
                code="over-budget",
                rows=fetch(look.con, lost.order_by(*_order(lost)).limit(MAX_ROWS)),
            )


_OF = {"rows": "the order lines", "money": "the amounts (without their signs)"}


def _require_nothing_vanished(look: Look, read: Found, kept: Any, loss: dict[str, Found]) -> None:
    """Compare lines and amounts before and after, exactly."""
    stay = total(replace(look, rows=kept), kept)
    after = (
        stay.n + sum(f.n for f in loss.values()),
        stay.units + sum(f.units for f in loss.values()),
    )
    if (read.n, read.units) != after:
        raise ReconciliationError(
            f"The cleaning read {read.n:,} lines and holds {after[0]:,}.",
            where="table sales",
            fix="this is a defect: please report it with the file",
            code="does-not-add-up",
        )


def offending(look: Look, rule: str, limit: int | None) -> pd.DataFrame:
    """Return the lines that `rule` finds: largest amounts first, then by their values.

    Returns
    -------
    DataFrame
        The columns of the table, with `ROW` (from 1) and `FILE` where they are known.
    """
    rows = found_rows(look, rule)
    rows = rows.mutate(_size=rows["revenue"].abs())
    rows = rows.order_by(rows["_size"].desc(), *_order(rows))
    wanted = [c for c in (ROW, FILE) if c in rows.columns] + look.columns
    rows = rows.select(*wanted)
    return fetch(look.con, rows if limit is None else rows.limit(limit))


def found_rows(look: Look, rule: str) -> Any:
    """Return the rows that `rule` finds, as an expression."""
    if rule in TOGETHER:
        return together.found(rule, look)
    table = flags.widened(look, [rule])
    return table.filter(flags.condition(rule, look, table))


def _order(table: Any) -> list[str]:
    """Return the columns that order rows the same way every time."""
    return [c for c in ("date", "order_id", "product", "customer", ROW) if c in table.columns]
