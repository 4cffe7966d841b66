"""Worlds: drawn once and keyed by names, paid by every back end, or refused."""

import subprocess
import sys
import tracemalloc
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from paytools import PLANS, plan_of, section_5, tiers_yaml
from scipy.stats import norm
from simtools import TWO_TEAMS, yearly

from salesanalysis.errors import ContractError, ReconciliationError
from salesanalysis.incentives import Attainment, Plan, Simulation, draw_world
from salesanalysis.incentives.attainment import company_sd, plan_met
from salesanalysis.incentives.simulate import build_ledger, expected_pay, simulate
from salesanalysis.incentives.simulate.streams import BLOCK


def refused(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


def test_adding_a_person_or_a_region_changes_nobody_else() -> None:
    """Property 19: the new colleagues stand first, last and in a new region."""
    more = pd.concat(
        [TWO_TEAMS, TWO_TEAMS.head(2).assign(salesperson=["Abe", "Zo"], region=["A", "N"])],
        ignore_index=True,
    )
    old, new = draw_world(TWO_TEAMS, draws=600), draw_world(more, draws=600)
    for name in TWO_TEAMS["salesperson"]:
        assert np.array_equal(old.sold(name), new.sold(name))
    before, after = (simulate(section_5(), w).people.set_index("salesperson") for w in (old, new))
    names = TWO_TEAMS["salesperson"].tolist()
    assert after.loc[names, "pay_mean"].equals(before.loc[names, "pay_mean"])


def test_more_draws_and_more_periods_leave_those_there_are() -> None:
    few, many = (
        draw_world(TWO_TEAMS, draws=10, periods=6),
        draw_world(TWO_TEAMS, draws=3 * BLOCK + 7),
    )
    assert np.array_equal(few.sold("Li"), many.sold("Li")[:6, :10])


def test_the_order_of_people_changes_nothing_and_another_seed_does() -> None:
    """Property 18, and the same bytes twice."""
    one = simulate(section_5(), draw_world(TWO_TEAMS, draws=300))
    again = simulate(section_5(), draw_world(TWO_TEAMS.iloc[::-1], draws=300))
    assert one.people.equals(again.people)
    assert one.draws.equals(again.draws)
    assert one.sample.equals(again.sample)
    other = simulate(section_5(), draw_world(TWO_TEAMS, draws=300, seed=2))
    assert not other.draws["sales"].equals(one.draws["sales"])


def test_names_that_run_together_are_different_people() -> None:
    people = pd.DataFrame({"salesperson": ["a|1", "a", "A"], "quota": 1e6})
    world = draw_world(people, draws=5)
    sold = [tuple(world.sold(name)[0]) for name in people["salesperson"]]
    assert len(set(sold)) == 3


def test_another_process_and_other_threads_draw_the_same_bytes() -> None:
    code = (
        "import hashlib, pandas as pd; from salesanalysis.incentives import Plan, simulate, "
        "draw_world; from salesanalysis.incentives.plan import EXAMPLE\n"
        "people = pd.DataFrame({'salesperson': list('ABCDE'), 'quota': 1e5})\n"
        "run = simulate(Plan.from_text(EXAMPLE), draw_world(people, draws=700))\n"
        "print(hashlib.sha256(run.draws.to_numpy().tobytes()).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={"OMP_NUM_THREADS": threads, "PYTHONHASHSEED": threads},
        ).stdout
        for threads in ("1", "4")
    }
    assert len(found) == 1


def test_plans_are_compared_on_the_same_sales() -> None:
    world = draw_world(TWO_TEAMS, draws=200)
    old = simulate(section_5(), world)
    new = simulate(section_5().edited({"coef.bands[2].value": "1.3"}), world)
    assert new.draws["sales"].equals(old.draws["sales"])
    assert (new.draws["pay"] >= old.draws["pay"]).all()  # property 26, draw by draw
    assert new.cost > old.cost


def test_a_simulation_adds_up_in_every_direction() -> None:
    run = section_5().simulate(TWO_TEAMS, draws=400)
    assert run.draws["pay"].mean() == pytest.approx(run.people["pay_mean"].sum(), rel=1e-12)
    by_draw = run.regions.groupby("draw")[["sales", "pay"]].sum()
    kept = run.draws.set_index("draw").loc[by_draw.index]
    assert by_draw["pay"].to_numpy() == pytest.approx(kept["pay"].to_numpy(), rel=1e-12)
    whole = run.sample.groupby("draw")[["sales", "pay", "quota"]].sum()
    kept = run.draws.set_index("draw").loc[whole.index]
    assert whole["pay"].to_numpy() == pytest.approx(kept["pay"].to_numpy(), rel=1e-12)
    assert (whole["sales"] / whole["quota"]).to_numpy() == pytest.approx(
        kept["attainment"].to_numpy()
    )
    assert run.people["quota"].tolist() == [12 * q for q in TWO_TEAMS["quota"]]
    assert run.to_frame().equals(run.people)
    assert (run.people["team"].tolist(), run.n_periods) == (["a", "b", "a", "b"], 12)


