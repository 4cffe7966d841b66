"""People who are there for a part of the year: quota-days by month, totals exact."""

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

import salesanalysis as sa
from salesanalysis.book.planning.ground import Ground
from salesanalysis.book.planning.presence import presence, presence_edits, starters
from salesanalysis.panel import Panel
from salesanalysis.targets import Basis

SIGNED = {"author": "people", "time": pd.Timestamp("2024-01-01")}
NOBODY = pd.DataFrame({"salesperson": pd.Series(dtype="str")})


def team(total=4_800, names=("Li", "Wu"), region="East"):
    shares = pd.DataFrame({"region": region, "salesperson": list(names), "value": 1.0})
    basis = Basis.of(shares, by=["region", "salesperson"], year=2024)
    sold = pd.DataFrame({"region": region, "period": pd.to_datetime(["2023-01-01"]), "value": 1.0})
    return Ground(basis, Panel.of(sold, by=["region"]), str(total), "1", "equal")


def applied(ground, people, relief, *, held=NOBODY, **how):
    plan = ground.plan()
    found = presence(plan, people, **how)
    edits, lines = presence_edits(plan, found, relief=relief, held=held, signed=SIGNED)
    frame = ground.leaves.frame[["region", "salesperson", "base", "value"]]
    if len(lines):
        frame = pd.concat([frame, lines.assign(base=0.0, value=0.0)])
    leaves = Basis.of(frame, by=ground.leaves.by, year=2024)
    if not len(edits):
        return plan, found
    import dataclasses

    return dataclasses.replace(ground, leaves=leaves, edits=edits).made()[0], found


def months_of(plan, person):
    frame = plan.frame[plan.frame["salesperson"] == person]
    return frame["value"].astype("int64").tolist()


def leaver(until, **more):
    return pd.DataFrame(
        {"salesperson": ["Li"], "region": ["East"], "valid_from": ["2020-01-01"],
         "valid_to": [until], **more}
    ).assign(valid_from=lambda t: pd.to_datetime(t["valid_from"]),
             valid_to=lambda t: pd.to_datetime(t["valid_to"]))  # fmt: skip


def test_who_leaves_in_june_is_asked_for_half_a_year_and_the_rest_is_held() -> None:
    plan, _ = applied(team(), leaver("2024-06-30"), "hold")
    assert months_of(plan, "Li") == [200] * 6 + [0] * 6
    assert months_of(plan, "unassigned") == [0] * 6 + [200] * 6
    assert months_of(plan, "Wu") == [200] * 12
    assert plan.total == 4_800


def test_redistributed_the_others_of_the_unit_carry_what_was_freed() -> None:
    plan, _ = applied(team(), leaver("2024-06-30"), "redistribute")
    assert months_of(plan, "Li") == [200] * 6 + [0] * 6
    assert sum(months_of(plan, "Wu")) == 3_600
    assert "unassigned" not in set(plan.frame["salesperson"])


def test_a_month_left_in_the_middle_counts_by_its_working_days() -> None:
    # April 2024 has 22 working days; the 15th is the 10th of them (7 April is a make-up day)
    _, found = applied(team(), leaver("2024-04-15"), "hold")
    assert found.part[0, :5].round(6).tolist() == [1.0, 1.0, 1.0, round(10 / 22, 6), 0.0]
    _, by_days = applied(team(), leaver("2024-04-15"), "hold", day_weight="calendar")
    assert by_days.part[0, 3] == 15 / 30


def test_a_newcomer_grows_by_the_curve() -> None:
    people = leaver(None, ramp=["new"]).assign(valid_from=pd.Timestamp("2024-02-01"))
    _, found = applied(team(), people, "hold", ramps={"new": [0.25, 0.5]})
    assert found.part[0, :5].tolist() == [0.0, 0.25, 0.5, 1.0, 1.0]


def test_who_is_fixed_by_hand_or_not_in_the_table_is_left_alone() -> None:
    fixed = pd.DataFrame({"region": ["East"], "salesperson": ["Li"]})
    plan, _ = applied(team(), leaver("2024-06-30"), "hold", held=fixed)
    assert months_of(plan, "Li") == [200] * 12
    stranger = leaver("2024-06-30").assign(salesperson="Zhou")
    assert months_of(applied(team(), stranger, "hold")[0], "Li") == [200] * 12


def test_who_sells_across_regions_counts_by_the_time_in_the_company() -> None:
    elsewhere = leaver("2024-06-30").assign(region="West")
    _, found = applied(team(), elsewhere, "hold")
    assert found.part[0].tolist() == [1.0] * 6 + [0.0] * 6


@settings(max_examples=6, deadline=None)
@given(
    day=st.integers(1, 364),
    total=st.integers(0, 10**9),
    relief=st.sampled_from(["hold", "redistribute"]),
)
def test_totals_stay_exact_and_nobody_is_asked_before_or_after(day, total, relief) -> None:
    last = pd.Timestamp("2024-01-01") + pd.Timedelta(days=day)
    plan, _ = applied(team(total, ("Li", "Wu", "Zhao")), leaver(last), relief)
    assert plan.frame["value"].sum() == plan.total == total
    gone = plan.frame[(plan.frame["salesperson"] == "Li") & (plan.frame["period"] > last)]
    assert (gone["value"] == 0).all()
    assert (plan.frame["value"] >= 0).all()


