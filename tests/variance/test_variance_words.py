"""Text and picture of a bridge, in both languages."""

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from figures import assert_good_figure

import salesanalysis as sa
from salesanalysis.errors import ContractError
from salesanalysis.labels import Terms
from salesanalysis.periods import FiscalCalendar
from salesanalysis.variance.bars import bars
from salesanalysis.variance.text import rounded_steps

REGIONS = Terms({"region": {"East": {"zh": "华东"}, "South": {"zh": "华南"}}})
WINDOW = {"window": ("2024-01", "2024-03"), "fiscal": FiscalCalendar(), "terms": REGIONS}


def quarter(**choices) -> sa.variance.Bridge:
    """A quarter 1.9 M below target."""
    base = pd.DataFrame(
        {
            "region": ["East", "East", "South"],
            "product": ["A", "B", "A"],
            "quantity": [50_000, 20_000, 30_000],
            "revenue": [5_000_000.0, 4_000_000.0, 3_700_000.0],
        }
    )
    actual = base.assign(
        quantity=[50_500, 12_000, 29_000], revenue=[4_950_000.0, 2_360_000.0, 3_490_000.0]
    )
    return sa.variance.explain(
        actual, base, by=["region", "product"], units="quantity", **(WINDOW | choices)
    )


def test_the_headline_names_the_gap_and_what_accounts_for_it():
    assert quarter().headline() == (
        "Q1 2024: sales 1.90M CNY below target (-15.0%); quantity -1.08M, mix -0.59M, price -0.23M"
    )
    assert quarter().headline("zh") == (
        "2024年第1季度销售额比目标低190.0万元（-15.0%）；"
        "数量影响 -107.9万，结构影响 -59.4万，价格影响 -22.7万"
    )


def test_the_explanation_says_where_it_comes_from_and_how_it_was_counted():
    assert quarter(market=(100, 95)).explain() == (
        "Q1 2024: sales 1.90M CNY below target (-15.0%); market size -0.64M, mix -0.59M, "
        "market share -0.44M, price -0.23M\n"
        "Actual 10.8M CNY, target 12.7M CNY.\n"
        "The gap is accounted for by market size -0.64M, market share -0.44M, mix -0.59M, "
        "price -0.23M.\n"
        "By origin: external -0.64M, internal -1.26M.\n"
        "Largest parts of the gap: East 88.9%, South 11.1%.\n"
        "Compared by region, product; price at actual units; mix against the average price; new "
        "and lost items on lines of their own; returns on a line of their own; market size "
        "first, then share, then mix; items on both sides 3, new 0, lost 0."
    )
    assert quarter(origin={"lost": "external"}).explain("zh").splitlines()[3:] == [
        "按来源：内部因素 -82.1万，未归类 -107.9万。缺少市场数据，数量影响无法区分市场规模与市场份额。",
        "占差额最大：华东 88.9%，华南 11.1%。",
        "比较粒度：区域，产品；价格按实际销量计量；结构按与平均价之差计量；新增与流失单列；退货单列；"
        "流失归为外部因素；两期都有3项，新增0项，流失0项。",
    ]


def test_the_words_stay_with_arithmetic_and_claim_no_cause():
    for lang, words in (("en", ("caus", "because", "due to")), ("zh", ("导致", "造成", "由于"))):
        assert not any(word in quarter().explain(lang) for word in words)


def test_whole_quarters_and_years_are_named_by_the_fiscal_calendar():
    july = {"fiscal": FiscalCalendar(7)}
    openings = [
        quarter(**july).headline(),
        quarter(**july).headline("zh"),
        quarter(window=("2019-07", "2020-06"), **july).headline(),
        quarter(window=("2019-07", "2020-03"), **july).headline(),
        quarter(fiscal=None).headline("zh"),
        quarter(window=("2024-03", "2024-03")).headline("zh"),
        quarter(window=()).headline(),
    ]
    starts = ["Q3 FY2024: ", "2024财年第3季度销售额", "FY2020: ", "Jul 2019 to Mar 2020: ",
              "2024年1月至2024年3月销售额", "2024年3月销售额", "Sales 1.90M"]  # fmt: skip
    assert all(o.startswith(s) for o, s in zip(openings, starts, strict=True)), openings


