"""Whole steps that add up: two ways to round, the typed cases, and a test for every invariant."""

import ast
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import salesanalysis as sa
from salesanalysis import strictyaml
from salesanalysis.errors import ContractError
from salesanalysis.targets.wholeunits import sainte_lague

T = sa.targets
CASES = strictyaml.read(Path(__file__).parents[1] / "reference" / "targets_cases.yaml").data[
    "cases"
]
LAGUE = "sainte_lague"
WEIGHTS = st.lists(st.integers(0, 60), min_size=1, max_size=7).filter(any)


def of_kind(*kinds):
    found = [c for c in CASES if c["kind"] in kinds]
    return pytest.mark.parametrize("case", found, ids=lambda c: c["id"])


def named(weights):
    return pd.Series([float(w) for w in weights], index=[f"n{i}" for i in range(len(weights))])


# ---- worked by hand


def test_amounts_in_yuan_and_cents_add_up_to_their_sum() -> None:
    amounts = pd.Series([10.4, 20.4, 30.2], index=list("abc"))
    assert T.round_exact(amounts).tolist() == [11.0, 20.0, 30.0]
    assert T.round_exact(amounts, step="0.1").tolist() == [10.4, 20.4, 30.2]
    assert T.round_exact(amounts, 1_000_000).sum() == 1_000_000


def test_returns_are_rounded_down_and_the_sum_holds() -> None:
    amounts = pd.Series([-1.5, 3.25, 1.25], index=list("abc"))
    assert T.round_exact(amounts).tolist() == [-1.0, 3.0, 1.0]


def test_a_tie_goes_to_the_smaller_name_both_ways() -> None:
    even = pd.Series([1.0, 1.0], index=["b", "a"])
    for method in ("largest_remainder", LAGUE):
        assert T.round_exact(even, 3, method=method).to_dict() == {"b": 1.0, "a": 2.0}


# ---- invariants


@settings(max_examples=25)
@given(WEIGHTS, st.integers(0, 80))
def test_raising_the_total_lowers_nobody_by_sainte_lague(weights, total) -> None:
    low, high = (sainte_lague(n, named(weights).to_numpy(), [*range(len(weights))]) for n in (
        total, total + 1,
    ))  # fmt: skip
    assert sum(low) == total
    assert all(a <= b for a, b in zip(low, high, strict=True))


@settings(max_examples=15)
@given(WEIGHTS, st.integers(0, 40))
def test_sainte_lague_is_what_handing_out_one_by_one_gives(weights, total) -> None:
    parts = [0] * len(weights)
    for _ in range(total):
        # whole numbers: the quotients are compared exactly
        best = max(range(len(parts)), key=lambda i: (weights[i] * _rest(parts, i), -i))
        parts[best] += 1
    assert sainte_lague(total, named(weights).to_numpy(), [f"{i:02d}" for i in range(7)][: len(
        weights
    )]) == parts  # fmt: skip


def _rest(parts, at):
    """All divisors but the own one multiplied: a common denominator of the quotients."""
    product = 1
    for i, n in enumerate(parts):
        product *= 1 if i == at else 2 * n + 1
    return product


@settings(max_examples=15)
@given(WEIGHTS, st.integers(0, 10**9), st.sampled_from(["largest_remainder", LAGUE]))
def test_parts_add_up_whatever_the_order_and_the_size_of_the_weights(weights, total, way) -> None:
    amounts = named(weights)
    parts = T.round_exact(amounts, total, method=way)
    assert parts.sum() == total
    turned = T.round_exact(amounts[::-1] * 4.0, total, method=way)
    assert turned.reindex(amounts.index).tolist() == parts.tolist()
    if way == "largest_remainder":
        assert (abs(parts - total * amounts / amounts.sum()) < 1 + 1e-6).all()


def test_ten_thousand_parts_are_exact_both_ways() -> None:
    amounts = pd.Series(np.random.default_rng(0).gamma(2, 50, 10_000)).rename(lambda i: f"{i:05d}")
    for way in ("largest_remainder", LAGUE):
        parts = T.round_exact(amounts, 1_000_000, method=way)
        assert int(parts.sum()) == 1_000_000


# ---- outside cases


@of_kind("allocation")
def test_whole_parts_agree_with_the_outside_case(case) -> None:
    given_ = case["inputs"]
    assert T.round_exact(named(given_["weights"]), given_["total"]).tolist() == case["expected"]


@of_kind("sainte_lague")
def test_divisors_1_3_5_agree_with_the_outside_case(case) -> None:
    given_ = case["inputs"]
    parts = T.round_exact(named(given_["weights"]), given_["total"], method=LAGUE)
    assert parts.tolist() == case["expected"]


