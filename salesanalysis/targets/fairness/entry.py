"""Keyed-in errors: targets that somebody typed ten times too large, twice, or in another unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_named, require_rows
from salesanalysis.labels import Terms, count, label, money, month
from salesanalysis.results import Result, show_value
from salesanalysis.targets.fairness import patterns
from salesanalysis.targets.words import node_text

#: What a cell can be flagged for, the surest first; a cell is listed once, under the first.
KINDS = (
    "repeated_row", "conflicting_row", "negative_target", "unit_mix", "factor_of_ten", "outlying",
    "lone_zero", "parent_factor", "roll_up", "copied_year", "copied_forward",
)  # fmt: skip
COLUMNS = ("value", "expected_amount", "times", "kind", "proposed_amount")
_LINES = 12


@dataclass(frozen=True, eq=False)
class EntryErrors(Result):
    """Cells of a target table that look mistyped, and what was probably meant.

    Attributes
    ----------
    frame : DataFrame, one row per flagged cell
        The columns of `by`, ``period``, ``value``, ``expected_amount`` (median of the neighbours,
        sum of the children ...; empty where the kind has none), ``times`` (value / expected),
        ``kind`` (one of `KINDS`) and ``proposed_amount`` (empty where nothing can be proposed).
    by : tuple of str
    n_rows, n_compared : int
        Rows read, and those with neighbours enough to be compared.
    n_seasonal : int
        Cells that stand out together with half of their month or more: a season, not an error.
    """

    frame: pd.DataFrame
    by: tuple[str, ...]
    n_rows: int
    n_compared: int
    n_seasonal: int
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Keep a copy, refusing kinds nobody knows."""
        require_columns(self.frame, [*self.by, "period", *COLUMNS], name="entry errors")
        unknown = sorted(set(self.frame["kind"]) - set(KINDS))
        if unknown:
            raise ContractError(
                f"Unknown kind of entry error: {unknown[0]!r}.",
                where="EntryErrors(frame=...)",
                fix=f"use one of: {', '.join(KINDS)}",
                code="bad-choice",
            )
        object.__setattr__(self, "frame", self.frame.copy().reset_index(drop=True))
        object.__setattr__(self, "by", tuple(self.by))

    def to_frame(self) -> pd.DataFrame:
        """Return the flagged cells; a copy."""
        return self.frame.copy()

    def groups(self) -> pd.DataFrame:
        """Return one row per unit and kind: first cell, last month and number of cells."""
        keys = [*self.by, "kind"]
        grouped = self.frame.groupby(keys, sort=False)
        first = grouped.head(1).set_index(keys)
        first["last"], first["n_cells"] = grouped["period"].max(), grouped.size()
        table = first.reset_index().assign(order=lambda t: t["kind"].map(KINDS.index))
        ordered: pd.DataFrame = table.sort_values(["order", *self.by], ignore_index=True)
        return ordered.drop(columns="order")

    def _sentences(self, lang: str) -> list[str]:
        groups = self.groups()
        out = [self._headline(lang)]
        out += [self.line(row, lang) for row in groups.head(_LINES).to_dict("records")]
        if len(groups) > _LINES:
            out.append(label("entry.more", lang, n=count(len(groups) - _LINES)))
        left = self.n_rows - self.n_compared
        if left:
            out.append(label("entry.not_compared", lang, n=count(left)))
        if self.n_seasonal:
            out.append(label("entry.seasonal", lang, n=count(self.n_seasonal)))
        return [*out, label("entry.rule", lang)]

    def _headline(self, lang: str) -> str:
        is_sum = self.frame["kind"] == "roll_up"
        n_sums = len(self.frame.loc[is_sum, list(self.by)].drop_duplicates())
        words = {"all": count(self.n_rows), "n": count((~is_sum).sum()), "sums": count(n_sums)}
        key = "none" if not (~is_sum).any() else "found"
        text = label(f"entry.headline_{key}", lang, **words)
        return text + (label("entry.headline_sums", lang, **words) if n_sums else "")

    def line(self, row: dict[str, Any], lang: str) -> str:
        """Write the cells of one unit and kind as a sentence."""
        expected, proposed = (
            "" if pd.isna(row[c]) else money(row[c], lang, self.currency)
            for c in ("expected_amount", "proposed_amount")
        )
        several = row["n_cells"] > 1
        key = "several" if several else ("line" if expected else "line_plain")
        text = label(
            f"entry.{key}",
            lang,
            node=node_text(row, self.by, self.terms, lang),
            month=month(row["period"], lang),
            last=month(row["last"], lang),
            n=count(row["n_cells"]),
            value=money(row["value"], lang, self.currency),
            kind=show_value("kind", row["kind"], lang, self.terms),
            expected=expected,
        )
        meant = label("entry.meant", lang, value=proposed) if proposed and not several else ""
        return text + meant + label("targets.stop", lang)


