"""What must hold for limits, penalties, draws and teams, whatever the numbers."""

from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paytools import HEAD, SECTION_5_BANDS, deals, tiers_yaml

from salesanalysis.incentives import Plan

FLAT = tiers_yaml('{from: "0", rate: "0.10"}', unit="amount")
STEEP = tiers_yaml('{from: "0", rate: "0.02"}, {from: "1.0", rate: "0.10"}')
LI = {"salesperson": "Li", "quota": 1000.0}
cents = st.integers(0, 10**7)


def penalty(deduct: str, *, floor="zero", stack="", per="occurrence", limit="", name="p") -> str:
    words = f"stack: {stack}, " if stack else ""
    cap = f"limit: {{share_of_pay: {limit}}}, " if limit else ""
    return (
        f"  - {{id: {name}, when: register, deduct: {deduct}, per: {per}, {words}{cap}"
        f"floor: {floor}}}\n"
    )


def pay(text: str, sold: float, *, times: dict[str, int] | None = None, **person):
    plan = Plan.from_text(HEAD + text)
    register = None
    if times:
        register = pd.DataFrame(
            {"salesperson": "Li", "penalty": list(times), "count": list(times.values())}
        )
    return plan.statement({**LI, **person}, deals(sold), penalties=register)


@pytest.mark.parametrize(
    ("stack", "left"), [("additive", 50.0), ("multiplicative", 56.0), ("max", 70.0)]
)
def test_two_penalties_on_one_line_take_what_their_stacking_says(stack, left) -> None:
    """100 of pay, 20 % and 30 %: 50 left, or 100 x .8 x .7 = 56, or only the larger: 70."""
    rules = "penalties:\n" + "".join(
        penalty(f'{{share: "{s}", of: [commission]}}', stack=stack, name=n)
        for n, s in (("a", "0.2"), ("b", "0.3"))
    )
    assert pay(FLAT + rules, 1000, times={"a": 1, "b": 1}).payout == left


@pytest.mark.parametrize(
    ("deduct", "left"),
    [
        ('{coefficient: "0.2", least: "0.5", of: [coef]}', 22.4),
        ('{rate: "0.01", of: [commission]}', 21.0 * 1.2 - 0.0),
        ('{tier: "1", of: [commission]}', 24.0 * 1.2 / 1.2),
        ("{forfeit: true, of: [commission]}", None),
    ],
)
def test_a_lowered_coefficient_rate_or_tier_is_the_difference_of_two_pays(deduct, left) -> None:
    """1,100 of 1,000: 1,000 x 2 % + 100 x 10 % = 30, x 1.2 = 36 before the penalty."""
    paid = pay(STEEP + SECTION_5_BANDS + "penalties:\n" + penalty(deduct), 1100, times={"p": 1})
    by_hand = {
        "coefficient": 30 * 1.0,
        "rate": (1000 * 0.01 + 100 * 0.09) * 1.2,
        "tier": (1100 * 0.02) * 1.2,
        "forfeit": 0.0,  # the coefficient has nothing left to multiply
    }
    kind = deduct[1:].split(":")[0]
    assert paid.payout == pytest.approx(by_hand[kind])
    assert left is None or left > 0


@settings(max_examples=25, deadline=None)
@given(cents, st.integers(0, 10**6), st.sampled_from(["zero", "carry", "negative"]))
def test_a_penalty_never_adds_and_what_is_not_taken_is_carried(gross, fine, floor) -> None:
    """Property 24, to the cent: a tenth of whole tenths of sales is paid in whole cents."""
    text = FLAT + "penalties:\n" + penalty(f'{{amount: "{fine / 100:.2f}"}}', floor=floor)
    paid = pay(text, gross / 10, times={"p": 1})
    taken = gross - round(paid.payout * 100)
    if floor == "negative":
        assert taken == fine
    else:
        assert taken == min(fine, gross)
        assert round(paid.balances["shortfall"] * 100) == (fine - taken if floor == "carry" else 0)


@settings(max_examples=25, deadline=None)
@given(cents, st.integers(1, 5))
def test_a_limit_on_penalties_holds_for_all_together(sold, n) -> None:
    text = FLAT + "penalties:\n" + penalty('{amount: "100.00"}', limit='"0.2"')
    paid, plain = pay(text, sold / 100, times={"p": n}), pay(FLAT, sold / 100)
    assert plain.payout - paid.payout <= 0.2 * plain.payout + 0.01


@settings(max_examples=25, deadline=None)
@given(cents, st.integers(0, 10**6), st.sampled_from(["lost", "deferred"]))
def test_pay_never_passes_the_cap_and_deferred_pay_is_kept(sold, cap, excess) -> None:
    text = FLAT + f'limits: {{cap: {{of: pay, amount: "{cap / 100:.2f}", excess: {excess}}}}}\n'
    paid, plain = pay(text, sold / 100), pay(FLAT, sold / 100)
    assert paid.payout <= cap / 100
    late = round(paid.balances["withheld"] * 100)
    whole = round(paid.payout * 100) + late
    assert whole == round(plain.payout * 100) or excess == "lost"
    assert late == 0 or excess == "deferred"


def test_deferred_pay_fills_the_room_of_a_weaker_month() -> None:
    text = FLAT + 'limits: {cap: {of: pay, amount: "100.00", excess: deferred}}\n'
    months = pd.concat(
        [
            deals(a, month=f"2024-0{k}", salesperson=["Li"]).assign(order_id=f"D{k}")
            for k, a in enumerate((1500, 800, 900), 1)
        ]
    )
    run = Plan.from_text(HEAD + text).run(
        pd.DataFrame([LI]), months, first="2024-01", last="2024-03"
    )
    assert run.to_frame()["pay"].tolist() == [100, 100, 100]
    assert run.to_frame()["withheld"].tolist() == [50, 30, 20]


