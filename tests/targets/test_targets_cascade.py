"""The cascade: worked numbers, totals that hold everywhere, outside cases."""

import math
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from targettools import shares

import salesanalysis as sa
from salesanalysis import strictyaml
from salesanalysis.rounding import split_within
from salesanalysis.targets.months import split_families, split_months
from salesanalysis.targets.steps import Step

CASES = strictyaml.read(Path(__file__).parents[1] / "reference" / "targets_cases.yaml").data[
    "cases"
]
LEVELS = ["region", "product_line", "salesperson"]


def year_values(plan: sa.targets.Plan, level: str = "region") -> list[float]:
    nodes = plan.nodes()
    return nodes.loc[nodes["level"] == level, "value"].tolist()


def kind(name: str):
    return pytest.mark.parametrize(
        "case", [c for c in CASES if c["kind"] == name], ids=lambda c: c["id"]
    )


# ---- worked by hand


def test_130_million_and_a_share_of_40_percent_give_east_52_million() -> None:
    basis = shares(
        [40.0, 20.0, 15.0, 12.0, 13.0], ["East", "South", "North", "West", "Key accounts"]
    )
    plan = sa.targets.cascade(130_000_000, basis, levels=["region"], year=2024)
    assert plan.select(region="East").total == 52_000_000.0
    assert plan.total - plan.select(region="East").total == 78_000_000.0
    assert plan.headline() == (
        "Company: target 130.0M CNY for 2024; largest is East with 52.0M CNY (40.0%)"
    )


def test_east_by_working_days_of_2024_to_the_yuan() -> None:
    plan = sa.targets.cascade(
        52_000_000, shares([1], ["East"]), levels=["region"], year=2024, months="working_days"
    )
    months = plan.months()["value"].tolist()
    assert months == [
        4_557_769, 3_729_084, 4_350_598, 4_557_769, 4_350_598, 3_936_255,
        4_764_940, 4_557_769, 4_350_597, 3_936_255, 4_350_597, 4_557_769,
    ]  # fmt: skip
    assert sum(months) == 52_000_000
    assert sum(months[:3]) == 12_637_451


def test_a_region_of_many_people_shows_the_months_it_would_show_alone() -> None:
    people = pd.DataFrame(
        {
            "region": "East",
            "salesperson": [f"P{i:02d}" for i in range(40)],
            "value": [float(1 + i % 7) for i in range(40)],
        }
    )
    basis = pd.concat([people, people.assign(region="West")])
    plan = sa.targets.cascade(
        104_000_000, basis, levels=["region", "salesperson"], year=2024, months="working_days"
    )
    alone = sa.targets.cascade(
        52_000_000, shares([1]), levels=["region"], year=2024, months="working_days"
    )
    assert plan.select(region="East").months()["value"].tolist() == alone.months()["value"].tolist()
    leaf = plan.to_frame()
    real = leaf.groupby(["region", "salesperson"])["value"].transform("sum") * np.tile(
        [22, 18, 21, 22, 21, 19, 23, 22, 21, 19, 21, 22], 80
    ) / 251  # fmt: skip
    assert (leaf["value"] - real).abs().max() < 1


def test_weights_beside_last_years_sales_say_what_growth_a_plan_asks() -> None:
    basis = shares([30, 90, 0, 10]).assign(base=[20.0, 80.0, 0.0, 0.0])
    plan = sa.targets.cascade(130, basis, levels=["region"], year=2024)
    nodes = plan.nodes().set_index("node")
    assert (nodes.loc["", "base"], nodes.loc["", "ask_growth"]) == (100.0, pytest.approx(0.3))
    assert nodes.loc["A", "ask_growth"] == pytest.approx(0.5)
    assert nodes.loc["C", "status"] == "new_business"
    assert nodes.loc["D", "value"] == 10.0


def test_every_level_is_rounded_in_its_turn_so_a_regions_share_is_exact_to_the_step() -> None:
    # ten people with a tenth of an odd total each: rounding at the leaf would shift the region
    basis = pd.DataFrame(
        {
            "region": ["East"] * 10 + ["West"],
            "salesperson": [f"P{i}" for i in range(11)],
            "value": [0.55] * 10 + [4.5],
        }
    )
    plan = sa.targets.cascade(100, basis, levels=["region", "salesperson"], year=2024)
    assert year_values(plan) == [55.0, 45.0]


