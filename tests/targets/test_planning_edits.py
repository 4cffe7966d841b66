"""A planner's edits, typed: pinned, paid for, replaced, refused; totals stay exact."""

import io
from dataclasses import replace

import pandas as pd
import pytest
from cardtools import Calculator, edited, small_plan
from openpyxl import load_workbook

import salesanalysis as sa
from salesanalysis.book.planning.ground import Ground, joined_edits
from salesanalysis.errors import ContractError
from salesanalysis.panel import Panel
from salesanalysis.targets import Basis, edits_from_card

SAID = {"reason": "depot", "author": "Li", "time": "2023-12-01"}


def ground(**more):
    shares = pd.DataFrame(
        {"region": ["East", "East", "West", "West"], "salesperson": ["Li", "Wang", "=1+1", "Zhao"],
         "value": [40.0, 30.0, 20.0, 0.0], "base": [40.0, 30.0, 20.0, 0.0]}
    )  # fmt: skip
    basis = Basis.of(shares, by=["region", "salesperson"], year=2024)
    sold = pd.DataFrame({"region": "East", "period": pd.to_datetime(["2023-01-01"]), "value": 1.0})
    return replace(
        Ground(basis, Panel.of(sold, by=["region"]), "1200", "1", "working_days"), **more
    )


def typed(changes, pay):
    """Edits of a workbook in which some cells of the months were typed over."""
    card = sa.targets.card(ground().plan())
    content = edited(sa.targets.workbook(card), {("Months", k): v for k, v in changes.items()})
    found = sa.targets.read_edits(content, card, step=1)
    return edits_from_card(found, card, **SAID, pay=pay)


def year(plan, person):
    return int(plan.frame.loc[plan.frame["salesperson"] == person, "value"].sum())


def cell(plan, person, month):
    rows = plan.frame[(plan.frame["salesperson"] == person) & (plan.frame["period"] == month)]
    return int(rows["value"].iloc[0])


def test_the_ground_gives_the_plan_it_was_made_from() -> None:
    assert ground().plan().frame.equals(small_plan().frame)
    plan, none = ground().made()
    assert none is None
    assert plan.total == 1_200


def test_three_cells_typed_over_are_paid_by_the_other_months_of_the_same_year() -> None:
    before = ground().plan()
    plan, done = ground(edits=typed({"C6": 0, "D7": 99, "E8": 40}, "months")).made()
    assert plan.total == 1_200
    for person in ("Li", "Wang", "=1+1"):
        assert year(plan, person) == year(before, person)
    frame = done.to_frame()
    assert sorted(frame["value"]) == [0.0, 40.0, 99.0]
    changed = done.changes()
    assert changed["gap"].sum() == 0
    assert set(changed["rule"]) == {"pin"}


def test_paid_by_the_siblings_the_year_moves_and_the_region_does_not() -> None:
    before = ground().plan()
    name = str(before.frame["salesperson"].iloc[0])
    old = cell(before, name, "2024-01-01")
    plan, _ = ground(edits=typed({"C6": old + 30}, "siblings")).made()
    assert cell(plan, name, "2024-01-01") == old + 30
    assert year(plan, name) == year(before, name) + 30
    sums = [p.frame.groupby("region")["value"].sum().to_dict() for p in (before, plan)]
    assert sums[0] == sums[1]


def test_the_difference_says_what_moved_and_why() -> None:
    before = ground().plan()
    plan, done = ground(edits=typed({"C6": 0}, "months")).made()
    diff = sa.targets.diff_plans(before, plan, new_why=sa.targets.edit_reasons(done))
    why = diff.why()
    assert why["change_reason"].tolist() == ["depot (Li)", "rest"]
    assert why["change_amount"].sum() == 0
    assert "depot (Li): 1 cell" in diff.explain() or "depot (Li): 1 cells" in diff.explain()
    assert "为人工修改让出或补足：" in diff.explain("zh")
    back = sa.targets.diff_plans(plan, before, old_why=sa.targets.edit_reasons(done))
    assert (back.frame["change_amount"] + diff.frame["change_amount"] == 0).all()
    assert back.frame["change_reason"].tolist() == diff.frame["change_reason"].tolist()


