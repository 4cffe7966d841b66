"""Lists in a printed frame, days without a year, and files that are no tables."""

import time

import pytest
from shoptools import load, put

import salesanalysis as sa
from salesanalysis.data.propose.front import propose
from salesanalysis.data.sources.framed import is_framed
from salesanalysis.errors import ContractError

RULE = "-" * 46
HEAD = "|Beleg |Auft.Dat. |Kunde |Material|    Nettowert|"
LIST = "\r\n".join(
    [
        "15.07.2024            Listenausgabe            1",
        RULE,
        HEAD,
        "|" + "-" * 44 + "|",
        "|9001  |03.01.2024|Acme  |Pump    |     1.234,56|",
        "|9002  |14.01.2024|Beta  |Valve   |       100,00|",
        "|9003  |15.02.2024|Acme  |Pump    |     1.234,56-|",
        "|9004  |16.02.2024|Beta  |Valve   |     2.000,00|",
        RULE,
        "|*     |          |      |        |     2.100,00|",
        RULE,
        "|9005  |17.02.2024|Acme  |Pump    |        50,00|",
        "|9006  |18.02.2024|Beta  |Valve   |        50,00|",
        RULE,
        "|**    |          |      |        |     2.200,00|",
        RULE,
        "",
    ]
)
DAYS = "Datum;Kunde;Umsatz\n31.01.;Acme;5,00\n05.02.;Beta;7,00\n"
YEARLESS = """name: x
tables:
  sales:
    file: days.csv
    columns:
      order_id: {{row: true}}
      date: {date}
      region: {{constant: All}}
      customer: Kunde
      revenue: Umsatz
"""


def test_a_list_screen_of_sap_loads_as_proposed_without_its_sums(tmp_path) -> None:
    path = put(tmp_path, LIST, "list.txt")
    found = propose(path, counts=False)
    mapping = tmp_path / "m.yaml"
    mapping.write_text(found.text, encoding="utf-8")
    data = sa.load(path, mapping=mapping)
    frame = data.frame("sales")
    assert len(frame) == 6
    assert frame["revenue"].sum() == pytest.approx(2200.0)
    assert frame["revenue"].min() == -1234.56
    said = data.quality.explain()
    assert "Left out because the mapping says so: 2 rows (4.3k CNY)." in said
    assert "list.txt is a list in a printed frame; its strokes and lines of dashes (6)" in said
    assert "list.txt是带打印框线的清单；框线和6行横线已略去" in data.quality.explain("zh")


def test_a_line_that_leaves_the_frame_is_refused_not_lost(tmp_path) -> None:
    torn = LIST.replace("|9004  |16.02.2024|Beta  |Valve   ", "9004  16.02.2024 Beta")
    with pytest.raises(ContractError, match="cannot be read: line 6 has 3 cells, the header 5"):
        propose(put(tmp_path, torn, "list.txt"), counts=False)


@pytest.mark.parametrize("text", ["a|b\n---|---\n1|2\n", "|a|b|\n|1|2|\n", "a,b\n---,---\n1,2\n"])
def test_a_plain_file_with_strokes_or_dashes_is_no_frame(text) -> None:
    assert not is_framed(text)


def test_a_long_rule_with_a_word_in_it_takes_no_time() -> None:
    start = "".join(f"{'-' * n} Sales by region {'-' * n}\n" for n in range(40, 120))
    before = time.process_time()
    assert not is_framed(start + "a|b\n1|2\n")
    assert not is_framed("|" * 20_000 + "a\n" + "|a|b\n" * 20)
    assert time.process_time() - before < 2


def test_days_without_a_year_are_refused_with_what_to_write(tmp_path) -> None:
    put(tmp_path, DAYS, "days.csv")
    mapping = tmp_path / "m.yaml"
    mapping.write_text(YEARLESS.format(date="Datum"), encoding="utf-8")
    with pytest.raises(ContractError) as caught:
        sa.load(tmp_path / "days.csv", mapping=mapping)
    assert caught.value.fix == (
        "no year stands in them: export the column with its year, or, where all are of one year, "
        "add to the column in the mapping that year and how the rest is written, such as "
        'year: 2024, format: "%d.%m."'
    )


@pytest.mark.parametrize(
    ("days", "formats"),
    [
        (["3月5日", "4月20日"], ["year: 2024, format: %m月%d日"]),
        (["3/5", "4/20"], ["year: 2024, format: %m/%d"]),
        (["20/3", "5/4"], ["year: 2024, format: %d/%m"]),
        (["3/5", "4/6"], ["year: 2024, format: %d/%m", "year: 2024, format: %m/%d"]),
        (["2025年1月10日(金)", "2025年1月12日(日)"], ["format: %Y年%m月%d日*"]),
        (["2025-01-10 (Fri)", "2025-01-12 (Sun)"], ["format: %Y-%m-%d*"]),
        (["20250110114440", "20250112000000"], ["format: %Y%m%d%H%M%S"]),
    ],
)
def test_the_format_that_is_advised_reads_the_days(tmp_path, days, formats) -> None:
    lines = "".join(f"{i},{day},East,5\n" for i, day in enumerate(days))
    (tmp_path / "days.csv").write_text("Order,Datum,Area,Net\n" + lines, encoding="utf-8")
    text = (
        "name: s\ncurrency: EUR\ntables:\n  sales:\n    file: days.csv\n    columns:\n"
        "      {{order_id: Order, region: Area, revenue: Net, date: {date}}}\n"
    )
    mapping = tmp_path / "m.yaml"
    mapping.write_text(text.format(date="Datum"), encoding="utf-8")
    with pytest.raises(ContractError) as caught:
        sa.load(tmp_path / "days.csv", mapping=mapping)
    advised = caught.value.fix.replace('"', "")
    for way in formats:
        start, _, form = way.rpartition("format: ")
        assert form in advised
        assert start in advised
        date = f'{{column: Datum, {start}format: "{form}"}}'
        mapping.write_text(text.format(date=date), encoding="utf-8")
        assert len(sa.load(tmp_path / "days.csv", mapping=mapping).frame("sales")) == 2


