"""The same row after the due day, beside what an action was expected to win back."""

import re

import pandas as pd
import pytest
from actiontools import opened, quarter

import salesanalysis as sa
from salesanalysis import store
from salesanalysis.errors import ContractError


def test_the_same_row_later_is_set_beside_what_was_expected():
    action = opened()
    later = quarter(("2024-04", "2024-06"), east_price=0.96)
    found = sa.review.follow_up(action, later)
    # 44,000 lost after 110,000 before: 66,000 won back of 60,000
    assert (found.before, found.after, found.won_back) == pytest.approx((-110_000, -44_000, 66_000))
    assert found.verdict == "reached"
    assert found.explain().splitlines() == [
        "price, East: -110.0k CNY before and -44.0k CNY after, 66.0k CNY won back",
        "Expected were 60.0k CNY: reached (110.0%).",
        "No effect was measured against a forecast or comparable units.",
        "The difference of two rows also holds everything else that moved between them.",
    ]
    assert not re.findall("[A-Za-z]", found.explain("zh"))
    half = sa.review.follow_up(action, quarter(("2024-04", "2024-06"), east_price=0.92))
    worse = sa.review.follow_up(action, quarter(("2024-04", "2024-06"), east_price=0.85))
    assert [half.verdict, worse.verdict] == ["partly", "not_improved"]
    assert worse.to_frame()["won_back"].item() == pytest.approx(-55_000)


def test_a_measured_effect_stands_beside_with_its_interval(tmp_path):
    later = quarter(("2024-04", "2024-06"), east_price=0.96)
    found = sa.review.follow_up(opened(), later, measured=(30_000, -5_000, 65_000))
    assert "Measured effect: +30.0k CNY (interval -5.0k CNY to +65.0k CNY)." in found.explain()
    assert found.to_frame()["measured"].item() == "yes"
    store.write(found, tmp_path)
    pd.testing.assert_frame_equal(store.read(tmp_path).to_frame(), found.to_frame())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"base_name": "forecast v2"}, "The rows differ in base: 'target' and 'forecast v2'."),
        ({"convention": "midpoint"}, "The rows differ in convention: 'price_at_actual' and 'midpoint'."),
        ({"mix": "item_rate"}, "The rows differ in mix: 'vs_average' and 'item_rate'."),
    ],
)  # fmt: skip
def test_another_rule_is_an_error(change, message):
    with pytest.raises(ContractError) as caught:
        sa.review.follow_up(opened(), quarter(("2024-04", "2024-06"), **change))
    assert str(caught.value) == (
        f"{message}\n  where: follow_up of action {opened().id}\n"
        "  fix:   recompute the row with the same base, grain, method and convention"
    )


def test_too_early_too_long_or_another_place_are_errors():
    def refused(later) -> str:
        with pytest.raises(ContractError) as caught:
            sa.review.follow_up(opened(), later)
        return str(caught.value)

    name = opened().id
    assert refused(quarter(("2024-03", "2024-05"))) == (
        f"Action {name} is due on 2024-06-30, the later bridge ends on 2024-05-31.\n"
        "  where: follow_up(later)\n"
        "  fix:   wait for the month of the due day, and pass its window"
    )
    assert refused(quarter(("2024-01", "2024-06"))) == (
        "The cause covers 3 months, the later bridge 6.\n"
        "  where: follow_up(later)\n"
        "  fix:   compare as many months, such as 2024-04 to 2024-06; the bridges of a company's page "
        "begin with its year, so build this one with explain(..., window=...)"
    )
    assert refused(quarter(("2024-04", "2024-06")).drill([])) == (
        "The later bridge has no row {'region': 'East'} 'price'.\n"
        "  where: follow_up(later), by []\n"
        "  fix:   compute it by the same levels, and for the same members"
    )
