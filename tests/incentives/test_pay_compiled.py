"""The compiled form pays what the exact engine pays, by blocks, on every edge."""

from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paytools import BOTH, HEAD, SECTION_5_BANDS, plan_of, section_5, tiers_yaml

from salesanalysis.errors import ContractError
from salesanalysis.incentives import Plan
from salesanalysis.incentives.compiled import compile_plan, payout

CURVE = (
    '  - {id: bonus, type: curve, basis: period, closed: lower, scale: TI, below: "0", measured: '
    f"{{unit: attainment, quota: month, {BOTH}}}, "
    'points: [["0.75", "0.5"], ["1.0", "1.0"], ["1.5", "3.0"]]}\n'
)
STEPS = (
    "  - {id: prize, type: step, basis: period, closed: upper, pays: sum, measured: "
    f"{{unit: attainment, quota: month, {BOTH}}}, "
    'steps: [{from: "0.8", amount: "500"}, {from: "1.0", amount: "1000"}]}\n'
)
GATE = (
    '  - {id: gate, type: gate, closed: lower, at: "0.6", multiplies: [commission], '
    "measured: {unit: attainment, quota: month, tier_measure: sales}}\n"
)


def test_the_example_of_the_method_compiles_to_its_printed_table() -> None:
    """methods/incentives.md, section 7: a and b of commission times coefficient."""
    segments = compile_plan(section_5()).segments
    table = {str(s.lo): s.lines.get("quota") for s in segments}
    f = Fraction
    assert table == {
        "None": None,
        "0": (f(0), f("0.016")),
        "1/2": (f("-0.008"), f("0.032")),
        "4/5": (f("-0.026"), f("0.060")),
        "1": (f("-0.0792"), f("0.120")),
        "6/5": (f("-0.1512"), f("0.180")),
    }


def test_two_sides_of_one_edge_leave_a_segment_of_one_point() -> None:
    """Commission is closed below at 100 %, the prize above: exactly 100 % has one but not the other."""
    plan = plan_of(
        tiers_yaml('{from: "0", rate: "0.1"}, {from: "1.0", rate: "0.2"}', mode="retroactive")
        + STEPS
    )
    form = compile_plan(plan)
    assert [s.lo for s in form.segments if s.point] == [Fraction(0), Fraction(1)]
    sold = np.array([99_999, 100_000, 100_001])
    exact = [float(plan.payout(Fraction(int(s), 100), quota=1000)) for s in sold]
    assert payout(form, sold, 100_000, 0) == pytest.approx(exact, rel=1e-12)
    assert exact[1] == 200 + 500


@st.composite
def everything(draw):
    """Tiers of either mode with bands, steps, a curve, a gate and a cap, any of them left out."""
    edges = sorted(draw(st.sets(st.integers(1, 250), max_size=4)))
    rates = draw(st.lists(st.integers(0, 2000), min_size=len(edges) + 1, max_size=len(edges) + 1))
    tiers = ", ".join(
        f'{{from: "{e / 100}", rate: "{r / 10000:.4f}", flat: "{r % 7}"}}'
        for e, r in zip([0, *edges], rates, strict=True)
    )
    yaml = tiers_yaml(
        tiers,
        mode=draw(st.sampled_from(["marginal", "retroactive"])),
        closed=draw(st.sampled_from(["lower", "upper"])),
        negative=draw(st.sampled_from(["zero", "first_rate"])),
    )
    for part in (SECTION_5_BANDS, STEPS, CURVE, GATE):
        yaml += part if draw(st.booleans()) else ""
    if draw(st.booleans()):
        yaml += 'limits: {cap: {of: pay, amount: "9000.00", excess: lost, before: null}}\n'
    return Plan.from_text(HEAD + yaml)


