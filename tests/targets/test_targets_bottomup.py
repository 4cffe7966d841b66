"""Proposals from below: what is missing, where the gap lies, and one agreed figure."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from yearsales import table

from salesanalysis import strictyaml
from salesanalysis.errors import ContractError
from salesanalysis.targets import (
    GapTable,
    Proposals,
    Reconciled,
    at_least_parent,
    cascade,
    gap_table,
    reconcile,
)

CASES = strictyaml.read(Path(__file__).parents[1] / "reference" / "targets_cases.yaml").data[
    "cases"
]


def offered(values, names="ABCDEF", **more) -> Proposals:
    names = list(names)[: len(values)]
    frame = pd.DataFrame({"region": names, "proposer": "Li", "value": values, **more})
    return Proposals.of(frame, by=["region"])


def gaps_of(top, bottom, forecast=None, **more) -> GapTable:
    names = list("ABCDEF")[: len(top)]
    return gap_table(table(names, value=top), offered(bottom), forecast, **more)


def figures(result: Reconciled, column="value") -> list[float]:
    return result.to_frame()[column].tolist()


def refusal(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


TWO = gaps_of([60.0, 40.0], [50.0, 60.0])
SURE = table("AB", top_variance=[25.0, 25.0], bottom_variance=[100.0, 25.0])


# ---- worked by hand


def test_the_side_that_is_surer_counts_more_and_the_unsure_unit_moves_most() -> None:
    agreed = reconcile(TWO, "inverse_variance", variances=SURE, total=100, step="0.0001")
    assert figures(agreed, "combined") == pytest.approx([58.0, 50.0])
    assert figures(agreed, "adjusted") == pytest.approx([53.076923, 46.923077], abs=1e-6)
    assert figures(agreed) == [53.0769, 46.9231]
    # in proportion it would be (53.7037, 46.2963)
    assert figures(agreed)[0] < 58 * 100 / 108


def test_not_submitted_is_not_zero() -> None:
    gaps = gaps_of([60.0, 40.0, 20.0], [0.0, None])
    frame = gaps.to_frame()
    assert frame["status"].tolist() == ["submitted", "missing", "missing"]
    assert frame["bottom_up"].tolist()[0] == 0.0
    assert np.isnan(frame["bottom_up"]).tolist() == [False, True, True]
    assert gaps.missing()["region"].tolist() == ["B", "C"]
    assert gaps.headline() == "1 of 3 units propose 0 CNY against 60 CNY asked of them, -60 CNY"
    assert "Not submitted (2): B, C." in gaps.explain()
    agreed = reconcile(gaps, "bottom", total=120)
    # A proposed 0 and stays at it; the others take over their top-down values
    assert figures(agreed) == [0.0, 80.0, 40.0]
    assert agreed.policy_log["rule"].tolist().count("proposal_missing") == 2


def test_the_gap_is_shown_with_the_chance_of_both_sides() -> None:
    normal = table("AB", mean=[100.0, 80.0], sd=[10.0, 20.0])
    gaps = gaps_of([105.0, 80.0], [100.0, 60.0], normal)
    frame = gaps.to_frame()
    assert frame["top_chance"].tolist() == pytest.approx([0.3085375387, 0.5])
    assert frame["bottom_chance"].tolist() == pytest.approx([0.5, 0.8413447461])
    assert frame["gap"].tolist() == [-5.0, -20.0]
    assert "B: asked 80 CNY (chance 50%), proposed 60 CNY (chance 84%), -25.0%." in gaps.explain()
    assert gaps.explain("zh").startswith("2个单位中2个提出160元，对应下达185元")


def test_a_plan_and_any_forecast_with_chances_will_do() -> None:
    class Fixed:
        def probability(self, targets):
            return targets.assign(probability=0.25)

    plan = cascade(
        100, table("AB", value=[60.0, 40.0]), levels=["region"], year=2024, months="equal"
    )
    gaps = gap_table(plan, offered([50.0, 60.0]), Fixed())
    assert gaps.to_frame()["top_down"].tolist() == [60.0, 40.0]
    assert gaps.to_frame()["bottom_chance"].tolist() == [0.25, 0.25]


def test_the_negotiation_keeps_every_round_and_the_accepted_value_stands() -> None:
    rounds = pd.DataFrame(
        {
            "region": ["A", "A", "A", "B", "B", "C"],
            "round": [1, 2, 3, 1, 2, 1],
            "proposer": ["Li", "Wu", "Li", "Li", "Li", "Li"],
            "value": [50.0, 55.0, 40.0, 30.0, None, 10.0],
            "reason": "", "decision": ["open", "accepted", "rejected", "open", "open", "rejected"],
        }
    )  # fmt: skip
    proposals = Proposals.of(rounds, by=["region"])
    standing = proposals.standing().set_index("region")
    assert standing.loc["A", ["value", "round", "proposer"]].tolist() == [55.0, 2, "Wu"]
    assert standing.loc["B", ["value", "status"]].tolist() == [30.0, "submitted"]
    assert standing.loc["C", "status"] == "rejected"
    assert len(proposals.to_frame()) == 6
    gaps = gap_table(table("ABC", value=[60.0, 40.0, 20.0]), proposals)
    assert "Rejected and not proposed again (1): C." in gaps.explain()


def test_bounds_hold_whoever_proposes() -> None:
    # growth of at least 5 % and at most 8, 20 and 20 %
    last = [120.0, 80.0, 50.0]
    gaps = gaps_of(last, last)
    bounds = table(lo=[126.0, 84.0, 52.5], hi=[129.6, 96.0, 60.0])
    agreed = reconcile(gaps, "top", total=280, bounds=bounds, step="0.0001")
    assert figures(agreed) == [129.6, 92.5538, 57.8462]
    assert agreed.at_bounds()["region"].tolist() == ["A"]
    assert agreed.to_frame()["status"].tolist() == ["at_high", "ok", "ok"]


def test_a_pin_stands_and_the_others_share_the_rest() -> None:
    agreed = reconcile(gaps_of([50.0, 30.0, 20.0], [50.0, 30.0, 20.0]), "weight", weight=0.5,
                       pins=table("A", value=[70.0]))  # fmt: skip
    assert figures(agreed) == [70.0, 18.0, 12.0]
    assert agreed.to_frame()["status"].tolist() == ["pinned", "ok", "ok"]


def test_a_figure_below_zero_is_held_at_zero_and_reported() -> None:
    sure = table("AB", top_variance=[1.0, 1e6], bottom_variance=[1.0, 1e6])
    agreed = reconcile(gaps_of([90.0, 10.0], [90.0, 10.0]), "inverse_variance", variances=sure,
                       total=50)  # fmt: skip
    assert figures(agreed) == [50.0, 0.0]
    assert agreed.to_frame()["status"].tolist() == ["ok", "at_low"]
    assert ["B", "reconcile_at_low"] in agreed.policy_log[["node", "rule"]].to_numpy().tolist()


def test_children_may_exceed_their_parent_where_the_rule_says_at_least() -> None:
    more = reconcile(gaps_of([60.0, 40.0], [70.0, 50.0]), "bottom", children="at_least")
    assert figures(more) == [70.0, 50.0]
    assert (more.total, more.parent) == (120.0, 100.0)
    assert "The children add up to +20 CNY above their parent" in more.explain()
    less = reconcile(gaps_of([60.0, 40.0], [30.0, 50.0]), "bottom", children="at_least")
    assert figures(less) == [37.5, 62.5]
    assert "children_above_parent" in more.policy_log["rule"].tolist()
    assert "children_meet_parent" in less.policy_log["rule"].tolist()


def test_children_below_their_parent_are_raised_listed_or_refused() -> None:
    children = pd.DataFrame(
        {"region": ["E", "E", "W"], "team": ["a", "b", "c"], "value": [30.0, 50.0, 90.0]}
    )
    parents = pd.DataFrame({"region": ["E", "W"], "value": [100.0, 80.0]})
    call = {"children": children, "parents": parents, "by": ["region", "team"]}
    raised = at_least_parent(**call)
    assert raised.children["value"].tolist() == [37.5, 62.5, 90.0]
    assert raised.to_frame()["status"].tolist() == ["raised", "met"]
    assert raised.policy_log["before"].tolist() == [30.0, 50.0]
    listed = at_least_parent(**call, how="report")
    assert listed.children["value"].tolist() == [30.0, 50.0, 90.0]
    assert listed.explain().endswith("Short by 20 CNY: E.")
    assert refusal(lambda: at_least_parent(**call, how="error")) == (
        "Children of 1 of 2 parents add up to less than their parent: E.\n"
        "  where: children against parents, see .rows\n"
        '  fix:   raise the children, or write how="raise"'
    )


# ---- invariants

# within a factor of 1,000: wider apart, the two sides are in different units
SIDE = st.lists(st.integers(10**5, 10**8), min_size=3, max_size=3)


@settings(max_examples=8)
@given(SIDE, SIDE, st.floats(0, 1), st.integers(0, 99))
def test_values_add_up_to_the_cent_whatever_the_order_of_the_rows(
    top, bottom, weight, seed
) -> None:
    top, bottom = [v / 100 for v in top], [v / 100 for v in bottom]
    a = reconcile(gaps_of(top, bottom), "weight", weight=weight)
    cents = np.rint(a.to_frame()["value"] * 100).astype("int64")
    assert cents.sum() == round(sum(top) * 100)
    assert (cents >= 0).all()
    assert ((a.to_frame()["value"] - a.to_frame()["adjusted"]).abs() <= 0.01 + 1e-6).all()
    mixed = table("ABC", value=top).sample(frac=1, random_state=seed)
    b = reconcile(gap_table(mixed, offered(bottom)), "weight", weight=weight)
    pd.testing.assert_frame_equal(a.to_frame(), b.to_frame())


@settings(max_examples=6)
@given(SIDE, SIDE)
def test_all_weight_on_one_side_is_that_side_scaled_and_equal_sides_stay(top, bottom) -> None:
    gaps = gaps_of([float(v) for v in top], [float(v) for v in bottom])
    np.testing.assert_allclose(figures(reconcile(gaps, "weight", weight=1.0)), top)
    np.testing.assert_allclose(figures(reconcile(gaps, "top")), top)
    scaled = np.array(bottom) * sum(top) / sum(bottom)
    for agreed in (reconcile(gaps, "weight", weight=0.0), reconcile(gaps, "bottom")):
        np.testing.assert_allclose(figures(agreed, "adjusted"), scaled, rtol=1e-9)
    same = gaps_of([float(v) for v in top], [float(v) for v in top])
    sure = table("ABC", top_variance=[1.0, 2, 3], bottom_variance=[5.0, 1, 2])
    assert figures(reconcile(same, "weight", weight=0.3)) == [float(v) for v in top]
    assert figures(reconcile(same, "inverse_variance", variances=sure)) == [float(v) for v in top]


@settings(max_examples=8)
@given(top=SIDE, bottom=SIDE, low=SIDE, width=SIDE, size=st.floats(0.2, 3.0), inverse=st.booleans())
def test_bounds_are_respected_or_refused(top, bottom, low, width, size, *, inverse) -> None:
    bounds = table(
        lo=[float(v) for v in low], hi=[float(a + b) for a, b in zip(low, width, strict=True)]
    )
    gaps = gaps_of([float(v) for v in top], [float(v) for v in bottom])
    total = round(sum(low) * size)
    how = {"how": "weight", "weight": 0.4}
    if inverse:
        how = {
            "how": "inverse_variance",
            "variances": table(top_variance=[1.0, 4, 9], bottom_variance=[2.0, 2, 2]),
        }
    if not bounds["lo"].sum() <= total <= bounds["hi"].sum():
        assert "figures" in refusal(lambda: reconcile(gaps, total=total, bounds=bounds, **how))
        return
    frame = reconcile(gaps, total=total, bounds=bounds, **how).to_frame()
    assert (frame["value"] >= bounds["lo"]).all()
    assert (frame["value"] <= bounds["hi"]).all()
    assert frame["value"].sum() == pytest.approx(total)


# ---- outside reference


@pytest.mark.parametrize(
    "case", [c for c in CASES if c["kind"] == "reconcile"], ids=lambda c: c["id"]
)
def test_reconciliation_by_weight_agrees_with_the_outside_case(case) -> None:
    i = case["inputs"]
    agreed = reconcile(gaps_of(i["top"], i["bottom"]), "weight", weight=i["w"], total=i["total"])
    assert figures(agreed, "adjusted") == pytest.approx(case["expected"], abs=case["tolerance"])


def test_inverse_variance_is_the_least_squares_solution_of_scipy() -> None:
    from scipy.optimize import minimize

    top, bottom = np.array([70.0, 20.0, 35.0]), np.array([40.0, 45.0, 30.0])
    vt, vb = np.array([9.0, 4.0, 1.0]), np.array([4.0, 16.0, 25.0])
    sure = table(top_variance=vt, bottom_variance=vb)
    agreed = reconcile(gaps_of(top, bottom), "inverse_variance", variances=sure, total=110)
    found = minimize(
        lambda x: ((x - top) ** 2 / vt + (x - bottom) ** 2 / vb).sum(), top, tol=1e-14,
        constraints={"type": "eq", "fun": lambda x: x.sum() - 110},
    )  # fmt: skip
    np.testing.assert_allclose(figures(agreed, "adjusted"), found.x, atol=1e-4)


# ---- refusals


def test_a_proposal_in_ten_thousands_is_not_taken_for_yuan() -> None:
    assert refusal(lambda: gaps_of([600_000.0, 400_000.0], [61.0, 400_000.0])) == (
        "1 of 2 proposals are about 10,000 times off the top-down value: A.\n"
        "  where: column 'value' of proposals against column 'value' of top, see .rows\n"
        "  fix:   write both in yuan, or both in 万元; check_units=False if it is meant"
    )


def test_bounds_nobody_can_meet_are_refused_with_both_sums() -> None:
    bounds = table("AB", lo=[200.0, 112.4])
    assert refusal(lambda: reconcile(TWO, "top", total=300, bounds=bounds)) == (
        "sum of lowest figures 312.40 exceeds total 300.00.\n"
        "  where: reconcile(bounds=..., pins=...)\n"
        "  fix:   lower the bounds or pins, or raise the total"
    )
    bounds = table("AB", hi=[20.0, 30.0])
    assert refusal(lambda: reconcile(TWO, "top", bounds=bounds)) == (
        "sum of highest figures 50.00 stays below total 100.00.\n"
        "  where: reconcile(bounds=..., pins=...)\n"
        "  fix:   raise the bounds or pins, or lower the total"
    )


def test_a_weight_belongs_to_weights_and_is_a_part_of_one() -> None:
    assert refusal(lambda: reconcile(TWO, "weight")) == (
        "Reconciliation by 'weight' needs weight.\n"
        "  where: reconcile(weight=...)\n"
        '  fix:   write how="weight" with weight, or neither'
    )
    assert refusal(lambda: reconcile(TWO, "weight", weight=60)) == (
        "weight must be from 0 to 1, got 60.\n"
        "  where: reconcile(weight=...)\n"
        "  fix:   write 60 % for the top-down side as 0.6"
    )
    nobody = SURE.assign(top_variance=[0.0, 25.0])
    assert refusal(lambda: reconcile(TWO, "inverse_variance", variances=nobody)) == (
        "1 of 2 units have a variance of 0: nobody is that sure.\n"
        "  where: variances, first 'A', see .rows\n"
        "  fix:   give variances above 0, or pin the unit"
    )
    missing = gaps_of([60.0, 40.0], [50.0, None])
    assert refusal(lambda: reconcile(missing, "top", missing="error")) == (
        "1 of 2 units have no proposal that stands: B.\n"
        '  where: reconcile(missing="error")\n'
        '  fix:   wait for them, or write missing="top" to take their top-down values'
    )


def test_proposals_that_cannot_be_read_are_refused() -> None:
    assert refusal(lambda: offered([-1.0])) == (
        "1 of 1 proposals propose less than 0.\n"
        "  where: proposals, first rows [0], see .rows\n"
        "  fix:   write 0 or more, or leave the value empty"
    )
    assert refusal(lambda: offered([1.0, 2.0], "AA")) == (
        "2 rows of proposals share a unit and round.\n"
        "  where: keys ['region', 'round'], first rows [0, 1], see .rows\n"
        "  fix:   count the rounds up, or leave one of them out"
    )
    assert refusal(lambda: offered([1.0], decision="acepted")) == (
        "'acepted' is not a decision here; known: open, accepted, rejected.\n"
        "  where: proposals, column 'decision'\n"
        "  fix:   write 'accepted'"
    )
    assert refusal(lambda: gaps_of([60.0], [1.0, 2.0])) == (
        "'B' is not a region here; known: A.\n  where: proposals\n  fix:   use one of: A"
    )
