"""Companies of years that calendars and plans do not know: old samples, and the year not planned yet."""

import numpy as np
import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.book import Company
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
