"""Quota-days: everybody's part of a full target, by days, share and ramp."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_unique, unknown_name
from salesanalysis.labels import Terms
from salesanalysis.rounding import split_within
from salesanalysis.targets.steps import Step
from salesanalysis.targets.time.quotadays import QuotaDays
from salesanalysis.targets.time.segments import PERSON, Segments, gaps, read_segments
from salesanalysis.targets.time.workdays import Calendar, day_table

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
WEIGHTS = ("calendar", "workday", "seasonal")
RELIEFS = ("hold", "redistribute", "reduce_parent")
CHANGES = ("retroactive", "time_weighted", "from_date")


def quota_days(
    assignments: pd.DataFrame,
    full: pd.DataFrame,
    *,
    first: object,
    last: object,
    day_weight: str,
    relief: str,
    mid_period: str | None = None,
    parent: str = "team",
    ramps: Mapping[str, Sequence[float]] | None = None,
    season: Sequence[float] | None = None,
    calendar: Calendar = None,
    step: str | int | float = 1,
    currency: str = "CNY",
    terms: Terms | None = None,
) -> QuotaDays:
    r"""Return the target of everybody who is there for a part of the period only.

    Parameters
    ----------
    assignments : DataFrame, one row per segment
        ``salesperson``, `parent`, ``valid_from``, ``valid_to`` (inclusive, empty = still there),
        ``share`` (0..1, default 1), ``ramp`` (0..1 or the name of a curve, default 1),
        ``ramp_start`` (day a curve begins, default the person's first day on it) and ``reason``
        (join, leave, transfer, split ...).
    full : DataFrame
        ``salesperson``, ``target`` (currency: what a full share for the whole period would be
        asked) and, where a target changes on the way, one row per version with ``valid_from``.
    first, last : dates
        The period, both days included.
    day_weight : {"calendar", "workday", "seasonal"}
        What a day counts: 1, its working-day flag, or its part of `season`.
    relief : {"hold", "redistribute", "reduce_parent"}
        What the parent does with the amount that is freed: keeps it without a name, spreads it
        over its people by their targets, or asks for less.
    mid_period : {"retroactive", "time_weighted", "from_date"}, required where a target changes
        The new figure counts for the whole period; each figure counts for its own days; or the
        new figure is what is asked for the days from its date to the end.
    parent : str
        The level column that handed the targets down.
    ramps : dict of name -> factors, optional
        One factor per month since the start of the curve; months after the last one count 1.
    season : sequence of float, one per month of the period
        For ``day_weight="seasonal"``; the working days of a month share its weight equally.
    calendar : DataFrame or {"china", "weekdays"}, default "china"
    step : amount, currency

    Returns
    -------
    QuotaDays

    Raises
    ------
    ContractError
        A choice that is missing or unknown, shares above 1 on one day, people without a target
        or without an assignment, values that cannot be used.

    Notes
    -----
    :math:`T = \sum_s T_{full} \, W(s)/W(period) \times share \times ramp` with W the sum of day
    weights. It is worked out day by day, so that cutting a segment in two changes nothing. The
    parent of a person is the one with most of the person's quota-days (ties: the smaller name).
    Each person is rounded half up to a step; what rounding leaves goes where the freed amount
    goes.

    Examples
    --------
    >>> people = pd.DataFrame({"salesperson": "Li", "team": "A",
    ...     "valid_from": ["2026-01-01", "2026-07-01"], "valid_to": ["2026-03-31", "2026-12-31"]})
    >>> full = pd.DataFrame({"salesperson": ["Li"], "target": [240]})
    >>> asked = quota_days(people, full, first="2026-01-01", last="2026-12-31",
    ...                    day_weight="workday", relief="hold", step="0.01")
    >>> asked.people["value"].tolist()
    [180.97]
    """
    _check_choices(day_weight, relief, mid_period)
    begin, end = _day(first), _day(last)
    found = read_segments(assignments, parent=parent, first=begin, last=end, ramps=ramps or {})
    days = day_table(begin, end, calendar)
    days = days[days["date"].between(begin, end)].reset_index(drop=True)
    weight = _weights(days, day_weight, season)
    size = Step.of(step)
    rate = _rates(full, found, begin, weight, mid_period) / float(size.size)
    asked = rate[found.person, found.day] * weight[found.day]
    per_segment = _sum(found.segment, asked * found.part, len(found.table))
    per_person = _sum(found.person, asked * found.part, len(found.people))
    home = _homes(found, parent, weight)
    people = pd.DataFrame({PERSON: found.people, parent: home})
    whole = (rate * weight).sum(axis=1)
    people["full"], people["own"] = _half_up(whole), _half_up(per_person)
    people["quota_share"] = np.divide(per_person, whole, out=np.zeros_like(whole), where=whole > 0)
    people["value"] = _relieved(people, parent, relief)
    segments = _segment_table(found, parent, per_segment, weight=weight, people=people, size=size)
    return QuotaDays(
        segments,
        _in_currency(people, ["full", "own", "value"], size),
        _parents(people, parent, relief, size),
        gaps(found, begin, len(days)),
        parent,
        begin,
        end,
        day_weight,
        relief,
        mid_period or "",
        str(size).replace(",", ""),
        estimated=bool(days["estimated"].any()) and day_weight != "calendar",
        currency=currency,
        terms=terms or Terms(),
    )


def _check_choices(day_weight: str, relief: str, mid_period: str | None) -> None:
    """Refuse words that are no choice here."""
    for value, known, kind, name in (
        (day_weight, WEIGHTS, "day weight", "day_weight"),
        (relief, RELIEFS, "relief", "relief"),
        (mid_period, (*CHANGES, None), "rule for a changed target", "mid_period"),
    ):
        if value not in known:
            raise unknown_name(
                value, [k for k in known if k], kind=kind, where=f"quota_days({name}=...)",
                error=ContractError,
            )  # fmt: skip


def _day(when: object) -> pd.Timestamp:
    stamp: pd.Timestamp = pd.Timestamp(str(when)).normalize()
    return stamp


def _weights(days: pd.DataFrame, day_weight: str, season: Sequence[float] | None) -> Floats:
    """Return what each day of the period counts; at least one counts something."""
    worked = days["is_workday"].to_numpy("float64")
    if day_weight == "calendar":
        return np.ones(len(days))
    if day_weight == "seasonal":
        month = pd.factorize(days["period"])[0]
        if season is None or len(season) != month.max() + 1:
            given = "none" if season is None else len(season)
            raise ContractError(
                f"Seasonal days need one weight per month of the period, {month.max() + 1} in all, "
                f"got {given}.",
                where="quota_days(season=...)",
                fix="pass the month shares of the plan, first month first",
                code="bad-choice",
            )
        n_worked = np.maximum(np.bincount(month, worked), 1.0)
        worked = worked * (np.asarray(season, dtype="float64") / n_worked)[month]
    if not (np.isfinite(worked).all() and (worked >= 0).all() and worked.sum() > 0):
        raise ContractError(
            "The days of the period carry no usable weight.",
            where=f"quota_days(day_weight={day_weight!r})",
            fix="check calendar and season: zero or more, not all zero",
            code="bad-choice",
        )
    weights: Floats = worked
    return weights


def _rates(
    full: pd.DataFrame, found: Segments, first: pd.Timestamp, weight: Floats, mode: str | None
) -> Floats:
    """Return people x days: the target in force that day per unit of day weight, currency."""
    versions = _versions(full, found, first, len(weight), mode)
    place = pd.Index(found.people).get_indexer(versions[PERSON])
    since = versions["since"].to_numpy("int64")
    target = versions["target"].to_numpy("float64")
    left = weight[::-1].cumsum()[::-1]
    over = left[since] if mode == "from_date" else np.full(len(since), weight.sum())
    per_weight = target / np.maximum(over, 1e-300)
    rates = np.zeros((len(found.people), len(weight)))
    rates[place, since] = per_weight
    started = np.zeros(rates.shape, dtype="int64")
    started[place, since] = since
    last = np.maximum.accumulate(started, axis=1)
    forward: Floats = np.take_along_axis(rates, last, axis=1)
    return forward


def _versions(
    full: pd.DataFrame, found: Segments, first: pd.Timestamp, n_days: int, mode: str | None
) -> pd.DataFrame:
    """Return the targets in force: person, target, and the day of the period they begin."""
    require_columns(full, [PERSON, "target"], name="full")
    table = full[[PERSON]].astype("str").assign(target=pd.to_numeric(full["target"], "coerce"))
    since = (
        pd.to_datetime(full["valid_from"]) if "valid_from" in full else pd.Series(first, full.index)
    )
    table["since"] = (since.fillna(first) - first).dt.days.clip(lower=0)
    _check_full(table, full, found)
    table = table[table["since"] < n_days].sort_values([PERSON, "since"], ignore_index=True)
    changed = sorted(set(table.loc[table.duplicated(PERSON), PERSON]))
    if changed and mode is None:
        raise ContractError(
            f"The targets of {len(changed)} people change within the period, first "
            f"{changed[0]!r}, and mid_period is not given.",
            where="quota_days(mid_period=...)",
            fix="write 'retroactive', 'time_weighted' or 'from_date'",
            code="bad-choice",
        )
    if mode == "retroactive":
        table = table.drop_duplicates(PERSON, keep="last").assign(since=0)
    # what comes first holds from the first day on
    table.loc[~table.duplicated(PERSON), "since"] = 0
    return table


def _check_full(table: pd.DataFrame, full: pd.DataFrame, found: Segments) -> None:
    """Refuse targets nobody has, people without one, and values that are no amount."""
    require_unique(table, [PERSON, "since"], name="full", what="begin on the same day")
    bad = full[~(table["target"].between(0, np.inf, inclusive="left")).to_numpy()]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(full)} targets of full are negative, empty or no number.",
            where=f"first rows {bad.index[:3].tolist()}, see .rows",
            fix="write an amount of zero or more",
            rows=bad,
        )
    lonely = sorted(set(found.people) ^ set(table[PERSON]))
    if lonely:
        has = "a target" if lonely[0] in set(table[PERSON]) else "an assignment"
        raise ContractError(
            f"{len(lonely)} people stand in one of the two tables only, first {lonely[0]!r}, who "
            f"has {has}.",
            where="assignments and full",
            fix="give everybody an assignment and a target; 0 is a target",
            code="unknown-name",
        )


def _homes(found: Segments, parent: str, weight: Floats) -> list[str]:
    """Return the parent with most of each person's quota-days; ties by the smaller name."""
    there = np.bincount(found.segment, weight[found.day] * found.part, minlength=len(found.table))
    present = np.bincount(found.segment, weight[found.day], minlength=len(found.table))
    table = found.table[[PERSON, parent]].assign(there=there, present=present)
    table = table.groupby([PERSON, parent], as_index=False).sum()
    order = table.sort_values(
        [PERSON, "there", "present", parent], ascending=[True, False, False, True], kind="stable"
    )
    best = order.drop_duplicates(PERSON).set_index(PERSON)[parent]
    homes: list[str] = best.reindex(found.people).fillna("").tolist()
    return homes


def _sum(place: Ints, amount: Floats, n: int) -> Floats:
    """Add amounts up by place, one by one in order of the days."""
    sums: Floats = np.bincount(place, amount, minlength=n).astype("float64")
    return sums


def _half_up(steps: Floats) -> Ints:
    # six decimals first: 0.5 that a division left as 0.49999999 is a half
    rounded: Ints = np.floor(np.round(steps, 6) + 0.5).astype("int64")
    return rounded


def _relieved(people: pd.DataFrame, parent: str, relief: str) -> Ints:
    """Return everybody's steps after the freed amount of their parent went where it goes."""
    own: Ints = people["own"].to_numpy("int64")
    if relief != "redistribute":
        return own
    freed = (people["full"] - people["own"]).groupby(people[parent]).sum()
    takers = people.groupby(parent)["own"].sum()
    freed = freed.where(takers > 0, 0).clip(lower=0).astype("int64")
    more: Ints = split_within(
        freed, people[parent], people["own"].astype("float64"), people[PERSON]
    )
    relieved: Ints = own + more
    return relieved


def _segment_table(
    found: Segments,
    parent: str,
    per_segment: Floats,
    *,
    weight: Floats,
    people: pd.DataFrame,
    size: Step,
) -> pd.DataFrame:
    """Return the segments with their days, quota-days and whole steps of their person."""
    table = found.table[[PERSON, parent, "valid_from", "valid_to", "share", "reason"]].copy()
    n = len(table)
    present = np.bincount(found.segment, weight[found.day], minlength=n)
    quota = np.bincount(found.segment, weight[found.day] * found.part, minlength=n)
    shared = present * table["share"].to_numpy("float64")
    table["ramp_share"] = np.divide(quota, shared, out=np.zeros(n), where=shared > 0)
    table["day_weight"], table["quota_days"] = present, quota
    totals = people.set_index(PERSON)["value"]
    totals = totals[totals.index.isin(table[PERSON])]
    key = pd.Series(np.arange(n))
    table["value"] = size.amounts(split_within(totals, table[PERSON], pd.Series(per_segment), key))
    return table


def _in_currency(table: pd.DataFrame, columns: list[str], size: Step) -> pd.DataFrame:
    return table.assign(**{c: size.amounts(table[c].to_numpy("int64")) for c in columns})


def _parents(people: pd.DataFrame, parent: str, relief: str, size: Step) -> pd.DataFrame:
    """Return what each parent handed down, and where the freed amount went."""
    sums = people.groupby(parent, as_index=False)[["full", "own", "value"]].sum()
    freed = sums["full"] - sums["own"]
    left = sums["full"] - sums["value"]
    reduce = relief == "reduce_parent"
    out = sums.assign(
        freed_amount=freed,
        redistributed_amount=sums["value"] - sums["own"],
        reduced_amount=left if reduce else 0,
        unassigned_amount=0 if reduce else left,
    ).drop(columns="own")
    amounts = [c for c in out.columns if c != parent]
    return _in_currency(out, amounts, size)
