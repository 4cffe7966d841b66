"""A method that fails is counted and said, and last year stands in where it failed."""

import numpy as np
import pytest

import salesanalysis as sa
from salesanalysis.panel import Panel

LEVELS = (0.80, 0.95)


def own(series, h, m, levels):
    """Repeat the last value, with bounds of one and two either side."""
    return [
        {
            "mean": np.full(h, y[-1]),
            **{f"lo{c}": np.full(h, y[-1] - w) for c, w in ((80, 1), (95, 2))},
            **{f"hi{c}": np.full(h, y[-1] + w) for c, w in ((80, 1), (95, 2))},
        }
        for y in series
    ]


def steady(make_panel, values: dict) -> Panel:
    return make_panel({name: np.asarray(v, float) for name, v in values.items()})


def test_a_method_that_fails_on_one_unit_gets_last_year_there_and_is_counted(make_panel) -> None:
    rng = np.random.default_rng(1)
    panel = make_panel({n: 50 + rng.normal(0, 5, 40) for n in ("E", "N", "S")})

    def picky(series, h, m, levels):
        if any(abs(y[0] - picky.refused) < 1e-9 for y in series):
            raise ZeroDivisionError("no such luck")
        return own(series, h, m, levels)

    picky.refused = panel.matrix().iloc[1, 0]
    result = sa.forecast.backtest(panel, 6, methods=[picky], origins=2, step=6)
    table = result.to_frame().set_index(["level", "method"])
    assert table["n_failed"].tolist() == [0, 0, 2, 0]
    scores = result.scores.set_index(["method", "node"]).sort_index()
    assert scores.loc[("picky", "N"), "failed"].all()
    assert (
        scores.loc[("picky", "N"), "mase"].tolist()
        == scores.loc[("seasonal_naive", "N"), "mase"].tolist()
    )
    assert (
        scores.loc[("picky", "S"), "mase"].tolist()
        != scores.loc[("seasonal_naive", "S"), "mase"].tolist()
    )
    assert result.failures["reason"].tolist() == ["ZeroDivisionError: no such luck"] * 2
    assert "Picky failed on 2 forecasts" in result.explain()
    assert "picky有2次预测失败" in result.explain("zh").lower()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_figures_that_are_no_numbers_count_as_failures(make_panel, bad) -> None:
    rng = np.random.default_rng(2)
    panel = make_panel({n: 50 + rng.normal(0, 5, 40) for n in ("E", "N")})

    def broken(series, h, m, levels):
        told = own(series, h, m, levels)
        told[1]["mean"][-1] = bad
        told[2]["lo95"][0] = bad
        return told

    result = sa.forecast.backtest(panel, 6, methods=[broken], origins=1)
    failed = result.scores.query("method == 'broken'").set_index("node")["failed"]
    assert failed.to_dict() == {"": False, "E": True, "N": True}
    assert result.failures["reason"].tolist() == [
        "figures that are empty or infinite, or bounds the wrong way round"
    ]
    assert np.isfinite(result.to_frame()["mase"]).all()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda s, h: [], "ValueError: 0 answers for 2 series"),
        (lambda s, h: [{"mean": np.ones(h + 1)}] * len(s), "ValueError: cannot reshape"),
        (lambda s, h: [{"figure": np.ones(h)}] * len(s), "KeyError: 'mean'"),
        (lambda s, h: None, "TypeError: "),
    ],
)
def test_a_wrong_answer_is_a_failure_on_every_unit_with_its_reason(
    make_panel, answer, reason
) -> None:
    panel = make_panel({"N": np.arange(1.0, 31.0)})

    def wrong(series, h, m, levels):
        return answer(series, h)

    result = sa.forecast.backtest(panel, 3, methods=[wrong], origins=1)
    assert result.failures["n_failed"].tolist() == [2]
    assert result.failures["reason"].iloc[0].startswith(reason)
    table = result.to_frame().set_index(["level", "method"])
    assert table.loc[("region", "wrong"), "mase"] == 1.0


def test_a_function_without_bounds_is_scored_on_its_figures_alone(make_panel) -> None:
    def bare(series, h, m, levels):
        return [{"mean": np.full(h, y[-1])} for y in series]

    panel = make_panel({"N": np.arange(1.0, 31.0)})
    result = sa.forecast.backtest(panel, 3, methods=[bare], origins=1)
    row = result.to_frame().set_index(["level", "method"]).loc[("region", "bare")]
    assert row["status"] == "no_intervals"
    assert np.isnan(row["covered80_share"])
    assert row["n_failed"] == 0
    assert "Bare gives no intervals." in result.explain()
