"""What a region's page on targets shows beside sales by month: metrics, totals across, weeks."""

import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.book.planning.choices import Choices


@pytest.fixture(scope="module")
def demo(demo_company):
    return demo_company


def test_weeks_of_the_first_open_month_are_its_target_and_metrics_are_the_regions_own(demo) -> None:
    east = demo.asked.region("East")
    april = east.months.to_frame().set_index("period")["target"][pd.Timestamp("2024-04-01")]
    weeks = east.weeks.to_frame()
    assert (weeks["value"].sum(), int(weeks["n_working_days"].sum())) == (april, 22)
    assert east.weeks.table("zh").shown().iloc[0, 0] == "2024年第14周"
    assert east.weeks.headline() == (
        "East, Apr 2024: 4.6M CNY on 22 working days; a week that crosses the month's end stands "
        "here with this month's days only."
    )
    # 9 people who sell x 15 visits x 12 months
    assert east.metrics.headline() == (
        "East in 2024: Sales 52.0M CNY, Collection rate 95.0%, Visits 1,620"
    )
    assert (
        east.metrics.headline("zh") == "华东2024年：销售额 5,200.0万元、回款率 95.0%、拜访量 1,620"
    )


def test_product_lines_of_all_regions_add_up_to_the_company(demo) -> None:
    parts = [demo.asked.region(r).across.to_frame() for r in demo.data.regions]
    assert sum(p["region_target"].sum() for p in parts) == demo.plan.total
    assert (sum(p["region_target"] for p in parts) == parts[0]["company_target"]).all()
    assert (
        "add up to 130.0M CNY as well, 0 CNY apart" in demo.asked.region("East").across.headline()
    )


def test_a_plan_that_asks_for_nothing_else_says_so(demo_data) -> None:
    east = sa.company(demo_data, choices=Choices()).asked.region("East")
    assert [part.status for part in (east.metrics, east.weeks)] == ["no_metrics", "no_days"]
    assert east.weeks.explain("zh").startswith("没有要求按日分解")