def test_the_formulas_of_an_edited_workbook_stay_live_and_follow_the_edit() -> None:
    card = sa.targets.card(ground().plan())
    content = edited(sa.targets.workbook(card), {("Months", "C6"): 500})
    calculator = Calculator(content)
    assert sum(1 for _ in calculator.formulas()) > 10
    book = load_workbook(io.BytesIO(content))
    last = book["Months"].max_row
    total = calculator.value("Months", f"O{last - 1}")
    old = ground().plan().frame["value"].iloc[0]
    assert total == 1_200 + 500 - old
    assert calculator.value("Months", f"O{last}") == 500 - old


def test_a_later_edit_of_the_same_cell_takes_the_place_of_the_earlier_one() -> None:
    first = typed({"C6": 0}, "months")
    again = typed({"C6": 60}, "months").assign(author="Wu")
    both = joined_edits(first, again, ("region", "salesperson"))
    assert both["undone"].fillna("").tolist() == ["", "replaced by Wu"]
    plan, done = ground(edits=both).made()
    assert cell(plan, plan.frame["salesperson"].iloc[0], "2024-01-01") == 60
    assert done.to_frame()["status"].tolist() == ["undone", "applied"]


def test_the_order_the_edits_are_written_in_does_not_matter() -> None:
    edits = typed({"C6": 0, "D7": 99, "E8": 40}, "months")
    one, two = (ground(edits=e).made()[0] for e in (edits, edits[::-1].reset_index(drop=True)))
    assert one.frame.equals(two.frame)


def test_pins_of_the_company_are_no_edits_of_the_planner() -> None:
    pins = pd.DataFrame({"region": ["East"], "salesperson": ["Li"], "value": [600.0]})
    moved = pd.DataFrame(
        [{"edit": "transfer", "region": "East", "salesperson": "Wang", "to_region": "West",
          "to_salesperson": "Zhao", "value": 20.0, **SAID}]
    )  # fmt: skip
    plan, done = ground(pins=pins, edits=moved).made()
    assert year(plan, "Li") == 600
    assert year(plan, "Zhao") == 20
    assert done.to_frame()["edit"].tolist() == ["transfer"]
    pinned = ground(pins=pins).plan()
    assert done.calculated.frame.equals(pinned.frame)
    assert set(done.changes()["salesperson"]) == {"Wang", "Zhao"}


def test_what_is_frozen_keeps_the_last_version_when_the_total_grows() -> None:
    last = ground().plan()
    hold = pd.DataFrame([{"edit": "freeze", "region": "East", "salesperson": "Li", **SAID}])
    plan, _ = ground(total="1500", edits=hold).made(last)
    assert year(plan, "Li") == year(last, "Li")
    assert plan.total == 1_500


def test_two_values_for_one_cell_are_refused_with_their_rows() -> None:
    pin = {"edit": "pin", "layer": "plan", "region": "East", **SAID}
    two = pd.DataFrame([{**pin, "value": 700.0}, {**pin, "value": 600.0}])
    with pytest.raises(ContractError) as caught:
        joined_edits(pd.DataFrame(), two, ("region", "salesperson"))
    assert str(caught.value) == (
        "2 of 2 edits set the same unit and month.\n"
        "  where: edits, rows [0, 1], see .rows\n  fix:   keep one of them"
    )
    assert caught.value.rows["value"].tolist() == [700.0, 600.0]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (
            {"pay": "nobody"},
            "pay must be months or siblings, got 'nobody'.\n"
            "  where: edits_from_card(pay=...)\n"
            '  fix:   write pay="months", or pay="siblings"',
        ),
        (
            {"reason": " "},
            "Edits without reason: nobody could tell later why a target moved.\n"
            "  where: edits_from_card(reason=...)\n  fix:   write reason=...",
        ),
    ],
)
def test_an_edit_without_a_word_about_itself_is_refused(how, said) -> None:
    card = sa.targets.card(ground().plan())
    with pytest.raises(ContractError) as caught:
        edits_from_card(pd.DataFrame(), card, **{**SAID, **how})
    assert str(caught.value) == said