@settings(max_examples=6, deadline=None)
@given(cut=st.integers(1, 300))
def test_cutting_a_segment_in_two_changes_nothing(cut) -> None:
    at = pd.Timestamp("2024-01-01") + pd.Timedelta(days=cut)
    whole = leaver("2024-11-20")
    parts = pd.concat([whole.assign(valid_to=at), whole.assign(valid_from=at + pd.Timedelta("1D"))])
    parts = parts[parts["valid_from"] <= parts["valid_to"]]
    plan = team().plan()
    one, two = (presence(plan, table).part for table in (whole, parts))
    np.testing.assert_allclose(one, two, atol=1e-12)


def test_a_starter_gets_the_median_of_the_team_and_the_unit_keeps_its_sum() -> None:
    leaves = pd.DataFrame(
        {"region": "East", "product_line": "Pumps", "team": "A",
         "salesperson": ["Li", "Wu", "New"], "base": [40.0, 20.0, 0.0], "value": [44.0, 22.0, 0.0]}
    )  # fmt: skip
    people = pd.DataFrame(
        {"salesperson": ["Li", "Wu", "New"], "region": "East", "team": "A",
         "valid_from": pd.to_datetime(["2019-01-01", "2019-01-01", "2024-02-19"])}
    )  # fmt: skip
    out, log = starters(
        leaves, people, by=["region", "product_line"], first=pd.Timestamp("2023-01-01")
    )
    found = out.set_index("salesperson")["value"]
    # the median of 44 and 22 is 33; 99 together are scaled to the 66 of the unit
    assert found.to_dict() == pytest.approx({"Li": 44 * 2 / 3, "Wu": 22 * 2 / 3, "New": 22.0})
    assert log[["node", "rule"]].to_numpy().tolist() == [
        ["East / Pumps / A / New", "starter_peers"]
    ]


def test_quota_days_give_the_same_year_where_every_day_counts_the_same() -> None:
    """The yearly formula of `quota_days` against the months: equal months, equal working days."""
    days = pd.DataFrame({"date": pd.date_range("2024-01-01", "2024-12-31")})
    days["is_workday"] = days["date"].dt.day <= 20
    people = leaver("2024-09-30").assign(team="A", region="East")
    full = pd.DataFrame({"salesperson": ["Li"], "target": [2_400.0]})
    yearly = sa.targets.quota_days(
        people, full, first="2024-01-01", last="2024-12-31", day_weight="workday", relief="hold",
        calendar=days,
    )  # fmt: skip
    plan, _ = applied(team(), leaver("2024-09-30"), "hold", calendar=days)
    target = yearly.to_frame().set_index("salesperson").loc["Li"]
    assert sum(months_of(plan, "Li")) == 1_800 == target["value"]


def ruled():
    import dataclasses

    base = team()
    plan = base.plan()
    found = presence(plan, leaver("2024-06-30"))
    edits, lines = presence_edits(plan, found, relief="hold", held=NOBODY, signed=SIGNED)
    frame = base.leaves.frame[["region", "salesperson", "base", "value"]]
    frame = pd.concat([frame, lines.assign(base=0.0, value=0.0)])
    return dataclasses.replace(
        base, leaves=Basis.of(frame, by=base.leaves.by, year=2024), edits=edits
    )


def test_what_a_rule_has_fixed_is_neither_an_edit_nor_pinned_by_hand() -> None:
    plan, done = ruled().made()
    assert done is not None
    assert set(done.log["status"]) == {"automatic"}
    assert done.headline().startswith("0 edits by hand and 20 values set by rules stand on")
    assert len(plan.pinned) == 0
    assert "Pinned by hand" not in plan.explain()
    states = dict(zip(plan.frame["salesperson"], plan.frame["status"], strict=True))
    assert states == {"Li": "part_year", "Wu": "given", "unassigned": "held_open"}
    told = sa.targets.edit_reasons(done)
    assert set(told["reason"]) == {"part_year", "held_open"}
    before = team().plan()
    zh = sa.targets.diff_plans(done.calculated, plan, new_why=told).explain("zh")
    assert "仅部分时间在岗：" in zh
    assert "为接任者保留：" in zh
    assert before.total == plan.total


def test_one_edit_by_hand_is_counted_as_one_and_replaces_what_the_rule_had_set() -> None:
    pin = {"edit": "pin", "layer": "plan", "region": "East", "salesperson": "Li", "value": 2_000,
           "reason": "stays on", "author": "Zhou", "time": "2024-01-15"}  # fmt: skip
    pin |= {"period": pd.NaT}
    done = ruled().with_edits(pd.DataFrame([pin])).edited()
    counts = done.log["status"].value_counts().to_dict()
    assert counts["applied"] == 1
    assert counts["undone"] == 1
    assert done.headline().startswith("1 edit by hand and 19 values set by rules stand on")


def test_a_rule_about_people_without_a_table_of_people_is_refused_and_not_forgotten() -> None:
    from types import SimpleNamespace

    from salesanalysis.book.handing import _nobody
    from salesanalysis.book.planning.choices import Choices

    data = SimpleNamespace(name="export", tables=["sales"])
    error = _nobody(data, Choices.parse("people: {relief: hold}"), "relief")
    assert str(error) == (
        "relief of people is asked for, and nothing says who works where from when to when.\n"
        "  where: choices.yaml: people.relief, tables of export: sales\n"
        "  fix:   name a table: people: {table: people.csv}, with salesperson and valid_from"
    )
