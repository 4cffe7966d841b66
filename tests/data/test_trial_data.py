"""Real exports through a mapping, to the last digit of their control totals."""

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from realdata import SHARED_DATA

import salesanalysis as sa
from salesanalysis.data.engine import fetch_exact
from salesanalysis.errors import ContractError


def trial(name: str) -> Path:
    folder = SHARED_DATA / name
    if not folder.is_dir():
        pytest.skip(f"trial data is not there: {folder}")
    return folder


def loaded(folder: Path, room: Path, mapping: str, **options):
    path = room / "mapping.yaml"
    path.write_text(mapping, encoding="utf-8")
    return sa.load(folder, path, **options)


def total(data, column: str, table: str = "sales") -> Decimal:
    whole = data.whole(table)
    return fetch_exact(data.con, whole.aggregate(v=whole[column].sum()))["v"]


RETAIL = """
name: online_retail
currency: GBP
tables:
  sales:
    file: online_retail.csv.xz
    columns:
      order_id: InvoiceNo
      date: InvoiceDate
      region: Country
      product: StockCode
      description: Description
      customer: CustomerID
      quantity: Quantity
      unit_price: UnitPrice
      revenue: {multiply: [Quantity, UnitPrice]}
      is_return: {column: InvoiceNo, starts_with: C}
"""
RETAIL_MONTHS = [
    748957.02, 560000.26, 498062.65, 683267.08, 493207.12, 723333.51, 691123.12, 681300.11,
    682680.51, 1019687.62, 1070704.67, 1461756.25,
]  # fmt: skip


@pytest.fixture(scope="module")
def retail(tmp_path_factory):
    return loaded(trial("uci_online_retail"), tmp_path_factory.mktemp("retail"), RETAIL)


def test_half_a_million_lines_packed_with_xz_come_through_to_the_last_digit(retail) -> None:
    assert retail.origins["sales"].n_rows == 541_909
    assert total(retail, "revenue") == Decimal("9747747.934")
    assert f"{retail.as_of:%Y-%m-%d}" == "2011-12-09"


def test_the_twelve_months_that_are_over_have_their_published_totals(retail) -> None:
    panel = retail.panel()
    assert panel.frame["value"].round(2).tolist() == RETAIL_MONTHS
    assert f"{retail.closed_through:%Y-%m}" == "2011-11"


def test_dirty_lines_are_counted_as_published(retail) -> None:
    rules = retail.quality.to_frame().set_index("rule")
    found = rules["n_rows"]
    assert found["duplicates"] == 5_268
    assert found["missing_customer"] == 135_080
    assert round(rules["amount"]["missing_customer"], 2) == 1_447_682.12
    assert (found["zero_price"], found["negative_price"]) == (2_515, 2)
    cancelled = retail.table("sales").filter(lambda t: t["is_return"])
    counts = fetch_exact(
        retail.con,
        cancelled.aggregate(
            n=cancelled.count(), v=cancelled["revenue"].sum(), o=cancelled["order_id"].nunique()
        ),
    )
    assert counts == {"n": 9_288, "v": Decimal("-896812.4900"), "o": 3_836}


GBK = """
name: orders_zh
currency: USD
as_of: 2018-07-31
tables:
  sales:
    file: "订单明细_*.csv"
    columns:
      order_id: 订单号
      order_line: 行号
      date: 订单日期
      salesperson: 销售员
      region: 区域
      product_line: 产品类别
      product: 产品
      quantity: 数量
      unit_price: 单价
      discount: {column: 折扣率, cast: share}
      discount_amount: {column: 折扣金额, cast: number}
      revenue: 销售额
      cost: 成本
"""


def test_a_month_in_gbk_with_chinese_headers_and_dates(tmp_path: Path) -> None:
    data = loaded(trial("zh_gbk_formatted"), tmp_path, GBK)
    assert data.origins["sales"].n_rows == 1_723
    assert total(data, "revenue") == Decimal("2393689.5600")
    assert total(data, "quantity") == 7_502
    frame = data.frame("sales")
    assert frame["order_id"].nunique() == 72
    assert frame["discount"].max() <= 1.0
    assert frame["discount_amount"].isna().sum() == (frame["discount"] == 0).sum() > 0
    assert data.panel(by=["product_line"]).frame["value"].sum() == pytest.approx(2393689.56)


SHIPPED = """
name: shipped
currency: USD
fiscal_start: 7
tables:
  sales:
    file: ResellerSales_202006.csv.gz
    columns:
      order_id: SalesOrderNumber
      date: OrderDate
      region: SalesTerritoryKey
      salesperson: EmployeeKey
      quantity: OrderQuantity
      unit_price: UnitPrice
      revenue: SalesAmount
      cost: TotalProductCost
  targets:
    file: ResellerSalesTargets.csv
    unpivot: {columns: ["M*"], names_to: month, values_to: target}
    columns:
      salesperson: EmployeeID
      period: {paste: [Year, month], format: "%Y M%m"}
      metric: {constant: sales}
      value: {column: target, unit: thousands}
      unit: {constant: USD}
"""