def test_months_taken_below_zero_are_refused() -> None:
    card = sa.targets.card(ground().plan())
    found = pd.DataFrame(
        {"region": ["East"], "salesperson": ["Li"], "period": pd.to_datetime(["2024-01-01"]),
         "old_amount": [50.0], "new_amount": [0.0], "change_amount": [-9_999.0], "cell": ["C6"]}
    )  # fmt: skip
    with pytest.raises(ContractError) as caught:
        edits_from_card(found, card, **SAID, pay="siblings")
    assert str(caught.value) == (
        "1 of 1 years would fall below 0.\n  where: edits_from_card, see .rows\n"
        "  fix:   lower the months by less"
    )


def test_a_cell_that_is_moved_and_pays_says_both_and_the_receiver_says_the_transfer() -> None:
    signed = {"author": "Li", "time": "2024-01-15"}
    east, west = sorted(set(ground().plan().frame["region"]))[:2]
    edits = pd.DataFrame(
        [
            {"edit": "transfer", "region": west, "to_region": east, "value": 12.0,
             "reason": "customer moved", **signed},
            {"edit": "pin", "layer": "plan", "region": west, "period": pd.Timestamp("2024-05-01"),
             "value": 1.0, "reason": "fair in May", **signed},
        ]
    )  # fmt: skip
    done = ground(edits=edits).edited()
    told = sa.targets.edit_reasons(done)
    by_region = {r: sorted(set(part["reason"])) for r, part in told.groupby("region")}
    assert by_region[east] == ["customer moved (Li)"]
    assert by_region[west] == ["customer moved (Li) + rest", "fair in May (Li)"]
    diff = sa.targets.diff_plans(done.calculated, done.plan, new_why=told)
    assert "customer moved (Li) + 为人工修改让出或补足：" in diff.explain("zh")
    assert "为人工修改让出或补足" in diff.table("zh", rows=2000)._repr_html_()
    assert "rest" not in diff.table("zh", rows=2000)._repr_html_()
    line = next(s for s in done.explain().splitlines() if s.startswith(f"Transfer {west}"))
    assert "(-12 CNY)" in line


def test_who_exchanges_an_amount_and_pays_for_a_pinned_region_says_both() -> None:
    signed = {"author": "Li", "time": "2024-01-15"}
    shares = pd.DataFrame({"region": list("ABCD"), "value": [25.0] * 4})
    basis = sa.targets.Basis.of(shares, by=["region"], year=2024)
    move = {"edit": "transfer", "region": "A", "to_region": "B", "value": 60, "reason": "moved"}
    pin = {"edit": "pin", "layer": "plan", "region": "C", "value": 420, "reason": "board"}
    for edits, wanted in (([move], 0.0), ([move, pin], -80.0)):
        table = pd.DataFrame([{**edit, **signed} for edit in edits])
        done = sa.targets.apply_edits(1_200, basis, table)
        told = sa.targets.edit_reasons(done)
        why = sa.targets.diff_plans(done.calculated, done.plan, new_why=told).why()
        said = "moved (Li) + rest" if wanted else "moved (Li)"
        assert why.set_index("change_reason")["change_amount"].to_dict()[said] == wanted


def test_transfers_that_share_a_unit_are_one_exchange_and_others_are_not() -> None:
    signed = {"author": "Li", "time": "2024-01-15", "edit": "transfer", "value": 12}
    shares = pd.DataFrame({"region": list("ABCDEF"), "value": [25.0] * 6})
    basis = sa.targets.Basis.of(shares, by=["region"], year=2024)
    ways = [("A", "B"), ("B", "C"), ("E", "F")]
    table = pd.DataFrame(
        [{**signed, "region": a, "to_region": b, "reason": f"{a} to {b}"} for a, b in ways]
    )
    pin = {**signed, "edit": "pin", "layer": "plan", "region": "D", "value": 240, "reason": "board"}
    for edits, rest in ((table, False), (pd.concat([table, pd.DataFrame([pin])]), True)):
        done = sa.targets.apply_edits(1_200, basis, edits)
        told = sa.targets.edit_reasons(done)
        named = told[told["reason"].str.contains(" to ")]
        # B hands on what it gets: A to C adds up by itself, as E to F does, until all pay for D
        assert set(named["region"]) == set("ABCEF" if rest else "ACEF")
        assert named["reason"].str.endswith(" + rest").all() == rest
        assert named["reason"].str.endswith(" + rest").any() == rest
