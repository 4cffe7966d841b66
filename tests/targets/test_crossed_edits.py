"""Edits by hand: exact, in one order, surviving a re-run, and undone without a trace in figures."""

import numpy as np
import pandas as pd
import pytest
from figures import assert_good_figure
from hypothesis import given, settings
from hypothesis import strategies as st

from salesanalysis.errors import ContractError
from salesanalysis.targets import Basis, apply_edits, cascade, customer_shares, pins_from_card, undo

LEVELS = ["region", "team", "salesperson"]
SIGNED = {"reason": "agreed", "author": "Li", "time": "2023-12-01"}


def basis_of(more=0.0) -> Basis:
    rows = [
        (r, t, f"{r}{t}{k}", 10.0 + k + ord(t) % 3 + more * (r == "E"))
        for r in "ENW"
        for t in "abc"
        for k in range(3)
    ]
    return Basis.of(pd.DataFrame(rows, columns=[*LEVELS, "value"]), by=LEVELS, year=2024)


def edit(kind, **more) -> dict:
    return {"edit": kind, **SIGNED, **more}


def run(*edits, total=100_000, basis=None, **more):
    return apply_edits(total, basis or basis_of(), pd.DataFrame(list(edits)), **more)


def at(plan, period=None, **where) -> float:
    frame = plan.to_frame()
    for column, wanted in where.items():
        frame = frame[frame[column] == wanted]
    return float((frame if period is None else frame[frame["period"] == period])["value"].sum())


ALL = (
    edit("pin", region="E", layer="plan", value=40_000),
    edit("pin", region="E", team="a", layer="plan", value=9_000, period="2024-03-01"),
    edit("freeze", region="W", team="b"),
    edit("preserve", region="N", team="c", mode="percent", value=0.1),
    edit("transfer", region="E", team="b", to_team="c", value=777),
    edit("transfer", region="W", team="a", to_team="c", value=55, period="2024-05-01"),
    edit("split", region="N", team="a", to_team="a1", share=0.6),
    edit("split", region="N", team="a", to_team="a2", share=0.4),
    edit("pin", region="W", layer="assigned", value=33_000),
)


def everything(edits=ALL, **more):
    previous = cascade(90_000, basis_of())
    return run(*edits, previous=previous, rates={"region": 0.05}, **more), previous


# ---- worked by hand


def test_a_pinned_month_is_exact_and_the_year_of_every_leaf_stays() -> None:
    out = run(edit("pin", region="E", layer="plan", value=9_000, period="2024-03-01"))
    assert at(out.plan, period="2024-03-01", region="E") == 9_000.0
    assert at(out.plan, region="E") == at(out.calculated, region="E")
    assert at(out.plan, region="W", period="2024-03-01") == at(
        out.calculated, region="W", period="2024-03-01"
    )
    assert out.log[["calculated", "value", "reason", "author"]].to_numpy().tolist() == [
        [2778.0, 9000.0, "agreed", "Li"]
    ]


def test_a_narrow_pin_inside_a_wide_one_of_the_same_month() -> None:
    out = run(
        edit("pin", region="E", layer="plan", value=9_000, period="2024-03-01"),
        edit("pin", region="E", team="a", layer="plan", value=8_000, period="2024-03-01"),
    )
    assert at(out.plan, period="2024-03-01", region="E", team="a") == 8_000.0
    assert at(out.plan, period="2024-03-01", region="E") == 9_000.0


def test_a_frozen_team_keeps_every_month_though_total_and_base_have_changed() -> None:
    previous = cascade(90_000, basis_of(), months="working_days")
    out = run(edit("freeze", region="W", team="b"), basis=basis_of(5.0), previous=previous)
    keep = previous.to_frame().query("region == 'W' and team == 'b'")["value"]
    now = out.plan.to_frame().query("region == 'W' and team == 'b'")["value"]
    assert now.tolist() == keep.tolist()
    assert out.plan.total == 100_000.0
    # the region keeps what its weight gives it: only siblings in it pay
    assert at(out.plan, region="W") == at(out.calculated, region="W")


