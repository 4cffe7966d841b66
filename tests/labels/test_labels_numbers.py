"""Numbers and dates as readers of each language write them."""

import re
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesanalysis.errors import ContractError
from salesanalysis.labels import (
    Terms,
    count,
    day,
    exact,
    growth,
    money,
    month,
    percent,
    points,
    short,
    unit_of,
)  # fmt: skip

NAN, INF = float("nan"), float("inf")

# -- worked by hand ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "en", "zh"),
    [
        (130_000_000, "130.0M", "1.3亿"), (52_000_000, "52.0M", "5,200.0万"), (8_000_000, "8.0M", "800.0万"),
        (1_234_567_890, "1.2B", "12.35亿"), (0, "0", "0"), (-0.0, "0", "0"), (-0.4, "0", "0"), (0.5, "1", "1"),
        (999, "999", "999"), (999.4, "999", "999"), (999.5, "1.0k", "1,000"), (1_000, "1.0k", "1,000"),
        (9_999.4, "10.0k", "9,999"), (9_999.5, "10.0k", "1.0万"), (999_949, "999.9k", "100.0万"),
        (999_950, "1.0M", "100.0万"), (999_949_999, "999.9M", "10.0亿"), (999_950_000, "1.0B", "10.0亿"),
        (99_999_499, "100.0M", "9,999.9万"), (99_999_500, "100.0M", "1.0亿"), (99_999_999, "100.0M", "1.0亿"),
        (-130_000_000, "-130.0M", "-1.3亿"), (-999_950, "-1.0M", "-100.0万"), (1.25e6, "1.3M", "125.0万"),
        (100_500_000, "100.5M", "1.01亿"), (NAN, "–", "–"), (INF, "–", "–"),
    ],
)  # fmt: skip
def test_an_amount_is_written_briefly_with_the_unit_of_the_language(value, en, zh):
    assert (short(value), short(value, "zh")) == (en, zh)


def test_numbers_of_numpy_and_decimals_are_numbers():
    assert [short(v) for v in (np.float64(1.3e8), np.int64(130_000_000), np.float32(0.5))] == [
        "130.0M",
        "130.0M",
        "1",
    ]
    assert exact(Decimal("2.675")) == "2.68"


def test_money_names_its_currency():
    assert (money(1.3e8), money(1.3e8, "zh")) == ("130.0M CNY", "1.3亿元")
    assert (money(-5e6, "en", "USD", signed=True), money(5e6, "zh", "USD", signed=True)) == (
        "-5.0M USD",
        "+500.0万美元",
    )
    assert (money(1e3, "zh", "SEK"), unit_of("SEK", "zh")) == ("1,000 SEK", "SEK")


@pytest.mark.parametrize(
    ("text", "want"),
    [
        (exact(52_000_000), "52,000,000.00"), (exact(-0.004), "0.00"), (exact(-0.005), "-0.01"), (exact(2.675), "2.68"),
        (exact(0.125), "0.13"), (exact(1e15), "1,000,000,000,000,000.00"), (exact(0.5, 0), "1"), (exact(INF), "–"),
        (percent(0.1234), "12.3%"), (percent(1), "100.0%"), (percent(0.285, 0), "29%"), (percent(-0.0001), "0.0%"),
        (percent(12.5), "1,250.0%"), (percent(NAN), "–"), (percent(-0.25), "-25.0%"),
        (growth(0.05), "+5.0%"), (growth(-0.0001), "0.0%"), (growth(-0.3), "-30.0%"), (growth(0.0), "0.0%"), (growth(INF), "–"),
        (points(1.5), "+1.5 pp"), (points(-1.5, "zh"), "-1.5个百分点"), (points(0.04), "0.0 pp"), (points(NAN), "–"),
        (count(48_210), "48,210"), (count(2.5), "3"), (count(-2), "-2"), (count(NAN), "–"), (count(np.int64(7)), "7"),
        (month("2024-03-01"), "Mar 2024"), (month("2024-03-31", "zh"), "2024年3月"),
        (day("2024-03-31"), "31 Mar 2024"), (day("2024-03-31", "zh"), "2024年3月31日"),
    ],
)  # fmt: skip
def test_every_kind_of_number_has_one_way_to_be_written(text, want):
    assert text == want


def test_the_values_of_a_data_set_are_called_by_its_own_terms():
    terms = Terms({"region": {"East": {"zh": "华东"}}})
    assert terms.show_all("region", ["East", "NA", 7], "zh") == ["华东", "NA", "7"]
    assert terms.show("team", "East", "zh") == "East"
    assert Terms(terms.to_dict()) == terms


# -- what always holds ------------------------------------------------------------------------

SCALE = {"": 1, "k": 1e3, "M": 1e6, "B": 1e9, "万": 1e4, "亿": 1e8}


@given(value=st.floats(-1e13, 1e13), lang=st.sampled_from(["en", "zh"]))
def test_what_is_written_briefly_reads_back_to_a_shown_unit_and_never_as_minus_zero(value, lang):
    sign, digits, letter = re.fullmatch(r"(-?)([\d,.]+)(\D?)", short(value, lang)).groups()
    places = {"": 0, "亿": 2}.get(letter, 1)
    size = float(digits.replace(",", ""))
    assert (
        abs(size * SCALE[letter] - abs(value))
        <= SCALE[letter] * 0.5 * 10**-places * (1 + 1e-9) + 1e-9
    )
    assert bool(sign) == (value < 0 and size > 0)
    # never a thousand of a unit where the next one begins
    assert size < {"en": {"": 1e3, "k": 1e3, "M": 1e3}, "zh": {"": 1e4, "万": 1e4}}[lang].get(
        letter, 1e9
    )


@given(st.floats(-1e12, 1e12), st.integers(0, 4))
def test_no_way_of_writing_shows_minus_zero(value, decimals):
    texts = [
        exact(value, decimals),
        percent(value, decimals),
        growth(value, decimals),
        points(value, "en", decimals),
    ]
    assert not [t for t in texts if re.fullmatch(r"[-+]0*\.?0*( pp|%)?", t)]


# -- refusals ---------------------------------------------------------------------------------


def test_a_number_in_a_third_language_is_refused():
    for call in (
        lambda: short(1, "de"),
        lambda: month("2024-03-01", "de"),
        lambda: money(1, "de"),
        lambda: points(1, "de"),
    ):
        with pytest.raises(ContractError, match=r"^'de' is not a language here; known: en, zh\.\n"):
            call()
