"""Attainment from history and from forecasts: planted truth comes back, the rest is said."""

import numpy as np
import pandas as pd
import pytest

from salesanalysis.errors import ContractError
from salesanalysis.forecast import panel
from salesanalysis.incentives import (
    Attainment,
    attainment,
    bootstrap,
    calibrate,
    draw_world,
    from_draws,
)
from salesanalysis.panel import Panel


def refused(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


def team(n: int, regions: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "salesperson": [f"P{i:03d}" for i in range(n)],
            "region": [f"R{i % regions}" for i in range(n)],
            "quota": 1e6,
        }
    )


def history_of(model, n: int, regions: int, *, years: int, per_year: int, seed: int = 1):
    """Return a history of one drawn future."""
    people = team(n, regions)
    world = draw_world(
        people, model, periods=years * per_year, per_year=per_year, draws=1, seed=seed
    )
    months = pd.date_range("1990-01-01", periods=years * per_year, freq=f"{12 // per_year}MS")
    rows = [
        people.iloc[[i]].merge(
            pd.DataFrame({"period": months, "actual": world.sold(name)[:, 0]}), how="cross"
        )
        for i, name in enumerate(people["salesperson"])
    ]
    return pd.concat(rows, ignore_index=True)


def test_planted_shares_come_back_from_many_years() -> None:
    planted = Attainment("lognormal", 0.05, 0.25, market=0.2, region=0.15, person=0.35, noise=0.3)
    found = calibrate(history_of(planted, 60, 20, years=60, per_year=1))
    assert found.m == pytest.approx(0.05, abs=0.05)
    assert found.s == pytest.approx(0.25, rel=0.08)
    assert found.shares == pytest.approx(planted.shares, abs=0.06)
    assert found.notes == ()
    assert not found.assumed
    assert found.source == "calibrated from 3600 person-years"


def test_one_year_of_months_tells_person_from_noise_and_assumes_the_market() -> None:
    planted = Attainment("lognormal", 0.0, 0.2, market=0.0, region=0.1, person=0.5, noise=0.4)
    found = calibrate(history_of(planted, 400, 20, years=1, per_year=12))
    assert found.notes == ("market",)
    assert found.market == pytest.approx(0.05)
    assert found.person / found.noise == pytest.approx(0.5 / 0.4, rel=0.25)
    assert found.s**2 * (1 - 0.05) == pytest.approx(0.04, rel=0.15)
    assert "The share of the market is assumed" in found.explain("en")


def test_one_region_and_one_period_leave_only_the_spread() -> None:
    history = pd.DataFrame(
        {"salesperson": list("ABCD"), "period": "2023-01-01", "quota": 1.0,
         "actual": np.exp([0.1, -0.1, 0.2, -0.2])}
    )  # fmt: skip
    found = calibrate(history)
    assert found.notes == ("market", "region", "person")
    assert found.shares == pytest.approx((0.05, 0.05, 0.40, 0.50))
    # the variance of ln A is 0.1 / 3; market and region of a single year are not in it
    assert found.s == pytest.approx(np.sqrt(0.1 / 3 / 0.9))
    assert "历史不足三年" in found.explain("zh")


def test_three_people_by_hand() -> None:
    """Two people, three years: ln A of Li 0.3, 0.3, 0.3 and of Wang -0.3, -0.3, -0.3."""
    rows = [(p, f"{y}-01-01", np.exp(v)) for p, v in (("Li", 0.3), ("Wang", -0.3)) for y in
            (2021, 2022, 2023)]  # fmt: skip
    history = pd.DataFrame(rows, columns=["salesperson", "period", "actual"]).assign(quota=1.0)
    found = calibrate(history)
    # half of 0.6^2 is person and noise; nobody differs from year to year: no noise, no market
    assert found.s**2 * (1 - 0.05) == pytest.approx(0.18)
    assert (found.market, found.noise) == (0.0, 0.0)
    assert found.notes == ("region",)


def test_a_bootstrap_keeps_every_year_with_its_months() -> None:
    history = history_of(attainment("wide"), 5, 1, years=2, per_year=4)
    model = bootstrap(history)
    assert [len(path) for path in model.paths] == [4] * 10
    means = [np.mean(path) for path in model.paths]
    assert list(model.values) == pytest.approx(means)
    sold = draw_world(team(1, 1), model, periods=4, draws=300).sold("P000") / 1e6
    seen = {tuple(round(v, 7) for v in path) for path in model.paths}
    assert {tuple(round(v, 7) for v in column) for column in sold.T} <= seen


