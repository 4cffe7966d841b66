"""Properties of the method's list that no other file proves: 2, 4, 5, 11, 14, 17, 18, 26, 29, 31, 32."""

import re
from fractions import Fraction
from itertools import pairwise

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from paytools import BOTH, HEAD, SECTION_5_BANDS, deals, measured, plan_of, tiers_yaml

from salesanalysis import strictyaml
from salesanalysis.incentives import Plan

F = Fraction
cents = st.integers(0, 10**8)


@st.composite
def tables(draw, *, most=4):
    """Edges in percent of quota and rates in hundredths of a percent."""
    edges = sorted(draw(st.sets(st.integers(1, 300), max_size=most)))
    n = len(edges) + 1
    rates = draw(st.lists(st.integers(0, 2000), min_size=n, max_size=n))
    return [0, *edges], rates


def tiers_of(edges, rates, **switches) -> str:
    rows = ", ".join(
        f'{{from: "{e / 100}", rate: "{r / 10000:.4f}"}}' for e, r in zip(edges, rates, strict=True)
    )
    return tiers_yaml(rows, **switches)


@given(tables(), st.sampled_from(["marginal", "retroactive"]), st.sampled_from(["lower", "upper"]))
def test_nothing_sold_pays_nothing(table, mode, closed) -> None:
    """Property 4."""
    plan = plan_of(tiers_of(*table, mode=mode, closed=closed) + SECTION_5_BANDS)
    assert plan.payout(0, quota=1000) == 0


@settings(max_examples=12)
@given(tables(), st.integers(1, 300), cents, st.sampled_from(["marginal", "retroactive"]))
def test_an_edge_between_equal_rates_changes_nothing(table, extra, sold, mode) -> None:
    """Property 11, both ways: a dummy edge put in, equal neighbours merged."""
    edges, rates = table
    if extra in edges:
        return
    at = sum(e < extra for e in edges)
    more = plan_of(
        tiers_of([*edges[:at], extra, *edges[at:]], [*rates[:at], rates[at - 1], *rates[at:]], mode=mode)
    )  # fmt: skip
    plan = plan_of(tiers_of(edges, rates, mode=mode))
    assert more.payout(F(sold, 100), quota=5000) == plan.payout(F(sold, 100), quota=5000)


@settings(max_examples=3, deadline=None)
@given(tables(most=2), st.integers(1, 10**6), st.integers(1, 10**6))
def test_booked_taken_back_and_booked_again_is_as_if_booked_once(table, kept, moved) -> None:
    """Property 14: with `recompute` the clawback takes back exactly what the deal was worth.

    Booked again in the month of the clawback, it pays what a first booking there would have paid.
    """
    clawback = (
        "settlement: {true_up: none, clawback: {window_months: 6, method: recompute, "
        "floor: negative}}\n"
    )
    plan = Plan.from_text(HEAD + tiers_of(*table) + clawback)
    people = pd.DataFrame({"salesperson": ["Li"], "quota": [5000.0]})
    first = deals(kept / 100, moved / 100, month="2024-01", salesperson=["Li"] * 2)
    gone = pd.DataFrame(
        {
            "salesperson": ["Li"], "order_id": ["D001"], "booked_on": ["2024-01-02"],
            "amount": [moved / 100], "period": ["2024-02"],
        }
    )  # fmt: skip
    again = deals(moved / 100, month="2024-02", salesperson=["Li"]).assign(order_id="E")

    def paid(*tables, clawbacks=None) -> float:
        return plan.run(
            people, pd.concat(tables), first="2024-01", last="2024-02", clawbacks=clawbacks
        ).total

    # each month is rounded once, so two sums may lie a cent apart
    assert abs(paid(first, clawbacks=gone) - paid(first.iloc[:1])) < 0.0101
    assert abs(paid(first, again, clawbacks=gone) - paid(first.iloc[:1], again)) < 0.0101


