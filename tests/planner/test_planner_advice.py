"""The neighbours on the desk: best numbers under a budget, and what a plan does."""

import re

import pandas as pd
import pytest
from screens import TOP, press, small, words

from salesanalysis.errors import ContractError
from salesanalysis.incentives.outlook.together import PARTS as EVERY
from salesanalysis.planner.advice import OBJECTIVES, PARTS, best, effect, take
from salesanalysis.planner.conflict import conflict


def test_numbers_found_under_the_budget_are_put_on_the_sliders_in_one_step(screen) -> None:
    screen.tab.selected_index = 3
    page = screen.pages[3]
    page.choice.value = "cheapest"
    seen = []
    page.take.observe(lambda c: seen.append((c["new"], page.said.value)), "disabled")
    page.search()
    found = page.found
    # numbers not yet shown could be taken
    assert [(off, "<table" in said) for off, said in seen] == [(False, True)]
    assert found is not None
    today = screen.desk.view().now.expected
    page.accept()
    assert screen.desk.moved()
    now = screen.desk.view().now.expected
    assert now == pytest.approx(found.cost, rel=1e-9)
    assert now < today
    press(screen, "undo")
    assert screen.desk.moved() == {}
    page.within.value = "nothing"
    page.search()
    assert "is no percentage above 0" in page.said.value
    assert page.take.disabled
    page.within.value = "50"


def test_a_budget_no_plan_can_keep_is_said_with_what_conflicts() -> None:
    desk = small(budget=1000.0)
    with pytest.raises(ContractError) as caught:
        best(desk, "differentiation", within=0.1)
    assert "budget" in str(caught.value)


@pytest.mark.parametrize("part", [p for p in PARTS if p != "tornado"])
def test_what_a_plan_does_is_shown_part_by_part_or_its_absence_explained(part) -> None:
    desk = small(budget=3e6)
    desk.move(TOP, "1.3")
    found = effect(desk, part)
    if isinstance(found, str):
        assert (part, found) == ("break_even", "no_margin_rate")
        found = effect(desk, part, margin_rate=0.3)
    assert found.headline("en")
    assert found.headline("zh")


def test_every_part_of_the_outlook_is_on_the_desk() -> None:
    assert set(PARTS) == set(EVERY)


def test_taking_numbers_changes_the_plan_to_the_one_found() -> None:
    desk = small()
    found = best(desk, OBJECTIVES[0])
    assert take(desk, found) == len(desk.moved())
    assert desk.plan == found.plan


def test_only_the_numbers_somebody_frees_move(screen) -> None:
    screen.tab.selected_index = 3
    page = screen.pages[3]
    assert [value for _, value in page.free.options] == ["all", "rate", "coefficient"]
    page.choice.value, page.free.value = "cheapest", "coefficient"
    page.search()
    page.accept()
    assert screen.desk.moved()
    assert {knob.partition(".")[0] for knob in screen.desk.moved()} == {"coefficient"}
    assert "The numbers found are on the sliders" in words(page.said.value)
    page.free.value = "all"


def test_the_page_says_what_limits_the_cost(screen) -> None:
    screen.tab.selected_index = 3
    page = screen.pages[3]
    page.choice.value = "disruption"
    assert "Expected cost may be 22.0M CNY a year, the budget above." in words(page.about.value)
    screen.bar.budget.value = ""
    cost = screen.desk.view().money(screen.desk.view().now.expected, "en")
    assert f"expected cost may be what this plan costs, {cost} a year" in words(page.about.value)
    page.choice.value = "cheapest"
    assert "expected cost may be" not in words(page.about.value)
    screen.bar.budget.value = "22M"


def test_numbers_found_for_another_plan_cannot_be_taken(screen) -> None:
    screen.tab.selected_index = 3
    page = screen.pages[3]
    page.choice.value, page.free.value = "cheapest", "coefficient"
    page.search()
    screen.board.rows[TOP].slider.value = 1.3
    assert "Found for the plan or the budget before the last move." in words(page.said.value)
    assert page.take.disabled
    press(screen, "undo")
    assert not page.take.disabled
    page.free.value = "all"