def random_bridges() -> Iterator[sa.variance.Bridge]:
    rng = np.random.default_rng(5)
    for size in (5, 40, 3e4, 4e6):
        for seed in range(2):
            base = pd.DataFrame(
                {
                    "product": list("ABCDEF"),
                    "quantity": rng.integers(1, 50, 6),
                    "revenue": rng.uniform(0.1, 1, 6) * size,
                }
            )
            actual = base.assign(
                quantity=rng.integers(1, 50, 6), revenue=rng.uniform(0.1, 1, 6) * size
            )
            cut = actual.iloc[seed % 3 :]
            yield sa.variance.explain(cut, base, by=["product"], units="quantity")
            yield sa.variance.explain(cut, base, by=["product"])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_parts_as_written_add_up_to_the_gap_as_written(lang):
    for bridge in random_bridges():
        scale, steps = rounded_steps(bridge, lang)
        assert steps["whole"].sum() == scale.steps(bridge.gap)
        line = bridge.explain(lang).splitlines()[2]
        number = r"[-+][\d,]+(?:\.\d+)?"
        told = sum(float(n.replace(",", "")) for n in re.findall(number, line))
        assert told == pytest.approx(scale.steps(bridge.gap) / 10**scale.decimals, abs=1e-9)
        top = bridge.headline(lang).split("; " if lang == "en" else "；")
        told = sum(float(n.replace(",", "")) for n in re.findall(number, top[-1]))
        assert told == pytest.approx(scale.steps(bridge.gap) / 10**scale.decimals, abs=1e-9)
        assert "-0 " not in bridge.explain(lang)
        assert "nan" not in bridge.explain(lang)


def test_chinese_sentences_hold_no_english_word():
    for bridge in (quarter(), quarter(new_lost="merge", returns="net", market=(1, 2))):
        words = set(re.findall(r"[A-Za-z_]{2,}", bridge.explain("zh") + str(bridge.table("zh"))))
        assert not words


def test_every_column_effect_and_note_has_a_word_in_both_languages():
    from salesanalysis.labels import LANGUAGES, label
    from salesanalysis.variance.effects import EFFECTS, ORIGINS

    bridge = quarter()
    columns = [*bridge.to_frame("item").columns, *bridge.to_frame().columns, *bridge.items.columns]
    keys = [f"column.{c}" for c in columns] + [f"effect.{e}" for e in EFFECTS]
    keys += [f"origin.{o}" for o in ORIGINS] + [f"parent.{p}" for _, p, _ in EFFECTS.values()]
    keys += [f"status.{s}" for s in ("ok", "small_gap", "no_base", "negative_base", "total")]
    keys += [f"note.{n}" for n in ("only_actual", "only_base", "actual_price", "base_price")]
    assert all(label(key, lang) for key in keys for lang in LANGUAGES)


def test_equal_to_target_is_said_plainly():
    base = pd.DataFrame({"product": ["A", "B"], "revenue": [100.0, 50.0]})
    same = sa.variance.explain(base.copy(), base, by=["product"])
    assert same.headline() == "Sales equal to target"
    assert same.explain().splitlines()[2] == "Nothing moved."
    assert same.headline("zh") == "销售额与目标持平"


# pictures

LONG = [f"Very long product family name number {i} for industrial customers" for i in range(20)]
LANG_TERMS = Terms(
    {
        "product": {
            n: {"zh": f"工业客户专用超长产品系列名称第{i}号（华东地区）"}
            for i, n in enumerate(LONG)
        }
    }
)


def many(factor: float = 1.0, sign: int = 1) -> sa.variance.Bridge:
    rng = np.random.default_rng(1)
    base = pd.DataFrame({"product": LONG, "revenue": sign * rng.uniform(1e5, 1e6, 20)})
    actual = base.assign(revenue=base["revenue"] * (1 + factor * rng.uniform(-0.5, 0.1, 20)))
    return sa.variance.explain(actual, base, by=["product"], terms=LANG_TERMS)


