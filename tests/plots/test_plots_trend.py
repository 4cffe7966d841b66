"""The panel as lines: largest first, at most eight, the rest as one."""

import numpy as np
import pandas as pd
import pytest
from figures import assert_good_figure

from salesanalysis.labels import Terms
from salesanalysis.panel import Panel

LANGS = ("en", "zh")
TERMS = Terms({"region": {f"Region {i:02}": {"zh": f"第{i}大区"} for i in range(30)}})


def regions(n: int, months: int = 24, **context) -> Panel:
    period = pd.date_range("2022-01-01", periods=months, freq="MS")
    parts = [
        pd.DataFrame(
            {
                "region": f"Region {i:02}",
                "period": period,
                "value": 1e6 * (n - i) + 1e4 * np.arange(months),
            }
        )
        for i in range(n)
    ]
    context = {"value": "revenue", "terms": TERMS, **context}
    frame = pd.concat(parts).rename(columns={"value": context["value"]})
    return Panel.of(frame, by=["region"], **context)


def legend(ax) -> list[str]:
    return [t.get_text() for t in ax.get_legend().get_texts()]


# -- worked by hand ---------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_the_company_is_one_line_under_the_finding(lang):
    panel = regions(3).roll_up([])
    ax = panel.plot(lang=lang)
    assert len(ax.lines) == 1
    assert ax.get_legend() is None
    np.testing.assert_allclose(ax.lines[0].get_ydata(), panel.frame["value"])
    assert ax.get_title(loc="left").replace("\n", " ").replace(" ", "") == panel.headline(
        lang
    ).replace(" ", "")
    assert ax.get_ylabel() == {"en": "Sales, CNY", "zh": "销售额（元）"}[lang]
    assert_good_figure(ax)


@pytest.mark.parametrize("lang", LANGS)
def test_of_twenty_regions_seven_have_a_line_and_thirteen_share_one(lang):
    panel = regions(20)
    ax = panel.plot(lang=lang)
    assert len(ax.lines) == 8
    assert legend(ax)[0] == {"en": "Region 00", "zh": "第0大区"}[lang]
    assert legend(ax)[-1] == {"en": "Other (13)", "zh": "其他（13项）"}[lang]
    drawn = sum(np.asarray(line.get_ydata()) for line in ax.lines)
    np.testing.assert_allclose(drawn, panel.roll_up([]).frame["value"])
    assert_good_figure(ax)


def test_eight_regions_need_no_other():
    ax = regions(8).plot()
    assert len(ax.lines) == 8
    assert legend(ax)[-1] == "Region 07"
    assert len({line.get_color() for line in ax.lines}) == 8
    assert_good_figure(ax)


def test_the_largest_region_comes_first_and_equal_ones_by_name():
    frame = pd.DataFrame({"region": list("CBA"), "period": "2024-01-01", "value": [5.0, 9.0, 5.0]})
    assert legend(Panel.of(frame, by=["region"]).plot()) == ["B", "A", "C"]


@pytest.mark.parametrize("lang", LANGS)
def test_pieces_are_counted_and_money_has_its_unit(lang):
    assert (
        regions(2, value="quantity").plot(lang=lang).get_ylabel()
        == {"en": "Quantity, pieces", "zh": "数量（件）"}[lang]
    )
    assert (
        regions(2, value="cost", currency="USD").plot(lang=lang).get_ylabel()
        == {"en": "Amount, USD", "zh": "金额（美元）"}[lang]
    )


@pytest.mark.parametrize("lang", LANGS)
def test_a_region_that_began_later_has_no_line_before(lang):
    late = regions(9).frame
    late = late[(late["region"] < "Region 07") | (late["period"] >= "2023-01-01")]
    ax = Panel.of(late, by=["region"], terms=TERMS).plot(lang=lang)
    assert np.isnan(ax.lines[-1].get_ydata()[:12]).all()
    assert_good_figure(ax)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("n", "months"), [(1, 1), (2, 2), (3, 120), (1, 12)])
def test_short_and_long_histories_can_be_read(n, months, lang):
    assert_good_figure(regions(n, months).plot(lang=lang))


def test_losses_are_drawn_below_zero():
    frame = regions(2).frame.assign(value=lambda t: -t["value"])
    ax = Panel.of(frame, by=["region"]).plot()
    assert ax.get_ylim()[0] < 0
    assert_good_figure(ax)


# -- what always holds ------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_the_same_panel_is_the_same_picture_to_the_byte_whatever_the_row_order(lang):
    panel = regions(12)
    mixed = Panel.of(panel.frame.sample(frac=1, random_state=3), by=["region"], terms=TERMS)
    first = Panel.of(panel.frame, by=["region"], terms=TERMS)
    assert assert_good_figure(first.plot(lang=lang)) == assert_good_figure(mixed.plot(lang=lang))


def test_a_picture_goes_on_the_axes_it_is_given():
    from matplotlib import pyplot as plt

    _, ax = plt.subplots(layout="constrained")
    assert regions(3).plot(ax, lang="zh", linewidth=3) is ax
    assert ax.lines[0].get_linewidth() == 3
    assert_good_figure(ax)
