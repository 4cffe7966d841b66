"""What the desk refuses, said to a planner in the language of the page."""

import pytest
from screens import EDGE, PLANS, TOP, press, said, words

from salesanalysis.errors import ContractError
from salesanalysis.planner import open as open_desk
from salesanalysis.planner.numbers import read_budget

RATE = "commission.tiers[0].rate"


def test_an_edge_past_its_neighbour_is_refused_in_place_and_the_last_good_plan_stays(
    screen,
) -> None:
    page = screen.pages[0]
    before = page.said.value
    row = screen.board.rows[EDGE]
    row.slider.value = 90
    shown = words(row.box.children[1].value)
    assert "90 is not below the next one, 80." in shown
    assert shown.strip().startswith("This would be no plan")
    assert (row.slider.value, page.said.value) == (90, before)
    screen.board.rows["commission.tiers[2].from"].field.value = "95"
    assert len(row.box.children) == 1
    assert set(screen.desk.moved()) == {EDGE, "commission.tiers[2].from"}


def test_a_broken_file_sent_is_refused_with_its_line_and_the_plan_stays(screen) -> None:
    before = screen.desk.plan
    screen._actions()["upload"]("sent.yaml", b"schema: 1\nplan: [\n")
    assert "sent.yaml:3" in said(screen)
    assert screen.desk.plan == before
    screen._actions()["upload"]("mine.yaml", (PLANS / "coefficient.yaml").read_bytes())
    assert screen.desk.plan.head.id == "coefficient"


def test_a_budget_is_typed_emptied_and_refused(screen) -> None:
    screen.bar.budget.value = "1.2M"
    assert screen.desk.budget == 1.2e6
    screen.bar.budget.value = "much"
    assert "'much' is no budget." in said(screen)
    assert screen.desk.budget == 1.2e6
    screen.bar.budget.value = ""
    assert screen.desk.budget is None
    assert "No budget is given" in screen.pages[0].said.value
    screen.bar.budget.value = "22M"


def test_a_refusal_is_chinese_on_a_chinese_desk_with_the_code_before_english_details(
    screen,
) -> None:
    press(screen, "language")
    press(screen, "save")
    assert said(screen) == "standard.yaml已存在。请勾选“覆盖原文件”，或换一个文件名。"
    screen.bar.budget.value = "much"
    assert said(screen) == (
        "'much'不是有效的预算。请输入大于0的金额，例如1,200,000或120万；也可留空。"
    )
    screen.bar.budget.value = "22M"
    screen._actions()["upload"]("sent.yaml", b"schema: 1\nplan: [\n")
    assert said(screen).startswith(
        "该文件不符合方案文件的书写格式（bad-yaml）\n英文说明：sent.yaml is not YAML"
    )
    screen._actions()["upload"]("sent.yaml", b" \n")
    assert said(screen) == "sent.yaml是空文件。请上传方案文件，例如在此保存过的文件。"
    screen._actions()["upload"]("sent.yaml", b"hello\n")
    lines = said(screen).split("\n")
    assert lines[0] == "sent.yaml：方案中有11处问题"
    assert lines[1].startswith("第1行：有必填项缺失、写错或格式不对（P02）英文说明：")
    assert (len(lines), lines[-1]) == (10, "另有3处")


@pytest.mark.parametrize(
    ("knob", "value", "en", "zh"),
    [
        ("commission.tiers[0].rate", -5.0, "A rate lies between 0 and 100% (P05)", "第1档比例（%）：比例须在0至100%之间（P05）"),
        (TOP, 14.0, "A coefficient lies between 0 and 10 (P05)", "第3段系数（倍）：系数须在0至10之间（P05）"),
        (EDGE, 90.0, "Edges must rise from one to the next and may not lie below 0 (P03). 90 is not below the next one, 80.", "第2档起点（%）：各分界点须由低到高、互不重复，且不低于0（P03）。90未低于后一个分界点80。"),
        (EDGE, 0.0, "(P03). 0 is not above the one before, 0.", "（P03）。0未高于前一个分界点0。"),
        (EDGE, 2000.0, "A completion lies between 0 and 1,000% (P05).", "完成率分界须在0至1,000%之间（P05）。"),
        ("commission.tiers[0].from", -1.0, "(P03). -1 lies below 0.", "（P03）。-1低于0。"),
    ],
)  # fmt: skip
def test_a_number_that_makes_no_plan_is_refused_by_its_rule_in_the_units_of_the_desk(
    screen, knob, value, en, zh
) -> None:
    screen.board.rows[knob].field.value = str(value)
    assert en in words(screen.board.rows[knob].box.children[1].value)
    press(screen, "language")
    row = screen.board.rows[knob]
    row.field.value = str(value)
    assert zh in words(row.box.children[1].value)


