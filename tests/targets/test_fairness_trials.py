"""Growth methods on years that are over, and growth pulled to the units around."""

import numpy as np
import pandas as pd
import pytest
from figures import assert_good_figure
from hypothesis import given, settings
from hypothesis import strategies as st
from yearsales import months_of

import salesanalysis as sa
from salesanalysis.errors import ContractError
from salesanalysis.panel import Panel
from salesanalysis.periods import FiscalCalendar

T = sa.targets


def panel(sales):
    return Panel.of(months_of(sales), by=["region"])


def two():
    """A grew by a half and then stood still, B the other way round."""
    years = {"A": {2020: 100, 2021: 150, 2022: 150}, "B": {2020: 100, 2021: 100, 2022: 150}}
    return panel(years)


# ---- worked by hand


def test_what_was_asked_of_the_wrong_units_is_half_the_differences_of_the_shares() -> None:
    tried = T.try_methods(two(), ["weighted_years"], years=[2022])
    rows = tried.frame.set_index("method")
    # asked: A 150 x 1.5 = 225, B 100; came 150 and 150
    assert rows["target"].round(6).tolist() == [325.0, 250.0]
    assert rows["misplaced_share"].round(9).tolist() == [
        round(abs(225 / 325 - 0.5), 9), 0.1,
    ]  # fmt: skip
    assert rows["total_rate"].round(6).tolist() == [round(300 / 325, 6), 1.2]
    assert tried.headline() == (
        "No method places targets better than last year's sales in 2022: 10.0% of the total is "
        "asked of the wrong units, 19.2% by Weighted years"
    )


def test_half_the_way_to_the_units_around_is_the_middle_of_both_growths() -> None:
    before = panel({"A": {2020: 100, 2021: 150}, "B": {2020: 100, 2021: 100}})
    basis = T.growth(before, year=2022, pull=0.5)
    assert basis.frame["growth"].round(9).tolist() == [0.375, 0.125]
    assert basis.frame["status"].tolist() == ["pulled", "pulled"]
    log = basis.policy_log.query("rule == 'growth_pulled'")[["node", "before", "after"]].round(6)
    assert log.to_numpy().tolist() == [["A", 225.0, 206.25], ["B", 100.0, 112.5]]
    assert basis.formulas()["note"].iloc[0] == (
        "150 CNY x (1 +37.5%) = 206 CNY, own growth +50.0% moved 50.0% of the way to the +25.0% "
        "around it"
    )


def test_sales_of_units_nobody_knew_before_are_counted_and_told() -> None:
    late = panel({"A": {2021: 100, 2022: 100}, "B": {2021: 100, 2022: 100}, "New": {2022: 50}})
    tried = T.try_methods(late, ["weighted_years"], years=1)
    assert tried.frame["untargeted_amount"].round(6).tolist() == [50.0, 50.0]
    assert tried.frame["misplaced_share"].round(6).tolist() == [0.2, 0.2]
    assert tried.explain().splitlines()[-1] == (
        "Units that were not there before their year sold 50 CNY, 20.0% of all: no method could "
        "have given them a target."
    )


# ---- invariants


@settings(max_examples=4)
@given(st.floats(0, 1), st.integers(0, 99))
def test_a_pull_lies_between_own_growth_and_the_growth_around_and_keeps_the_whole(
    pull, seed
) -> None:
    rng = np.random.default_rng(seed)
    sales = {
        n: {2021: v, 2022: v * rng.uniform(0.7, 1.6)}
        for n, v in [*zip("ABC", (50, 90, 70), strict=True)]
    }
    own, moved, all_the_way = (
        T.growth(panel(sales), year=2023, pull=p).frame["growth"] for p in (0.0, pull, 1.0)
    )
    assert all_the_way.to_numpy() == pytest.approx(all_the_way.iloc[0])
    low, high = np.minimum(own, all_the_way), np.maximum(own, all_the_way)
    assert ((moved >= low - 1e-12) & (moved <= high + 1e-12)).all()


# ---- planted truth


def test_where_growth_is_luck_half_the_way_is_nearer_than_the_units_own() -> None:
    rng = np.random.default_rng(3)
    luck = np.exp(rng.normal(0.05, 0.15, (40, 6)))
    sales = {
        f"R{i:02d}": dict(zip(range(2016, 2023), np.cumprod([100.0, *row]), strict=True))
        for i, row in enumerate(luck)
    }
    methods = {
        "own": {"method": "weighted_years"},
        "half": {"method": "weighted_years", "pull": 0.5},
    }
    overall = T.try_methods(panel(sales), methods, years=1).overall().set_index("method")
    own, half = (overall["misplaced_share"][m] for m in ("own", "half"))
    assert half < 0.9 * own


