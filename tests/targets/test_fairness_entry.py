"""Keyed-in errors: what was typed wrongly is found, what is only unusual is left alone."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import salesanalysis as sa
from salesanalysis.errors import ContractError

find = sa.targets.find_entry_errors


def months_of(values, name="Li", start="2024-01-01") -> pd.DataFrame:
    periods = pd.date_range(start, periods=len(values), freq="MS")
    return pd.DataFrame({"salesperson": name, "period": periods, "value": values})


def kinds(found) -> list[str]:
    return found.to_frame()["kind"].tolist()


def test_a_value_ten_times_its_neighbours_is_named_with_what_was_meant() -> None:
    found = find(months_of([500.0, 520, 480, 5_000, 510, 530, 490]), by=["salesperson"])
    row = found.to_frame().iloc[0]
    assert (row["kind"], row["expected_amount"], row["proposed_amount"]) == (
        "factor_of_ten", 505.0, 500.0,
    )  # fmt: skip
    assert found.explain().splitlines()[:2] == [
        "1 of 7 targets look mistyped",
        "Li, Apr 2024: 5.0k CNY where 505 CNY is expected; factor of ten; probably meant: 500 CNY.",
    ]
    assert found.headline("zh") == "7个目标中有1个疑似录入错误"


def test_a_fifth_of_its_neighbours_is_flagged_but_no_factor_of_ten() -> None:
    assert kinds(find(months_of([500.0, 500, 500, 100, 500, 500, 500]), by=["salesperson"])) == [
        "outlying"
    ]


def test_a_quarter_of_its_neighbours_is_nothing() -> None:
    found = find(months_of([500.0, 500, 500, 125, 500, 500, 500]), by=["salesperson"])
    assert kinds(found) == []
    assert found.headline() == "None of 7 targets looks mistyped"


def test_fewer_than_three_neighbours_are_not_compared_and_counted() -> None:
    found = find(months_of([500.0, 5_000, 500]), by=["salesperson"])
    assert kinds(found) == []
    assert "3 rows have fewer than three neighbours" in found.explain()


def test_an_empty_month_is_not_a_zero() -> None:
    base = [500.0, 510, 520, 500, 510, 520, 500]
    missing, zero = (months_of([*base[:3], v, *base[4:]]) for v in (np.nan, 0.0))
    assert kinds(find(missing, by=["salesperson"])) == []
    assert kinds(find(zero, by=["salesperson"])) == ["lone_zero"]


def test_a_row_that_is_there_twice_is_named_once_and_the_other_value_too() -> None:
    table = months_of([500.0, 510, 520, 500, 510, 520, 500])
    again = pd.concat([table, table.iloc[[2]], table.iloc[[4]].assign(value=700.0)])
    assert kinds(find(again, by=["salesperson"])) == ["repeated_row", "conflicting_row"]


def test_five_months_in_ten_thousands_are_one_mix_of_units_without_neighbours_flagged() -> None:
    values = np.arange(24.0) * 1_000 + 500_000
    values[8:13] /= 10_000
    found = find(months_of(values), by=["salesperson"])
    assert kinds(found) == ["unit_mix"] * 5
    assert found.to_frame()["proposed_amount"].tolist() == pd.Series(values[8:13] * 1e4).tolist()


def test_a_person_in_thousands_among_people_in_yuan_is_a_mix_of_units() -> None:
    people = [months_of([k * 1e5 + m for m in range(6)], name=f"P{k}") for k in range(1, 6)]
    odd = months_of([300.0 + m for m in range(6)], name="Odd")
    found = find(pd.concat([*people, odd]), by=["salesperson"]).to_frame()
    assert set(found["salesperson"]) == {"Odd"}
    assert set(found["kind"]) == {"unit_mix"}


def test_a_parent_in_another_unit_than_the_sum_of_its_children_is_named() -> None:
    child = pd.concat(
        months_of([100.0 + m, 110, 120, 130], name=n).assign(region="East")
        for m, n in enumerate("AB")
    )
    total = child.groupby("period", as_index=False)["value"].sum()
    wrong = total.assign(region="East", salesperson="", value=total["value"] / 10_000)
    found = find(pd.concat([child, wrong]), by=["region", "salesperson"]).to_frame()
    assert set(found["kind"]) == {"parent_factor"}
    assert found["proposed_amount"].tolist() == total["value"].tolist()
    right = total.assign(region="East", salesperson="", value=total["value"] * 1.1)
    assert kinds(find(pd.concat([child, right]), by=["region", "salesperson"])) == []


def test_a_row_that_repeats_the_sum_of_the_others_is_a_total_among_its_parts() -> None:
    rng = np.random.default_rng(5)
    people = pd.concat(months_of(rng.integers(100, 200, 6) * 1.0, name=n) for n in "ABC")
    total = people.groupby("period", as_index=False)["value"].sum().assign(salesperson="All")
    found = find(pd.concat([people, total]), by=["salesperson"])
    assert set(found.to_frame()["salesperson"]) == {"All"}
    assert found.headline() == (
        "None of 24 targets looks mistyped; units that repeat the sum of others: 1"
    )


def test_a_year_copied_from_the_one_before_is_named_a_round_figure_every_month_is_not() -> None:
    first = [512.0, 534, 498, 601, 577, 640, 655, 602, 588, 571, 560, 530]
    assert set(kinds(find(months_of([*first, *first]), by=["salesperson"]))) == {"copied_year"}
    assert kinds(find(months_of([5e5] * 24), by=["salesperson"])) == []


def test_a_year_split_into_equal_parts_is_not_copied_forward() -> None:
    shares = pd.DataFrame({"region": [f"R{k}" for k in range(40)], "value": range(1, 41)})
    plan = sa.targets.cascade(9_999_999, shares, levels=["region"], year=2024, months="equal")
    assert kinds(find(plan.frame, by=["region"])) == []


def test_a_month_in_which_everybody_sells_six_times_as_much_is_a_season() -> None:
    season = np.ones(24)
    season[[11, 23]] = 6.0
    table = pd.concat(months_of(season * (400 + k), name=f"P{k}") for k in range(5))
    found = find(table, by=["salesperson"])
    assert kinds(found) == []
    assert found.n_seasonal == 10
    assert "10 cells stand out together with most of their month: a season" in found.explain()


def simulated(seed: int, noise: float):
    """Forty people, three years, a season; errors planted with their truth."""
    rng = np.random.default_rng(seed)
    season = 1 + 0.5 * np.sin(2 * np.pi * np.arange(36) / 12)
    level = rng.lognormal(12, 0.8, (40, 1))
    values = np.round(level * season * np.exp(rng.normal(0, noise, (40, 36))))
    names = [f"P{k:02d}" for k in range(40)]
    truth = np.zeros((40, 36), dtype=bool)
    for person in range(40):
        at = int(rng.integers(0, 30))
        what = rng.choice(["times ten", "a tenth", "unit", "copied", "nothing", "nothing"])
        cells = {"unit": slice(at, at + 5), "copied": slice(at + 1, at + 5)}.get(
            what, slice(at, at + 1)
        )
        factor = {"times ten": 10.0, "a tenth": 0.1, "unit": 1e-4}.get(what, 1.0)
        values[person, cells] = (
            values[person, at] if what == "copied" else values[person, cells] * factor
        )
        truth[person, cells] = what != "nothing"
    periods = pd.date_range("2022-01-01", periods=36, freq="MS")
    table = pd.DataFrame(
        {
            "salesperson": np.repeat(names, 36),
            "period": np.tile(periods, 40),
            "value": values.ravel(),
        }
    )
    return table, truth.ravel()


@pytest.mark.parametrize(("noise", "least"), [(0.1, 0.99), (0.25, 0.97), (0.4, 0.90)])
def test_planted_errors_are_found_with_few_false_alarms(noise, least) -> None:
    hits = false = missed = 0
    for seed in range(3):
        table, truth = simulated(seed, noise)
        found = find(table, by=["salesperson"]).to_frame()
        flagged = table.merge(found, on=["salesperson", "period"], how="left")["kind"].notna()
        hits += int((flagged & truth).sum())
        false += int((flagged & ~truth).sum())
        missed += int((~flagged & truth).sum())
    assert hits / (hits + false) >= least
    assert hits / (hits + missed) >= 0.93


@settings(max_examples=5)
@given(st.integers(-3, 5), st.integers(0, 1_000))
def test_neither_the_unit_of_money_nor_the_order_of_rows_changes_what_is_found(power, seed) -> None:
    table, _ = simulated(3, 0.25)
    order = np.random.default_rng(seed).permutation(len(table))
    plain = find(table, by=["salesperson"]).to_frame()
    # powers of two are exact: nothing is rounded differently
    scaled = table.iloc[order].assign(value=table["value"] * 2.0**power)
    other = find(scaled, by=["salesperson"])
    columns = ["salesperson", "period", "kind"]
    assert other.to_frame()[columns].equals(plain[columns])


@pytest.fixture
def typed(adventureworks) -> pd.DataFrame:
    """The monthly targets of AdventureWorks, up to March 2020."""
    table = pd.read_csv(
        adventureworks / "targets_monthly.csv",
        parse_dates=["month"],
        dtype={"salesperson_id": "str"},
    )
    names = {"salesperson_id": "salesperson", "month": "period", "target": "value"}
    table = table.rename(columns=names)
    return table[table["period"] <= "2020-03-01"]


def test_the_monthly_targets_of_adventureworks_hold_exactly_seven_typing_errors(typed) -> None:
    found = find(typed, by=["salesperson"], currency="USD")
    frame = found.to_frame()
    assert found.n_rows == 485
    assert [(r.salesperson, f"{r.period:%Y-%m}", r.value, r.kind) for r in frame.itertuples()] == [
        ("272", "2019-06", 200_000.0, "factor_of_ten"),
        ("277", "2019-09", 30_000_000.0, "factor_of_ten"),
        ("282", "2018-01", 100_000.0, "outlying"),
        ("287", "2019-08", 9_000_000.0, "factor_of_ten"),
        ("291", "2020-01", 50_000.0, "factor_of_ten"),
        ("292", "2019-08", 700_000.0, "factor_of_ten"),
        ("296", "2020-02", 10_000.0, "factor_of_ten"),
    ]
    assert frame.loc[2, "times"] == 0.2


def test_the_targets_of_the_vice_president_repeat_those_of_his_managers(
    typed, adventureworks
) -> None:
    people = pd.read_csv(adventureworks / "salespeople.csv", dtype="str")
    links = people.rename(columns={"salesperson_id": "node", "manager_id": "parent"})
    links = links.dropna(subset="parent")
    frame = find(typed, by=["salesperson"], reports_to=links).to_frame()
    sums = frame[frame["kind"] == "roll_up"]
    assert set(sums["salesperson"]) == {"277"}
    assert len(frame) - len(sums) == 7


def refusal(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


def test_text_among_the_targets_is_refused_with_its_rows() -> None:
    table = months_of([500.0, 510, 520]).astype({"value": "object"})
    table.loc[1, "value"] = "5,000"
    assert refusal(lambda: find(table, by=["salesperson"])) == (
        "1 of 3 rows of targets: 'value' is text or infinite.\n"
        "  where: first rows [1], see .rows\n"
        "  fix:   read the column as numbers first; leave what was not entered empty"
    )


def test_a_limit_of_one_is_refused() -> None:
    assert refusal(lambda: find(months_of([1.0]), by=["salesperson"], times=1)) == (
        "times must be above 1 and window at least 2, got 1 and 3.\n"
        "  where: find_entry_errors(times=..., window=...)\n"
        "  fix:   write times=5, window=3"
    )


def test_a_misspelt_column_is_named() -> None:
    table = months_of([1.0]).rename(columns={"value": "valeu"})
    assert refusal(lambda: find(table, by=["salesperson"])) == (
        "targets has no column 'value'.\n"
        "  where: targets columns are ['salesperson', 'period', 'valeu']\n"
        "  fix:   rename 'valeu' to 'value'"
    )
