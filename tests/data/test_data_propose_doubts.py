"""Nothing is guessed in silence: what is unsure stands in the draft and in the sentences."""

import re
from pathlib import Path

import pandas as pd
import pytest
from exporting import text
from hypothesis import given, settings
from hypothesis import strategies as st

import salesanalysis as sa
from salesanalysis import cli
from salesanalysis.data.mapping.months import month_format
from salesanalysis.data.propose import propose, safe_name
from salesanalysis.data.propose.matching import assigned, pairs
from salesanalysis.data.propose.seen import Field
from salesanalysis.data.words.headings import heading, unit_of

COLUMNS = {
    "单据编号": ["A1", "A2"], "业务日期": ["2024-01-05", "2024-02-05"], "办事处": ["华东", "华南"],
    "业务部门": ["一部", "二部"], "业务员": ["张", "李"], "客户全称": ["甲", "乙"],
    "物料名称": ["茶", "杯"], "实发数量": ["1", "2"], "含税单价": ["5", "6"],
    "价税合计": ["5", "12"], "不含税金额": ["4.4", "10.6"], "税额": ["0.6", "1.4"],
    "成本": ["3", "7"], "备注": ["", "x"], "币别": ["人民币", "人民币"],
}  # fmt: skip


def fields(names: list[str]) -> dict[str, Field]:
    return {c: Field(heading(c), pd.Series(COLUMNS[c], dtype="str")) for c in names}


def chosen(names: list[str]) -> dict[str, str]:
    return {ours: p.theirs for ours, p in assigned(pairs("sales", fields(names))).items()}


@settings(max_examples=5, deadline=None)
@given(st.permutations(list(COLUMNS)))
def test_the_order_of_the_columns_changes_nothing(names: list[str]) -> None:
    assert chosen(names) == chosen(list(COLUMNS))


def test_net_is_told_from_gross_and_names_of_a_chinese_system_are_known() -> None:
    assert chosen(list(COLUMNS)) == {
        "order_id": "单据编号", "date": "业务日期", "region": "办事处", "team": "业务部门",
        "salesperson": "业务员", "customer": "客户全称", "product": "物料名称",
        "quantity": "实发数量", "unit_price": "含税单价", "revenue": "不含税金额",
        "_gross": "价税合计", "cost": "成本", "currency": "币别",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("written", "plain", "unit", "currency"),
    [
        ("销售额（万元）", "销售额", "万元", "CNY"),
        ("金额(元)", "金额", "", "CNY"),
        ("Revenue (k)", "revenue", "thousands", ""),
        ("Net Amount (USD)", "netamount", "", "USD"),
        ("Net (10k CNY)", "net", "万元", "CNY"),
        ("Umsatz in TEUR", "umsatz", "thousands", "EUR"),
        ("收入_百万元", "收入", "百万元", "CNY"),
        ("客户(全称)", "客户全称", "", ""),
        ("Probability (%)", "probability", "percent", ""),
        ("Sales 2024", "sales2024", "", ""),
    ],
)
def test_a_heading_gives_its_unit_and_currency(
    written: str, plain: str, unit: str, currency: str
) -> None:
    found = heading(written)
    assert (found.plain, found.unit, found.currency) == (plain, unit, currency)


def test_only_whole_words_are_units() -> None:
    assert [unit_of(t) for t in ("Stück", "含税", "2024", "pcs")] == [None] * 4


@pytest.mark.parametrize(
    ("name", "written"),
    [("M1", "M%m"), ("12月", "%m月"), ("13月", ""), ("May", "%b"), ("2024-13", ""), ("202403", "%Y%m"),
     ("2024.03", "%Y.%m"), ("March 2024", "%B %Y"), ("Total", ""), ("Q1", "")],
)  # fmt: skip
def test_the_name_of_a_month_is_known_by_its_form(name: str, written: str) -> None:
    assert month_format(name) == written


def test_a_day_that_can_be_two_days_is_left_to_the_reader_with_both_lines(tmp_path: Path) -> None:
    file = text(tmp_path, "a.csv", ["Order No,Order Date,Region,Net Sales", "1,05/01/2024,N,10",
                                    "2,06/02/2024,S,20"])  # fmt: skip
    proposal = propose(file, counts=False)
    assert not proposal.loads
    said = proposal.explain().splitlines()
    assert said[:2] == [
        "a.csv does not load with this draft yet: 2 of 2 values of 'Order Date' can be read as two "
        "days: '05/01/2024' is 2024-01-05 or 2024-05-01.",
        'What to do: add to the column in the mapping format: "%d/%m/%Y" for 2024-01-05, or format: '
        '"%m/%d/%Y" for 2024-05-01.',
    ]
    assert proposal.headline("zh").startswith("用此草案尚不能读入a.csv：")
    draft = proposal.to_yaml()
    one = '      #   date: {column: "Order Date", format: "%d/%m/%Y"}  # for 2024-01-05\n'
    assert one in draft
    assert '      #   date: {column: "Order Date", format: "%m/%d/%Y"}  # for 2024-05-01\n' in draft
    # the line is taken: the plain one goes, the chosen one wakes up
    mended = re.sub(r'      date: "Order Date".*\n', "", draft).replace(
        one, one.replace("#   date", "date")
    )
    (tmp_path / "m.yaml").write_text(mended, "utf-8")
    assert sa.load(file, mapping=tmp_path / "m.yaml").frame("sales")["date"].dt.month.tolist() == [
        1,
        2,
    ]


