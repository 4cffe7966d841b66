"""The fan and the landing picture, in both languages, from the figures of the result."""

from dataclasses import replace

import pandas as pd
import pytest
from figures import assert_good_figure

import salesanalysis as sa
from salesanalysis.errors import ContractError
from salesanalysis.forecast.result import Forecast
from salesanalysis.panel import Panel


@pytest.fixture(scope="module")
def forecast(company: Panel) -> Forecast:
    return sa.forecast.panel(company, 12)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("node", [None, "West / Gamma", "KA / Beta"])
def test_the_fan_of_any_unit_can_be_read_in_both_languages(forecast: Forecast, lang, node) -> None:
    assert_good_figure(forecast.plot(lang=lang, node=node))


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("level", [None, "product_line"])
@pytest.mark.parametrize("factor", [None, 1.3])
def test_the_landing_picture_can_be_read_in_both_languages(
    forecast: Forecast, lang, level, factor
) -> None:
    target = None
    if factor:
        rows = forecast.landing().to_frame().query("level == 'product_line' and landing > 0")
        target = rows[["region", "product_line"]].assign(value=rows["landing"] * factor)
    assert_good_figure(forecast.landing(target=target).plot(lang=lang, level=level))


def test_the_fan_draws_36_closed_months_and_the_forecast_of_the_node(forecast: Forecast) -> None:
    ax = forecast.plot(node="East")
    table = forecast.select(region="East").to_frame().query("level == 'region'")
    actual, ahead, last_year = ax.lines
    assert last_year.get_ydata().tolist() == table.query("horizon == 0")["value"].tail(12).tolist()
    assert actual.get_ydata().tolist() == table.query("horizon == 0")["value"].tail(36).tolist()
    assert ahead.get_ydata()[1:].tolist() == table.query("horizon > 0")["value"].tolist()
    assert (
        ax.get_title(loc="left").replace("\n", " ").replace("  ", " ")
        == forecast.select(region="East").headline()
    )
    assert len(ax.collections) == 2


def test_the_landing_picture_marks_landing_target_and_chance_of_each_region(
    forecast: Forecast,
) -> None:
    regions = forecast.landing().to_frame().query("level == 'region'")
    landing = forecast.landing(target=regions[["region"]].assign(value=regions["landing"] * 1.02))
    ax = landing.plot()
    table = landing.to_frame().query("level == 'region'").sort_values("landing", ascending=False)
    points, ticks = ax.lines
    assert points.get_xdata().tolist() == table["landing"].tolist()
    assert ticks.get_xdata().tolist() == table["target"].tolist()
    assert [t.get_text() for t in ax.get_yticklabels()] == table["node"].tolist()
    assert [t.get_text() for t in ax.texts] == [f"chance {p:.0%}" for p in table["probability"]]
    widths = [p.get_width() for p in ax.patches][:5]
    assert widths == pytest.approx((table["hi95"] - table["lo95"]).tolist())


@pytest.mark.parametrize("times", [1.6, -0.5])
def test_a_target_far_from_every_range_is_still_in_the_picture(
    forecast: Forecast, times: float
) -> None:
    regions = forecast.landing().to_frame().query("level == 'region'")
    target = regions[["region"]].assign(value=regions["landing"] * times)
    ax = forecast.landing(target=target).plot()
    low, high = ax.get_xlim()
    assert all(low <= mark <= high for line in ax.lines for mark in line.get_xdata())
    assert_good_figure(ax)


def test_from_the_twelfth_unit_on_the_rest_is_one_row_without_a_range(forecast: Forecast) -> None:
    ax = forecast.landing().plot(level="product_line")
    assert [t.get_text() for t in ax.get_yticklabels()][-1] == "Other (4)"
    assert len(ax.patches) == 22
    assert len(ax.lines[0].get_xdata()) == 12


def test_a_closed_year_and_a_company_alone_can_be_drawn(forecast: Forecast, make_panel) -> None:
    assert_good_figure(forecast.landing(year=2023, target=2e7).plot(lang="zh"))
    alone = sa.forecast.panel(make_panel({(): range(40)}, by=()), 9)
    assert_good_figure(alone.plot())
    assert_good_figure(alone.landing(target=400.0).plot())


def test_an_unknown_node_or_level_is_answered_with_the_nearest(forecast: Forecast) -> None:
    with pytest.raises(ContractError) as caught:
        forecast.plot(node="Esat")
    assert str(caught.value).splitlines()[1:] == [
        "  where: Forecast, node=...",
        "  fix:   write 'East'",
    ]
    with pytest.raises(ContractError) as caught:
        forecast.landing().plot(level="regoin")
    assert str(caught.value) == (
        "'regoin' is not a level here; known: company, region, product_line.\n"
        "  where: Landing.plot(level=...)\n"
        "  fix:   write 'region'"
    )


