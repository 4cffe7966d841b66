"""Versions, what changed between two plans, timetable, late papers, milestones."""

import numpy as np
import pandas as pd
import pytest
from cardtools import small_plan
from figures import assert_good_figure
from hypothesis import given, settings
from hypothesis import strategies as st

import salesanalysis as sa
from salesanalysis.errors import ContractError

diff_plans, version = sa.targets.diff_plans, sa.targets.version
LEVELS = ("region", "salesperson")


def pin(value):
    return pd.DataFrame({"region": ["East"], "salesperson": ["Li"], "value": [value]})


def test_a_pin_is_told_from_what_it_moves() -> None:
    found = diff_plans(small_plan(), small_plan(pins=pin(600)))
    classes = found.to_frame().groupby("salesperson")["change_class"].unique().map(list).to_dict()
    assert classes["Li"] == ["pin"]
    assert found.gained()["salesperson"].tolist() == ["Li"]
    assert found.lost()["salesperson"].tolist() == ["Wang"]
    assert found.sums()["change_amount"].item() == 0.0
    assert found.headline().endswith("the total stays 1.2k CNY")


def test_a_plan_does_not_differ_from_itself() -> None:
    plan = small_plan()
    found = diff_plans(plan, plan)
    assert len(found.to_frame()) == 0
    assert (found.headline(), found.headline("zh")) == (
        "The two plans are the same", "两份计划完全相同",
    )  # fmt: skip


@st.composite
def tables(draw):
    names = draw(st.lists(st.sampled_from("ABCDE"), min_size=1, max_size=5, unique=True))
    values = draw(st.lists(st.integers(0, 10**7), min_size=len(names), max_size=len(names)))
    owner = draw(st.sampled_from(["Li", "Wang"]))
    return pd.DataFrame(
        {"unit": names, "period": pd.Timestamp("2024-01-01"), "value": np.array(values) * 1.0,
         "owner": owner}
    )  # fmt: skip


@settings(max_examples=20)
@given(tables(), tables())
def test_the_way_back_is_the_way_there_with_old_and_new_exchanged(a, b) -> None:
    there, back = (diff_plans(x, y, levels=("unit",)) for x, y in ((a, b), (b, a)))
    one, two = there.to_frame(), back.to_frame()
    assert one["change_amount"].tolist() == (-two["change_amount"] + 0.0).tolist()
    assert one["old_amount"].tolist() == two["new_amount"].tolist()
    keys = ["unit", "change_class", "change_reason"]
    assert one[keys].equals(two[keys])
    assert there.sums()["change_amount"].item() == b["value"].sum() - a["value"].sum()


def test_every_class_of_change_has_its_case() -> None:
    table = pd.DataFrame(
        {
            "unit": list("ABCDEF"), "period": pd.Timestamp("2024-01-01"),
            "value": [10.0, 20, 30, 40, 50, 60], "owner": "Li", "method": "equal", "pinned": "no",
        }
    )  # fmt: skip
    new = table.copy()
    new["value"] += [5.0, 1, 0, 0, 0, 0]
    new.loc[2, "owner"], new.loc[3, "method"], new.loc[4, "pinned"] = "Wang", "season", "yes"
    new = new[new["unit"] != "F"]
    found = diff_plans(table, new, levels=("unit",)).to_frame()
    assert found["change_class"].tolist() == [
        "value", "rounding", "owner", "method", "pin", "structure",
    ]  # fmt: skip


def test_the_same_plan_has_the_same_name_whatever_the_order_of_its_inputs() -> None:
    table = pd.DataFrame({"region": ["East", "West"], "value": [1.0, np.nan]})
    one = version(small_plan(), inputs={"sales": table}, parameters={"a": 1, "b": 2}, code="1")
    two = version(
        small_plan(), inputs={"sales": table[::-1]}, parameters={"b": 2, "a": 1}, code="1"
    )
    assert one.plan_id == two.plan_id
    others = [
        version(small_plan(1_300), inputs={"sales": table}, parameters={"a": 1, "b": 2}, code="1"),
        version(
            small_plan(), inputs={"sales": table.fillna(0.0)}, parameters={"a": 1, "b": 2}, code="1"
        ),
        version(small_plan(), inputs={"sales": table}, parameters={"a": 1, "b": 3}, code="1"),
        version(small_plan(), inputs={"sales": table}, parameters={"a": 1, "b": 2}, code="2"),
    ]
    assert len({one.plan_id, *(v.plan_id for v in others)}) == 5


def test_a_draft_is_approved_and_then_frozen_and_never_goes_back() -> None:
    draft = version(small_plan())
    frozen = draft.to("approved", note="board").to("frozen")
    assert (frozen.status, frozen.plan_id) == ("frozen", draft.plan_id)
    with pytest.raises(ContractError) as caught:
        frozen.to("draft")
    assert str(caught.value) == (
        f"A plan that is frozen cannot become draft.\n  where: plan {draft.plan_id}\n"
        "  fix:   make a new draft and compare the two"
    )
    with pytest.raises(ContractError, match="A plan that is draft cannot become frozen"):
        draft.to("frozen")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("n", [0, 2, 30])