def find_entry_errors(
    table: pd.DataFrame,
    *,
    by: Sequence[str],
    reports_to: pd.DataFrame | None = None,
    times: float = 5.0,
    window: int = 3,
    currency: str = "CNY",
    terms: Terms | None = None,
) -> EntryErrors:
    r"""Find targets that were probably mistyped, with few false alarms.

    Parameters
    ----------
    table : DataFrame, one row per unit and month
        The columns of `by`, ``period`` (month start) and ``value`` (currency). An empty value was
        not entered and is not compared; 0 is a value. Where the last columns of `by` are empty
        text, the row is the parent of the rows that fill them.
    by : sequence of str
        What tells units apart, from the top down; add ``metric`` or ``tier`` where there are
        several.
    reports_to : DataFrame, optional
        ``node`` and ``parent``, both values of the last column of `by`: whose row may hold the
        sum of the rows of others.
    times : float, above 1
        A value so many times the median of its neighbours, or so small a part of it, is flagged.
    window : int
        Rows before and after that are neighbours; at least three have to be above zero.

    Returns
    -------
    EntryErrors

    Raises
    ------
    ContractError
        Missing columns, no rows, unnamed units, text or infinite values, a limit of 1 or less.

    Notes
    -----
    With :math:`m` the median of up to `window` rows of the same unit on each side, positive only,
    a value :math:`v` is flagged where :math:`v \ge 5 m` or :math:`5 v \le m`. It is a factor of ten
    where :math:`\log_{10}(v / m)` is within 0.15 of a whole number other than 0. Where half of the
    units or more (at least three) stand out in one month to the same side, and not by a power of
    ten, the month has a season and nobody mistyped.

    ===================  ===================================================================
    kind                 a cell
    ===================  ===================================================================
    ``repeated_row``     whose row is there twice, with the same value
    ``conflicting_row``  whose row is there twice, with another value
    ``negative_target``  below zero
    ``unit_mix``         in a run, a row of units or a whole month that is 1,000 or 10,000
                         times the rest, or that part of it
    ``factor_of_ten``    a power of ten times its neighbours
    ``outlying``         otherwise `times` its neighbours or more
    ``lone_zero``        zero between months above zero
    ``parent_factor``    of a parent, a power of ten times the sum of its children
    ``roll_up``          that repeats the sum of other rows in most months: a total among its parts
    ``copied_year``      in a year that repeats the year before, month by month
    ``copied_forward``   that repeats the value before four times or more, in a unit that
                         otherwise never repeats itself
    ===================  ===================================================================

    Examples
    --------
    >>> months = pd.date_range("2024-01-01", periods=7, freq="MS")
    >>> table = pd.DataFrame({"salesperson": "Li", "period": months,
    ...                       "value": [500.0, 520.0, 480.0, 5000.0, 510.0, 530.0, 490.0]})
    >>> found = find_entry_errors(table, by=["salesperson"])
    >>> found.to_frame()[["value", "kind", "proposed_amount"]].values.tolist()
    [[5000.0, 'factor_of_ten', 500.0]]
    """
    if not (times > 1 and window >= 2):
        raise ContractError(
            f"times must be above 1 and window at least 2, got {times!r} and {window!r}.",
            where="find_entry_errors(times=..., window=...)",
            fix="write times=5, window=3",
            code="bad-choice",
        )
    rows = _tidy(table, list(by))
    twice = _repeated(rows)
    rows = rows[~rows.duplicated([*by, "period"])].reset_index(drop=True)
    entered = rows[rows["value"].notna()].reset_index(drop=True)
    mixed = patterns.unit_mix(entered, list(by))
    # in one unit first: else every month beside a run in another unit stands out as well
    even = entered["value"].mask(entered.index.isin(mixed.index), mixed["proposed_amount"])
    entered = entered.assign(**patterns.neighbours(entered.assign(value=even), list(by), window))
    stand, n_seasonal = patterns.standing_out(entered.drop(mixed.index), times)
    found = [
        twice,
        patterns.negative(entered),
        mixed,
        stand,
        patterns.lone_zero(entered, list(by)),
        patterns.parents(entered, list(by)),
        patterns.roll_ups(entered, list(by), reports_to),
        patterns.copied(entered, list(by)),
    ]
    n_compared = int(entered["expected_amount"].notna().sum())
    context = (len(table), n_compared, n_seasonal, currency, terms or Terms())
    return EntryErrors(_once(found, list(by)), tuple(by), *context)


