"""What the cascade refuses: totals, steps, weights and names, in full text."""

import pandas as pd
import pytest
from targettools import shares

import salesanalysis as sa
from salesanalysis.errors import ContractError


def refusal(*args, **kwargs) -> str:
    with pytest.raises(ContractError) as caught:
        sa.targets.cascade(*args, **{"levels": ["region"], "year": 2024, **kwargs})
    return str(caught.value)


def test_a_total_between_two_steps_is_refused_with_the_nearest() -> None:
    assert refusal(1500, shares([1]), step=1000) == (
        "total 1,500 is not a multiple of step 1,000.\n"
        "  where: cascade(total=...)\n"
        "  fix:   use total=2,000, or a smaller step"
    )
    assert refusal(100.005, shares([1]), step="0.01") == (
        "total 100.005 is not a multiple of step 0.01.\n"
        "  where: cascade(total=...)\n"
        "  fix:   use total=100.01, or a smaller step"
    )


@pytest.mark.parametrize("total", [-1, float("nan"), float("inf"), "many", True, None])
def test_a_total_that_is_no_amount_is_refused(total) -> None:
    assert refusal(total, shares([1])) == (
        f"total must be an amount of zero or more, got {total!r}.\n"
        "  where: cascade(total=...)\n"
        "  fix:   write a plain finite number such as 130000000"
    )


def test_a_step_that_is_no_amount_and_a_total_of_too_many_steps_are_refused() -> None:
    assert refusal(10, shares([1]), step=0) == (
        "step must be an amount above 0, got 0.\n"
        "  where: cascade(step=...)\n"
        '  fix:   write step=1, step=1000 or step="0.01"'
    )
    assert refusal(10**14, shares([1]), step="0.0001") == (
        "total 100,000,000,000,000 is more than 9,007,199,254,740,992 steps of 0.0001.\n"
        "  where: cascade(total=...)\n"
        "  fix:   use a larger step"
    )


def test_a_misspelt_column_is_named_and_the_rename_suggested() -> None:
    basis = pd.DataFrame({"regoin": ["N"], "value": [1.0]})
    assert refusal(1_000, basis) == (
        "basis has no column 'region'.\n"
        "  where: basis columns are ['regoin', 'value']\n"
        "  fix:   rename 'regoin' to 'region'"
    )
    known = sa.targets.Basis.of(shares([1]), by=["region"], year=2024)
    assert "basis has no column 'regoin'." in refusal(1, known, levels=["regoin"])


def test_a_basis_where_nobody_has_a_base_is_refused() -> None:
    assert refusal(10, shares([0, 0])) == (
        "No unit has a base in 2023, so the total cannot be handed down.\n"
        "  where: cascade: 2 units of the basis\n"
        "  fix:   pin the units, or pass weights of your own as basis"
    )
    assert sa.targets.cascade(0, shares([0, 0]), levels=["region"], year=2024).total == 0.0


@pytest.mark.parametrize("bad", [-1.0, float("nan"), float("inf")])
def test_a_weight_that_is_negative_empty_or_infinite_is_refused_with_its_row(bad) -> None:
    assert refusal(10, shares([1, bad])) == (
        "1 of 2 rows of basis: 'value' is negative, empty or infinite.\n"
        "  where: first rows [1], see .rows\n"
        "  fix:   net returns against sales first, or drop rows without a figure"
    )


def test_the_same_leaf_twice_and_an_empty_name_are_refused() -> None:
    assert refusal(10, shares([1, 2], ["A", "A"])).startswith("2 rows of basis name the same leaf.")
    assert refusal(10, shares([1, 2], ["A", " "])).startswith(
        "1 of 2 rows of basis have no 'region'."
    )


def test_a_plain_table_needs_levels_and_a_year() -> None:
    assert refusal(10, shares([1]), year=None) == (
        "A plain table as basis needs levels and year.\n"
        "  where: cascade(basis=..., levels=..., year=...)\n"
        '  fix:   write levels=["region"], year=2024, or pass the result of growth()'
    )


def test_an_unknown_month_split_and_two_of_them_are_refused() -> None:
    assert refusal(10, shares([1]), months="workingdays") == (
        "'workingdays' is not a month split here; known: season, spring_festival, working_days, equal, 4-4-5, 4-5-4, 5-4-4.\n"
        "  where: cascade(months=...)\n"
        "  fix:   write 'working_days'"
    )
    assert refusal(10, shares([1]), months="equal", profile=[1] * 12) == (
        "profile and months='equal' both say how months are split.\n"
        "  where: cascade(months=..., profile=...)\n"
        "  fix:   leave one of them out; a panel as profile goes with months='season'"
    )
    assert refusal(10, shares([1]), months="season") == (
        "There is no complete year to take a season from.\n"
        "  where: cascade(months='season')\n"
        "  fix:   write months='working_days' or months='equal', or pass profile="
    )
    assert refusal(10, shares([1]), profile=[1, 2]) == (
        "profile must be 12 numbers of zero or more, not all zero, got [1, 2].\n"
        "  where: cascade(profile=...)\n"
        "  fix:   write one weight per month, from the first fiscal month on"
    )


def test_weights_that_are_words_and_a_year_without_a_working_day_are_refused() -> None:
    words = pd.DataFrame({"region": ["East", "West"], "value": ["many", "2"]})
    assert refusal(10, words) == (
        "1 of 2 rows of basis: 'value' is no number: 'many'.\n"
        "  where: first rows [0], see .rows\n"
        "  fix:   write plain numbers such as 1250000"
    )
    closed = pd.DataFrame({"date": pd.date_range("2024-01-01", "2024-12-31"), "is_workday": False})
    assert refusal(10, shares([1]), months="working_days", calendar=closed) == (
        "The calendar has no working day in 2024.\n"
        "  where: cascade(months='working_days', calendar=...)\n"
        "  fix:   write is_workday = true for the days that are worked"
    )
