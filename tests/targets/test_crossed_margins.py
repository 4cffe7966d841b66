"""Crossed cells: every margin exact, cross ratios kept, zeros zero; territories and roles."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from figures import assert_good_figure
from hypothesis import given, settings
from hypothesis import strategies as st

from salesanalysis.errors import ContractError
from salesanalysis.rounding import largest_remainder
from salesanalysis.targets import cascade, fit_margins, manager_rows, territory_lines

PRODUCTS = pd.DataFrame({"product": list("ABC"), "value": [300, 500, 200]})
REGIONS = pd.DataFrame({"region": ["North", "East", "South"], "value": [300, 400, 300]})


def flat(value=1.0) -> pd.DataFrame:
    cells = product("ABC", ["North", "East", "South"])
    return pd.DataFrame(cells, columns=["product", "region"]).assign(value=value)


def crossed(seed, keys="abc"):
    """Return cells with zeros, and a table of whole numbers that is possible on them."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(2, 6, len(keys))
    names = product(*[[f"{k}{i}" for i in range(n)] for k, n in zip(keys, sizes, strict=True)])
    cells = pd.DataFrame(names, columns=list(keys))
    cells["value"] = rng.gamma(1, 10, len(cells)) * (rng.random(len(cells)) > 0.2)
    other = cells["value"] * rng.gamma(5, 0.2, len(cells)) + 0.0
    if not other.sum():
        cells["value"] = other = pd.Series(1.0, index=cells.index)
    total = int(rng.integers(50, 5000))
    return cells, cells.assign(value=largest_remainder(total, other, list(range(len(cells)))))


def margin(table, *keys):
    return table.groupby(list(keys), as_index=False)["value"].sum()


# ---- worked by hand


def test_ten_million_over_three_products_and_three_regions() -> None:
    fitted = fit_margins(flat(), [PRODUCTS, REGIONS])
    wide = fitted.matrix("product", "region")[["North", "East", "South"]]
    assert wide.to_numpy().tolist() == [[90, 120, 90], [150, 200, 150], [60, 80, 60]]
    assert fitted.headline() == (
        "1.0k CNY over 9 crossed cells, the totals of Product, Region all met exactly"
    )


def test_the_cross_ratio_of_the_base_is_kept() -> None:
    cells = pd.DataFrame({"r": list("EEWW"), "p": list("ABAB"), "value": [40.0, 10, 20, 30]})
    out = fit_margins(
        cells,
        [pd.DataFrame({"r": list("EW"), "value": [600, 400]}),
         pd.DataFrame({"p": list("AB"), "value": [500, 500]})],
    ).to_frame()["fitted"]  # fmt: skip
    assert out[0] * out[3] / (out[1] * out[2]) == pytest.approx(40 * 30 / (10 * 20))


def test_a_cascade_of_the_fitted_cells_hands_down_exactly_these() -> None:
    fitted = fit_margins(flat(), [PRODUCTS, REGIONS])
    plan = cascade(1000, fitted.basis(("product", "region"), year=2024))
    leaves = plan.nodes().query("level == 'region'")
    assert leaves["value"].tolist() == fitted.to_frame()["value"].tolist()


# ---- invariants


@settings(max_examples=10)
@given(st.integers(0, 10**6))
def test_margins_are_exact_zeros_stay_zero_and_rows_may_come_in_any_order(seed) -> None:
    cells, table = crossed(seed)
    margins = [margin(table, "a"), margin(table, "b"), margin(table, "c")]
    for asked in (margins[:1], margins[:2], margins, [margin(table, "a", "b"), margins[2]]):
        out = fit_margins(cells, asked)
        frame = out.to_frame()
        assert out.worst < 1e-9
        for wanted in asked:
            keys = [c for c in wanted.columns if c != "value"]
            assert margin(frame, *keys)["value"].tolist() == wanted["value"].tolist()
        assert (frame.loc[frame["base"] == 0, "value"] == 0).all()
        if len(asked) < 3:
            assert ((frame["value"] - frame["fitted"]).abs() < 1).all()
    again = fit_margins(cells.sample(frac=1, random_state=1), [m[::-1] for m in asked])
    assert again.to_frame().to_csv() == frame.to_csv()


@settings(max_examples=8)
@given(st.integers(0, 10**6))
def test_a_base_that_meets_its_margins_is_left_as_it_is(seed) -> None:
    _, table = crossed(seed)
    out = fit_margins(table, [margin(table, "a"), margin(table, "b", "c")])
    assert out.n_rounds == 0
    assert out.to_frame()["fitted"].tolist() == table["value"].astype("float64").tolist()
    assert out.to_frame()["value"].tolist() == table["value"].tolist()


# ---- refusals


def refusal(cells, margins, **options) -> str:
    with pytest.raises(ContractError) as caught:
        fit_margins(cells, margins, **options)
    return str(caught.value)


def test_margins_with_different_grand_totals_name_both() -> None:
    other = REGIONS.assign(value=[300, 400, 310])
    assert refusal(flat(), [PRODUCTS, other]) == (
        "Margins have different grand totals: product 1,000, region 1,010.\n"
        "  where: fit_margins(margins=...)\n"
        "  fix:   make them equal: the difference is 10"
    )


def test_a_total_over_cells_that_are_all_zero_is_refused_unless_a_seed_is_given() -> None:
    cells = flat()
    cells.loc[cells["product"] == "B", "value"] = 0.0
    assert refusal(cells, [PRODUCTS, REGIONS]) == (
        "The product totals of B (500) lie over cells that are all zero.\n"
        "  where: base, keys ['product'], see .rows\n"
        "  fix:   allow them a weight with seed=, add cells to base, or set the total to 0"
    )
    out = fit_margins(cells, [PRODUCTS, REGIONS], seed=1.0)
    assert margin(out.to_frame(), "product")["value"].tolist() == [300, 500, 200]
    assert "3 cells have a base of 0; 3 of them" in out.explain()


