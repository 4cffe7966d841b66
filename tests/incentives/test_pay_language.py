"""A hostile author of plans: every ambiguity, overlap and impossible order is refused by name."""

import pandas as pd
import pytest
from test_pay_worked import CANCELLED, CASH, EXAMPLE, MARCH

from salesanalysis.errors import ContractError, ParamError
from salesanalysis.incentives import Plan


def refusal(*changes: tuple[str, str]) -> str:
    text = EXAMPLE
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    with pytest.raises(ParamError) as caught:
        Plan.from_text(text, name="ae.yaml")
    return str(caught.value)


MORE = "  - id: kpi\n"
GATE = (
    "  - {id: g, type: gate, closed: lower, at: AT, multiplies: [commission], "
    "measured: {unit: attainment, quota: month, tier_measure: collected}}\n"
)
LATE = '  - {id: late, when: register, deduct: {share: "0.1", of: [commission]}, per: occurrence, '


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('weight: "0.4"', 'weight: "0.3"', "P06 kpis weights sum to 0.9."),
        ('weight: "0.4"', 'weight: "40"', "P05 weight: 40 is no weight between 0 and 1."),
        (
            "measure: training",
            "measure: trainin",
            "P07 measure: no measure 'trainin'; known: collected, new_customers, training, "
            "overdue_days.",
        ),
        (
            ", floor: zero}",
            "}",
            "P09 'overdue': 'floor' is required (zero, carry or negative).",
        ),
        (
            "[commission, coef]}",
            "[comission, coef]}",
            "P07 'overdue': no component 'comission'; known: commission, coef, kpi.",
        ),
        (
            'deduct: {share: "0.05", of: [commission, coef]}',
            'deduct: {coefficient: "0.2", least: "0.5", of: [commission]}',
            "P07 'overdue': 'commission' has no coefficient to lower.",
        ),
        ("months: 6, recoverable", "recoverable", "P09 draw: 'months' is required."),
        (
            "  leaver: prorata_to_last_day\n",
            "",
            "P09 draw: a recoverable draw needs 'leaver': what happens to what is owed.",
        ),
        (
            "method: reversal, ",
            "",
            "P09 clawback: 'method' is required (reversal or recompute).",
        ),
        ('"36000.00"', '"36000.005"', "P10 amount: 36000.005 is finer than 0.01."),
        ("excess: lost, ", "", "P01 cap: 'excess' is required (lost or deferred)."),
        (
            'of: pay, amount: "36000.00", excess: lost',
            'of: credit, amount: "36000.00", excess: deferred',
            "P07 only pay above a cap on the whole pay can be paid later.",
        ),
        (
            "windfall: null",
            'windfall: {limit: "100000.00", keep: "50"}',
            "P05 keep: 50 is no share between 0 and 1.",
        ),
        (
            "quota: month, tier_measure: collected, pay_measure",
            "quota: ytd, tier_measure: collected, pay_measure",
            "P01 'commission': edges are of the quota per ytd, the plan has no true-up.",
        ),
        (
            MORE,
            GATE.replace("AT", '"80"') + MORE,
            "P05 at: 80 looks like percent; attainment is a ratio.",
        ),
        (
            "tier_measure: collected, pay_measure: collected",
            "tier_measure: collected, pay_measure: new_customers",
            "P07 'commission': slices of collected cannot be cut out of new_customers.",
        ),
        (
            '{from: "0.8", rate: "0.06"}',
            '{from: "0.8", rate: "0.06", back_to: "0.7"}',
            "P03 back_to: 0.7 is not where a lower tier starts.",
        ),
        (
            "holdback: null",
            'holdback: {share: "20", release: {en: paid, zh: 回款}}',
            "P05 share: 20 is not above 0 and below 1.",
        ),
        (
            "penalties:\n",
            f"penalties:\n{LATE}floor: zero}}\n",
            "P01 'late' and 'overdue' can hit one line: 'stack' is required (additive, "
            "multiplicative, max).",
        ),
        (
            "penalties:\n",
            f"penalties:\n{LATE}stack: max, floor: zero}}\n",
            "P07 'overdue' stacks additive, 'late' on the same line max.",
        ),
    ],
)
def test_a_hostile_plan_is_refused_by_code_and_name(old, new, said) -> None:
    message = refusal((old, new))
    assert message.startswith(f"ae.yaml: {said}\n  where: ae.yaml:")
    assert "\n  fix:   " in message


def test_a_matrix_that_does_not_fit_its_axes_is_refused() -> None:
    matrix = (
        "  - {id: m, type: matrix, pays: {of: TI}, lookup: stepped, axes: [{closed: lower, "
        'measured: {unit: attainment, quota: month, tier_measure: collected}, edges: [null, "0.8"]}, '
        "{closed: lower, measured: {unit: amount, tier_measure: training}, "
        'edges: [null, "0.9"]}], values: [["1", "2"], ["1"]]}\n'
    )
    assert "P02 row 2 has 1 values for 2 columns." in refusal((MORE, matrix + MORE))