def test_weights_and_points_are_refused_in_the_percent_of_their_fields() -> None:
    rows = open_desk(PLANS / "multi-level.yaml", draws=30).screen.board.rows
    for knob, typed, end in (
        ("bonus.kpis[0].weight", "50", "100% (P06). They add up to 90% now."),
        ("bonus.kpis[0].weight", "0", "100% (P06). They add up to 40% now."),
        ("bonus.kpis[0].weight", "500%", "A weight lies between 0 and 100% (P05)."),
        (
            "bonus.kpis[0].points[1][0]",
            "160",
            "Points must rise from one to the next (P10). 160 is not below the next one, 150.",
        ),
    ):
        rows[knob].field.value = typed
        assert words(rows[knob].box.children[1].value).strip().endswith(end)
    rows["bonus.kpis[0].points[1][0]"].field.value = "100"
    # what stands set aside in another field counts as it is shown
    rows["bonus.kpis[0].weight"].field.value = "70"
    rows["bonus.kpis[1].weight"].field.value = "20"
    assert "They add up to 90% now." in words(rows["bonus.kpis[1].weight"].box.children[1].value)
    rows["bonus.kpis[1].weight"].field.value = "30"
    assert [len(rows[f"bonus.kpis[{i}].weight"].box.children) for i in (0, 1)] == [1, 1]


@pytest.mark.parametrize(
    ("typed", "kept"), [("99.999999999", "0.99999999999"), ("0.0000000001", "0.000000000001")]
)
def test_digits_beyond_those_of_a_slider_are_kept_as_they_were_typed(screen, typed, kept) -> None:
    """Rounded to nine they made 100 of the one, and no number at all of the other."""
    row = screen.board.rows[RATE]
    row.field.value = typed
    assert (row.field.value, screen.desk.moved()) == (typed, {RATE: ("0.02", kept)})


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("1.3", "1.3"), ("１．３", "1.3"), (" 1.30 ", "1.3"), ("130%", "1.3"), ("+1.3", "1.3"), (".9", "0.9"),
     ("1.2346", "1.2346"), ("0", "0")],
)  # fmt: skip
def test_a_number_is_read_as_people_type_it_and_shown_as_the_plan_has_it(
    screen, typed, shown
) -> None:
    row = screen.board.rows[TOP]
    row.field.value = typed
    assert row.field.value == shown
    assert screen.desk.plan.edited({}).knobs()["text"].iloc[-1] == shown
    assert row.slider.value == pytest.approx(float(shown))


@pytest.mark.parametrize(
    "typed", ["1,2", "1.200,5", "1e2", "abc", "", "一点二", "9" * 20, "nan", "--1"]
)
def test_what_is_no_number_is_refused_in_place_and_never_guessed(screen, typed) -> None:
    """A browser's own field of numbers made 12 of 1,2, without a word."""
    row = screen.board.rows[RATE]
    row.field.value = "5"
    before = screen.desk.plan
    row.field.value = typed
    assert f"{typed!r} is no number." in words(row.box.children[1].value)
    assert (row.field.value, screen.desk.plan) == (typed, before)
    row.field.value = "6"
    assert len(row.box.children) == 1
    assert screen.desk.moved() == {RATE: ("0.02", "0.06")}


@pytest.mark.parametrize(
    ("typed", "meant"), [("１２０万", 1.2e6), ("1 200 000", 1.2e6), ("1,200", 1200.0)]
)
def test_a_budget_of_any_keyboard_is_read(typed, meant) -> None:
    assert read_budget(typed) == meant


def test_a_budget_with_a_comma_for_a_point_is_refused() -> None:
    with pytest.raises(ContractError, match="'1,2M' is no budget"):
        read_budget("1,2M")