def test_zeros_that_leave_no_table_are_reported_with_the_worst_margin() -> None:
    cells = pd.DataFrame({"r": list("EEW"), "p": list("ABB"), "value": 1.0})
    asked = [
        pd.DataFrame({"r": list("EW"), "value": [10, 90]}),
        pd.DataFrame({"p": list("AB"), "value": [50, 50]}),
    ]
    message = refusal(cells, asked, rounds=50)
    assert message.startswith("The margins were not met in 50 rounds: worst is r ")
    assert message.endswith(
        "fix:   the zero cells of base leave no table with these totals: allow some with seed=, or "
        "change the totals"
    )


def test_a_group_without_a_total_and_a_strange_column_are_refused() -> None:
    assert refusal(flat(), [PRODUCTS.head(2), REGIONS]) == (
        "margins[0] has no total for 1 of its groups: C.\n"
        "  where: margins[0], keys ['product']\n"
        "  fix:   give a total, 0 where nothing is wanted"
    )
    assert refusal(flat(), [PRODUCTS.rename(columns={"product": "produkt"})]).startswith(
        "margins[0] must have key columns of base and 'value', got ['produkt', 'value']."
    )
    assert refusal(flat(-1.0), [PRODUCTS]).startswith("9 of 9 cells of base are negative")
    assert refusal(flat(), []).startswith("There is no margin to fit to.")


# ---- out of territory


SALES = pd.DataFrame(
    {
        "salesperson": ["Li", "Li", "Wu", "Wu"],
        "region": ["East", "West", "West", "West"],
        "date": ["2024-03-01", "2024-03-01", "2024-03-01", "2024-07-01"],
        "value": [70.0, 30.01, 55.0, 5.0],
    }
)
HOMES = pd.DataFrame(
    {
        "salesperson": ["Li", "Wu"],
        "region": ["East", "West"],
        "valid_from": ["2024-01-01", "2024-01-01"],
        "valid_to": [None, "2024-06-30"],
    }
)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("credit", ["by_person", "by_region", "split"])
def test_both_views_add_up_whoever_gets_the_credit(credit, lang) -> None:
    out = territory_lines(SALES, HOMES, credit=credit)
    assert out.total == 160.01
    assert round(out.persons["value"].sum(), 2) == round(out.regions["value"].sum(), 2) == 160.01
    # Wu's July sale is outside too: the territory had ended
    assert out.outside == 35.01
    assert_good_figure(out.plot(lang=lang))


def test_half_of_an_outside_sale_goes_to_each_and_no_cent_is_lost() -> None:
    out = territory_lines(SALES, HOMES, credit="split")
    assert out.persons.to_numpy().tolist() == [
        ["", "outside", 17.5], ["Li", "inside", 70.0], ["Li", "outside", 15.01],
        ["Wu", "inside", 55.0], ["Wu", "outside", 2.5],
    ]  # fmt: skip


def test_the_credit_has_to_be_chosen() -> None:
    with pytest.raises(TypeError, match="credit"):
        territory_lines(SALES, HOMES)
    with pytest.raises(ContractError) as caught:
        territory_lines(SALES, HOMES, credit="person")
    assert str(caught.value) == (
        "'person' is not a credit here; known: by_person, by_region, split.\n"
        "  where: territory_lines\n  fix:   write 'by_person'"
    )


# ---- managers


def people(role="own", value=10.0) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "salesperson": ["Chen", "Li", "Wang"],
            "manager": ["", "Chen", "Chen"],
            "role": [role, "", "own"],
            "value": [value, 40.0, 50.0],
        }
    )


def test_a_manager_has_an_own_row_and_a_rollup_row() -> None:
    rows = manager_rows(people())
    assert rows.to_numpy().tolist() == [
        ["Chen", "", "own", 10.0], ["Chen", "", "rollup", 100.0],
        ["Li", "Chen", "own", 40.0], ["Wang", "Chen", "own", 50.0],
    ]  # fmt: skip
    assert rows.loc[rows["role"] == "own", "value"].sum() == 100.0


def test_a_row_that_could_be_counted_twice_names_the_manager() -> None:
    with pytest.raises(ContractError) as caught:
        manager_rows(people(role="", value=90.0))
    assert str(caught.value) == (
        "The row of Chen does not say whether it is Chen's own target or the sum of the reports: "
        "adding it to theirs could count them twice.\n"
        "  where: targets, rows [0], column 'role', see .rows\n"
        "  fix:   write own or rollup into 'role', in two rows where there are both"
    )
    with pytest.raises(ContractError) as caught:
        manager_rows(people(role="rollup", value=95.0))
    assert str(caught.value) == (
        "The roll-up of Chen is 95.00; own row and reports add up to 90.00.\n"
        "  where: targets, role 'rollup', see .rows\n"
        "  fix:   leave the roll-up out: it is added up here"
    )
    with pytest.raises(ContractError, match="is, through others, the manager of"):
        manager_rows(people().assign(manager=["Li", "Chen", "Chen"], role="own"))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_fitted_cells_are_drawn_as_a_grid(lang) -> None:
    assert_good_figure(fit_margins(flat(), [PRODUCTS, REGIONS]).plot(lang=lang))
    one = flat().head(3)[["region", "value"]]
    assert_good_figure(fit_margins(one, [REGIONS]).plot(lang=lang))
