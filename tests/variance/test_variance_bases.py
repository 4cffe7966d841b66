"""Which earlier window sales repeat: tried on the months before, never on the period itself."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import salesanalysis as sa
from salesanalysis.errors import ContractError

baseline, rank_bases = sa.variance.baseline, sa.variance.rank_bases
KINDS = ("last_year", "last_quarter", "last_period")


def orders(months: int = 24, rhythm: int = 3) -> pd.DataFrame:
    """Customers who take turns: each orders in every third month."""
    dates = pd.date_range("2023-01-01", periods=months, freq="MS")
    names = [f"C{k % rhythm}" for k in range(months)]
    return pd.DataFrame({"date": dates, "customer": names, "revenue": 100.0})


def shares(found) -> dict[str, float]:
    return found.to_frame().set_index("base")["elsewhere_share"].to_dict()


def refusal(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


def test_customers_who_order_once_a_quarter_share_nothing_with_the_month_before():
    found = rank_bases(orders(), "2024-12", by=["customer"])
    assert shares(found) == {"last_year": 0.0, "last_quarter": 0.0, "last_period": 1.0}
    # both repeat it; the one that also holds the season comes first
    assert found.best == "last_year"
    assert rank_bases(orders(14), "2024-02", by=["customer"]).best == "last_quarter"


def test_what_lies_elsewhere_is_what_would_have_to_move_and_growth_does_not_count():
    # A holds 60 of 100, then 45 of 150: 30 of 100 parts would have to move
    steps = pd.DataFrame(
        {
            "month": np.repeat(pd.date_range("2024-01-01", periods=5, freq="MS"), 2),
            "line": ["A", "B"] * 5,
            "revenue": [60.0, 40.0, 45.0, 105.0, 120.0, 80.0, 45.0, 105.0, 9.0, 1.0],
        }
    )
    found = rank_bases(steps, "2024-05", by=["line"])
    assert shares(found)["last_period"] == pytest.approx(0.3)
    assert found.to_frame().set_index("base").loc["last_period", "n_windows"] == 3
    grown = steps.assign(revenue=np.repeat([1.0, 10.0, 7.0, 3.0, 1.0], 2) * steps["revenue"])
    assert shares(rank_bases(grown, "2024-05", by=["line"]))["last_period"] == pytest.approx(0.3)


def test_net_returns_of_a_cell_count_as_nothing_sold_there():
    dates = np.repeat(pd.date_range("2024-01-01", periods=6, freq="MS"), 2)
    sold = [100.0, -50.0, 100.0, 50.0] * 3
    sales = pd.DataFrame({"date": dates, "line": ["A", "B"] * 6, "revenue": sold})
    # all in A, then two thirds
    assert shares(rank_bases(sales, "2024-06", by=["line"]))["last_period"] == pytest.approx(1 / 3)


def test_a_window_whose_base_begins_before_the_sales_is_not_tried():
    found = rank_bases(orders(14), ("2024-01", "2024-02"), by=["customer"]).to_frame()
    # of eleven windows of two months before, the first two have no whole window before them
    n_windows = found.set_index("base").loc["last_period", "n_windows"]
    assert n_windows == found.set_index("base").loc["last_quarter", "n_windows"] == 8


def test_the_base_of_a_quarter_earlier_is_the_same_months():
    sales = orders()
    found = baseline(sales, "last_quarter", ("2024-11", "2024-12"))["date"]
    assert found.tolist() == list(pd.date_range("2024-08-01", periods=2, freq="MS"))
    assert baseline(sales, "last_quarter", "2024-12")["customer"].tolist() == ["C2"]


def test_the_sentence_names_the_base_the_share_and_what_was_not_tried():
    found = rank_bases(orders(14), "2024-02", by=["customer"])
    assert found.explain() == (
        "The months before came closest to the same months last quarter: 0.0% of sales lay elsewhere "
        "(the period before 100.0%)\n"
        "Median of the 10 windows before Feb 2024; elsewhere is what would have to move to other "
        "cells (customer) for both to have the same make-up, growth of the whole left aside. The "
        "further away the base, the larger a change must be to be found.\n"
        "Not tried: the same months last year (too few to compare)."
    )
    assert found.headline("zh") == (
        "此前各月与上季度同期最接近：0.0%的销售额落在其他单元（上期 100.0%）"
    )
    nothing = rank_bases(orders(2), "2023-02", by=["customer"])
    assert nothing.best is None
    assert nothing.headline() == "No earlier window of Feb 2023 could be tried"


def test_the_picture_draws_one_bar_for_each_base_that_was_tried():
    ax = rank_bases(orders(14), "2024-02", by=["customer"]).plot()
    assert [bar.get_width() for bar in ax.patches] == [0.0, 1.0]
    assert [t.get_text() for t in ax.get_yticklabels()] == [
        "The same months last quarter  0.0%", "The period before  100.0%",
    ]  # fmt: skip


@given(seed=st.integers(0, 10_000), length=st.sampled_from([1, 2, 3, 4]))
def test_row_order_scale_and_the_period_itself_do_not_change_the_ranking(seed, length):
    rng = np.random.default_rng(seed)
    n = 400
    sales = pd.DataFrame(
        {
            "date": pd.Timestamp("2022-01-01") + pd.to_timedelta(rng.integers(0, 900, n), unit="D"),
            "region": rng.choice(list("NESW"), n),
            "line": rng.choice(list("ABC"), n),
            "revenue": rng.normal(100, 80, n).round(2),
        }
    )
    period = (f"2024-{6 - length + 1:02d}", "2024-06")
    sales = pd.concat([sales, sales.tail(1).assign(date=pd.Timestamp("2024-06-15"))])
    inside = sales["date"] >= period[0]
    found = rank_bases(sales, period, by=["region", "line"]).to_frame()
    shuffled = sales.sample(frac=1.0, random_state=seed)
    changed = sales.assign(revenue=sales["revenue"].mask(inside, 1.0))
    for other in (shuffled, sales.assign(revenue=sales["revenue"] * 1000), changed):
        told = rank_bases(other, period, by=["region", "line"]).to_frame()
        pd.testing.assert_frame_equal(told, found, rtol=1e-9)
    told = found["elsewhere_share"].dropna()
    assert told.between(0, 1).all()
    assert told.is_monotonic_increasing
    assert (found["status"].eq("ok") == found["elsewhere_share"].notna()).all()


def test_a_salesperson_who_leaves_is_found_against_the_base_the_ranking_names(adventureworks):
    sales = pd.read_csv(adventureworks / "monthly_sales.csv.gz")
    dims = ["salesperson_id", "territory_id", "category", "subcategory"]
    sales[dims] = sales[dims].astype("str")
    hits = dict.fromkeys(KINDS, 0)
    for month in pd.period_range("2019-07", "2020-06", freq="M").astype(str):
        now = sales[sales["month"] == month]
        third = now.groupby("salesperson_id")["revenue"].sum().sort_values().index[-3]
        left = now[now["salesperson_id"] != third]
        # resellers order once a quarter: of three months two share no customer
        assert rank_bases(sales, month, by=dims).best == "last_quarter"
        for kind in KINDS:
            found = sa.variance.root_causes(left, baseline(sales, kind, month), dims=dims)
            hits[kind] += (third, "*", "*", "*") in set(
                found.effects[dims].itertuples(index=False, name=None)
            )
    assert hits == {"last_year": 0, "last_quarter": 9, "last_period": 4}


def test_a_quarter_earlier_is_refused_for_a_period_it_would_run_into():
    assert refusal(lambda: baseline(orders(), "last_quarter", ("2024-01", "2024-04"))) == (
        "last_quarter is the same months 3 months earlier, but period has 4 months.\n"
        "  where: baseline(period=...)\n"
        '  fix:   compare at most 3 months, or take "last_period" or "last_year"'
    )
    quarter = rank_bases(orders(36), ("2025-10", "2025-12"), by=["customer"]).to_frame()
    # three months: the quarter before is the period before, told once
    assert quarter.set_index("base")["status"]["last_quarter"] == "too_long"
    found = rank_bases(orders(36), ("2025-09", "2025-12"), by=["customer"]).to_frame()
    assert found.set_index("base")["status"].to_dict() == {
        "last_year": "ok", "last_quarter": "too_long", "last_period": "ok",
    }  # fmt: skip
    # a year and a half is too long for both: neither sentence may speak of three months
    longest = rank_bases(orders(72), ("2027-07", "2028-12"), by=["customer"])
    assert longest.explain().splitlines()[-1] == (
        "Not tried: the same months last year (the period is too long for it); the same months "
        "last quarter (the period is too long for it)."
    )
    assert longest.explain("zh").splitlines()[-1] == (
        "未试用：去年同期（期间过长）；上季度同期（期间过长）。"
    )


def test_a_period_without_sales_and_columns_that_are_not_there_are_refused():
    assert refusal(lambda: rank_bases(orders(), "2025-12", by=["customer"])) == (
        "sales of the period has no rows.\n"
        "  where: sales of the period\n"
        "  fix:   choose a period with sales"
    )
    assert refusal(lambda: rank_bases(orders(), "2024-12", by=["custmer"])) == (
        "sales has no column 'custmer'.\n"
        "  where: sales columns are ['date', 'customer', 'revenue']\n"
        "  fix:   rename 'customer' to 'custmer'"
    )
    assert refusal(lambda: rank_bases(orders(), "soon", by=["customer"])) == (
        "period cannot be 'soon'.\n"
        "  where: rank_bases(period=...)\n"
        '  fix:   give one month or two, first before last, such as ("2024-01", "2024-03")'
    )
