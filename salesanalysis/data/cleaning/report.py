# ruff: noqa: PD003  Ibis calls it isnull
"""What the rules find in a data set, as the tables of its loss report."""

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from salesanalysis.data.cleaning import together
from salesanalysis.data.cleaning.counting import Found, counted, parted
from salesanalysis.data.cleaning.look import ID, RULE, Look, numbered, people_of, yes
from salesanalysis.data.cleaning.loss import found_rows, offending
from salesanalysis.data.cleaning.names import proposals
from salesanalysis.data.cleaning.settings import RULES, Settings, settings
from salesanalysis.data.engine import fetch_exact
from salesanalysis.data.kinds import FILE, NONE, ROW

#: Rows of each rule that travel with the report.
EVIDENCE = 20
#: Where the numbers of lost lines begin: above any line that stayed.
LOST_FROM = 2**62
#: Keys named in the table.
EXAMPLES = 3

#: Columns of the loss report that readers see; the saved table has them all.
LOSS = ("rule", "status", "n_rows", "amount", "money_share", "n_dropped", "amount_dropped")
#: A rule of this status found nothing or did not look.
QUIET = ("nothing_found", "skipped", "no_column", "no_list", "nothing_listed")


@dataclass(frozen=True, eq=False)
class Report:
    """The loss report as tables.

    Attributes
    ----------
    rules : DataFrame, one row per rule in the fixed order
        ``rule``, ``action``, ``n_rows``, ``units``, ``units_abs`` (what the rule finds among the
        lines up to `as_of`, in ten-thousandths of the currency unit), ``n_dropped``,
        ``units_dropped``, ``units_abs_dropped`` (what was lost to it), ``n_orders``,
        ``units_expected``, ``examples`` and ``status``.
    totals : dict, name -> int
        ``n_`` and ``units_`` of ``later``, ``later_lost`` (those of them that a rule dropped) and
        ``kept``; ``n_looked`` lines up to the day, with
        ``units_abs``, their amounts without signs; ``units_abs_read`` with those after it.
    names : DataFrame
        Proposed names; see `proposals`.
    evidence : DataFrame
        ``rule``, ``row`` (from 1, where known), ``file`` and the columns of the table: the
        largest lines of each rule.
    last_open : Timestamp or None
        The last day of the lines of a month that is not over, dropped ones included.
    """

    rules: pd.DataFrame
    totals: dict[str, int]
    names: pd.DataFrame
    evidence: pd.DataFrame
    last_open: pd.Timestamp | None
    look: Look = field(repr=False)


def examined(data: Any) -> Report:
    """Hold the order lines of `data` up to its day against every rule that is asked for."""
    everything, look, until = _looks(data)
    try:
        return _report(everything, look, until)
    finally:
        together.forget(look)


def settings_of(data: Any) -> Settings:
    """Return the settings a data set was cleaned with."""
    given = getattr(data, "cleaning", None)
    return given if isinstance(given, Settings) else settings(given, where="cleaning")


def _looks(data: Any) -> tuple[Any, Look, pd.Timestamp]:
    """Return all lines, lost ones included, the look at those that are seen, and their last day."""
    rows = numbered(data.con, data.sources["sales"])
    lost = getattr(data, "lost", None)
    rows = _with_lost(rows, lost)
    day, until = (data.as_of, data.as_of) if lost is None else _days(data, rows)
    declared = {*data.order.get("region", ()), *data.terms.to_dict().get("region", {})}
    look = Look(
        data.con,
        rows.filter(rows["date"] <= until.date()),
        day,
        settings_of(data),
        people_of(data.con, data.sources),
        tuple(sorted(declared - {NONE})),
        bool(getattr(data, "numbered_orders", False)),
    )
    return rows, look, until


