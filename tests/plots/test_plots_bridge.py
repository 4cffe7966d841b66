"""Pictures of a bridge: waterfall, who holds the gap, the tree of volume."""

import numpy as np
import pandas as pd
import pytest
from figures import assert_good_figure

import salesanalysis as sa
from salesanalysis.errors import ContractError
from salesanalysis.labels import Terms

LANGS = ("en", "zh")
TERMS = Terms({"region": {f"Region {i:02}": {"zh": f"第{i}大区"} for i in range(40)}})


def sold(n: int = 3) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two years of `n` regions and three products: one is new, one is lost."""
    keys = [(f"Region {i:02}", p) for i in range(n) for p in "ABC"]
    base = pd.DataFrame(keys, columns=["region", "product"]).assign(
        quantity=np.arange(len(keys)) * 10.0 + 100, price=5.0
    )
    actual = base.assign(quantity=base["quantity"] * 0.9, price=4.8)
    actual = actual[actual["product"] != "C"]
    base = base[base["product"] != "A"]
    return tuple(t.assign(revenue=1000 * t["quantity"] * t["price"]) for t in (actual, base))


def bridge(n: int = 3, **choices) -> sa.variance.Bridge:
    actual, base = sold(n)
    choices = {"market": (100.0, 96.0), "units": "quantity"} | choices
    return sa.variance.explain(
        actual, base, by=["region", "product"], names=("last_year", "actual"), terms=TERMS,
        window=("2024-01", "2024-03"), **choices,
    )  # fmt: skip


def texts(ax) -> list[str]:
    return [t.get_text() for t in ax.texts]


# -- both at once ------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("n", [2, 30])
def test_below_the_waterfall_stands_who_holds_the_gap_sorted(n, lang):
    found = bridge(n)
    upper = found.plot(kind="panels", lang=lang)
    assert_good_figure(upper)
    assert len(upper.figure.axes) == 2
    lower = upper.figure.axes[1]
    widths = [bar.get_width() for bar in lower.patches]
    assert widths == sorted(widths)
    assert sum(widths) == pytest.approx(found.gap)


def test_two_panels_need_a_figure_of_their_own_and_members():
    found = bridge()
    with pytest.raises(ContractError) as caught:
        found.plot(kind="panels", ax=found.plot())
    assert str(caught.value) == (
        "Two panels do not fit into the axes passed in.\n"
        '  where: Bridge.plot(kind="panels", ax=...)\n'
        '  fix:   leave ax= out, or draw kind="waterfall" and kind="contribution" on axes of yours'
    )
    with pytest.raises(ContractError, match="has no members"):
        found.drill([]).plot(kind="panels")


# -- who holds the gap -------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_contributions_stand_from_the_worst_to_the_best_and_add_up(lang):
    found = bridge(5)
    ax = found.plot(kind="contribution", lang=lang)
    widths = [bar.get_width() for bar in ax.patches]
    assert widths == sorted(widths)
    assert sum(widths) == pytest.approx(found.gap)
    assert_good_figure(ax)
    name = {"en": "Region", "zh": "大区"}[lang]
    assert all(name in t.get_text() for t in ax.get_yticklabels())


@pytest.mark.parametrize("lang", LANGS)
def test_of_thirty_regions_eleven_have_a_bar_and_the_rest_share_one(lang):
    found = bridge(30)
    ax = found.plot(kind="contribution", lang=lang)
    assert len(ax.patches) == 12
    assert sum(bar.get_width() for bar in ax.patches) == pytest.approx(found.gap)
    assert {"en": "Other (19)", "zh": "其他（19项）"}[lang] in [
        t.get_text() for t in ax.get_yticklabels()
    ]
    assert_good_figure(ax)


def test_a_level_can_be_chosen_and_the_title_names_its_members():
    ax = bridge().plot(kind="contribution", level="product")
    assert [t.get_text() for t in ax.get_yticklabels()] == ["C", "B", "A"]
    title = ax.get_title(loc="left").replace("\n", " ")
    assert "C -" in title
    assert "price" not in title


def test_cost_above_its_base_is_drawn_in_the_colour_of_bad_news():
    actual, base = sold(2)
    costs = sa.variance.explain(actual, base, by=["product"], favourable="down")
    colors = {bar.get_facecolor()[:3] for bar in costs.plot(kind="contribution").patches}
    normal = sa.variance.explain(actual, base, by=["product"])
    bars = normal.plot(kind="contribution").patches
    assert {bar.get_facecolor()[:3] for bar in bars} == colors
    first = costs.plot(kind="contribution").patches[0].get_facecolor()
    assert first != bars[0].get_facecolor()


def test_a_gap_in_points_of_a_rate_has_percent_on_its_axis():
    base = pd.DataFrame({"region": ["N", "S"], "won": [20.0, 30.0], "leads": [100.0, 100.0]})
    found = sa.variance.explain(
        base.assign(won=[30.0, 20.0], leads=[100.0, 120.0]), base, by=["region"],
        rate=("won", "leads"),
    )  # fmt: skip
    ax = found.plot(kind="contribution")
    assert all("pp" in text for text in texts(ax))
    assert all(t.get_text().endswith("%") for t in ax.get_xticklabels())
    assert_good_figure(ax)


# -- the tree ----------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_the_tree_leads_from_the_gap_to_market_size(lang):
    found = bridge()
    ax = found.plot(kind="tree", lang=lang)
    names = {
        "en": ["Gap", "Volume", "Quantity", "Market size", "Market share", "Mix", "Price"],
        "zh": ["差额", "销量影响", "数量影响", "市场规模", "市场份额", "结构影响", "价格影响"],
    }[lang]
    assert set(names) <= set(texts(ax))
    assert_good_figure(ax)


def test_every_box_is_the_sum_of_the_boxes_to_its_right():
    found = bridge()
    shown = dict(zip(texts(found.plot(kind="tree"))[::2], texts(found.plot(kind="tree"))[1::2], strict=True))  # fmt: skip

    def amount(name: str) -> float:
        return float(shown[name].split("  ")[0].rstrip("kM"))

    assert amount("Quantity") == pytest.approx(amount("Market size") + amount("Market share"))
    assert amount("Volume") == pytest.approx(amount("Quantity") + amount("Mix"))
    below = ("Volume", "Price", "New", "Lost")
    assert amount("Gap") == pytest.approx(sum(amount(name) for name in below))


@pytest.mark.parametrize("lang", LANGS)
def test_a_tree_of_factors_hangs_on_the_gap(lang):
    base = pd.DataFrame({"region": ["N", "S"], "leads": [100.0, 80.0], "deals": [10.0, 8.0],
                         "revenue": [1000.0, 900.0]})  # fmt: skip
    actual = base.assign(leads=[120.0, 70.0], deals=[11.0, 9.0], revenue=[1200.0, 850.0])
    found = sa.variance.explain(
        actual, base, by=["region"], chain=["leads", "deals", "revenue"], terms=TERMS
    )
    ax = found.plot(kind="tree", lang=lang)
    assert len(texts(ax)) == 2 * (1 + 3)
    assert_good_figure(ax)


@pytest.mark.parametrize("lang", LANGS)
def test_the_waterfall_beside_its_tree_shows_the_same_amounts(lang):
    found = bridge()
    bars, boxes = " ".join(texts(found.plot(lang=lang))), texts(found.plot(kind="tree", lang=lang))
    size, share = {"en": ("Market size", "Market share"), "zh": ("市场规模", "市场份额")}[lang]
    for name in (size, share):
        assert boxes[boxes.index(name) + 1].split("  ")[0] in bars


# -- refusals ----------------------------------------------------------------------------------


def test_what_cannot_be_drawn_is_refused_with_what_can():
    actual, base = sold()
    gap = sa.variance.explain(actual, base, by=["region"])
    with pytest.raises(ContractError) as caught:
        gap.plot(kind="tree")
    assert str(caught.value) == (
        "A bridge of the method 'gap' has one effect only: there is no tree.\n"
        '  where: Bridge.plot(kind="tree")\n'
        '  fix:   use kind="contribution" or kind="waterfall"'
    )
    with pytest.raises(ContractError) as caught:
        bridge().drill([]).plot(kind="contribution")
    assert str(caught.value) == (
        "This bridge is of the total alone: it has no members.\n"
        '  where: Bridge.plot(kind="contribution")\n'
        '  fix:   name a level when you compare: explain(..., by=["region"])'
    )
    with pytest.raises(ContractError) as caught:
        bridge().plot(kind="contribution", level="regoin")
    assert "'regoin'" in str(caught.value)
    assert "region" in str(caught.value)
    with pytest.raises(ContractError) as caught:
        bridge().plot(kind="pie")
    assert "waterfall, contribution, tree, rate_mix, panels" in str(caught.value)
