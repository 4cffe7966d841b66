"""What a driver tree refuses, in full."""

import numpy as np
import pandas as pd
import pytest
from drivertools import CHAIN, table

import salesanalysis as sa
from salesanalysis.errors import ContractError

PLAN = table([("A", 100, 50, 10, 1000), ("B", 200, 100, 20, 1600)])
DONE = table([("A", 120, 60, 12, 1200), ("B", 200, 100, 30, 2400)])


def refused(actual=DONE, base=PLAN, **choices):
    choices = {"by": ["team"], "chain": CHAIN} | choices
    with pytest.raises(ContractError) as caught:
        sa.variance.explain_chain(actual, base, **choices)
    return caught.value


def test_revenue_without_deals_breaks_the_chain():
    done = table([("A", 120, 60, 0, 90), ("B", 200, 100, 30, 2400)])
    error = refused(done)
    assert str(error) == (
        "1 of 2 cells have a total after a total of 0, so the chain is broken.\n"
        "  where: chain ['visits', 'leads', 'deals', 'revenue'], see .rows\n"
        '  fix:   check the totals, or book those cells apart with unlinked="separate"'
    )
    assert error.rows["team"].tolist() == ["A"]


def test_a_negative_factor_is_refused_under_lmdi_and_turns_auto_to_shapley():
    done = table([("A", 120, 60, 12, -50), ("B", 200, 100, 30, 2400)])
    assert str(refused(done, method="lmdi")) == (
        "1 of 2 cells have a negative factor, which has no logarithm.\n"
        "  where: factors ['revenue/deals'], see .rows\n"
        '  fix:   use method="shapley", or returns="separate"'
    )
    bridge = sa.variance.explain_chain(done, PLAN, by=["team"], chain=CHAIN)
    assert (bridge.meta.method, bridge.meta.fallback) == ("shapley", "negative_factors")


def test_zeros_are_refused_where_the_limit_is_not_wanted():
    done = table([("A", 120, 60, 0, 0), ("B", 200, 100, 30, 2400)])
    assert str(refused(done, method="lmdi", on_zero="refuse")) == (
        "1 of 2 cells have a zero factor, which has no logarithm.\n"
        "  where: factors ['deals/leads', 'revenue/deals'], see .rows\n"
        '  fix:   use method="shapley"'
    )


def test_factors_that_do_not_multiply_to_the_value_are_refused_with_the_worst_row():
    plan = pd.DataFrame({"team": ["A"], "units": [10.0], "price": [5.0], "revenue": [50.0]})
    done = pd.DataFrame({"team": ["A"], "units": [10.0], "price": [6.0], "revenue": [75.0]})
    error = refused(done, plan, chain=None, factors=["units", "price"], value="revenue")
    assert str(error) == (
        "Factors of 1 of 1 cells do not multiply to 'revenue'.\n"
        "  where: worst: 60.00 instead of 75.00 in actual, see .rows\n"
        "  fix:   use chain=[...] with the running totals, whose ratios always multiply"
    )
    assert error.rows["product1"].tolist() == [60.0]


def test_given_ratios_cannot_be_summed():
    plan = pd.DataFrame({"team": ["A", "A"], "units": [1.0, 2.0], "price": [5.0, 6.0]})
    done = plan.iloc[:1].copy()
    assert str(refused(done, plan, chain=None, factors=["units", "price"])) == (
        "2 rows of base share a cell, and ratios cannot be summed.\n"
        "  where: keys ['team'], first rows [0, 1], see .rows\n"
        "  fix:   use chain=[...] with the running totals, or give one row per cell"
    )


def test_empty_values_are_refused():
    done = DONE.assign(leads=[np.nan, 1.0])
    assert str(refused(done)) == (
        "1 of 2 values of 'leads' in actual are empty or infinite.\n"
        "  where: first rows [0], see .rows\n"
        "  fix:   fill them, or compare closed months only"
    )


def test_a_tree_needs_a_chain_or_factors_and_at_least_two_of_them():
    assert str(refused(chain=None)) == (
        "A driver tree needs either chain= (running totals) or factors= (given ratios).\n"
        "  where: explain_chain(chain=..., factors=...)\n"
        '  fix:   give one of them, such as chain=["visits", "deals", "revenue"]'
    )
    assert str(refused(chain=["revenue"])) == (
        "chain has 1 columns; a tree needs at least 2.\n"
        "  where: explain_chain(chain=...)\n"
        '  fix:   add the drivers before the value, such as ["deals", "revenue"]'
    )
    assert str(refused(chain="revenue")) == (
        "chain must be a list of different column names, got 'revenue'.\n"
        "  where: explain_chain(chain=...)\n"
        '  fix:   write chain=["revenue"]'
    )


