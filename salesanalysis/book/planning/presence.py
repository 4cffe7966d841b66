"""People who are there for a part of the year: what they are asked follows the days they work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.targets.plan import Plan
from salesanalysis.targets.steps import Step
from salesanalysis.targets.time.segments import read_segments
from salesanalysis.targets.time.workdays import day_table

Floats = npt.NDArray[np.float64]
#: Who holds what the people of a unit are relieved of.
UNASSIGNED = "unassigned"
_WHO = "salesperson"


@dataclass(frozen=True, eq=False)
class Presence:
    """Part of every month each leaf's person works.

    Attributes
    ----------
    leaves : DataFrame, level columns, one row per leaf
    part : array of float, shape (leaves, 12)
        0 = not there, 1 = there all month at full speed.
    """

    leaves: pd.DataFrame
    part: Floats

    def partial(self) -> npt.NDArray[np.bool_]:
        """Tell which leaves are not there in full all year."""
        return np.asarray((self.part < 1 - 1e-9).any(axis=1), dtype=bool)


def presence(
    plan: Plan,
    people: pd.DataFrame,
    *,
    day_weight: str = "workday",
    ramps: Mapping[str, Sequence[float]] | None = None,
    calendar: pd.DataFrame | None = None,
) -> Presence:
    """Return how much of each month of a plan the person of every leaf is there.

    Parameters
    ----------
    plan : Plan with the level ``salesperson``
    people : DataFrame, one row per segment
        ``salesperson``, ``valid_from``, ``valid_to`` (inclusive, empty = still there),
        ``share``, ``ramp``; ``region`` where a segment belongs to one. A person whose segments
        name other regions only (somebody sells across) counts by all of them; somebody who is
        not in the table counts in full.
    day_weight : {"workday", "calendar"}
        What a day of a month counts.
    ramps : dict of name -> factors, optional
    calendar : DataFrame, optional, with ``date`` and ``is_workday``
    """
    months = plan.calendar.months(plan.year)
    first, last = months[0], months[-1] + pd.offsets.MonthEnd(0)
    leaves = plan.frame[list(plan.levels)].iloc[::12].reset_index(drop=True)
    part = np.ones((len(leaves), 12))
    who, rows = _assigned(leaves, people)
    if not len(rows):
        return Presence(leaves, part)
    found = read_segments(
        rows.assign(home=rows[_WHO]), parent="home", first=first, last=last, ramps=ramps or {}
    )
    days = day_table(first, last, calendar)
    weight = days["is_workday"].to_numpy("float64") if day_weight == "workday" else 1.0
    weight = np.ones(len(days)) * weight
    month = months.get_indexer(pd.DatetimeIndex(days["period"])).astype("int64")
    there = np.bincount(
        found.person * 12 + month[found.day],
        weight[found.day] * found.part,
        minlength=len(found.people) * 12,
    ).reshape(-1, 12)
    whole = np.bincount(month, weight, minlength=12)
    own = np.minimum(there / np.where(whole > 0, whole, 1.0), 1.0)
    at = pd.Index(found.people).get_indexer(who)
    part[at >= 0] = own[at[at >= 0]]
    return Presence(leaves, part)


def _assigned(leaves: pd.DataFrame, people: pd.DataFrame) -> tuple[pd.Series, pd.DataFrame]:
    """Return whom each leaf is looked up as, and the segments under these names."""
    people = people[people["valid_from"].notna()]
    named = leaves[_WHO].astype("str")
    if "region" not in people.columns or "region" not in leaves.columns:
        rows = people[people[_WHO].isin(set(named))]
        return named, rows.reset_index(drop=True)
    region = people["region"].astype("object").where(people["region"].notna(), "")
    own = people[_WHO].astype("str") + "\x1f" + region.astype("str")
    wanted = named + "\x1f" + leaves["region"].astype("str")
    # nobody is said to work there: the person's whole time counts
    who = wanted.where(wanted.isin(set(own)), named)
    twice = pd.concat([people.assign(**{_WHO: own}), people], ignore_index=True)
    rows = twice[twice[_WHO].isin(set(who))]
    return who, rows.reset_index(drop=True)


def presence_edits(
    plan: Plan, found: Presence, *, relief: str, held: pd.DataFrame, signed: Mapping[str, object]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the edits that ask people for the time they are there, and the leaves they need.

    Parameters
    ----------
    plan : Plan in which everybody is there all year
    found : Presence
    relief : {"hold", "redistribute"}
        What is freed stays in the unit under ``unassigned``, or goes to the others of the unit.
    held : DataFrame
        Units fixed by hand, with a column ``salesperson``: their target is left as it is.
    signed : mapping
        ``author`` and ``time`` of the edits.

    Returns
    -------
    edits, leaves : DataFrame
        Pins of years and months; level columns of the ``unassigned`` lines.
    """
    keys, step = list(plan.levels), Step.of(plan.step)
    value = step.counts(plan.frame["value"]).reshape(-1, 12)
    fixed = set(held[_WHO]) - {""} if _WHO in held.columns else set()
    touched = found.partial() & ~found.leaves[_WHO].isin(fixed).to_numpy()
    touched &= value.sum(axis=1) > 0
    if not touched.any():
        return pd.DataFrame(), pd.DataFrame()
    whole, part = value[touched], found.part[touched]
    asked = np.minimum(np.floor(whole * part + 0.5).astype("int64"), whole)
    leaves = found.leaves[touched].reset_index(drop=True)
    short = part < 1 - 1e-9
    pins = partial(_pins, months=plan.calendar.months(plan.year), step=step)
    edits = [pins(leaves, asked, short, reason="part_year")]
    lines = pd.DataFrame()
    if relief == "hold":
        freed, lines = _freed(leaves, whole - asked, keys)
        every = np.ones(freed.shape, dtype=bool)
        edits.append(pins(lines, freed, every, reason="held_open"))
    told = {"edit": "pin", "layer": "plan", "rule": "presence", **signed}
    return pd.concat(edits, ignore_index=True).assign(**told), lines