def crowded() -> sa.variance.Bridge:
    """Every effect there is."""
    base = pd.DataFrame(
        {
            "region": ["East", "East", "South"],
            "product": ["A", "B", "A"],
            "quantity": [50_000, 20_000, 30_000],
            "revenue": [5_000_000.0, 4_000_000.0, 3_700_000.0],
            "cost": [4_000_000.0, 3_000_000.0, 3_000_000.0],
        }
    )
    more = pd.DataFrame(
        {
            "region": ["South", "East", "South"],
            "product": ["C", "A", "A"],
            "quantity": [100, -900, 0],
            "revenue": [700_000.0, -90_000.0, -12_345.0],
            "cost": [1_000.0, -80_000.0, 0.0],
        }
    )
    actual = pd.concat([base.iloc[[0, 2]].assign(quantity=[40_000, 30_500], cost=3e6), more])
    return sa.variance.explain(
        actual, base, by=["region", "product"], units="quantity", cost="cost", market=(100, 96),
        convention="cross", **WINDOW,
    )  # fmt: skip


def nothing_sold(units: str | None = None) -> sa.variance.Bridge:
    base = pd.DataFrame({"product": ["A", "B"], "quantity": [9, 1], "revenue": [1500.0, 500.0]})
    names = ("last_year", "actual")
    return sa.variance.explain(base.iloc[:0], base, by=["product"], units=units, names=names)


def test_a_region_that_sold_nothing_says_so_in_both_languages():
    gap, pvm = nothing_sold(), nothing_sold("quantity")
    assert gap.headline() == "Sales 2,000 CNY below last year (-100.0%); A -1,500, B -500"
    assert gap.headline("zh") == "销售额比去年同期低2,000元（-100.0%）；A -1,500，B -500"
    assert pvm.headline() == "Sales 2,000 CNY below last year (-100.0%)"
    assert pvm.headline("zh") == "销售额比去年同期低2,000元（-100.0%）"
    assert "The gap is accounted for by lost -2,000." in pvm.explain()
    assert "差额构成：流失 -2,000。" in pvm.explain("zh")


PICTURES = {
    "quarter": quarter,
    "nothing_sold": nothing_sold,
    "nothing_sold_of_units": lambda: nothing_sold("quantity"),
    "crowded": crowded,
    "twenty_long_names": many,
    "all_negative": lambda: many(sign=-1),
    "tiny_changes": lambda: many(factor=0.001),
    "tiny_effects": lambda: sa.variance.explain(
        pd.DataFrame({"product": ["A"], "quantity": [1_001], "revenue": [10_020_000.0]}),
        pd.DataFrame({"product": ["A"], "quantity": [1_000], "revenue": [10_000_000.0]}),
        by=["product"],
        units="quantity",
    ),
    "nothing_moved": lambda: many(factor=0.0),
    "new_business": lambda: sa.variance.new_business(
        pd.DataFrame({"product": LONG, "revenue": 1000.0 + np.arange(20)}),
        by=["product"],
        names=("last_year", "actual"),
        terms=LANG_TERMS,
    ),
    "one_new_member": lambda: sa.variance.new_business(
        pd.DataFrame({"product": LONG[:1], "revenue": [1000.0]}), by=["product"], terms=LANG_TERMS
    ),
}


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", PICTURES)
def test_the_picture_can_be_read(name, lang):
    bridge = PICTURES[name]()
    ax = bridge.plot(lang=lang)
    assert_good_figure(ax)
    assert len(ax.patches) <= (12 if bridge.by_member else 8)
    title = ax.get_title(loc="left").replace("\n", "").replace(" ", "")
    assert title == bridge.headline(lang).replace(" ", "")


def test_bars_run_from_base_to_actual_without_a_break():
    for make in PICTURES.values():
        bridge = make()
        table, _ = bars(bridge)
        steps = table[table["kind"] != "total"]
        assert steps["from_amount"].iloc[0] == pytest.approx(bridge.start)
        assert steps["to_amount"].iloc[-1] == pytest.approx(bridge.end, abs=1e-6)
        assert np.allclose(steps["from_amount"].iloc[1:], steps["to_amount"].iloc[:-1])
        ax = bridge.plot()
        drawn = [(p.get_width() if bridge.by_member else p.get_height()) for p in ax.patches]
        wanted = table["amount"].where(table["kind"] != "total", table["to_amount"])
        assert drawn == pytest.approx(wanted.tolist())


