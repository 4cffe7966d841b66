"""The company's bridges by cause: every region's own, put together without a remainder."""

from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

import pandas as pd

from salesanalysis import variance
from salesanalysis.book import causes
from salesanalysis.book.note import Note
from salesanalysis.data import Dataset
from salesanalysis.errors import ContractError
from salesanalysis.variance import Bridge

if TYPE_CHECKING:
    from salesanalysis.book.results import Company

_SIDES = ["base", "actual"]
_COUNTS = ["n_matched", "n_new", "n_lost"]
#: Effects only this bridge has: what the target asked beyond last year, and what nobody asked.
PLACES = {"growth_asked": (4, "gap", "plan"), "no_target": (150, "gap", "plan")}


def cells(data: Dataset, keys: list[str], months: pd.DatetimeIndex) -> pd.DataFrame:
    """Return sums over a window by `keys`; no rows where nothing was sold."""
    try:
        return data.cells(by=keys, first=months[0], last=months[-1])
    except ContractError as refused:
        if refused.code != "empty-table":
            raise
        return pd.DataFrame(columns=[*keys, "revenue"]).astype({"revenue": "float64"})


def moved(company: "Company") -> Bridge | Note:
    """Return last year to this year by cause, by region and product line."""
    parts = {}
    for region in company.data.regions:
        part = company.bridge(region)
        if isinstance(part, Bridge):
            parts[region] = _placed(part, region)
    if not parts:
        return causes.not_closed(company.data)
    return reduce(_together, parts.values())


def _placed(part: Bridge, region: str) -> Bridge:
    """Return a region's bridge by region and product line."""
    level = [c for c in ("product_line",) if c in part.by]
    summed = part.drill(level)
    keys = ["region", *level]
    rows = summed.effects.assign(region=region)[[*keys, "effect", "amount", "note"]]
    items = summed.items.assign(region=region)[[*keys, *_SIDES, *_COUNTS]]
    meta = replace(part.meta, grain=("region", *[c for c in part.meta.grain if c != "region"]))
    return Bridge.of(rows, items, by=keys, meta=meta, currency=part.currency, terms=part.terms)


def _together(first: Bridge, second: Bridge) -> Bridge:
    """Put two regions together; their grains and market may differ, as their products do."""
    by = [c for c in first.by if c in second.by]
    one, other = (b if list(b.by) == by else b.drill(by) for b in (first, second))
    rows = pd.concat([b.effects[[*by, "effect", "amount", "note"]] for b in (one, other)])
    items = pd.concat([b.items for b in (one, other)])
    new = [b.meta.method == "new_business" for b in (one, other)]
    meta = other.meta if new[0] else one.meta
    if not any(new):
        grain = tuple(c for c in one.meta.grain if c in other.meta.grain)
        # a market that one region lacks leaves its quantity undivided
        market = meta.market if one.meta.market and other.meta.market else ()
        meta = replace(meta, grain=grain, market=market)
    return Bridge.of(rows, items, by=by, meta=meta, currency=one.currency, terms=one.terms)


def reasons(company: "Company", moves: Bridge | Note) -> Bridge | Note:
    """Return target to actual: growth asked beyond last year, then what moved since.

    A region or product line without a target has no growth asked: what it sold stands as
    `no_target`, whatever moved there. Where the data do not hold every month of last year, no
    cause is told.
    """
    if isinstance(moves, Note):
        return moves
    by = list(moves.by)
    asked = company.plan.to_frame()
    asked = asked[asked["period"].isin(company.closed)].groupby(by)["value"].sum()
    if not asked.any():
        return causes.no_target(company.data)
    if len(causes.covered(company.data, company.closed)) < len(company.closed):
        return _plain(company, asked)
    items = moves.items.set_index(by)
    keys = items.index.union(asked.index[asked != 0])
    target = asked.reindex(keys).fillna(0.0)
    items = items.reindex(keys).fillna(0.0).astype(dict.fromkeys(_COUNTS, "int64"))
    has = target > 0
    rows = moves.effects[[*by, "effect", "amount", "note"]]
    named = pd.MultiIndex.from_frame(rows[by]) if len(by) > 1 else pd.Index(rows[by[0]])
    rows = rows[has.reindex(named).to_numpy()]
    growth = (items["base"] - target)[has]
    extra = {"growth_asked": growth, "no_target": items["actual"][~has]}
    added = [
        amounts[amounts != 0].rename("amount").reset_index().assign(effect=effect, note="")
        for effect, amounts in extra.items()
    ]
    rows = pd.concat([rows, *[frame for frame in added if len(frame)]], ignore_index=True)
    items = items.assign(base=target).reset_index()
    meta = replace(
        moves.meta, names=("target", "actual"), base_name="target",
        method="pvm" if moves.meta.method in ("pvm", "new_business") else "reasons",
        details=(*moves.meta.details, ("growth_asked", "on")),
    )  # fmt: skip
    return Bridge.of(
        rows[[*by, "effect", "amount", "note"]], items, by=by, meta=meta, places=PLACES,
        currency=moves.currency, terms=moves.terms,
    )  # fmt: skip


def _plain(company: "Company", asked: pd.Series) -> Bridge:
    """Return target to actual as plain differences."""
    by, data = list(asked.index.names), company.data
    bridge = variance.explain(
        cells(data, by, company.closed), asked.rename("revenue").reset_index(), by=by,
        method="gap", names=("target", "actual"), empty_base="new_business",
        **causes.context(data, company.closed),
    )  # fmt: skip
    return causes.detailed(bridge, "causes", "none")
