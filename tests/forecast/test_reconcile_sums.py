"""Which leaves add up to which nodes."""

import numpy as np
import pytest

from salesanalysis.errors import ContractError
from salesanalysis.forecast.reconcile import Summing
from salesanalysis.forecast.tree import Stack

CROSSED = [["region", "team"], ["line"], ["region", "line"]]


@pytest.fixture(scope="module")
def crossed_panel(make_panel):
    months = np.arange(1.0, 4.0)
    leaves = {
        ("N", "N1", "A"): months,
        ("N", "N1", "B"): 10 * months,
        ("N", "N2", "A"): 100 * months,
        ("S", "S1", "B"): 1000 * months[1:],
    }
    return make_panel(leaves, ("region", "team", "line"))


def test_the_nested_default_has_the_nodes_the_forecast_has(company):
    ours, theirs = Summing.of(company), Stack.of(company)
    leaves = company.matrix().to_numpy()
    assert ours.table.equals(theirs.table)
    np.testing.assert_allclose(ours.history(leaves), theirs.history(leaves), rtol=1e-14)


def test_crossed_paths_worked_by_hand(crossed_panel):
    tree = Summing.of(crossed_panel, crossed=CROSSED)
    assert tree.table[["level", "node"]].to_numpy().tolist() == [
        ["company", ""],
        ["region", "N"],
        ["region", "S"],
        ["team", "N / N1"],
        ["team", "N / N2"],
        ["team", "S / S1"],
        ["line", "A"],
        ["line", "B"],
        ["region x line", "N / A"],
        ["region x line", "N / B"],
        ["region x line", "S / B"],
        ["region x team x line", "N / N1 / A"],
        ["region x team x line", "N / N1 / B"],
        ["region x team x line", "N / N2 / A"],
        ["region x team x line", "S / S1 / B"],
    ]
    history = tree.history(crossed_panel.matrix().to_numpy())
    assert history[0].tolist() == [111, 2222, 3333]  # S was not there in the first month
    assert np.isnan(history[2, 0])
    assert history[2, 1:].tolist() == [2000, 3000]
    assert history[7].tolist() == [10, 2020, 3030]
    assert (tree.table.loc[8, ["region", "team", "line"]] == ["N", "", "A"]).all()


def test_nodes_over_the_same_leaves_are_one_in_the_solve_and_all_in_the_table(crossed_panel):
    tree = Summing.of(crossed_panel, crossed=CROSSED)
    # S, S1 and S x B are the one leaf of S; N2 and N x B are leaves too
    kept = {tuple(np.flatnonzero(row)) for row in tree.distinct.toarray()}
    assert kept == {(0, 1, 2, 3), (0, 1, 2), (0, 1), (0, 2), (1, 3)}
    assert tree.n_aggregates == 11
    assert tree.table.loc[tree.repeats, "node"].tolist() == [
        "S",
        "N / N2",
        "S / S1",
        "N / A",  # line A is sold in N only
        "N / B",
        "S / B",
    ]


def test_two_paths_that_reach_the_same_nodes_make_them_once(crossed_panel):
    both = Summing.of(crossed_panel, crossed=[["region", "line"], ["line", "region"]])
    assert both.table["level"].drop_duplicates().tolist() == [
        "company",
        "region",
        "region x line",
        "line",
        "region x team x line",
    ]


def test_the_company_alone_is_its_own_only_leaf(make_panel):
    panel = make_panel({(): [1.0, 2.0]}, by=())
    tree = Summing.of(panel)
    assert (tree.n_aggregates, tree.n_leaves) == (0, 1)
    assert tree.history(panel.matrix().to_numpy()).tolist() == [[1.0, 2.0]]


def test_a_rep_who_moved_between_regions_is_refused_in_a_nested_path(make_panel):
    panel = make_panel(
        {("N", "Li"): [1.0], ("S", "Li"): [2.0], ("S", "Wu"): [3.0]}, ("region", "rep")
    )
    with pytest.raises(ContractError) as caught:
        Summing.of(panel, levels=["region", "rep"])
    assert str(caught.value) == (
        "1 names of 'rep' stand under more than one 'region', such as 'Li' under 'N', 'S'.\n"
        "  where: Summing.of(levels=['region', 'rep'])\n"
        "  fix:   a path that is not nested is crossed: use crossed=[['region', 'rep']], "
        "and add ['rep'] where its own sums are wanted"
    )
    assert caught.value.rows["region"].tolist() == ["N", "S"]
    assert len(Summing.of(panel, crossed=[["region", "rep"], ["rep"]]).table) == 8


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        (
            {"levels": ["region"], "crossed": [["line"]]},
            "levels and crossed are both given.\n  where: Summing.of(levels=..., crossed=...)\n"
            "  fix:   levels for one nested path, crossed for several; leave the other out",
        ),
        (
            {"crossed": [["regoin"]]},
            "'regoin' is not a level here; known: region, team, line.\n"
            "  where: Summing.of(levels=..., crossed=...)\n  fix:   write 'region'",
        ),
        (
            {"crossed": [["line", "line"]]},
            "A path must name different levels, at least one, got ['line', 'line'].\n"
            "  where: Summing.of(levels=..., crossed=...)\n"
            "  fix:   name each level once, from the top down",
        ),
        (
            {"levels": []},
            "A path must name different levels, at least one, got [].\n"
            "  where: Summing.of(levels=..., crossed=...)\n"
            "  fix:   name each level once, from the top down",
        ),
    ],
)
def test_paths_nobody_could_mean_are_refused(crossed_panel, choice, message):
    with pytest.raises(ContractError) as caught:
        Summing.of(crossed_panel, **choice)
    assert str(caught.value) == message
