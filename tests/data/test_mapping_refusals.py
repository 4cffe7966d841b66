"""A mapping that cannot be meant is refused at its line."""

import pytest
from shoptools import PLAIN

from salesanalysis import strictyaml
from salesanalysis.data.mapping import build
from salesanalysis.errors import ContractError


def built(text: str) -> ContractError:
    with pytest.raises(ContractError) as caught:
        build(strictyaml.parse(text, name="shop.yaml"))
    return caught.value


def test_an_unknown_key_of_a_mapping_is_refused_with_the_nearest() -> None:
    assert str(built(PLAIN + "curency: EUR\n")) == (
        "unknown key 'curency'; known: as_of, cleaning, control_totals, currency, "
        "currency_is_label, fiscal_start, name, order, rates, recognise, tables, terms, title, units, verify.\n"
        "  where: shop.yaml:6: curency\n"
        "  fix:   'curency': did you mean 'currency'?"
    )


def test_a_table_nobody_knows_is_refused_with_the_nearest() -> None:
    assert built(PLAIN.replace("  sales:", "  sale:")).fix == "'sale': did you mean 'sales'?"


def test_a_required_column_nobody_mapped_is_named() -> None:
    assert str(built(PLAIN.replace(", revenue: Net", ""))) == (
        "The mapping gives sales no 'revenue'.\n"
        "  where: shop.yaml:3: tables.sales\n"
        '  fix:   add "revenue: their column" under columns, or {constant: ...}'
    )


def test_a_column_mapped_twice_is_refused() -> None:
    text = PLAIN + "    joins: [{file: a.csv, key: Area, take: {region: Name}}]\n"
    assert str(built(text)) == (
        "sales.region is mapped 2 times.\n"
        "  where: shop.yaml:3: tables.sales\n"
        "  fix:   keep one rule for 'region', in columns or in a join"
    )


def test_a_cast_nobody_knows_is_refused_with_the_nearest() -> None:
    text = PLAIN.replace("revenue: Net", "revenue: {column: Net, cast: nubmer}")
    assert built(text).what.startswith("'nubmer' is not a cast here; known: text, date, number")
    assert built(text).fix == "write 'number'"


def test_a_column_needs_one_source() -> None:
    assert str(built(PLAIN.replace("revenue: Net", "revenue: {cast: number}"))) == (
        "sales.revenue needs one source: column, paste, multiply, difference, constant or row.\n"
        "  where: shop.yaml:5: tables.sales.columns.revenue\n"
        "  fix:   write revenue: their column"
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("fiscal_start: July", "fiscal_start must be a whole number, got 'July'."),
        ("fiscal_start: 13", "start_month must be 1 to 12, got 13."),
        ("as_of: soon", "as_of must be a date such as 2020-03-31, got 'soon'."),
        ("recognise: 5", "recognise must be a list, got 5."),
        ("terms: {region: East}", "terms.region must be keys and values, got 'East'."),
        ("terms: {region: {East: {fr: Est}}}", "unknown key 'fr'; known: en, zh."),
    ],
)
def test_a_setting_of_the_wrong_type_is_refused(line: str, message: str) -> None:
    assert built(PLAIN + line + "\n").what == message


def test_a_table_without_a_file_and_a_mapping_without_a_name_are_refused() -> None:
    assert built(PLAIN.replace("    file: lines.csv\n", "")).what == "tables.sales has no 'file'."
    assert built(PLAIN.replace("name: shop\n", "")).what == "The mapping has no 'name'."
