"""Targets beside a landing: whatever table they come in, how likely they are, what is refused."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.errors import ContractError
from salesanalysis.forecast.result import Forecast
from salesanalysis.labels import chance
from salesanalysis.panel import Panel

#: The floor: its figures can be worked out on paper.
floor = partial(sa.forecast.panel, method="seasonal_naive")

MONEY = ["actual_to_date", "forecast_rest", "landing", "lo80", "hi80", "lo95", "hi95"]


@pytest.fixture(scope="module")
def forecast(company: Panel) -> Forecast:
    return floor(company, 12)


def refusal(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


# 1. targets and chances


def test_the_first_thing_a_landing_is_given_is_its_target(forecast: Forecast) -> None:
    assert forecast.landing(130_000_000).to_frame().loc[0, "target"] == 130_000_000
    with pytest.raises(TypeError):
        forecast.landing(1.0, 2024)


def test_the_chance_is_one_more_than_the_draws_above_over_two_more_than_all(
    forecast: Forecast,
) -> None:
    landing = forecast.landing(target=1.0).to_frame().iloc[0]
    n = landing["n_draws"]
    assert landing["probability"] == (1 + n) / (n + 2)
    assert forecast.landing(target=1e12).to_frame().loc[0, "probability"] == 1 / (n + 2)


def test_a_chance_is_never_written_as_never_or_always_while_months_are_open(
    forecast: Forecast,
) -> None:
    assert [chance(p) for p in (0.0021, 0.01, 0.5, 0.99, 0.998)] == [
        "<1%",
        "1%",
        "50%",
        "99%",
        ">99%",
    ]
    landing = forecast.landing(target=1e12)
    assert "has a chance of <1%" in landing.headline()
    assert "<1%" in landing.table().shown().iloc[0].tolist()


def test_targets_by_unit_by_month_and_of_the_company_say_the_same(forecast: Forecast) -> None:
    leaf = forecast.to_frame().query(
        "level == 'product_line' and horizon > 0 and period < '2025-01-01'"
    )
    span = ["2024-04-01", "2024-12-01"]
    monthly = leaf[["region", "product_line", "period", "value"]].assign(value=leaf["value"] * 1.05)
    yearly = monthly.groupby(["region", "product_line"], as_index=False)["value"].sum()
    a, b = (forecast.landing(span=span, target=t).to_frame() for t in (monthly, yearly))
    np.testing.assert_allclose(a["probability"], b["probability"])
    total = float(yearly["value"].sum())
    assert a.loc[0, "target"] == pytest.approx(total)
    one = forecast.probability(total, span=span)
    assert one["probability"].tolist() == pytest.approx([a.loc[0, "probability"]])
    assert one["node"].tolist() == [""]


def test_a_plan_with_levels_is_read_at_the_levels_the_forecast_has(forecast: Forecast) -> None:
    plan = pd.DataFrame(
        {
            "level": ["company", "region", "salesperson"], "region": ["", "East", "East"],
            "salesperson": ["", "", "Li"], "value": [4e7, 1.5e7, 9e6],
        }
    )  # fmt: skip
    table = forecast.landing(target=plan).to_frame().set_index("node")
    assert table["target"].dropna().to_dict() == {"": 4e7, "East": 1.5e7}
    assert table.loc["West", "target_status"] == "no_target"
    assert np.isnan(table.loc["West", "probability"])


def test_targets_of_some_products_are_no_target_of_their_region(forecast: Forecast) -> None:
    some = pd.DataFrame(
        {
            "region": ["East", "KA", "KA"],
            "product_line": ["Alpha", "Alpha", "Gamma"],
            "value": [7e6, 9e5, 3e5],
        }
    )
    table = forecast.landing(target=some).to_frame().set_index("node")
    # KA / Beta sells nothing any more, so the two others are all of KA
    assert table["target"].dropna().to_dict() == {
        "KA": 1.2e6,
        "East / Alpha": 7e6,
        "KA / Alpha": 9e5,
        "KA / Gamma": 3e5,
    }


def test_a_target_without_history_keeps_its_row_and_says_so(forecast: Forecast) -> None:
    targets = pd.DataFrame({"region": ["East", "Mars"], "value": [1e7, 5e6]})
    table = forecast.probability(targets).set_index("node")
    assert table["status"].to_dict() == {"East": "ok", "Mars": "no_history"}
    assert np.isnan(table.loc["Mars", "landing"])
    assert table.loc["Mars", ["level", "target"]].tolist() == ["region", 5e6]


# 2. refusals


def test_targets_that_fit_no_unit_are_refused_with_their_rows(forecast: Forecast) -> None:
    targets = pd.DataFrame({"region": ["Mars"], "value": [5e6]})
    with pytest.raises(ContractError) as caught:
        forecast.landing(target=targets)
    assert str(caught.value) == (
        "None of the 1 targets belongs to a node of the forecast.\n"
        "  where: targets, level columns ['region', 'product_line']\n"
        "  fix:   give targets for the names the forecast has"
    )
    assert len(caught.value.rows) == 1


def test_two_targets_for_one_unit_are_refused(forecast: Forecast) -> None:
    targets = pd.DataFrame({"region": ["East", "East"], "value": [5e6, 6e6]})
    assert refusal(lambda: forecast.probability(targets)) == (
        "2 rows of targets name the same node.\n"
        "  where: keys ['region', 'product_line'], first rows [0, 1], see .rows\n"
        "  fix:   sum them first, or leave all but one out"
    )


def test_an_empty_or_infinite_target_is_refused(forecast: Forecast) -> None:
    targets = pd.DataFrame({"region": ["East", "West"], "value": [5e6, np.nan]})
    assert refusal(lambda: forecast.probability(targets)) == (
        "1 of 2 targets are empty, infinite or text.\n"
        "  where: targets, first rows [1], see .rows\n"
        "  fix:   give a figure, or leave out nodes without a target"
    )
    assert refusal(lambda: forecast.landing(target=float("inf"))) == (
        "The target is inf.\n  where: target=...\n"
        "  fix:   write a finite amount, or a table with the level columns and value"
    )


def test_a_table_of_targets_without_amounts_is_refused(forecast: Forecast) -> None:
    assert refusal(lambda: forecast.probability(pd.DataFrame({"region": ["East"]}))) == (
        "targets has no column 'value'.\n  where: targets columns are ['region']\n  fix:   add 'value'"
    )
