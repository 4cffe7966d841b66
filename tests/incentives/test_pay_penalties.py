"""Two penalties on one line, several of one kind, forfeits and lines below zero, worked by hand."""

import pandas as pd
import pytest
from paytools import HEAD, deals, tiers_yaml

from salesanalysis.errors import ParamError
from salesanalysis.incentives import Plan

#: 1,000 sold against 1,000 earn a commission of 100 and a bonus of 50.
BASE = tiers_yaml('{from: "0", rate: "0.1"}', unit="amount") + (
    "  - {id: bonus, type: step, basis: period, closed: lower, pays: reached, measured: "
    '{unit: amount, tier_measure: sales, pay_measure: sales}, steps: [{from: "1", amount: "50.00"}]}\n'
)
COEF = (
    "  - {id: coef, type: bands, closed: lower, multiplies: [commission, bonus], measured: "
    "{unit: attainment, quota: month, tier_measure: sales}, "
    'bands: [{from: null, value: "0.8"}, {from: "1.0", value: "1.2"}]}\n'
)


def rule(name: str, deduct: str, *, stack: str = "additive", per: str = "occurrence") -> str:
    words = f"stack: {stack}, " if stack else ""
    return f"  - {{id: {name}, when: register, deduct: {{{deduct}}}, per: {per}, {words}floor: zero}}\n"


def paid(rules: str, counts: dict[str, int], *, parts: str = BASE, sold: float = 1000):
    register = pd.DataFrame(
        {"salesperson": "Li", "penalty": list(counts), "count": list(counts.values())}
    )
    plan = Plan.from_text(f"{HEAD}{parts}penalties:\n{rules}")
    person = {"salesperson": "Li", "quota": 1000.0}
    return plan.statement(person, deals(sold), penalties=register)


ONE, BOTH = 'share: "0.6", of: [commission]', 'share: "0.6", of: [commission, bonus]'


@pytest.mark.parametrize("first", [ONE, BOTH])
@pytest.mark.parametrize(
    ("stack", "left"),
    [
        # the commission loses 120 %, at most all of it; the bonus 60 % whatever hits the other line
        ("additive", 20.0),
        # 100 x .4 x .4 + 50 x .4
        ("multiplicative", 36.0),
        # 100 x .4 + 50 x .4
        ("max", 60.0),
    ],
)
def test_stacking_is_line_by_line_where_penalties_share_one_line_of_two(first, stack, left) -> None:
    second = BOTH if first == ONE else ONE
    rules = rule("a", first, stack=stack) + rule("b", second, stack=stack)
    statement = paid(rules, {"a": 1, "b": 1})
    assert statement.payout == left
    assert round(statement.lines["paid"].sum(), 2) == left


def test_a_second_line_of_a_penalty_has_a_number() -> None:
    rules = rule("a", ONE) + rule("b", BOTH)
    lines = paid(rules, {"a": 1, "b": 1}).lines.set_index("line")["paid"]
    assert lines[["a", "b", "b 2"]].tolist() == [-60.0, -40.0, -30.0]


@pytest.mark.parametrize(
    ("stack", "left"), [("additive", 130.0), ("multiplicative", 131.0), ("max", 140.0)]
)
def test_two_occurrences_of_one_share_stack_like_two_penalties(stack, left) -> None:
    """150 less 2 x 10; less 10 and 10 % of 90; less the larger of two equal ones."""
    one = rule("a", 'share: "0.1", of: [commission]', stack=stack)
    assert paid(one, {"a": 2}).payout == left


@pytest.mark.parametrize("turned", [False, True])
def test_a_share_is_taken_of_what_a_lowered_rate_leaves_whatever_stands_first(turned) -> None:
    """5 % instead of 10 % leave 50; a tenth of it is 5: 45 and the bonus of 50."""
    rules = [
        rule("a", 'share: "0.1", of: [commission]'),
        rule("b", 'rate: "0.05", of: [commission]'),
    ]
    assert paid("".join(rules[::-1] if turned else rules), {"a": 1, "b": 1}).payout == 95.0