def test_numbers_found_within_another_budget_cannot_be_taken(screen) -> None:
    screen.tab.selected_index = 3
    page = screen.pages[3]
    page.choice.value, page.free.value = "differentiation", "coefficient"
    page.search()
    assert not page.take.disabled
    screen.bar.budget.value = "1M"
    assert "Found for the plan or the budget before the last move." in words(page.said.value)
    assert page.take.disabled
    # conditions that could not be met within one budget say nothing of the next
    page.search()
    assert "expected cost of a year at most 1,000,000 CNY" in words(page.said.value)
    screen.bar.budget.value = "22M"
    assert page.said.value == ""
    page.free.value = "all"


def test_conditions_that_conflict_are_named_in_the_language_of_the_page(screen) -> None:
    """Everything the desk can ask for has words of its own; a budget named is enough."""
    screen.tab.selected_index = 3
    screen.bar.budget.value = "1M"
    page = screen.pages[3]
    page.choice.value, page.within.value = "differentiation", "10"
    page.free.value = "coefficient"
    page.search()
    en = words(page.said.value).strip().split("\n")
    assert en[:3] == [
        "No plan meets these 2 conditions together:",
        "• expected cost of a year at most 1,000,000 CNY",
        "• every number within 10% of today's",
    ]
    least = re.fullmatch(r"From a budget of ([\d,]+) CNY on there is one; or loosen .*", en[3])[1]
    press(screen, "language")
    screen.pages[3].search()
    assert words(screen.pages[3].said.value).strip().split("\n") == [
        "没有方案能同时满足以下2项条件：",
        "• 年度预期成本不超过1,000,000元",
        "• 每个数字与现行相差不超过10%",
        f"预算达到{least}元即有可行方案；也可放宽其中一项。",
    ]
    screen.bar.budget.value = least
    screen.pages[3].search()
    assert screen.pages[3].found is not None
    screen.bar.budget.value = "22M"
    screen.pages[3].within.value, screen.pages[3].free.value = "50", "all"


def test_every_condition_the_desk_can_ask_for_has_words_here() -> None:
    """What the search names is read from its error, not from its English."""
    one = {"limit": None, "at": None, "least": None, "alone": True}
    rows = pd.DataFrame([
        {**one, "condition": "within", "limit": 0.125},
        {**one, "condition": "upside", "limit": 12_345.0, "at": 1.193},
        *({**one, "condition": c, "limit": 800.5} for c in ("budget", "at_target")),
        *({**one, "condition": c} for c in ("bounds", "rising", "cap", "no_fall")),
    ])  # fmt: skip
    for lang, first, second, third, head, last in (
        ("en", "every number within 12.5% of today's", "at 119.3% of quota at least 12,345 CNY",
         "at most 800.50 CNY", "Moving the coefficients or the rates alone, no plan", "No budget"),
        ("zh", "每个数字与现行相差不超过12.5%", "完成率119.3%时单期奖金不低于12,345元",
         "不超过800.50元", "只调整系数或只调整比例", "增加预算也不可行"),
    ):  # fmt: skip
        error = ContractError("x", where="x", fix="y", code="infeasible", rows=rows)
        said = conflict(error, lang, "CNY").split("\n")
        assert len(said) == len(rows) + 2
        assert said[0].startswith(head)
        assert said[1] == f"• {first}"
        assert said[2].endswith(second)
        assert said[3].endswith(third)
        assert said[-1].startswith(last)
        assert not any("nan" in line or "{" in line for line in said)


def test_a_condition_without_words_is_left_to_the_error_itself() -> None:
    row = {"condition": "cvar", "limit": 1.0, "at": None, "least": None, "alone": False}
    error = ContractError("x", where="x", fix="y", code="infeasible", rows=pd.DataFrame([row]))
    assert conflict(error, "en", "CNY") == ""


def test_any_other_error_is_left_to_other_words() -> None:
    other = ContractError("a: b", where="x", fix="y", code="no-engine")
    assert conflict(other, "en", "CNY") == ""
