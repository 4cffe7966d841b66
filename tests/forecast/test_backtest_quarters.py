"""The test on the past of figures that come four times a year, and the floor they have to beat."""

import numpy as np
import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.errors import ContractError
from salesanalysis.forecast.floor.methods import seasonal_naive, status_of


def quarters(n: int = 24, units: int = 6) -> pd.DataFrame:
    """Return units with a season of quarters, up to December 2023."""
    rng, t = np.random.default_rng(5), np.arange(n)
    period = pd.date_range(end="2023-10-01", periods=n, freq="QS")
    season = np.exp(0.02 * t + 0.3 * np.sin(t / 2 * np.pi))
    frames = [
        pd.DataFrame(
            {"unit": f"u{i}", "period": period, "value": 100 * season * rng.uniform(0.9, 1.1, n)}
        )
        for i in range(units)
    ]
    return pd.concat(frames, ignore_index=True)


def refusal(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


# 1. worked by hand


def test_quarters_are_scored_on_paper_with_a_year_of_four() -> None:
    # 1..12, origin after the eighth: last year's quarters 5, 6 for 9, 10, in units of 4
    period = pd.date_range(end="2023-10-01", periods=10, freq="QS")
    line = pd.DataFrame({"period": period, "value": np.arange(1.0, 11.0)})
    past = sa.forecast.backtest(line, 2, by=[], freq="Q", methods=["naive2"], origins=1)
    table = past.to_frame().set_index("method")
    assert table["mase"].tolist() == pytest.approx([1.5 / 4, 1.0])
    assert past.origins == (pd.Timestamp("2023-04-01"),)
    assert past.step == 3


def test_the_floor_repeats_the_same_quarter_of_last_year() -> None:
    year = np.array([[1.0, 2.0, 3.0, 4.0]])
    assert seasonal_naive(year, 5, 4).tolist() == [[1.0, 2.0, 3.0, 4.0, 1.0]]
    states = status_of(np.array([[np.nan, 1.0], [2.0, 3.0]]), 4)
    assert states.tolist() == ["young", "young"]
    floor = sa.forecast.panel(quarters(), 4, by=["unit"], freq="Q", method="seasonal_naive")
    last = quarters().query("period >= '2023-01-01'").groupby("period")["value"].sum()
    np.testing.assert_allclose(floor.point()[0], last)
    landing = floor.landing(1e3)
    assert (landing.n_open, landing.name, landing.step) == (12, "2024", 3)
    assert floor.nodes()["n_months"].max() == 72
    assert "Each quarter repeats the same quarter of last year" in floor.explain()
    assert "每季等于去年同季" in floor.explain("zh")


# 2. properties


def test_every_method_sees_whole_quarters_and_nothing_after_the_origin() -> None:
    seen = []

    def mine(series, h, m, levels):
        seen.append((len(series), {len(y) for y in series}, h, m))
        return [{"mean": np.repeat(y[-m:].mean(), h)} for y in series]

    asked = {"by": ["unit"], "freq": "Q", "methods": ("engine", "theta", mine)}
    past = sa.forecast.backtest(quarters(), 4, origins=2, step=2, **asked)
    assert seen == [(7, {18}, 4, 4), (7, {20}, 4, 4)]
    assert past.failures.empty
    table = past.to_frame().query("level == 'unit'").set_index("method")
    assert table.loc["engine", "mase_ratio"] < 1
    assert table.loc["engine", "landing80_share"] >= 0
    assert (past.nodes()["n_months"] == 24).all()
    poisoned = quarters()
    poisoned.loc[poisoned["period"] > "2022-12-31", "value"] = 1e9
    hidden = sa.forecast.backtest(poisoned, 4, origins=["2022-11-15"], **asked)
    whole = sa.forecast.backtest(quarters(), 4, origins=["2022-12"], **asked)
    told = [
        b.scores["error"] + b.scores["sales"] for b in (hidden, whole)
    ]  # what was said, actuals being above 0
    np.testing.assert_allclose(*told, rtol=1e-6)
    assert hidden.origins == whole.origins == (pd.Timestamp("2022-10-01"),)


def test_the_story_speaks_of_quarters() -> None:
    past = sa.forecast.backtest(quarters(), 4, by=["unit"], freq="Q", methods=["engine"])
    assert "of their sales over 4 quarters" in past.explain()
    assert "later quarters" in past.explain()
    assert "个后续季度" in past.explain("zh")


# 3. refusals


def test_what_cannot_be_tested_is_refused_in_full() -> None:
    asked = {"by": ["unit"], "freq": "Q"}
    assert refusal(lambda: sa.forecast.backtest(quarters(5), 2, **asked)) == (
        "The panel has 5 closed quarters: no origin has a year before it and 2 quarters after it.\n"
        "  where: forecast.backtest(panel)\n"
        "  fix:   give at least 6 closed quarters, or a shorter horizon"
    )
    assert refusal(lambda: sa.forecast.backtest(quarters(), 9, **asked)) == (
        "horizon must be 1 to 8 quarters, got 9.\n"
        "  where: forecast.backtest(horizon=...)\n"
        "  fix:   write 2 for half a year ahead"
    )
    assert refusal(lambda: sa.forecast.backtest(quarters(), 2, origins=["2023-09"], **asked)) == (
        "origins names 2023-07: an origin needs a year before it and 2 quarters after it.\n"
        "  where: forecast.backtest(origins=[...])\n"
        "  fix:   choose months from 2018-10 to 2023-04"
    )
    assert refusal(lambda: sa.forecast.backtest(quarters(), 2, missing="gap", **asked)) == (
        "A month nobody knows has no error.\n"
        '  where: forecast.backtest(missing="gap")\n'
        '  fix:   missing="zero" where nothing was sold in it; else a table that begins after it'
    )
    for origins in (0, 1.5, True, "2023-01"):
        assert refusal(
            lambda origins=origins: sa.forecast.backtest(quarters(), 2, origins=origins, **asked)
        ).startswith(f"origins and step must be 1 or more, got {origins!r} and 3.")