def test_a_factor_may_not_be_called_like_a_row_of_every_bridge():
    assert str(refused(chain={"visits": "visits", "revenue": "new"})) == (
        "The name 'new' of a factor is taken.\n"
        "  where: explain_chain: factors ['visits', 'new']\n"
        '  fix:   name the factors, such as chain={"visits": "activity", "revenue": "per_visit"}'
    )


def test_a_chain_that_ends_elsewhere_than_the_value_is_refused():
    assert str(refused(value="margin")) == (
        "The chain ends with 'revenue', not with the value 'margin'.\n"
        "  where: explain_chain(chain=..., value=...)\n"
        "  fix:   end the chain with 'margin', or leave value= out"
    )


def test_a_misspelt_total_is_named_and_the_rename_suggested():
    assert str(refused(DONE.rename(columns={"leads": "lead"}))) == (
        "actual has no column 'leads'.\n"
        "  where: actual columns are ['team', 'visits', 'lead', 'deals', 'revenue']\n"
        "  fix:   rename 'lead' to 'leads'"
    )


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (
            {"method": "shaply"},
            "'shaply' is not a method here; known: auto, lmdi, shapley, sequential.",
        ),
        ({"unlinked": "drop"}, "'drop' is not a choice of unlinked here; known: refuse, separate."),
        ({"on_zero": "skip"}, "'skip' is not a choice of on_zero here; known: limit, refuse."),
        ({"origin": {"lead/visits": "external"}}, "'lead/visits' is not a effect here; known: "),
    ],
)
def test_a_choice_that_does_not_exist_is_named(choice, said):
    assert str(refused(**choice)).startswith(said)


def test_a_base_of_nothing_and_a_frame_beside_itself_are_refused():
    nothing = PLAN.assign(**dict.fromkeys(CHAIN, 0.0))
    assert str(refused(base=nothing)).startswith(
        "The base adds up to 0, so there is nothing to compare with.\n"
    )
    assert str(refused(PLAN, PLAN)).startswith(
        "actual and base are the same table or carry the same name.\n"
    )


def test_no_common_team_is_refused_with_a_sample_of_both():
    other = DONE.assign(team=["a ", "b "])
    assert str(refused(other)) == (
        "base and actual share no team at all.\n"
        "  where: explain_chain: base has ['A', 'B'], actual has ['a ', 'b ']\n"
        "  fix:   write the names the same way on both sides: spaces, case, full-width letters"
    )


def test_teams_that_are_numbers_on_one_side_are_refused():
    assert str(refused(DONE.assign(team=[1, 2]))).startswith(
        "'team' is text in base and a number in actual, so no key would match.\n"
    )


def test_nameless_teams_are_refused():
    assert str(refused(DONE.assign(team=["A", None]))).startswith(
        "1 of 2 rows of actual have no 'team'.\n"
    )


def test_returns_that_do_not_say_so_are_refused():
    done = DONE.assign(is_return=[True, None])
    assert str(refused(done)) == (
        "1 of 2 rows do not say whether they are a return.\n"
        "  where: column 'is_return', first rows [1], see .rows\n"
        "  fix:   write true or false in 'is_return'"
    )


def test_month_by_month_needs_months():
    assert str(refused(chained=True)) == (
        "Month by month needs the month of each row; base has none.\n"
        "  where: explain_chain(chained=True, period=...)\n"
        '  fix:   keep the column of months, or name it: period="month"'
    )


def test_a_path_without_a_closed_month_is_refused():
    months = pd.to_datetime(["2024-02-01", "2024-03-01"])
    rows = [("A", 120, 60, 12, 1200), ("A", 100, 60, 12, 1200)]
    done = table(rows).assign(period=months)
    plan = PLAN.iloc[:1].assign(period=pd.Timestamp("2024-01-01"))
    error = refused(done, plan, chained=True, closed_through="2024-01-01")
    assert str(error).startswith("No month of actual is closed.\n")


def test_windows_of_different_length_are_refused():
    months = pd.date_range("2024-01-01", periods=2, freq="MS")
    rows = [("A", 120, 60, 12, 1200), ("A", 100, 60, 12, 1200)]
    done = table(rows).assign(period=months)
    plan = PLAN.iloc[:1].assign(period=months[0])
    assert str(refused(done, plan)).startswith("base covers 1 month, actual 2 months.\n")


def test_the_same_column_twice_is_refused():
    assert str(refused(dims=["team"])).startswith("by and dims name a column twice: ")


def test_text_in_a_total_is_refused():
    done = DONE.assign(leads=["many", "few"])
    assert str(refused(done)).startswith("'leads' of actual is not a column of numbers.\n")