def test_bars_stand_in_causal_order_and_by_size_where_asked():
    bridge = quarter(market=(100, 95))
    table, _ = bars(bridge, order="size")
    assert table["label"].tolist() == [
        "Target", "Market size", "Mix", "Market share", "Price", "Actual",
    ]  # fmt: skip
    assert bars(bridge)[0]["label"].tolist()[2:4] == ["Market share", "Mix"]
    assert table["to_amount"].iloc[-2] == pytest.approx(bridge.end)
    assert [t.get_text() for t in bridge.plot(order="size").get_xticklabels()][2] == "Mix"
    with pytest.raises(ContractError) as caught:
        bridge.plot(order="siz")
    assert str(caught.value).startswith("'siz' is not a order here; known: cause, size.")


def test_new_and_lost_are_never_merged_and_what_is_merged_is_named():
    table, merged = bars(crowded())
    assert len(table) == 8
    assert {"New", "Lost"} <= set(table["label"])
    assert table["label"].iloc[-2] == f"Other ({len(merged)})"
    caption = crowded().plot().get_xlabel().replace("\n", " ")
    assert f"Other: {', '.join(merged)}." in caption
    with pytest.raises(ContractError) as caught:
        crowded().plot(max_bars=4)
    assert str(caught.value) == (
        "10 steps do not fit into 2 bars beside the totals.\n"
        "  where: Bridge.plot(max_bars=...)\n"
        "  fix:   allow max_bars=5 or more"
    )
    assert len(crowded().plot(max_bars=5).patches) == 5


def test_totals_start_at_0_unless_the_cut_is_said():
    assert quarter().plot().get_ylim()[0] == 0
    tiny = PICTURES["tiny_effects"]().plot()
    assert tiny.get_ylim()[0] > 0
    assert tiny.get_xlabel().startswith("Axis does not start at 0.")


def test_a_cost_that_grows_is_drawn_as_bad_news():
    from matplotlib.colors import to_hex

    from salesanalysis.plots.base import DOWN, UP

    base = pd.DataFrame({"product": ["A", "B"], "revenue": [100.0, 100.0]})
    actual = base.assign(revenue=[150.0, 80.0])
    for favourable, wanted in (("up", [UP, DOWN]), ("down", [DOWN, UP])):
        ax = sa.variance.explain(actual, base, by=["product"], favourable=favourable).plot()
        colours = [to_hex(p.get_facecolor()).upper() for p in ax.patches[1:3]]
        assert colours == [c.upper() for c in wanted]
        assert ax.texts[1].get_text().startswith("+")


def test_a_kind_of_picture_that_does_not_exist_is_refused():
    with pytest.raises(ContractError) as caught:
        quarter().plot(kind="waterfal")
    assert str(caught.value) == (
        "'waterfal' is not a kind of picture here; known: waterfall, contribution, tree, rate_mix, panels.\n"
        "  where: Bridge.plot(kind=...)\n"
        "  fix:   write 'waterfall'"
    )


def test_a_launch_stays_a_bar_of_its_own_even_where_it_is_the_smallest_step():
    small = pd.DataFrame({"product": ["A", "B"], "quantity": [10, 5], "revenue": [100.0, 100.0]})
    launch = pd.DataFrame({"product": ["C"], "quantity": [1], "revenue": [0.01]})
    actual = pd.concat([small.assign(quantity=[15, 4], revenue=[170.0, 90.0]), launch])
    tiny = sa.variance.explain(actual, small, by=["product"], units="quantity", convention="cross")
    table, merged = bars(tiny, max_bars=5)
    assert table["label"].tolist() == ["Target", "Quantity", "New", "Other (3)", "Actual"]
    assert merged == ["Mix", "Price", "Cross term"]


def test_a_number_and_its_chinese_unit_stay_on_one_line() -> None:
    from salesanalysis.plots.waterfall import _lines

    lines = _lines("驱动器 -62.4万，控制器 -36.6万", 13)
    assert lines == ["驱动器", "-62.4万，控制", "器 -36.6万"]


def test_a_gap_that_rounds_to_no_percent_is_told_as_small_and_not_as_none():
    base = pd.DataFrame({"region": ["N", "S"], "revenue": [600_000.0, 400_000.0]})
    near = sa.variance.explain(base.assign(revenue=[600_000.0, 399_700.0]), base, by=["region"])
    assert near.headline() == "Sales 300 CNY below target (under 0.1%); S -300"
    assert near.headline("zh") == "销售额比目标低300元（不足0.1%）；S -300"
    told = sa.variance.explain(base.assign(revenue=[600_000.0, 399_500.0]), base, by=["region"])
    assert "(-0.1%)" in told.headline()
