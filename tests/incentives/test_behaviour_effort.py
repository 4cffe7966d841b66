"""Effort: the linear model, a bonus from a quota on, any plan, and quotas that run ahead."""

import numpy as np
import pandas as pd
import pytest
from figures import assert_good_figure
from hypothesis import given, settings
from hypothesis import strategies as st
from paytools import plan_of, section_5, tiers_yaml
from scipy.special import ndtr

from salesanalysis import store
from salesanalysis.errors import ContractError
from salesanalysis.incentives import Plan, compile_plan
from salesanalysis.incentives.behaviour import (
    bonus_effort,
    linear_optimum,
    plan_effort,
    quota_bonus,
    ratchet,
    studies,
)
from salesanalysis.incentives.behaviour.ratchet import slopes
from salesanalysis.incentives.plan import EXAMPLE
from salesanalysis.labels import LANGUAGES

FLAT = plan_of(tiers_yaml('{from: "0", rate: "0.05"}'))


def team(*means, quota=100_000.0, **columns) -> pd.DataFrame:
    return pd.DataFrame(
        {"salesperson": [f"p{i:03d}" for i in range(len(means))], "quota": quota,
         "expected_rate": list(map(float, means)), **columns}
    )  # fmt: skip


# -- worked by hand ---------------------------------------------------------------------------


def test_the_linear_model_pays_half_where_risk_weighs_as_much_as_effort():
    best = linear_optimum(response=1, effort_cost=1, risk_aversion=2, noise_variance=0.5)
    assert (best.rate, best.effort, best.profit) == (0.5, 0.5, 0.25)
    # salary + b^2 k^2 / 2c - R b^2 v / 2 = 0.125 - 0.125
    assert best.certainty_equivalent == 0.0
    paid = linear_optimum(response=1, effort_cost=1, risk_aversion=2, noise_variance=0.5, salary=3)
    assert (paid.rate, paid.certainty_equivalent) == (0.5, 3.0)


def test_one_rate_for_people_who_differ_by_a_tenth_loses_about_one_percent() -> None:
    """Raju and Srinivasan (1996): a common plan, salaries each's own, loses about 1 % of profit."""
    rates, own, common = np.arange(0, 121) / 100, 0.0, np.zeros(121)
    for k in (0.9, 1.0, 1.1):
        for v in (0.45, 0.5, 0.55):
            best = linear_optimum(response=k, effort_cost=1, risk_aversion=2, noise_variance=v)
            curve = best.to_frame()
            own += best.profit
            common += np.interp(rates, curve["rate"], curve["surplus"])
    assert 1 - common.max() / own == pytest.approx(0.008, abs=0.001)
    assert rates[common.argmax()] == 0.5


def test_without_risk_everything_is_paid_out():
    best = linear_optimum(response=2, effort_cost=0.5, risk_aversion=0, noise_variance=9)
    assert (best.rate, best.effort, best.profit) == (1.0, 4.0, 4.0)


def test_the_bonus_of_the_method_has_its_three_efforts():
    effort = bonus_effort([0.1, 0.5, 0.6], bonus=0.3, effort_cost=1, noise=0.2)
    assert effort[0] == pytest.approx(0.32243, abs=5e-6)
    assert effort[1] == pytest.approx(0.566, abs=5e-4)
    assert effort[2] == pytest.approx(0.007, abs=5e-4)


def test_a_flat_rate_calls_forth_rate_over_cost():
    # pay 5 % of sales, cost 0.5 x quota x e^2 / 2: e = 0.05 / 0.5 wherever sales stay above 0
    found = plan_effort(FLAT, team(0.8, 1.2), effort_cost=0.5, noise=0.05)
    assert found.frame["effort_rate"].tolist() == pytest.approx([0.1, 0.1], abs=1e-6)
    assert found.frame["extra_sales"].tolist() == pytest.approx([10_000, 10_000], rel=1e-5)
    assert found.frame["extra_pay"].tolist() == pytest.approx([500, 500], rel=1e-5)


def test_a_step_at_the_quota_is_the_quota_bonus():
    step = plan_of(
        "  - {id: b, type: step, basis: period, closed: lower, pays: reached,\n"
        "     measured: {unit: attainment, quota: month, tier_measure: sales, pay_measure: sales},\n"
        '     steps: [{from: "0", amount: "0.00"}, {from: "1.0", amount: "3000.00"}]}\n'
    )
    means = np.linspace(0.3, 1.2, 25)
    found = plan_effort(step, team(*means, quota=10_000.0), effort_cost=1.0, noise=0.2)
    wanted = bonus_effort(1 - means, bonus=0.3, effort_cost=1.0, noise=0.2)
    assert found.frame["effort_rate"].to_numpy() == pytest.approx(wanted, abs=2e-6)


# -- invariants -------------------------------------------------------------------------------


