"""`salesanalysis check`: the whole report, the rows, the exit codes."""

import json
import re
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from clitools import run

LINES = """Order,Day,Area,Rep,Item,Client,Qty,Price,Net
A1,2024-01-05,North,Li,Pump,Bolt AG,2,10.00,20.00
A1,2024-01-05,North,Li,Pump,Bolt AG,2,10.00,20.00
A2,2024-01-31,North,Li,Pump,,1,10.00,10.00
A3,2024-02-10,South,Wang,Pump,=1+2,3,10.00,30.00
A4,2024-02-29,South,Wang,Pump,Nut Ltd,1,0.00,0.00
"""
MAPPING = """name: shop
title: {en: Corner shop, zh: 小店}
tables:
  sales:
    file: shop.csv
    columns:
      order_id: Order
      date: Day
      region: Area
      salesperson: Rep
      product: Item
      customer: Client
      quantity: Qty
      unit_price: Price
      revenue: Net
cleaning:
  duplicates: drop
"""
LEDGER = "region,period,revenue\nNorth,2024-01,30.00\nSouth,2024-02,25.00\n"
VERIFY = """verify:
  ledger: {file: ledger.csv, by: [region, period], tolerance: 0.005}
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch) -> Path:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "shop.csv").write_text(LINES, "utf-8")
    (tmp_path / "shop" / "mapping.yaml").write_text(MAPPING, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "shop"


REPORT = """Corner shop
4 order lines worth 60 CNY from 5 Jan 2024 to 29 Feb 2024; 1 left out (20 CNY); suspicious: \
without a customer, 1 line (10 CNY); other kinds: 1
"""


def test_the_report_says_what_was_read_lost_and_doubted_and_that_nobody_confirms_it(
    shop, capsys
) -> None:
    code, out, err = run(capsys, "check", "shop")
    assert (code, err) == (0, "")
    assert out.startswith(REPORT)
    assert (
        """
Lines in, lines found by each rule, lines kept
Rule                  Status         Rows  Amount  Share of amounts  Rows left out  Amount left out
Lines read            sum               5   80.00            100.0%              0             0.00
Exact copies          left out          1   20.00             25.0%              1            20.00
Without a customer    counted, kept     1   10.00             12.5%              0             0.00
Price of zero         counted, kept     1    0.00              0.0%              0             0.00
Lines after the day   sum               0    0.00                 –              0             0.00
Lines in the numbers  sum               4   60.00                 –              0             0.00

Control totals of each file
Table        File      Rows  Amount
Order lines  shop.csv     5   80.00

Coverage
Table        First day   Last day    Rows used  Rows later  Empty values  Status
Order lines  2024-01-05  2024-02-29          4           0             1  has empty values
Order lines in 2 months, Jan 2024 to Feb 2024; closed through Feb 2024, seen on the evening of \
29 Feb 2024.

