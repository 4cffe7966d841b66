"""Which places and causes carry a gap: open deals, lost customers, prices, product lines."""

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from salesanalysis.book import causes
from salesanalysis.book.carrierwords import PLACE, texts
from salesanalysis.book.listing import Listing
from salesanalysis.book.losses import idle_people, late_deals, lines, lost_customers
from salesanalysis.book.note import Note
from salesanalysis.data import Dataset
from salesanalysis.labels import LANGUAGES
from salesanalysis.variance import Bridge

if TYPE_CHECKING:
    from salesanalysis.book.results import Company
    from salesanalysis.book.why import Why

#: Named on its region's page is what holds this part of the region's gap, and this part of the
#: company's target or that of the region's; on the company's page the company's decides.
SHARE_OF_GAP, SHARE_OF_BASE, SHARE_OF_REGION = 0.10, 0.005, 0.01
#: A cause with a name comes before product lines unless one of them holds this many times of it.
OUTWEIGHS = 3.0
KINDS = ("late_deal", "lost", "idle", "price", "line")
COLUMNS = [
    "kind", *PLACE, "amount", "line_amount", "region_gap", "region_gap_share", "base_share", "due",
    "probability", "since", "record",
]  # fmt: skip


def candidates(company: "Company", why: "Why") -> Listing:
    """Return every material place and cause of every region, largest first.

    ``region_gap_share`` is empty where the region is not below its target. ``record`` is the cause
    as `Bridge.cause` writes it.
    """
    data, whole = company.data, why.reasons
    found: list[pd.DataFrame] = []
    if isinstance(whole, Bridge):
        for kind, bridge, more in _sources(company, why, whole):
            found.append(_rows(kind, bridge, more))
    filled = [f for f in found if len(f)] or [pd.DataFrame(columns=COLUMNS)]
    table = pd.concat(filled, ignore_index=True).reindex(columns=COLUMNS)
    if len(table) and isinstance(whole, Bridge):
        table = _material(table, whole)
    return Listing(table, dict.fromkeys(LANGUAGES, ()), data.currency, data.terms)


def _sources(
    company: "Company", why: "Why", whole: Bridge
) -> list[tuple[str, Bridge, pd.DataFrame | None]]:
    """Return the bridges candidates are rows of."""
    data, months = company.data, company.closed
    deals = late_deals(data, months)
    lost = lost_customers(data, causes.covered(data, months))
    made: list[tuple[str, Bridge | None, pd.DataFrame | None]] = [
        ("late_deal", *deals), ("lost", *lost),
        ("idle", idle_people(data, company.plan, months), None),
        ("price", why.moved if isinstance(why.moved, Bridge) else None, None),
        ("line", lines(whole), None),
    ]  # fmt: skip
    return [(kind, bridge, more) for kind, bridge, more in made if bridge is not None]


def _rows(kind: str, bridge: Bridge, more: pd.DataFrame | None) -> pd.DataFrame:
    """Return the rows of one kind that lost, each with its record."""
    effect = {"line": "difference"}.get(kind, kind)
    rows = bridge.effects[(bridge.effects["effect"] == effect) & (bridge.effects["amount"] < 0)]
    table = rows[[*bridge.by, "amount"]].copy()
    # a record holds only what JSON knows, so that it reads back the same
    table["record"] = [_record(bridge, i) for i in rows.index]
    if more is not None:
        table = table.merge(more, on=list(bridge.by), how="left")
    return table.assign(kind=kind)


def _record(bridge: Bridge, row: int) -> str:
    """Return the record of a cause as text; its share of another base's gap says nothing here."""
    return json.dumps(bridge.cause(row) | {"gap_share": None}, ensure_ascii=False)


