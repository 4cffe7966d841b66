"""Companies of years that calendars and plans do not know: old samples, and the year not planned yet."""

import numpy as np
import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.book import Company
from salesanalysis.book.planning.choices import Choices
from salesanalysis.periods import published_years

THIS = published_years()[-1]
MAPPING = """\
name: shop
tables:
  sales:
    file: shop.csv
    columns: {order_id: {row: true}, date: date, region: region, salesperson: person, revenue: sum}
"""


def company(folder, first: str, months: int) -> Company:
    starts = pd.date_range(first, periods=months, freq="MS")
    rng = np.random.default_rng(2)
    lines = pd.DataFrame(
        {"date": starts.repeat(4), "region": ["N", "N", "S", "S"] * months,
         "person": ["Li", "Wu", "Xu", "Yu"] * months,
         "sum": rng.lognormal(7, 0.2, 4 * months).round(2)}
    )  # fmt: skip
    lines.to_csv(folder / "shop.csv", index=False)
    (folder / "shop.yaml").write_text(MAPPING, encoding="utf-8")
    return sa.company(sa.load(folder / "shop.csv", folder / "shop.yaml"))


@pytest.fixture(scope="module")
def old(tmp_path_factory):
    return company(tmp_path_factory.mktemp("old"), "1996-07-01", 23)


def test_a_company_whose_year_ahead_has_no_published_holidays_is_forecast_and_tested(
    tmp_path,
) -> None:
    shop = company(tmp_path, f"{THIS - 2}-11-01", 25)
    assert np.isfinite(shop.forecast.point()).all()
    assert shop.ahead.calendar().startswith("Calendar effect, before and during the festival")


def test_a_company_older_than_the_calendar_is_forecast_without_it_and_says_so(old) -> None:
    assert np.isfinite(old.forecast.point()).all()
    assert old.ahead.calendar() == (
        "No calendar effects were looked for: the calendar of China does not know every month of "
        "this history and the year ahead."
    )
    assert old.ahead.calendar("zh") == (
        "未考虑日历效应：中国日历未涵盖本数据及未来一年的全部月份。"
    )


def test_a_company_of_any_year_is_paid_by_the_standard_plan(old) -> None:
    register = old.pay("N", old.scheme())
    assert set(register.to_frame()["salesperson"]) == {"Li", "Wu"}
    assert old.key_figures("N", ["pay_here"])["pay_here"] > 0


@pytest.fixture(scope="module")
def young(tmp_path_factory):
    return company(tmp_path_factory.mktemp("young"), "2023-08-01", 15)


def sold(shop, region: str, *months: str) -> float:
    frame = shop.data.panel(by=["region"]).frame
    return float(
        frame[(frame["region"] == region) & frame["period"].isin(pd.to_datetime(list(months)))][
            "value"
        ].sum()
    )


def test_months_that_last_year_does_not_hold_are_not_compared_with_it(young) -> None:
    bridge = young.bridge("N")
    assert bridge.start == pytest.approx(sold(young, "N", "2023-08-01", "2023-09-01"))
    assert bridge.end == pytest.approx(sold(young, "N", "2024-08-01", "2024-09-01"))
    assert bridge.explain().startswith("Aug 2024 to Sep 2024: sales ")
    assert "; only months that the year before holds too; " in bridge.explain()
    assert "；仅含去年同期有数据的月份；" in bridge.explain("zh")
    both = young.why.moved
    assert (both.start, both.end) == (
        pytest.approx(bridge.start + young.bridge("S").start),
        pytest.approx(bridge.end + young.bridge("S").end),
    )
    assert young.why.scan.start == pytest.approx(both.start)


def test_a_company_of_whom_nothing_is_asked_has_no_gap_and_no_weights_for_a_reason(young) -> None:
    said = "No target for the closed months of 2024: there is nothing to compare with."
    here = young.why.region("N")
    for told in (young.why.headline(), young.why.places.explain(), here.places.explain()):
        assert told == said
    assert young.why.headline("zh") == "2024年已结束月份没有目标，无从比较。"
    assert young.plan.headline() == "Company: no target for 2024, new business"
    assert young.scorecard.headline().endswith("in Jan 2024 to Sep 2024: new business")
    assert young.why.candidates.to_frame().empty


def test_a_target_of_ones_own_is_compared_plainly_where_last_year_is_not_whole(young) -> None:
    own = Choices(
        {"total": 100_000},
        {"pins": pd.DataFrame({"region": ["N", "S"], "value": [60_000, 40_000]})},
    )
    asked = Company(young.data, own)
    bridge = asked.why.reasons
    assert set(bridge.effects["effect"]) == {"difference"}
    assert bridge.end == pytest.approx(
        sum(sold(young, r, *(f"2024-{m:02d}-01" for m in range(1, 10))) for r in "NS")
    )
    assert "no causes told, as the data do not hold every month of last year" in bridge.explain()
