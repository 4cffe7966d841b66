"""What a backtest says, draws and refuses."""

import numpy as np
import pytest
from figures import assert_good_figure

import salesanalysis as sa
from salesanalysis.errors import ContractError, ReconciliationError
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


# 1. what is said


def test_where_last_year_wins_it_is_said_by_method_and_level(make_panel) -> None:
    rng = np.random.default_rng(3)
    season = 100 + 40 * np.sin(np.arange(48) / 6 * np.pi)
    panel = make_panel({f"R{i}": season + rng.normal(0, 1, 48) for i in range(8)})

    def high(series, h, m, levels):
        return [{"mean": np.full(h, 1.5 * y.mean())} for y in series]

    result = sa.forecast.backtest(panel, 6, methods=[high])
    assert result.headline().startswith(
        "Repeating last year beats every other method for the smallest units: relative error "
    )
    assert result.headline("zh").startswith("对最小单位，按去年同月优于其他所有方法：相对误差")
    assert "High misses more than repeating last year at the level Company, Region" in (
        result.explain()
    )
    assert result.to_frame()["naive_wins"].tolist() == [True, False, True, False]
    nodes = result.nodes().query("method == 'high'")
    assert nodes["naive_wins"].all()
    assert nodes["n_months"].tolist() == [18] * 9


def test_a_difference_that_chance_makes_is_not_called_a_win(make_panel) -> None:
    rng = np.random.default_rng(4)
    panel = make_panel({f"R{i:02d}": 100 + rng.normal(0, 10, 48) for i in range(12)})

    def wobbly(series, h, m, levels):
        noise = np.random.default_rng(len(series[0]))
        return [{"mean": y[-m:][:h] + noise.normal(0, 1, h)} for y in series]

    result = sa.forecast.backtest(panel, 6, methods=[wobbly])
    assert result.compare("wobbly").better == ""
    assert result.headline().startswith("No method is shown to beat repeating last year")
    assert result.headline("zh").startswith("对最小单位，没有方法被证明优于按去年同月")
    # a little worse is worse all the same, and marked where it is
    table = result.to_frame().query("method == 'wobbly'")
    assert table["mase_ratio"].between(0.9, 1.1).all()
    assert table["naive_wins"].tolist() == (table["mase_ratio"] > 1).tolist()
    assert table["naive_wins"].any()
    only = sa.forecast.backtest(panel, 6, methods=[])
    assert only.headline().startswith("Repeating last year has relative error 0.94 for")


def test_units_below_zero_are_judged_without_percentages(make_panel) -> None:
    rng = np.random.default_rng(5)
    month = np.arange(48)
    rows = {f"R{i}": 5 + 0.2 * month + rng.normal(0, 0.3, 48) for i in range(6)}
    rows["R0"][40] = -2.0
    result = sa.forecast.backtest(make_panel(rows), 6, methods=["theta"])
    assert result.headline().startswith(
        "Theta beats repeating last year for the smallest units: error in yearly changes 0."
    )
    assert result.compare("theta").measure == "mase"
    text = result.explain()
    assert "of 18 forecasts are of units with months at or below 0" in text


def test_units_that_never_changed_are_left_out_of_scaled_errors_and_counted(make_panel) -> None:
    rng = np.random.default_rng(6)
    panel = make_panel({"N": np.full(40, 7.0), "S": 50 + rng.normal(0, 5, 40)})
    result = sa.forecast.backtest(panel, 6, methods=["theta"])
    leaf = result.to_frame().query("level == 'region'")
    assert leaf["n_no_unit"].tolist() == [3, 3]
    assert np.isfinite(leaf["mase"]).all()
    assert "3 of 6 forecasts are of units that never changed before the origin" in result.explain()
    still = sa.forecast.backtest(make_panel({"N": np.full(40, 7.0)}), 6, methods=["theta"])
    assert still.to_frame()["status"].unique().tolist() == ["no_unit"]
    assert still.headline().startswith("Nothing changed from year to year")
    assert still.compare("theta").better == ""


def test_fewer_origins_than_asked_for_are_named(make_panel) -> None:
    panel = make_panel({"N": np.arange(1.0, 21.0)})
    result = sa.forecast.backtest(panel, 3, methods=["theta"], origins=5)
    assert len(result.origins) == 2
    assert "Asked for 5 origins, the history has room for 2." in result.explain()


