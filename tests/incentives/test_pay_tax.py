"""The blind zones of the one-off bonus tax, by the published table."""

from fractions import Fraction

import pandas as pd
import pytest
from figures import assert_good_figure

from salesanalysis.errors import ContractError
from salesanalysis.incentives import blind_zones, one_off_tax
from salesanalysis.incentives.tax.one_off import zones

PEOPLE = pd.DataFrame(
    {"salesperson": ["Li", "Wu", "Zhao"], "bonus": [36_001.0, 30_000.0, 150_000.0]}
)


@pytest.mark.parametrize(
    ("bonus", "tax"),
    [(36_000, "1080"), (36_001, "3390.1"), (420_001, "121590.3"), (960_000, "328840")],
)
def test_the_tax_is_that_of_the_published_table(bonus, tax) -> None:
    """Cases cn-bonus-tax-*: 财税〔2018〕164号, extended by 公告2023年第30号."""
    assert one_off_tax(bonus) == Fraction(tax)


def test_the_first_zone_reaches_from_36_000_to_38_566_67_and_there_are_six() -> None:
    """Case cn-bonus-trap-36000: net 34,920 at 36,000, blind until 38,566.67."""
    found = zones()
    assert len(found) == 6
    assert found[0] == (36_000, Fraction(34_920 - 210) / Fraction("0.9"))
    assert round(float(found[0][1]), 6) == 38_566.666667
    for low, high in found:
        best = low - one_off_tax(low)
        assert high - one_off_tax(high) == best
        assert all(low + k - one_off_tax(low + k) < best for k in (1, (high - low) / 2))


def test_everybody_in_a_zone_is_listed_with_the_bonus_that_leaves_more() -> None:
    frame = blind_zones(PEOPLE, paid_on="2026-12-31").to_frame()
    assert frame["salesperson"].tolist() == ["Li", "Zhao"]
    assert frame["pay_instead"].tolist() == [36_000, 144_000]
    assert frame["defer"].tolist() == [1, 6_000]


def test_after_the_end_of_the_rule_the_warning_says_so() -> None:
    assert blind_zones(PEOPLE, paid_on="2028-01-31").explain() == (
        "Separate taxation of the one-off bonus ended on 2027-12-31: no zones apply"
    )


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("day", ["2026-12-31", "2028-01-31"])
def test_the_zones_are_drawn_and_said_in_both_languages(lang, day) -> None:
    result = blind_zones(PEOPLE, paid_on=day)
    assert_good_figure(result.plot(lang=lang))
    assert result.explain(lang=lang)


def test_empty_bonuses_are_refused() -> None:
    with pytest.raises(ContractError) as caught:
        blind_zones(PEOPLE.assign(bonus=[1.0, None, 2.0]), paid_on="2026-12-31")
    assert str(caught.value) == (
        "1 of 3 bonuses are empty or negative.\n"
        "  where: bonuses, column 'bonus', rows [1], see .rows\n"
        "  fix:   write the bonus of the year, 0 where there is none"
    )