def _tidy(table: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return the columns that count, in order of names and months."""
    require_columns(table, [*by, "period", "value"], name="targets")
    require_rows(table, name="targets")
    require_named(table, ["period", *by[:1]], name="targets")
    values = _numbers(table)
    rows = table[[*by, "period"]].assign(
        period=pd.to_datetime(table["period"]).astype("datetime64[us]"), value=values
    )
    rows[by] = rows[by].fillna("").astype("str")
    ordered: pd.DataFrame = rows.sort_values([*by, "period", "value"], ignore_index=True)
    return ordered


def _numbers(table: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Return the values as numbers; empty stays empty."""
    numbers = pd.to_numeric(table["value"], errors="coerce").astype("float64")
    is_text = table["value"].map(lambda v: isinstance(v, str | bool)).astype("bool")
    bad = table[is_text | (table["value"].notna() & ~np.isfinite(numbers))]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(table)} rows of targets: 'value' is text or infinite.",
            where=f"first rows {bad.index[:3].tolist()}, see .rows",
            fix="read the column as numbers first; leave what was not entered empty",
            rows=bad,
        )
    out: npt.NDArray[np.float64] = numbers.to_numpy("float64")
    return out


def _repeated(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows whose key stood there before."""
    keys = [c for c in rows.columns if c != "value"]
    first = rows.groupby(keys)["value"].transform("first")
    again = rows.assign(expected_amount=first)[rows.duplicated(keys)]
    same = (again["value"] == again["expected_amount"]) | again["value"].isna()
    return again.assign(
        kind=np.where(same, "repeated_row", "conflicting_row"), proposed_amount=np.nan
    )


def _once(found: list[pd.DataFrame], by: list[str]) -> pd.DataFrame:
    """Put all flags into one table, every cell under its surest kind."""
    full = [part for part in found if len(part)]
    columns = [*by, "period", *COLUMNS]
    if not full:
        types = {**dict.fromkeys(by, "str"), "period": "datetime64[us]", "kind": "str"}
        return pd.DataFrame({c: pd.Series(dtype=types.get(c, "float64")) for c in columns})
    flags = pd.concat(full, ignore_index=True)
    expected = flags["expected_amount"].where(flags["expected_amount"] > 0)
    flags = flags.assign(
        times=flags["value"] / expected, rank=flags["kind"].map({k: i for i, k in enumerate(KINDS)})
    )
    flags = flags.sort_values([*by, "period", "rank"], kind="stable")
    # a row that is there twice stays beside what the first of them is flagged for
    flags = flags.assign(twice=flags["rank"] < 2)
    once = flags[flags["twice"] | ~flags.duplicated([*by, "period", "twice"])]
    return once[columns].astype({"kind": "str"}).reset_index(drop=True)
