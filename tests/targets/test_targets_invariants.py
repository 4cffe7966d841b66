"""Properties of whole plans: freezing, names, versions, differences, the workbook of any plan."""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

import salesanalysis as sa

T = sa.targets
LEVELS = ["region", "salesperson"]
SIGNED = {"reason": "agreed", "author": "Li", "time": "2023-12-01"}
WEIGHTS = st.lists(st.integers(1, 10**6), min_size=6, max_size=6)
TOTALS = st.integers(0, 10**9)


def shares(weights, names="abcdef") -> pd.DataFrame:
    return pd.DataFrame(
        {"region": list("EEWWNN"), "salesperson": list(names), "value": [float(w) for w in weights]}
    )


def plan_of(total, weights, **more):
    basis = T.Basis.of(shares(weights, **more), by=LEVELS, year=2024)
    return T.cascade(total, basis, months="working_days")


@settings(max_examples=2)
@given(WEIGHTS, WEIGHTS, TOTALS, st.integers(0, 10**9), st.sampled_from("EWN"))
def test_a_frozen_region_keeps_every_cell_whatever_total_and_bases_become(
    old, new, total, more, region
) -> None:
    previous = plan_of(total, old)
    kept = previous.to_frame().query("region == @region")["value"]
    edits = pd.DataFrame([{"edit": "freeze", "region": region, **SIGNED}])
    basis = T.Basis.of(shares(new), by=LEVELS, year=2024)
    out = T.apply_edits(total + more, basis, edits, previous=previous)
    assert out.plan.to_frame().query("region == @region")["value"].tolist() == kept.tolist()
    assert out.plan.to_frame()["value"].sum() == total + more
    assert (out.plan.to_frame()["value"] >= 0).all()


@settings(max_examples=4)
@given(st.lists(st.integers(1, 10**6), min_size=6, max_size=6, unique=True), TOTALS)
def test_other_names_in_the_same_order_change_no_target(weights, total) -> None:
    one = plan_of(total, weights).to_frame()["value"]
    two = plan_of(total, weights, names="uvwxyz").to_frame()["value"]
    assert one.tolist() == two.tolist()


@settings(max_examples=3)
@given(WEIGHTS, TOTALS, st.permutations(range(6)))
def test_the_same_inputs_give_the_same_name_and_the_same_bytes(weights, total, order) -> None:
    table = shares(weights)
    mixed = table.iloc[order]
    one, two = (
        T.cascade(total, T.Basis.of(t, by=LEVELS, year=2024), months="working_days")
        for t in (table, mixed)
    )
    names = [
        T.version(p, inputs={"shares": t}, parameters={"total": total}, code="1").plan_id
        for p, t in ((one, table), (two, mixed))
    ]
    assert names[0] == names[1]
    assert one.to_frame().to_csv().encode() == two.to_frame().to_csv().encode()
    other = T.version(one, inputs={"shares": table}, parameters={"total": total + 1}, code="1")
    assert other.plan_id != names[0]


@settings(max_examples=3)
@given(WEIGHTS, TOTALS)
def test_no_plan_differs_from_itself(weights, total) -> None:
    plan = plan_of(total, weights)
    assert len(T.diff_plans(plan, plan).to_frame()) == 0


@settings(max_examples=2)
@given(WEIGHTS, TOTALS, st.sampled_from(["en", "zh"]))
def test_the_untouched_workbook_of_any_plan_has_no_edits(weights, total, lang) -> None:
    card = T.card(plan_of(total, weights))
    assert len(T.read_edits(T.workbook(card, lang=lang), card, step=1)) == 0


@settings(max_examples=3)
@given(WEIGHTS, TOTALS)
def test_no_cell_of_a_plan_of_non_negative_inputs_is_negative_or_empty(weights, total) -> None:
    values = plan_of(total, weights).to_frame()["value"]
    assert values.notna().all()
    assert (values >= 0).all()