@of_kind("over_assignment")
def test_cards_above_the_plan_agree_with_the_outside_case(case) -> None:
    given_ = case["inputs"]
    people = pd.DataFrame({"salesperson": [f"{i:02d}" for i in range(given_["reps"])], "value": 1})
    plan = T.cascade(given_["company_target"], people, levels=["salesperson"], year=2024)
    cards = T.over_assignment(plan, given_["rate"]).to_frame()["assigned_value"].iloc[1:]
    assert [cards.sum(), cards.mean()] == case["expected"]


@of_kind("tiers")
def test_quantiles_agree_with_the_outside_case(case) -> None:
    given_ = case["inputs"]
    unit = pd.DataFrame({"region": ["E"], "value": [1.0]})
    plan = T.cascade(given_["mu"], unit, levels=["region"], year=2024)
    may = pd.DataFrame({"region": ["E", ""], "mean": given_["mu"], "sd": given_["sd"]})
    row = T.tiers(plan, may).to_frame().iloc[0]
    found = [row[f"{tier}_quantile"] for tier in ("base", "average", "challenge")]
    assert found == pytest.approx(case["expected"], abs=case["tolerance"])


@of_kind("relief")
def test_relief_agrees_with_the_outside_case(case) -> None:
    table = pd.DataFrame({"region": ["E"], **{k: [v] for k, v in case["inputs"].items()}})
    basis = T.growth_less_relief(table, by=["region"], year=2024)
    assert basis.total() == pytest.approx(case["expected"], abs=case["tolerance"])


# ---- refusals


def refusal(amounts, *more, **options) -> str:
    with pytest.raises(ContractError) as caught:
        T.round_exact(amounts, *more, **options)
    return str(caught.value)


#: People counted in 1790 and seats by Hamilton of a house of 120 (Balinski and Young, 1982, app. 3).
STATES_1790 = {
    "Virginia": (630_560, 21), "Massachusetts": (475_327, 16), "Pennsylvania": (432_879, 14),
    "North Carolina": (353_523, 12), "New York": (331_589, 11), "Maryland": (278_514, 9),
    "Connecticut": (236_841, 8), "South Carolina": (206_236, 7), "New Jersey": (179_570, 6),
    "New Hampshire": (141_822, 5), "Vermont": (85_533, 3), "Georgia": (70_835, 2),
    "Kentucky": (68_705, 2), "Rhode Island": (68_446, 2), "Delaware": (55_540, 2),
}  # fmt: skip


def test_the_house_of_1790_is_divided_as_hamilton_divided_it() -> None:
    people = pd.Series({state: n for state, (n, _) in STATES_1790.items()})
    found = T.round_exact(people, 120)
    assert found.to_dict() == {state: float(seats) for state, (_, seats) in STATES_1790.items()}


def test_who_grows_may_lose_a_unit_to_who_grows_more_slowly_by_largest_remainder_only() -> None:
    # population paradox as in Lippman, Math in Society (2013), apportionment: A loses to C
    before = pd.Series({"A": 150, "B": 78, "C": 173, "D": 204, "E": 295})
    after = pd.Series({"A": 150, "B": 78, "C": 181, "D": 204, "E": 296})
    assert T.round_exact(before, 100).tolist() == [17, 9, 19, 22, 33]
    assert T.round_exact(after, 100).tolist() == [16, 9, 20, 22, 33]
    # divisors: 53, 24 and 23 of 100 votes for 7 seats (Sainte-Laguë, textbook example)
    votes = pd.Series({"A": 53_000, "B": 24_000, "C": 23_000})
    assert T.round_exact(votes, 7, method="sainte_lague").tolist() == [3, 2, 2]


def test_a_table_instead_of_named_amounts_is_refused() -> None:
    with pytest.raises(ContractError) as error:
        sa.targets.round_exact(pd.DataFrame({"region": ["East"], "value": [3.0]}))  # type: ignore[arg-type]
    assert str(error.value) == (
        "amounts must be a Series with a name per amount, got DataFrame.\n"
        "  where: round_exact(amounts)\n"
        '  fix:   pass table.set_index("region")["value"]'
    )


