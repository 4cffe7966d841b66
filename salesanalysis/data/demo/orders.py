"""Order lines before any cause: who buys what on which day, and how many pieces."""

import numpy as np
import pandas as pd

from salesanalysis.data.demo.customers import Customers
from salesanalysis.data.demo.products import Catalogue
from salesanalysis.data.demo.timeline import (
    N_DAYS,
    N_MONTHS,
    Floats,
    day_weights,
    month_of_day,
    pick,
    stream,
    year_of_day,
)

#: Sales of each region and year, million, before any cause; rows in the order of the regions.
#: 2023 adds up to 100.
LEVEL = np.array(
    [
        [23.7, 28.4, 31.4, 37.4, 45.0],
        [17.6, 20.1, 21.3, 22.9, 21.0],
        [11.6, 12.9, 13.3, 14.7, 17.2],
        [7.8, 8.9, 9.8, 11.0, 9.6],
        [6.5, 8.7, 10.3, 14.0, 18.2],
    ]
)
SLOPE = np.array([0.04, 0.02, 0.03, 0.02, 0.05])  # growth inside a year
LINE_VALUE = np.array([8_100.0, 6_600.0, 6_500.0, 7_000.0, 9_100.0])  # currency, 2023
LINES_PER_ORDER = 2.2
OFTEN = 0.9  # a customer twice as large orders 2**0.9 as often, the rest is larger lines
SPREAD = 0.5  # sigma of the logarithm of a line's value
RETURNED = 0.016  # part of the lines that come back, whole or in part


def base_lines(seed: int, shop: Catalogue, who: Customers) -> pd.DataFrame:
    """Return order lines and returns with their wished-for value, everything by number.

    Returns
    -------
    DataFrame, one row per line
        ``order``, ``number`` (within its year), ``line``, ``day``, ``sold`` (day of the sale
        behind a return), ``region``, ``customer``, ``product``, ``seat``, ``worth`` (currency,
        before rounding to pieces), ``fraction`` (1, or the returned part), ``is_return``.
    """
    orders = _orders(seed, who)
    lines = _lines(seed, orders, shop, who)
    returns = _returns(seed, lines)
    return pd.concat([lines, returns], ignore_index=True)


def _orders(seed: int, who: Customers) -> pd.DataFrame:
    """Draw the number of orders of every region and day, and the customer behind each."""
    rng = stream(seed, "orders")
    n_year = LEVEL * 1e6 / (LINE_VALUE[:, None] * LINES_PER_ORDER) / _price_level()
    expected = day_weights(SLOPE) * n_year[:, year_of_day()]
    # systematic sampling: counts follow the plan and leave the noise to customers and products
    reached = np.floor(np.cumsum(expected, axis=1) + rng.random((len(LEVEL), 1)))
    n = np.diff(reached, axis=1, prepend=0.0).astype("int64")
    region, day = np.repeat(np.indices(n.shape).reshape(2, -1), n.ravel(), axis=1)
    group = region * N_MONTHS + month_of_day()[day]
    customer = pick(_order_weights(who), group, rng.random(len(day)))
    orders = pd.DataFrame({"day": day, "region": region, "customer": customer})
    orders = orders.sort_values(["day", "region"], kind="stable", ignore_index=True)
    # numbered before any cause: an order keeps its number whatever happens to others
    return orders.assign(number=orders.groupby(year_of_day()[orders["day"]]).cumcount() + 1)


def _price_level() -> Floats:
    """Return how the value of a line grows over the years, 1 in 2023."""
    level: Floats = np.power(1.035, np.arange(-3.0, 2.0))
    return level


def _order_weights(who: Customers) -> Floats:
    """Return how often a customer orders, shape (regions x months, customers)."""
    often = who.size**OFTEN
    home = who.region[None, :] == np.arange(len(LEVEL))[:, None]
    weights: Floats = home[:, None, :] * who.active.T[None, :, :] * often
    return weights.reshape(-1, len(often))


def _lines(seed: int, orders: pd.DataFrame, shop: Catalogue, who: Customers) -> pd.DataFrame:
    """Draw products and values of each order's lines; a product stands once in an order."""
    rng = stream(seed, "lines")
    order = np.repeat(np.arange(len(orders)), 1 + rng.poisson(LINES_PER_ORDER - 1, len(orders)))
    lines = orders.iloc[order].reset_index(drop=True).assign(order=order)
    month = month_of_day()[lines["day"]]
    wanted = shop.wanted[who.region] * who.taste[:, None, shop.line]
    group = lines["customer"].to_numpy() * N_MONTHS + month
    lines["product"] = pick(wanted.reshape(-1, len(shop.line)), group, rng.random(len(lines)))
    size = who.size ** (1 - OFTEN)
    usual = size / (np.bincount(who.region, size) / np.bincount(who.region))[who.region]
    lines["worth"] = (
        LINE_VALUE[lines["region"]]
        * _price_level()[year_of_day()[lines["day"]]]
        * usual[lines["customer"]]
        * rng.lognormal(-(SPREAD**2) / 2, SPREAD, len(lines))
    )
    lines = lines.drop_duplicates(["order", "product"], ignore_index=True)
    return lines.assign(
        line=lines.groupby("order").cumcount() + 1,
        sold=lines["day"],
        seat=who.seat[lines["customer"]],
        fraction=1.0,
        is_return=False,
    )


def _returns(seed: int, lines: pd.DataFrame) -> pd.DataFrame:
    """Send some lines back, whole or in part, on a day one to five weeks later."""
    rng = stream(seed, "returns")
    n = len(lines)
    back = lines["day"].to_numpy() + rng.integers(7, 36, n)
    chosen = (rng.random(n) < RETURNED) & (back < N_DAYS)
    part = np.where(rng.random(n) < 0.5, 1.0, rng.uniform(0.2, 0.8, n))
    return lines[chosen].assign(day=back[chosen], fraction=part[chosen], is_return=True)
