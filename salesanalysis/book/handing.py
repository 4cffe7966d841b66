"""The plan of the company: its own target, or what is proposed, handed down to the month."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pandas as pd

from salesanalysis import targets
from salesanalysis.book import given
from salesanalysis.book.leaves import leaf_weights
from salesanalysis.book.planning.choices import Choices
from salesanalysis.book.planning.ground import Ground
from salesanalysis.book.planning.margins import with_margins
from salesanalysis.book.planning.presence import (
    UNASSIGNED,
    presence,
    presence_edits,
    starters,
)
from salesanalysis.data import Dataset
from salesanalysis.data.engine import fetch
from salesanalysis.errors import ContractError
from salesanalysis.labels import LANGUAGES, Terms, label
from salesanalysis.panel import Panel
from salesanalysis.targets.base_cleaning.log import LOG, empty_log
from salesanalysis.targets.bottomup.gaps import GapTable
from salesanalysis.targets.growth_methods.choices import RATES
from salesanalysis.targets.history import monthly, season

_SPLITS = ("working_days", "equal")
#: Nobody is asked to grow or shrink by more than this on the word of a few years.
GROWTH_CAP = 0.50
#: Part of the way each unit's growth is moved to that of the units around: half of it is luck.
GROWTH_PULL = 0.5


def propose(
    data: Dataset, business: Panel, choices: Choices, forecast: Any = None
) -> tuple[targets.Basis, targets.AssumptionBridge | None]:
    """Return the growth proposed per business unit, and the bridge of what is assumed.

    Where growth is read from history, `GROWTH_CAP` and `GROWTH_PULL` hold unless the choices say
    otherwise, one by one: naming the method does not lift the cap.

    Parameters
    ----------
    data : Dataset
    business : Panel
    choices : Choices
    forecast : function without arguments, optional
        Returns the forecast, for the growth method of that name.
    """
    how = choices.section("growth")
    method = how.pop("method", "weighted_years")
    if method in RATES and "rate" not in how:
        how = {"cap": GROWTH_CAP, "pull": GROWTH_PULL, **how}
    if "table" in choices.tables or "potential" in choices.tables:
        how["table"] = choices.table("potential")
    if method == "forecast":
        how["forecast"] = forecast() if forecast else None
    history: Any = business
    cleaning = choices.section("cleaning")
    if cleaning:
        policy = targets.Policy(**cleaning)
        deals = None if policy.outlier == "keep" else _deals(data, list(business.by))
        history = targets.clean_base(business, year=data.year, policy=policy, deals=deals)
    basis = targets.growth(history, method=method, year=data.year, **how)
    written = choices.table("assumptions")
    if written is None:
        return basis, None
    by = [c for c in basis.by if c in written.columns]
    return targets.assume(basis, targets.Assumptions.of(written, by=by, terms=data.terms))


def _deals(data: Dataset, by: list[str]) -> pd.DataFrame:
    """Return every order as one deal: level columns, ``date``, ``amount``."""
    lines = data.table("sales")
    orders = lines.group_by([*by, "order_id"]).aggregate(
        date=lines["date"].min(), amount=lines["revenue"].sum()
    )
    found = fetch(data.con, orders).drop(columns="order_id")
    found["amount"] = found["amount"].astype("float64")
    return found.assign(date=pd.to_datetime(found["date"]))


def hand_down(
    data: Dataset,
    levels: tuple[str, ...],
    basis: targets.Basis,
    business: Panel,
    choices: Choices | None = None,
) -> Ground:
    """Return what the company's own total, or the sum of what is proposed, is handed down from.

    Units the company has pinned keep their value; its target says how months are split
    (``method``: working_days, equal, anything else: season). The choices of the planner win.
    """
    choices = choices or Choices()
    own = given.yearly_targets(data, levels)
    whole = own[own["level"] == "company"]
    pins = own[(own["level"] != "company") & own["pinned"].astype("bool")]
    pins = _pins(pins, choices.table("pins"), levels)
    # a proposal is rounded to whole units of the currency; a target of the company never is
    asked = choices.alone("total")
    total = Decimal(str(whole["value"].iloc[0])) if len(whole) else Decimal(round(basis.total()))
    total = total if asked is None else Decimal(str(asked))
    leaves = leaf_weights(data.panel(by=list(levels)), basis, given.not_here(data))
    leaves, log = _with_starters(leaves, data, basis, choices)
    cents = total % 1 or (pins["value"] % 1).any()
    months = choices.section("months")
    way = whole["method"].iloc[0] if len(whole) else "season"
    split = way if way in _SPLITS else _split(data, business)
    days = choices.table("calendar")
    ground = Ground(
        _leaf_basis(leaves, data, levels),
        business,
        str(total),
        str(choices.alone("step") or ("0.01" if cents else 1)),
        "" if months.get("weights") else str(months.get("split") or split),
        weights=tuple(float(v) for v in months.get("weights") or ()),
        days=pd.DataFrame() if days is None else days,
        pins=pins,
        log=log,
        asked=f"{data.as_of:%Y-%m-%d}",
        rates=_rates(choices, levels),
    )
    ground = with_margins(ground, choices, is_given=len(whole) > 0 or asked is not None)
    ground = _agreed(ground, choices, levels, data)
    ground = _by_presence(ground, data, choices)
    edits = choices.table("edits")
    return ground if edits is None else ground.with_edits(edits)


def _rates(choices: Choices, levels: tuple[str, ...]) -> dict[str, float]:
    """Return the over-assignment per level; a single number stands for every level."""
    given = choices.alone("over_assignment")
    if given is None:
        return {}
    return dict(given) if isinstance(given, dict) else dict.fromkeys(levels, float(given))


def _leaf_basis(leaves: pd.DataFrame, data: Dataset, levels: tuple[str, ...]) -> targets.Basis:
    return targets.Basis.of(
        leaves, by=levels, year=data.year, calendar=data.calendar, currency=data.currency,
        terms=data.terms,
    )  # fmt: skip


def _pins(own: pd.DataFrame, written: pd.DataFrame | None, levels: tuple[str, ...]) -> pd.DataFrame:
    """Return the pins of the company's targets and the planner's own, one per unit."""
    told = [c for c in ("reason", "author", "time") if written is not None and c in written]
    parts = [own.reindex(columns=[*levels, "value"])]
    if written is not None:
        parts.append(written.reindex(columns=[*levels, "value", *told]))
    pins = pd.concat([p for p in parts if len(p)] or parts[:1], ignore_index=True)
    for level in levels:
        pins[level] = pins[level].astype("object").where(pins[level].notna(), "").astype("str")
    # what the planner writes stands in place of the company's table
    return pins.drop_duplicates(list(levels), keep="last", ignore_index=True)


def _with_starters(
    leaves: pd.DataFrame, data: Dataset, basis: targets.Basis, choices: Choices
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give people without a last year the median of their peers, where the planner asks for it."""
    log = basis.policy_log[list(LOG)] if len(basis.policy_log) else empty_log()
    people = _people(data, choices)
    if choices.section("people").get("starters", "none") == "none":
        return leaves, log
    if people is None:
        raise _nobody(data, choices, "starters")
    first = data.calendar.months(data.year - 1)[0]
    leaves, more = starters(leaves, people, by=basis.by, first=first)
    return leaves, pd.concat([p for p in (log, more) if len(p)] or [log], ignore_index=True)