def _material(table: pd.DataFrame, whole: Bridge) -> pd.DataFrame:
    """Keep what is large for its region and for the company, causes with a name first."""
    sides = whole.items.groupby("region")[["base", "actual"]].sum()
    gap = table["region"].map(sides["actual"] - sides["base"]).fillna(0.0)
    share = (table["amount"] / gap).where(gap < 0)
    large = table["amount"].abs() >= SHARE_OF_GAP * gap.abs()
    target = table["region"].map(sides["base"]).fillna(0.0)
    of_base = table["amount"].abs() / whole.start
    small_region = (gap < 0) & (table["amount"].abs() >= SHARE_OF_REGION * target)
    large &= (of_base >= SHARE_OF_BASE) | small_region
    # a region without a target has no gap to carry
    large &= target > 0
    table = table.assign(region_gap=gap, region_gap_share=share, base_share=of_base)
    return _ordered(_with_lines(table)[large])


def _with_lines(table: pd.DataFrame) -> pd.DataFrame:
    """Set beside a price how far its product line is below target."""
    line = table[table["kind"] == "line"].set_index(["region", "product_line"])["amount"]
    held = line.reindex(pd.MultiIndex.from_frame(table[["region", "product_line"]])).to_numpy()
    return table.assign(line_amount=pd.Series(held, table.index).where(table["kind"] == "price"))


def _ordered(table: pd.DataFrame) -> pd.DataFrame:
    """Put causes with a name before lines, the largest first; a line named with its price once.

    The largest line of a region comes before the causes there that it holds `OUTWEIGHS` times of.
    """
    region, is_line = table["region"], table["kind"] == "line"
    held = table["line_amount"].astype("float64").fillna(table["amount"]).abs()
    largest = held.where(is_line, 0.0).groupby(region).transform("max")
    outweighed = ~is_line & (held * OUTWEIGHS < largest)
    place = np.select([outweighed, is_line & (held == largest), is_line], [2, 1, 3], 0)
    table = table.assign(last=is_line, place=place)
    names = [c for c in PLACE if c in table]
    order = table.sort_values(["place", "amount", "kind", *names], kind="stable")
    twice = order["last"] & order.duplicated(["region", "product_line"])
    return order.loc[~twice, COLUMNS].reset_index(drop=True)


def first_three(
    found: Listing, data: Dataset, region: str = "", gap: Bridge | Note | None = None
) -> Listing:
    """Return the three of `region`; for the company the first of the regions furthest below.

    Where a note stands in place of the gap, no place can carry any: its sentence is theirs.
    """
    table = found.frame
    table = _three(table[table["region"] == region]) if region else _of_company(table)
    said = {lang: texts(table, data, lang, region) for lang in LANGUAGES}
    if table.empty and isinstance(gap, Note):
        said = {lang: (text,) for lang, text in gap.texts.items()}
    return Listing(_shown(table), said, found.currency, found.terms)


def _of_company(table: pd.DataFrame) -> pd.DataFrame:
    """Return the first cause of each of the three regions furthest below their target."""
    large = table["base_share"] >= SHARE_OF_BASE
    below = table[(table["region_gap"] < 0) & large].drop_duplicates("region")
    return below.sort_values(["region_gap", "region"], ignore_index=True).head(3)


def _three(table: pd.DataFrame) -> pd.DataFrame:
    """Return the first three, the place that holds most first."""
    table = table.head(3)
    held = table["line_amount"].astype("float64").fillna(table["amount"])
    return table.assign(held=held).sort_values("held", kind="stable", ignore_index=True)


def records(found: Listing, region: str) -> list[dict[str, Any]]:
    """Return the records of the three causes of a region."""
    table = _three(found.frame[found.frame["region"] == region])
    return [json.loads(text) for text in table["record"]]


def _shown(table: pd.DataFrame) -> pd.DataFrame:
    """Return the columns readers see: those that hold anything."""
    keep = [c for c in ("kind", *PLACE, "amount", "region_gap_share") if c in table]
    shown = table[keep].dropna(axis=1, how="all")
    text = [c for c in shown.columns if c not in ("amount", "region_gap_share")]
    named = {c: shown[c].astype("object").fillna("").astype("str") for c in text}
    return shown.assign(**named).rename(columns={"kind": "carrier"})
