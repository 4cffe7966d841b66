"""The injected causes: what went wrong and right in 2024, and by exactly how much.

Each cause changes lines no other cause touches, so its amount is the same whether it is switched
off alone or with the others.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from salesanalysis.data.demo.amounts import net
from salesanalysis.data.demo.customers import Customers
from salesanalysis.data.demo.products import LINES, PILOT, PILOT_REGION, Catalogue
from salesanalysis.data.demo.staff import REGIONS
from salesanalysis.data.demo.timeline import Flags, dates_of, day_of
from salesanalysis.errors import ContractError, unknown_name

CUT_REGION, CUT_LINE, CUT_PERCENT = "South", "Power supplies", 15
BOOKED = "2024-04-18"  # the day the late project was signed
AS_OF = "2024-03-31"


@dataclass(frozen=True)
class Cause:
    """One cause of the truth table.

    Attributes
    ----------
    title, title_zh : str
    effect : {"price", "lost_customer", "timing", "launch"}
    start, end : str
        The window its amount covers, both days included.
    """

    title: str
    title_zh: str
    effect: str
    start: str
    end: str


CAUSES: dict[str, Cause] = {
    "price_cut": Cause(
        "Power supplies 15 % cheaper in South",
        "华南电源降价15%",
        "price",
        "2024-01-01",
        "2024-12-31",
    ),
    "lost_customer": Cause(
        "Large customer of West lost", "西部流失大客户", "lost_customer", "2024-02-01", "2024-12-31"
    ),
    "late_project": Cause(
        "Key project of East signed in April instead of March",
        "华东重点项目由3月延至4月签约",
        "timing",
        "2024-03-01",
        "2024-03-31",
    ),
    "launch": Cause(
        "New controller launched in North", "华北新控制器上市", "launch", "2024-01-01", "2024-12-31"
    ),
}
EFFECTS = {
    "price": ("Price", "价格"),
    "lost_customer": ("Lost customer", "客户流失"),
    "timing": ("Timing", "时间推移"),
    "launch": ("New product", "新产品"),
}


def check_causes(causes: Collection[str]) -> tuple[str, ...]:
    """Return the causes switched on, in the order of `CAUSES`; refuse unknown ones.

    Examples
    --------
    >>> check_causes(["launch", "price_cut"])
    ('price_cut', 'launch')
    """
    if isinstance(causes, str):
        raise ContractError(
            f"causes must be a list of names, got the text {causes!r}.",
            where="demo.generate(causes=...)",
            fix=f"write causes=[{causes!r}]",
            code="bad-choice",
        )
    for name in causes:
        if name not in CAUSES:
            raise unknown_name(
                name,
                list(CAUSES),
                kind="cause",
                where="demo.generate(causes=...)",
                error=ContractError,
            )
    return tuple(name for name in CAUSES if name in causes)


def apply_causes(
    lines: pd.DataFrame, shop: Catalogue, who: Customers, causes: Collection[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the lines as they came to be, and the truth table of the causes switched on."""
    touched = _touched(lines, shop, who)
    steps: dict[str, Callable[[pd.DataFrame, Flags], pd.DataFrame]] = {
        "price_cut": _cheaper,
        "lost_customer": _gone,
        "late_project": _later,
    }
    after, rows = lines, []
    for name in causes:
        # the launch is in the lines already: its effect is what is missing without it
        step = steps.get(name)
        changed = step(lines, touched[name]) if step else lines
        before = lines if step else _gone(lines, touched[name])
        rows.append(_truth(name, before, changed))
        after = step(after, touched[name]) if step else after
    if "launch" not in causes:
        after = _gone(after, touched["launch"])
    after = after[after["quantity"] != 0]
    return after.reset_index(drop=True), _truth_table(rows, shop, who)


def _touched(lines: pd.DataFrame, shop: Catalogue, who: Customers) -> dict[str, Flags]:
    """Return the lines each cause touches; no line is touched twice."""
    region, line = list(REGIONS).index(CUT_REGION), list(LINES).index(CUT_LINE)
    from_january = lines["sold"] >= day_of(CAUSES["price_cut"].start)
    cut = (lines["region"] == region) & (shop.line[lines["product"]] == line) & from_january
    lost = lines["day"] >= day_of(CAUSES["lost_customer"].start)
    return {
        "price_cut": cut.to_numpy(),
        "lost_customer": ((lines["customer"] == who.large) & lost).to_numpy(),
        "late_project": lines["is_project"].to_numpy(),
        "launch": (lines["product"] == shop.codes.index(PILOT)).to_numpy(),
    }


def _cheaper(lines: pd.DataFrame, rows: Flags) -> pd.DataFrame:
    """Cut the unit price; pieces and discount stay, so the effect is price and nothing else."""
    new = (lines["price"] * (100 - CUT_PERCENT) + 50) // 100
    return lines.assign(price=lines["price"].where(~rows, new))


def _gone(lines: pd.DataFrame, rows: Flags) -> pd.DataFrame:
    """Empty the lines; they keep their place until every cause is through."""
    return lines.assign(**{c: lines[c].where(~rows, 0) for c in ("quantity", "discount", "cost")})


def _later(lines: pd.DataFrame, rows: Flags) -> pd.DataFrame:
    """Move the lines to the day they were signed."""
    return lines.assign(day=lines["day"].where(~rows, day_of(BOOKED)))


def _truth(name: str, before: pd.DataFrame, after: pd.DataFrame) -> tuple[str, int, int]:
    """Return the cents a cause moved in its window, and in its part up to the default date."""
    start, end = day_of(CAUSES[name].start), day_of(CAUSES[name].end)
    moved = [
        int(net(after)[after["day"].between(start, last)].sum())
        - int(net(before)[before["day"].between(start, last)].sum())
        for last in (end, min(end, day_of(AS_OF)))
    ]
    return name, moved[0], moved[1]


def _truth_table(rows: list[tuple[str, int, int]], shop: Catalogue, who: Customers) -> pd.DataFrame:
    """Return the contract table, with ``amount_to_as_of``: the part known at the default date."""
    place = {
        "price_cut": (CUT_REGION, CUT_LINE, "", ""),
        "lost_customer": ("West", "", "", who.names[who.large]),
        "late_project": ("East", "", "", who.names[who.key]),
        "launch": (
            list(REGIONS)[PILOT_REGION],
            list(LINES)[shop.line[shop.codes.index(PILOT)]],
            shop.names[shop.codes.index(PILOT)],
            "",
        ),
    }
    texts = ["cause", "region", "product_line", "product", "customer", "effect"]
    table = pd.DataFrame(
        [(name, *place[name], CAUSES[name].effect) for name, *_ in rows], columns=texts
    ).astype("str")
    names = [name for name, *_ in rows]
    return table.assign(
        start=dates_of(np.array([day_of(CAUSES[n].start) for n in names], dtype="int64")),
        end=dates_of(np.array([day_of(CAUSES[n].end) for n in names], dtype="int64")),
        amount=np.array([cents for _, cents, _ in rows], dtype="int64") / 100,
        amount_to_as_of=np.array([cents for *_, cents in rows], dtype="int64") / 100,
    )