def test_the_picture_of_a_difference_is_legible(n, lang) -> None:
    names = [f"Unit {k:02d}" for k in range(30)]
    table = pd.DataFrame({"unit": names, "period": pd.Timestamp("2024-01-01"), "value": 1e6})
    change = np.where(np.arange(30) < n, np.arange(30) * 10_000.0 - 55_000, 0.0)
    found = diff_plans(table, table.assign(value=table["value"] + change), levels=("unit",))
    assert_good_figure(found.plot(lang=lang))


def test_plans_of_two_years_cannot_be_compared() -> None:
    other = sa.targets.cascade(
        1, pd.DataFrame({"region": ["E"], "salesperson": ["x"], "value": [1.0]}),
        levels=list(LEVELS), year=2025,
    )  # fmt: skip
    with pytest.raises(ContractError) as caught:
        diff_plans(small_plan(), other)
    assert str(caught.value) == (
        "The plans differ in their year: 2024 and 2025.\n  where: diff_plans(a, b)\n"
        "  fix:   compare two plans of the same year, levels and currency"
    )


def test_papers_that_are_late_and_papers_that_are_missing_are_listed_by_owner() -> None:
    dates = sa.targets.timetable("2024-03-01")
    assert dates["due_date"].astype("str").unique().tolist() == [
        "2024-02-05 17:30:00", "2024-02-09 17:30:00",
    ]  # fmt: skip
    assert (dates["side"] == "company").sum() == 2
    papers = dates[dates["side"] == "owner"]["paper"].tolist()
    received = pd.DataFrame(
        {"owner": "Li", "paper": papers, "received_date": pd.Timestamp("2024-02-09 17:30")}
    )
    received.loc[0, "received_date"] = pd.Timestamp("2024-02-09 18:30")
    late = sa.targets.overdue(received, owners=["Li", "Wang"], dates=dates, now="2024-02-10 17:30")
    assert late["owner"].tolist() == ["Wang"] * 6 + ["Li"]
    assert late["status"].tolist() == ["missing"] * 6 + ["late"]
    assert late["hours_late"].tolist() == [24.0] * 6 + [1.0]
    before = sa.targets.overdue(
        received.head(0), owners=["Li"], dates=dates, now="2024-02-09 17:30"
    )
    assert len(before) == 0


def test_milestones_of_a_year_that_begins_in_july() -> None:
    from salesanalysis.periods import FiscalCalendar

    calendar = FiscalCalendar(7)
    months = pd.DataFrame({"period": calendar.months(2020), "value": 10.0})
    found = sa.targets.milestones(months, calendar=calendar)
    assert found["due_date"].astype("str").tolist() == [
        "2019-09-30", "2019-12-31", "2020-03-31", "2020-06-30",
    ]  # fmt: skip
    assert found["value"].tolist() == [30.0, 60.0, 90.0, 120.0]


def test_a_request_with_a_status_nobody_knows_is_refused() -> None:
    table = pd.DataFrame(
        {"region": ["East"], "department": ["HR"], "item": ["hire"], "amount": [1.0],
         "due": pd.to_datetime(["2024-03-01"]), "status": ["maybe"]}
    )  # fmt: skip
    with pytest.raises(ContractError) as caught:
        sa.targets.requests(table, by=["region"])
    assert str(caught.value) == (
        "1 of 1 resource requests have a status nobody knows: 'maybe'.\n"
        "  where: column 'status', first rows [0], see .rows\n"
        "  fix:   write open, granted or refused"
    )


def test_days_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(ContractError) as caught:
        sa.targets.timetable("2024-03-01", handed_down=9, returned=5)
    assert str(caught.value) == (
        "Days must be 1 to 28 and in order, got 9 and 5.\n"
        "  where: timetable(handed_down=..., returned=...)\n"
        "  fix:   write handed_down=5, returned=9"
    )


def test_the_tiers_on_a_persons_card_are_those_of_all_their_product_lines() -> None:
    levels = ["region", "product_line", "salesperson"]
    rows = [("E", "A", "Li", 30.0), ("E", "B", "Li", 60.0), ("E", "B", "Wu", 10.0)]
    shares = pd.DataFrame(rows, columns=[*levels, "value"])
    plan = sa.targets.cascade(1_000, shares, levels=levels, year=2024)
    three = sa.targets.tiers(plan, uplifts={"base": -0.1, "challenge": 0.2})
    whole = sa.targets.card(plan, tiers=three.to_frame())
    li = whole.select(region="E", salesperson="Li").top()
    assert [li[f"target_{t}"] for t in ("base", "average", "challenge")] == [810.0, 900.0, 1080.0]
    assert (li["value"], li["product_line"]) == (900.0, "")
    # one line without a tier: the person has none either, not a part of one
    part = three.to_frame().query("salesperson != 'Li' or product_line != 'A'")
    bare = sa.targets.card(plan, tiers=part).select(region="E", salesperson="Li").top()
    assert np.isnan(bare["target_average"])