def test_the_two_languages_say_equally_much_and_the_table_is_translated(company) -> None:
    result = sa.forecast.backtest(company, 6, methods=["theta", "naive2", own])
    both = result, result.compare("theta", "naive2"), result.compare("own", level="company")
    for told in both:
        english, chinese = told.explain().splitlines(), told.explain("zh").splitlines()
        assert len(english) == len(chinese)
        assert not [line for line in english if "{" in line]
        assert [c for c in told.table("zh").shown().columns if c.isascii()] == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_pictures_can_be_read_in_both_languages(company: Panel, lang: str) -> None:
    result = sa.forecast.backtest(company, 6, methods=["theta", "naive2", own])
    ax = result.plot(lang=lang)
    assert_good_figure(ax)
    assert len(ax.patches) == 4
    assert ax.get_title(loc="left").replace("\n", "").replace(" ", "") == result.headline(
        lang
    ).replace(" ", "")
    assert_good_figure(result.compare("theta").plot(lang=lang))
    assert_good_figure(result.compare("theta", level="company").plot(lang=lang))


# 2. refusals


def refusal(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            {"methods": ["thetta"]},
            "'thetta' is not a method here; known: engine, theta, ets, naive2, seasonal_naive.\n"
            "  where: forecast.backtest(methods=...)\n"
            "  fix:   write 'theta'",
        ),
        (
            {"methods": [3]},
            "3 is neither the name of a method nor a function.\n"
            "  where: forecast.backtest(methods=...)\n"
            "  fix:   write one of engine, theta, ets, naive2, seasonal_naive, or "
            "f(list_of_arrays, h, m, levels)",
        ),
        (
            {"methods": [own, own]},
            "Two methods are called 'own'.\n"
            "  where: forecast.backtest(methods=...)\n"
            "  fix:   give the function another __name__",
        ),
        (
            {"origins": 0},
            "origins and step must be 1 or more, got 0 and 3.\n"
            "  where: forecast.backtest(origins=..., step=...)\n"
            "  fix:   write origins=3, step=3 for three origins a quarter apart",
        ),
        (
            {"origins": ["2023-06", "2024-01"]},
            "origins names 2024-01: an origin needs a year before it and 6 months after it.\n"
            "  where: forecast.backtest(origins=[...])\n"
            "  fix:   choose months from 2020-12 to 2023-09",
        ),
        (
            {"origins": []},
            "origins names no month: an origin needs a year before it and 6 months after it.\n"
            "  where: forecast.backtest(origins=[...])\n"
            "  fix:   choose months from 2020-12 to 2023-09",
        ),
        (
            {"horizon": 25},
            "horizon must be 1 to 24 months, got 25.\n"
            "  where: forecast.backtest(horizon=...)\n"
            "  fix:   write 6 for half a year ahead",
        ),
        (
            {"coverage": (80,)},
            "coverage must be different shares between 0 and 1, got (80,).\n"
            "  where: forecast.backtest(coverage=...)\n"
            "  fix:   write 80 % as 0.80, for example coverage=(0.80, 0.95)",
        ),
    ],
)
def test_settings_nobody_can_mean_are_refused(company: Panel, asked: dict, message: str) -> None:
    assert refusal(lambda: sa.forecast.backtest(company, **asked)) == message


def test_a_comparison_of_what_is_not_there_is_refused(company: Panel) -> None:
    result = sa.forecast.backtest(company, 6, methods=["theta"])
    assert refusal(lambda: result.compare("teta")) == (
        "'teta' is not a method here; known: theta, seasonal_naive.\n"
        "  where: Backtest.compare\n"
        "  fix:   write 'theta'"
    )
    assert refusal(lambda: result.compare("theta", level="regoin")) == (
        "'regoin' is not a level here; known: company, region, product_line.\n"
        "  where: Backtest.compare\n"
        "  fix:   write 'region'"
    )


def test_a_table_in_which_methods_saw_different_units_cannot_be_built(company: Panel) -> None:
    from dataclasses import replace

    result = sa.forecast.backtest(company, 6, methods=["theta"])
    levels = result.to_frame()
    levels.loc[0, "n_scored"] += 1
    with pytest.raises(ReconciliationError) as caught:
        replace(result, levels=levels)
    assert str(caught.value) == (
        "The methods were not scored on the same units.\n"
        "  where: backtest, level 'company'\n"
        "  fix:   this is a defect or a tampered table: please report it with the input"
    )