def test_a_declared_year_is_read_and_said(tmp_path) -> None:
    put(tmp_path, DAYS, "days.csv")
    mapping = tmp_path / "m.yaml"
    date = '{column: Datum, year: 2024, format: "%d.%m."}'
    mapping.write_text(YEARLESS.format(date=date), encoding="utf-8")
    data = sa.load(tmp_path / "days.csv", mapping=mapping)
    days = data.frame("sales")["date"].dt.strftime("%Y-%m-%d")
    assert days.tolist() == ["2024-01-31", "2024-02-05"]
    said = "The dates of Datum name no year; the mapping says 2024 for all of them."
    assert said in data.quality.explain()


def test_a_day_the_declared_year_does_not_have_is_refused_with_its_row(tmp_path) -> None:
    put(tmp_path, DAYS.replace("05.02.", "29.02."), "days.csv")
    mapping = tmp_path / "m.yaml"
    date = '{column: Datum, year: 2023, format: "%d.%m."}'
    mapping.write_text(YEARLESS.format(date=date), encoding="utf-8")
    with pytest.raises(ContractError, match=r"first: row 2, 'Datum' is '29\.02\.'"):
        sa.load(tmp_path / "days.csv", mapping=mapping)


@pytest.mark.parametrize(
    ("date", "said"),
    [
        ("{column: Datum, year: 2024}", "year says the year of days that name none"),
        ('{column: Datum, year: 2024, format: "%d.%m.%Y"}', "year says the year of days"),
        ('{column: Datum, year: 24, format: "%d.%m."}', "a year such as 2024"),
    ],
)
def test_a_year_that_cannot_be_meant_is_refused(tmp_path, date, said) -> None:
    put(tmp_path, DAYS, "days.csv")
    mapping = tmp_path / "m.yaml"
    mapping.write_text(YEARLESS.format(date=date), encoding="utf-8")
    with pytest.raises(ContractError, match=said):
        sa.load(tmp_path / "days.csv", mapping=mapping)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[{"id": 1, "amount": 5}]', "x.csv is JSON, not a table."),
        ('{\n  "rows": []}', "x.csv is JSON, not a table."),
        ("%PDF-1.4\n1 0 obj\n", "x.csv is a PDF document, not a table."),
    ],
)
def test_a_file_that_is_no_table_is_called_by_what_it_is(tmp_path, text, said) -> None:
    with pytest.raises(ContractError) as caught:
        load(put(tmp_path, text, "x.csv"))
    assert caught.value.what == said
    assert caught.value.fix == (
        "export the table itself, as CSV or a workbook, from the program that made it"
    )


def test_a_header_in_brackets_is_no_json(tmp_path) -> None:
    text = "[order],[date],[region],[revenue]\n1,2024-01-01,East,5\n2,2024-01-02,East,6\n"
    assert "[revenue]" in propose(put(tmp_path, text, "x.csv"), counts=False).text


def test_orders_of_shops_take_what_was_paid_after_discounts(tmp_path) -> None:
    rows = "".join(
        f"A{i},2024-01-{i:02d} 10:00:00,杯子,2,50.00,100.00,10.00,0,90.00,"
        f"{'已完成' if i % 5 else '已发货，退款成功'}\n"
        for i in range(1, 29)
    )
    head = "主订单编号,订单提交时间,选购商品,商品数量,商品单价,金额,优惠总金额,运费,折后金额,订单状态\n"
    found = propose(put(tmp_path, head + rows, "x.csv"), counts=False).text
    assert 'revenue: "折后金额"' in found
    assert 'product: "选购商品"' in found
    assert 'quantity: "商品数量"' in found
    assert "已发货，退款成功" in found


def test_a_status_that_sounds_like_a_return_is_named_where_it_counts_as_a_sale(tmp_path) -> None:
    rows = "".join(
        f"A{i},2024-01-{i:02d},9.00,{'已完成' if i % 5 else '已退款完成'}\n" for i in range(1, 29)
    )
    file = put(tmp_path, "订单编号,下单日期,金额,订单状态\n" + rows, "x.csv")
    assert (
        "订单状态中的已退款完成可能表示退货或取消，共5行按销售计" in propose(file, lang="zh").text
    )
    quiet = put(
        tmp_path,
        "订单编号,下单日期,金额,订单状态\n" + rows.replace("已退款完成", "待发货"),
        "y.csv",
    )
    assert "可能表示退货" not in propose(quiet, lang="zh").text


def test_codes_of_currencies_in_small_letters_are_codes(tmp_path) -> None:
    rows = "".join(f"ch_{i},2024-01-{i:02d},5.00,usd,Acme\n" for i in range(1, 29))
    found = propose(
        put(tmp_path, "id,Created,Amount,Currency,Customer\n" + rows, "x.csv"), counts=False
    ).text
    assert "currency: USD" in found
