"""Expected pay in closed form equals integrals, averages and published numbers."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from paytools import measured, plan_of, section_5, tiers_yaml

from salesanalysis.errors import ContractError
from salesanalysis.incentives import compile_plan, payout
from salesanalysis.incentives.moments import (
    Empirical,
    LogNormal,
    Mixture,
    Normal,
    analytic_reasons,
    distribution_of,
    expected,
    pay_at,
)

PRESET = LogNormal(0.043305, 0.170933)
FULL_TIERS = '{from: "0", rate: "0.02"}, {from: "0.8", rate: "0.05"}, {from: "1.0", rate: "0.1"}'


def cap(amount: str) -> str:
    return f'limits:\n  cap: {{of: pay, amount: "{amount}", excess: lost, before: null}}\n'


def draws_of(dist, n: int = 100_000) -> np.ndarray:
    return np.asarray(dist.quantile((np.arange(n) + 0.5) / n))


def test_the_plan_of_the_method_pays_0_0493_of_the_quota_on_average():
    """methods/incentives.md, section 8: closed form and quadrature agree on it.

    m and s to all digits: z of P = 0.60 and of 0.90, s = ln 1.30 / (z_P + z_0.9), m = s z_P.
    """
    from scipy.special import ndtri

    s = np.log(1.30) / (ndtri(0.6) + ndtri(0.9))
    found = expected(section_5(), LogNormal(s * ndtri(0.6), s), quota=1.0)
    assert found.mean[0] == pytest.approx(0.049295866442, abs=1e-12)


def test_two_tiers_and_two_results_by_hand():
    """2 % up to quota, 10 % above; results of 50 % and 150 %: 1,000 and 2,000 + 5,000."""
    plan = plan_of(tiers_yaml('{from: "0", rate: "0.02"}, {from: "1", rate: "0.10"}'))
    found = expected(plan, [0.5, 1.5], quota=100_000)
    assert found.mean.tolist() == pytest.approx([4_000])
    assert found.sd.tolist() == pytest.approx([3_000])
    assert found.parts["commission"].tolist() == pytest.approx([4_000])
    reached = found.pieces.set_index("lo")
    assert reached.loc[1.0, ["probability", "pay"]].tolist() == pytest.approx([0.5, 3_500])


@pytest.mark.parametrize(("closed", "share"), [("lower", 0.5), ("upper", 0.25)])
def test_results_exactly_on_an_edge_count_on_its_side(closed, share):
    """Two of four results at exactly 100 %, one above: a bonus for half or for a quarter."""
    step = (
        f"  - id: bonus\n    type: step\n    basis: period\n    closed: {closed}\n    pays: reached\n"
        f'    measured: {measured("attainment")}\n    steps: [{{from: "1.0", amount: "1000"}}]\n'
    )
    seen = [0.9, 0.9, 1.0, 1.2] if closed == "lower" else [0.9, 1.0, 1.0, 1.2]
    assert expected(plan_of(step), seen, quota=1.0).mean[0] == pytest.approx(1000 * share)


def test_two_sides_of_one_edge_leave_a_piece_of_one_point():
    """Closed below in one part and above in the other: exactly 100 % gets both bonuses."""
    step = (
        "  - id: {id}\n    type: step\n    basis: period\n    closed: {side}\n    pays: reached\n"
        '    measured: {how}\n    steps: [{{from: "0.5", amount: "1"}}, '
        '{{from: "1.0", amount: "{amount}"}}]\n'
    )
    how = measured("attainment")
    plan = plan_of(
        step.format(id="low", side="lower", how=how, amount="100")
        + step.format(id="up", side="upper", how=how, amount="10")
    )
    found = expected(plan, [1.0], quota=1.0)
    assert found.mean[0] == pytest.approx(101)  # 100 of the one, 1 of the other
    assert expected(plan, [1.0, 1.1], quota=1.0).mean[0] == pytest.approx((101 + 110) / 2)


@pytest.mark.parametrize(
    "dist",
    [Normal(1.0, 0.3), PRESET, Mixture(0.1, PRESET), Empirical([0.0, 0.8, 0.8, 1.0, 1.1, 2.0])],
    ids=["normal", "lognormal", "vacancies", "seen"],
)
@pytest.mark.parametrize("limit", ["", cap("20000.00"), cap("9000.00")], ids=["", "cap", "low"])
def test_mean_and_spread_are_those_of_many_payments(dist, limit):
    plan = plan_of(tiers_yaml(FULL_TIERS, mode="retroactive") + limit)
    quota = np.array([100_000.0, 300_000.0])
    found = expected(plan, dist, quota=quota)
    form, draws = compile_plan(plan), draws_of(dist)
    for i, full in enumerate(quota):
        pay = pay_at(form, draws, quota=full)
        # a jump is met by a grid of 100,000 quantiles to one step of it
        assert found.mean[i] == pytest.approx(pay.mean(), rel=1e-4)
        assert found.sd[i] == pytest.approx(pay.std(), rel=2e-3)
    assert sum(found.parts.values()).tolist() == pytest.approx(found.mean.tolist())
    assert found.pieces["probability"].sum() == pytest.approx(1.0)
    assert found.pieces["pay"].sum() == pytest.approx(found.total)


def test_pay_at_an_attainment_is_that_of_the_vector_engine():
    for plan in (section_5(), section_5(closed="upper"), plan_of(tiers_yaml(
        FULL_TIERS, mode="retroactive") + cap("9000.00"))):  # fmt: skip
        form = compile_plan(plan)
        sold = np.array([-5, 0, 50, 79.99, 80, 99.99, 100, 119.99, 120, 400]) * 10_000
        ours = pay_at(form, sold / 1_000_000, quota=10_000.0)
        assert ours.tolist() == pytest.approx(payout(form, sold, np.full(10, 1_000_000)).tolist())


def test_edges_in_money_differ_by_quota():
    """4 % from 100,000 on: at twice the quota the same attainment earns from half of it on."""
    tiers = '{from: "0", rate: "0"}, {from: "100000", rate: "0.04"}'
    plan = plan_of(tiers_yaml(tiers, unit="amount"))
    found = expected(plan, Normal(1.0, 1e-9), quota=[50_000, 100_000, 200_000])
    assert found.mean.tolist() == pytest.approx([0, 0, 4_000], abs=1e-3)
    one = expected(plan, Normal(1.0, 0.2), quota=200_000).mean[0]
    assert one == pytest.approx(0.04 * 200_000 * (0.5 + _over(Normal(1.0, 0.2), 0.5)))


def _over(dist, edge) -> float:
    from salesanalysis.incentives.moments import stop_loss

    return float(stop_loss(dist, edge)) - (float(dist.mean) - edge)


@given(st.floats(0.2, 2.0), st.floats(0.02, 0.6), st.lists(st.floats(-0.5, 3.0), max_size=5))
def test_pieces_of_any_cut_add_up_to_the_whole(m, s, cuts):
    edges = [-np.inf, *sorted(set(cuts)), np.inf]
    for dist in (Normal(m, s), LogNormal(np.log(m), s), Mixture(0.2, Normal(m, s)),
                 Empirical([*cuts, m]), Mixture(0.3, Empirical([*cuts, m, 0.0]))):  # fmt: skip
        for low_in in (True, False):
            parts = [
                dist.central(lo, hi, low_in=low_in, high_in=not low_in)
                for lo, hi in pairwise(edges)
            ]
            whole = [float(sum(p[k] for p in parts)) for k in range(3)]
            assert whole[:2] == pytest.approx([1.0, 0.0], abs=1e-9)
            assert whole[2] == pytest.approx(float(dist.sd) ** 2)


@pytest.mark.parametrize("dist", [Normal(1.0, 0.2), PRESET], ids=["normal", "lognormal"])
def test_moments_of_a_piece_are_its_integrals(dist):
    from scipy import integrate, stats

    frozen = (
        stats.norm(1.0, 0.2)
        if isinstance(dist, Normal)
        else stats.lognorm(float(dist.s), scale=np.exp(float(dist.m)))
    )
    for lo, hi in ((0.5, 0.9), (0.9, 1.3), (1.3, 4.0)):
        for power, ours in enumerate((dist.probability, dist.first, dist.second)):
            whole = integrate.quad(lambda a, j=power: a**j * frozen.pdf(a), lo, hi, epsabs=1e-13)
            assert float(ours(lo, hi)) == pytest.approx(whole[0], abs=1e-11)


def test_absurd_settings_stay_exact():
    far = Normal(1.0, 0.1)
    # ten standard deviations out: Phi(-10), the tail keeps its digits
    assert float(far.probability(2.0, 3.0)) == pytest.approx(7.619853024160527e-24)
    assert float(far.above(50.0)) == 0.0
    tiny = Normal(1.0, 1e-12)
    assert float(tiny.sd) == pytest.approx(1e-12)
    assert expected(section_5(), tiny, quota=300_000).sd[0] > 0  # a jump at exactly 100 %
    certain = expected(section_5(), [1.1], quota=300_000)
    assert (certain.mean[0], certain.sd[0]) == pytest.approx((15_840, 0.0), abs=1e-6)
    nobody = expected(section_5(), Mixture(1.0, Normal(1, 0.2)), quota=300_000)
    assert (nobody.mean[0], nobody.sd[0]) == (0.0, 0.0)
    assert float(Mixture(1.0, Normal(1, 0.2)).quantile(0.5)) == 0.0
    vacant = Mixture(0.1, PRESET)
    assert vacant.quantile([0.05, 0.1, 0.1 + 0.9 * 0.4]).round(4).tolist() == [0.0, 0.0, 1.0]


def test_what_an_attainment_may_be():
    class Model:
        kind, m, s, vacancy = "lognormal", 0.0, 0.2, 0.1

    assert isinstance(distribution_of(Model()), Mixture)
    assert distribution_of(Normal(1, 0.1)) == Normal(1, 0.1)
    with pytest.raises(ContractError) as caught:
        distribution_of("normal")
    assert str(caught.value) == (
        "'normal' is no distribution of attainments.\n"
        "  where: distribution_of(...)\n"
        "  fix:   give Normal(m, s), LogNormal(m, s), an attainment model or past attainments"
    )


def test_what_has_no_closed_form_is_named():
    plan = section_5(negative="carry")
    assert analytic_reasons(plan) == (
        ("commission", "carries a balance"),
        ("coef", "multiplies commission"),
    )
    with pytest.raises(ContractError) as caught:
        expected(plan, PRESET, quota=300_000)
    assert str(caught.value) == (
        "2 parts of the plan have no closed form: commission: carries a balance; coef: multiplies "
        "commission.\n"
        "  where: expected(form, ...)\n"
        "  fix:   simulate the plan, or take these parts out of it"
    )


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: Normal(1.0, 0.0),
            "the standard deviation is 0.\n  where: Normal(s)\n"
            "  fix:   give a spread above 0; attainments that are known are Empirical([...])",
        ),
        (
            lambda: Empirical([1.0, np.nan]),
            "1 of 2 numbers of values are empty, infinite or beyond inf, first nan.\n"
            "  where: Empirical(values)\n"
            "  fix:   give ratios: 1 for exactly the quota; m of a lognormal is the mean of "
            "logarithms",
        ),
        (
            lambda: Empirical([95.0, 100.0, 110.0]),
            "the middle of 3 attainments is 100: this looks like percent.\n"
            "  where: Empirical(values)\n  fix:   give ratios: 0.95 for 95 %",
        ),
        (
            lambda: Empirical([]),
            "there is not one attainment.\n  where: Empirical(values)\n"
            "  fix:   give one ratio per person and period, 1 for exactly the quota",
        ),
        (
            lambda: Mixture(1.5, PRESET),
            "the share of vacancies is 1.5.\n  where: Mixture(p0)\n  fix:   give a share from 0 to 1",
        ),
        (
            lambda: expected(section_5(), PRESET, quota=[0.0, 1.0]),
            "1 of 2 quotas are empty, 0, negative or infinite.\n  where: expected(quota=...)\n"
            "  fix:   give a quota above 0 for everybody; people without one are paid nothing by it",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(make, message):
    with pytest.raises(ContractError) as caught:
        make()
    assert str(caught.value) == message


def test_a_plan_on_the_target_incentive_needs_one():
    curve = (
        "  - id: bonus\n    type: curve\n    basis: period\n    closed: lower\n    scale: TI\n"
        f'    below: "0"\n    measured: {measured("attainment")}\n'
        '    points: [["0.75", "0.5"], ["1.0", "1.0"], ["1.5", "3.0"]]\n'
    )
    plan = plan_of(curve)
    found = expected(plan, [1.0, 1.25], quota=300_000, incentive=[15_000.0])
    assert found.mean.tolist() == pytest.approx([22_500])
    with pytest.raises(ContractError, match="shares of the target incentive, and none is given"):
        expected(plan, [1.0], quota=300_000)