def test_several_currencies_are_a_question_and_not_a_sum(tmp_path: Path) -> None:
    file = text(tmp_path, "a.csv", ["Order No,Order Date,Country,Currency,Net Sales",
                                    "1,2024-01-05,DE,EUR,10", "2,2024-01-06,US,USD,20",
                                    "3,2024-01-07,US,USD,5"])  # fmt: skip
    proposal = propose(file, counts=False)
    assert not proposal.loads
    draft = proposal.to_yaml()
    assert "# currency_is_label: true  # the amounts are all in one currency already\n" in draft
    assert "# rates: {fixed: {EUR: RATE}}  # or: how many USD one of each is\n" in draft
    rates = draft.replace("# rates: {fixed: {EUR: RATE}}", "rates: {fixed: {EUR: 1.1}}")
    (tmp_path / "m.yaml").write_text(rates, "utf-8")
    assert sa.load(file, mapping=tmp_path / "m.yaml").frame("sales")["revenue"].sum() == 36.0


def test_without_an_amount_it_is_quantity_times_price_and_credit_notes_are_returns(
    tmp_path: Path,
) -> None:
    rows = [f"{536365 + i},P{i % 3},2,2024-01-{1 + i:02d},1.50,UK" for i in range(20)]
    rows += ["C536380,P1,-1,2024-01-25,1.50,UK", "C536381,P2,-2,2024-01-26,1.50,UK"]
    file = text(
        tmp_path,
        "retail.csv",
        ["InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,Country", *rows],
    )
    proposal = propose(file, counts=False)
    assert proposal.trial["amount"] == 55.5
    draft = proposal.to_yaml()
    assert 'revenue: {multiply: ["Quantity", "UnitPrice"]}' in draft
    assert 'is_return: {column: "InvoiceNo", starts_with: "C"}' in draft
    assert {
        "Revenue: no amount was found, so quantity x price; discounts are not in it",
        "Return: lines whose number begins with C: 2, nearly all negative, so they are returns",
    } <= set(proposal.explain().splitlines())
    assert (
        "是否退货：单号以C开头的有2行，几乎全为负数，视为退货"
        in proposal.explain("zh").splitlines()
    )


def test_a_file_a_spreadsheet_has_mangled_is_not_read_and_the_reason_is_said(
    tmp_path: Path,
) -> None:
    file = text(tmp_path, "m.csv", ["Order No,Order Date,Region,Net Sales", '1,2024-01-05,N,"2,024,994"',
                                    '2,2024-01-06,N,"5,70"', '3,2024-01-06,N,"18,980,944"'])  # fmt: skip
    proposal = propose(file, counts=False)
    assert not proposal.loads
    assert proposal.explain().splitlines()[:2] == [
        "m.csv does not load with this draft yet: 1 of 3 values of 'Net Sales' have commas where no "
        "thousands can end, beside values such as '2,024,994': '5,70' (1 row).",
        "What to do: export the file again from its source without a spreadsheet in between.",
    ]


@pytest.mark.parametrize(
    ("name", "safe"),
    [("订单明细（2024年）.xlsx", "订单明细-2024年"), ("a b&c.csv.gz", "a-b-c"), ("CON.csv", "CON-mapping"),
     ("...", "mapping"), ("v1.2 final.csv", "v1.2-final")],
)  # fmt: skip
def test_the_name_of_a_draft_is_safe_on_every_system(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_the_command_names_the_next_ones_and_writes_the_draft(
    tmp_path, monkeypatch, capsys
) -> None:
    monkeypatch.chdir(tmp_path)
    text(tmp_path, "订单 (1).csv", ["订单号,订单日期,区域,销售额", "1,2024-01-05,N,10"])
    assert cli.main(["map", "订单 (1).csv", "--lang", "zh"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith("用此草案可读入订单 (1).csv：2024年1月至2024年1月共1条订单明细")
    target = Path("params/mappings/订单-1.yaml")
    assert out[-3:] == [
        f"已写入{target}；请逐行核对，然后：",
        f'  salesanalysis check "订单 (1).csv" --mapping {target}',
        f'  salesanalysis render --data "订单 (1).csv" --mapping {target} --regions all',
    ]
    assert target.is_file()
    assert cli.main(["map", "订单 (1).csv"]) == 2