def test_a_guarantee_lifts_the_pay_until_its_day() -> None:
    text = FLAT + 'limits: {floor: {amount: "50.00", until: 2024-03-31}}\n'
    plan = Plan.from_text(HEAD + text)
    pays = [plan.statement(LI, deals(100, month=m)).payout for m in ("2024-03", "2024-04")]
    assert pays == [50, 10]


@settings(max_examples=25, deadline=None)
@given(st.lists(cents, min_size=2, max_size=6), st.integers(0, 10**6), st.integers(1, 4))
def test_a_recoverable_draw_moves_pay_in_time_and_never_adds_any(sold, draw, quarters) -> None:
    """Property 13: the sum of pay is the sum of gross and what is still owed."""
    share = f"{quarters / 4}"
    text = FLAT + (
        f'settlement: {{true_up: none, leaver: pay_earned, draw: {{amount: "{draw / 100:.2f}", '
        f'months: 3, recoverable: true, recovery_share: "{share}"}}}}\n'
    )
    table = pd.concat(
        [
            deals(v / 100, month=f"2024-{k:02d}", salesperson=["Li"]).assign(order_id=f"D{k}")
            for k, v in enumerate(sold, 1)
        ]
    )
    frame = (
        Plan.from_text(HEAD + text)
        .run(pd.DataFrame([LI]), table, first="2024-01", last=f"2024-{len(sold):02d}")
        .to_frame()
    )
    total = (frame["pay"].sum() - frame["gross"].sum() - frame["owed"].iloc[-1]) * 100
    assert round(total) == 0
    assert (frame["pay"].head(3) >= draw / 100).all()


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.integers(1, 10**6), min_size=1, max_size=7),
    st.sampled_from(["credit", "equal", "base_pay"]),
)
def test_shares_of_a_pool_add_up_to_it(sold, weights) -> None:
    text = HEAD + (
        f"  - {{id: pool, type: pool, weights: {weights}, "
        'source: {share: "0.013", measure: sales}}\n'
    )
    names = [f"P{i}" for i in range(len(sold))]
    people = pd.DataFrame(
        {"salesperson": names, "team": "N", "base_pay": [100.0 + i for i in range(len(sold))]}
    )
    paid = Plan.from_text(text).pay(people, deals(*(v / 100 for v in sold), salesperson=names))
    assert round(paid.total * 100) == int(sum(sold) * Fraction("0.013"))


def test_a_windfall_that_keeps_all_of_it_is_no_rule_and_half_counts_half() -> None:
    credit = 'credit: {{windfall: {{limit: "500.00", keep: "{}"}}}}\n'
    pays = [pay(FLAT + credit.format(k), 900).payout for k in ("1", "0.5", "0")]
    assert pays == [90, 70, 50]


def test_half_a_month_of_quota_pays_the_same_completion_and_half_a_ramp_too() -> None:
    half = pay(STEEP, 500, active_from="2024-03-17", active_to="2024-03-31", quota=2066.66)
    assert half.lines["paid"].sum() == half.payout
    ramp = HEAD.replace(
        "zero_quota: error}", 'zero_quota: error, ramp: {shares: ["0.5"], of: [quota]}}'
    )
    plan = Plan.from_text(ramp + STEEP)
    new = plan.statement({**LI, "hired_on": "2024-03-01"}, deals(600))
    assert new.payout == 500 * 0.02 + 100 * 0.10
    assert plan.statement({**LI, "hired_on": "2024-01-15"}, deals(600)).payout == 600 * 0.02


def test_whoever_leaves_forfeits_is_prorated_or_paid_as_the_plan_says() -> None:
    pays = {}
    for rule in ("forfeit", "prorata_to_last_day", "pay_earned"):
        text = STEEP + f"settlement: {{true_up: none, leaver: {rule}}}\n"
        pays[rule] = pay(text, 1000, quota=1550.0, left_on="2024-03-20").payout
    # 20 of 31 days: the quota becomes 1,000
    assert pays == {"forfeit": 0.0, "prorata_to_last_day": 20.0, "pay_earned": 20.0}
    more = STEEP + "settlement: {true_up: none, leaver: prorata_to_last_day}\n"
    assert pay(more, 1100, quota=1550.0, left_on="2024-03-20").payout == 30.0


def test_a_holdback_is_kept_and_paid_when_released() -> None:
    text = FLAT + (
        'settlement: {true_up: none, holdback: {share: "0.3", '
        "release: {en: cash received, zh: 回款到账}}}\n"
    )
    kept = pay(text, 1000)
    assert (kept.payout, kept.balances["held"]) == (70.0, 30.0)
    later = pay(text, 0, held=30.0, released=30.0)
    assert (later.payout, later.balances["held"]) == (30.0, 0.0)


def test_ranks_with_the_same_result_share_their_prizes() -> None:
    text = HEAD + (
        "  - {id: race, type: spif, measure: sales, budget: Q1, "
        'prizes: ["500.00", "300.00", "100.01"]}\n'
    )
    names = ["Li", "Wu", "Zhao", "Qian"]
    paid = Plan.from_text(text).pay(
        pd.DataFrame({"salesperson": names}), deals(9, 7, 7, 7, salesperson=names)
    )
    by_name = paid.to_frame().set_index("salesperson")["pay"].to_dict()
    assert by_name == {"Li": 500.0, "Qian": 133.34, "Wu": 133.34, "Zhao": 133.33}
