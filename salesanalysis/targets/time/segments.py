"""The effective-dated table of people: checked, and every segment laid out day by day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import (
    ContractError,
    require_columns,
    require_named,
    require_rows,
    unknown_name,
)

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
PERSON = "salesperson"


@dataclass(frozen=True, eq=False)
class Segments:
    """Segments inside a period, and the person-days they consist of.

    Attributes
    ----------
    table : DataFrame, one row per segment, in order of person and date
    people : list of str, sorted
    segment, person, day : array of int, one entry per person-day of a segment
        Row of `table`, place in `people`, day of the period (0 is the first).
    part : array of float
        Share times ramp of each of these days.
    """

    table: pd.DataFrame
    people: list[str]
    segment: Ints
    person: Ints
    day: Ints
    part: Floats


def read_segments(
    assignments: pd.DataFrame,
    *,
    parent: str,
    first: pd.Timestamp,
    last: pd.Timestamp,
    ramps: Mapping[str, Sequence[float]],
) -> Segments:
    """Check assignments and lay them out by day; see `quota_days` for the columns."""
    keys = [PERSON, parent, "valid_from"]
    require_columns(assignments, keys, name="assignments")
    require_rows(assignments, name="assignments")
    require_named(assignments, [PERSON, parent], name="assignments")
    table = _typed(assignments, parent, last)
    _check_values(table, assignments, ramps)
    starts = table["ramp_start"].fillna(
        table.groupby([PERSON, "curve"])["valid_from"].transform("min")
    )
    table["ramp_start"] = starts
    people = sorted(set(table[PERSON]))
    table["valid_from"] = table["valid_from"].clip(lower=first)
    table["valid_to"] = table["valid_to"].clip(upper=last)
    table = table[table["valid_from"] <= table["valid_to"]]
    table = table.sort_values([PERSON, "valid_from", parent], kind="stable", ignore_index=True)
    n_days = ((table["valid_to"] - table["valid_from"]).dt.days + 1).to_numpy("int64")
    begin = (table["valid_from"] - first).dt.days.to_numpy("int64")
    segment = np.repeat(np.arange(len(table)), n_days)
    within = np.arange(n_days.sum()) - np.repeat(np.cumsum(n_days) - n_days, n_days)
    day = np.repeat(begin, n_days) + within
    person = pd.Index(people).get_indexer(table[PERSON])[segment].astype("int64")
    part = table["share"].to_numpy("float64")[segment] * _ramp(table, segment, day, first, ramps)
    found = Segments(table, people, segment, person, day, part)
    _check_overlap(found, first, int((last - first).days) + 1)
    return found


def _typed(assignments: pd.DataFrame, parent: str, last: pd.Timestamp) -> pd.DataFrame:
    """Return the table with every column there and of its type."""
    table = assignments[[PERSON, parent]].astype("str")
    for column in ("valid_from", "valid_to", "ramp_start"):
        given = assignments.get(column, pd.NaT)
        dates = pd.to_datetime(pd.Series(given, index=table.index), errors="coerce")
        table[column] = dates.dt.normalize().astype("datetime64[us]")
    given = assignments.get("valid_to", pd.Series(index=table.index, dtype="object"))
    # empty: still there; a date that cannot be read stays empty and is refused below
    table["valid_to"] = table["valid_to"].mask(given.isna(), max(last, table["valid_from"].max()))
    for column, default in (("share", 1.0), ("ramp", 1.0), ("reason", "")):
        given = assignments.get(column, default)
        values = pd.Series(given, index=table.index)
        table[column] = values.where(values.notna(), default)
    number = pd.to_numeric(table["ramp"], errors="coerce")
    table["factor"] = number
    table["curve"] = table["ramp"].astype("str").where(number.isna(), "")
    table["share"] = pd.to_numeric(table["share"], errors="coerce")
    table["reason"] = table["reason"].astype("str")
    return table.drop(columns="ramp")


def _check_values(
    table: pd.DataFrame, given: pd.DataFrame, ramps: Mapping[str, Sequence[float]]
) -> None:
    """Refuse shares, ramps and dates nobody could have meant."""
    for name, curve in ramps.items():
        if not len(curve) or not all(0 <= f <= 1 for f in curve):
            raise ContractError(
                f"Ramp {name!r} must be factors of 0 to 1, one per month, got {tuple(curve)!r}.",
                where="quota_days(ramps=...)",
                fix="write (0.25, 0.5, 0.75): months after the last one count in full",
                code="bad-choice",
            )
    for curve in sorted(set(table["curve"]) - {""} - set(ramps)):
        raise unknown_name(
            curve, sorted(ramps), kind="ramp", where="assignments['ramp']", error=ContractError
        )
    ordered = table["valid_from"] <= table["valid_to"]
    inside = table["share"].between(0, 1)
    factor = table["factor"].fillna(1.0).between(0, 1)
    bad = given[~(ordered & inside & factor).to_numpy()]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(given)} assignments have no valid dates, or a share or ramp "
            "outside 0 to 1.",
            where=f"first rows {bad.index[:3].tolist()}, see .rows",
            fix="write valid_from on or before valid_to, and 60 % as 0.60",
            rows=bad,
        )


def _ramp(
    table: pd.DataFrame,
    segment: Ints,
    day: Ints,
    first: pd.Timestamp,
    ramps: Mapping[str, Sequence[float]],
) -> Floats:
    """Return the ramp of each day; a curve counts whole months since its start."""
    factor: Floats = table["factor"].fillna(1.0).to_numpy("float64")[segment]
    if not ramps or not len(segment):
        return factor
    dates = pd.date_range(first, periods=int(day.max(initial=0)) + 1)
    start = table["ramp_start"]
    months = (
        (dates.year.to_numpy()[day] - start.dt.year.to_numpy()[segment]) * 12
        + dates.month.to_numpy()[day]
        - start.dt.month.to_numpy()[segment]
        - (dates.day.to_numpy()[day] < start.dt.day.to_numpy()[segment])
    )
    curve = table["curve"].to_numpy()[segment]
    for name, factors in ramps.items():
        steps = np.array([*factors, 1.0])
        here = curve == name
        factor[here] = steps[np.clip(months[here], 0, len(factors)).astype("int64")]
    return factor


def _check_overlap(found: Segments, first: pd.Timestamp, n_days: int) -> None:
    """Refuse people who are given away more than once on a day."""
    share = found.table["share"].to_numpy("float64")[found.segment]
    total = np.bincount(
        found.person * n_days + found.day, share, minlength=len(found.people) * n_days
    ).reshape(-1, n_days)
    over = total > 1 + 1e-9
    if over.any():
        who, when = np.argwhere(over)[0]
        n = int(over[who].sum())
        rows = found.table[found.table[PERSON] == found.people[who]]
        raise ContractError(
            f"{int(over.any(axis=1).sum())} people are assigned above a share of 1, first "
            f"{found.people[who]!r} with {total[who, when]:.2f} on {n} days.",
            where=f"assignments, from {first + pd.Timedelta(days=int(when)):%Y-%m-%d} on",
            fix="end one segment before the next begins, or lower the shares",
            rows=rows.drop(columns=["factor", "curve", "ramp_start"]),
        )


def gaps(found: Segments, first: pd.Timestamp, n_days: int) -> pd.DataFrame:
    """Return the spans inside a person's time in which no segment says where the person is."""
    there = np.zeros((len(found.people), n_days), dtype=bool)
    there[found.person, found.day] = True
    seen = np.logical_or.accumulate(there, axis=1)
    coming = np.logical_or.accumulate(there[:, ::-1], axis=1)[:, ::-1]
    hole = seen & coming & ~there
    edge = np.diff(np.pad(hole.astype("int8"), ((0, 0), (1, 1))), axis=1)
    who, begin = np.nonzero(edge == 1)
    end = np.nonzero(edge == -1)[1] - 1
    return pd.DataFrame(
        {
            PERSON: pd.Series([found.people[i] for i in who], dtype="str"),
            "valid_from": first + pd.to_timedelta(begin, unit="D").as_unit("us"),
            "valid_to": first + pd.to_timedelta(end, unit="D").as_unit("us"),
        }
    )