def test_a_simulation_that_does_not_add_up_cannot_exist() -> None:
    run = section_5().simulate(TWO_TEAMS, draws=50)
    fields = {name: getattr(run, name) for name in run.__dataclass_fields__}
    fields["people"] = run.people.assign(pay_mean=run.people["pay_mean"] + 1)
    with pytest.raises(ReconciliationError) as caught:
        Simulation(**fields)
    assert "Expected pay of people leave" in str(caught.value)


def test_people_without_a_quota_are_listed_or_refused_as_the_plan_says() -> None:
    people = TWO_TEAMS.assign(quota=[300_000.0, 0.0, 80_000.0, 0.0])
    assert refused(lambda: section_5().simulate(people, draws=5)) == (
        "2 of 4 people have no quota above 0: Li, Zhao.\n"
        "  where: people, column 'quota'\n"
        "  fix:   give them a quota, leave them out, or write quota: {zero_quota: "
        "exclude_with_report} in the plan"
    )
    run = Plan.from_yaml(PLANS / "coefficient.yaml").simulate(people, draws=5)
    assert run.excluded == ("Li", "Zhao")
    assert "Not paid, as there is no quota: 2 people (Li, Zhao)." in run.explain("en")
    assert run.people["salesperson"].tolist() == ["Chen", "Wang"]


BAD = [
    (
        {"people": TWO_TEAMS.assign(salesperson="Li")},
        "4 rows of people share a name: 'Li'.",
        "give one row per person; quotas of several products are summed first",
    ),
    (
        {"people": TWO_TEAMS.assign(quota=[1.0, -5.0, np.nan, np.inf])},
        "3 of 4 quotas are empty, below 0 or above 100 billion; first: 'Li' with -5.0.",
        "write the quota of one plan period, or 0 for somebody who has none",
    ),
    (
        {"people": TWO_TEAMS.assign(quota=[1.0, 1e-9, 2.0, 3.0])},
        "1 of 4 quotas are less than a cent; first: 'Li' with 1e-09.",
        "write the quota in currency units, or 0 for somebody who has none",
    ),
    (
        {"people": TWO_TEAMS.assign(target_incentive=[1.0, -5.0, 2.0, 3.0])},
        "1 of 4 values of 'target_incentive' are below 0 or no finite number; first: 'Li' with -5.0.",
        "give currency for one plan period, or leave it empty where there is none",
    ),
    (
        {"people": TWO_TEAMS.assign(quota=0.0), "zero_quota": "exclude_with_report"},
        "none of the 4 people has a quota above 0.",
        "give the quota of one plan period",
    ),
    ({"draws": 0}, "draws is 0.", "give a whole number from 1 to 1,000,000"),
    ({"draws": 10**9}, "draws is 1000000000.", "give a whole number from 1 to 1,000,000"),
    ({"draws": 10.5}, "draws is 10.5.", "give a whole number from 1 to 1,000,000"),
    ({"periods": 0}, "periods is 0.", "give a whole number from 1 to 120"),
    ({"seed": "x"}, "seed is 'x'.", f"give a whole number from 0 to {2**63 - 1:,}"),
    ({"seed": None}, "seed is None.", f"give a whole number from 0 to {2**63 - 1:,}"),
    ({"grid": 2.0}, "grid is 2 of the quota.", "give 0.001 to 0.5, such as 0.01"),
]


@pytest.mark.parametrize(("change", "what", "fix"), BAD, ids=[b[1][:30] for b in BAD])
def test_a_world_that_cannot_be_drawn_says_why(change, what, fix) -> None:
    given = {"people": TWO_TEAMS, "draws": 5, **change}
    said = refused(lambda: draw_world(given.pop("people"), "normal", **given)).split("\n")
    assert said[0] == what
    assert said[2] == f"  fix:   {fix}"


