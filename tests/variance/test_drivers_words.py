"""What is said and drawn of driver trees, rates, surprises and working days."""

import re

import numpy as np
import pandas as pd
import pytest
from drivertools import CHAIN, table
from figures import assert_good_figure

import salesanalysis as sa
from salesanalysis.errors import ContractError
from salesanalysis.labels import Terms

MARCH = ("2026-03-01", "2026-03-01")
TERMS = Terms(
    {
        "source": {"Paid social": {"zh": "付费社交"}, "Direct": {"zh": "直接访问"}},
        "region": {"East": {"zh": "华东"}, "West": {"zh": "华西"}},
        "team": {"A": {"zh": "甲队"}, "B": {"zh": "乙队"}},
    }
)
PLAN = table([("A", 1000, 300, 100, 1.0e6), ("B", 2000, 500, 200, 1.6e6)])
DONE = table([("A", 1200, 310, 120, 1.2e6), ("B", 2000, 410, 150, 1.1e6)])
STOPPED = table([("A", 1200, 310, 0, 0), ("B", 2000, 410, 150, 1.1e6)])


def regions(east: float, west: float) -> pd.DataFrame:
    return pd.DataFrame({"region": ["East", "West"], "revenue": [east, west]})


def tree(actual=DONE, base=PLAN, **choices):
    choices = {"by": ["team"], "chain": CHAIN, "window": MARCH, "terms": TERMS} | choices
    return sa.variance.explain_chain(actual, base, **choices)


def simpson(**choices):
    before = pd.DataFrame(
        {"source": ["Paid social", "Direct"], "visits": [4000, 1000], "deals": [200, 200]}
    )
    now = before.assign(visits=[1000, 4000], deals=[30, 720])
    choices = {"measure": "conversion_rate", "names": ("last_period", "actual")} | choices
    return sa.variance.explain_rate(
        now, before, by=["source"], rate=("deals", "visits"), terms=TERMS, window=MARCH, **choices
    )


def off_target():
    return sa.variance.surprise(
        regions(700e3, 380e3), regions(700e3, 500e3), regions(720e3, 400e3),
        planned=regions(740e3, 410e3), by=["region"], window=MARCH, cut_off="2026-02-28",
        interval=(1.0e6, 1.19e6), terms=TERMS,
    )  # fmt: skip


def worked_days():
    return sa.variance.explain_days(
        regions(700e3, 380e3), regions(600e3, 500e3), by=["region"], calendar=(20, 22),
        window=MARCH, terms=TERMS,
    )  # fmt: skip


def grown(model="additive"):
    one = 1 if model == "multiplicative" else 1e5
    rows = {"trend": [1e6], "season": [one], "calendar": [one], "residual": [1.3 * one]}
    now = {"trend": [1.1e6], "season": [one], "calendar": [1.1 * one], "residual": [one]}
    return sa.variance.trend_season(
        pd.DataFrame(now), pd.DataFrame(rows), by=[], model=model, window=MARCH, terms=TERMS
    )


BRIDGES = {
    "lmdi": tree,
    "shapley": lambda: tree(STOPPED),
    "sequential": lambda: tree(method="sequential"),
    "structure": lambda: tree(structure="team"),
    "rate": simpson,
    "rate in money": lambda: simpson(in_money=True, convention="three_term", measure=None),
    "surprise": off_target,
    "days": worked_days,
    "growth": grown,
    "factors": lambda: grown("multiplicative"),
}


def test_a_funnel_is_told_with_its_tree_and_method():
    assert tree().explain("en").splitlines() == [
        "Mar 2026: sales 300.0k CNY below target (-11.5%); leads/visits -428.9k, visits +200.0k, "
        "revenue/deals -116.1k, deals/leads +45.0k",
        "Actual 2.3M CNY, target 2.6M CNY.",
        "The gap is accounted for by visits +200.0k, leads/visits -428.9k, deals/leads +45.0k, "
        "revenue/deals -116.1k.",
        "Largest changes: B -500.0k, A +200.0k.",
        "Driver tree: sales = visits x leads/visits x deals/leads x revenue/deals.",
        "Method: LMDI, which does not depend on the order of the factors.",
        "Compared by team; shared among factors by LMDI; new and lost items on lines of their "
        "own; items on both sides 2, new 0, lost 0.",
    ]


def test_the_same_in_chinese():
    lines = tree().explain("zh").splitlines()
    assert lines[0] == (
        "2026年3月销售额比目标低30.00万元（-11.5%）；线索数/拜访数 -42.89万，拜访数 +20.00万，"
        "销售额/成交数 -11.61万，成交数/线索数 +4.50万"
    )
    assert lines[4] == "因素分解：销售额 = 拜访数 × 线索数/拜访数 × 成交数/线索数 × 销售额/成交数。"
    assert lines[5] == "方法：对数平均迪氏分解法，结果与因素顺序无关。"


def test_a_fallback_says_why_and_for_how_many_cells():
    text = tree(STOPPED).explain("en")
    assert (
        "Method: Shapley values, the mean over all orders of the factors. Chosen for the whole "
        "result, because 1 cell has a factor that is 0 or undefined, which has no logarithm."
    ) in text
    assert "ratios undefined on a side 1, taken from the other side" in text
    assert "因1个单元存在为零或无定义的因素（无法取对数），全部采用此法。" in tree(STOPPED).explain(
        "zh"
    )


def test_the_order_of_substitution_is_printed():
    text = tree(method="sequential").explain("en")
    assert (
        "in the order visits, then leads/visits, then deals/leads, then revenue/deals; another"
        in text
    )


