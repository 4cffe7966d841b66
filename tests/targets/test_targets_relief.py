"""Growth less relief within limits, and months of whole weeks."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from targettools import shares

import salesanalysis as sa
from salesanalysis.errors import ContractError

T = sa.targets


def units(base=1000.0, growth=0.10, relief=0.02):
    table = {"region": ["E"], "base": [base], "growth": [growth], "relief": [relief]}
    return pd.DataFrame(table)


def eased(table, **limits):
    return T.growth_less_relief(table, by=["region"], year=2024, **limits)


# ---- worked by hand


def test_a_thousand_with_ten_percent_growth_and_two_points_relief_is_1080() -> None:
    """SAP Learning, Assigning Bottom-Up Quotas: 1,000 x (100 % + 10 % - 2 %) = 1,080."""
    basis = eased(units())
    assert basis.frame["value"].round(9).tolist() == [1080.0]
    assert basis.formulas()["note"].tolist() == ["1.0k CNY x (100% +10.0% -2.0%) = 1.1k CNY"]
    log = basis.policy_log[["node", "rule", "before", "after"]].round(6)
    assert log.to_numpy().tolist() == [["E", "relief", 1100.0, 1080.0]]


@pytest.mark.parametrize(
    ("way", "weeks"), [("4-4-5", [4, 4, 5]), ("4-5-4", [4, 5, 4]), ("5-4-4", [5, 4, 4])]
)
def test_months_of_whole_weeks_carry_their_weeks(way, weeks) -> None:
    plan = T.cascade(5_200, shares([3, 1]), levels=["region"], year=2024, months=way)
    assert plan.months()["value"].tolist() == [100.0 * n for n in weeks * 4]
    first, second, third = weeks
    assert f"periods of {first}, {second} and {third} weeks" in plan.explain()
    assert way in plan.explain("zh")


# ---- invariants


@settings(max_examples=10)
@given(st.floats(0.05, 0.25), st.floats(0, 0.05), st.floats(1, 1e9))
def test_more_relief_never_asks_more_and_no_relief_leaves_no_log(growth, relief, base) -> None:
    without, with_relief = (eased(units(base, growth, r)) for r in (0.0, relief))
    assert with_relief.total() <= without.total()
    assert not len(without.policy_log)


# ---- refusals


def refusal(table, **limits) -> str:
    with pytest.raises(ContractError) as caught:
        eased(table, **limits)
    return str(caught.value)


@pytest.mark.parametrize("growth", [0.04, 0.26, 10.0])
def test_growth_outside_its_limits_is_refused(growth) -> None:
    assert refusal(units(growth=growth)) == (
        f"1 of 1 figures of growth are empty or outside 5.0% to 25.0%, such as {growth:.1%}.\n"
        "  where: table, column 'growth', first rows [0], see .rows\n"
        "  fix:   keep to the limits, or change least_growth, most_growth, most_relief; "
        "write 10 % as 0.10"
    )


def test_relief_above_its_limit_is_refused_unless_the_limit_is_raised() -> None:
    assert refusal(units(relief=0.06)).startswith(
        "1 of 1 figures of relief are empty or outside 0.0% to 5.0%, such as 6.0%.\n"
    )
    assert eased(units(relief=0.06), most_relief=0.1).total() == pytest.approx(1040)


def test_a_negative_base_is_refused() -> None:
    assert refusal(units(base=-5.0)) == (
        "1 of 1 bases are negative or empty.\n"
        "  where: table, column 'base', first rows [0], see .rows\n"
        "  fix:   net returns against sales first, or leave those units out"
    )
