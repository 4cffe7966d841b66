"""The fan and the landing picture, in both languages, from the figures of the result."""

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
    actual, ahead = ax.lines
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
        "  where: Forecast.plot(node=...)",
        "  fix:   write 'East'",
    ]
    with pytest.raises(ContractError) as caught:
        forecast.landing().plot(level="regoin")
    assert str(caught.value) == (
        "'regoin' is not a level here; known: company, region, product_line.\n"
        "  where: Landing.plot(level=...)\n"
        "  fix:   write 'region'"
    )


def test_pictures_take_axes_they_are_given(forecast: Forecast) -> None:
    from salesanalysis.plots import new_axes

    ax = new_axes()
    assert forecast.plot(ax=ax) is ax
    other = new_axes()
    assert forecast.landing().plot(ax=other) is other
    assert pd.notna(ax.get_ylim()[1])