def test_cells_beyond_a_billion_are_refused_before_anything_is_drawn() -> None:
    people = pd.DataFrame({"salesperson": [f"P{i}" for i in range(2000)], "quota": 1.0})
    assert refused(lambda: draw_world(people, draws=1_000_000)) == (
        "2,000 people x 12 periods x 1,000,000 draws are 24,000,000,000 cells.\n"
        "  where: draw_world(people, draws=...)\n"
        "  fix:   ask for at most 208,333 draws: the error of the mean falls with the root of "
        "their number"
    )


def test_a_missing_incentive_and_a_world_of_other_periods_are_refused() -> None:
    curve = (
        '  - {id: bonus, type: curve, basis: period, closed: lower, scale: TI, below: "0", '
        "measured: {unit: attainment, quota: month, tier_measure: sales, pay_measure: sales}, "
        'points: [["0.75", "0.5"], ["1.0", "1.0"]]}\n'
    )
    plan = plan_of(curve)
    without = replace(plan, head=replace(plan.head, target_incentive=None))
    world = draw_world(TWO_TEAMS, draws=5)
    assert refused(lambda: simulate(without, world)) == (
        "4 of 4 people have no target incentive; first: 'Chen'.\n"
        "  where: plan 'test', column 'target_incentive' of people\n"
        "  fix:   give the column, or plan: {target_incentive: ...} in the plan"
    )
    run = simulate(
        plan, draw_world(TWO_TEAMS.assign(target_incentive=[1.0, None, 2.0, 3.0]), draws=5)
    )
    assert run.people["incentive"].tolist() == [12.0, 180_000.0, 24.0, 36.0]
    year = draw_world(TWO_TEAMS, periods=1, draws=5)
    assert refused(lambda: simulate(plan, year)) == (
        "plan 'test' pays per month; the world has 1 periods a year.\n"
        "  where: simulate(plan, world)\n"
        "  fix:   draw_world(..., per_year=12), with quotas of a month"
    )
    assert refused(lambda: world.sold("Chan")) == (
        "'Chan' is not a person here; known: Chen, Li, Wang, Zhao.\n"
        "  where: World.sold\n"
        "  fix:   write 'Chen'"
    )


def test_the_spread_of_the_company_is_a_matter_of_correlation() -> None:
    """C9, as printed in section 9.1: 200 people, sd 0.3."""
    assert round(company_sd(0.3, 200, 0.1), 3) == 0.097
    assert round(company_sd(0.3, 200, 0.0), 3) == 0.021
    chances = plan_met(0.95, company_sd(0.3, 200, 0.1), [0, 0.05, 0.10, 0.15, 0.20])
    assert chances.round(3).tolist() == [0.303, 0.490, 0.663, 0.797, 0.886]
    chances = plan_met(1.0, company_sd(0.3, 200, 0.1), [0, 0.05, 0.10, 0.15, 0.20])
    assert chances.round(3).tolist() == [0.500, 0.688, 0.826, 0.911, 0.957]
    assert "no spread of a company" in refused(lambda: company_sd(0.3, 0, 0.1))
    assert "over-assignment of -1" in refused(lambda: plan_met(1.0, 0.1, -1.0))


def test_a_drawn_company_strays_as_the_formula_says() -> None:
    people = pd.DataFrame({"salesperson": [f"P{i:03d}" for i in range(60)], "quota": 1e6})
    model = Attainment("normal", 1.0, 0.3, market=0.1, region=0.0, person=0.4, noise=0.5)
    run = yearly(section_5()).simulate(people, model, draws=4000)
    wanted = company_sd(0.3, 60, 0.1)
    assert run.draws["attainment"].std() == pytest.approx(wanted, rel=0.05)
    met = (run.draws["attainment"] >= 1 / 1.05).mean()
    assert met == pytest.approx(plan_met(1.0, wanted, 0.05)[0], abs=0.03)


TARGETS = {75: 6, 100: 6, 200: 4, 300: 2, 400: 1, 500: 1}  # thousands: people of twenty


def notebook_plan(closed: str = "lower") -> Plan:
    """2 % below 90 %, 3 % below 99 %, 4 % from 99 % on, on the whole amount, once a year."""
    tiers = '{from: "0", rate: "0.02"}, {from: "0.90", rate: "0.03"}, {from: "0.99", rate: "0.04"}'
    return yearly(plan_of(tiers_yaml(tiers, mode="retroactive", closed=closed)))


def notebook_people() -> pd.DataFrame:
    quotas = [1000.0 * target for target, n in TARGETS.items() for _ in range(n)]
    return pd.DataFrame({"salesperson": [f"P{i:02d}" for i in range(20)], "quota": quotas})


