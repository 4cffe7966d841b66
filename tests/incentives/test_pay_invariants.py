"""What must hold for every plan and every book of sales."""

from fractions import Fraction

import numpy as np
import pandas as pd
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from paytools import SECTION_5_BANDS, deals, plan_of, section_5, tiers_yaml

from salesanalysis.incentives.exact.cents import allocate
from salesanalysis.incentives.inputs.book import reached

cents = st.integers(-3_000_000, 90_000_000)
books = st.lists(cents, min_size=1, max_size=6)
quotas = st.integers(1, 60_000_000)


@st.composite
def plans(draw, *, mode=None, rising=False):
    """A plan of one to five tiers with the three bonus coefficients."""
    edges = sorted(draw(st.sets(st.integers(1, 300), max_size=4)))
    n = len(edges) + 1
    rates = draw(st.lists(st.integers(0, 2000), min_size=n, max_size=n))
    rates = sorted(rates) if rising else rates
    tiers = ", ".join(
        f'{{from: "{e / 100}", rate: "{r / 10000:.4f}"}}'
        for e, r in zip([0, *edges], rates, strict=True)
    )
    yaml = tiers_yaml(
        tiers,
        mode=mode or draw(st.sampled_from(["marginal", "retroactive"])),
        closed=draw(st.sampled_from(["lower", "upper"])),
        negative=draw(st.sampled_from(["zero", "carry", "first_rate"])),
    )
    return plan_of(yaml + SECTION_5_BANDS)


@settings(max_examples=30)
@given(plans(), books, quotas)
def test_lines_add_up_to_the_pay_and_each_stays_within_a_cent(plan, book, quota) -> None:
    paid = plan.statement(
        {"salesperson": "Li", "quota": quota / 100}, deals(*[c / 100 for c in book])
    )
    lines = (paid.lines["paid"] * 100).round().astype("int64")
    assert lines.sum() == round(paid.payout * 100)
    assert ((paid.lines["paid"] - paid.lines["exact"]).abs() < 0.01 + 1e-6).all()
    assert np.allclose(paid.lines["base"] * paid.lines["pay_rate"], paid.lines["exact"])


@given(st.lists(st.fractions(-1000, 1000, max_denominator=97), min_size=1, max_size=9))
def test_whole_amounts_never_move_and_no_line_moves_a_whole_cent(amounts) -> None:
    total = sum(amounts)
    whole = int(abs(total) + Fraction(1, 2)) * (1 if total >= 0 else -1)
    parts = allocate(amounts, whole)
    assert sum(parts) == whole
    assert all(abs(p - a) < 1 for p, a in zip(parts, amounts, strict=True))


@settings(max_examples=30)
@given(plans(), books, quotas, st.randoms())
def test_the_order_of_rows_changes_nothing(plan, book, quota, random) -> None:
    table = deals(*[c / 100 for c in book])
    order = list(range(len(table)))
    random.shuffle(order)
    person = {"salesperson": "Li", "quota": quota / 100}
    first, second = plan.statement(person, table), plan.statement(person, table.iloc[order])
    pd.testing.assert_frame_equal(first.to_frame(), second.to_frame())
    assert first.digest == second.digest


@given(plans(mode="marginal"), cents, cents, quotas)
def test_selling_more_never_pays_less_under_marginal_tiers(plan, one, two, quota) -> None:
    low, high = sorted((one, two))
    q = Fraction(quota, 100)
    assert plan.payout(Fraction(low, 100), quota=q) <= plan.payout(Fraction(high, 100), quota=q)


@given(plans(), cents, quotas, st.integers(2, 50))
def test_twice_the_sales_on_twice_the_quota_pay_twice(plan, sold, quota, times) -> None:
    s, q = Fraction(sold, 100), Fraction(quota, 100)
    assert plan.payout(times * s, quota=times * q) == times * plan.payout(s, quota=q)


@given(st.lists(st.integers(0, 900), min_size=2, max_size=5), st.integers(0, 3_000_000))
def test_with_rising_rates_slice_by_slice_never_pays_more_than_the_whole_amount(
    rates, sold
) -> None:
    tiers = ", ".join(
        f'{{from: "{5000 * i}", rate: "{r / 1000}"}}' for i, r in enumerate(sorted(rates))
    )
    slices = plan_of(tiers_yaml(tiers, unit="amount"))
    whole = plan_of(tiers_yaml(tiers, unit="amount", mode="retroactive"))
    x = Fraction(sold, 100)
    assert slices.payout(x) <= whole.payout(x)
    if x < 5000:
        assert slices.payout(x) == whole.payout(x)


@given(books.map(lambda book: [abs(amount) for amount in book]))
def test_walking_deal_by_deal_ends_at_the_pay_of_the_total(book) -> None:
    """The cumulative marginal walk telescopes: property 8 of the method."""
    plan = plan_of(
        tiers_yaml(
            '{from: "0", rate: "0.04"}, {from: "150000", rate: "0.06"}',
            unit="amount",
            basis="cumulative",
        )
    )
    credited, total = Fraction(0), Fraction(0)
    for amount in book:
        total += plan.payout(Fraction(amount, 100), credited=credited)
        credited += Fraction(amount, 100)
    assert total == plan.payout(credited)


@settings(max_examples=30)
@given(plans(), cents, quotas)
def test_a_deal_and_its_full_return_pay_nothing(plan, sold, quota) -> None:
    assume(sold > 0)
    table = deals(sold / 100, -sold / 100).assign(order_id="A")
    paid = plan.statement({"salesperson": "Li", "quota": quota / 100}, table)
    assert paid.payout == 0.0


@settings(max_examples=30)
@given(st.integers(-(10**12), 10**12), st.integers(1, 10**10))
def test_every_completion_lies_in_exactly_one_band(sold, quota) -> None:
    plan = section_5()
    coefficient = plan.statement(
        {"salesperson": "Li", "quota": quota / 100}, deals(sold / 100)
    ).coefficient_text
    share = Fraction(sold, quota)
    assert coefficient == ("1.2" if share >= 1 else "1.0" if share >= Fraction(4, 5) else "0.8")


def test_a_dummy_edge_changes_nothing() -> None:
    one = plan_of(tiers_yaml('{from: "0", rate: "0.02"}, {from: "1", rate: "0.05"}'))
    two = plan_of(
        tiers_yaml(
            '{from: "0", rate: "0.02"}, {from: "0.4", rate: "0.02"}, {from: "1", rate: "0.05"}'
        )
    )
    for sold in range(0, 200_000, 777):
        assert one.payout(sold, quota=100_000) == two.payout(sold, quota=100_000)


EDGES = ("0.5", "0.6", "0.7", "0.8", "0.9", "1.0", "1.1", "1.15", "1.2", "1.3", "1.4")


def test_no_sale_exactly_on_an_edge_misses_it_at_any_quota_and_no_cent_below_reaches_it() -> None:
    """Section 6: 11 thresholds x many quotas, zero errors; the float forms miss in 38 to 60 %."""
    quota = np.random.default_rng(6).integers(1, 10**9, 20_000) * 100
    wrong_float = 0
    for text in EDGES:
        edge = Fraction(text)
        sold = quota * edge.numerator // edge.denominator
        assert (sold * edge.denominator == quota * edge.numerator).all()
        assert reached(sold, edge, quota, "lower").all()
        assert not reached(sold - 1, edge, quota, "lower").any()
        assert not reached(sold, edge, quota, "upper").any()
        assert reached(sold + 1, edge, quota, "upper").all()
        wrong_float += int((sold < quota * float(text)).sum())
    assert wrong_float > 0  # the trap is real: this is why nobody multiplies in floats here