def test_a_team_with_a_pin_in_it_is_frozen_as_it_stands() -> None:
    own = edit("pin", region="W", team="b", salesperson="Wb1", layer="plan", value=4_321)
    month = edit("pin", region="W", team="b", layer="plan", value=999, period="2024-03-01")
    first = run(own, month).plan
    out = run(own, month, edit("freeze", region="W", team="b"), total=120_000, previous=first)
    for period in (None, "2024-03-01", "2024-04-01"):
        where = {"region": "W", "team": "b", "period": period}
        assert at(out.plan, **where) == at(first, **where)
    assert at(out.plan, salesperson="Wb1") == 4_321.0
    other = {**own, "value": 4_000}
    assert refusal(other, edit("freeze", region="W", team="b"), previous=first).startswith(
        "W / b / Wb1 is held twice: at 4,321 and at 4,000."
    )


def test_a_leaf_that_left_the_basis_stays_while_its_team_is_frozen() -> None:
    previous = cascade(90_000, basis_of())
    frame = basis_of().to_frame()
    small = Basis.of(frame[frame["salesperson"] != "Wb1"][[*LEVELS, "value"]], by=LEVELS, year=2024)
    out = run(edit("freeze", region="W", team="b"), basis=small, previous=previous)
    assert at(out.plan, salesperson="Wb1") == at(previous, salesperson="Wb1") > 0


def test_a_transfer_leaves_every_total_above_both_untouched_month_by_month() -> None:
    out = run(edit("transfer", region="E", team="b", to_team="c", value=777))
    assert at(out.plan, region="E", team="b") == at(out.calculated, region="E", team="b") - 777
    assert at(out.plan, region="E", team="c") == at(out.calculated, region="E", team="c") + 777
    assert out.plan.months("region").equals(out.calculated.months("region"))


def test_a_percent_or_an_amount_is_preserved_when_the_base_is_computed_anew() -> None:
    for more in (0.0, 7.0):
        basis = basis_of(more)
        plain = cascade(100_000, basis)
        own = at(plain, region="N", team="c")
        out = run(edit("preserve", region="N", team="c", mode="amount", value=-250), basis=basis)
        assert at(out.plan, region="N", team="c") == own - 250
        out = run(edit("preserve", region="N", team="c", mode="percent", value=0.1), basis=basis)
        assert at(out.plan, region="N", team="c") == np.floor(own * 1.1 + 0.5)
        assert at(out.plan, region="N") == at(plain, region="N")


def test_a_territory_is_split_by_shares_and_merged_again() -> None:
    out = run(*ALL[6:8])
    old = at(cascade(100_000, basis_of()), region="N", team="a")
    assert at(out.plan, region="N", team="a") == 0
    assert at(out.plan, region="N", team="a1") == pytest.approx(old * 0.6, abs=2)
    assert at(out.plan, region="N", team="a1") + at(out.plan, region="N", team="a2") == old
    merged = run(edit("merge", region="N", to_region="E"))
    whole = cascade(100_000, basis_of())
    assert at(merged.plan, region="E") == pytest.approx(
        at(whole, region="E") + at(whole, region="N"), abs=1
    )


def test_customers_of_a_day_give_the_shares_of_a_split() -> None:
    sales = pd.DataFrame({"customer": ["x", "y", "z"], "value": [30.0, 10.0, 60.0]})
    who = pd.DataFrame(
        {"customer": ["x", "y", "z", "z"], "team": ["a1", "a2", "a1", "a2"],
         "valid_from": ["2023-01-01"] * 3 + ["2024-07-01"],
         "valid_to": [None, None, "2024-06-30", None]}
    )  # fmt: skip
    early = customer_shares(sales, who, on="2024-06-30", level="team")
    assert early.to_numpy().tolist() == [["a1", 0.9], ["a2", 0.1]]
    late = customer_shares(sales, who, on="2024-07-01", level="team")
    assert late["share"].tolist() == [0.3, 0.7]
    with pytest.raises(ContractError, match="1 of 3 customers belong to nobody, or to several"):
        customer_shares(
            sales, who.head(2).assign(customer=["x", "y"]), on="2024-07-01", level="team"
        )


