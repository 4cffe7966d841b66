"""The register: written down, edited by people, opened again, followed up the month after."""

import pandas as pd
import pytest
from actiontools import GIVEN, NAMES, cause, opened, quarter

import salesanalysis as sa
from salesanalysis.errors import ContractError


def draft(**given) -> sa.review.Action:
    empty = {"owner": None, "start": None, "due": None, "measures": None}
    return sa.review.open_action(cause(), **(empty | given))


def refused(table: pd.DataFrame) -> str:
    with pytest.raises(ContractError) as caught:
        sa.review.reopen(table)
    return str(caught.value)


def test_a_draft_is_saved_filled_in_by_hand_opened_again_and_followed_up(tmp_path):
    sa.save(tmp_path, register=sa.review.register([draft()]))
    file = tmp_path / "register.csv"
    table = pd.read_csv(file, dtype="object", keep_default_na=False)
    assert table["missing"].item() == "what when who how"
    # what a manager types into a spreadsheet
    table = table.assign(owner="Li Na", start="2024/4/10", due="2024-06-30", expected="60000")
    table["measures"] = "Approve discounts by name；Weekly list"
    table.to_csv(file, index=False)
    (action,) = sa.review.reopen(pd.read_csv(file), terms=NAMES)
    assert (action.status, action.id, action.owner) == ("planned", draft().id, "Li Na")
    assert action.measures == ("Approve discounts by name", "Weekly list")
    later = quarter(window=("2024-04", "2024-06"), east_price=0.95)
    found = sa.review.follow_up(action, later)
    assert (found.before, found.verdict) == (pytest.approx(-110_000), "partly")


def test_the_register_reads_back_what_was_opened():
    actions = [opened(), opened(expected=50_000, opened_in="Q1 review", others=[opened()])]
    table = sa.review.register(actions)
    for again in (
        sa.review.reopen(table, terms=NAMES),
        sa.review.reopen(table.iloc[::-1], terms=NAMES)[::-1],
    ):
        assert [a.explain("zh") for a in again] == [a.explain("zh") for a in actions]
        pd.testing.assert_frame_equal(sa.review.register(again), table)


def test_a_measure_that_looks_like_a_formula_comes_back_as_it_was_typed(tmp_path):
    sa.save(tmp_path, register=sa.review.register([draft(measures="=SUM(A1) is wrong")]))
    text = (tmp_path / "register.csv").read_text(encoding="utf-8-sig")
    assert "'=SUM" in text
    (action,) = sa.review.reopen(pd.read_csv(tmp_path / "register.csv"))
    assert action.measures == ("=SUM(A1) is wrong",)


def test_a_day_in_the_order_of_one_country_is_refused():
    table = sa.review.register([opened()]).assign(due="04/07/2024")
    assert refused(table) == (
        "'04/07/2024' is not written as year, month and day.\n"
        f"  where: register, action {opened().id}, column 'due'\n"
        '  fix:   write it as "2024-06-30"'
    )


def test_an_amount_with_signs_in_it_is_refused():
    table = sa.review.register([opened()]).assign(expected="60,000")
    assert refused(table) == (
        "'60,000' is not an amount.\n"
        f"  where: register, action {opened().id}, column 'expected'\n"
        "  fix:   write digits alone, such as 60000"
    )


@pytest.mark.parametrize("change", [{"amount": -90_000.0}, {"cause": "{}"}, {"cause": "-110000"}])
def test_a_cause_nobody_may_edit(change):
    assert refused(sa.review.register([opened()]).assign(**change)) == (
        f"The cause of action {opened().id}, or the amount beside it, was changed.\n"
        "  where: register, columns cause and amount\n"
        "  fix:   take both from the register as it was written; edit the answers only"
    )


def test_what_an_action_may_not_promise_is_refused_with_its_id():
    table = sa.review.register([opened()]).assign(expected=200_000)
    assert refused(table) == (
        "200,000.00 expected and 0.00 of other actions are more than the 110,000.00 of the cause.\n"
        f"  where: register, action {opened().id}: cause {cause()['id']}, effect 'price'\n"
        "  fix:   expect at most 110,000.00"
    )


def test_a_row_that_is_gone_or_there_twice_is_said():
    first = opened()
    both = sa.review.register([first, opened(expected=10_000, others=[first])])
    assert refused(both.iloc[1:]) == (
        f"Action {first.id[:-1]}2 would be opened as {first.id}.\n"
        "  where: register, action_id\n"
        "  fix:   keep the ids as they were written, and every row of a cause"
    )
    assert refused(pd.concat([both.iloc[1:], both])).startswith(
        f"Action {first.id[:-1]}2 would be opened as {first.id[:-1]}3."
    )
    assert "register has no column 'owner'" in refused(both.drop(columns="owner"))
    with pytest.raises(ContractError) as caught:
        sa.review.register([])
    assert str(caught.value) == (
        "There is no action to write down.\n"
        "  where: register(actions)\n"
        "  fix:   open one first: open_action(bridge.cause(row), ...)"
    )


def test_the_actions_of_a_page_open_again(demo_company):
    page = demo_company.why.region("South").opened
    table = sa.review.register(page).assign(**{k: v for k, v in GIVEN.items() if k == "owner"})
    assert [a.cause["id"] for a in sa.review.reopen(table)] == [a.cause["id"] for a in page]
