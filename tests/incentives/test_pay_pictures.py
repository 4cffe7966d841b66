"""Pictures and printed tables of pay, in both languages."""

import re

import numpy as np
import pandas as pd
import pytest
from figures import assert_good_figure
from matplotlib.colors import to_hex
from paytools import LI, PLANS, deals, plan_of, section_5, tiers_yaml

from salesanalysis import store
from salesanalysis.incentives import Plan
from salesanalysis.labels import label
from salesanalysis.plots.base import ACTUAL, GREEN, YELLOW

BOTH_LANGUAGES = pytest.mark.parametrize("lang", ["en", "zh"])


def register(n: int = 20, without: int = 1):
    rng = np.random.default_rng(1)
    names = [f"S{i:03d}" for i in range(n)]
    people = pd.DataFrame({"salesperson": names, "quota": 300_000.0})
    people.loc[: without - 1, "quota"] = 0.0
    table = deals(*np.round(300_000 * rng.lognormal(-0.1, 0.3, n), 2), salesperson=names)
    return Plan.from_yaml(PLANS / "standard.yaml").pay(people, table)


@BOTH_LANGUAGES
def test_the_statement_is_drawn_as_steps_that_end_at_the_pay(lang) -> None:
    paid = section_5().statement(LI, deals(327_450.14))
    ax = paid.plot(lang=lang)
    widths = [bar.get_width() for bar in ax.patches]
    assert widths == [*paid.lines["paid"], paid.payout]
    assert ax.patches[4].get_x() + widths[4] == pytest.approx(paid.payout)
    assert ax.get_title(loc="left").replace("\n", " ") == paid.headline(lang)
    assert_good_figure(ax)


@BOTH_LANGUAGES
def test_pay_of_twenty_people_is_at_most_twelve_bars_with_the_rest_counted(lang) -> None:
    result = register()
    ax = result.plot(lang=lang)
    assert len(ax.patches) == 12
    total = sum(bar.get_width() for bar in ax.patches)
    assert total == pytest.approx(result.total)
    assert ax.get_yticklabels()[-1].get_text() == {"en": "Other (8)", "zh": "其他（8项）"}[lang]
    words = [t.get_text() for t in ax.get_legend().get_texts()]
    assert words[0] == {"en": "Coefficient 1.2", "zh": "系数1.2"}[lang]
    assert_good_figure(ax)


def test_a_coefficient_has_the_same_colour_whoever_else_is_on_the_page() -> None:
    plan = Plan.from_yaml(PLANS / "standard.yaml")
    sold = {"above": 400_000.0, "at": 260_000.0, "below": 100_000.0}
    color = {"above": GREEN, "at": ACTUAL, "below": YELLOW}
    for names in (["above", "at", "below"], ["at", "below"], ["below"], ["at"]):
        people = pd.DataFrame({"salesperson": names, "quota": 300_000.0})
        ax = plan.pay(people, deals(*[sold[n] for n in names], salesperson=names)).plot()
        seen = {
            names[round(bar.get_y() + bar.get_height() / 2)]: to_hex(bar.get_facecolor())
            for bar in ax.patches
        }
        assert seen == {n: to_hex(color[n]) for n in names}
        words = [t.get_text() for t in ax.get_legend().get_texts()]
        known = {"above": "1.2", "at": "1.0", "below": "0.8"}
        assert words == [f"Coefficient {known[n]}" for n in names]


@BOTH_LANGUAGES
def test_the_payout_curve_shows_its_jumps(lang) -> None:
    curve = section_5().curve()
    jumps = curve.jumps()
    assert jumps["completion"].tolist() == [0.8, 1.0]
    assert jumps["size"].round(6).tolist() == [0.0044, 0.0068]  # 1,320 and 2,040 of 300,000
    ax = curve.plot(lang=lang)
    assert [round(float(line.get_xdata()[0]), 2) for line in ax.lines[:3]] == [0.0, 0.8, 1.0]
    assert_good_figure(ax)


@BOTH_LANGUAGES
def test_a_smooth_plan_says_so_and_draws_one_line(lang) -> None:
    curve = plan_of(tiers_yaml('{from: "0", rate: "0.01"}, {from: "0.8", rate: "0.02"}')).curve()
    assert curve.jumps().empty
    ax = curve.plot(lang=lang)
    assert len(ax.lines) == 1
    assert_good_figure(ax)


