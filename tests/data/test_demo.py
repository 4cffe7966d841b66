"""The demo company: the figures planners know, to the cent, and the same bytes for a seed."""

import os
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from salesanalysis import schema
from salesanalysis.data.demo import CAUSES, DemoCompany, generate
from salesanalysis.data.demo.timeline import FIRST, dates_of, day_of, pick, stream
from salesanalysis.errors import ContractError
from salesanalysis.money import cents_of
from salesanalysis.periods import working_days
from salesanalysis.rounding import largest_remainder

MONTHS_2024 = pd.date_range("2024-01-01", periods=12, freq="MS")


@pytest.fixture(scope="module")
def demo() -> DemoCompany:
    return generate()


@pytest.fixture(scope="module")
def sales(demo) -> pd.DataFrame:
    return demo.tables["sales"].assign(cents=cents_of(demo.tables["sales"]["revenue"]))


def between(sales: pd.DataFrame, first: str, last: str) -> pd.DataFrame:
    return sales[sales["date"].between(first, last)]


# 1. worked by hand


def test_sales_of_2023_are_one_hundred_million_to_the_cent(sales) -> None:
    assert between(sales, "2023-01-01", "2023-12-31")["cents"].sum() == 100_000_000_00


def test_the_east_stands_at_exactly_85_percent_of_its_working_day_target(sales) -> None:
    """Specification of the targets, section 14.2, and of the tracking, section 15."""
    days = working_days(MONTHS_2024)
    months = largest_remainder(52_000_000, days.tolist(), list(range(12)))
    assert sum(months[:3]) == 12_637_451
    actual = between(sales, "2024-01-01", "2024-03-31").query("region == 'East'")["cents"].sum()
    assert actual == 10_741_833_35
    assert Fraction(int(actual), 12_637_451_00) == Fraction(85, 100)
    assert round(actual / 100 - 12_637_451, 2) == -1_895_617.65


def test_thirty_percent_more_is_130_million_and_forty_percent_of_it_is_the_easts(demo) -> None:
    given = demo.tables["targets"]
    year = given[(given["metric"] == "sales") & (given["span"] == "year")]
    values = year.set_index(["region", "salesperson"])["value"]
    assert values.to_dict() == {
        ("", ""): 130_000_000.0,
        ("East", ""): 52_000_000.0,
        ("East", "Li Wei"): 8_000_000.0,
    }
    assert year["pinned"].all()
    assert 100_000_000 * 130 // 100 == 130_000_000
    assert 130_000_000 * 40 // 100 == 52_000_000


def test_the_other_given_targets_are_those_of_the_example(demo) -> None:
    given = demo.tables["targets"].query("metric != 'sales'")
    rows = given[["region", "salesperson", "metric", "value", "unit", "span"]].drop_duplicates()
    assert sorted(rows.itertuples(index=False, name=None)) == [
        ("", "", "collection_rate", 0.95, "share", "year"),
        ("East", "Li Wei", "new_customers", 8.0, "customers", "year"),
        ("East", "Li Wei", "visits", 15.0, "visits", "month"),
        ("Key accounts", "", "new_customers", 50.0, "customers", "year"),
    ]
    visits = given[given["metric"] == "visits"]
    assert visits["period"].tolist() == list(MONTHS_2024)


def test_the_sales_manager_holds_ten_key_customers_and_a_few_new_ones(sales) -> None:
    mine = sales[sales["salesperson"] == "Li Wei"]
    before = mine[mine["date"] < "2024-01-01"]
    assert before["customer"].nunique() == 10
    assert set(before["customer_type"]) == {"Key account"}
    new = set(mine["customer"]) - set(before["customer"])
    assert 5 <= len(new) <= 8


def test_the_east_made_its_visits_and_lost_two_proposals_of_five(demo) -> None:
    east = demo.tables["activities"].query("region == 'East'")
    east = between(east, "2024-01-01", "2024-03-31")
    month = east["date"].dt.month
    visits = east.groupby(["salesperson", month])["visits"].sum()
    assert len(visits) == 9 * 3
    assert visits.min() >= 15
    assert east["proposals"].sum() > 50
    assert 5 * east["proposals_accepted"].sum() == 3 * east["proposals"].sum()


def test_the_late_project_is_still_in_the_pipeline_of_the_sales_manager(demo) -> None:
    items = demo.tables["opportunities"].set_index("id")
    project = items.loc["OP-0000"]
    truth = demo.tables["truth"].set_index("cause").loc["late_project"]
    assert project["owner"] == "Li Wei"
    assert project["stage"] == "Negotiation"
    assert pd.isna(project["closed"])
    assert project["amount"] == -truth["amount"] == 1_560_000.0
    assert project["customer"] == truth["customer"]


# 2. invariants


@pytest.mark.parametrize("seed", [0, 7, 4711])
def test_the_given_figures_hold_for_every_seed(seed) -> None:
    sales = generate(seed).tables["sales"]
    cents = pd.Series(cents_of(sales["revenue"]))
    east_q1 = (sales["region"] == "East") & sales["date"].between("2024-01-01", "2024-03-31")
    assert cents[sales["date"].dt.year == 2023].sum() == 100_000_000_00
    assert cents[east_q1].sum() == 10_741_833_35
    assert (sales["discount_amount"] * np.sign(sales["quantity"]) >= 0).all()