def test_a_pin_of_the_card_layer_leaves_the_plan_alone() -> None:
    out = run(ALL[8], rates={"region": 0.05})
    assert out.plan.to_frame().equals(out.calculated.to_frame())
    units = out.assigned.to_frame().query("level == 'region'").set_index("region")
    assert units.loc["W", "assigned_value"] == 33_000.0
    assert units["assigned_value"].sum() == 105_000.0


def test_cells_changed_in_the_workbook_of_a_card_come_back_as_pins() -> None:
    found = pd.DataFrame(
        {"region": ["E"], "team": ["a"], "salesperson": ["Ea0"],
         "period": pd.to_datetime(["2024-03-01"]), "old_amount": [282.0], "new_amount": [500.0],
         "change_amount": [218.0], "cell": ["C7"]}
    )  # fmt: skip
    pins = pins_from_card(found, reason="depot", author="Li", time="2023-12-01")
    out = apply_edits(100_000, basis_of(), pins)
    assert at(out.plan, salesperson="Ea0", period="2024-03-01") == 500.0
    assert at(out.plan, salesperson="Ea0") == at(out.calculated, salesperson="Ea0")


# ---- invariants


@settings(max_examples=2)
@given(st.permutations(range(len(ALL))))
def test_the_order_of_the_rows_does_not_matter(order) -> None:
    out, _ = everything()
    other, _ = everything([ALL[i] for i in order])
    assert other.plan.to_frame().equals(out.plan.to_frame())
    assert other.assigned.to_frame().equals(out.assigned.to_frame())
    same = out.log.drop(columns="row")
    pd.testing.assert_frame_equal(other.log.drop(columns="row"), same)


def test_every_edit_is_exact_beside_all_the_others_and_survives_a_second_run() -> None:
    out, previous = everything()
    assert at(out.plan, region="E") == 40_000.0
    frozen = previous.to_frame().query("region == 'W' and team == 'b'")["value"].tolist()
    for total, basis in ((100_000, basis_of()), (120_000, basis_of(4.0))):
        again, _ = everything(total=total, basis=basis)
        assert at(again.plan, region="E") == 40_000.0
        assert at(again.plan, region="E", team="a", period="2024-03-01") == 9_000.0
        now = again.plan.to_frame().query("region == 'W' and team == 'b'")["value"]
        assert now.tolist() == frozen
        assert again.plan.total == total


@settings(max_examples=2)
@given(st.sets(st.integers(0, len(ALL) - 1)))
def test_edits_undone_are_as_if_never_made_and_stay_on_record(rows) -> None:
    table = undo(pd.DataFrame(list(ALL)), sorted(rows), because="taken back")
    if rows & {6, 7}:
        table = undo(table, [6, 7], because="taken back")
        rows = rows | {6, 7}
    previous = cascade(90_000, basis_of())
    out = apply_edits(100_000, basis_of(), table, previous=previous, rates=0)
    left = [e for i, e in enumerate(ALL) if i not in rows]
    if not left:
        assert out.plan.to_frame().equals(cascade(100_000, basis_of()).to_frame())
    else:
        same = run(*left, previous=previous, rates=0)
        assert out.plan.to_frame().equals(same.plan.to_frame())
    assert (out.log["status"] == "undone").sum() == len(rows)
    assert len(out.log) == len(ALL)


@settings(max_examples=5)
@given(st.sampled_from("abc"), st.sampled_from("abc"), st.integers(0, 900), st.integers(0, 11))
def test_no_transfer_changes_a_month_of_the_company(a, b, amount, month) -> None:
    if a == b:
        return
    when = pd.Timestamp(2024, month + 1, 1)
    out = run(
        edit("transfer", region="E", team=a, to_region="W", to_team=b, value=amount, period=when)
    )
    assert out.plan.months().equals(out.calculated.months())
    assert (out.plan.to_frame()["value"] >= 0).all()
    moved = out.changes()["gap"]
    assert moved[moved > 0].sum() == amount


# ---- words, pictures, refusals


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_edits_are_told_and_drawn(lang) -> None:
    out, _ = everything()
    assert_good_figure(out.plot(lang=lang))
    assert len(out.explain(lang).splitlines()) == 2 + 8
    assert set(out.changes()["rule"]) <= {"rest", "pin", "freeze", "preserve", "transfer", "split"}
    assert out.table(lang).shown().shape[0] == len(ALL)