def _people(data: Dataset, choices: Choices) -> pd.DataFrame | None:
    """Return who works where from when to when: the planner's table, else that of the data."""
    written = choices.table("people")
    if written is not None:
        return written
    if "people" not in data.tables:
        return None
    people = data.frame("people")
    return people if "valid_from" in people.columns else None


def _nobody(data: Dataset, choices: Choices, setting: str) -> ContractError:
    """Build the error of a rule about people where nobody says who they are."""
    return ContractError(
        f"{setting} of people is asked for, and nothing says who works where from when to when.",
        where=f"{choices.file or 'choices'}: people.{setting}, tables of {data.name}: "
        + ", ".join(data.tables),
        fix="name a table: people: {table: people.csv}, with salesperson and valid_from",
        code="missing-column",
    )


def _agreed(ground: Ground, choices: Choices, levels: tuple[str, ...], data: Dataset) -> Ground:
    """Pin what top-down and bottom-up agree on, inside the targets of the units above."""
    how = choices.section("proposals")
    if how.get("how", "top") == "top":
        return ground
    gaps = gap_of(ground.plan(), choices, data)
    by = list(gaps.by)
    held = ground.pins[(ground.pins[by] != "").all(axis=1)] if len(ground.pins) else ground.pins
    inside = held[(held[[c for c in levels if c not in by]] == "").all(axis=1)]
    parts = []
    for names, rows in gaps.frame.groupby(by[:-1]) if len(by) > 1 else [((), gaps.frame)]:
        own = inside
        for level, name in zip(by, names, strict=False):
            own = own[own[level] == name]
        part = GapTable(rows, gaps.by, float(rows["top_down"].sum()), gaps.currency, gaps.terms)
        found = targets.reconcile(
            part, how["how"], weight=how.get("weight"), missing=how.get("missing", "top"),
            pins=own[[*by, "value"]] if len(own) else None, step=ground.step,
        )  # fmt: skip
        parts.append(found.to_frame()[[*by, "value"]])
    pins = pd.concat(parts, ignore_index=True).reindex(columns=[*levels, "value"])
    pins[list(levels)] = pins[list(levels)].astype("object").fillna("").astype("str")
    pins = pins.assign(reason="agreed between top-down and bottom-up")
    both = pd.concat([ground.pins, pins], ignore_index=True)
    both = both.drop_duplicates(list(levels), keep="first", ignore_index=True)
    return replace(ground, pins=both)


