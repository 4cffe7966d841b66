"""Pictures of one series and of forecasters: readable in both languages, drawn from the figures."""

import numpy as np
import pandas as pd
import pytest
from figures import assert_good_figure

import salesanalysis as sa
from salesanalysis.plots import new_axes

LONG = "East / Bicycles and everything that belongs to them, key accounts of the coast 华东大客户"
QUICK = ["A,N,N"]


def series(n: int, *, factor: float = 1.0, shift: float = 0.0) -> pd.Series:
    month, rng = np.arange(n), np.random.default_rng(5)
    values = 1e7 + 6e4 * month + 1e6 * np.sin(month / 6 * np.pi) + rng.normal(0, 3e5, n)
    values[n // 2] += 4e6
    return pd.Series(
        (values + shift) * factor, index=pd.period_range("2019-01", periods=n, freq="M")
    )


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    "given",
    [
        series(60), series(150), series(48, factor=1e-9), series(48, shift=-1.2e7), series(20),
        series(4), series(36) * 0 + 50.0,
    ],
    ids=["plain", "long", "tiny", "negative", "short", "four months", "constant"],
)  # fmt: skip
def test_a_series_can_be_read_in_both_languages(given, lang):
    assert_good_figure(
        sa.forecast.inspect(given, name=LONG, forms=QUICK[: len(given) >= 12] or None).plot(
            lang=lang
        )
    )


def test_the_four_parts_are_drawn_from_the_table():
    result = sa.forecast.inspect(series(60), forms=QUICK)
    ax = result.plot()
    table = result.to_frame()
    panels = ax.figure.axes
    assert [p.get_ylabel() for p in panels] == [
        "Actual, CNY", "Trend, CNY", "Season, CNY", "Remainder, CNY",
    ]  # fmt: skip
    for panel, part in zip(panels, ("value", "trend", "season"), strict=False):
        assert panel.lines[0].get_ydata().tolist() == table[part].tolist()
    ring = next(line for line in ax.lines if line.get_label() == "Odd month")
    assert ring.get_ydata().tolist() == result.odd()["value"].tolist()
    assert ax.get_title(loc="left").replace("\n", " ").replace("  ", " ") == result.headline()


def test_ticks_of_a_tiny_series_differ_from_each_other():
    ax = sa.forecast.inspect(series(48, factor=1e-9), forms=QUICK).plot()
    for panel in ax.figure.axes:
        words = [t.get_text() for t in panel.get_yticklabels()]
        assert len(set(words)) == len(words) >= 2


def test_axes_that_are_given_show_actual_and_trend():
    ax = new_axes()
    assert sa.forecast.inspect(series(40), forms=QUICK).plot(ax=ax) is ax
    assert len(ax.figure.axes) == 1
    assert_good_figure(ax)


def test_gaps_and_a_break_are_drawn():
    values = series(60)
    values.iloc[40:] -= 5e6
    ax = sa.forecast.inspect(values, forms=QUICK).plot(lang="zh")
    assert all(any(line.get_linestyle() == ":" for line in p.lines) for p in ax.figure.axes)
    assert_good_figure(ax)
    values.iloc[[3, 4]] = np.nan
    assert_good_figure(sa.forecast.inspect(values, missing="gap").plot())


def commits(n: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(1)
    months = pd.date_range("2023-01-01", periods=12, freq="MS")
    names = [f"Person {i:02d} of the long named team 华东" for i in range(n)]
    came = pd.DataFrame([(p, m, 1000.0) for p in names for m in months],
                        columns=["salesperson", "period", "value"])  # fmt: skip
    bent = np.repeat(np.linspace(0.8, 1.3, n), 12) * np.exp(rng.normal(0, 0.05, 12 * n))
    return came.assign(value=came["value"] * bent), came


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("n", [1, 5, 12, 30])
def test_the_bars_of_forecasters_can_be_read_in_both_languages(n, lang):
    report = sa.forecast.bias(*commits(n))
    ax = report.plot(lang=lang)
    assert_good_figure(ax)
    assert len(ax.get_yticklabels()) == min(n, 12)


def test_the_bars_are_the_figures_of_the_table_and_carry_their_months():
    report = sa.forecast.bias(*commits(5))
    ax = report.plot()
    people = report.to_frame()
    drawn = {p.get_y() + p.get_height() / 2: p.get_width() for p in ax.patches}
    assert [drawn[k] for k in sorted(drawn)] == pytest.approx(
        (100 * people["over_growth"]).tolist()
    )
    assert [t.get_text() for t in ax.texts] == [f"{v:+.1%} (n = 12)" for v in people["over_growth"]]


def test_nobody_with_sales_still_gives_a_picture():
    said, came = commits(2)
    assert_good_figure(sa.forecast.bias(said, came.assign(value=0.0)).plot())