def _days(data: Any, rows: Any) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return the day the rules look from and the last day of the lines they look at.

    Where every line that stayed is seen, so are those that were lost behind the last one: a month
    that is not over, a day typed wrong. Only the first of them tells what day it is.
    """
    stayed = rows[RULE].isnull()
    dated = stayed | yes(rows[RULE] == "open_month")
    date = rows["date"]
    found = fetch_exact(
        data.con,
        rows.aggregate(
            stayed=date.max(where=stayed), dated=date.max(where=dated), every=date.max()
        ),
    )
    if found["stayed"] is None or found["stayed"] > data.as_of.date():
        return data.as_of, data.as_of
    day = max(data.as_of, pd.Timestamp(found["dated"]))
    return day, max(day, pd.Timestamp(found["every"]))


def _with_lost(rows: Any, lost: Any) -> Any:
    """Return the lines that stayed and those that were lost, told apart by `RULE`."""
    import ibis  # noqa: PLC0415

    rows = rows.mutate(**{RULE: ibis.null("string")})
    if lost is None:
        return rows
    extra: dict[str, Any] = {}
    if ID in rows.columns:
        # after the lines that stayed: of two copies the one that was lost is the copy
        extra[ID] = ibis.row_number().cast("int64") + LOST_FROM
    extra |= {c: ibis.null("int64") for c in (ROW,) if c in rows.columns and c not in lost.columns}
    return rows.union(lost.mutate(**extra).select(*rows.columns))


def _report(everything: Any, look: Look, until: pd.Timestamp) -> Report:
    asked = look.settings.asked
    found = counted(look, asked)
    lost, found_in = _sorted(everything, look, until)
    evidence = _evidence(look, [r for r in asked if found[r].n])
    table = pd.DataFrame([_row(look, r, found.get(r), lost.get(r, Found())) for r in RULES])
    keys = evidence.groupby("rule", sort=False)["order_id"].agg(_examples)
    table["examples"] = pd.Series([keys.get(r, "") for r in table["rule"]], dtype="str")
    later, kept = found_in["later"], found_in["kept"]
    gone = sum(f.units_abs for f in lost.values())
    totals = {
        "n_later": later.n,
        "units_later": later.units,
        "n_later_lost": found_in["later_lost"].n,
        "units_later_lost": found_in["later_lost"].units,
        "n_kept": kept.n,
        "units_kept": kept.units,
        "n_looked": kept.n + sum(f.n for f in lost.values()),
        "units_abs": kept.units_abs + gone,
        "units_abs_read": later.units_abs + kept.units_abs + gone,
    }
    names = proposals(look) if "unlike_names" in asked else proposals(look).head(0)
    last_open = _last_open(look) if found.get("open_month", Found()).n else None
    return Report(_typed(table), totals, names, evidence, last_open, look)


def _last_open(look: Look) -> pd.Timestamp:
    rows = found_rows(look, "open_month")
    return pd.Timestamp(fetch_exact(look.con, rows.aggregate(last=rows["date"].max()))["last"])


def _sorted(
    everything: Any, look: Look, until: pd.Timestamp
) -> tuple[dict[str, Found], dict[str, Found]]:
    """Return what was lost to each rule that drops; what lies after the day, and what is left."""
    later = everything["date"] > until.date()
    gone = everything[RULE].notnull()  # noqa: PD004
    parts = {"later": later, "later_lost": later & gone, "kept": ~later & ~gone}
    parts |= {f"lost {r}": ~later & yes(everything[RULE] == r) for r in look.settings.drops}
    found = parted(look, everything, parts)
    lost = {r: found[f"lost {r}"] for r in look.settings.drops}
    return lost, found


def _row(look: Look, rule: str, found: Found | None, lost: Found) -> dict[str, Any]:
    """Return the row of one rule."""
    setting = look.settings[rule]
    seen = found or Found(status="skipped")
    status = seen.status or ("nothing_found" if not seen.n else f"{_DONE[setting.action]}")
    return {
        "rule": rule,
        "action": setting.action,
        "n_rows": seen.n,
        "units": seen.units,
        "units_abs": seen.units_abs,
        "n_dropped": lost.n,
        "units_dropped": lost.units,
        "units_abs_dropped": lost.units_abs,
        "n_orders": seen.orders,
        "units_expected": seen.expected,
        "status": status,
    }


_DONE = {"flag": "flagged", "drop": "dropped"}
_COUNTED = ("n_orders", "units_expected")


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    return table.astype(dict.fromkeys(_COUNTED, "Int64"))


def _examples(orders: pd.Series) -> str:
    return ", ".join(orders.drop_duplicates().head(EXAMPLES))


def _evidence(look: Look, rules: list[str]) -> pd.DataFrame:
    """Return the largest lines of each rule."""
    parts = [shown(offending(look, r, EVIDENCE), look).assign(rule=r) for r in rules]
    if not parts:
        parts = [pd.DataFrame({c: pd.Series(dtype="str") for c in ("rule", *look.columns)})]
    table = pd.concat(parts, ignore_index=True)
    return table[["rule", *(c for c in table.columns if c != "rule")]]


def shown(rows: pd.DataFrame, look: Look) -> pd.DataFrame:
    """Return rows with the names their numbers are shown by: ``row`` and ``file``."""
    if ROW in rows:
        rows[ROW] = rows[ROW].astype("Int64")
    front = [c for c in (ROW, FILE) if c in rows]
    named = rows.rename(columns={ROW: "row", FILE: "file"})
    return named[[*(c.strip("_") for c in front), *look.columns]]