def test_a_wrong_component_raises_no_second_error_where_it_is_named() -> None:
    message = refusal(('rate: "0.02"', 'rate: "2"'))
    assert message.startswith("ae.yaml: P05 rate: 2 looks like percent; a rate is a ratio.\n")


def refused(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


def test_a_result_that_is_not_entered_is_refused_and_never_0() -> None:
    plan = Plan.from_text(EXAMPLE)
    assert refused(lambda: plan.statement({**MARCH, "training": None}, CASH)) == (
        "'training' of 1 of 1 people is not entered: Li.\n"
        "  where: plan 'ae-2026', column 'training' of people\n"
        "  fix:   enter the result; 0 is a result, empty is none"
    )
    without = {k: v for k, v in MARCH.items() if k != "training"}
    assert refused(lambda: plan.statement(without, CASH)).endswith("  fix:   add 'training'")


def test_foreign_money_needs_a_rate_and_is_converted_deal_by_deal() -> None:
    plan, mixed = Plan.from_text(EXAMPLE), CASH.assign(currency=["USD", "CNY"])
    assert refused(lambda: plan.statement(MARCH, mixed)) == (
        "1 of 2 deals are not in CNY: USD.\n"
        "  where: deals, column 'currency', see .rows\n"
        '  fix:   give the rates: fx={"USD": "7.10"}'
    )
    paid = plan.statement(MARCH, mixed, fx={"USD": "0.5"})
    assert paid.actual == 177_450.14


def test_shares_of_a_deal_add_up_to_it_or_are_refused() -> None:
    plan = Plan.from_text(EXAMPLE)
    people = pd.DataFrame([MARCH, {**MARCH, "salesperson": "Wu"}])
    both = pd.DataFrame(
        {
            "order_id": ["A", "A"],
            "collected_on": ["2026-03-03"] * 2,
            "collected": [100_000.01] * 2,
            "share": ["0.5", "0.5"],
            "salesperson": ["Li", "Wu"],
        }
    )
    assert plan.pay(people, both).to_frame()["actual"].tolist() == [50_000.01, 50_000.0]
    assert refused(lambda: plan.pay(people, both.assign(share=["0.5", "0.4"]))) == (
        "the shares of deal 'A' sum to 0.9, not 1.\n"
        "  where: deals, column 'share', see .rows\n"
        "  fix:   make them sum to it, or write splits_total: overlay in the plan"
    )


def test_a_cancelled_deal_of_the_same_period_or_beyond_the_window_is_not_clawed_back() -> None:
    plan = Plan.from_text(EXAMPLE)
    old = plan.statement(MARCH, CASH, clawbacks=CANCELLED.assign(booked_on="2025-01-01"))
    assert (old.n_late, old.gross) == (1, 17_907.32)
    assert "1 cancelled deal lies outside the window" in old.explain().replace(
        "deals lie", "deal lies"
    )
    assert refused(
        lambda: plan.statement(MARCH, CASH, clawbacks=CANCELLED.assign(booked_on="2026-03-02"))
    ) == (
        "1 of 1 cancelled deals have no booking day before the period, or no amount above 0.\n"
        "  where: clawbacks, rows 0, see .rows\n"
        "  fix:   write the day of the booking and the amount as it was credited; a deal cancelled "
        "in its own period is a negative row of the deals"
    )


def test_a_quota_that_changes_within_the_month_follows_the_plan() -> None:
    pieces = pd.DataFrame(
        [
            {**MARCH, "active_from": "2026-03-01", "active_to": "2026-03-10"},
            {**MARCH, "quota": 610_000.0, "active_from": "2026-03-11", "active_to": "2026-03-31"},
        ]
    )
    deals = CASH.assign(salesperson="Li")

    def quota(rule: str) -> float:
        plan = Plan.from_text(EXAMPLE.replace("ramp: null,", f"mid_period_change: {rule},"))
        return float(plan.pay(pieces, deals).to_frame()["quota"].iloc[0])

    assert quota("retro") == 610_000.0
    assert quota("time_weighted") == 510_000.0  # (300,000 x 10 + 610,000 x 21) / 31
    assert quota("split_period") == 510_000.0  # the sum of the quotas of both pieces
    hole = pieces.assign(active_from=["2026-03-01", "2026-03-12"])
    plan = Plan.from_text(EXAMPLE.replace("ramp: null,", "mid_period_change: retro,"))
    assert refused(lambda: plan.pay(hole, deals)) == (
        "the pieces of 'Li' overlap or leave a hole.\n"
        "  where: people, rows 0, 1, see .rows\n"
        "  fix:   let each piece start the day after the one before ends"
    )


def test_somebody_of_another_role_is_not_paid_by_this_plan() -> None:
    assert refused(
        lambda: Plan.from_text(EXAMPLE).statement({**MARCH, "role": "manager"}, CASH)
    ) == (
        "plan 'ae-2026' is for role account_executive; 1 of 1 people have another: manager.\n"
        "  where: people, column 'role', rows 0, see .rows\n"
        "  fix:   pay them with their own plan, or widen plan.applies_to"
    )
