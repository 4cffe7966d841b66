"""Properties of the method's list over every kind of component: 1, 3, 4, 7, 8, 13, 14, 16, 30."""

from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from paytools import HEAD, SECTION_5_BANDS, deals, measured, plan_of, tiers_yaml

from salesanalysis.incentives import Plan, one_off_tax
from salesanalysis.incentives.inputs.book import count_reached, reached, whole_edges
from salesanalysis.incentives.tax.one_off import zones

F = Fraction
cents = st.integers(-(10**6), 10**8)
AT = measured("attainment")
CURVE = (
    "  - {id: line, type: curve, basis: period, closed: CLOSED, scale: TI, below: "
    f'"0", measured: {AT}, points: [["0.75", "0.5"], ["1.0", "1.0"], ["1.5", "3.0"]]}}\n'
)
STEPS = (
    f"  - {{id: prize, type: step, basis: period, closed: CLOSED, pays: PAYS, measured: {AT}, "
    'steps: [{from: "0.8", amount: "500"}, {from: "1.0", amount: "1000"}]}\n'
)
SPREAD = (
    f"  - {{id: spread, type: interpolated, basis: period, closed: CLOSED, measured: {AT}, "
    'tiers: [{from: "0", to: "0.5", amount: "10"}, {from: "0.5", to: "1.5", amount: "40"}]}\n'
)
GATE = (
    '  - {id: gate, type: gate, closed: CLOSED, at: "0.6", multiplies: [commission], '
    "measured: {unit: attainment, quota: month, tier_measure: sales}}\n"
)


@st.composite
def rising(draw) -> str:
    """Rising tiers of either mode, with rising factors, lines and steps, each there or left out."""
    edges = sorted(draw(st.sets(st.integers(1, 250), min_size=1, max_size=3)))
    rates = sorted(draw(st.lists(st.integers(1, 2000), min_size=4, max_size=4)))
    rows = ", ".join(
        f'{{from: "{e / 100}", rate: "{r / 10000:.4f}", flat: "{k / 100:.2f}"}}'
        for k, (e, r) in enumerate(zip([0, *edges], rates, strict=False))
    )
    closed = draw(st.sampled_from(["lower", "upper"]))
    text = tiers_yaml(rows, closed=closed, mode=draw(st.sampled_from(["marginal", "retroactive"])))
    for part in (CURVE, STEPS, SPREAD, SECTION_5_BANDS, GATE):
        text += part if draw(st.booleans()) else ""
    pays = draw(st.sampled_from(["reached", "sum"]))
    return text.replace("CLOSED", closed).replace("PAYS", pays)


@settings(max_examples=12, deadline=None)
@given(rising(), st.lists(st.integers(-50, 300), max_size=4), st.integers(1, 10**8))
def test_whatever_rises_never_pays_less_for_more(text, percents, quota) -> None:
    """Property 1, around every edge; and 4: without a guarantee nothing sold pays nothing."""
    plan, q = plan_of(text), F(quota, 100)
    edges = {e for part in plan.components for e in part.edges if e is not None}
    at = [
        *(e * q + F(k, 100) for e in edges for k in (-1, 0, 1)),
        *(F(p, 100) * q for p in percents),
    ]
    paid = [plan.payout(x, quota=q) for x in sorted(at)]
    assert paid == sorted(paid)
    assert plan.payout(0, quota=q) == 0


@settings(max_examples=10, deadline=None)
@given(rising(), cents, st.integers(0, 10**5), st.integers(0, 10**5))
def test_pay_stays_between_the_guarantee_and_the_cap(text, sold, least, more) -> None:
    """Property 3."""
    limits = (
        f'limits: {{cap: {{of: pay, amount: "{(least + more) / 100:.2f}", excess: lost}}, '
        f'floor: {{amount: "{least / 100:.2f}"}}}}\n'
    )
    paid = plan_of(text + limits).payout(F(sold, 100), quota=5000)
    assert F(least, 100) <= paid <= F(least + more, 100)


@settings(max_examples=6, deadline=None)
@given(st.integers(1, 10**9), st.lists(st.integers(1, 97), min_size=1, max_size=6))
def test_parts_of_a_split_deal_are_the_deal_to_the_cent(amount, weights) -> None:
    """Property 7: the last one has what is left of 1, so that the shares sum to it."""
    shares = [F(int(F(w, sum(weights) + 1) * 10**4), 10**4) for w in weights]
    shares.append(1 - sum(shares))
    names = [f"P{i}" for i in range(len(shares))]
    head = HEAD.replace("credit: owner", "credit: splits")
    plan = Plan.from_text(head + tiers_yaml('{from: "0", rate: "0.1"}', unit="amount"))
    table = deals(*[amount / 100] * len(names), salesperson=names, share=[*map(str, shares)])
    found = plan.pay(
        pd.DataFrame({"salesperson": names}), table.assign(order_id="A", date="2024-03-05")
    ).to_frame()
    parts = (found["actual"] * 100).round().astype("int64")
    assert parts.sum() == amount
    order = found["salesperson"].map(dict(zip(names, shares, strict=True)))
    assert all(abs(p - s * amount) < 1 for p, s in zip(parts, order, strict=True))


