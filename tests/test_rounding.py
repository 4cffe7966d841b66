"""Whole units are handed down exactly, and ties go by name."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesanalysis.errors import ContractError
from salesanalysis.rounding import largest_remainder, round_half_up, split_within

# -- worked by hand ---------------------------------------------------------------------------


def test_ten_units_over_six_six_two_are_four_four_two():
    assert largest_remainder(10, [6, 6, 2], ["a", "b", "c"]) == [4, 4, 2]


def test_one_unit_more_costs_the_smallest_one_the_alabama_paradox():
    assert largest_remainder(11, [6, 6, 2], ["a", "b", "c"]) == [5, 5, 1]


def test_a_tie_goes_to_the_smaller_name_not_to_the_earlier_row():
    assert largest_remainder(1, [1, 1], ["Wang", "Li"]) == [0, 1]
    assert largest_remainder(1, [1, 1], ["Li", "Wang"]) == [1, 0]


def test_ties_among_numbers_go_by_value_not_by_text():
    assert largest_remainder(1, [1, 1], [10, 9]) == [0, 1]


def test_ties_among_tuples_go_by_their_text():
    assert largest_remainder(1, [1, 1], [("S", "Li"), ("N", "Wu")]) == [0, 1]


def test_decimal_weights_tie_where_people_see_a_tie():
    # shares 0.5, 1.5 and 3: in binary 0.1, 0.3 and 0.6 are not quite in that proportion
    assert largest_remainder(5, [0.1, 0.3, 0.6], ["b", "a", "c"]) == [0, 2, 3]


def test_nothing_to_hand_down_gives_everybody_nothing():
    assert largest_remainder(0, [0, 0], ["a", "b"]) == [0, 0]
    assert largest_remainder(0, [], []) == []


def test_a_weight_of_nothing_never_receives_a_unit():
    assert largest_remainder(2, [1, 1, 0, 1], list("abcd")) == [1, 1, 0, 0]


def test_east_by_working_days_of_2024_comes_out_to_the_yuan():
    # planners' worked example: 52,000,000 over the working days, ties in month order
    days = [22, 18, 21, 22, 21, 19, 23, 22, 21, 19, 21, 22]
    got = largest_remainder(52_000_000, days, list(range(1, 13)))
    assert got == [
        4_557_769, 3_729_084, 4_350_598, 4_557_769, 4_350_598, 3_936_255,
        4_764_940, 4_557_769, 4_350_597, 3_936_255, 4_350_597, 4_557_769,
    ]  # fmt: skip
    assert sum(got[:3]) == 12_637_451


def test_families_are_split_apart_and_answered_in_the_order_of_the_rows():
    got = split_within(
        pd.Series({"N": 7, "S": 3}),
        pd.Series(["N", "S", "N", "S"]),
        pd.Series([1.0, 1.0, 1.0, 2.0]),
        pd.Series(["x", "x", "y", "y"]),
    )
    assert got.tolist() == [4, 1, 3, 2]
    assert got.dtype == "int64"


def test_the_index_of_the_rows_does_not_matter():
    rows = pd.DataFrame({"p": ["N", "N"], "w": [1.0, 2.0], "k": ["a", "b"]}, index=[7, 7])
    assert split_within(pd.Series({"N": 3}), rows["p"], rows["w"], rows["k"]).tolist() == [1, 2]


@pytest.mark.parametrize(
    ("value", "unit", "rounded"),
    [
        ("2.5", "1", "3"), ("-2.5", "1", "-3"), ("2.675", "0.01", "2.68"), ("-0.005", "0.01", "-0.01"),
        ("0.125", "0.05", "0.15"), ("2.4999", "1", "2"), ("1249", "500", "1000"), ("1250", "500", "1500"),
    ],
)  # fmt: skip
def test_a_half_is_rounded_away_from_zero(value, unit, rounded):
    assert round_half_up(value, unit) == Decimal(rounded)


# -- what always holds, against brute force in fractions ---------------------------------------


def exact_weight(weight: float, family: list[float]) -> Fraction:
    """A weight as it is meant: as a decimal where the family has at most six places."""
    if all(len(f"{w!r}".partition(".")[2]) <= 6 and "e" not in repr(w) for w in family):
        return Fraction(repr(weight))
    return Fraction(weight)


def brute_force(total: int, weights: list[float], keys: list[str]) -> list[int]:
    exact = [exact_weight(w, weights) for w in weights]
    shares = [total * w / sum(exact) for w in exact]
    parts = [s.numerator // s.denominator for s in shares]
    order = sorted(range(len(keys)), key=lambda i: (parts[i] - shares[i], keys[i]))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts


sizes = st.one_of(
    st.integers(0, 20).map(float),
    st.integers(0, 10**11).map(lambda cents: cents / 100),
    st.floats(0, 1e9, allow_subnormal=False),
    st.floats(1e-300, 1e-12),
)
totals = st.one_of(st.integers(0, 50), st.integers(0, 10**12), st.integers(10**15, 10**18))
families = st.lists(sizes, min_size=1, max_size=9).filter(lambda w: max(w) > 0)


@given(total=totals, weights=families)
def test_agrees_with_fractions_for_any_total_and_weights(total, weights):
    keys = [f"k{i:02}" for i in range(len(weights))]
    assert largest_remainder(total, weights, keys) == brute_force(total, weights, keys)


@given(parts=st.lists(st.tuples(totals, families), min_size=1, max_size=5), seed=st.integers(0, 9))
def test_several_families_at_once_agree_with_fractions_whatever_the_row_order(parts, seed):
    rows = pd.DataFrame(
        [(f"p{p}", w, f"k{i:02}") for p, (_, ws) in enumerate(parts) for i, w in enumerate(ws)],
        columns=["parent", "weight", "key"],
    )
    rows["want"] = [
        v
        for total, ws in parts
        for v in brute_force(total, ws, [f"k{i:02}" for i in range(len(ws))])
    ]
    mixed = rows.sample(frac=1, random_state=seed)
    whole = pd.Series({f"p{p}": total for p, (total, _) in enumerate(parts)})
    got = split_within(whole, mixed["parent"], mixed["weight"], mixed["key"])
    assert got.tolist() == mixed["want"].tolist()


@given(total=totals, weights=families)
def test_parts_add_up_and_lie_within_one_unit_of_the_share(total, weights):
    parts = largest_remainder(total, weights, range(len(weights)))
    exact = [exact_weight(w, weights) for w in weights]
    assert sum(parts) == total
    assert all(abs(p - total * w / sum(exact)) < 1 for p, w in zip(parts, exact, strict=True))


def test_a_share_a_hair_below_a_whole_number_is_not_taken_for_it():
    # the share of "b" is n + (s - 1) / s: as a float it is n + 1 exactly
    total, s = 10**15 - 1, 9 * 10**14 + 7
    a = -pow(total, -1, s) % s
    assert a * total / s == a * total // s + 1
    assert largest_remainder(total, [s - a, a], ["a", "b"]) == [
        (s - a) * total // s, a * total // s + 1,
    ]  # fmt: skip


def test_the_largest_totals_over_the_largest_weights_are_still_exact():
    weights = [float(9 * 10**15 - 7 * i * i) for i in range(110)]
    keys = [f"k{i:03}" for i in range(110)]
    total = 4 * 10**18 + 1
    assert largest_remainder(total, weights, keys) == brute_force(total, weights, keys)


def test_many_rows_of_large_totals_do_not_depend_on_the_row_order():
    rng = np.random.default_rng(7)
    rows = pd.DataFrame({"p": rng.integers(0, 900, 20_000), "w": rng.lognormal(size=20_000)})
    rows["k"] = [f"k{i}" for i in range(len(rows))]
    whole = pd.Series(10**12, index=range(900))
    first = split_within(whole, rows["p"], rows["w"], rows["k"])
    mixed = rows.sample(frac=1, random_state=1)
    second = pd.Series(split_within(whole, mixed["p"], mixed["w"], mixed["k"]), index=mixed.index)
    assert second.sort_index().tolist() == first.tolist()
    assert pd.Series(first).groupby(rows["p"]).sum().eq(10**12).all()


# -- refusals ---------------------------------------------------------------------------------


def refusal(*args, **kwargs) -> ContractError:
    with pytest.raises(ContractError) as caught:
        largest_remainder(*args, **kwargs)
    return caught.value


@pytest.mark.parametrize("weight", [-1.0, float("nan"), float("inf")])
def test_a_weight_nobody_could_split_by_is_refused_with_its_row(weight):
    error = refusal(10, [1.0, weight], ["a", "b"])
    assert str(error) == (
        "1 of 2 weights are negative, empty or infinite.\n"
        "  where: first rows [1], see .rows\n"
        "  fix:   net returns against sales first, or give a floor"
    )
    assert error.rows["key"].tolist() == ["b"]


def test_a_family_whose_weights_are_all_zero_is_named():
    with pytest.raises(ContractError) as caught:
        split_within(
            pd.Series({"N": 5, "S": 1_000}),
            pd.Series(["N", "S", "S"]),
            pd.Series([1.0, 0.0, 0.0]),
            pd.Series(["a", "a", "b"]),
        )
    assert str(caught.value) == (
        "All weights below 'S' are 0, so its total cannot be handed down.\n"
        "  where: parent 'S', total 1,000\n"
        "  fix:   give the children a floor, or drop the branch"
    )
    assert len(caught.value.rows) == 2


def test_a_parent_without_children_is_refused_like_one_of_weight_zero():
    error = refusal(3, [], [])
    assert error.what == "All weights below 'the total' are 0, so its total cannot be handed down."


def test_a_negative_total_is_refused():
    assert str(refusal(-1_500, [1], ["a"])) == (
        "Total to hand down is negative: -1,500.\n"
        "  where: parent 'the total'\n"
        "  fix:   hand down zero or more; book a cut as a transfer"
    )


@pytest.mark.parametrize("total", [10.5, float("nan"), 10**20])
def test_a_total_that_is_no_number_of_units_is_refused_not_cut_off(total):
    assert str(refusal(total, [1], ["a"])) == (
        f"Total to hand down is not a whole number of units: {total}.\n"
        "  where: parent 'the total'\n"
        "  fix:   round it first, or count in a smaller unit such as cents"
    )


def test_a_key_that_stands_twice_is_refused_with_both_rows():
    error = refusal(10, [1, 1], ["Li", "Li"])
    assert str(error) == (
        "2 rows share a key inside one family: 'Li'.\n"
        "  where: rows [0, 1], see .rows\n"
        "  fix:   sum them first, or add the level that tells them apart"
    )
    assert error.code == "duplicate-key"
    assert len(error.rows) == 2


def test_a_row_without_a_key_is_refused():
    assert str(refusal(10, [1, 1], ["Li", None])) == (
        "1 of 2 rows have no key to break ties by.\n"
        "  where: first rows [1], see .rows\n"
        "  fix:   name every row"
    )


def test_columns_of_different_length_are_refused():
    assert str(refusal(10, [1, 1], ["Li"])) == (
        "Columns differ in length: {'parents': 2, 'weights': 2, 'keys': 1}.\n"
        "  where: parent, weight, key\n"
        "  fix:   give one parent, weight and key per row"
    )


def test_a_family_without_a_total_or_with_two_is_refused():
    rows = pd.Series(["N", "S"]), pd.Series([1.0, 1.0]), pd.Series(["a", "b"])
    with pytest.raises(ContractError) as caught:
        split_within(pd.Series({"N": 1}), *rows)
    assert str(caught.value) == (
        "Parent 'S' has no total.\n  where: totals\n  fix:   give each parent one total"
    )
    with pytest.raises(ContractError) as caught:
        split_within(pd.Series([1, 2, 3], index=["N", "S", "S"]), *rows)
    assert caught.value.what == "Parent 'S' has more than one total."
    assert caught.value.code == "duplicate-key"
