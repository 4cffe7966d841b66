"""Questions nobody can answer: levels, months and days the data do not have."""

from pathlib import Path

import pytest
from shoptools import refused

import salesanalysis as sa
from salesanalysis.errors import ContractError


def test_a_misspelt_level_value_or_region_is_answered_with_the_nearest(shop: Path) -> None:
    data = sa.load(shop, mapping=shop / "shop.yaml")
    with pytest.raises(ContractError) as caught:
        data.panel(by=["regoin"])
    assert str(caught.value) == (
        "'regoin' is not a level here; known: region, order_id.\n"
        "  where: by=...\n"
        "  fix:   write 'region'"
    )
    with pytest.raises(ContractError) as caught:
        data.panel(value="revnue")
    assert str(caught.value) == (
        "'revnue' is not a value here; known: revenue.\n"
        "  where: value=...\n"
        "  fix:   write 'revenue'"
    )
    with pytest.raises(ContractError) as caught:
        data.panel(where={"region": "Esat"})
    assert str(caught.value) == (
        "'Esat' is not a region here; known: East, West.\n"
        "  where: where={'region': ...}\n"
        "  fix:   write 'East'"
    )
    with pytest.raises(ContractError) as caught:
        data.frame("sale")
    assert str(caught.value) == (
        "'sale' is not a table here; known: sales.\n  where: data set shop\n  fix:   write 'sales'"
    )


def test_only_months_are_panels(shop: Path) -> None:
    with pytest.raises(ContractError) as caught:
        sa.load(shop, mapping=shop / "shop.yaml").panel(freq="Q")
    assert str(caught.value) == (
        "freq must be 'M', got 'Q'.\n"
        "  where: panel(freq=...)\n"
        '  fix:   take months and sum them: data.panel(freq="M").years()'
    )


def test_a_level_named_twice_is_refused(shop: Path) -> None:
    with pytest.raises(ContractError, match="by names a level twice"):
        sa.load(shop, mapping=shop / "shop.yaml").panel(by=["region", "region"])


def test_a_day_outside_the_data_is_refused(shop: Path) -> None:
    assert str(refused(shop, mapping=shop / "shop.yaml", as_of="2024-02-29")) == (
        "as_of 2024-02-29 lies outside the data, 2024-01-05 to 2024-01-31.\n"
        "  where: data set shop, as_of=...\n"
        "  fix:   choose a day from 2024-01-05 to 2024-02-28; from 2024-02-29 on a month without a "
        "line would be over"
    )
    assert refused(shop, mapping=shop / "shop.yaml", as_of="soon").what == "'soon' is not a date."


def test_the_first_evening_after_the_last_month_may_be_looked_from(shop: Path) -> None:
    # at the turn of the year nothing is sold yet, and the year ahead is what is planned
    ahead = sa.load(shop, mapping=shop / "shop.yaml", as_of="2024-02-01")
    assert f"{ahead.closed_through:%Y-%m}" == "2024-01"
    whole = sa.load(shop, mapping=shop / "shop.yaml", as_of="2024-01-31")
    assert ahead.panel().frame.equals(whole.panel().frame)


def test_before_the_first_month_is_over_there_is_no_panel(shop: Path) -> None:
    data = sa.load(shop, mapping=shop / "shop.yaml", as_of="2024-01-20")
    with pytest.raises(ContractError) as caught:
        data.panel()
    assert str(caught.value) == (
        "shop: sales to the end of 2023-12 has no rows.\n"
        "  where: shop: sales to the end of 2023-12\n"
        "  fix:   choose a later as_of than 2024-01-20, or check where="
    )


def test_cells_of_months_that_are_not_closed_are_refused(shop: Path) -> None:
    data = sa.load(shop, mapping=shop / "shop.yaml", as_of="2024-01-31")
    with pytest.raises(ContractError) as caught:
        data.cells(first="2024-01-01", last="2024-02-01")
    assert str(caught.value) == (
        "Months 2024-01 to 2024-02 are not a span of closed months.\n"
        "  where: cells(first=..., last=...); closed through 2024-01\n"
        "  fix:   end with 2024-01 or earlier, and start before the end"
    )


def test_an_option_of_the_demo_is_no_option_of_a_folder(shop: Path) -> None:
    assert refused(shop, mapping=shop / "shop.yaml", sed=1).what.startswith("'sed' is not a option")