DIGEST = """
import hashlib
from salesanalysis.data.demo import generate
def digest(made):
    bytes_ = hashlib.sha256()
    for name, table in made.tables.items():
        bytes_.update(name.encode() + table.to_csv(index=False).encode())
    bytes_.update(repr(made.terms.to_dict()).encode())
    return bytes_.hexdigest()
"""


def test_the_same_seed_gives_the_same_bytes_in_a_process_with_other_hashes(demo) -> None:
    here: dict = {}
    exec(DIGEST, here)
    run = subprocess.run(
        [sys.executable, "-c", DIGEST + "print(digest(generate(2024)))"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONHASHSEED": "77"},
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == here["digest"](demo)


def test_a_second_call_gives_the_same_tables_and_another_seed_others(demo) -> None:
    again, other = generate(2024), generate(2025)
    for name, table in demo.tables.items():
        pd.testing.assert_frame_equal(table, again.tables[name])
        given = name in ("targets", "people")
        assert table.equals(other.tables[name]) == given, name
    assert demo.terms.to_dict() == again.terms.to_dict() != other.terms.to_dict()


def test_one_subjects_random_numbers_do_not_move_anothers() -> None:
    first = stream(5, "customers").random(3)
    stream(5, "weather").random(1_000)
    assert (stream(5, "customers").random(3) == first).all()
    assert (stream(5, "orders").random(3) != first).all()


def test_a_draw_by_weights_comes_close_to_the_weights() -> None:
    weights = np.array([[1.0, 0.0, 3.0], [0.0, 2.0, 0.0]])
    group = np.repeat([0, 1], 20_000)
    drawn = pick(weights, group, np.random.default_rng(1).random(40_000))
    counts = np.bincount(drawn[:20_000], minlength=3)
    assert counts[1] == 0
    # standard error of the share is 0.003
    assert abs(counts[2] / 20_000 - 0.75) < 0.012
    assert set(drawn[20_000:]) == {1}


def test_days_and_dates_are_each_others_way_back() -> None:
    assert day_of(str(FIRST)) == 0
    assert dates_of(np.array([day_of("2024-02-29")])).tolist() == [pd.Timestamp("2024-02-29")]


@pytest.mark.parametrize("name", sorted(set(schema.TABLES) - {"draws"}))  # the forecast's own
def test_every_table_keeps_its_contract(demo, name) -> None:
    assert schema.validate(demo.tables[name], name) is demo.tables[name]


def test_texts_and_numbers_are_never_missing_and_dates_only_where_nothing_happened(demo) -> None:
    missing = {
        (name, column)
        for name, table in demo.tables.items()
        for column in table.columns[table.isna().any()]
    }
    assert missing == {("people", "leave_date"), ("opportunities", "closed")}


def test_the_company_says_how_it_is_to_be_read(demo) -> None:
    assert demo.name == "demo"
    assert demo.title == {"en": "Demo company", "zh": "示范公司"}
    assert demo.as_of == pd.Timestamp("2024-03-31")
    assert demo.regions == ("East", "South", "North", "West", "Key accounts")
    assert (demo.currency, demo.start_month) == ("CNY", 1)


# 5. refusals


@pytest.mark.parametrize("seed", [-1, 2024.0, "2024", True, None])
def test_a_seed_that_is_no_whole_number_is_refused(seed) -> None:
    with pytest.raises(ContractError) as caught:
        generate(seed)
    assert str(caught.value) == (
        f"seed must be a whole number of zero or more, got {seed!r}.\n"
        "  where: demo.generate(seed=...)\n"
        "  fix:   write seed=2024"
    )


def test_an_unknown_cause_is_named_with_the_nearest() -> None:
    with pytest.raises(ContractError) as caught:
        generate(causes=["price_cutt"])
    assert str(caught.value) == (
        "'price_cutt' is not a cause here; known: price_cut, lost_customer, late_project, launch.\n"
        "  where: demo.generate(causes=...)\n"
        "  fix:   write 'price_cut'"
    )
    assert caught.value.code == "unknown-name"


def test_one_cause_as_a_bare_text_is_refused_not_read_letter_by_letter() -> None:
    with pytest.raises(ContractError) as caught:
        generate(causes="launch")
    assert str(caught.value) == (
        "causes must be a list of names, got the text 'launch'.\n"
        "  where: demo.generate(causes=...)\n"
        "  fix:   write causes=['launch']"
    )


@pytest.mark.parametrize(
    ("switch", "fix"),
    [("bright", "use one of: seed, causes, dirty, scale"), ("sede", "write 'seed'")],
)
def test_a_switch_that_does_not_exist_is_not_swallowed(switch, fix) -> None:
    with pytest.raises(ContractError) as caught:
        generate(**{switch: 3})
    assert str(caught.value) == (
        f"{switch!r} is not a switch here; known: seed, causes, dirty, scale.\n"
        "  where: the demo company\n"
        f"  fix:   {fix}"
    )


def test_without_causes_there_is_no_truth_table() -> None:
    assert "truth" not in generate(causes=[]).tables
    assert set(CAUSES) == {"price_cut", "lost_customer", "late_project", "launch"}