def test_the_commission_notebook_has_an_exact_answer() -> None:
    """methods/incentives.md, section 9.3: 5,770.484 each, 2,885,241.86 for 500 people.

    Attainment N(1, 0.1); pbpython's notebook draws it with numpy and rounds it first.
    """
    model = Attainment("normal", 1.0, 0.1, market=0.0, region=0.0, person=0.5, noise=0.5)
    world = draw_world(notebook_people(), model, periods=1, draws=20_000)
    exact = expected_pay(notebook_plan(), world)
    assert exact.backend == "analytic"
    assert round(exact.cost / 20, 3) == 5770.484
    assert round(exact.cost * 25, 2) == 2_885_241.86
    run = simulate(notebook_plan(), world)
    assert run.cost == pytest.approx(exact.cost, abs=4 * run.cost_error)


def test_rounding_attainment_first_shifts_the_notebook_by_almost_a_percent() -> None:
    """-0.90 %: exactly 90 and 99 % then happen, and stay in the lower tier there."""
    at = np.arange(40, 161) / 100
    chance = norm.cdf((at + 0.005 - 1) / 0.1) - norm.cdf((at - 0.005 - 1) / 0.1)
    rate = np.where(at <= 0.90, 0.02, np.where(at <= 0.99, 0.03, 0.04))
    mean_quota = notebook_people()["quota"].mean()
    shifted = mean_quota * (chance * at * rate).sum()
    assert round(shifted / 5770.484 - 1, 4) == -0.0090
    # the same by simulation: 2,000 equally likely quantiles, rounded, edges closed above
    seen = np.round(1 + 0.1 * norm.ppf((np.arange(2000) + 0.5) / 2000), 2)
    model = Attainment("empirical", 1.0, 0.1, values=tuple(np.sort(seen)))
    world = draw_world(notebook_people(), model, periods=1, draws=4000)
    run = simulate(notebook_plan("upper"), world)
    assert run.cost / 20 == pytest.approx(shifted, abs=4 * run.cost_error / 20)
    assert run.cost == pytest.approx(
        simulate(notebook_plan("upper"), world, backend="vector").cost, rel=1e-12
    )


def test_memory_stays_below_what_is_promised() -> None:
    """The ledger and everything around it, for 60 people; the promise of 256 MB is for any number."""
    people = pd.DataFrame(
        {"salesperson": [f"P{i:02d}" for i in range(60)], "region": "N", "quota": 1e5}
    )
    world = draw_world(people, draws=4000)
    tracemalloc.start()
    simulate(section_5(), world)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    ledger = world.kept["ledger"][1]
    assert ledger.bytes < 50 * 2**20
    assert peak < ledger.bytes + 100 * 2**20


def test_what_lies_above_the_grid_is_paid_exactly_and_counted() -> None:
    model = Attainment("lognormal", 1.0, 0.5)
    world = draw_world(TWO_TEAMS, model, draws=100, periods=1)
    ledger = build_ledger(world)
    sold = np.concatenate([world.sold(n)[0] / q for n, q in
                           zip(TWO_TEAMS["salesperson"], TWO_TEAMS["quota"], strict=True)])  # fmt: skip
    assert ledger.n_over == (sold >= 3).sum() > 50
    plan = yearly(section_5())
    both = [simulate(plan, world, backend=b).draws["pay"] for b in ("ledger", "vector")]
    assert both[0].to_numpy() == pytest.approx(both[1].to_numpy(), rel=1e-12)


def test_a_plan_on_a_count_is_paid_on_whole_pieces() -> None:
    """A quota of 7 customers: 100 % is 7, never 6.98."""
    text = (
        section_5()
        .to_yaml()
        .replace("{sales: {kind: money, date: date, credit: owner, returns: negative}}",
                 "{sales: {kind: count, date: date, credit: owner}}")
    )  # fmt: skip
    plan, people = Plan.from_text(text), TWO_TEAMS.assign(quota=7.0)
    run = plan.simulate(people, draws=40)
    assert set(run.sample["sales"] % 1) == {0.0}
    world = draw_world(people, draws=40)
    vector = simulate(plan, world, backend="vector")
    assert vector.draws["pay"].to_numpy() == pytest.approx(run.draws["pay"].to_numpy(), rel=1e-12)
    assert expected_pay(plan, world).cost == pytest.approx(run.cost, rel=0.2)
    money = simulate(section_5(), draw_world(people, draws=40, pieces=True))
    assert money.draws["pay"].equals(simulate(section_5(), world).draws["pay"])
