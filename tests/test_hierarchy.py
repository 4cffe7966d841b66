"""The organisation tree: crossed levels whose every sum is the sum of its leaves."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesanalysis.errors import ContractError
from salesanalysis.hierarchy import COMPANY, Tree

TREE = Tree(("region", "salesperson"))
LEAVES = pd.DataFrame(
    {"region": ["N", "S", "N"], "salesperson": ["Li", "Li", "Wu"], "value": [3.0, 4.0, 5.0]}
)

# -- worked by hand ---------------------------------------------------------------------------


def test_a_person_who_sells_in_two_regions_is_a_leaf_in_each():
    rows = TREE.roll_up(LEAVES)
    assert rows.to_dict("list") == {
        "level": [COMPANY, "region", "region", "salesperson", "salesperson", "salesperson"],
        "region": ["", "N", "S", "N", "N", "S"],
        "salesperson": ["", "", "", "Li", "Wu", "Li"],
        "node": ["", "N", "S", "N / Li", "N / Wu", "S / Li"],
        "value": [12.0, 8.0, 4.0, 3.0, 5.0, 4.0],
    }


def test_a_name_with_the_separator_in_it_stays_one_name():
    odd = LEAVES.assign(region=["A / B", "S", "A / B"])
    rows = TREE.roll_up(odd)
    assert rows.loc[rows["level"] == "region", "region"].tolist() == ["A / B", "S"]


def test_a_territory_called_na_is_a_name():
    rows = Tree(("region",)).roll_up(pd.DataFrame({"region": ["NA", "S"], "value": [1.0, 2.0]}))
    assert rows["node"].tolist() == ["", "NA", "S"]


def test_the_levels_of_a_table_are_found_from_the_top_down():
    table = pd.DataFrame(columns=["salesperson", "value", "region", "colour"])
    assert Tree.of(table).levels == ("region", "salesperson")


def test_two_trees_of_the_same_levels_are_the_same_tree():
    assert Tree(["region"]) == Tree(("region",))  # type: ignore[arg-type]


# -- what always holds ------------------------------------------------------------------------

names = st.sampled_from(["N", "S", "W", "NA"])
tables = st.lists(
    st.tuples(names, names, st.integers(-(10**9), 10**9)), min_size=1, max_size=30
).map(
    lambda rows: pd.DataFrame(rows, columns=["region", "salesperson", "cents"]).assign(
        value=lambda t: t["cents"] / 100
    )
)


@given(tables)
def test_children_add_up_to_their_parent(leaves):
    rows = TREE.roll_up(leaves)
    people = rows[rows["level"] == "salesperson"].groupby("region")["value"].sum()
    regions = rows[rows["level"] == "region"].set_index("region")["value"]
    assert (people - regions).abs().max() < 1e-6
    assert abs(regions.sum() - leaves["value"].sum()) < 1e-6


@given(tables, st.integers(0, 9))
def test_the_order_of_rows_changes_nothing_not_even_the_last_bit(leaves, seed):
    mixed = leaves.sample(frac=1, random_state=seed)
    pd.testing.assert_frame_equal(TREE.roll_up(mixed), TREE.roll_up(leaves), check_exact=True)


def test_the_leaves_that_were_handed_in_are_not_changed():
    before = LEAVES.copy()
    TREE.roll_up(LEAVES)
    pd.testing.assert_frame_equal(LEAVES, before)


# -- refusals ---------------------------------------------------------------------------------


@pytest.mark.parametrize("levels", [(), ("region", "region")])
def test_a_tree_needs_different_levels(levels):
    with pytest.raises(ContractError) as caught:
        Tree(levels)
    assert str(caught.value) == (
        f"levels must be different and at least one, got {list(levels)}.\n"
        "  where: Tree(levels=...)\n"
        "  fix:   name each level once, from the top down"
    )


@pytest.mark.parametrize("name", [None, "", "  ", float("nan")])
@pytest.mark.parametrize("work", [TREE.check, TREE.roll_up])
def test_a_leaf_without_a_name_is_refused_never_dropped_or_called_none(name, work):
    with pytest.raises(ContractError) as caught:
        work(LEAVES.assign(salesperson=["Li", name, "Wu"]))
    assert str(caught.value) == (
        "1 of 3 rows of leaves have no 'salesperson'.\n"
        "  where: first rows [1], see .rows\n"
        '  fix:   give them a name such as "(no owner)", or leave them out and say so'
    )
    assert caught.value.rows["value"].tolist() == [4.0]


def test_a_leaf_named_twice_is_refused_with_both_rows():
    with pytest.raises(ContractError) as caught:
        TREE.check(pd.concat([LEAVES, LEAVES.iloc[:1]], ignore_index=True), name="plan")
    assert str(caught.value) == (
        "2 rows of plan name the same leaf.\n"
        "  where: keys ['region', 'salesperson'], first rows [0, 3], see .rows\n"
        "  fix:   sum them first, or add the level that tells them apart"
    )
    assert len(caught.value.rows) == 2
    TREE.check(LEAVES)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_value_nobody_can_add_is_refused_not_skipped(value):
    with pytest.raises(ContractError) as caught:
        TREE.roll_up(LEAVES.assign(value=[1.0, value, 1.0]))
    assert str(caught.value) == (
        "1 of 3 values of 'value' are empty or infinite.\n"
        "  where: first rows [1], see .rows\n"
        "  fix:   write 0 where nothing is meant, or leave the rows out and say so"
    )


def test_a_misspelt_level_and_an_empty_table_are_refused():
    with pytest.raises(ContractError) as caught:
        TREE.roll_up(LEAVES.rename(columns={"region": "regoin"}))
    assert caught.value.fix == "rename 'regoin' to 'region'"
    with pytest.raises(ContractError) as caught:
        TREE.check(LEAVES.iloc[:0], name="plan")
    assert caught.value.what == "plan has no rows."