# ---- other people's histories


@pytest.fixture(scope="module")
def reseller(request):
    folder = request.getfixturevalue("adventureworks")
    lines = pd.read_csv(folder / "monthly_sales.csv.gz", parse_dates=["month"])
    wide = lines.astype({"salesperson_id": "str"}).pivot_table(
        index="salesperson_id", columns="month", values="revenue", aggfunc="sum"
    )
    wide = wide.where(wide.notna(), wide.ffill(axis=1) * 0)
    long = wide.stack().dropna().rename("value").reset_index()  # noqa: PD013
    frame = long.rename(columns={"month": "period"})
    return Panel.of(
        frame, by=["salesperson_id"], calendar=FiscalCalendar(7), currency="USD",
        closed_through="2020-06-01",
    )  # fmt: skip


def test_adventureworks_last_year_would_have_placed_targets_better_than_growth(reseller) -> None:
    tried = T.try_methods(reseller, ["weighted_years", "robust"], years=[2019, 2020])
    best = tried.overall()
    assert best["method"].iloc[0] == "last_year"
    assert round(float(best["misplaced_share"].iloc[0]), 3) == 0.260
    sold = tried.frame.drop_duplicates("year").set_index("year")["actual"].round(2)
    assert sold.to_dict() == {2019: 27921670.52, 2020: 36240484.70}


def test_australian_retail_is_placed_better_half_way_than_by_own_growth(adventureworks) -> None:
    path = adventureworks.parent / "forecast" / "aus_retail.csv.gz"
    if not path.is_file():
        pytest.skip("trial data is not there")
    rows = pd.read_csv(path).query("level == 'industry' and period >= '2009-01'")
    rows = rows.assign(period=pd.to_datetime(rows["period"]))
    sums = rows.groupby(["industry", "period"], as_index=False)["value"].sum()
    methods = {"weighted_years": {}, "half_way": {"method": "weighted_years", "pull": 0.5}}
    tried = T.try_methods(Panel.of(sums, by=["industry"], currency="AUD"), methods)
    overall = tried.overall().set_index("method")
    half = overall.loc["half_way"]
    assert (half["misplaced_share"] < overall["misplaced_share"].drop("half_way")).all()
    assert (half["spread_pp"] < overall["spread_pp"].drop("half_way")).all()
    assert tried.headline().startswith(
        "Half way to the units around places targets best in 2016 – 2018:"
    )


# ---- words and pictures


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_trials_are_drawn_and_told(lang) -> None:
    tried = T.try_methods(two(), {"none": {"method": "constant", "rate": 0.0}}, years=1)
    assert_good_figure(tried.plot(lang=lang))
    assert len(tried.explain(lang).splitlines()) == 4
    assert tried.table(lang).shown().shape == (2, 12)


# ---- refusals


def refusal(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


def test_years_without_a_year_before_and_bare_names_are_refused() -> None:
    assert refusal(lambda: T.try_methods(two(), years=[2020])) == (
        "The year 2020 is not over, or has no complete year before it.\n"
        "  where: try_methods(years=[2020]), years that can be tried: [2021, 2022]\n"
        "  fix:   write years=[2021, 2022]"
    )
    assert refusal(lambda: T.try_methods(panel({"A": {2020: 1}, "B": {2020: 1}}))) == (
        "No year is over that has a complete year before it.\n"
        "  where: try_methods(years=3), years that can be tried: []\n"
        "  fix:   use a longer history"
    )
    assert refusal(lambda: T.try_methods(two(), "cagr")) == (
        "methods must be names or a mapping of names to options, got 'cagr'.\n"
        "  where: try_methods(methods=...)\n"
        '  fix:   write ["weighted_years", "cagr"]'
    )


def test_one_unit_alone_and_a_pull_beyond_the_whole_way_are_refused() -> None:
    alone = two().roll_up([])
    assert refusal(lambda: T.try_methods(alone)) == (
        "One unit alone has no shares to compare.\n"
        "  where: try_methods(panel)\n"
        '  fix:   use a panel with levels, such as data.panel(by=["region"])'
    )
    assert refusal(lambda: T.growth(two(), year=2023, pull=50)) == (
        "pull must be 0 to 1, got 50.\n"
        "  where: growth(pull=...)\n"
        "  fix:   write 0.5 for half the way"
    )
