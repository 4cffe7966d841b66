"""The desk without its furniture: moves, comparisons, refusals, undo."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesanalysis.errors import ContractError, ParamError
from salesanalysis.incentives import Plan
from salesanalysis.incentives.plan import EXAMPLE
from salesanalysis.planner import Desk, controls_of, crowd_of
from salesanalysis.planner.history import History
from salesanalysis.planner.numbers import read_budget

STANDARD = "params/plans/standard.yaml"
SHIPPED = ["standard", "coefficient", "graduated", "team", "collections", "multi-level"]
TOP = "coefficient.bands[2].value"


def plan(name: str = "standard") -> Plan:
    return Plan.from_yaml(f"params/plans/{name}.yaml")


def people(*quotas: float) -> pd.DataFrame:
    names = [f"S{i + 1}" for i in range(len(quotas))]
    return pd.DataFrame({"salesperson": names, "quota": list(quotas)})


def desk(name: str = "standard", **settings) -> Desk:
    return Desk(plan(name), **{"draws": 300, **settings})


def small(name: str) -> Desk:
    """A dozen people, S1 to S12, paid by a shipped plan."""
    made = plan(name)
    return Desk(
        made, crowd_of(made, people=people(*[50_000.0 * (i + 1) for i in range(12)])), draws=100
    )


# -- worked by hand -----------------------------------------------------------------------------


def test_a_rate_is_shown_in_percent_a_coefficient_as_it_is_an_amount_in_money() -> None:
    shown = {c.knob: c for c in controls_of(plan())}
    rate, edge, top = (
        shown[k] for k in ("commission.tiers[1].rate", "commission.tiers[1].from", TOP)
    )
    assert (rate.value, rate.step, rate.labels["en"]) == (4, Decimal("0.1"), "Tier 2: rate (%)")
    assert (edge.value, edge.step, edge.labels["zh"]) == (50, 1, "第2档起点（%）")
    assert (top.value, top.step, top.labels["en"]) == (
        Decimal("1.2"),
        Decimal("0.05"),
        "Band 3: coefficient (×)",
    )
    floor = controls_of(plan("graduated"))[-1]
    assert (floor.titles["en"], floor.labels["zh"], floor.value) == (
        "Limit: floor",
        "金额（元）",
        2000,
    )


def test_a_coefficient_of_1_3_instead_of_1_2_costs_what_the_people_above_quota_earn_more() -> None:
    """All pay above quota grows by 1.3 / 1.2; below quota nothing changes."""
    at_work = desk()
    at_work.move(TOP, "1.3")
    view = at_work.view()
    above = view.people["completion"] >= 1
    grown = (view.people["new_pay"] / view.people["old_pay"])[above]
    assert np.allclose(grown, 1.3 / 1.2, rtol=1e-12)
    assert (view.people["change"][~above] == 0).all()
    assert view.winners == int(above.sum()) == 60
    assert view.losers == 0


def test_what_would_be_no_plan_waits_until_another_move_makes_it_one() -> None:
    at_work = desk()
    with pytest.raises(ParamError, match=r"tier 3 starts at 0\.8, which lies below 0\.9"):
        at_work.move("commission.tiers[1].from", "0.9")
    assert at_work.plan == at_work.base
    assert at_work.pending == {"commission.tiers[1].from": "0.9"}
    at_work.move("commission.tiers[2].from", "0.95")
    assert at_work.pending == {}
    assert at_work.moved() == {
        "commission.tiers[1].from": ("0.5", "0.9"),
        "commission.tiers[2].from": ("0.8", "0.95"),
    }


def test_one_drag_is_one_step_back_and_two_drags_are_two() -> None:
    at_work = desk()
    for k, value in enumerate(("1.25", "1.3", "1.35")):
        at_work.move(TOP, value, joined=k > 0)
    at_work.move(TOP, "1.5")
    assert at_work.undo().knobs()["text"].iloc[-1] == "1.35"
    assert at_work.undo() == at_work.base
    assert not at_work.can_undo
    assert at_work.redo().knobs()["text"].iloc[-1] == "1.35"


def test_reset_brings_the_plan_as_loaded_back_and_can_be_undone() -> None:
    at_work = desk()
    at_work.move(TOP, "1.4")
    assert at_work.reset() == at_work.base
    assert at_work.undo().knobs()["text"].iloc[-1] == "1.4"
    at_work.load(plan("coefficient"))
    assert at_work.moved() == {}
    assert at_work.base.head.id == "coefficient"
    assert at_work.undo().head.id == "standard"
    assert at_work.base.head.id == "standard"


def test_a_dragged_first_move_can_be_undone() -> None:
    history = History("a")
    history.push("b", joined=True)
    assert (history.undo(), history.can_undo, history.can_redo) == ("a", False, True)


def test_the_second_plan_is_what_the_first_is_compared_with() -> None:
    at_work = desk()
    at_work.other = plan("coefficient")
    view = at_work.view()
    assert not view.same
    assert view.figures().set_index("figure").loc["at_target", "old"] == pytest.approx(0.048)
    said = view.headline("en")
    assert said.startswith("The plan is expected to cost ")
    assert said.endswith("before (" + view.money(view.before.expected, "en") + ")")


def test_the_chance_of_exceeding_the_budget_is_the_share_of_drawn_years_above_it() -> None:
    at_work = desk(budget=21_500_000.0)
    view = at_work.view()
    over = view.now.simulation.draws["pay"] > 21_500_000
    assert view.figures().set_index("figure").loc["overrun", "new"] == over.mean()
    assert "21.5M CNY" in view.sentences("en")[1]
    assert "2,150.0万元" in view.sentences("zh")[1]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("1,200,000", 1.2e6), ("1.2m", 1.2e6), ("120万", 1.2e6), ("1.3亿", 1.3e8), ("", None)],
)
def test_a_budget_is_read_as_people_type_it(typed, meant) -> None:
    assert read_budget(typed) == meant


# -- the same figure everywhere -------------------------------------------------------------------


def test_the_cost_on_the_desk_is_the_cost_of_the_library() -> None:
    at_work = desk(seed=7)
    moved = at_work.move(TOP, "1.3")
    alone = moved.simulate(at_work.crowd.measured(), "normal", draws=300, seed=7)
    assert at_work.view().now.expected == pytest.approx(alone.cost, rel=1e-12)


@pytest.mark.parametrize("name", SHIPPED)
def test_pay_of_the_last_period_is_the_pay_runs_to_the_cent(name) -> None:
    at_work = small(name)
    paid = at_work.view().paid
    crowd = at_work.crowd
    run = at_work.plan.pay(crowd.people, crowd.deals, period=crowd.period).to_frame()
    run = run.sort_values("salesperson", ignore_index=True)
    assert paid["salesperson"].tolist() == run["salesperson"].tolist()
    assert (paid["pay"] - run["pay"]).abs().max() <= 0.005 + 1e-9
    assert np.allclose(paid["completion"], run["completion"], equal_nan=True)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_statement_on_the_desk_is_the_pay_runs_for_that_person(name) -> None:
    at_work = small(name)
    crowd = at_work.crowd
    run = at_work.plan.pay(crowd.people, crowd.deals, period=crowd.period).to_frame()
    for who in ("S1", "S7", "S12"):
        assert at_work.statement(who).payout == run.set_index("salesperson").loc[who, "pay"]


# -- invariants -----------------------------------------------------------------------------------


@given(st.lists(st.sampled_from(["undo", "redo", "reset", "1.05", "1.25", "0"]), max_size=12))
def test_whatever_somebody_does_undone_as_often_is_where_it_began(actions) -> None:
    at_work = Desk(Plan.from_text(EXAMPLE))
    for action in actions:
        if action in ("undo", "redo", "reset"):
            getattr(at_work, action)()
        else:
            at_work.move(TOP, action)
    while at_work.can_undo:
        at_work.undo()
    assert at_work.plan == Plan.from_text(EXAMPLE)


@given(st.integers(0, 300), st.integers(0, 40), st.integers(0, 60))
def test_what_a_slider_shows_is_the_decimal_the_plan_gets(rate, edge, coefficient) -> None:
    """Steps of a slider as floats, 0.1 x 3 among them, reach the plan as exact decimals."""
    at = {c.knob: c for c in controls_of(plan())}
    pairs = [
        ("commission.tiers[0].rate", 0.1 * rate, Decimal(rate) / 1000),
        ("commission.tiers[1].from", 1.0 * edge, Decimal(edge) / 100),
        (TOP, 0.05 * coefficient, Decimal(5 * coefficient) / 100),
    ]
    for knob, shown, exact in pairs:
        assert Decimal(at[knob].exact(shown)) == exact


@pytest.mark.parametrize("name", SHIPPED)
def test_every_number_of_a_plan_has_a_control_with_words_in_both_languages(name) -> None:
    made = plan(name)
    controls = controls_of(made)
    assert [c.knob for c in controls] == made.knobs()["knob"].tolist()
    for control in controls:
        assert control.low <= control.value <= control.high
        assert any("一" <= char <= "鿿" for char in control.labels["zh"])
        assert made.edited({control.knob: control.exact(float(control.value))}) == made
    for lang in ("en", "zh"):
        said = [(c.group, c.labels[lang]) for c in controls]
        assert len(set(said)) == len(said)


# -- absurd settings ------------------------------------------------------------------------------


def test_a_plan_that_pays_nothing_costs_nothing_and_everybody_loses() -> None:
    at_work = desk(budget=1.0)
    knobs = at_work.plan.knobs()
    at_work.apply(dict.fromkeys(knobs[knobs["kind"] == "rate"]["knob"], "0"))
    view = at_work.view()
    figures = view.figures().set_index("figure")["new"]
    assert (figures["expected"], figures["p95"], figures["overrun"]) == (0, 0, 0)
    assert view.losers == 100
    assert np.isfinite(view.people[["old_pay", "new_pay", "change"]]).all().all()
    at_work.other = at_work.plan
    at_work.reset()
    back = at_work.view()
    assert back.winners == 100  # from nothing to something is a win, not a division by zero
    assert "–" not in back.headline("en")


def test_a_coefficient_of_zero_and_an_edge_of_500_percent_are_plans() -> None:
    at_work = desk()
    at_work.move(TOP, 0)
    at_work.move("commission.tiers[4].from", 5)
    view = at_work.view()
    assert view.people["new_pay"].min() == 0
    assert view.now.expected > 0
    assert all(np.isfinite(view.now.cost))
    assert len(view.curves[0].frame)


def test_one_person_is_enough_and_one_without_a_quota_is_said() -> None:
    one = Desk(plan(), crowd_of(plan(), people=people(100_000.0)), draws=200)
    assert len(one.view().people) == 1
    two = Desk(plan(), crowd_of(plan(), people=people(100_000.0, 0.0)), draws=200)
    assert len(two.view().people) == 1
    assert "Not in the cost, because without a quota: 1 of them." in two.view().notes("en")
    assert two.statement("S2").status == "no_quota"


def test_nobody_with_a_quota_is_a_sentence_not_a_crash() -> None:
    at_work = Desk(plan(), crowd_of(plan(), people=people(0.0, 0.0)), draws=200)
    view = at_work.view()
    for lang in ("en", "zh"):
        assert all(view.sentences(lang))
        assert "nan" not in " ".join(map(str, view.table(lang).to_numpy().ravel()))


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_plan_has_a_view_with_cost_or_the_reason_it_has_none(name) -> None:
    at_work = small(name)
    view = at_work.view()
    for lang in ("en", "zh"):
        assert all(view.sentences(lang))
        assert view.notes(lang)
        texts = " ".join(map(str, view.table(lang).to_numpy().ravel()))
        assert "nan" not in texts
        assert view.cost_headline(lang)
        assert view.curve_headline(lang)


def test_a_plan_too_slow_for_a_slider_is_priced_when_asked(monkeypatch) -> None:
    """A pool shared equally depends on everybody: of many people no slider waits for it."""
    assert small("team").view().headline("en").startswith("The plan is expected to cost")
    equal = Plan.from_text(plan("team").to_yaml().replace("weights: credit", "weights: equal"))
    twelve = people(*[50_000.0 * (i + 1) for i in range(12)])
    crowd = crowd_of(equal, people=twelve)
    few = Desk(equal, crowd, draws=20).view()
    monkeypatch.setattr("salesanalysis.planner.pricing.QUICK_CELLS", 12 * 12 * 20 - 1)
    at_work = Desk(equal, crowd, draws=20)
    view = at_work.view()
    assert "the pool of a team depends on everybody" in view.headline("en")
    assert view.winners + view.losers >= 0
    at_work.price_patiently()
    assert at_work.view().headline("en") == few.headline("en")
    assert few.headline("en").startswith("The plan is expected to cost")


# -- refusals -------------------------------------------------------------------------------------


def test_a_person_who_stands_twice_is_refused() -> None:
    twice = pd.DataFrame({"salesperson": ["Li", "Li"], "quota": [1.0, 2.0]})
    with pytest.raises(ContractError) as caught:
        crowd_of(plan(), people=twice)
    assert str(caught.value) == (
        "people has more than one row for 1 of them.\n"
        "  where: planner.open(people=...)\n"
        "  fix:   give one row per person"
    )


@pytest.mark.parametrize("typed", ["abc", "-5", "0", "1.2.3", "nan"])
def test_a_budget_that_is_no_amount_is_refused(typed) -> None:
    with pytest.raises(ContractError) as caught:
        read_budget(typed)
    assert str(caught.value) == (
        f"{typed!r} is no budget.\n"
        "  where: planner, budget\n"
        "  fix:   type an amount above 0, such as 1,200,000 or 1.2M, or nothing"
    )


def test_a_field_without_a_number_is_refused() -> None:
    with pytest.raises(ContractError) as caught:
        controls_of(plan())[1].exact("many")
    assert str(caught.value) == (
        "'many' is no number.\n  where: Tier 1: rate (%)\n  fix:   type digits and a point, such as"
        " 4.5 or 1,200"
    )