def refusal(*edits, **more) -> str:
    with pytest.raises(ContractError) as caught:
        run(*edits, **more)
    return str(caught.value)


def test_edits_without_reason_author_time_layer_or_mode_are_refused() -> None:
    pin = edit("pin", region="E", layer="plan", value=1)
    for change, what, fix in (
        ({"reason": ""}, "have no reason", "say why into 'reason'"),
        ({"author": None}, "have no author", "say who into 'author'"),
        ({"time": None}, "have no time", "say when into 'time'"),
        ({"layer": ""}, "are pins without a layer", "write plan or assigned into 'layer'"),
        ({"region": ""}, "name no unit", "fill a level column"),
        ({"value": None}, "have no value", "write an amount into 'value'"),
    ):
        assert refusal({**pin, **change}) == (
            f"1 of 1 edits {what}.\n  where: edits, rows [0], see .rows\n  fix:   {fix}"
        )
    assert refusal(edit("preserve", region="E", value=1)).startswith(
        "1 of 1 edits preserve neither an amount nor a percent."
    )
    assert refusal(edit("pinn", region="E")).startswith("'pinn' is not a edit here; known: split")


def test_pins_that_contradict_each_other_name_both_values() -> None:
    assert refusal(
        edit("pin", region="E", layer="plan", value=1_000),
        edit("pin", region="E", team="a", layer="plan", value=2_000),
    ) == (
        "Pins below E add up to 2,000, above its own 1,000.\n"
        "  where: pins of E / a\n  fix:   lower them, or give E at least 2,000"
    )
    assert refusal(
        edit("pin", region="E", layer="plan", value=100, period="2024-03-01"),
        edit("pin", region="E", team="a", layer="plan", value=200, period="2024-03-01"),
    ) == (
        "The pin of E in 2024-03 is 100; what is held below it adds up to 200.\n"
        "  where: edits, row 0 (pin)\n  fix:   change one of the two"
    )
    assert refusal(
        edit("pin", region="E", layer="plan", value=99_000, period="2024-03-01")
    ).endswith(
        "where: edits, pins with a period\n"
        "  fix:   lower the months, or pin the year of the unit as well"
    )


def test_a_transfer_of_more_than_there_is_or_out_of_a_pin_is_refused() -> None:
    move = edit("transfer", region="E", team="b", to_team="c", value=50_000)
    assert refusal(move) == (
        "E / b has 12,037; 50,000 cannot be moved to c.\n"
        "  where: edits, row 0 (transfer)\n  fix:   move at most 12,037"
    )
    pin = edit("pin", region="E", team="b", layer="plan", value=12_000)
    assert refusal({**move, "value": 5}, pin) == (
        "E / b has 0 that is not pinned or frozen; 5 cannot be moved to c.\n"
        "  where: edits, row 0 (transfer)\n  fix:   move at most 0"
    )
    frozen = edit("freeze", region="E", team="c")
    assert refusal({**move, "value": 5}, frozen, previous=cascade(90_000, basis_of())).startswith(
        "c is pinned or frozen, so nothing can be moved to it."
    )


def test_shares_of_a_split_must_be_one_and_freezing_needs_the_last_version() -> None:
    assert refusal(ALL[6], {**ALL[7], "share": 0.3}) == (
        "The shares of the split of N / a add up to 0.9, not to 1.\n"
        "  where: edits, rows [0, 1], see .rows\n"
        "  fix:   give every part a share; together they are 1"
    )
    assert refusal(ALL[2]) == (
        "Freezing needs the last version of the plan, with the same levels.\n"
        "  where: apply_edits(previous=...)\n"
        "  fix:   pass previous=, the plan whose values are to stay"
    )
    assert refusal(ALL[8]).startswith("There are pins of layer 'assigned', but no rates")
    assert refusal(ALL[0], ALL[0]).startswith("2 edits do the same to the same unit.")
    with pytest.raises(ContractError, match="Undoing needs a reason"):
        undo(pd.DataFrame(list(ALL)), [0], because=" ")