def test_a_leftover_step_goes_to_the_largest_fraction_and_ties_to_the_smaller_name() -> None:
    plan = sa.targets.cascade(10, shares([1, 1, 1], ["C", "A", "B"]), levels=["region"], year=2024)
    assert dict(zip(plan.nodes()["region"], plan.nodes()["value"], strict=True)) == {
        "": 10.0, "A": 4.0, "B": 3.0, "C": 3.0,
    }  # fmt: skip


def test_steps_of_a_thousand_and_of_a_cent() -> None:
    basis = shares([2, 1])
    assert year_values(
        sa.targets.cascade(10_000, basis, levels=["region"], year=2024, step=1000)
    ) == [7000.0, 3000.0]
    cents = sa.targets.cascade("100.01", basis, levels=["region"], year=2024, step="0.01")
    assert year_values(cents) == [66.67, 33.34]
    assert math.fsum(cents.to_frame()["value"]) == pytest.approx(100.01, abs=1e-9)


def test_a_float_total_is_read_by_its_shortest_text() -> None:
    for total in (0.3, "0.3", Decimal("0.30"), np.float64(0.3)):
        plan = sa.targets.cascade(total, shares([1]), levels=["region"], year=2024, step="0.1")
        assert plan.total == 0.3


def test_new_business_gets_nothing_and_is_listed() -> None:
    plan = sa.targets.cascade(90, shares([1, 0, 2]), levels=["region"], year=2024)
    assert year_values(plan) == [30.0, 0.0, 60.0]
    assert "1 unit has no base and so a target of 0 (no sales): B." in plan.explain()
    assert "1个单位没有基数，目标为0（无销售）：B。" in plan.explain("zh")


def test_levels_left_out_are_summed_and_levels_may_change_their_order() -> None:
    basis = pd.DataFrame(
        {"region": ["E", "E", "W"], "product_line": ["a", "b", "a"], "value": [10.0, 20.0, 70.0]}
    )
    basis = sa.targets.Basis.of(basis, by=["region", "product_line"], year=2024)
    assert year_values(sa.targets.cascade(100, basis, levels=["product_line"]), "product_line") == [
        80.0,
        20.0,
    ]
    turned = sa.targets.cascade(100, basis, levels=["product_line", "region"])
    assert year_values(turned, "product_line") == [80.0, 20.0]
    assert year_values(turned, "region") == [10.0, 70.0, 20.0]


def test_a_region_keeps_the_sales_of_its_newcomers_and_hands_them_to_the_others() -> None:
    months = pd.date_range("2022-01-01", "2023-12-01", freq="MS")
    old = [
        pd.DataFrame({"region": r, "salesperson": r + "1", "period": months, "value": 10.0})
        for r in ("E", "W")
    ]
    new = pd.DataFrame({"region": "W", "salesperson": "W2", "period": months[18:], "value": 20.0})
    panel = sa.Panel.of(pd.concat([*old, new]), by=["region", "salesperson"])
    plan = sa.targets.cascade(360, sa.targets.growth(panel, year=2024))
    # E sold 120, W 120 + 120: a third and two thirds; W2 itself has no base
    assert year_values(plan) == [120.0, 240.0]
    assert year_values(plan, "salesperson") == [120.0, 240.0, 0.0]
    assert plan.headline() == (
        "Company: target 360 CNY for 2024, 0.0% on the base; largest is W with 240 CNY (66.7%)"
    )
    nodes = plan.nodes().set_index("node")
    assert nodes.loc["W", "base"] == 240.0
    assert nodes.loc["W / W2", "status"] == "new_business"


