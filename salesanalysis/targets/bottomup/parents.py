"""Children add up to at least their parent: the rule, checked, applied and logged."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import (
    ContractError,
    ReconciliationError,
    require_columns,
    require_named,
    require_unique,
    unknown_name,
)
from salesanalysis.labels import Terms, count, label, money
from salesanalysis.results import Result
from salesanalysis.rounding import split_within
from salesanalysis.targets.base_cleaning.facts import numbers
from salesanalysis.targets.base_cleaning.log import empty_log, joined, node_names, rows
from salesanalysis.targets.steps import Step
from salesanalysis.targets.words import MOST_NAMES, listing, node_texts

Ints = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class ParentCheck(Result):
    """Every parent beside the sum of its children.

    Attributes
    ----------
    frame : DataFrame, one row per parent
        The parent's level columns, ``parent_value``, ``children_value`` (as handed in), ``gap``
        (children less parent), ``after`` (children now) and ``status`` (``met``, ``lacking``,
        ``raised``); currency.
    children : DataFrame
        Level columns and ``value``, as they stand now.
    """

    frame: pd.DataFrame
    children: pd.DataFrame
    by: tuple[str, ...]
    how: str
    policy_log: pd.DataFrame = field(default_factory=empty_log)
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Refuse children that are still short where they were to be raised."""
        for name in ("frame", "children", "policy_log"):
            object.__setattr__(self, name, getattr(self, name).reset_index(drop=True))
        bad = self.frame[(self.frame["after"] < self.frame["parent_value"] - 1e-6)]
        if self.how == "raise" and len(bad):
            raise ReconciliationError(
                f"{len(bad)} of {len(self.frame)} parents are above the sum of their children.",
                where=f"parent check, first rows {bad.index[:3].tolist()}, see .rows",
                fix="this is a defect or a tampered table: please report it with the input",
                code="does-not-add-up",
                rows=bad,
            )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per parent; a copy."""
        return self.frame.copy()

    def _sentences(self, lang: str) -> list[str]:
        short = self.frame[self.frame["gap"] < 0]
        n, all_ = count(len(self.frame) - len(short)), count(len(self.frame))
        said = [label("parents.headline", lang, n=n, all=all_)]
        if len(short):
            names = node_texts(short.head(MOST_NAMES), self.by[:-1], self.terms, lang)
            missing = money(float(-short["gap"].sum()), lang, self.currency)
            nodes = listing(names, lang, n=len(short))
            said.append(label(f"parents.{self.how}", lang, nodes=nodes, amount=missing))
        return said


def at_least_parent(
    children: pd.DataFrame,
    parents: pd.DataFrame,
    *,
    by: Sequence[str],
    how: str = "raise",
    step: Decimal | int | float | str = "0.01",
    currency: str = "CNY",
    terms: Terms | None = None,
) -> ParentCheck:
    """Hold children to at least the value of their parent, by an explicit rule with a log.

    Parameters
    ----------
    children : DataFrame, one row per child
        The columns of `by` and ``value`` (currency).
    parents : DataFrame, one row per parent
        The columns of `by` without the last, and ``value``.
    how : {"raise", "report", "error"}
        Children that fall short are raised in proportion, listed only, or refused.
    step : amount
        Smallest amount a child moves by.

    Raises
    ------
    ContractError
        A child without a parent or a parent without children, empty or negative values, children
        that are all 0 below a parent that is not.

    Examples
    --------
    >>> children = pd.DataFrame({"region": "E", "team": ["a", "b"], "value": [30.0, 50.0]})
    >>> parents = pd.DataFrame({"region": ["E"], "value": [100.0]})
    >>> at_least_parent(children, parents, by=["region", "team"]).children["value"].tolist()
    [37.5, 62.5]
    """
    if how not in ("raise", "report", "error"):
        known, where = ("raise", "report", "error"), "at_least_parent(how=...)"
        raise unknown_name(how, known, kind="choice", where=where, error=ContractError)
    keys, above = list(by), list(by)[:-1]
    size = Step.of(step)
    below = _read(children, keys, "children", size)
    upper = _read(parents, above, "parents", size)
    family = _family(below, upper, above)
    sums = np.zeros(len(upper), dtype="int64")
    np.add.at(sums, family, below["steps"].to_numpy("int64"))
    wanted = upper["steps"].to_numpy("int64")
    short = sums < wanted
    names = node_names(upper, above)
    if how == "error" and short.any():
        raise ContractError(
            f"Children of {int(short.sum())} of {len(upper)} parents add up to less than their "
            f"parent: {', '.join(names[short].head(5))}.",
            where="children against parents, see .rows",
            fix='raise the children, or write how="raise"',
            rows=upper[short].assign(children_value=size.amounts(sums[short])),
        )
    now, log = below["steps"].to_numpy("int64").copy(), empty_log()
    if how == "raise" and short.any():
        now, log = _raised(below, family, short, wanted, keys=keys, size=size)
    after = np.zeros(len(upper), dtype="int64")
    np.add.at(after, family, now)
    status = np.select([short & (after >= wanted), short], ["raised", "lacking"], "met")
    frame = upper[above].assign(
        parent_value=size.amounts(wanted),
        children_value=size.amounts(sums),
        gap=size.amounts(sums - wanted),
        after=size.amounts(after),
        status=pd.array(status, dtype="str"),
    )
    out = below[keys].assign(value=size.amounts(now))
    return ParentCheck(frame, out, tuple(by), how, log, currency, terms or Terms())


def _read(table: pd.DataFrame, keys: list[str], name: str, size: Step) -> pd.DataFrame:
    """Return level columns and whole steps, in order of the names."""
    require_columns(table, [*keys, "value"], name=name)
    require_named(table, keys, name=name)
    require_unique(table, keys, name=name, what="name the same unit")
    frame = table[keys].reset_index(drop=True)
    value = numbers(table.reset_index(drop=True), "value", name)
    bad = table.reset_index(drop=True)[~(value >= 0)]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(table)} values of {name} are empty or below 0.",
            where=f"{name}, first rows {bad.index[:5].tolist()}, see .rows",
            fix="write 0 where nothing is meant; what was not submitted has no row",
            rows=bad,
        )
    frame["steps"] = size.counts(value)
    return frame.sort_values(keys, kind="stable", ignore_index=True) if keys else frame


def _family(below: pd.DataFrame, upper: pd.DataFrame, above: list[str]) -> Ints:
    """Return the row of each child's parent; refuse orphans and childless parents."""
    if not above:
        return np.zeros(len(below), dtype="int64")
    index = pd.MultiIndex.from_frame(upper[above])
    family = index.get_indexer(pd.MultiIndex.from_frame(below[above]))
    orphans = below[family < 0]
    lonely = upper[~np.isin(np.arange(len(upper)), family)]
    for bad, what in ((orphans, "children have no parent"), (lonely, "parents have no children")):
        if len(bad):
            names = bad[above].agg(" / ".join, axis=1).unique()[:5]
            raise ContractError(
                f"{len(bad)} {what}: {', '.join(names)}.",
                where=f"children against parents, level columns {above}, see .rows",
                fix="give every parent its children: targets must not stay in the middle",
                code="unknown-name",
                rows=bad,
            )
    found: Ints = family.astype("int64")
    return found


def _raised(
    below: pd.DataFrame,
    family: Ints,
    short: Ints,
    wanted: Ints,
    *,
    keys: list[str],
    size: Step,
) -> tuple[Ints, pd.DataFrame]:
    """Raise the children of short parents in proportion, exactly."""
    mine = short[family]
    part = below[mine].reset_index(drop=True)
    parent = pd.Series(family[mine])
    totals = pd.Series(wanted[short], index=np.flatnonzero(short))
    weight = part["steps"].astype("float64")
    parts = split_within(totals, parent, weight, part[keys[-1]])
    now = below["steps"].to_numpy("int64").copy()
    now[mine] = parts
    before = size.amounts(part["steps"].to_numpy("int64"))
    log = rows(node_names(part, keys), "", "raised_to_parent", before, size.amounts(parts))
    changed = log[log["before"] != log["after"]]
    return now, joined([changed])
