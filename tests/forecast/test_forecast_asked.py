"""Whatever is asked for is either meant or refused with a sentence, never with a traceback."""

import numpy as np
import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.errors import ContractError
from salesanalysis.forecast.asked import TAKEN, TESTED
from salesanalysis.forecast.result import Forecast
from salesanalysis.panel import Panel


def months_of(n: int = 36) -> pd.DataFrame:
    """Return two units, ending in March 2024."""
    period = pd.date_range(end="2024-03-01", periods=n, freq="MS")
    rng = np.random.default_rng(3)
    frames = [
        pd.DataFrame({"region": r, "period": period, "value": s * np.exp(rng.normal(0, 0.1, n))})
        for r, s in (("东", 100.0), ("西", 200.0))
    ]
    return pd.concat(frames, ignore_index=True)


@pytest.fixture(scope="module")
def forecast() -> Forecast:
    return sa.forecast.panel(months_of(), 9, by=["region"])


def refusal(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


# 1. what is meant


def test_a_number_of_months_may_come_out_of_an_array(forecast: Forecast) -> None:
    same = sa.forecast.panel(months_of(), np.int64(9), by=["region"])
    np.testing.assert_array_equal(same.point(), forecast.point())
    year = forecast.landing(year=np.int64(2024)).to_frame()
    pd.testing.assert_frame_equal(year, forecast.landing(year=2024).to_frame())


def test_the_company_may_be_asked_for_by_name(forecast: Forecast) -> None:
    asked = forecast.explain(node="company", period="2024-04").to_frame()
    top = forecast.explain(node="", period="2024-04").to_frame()
    pd.testing.assert_frame_equal(asked, top)


def test_one_month_is_called_by_its_name_and_not_from_itself_to_itself(forecast: Forecast) -> None:
    for span in (["2024-05", "2024-05"], ["2024-05"], "2024-05"):
        landing = forecast.landing(span=span)
        assert landing.headline().startswith("Company May 2024 lands at ")
        assert landing.headline("zh").startswith("公司2024年5月预计完成")


def test_a_target_at_or_below_0_is_nearly_sure_and_one_of_a_trillion_hardly(
    forecast: Forecast,
) -> None:
    landing = forecast.landing().to_frame()["n_draws"].iloc[0]
    for target, expected in ((0, 1.0), (-5.0, 1.0), (1e12, 0.0)):
        chance = forecast.probability(target)["probability"].iloc[0]
        assert chance == pytest.approx((1 + expected * landing) / (landing + 2))


# 2. refusals


@pytest.mark.parametrize("target", ["1000", "abc", float("nan"), -np.inf, True])
def test_a_target_that_is_no_amount_is_refused(forecast: Forecast, target) -> None:
    wanted = (
        f"The target is {target!r}.\n"
        "  where: target=...\n"
        "  fix:   write a finite amount, or a table with the level columns and value"
    )
    assert refusal(lambda: forecast.landing(target)) == wanted
    assert refusal(lambda: forecast.probability(target)) == wanted


def test_a_list_of_targets_and_numbers_in_text_are_refused(forecast: Forecast) -> None:
    assert refusal(lambda: forecast.landing([1, 2])).startswith("The target is a list.\n")
    assert refusal(lambda: forecast.probability(None)).startswith("The target is a NoneType.\n")
    table = pd.DataFrame({"region": ["东", "西"], "value": ["1000", "2000"]})
    assert refusal(lambda: forecast.landing(table)) == (
        "2 of 2 targets are empty, infinite or text.\n"
        "  where: targets, first rows [0, 1], see .rows\n"
        "  fix:   give a figure, or leave out nodes without a target"
    )


@pytest.mark.parametrize("year", ["2024", 2024.5, True, 99999])
def test_a_year_that_is_none_is_refused(forecast: Forecast, year) -> None:
    assert refusal(lambda: forecast.landing(year=year)) == (
        f"year must be a whole number, got {year!r}.\n"
        "  where: Forecast.landing(year=...)\n"
        "  fix:   write the fiscal year, such as 2024"
    )


def test_a_span_of_no_month_and_a_seed_below_0_are_refused(forecast: Forecast) -> None:
    assert refusal(lambda: forecast.landing(span=[])) == (
        "span names no month.\n"
        "  where: Forecast.landing(span=...)\n"
        '  fix:   write its first and last month, such as ["2024-04", "2024-06"]'
    )
    assert refusal(lambda: forecast.draws(seed=-1)) == (
        "seed must be a whole number from 0 on, got -1.\n"
        "  where: Forecast.draws(seed=...)\n"
        "  fix:   write seed=0"
    )


@pytest.mark.parametrize("coverage", [0.8, "80", (80, 95), (), (0.8, "x")])
def test_coverage_that_is_no_list_of_shares_is_refused(coverage) -> None:
    for call in (sa.forecast.panel, sa.forecast.backtest):
        said = refusal(lambda call=call: call(months_of(), 3, by=["region"], coverage=coverage))
        assert said == (
            f"coverage must be different shares between 0 and 1, got {coverage!r}.\n"
            f"  where: forecast.{call.__name__}(coverage=...)\n"
            "  fix:   write 80 % as 0.80, for example coverage=(0.80, 0.95)"
        )


def test_a_level_called_as_a_column_of_the_forecast_is_refused() -> None:
    for name in ("node", "status", "lo80"):
        table = months_of().rename(columns={"region": name})
        for call in (sa.forecast.panel, sa.forecast.backtest):
            assert refusal(lambda call=call, table=table, name=name: call(table, 3, by=[name])) == (
                f"A level may not be called {name!r}: the forecast has a column of that name.\n"
                f"  where: forecast.{call.__name__}(by=...)\n"
                f"  fix:   rename it, such as to '{name}_name'"
            )


def test_branches_may_be_forecast_and_only_the_test_on_the_past_has_a_column_of_that_name() -> None:
    table = months_of().rename(columns={"region": "branch"})
    plain = sa.forecast.panel(months_of(), 3, by=["region"]).to_frame()
    named = sa.forecast.panel(table, 3, by=["branch"]).to_frame()
    assert named.rename(columns={"branch": "region"})["value"].tolist() == plain["value"].tolist()
    said = refusal(lambda: sa.forecast.backtest(table, 3, by=["branch"]))
    assert said.startswith("A level may not be called 'branch'")


def test_every_column_of_a_forecast_is_on_the_list_of_names_taken(forecast: Forecast) -> None:
    tables = [
        forecast.to_frame(), forecast.nodes(), forecast.landing(100.0).to_frame(), forecast.odd,
        forecast.draws(n=2).to_frame(), forecast.breaks,
    ]  # fmt: skip
    tested = sa.forecast.backtest(months_of(), 3, by=["region"], methods=["naive2"]).scores
    for shown, taken in ((tables, TAKEN), ([tested], TAKEN | TESTED)):
        columns = {c for table in shown for c in table.columns} - {"region"}
        own = {c for c in columns if not c.endswith("_share") and not c[-1].isdigit()}
        assert own - taken == set()


def test_months_written_as_numbers_and_amounts_as_text_are_refused() -> None:
    table = months_of()
    numbers = table.assign(period=table["period"].dt.strftime("%Y%m").astype("int64"))
    for call in (
        lambda: sa.forecast.panel(numbers, 3, by=["region"]),
        lambda: Panel.of(numbers, by=["region"]),
    ):
        assert refusal(call) == (
            "72 of 72 periods of panel are no dates, such as 202104.\n"
            "  where: first rows [0, 1, 2], see .rows\n"
            '  fix:   write month starts such as "2024-03-01"; the numbers of 202403 are read by '
            'pd.to_datetime(column.astype("str"), format="%Y%m")'
        )
    texts = table.assign(value=table["value"].round(1).astype("str"))
    assert refusal(lambda: sa.forecast.panel(texts, 3, by=["region"])).startswith(
        "72 of 72 values of panel are no numbers, such as '"
    )


def test_an_interval_that_needs_rarer_errors_than_there_are_is_told() -> None:
    wide = sa.forecast.panel(months_of(), 3, by=["region"], coverage=(0.8, 0.9999))
    assert wide.nodes()["widened"].all()
    assert "needs more past errors than there are" in wide.explain()