def test_histories_that_are_none_are_refused() -> None:
    good = history_of(attainment("normal"), 3, 1, years=1, per_year=4)
    assert refused(lambda: calibrate(good.assign(quota=0.0).head(1))) == (
        "1 of 1 rows of history have no quota above 0 or no result; first: 'P000' with quota 0.0 "
        "and actual " + str(good["actual"].iloc[0]) + ".\n"
        "  where: calibrate(history), columns 'quota' and 'actual', see .rows\n"
        "  fix:   leave out periods without a quota; an empty result is no 0"
    )
    assert refused(lambda: calibrate(good.drop(index=[0, 4, 8]))) == (
        "0 people have a whole year of 4 periods.\n"
        "  where: calibrate(history)\n"
        "  fix:   give at least two people with a whole year, or use a preset: "
        "attainment('normal')"
    )
    flat = good.assign(actual=1e6)
    assert refused(lambda: calibrate(flat)) == (
        "the 3 person-years do not differ: their spread is 0.\n"
        "  where: calibrate(history)\n"
        "  fix:   use a preset: attainment('normal')"
    )
    returns = good.assign(actual=np.where(good["salesperson"] == "P001", -1.0, good["actual"]))
    assert refused(lambda: calibrate(returns)) == (
        "1 of 3 person-years have an attainment of 0 or less; first: 'P001' in 1990.\n"
        "  where: calibrate(history), see .rows\n"
        "  fix:   use bootstrap(history), which takes results as they are, or leave them out"
    )
    assert min(bootstrap(returns).values) < 0
    assert "same unit" in refused(lambda: calibrate(good.assign(actual=1e9)))
    assert "of one person and period" in refused(lambda: calibrate(pd.concat([good, good])))
    assert "no column 'quota'" in refused(lambda: calibrate(good.drop(columns="quota")))


MONTHS = pd.date_range("2024-01-01", periods=3, freq="MS")


def futures(n: int = 4) -> pd.DataFrame:
    rows = [
        (region, month, draw, 100.0 + 10 * draw * sign)
        for region, sign in (("N", 1), ("S", -1))
        for month in MONTHS
        for draw in range(n)
    ]
    return pd.DataFrame(rows, columns=["region", "period", "draw", "value"])


TARGETS = pd.DataFrame({"region": ["N", "S"], "value": [300.0, 600.0]})


def test_draw_j_of_the_world_is_future_j_of_the_forecast() -> None:
    """N sells 100, 110, 120, 130 a month of a target of 100; S the mirror image of 200."""
    model = from_draws(futures(), TARGETS, spread=None)
    people = pd.DataFrame(
        {"salesperson": ["A", "B"], "region": ["N", "S"], "quota": [1000.0, 1000.0]}
    )
    world = draw_world(people, model, periods=3, draws=4)
    assert world.sold("A")[0].tolist() == [1000.0, 1100.0, 1200.0, 1300.0]
    assert world.sold("B")[2].tolist() == [500.0, 450.0, 400.0, 350.0]
    more = draw_world(people, model, periods=3, draws=3000)
    both = more.sold("A").sum(axis=0) * 0 + more.sold("A")[0] / 10 + more.sold("B")[0] / 5
    assert np.allclose(both, 200.0)  # what one gains, the other loses, in every future
    assert set(more.sold("A")[0]) == {1000.0, 1100.0, 1200.0, 1300.0}


def test_people_differ_from_their_region_but_keep_its_level() -> None:
    model = from_draws(futures(1), TARGETS, spread="wide")
    people = team(1, 1).assign(region="N")
    sold = draw_world(people, model, periods=3, draws=30_000).sold("P000") / 1e6
    own = attainment("wide")
    assert sold.mean() == pytest.approx(1.0, abs=0.01)
    person = np.log(sold).mean(axis=0)
    assert np.cov(np.log(sold[0]), np.log(sold[1]))[0, 1] == pytest.approx(
        own.person * own.s**2, rel=0.1
    )
    assert person.std() > 0


def test_the_forecast_room_feeds_the_simulation() -> None:
    months = pd.date_range("2021-01-01", "2023-12-01", freq="MS")
    sales = pd.concat(
        [pd.DataFrame({"region": r, "period": months, "value": 100.0 + months.month * k})
         for k, r in enumerate(("N", "S"), 1)]
    )  # fmt: skip
    draws = panel(Panel.of(sales, by=["region"]), 12).draws(n=50)
    targets = pd.DataFrame({"region": ["N", "S"], "value": [1300.0, 1400.0]})
    model = from_draws(draws, targets)
    assert model.nodes == ["N", "S"]
    assert model.source == "50 futures of a forecast by region"
    wanted = draws.to_frame().query("level == 'region' and region == 'N'")["value"].mean()
    found = model.frame.query("node == 'N'")["attainment"].mean()
    assert found == pytest.approx(wanted * 12 / 1300)
    assert "50 futures of the forecast, units: 2;" in model.explain("en")
    assert "预测的50种可能" in model.explain("zh")


def test_futures_that_do_not_fit_the_people_are_refused() -> None:
    model = from_draws(futures(), TARGETS)
    people = team(2, 2)
    assert refused(lambda: draw_world(people, model, periods=3, draws=5).sold("P000")) == (
        "'R0' is not a region here; known: N, S.\n"
        "  where: people, column 'region'\n"
        "  fix:   use one of: N, S"
    )
    fine = people.assign(region="N")
    assert refused(lambda: draw_world(fine, model, draws=5).sold("P000")) == (
        "the forecast has 3 periods, 12 are wanted.\n"
        "  where: draw_world(periods=...)\n"
        "  fix:   give periods=3, or a forecast that reaches further"
    )
    assert refused(lambda: from_draws(futures(), TARGETS.head(1))) == (
        "3 of 6 nodes and periods have no target above 0; first: 'S' in 2024-01.\n"
        "  where: from_draws(draws, targets, by='region'), see .rows\n"
        "  fix:   give a target for every node and period of the draws"
    )
    assert refused(lambda: from_draws(futures().drop(index=5), TARGETS)) == (
        "draws have 23 rows; every node, period and future together are 24.\n"
        "  where: from_draws(draws, targets, by='region')\n"
        "  fix:   give every node in every period of every future, with finite values"
    )
