"""Pieces, prices, discounts and cost in whole cents, brought to the figures that are given.

The rule of every line: ``revenue = quantity x unit_price - discount_amount``, to the cent. The
year 2023 and the East's first quarter of 2024 have given totals; the last cents are found in the
discounts of the sale lines of that window, spread in proportion, so the rule holds everywhere.
"""

import numpy as np
import pandas as pd

from salesanalysis.data.demo.customers import Customers
from salesanalysis.data.demo.orders import LEVEL
from salesanalysis.data.demo.products import Catalogue
from salesanalysis.data.demo.timeline import Floats, Ints, day_of, stream, year_of_day
from salesanalysis.rounding import split_within

TOTAL_2023 = 100_000_000_00  # cents
EAST_Q1_2024 = 10_741_833_35  # cents: 85 % of the working-day target 12,637,451
#: Discount of each customer type; each customer adds up to another 2 points of its own.
DISCOUNT = np.array([0.05, 0.025, 0.012, 0.065])
OWN_DISCOUNT = 0.02
#: The key project: product code -> amount in cents, and the day it should have been signed.
PROJECT = {"C40": 820_000_00, "D50": 560_000_00, "V30": 180_000_00}
PROJECT_DAY = "2024-03-20"
PROJECT_DISCOUNT = 0.08


def priced_lines(seed: int, lines: pd.DataFrame, shop: Catalogue, who: Customers) -> pd.DataFrame:
    """Return the lines with ``quantity``, ``price``, ``discount`` and ``cost`` (whole cents)."""
    year = year_of_day()[lines["sold"]]
    price = shop.price[lines["product"], year]
    own = stream(seed, "discounts").uniform(0.0, OWN_DISCOUNT, len(who.names))
    rate = (DISCOUNT[who.kind] + np.round(own, 3))[lines["customer"]]
    quantity = _pieces(lines, price, rate)
    out = lines.assign(
        quantity=quantity,
        price=price,
        discount=np.rint(quantity * price * rate).astype("int64"),
        is_project=False,
    ).drop(columns=["worth", "fraction"])
    out["discount"] = _exact_discounts(out)
    out = pd.concat([out, _project(out, shop, who)], ignore_index=True)
    unit_cost = shop.unit_cost[out["product"], year_of_day()[out["sold"]]]
    return out.assign(cost=out["quantity"] * unit_cost)


def net(lines: pd.DataFrame) -> Ints:
    """Return revenue in cents."""
    cents: Ints = (lines["quantity"] * lines["price"] - lines["discount"]).to_numpy()
    return cents


def _pieces(lines: pd.DataFrame, price: Ints, rate: Floats) -> Ints:
    """Round wished-for values to pieces, so that each region and year comes out as planned."""
    group = (lines["region"] * LEVEL.shape[1] + year_of_day()[lines["sold"]]).to_numpy()
    q1 = (lines["region"] == 0) & lines["sold"].between(day_of("2024-01-01"), day_of("2024-03-31"))
    group = np.where(q1, LEVEL.size, group)
    goal = np.append(LEVEL.ravel() * 1e8, EAST_Q1_2024)
    goal[LEVEL.shape[1] - 1] -= EAST_Q1_2024
    factor = np.ones(len(goal))
    quantity: Ints = np.ones(len(lines), dtype="int64")
    # whole pieces break the proportion a little: two more passes bring it to a few thousandths
    for _ in range(3):
        whole = np.maximum(np.rint(lines["worth"] * 100 * factor[group] / price), 1)
        part = np.maximum(np.rint(whole * lines["fraction"]), 1)
        quantity = np.where(lines["is_return"], -part, whole).astype("int64")
        factor *= goal / np.bincount(group, quantity * price * (1 - rate), len(goal))
    return quantity


def _exact_discounts(lines: pd.DataFrame) -> Ints:
    """Return discounts that lead to the given totals: largest remainder over the sale lines."""
    in_2023 = lines["day"].between(day_of("2023-01-01"), day_of("2023-12-31"))
    in_q1 = (lines["region"] == 0) & lines["day"].between(
        day_of("2024-01-01"), day_of("2024-03-31")
    )
    window = pd.Series(np.select([in_2023, in_q1], [1, 2], default=0), index=lines.index)
    goal = pd.Series({1: TOTAL_2023, 2: EAST_Q1_2024})
    sale = ~lines["is_return"]
    # returns keep their discount; the sale lines give what is above the total
    before = lines["quantity"] * lines["price"] - lines["discount"].where(~sale, 0)
    spare = before.groupby(window).sum().reindex(goal.index) - goal
    chosen = sale & (window > 0)
    discount: Ints = lines["discount"].to_numpy().copy()
    discount[chosen] = split_within(
        spare, window[chosen], lines["discount"][chosen], pd.Series(np.flatnonzero(chosen))
    )
    return discount


def _project(lines: pd.DataFrame, shop: Catalogue, who: Customers) -> pd.DataFrame:
    """Return the three lines of the key project, on the day it should have been signed."""
    amount = np.array(list(PROJECT.values()))
    product = np.array([shop.codes.index(code) for code in PROJECT])
    price = shop.price[product, -1]
    quantity = -(-amount * 100 // (round(100 * (1 - PROJECT_DISCOUNT)) * price))
    day = day_of(PROJECT_DAY)
    return pd.DataFrame(
        {
            "order": lines["order"].max() + 1,
            "number": 1,
            "line": np.arange(1, len(amount) + 1),
            "day": day,
            "sold": day,
            "region": who.region[who.key],
            "customer": who.key,
            "product": product,
            "seat": who.seat[who.key],
            "is_return": False,
            "quantity": quantity,
            "price": price,
            "discount": quantity * price - amount,
            "is_project": True,
        }
    )
