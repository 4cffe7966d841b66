"""Several penalties under a cap whose excess is lost, worked by hand: 1,050 are cut to 100."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_pay_penalties import BASE, CAP, COEF, paid, rule

LATE = CAP.replace("EXCESS", "lost")
EARLY = LATE.replace("null", "coefficients")
KINDS = {
    "fine": 'amount: "130.00"',
    "share": 'share: "0.05", of: [commission]',
    "rate": 'rate: "0.098", of: [commission]',
}


def floored(name: str, deduct: str, floor: str) -> str:
    return rule(name, deduct).replace("floor: zero", f"floor: {floor}")


@pytest.mark.parametrize(
    ("names", "left"),
    [
        # 100 less 130, less 5 % of the line of 1,000
        (["fine", "share"], -80.0),
        # 0.2 % and the bonus are 70, less 5 % of 20
        (["share", "rate"], 69.0),
        (["fine", "share", "rate"], -61.0),
    ],
)
def test_penalties_under_a_cap_take_the_same_in_any_order(names, left) -> None:
    for order in permutations(names):
        rules = "".join(floored(name, KINDS[name], "negative") for name in order)
        statement = paid(rules, dict.fromkeys(order, 1), parts=BASE + LATE, sold=10_000)
        assert statement.payout == left
        assert round(statement.lines["paid"].sum(), 2) == left


@pytest.mark.parametrize(("share", "owed"), [("0.05", 80.0), ("1", 130.0)])
def test_a_fine_and_a_share_above_the_cap_owe_the_same_in_any_order(share, owed) -> None:
    """The share takes 50, or the 100 that the cap left; the fine of 130 is owed beyond that."""
    one = floored("fine", KINDS["fine"], "carry")
    two = floored("part", f'share: "{share}", of: [commission]', "carry")
    for rules in (one + two, two + one):
        statement = paid(rules, {"fine": 1, "part": 1}, parts=BASE + LATE, sold=10_000)
        assert (statement.payout, statement.balances["shortfall"]) == (0.0, owed)


@pytest.mark.parametrize("floor", ["zero", "carry", "negative"])
@pytest.mark.parametrize(("share", "left"), [("0.05", 70.0), ("0.5", 0.0), ("1", 0.0)])
def test_a_cap_before_the_coefficients_is_not_taken_again_by_a_share(share, left, floor) -> None:
    """1,050 cut to 100, x 1.2 = 120; of the line of 1,000 no more than these 120 are taken."""
    rules = floored("part", f'share: "{share}", of: [commission]', floor)
    statement = paid(rules, {"part": 1}, parts=BASE + COEF + EARLY, sold=10_000)
    assert (statement.payout, statement.balances["shortfall"]) == (left, 0.0)


@settings(max_examples=12, deadline=None)
@given(
    st.permutations(["fine", "part", "share"]),
    st.sampled_from([LATE, EARLY]),
    st.sampled_from(["carry", "negative"]),
    st.sampled_from([400, 1000, 10_000]),
)
def test_a_fine_or_a_share_more_never_raises_the_pay(order, cap, floor, sold) -> None:
    """Property 24, under a cap: pay less what is owed falls, whatever stands first."""
    deducts = {**KINDS, "part": 'share: "0.5", of: [bonus]'}
    rules = "".join(floored(name, deducts[name], floor) for name in order)
    net = []
    for n in range(len(order) + 1):
        counts = dict.fromkeys(order, 0) | dict.fromkeys(order[:n], 1)
        statement = paid(rules, counts, parts=BASE + COEF + cap, sold=sold)
        net.append(statement.payout - statement.balances["shortfall"])
    assert net == sorted(net, reverse=True)
