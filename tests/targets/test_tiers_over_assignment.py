"""Over-assignment: both layers exact, the compounded factor, and the chance of the plan."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from figures import assert_good_figure
from hypothesis import given, settings
from hypothesis import strategies as st

from salesanalysis.errors import ContractError
from salesanalysis.targets import cascade, over_assignment, plan_chance

LEVELS = ["region", "team", "salesperson"]


def plan_of(total=130_000_000, seed=0, n=18):
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame(
        {
            "region": [f"R{i % 3}" for i in range(n)],
            "team": [f"T{i % 6}" for i in range(n)],
            "salesperson": [f"P{i:02d}" for i in range(n)],
            "value": rng.gamma(2, 50, n),
        }
    )
    return cascade(total, rows, levels=LEVELS, year=2024)


# ---- worked by hand


def test_east_with_five_percent_on_top_of_fifty_two_million() -> None:
    shares = pd.DataFrame({"region": ["East", "Rest"], "value": [52.0, 78.0]})
    plan = cascade(130_000_000, shares, levels=["region"], year=2024)
    assert plan.nodes()["value"].tolist() == [130e6, 52e6, 78e6]
    over = over_assignment(plan, {"region": 0.05}).to_frame()
    assert over["assigned_value"].tolist() == [130e6, 54_600_000.0, 81_900_000.0]
    # one manager of 8 M: 15.38 % of East, 44.0 M for the others, 46.6 M with the buffer
    east = pd.DataFrame({"salesperson": ["Chen", "others"], "value": [8.0, 44.0]})
    inside = cascade(52_000_000, east, levels=["salesperson"], year=2024)
    assert inside.nodes()["value"].tolist() == [52e6, 8e6, 44e6]
    pin = pd.DataFrame({"salesperson": ["Chen"], "layer": ["assigned"], "value": [8_000_000]})
    table = over_assignment(inside, 0.05, pins=pin).to_frame()
    assert table["assigned_value"].tolist() == [52e6, 8e6, 46_600_000.0]
    assert round(8 / 52, 4) == 0.1538


def test_the_table_of_chances_by_elasticity() -> None:
    table = plan_chance([0, 0.05, 0.10, 0.15, 0.20], n=200, sd=0.3, correlation=0.1)
    wide = table.pivot_table(index="elasticity", columns="buffer_growth", values="probability")
    assert wide.round(3).to_numpy().tolist() == [
        [0.500, 0.500, 0.500, 0.500, 0.500],
        [0.500, 0.598, 0.684, 0.757, 0.816],
        [0.500, 0.688, 0.826, 0.911, 0.957],
    ]


def test_people_who_sell_the_same_attain_less_and_are_paid_less() -> None:
    row = plan_chance(0.25, n=10, sd=0.2, correlation=0.0, elasticity=[0.0]).iloc[0]
    assert row["attainment_share"] == pytest.approx(0.8)
    assert row["pay_growth"] == pytest.approx(-0.2)
    assert row["pay_cost_growth"] == pytest.approx(0.25)


def test_factors_compound_over_levels() -> None:
    over = over_assignment(plan_of(), {"region": 0.10, "team": 0.05})
    assert round(over.compounded, 10) == 0.155
    assert over.factors()["compounded_growth"].round(4).tolist() == [0.1, 0.155, 0.155]
    three = over_assignment(plan_of(), 0.10)
    assert round(1 + three.compounded, 3) == 1.331
    assert "Warning: 33.1% in all is above 20%." in three.explain()
    assert "Warning" not in over.explain()


def test_fifteen_million_at_115_percent_is_862_500_for_each_of_twenty() -> None:
    people = pd.DataFrame({"salesperson": [f"{i:02d}" for i in range(20)], "value": 1.0})
    plan = cascade(15_000_000, people, levels=["salesperson"], year=2024)
    over = over_assignment(plan, 0.15).to_frame()
    assert over["assigned_value"].iloc[1:].sum() == 17_250_000.0
    assert over["assigned_value"].iloc[1:].unique().tolist() == [862_500.0]


# ---- invariants


@settings(max_examples=8)
@given(
    st.integers(0, 10**9), st.integers(0, 50), st.lists(st.integers(0, 300), min_size=3, max_size=3)
)
def test_children_are_one_plus_o_times_their_parent_after_rounding(
    total, seed, thousandths
) -> None:
    rates = {level: t / 1000 for level, t in zip(LEVELS, thousandths, strict=True)}
    over = over_assignment(plan_of(total, seed), rates)
    units = over.to_frame()
    own = {(): total}
    for depth, level in enumerate(LEVELS):
        part = units[units["level"] == level]
        factor = 1 + Fraction(str(rates[level]))
        for name, group in part.groupby(LEVELS[:depth]) if depth else [((), part)]:
            wanted = own[tuple(name)] * factor
            assert group["assigned_value"].sum() == (2 * wanted + 1) // 2
        own = {tuple(r[LEVELS[: depth + 1]]): int(r["assigned_value"]) for _, r in part.iterrows()}
    months = over.months()
    year = months.groupby(LEVELS)["assigned_value"].sum()
    assert year.tolist() == units.loc[units["level"] == LEVELS[-1], "assigned_value"].tolist()


@settings(max_examples=5)
@given(st.integers(0, 10**9), st.integers(0, 20))
def test_without_over_assignment_both_layers_are_equal(total, seed) -> None:
    over = over_assignment(plan_of(total, seed), 0)
    assert over.months()["plan_value"].tolist() == over.months()["assigned_value"].tolist()
    assert over.to_frame()["plan_value"].tolist() == over.to_frame()["assigned_value"].tolist()


# ---- outside reference


def test_agrees_with_the_closed_form_of_the_case_library() -> None:
    """Case company-p-plan of the incentive cases, 1 - Phi((1/(1+over) - mean)/sd_c)."""
    row = plan_chance(0.1, n=200, sd=0.3, correlation=0.1, mean=0.95, elasticity=[1.0]).iloc[0]
    assert row["probability"] == pytest.approx(0.6634264980249538, abs=1e-12)


# ---- pictures and refusals


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_both_layers_are_drawn_and_told(lang) -> None:
    over = over_assignment(plan_of(), 0.05)
    assert_good_figure(over.plot(lang=lang))
    lines = over.chance_lines(lang, n=200, sd=0.3, correlation=0.1)
    assert len(lines) == 3
    assert "50%" in lines[0]
    zero = over_assignment(plan_of(0), 0.05)
    assert zero.to_frame()["status"].unique().tolist() == ["no_plan"]
    assert_good_figure(zero.plot(lang=lang))


def refusal(rates, pins=None) -> str:
    with pytest.raises(ContractError) as caught:
        over_assignment(plan_of(), rates, pins=pins)
    return str(caught.value)


def test_a_rate_written_in_percent_is_refused() -> None:
    assert refusal(5) == (
        "The over-assignment of region must be from 0 to 1, got 5.\n"
        "  where: over_assignment(rates=...)\n"
        "  fix:   write 5 % as 0.05"
    )
    assert refusal({"regoin": 0.05}).endswith("fix:   write 'region'")


def test_a_pin_of_the_plan_layer_is_not_mistaken_for_one_of_the_cards() -> None:
    pins = pd.DataFrame({"region": ["R0"], "layer": ["plan"], "value": [5]})
    assert refusal(0.05, pins) == (
        "1 of 1 pins are of layer 'plan', not 'assigned'.\n"
        "  where: rows [0] of pins, see .rows\n"
        "  fix:   give them to cascade(pins=...), whose layer is the plan"
    )
    over = refusal(0.05, pins.assign(layer="assigned", value=200_000_000))
    assert over == (
        "Pins of layer 'assigned' in region add up to 200,000,000; their parent hands on "
        "136,500,000.\n"
        "  where: over_assignment(pins=...)\n"
        "  fix:   change the pins, or the rate of the level"
    )


def test_people_without_a_spread_or_with_none_are_refused() -> None:
    with pytest.raises(ContractError) as caught:
        plan_chance(0.1, n=0, sd=0.3, correlation=0.1)
    assert str(caught.value) == (
        "P(plan) needs people >= 1, a spread >= 0, a correlation from 0 to 1 and over-assignments "
        "above -100 %, got n=0, sd=0.3, correlation=0.1, mean=1.0, over=[0.1].\n"
        "  where: plan_chance(...)\n"
        "  fix:   write plan_chance(0.10, n=200, sd=0.3, correlation=0.1)"
    )