def test_months_follow_the_season_by_default_and_equal_parts_where_no_year_is_known() -> None:
    months = pd.date_range("2022-01-01", "2023-12-01", freq="MS")
    panel = sa.Panel.of(
        pd.DataFrame({"region": "E", "period": months, "value": [float(m.month) for m in months]}),
        by=["region"],
    )
    basis = sa.targets.growth(panel, year=2024)
    plan = sa.targets.cascade(78, basis)
    assert plan.way == "season"
    assert plan.months()["value"].tolist() == list(range(1, 13))
    assert sa.targets.cascade(12, shares([1]), levels=["region"], year=2024).way == "equal"
    other = sa.targets.cascade(780, shares([1], ["E"]), levels=["region"], year=2024, profile=panel)
    assert other.months()["value"].tolist() == [10.0 * m for m in range(1, 13)]


def test_a_calendar_of_ones_own_takes_over_for_a_year_without_published_holidays() -> None:
    days = pd.date_range("2031-01-01", "2031-12-31")
    calendar = pd.DataFrame({"date": days, "is_workday": days.month == 5})
    plan = sa.targets.cascade(
        120, shares([1]), levels=["region"], year=2031, months="working_days", calendar=calendar
    )
    assert plan.months()["value"].tolist() == [0.0] * 4 + [120.0] + [0.0] * 7


# ---- invariants

LEAVES = st.lists(
    st.tuples(st.sampled_from("EWS"), st.sampled_from("ab"), st.sampled_from("123"), st.integers(0, 10**6)),
    min_size=1, max_size=18, unique_by=lambda t: t[:3],
).filter(lambda rows: sum(r[3] for r in rows) > 0)  # fmt: skip


def as_basis(rows) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=[*LEVELS, "value"])
    return frame.astype({"value": "float64"})


@settings(max_examples=8)
@given(LEAVES, st.integers(0, 10**12), st.sampled_from(["1", "0.01", "1000"]))
def test_children_add_up_to_their_parent_and_months_to_their_year_exactly(rows, n, step) -> None:
    total = Decimal(step) * n
    plan = sa.targets.cascade(
        total, as_basis(rows), levels=LEVELS, year=2024, step=step, months="working_days"
    )
    size = Step.of(step)
    nodes = plan.nodes()
    nodes["n"] = size.counts(nodes["value"])
    assert nodes.loc[nodes["level"] == "company", "n"].item() == n
    for depth, level in enumerate(LEVELS):
        here = nodes[nodes["level"] == level]
        above = nodes[nodes["level"] == (["company", *LEVELS][depth])]
        keys = LEVELS[:depth] or ["level"]
        parents = above.assign(level="").set_index(keys)["n"]
        pd.testing.assert_series_equal(
            here.assign(level="").groupby(keys)["n"].sum().sort_index(),
            parents.sort_index(),
            check_names=False,
        )
    leaf = plan.to_frame().assign(n=lambda t: size.counts(t["value"])).groupby(LEVELS)["n"].sum()
    assert leaf.tolist() == nodes.loc[nodes["level"] == LEVELS[-1], "n"].tolist()
    assert (plan.to_frame()["value"] >= 0).all()


@settings(max_examples=8)
@given(LEAVES, st.integers(0, 10**9), st.integers(0, 10**6))
def test_order_of_rows_does_not_change_a_target(rows, total, seed) -> None:
    basis = as_basis(rows)
    a = sa.targets.cascade(total, basis, levels=LEVELS, year=2024)
    b = sa.targets.cascade(total, basis.sample(frac=1, random_state=seed), levels=LEVELS, year=2024)
    pd.testing.assert_frame_equal(a.to_frame(), b.to_frame())
    pd.testing.assert_frame_equal(a.nodes(), b.nodes())
    assert a.to_frame().to_csv() == b.to_frame().to_csv()


@settings(max_examples=8)
@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=9).filter(sum), st.integers(0, 10**9))
def test_every_unit_is_within_one_step_of_its_exact_share(values, total) -> None:
    got = year_values(sa.targets.cascade(total, shares(values), levels=["region"], year=2024))
    exact = [total * v / sum(values) for v in values]
    assert all(abs(g - e) < 1 + 1e-6 for g, e in zip(got, exact, strict=True))


@settings(max_examples=8)
@given(LEAVES, st.sampled_from([0.25, 8.0, 4096.0]))
def test_scaling_every_weight_changes_no_target(rows, factor) -> None:
    basis = as_basis(rows)
    a = sa.targets.cascade(9_999_991, basis, levels=LEVELS, year=2024)
    b = sa.targets.cascade(
        9_999_991, basis.assign(value=basis["value"] * factor), levels=LEVELS, year=2024
    )
    pd.testing.assert_frame_equal(a.to_frame(), b.to_frame())