@pytest.mark.parametrize(("of", "left"), [("commission", 60.0), ("coef", 150.0)])
def test_a_forfeited_part_takes_along_what_a_coefficient_makes_of_it(of, left) -> None:
    """(100 + 50) x 1.2 = 180; without the commission 50 x 1.2; without the coefficient 150."""
    rules = rule("a", f"forfeit: true, of: [{of}]")
    assert paid(rules, {"a": 1}, parts=BASE + COEF).payout == left


def test_a_share_of_a_forfeited_part_takes_nothing_more() -> None:
    rules = rule("a", ONE) + rule("b", "forfeit: true, of: [commission]")
    assert paid(rules, {"a": 1, "b": 1}).payout == 50.0


@pytest.mark.parametrize(
    ("deduct", "left"),
    [
        ('coefficient: "0.2", least: "0.5", of: [coef]', 100.0),
        ('rate: "0.01", of: [commission]', 120.0),
        ("forfeit: true, of: [commission, bonus]", 0.0),
    ],
)
def test_a_lowered_part_is_paid_under_the_same_cap_before_the_coefficients(deduct, left) -> None:
    """1,050 cut to 100, x 1.2 = 120; 0.2 less are 100, a lower rate fills the cap just as well."""
    cap = 'limits: {cap: {of: pay, amount: "100.00", excess: lost, before: coefficients}}\n'
    rules = rule("a", deduct).replace("floor: zero", "floor: negative")
    assert paid(rules, {"a": 1}, parts=BASE + COEF + cap, sold=10_000).payout == left


@pytest.mark.parametrize(
    "deduct", ['share: "0.5", of: [commission]', 'rate: "0.05", of: [commission]']
)
def test_a_penalty_on_a_line_below_zero_adds_nothing(deduct) -> None:
    parts = tiers_yaml('{from: "0", rate: "0.1"}', unit="amount", negative="first_rate")
    assert paid(rule("a", deduct), {"a": 1}, parts=parts, sold=-1000).payout == -100.0


def refusal(rules: str, *, parts: str = BASE, head: str = HEAD) -> str:
    with pytest.raises(ParamError) as caught:
        Plan.from_text(f"{head}{parts}penalties:\n{rules}", name="p.yaml")
    return str(caught.value).replace("\n", "|")


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (
            rule("a", "forfeit: false, of: [commission]"),
            "P01 'a': 'forfeit' is False.|  where: p.yaml:20: penalties[0].deduct.forfeit|"
            "  fix:   write forfeit: true, or remove the penalty",
        ),
        (
            rule("a", 'amount: "5.00", of: [commission]'),
            "P02 'a': amount comes off the pay of the period; 'of' is not read.|"
            "  where: p.yaml:20: penalties[0].deduct.of|"
            "  fix:   remove of, or deduct a share of these",
        ),
        (
            rule("a", 'share: "0.1", least: "0.5", of: [commission]'),
            "P02 'a': share lowers no coefficient; 'least' is not read.|"
            "  where: p.yaml:20: penalties[0].deduct.least|  fix:   remove least",
        ),
        (
            rule("a", ONE, stack=""),
            "P01 'a' can hit one line several times: 'stack' is required (additive, "
            "multiplicative, max).|  where: p.yaml:20: penalties[0].stack|  fix:   choose "
            "'stack: additive', 'stack: multiplicative' or 'stack: max'",
        ),
        (
            rule("a", 'amount: "5.00"').replace("register", '{measure: faults, gt: "2"}'),
            "P01 'a': with gt: 2 it is open whether all of faults count or those beyond it.|"
            '  where: p.yaml:20: penalties[0].per|  fix:   write gt: "0" to count each, or '
            "per: period",
        ),
    ],
)  # fmt: skip
def test_a_penalty_that_leaves_something_open_or_unread_is_refused(rules, said) -> None:
    head = HEAD.replace("measures: {", "measures: {faults: {kind: number}, ")
    assert refusal(rules, head=head) == f"p.yaml: {said}"
