"""One person, and two plans beside each other."""

import pytest
from screens import PLANS, TOP, press, small, words

from salesanalysis.incentives import Plan
from salesanalysis.planner.board import Board
from salesanalysis.planner.controls import controls_of
from salesanalysis.planner.numbers import in_full
from salesanalysis.planner.pages import person_html
from salesanalysis.planner.unmoved import unmoved


def test_the_figure_of_one_person_is_the_statement_to_the_cent(screen) -> None:
    screen.board.rows[TOP].slider.value = 1.3
    screen.tab.selected_index = 1
    page = screen.pages[1]
    for who in ("P002", "P077"):
        page.choice.value = who
        crowd, desk = screen.desk.crowd, screen.desk
        own = crowd.deals[crowd.deals["salesperson"] == who]
        now, was = (
            plan.statement(crowd.row(who), own, period=crowd.period)
            for plan in (desk.plan, desk.base)
        )
        shown = words(page.said.value)
        assert f"{who}: {now.payout:,.2f} CNY" in shown
        assert f"Before: {was.payout:,.2f} CNY" in shown
        assert now.check_code in shown


@pytest.mark.parametrize("name", sorted(path.stem for path in PLANS.glob("*.yaml")))
def test_the_figure_of_one_person_is_the_pay_register_s_under_every_plan_shipped(name) -> None:
    desk = small(name)
    crowd, plan = desk.crowd, desk.plan
    register = plan.pay(
        crowd.people, crowd.deals, period=crowd.period, calendar=crowd.calendar, terms=crowd.terms
    )
    paid = register.to_frame().set_index("salesperson")["pay"]
    assert len(paid) == 12
    for who, lang in (("S1", "en"), ("S12", "zh")):
        statement = desk.statement(who)
        assert paid[who] == float(statement.payout)
        pay = in_full(statement.payout, plan.head.currency, lang)
        assert f"{paid[who]:,.2f}" in pay
        finding = person_html(desk, who, lang).split("</p>")[0]
        assert words(finding).strip().endswith(pay)


def test_numbers_no_slider_moves_are_named_below_the_sliders() -> None:
    text = (PLANS / "team.yaml").read_text("utf-8")
    plan = Plan.from_text(
        text.replace(
            "  currency: CNY\n", "  currency: CNY\n  target_incentive: {amount: 900, per: month}\n"
        )
    )
    assert unmoved(plan) == ["target_incentive.amount 900", "credit.splits_total 1"]
    said = {
        lang: words(
            Board(controls_of(plan), lang, lambda *_: None, unmoved(plan)).box.children[-1].value
        ).strip()
        for lang in ("en", "zh")
    }
    assert said["en"] == (
        "No slider moves these; change them in the plan's file: "
        "target_incentive.amount 900, credit.splits_total 1."
    )
    assert said["zh"] == (
        "以下数字没有滑块，请在方案文件中修改：target_incentive.amount 900、credit.splits_total 1。"
    )
    standard = Plan.from_yaml(PLANS / "standard.yaml")
    assert unmoved(standard) == []
    last = Board(controls_of(standard), "en", lambda *_: None).box.children[-1].value
    assert "Keyboard" in last


def test_two_plans_stand_side_by_side_with_the_numbers_that_differ(screen) -> None:
    screen.tab.selected_index = 2
    page = screen.pages[2]
    screen.board.rows[TOP].slider.value = 1.3
    assert "Band 3: coefficient (×)" in page.said.value
    page.choice.value = "coefficient.yaml"
    shown = words(page.said.value)
    assert "Before: Commission with bonus coefficients" in shown
    assert "Now: Standard sales plan" in shown
    assert "8 numbers stand in one alone" in shown
    page.choice.value = ""


def test_a_plan_in_another_currency_is_not_compared_and_takes_the_budget_off(screen) -> None:
    """1.3 million dollars beside 22 million yuan read as 20.9 million yuan more."""
    dollars = PLANS / "adventureworks.yaml"
    (screen.folder.path / "dollars.yaml").write_bytes(dollars.read_bytes())
    screen.tab.selected_index = 2
    page = screen.pages[2]
    page.show(screen.view)
    page.choice.value = "dollars.yaml"
    shown = words(page.said.value)
    assert (
        "dollars.yaml pays in USD, the plan on the desk in CNY: their costs cannot be compared."
        in shown
    )
    assert "as before" in shown
    assert (page.choice.value, screen.desk.other) == ("", None)
    screen._load(screen.folder.read("dollars.yaml"))
    assert (screen.desk.budget, screen.bar.budget.value) == (None, "")
    press(screen, "undo")
    assert (screen.desk.budget, screen.bar.budget.value) == (22e6, "22,000,000")
    screen.desk.compare(screen.folder.read("coefficient.yaml"))
    press(screen, "redo")
    assert screen.desk.old.head.currency == "USD"
    (screen.folder.path / "dollars.yaml").unlink()


def test_the_plan_compared_with_stays_chosen_in_the_other_language(screen) -> None:
    screen.tab.selected_index = 2
    screen.pages[2].choice.value = "coefficient.yaml"
    press(screen, "language")
    assert screen.pages[2].choice.value == "coefficient.yaml"
    assert "原方案：" in words(screen.pages[2].said.value)
