"""Rates that are none are refused, with what to do."""

import numpy as np
import pytest
from ratetools import explain, table

import salesanalysis as sa
from salesanalysis.errors import ContractError


def refused(actual, base, **choices):
    with pytest.raises(ContractError) as caught:
        explain(actual, base, **choices)
    return str(caught.value)


BASE = table([("Web", 10, 100), ("Fair", 20, 100)])
DONE = table([("Web", 20, 90), ("Fair", 9, 100)])


def test_deals_without_visits_have_no_rate():
    assert refused(table([("Web", 20, 90), ("Fair", 9, 0)]), BASE) == (
        "1 of 2 members have 'deals' without 'visits' in actual.\n"
        "  where: sums of actual, see .rows\n"
        "  fix:   check 'visits'"
    )


def test_a_negative_denominator_is_refused():
    assert refused(table([("Web", 20, -90), ("Fair", 9, 100)]), BASE) == (
        "1 of 2 members have a negative 'visits' in actual.\n"
        "  where: sums of actual, see .rows\n"
        "  fix:   take returns and credits out first"
    )


def test_no_denominator_at_all_is_refused():
    assert refused(DONE, BASE.assign(deals=0.0, visits=0.0)) == (
        "'visits' of base adds up to 0, so there is no rate.\n"
        "  where: base['visits']\n"
        "  fix:   compare a window in which there is something on both sides"
    )


def test_a_rate_is_two_columns():
    assert refused(DONE, BASE, rate="deals") == (
        "A rate is two columns, numerator and denominator; got 'deals'.\n"
        "  where: explain_rate(rate=...)\n"
        '  fix:   write rate=("collected_amount", "due_amount")'
    )


def test_a_rate_needs_members():
    assert refused(DONE, BASE, by=[]) == (
        "A rate needs members to be split by, each column once; got [].\n"
        "  where: explain_rate(by=..., dims=...)\n"
        '  fix:   name the members, such as by=["customer_type"]'
    )


def test_a_convention_that_does_not_exist_is_named():
    assert refused(DONE, BASE, convention="symetric").startswith(
        "'symetric' is not a convention here; known: symmetric, rate_at_actual_mix, "
    )
    assert refused(DONE, BASE, ref="mean").startswith("'mean' is not a ref here; known: mid_mean, ")


def test_no_common_source_is_refused():
    assert refused(DONE.assign(source=["web", "fair"]), BASE).startswith(
        "base and actual share no source at all.\n"
    )


def test_shares_that_do_not_add_up_are_refused():
    with pytest.raises(ContractError) as caught:
        sa.variance.rate_mix([0.5, 0.2], [1, 1], [0.5, 0.5], [1, 1])
    assert str(caught.value) == (
        "Shares of the denominator must be 0 or more and add up to 1, not 0.7.\n"
        "  where: rate_mix(s0=...)\n"
        "  fix:   divide each denominator by their sum"
    )
    with pytest.raises(ContractError) as caught:
        sa.variance.rate_mix([0.5, 0.5], [1, np.nan], [0.5, 0.5], [1, 1])
    assert str(caught.value) == (
        "1 of 2 members have a share but no rate.\n"
        "  where: rate_mix(r0=...), first at [1]\n"
        "  fix:   give their rate, or a share of 0"
    )
    with pytest.raises(ContractError) as caught:
        sa.variance.rate_mix([1.0], [1], [0.5, 0.5], [1, 1])
    assert str(caught.value) == (
        "Shares and rates differ in length: 1 and 2.\n"
        "  where: rate_mix(s0, r0, s1, r1)\n"
        "  fix:   give one value per member on both sides, share 0 where there is none"
    )
