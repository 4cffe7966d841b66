"""Pins: exact at their unit wherever it lies, whatever the order, or refused."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import salesanalysis as sa
from salesanalysis.errors import ContractError
from salesanalysis.targets import Basis, cascade

LEVELS = ["region", "product_line", "salesperson"]


def crossed(value=1.0) -> Basis:
    """East and West, lines A and B, Li and Wang in both; Zhao sells A in West only."""
    rows = [(r, p, s, value) for r in ("East", "West") for p in "AB" for s in ("Li", "Wang")]
    rows.append(("West", "A", "Zhao", value))
    return Basis.of(pd.DataFrame(rows, columns=[*LEVELS, "value"]), by=LEVELS, year=2024)


def pins(*rows: dict) -> pd.DataFrame:
    return pd.DataFrame(list(rows))


def value_at(plan, **where) -> float:
    frame = plan.to_frame()
    for column, wanted in where.items():
        frame = frame[frame[column] == wanted]
    return float(frame["value"].sum())


# ---- worked by hand


def test_a_pinned_region_is_exact_and_the_others_share_the_rest() -> None:
    basis = Basis.of(
        pd.DataFrame({"region": ["East", "North", "South"], "value": [1.0, 3.0, 1.0]}),
        by=["region"],
        year=2024,
    )
    plan = cascade(130_000_000, basis, pins=pins({"region": "East", "value": 52_000_000}))
    assert plan.nodes()["value"].tolist() == [130e6, 52e6, 58_500_000.0, 19_500_000.0]
    assert plan.nodes()["status"].tolist() == ["mixed", "pinned", "given", "given"]
    assert "Pinned by hand: East 52.0M CNY." in plan.explain()
    assert plan.pinned["value"].tolist() == [52_000_000]


def test_a_person_pinned_inside_a_region_is_exact_though_product_lines_lie_between() -> None:
    plan = cascade(90, crossed(), pins=pins({"region": "East", "salesperson": "Li", "value": 8}))
    assert value_at(plan, region="East", salesperson="Li") == 8.0
    # East keeps the 4 of 9 its own weight gives it; Wang, the sibling, takes what Li leaves
    assert value_at(plan, region="East") == 40.0
    assert value_at(plan, region="East", salesperson="Wang") == 32.0
    assert value_at(plan, region="West") == 50.0
    nodes = plan.nodes().set_index("node")["value"]
    assert nodes["East / A"] + nodes["East / B"] == 40.0


def test_a_person_in_a_pinned_region_stays_inside_it() -> None:
    plan = cascade(
        1000,
        crossed(),
        pins=pins(
            {"region": "East", "value": 520}, {"region": "East", "salesperson": "Li", "value": 80}
        ),
    )
    assert value_at(plan, region="East") == 520.0
    assert value_at(plan, region="East", salesperson="Li") == 80.0
    assert value_at(plan, region="West") == 480.0


def test_a_person_pinned_over_all_regions_is_exact_in_total() -> None:
    plan = cascade(900, crossed(), pins=pins({"salesperson": "Li", "value": 100}))
    assert value_at(plan, salesperson="Li") == 100.0
    assert plan.total == 900.0


def test_a_pinned_line_with_a_pinned_person_inside_it() -> None:
    table = pins(
        {"region": "West", "product_line": "A", "value": 300},
        {"region": "West", "product_line": "A", "salesperson": "Zhao", "value": 250},
    )
    plan = cascade(900, crossed(), pins=table)
    assert value_at(plan, region="West", product_line="A") == 300.0
    assert value_at(plan, region="West", product_line="A", salesperson="Zhao") == 250.0
    assert value_at(plan, region="West", product_line="A", salesperson="Li") == 25.0
    leaf = plan.to_frame().query("salesperson == 'Zhao'")
    assert leaf["status"].unique().tolist() == ["pinned"]


def test_new_business_gets_a_target_by_a_pin_and_by_nothing_else() -> None:
    basis = Basis.of(
        pd.DataFrame(
            {
                "region": ["East", "New", "New"],
                "salesperson": ["Li", "He", "Wu"],
                "value": [5.0, 0.0, 0.0],
            }
        ),
        by=["region", "salesperson"],
        year=2024,
    )
    assert value_at(cascade(100, basis), region="New") == 0.0
    plan = cascade(100, basis, pins=pins({"region": "New", "value": 31}))
    assert value_at(plan, region="New") == 31.0
    # without a base there is nothing to weigh by: equal parts, ties to the smaller name
    assert value_at(plan, salesperson="He") == 16.0
    assert value_at(plan, salesperson="Wu") == 15.0
    assert plan.to_frame().query("region == 'New'")["status"].unique().tolist() == ["pinned"]


def test_a_pinned_person_without_a_base_does_not_move_the_regions_above() -> None:
    basis = Basis.of(
        pd.DataFrame(
            {"region": ["E", "E", "W"], "salesperson": ["a", "b", "c"], "value": [50.0, 0.0, 50.0]}
        ),
        by=["region", "salesperson"],
        year=2024,
    )
    plan = cascade(1000, basis, pins=pins({"salesperson": "b", "region": "E", "value": 100}))
    assert value_at(plan, region="E") == 500.0
    assert value_at(plan, salesperson="b") == 100.0


def test_a_family_pinned_as_a_whole_has_to_add_up_and_then_is_accepted() -> None:
    table = pins({"region": "East", "value": 40}, {"region": "West", "value": 50})
    assert cascade(90, crossed(), pins=table).nodes()["value"].head(3).tolist() == [
        90.0,
        40.0,
        50.0,
    ]


def test_names_left_empty_or_missing_below_the_pinned_level_mean_the_whole_unit() -> None:
    for empty in ("", None, float("nan")):
        table = pd.DataFrame({"region": ["East"], "product_line": [empty], "value": [10]})
        assert value_at(cascade(90, crossed(), pins=table), region="East") == 10.0


# ---- invariants


@settings(max_examples=8)
@given(
    st.integers(0, 300),
    st.integers(0, 100),
    st.sampled_from(["Li", "Wang"]),
    st.integers(0, 60),
    st.permutations(range(3)),
)
def test_pins_are_exact_and_their_order_does_not_matter(region, inside, who, line, order) -> None:
    rows = [
        {"region": "East", "value": region + 200},
        {"region": "East", "salesperson": who, "value": inside},
        {"region": "West", "product_line": "B", "value": line},
    ]
    table = pins(*rows)
    plan = cascade(1000, crossed(), pins=table)
    assert value_at(plan, region="East") == region + 200
    assert value_at(plan, region="East", salesperson=who) == inside
    assert value_at(plan, region="West", product_line="B") == line
    assert plan.total == 1000.0
    again = cascade(1000, crossed(), pins=table.iloc[list(order)])
    assert plan.to_frame().to_csv() == again.to_frame().to_csv()
    pd.testing.assert_frame_equal(plan.pinned, again.pinned)


@settings(max_examples=6)
@given(st.integers(1, 900))
def test_pinning_a_unit_at_the_value_it_has_changes_no_other(total) -> None:
    free = cascade(total, crossed())
    east = value_at(free, region="East")
    held = cascade(total, crossed(), pins=pins({"region": "East", "value": east}))
    assert held.nodes()["value"].tolist() == free.nodes()["value"].tolist()


# ---- refusals


def refusal(total, *rows) -> str:
    with pytest.raises(ContractError) as caught:
        cascade(total, crossed(), pins=pins(*rows))
    assert caught.value.rows is None or len(caught.value.rows)
    return str(caught.value)


def test_pins_of_children_above_their_parent_are_refused_with_both_values() -> None:
    message = refusal(
        900,
        {"region": "East", "value": 100},
        {"region": "East", "salesperson": "Li", "value": 70},
        {"region": "East", "salesperson": "Wang", "value": 60},
    )
    assert message == (
        "Pins below East add up to 130, above its own 100.\n"
        "  where: pins of East / Li, East / Wang\n"
        "  fix:   lower them, or give East at least 130"
    )
    assert refusal(900, {"region": "East", "value": 1000}) == (
        "Pins below the company add up to 1,000, above its own 900.\n"
        "  where: pins of East\n"
        "  fix:   lower them, or give the company at least 1,000"
    )


def test_pins_of_a_whole_family_that_miss_their_parent_are_refused() -> None:
    assert refusal(90, {"region": "East", "value": 40}, {"region": "West", "value": 40}) == (
        "Pins of all units below the company add up to 80, not to its own 90.\n"
        "  where: pins of East, West\n"
        "  fix:   leave one of them out, or add 10 to them"
    )


def test_a_rest_that_only_new_business_could_take_is_refused() -> None:
    basis = Basis.of(
        pd.DataFrame({"region": ["E", "N"], "value": [1.0, 0.0]}), by=["region"], year=2024
    )
    with pytest.raises(ContractError) as caught:
        cascade(100, basis, pins=pins({"region": "E", "value": 60}))
    assert str(caught.value) == (
        "Pins below the company leave 40 of its 100 to units without a base.\n"
        "  where: pins of E\n"
        "  fix:   pin one of those units too, or raise the pins"
    )


def test_a_misspelt_unit_is_named_with_the_nearest() -> None:
    assert refusal(90, {"region": "Esat", "value": 1}) == (
        "'Esat' is not a region here; known: East, West.\n  where: pins\n  fix:   write 'East'"
    )


def test_a_combination_nobody_has_is_refused() -> None:
    assert refusal(90, {"region": "East", "salesperson": "Zhao", "value": 1}) == (
        "No unit has region 'East', salesperson 'Zhao' together.\n"
        "  where: pins, value 1\n"
        "  fix:   name a combination the basis has, or add it to the basis"
    )


def test_pins_that_cross_are_refused() -> None:
    message = refusal(
        900,
        {"region": "East", "product_line": "A", "value": 10},
        {"region": "East", "salesperson": "Li", "value": 10},
    )
    assert message == (
        "Two pins overlap and neither holds the other: (region=East, salesperson=Li) and "
        "(region=East, product_line=A).\n"
        "  where: pins, see .rows\n"
        "  fix:   pin the units where they cross one by one instead"
    )


def test_a_pin_that_names_nobody_twice_the_same_or_an_unknown_level_is_refused() -> None:
    assert refusal(90, {"region": "", "value": 1}) == (
        "1 of 1 pins name no unit.\n"
        "  where: rows [0] of pins, see .rows\n"
        "  fix:   name a level; the company's own value is total"
    )
    assert refusal(90, {"region": "East", "value": 1}, {"region": "East", "value": 2}) == (
        "2 pins name the same unit.\n  where: rows [0, 1] of pins, see .rows\n  fix:   keep one of them"
    )
    assert refusal(90, {"regoin": "East", "value": 1}) == (
        "'regoin' is not a level here; known: region, product_line, salesperson.\n"
        "  where: columns of pins\n"
        "  fix:   write 'region'"
    )


def test_a_pin_between_two_steps_is_refused() -> None:
    assert refusal(90, {"region": "East", "value": 10.5}) == (
        "value 10.5 is not a multiple of step 1.\n  where: pins\n  fix:   use value=11, or a smaller step"
    )
    assert sa.targets.cascade(90, crossed(), pins=pd.DataFrame({"value": []})).total == 90.0
