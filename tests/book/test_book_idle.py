"""People with a target who sold nothing in the closed months, and months nobody sold in."""

import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.data import of_frames

COLUMNS = ["date", "region", "salesperson", "revenue"]


def company(*more: tuple[str, float], without: tuple[str, ...] = ()):
    """Li and Wu sell in every month until 2023, then Wu only what is given."""
    months = pd.date_range("2021-01-01", "2024-03-01", freq="MS")
    rows = [(m, "N", "Li", 100.0) for m in months]
    rows += [(m, "N", "Wu", 60.0) for m in months if m.year < 2024]
    rows += [(pd.Timestamp(day), "N", "Wu", amount) for day, amount in more]
    sales = pd.DataFrame(rows, columns=COLUMNS)
    sales = sales[~sales["date"].dt.strftime("%Y-%m").isin(without)]
    sales["order_id"] = [f"o{i}" for i in range(len(sales))]
    return sa.company(of_frames({"sales": sales}, name="thin", as_of="2024-03-31"))


@pytest.mark.parametrize(
    ("more", "amount", "told"),
    [
        ((), -180.0, "180"),
        ((("2024-02-01", 20.0), ("2024-02-09", -20.0)), -180.0, "180"),
        ((("2024-02-09", -20.0),), -200.0, "200"),
    ],
    ids=["nothing", "a sale that came back", "a return only"],
)
def test_who_has_nothing_left_after_returns_sold_nothing(more, amount, told) -> None:
    why = company(*more).why
    found = why.candidates.frame
    idle = found[found["kind"] == "idle"]
    assert idle["salesperson"].tolist() == ["Wu"]
    assert idle["amount"].tolist() == pytest.approx([amount])
    places = why.region("N").places
    said = f"N / Wu: {told} CNY below target, nothing sold net of returns in these months;"
    assert said in places.explain()
    assert f"N / Wu：比目标低{told}元，期间扣除退货后没有销售，" in places.explain("zh")


def test_who_sold_a_little_is_not_idle() -> None:
    found = company(("2024-02-01", 0.01)).why.candidates.frame
    assert "idle" not in set(found["kind"])


@pytest.mark.parametrize("month", ["2023-02", "2024-02"])
def test_a_month_that_nobody_sold_in_on_one_side_alone_is_cautioned_of(month) -> None:
    caution = "caution: months in which one of the two years has no sales at all in the data: 1"
    bridge = company(without=(month,)).bridge("N")
    assert caution in bridge.explain()
    assert "注意：两年中只有一年有销售的月份有1个" in bridge.explain("zh")


@pytest.mark.parametrize("months", [(), ("2023-02", "2024-02"), ("2023-07",)])
def test_a_month_that_is_empty_in_both_years_or_elsewhere_is_no_reason_for_caution(months) -> None:
    assert "caution" not in company(without=months).bridge("N").explain()