@settings(max_examples=15, deadline=None)
@given(st.floats(0.1, 5), st.floats(0.1, 5), st.floats(0, 5), st.floats(0, 5))
def test_no_other_rate_leaves_more_and_profit_is_what_is_left(k, c, r, v):
    best = linear_optimum(response=k, effort_cost=c, risk_aversion=r, noise_variance=v)
    assert best.frame["surplus"].max() == pytest.approx(best.profit, rel=1e-9, abs=1e-12)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.floats(-3, 6), min_size=1, max_size=6), st.floats(0.01, 5), st.floats(0.05, 5),
    st.floats(0.005, 2),
)  # fmt: skip
def test_no_effort_of_a_fine_grid_beats_the_one_found(gaps, bonus, cost, noise):
    found = bonus_effort(gaps, bonus=bonus, effort_cost=cost, noise=noise)
    tried = np.linspace(0, np.sqrt(2 * bonus / cost), 20_001)
    for gap, effort in zip(gaps, found, strict=True):

        def worth(e, gap=gap):
            return bonus * ndtr((e - gap) / noise) - cost * e * e / 2

        assert effort >= 0
        assert worth(effort) >= worth(tried).max() - 1e-9 * bonus


def test_many_people_at_once_are_each_alone():
    gaps = np.linspace(-1, 2, 9001)
    whole = bonus_effort(gaps, bonus=0.3, effort_cost=1, noise=0.2)
    one = [float(bonus_effort(g, bonus=0.3, effort_cost=1, noise=0.2)) for g in gaps[::1500]]
    assert whole[::1500].tolist() == pytest.approx(one, abs=1e-9)
    assert whole.shape == gaps.shape


def test_beyond_a_gap_people_give_up():
    people = pd.DataFrame({"salesperson": list("abcdef"), "gap": [-0.2, 0.1, 0.3, 0.5, 0.6, 1.0]})
    found = quota_bonus(people, bonus=0.3, effort_cost=1, noise=0.2)
    assert found.frame["gives_up"].tolist() == [False, False, False, False, True, True]
    assert found.headline().startswith("With effort response: 2 of 6 people give up on the bonus;")


def test_no_effort_of_a_fine_grid_beats_the_one_on_a_plan_with_jumps():
    from salesanalysis.incentives.moments import Normal, expected

    plan, people = section_5(), team(*np.linspace(0.4, 1.4, 9), quota=300_000.0)
    found = plan_effort(plan, people, effort_cost=0.6, noise=0.03)
    form, tried = compile_plan(plan), np.linspace(0, 1.0, 4001)
    for row in found.frame.itertuples():
        e = np.append(tried, row.effort_rate)
        pay = expected(
            form, Normal(row.expected_rate + e, 0.03), quota=np.full(e.shape, row.quota)
        ).mean
        worth = pay - 0.6 * row.quota * e * e / 2
        assert worth[-1] >= worth[:-1].max() - 1e-6 * row.quota


def test_a_plan_against_itself_moves_nobody_and_rows_in_any_order_are_the_same(tmp_path):
    people = team(0.8, 0.95, 1.1, quota=300_000.0)
    same = plan_effort(section_5(), people, effort_cost=0.6, noise=0.1, old=section_5())
    assert same.frame["effort_rate"].abs().max() == 0
    assert same.frame["extra_pay"].abs().max() == 0
    assert "Effort is counted against the plan Test plan." in same.explain()
    found = plan_effort(section_5(), people, effort_cost=0.6, noise=0.1)
    turned = plan_effort(section_5(), people[::-1], effort_cost=0.6, noise=0.1)
    assert turned.frame[::-1]["effort_rate"].tolist() == found.frame["effort_rate"].tolist()
    store.write(found, tmp_path)
    assert store.read(tmp_path).explain("zh") == found.explain("zh")


def test_dearer_effort_is_never_more_effort():
    people = team(*np.linspace(0.5, 1.3, 17), quota=300_000.0)
    efforts = [
        plan_effort(section_5(), people, effort_cost=c, noise=0.1).frame["effort_rate"].to_numpy()
        for c in (0.3, 0.6, 1.2)
    ]
    assert (efforts[0] >= efforts[1] - 1e-9).all()
    assert (efforts[1] >= efforts[2] - 1e-9).all()


@settings(max_examples=8, deadline=None)
@given(st.floats(-0.05, 0.08), st.floats(0.5, 0.9), st.floats(0.85, 1.3), st.floats(0.05, 0.3))
def test_the_more_is_carried_into_the_next_quota_the_less_a_sale_is_worth(g, beta, mean, noise):
    found = ratchet(
        section_5(), carried=0.5, growth=g, discount=beta, expected_rate=mean, noise=noise
    )
    assert found.frame["later_rate"].iloc[-1] < 0
    assert (np.diff(found.frame["worth_rate"]) < 0).all()


