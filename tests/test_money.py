"""Where somebody is paid, cents decide and no float does."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesanalysis.errors import ContractError
from salesanalysis.money import at_least, cents_of, to_cents, units

THRESHOLDS = ("0.5", "0.6", "0.7", "0.8", "0.9", "1.0", "1.1", "1.15", "1.2", "1.3", "1.4")

# -- worked by hand ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "cents"),
    [
        ("79.995", 8000), (0.1 + 0.2, 30), (8, 800), (Decimal("1234.565"), 123_457), (1.005, 101),
        ("-0.005", -1), (np.float64(2.675), 268), (0, 0), ("1e3", 100_000),
    ],
)  # fmt: skip
def test_an_amount_becomes_cents_half_up(amount, cents):
    assert to_cents(amount) == cents


def test_a_column_becomes_cents_by_the_decimals_people_see():
    amounts = pd.Series([1.005, 2.675, 1.115, -0.005, 0.8, 1234.565])
    assert cents_of(amounts).tolist() == [101, 268, 112, -1, 80, 123_457]


def test_large_amounts_keep_their_cents():
    # a slack that grows with the amount would add a cent here
    assert cents_of(pd.Series([9e12, 1e12 + 0.25, -5e12])).tolist() == [
        900_000_000_000_000, 100_000_000_000_025, -500_000_000_000_000,
    ]  # fmt: skip


def test_exactly_eighty_percent_is_eighty_percent():
    assert at_least(8_000, 10_000, "0.8")
    assert not at_least(7_999, 10_000, "0.8")


def test_cents_are_shown_in_currency_units():
    assert units(123_457) == 1234.57


# -- what always holds ------------------------------------------------------------------------


@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_no_salesperson_on_the_edge_is_paid_below_it_and_none_below_it_above(threshold):
    # incentives.md: floats miss up to 59.6 % of these edges
    edge = Decimal(threshold)
    rng = np.random.default_rng(11)
    quotas = rng.integers(1, 10**11, 40_000) * int(
        1 / (edge % 1) if edge % 1 == Decimal("0.5") else 100
    )
    on_edge = np.array([int(int(q) * edge) for q in quotas])
    assert at_least(on_edge, quotas, threshold).all()
    assert not at_least(on_edge - 1, quotas, threshold).any()


def test_amounts_near_the_end_of_sixty_four_bits_do_not_wrap_around():
    quotas = np.array([9 * 10**18, 9 * 10**18], dtype="int64")
    sales = np.array([9 * 10**18, 9 * 10**17], dtype="int64")
    assert at_least(sales, quotas, "0.8").tolist() == [True, False]
    assert at_least(quotas, quotas, "1.15").tolist() == [False, False]
    assert at_least(quotas, quotas, "1.15").dtype == bool
    assert at_least(np.int64(9 * 10**18), np.int64(9 * 10**18), "0.8") is True


@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_one_cent_below_the_edge_of_a_quota_of_a_quadrillion_is_below(threshold):
    quota = 10**17 + 100
    edge = int(quota * Decimal(threshold))
    for kind in (int, np.int64):
        assert at_least(kind(edge), kind(quota), threshold) is True
        assert at_least(kind(edge - 1), kind(quota), threshold) is False


@given(
    quota=st.integers(1, 10**18), sales=st.integers(0, 10**18), ratio=st.sampled_from(THRESHOLDS)
)
def test_arrays_and_single_amounts_agree(quota, sales, ratio):
    one = at_least(sales, quota, ratio)
    assert one is bool(Decimal(sales) >= Decimal(ratio) * Decimal(quota))
    assert at_least(np.array([sales]), np.array([quota]), ratio).tolist() == [one]


@given(st.integers(-(10**14), 10**14))
def test_two_decimals_survive_the_way_through_floats(cents):
    assert cents_of(pd.Series([cents / 100])).tolist() == [cents] == [to_cents(cents / 100)]


@given(st.integers(-(10**10), 10**10))
def test_a_half_cent_is_rounded_away_from_zero_in_a_column_as_in_a_single_amount(thousandths):
    amount = thousandths / 1000
    assert cents_of(pd.Series([amount])).tolist() == [to_cents(f"{amount:.3f}")]


# -- refusals ---------------------------------------------------------------------------------


@pytest.mark.parametrize("amount", ["", "abc", float("nan"), float("inf"), True])
def test_what_is_no_amount_is_refused(amount):
    with pytest.raises(ContractError) as caught:
        to_cents(amount)
    assert str(caught.value) == (
        f"{amount!r} is not an amount of money.\n"
        "  where: amount\n"
        '  fix:   write a plain finite number such as "1234.50"'
    )


@pytest.mark.parametrize("bad", [float("nan"), float("-inf"), 1e13])
def test_a_column_with_an_amount_nobody_can_pay_is_refused_with_its_row(bad):
    with pytest.raises(ContractError) as caught:
        cents_of(pd.Series([1.0, bad], name="payout"), name="payout")
    assert str(caught.value) == (
        "1 of 2 values of 'payout' are empty, infinite or above 10 trillion.\n"
        "  where: first rows [1], see .rows\n"
        "  fix:   drop rows without a figure, or change the unit"
    )
    assert len(caught.value.rows) == 1


def test_a_column_of_text_is_refused():
    with pytest.raises(ContractError) as caught:
        cents_of(pd.Series(["1", "x"]), name="due_amount")
    assert str(caught.value) == (
        "'due_amount' is no column of numbers: it holds str.\n"
        "  where: column 'due_amount'\n"
        "  fix:   read it as numbers first"
    )
