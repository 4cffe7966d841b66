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


CAP = 'limits: {cap: {of: pay, amount: "100.00", excess: EXCESS, before: null}}\n'


@pytest.mark.parametrize("floor", ["zero", "carry", "negative"])
@pytest.mark.parametrize(
    ("deduct", "left"),
    [
        # 1,050 are cut to 100; without the commission the bonus of 50 is left, whatever was cut
        ("forfeit: true, of: [commission]", 50.0),
        ("forfeit: true, of: [commission, bonus]", 0.0),
        # 9 % still fill the cap; 0.2 % of 10,000 and the bonus are 70
        ('rate: "0.01", of: [commission]', 100.0),
        ('rate: "0.098", of: [commission]', 70.0),
        # a share is of the line, 5 % of 1,000; of all of it no more than the cap left is taken
        ('share: "0.05", of: [commission]', 50.0),
        ('share: "1", of: [commission]', 0.0),
    ],
)
def test_what_a_cap_has_cut_is_neither_taken_again_nor_owed(deduct, left, floor) -> None:
    rules = rule("a", deduct).replace("floor: zero", f"floor: {floor}")
    statement = paid(rules, {"a": 1}, parts=BASE + CAP.replace("EXCESS", "lost"), sold=10_000)
    assert (statement.payout, statement.balances["shortfall"]) == (left, 0.0)
    assert round(statement.lines["paid"].sum(), 2) == left


@pytest.mark.parametrize(
    ("floor", "owed", "said"),
    [
        ("zero", 0.0, ("a: no more than its limit is taken", "a：扣至限额为止")),
        ("negative", 0.0, ("a: no more than its limit is taken", "a：扣至限额为止")),
        ("carry", 60.0, ("a: the rest is deducted later", "a：不足部分以后扣除")),
    ],
)
def test_a_limit_stops_a_penalty_whatever_its_floor_and_says_so(floor, owed, said) -> None:
    """A fifth of 150 is 30 of a fine of 90."""
    limited = f'{floor}, limit: {{share_of_pay: "0.2"}}'
    rules = rule("a", 'amount: "90.00"').replace("floor: zero", f"floor: {limited}")
    statement = paid(rules, {"a": 1})
    assert (statement.payout, statement.balances["shortfall"]) == (120.0, owed)
    english = statement.lines["rule"].iloc[-1]
    assert (english, statement.terms.show("rule", english, "zh")) == said


def test_a_fine_beyond_the_limit_is_taken_over_the_months_within_it() -> None:
    """A fifth of 150 a month are 30: a fine of 90 in January takes three months."""
    limited = 'floor: carry, limit: {share_of_pay: "0.2"}'
    rules = rule("a", 'amount: "90.00"').replace("floor: zero", limited)
    plan = Plan.from_text(f"{HEAD}{BASE}penalties:\n{rules}")
    months = [f"2024-0{k}" for k in range(1, 6)]
    sold = pd.concat(deals(1000, month=m, salesperson=["Li"]).assign(order_id=m) for m in months)
    fine = pd.DataFrame({"salesperson": ["Li"], "penalty": ["a"], "period": ["2024-01"]})
    run = plan.run(
        pd.DataFrame({"salesperson": ["Li"]}), sold, first="2024-01", last="2024-05", penalties=fine
    ).to_frame()
    assert run["pay"].tolist() == [120.0, 120.0, 120.0, 150.0, 150.0]
    assert run["shortfall"].tolist() == [60.0, 30.0, 0.0, 0.0, 0.0]


def test_what_a_month_cannot_take_leaves_its_draw_alone_and_is_taken_of_the_next() -> None:
    """January earns 10, is fined 30 and drawn up to 40; February earns 100 less 20."""
    parts = tiers_yaml('{from: "0", rate: "0.1"}', unit="amount")
    rules = rule("a", 'amount: "30.00"').replace("floor: zero", "floor: carry")
    kept = 'settlement: {true_up: none, draw: {amount: "40.00", months: 2, recoverable: false}}\n'
    plan = Plan.from_text(f"{HEAD}{parts}penalties:\n{rules}{kept}")
    sold = pd.concat(
        deals(x, month=m, salesperson=["Li"]).assign(order_id=m)
        for m, x in (("2024-01", 100), ("2024-02", 1000))
    )
    fine = pd.DataFrame({"salesperson": ["Li"], "penalty": ["a"], "period": ["2024-01"]})
    run = plan.run(
        pd.DataFrame({"salesperson": ["Li"]}), sold, first="2024-01", last="2024-02", penalties=fine
    ).to_frame()
    assert run["pay"].tolist() == [40.0, 80.0]
    assert run["shortfall"].tolist() == [20.0, 0.0]


def test_a_statement_says_that_a_cap_had_cut_what_a_share_would_take() -> None:
    rules = rule("a", 'share: "1", of: [commission]')
    statement = paid(rules, {"a": 1}, parts=BASE + CAP.replace("EXCESS", "lost"), sold=10_000)
    assert statement.lines["rule"].iloc[-1] == "a: what the cap has cut is not taken again"


def test_a_fine_above_the_capped_pay_is_owed_in_full_all_the_same() -> None:
    """1,050 are cut to 100, a fine of 130 takes them and 30 more."""
    rules = rule("a", 'amount: "130.00"').replace("floor: zero", "floor: carry")
    statement = paid(rules, {"a": 1}, parts=BASE + CAP.replace("EXCESS", "lost"), sold=10_000)
    assert (statement.payout, statement.balances["shortfall"]) == (0.0, 30.0)


def test_what_a_cap_defers_is_paid_later_so_a_forfeit_takes_it_too() -> None:
    """1,050: 100 now and 950 later; 1,000 forfeited are 100 now and 900 owed, 50 in the end."""
    rules = rule("a", "forfeit: true, of: [commission]").replace("floor: zero", "floor: carry")
    statement = paid(rules, {"a": 1}, parts=BASE + CAP.replace("EXCESS", "deferred"), sold=10_000)
    assert statement.payout == 0.0
    held = statement.balances
    assert (held["withheld"], held["shortfall"]) == (950.0, 900.0)


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
