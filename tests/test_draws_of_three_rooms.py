"""One table of draws, saved by the forecast: targets, tracking and incentives read the same."""

from pathlib import Path

import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.data import Dataset
from salesanalysis.errors import ContractError

TOTAL = 110_000_000


@pytest.fixture(scope="module")
def demo(demo_data: Dataset) -> Dataset:
    return demo_data.at("2023-12-31")


@pytest.fixture(scope="module")
def forecast(demo) -> sa.forecast.Forecast:
    return sa.forecast.panel(demo.panel(by=["region", "product_line"]), horizon=12)


@pytest.fixture(scope="module")
def saved(forecast, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("draws") / "draws.parquet"
    forecast.draws(n=100).to_frame().to_parquet(path)
    return path


@pytest.fixture(scope="module")
def plan(demo) -> sa.targets.Plan:
    basis = sa.targets.growth(demo.panel(by=["region"]), year=2024)
    return sa.targets.cascade(TOTAL, basis, levels=["region"])


def test_the_demos_saved_draws_are_read_alike_by_targets_tracking_and_incentives(
    demo, saved, plan
) -> None:
    draws = pd.read_parquet(saved)
    year = draws[draws["level"] == "region"].groupby(["region", "draw"])["value"].sum()
    target = plan.nodes().query("level == 'region'").set_index("region")["value"]
    reached = (year >= target.reindex(year.index, level="region")).groupby("region").sum()
    wanted = ((1 + reached) / 102).to_dict()

    quality = plan.quality(draws).to_frame().set_index("region")["probability"]
    assert quality.to_dict() == pytest.approx(wanted)
    tiers = sa.targets.tiers(plan, draws).to_frame().set_index("region")["base_quantile"]
    whole = year.groupby("region").quantile(0.2)
    assert tiers[whole.index].to_dict() == pytest.approx(whole.to_dict())

    card = sa.tracking.review(demo.panel(by=["region"]), plan, "2024-12", forecast=draws)
    lines = card.to_frame().query("level == 'region'").set_index("region")
    assert lines["probability"].to_dict() == pytest.approx(wanted)
    assert lines["middle"].to_dict() == pytest.approx(year.groupby("region").median().to_dict())

    futures = sa.incentives.from_draws(draws, plan, spread=None)
    ratios = futures.frame.groupby(["node", "draw"])["attainment"].count()
    assert (ratios == 12).all()
    assert futures.nodes == sorted(wanted)
    monthly = plan.to_frame().groupby(["region", "period"])["value"].sum()
    at = pd.MultiIndex.from_frame(futures.frame[["node", "period"]])
    back = futures.frame["attainment"] * monthly.reindex(at).to_numpy()
    sums = back.groupby([futures.frame["node"], futures.frame["draw"]]).sum()
    assert sums.to_numpy() == pytest.approx(year.to_numpy())
    people = pd.DataFrame({"salesperson": ["Li"], "region": ["East"], "quota": [1e6]})
    world = sa.incentives.draw_world(people, futures, draws=40)
    pay = sa.incentives.Plan.from_yaml("params/plans/standard.yaml")
    assert sa.incentives.simulate(pay, world).cost > 0


def test_the_year_of_the_plan_is_asked_not_the_year_of_the_forecasts_next_month(demo) -> None:
    panel = demo.at("2023-09-30").panel(by=["region"])
    forecast = sa.forecast.panel(panel, horizon=15)
    shares = panel.frame.groupby("region", as_index=False)["value"].sum()
    plan = sa.targets.cascade(TOTAL, shares, levels=["region"], year=2024)
    asked = plan.nodes().query("level == 'region'").rename(columns={"value": "target"})

    def by_region(table: pd.DataFrame) -> dict[str, float]:
        return table[table["region"] != ""].set_index("region")["probability"].to_dict()

    wanted = by_region(forecast.probability(asked[["region", "target"]], 2024))
    assert wanted != by_region(forecast.probability(asked[["region", "target"]], 2023))
    assert by_region(plan.quality(forecast).to_frame()) == wanted
    assert by_region(sa.targets.plan_report(plan, forecast=forecast).frame) == wanted
    assert by_region(sa.targets.chances(plan, forecast)) == wanted


def test_a_forecast_of_finer_units_answers_for_whole_regions_by_their_own_rows(
    demo, forecast, saved
) -> None:
    panel = demo.panel(by=["region"])
    draws = pd.read_parquet(saved)
    own = draws[draws["level"] == "region"].groupby(["region", "draw"])["value"].sum()
    basis = sa.targets.growth(panel, "forecast", year=2024, forecast=draws, quantile=0.5)
    values = basis.to_frame().set_index("region")["value"]
    assert values.to_dict() == pytest.approx(own.groupby("region").median().to_dict())
    landing = forecast.landing(year=2024).to_frame().query("level == 'region'")
    quantiles = sa.targets.growth(panel, "forecast", year=2024, forecast=forecast, quantile=0.5)
    middle = quantiles.to_frame().set_index("region")["value"]
    assert middle.to_dict() == pytest.approx(
        landing.set_index("region")["middle"].to_dict(), rel=0.02
    )


def test_draws_of_the_open_months_and_what_is_no_forecast_are_refused(plan, saved) -> None:
    draws = pd.read_parquet(saved)
    with pytest.raises(ContractError, match="lack 3 of the 12 months of the year, such as Jan"):
        plan.quality(draws[draws["period"] >= "2024-04-01"])
    with pytest.raises(ContractError) as caught:
        plan.quality("draws.parquet")
    assert str(caught.value) == (
        "forecast is a str; it must be a forecast or a table of draws.\n"
        "  where: chance of targets, forecast=...\n"
        "  fix:   pass the forecast, forecast.draws(year=...), or its table read by "
        "pandas.read_parquet"
    )
