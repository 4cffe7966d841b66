"""A year to date beside fines, draws and pay held back: each is settled once, by its own rule."""

import pandas as pd
import pytest
from paytools import HEAD, deals, tiers_yaml

from salesanalysis.errors import ParamError
from salesanalysis.incentives import Plan, draw_world, simulate

TENTH = tiers_yaml('{from: "0", rate: "0.1"}', unit="amount", basis="cumulative")
MONTHS = ("2024-01", "2024-02", "2024-03")
DRAW = (
    'draw: {amount: "100.00", months: 1, recoverable: true, recovery_share: "1.0"}, '
    "leaver: pay_earned"
)


def run_of(settlement: str, sold: tuple[float, ...], *, penalty: str = ""):
    plan = Plan.from_text(
        f"{HEAD}{TENTH}{penalty}settlement: {{true_up: {{of: ytd, negative: carry}}{settlement}}}\n"
    )
    table = pd.concat(
        deals(x, month=m, salesperson=["Li"]).assign(order_id=m)
        for m, x in zip(MONTHS, sold, strict=True)
    )
    fine = pd.DataFrame({"salesperson": ["Li"], "penalty": ["fine"], "period": [MONTHS[0]]})
    people = pd.DataFrame({"salesperson": ["Li"], "credited": [0.0]})
    more = {"penalties": fine} if penalty else {}
    return plan.run(people, table, first=MONTHS[0], last=MONTHS[-1], **more).to_frame()


@pytest.mark.parametrize(
    ("fine", "floor", "pays"),
    [
        ("90.00", "zero", [10.0, 100.0, 100.0]),
        ("90.00", "carry", [10.0, 100.0, 100.0]),
        ("90.00", "negative", [10.0, 100.0, 100.0]),
        # of 130 January pays 100; the rest is forgiven, or taken of February
        ("130.00", "zero", [0.0, 100.0, 100.0]),
        ("130.00", "carry", [0.0, 70.0, 100.0]),
        ("130.00", "negative", [0.0, 70.0, 100.0]),
    ],
)
def test_the_year_to_date_does_not_pay_back_a_fine(fine, floor, pays) -> None:
    """100 are earned every month; January is fined."""
    penalty = (
        f'penalties:\n  - {{id: fine, when: register, deduct: {{amount: "{fine}"}}, '
        f"per: occurrence, floor: {floor}}}\n"
    )
    assert run_of("", (1000, 1000, 1000), penalty=penalty)["pay"].tolist() == pays


def test_a_draw_is_recovered_once() -> None:
    """January earns nothing and draws 100; February earns 300 and pays 100 back."""
    run = run_of(f", {DRAW}", (0, 3000, 1000))
    assert run["pay"].tolist() == [100.0, 200.0, 100.0]
    assert run["owed"].tolist() == [100.0, 0.0, 0.0]


def test_what_is_held_back_is_not_earned_a_second_time() -> None:
    run = run_of(', holdback: {share: "0.2", release: {en: cash, zh: 回款}}', (1000, 1000, 1000))
    assert run["pay"].tolist() == [80.0, 80.0, 80.0]
    assert run["held"].tolist() == [20.0, 40.0, 60.0]


def test_a_draw_beside_a_year_to_date_is_simulated_as_it_is_paid() -> None:
    plan = Plan.from_text(
        f"{HEAD}{TENTH}settlement: {{true_up: {{of: ytd, negative: carry}}, {DRAW}}}\n"
    )
    people = pd.DataFrame({"salesperson": ["Li", "Wu"], "quota": [600.0, 1500.0], "credited": 0.0})
    world = draw_world(people, draws=20)
    exact, vector = (
        simulate(plan, world, backend=b).draws["pay"].to_numpy() for b in ("exact", "vector")
    )
    assert vector == pytest.approx(exact, abs=0.011)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            "penalties:\n  - {id: late, when: register, deduct: "
            '{share: "0.1", of: [commission]}, per: occurrence, floor: zero, stack: additive}\n',
            "plan.yaml: P07 late: a true-up pays the year to date, so 'share' would take of the months "
            "before once more.\n  where: plan.yaml:18: penalties\n"
            "  fix:   deduct an amount, or write settlement.true_up: none",
        ),
        (
            'limits: {cap: {amount: "80.00", of: pay, excess: deferred}}\n',
            "plan.yaml: P07 a true-up pays the year to date, so a deferred excess would be withheld "
            "every month again.\n  where: plan.yaml:18: limits.cap.excess\n"
            "  fix:   write excess: lost, or settlement.true_up: none",
        ),
    ],
)
def test_what_would_be_taken_every_month_again_is_refused(more, said) -> None:
    settled = "settlement: {true_up: {of: ytd, negative: carry}}\n"
    Plan.from_text(f"{HEAD}{TENTH}{more}")
    with pytest.raises(ParamError) as caught:
        Plan.from_text(f"{HEAD}{TENTH}{more}{settled}")
    assert str(caught.value) == said