@settings(max_examples=12)
@given(tables(), st.lists(st.integers(0, 40000), min_size=1, max_size=6))
def test_marginal_rates_become_average_rates_and_come_back(table, sold) -> None:
    """Property 17: averages at the edges hold everything that marginal rates say up to the last one."""
    edges, rates = table
    ends = [*edges, 400]
    rows = ", ".join(
        f'{{from: "{e}", rate: "{r / 10000:.4f}"}}' for e, r in zip(edges, rates, strict=True)
    )
    marginal = plan_of(tiers_yaml(rows, unit="amount"))
    averages = [(e, marginal.payout(e) / e) for e in ends[1:]]
    text = ", ".join(f'["{e}", "{_decimal(rate)}"]' for e, rate in averages)
    average = plan_of(
        f"  - {{id: pay, type: average_rate, measured: {{unit: amount, {BOTH}}}, points: [{text}]}}\n"
    )
    paid = [F(0), *(average.payout(e) for e in ends[1:])]
    back = [
        (paid[k + 1] - paid[k]) / (ends[k + 1] - ends[k]) for k in range(len(edges))
    ]  # the rate of each slice, read off the average-rate plan
    assert all(abs(b - F(r, 10000)) < F(1, 10**9) for b, r in zip(back, rates, strict=True))
    for x in sold:
        share = F(x, 100)
        pay = sum(
            (min(share, hi) - lo) * rate
            for lo, hi, rate in zip(ends, ends[1:], back, strict=False)
            if share > lo
        )
        assert abs(pay - marginal.payout(min(share, F(400)))) < F(1, 10**6)


@settings(max_examples=12)
@given(tables(), st.integers(1, 10**7), st.sampled_from(["lower", "upper"]))
def test_one_more_cent_at_an_edge_pays_at_most_the_highest_rate_of_it(table, quota, closed) -> None:
    """Property 2, the cent before the edge and the one after it: a step may lie on either side."""
    edges, rates = table
    plan = plan_of(tiers_of(edges, rates, closed=closed))
    q, cent, most = F(quota, 100), F(1, 100), F(max(rates), 10000) / 100
    for edge in (F(e, 100) * q for e in edges):
        before, on, after = (plan.payout(edge + k * cent, quota=q) for k in (-1, 0, 1))
        assert max(abs(on - before), abs(after - on)) <= most


@settings(max_examples=12)
@given(tables(), st.integers(0, 100), st.integers(0, 100))
def test_inside_a_tier_the_whole_amount_is_ahead_of_slices_by_a_constant(table, one, two) -> None:
    """Property 5: sum of (r_k - r_j) x width_j over the tiers below."""
    edges, rates = table[0], sorted(table[1])
    slices, whole = (plan_of(tiers_of(edges, rates, mode=m)) for m in ("marginal", "retroactive"))
    ends = [*edges, edges[-1] + 100]
    for k, (lo, hi) in enumerate(pairwise(ends)):
        expected = sum(
            F(rates[k] - rates[j], 10000) * F(ends[j + 1] - ends[j], 100) * 5000 for j in range(k)
        )
        for part in (one, two):
            x = (F(lo, 100) + F(hi - lo, 100) * F(part, 101)) * 5000
            assert whole.payout(x, quota=5000) - slices.payout(x, quota=5000) == expected


def _decimal(value: Fraction) -> str:
    """Write a fraction to fifteen digits: a plan holds decimals."""
    return f"{int(value * 10**15) / 10**15:.15f}"


@settings(max_examples=6, deadline=None)
@given(st.lists(st.integers(1, 10**7), min_size=2, max_size=5), st.randoms())
def test_other_names_and_another_order_of_people_move_nobodys_pay(sold, random) -> None:
    """Property 18."""
    plan = plan_of(tiers_yaml('{from: "0", rate: "0.02"}, {from: "1.0", rate: "0.1"}'))
    names = [f"P{i}" for i in range(len(sold))]
    other = [f"Q{i}" for i in range(len(sold))]
    random.shuffle(other)
    people = pd.DataFrame({"salesperson": names, "quota": 5000.0})
    table = deals(*(v / 100 for v in sold), salesperson=names)
    again = dict(zip(names, other, strict=True))
    one = plan.pay(people, table).to_frame().set_index("salesperson")["pay"]
    two = plan.pay(people.replace(again), table.replace(again)).to_frame()
    assert one.rename(again).to_dict() == two.set_index("salesperson")["pay"].to_dict()


