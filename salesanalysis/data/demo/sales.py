"""The sales table: numbered lines become named rows, in the order of the days."""

import numpy as np
import pandas as pd

from salesanalysis.data.demo.amounts import net
from salesanalysis.data.demo.customers import CHANNELS, TYPES, Customers
from salesanalysis.data.demo.organisation import Organisation
from salesanalysis.data.demo.products import LINES, Catalogue
from salesanalysis.data.demo.staff import REGIONS, TEAMS
from salesanalysis.data.demo.timeline import FIRST_YEAR, dates_of, text, year_of_day


def sales_table(
    lines: pd.DataFrame, org: Organisation, shop: Catalogue, who: Customers
) -> pd.DataFrame:
    """Return the contract table, one row per order line.

    More than the contract: ``order_line`` (1, 2, ...) and ``discount_amount`` (currency), with
    ``revenue = quantity x unit_price - discount_amount`` to the cent.
    """
    rows = sorted_lines(lines)
    customer, product = rows["customer"].to_numpy(), rows["product"].to_numpy()
    day, seat = rows["day"].to_numpy(), rows["seat"].to_numpy()
    return pd.DataFrame(
        {
            "order_id": order_ids(rows),
            "order_line": rows["line"].where(~rows["is_return"], 1),
            "date": dates_of(day),
            "region": text(list(REGIONS), rows["region"].to_numpy()),
            "team": text(list(TEAMS), org.seat_team[seat]),
            "salesperson": text(org.persons, org.holder[seat, day]),
            "product_line": text(list(LINES), shop.line[product]),
            "product": text(shop.names, product),
            "customer": text(who.names, customer),
            "customer_type": text(list(TYPES), who.kind[customer]),
            "channel": text(list(CHANNELS), who.channel[customer]),
            "quantity": rows["quantity"].astype("float64"),
            "unit_price": rows["price"] / 100,
            "discount_amount": rows["discount"] / 100,
            "revenue": net(rows) / 100,
            "cost": rows["cost"] / 100,
            "is_return": rows["is_return"],
        }
    )


def sorted_lines(lines: pd.DataFrame) -> pd.DataFrame:
    """Return the numbered lines in the order of the days."""
    return lines.sort_values(["day", "order", "line", "is_return"], ignore_index=True)


def order_ids(rows: pd.DataFrame) -> pd.Series:
    """Return SO2024-00017 for an order, R-SO2024-00017-2 for its second line coming back.

    The key project has a contract number of its own, PR2024-00001.
    """
    year = pd.Series(FIRST_YEAR + year_of_day()[rows["sold"]]).astype("str")
    kind = pd.Series(np.where(rows["is_project"], "PR", "SO"), dtype="str")
    ids = kind + year + "-" + rows["number"].astype("str").str.zfill(5)
    return ids.where(~rows["is_return"], "R-" + ids + "-" + rows["line"].astype("str"))