@BOTH_LANGUAGES
@pytest.mark.parametrize("quota", [0.0, 300_000.0])
def test_nobody_without_quota_or_sales_breaks_a_picture(lang, quota) -> None:
    plan = Plan.from_yaml(PLANS / "standard.yaml")
    paid = plan.statement({"salesperson": "An", "quota": quota}, deals(10, -10))
    assert_good_figure(paid.plot(lang=lang))
    people = pd.DataFrame({"salesperson": ["An"], "quota": [quota]})
    assert_good_figure(plan.pay(people, deals(10, -10, salesperson="An")).plot(lang=lang))


def test_curve_points_are_read_exactly_and_an_upper_closed_edge_jumps_a_cent_later() -> None:
    plan = plan_of(tiers_yaml('{from: "0", rate: "0.01"}, {from: "1", rate: "0.02"}',
                              mode="retroactive", closed="upper"))  # fmt: skip
    frame = plan.curve([0, "0.5", 1.2], quota=1000).to_frame()
    assert frame["completion"].tolist() == [0.0, 0.5, 1.0, 1.0, 1.2]
    assert frame["side"].tolist() == ["at", "at", "below", "at", "at"]
    assert frame["pay_share"].tolist() == pytest.approx([0, 0.005, 0.01, 0.0200002, 0.024])


def test_the_printed_statement_shows_every_digit_and_its_total() -> None:
    table = section_5().statement(LI, deals(327_450.14)).table("zh").shown()
    assert table.columns.tolist() == ["规则", "基数", "比例", "精确值", "实发"]
    assert table.iloc[3].tolist() == [
        "提成：完成率100%（含）至120%（不含）部分，10%",
        "27,450.14",
        "10%",
        "2,745.014",
        "2,745.02",
    ]
    assert table.iloc[4].tolist() == [
        "奖金系数1.2：完成率100%（含）以上",
        "12,945.014",
        "+0.2",
        "2,589.0028",
        "2,589.00",
    ]
    assert table.iloc[5].tolist() == ["合计", "", "", "", "15,534.02"]


def test_the_printed_register_never_rounds_a_completion_up() -> None:
    plan = section_5()
    people = pd.DataFrame({"salesperson": ["Li"], "quota": [300_000.0]})
    shown = plan.pay(people, deals(239_985.0, salesperson="Li")).table("en").shown()
    assert shown.iloc[0].tolist() == [
        "Li",
        "300,000",
        "239,985",
        "79.9%",
        "0.8",
        "5,279.52",
        "paid",
    ]


def test_a_chinese_page_of_pay_holds_no_english_word() -> None:
    plan = Plan.from_yaml(PLANS / "standard.yaml")
    paid = plan.statement({"salesperson": "李娜", "quota": 300_000.0}, deals(327_450.14, -5))
    texts = [
        paid.explain("zh"),
        repr(paid.table("zh")),
        plan.text("zh"),
        plan.curve().explain("zh"),
    ]
    people = pd.DataFrame({"salesperson": ["李娜", "王芳"], "quota": [300_000.0, 0.0]})
    result = plan.pay(people, deals(5, salesperson="李娜"))
    texts += [result.explain("zh"), repr(result.table("zh"))]
    assert re.findall("[A-Za-z]{2,}", "\n".join(texts)) == []


def test_results_survive_being_stored(tmp_path) -> None:
    paid = section_5().statement(LI, deals(327_450.14))
    for i, result in enumerate((paid, register(), section_5().curve())):
        store.write(result, tmp_path / str(i))
        again = store.read(tmp_path / str(i))
        assert again.explain("zh") == result.explain("zh")
        pd.testing.assert_frame_equal(again.to_frame(), result.to_frame())


def test_chinese_pages_have_one_word_for_quota() -> None:
    assert label("column.quota", "zh") == "任务额"
    assert label("axis.pay_completion", "zh") == "任务额完成率"
    assert "任务额" in label("axis.pay_share", "zh")
    result, plan = register(), section_5()
    shown = [result.explain("zh"), plan.text("zh"), plan.curve().explain("zh")]
    shown += [plan.statement(LI, deals(1)).explain("zh"), *result.table("zh").shown().columns]
    assert "任务额" in " ".join(shown)
    assert "配额" not in " ".join(shown)