def test_later_periods_summed_one_by_one_are_the_closed_form():
    g, beta, lam = 0.03, 0.9, 0.4
    found = ratchet(section_5(), carried=lam, growth=g, discount=beta, expected_rate=1.05, noise=0.1,
                    quota=300_000.0)  # fmt: skip
    now, per_quota = slopes(compile_plan(section_5()), 1.05, 0.1, 300_000.0, None)
    j = np.arange(1, 2000)
    later = (beta**j * lam * (1 + g - lam) ** (j - 1) * per_quota).sum()
    assert found.at(lam)["worth_rate"] == pytest.approx(now + later, rel=1e-9)


def test_flat_pay_on_amounts_has_no_ratchet_to_fear():
    plain = plan_of(tiers_yaml('{from: "0", rate: "0.05"}', unit="amount"))
    found = ratchet(plain, carried=1.0, growth=0.0, discount=0.9, expected_rate=1.0, noise=0.1)
    assert found.at(1.0)["worth_rate"] == pytest.approx(0.05, rel=1e-6)
    assert "holds nobody back" in found.explain()
    assert "不会抑制" in found.explain("zh")


# -- words and pictures -----------------------------------------------------------------------


def results() -> list:
    people = pd.DataFrame(
        {"salesperson": [f"p{i}" for i in range(40)], "gap": np.linspace(-0.3, 1, 40)}
    )
    return [
        linear_optimum(response=1, effort_cost=1, risk_aversion=2, noise_variance=0.5),
        quota_bonus(people, bonus=0.3, effort_cost=1, noise=0.2),
        plan_effort(section_5(), team(*np.linspace(0.5, 1.4, 30)), effort_cost=0.6, noise=0.1),
        ratchet(section_5(), carried=0.4, growth=0.03, discount=0.9, expected_rate=1.0, noise=0.15),
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_result_says_with_effort_response_and_its_parameters(lang):
    for found in results():
        assert found.headline(lang).startswith(
            "With effort response" if lang == "en" else "有努力反应"
        )
        assert ("Parameters:" if lang == "en" else "参数：") in found.explain(lang)
        assert_good_figure(found.plot(lang=lang))
    assert_good_figure(studies().plot(lang=lang))


def test_studies_are_a_table_with_sources_and_no_default():
    frame = studies().to_frame()
    assert frame["source"].str.contains(r"\d{4}").all()
    assert (frame["low_share"].isna() == (frame["status"] == "no_figure")).all()
    with pytest.raises(TypeError):
        plan_effort(FLAT, team(1.0))  # type: ignore[call-arg]


# -- refusals ---------------------------------------------------------------------------------


def refused(call, *args, **more) -> str:
    with pytest.raises(ContractError) as caught:
        call(*args, **more)
    return str(caught.value)


def test_parameters_out_of_range_are_refused():
    assert refused(bonus_effort, 0.1, bonus=-1, effort_cost=1, noise=0.2) == (
        "bonus must be a finite number above 0, got -1.\n"
        "  where: bonus_effort(...)\n"
        "  fix:   give every parameter; none is assumed"
    )
    assert refused(
        linear_optimum, response=1, effort_cost=1, risk_aversion=-1, noise_variance=1
    ).startswith("risk_aversion must be a finite number 0 or above, got -1.")
    assert refused(bonus_effort, np.nan, bonus=1, effort_cost=1, noise=0.2).startswith(
        "gap must be"
    )
    assert refused(bonus_effort, [], bonus=1, effort_cost=1, noise=0.2).startswith("gap must be")
    assert refused(
        ratchet, FLAT, carried=0.5, growth=0.2, discount=0.9, expected_rate=1.0, noise=0.1
    ) == (
        "carried 0.5, discount 0.9 and growth 0.2: later periods must lose weight.\n"
        "  where: ratchet(...)\n"
        "  fix:   carried 0 to 1, discount at most 1, and discount x (1 + growth) below 1"
    )


def test_people_without_quota_and_percent_are_refused():
    bad = team(0.9, 1.0)
    bad.loc[1, "quota"] = 0
    assert refused(plan_effort, FLAT, bad, effort_cost=1, noise=0.1) == (
        "1 of 2 people have no quota above 0 or no expected attainment.\n"
        "  where: first rows [1], see .rows\n"
        "  fix:   give both for everybody, attainment as a ratio"
    )
    assert refused(plan_effort, FLAT, team(90, 100), effort_cost=1, noise=0.1).startswith(
        "the median expected attainment is 95: this looks like percent."
    )
    deal = Plan.from_text(EXAMPLE.replace("basis: period", "basis: deal"))
    assert "have no closed form: commission: basis deal" in refused(
        plan_effort, deal, team(1.0), effort_cost=1, noise=0.1
    )