def targets_of(forecast: Forecast, factor: float) -> pd.DataFrame:
    """Targets of the smallest units by month: the forecast times a factor."""
    ahead = forecast.to_frame().query("level == 'product_line' and kind == 'forecast'")
    rows = ahead[["region", "product_line", "period"]]
    return rows.assign(value=ahead["value"] * factor)


def texts(ax) -> list[str]:
    return [t.get_text() for t in ax.get_legend().get_texts()]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("node", ["East", "West / Gamma"])
def test_the_fan_shows_target_and_the_month_that_is_not_over(company: Panel, lang, node) -> None:
    rows = company.nodes().assign(value=1000.0)
    forecast = sa.forecast.panel(company, 12, so_far=rows)
    targets = targets_of(forecast, 1.1)
    ax = forecast.plot(lang=lang, node=node, targets=targets)
    assert_good_figure(ax)
    words = {"en": ["Target", "So far"], "zh": ["目标", "当月至今"]}[lang]
    assert texts(ax)[-2:] == words
    bar = ax.patches[-1]
    assert (bar.get_height(), bar.get_hatch()) == (3000.0 if node == "East" else 1000.0, "////")
    step = ax.lines[-1].get_ydata()
    own = targets[targets["region"] == node.split(" / ")[0]]
    own = own if node == "East" else own[own["product_line"] == "Gamma"]
    assert step == pytest.approx(own.groupby("period")["value"].sum().to_numpy())


def test_a_target_of_nothing_is_not_drawn(forecast: Forecast) -> None:
    assert "Target" not in texts(forecast.plot(node="East", targets=targets_of(forecast, 0.0)))


def test_where_last_year_was_nearer_the_title_says_so(forecast: Forecast) -> None:
    table = forecast.nodes()
    table["naive_wins"] = table["node"] == "East"
    doubted = replace(forecast, node_table=table)
    assert "same month last year was nearer" in doubted.select(region="East").headline()
    ax = doubted.plot(node="East", lang="zh")
    assert_good_figure(ax)
    assert "历史上去年同月更接近" in ax.get_title(loc="left").replace("\n", "")
    assert "nearer" not in doubted.headline()


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("factor", [None, 0.9, 1.02, 3.0])
def test_the_outcomes_of_a_unit_can_be_read_beside_its_target(
    forecast: Forecast, lang, factor
) -> None:
    landing = forecast.landing().to_frame().query("node == 'East'")["landing"].iloc[0]
    target = pd.DataFrame({"region": ["East"], "value": [landing * factor]}) if factor else None
    found = forecast.outcomes(target, node="East")
    assert_good_figure(found.plot(lang=lang))
    if factor:
        drawn = found.to_frame()["value"]
        row = found.landing.to_frame().iloc[0]
        above = int((drawn >= row["target"] - 0.005).sum())
        assert row["probability"] == (1 + above) / (len(drawn) + 2)


def test_no_class_of_outcomes_lies_on_both_sides_of_the_target(forecast: Forecast) -> None:
    landing = forecast.landing().to_frame()["landing"].iloc[0]
    found = forecast.outcomes(landing * 1.01)
    ax = found.plot()
    drawn, target = found.to_frame()["value"], found.target
    reach = sum(p.get_height() for p in ax.patches if p.get_x() >= target - 1)
    assert reach == pytest.approx((drawn >= target).mean(), abs=1 / len(drawn))


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("node", ["", "KA / Beta", "West / Gamma", "South"])
@pytest.mark.parametrize("period", [None, "2024-09"])
def test_an_explanation_can_be_read_as_a_picture(forecast: Forecast, lang, node, period) -> None:
    part = forecast.explain(node=node, period=period)
    ax = part.plot(lang=lang)
    assert_good_figure(ax)
    *steps, last = ax.patches
    assert sum(p.get_width() for p in steps) == pytest.approx(last.get_width())


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_chances_of_all_regions_can_be_read(forecast: Forecast, lang) -> None:
    rows = forecast.landing().to_frame().query("level == 'region'")
    ax = forecast.together(rows[["region"]].assign(value=rows["landing"])).plot(lang=lang)
    assert_good_figure(ax)
    assert len(ax.patches) == 6


def test_pictures_take_axes_they_are_given(forecast: Forecast) -> None:
    from salesanalysis.plots import new_axes

    ax = new_axes()
    assert forecast.plot(ax=ax) is ax
    other = new_axes()
    assert forecast.landing().plot(ax=other) is other
    assert pd.notna(ax.get_ylim()[1])