@settings(max_examples=8)
@given(
    st.lists(st.integers(0, 10**9), min_size=1, max_size=8),
    st.lists(st.integers(0, 40), min_size=12, max_size=12).filter(sum),
)
def test_the_dense_month_split_is_the_rule_of_the_long_one(totals, weights) -> None:
    table = split_months(np.array(totals), np.tile(np.array(weights, float), (len(totals), 1)))
    long = split_within(
        pd.Series(totals),
        pd.Series(np.repeat(np.arange(len(totals)), 12)),
        pd.Series(np.tile(np.array(weights, float), len(totals))),
        pd.Series(np.tile(np.arange(12), len(totals))),
    )
    assert table.ravel().tolist() == long.tolist()


@settings(max_examples=30)
@given(
    st.lists(st.integers(0, 10**6), min_size=1, max_size=12),
    st.lists(st.integers(0, 40), min_size=12, max_size=12).filter(sum),
)
def test_months_of_a_family_are_exact_both_ways_and_every_cell_within_one_step(
    totals, weights
) -> None:
    years, shape = np.array(totals), np.array(weights, dtype="float64")
    table = split_families(years, np.tile(shape, (len(years), 1)), None)
    assert table.sum(axis=1).tolist() == totals
    assert (
        table.sum(axis=0).tolist()
        == split_months(years.sum(keepdims=True), shape[None, :])[0].tolist()
    )
    assert np.abs(table - years[:, None] * shape / shape.sum()).max() < 1 + 1e-6


def test_constant_growth_to_its_own_sum_is_growth_of_every_unit() -> None:
    months = pd.date_range("2023-01-01", "2023-12-01", freq="MS")
    frame = pd.concat(
        pd.DataFrame({"region": r, "period": months, "value": v / 12})
        for r, v in (("A", 1200.0), ("B", 800.0))
    )
    basis = sa.targets.growth(sa.Panel.of(frame, by=["region"]), "constant", rate=0.30, year=2024)
    assert year_values(sa.targets.cascade(2600, basis)) == [1560.0, 1040.0]


# ---- outside reference


@kind("allocation")
def test_whole_units_agree_with_the_outside_case(case) -> None:
    basis = shares(case["inputs"]["weights"])
    assert (
        year_values(
            sa.targets.cascade(case["inputs"]["total"], basis, levels=["region"], year=2024)
        )
        == case["expected"]
    )


def handed(case, values) -> None:
    plan = sa.targets.cascade(
        case["inputs"]["total"], shares(values), levels=["region"], year=2024, step="0.0000000001"
    )
    assert year_values(plan) == pytest.approx(case["expected"], abs=case["tolerance"])


@kind("shares")
def test_constant_growth_to_a_total_agrees_with_the_outside_case(case) -> None:
    handed(case, case["inputs"]["last"])


@kind("index")
def test_an_index_given_as_weights_agrees_with_the_outside_case(case) -> None:
    last, potential = np.array(case["inputs"]["last"]), np.array(case["inputs"]["potential"])
    w = case["inputs"]["w"]
    handed(case, w * last / last.sum() + (1 - w) * potential / potential.sum())


@kind("reconcile")
def test_a_reconciled_proposal_given_as_weights_agrees_with_the_outside_case(case) -> None:
    w = case["inputs"]["w"]
    handed(case, w * np.array(case["inputs"]["top"]) + (1 - w) * np.array(case["inputs"]["bottom"]))


@kind("months")
def test_months_by_index_and_working_days_agree_with_the_outside_case(case) -> None:
    profile = np.zeros(12)
    profile[:3] = np.array(case["inputs"]["index"]) * np.array(case["inputs"]["days"])
    plan = sa.targets.cascade(
        case["inputs"]["quota"],
        shares([1]),
        levels=["region"],
        year=2024,
        step="0.0000000001",
        profile=profile,
    )
    assert plan.months()["value"].tolist()[:3] == pytest.approx(
        case["expected"], abs=case["tolerance"]
    )
