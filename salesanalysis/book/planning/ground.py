"""What a plan stands on: kept beside it, so that an edit made later is handed down anew."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.panel import Panel
from salesanalysis.targets.base_cleaning.log import empty_log
from salesanalysis.targets.basis import Basis
from salesanalysis.targets.cascade import cascade
from salesanalysis.targets.crossed.edits.apply import apply_edits
from salesanalysis.targets.crossed.edits.result import Edited
from salesanalysis.targets.plan import Plan
from salesanalysis.targets.steps import Step
from salesanalysis.targets.tree import tree_of

#: Splits that learn from the past.
_LEARNT = ("season", "spring_festival")
#: What a pin says that came without a word about itself.
_SAID = {"reason": "target of the company", "author": "company"}


@dataclass(frozen=True, eq=False)
class Ground:
    """Everything a plan is handed down from.

    Attributes
    ----------
    leaves : Basis
        Weights of every leaf.
    business : Panel
        Sales the season of the months is taken from.
    total, step : str
        Currency.
    months : str
        How the months are split; empty with `weights`.
    weights : tuple of float
        Month weights of the planner's own; may be empty.
    days : DataFrame
        ``date`` and ``is_workday`` of the planner's own; may have no rows.
    pins : DataFrame
        Level columns, ``value``, ``reason``, ``author``, ``time``.
    edits : DataFrame
        Every edit, as `apply_edits` takes it; may have no rows.
    log : DataFrame
        What rules changed before anything was handed down.
    rates : dict
        Over-assignment per level, for edits that pin what people are told; may be empty.
    asked : str
        The evening the plan is made on; the day pins and people's dates are signed with.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> ground = sa.company(sa.load("demo")).asked.ground
    >>> ground.plan().total, ground.step
    (130000000.0, '1')
    """

    leaves: Basis
    business: Panel
    total: str
    step: str
    months: str
    weights: tuple[float, ...] = ()
    days: pd.DataFrame = field(default_factory=pd.DataFrame)
    pins: pd.DataFrame = field(default_factory=pd.DataFrame)
    edits: pd.DataFrame = field(default_factory=pd.DataFrame)
    log: pd.DataFrame = field(default_factory=empty_log)
    asked: str = ""
    rates: dict[str, float] = field(default_factory=dict)

    def plan(self) -> Plan:
        """Return the plan with its pins and no edits."""
        keys = [c for c in self.leaves.by if c in self.pins.columns]
        pins = self.pins[[*keys, "value"]] if len(self.pins) else None
        return cascade(self.total, self.leaves, pins=pins, **self._how())

    def edited(self, previous: Plan | None = None) -> Edited:
        """Return the plan with every edit on top, and what would stand there without them.

        Parameters
        ----------
        previous : Plan, optional
            The last version, for edits that freeze.
        """
        self._check_layers()
        edits = self._pin_edits(self.edits)
        found = apply_edits(
            self.total, self.leaves, edits, previous=previous, rates=self.rates or None,
            **self._how(),
        )  # fmt: skip
        found = replace(found, plan=told_apart(found.plan, self.edits))
        return without_pins(found, self.plan(), len(self.edits)) if len(self.pins) else found

    def made(self, previous: Plan | None = None) -> tuple[Plan, Edited | None]:
        """Return the plan, with the edits where there are any."""
        if not len(self.edits):
            return self.plan(), None
        edited = self.edited(previous)
        return edited.plan, edited

    def with_edits(self, more: pd.DataFrame) -> "Ground":
        """Return the ground with more edits; one that says the same anew replaces the old one.

        Parameters
        ----------
        more : DataFrame, as `apply_edits` takes it
            A pin of a unit and month that has one takes its place; the old one stays on record.

        Raises
        ------
        ContractError
            Two of the new edits that set the same unit and month, with their rows.
        """
        return replace(self, edits=joined_edits(self.edits, more, self.leaves.by))

    def _check_layers(self) -> None:
        """Refuse pins of what people are told where everybody is told the plan."""
        layer = self.edits.get("layer", pd.Series("", index=self.edits.index))
        told = self.edits[layer == "assigned"]
        if len(told) and not self.rates:
            raise ContractError(
                f"{len(told)} of {len(self.edits)} edits pin what people are told, and everybody "
                "is told the plan.",
                where=f"edits, rows {told.index[:5].tolist()}: layer assigned",
                fix="write over_assignment: {region: 0.05} into the choices, or layer plan",
                code="bad-choice",
                rows=told,
            )

    def _how(self) -> dict[str, Any]:
        """Return what `cascade` is told about steps and months."""
        profile: Any = self.business if self.months in _LEARNT else None
        if self.weights:
            profile = list(self.weights)
        how = {"step": self.step, "months": self.months or None, "profile": profile}
        return {**how, "calendar": self.days if len(self.days) else None}

    def _pin_edits(self, edits: pd.DataFrame) -> pd.DataFrame:
        """Return the pins as edits, behind the others."""
        if not len(self.pins):
            return edits
        pins = self.pins.assign(edit="pin", layer="plan")
        for column, text in _SAID.items():
            own = pins[column] if column in pins else pd.Series("", index=pins.index)
            pins[column] = own.fillna("").astype("str").where(lambda t: t != "", text)
        when = pins["time"] if "time" in pins else pd.Series(pd.NaT, index=pins.index)
        pins["time"] = pd.to_datetime(when).fillna(pd.Timestamp(self.asked or "1970-01-01"))
        # behind the planner's own, whose rows a message counts
        return pd.concat([edits, pins], ignore_index=True)


def told_apart(plan: Plan, edits: pd.DataFrame) -> Plan:
    """Return a plan in which what a rule has fixed is called by its reason, not pinned by hand."""
    ruled = edits[edits["rule"].fillna("") != ""] if "rule" in edits.columns else edits.head(0)
    keys = list(plan.levels)
    if "undone" in ruled.columns:
        ruled = ruled[ruled["undone"].isna() | (ruled["undone"] == "")]
    ruled = ruled[ruled["period"].isna()].drop_duplicates(keys) if len(ruled) else ruled
    if not len(ruled):
        return plan
    why = ruled.set_index(keys)["reason"] if len(keys) > 1 else ruled.set_index(keys[0])["reason"]

    def said(table: pd.DataFrame) -> pd.Series:
        names = pd.MultiIndex.from_frame(table[keys]) if len(keys) > 1 else table[keys[0]]
        own = pd.Series(why.reindex(names).to_numpy(), index=table.index)
        return table["status"].mask(own.notna(), own)

    frame = plan.frame.assign(status=said(plan.frame).astype("str"))
    leaves = plan.tree[plan.tree["level"] == keys[-1]].reset_index(drop=True)
    leaves = leaves.assign(status=said(leaves).astype("str"))
    by_rule = pd.MultiIndex.from_frame(plan.pinned[keys]).isin(
        pd.MultiIndex.from_frame(ruled[keys])
    )
    pinned = plan.pinned[~by_rule].reset_index(drop=True)
    tree = tree_of(leaves, keys, Step.of(plan.step), pinned)
    return replace(plan, frame=frame, tree=tree, pinned=pinned)


def without_pins(edited: Edited, pinned: Plan, n_edits: int) -> Edited:
    """Return the edits of the planner beside a plan in which the company's pins already stand.

    Territories that were split or merged have no line in that plan: nothing is changed then.
    """
    log = edited.log[edited.log["row"] < n_edits]
    keys = list(pinned.levels)
    same = pinned.frame[keys].drop_duplicates().reset_index(drop=True)
    if not same.equals(edited.plan.frame[keys].drop_duplicates().reset_index(drop=True)):
        return replace(edited, log=log)
    before = [_value_of(pinned, row) for row in log.to_dict("records")]
    log = log.assign(calculated=pd.Series(before, index=log.index, dtype="float64"))
    return replace(edited, calculated=pinned, log=log)


def _value_of(plan: Plan, row: dict[str, Any]) -> float:
    """Return the target of the unit, and month, an edit names."""
    inside = pd.Series(True, index=plan.frame.index)  # noqa: FBT003
    for level in plan.levels:
        if row[level]:
            inside &= plan.frame[level] == row[level]
    if pd.notna(row["period"]):
        inside &= plan.frame["period"] == row["period"]
    return float(plan.frame.loc[inside, "value"].sum())


def joined_edits(old: pd.DataFrame, more: pd.DataFrame, levels: Sequence[str]) -> pd.DataFrame:
    """Return new and old edits; an old one that a new one sets anew is undone, and on record.

    Raises
    ------
    ContractError
        Two of the new edits that set the same unit and month, with their rows.
    """
    if not len(more):
        return old
    keys = ["edit", "layer", "period", *levels, *(f"to_{level}" for level in levels)]
    texts = _texts(more, keys)
    twice = more[texts.duplicated(keep=False)]
    if len(twice):
        raise ContractError(
            f"{len(twice)} of {len(more)} edits set the same unit and month.",
            where=f"edits, rows {twice.index[:5].tolist()}, see .rows",
            fix="keep one of them",
            code="duplicate-key",
            rows=twice,
        )
    if not len(old):
        return more.reset_index(drop=True)
    newer = pd.MultiIndex.from_frame(texts)
    again = pd.MultiIndex.from_frame(_texts(old, keys)).isin(newer)
    undone = old.get("undone", pd.Series("", index=old.index)).astype("object").fillna("")
    said = f"replaced by {more['author'].iloc[0]}"
    old = old.assign(undone=undone.where(~(again & (undone == "").to_numpy()), said))
    # the new ones first: a message counts their rows
    return pd.concat([more, old], ignore_index=True)


def _texts(edits: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Return columns as texts, empty where an edit does not have them."""
    out = edits.reindex(columns=list(keys))
    out["period"] = pd.to_datetime(out["period"]).dt.strftime("%Y-%m")
    return out.astype("object").where(out.notna(), "").astype("str")
