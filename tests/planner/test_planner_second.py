"""One person, and two plans beside each other."""

from screens import PLANS, TOP, press, words


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
