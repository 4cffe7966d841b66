"""Our figures against a third party's: what agrees, what differs, and that nothing is lost."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesanalysis.data.assembling import of_frames
from salesanalysis.data.verify import Tolerance, Verification, verify
from salesanalysis.errors import ReconciliationError
from salesanalysis.periods import FiscalCalendar


def shop(rows, *, as_of=None, currency="CNY", calendar=None):
    """A data set of (region, day, revenue) lines."""
    lines = pd.DataFrame(rows, columns=["region", "date", "revenue"])
    lines["date"] = pd.to_datetime(lines["date"])
    lines["order_id"] = [str(i) for i in range(len(lines))]
    return of_frames(
        {"sales": lines}, name="shop", as_of=as_of, currency=currency, calendar=calendar
    )


def ledger(rows):
    return pd.DataFrame(rows, columns=["region", "period", "revenue"])


SHOP = [
    ("East", "2024-01-05", 100.0),
    ("East", "2024-01-20", 50.0),
    ("West", "2024-01-31", 200.0),
    ("East", "2024-02-10", 80.0),
    ("West", "2024-02-29", 40.0),
]
LEDGER = [
    ("East", "2024-01", 150.5),
    ("West", "2024-01", 190.0),
    ("East", "2024-02", 80.0),
    ("North", "2024-02", 7.0),
]


@pytest.fixture(scope="module")
def demo(demo_data):
    return demo_data


@pytest.fixture(scope="module")
def books(demo):
    """A ledger that agrees with the demo company to the cent, by region, product line and month."""
    return demo.panel(by=["region", "product_line"]).to_frame().rename(columns={"value": "revenue"})


# ---- worked by hand


def test_what_one_side_alone_has_keeps_its_sign_in_the_sentence():
    ours = [*SHOP[:3], ("East", "2024-02-29", -20.0)]
    theirs = [*LEDGER[:2], ("North", "2024-02", -7.0)]
    told = verify(shop(ours), ledger(theirs)).explain().splitlines()
    assert "Cells the finance ledger has no line for: 1, together -20.00 CNY of ours." in told
    assert "Cells our data have no line for: 1, together -7.00 CNY of theirs." in told


def test_four_cells_on_paper_have_the_status_anybody_would_give_them():
    found = verify(shop(SHOP), ledger(LEDGER)).to_frame()
    assert found[["region", "ours", "theirs", "difference", "status"]].to_numpy().tolist() == [
        ["West", 40.0, 0.0, 40.0, "only_ours"],
        ["West", 200.0, 190.0, 10.0, "differing"],
        ["North", 0.0, 7.0, -7.0, "only_theirs"],
        ["East", 150.0, 150.5, -0.5, "matched"],
        ["East", 80.0, 80.0, 0.0, "matched"],
    ]
    assert found["difference_share"].round(6).tolist() == [1.0, 0.052632, -1.0, -0.003322, 0.0]
    assert found["n_ours"].tolist() == [1, 1, 0, 2, 1]
    assert not found.drop(columns="explanation").isna().any().any()


def test_the_verdict_says_how_many_agree_and_where_it_differs_most():
    found = verify(shop(SHOP), ledger(LEDGER))
    assert found.status == "differs"
    assert found.verdict() == (
        "Differs from the finance ledger: 2 of 5 cells (48.2% of the money) agree within 0.5%; "
        "largest difference +40.00 CNY (West, Feb 2024)"
    )
    assert found.verdict("zh") == (
        "与财务账有差异：5项中2项相符（占金额48.2%，容差0.5%）；最大差异+40.00元（West，2024年2月）"
    )
    assert found.explain().splitlines()[1:] == [
        "All cells: ours 470.00 CNY, theirs 427.50 CNY, difference +42.50 CNY (+9.94%).",
        "Cells that differ: 1, together +10.00 CNY.",
        "Cells the finance ledger has no line for: 1, together 40.00 CNY of ours.",
        "Cells our data have no line for: 1, together 7.00 CNY of theirs.",
    ]


def test_several_lines_of_a_ledger_are_summed_and_the_number_of_lines_is_said():
    rows = [("East", "2024-01", 100.0), ("East", "2024-01-31", 50.0), ("West", "2024-01", 200.0)]
    found = verify(shop(SHOP), ledger(rows))
    assert found.status == "verified"
    assert found.headline() == (
        "Agrees with the finance ledger to the last digit: all 2 cells, 350 CNY"
    )
    assert "3 lines of the finance ledger were summed to 2 cells." in found.explain()


def test_a_difference_inside_the_tolerance_agrees_but_is_told():
    rows = [("East", "2024-01", 150.5), ("West", "2024-01", 200.0)]
    found = verify(shop(SHOP), ledger(rows), source={"en": "bank", "zh": "银行"}, confirmed_by="Li")
    assert found.status == "verified"
    assert found.verdict() == (
        "Agrees with the bank within 0.5%: all 2 cells; largest difference -0.50 CNY "
        "(East, Jan 2024)"
    )
    assert found.explain("zh").splitlines()[-1] == "由Li确认。"


def test_nobody_has_confirmed_figures_that_differ():
    rows = [("East", "2024-01", 180.0), ("West", "2024-01", 200.0)]
    found = verify(shop(SHOP), ledger(rows), confirmed_by="Li")
    assert found.status == "differs"
    assert found.explain().splitlines()[-1] == "Not confirmed: settle what differs with Li."
    assert found.explain("zh").splitlines()[-1] == "尚未确认：差异请与Li核实。"
    assert "Confirmed" not in found.explain()


@pytest.mark.parametrize(
    ("tolerance", "status"),
    [
        (0.0, "differing"),
        (0.0033, "differing"),
        (0.0034, "matched"),
        ({"amount": 0.49}, "differing"),
        ({"amount": 0.5}, "matched"),
        ({"share": 0.001, "amount": 0.5}, "matched"),
        (Tolerance(0.001, 0.4), "differing"),
    ],
)
def test_a_cell_agrees_within_a_share_of_theirs_or_within_an_amount(tolerance, status):
    found = verify(shop(SHOP), ledger(LEDGER), tolerance=tolerance).to_frame()
    east = found[(found["region"] == "East") & (found["period"] == "2024-01-01")]
    assert east["status"].tolist() == [status]


def test_half_a_cent_always_agrees_because_a_ledger_has_only_cents():
    data = shop([("East", "2024-01-31", 10.005)])
    assert verify(data, ledger([("East", "2024-01", 10.01)]), tolerance=0.0).status == "verified"
    assert verify(data, ledger([("East", "2024-01", 10.02)]), tolerance=0.0).status == "differs"


def test_the_edge_of_the_tolerance_is_decided_in_whole_numbers():
    tolerance = Tolerance(share=0.1)
    gap, theirs = pd.Series([3 * 10**16, 3 * 10**16 + 1]), pd.Series([3 * 10**17] * 2)
    assert tolerance.allows(gap, theirs).tolist() == [True, False]


def test_zero_on_both_sides_is_no_evidence_of_anything():
    data = shop([*SHOP, ("South", "2024-01-03", 5.0), ("South", "2024-01-04", -5.0)])
    rows = [("East", "2024-01", 150.0), ("West", "2024-01", 200.0), ("North", "2024-01", 0.0)]
    found = verify(data, ledger(rows))
    assert found.counts()["both_zero"] == 2
    assert "all 2 cells" in found.verdict()


def test_months_that_are_not_over_or_not_covered_are_stated_and_not_compared():
    data = shop([("East", "2023-12-31", 11.0), *SHOP, ("East", "2024-03-10", 5.0)])
    rows = [("East", "2024-01", 150.0), ("West", "2024-01", 200.0), ("East", "2024-02", 80.0)]
    found = verify(data, ledger([*rows, ("West", "2024-02", 40.0), ("East", "2024-03", 9.0)]))
    assert found.status == "verified"
    assert found.explain().splitlines()[2:] == [
        "Not compared: 1 line of ours, 5.00 CNY, Mar 2024: not over yet or after the last period "
        "compared.",
        "Not compared: 1 line of ours, 11.00 CNY, Dec 2023: before the first period compared.",
        "Not compared: 1 line of the finance ledger, 9.00 CNY, Mar 2024: not over yet or after "
        "the last period compared.",
    ]


def test_a_month_that_was_asked_for_is_compared_even_where_one_side_has_nothing():
    rows = [("East", "2024-01", 150.0), ("West", "2024-01", 200.0)]
    assert verify(shop(SHOP), ledger(rows)).status == "verified"
    asked = verify(shop(SHOP), ledger(rows), last="2024-02")
    assert asked.counts()["only_ours"] == 2
    cut = verify(shop(SHOP), ledger(LEDGER), first="2024-02", last="2024-02")
    assert set(cut.cells["period"]) == {pd.Timestamp("2024-02-01")}


def test_a_month_missing_at_our_end_is_only_theirs_and_not_left_out():
    data = shop(SHOP[:4], as_of="2024-02-29")
    found = verify(data, ledger([*LEDGER[:3], ("West", "2024-02", 40.0)]))
    assert found.rows("only_theirs")["theirs"].tolist() == [40.0]


def test_a_name_that_differs_in_spelling_is_proposed_and_never_matched():
    rows = [("ＥAST ", "2024-01", 150.0), ("West", "2024-01", 200.0)]
    found = verify(shop(SHOP), ledger(rows))
    assert found.counts()[["matched", "only_ours", "only_theirs"]].tolist() == [1, 1, 1]
    assert found.proposals.to_numpy().tolist() == [["region", "ＥAST ", "East", 1, 1_500_000]]
    assert found.explain().splitlines()[-1] == (
        "Region 'ＥAST ' of the finance ledger (150.00 CNY) may be our 'East'; if so, declare it: "
        "values={'region': {'ＥAST ': 'East'}}"
    )
    told = verify(shop(SHOP), ledger(rows), values={"region": {"ＥAST ": "East"}})
    assert told.status == "verified"


def test_lines_without_a_region_meet_under_one_name():
    data = shop([("East", "2024-01-31", 5.0), (None, "2024-01-31", 7.0)])
    rows = [("East", "2024-01", 5.0), (None, "2024-01", 4.0), ("  ", "2024-01", 3.0)]
    assert verify(data, ledger(rows)).status == "verified"


def test_an_explanation_stands_beside_its_difference_and_does_not_make_it_agree():
    why = [{"region": "West", "period": "2024-02", "explanation": "booked in March."}]
    found = verify(shop(SHOP), ledger(LEDGER), explanations=why)
    assert found.status == "differs"
    assert found.rows("only_ours")["explanation"].tolist() == ["booked in March."]
    assert "Explained, 1 of them, +40.00 CNY: booked in March." in found.explain()
    assert verify(shop(SHOP), ledger(LEDGER), explanations=pd.DataFrame(why)).explain() == (
        found.explain()
    )


def test_one_region_can_be_taken_out_for_its_page():
    part = verify(shop(SHOP), ledger(LEDGER)).select(region="East")
    assert part.status == "verified"
    assert (part.total_ours, part.total_theirs) == (2_300_000, 2_305_000)


def test_without_the_period_the_whole_window_is_compared():
    rows = pd.DataFrame({"region": ["East", "West"], "value": [230.0, 240.0]})
    assert verify(shop(SHOP), rows, by=["region"]).status == "verified"
    whole = verify(shop(SHOP), pd.DataFrame({"value": [470.0]}), by=[])
    assert whole.headline() == (
        "Agrees with the finance ledger to the last digit: all 1 cell, 470 CNY"
    )


@pytest.mark.parametrize(
    "written", ["FY2024 Q3", "2024-Q3", "Q3 2024", "2024年第3季度", "2024-01", "2024-03-31"]
)
def test_a_quarter_of_a_fiscal_year_is_read_however_it_is_written(written):
    july = FiscalCalendar(7)
    data = shop([*SHOP, ("East", "2024-03-31", 1.0), ("West", "2024-04-02", 9.0)], calendar=july)
    found = verify(data, ledger([("East", written, 231.0), ("West", written, 240.0)]), freq="Q")
    assert found.status == "verified"
    assert found.to_frame()["quarter"].tolist() == ["FY2024 Q3"] * 2
    assert found.outside["amount"].tolist() == [90_000]


@pytest.mark.parametrize("written", ["FY2024", "2024", 2024, "2024年"])
def test_a_year_means_the_fiscal_year(written):
    data = shop(
        [("East", "2023-07-01", 3.0), ("East", "2024-06-30", 4.0)], calendar=FiscalCalendar(7)
    )
    found = verify(data, ledger([("East", written, 7.0)]), freq="Y")
    assert found.status == "verified"
    assert found.to_frame()["year"].tolist() == [2024]


@pytest.mark.parametrize(
    "period",
    [
        ["2024-01"],
        ["202401"],
        ["2024/1"],
        ["2024年1月"],
        ["20240131"],
        ["2024-01-31 00:00:00"],
        pd.to_datetime(["2024-01-31"]),
        pd.PeriodIndex(["2024-01"], freq="M"),
    ],
    ids=str,
)
def test_a_month_is_read_however_it_is_written(period):
    other = pd.DataFrame({"region": ["East"], "period": period, "revenue": [150.0]})
    assert verify(shop(SHOP[:2], as_of="2024-01-31"), other).status == "verified"


# ---- invariants

AMOUNT = st.integers(-(10**9), 10**9).map(lambda n: n / 10_000)
CELL = st.tuples(st.sampled_from(["East", "West", "east", "NA"]), st.integers(1, 4), AMOUNT)


@settings(max_examples=8)
@given(st.lists(CELL, min_size=1, max_size=12), st.lists(CELL, min_size=1, max_size=12))
def test_every_amount_of_both_sides_is_in_one_cell_or_outside_to_the_last_digit(mine, yours):
    data = shop([(r, f"2024-{m:02d}-15", a) for r, m, a in mine])
    other = ledger([(r, f"2024-{m:02d}", a) for r, m, a in yours])
    found = verify(data, other)
    for side, rows in (("ours", mine), ("theirs", yours)):
        cells = found.cells.groupby("status")[side].sum().sum()
        out = found.outside.loc[found.outside["side"] == side, "amount"].sum()
        assert cells + out == sum(round(a * 10_000) for _, _, a in rows)
    lines = found.cells["n_ours"].sum() + found.outside.query("side == 'ours'")["n"].sum()
    assert lines == len(mine)
    assert not found.to_frame().drop(columns="explanation").isna().any().any()
    assert 0.0 <= found.agreed_share <= 1.0
    again = verify(data, other.sample(frac=1.0, random_state=1))
    pd.testing.assert_frame_equal(found.to_frame(), again.to_frame())
    for lang in ("en", "zh"):
        assert "nan" not in found.explain(lang).replace("finance", "")


def test_parts_of_a_selection_add_up_to_the_whole(demo, books):
    whole = verify(demo, books.iloc[50:], by=["region", "product_line", "period"])
    parts = [whole.select(region=r) for r in demo.regions]
    assert sum(p.total_ours for p in parts) == whole.total_ours
    assert sum(p.total_theirs for p in parts) == whole.total_theirs
    assert sum(p.counts() for p in parts).tolist() == whole.counts().tolist()


# ---- planted truth


def test_planted_differences_are_found_with_their_exact_amounts_and_nothing_else(demo, books):
    bad = books.copy()
    planted = {7: 12_345.67, 400: -98_765.43, 801: 0.02, 1200: 5_000_000.0}
    bad.loc[list(planted), "revenue"] += list(planted.values())
    found = verify(demo, bad, by=["region", "product_line", "period"], tolerance=0.0)
    differing = found.rows("differing")
    assert differing["difference"].tolist() == [-5_000_000.0, 98_765.43, -12_345.67, -0.02]
    assert found.counts()["matched"] == len(books) - 4
    expected = books.loc[[1200, 400, 7, 801], ["region", "product_line", "period"]]
    assert (
        differing[["region", "product_line", "period"]].to_numpy().tolist()
        == expected.to_numpy().tolist()
    )


def test_lines_missing_from_the_ledger_are_only_ours_and_invented_ones_only_theirs(demo, books):
    gone = books["period"] == "2023-05-01"
    extra = pd.DataFrame({"region": ["Mars"], "period": ["2023-06"], "revenue": [1_000.5]})
    kept = books[~(gone & (books["region"] == "West"))]
    other = pd.concat([kept.assign(period=kept["period"].dt.strftime("%Y-%m")), extra])
    found = verify(demo, other)
    missing = books[gone & (books["region"] == "West")]["revenue"].sum()
    assert found.rows("only_ours")["ours"].tolist() == [pytest.approx(missing, abs=1e-9)]
    assert found.rows("only_theirs")[["region", "theirs"]].to_numpy().tolist() == [
        ["Mars", 1_000.5]
    ]
    assert found.counts()["differing"] == 0


def test_pieces_are_compared_like_money(demo):
    pieces = demo.panel(by=["region"], value="quantity").to_frame()
    pieces.loc[3, "value"] += 250
    found = verify(demo, pieces, value="quantity", tolerance=0.0)
    assert "largest difference -250 pieces" in found.verdict()
    assert "最大差异-250件" in found.verdict("zh")


def test_a_panel_and_a_data_set_are_sides_as_well(demo):
    assert verify(demo, demo.panel(by=["region"])).status == "verified"
    earlier = demo.at("2023-12-31")
    found = verify(demo, earlier)
    assert found.status == "verified"
    assert set(found.outside["side"]) == {"ours"}
    assert verify(earlier, demo, by=["region", "product_line", "period"]).status == "verified"


# ---- a result that cannot lie


def test_a_comparison_that_lost_an_amount_refuses_to_exist():
    found = verify(shop(SHOP), ledger(LEDGER))
    fields = {k: getattr(found, k) for k in found.__dataclass_fields__}
    with pytest.raises(ReconciliationError) as error:
        Verification(**{**fields, "cells": found.cells.iloc[1:]})
    assert str(error.value) == (
        "Cells of ours leave +150.0000 of +470.0000.\n"
        "  where: data.verify\n"
        "  fix:   this is a defect or a tampered table: please report it with the input"
    )
    with pytest.raises(ReconciliationError, match=r"^1 cells have a status that their amounts"):
        Verification(**{**fields, "cells": found.cells.replace("only_ours", "matched")})


def test_the_result_keeps_its_own_copy():
    found = verify(shop(SHOP), ledger(LEDGER))
    frame = found.to_frame()
    frame.loc[:, "ours"] = np.inf
    assert found.to_frame()["ours"].sum() == 470.0
