"""Completion and its colour: 80 % is green, 60 % is yellow, one cent less is not."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import salesanalysis as sa
from salesanalysis.errors import ContractError
from salesanalysis.labels import completion as shown


def statuses(actual, target, **kwargs) -> list[str]:
    return sa.tracking.completion(actual, target, **kwargs)["status"].tolist()


# ---- worked by hand


def test_february_at_79_99_is_yellow_59_99_red_and_80_00_green() -> None:
    february = 3_729_084.00
    actual = [february * 0.7999, february * 0.5999, february * 0.8, february * 0.6]
    assert statuses(actual, [february] * 4) == ["yellow", "red", "green", "yellow"]


def test_one_cent_below_the_line_changes_the_colour() -> None:
    assert statuses([80.00, 79.99, 60.00, 59.99], [100.0] * 4) == [
        "green",
        "yellow",
        "yellow",
        "red",
    ]


def test_the_worked_example_of_east_in_the_first_quarter() -> None:
    line = sa.tracking.completion([10_741_833.35], [12_637_451.0]).iloc[0]
    assert line["completion"] == pytest.approx(0.85, abs=1e-9)
    assert line["gap"] == -1_895_617.65
    assert line["status"] == "green"


def test_no_target_zero_target_new_business_and_an_open_month_are_four_different_things() -> None:
    table = sa.tracking.completion(
        [5.0, 5.0, 5.0, None, 0.0],
        [None, 0.0, 0.0, 10.0, 10.0],
        new_business=[False, False, True, False, False],
    )
    assert table["status"].tolist() == [
        "no_target",
        "zero_target",
        "new_business",
        "not_closed",
        "red",
    ]
    assert table["completion"].isna().tolist() == [True, True, True, True, False]
    assert table["gap"].isna().tolist() == [True, False, False, True, False]


def test_net_returns_are_red_with_a_negative_completion() -> None:
    line = sa.tracking.completion([-20.0], [100.0]).iloc[0]
    assert (line["completion"], line["status"]) == (-0.2, "red")


def test_a_completion_never_looks_better_than_its_colour() -> None:
    assert [shown(x) for x in (0.79996, 0.8, 0.59999, 0.99996, 1.0, 0.7949)] == [
        "79.9%", "80.0%", "59.9%", "99.9%", "100.0%", "79.4%",
    ]  # fmt: skip


# ---- invariants


@given(st.lists(st.integers(1, 10**10), min_size=1, max_size=30))
def test_exactly_80_percent_in_cents_is_green_and_a_cent_less_is_yellow(tens) -> None:
    cents = np.array(tens, dtype="int64") * 10
    eighty = cents * 8 // 10
    assert set(statuses(eighty / 100, cents / 100)) == {"green"}
    assert set(statuses((eighty - 1) / 100, cents / 100)) <= {"yellow"}
    sixty = cents * 6 // 10
    assert set(statuses(sixty / 100, cents / 100)) == {"yellow"}
    assert set(statuses((sixty - 1) / 100, cents / 100)) == {"red"}


@given(st.integers(-(10**8), 10**9), st.integers(1, 10**9), st.integers(0, 10**8))
def test_the_colour_never_gets_worse_when_sales_rise(actual, target, more) -> None:
    rank = {"red": 0, "yellow": 1, "green": 2}
    before, after = statuses([actual / 100, (actual + more) / 100], [target / 100] * 2)
    assert rank[after] >= rank[before]


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**7)), min_size=1),
    st.sampled_from([10, 1000]),
)
def test_another_currency_changes_no_colour_and_no_completion(pairs, factor) -> None:
    actual, target = (np.array(x, dtype="float64") for x in zip(*pairs, strict=True))
    a = sa.tracking.completion(actual, target)
    b = sa.tracking.completion(actual * factor, target * factor)
    assert a["status"].tolist() == b["status"].tolist()
    np.testing.assert_allclose(a["completion"], b["completion"])


@given(
    st.lists(st.tuples(st.none() | st.floats(0, 1e9), st.none() | st.floats(0, 1e9)), min_size=1)
)
def test_completion_stands_empty_only_beside_a_status_that_says_why(pairs) -> None:
    table = sa.tracking.completion([p[0] for p in pairs], [p[1] for p in pairs])
    rated = table["status"].isin(["green", "yellow", "red"])
    assert (table["completion"].notna() == rated).all()


# ---- refusals


def refusal(*args, **kwargs) -> str:
    with pytest.raises(ContractError) as caught:
        sa.tracking.completion(*args, **kwargs)
    return str(caught.value)


def test_a_negative_target_and_an_infinite_amount_are_refused_with_their_rows() -> None:
    message = (
        "1 of 2 targets are negative, or amounts infinite.\n"
        "  where: first rows [1], see .rows\n"
        "  fix:   a target is zero or more; leave it empty where there is none"
    )
    assert refusal([1, 1], [1, -1]) == message
    assert refusal([1, float("inf")], [1, 1]) == message


def test_columns_of_different_length_and_text_are_refused() -> None:
    assert refusal([1], [1, 2]) == (
        "actual has 1 rows, target 2, new_business 1.\n"
        "  where: completion(actual, target, new_business=...)\n"
        "  fix:   give one target per actual"
    )
    assert refusal(["many"], [1]) == (
        "actual holds something that is not an amount.\n"
        "  where: completion(actual=...)\n"
        "  fix:   give numbers, empty where there is none"
    )
    assert "above 10 trillion" in refusal([1e14], [1.0])


def test_any_table_with_its_own_index_can_be_compared() -> None:
    table = pd.DataFrame({"a": [8.0, 5.0], "t": [10.0, 10.0]}, index=[7, 3])
    assert statuses(table["a"], table["t"]) == ["green", "red"]