@settings(max_examples=25, deadline=None)
@given(
    everything(),
    st.lists(st.integers(-(10**6), 10**8), min_size=1, max_size=8),
    st.integers(1, 10**8),
)
def test_arrays_pay_what_fractions_pay(plan, sold, quota) -> None:
    form = compile_plan(plan)
    on_edges = [quota * e.numerator // e.denominator for s in form.segments if (e := s.lo)]
    amounts = np.array([*sold, *on_edges, *(v + 1 for v in on_edges), *(v - 1 for v in on_edges)])
    paid = payout(form, amounts, np.full(amounts.size, quota), 1_500_000)
    exact = [plan.payout(Fraction(int(s), 100), quota=Fraction(quota, 100)) for s in amounts]
    capped = [float(v) for v in exact]
    assert paid == pytest.approx(capped, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("n", [1, 32_767, 32_768, 32_769, 70_001])
def test_the_size_of_a_block_changes_nothing(n) -> None:
    rng = np.random.default_rng(7)
    quota = rng.integers(10**5, 10**9, 70_001)
    sold = (quota * rng.lognormal(0, 0.3, 70_001)).astype("int64")
    form = compile_plan(section_5())
    whole = payout(form, sold, quota)
    assert np.array_equal(whole[:n], payout(form, sold[:n], quota[:n]))
    order = rng.permutation(70_001)
    assert np.array_equal(whole[order], payout(form, sold[order], quota[order]))


def test_draws_by_people_keep_their_shape_and_fill_a_buffer_of_the_caller() -> None:
    form = compile_plan(section_5())
    sold = np.arange(12, dtype="int64").reshape(3, 4) * 10**7
    buffer = np.empty((3, 4))
    assert payout(form, sold, np.full(4, 3 * 10**7), out=buffer) is buffer
    assert buffer[1, 2] == payout(form, [6 * 10**7], [3 * 10**7])[0]


def refused(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


def test_what_is_no_line_with_jumps_is_named_and_never_approximated() -> None:
    plan = section_5(negative="carry")
    assert refused(lambda: payout(compile_plan(plan), [1], [1])) == (
        "2 parts of the plan are no lines with jumps: commission: carries a balance; "
        "coef: multiplies commission.\n"
        "  where: payout(compiled, ...)\n"
        "  fix:   pay with plan.pay, which calculates every part exactly"
    )


def test_half_cents_empty_values_and_missing_quotas_are_refused() -> None:
    form = compile_plan(section_5())
    assert refused(lambda: payout(form, [1.5, np.nan], [1, 1])) == (
        "2 of 2 values of sold are no whole cents below 10^15, first 1.5.\n"
        "  where: payout(sold=...)\n"
        "  fix:   give whole cents: round(currency * 100)"
    )
    assert refused(lambda: payout(form, [1])) == (
        "edges are shares of the quota, and a quota is missing, 0 or negative.\n"
        "  where: payout(quota=...)\n"
        "  fix:   give a quota above 0 for every row"
    )
    with_curve = compile_plan(plan_of(CURVE))
    assert refused(lambda: payout(with_curve, [1], [1])) == (
        "the plan pays shares of the target incentive, and none is given.\n"
        "  where: payout(incentive=...)\n"
        "  fix:   give the target incentive in cents"
    )


@pytest.mark.parametrize("closed", ["lower", "upper"])
def test_one_return_among_the_rows_moves_no_other_row(closed) -> None:
    """Rows of 0 and more skip the edges up to 0; a return among them brings these back."""
    form = compile_plan(section_5(closed=closed))
    sold, quota = np.array([0, 1, 24_000_000, 30_000_000, 99_000_000]), np.full(6, 30_000_000)
    mixed = payout(form, np.append(sold, -5), quota)
    assert payout(form, sold, quota[:5]).tolist() == mixed[:5].tolist()
    assert mixed[5] == 0


def test_threads_pay_side_by_side_what_they_pay_alone() -> None:
    form, quota = compile_plan(section_5()), np.full(50_000, 10**7)
    rows = [np.random.default_rng(i).integers(0, 2 * 10**7, 50_000) for i in range(6)]
    with ThreadPoolExecutor(3) as pool:
        together = list(pool.map(lambda sold: payout(form, sold, quota), rows))
    assert all((a == payout(form, b, quota)).all() for a, b in zip(together, rows, strict=True))