def test_amounts_that_cannot_be_rounded_are_refused() -> None:
    assert refusal(pd.Series([1.0, np.nan], index=["a", "b"])) == (
        "1 of 2 amounts are empty, infinite or no numbers.\n"
        "  where: amounts, ['b']\n"
        "  fix:   give every name a plain number"
    )
    assert refusal(pd.Series([1.0, 2.0], index=["a", "a"])) == (
        "2 amounts share a name: 'a'.\n"
        "  where: index of amounts\n"
        "  fix:   sum them first, or give names that tell them apart"
    )
    assert refusal(named([0, 0]), 5) == (
        "All 2 amounts are 0, so a total cannot be divided by them.\n"
        "  where: round_exact(amounts, total)\n"
        "  fix:   give somebody an amount, or hand down 0"
    )
    assert refusal(named([-1, 3]), method=LAGUE) == (
        "1 of 2 amounts are negative.\n"
        "  where: round_exact(method='sainte_lague', total=...)\n"
        '  fix:   use method="largest_remainder" and leave total out, or net returns first'
    )
    assert refusal(named([1, 3]), method="webster").startswith(
        "'webster' is not a way to round here; known: largest_remainder, sainte_lague."
    )


# ---- the list of invariants

#: Section 17 of the specification: the property, and the tests that hold it.
INVARIANTS = {
    "1 children are their parent": [
        "test_children_add_up_to_their_parent_and_months_to_their_year_exactly",
        "test_children_are_one_plus_o_times_their_parent_after_rounding",
    ],
    "2 months, days, weeks": ["test_days_add_up_to_months_and_weeks_to_days"],
    "3 rows and columns within one step": [
        "test_months_of_a_family_are_exact_both_ways_and_every_cell_within_one_step"
    ],
    "4 Sainte-Lague": ["test_raising_the_total_lowers_nobody_by_sainte_lague"],
    "5 order and names": [
        "test_order_of_rows_does_not_change_a_target",
        "test_renamed_units_keep_their_numbers",
        "test_other_names_in_the_same_order_change_no_target",
    ],
    "6 scale": [
        "test_scaling_every_weight_changes_no_target",
        "test_order_of_rows_and_size_of_money_change_nothing_but_the_size",
    ],
    "7 constant growth": ["test_constant_growth_to_its_own_total_is_constant_growth_per_unit"],
    "8 bounds": ["test_bounds_hold_or_are_refused_and_loosening_them_never_hurts"],
    "9 pins and edits": [
        "test_pins_are_exact_and_their_order_does_not_matter",
        "test_the_order_of_the_rows_does_not_matter",
        "test_edits_undone_are_as_if_never_made_and_stay_on_record",
    ],
    "10 freeze": [
        "test_a_frozen_region_keeps_every_cell_whatever_total_and_bases_become",
        "test_every_edit_is_exact_beside_all_the_others_and_survives_a_second_run",
    ],
    "11 transfer": ["test_no_transfer_changes_a_month_of_the_company"],
    "12 margins": [
        "test_margins_are_exact_zeros_stay_zero_and_rows_may_come_in_any_order",
        "test_a_base_that_meets_its_margins_is_left_as_it_is",
    ],
    "13 quota-days": [
        "test_splitting_a_segment_changes_nothing",
        "test_a_full_share_however_divided_is_the_full_target",
    ],
    "14 tiers": [
        "test_tiers_add_up_and_never_cross_in_any_unit_or_month",
        "test_the_chance_falls_as_the_target_rises",
    ],
    "15 reconciliation": ["test_all_weight_on_one_side_is_that_side_scaled_and_equal_sides_stay"],
    "16 no over-assignment": ["test_without_over_assignment_both_layers_are_equal"],
    "17 differences": [
        "test_no_plan_differs_from_itself",
        "test_the_way_back_is_the_way_there_with_old_and_new_exchanged",
    ],
    "18 same plan_id": [
        "test_the_same_inputs_give_the_same_name_and_the_same_bytes",
        "test_the_same_plan_has_the_same_name_whatever_the_order_of_its_inputs",
    ],
    "19 nothing empty without a row": ["test_nothing_is_empty_without_a_row_in_the_log"],
    "20 card round trip": ["test_the_untouched_workbook_of_any_plan_has_no_edits"],
    "21 ratios": ["test_amounts_add_up_counts_are_whole_and_rates_are_weighted_means"],
    "22 never below zero": [
        "test_shares_add_up_to_the_total_and_are_never_below_zero",
        "test_no_cell_of_a_plan_of_non_negative_inputs_is_negative_or_empty",
    ],
    "exact in each tier": ["test_ten_thousand_leaves_by_twelve_months_are_exact_in_each_tier"],
}


def test_every_invariant_of_the_specification_has_its_test() -> None:
    files = sorted(Path(__file__).parent.glob("test_*.py"))
    there = {
        node.name
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    }
    assert len(INVARIANTS) == 23
    assert {name for names in INVARIANTS.values() for name in names} <= there