@settings(max_examples=25)
@given(tables(), st.integers(0, 150), st.integers(0, 4), st.integers(1, 500), st.integers(1, 50))
def test_a_higher_rate_or_coefficient_lowers_nobody(table, percent, which, more, up) -> None:
    """Property 26, each by itself: together the one could hide what the other takes."""
    edges, rates = table
    raised = [r + more * (k == which % len(rates)) for k, r in enumerate(rates)]
    bands = SECTION_5_BANDS.replace('value: "1.0"', f'value: "{1 + up / 1000}"')
    plan = plan_of(tiers_of(edges, rates) + SECTION_5_BANDS)
    x = 50 * percent
    for better in (tiers_of(edges, raised) + SECTION_5_BANDS, tiers_of(edges, rates) + bands):
        assert plan_of(better).payout(x, quota=5000) >= plan.payout(x, quota=5000)


def numbers_in(text: str) -> set[Fraction]:
    return {F(n) for n in re.findall(r"\d+(?:\.\d+)?", text.replace(",", ""))}


@settings(max_examples=12, deadline=None)
@given(tables(), st.sampled_from(["marginal", "retroactive"]), st.integers(1, 10**6))
def test_every_number_of_any_plan_stands_in_both_texts(table, mode, cap) -> None:
    """Property 29, beside the ready plans: drawn rates and edges; reading it back gives the plan."""
    source = (
        HEAD
        + tiers_of(*table, mode=mode)
        + SECTION_5_BANDS
        + f'limits: {{cap: {{of: pay, amount: "{cap / 100:.2f}", excess: lost}}}}\n'
    )
    plan = Plan.from_text(source)
    stated = {F(e, 100) for e in table[0]} | {F(r, 10000) for r in table[1]} | {F(cap, 100)}
    texts = [numbers_in(plan.text(lang)) for lang in ("en", "zh")]
    assert texts[0] == texts[1]
    assert not {v for v in stated if not texts[0] & {v, v * 100}}
    assert Plan.from_text(plan.to_yaml()) == plan
    assert strictyaml.parse(plan.to_yaml(), name="a").data == plan.document.data


@settings(max_examples=10)
@given(st.lists(st.integers(1, 10**8), min_size=1, max_size=4), st.integers(1, 10**8))
def test_a_rule_for_large_deals_that_keeps_all_of_them_is_none(sold, limit) -> None:
    """Property 31."""
    text = tiers_yaml('{from: "0", rate: "0.02"}, {from: "500", rate: "0.1"}', unit="amount")
    rule = f'credit: {{windfall: {{limit: "{limit / 100:.2f}", keep: "1"}}}}\n'
    with_rule, plain = Plan.from_text(HEAD + text + rule), Plan.from_text(HEAD + text)
    table = deals(*(v / 100 for v in sold))
    person = {"salesperson": "Li"}
    assert with_rule.statement(person, table).payout == plain.statement(person, table).payout


@settings(max_examples=8)
@given(st.lists(st.integers(1, 97), min_size=1, max_size=4), st.integers(1, 10**7))
def test_every_kpi_at_its_target_pays_the_amount_whatever_the_weights(parts, amount) -> None:
    """Property 32; the weights are made to sum to exactly 1."""
    weights = [F(p, 100 * len(parts)) for p in parts]
    weights = [F(int(w * 10**6), 10**6) for w in weights]
    weights.append(1 - sum(weights))
    names = [f"k{i}" for i in range(len(weights))]
    head = HEAD.replace(
        "returns: negative}}", "returns: negative}" + "".join(f", {n}: {{kind: ratio}}" for n in names) + "}",
    )  # fmt: skip
    kpis = ", ".join(
        f'{{measure: {n}, weight: "{float(w):.6f}", direction: higher, below: "0", '
        'points: [["0.5", "0"], ["1.0", "1.0"], ["2.0", "3.0"]]}'
        for n, w in zip(names, weights, strict=True)
    )
    text = (
        f'  - {{id: kpi, type: kpi_weighted, pays: {{amount: "{amount / 100:.2f}", all_met_gate: false}}, '
        f"kpis: [{kpis}]}}\n"
    )
    plan = Plan.from_text(head + text)
    person = {"salesperson": "Li", **dict.fromkeys(names, 1.0)}
    assert plan.statement(person, deals(1)).payout == amount / 100
    assert measured("amount")  # the plan has no edges of its own