def _freed(
    leaves: pd.DataFrame, freed: npt.NDArray[np.int64], keys: list[str]
) -> tuple[npt.NDArray[np.int64], pd.DataFrame]:
    """Add what is freed up to one line per unit above the people."""
    lines = leaves.assign(**{_WHO: UNASSIGNED})[keys]
    place = lines.groupby(keys, sort=True).ngroup().to_numpy()
    sums = np.zeros((int(place.max()) + 1, 12), dtype="int64")
    np.add.at(sums, place, freed)
    heads = lines.drop_duplicates().sort_values(keys).reset_index(drop=True)
    return sums, heads


def _pins(
    leaves: pd.DataFrame,
    asked: npt.NDArray[np.int64],
    short: npt.NDArray[np.bool_],
    *,
    months: pd.DatetimeIndex,
    step: Step,
    reason: str,
) -> pd.DataFrame:
    """Return one pin per year, and one per month that is not whole."""
    years = leaves.assign(value=step.amounts(asked.sum(axis=1)), period=pd.NaT)
    leaf, month = np.nonzero(short)
    cells = leaves.iloc[leaf].assign(value=step.amounts(asked[leaf, month]), period=months[month])
    years["period"] = years["period"].astype("datetime64[us]")
    return pd.concat([years, cells], ignore_index=True).assign(reason=reason)


def starters(
    leaves: pd.DataFrame, people: pd.DataFrame, *, by: Sequence[str], first: pd.Timestamp
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give people without a last year the median of those beside them.

    Parameters
    ----------
    leaves : DataFrame with level columns, ``base`` and ``value``
    people : DataFrame with ``salesperson``, ``region``, ``valid_from``; ``team`` where known
    by : levels whose sums stay as they are
    first : Timestamp, first day of the base year: who came later has no base of a whole year

    Returns
    -------
    leaves, log : DataFrame
        With a line per starter and business of the team; the log names each.
    """
    keys = [c for c in leaves.columns if c not in ("base", "value")]
    where = [c for c in ("region", "team") if c in keys and c in people.columns]
    came = people.groupby(_WHO)["valid_from"].min()
    sold = leaves.groupby(_WHO)["base"].sum()
    fresh = [p for p in came[came >= first].index if not sold.get(p, 0.0) > 0]
    homes = people[people[_WHO].isin(fresh)].dropna(subset=where)
    homes = homes[[*where, _WHO]].drop_duplicates()
    beside = [c for c in keys if c != _WHO]
    peers = leaves[leaves["value"] > 0].groupby(beside, as_index=False)["value"].median()
    new = homes.merge(peers, on=where)
    if not len(new):
        return leaves, pd.DataFrame()
    gone = pd.MultiIndex.from_frame(leaves[keys]).isin(pd.MultiIndex.from_frame(new[keys]))
    both = pd.concat([leaves[~gone], new.assign(base=0.0)[leaves.columns]], ignore_index=True)
    whole = leaves.groupby(list(by))["value"].sum()
    now = both.groupby(list(by))["value"].transform("sum")
    unit = pd.MultiIndex.from_frame(both[list(by)]) if len(by) > 1 else both[by[0]]
    both["value"] *= np.where(now > 0, whole.reindex(unit).to_numpy() / now.where(now > 0), 0.0)
    log = new.assign(node=new[keys].agg(" / ".join, axis=1), rule="starter_peers")
    log = log.assign(period="", before=0.0, after=log["value"], reason="starter_peers")
    return both, log[["node", "period", "rule", "before", "after", "reason"]]