def gap_of(plan: targets.Plan, choices: Choices, data: Dataset, forecast: Any = None) -> GapTable:
    """Return what is asked beside what is offered from below.

    Raises
    ------
    ContractError
        No table of proposals, or one without level columns.
    """
    table = choices.table("proposals")
    by = [] if table is None else [c for c in plan.levels if c in table.columns]
    if table is None or not by:
        raise ContractError(
            "There is no table of proposals with a level of the plan.",
            where=f"{choices.file or 'choices'}: proposals.table",
            fix="name a CSV file with region, proposer and value",
            code="missing-column",
        )
    offered = targets.Proposals.of(table, by=by, currency=data.currency, terms=data.terms)
    return targets.gap_table(plan, offered, forecast)


def _by_presence(ground: Ground, data: Dataset, choices: Choices) -> Ground:
    """Ask people for the days they work, where the planner says what becomes of the rest."""
    how = choices.section("people")
    people = _people(data, choices)
    if "relief" not in how:
        return ground
    if people is None or "salesperson" not in ground.leaves.by:
        raise _nobody(data, choices, "relief")
    plan = ground.plan()
    found = presence(
        plan, people, day_weight=how.get("day_weight", "workday"), ramps=how.get("ramps"),
        calendar=ground.days if len(ground.days) else None,
    )  # fmt: skip
    edits, lines = presence_edits(
        plan, found, relief=how["relief"], held=ground.pins,
        signed={"author": "people", "time": pd.Timestamp(ground.asked)},
    )  # fmt: skip
    if not len(edits):
        return ground
    leaves = ground.leaves.frame[[*ground.leaves.by, "base", "value"]]
    if len(lines):
        leaves = pd.concat([leaves, lines.assign(base=0.0, value=0.0)], ignore_index=True)
    basis = _leaf_basis(leaves, data, ground.leaves.by)
    if len(lines):
        basis = replace(basis, terms=_with_unassigned(data.terms))
    return replace(ground, leaves=basis, edits=edits)


def _with_unassigned(terms: Terms) -> Terms:
    """Return the names of a company with the line of nobody called in every language."""
    people = terms.names.get("salesperson", {})
    called = {lang: label("word.unassigned", lang) for lang in LANGUAGES}
    return Terms({**terms.names, "salesperson": {UNASSIGNED: called, **people}})


def _split(data: Dataset, business: Panel) -> str:
    """Return by season where a complete year shows one, else equally."""
    return "season" if len(season(monthly(business), business, data.year)) else "equal"