Verification against a third party
Unverified: no third party figure was given for revenue
"""
        in out
    )


def test_the_report_is_chinese_where_that_is_asked_for(shop, capsys) -> None:
    code, out, _ = run(capsys, "check", "shop", "--lang", "zh")
    assert code == 0
    assert out.startswith("小店\n2024年1月5日至2024年2月29日共4条订单明细，60元；")
    assert re.search("完全重复的明细 +已剔除 +1 +20.00", out)
    assert out.endswith("与第三方核对\n未核对：销售额没有第三方数据\n")


def test_a_third_party_that_differs_is_in_the_report_and_in_the_rows(shop, capsys) -> None:
    (shop / "ledger.csv").write_text(LEDGER, "utf-8")
    (shop / "mapping.yaml").write_text(MAPPING + VERIFY, "utf-8")
    code, out, _ = run(capsys, "check", "shop", "--rows", "found")
    assert code == 0
    said = (
        "Differs from the finance ledger: 1 of 2 cells (50.0% of the money) agree within 0.5%; "
        "largest difference +5.00 CNY (South, Feb 2024)"
    )
    assert f"{said}\n" in out
    assert f"Revenue: {said}\n" in out
    cells = pd.read_csv("found/verification_1.csv")
    assert cells["difference"].tolist() == [5.0, 0.0]


def test_above_a_limit_the_report_is_printed_with_nothing_left_out_and_the_code_is_1(
    shop, capsys
) -> None:
    code, out, err = run(capsys, "check", "shop", "--set", "missing_customer.limit=0.1")
    assert code == 1
    assert err == (
        "error[over-limit]: missing_customer finds 1 of 5 order lines (20.00%), above its limit "
        "of 10.00%.\n"
        "  where: cleaning.missing_customer.limit; first rows [3], see .rows\n"
        "  fix:   mend the export, or raise the limit if these lines are right\n"
    )
    assert out.startswith(
        "Stopped above its limits. Below, the same data with everything counted and nothing left "
        "out.\n\nCorner shop\n5 order lines worth 80 CNY from 5 Jan 2024 to 29 Feb 2024; none "
        "dropped by a rule; "
    )


def test_above_the_budget_the_rows_are_written_all_the_same(shop, capsys) -> None:
    Path("rules.yaml").write_text("zero_price: drop\nmax_loss: {rows: 0.3}\n", "utf-8")
    code, _, err = run(capsys, "check", "shop", "--cleaning", "rules.yaml", "--rows", "found")
    assert code == 1
    assert err == (
        "error[over-budget]: The cleaning would drop 40.00% of the order lines, above the budget "
        "of 30.00%.\n"
        "  where: cleaning.max_loss.rows; lines by rule: duplicates 1, zero_price 1\n"
        "  fix:   flag instead of drop where the lines are right, or raise the budget\n"
    )
    assert len(pd.read_csv("found/duplicates.csv")) == 1
    assert len(pd.read_csv("found/zero_price.csv")) == 1


def test_every_rule_with_lines_has_its_file_and_its_sheet(shop, capsys) -> None:
    code, out, _ = run(capsys, "check", "shop", "--rows", "found", "--lang", "zh")
    names = ["loss", "sources", "duplicates", "missing_customer", "zero_price"]
    assert code == 0
    assert [Path(x).name for x in out.splitlines()[-6:]] == [
        *(f"{n}.csv" for n in names),
        "tables.xlsx",
    ]
    row = pd.read_csv("found/missing_customer.csv").iloc[0]
    assert (row["row"], row["order_id"], row["revenue"]) == (3, "A2", 10.0)
    book = openpyxl.load_workbook("found/tables.xlsx", read_only=True)
    assert book.sheetnames == ["损失报告", "控制总数", "完全重复的明细", "缺少客户", "单价为零"]


def test_a_formula_in_an_offending_row_is_text(shop, capsys) -> None:
    code, _, _ = run(capsys, "check", "shop", "--set", "listed.where={order_id: A3}",
                     "--rows", "found")  # fmt: skip
    assert code == 0
    assert "'=1+2" in Path("found/listed.csv").read_text("utf-8-sig")


def test_a_change_keeps_the_other_options_of_the_rule_and_of_the_mapping(shop, capsys) -> None:
    code, out, _ = run(capsys, "check", "shop", "--set", "duplicates.limit=0.5")
    assert code == 0
    assert "; 1 left out (20 CNY)" in out
    code, out, _ = run(capsys, "check", "shop", "--set", "duplicates=flag")
    assert "; none dropped by a rule;" in out


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (
            ["check", "nowhere"],
            "error[no-input]: nowhere does not exist.\n  where: folder .\n"
            "  fix:   check the path\n",
        ),
        (
            ["check", "shop", "--set", "duplicate=drop"],
            "error[unknown-name]: 'duplicate' is not a rule here; known: total_rows, "
            "sum_of_rows, test_accounts, listed, duplicates, returned_pairs, unpaired_returns, "
            "missing_customer, missing_salesperson, missing_region, missing_product, zero_price, "
            "negative_price, wrong_sign, revenue_differs, below_cost, unlike_names, outliers, "
            "unknown_people, unknown_regions, ....\n"
            "  where: --set duplicate\n  fix:   write 'duplicates'\n",
        ),
        (
            ["check", "shop", "--set", "duplicates"],
            "error[bad-choice]: 'duplicates' changes nothing.\n  where: --set\n"
            "  fix:   write duplicates=drop, or outliers.limit=0.01\n",
        ),
        (
            ["check", "shop", "--set", "duplicates=dorp"],
            "error[unknown-name]: 'dorp' is not a word for what duplicates does here; known: skip, flag, "
            "drop.\n  where: --set duplicates.action\n  fix:   write 'drop'\n",
        ),
        (
            ["check", "shop", "--lang", "fr"],
            "error[bad-choice]: argument --lang: invalid choice: 'fr' (choose from 'en', 'zh').\n"
            "  where: salesanalysis check\n  fix:   see salesanalysis check --help\n",
        ),
    ],
)
def test_bad_input_is_exit_code_2_and_prints_nothing(shop, capsys, argv, said) -> None:
    assert run(capsys, *argv) == (2, "", said)


def test_a_line_of_the_rules_file_is_named(shop, capsys) -> None:
    Path("rules.yaml").write_text("duplicates: drop\nzero_prise: drop\n", "utf-8")
    code, out, err = run(capsys, "check", "shop", "--cleaning", "rules.yaml")
    assert (code, out) == (2, "")
    assert "  where: rules.yaml:2: zero_prise\n  fix:   write 'zero_price'\n" in err


def test_a_snapshot_checks_like_the_source_it_was_made_from(shop, capsys) -> None:
    from salesanalysis.data import load

    (shop / "ledger.csv").write_text(LEDGER, "utf-8")
    (shop / "mapping.yaml").write_text(MAPPING + VERIFY, "utf-8")
    load(shop).save(Path("saved"))
    first, second = (run(capsys, "check", place) for place in ("shop", "saved"))
    assert first == second


def test_the_demo_command_writes_the_ugly_company_and_says_how_to_read_it(
    tmp_path, capsys, monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, "demo", "ugly", "--dirty", "--lang", "en")
    assert (code, err) == (0, "")
    truth = json.loads(Path("ugly/truth.json").read_text("utf-8"))
    assert out.splitlines()[0].startswith("written: ugly, ")
    assert "salesanalysis.load('ugly')" in out
    assert truth["lang"] == "en"
    code, out, err = run(capsys, "demo", "ugly", "--dirty", "--scale", "2")
    assert (code, out) == (2, "")
    assert err == (
        "error[bad-choice]: dirty and scale do not go together.\n"
        "  where: salesanalysis demo\n  fix:   write one folder with each\n"
    )


def test_the_trial_data_keep_their_control_totals(adventureworks, capsys) -> None:
    code, out, _ = run(capsys, "check", str(adventureworks))
    assert code == 0
    assert re.search(r"Lines read +sum +60,855 +80,450,596\.98", out)