@pytest.fixture(scope="module")
def shipped(adventureworks: Path, tmp_path_factory):
    return loaded(adventureworks / "as_shipped", tmp_path_factory.mktemp("shipped"), SHIPPED)


def test_the_month_that_arrives_late_in_utf_16(shipped) -> None:
    assert shipped.origins["sales"].n_rows == 3_004
    assert total(shipped, "revenue") == Decimal("3429150.0100")


def test_months_as_columns_with_a_dash_for_none_become_the_targets_typed_by_hand(
    shipped, adventureworks: Path
) -> None:
    tidy = pd.read_csv(adventureworks / "targets_monthly.csv")
    targets = shipped.frame("targets")
    assert len(targets) == len(tidy) == 809
    assert total(shipped, "value", "targets") == Decimal(str(tidy["target"].sum()))
    months = tidy.groupby("month")["target"].sum()
    found = targets.groupby(targets["period"].dt.strftime("%Y-%m-%d"))["value"].sum()
    assert found.to_dict() == months.to_dict()
    assert shipped.origins["targets"].n_left_out == 12 * 81 - 809


PIPELINE = """
name: pipeline
currency: USD
tables:
  sales:
    file: opportunities.csv.gz
    where: {status: Won}
    columns: {order_id: opportunity_id, date: close_date, revenue: value}
    joins:
      - {file: salespeople.csv, key: salesperson_id, take: {salesperson: name, team: manager}}
      - {file: accounts.csv, key: account_id, take: {customer: account, region: state}}
  opportunities:
    file: opportunities.csv.gz
    columns:
      id: opportunity_id
      owner: salesperson_id
      opened: created_date
      closed: close_date
      stage: stage
      status: status
      amount: value
      probability: probability
"""


def test_a_crm_export_gives_won_deals_as_sales_and_counts_the_others(tmp_path: Path) -> None:
    data = loaded(trial("regional_sales_pipeline"), tmp_path, PIPELINE)
    assert data.origins["sales"].n_rows == 7_282
    assert data.origins["sales"].n_left_out == 20_000 - 7_282
    assert total(data, "revenue") == 26_435_925
    by_manager = data.frame("sales").groupby("team")["revenue"].sum()
    assert by_manager.to_dict() == {
        "Amelie Garner": 9_815_874.0,
        "Ethan Brooks": 8_020_694.0,
        "Peyton Davis": 8_599_357.0,
    }
    deals = data.frame("opportunities")
    still_open = deals[deals["status"] == "Open"]
    assert len(still_open) == 5_333
    assert (still_open["amount"] * still_open["probability"]).sum() == pytest.approx(10_893_405.5)


MANGLED = """
name: mangled
currency: USD
tables:
  sales:
    file: FactResellerSales_mangled.csv.gz
    columns:
      order_id: SalesOrderNumber
      date: OrderDateKey
      region: SalesTerritoryKey
      quantity: OrderQuantity
      unit_price: UnitPrice
      revenue: SalesAmount
"""


def refused(tmp_path: Path, mapping: str) -> ContractError:
    with pytest.raises(ContractError) as caught:
        loaded(trial("dirty_excel_mangled"), tmp_path, mapping)
    return caught.value


def test_a_file_a_spreadsheet_mangled_is_refused_with_its_impossible_groups(tmp_path: Path) -> None:
    error = refused(tmp_path, MANGLED)
    assert error.what == (
        "26 of 587 values of 'UnitPrice' have commas where no thousands can end, beside values "
        "such as '1,785,808': '5,70' (16 rows), '809,76' (5 rows), '818,70' (5 rows)."
    )
    assert error.fix == "export the file again from its source without a spreadsheet in between"
    assert error.rows["count"].sum() == 26


def test_its_days_are_refused_too_because_the_spreadsheet_showed_minutes(tmp_path: Path) -> None:
    error = refused(tmp_path, MANGLED.replace("OrderDateKey", "OrderDate"))
    assert "'00:00.0'" in error.what


def test_currency_labels_are_not_converted_and_several_need_a_word(
    adventureworks: Path, tmp_path: Path
) -> None:
    mapping = """
name: labels
currency: USD
tables:
  sales:
    file: orders.csv.gz
    columns: {order_id: order_id, date: order_date, region: territory_id, revenue: revenue, currency: currency}
"""
    with pytest.raises(ContractError) as caught:
        loaded(adventureworks, tmp_path, mapping)
    assert 'add "rates:"' in caught.value.fix
    assert '"currency_is_label: true"' in caught.value.fix
    data = loaded(adventureworks, tmp_path, mapping + "currency_is_label: true\n")
    assert total(data, "revenue") == Decimal("80450596.9823")
    assert data.conversions[0].to_frame()["n_lines"].sum() == 60_855