def test_a_reversal_is_the_first_thing_said():
    assert simpson().headline("en") == (
        "Mar 2026: every source fell, yet total conversion rate rose 7.0 pp: this is mix"
    )
    assert simpson().headline("zh") == (
        "2026年3月各来源的转化率下降，但总体上升7.0个百分点：来自结构影响"
    )
    turned = simpson(names=("actual", "last_period"))
    assert "rose" in turned.headline("en")


def test_a_reversal_of_most_members_names_their_part_of_the_denominator():
    before = pd.DataFrame(
        {"source": list("abc"), "leads": [800.0, 150, 50], "deals": [80.0, 60, 5]}
    )
    now = pd.DataFrame({"source": list("abc"), "leads": [300.0, 650, 50], "deals": [27.0, 247, 10]})
    bridge = sa.variance.explain_rate(now, before, by=["source"], rate=("deals", "leads"))
    assert bridge.meta.detail("simpson") == "most"
    assert bridge.headline("en") == (
        "Source holding 95.0% of leads fell, yet total conversion rate rose 13.9 pp: this is mix"
    )
    assert bridge.headline("zh").startswith(
        "占线索数95.0%的来源，其转化率下降，但总体上升13.9个百分点"
    )


def test_a_part_of_the_members_is_not_called_a_reversal():
    assert "yet" in simpson().drill([]).explain("en")
    assert "yet" not in simpson().drill({"source": "Direct"}).explain("en")
    before = pd.DataFrame({"source": ["a"], "leads": [100.0], "deals": [10.0]})
    plain = sa.variance.explain_rate(
        before.assign(deals=20.0), before, by=["source"], rate=("deals", "leads")
    )
    assert "yet" not in plain.explain("en")


def test_a_surprise_names_its_interval_and_what_the_forecast_knew():
    lines = off_target().explain("en").splitlines()
    assert lines[0] == (
        "Mar 2026: sales 120.0k CNY below target (-10.0%); expected against target -50.0k, "
        "surprise -40.0k, working days -30.0k"
    )
    assert lines[3] == "The surprise lies inside the forecast's interval, 1.00M to 1.19M CNY."
    assert lines[4] == "The forecast knew sales up to 28 Feb 2026."
    assert "意外部分在预测区间之内（100.0万至119.0万元）。" in off_target().explain("zh")


@pytest.mark.parametrize("name", BRIDGES)
def test_both_languages_carry_the_same_numbers_and_chinese_has_no_english_words(name):
    bridge = BRIDGES[name]()
    zh = bridge.explain("zh")
    assert not re.search(r"[A-Za-z]{2,}", zh.replace("CNY", "")), zh
    assert len(zh.splitlines()) == len(bridge.explain("en").splitlines())
    signs = [
        re.findall(r"[-+](?=\d)", text) for text in (bridge.headline("en"), bridge.headline("zh"))
    ]
    assert signs[0] == signs[1]
    shares = [re.findall(r"[-+]?\d+\.\d%", bridge.explain(lang)) for lang in ("en", "zh")]
    assert shares[0] == shares[1]


@pytest.mark.parametrize("name", BRIDGES)
def test_rounded_parts_add_up_to_the_rounded_gap(name):
    from salesanalysis.variance.text import rounded_steps

    bridge = BRIDGES[name]()
    for lang in ("en", "zh"):
        scale, steps = rounded_steps(bridge, lang)
        assert steps["whole"].sum() == scale.steps(bridge.gap)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", BRIDGES)
def test_every_bridge_is_drawn_as_a_waterfall(name, lang):
    bridge = BRIDGES[name]()
    ax = bridge.plot(lang=lang)
    assert_good_figure(ax)
    heights = [p.get_height() for p in ax.patches]
    shown = bridge.to_frame()["amount"].tolist()
    assert heights == pytest.approx(shown)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("money", [False, True])
def test_rates_are_drawn_from_base_to_actual(lang, money):
    bridge = simpson(in_money=money)
    ax = bridge.plot(lang=lang, kind="rate_mix")
    assert_good_figure(ax)
    dots = [tuple(np.round(c.get_offsets()[0], 6)) for c in ax.collections]
    # total, then the members: hollow base, filled actual
    assert dots == [(0.08, 0), (0.15, 0), (0.2, 1), (0.18, 1), (0.05, 2), (0.03, 2)]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_many_members_are_cut_to_the_largest_and_the_rest(lang):
    rng = np.random.default_rng(2)
    sides = [
        pd.DataFrame({"customer_type": [f"Type {i:02d}" for i in range(n, n + 16)]}).assign(
            due_amount=rng.uniform(1e4, 1e6, 16), collected_amount=lambda f: f["due_amount"] * 0.8
        )
        for n in (0, 2)
    ]
    bridge = sa.variance.explain_rate(
        *sides, by=["customer_type"], rate=("collected_amount", "due_amount")
    )
    ax = bridge.plot(lang=lang, kind="rate_mix")
    assert_good_figure(ax)
    assert len(ax.get_yticklabels()) == 12
    assert_good_figure(bridge.drill("customer_type").plot(lang=lang, kind="rate_mix"))


def test_a_bridge_without_rates_has_no_picture_of_them():
    with pytest.raises(ContractError) as caught:
        tree().plot(kind="rate_mix")
    assert str(caught.value) == (
        "This bridge has no rates of members.\n"
        '  where: Bridge.plot(kind="rate_mix")\n'
        '  fix:   explain a rate: explain(..., rate=("deals", "leads")), or use kind="waterfall"'
    )


@pytest.mark.parametrize("name", BRIDGES)
def test_tables_are_shown_in_both_languages(name):
    bridge = BRIDGES[name]()
    zh = bridge.table("zh").shown()
    assert not re.search(r"[A-Za-z]{2,}", " ".join([*zh.columns, *zh.to_numpy().ravel()]))
    assert len(zh) == len(bridge.to_frame())
