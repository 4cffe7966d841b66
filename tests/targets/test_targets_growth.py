"""Growth per unit: worked numbers, invariants, outside cases, refusals."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import salesanalysis as sa
from salesanalysis import strictyaml
from salesanalysis.errors import ContractError, ReconciliationError
from salesanalysis.periods import FiscalCalendar

CASES = strictyaml.read(Path(__file__).parents[1] / "reference" / "targets_cases.yaml").data[
    "cases"
]


def history(sales: dict, *, first="2020-01-01", last="2024-03-01", calendar=None) -> sa.Panel:
    """Panel from {unit: {year: yearly sales}}, spread evenly; a unit starts with its first year."""
    calendar = calendar or FiscalCalendar()
    rows = [(unit, year, value) for unit, years in sales.items() for year, value in years.items()]
    months = {year: calendar.months(year).to_numpy() for year in {year for _, year, _ in rows}}
    frame = pd.DataFrame(
        {
            "region": np.repeat([unit for unit, _, _ in rows], 12),
            "period": np.concatenate([months[year] for _, year, _ in rows]),
            "value": np.repeat([value / 12 for _, _, value in rows], 12),
        }
    )
    frame = frame[(frame["period"] >= first) & (frame["period"] <= last)]
    return sa.Panel.of(frame, by=["region"], closed_through=last, calendar=calendar)


def row(basis: sa.targets.Basis, unit: str) -> dict:
    frame = basis.to_frame()
    return frame[frame["region"] == unit].iloc[0].to_dict()


# ---- worked by hand


def test_growth_is_half_the_newest_a_third_nearly_the_one_before_and_a_fifth_the_oldest() -> None:
    basis = sa.targets.growth(
        history({"East": {2020: 100.0, 2021: 110.0, 2022: 115.5, 2023: 127.05}}), year=2024
    )
    east = row(basis, "East")
    assert east["growth"] == pytest.approx(0.5 * 0.10 + 0.3 * 0.05 + 0.2 * 0.10)
    assert east["base"] == pytest.approx(127.05)
    assert east["value"] == pytest.approx(127.05 * 1.085)
    assert (east["n_years"], east["status"], east["reason"]) == (3, "ok", "full_years")


def test_two_growths_share_the_weights_and_say_so() -> None:
    east = row(
        sa.targets.growth(history({"East": {2021: 100.0, 2022: 110.0, 2023: 132.0}}), year=2024),
        "East",
    )
    assert east["growth"] == pytest.approx((0.5 * 0.20 + 0.3 * 0.10) / 0.8)
    assert (east["n_years"], east["status"], east["reason"]) == (2, "few_years", "fewer_years")


def test_a_unit_with_one_complete_year_borrows_the_pooled_growth_of_the_others() -> None:
    panel = history(
        {
            "East": {2022: 100.0, 2023: 120.0},
            "West": {2022: 300.0, 2023: 320.0},
            "New": {2023: 50.0},
        }
    )
    new = row(sa.targets.growth(panel, year=2024), "New")
    assert new["growth"] == pytest.approx(440 / 400 - 1)
    assert (new["n_years"], new["status"], new["reason"]) == (0, "borrowed", "one_year")


def test_growth_is_borrowed_from_the_closest_parent_that_knows_one() -> None:
    months = pd.date_range("2022-01-01", "2023-12-01", freq="MS")
    rows = [
        ("East", "A", 100.0, 150.0), ("East", "B", None, 60.0), ("West", "A", 100.0, 100.0), ("West", "B", None, 10.0),
    ]  # fmt: skip
    frames = []
    for region, line, before, base in rows:
        values = [(before or 0.0) / 12] * 12 + [base / 12] * 12
        frame = pd.DataFrame(
            {"region": region, "product_line": line, "period": months, "value": values}
        )
        frames.append(frame if before else frame[12:])
    panel = sa.Panel.of(pd.concat(frames), by=["region", "product_line"])
    frame = sa.targets.growth(panel, year=2024).to_frame().set_index(["region", "product_line"])
    assert frame.loc[("East", "B"), "growth"] == pytest.approx(0.5)
    assert frame.loc[("West", "B"), "growth"] == pytest.approx(0.0)


def test_a_unit_that_opened_inside_the_base_year_is_new_business_with_nothing_proposed() -> None:
    panel = history(
        {"East": {2022: 100.0, 2023: 110.0}, "New": {2023: 24.0, 2024: 24.0}}, first="2022-01-01"
    )
    frame = panel.to_frame()
    panel = sa.Panel.of(
        frame[(frame["region"] != "New") | (frame["period"] >= "2023-07-01")], by=["region"]
    )
    basis = sa.targets.growth(panel, year=2024)
    new = row(basis, "New")
    assert (new["base"], new["value"], new["status"], new["reason"]) == (
        0.0,
        0.0,
        "new_business",
        "part_year",
    )
    assert np.isnan(new["growth"])
    assert new["left_out_amount"] == pytest.approx(12.0)
    # the company keeps the sales of its newcomers: 110 + 12, both at +10 %
    assert basis.total() == pytest.approx(122 * 1.1)
    assert "no base of their own; their 12 CNY of 2023 count for the units above" in basis.explain()


def test_no_sales_in_the_base_year_is_a_true_zero_and_not_a_new_business() -> None:
    panel = history({"East": {2022: 100.0, 2023: 110.0}, "Shut": {2022: 50.0, 2023: 0.0}})
    shut = row(sa.targets.growth(panel, year=2024), "Shut")
    assert (shut["status"], shut["reason"], shut["value"]) == ("zero_base", "no_sales", 0.0)


def test_a_unit_that_closed_in_the_base_year_keeps_the_months_it_sold_as_its_base() -> None:
    frame = history(
        {"East": {2022: 100.0, 2023: 120.0}, "Left": {2022: 120.0, 2023: 120.0}}
    ).to_frame()
    frame = frame[(frame["region"] != "Left") | (frame["period"] < "2023-07-01")]
    left = row(
        sa.targets.growth(
            sa.Panel.of(frame, by=["region"], closed_through="2024-03-01"), year=2024
        ),
        "Left",
    )
    assert left["base"] == pytest.approx(60.0)
    assert left["growth"] == pytest.approx(-0.5)


def test_net_returns_give_no_base_and_are_kept_apart() -> None:
    panel = history({"East": {2022: 100.0, 2023: 110.0}, "Odd": {2022: 10.0, 2023: -6.0}})
    basis = sa.targets.growth(panel, year=2024)
    odd = row(basis, "Odd")
    assert (odd["base"], odd["value"], odd["status"]) == (0.0, 0.0, "negative_base")
    assert odd["left_out_amount"] == pytest.approx(-6.0)
    assert basis.sold == pytest.approx(104.0)


def test_growth_above_three_hundred_percent_is_not_believed_unless_allowed() -> None:
    panel = history({"East": {2022: 100.0, 2023: 110.0}, "Tiny": {2022: 1.0, 2023: 10.0}})
    tiny = row(sa.targets.growth(panel, year=2024), "Tiny")
    assert (tiny["status"], tiny["reason"]) == ("borrowed", "too_large")
    assert tiny["growth"] == pytest.approx(0.10)
    assert row(sa.targets.growth(panel, year=2024, allow_large=True), "Tiny")[
        "growth"
    ] == pytest.approx(9.0)


def test_a_cap_holds_growth_either_way_and_says_so() -> None:
    panel = history({"Up": {2022: 100.0, 2023: 190.0}, "Down": {2022: 100.0, 2023: 40.0}})
    basis = sa.targets.growth(panel, year=2024, cap=0.30)
    assert row(basis, "Up")["growth"] == pytest.approx(0.30)
    assert row(basis, "Down")["growth"] == pytest.approx(-0.30)
    assert row(basis, "Up")["status"] == "capped"


def test_where_nobody_has_two_years_the_base_is_kept() -> None:
    east = row(sa.targets.growth(history({"East": {2023: 120.0}}), year=2024), "East")
    assert (east["growth"], east["value"], east["status"]) == (0.0, 120.0, "flat")


def test_constant_growth_is_the_same_rate_for_everybody_with_a_base() -> None:
    panel = history({"East": {2023: 120.0}, "West": {2022: 50.0, 2023: 80.0}})
    basis = sa.targets.growth(panel, "constant", rate=0.30, year=2024)
    assert basis.to_frame()["value"].tolist() == pytest.approx([156.0, 104.0])
    assert "growth is +30.0% for every unit" in basis.explain()


def test_a_fiscal_year_from_july_is_complete_in_june() -> None:
    july = FiscalCalendar(7)
    panel = history(
        {"East": {2018: 100.0, 2019: 120.0}}, first="2017-07-01", last="2020-03-01", calendar=july
    )
    basis = sa.targets.growth(panel, year=2020)
    assert row(basis, "East")["base"] == pytest.approx(120.0)
    assert basis.headline() == "Proposed for FY2020: 144 CNY, +20.0% on the 120 CNY of FY2019"
    assert basis.headline("zh") == "2020财年建议值144元，较2019财年的120元+20.0%"


def test_the_company_alone_can_be_planned() -> None:
    panel = history({"East": {2022: 100.0, 2023: 120.0}}).roll_up([])
    basis = sa.targets.growth(panel, year=2024)
    assert basis.total() == pytest.approx(144.0)
    assert "Company: base 120 CNY" in basis.explain()


def test_reasons_come_largest_first_in_both_languages() -> None:
    panel = history({"East": {2022: 100.0, 2023: 120.0}, "West": {2022: 300.0, 2023: 330.0}})
    basis = sa.targets.growth(panel, year=2024)
    assert basis.reasons()["region"].tolist() == ["West", "East"]
    assert basis.reasons("zh")["note"].iloc[0] == (
        "West：基数330元，增长率+10.0%，建议值363元；完整年份少于权重个数，权重在现有年份之间重新分配。"
    )


# ---- invariants

YEARS = st.lists(st.floats(1.0, 1e8), min_size=2, max_size=4)


@settings(max_examples=12)
@given(st.lists(YEARS, min_size=1, max_size=6), st.integers(0, 10**6))
def test_order_of_rows_changes_nothing_and_growth_never_stands_empty_without_a_reason(
    units, seed
) -> None:
    sales = {f"U{i}": {2024 - len(v) + k: x for k, x in enumerate(v)} for i, v in enumerate(units)}
    panel = history(sales)
    shuffled = sa.Panel.of(
        panel.to_frame().sample(frac=1, random_state=seed),
        by=["region"],
        closed_through="2024-03-01",
    )
    a, b = (sa.targets.growth(p, year=2024).to_frame() for p in (panel, shuffled))
    pd.testing.assert_frame_equal(a, b)
    assert (
        a["growth"].notna() | a["status"].isin(["new_business", "zero_base", "negative_base"])
    ).all()
    assert (a["value"] >= 0).all()


@settings(max_examples=12)
@given(st.lists(YEARS, min_size=1, max_size=5), st.sampled_from([0.5, 2.0, 1024.0]))
def test_a_currency_worth_half_as_much_doubles_every_proposal(units, factor) -> None:
    sales = {f"U{i}": {2024 - len(v) + k: x for k, x in enumerate(v)} for i, v in enumerate(units)}
    scaled = {u: {y: x * factor for y, x in v.items()} for u, v in sales.items()}
    a = sa.targets.growth(history(sales), year=2024).to_frame()
    b = sa.targets.growth(history(scaled), year=2024).to_frame()
    np.testing.assert_allclose(b["value"], a["value"] * factor)
    np.testing.assert_allclose(b["growth"], a["growth"])


@settings(max_examples=12)
@given(st.lists(st.floats(1.0, 1e6), min_size=3, max_size=3))
def test_the_months_of_an_open_year_never_move_the_basis(open_months) -> None:
    sales = {"East": {2022: 100.0, 2023: 120.0}}
    closed = history(sales, last="2023-12-01").to_frame()
    later = pd.DataFrame(
        {
            "region": "East",
            "period": pd.date_range("2024-01-01", periods=3, freq="MS"),
            "value": open_months,
        }
    )
    more = sa.Panel.of(pd.concat([closed, later]), by=["region"])
    a = sa.targets.growth(sa.Panel.of(closed, by=["region"]), year=2024).to_frame()
    pd.testing.assert_frame_equal(a, sa.targets.growth(more, year=2024).to_frame())


# ---- planted truth


def test_a_planted_season_is_found_and_pulled_towards_the_company() -> None:
    shape = np.array([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 13.0]) / 24
    months = pd.date_range("2022-01-01", "2023-12-01", freq="MS")
    east = pd.DataFrame({"region": "East", "period": months, "value": np.tile(shape, 2) * 1200})
    west = pd.DataFrame({"region": "West", "period": months, "value": 100.0})
    season = sa.targets.growth(
        sa.Panel.of(pd.concat([east, west]), by=["region"]), year=2024
    ).season
    december = season[season["month"] == 12].set_index("region")["share"]
    company = (shape[11] + 1 / 12) / 2
    assert december[""] == pytest.approx(company)
    # two years of its own count half
    assert december["East"] == pytest.approx((shape[11] + company) / 2)
    sums = season.groupby("region")["share"].sum()
    assert sums.tolist() == pytest.approx([1.0, 1.0, 1.0])


# ---- outside reference


@pytest.mark.parametrize("case", [c for c in CASES if c["kind"] == "growth"], ids=lambda c: c["id"])
def test_growth_agrees_with_the_outside_case(case) -> None:
    series = case["inputs"]["series"]
    panel = history({"X": {2024 - len(series) + k: v for k, v in enumerate(series)}})
    basis = sa.targets.growth(panel, year=2024, weights=case["inputs"]["weights"])
    assert row(basis, "X")["growth"] == pytest.approx(case["expected"], abs=case["tolerance"])


@pytest.mark.parametrize("case", [c for c in CASES if c["kind"] == "rate"], ids=lambda c: c["id"])
def test_a_rate_agrees_with_the_outside_case(case) -> None:
    panel = history({"X": {2023: case["inputs"]["last"]}})
    basis = sa.targets.growth(panel, "constant", rate=case["inputs"]["rate"], year=2024)
    assert basis.total() == pytest.approx(case["expected"], abs=case["tolerance"])


# ---- refusals

PANEL = history({"East": {2022: 100.0, 2023: 120.0}})


def refusal(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


def test_a_misspelt_method_is_named_with_the_nearest() -> None:
    assert refusal(lambda: sa.targets.growth(PANEL, "weigthed_years", year=2024)) == (
        "'weigthed_years' is not a growth method here; known: weighted_years, weighted3, moving3, constant, cagr, robust, "
        "damped, trend_season, potential, index, untapped, forecast, regression, market_share, blend.\n"
        "  where: growth(method=...)\n"
        "  fix:   write 'weighted_years'"
    )


def test_growth_is_never_annualised_from_part_of_a_year() -> None:
    assert refusal(lambda: sa.targets.growth(PANEL, year=2025)) == (
        "The base year 2024 has 3 of 12 closed months.\n"
        "  where: growth(year=2025), data closed through Mar 2024\n"
        "  fix:   write year=2024: growth is never worked out from part of a year"
    )


def test_thirty_percent_written_as_thirty_is_refused() -> None:
    assert refusal(lambda: sa.targets.growth(PANEL, "constant", rate=30, year=2024)) == (
        "rate must be at least -1 and at most 3, got 30.\n"
        "  where: growth(rate=...)\n"
        "  fix:   write 30 % as 0.30; growth above 300 % needs allow_large=True"
    )
    assert refusal(lambda: sa.targets.growth(PANEL, cap=30, year=2024)) == (
        "cap must be above 0 and at most 3, got 30.\n"
        "  where: growth(cap=...)\n"
        "  fix:   write 30 % as 0.30; growth above 300 % needs allow_large=True"
    )
    assert "got nan" in refusal(
        lambda: sa.targets.growth(PANEL, "constant", rate=float("nan"), year=2024)
    )


def test_weights_that_do_not_add_up_to_one_are_refused_with_their_sum() -> None:
    assert refusal(lambda: sa.targets.growth(PANEL, year=2024, weights=(0.5, 0.3, 0.3))) == (
        "weights must be zero or more and add up to 1, got (0.5, 0.3, 0.3), sum 1.1.\n"
        "  where: growth(weights=...)\n"
        "  fix:   write (0.5, 0.3, 0.2), newest growth first"
    )


def test_a_rate_belongs_to_constant_growth_and_constant_growth_needs_one() -> None:
    assert refusal(lambda: sa.targets.growth(PANEL, "constant", year=2024)) == (
        "Method 'constant' needs a rate.\n  where: growth(rate=...)\n  fix:   write rate=0.30"
    )
    assert refusal(lambda: sa.targets.growth(PANEL, rate=0.1, year=2024)) == (
        "Method 'weighted_years' takes no rate.\n"
        "  where: growth(rate=...)\n"
        '  fix:   write method="constant", or leave rate out'
    )


def test_a_tampered_proposal_cannot_become_a_basis() -> None:
    from dataclasses import replace

    basis = sa.targets.growth(PANEL, year=2024)
    with pytest.raises(ReconciliationError) as caught:
        replace(basis, frame=basis.to_frame().assign(value=1.0))
    assert str(caught.value) == (
        "1 of 1 proposed values are not base x (1 + growth).\n"
        "  where: basis, first rows [0], see .rows\n"
        "  fix:   this is a defect or a tampered table: please report it with the input"
    )
    with pytest.raises(ReconciliationError, match=r"Bases and sales left out leave -20\.00 of"):
        replace(basis, sold=100.0)
