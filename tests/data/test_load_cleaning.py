"""The front door with rules, rates and a third party: what a mapping declares is what happens."""

from pathlib import Path

import pytest

import salesanalysis as sa
from salesanalysis.errors import ContractError

LINES = """Order,Day,Area,Product,Customer,Owner,Qty,Price,Net,Cur
A1,2024-01-05,East,Tea,Li,Ann,2,10,20,CNY
A1,2024-01-05,East,Tea,Li,Ann,2,10,20,CNY
A2,2024-01-06,East,Tee,Li,Ann,1,10,10,CNY
A3,2024-01-31,West,Tea,,Bob,3,10,30,USD
TOTAL,2024-01-31,合计,,,,,,80,CNY
A4,2024-02-29,West,Tea,Wu,Bob,1,10,10,USD
"""
MAPPING = """name: shop
tables:
  sales:
    file: lines.csv
    columns: {order_id: Order, date: Day, region: Area, product: Product, customer: Customer,
              salesperson: Owner, quantity: Qty, unit_price: Price, revenue: Net}
"""


def shop(room: Path, more: str = "", mapping: str = MAPPING, **options):
    (room / "lines.csv").write_text(LINES, encoding="utf-8")
    (room / "mapping.yaml").write_text(mapping + more, encoding="utf-8")
    return sa.load(room, **options)


def revenue(data) -> float:
    return float(data.panel().frame["value"].sum())


def test_by_default_everything_stays_in_the_numbers_and_is_said(tmp_path: Path) -> None:
    data = shop(tmp_path)
    assert revenue(data) == 170.0
    rules = data.quality.to_frame().set_index("rule")
    assert (rules["n_rows"]["duplicates"], rules["n_rows"]["total_rows"]) == (1, 1)
    assert data.lost is None
    assert "Exact copies: 1 line" in data.quality.explain()


def test_what_the_mapping_drops_leaves_the_numbers_and_stands_in_the_report(tmp_path: Path) -> None:
    data = shop(tmp_path, "cleaning: {duplicates: drop, total_rows: drop}\n")
    assert revenue(data) == 70.0
    quality = data.quality.to_frame().set_index("rule")
    assert quality["n_dropped"][["duplicates", "total_rows"]].tolist() == [1, 1]
    assert quality["amount_dropped"][["duplicates", "total_rows"]].tolist() == [20.0, 80.0]
    assert quality["n_rows"][["read", "kept"]].tolist() == [6, 4]
    assert data.quality.rows("duplicates")["row"].tolist() == [2]


def test_rules_given_to_load_take_the_place_of_those_of_the_mapping(tmp_path: Path) -> None:
    data = shop(tmp_path, "cleaning: {duplicates: drop}\n", cleaning={"duplicates": "flag"})
    assert revenue(data) == 170.0
    rules = tmp_path / "rules.yaml"
    rules.write_text("total_rows: drop\n")
    assert revenue(sa.load(tmp_path, cleaning=rules)) == 70.0


def test_more_lost_than_the_budget_allows_stops_the_run_with_the_rows(tmp_path: Path) -> None:
    with pytest.raises(ContractError) as caught:
        shop(tmp_path, "cleaning: {total_rows: drop, max_loss: {rows: 0.5, money: 0.1}}\n")
    assert caught.value.code == "over-budget"
    assert caught.value.rows["revenue"].tolist() == [80.0]


def test_a_rule_above_its_limit_stops_the_run(tmp_path: Path) -> None:
    with pytest.raises(ContractError) as caught:
        shop(tmp_path, "cleaning: {missing_customer: {action: flag, limit: 0.1}}\n")
    assert caught.value.code == "over-limit"


def test_a_rule_nobody_knows_is_refused_with_file_and_line(tmp_path: Path) -> None:
    with pytest.raises(ContractError) as caught:
        shop(tmp_path, "cleaning:\n  duplicate: drop\n")
    assert caught.value.where.startswith(f"{tmp_path}/mapping.yaml:8: cleaning.duplicate")
    assert "duplicates" in caught.value.fix


def test_an_accepted_name_is_mended_and_said(tmp_path: Path) -> None:
    data = shop(tmp_path, "cleaning: {rename: {product: {Tee: Tea}}}\n")
    assert sorted(data.frame("sales")["product"].unique()) == ["(none)", "Tea"]
    assert '1 name was mended in 1 line, as the mapping says: "Tee" as "Tea".' in (
        data.quality.explain()
    )


def test_amounts_are_converted_only_by_a_table_of_rates(tmp_path: Path) -> None:
    mapping = MAPPING.replace("revenue: Net}", "revenue: Net, currency: Cur}")
    with pytest.raises(ContractError, match="CNY 4, USD 2"):
        shop(tmp_path, mapping=mapping)
    data = shop(tmp_path, "rates: {fixed: {USD: 7.1}, source: bank}\n", mapping=mapping)
    assert revenue(data) == pytest.approx(130 + 40 * 7.1)
    assert data.origins["sales"].amount == pytest.approx(130 + 40 * 7.1)
    assert data.quality.to_frame().set_index("rule")["n_rows"]["read"] == 6
    assert "USD" in data.conversions[0].explain()
    label = shop(tmp_path, "currency_is_label: true\n", mapping=mapping)
    assert revenue(label) == 170.0


def test_a_declared_third_party_gives_the_data_statement(tmp_path: Path) -> None:
    (tmp_path / "ledger.csv").write_text(
        "area,period,amount\nEast,2024-01,50\nWest,2024-01,30\n合计,2024-01,80\nWest,2024-02,10\n",
        "utf-8",
    )
    verify = (
        "verify: {ledger: {file: ledger.csv, by: [region, period], other_value: amount, "
        "columns: {region: area}, source: finance ledger}}\n"
    )
    data = shop(tmp_path, verify)
    assert [v.status for v in data.verifications] == ["verified"]
    assert data.statement("en") == (
        "Revenue: Agrees with the finance ledger to the last digit: all 4 cells, 170 CNY"
    )
    saved = sa.load(data.save(tmp_path / "snapshot"))
    assert saved.statement("zh") == data.statement("zh")
    assert saved.quality.explain("zh") == data.quality.explain("zh")


def test_without_a_third_party_the_figures_are_called_unverified(tmp_path: Path) -> None:
    assert shop(tmp_path).statement() == ("Unverified: no third party figure was given for revenue")
