"""Which places and causes carry a gap: open deals, lost customers, prices, product lines."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.book import reasons
from salesanalysis.book.listing import Listing
from salesanalysis.data import Dataset
from salesanalysis.labels import LANGUAGES, day, label, month, percent, unit_of
from salesanalysis.variance import Bridge, Meta, read_origins
from salesanalysis.variance.origins import checked_origins
from salesanalysis.variance.rounded import Scale

if TYPE_CHECKING:
    from salesanalysis.book.results import Company
    from salesanalysis.book.why import Why

#: Named on its region's page is what holds this part of the region's gap, and this part of the
#: company's target or that of the region's; on the company's page the company's decides.
SHARE_OF_GAP, SHARE_OF_BASE, SHARE_OF_REGION = 0.10, 0.005, 0.01
#: A deal is late that was due by now, or falls due within so many days after the last month.
DAYS_LATE = 30
#: An ordinary open deal is no cause; one as good as won that is not signed is.
LIKELY = 0.8
#: Months without a purchase after which a customer of last year counts as lost.
SILENT = 2
#: Causes with a name come before the plain gap of a product line.
KINDS = ("late_deal", "lost", "price", "line")
_PLACE = ["region", "product_line", "customer", "salesperson"]
COLUMNS = [
    "kind", *_PLACE, "amount", "line_amount", "region_gap", "region_gap_share", "base_share", "due",
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
    deals, lost = late_deals(data, months), lost_customers(data, months)
    made: list[tuple[str, Bridge | None, pd.DataFrame | None]] = [
        ("late_deal", *deals), ("lost", *lost),
        ("price", why.moved if isinstance(why.moved, Bridge) else None, None),
        ("line", _lines(whole), None),
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
    """Put causes with a name before lines, the largest first; a line named with its price once."""
    table = table.assign(last=table["kind"] == "line")
    names = [c for c in _PLACE if c in table]
    order = table.sort_values(["last", "amount", "kind", *names], kind="stable")
    twice = order["last"] & order.duplicated(["region", "product_line"])
    return order.loc[~twice, COLUMNS].reset_index(drop=True)


def late_deals(
    data: Dataset, months: pd.DatetimeIndex
) -> tuple[Bridge | None, pd.DataFrame | None]:
    """Return deals as good as won that are due by now, or soon after the months, but not signed."""
    needed = {
        "opened", "closed", "expected_close", "amount", "region", "customer", "stage",
        "probability",
    }  # fmt: skip
    if "opportunities" not in data.tables:
        return None, None
    deals = data.frame("opportunities")
    if not needed <= set(deals.columns) or not len(months):
        return None, None
    end = months[-1] + pd.offsets.MonthEnd(0)
    due = pd.to_datetime(deals["expected_close"])
    likely = deals["probability"].fillna(0.0) >= LIKELY
    open_now = deals["closed"].isna() & ~deals["stage"].isin(["Won", "Lost"])
    late = open_now & likely & (pd.to_datetime(deals["opened"]) <= end) & (deals["amount"] > 0)
    late &= due <= end + pd.Timedelta(days=DAYS_LATE)
    deals = deals[late].rename(columns={"owner": "salesperson"})
    by = [c for c in ("region", "customer", "salesperson") if c in deals.columns]
    deals = deals.dropna(subset=by).assign(due=due)
    deals = deals[~_booked(data, months, deals)]
    if not len(deals):
        return None, None
    sums = deals.groupby(by, as_index=False).agg(
        base=("amount", "sum"), due=("due", "max"), probability=("probability", "min")
    )
    sums = sums.assign(effect="late_deal", amount=-sums["base"])
    places = {"late_deal": (115, "gap", "unassigned")}
    return _bridge(data, months, by, sums, "open_deals", places), sums[[*by, "due", "probability"]]


def _booked(data: Dataset, months: pd.DatetimeIndex, deals: pd.DataFrame) -> pd.Series:
    """Tell which deals are open on paper only: their customer bought as much in these months."""
    if "customer" not in data.table("sales").columns or not len(deals):
        return pd.Series(data=False, index=deals.index)
    sold = reasons.cells(data, ["region", "customer"], months)
    sold = sold.set_index(["region", "customer"])["revenue"]
    bought = sold.reindex(pd.MultiIndex.from_frame(deals[["region", "customer"]])).fillna(0.0)
    return pd.Series(bought.to_numpy() >= deals["amount"].to_numpy(), index=deals.index)


def lost_customers(
    data: Dataset, months: pd.DatetimeIndex
) -> tuple[Bridge | None, pd.DataFrame | None]:
    """Return customers of the same months last year; lost are those who have gone silent."""
    if "customer" not in data.table("sales").columns or not len(months):
        return None, None
    by = ["region", "customer"]
    last = pd.DatetimeIndex([months[-1] - pd.DateOffset(months=k) for k in range(SILENT)][::-1])
    now, before, recent, ever = (
        reasons.cells(data, by, window).groupby(by)["revenue"].sum()
        for window in (months, months - pd.DateOffset(years=1), last, _year_to(months[-1]))
    )
    table = pd.concat([before, now], axis=1, keys=["base", "actual"]).fillna(0.0)
    if not len(table) or not table["base"].any():
        return None, None
    silent = recent.reindex(table.index).fillna(0.0) <= 0
    gone = silent & (table["base"] > 0) & (ever.reindex(table.index).fillna(0.0) > 0)
    table = table.assign(amount=table["actual"] - table["base"]).reset_index()
    table["effect"] = gone.map({True: "lost", False: "difference"}).to_numpy()
    since = data.panel(by=by).frame
    since = since[since["value"] > 0].groupby(by, as_index=False)["period"].max()
    table = table.merge(since.rename(columns={"period": "since"}), on=by, how="left")
    return _bridge(data, months, by, table, "last_year", None), table[[*by, "since"]]


def _year_to(last: pd.Timestamp) -> pd.DatetimeIndex:
    return pd.date_range(end=last, periods=12, freq="MS")


def _lines(whole: Bridge) -> Bridge:
    """Return target to actual as one plain difference per region and product line."""
    by = list(whole.by)
    table = whole.items.assign(amount=whole.items["actual"] - whole.items["base"])
    meta = Meta("gap", ("target", "actual"), "target", tuple(by), whole.meta.measure,
                window=whole.meta.window, fiscal_start=whole.meta.fiscal_start,
                overrides=checked_origins(read_origins()))  # fmt: skip
    rows = table[[*by, "amount"]].assign(effect="difference", note="")
    return Bridge.of(
        rows, whole.items, by=by, meta=meta, currency=whole.currency, terms=whole.terms
    )


def _bridge(  # noqa: PLR0917  what a bridge is made of
    data: Dataset, months: pd.DatetimeIndex, by: Sequence[str], table: pd.DataFrame, base: str,
    places: Any,
) -> Bridge:  # fmt: skip
    """Build the bridge of plain differences behind a list of candidates."""
    actual = table.get("actual", pd.Series(0.0, index=table.index))
    both = (table["base"] != 0) & (actual != 0)
    items = table[list(by)].assign(
        base=table["base"], actual=actual, n_matched=both.astype("int64"),
        n_new=((table["base"] == 0) & (actual != 0)).astype("int64"),
        n_lost=((table["base"] != 0) & (actual == 0)).astype("int64"),
    )  # fmt: skip
    names = (base, "actual")
    meta = Meta("gap", names, base, tuple(by), "revenue", window=(months[0], months[-1]),
                fiscal_start=data.calendar.start_month,
                overrides=checked_origins(read_origins(), places))  # fmt: skip
    rows = table[[*by, "effect", "amount"]].assign(note="")
    return Bridge.of(
        rows, items, by=list(by), meta=meta, places=places, currency=data.currency,
        terms=data.terms,
    )  # fmt: skip


def first_three(found: Listing, data: Dataset, region: str = "") -> Listing:
    """Return the three of `region`; for the company the first of the regions furthest below."""
    table = found.frame
    table = _three(table[table["region"] == region]) if region else _of_company(table)
    texts = {lang: _texts(table, data, lang, region) for lang in LANGUAGES}
    return Listing(_shown(table), texts, found.currency, found.terms)


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
    keep = [c for c in ("kind", *_PLACE, "amount", "region_gap_share") if c in table]
    shown = table[keep].dropna(axis=1, how="all")
    text = [c for c in shown.columns if c not in ("amount", "region_gap_share")]
    named = {c: shown[c].astype("object").fillna("").astype("str") for c in text}
    return shown.assign(**named).rename(columns={"kind": "carrier"})


def _texts(table: pd.DataFrame, data: Dataset, lang: str, region: str) -> tuple[str, ...]:
    """Write the headline, a line for each place, and that they must not be added up."""
    if not len(table):
        return (label("carriers.none", lang),)
    rows = table.to_dict("records")
    scale = Scale.of(table["amount"].tolist(), lang)
    parts = [
        label("carriers.part", lang, place=place_name(row, data, lang), kind=_kind(row, lang),
              amount=scale.text(scale.steps(row["amount"]), signed=True))
        for row in rows
    ]  # fmt: skip
    key = "carriers.headline" if region else "carriers.headline_company"
    head = label(key, lang, n=len(rows), parts=label("variance.semicolon", lang).join(parts))
    return (head, *[_line(row, data, scale, lang) for row in rows], label("carriers.apart", lang))


def place_name(row: dict[str, Any], data: Dataset, lang: str) -> str:
    """Return where it is: region, then customer or product line."""
    names = [
        data.terms.show(c, row[c], lang) for c in _PLACE[:3] if pd.notna(row.get(c)) and row[c]
    ]
    return " / ".join(names)


def _kind(row: dict[str, Any], lang: str) -> str:
    return label(f"carriers.{row['kind']}", lang)


def _line(row: dict[str, Any], data: Dataset, scale: Scale, lang: str) -> str:
    """Write what is known of one place."""
    unit = unit_of(data.currency, lang)
    unit = unit if unit != data.currency else f" {unit}"
    amount = scale.text(abs(scale.steps(row["amount"])))
    words: dict[str, str] = {
        "place": place_name(row, data, lang),
        "amount": amount + unit,
    }  # fmt: skip
    if row["kind"] == "late_deal":
        told = pd.notna(row["probability"])
        chance = percent(row["probability"]) if told else ""
        words["likely"] = label("carriers.likely", lang, chance=chance) if told else ""
        words |= {"due": day(row["due"], lang), "asof": day(data.as_of, lang)}
    if row["kind"] == "lost":
        words["since"] = month(row["since"], lang)
    text = label(f"carriers.line_{row['kind']}", lang, **words)
    if pd.notna(row["region_gap_share"]):
        text += label("carriers.share", lang, share=percent(row["region_gap_share"]))
    if pd.notna(row["line_amount"]):
        whole = scale.text(abs(scale.steps(row["line_amount"]))) + unit
        text += label("carriers.whole_line", lang, amount=whole)
    return label("variance.stop", lang, text=text)