@pytest.mark.parametrize(("amounts", "pay"), [((900, 300), 9 + 6), ((300, 900), 3 + 18)])
def test_where_only_new_deals_are_re_rated_their_order_counts_and_the_plan_says_so(
    amounts, pay
) -> None:
    """Property 8: below 1,000 1 %, from there on 2 % on the deal that reaches it."""
    plan = plan_of(
        tiers_yaml(
            '{from: "0", rate: "0.01"}, {from: "1000", rate: "0.02"}', unit="amount",
            basis="cumulative", mode="retroactive", extra="    reprice: new_only\n",
        )
    )  # fmt: skip
    assert plan.statement({"salesperson": "Li", "credited": 0.0}, deals(*amounts)).payout == pay
    assert "earlier deals stay as they were" in plan.text("en")


@settings(max_examples=3, deadline=None)
@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=4), st.integers(0, 10**5))
def test_a_draw_that_is_kept_is_paid_at_least_and_never_owed(sold, draw) -> None:
    """Property 13, the other half."""
    plan = plan_of(
        tiers_yaml('{from: "0", rate: "0.10"}', unit="amount")
        + f'settlement: {{true_up: none, draw: {{amount: "{draw / 100:.2f}", months: 12, '
        "recoverable: false}}\n"
    )
    months = [
        deals(v / 100, month=f"2024-0{k}", salesperson=["Li"]).assign(order_id=f"D{k}")
        for k, v in enumerate(sold, 1)
    ]
    people = pd.DataFrame([{"salesperson": "Li"}])
    run = plan.run(people, pd.concat(months), first="2024-01", last=f"2024-0{len(sold)}").to_frame()
    assert (run["pay"] == run["gross"].clip(lower=draw / 100)).all()
    assert (run["owed"] == 0).all()


READINGS = [
    (mode, basis, reprice)
    for mode in ("marginal", "retroactive")
    for basis in ("deal", "period", "cumulative")
    for reprice in (
        ("all", "new_only") if (mode, basis) == ("retroactive", "cumulative") else ("",)
    )
]


@pytest.mark.parametrize(("mode", "basis", "reprice"), READINGS)
@settings(max_examples=2, deadline=None)
@given(sold=st.integers(1, 10**8), kept=st.integers(0, 10**8))
def test_a_deal_and_its_full_return_leave_what_the_others_pay(
    mode, basis, reprice, sold, kept
) -> None:
    """Property 14 under every reading of a rate table."""
    tiers = '{from: "0", rate: "0.02"}, {from: "2500", rate: "0.04"}, {from: "5000", rate: "0.1"}'
    extra = f"    reprice: {reprice}\n" if reprice else ""
    plan = plan_of(tiers_yaml(tiers, unit="amount", mode=mode, basis=basis, extra=extra))
    person = {"salesperson": "Li", "credited": 0.0}
    table = deals(kept / 100, sold / 100, -sold / 100)
    table["order_id"] = ["A", "B", "B"]
    assert plan.statement(person, table).payout == plan.statement(person, table.head(1)).payout


@given(
    st.lists(st.fractions(0, 3, max_denominator=200), min_size=1, max_size=5, unique=True),
    st.fractions(-(10**6), 10**6, max_denominator=7),
    st.fractions(1, 10**6, max_denominator=7),
    st.sampled_from(["lower", "upper"]),
    st.sampled_from([None, -1, 0, 1]),
)
def test_counting_the_edges_reached_is_comparing_with_each(edges, sold, unit, closed, off) -> None:
    """Property 16: one division downwards finds the same side as multiplying crosswise."""
    edges = sorted(edges)
    sold = sold if off is None else edges[-1] * unit + F(off, 100)  # on an edge, or a hair away
    whole, under = whole_edges(edges)
    counted = count_reached(whole, sold * under, unit, closed)
    assert counted == sum(reached(sold, edge, unit, closed) for edge in edges)


NEAR = [F(round(end * 100) + k, 100) for zone in zones() for end in zone for k in (-1, 0, 1)]


@given(st.one_of(st.sampled_from(NEAR), st.fractions(1, 2 * 10**6, max_denominator=100)))
def test_a_bonus_leaves_less_than_a_smaller_one_in_the_blind_zones_and_nowhere_else(bonus) -> None:
    """Property 30: the most that a smaller bonus leaves is left at the end of a bracket below it."""
    inside = any(low < bonus < high for low, high in zones())
    ends = [low for low, _ in zones() if low < bonus]
    assume(ends)
    best = max(low - one_off_tax(low) for low in ends)
    assert (bonus - one_off_tax(bonus) < best) == inside
