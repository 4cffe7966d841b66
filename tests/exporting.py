"""Exports as other people's programs write them, each with the total it has to give."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path


@dataclass(frozen=True)
class Export:
    """One file: what writes it, and the lines and the total the draft has to read from it."""

    name: str
    write: Callable[[Path], Path]
    rows: int
    total: Decimal
    currency: str = "CNY"


def text(
    folder: Path, name: str, lines: list[str], encoding: str = "utf-8", end: str = "\n"
) -> Path:
    path = folder / name
    path.write_bytes((end.join(lines) + end).encode(encoding))
    return path


def book(
    folder: Path, name: str, sheets: dict[str, list[list[object]]], merge: tuple[str, ...] = ()
) -> Path:
    from openpyxl import Workbook

    made = Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for cells in merge:
            sheet.merge_cells(cells)
    made.save(folder / name)
    return folder / name


def salesforce(folder: Path) -> Path:
    """A report of closed and open opportunities."""
    return text(folder, "Opportunities (Q1).csv", [
        '"Opportunity Name","Account Name","Opportunity Owner","Stage","Close Date","Amount","Probability (%)","Created Date","Lead Source"',
        '"Acme - Widgets","Acme Corp","Ann Lee","Closed Won","2/13/2024","$1,200.50","100%","12/1/2023","Web"',
        '"Beta renew","Beta LLC","Bob Ray","Closed Won","3/1/2024","$800.00","100%","1/15/2024","Referral"',
        '"Gamma","Gamma Inc","Ann Lee","Closed Lost","3/5/2024","$5,000.00","0%","1/20/2024","Web"',
        '"Delta","Delta AG","Bob Ray","Negotiation/Review","4/30/2024","$9,999.99","75%","2/2/2024","Web"',
        '"Eps","Epsilon","Ann Lee","Closed Won","3/28/2024","$99.50","100%","2/20/2024","Partner"',
    ])  # fmt: skip


def kingdee(folder: Path) -> Path:
    """Bills of goods sold: titles, cells merged over the lines of a bill, a row of sums."""
    bills = (
        ("2024-01-05", "XSCKD0001", "华星电子", "华东办事处", "李雷", "传感器A", 10, 100, 1000, 1130),
        (*[None] * 5, "传感器B", 5, 60.5, 302.5, 341.83),
        ("2024-01-19", "XSCKD0002", "南方机械", "华南办事处", "韩梅", "传感器A", 2, 100, 200, 226),
        ("2024-02-02", "XSCKD0003", "华星电子", "华东办事处", "李雷", "控制器C", 1, 2500, 2500, 2825),
        (*[None] * 5, "传感器B", 4, 60, 240, 271.2),
        (*[None] * 5, "电源P", 3, 80, 240, 271.2),
    )  # fmt: skip
    rows: list[list[object]] = [
        ["销售出库单列表", *[None] * 9],
        ["组织：总公司", None, None, None, "期间：2024年1月至2月", *[None] * 5],
        ["日期", "单据编号", "客户", "销售部门", "销售员", "物料名称", "实发数量", "单价", "金额", "价税合计"],
        *map(list, bills),
        ["合计", *[None] * 5, 25, None, 4482.5, 5065.23],
    ]  # fmt: skip
    return book(
        folder, "销售出库单.xlsx", {"列表": rows}, ("A1:J1", "A4:A5", "B4:B5", "A7:A9", "B7:B9")
    )


def sap(folder: Path) -> Path:
    """A German list: semicolons, points for thousands, days first."""
    return text(folder, "ZSD_UMSATZ.csv", [
        "Verkaufsbeleg;Position;Rechnungsdatum;Verkaufsbüro;Vertreter;Kunde;Artikelbezeichnung;Menge;Nettowert;Währung",
        "4500001;10;31.12.2023;Süd;Müller;Autohaus Groß;Motor X;2;1.234,56;EUR",
        "4500001;20;31.12.2023;Süd;Müller;Autohaus Groß;Getriebe;1;500,00;EUR",
        "4500002;10;02.01.2024;Nord;Jäger;Werft Kiel;Motor X;10;12.345,00;EUR",
        "4500003;10;15.02.2024;Nord;Jäger;Werft Kiel;Motor X;-1;-617,28;EUR",
    ], encoding="cp1252", end="\r\n")  # fmt: skip


def sap_codes(folder: Path) -> Path:
    """The same program with the technical names, minus signs behind."""
    return text(folder, "VBRP.txt", [
        "VBELN\tPOSNR\tFKDAT\tKUNNR\tVKBUR\tMATNR\tARKTX\tFKIMG\tNETWR\tWAERK",
        "90000001\t000010\t20240131\t0000100023\t1000\tM-100\tPump\t3\t1500.00\tCNY",
        "90000002\t000010\t20240229\t0000100077\t2000\tM-200\tValve\t7\t250.25\tCNY",
        "90000003\t000010\t20240301\t0000100077\t2000\tM-200\tValve\t1\t35.75-\tCNY",
    ])  # fmt: skip


def matrix(folder: Path) -> Path:
    """A matrix visual: a column for each month, a column and a row of sums."""
    return text(folder, "matrix.csv", [
        "Region,Category,2024-01,2024-02,2024-03,Total",
        "East,Tea,100,200,,300",
        "East,Coffee,50.5,60,70,180.5",
        "West,Tea,10,,30,40",
    ], encoding="utf-8-sig")  # fmt: skip


def tabbed(folder: Path) -> Path:
    """Tabs in UTF-16, full-width digits and brackets for negatives."""
    return text(folder, "订单（华东）.txt", [
        "业务日期\t单据编号\t大区\t业务部门\t业务员\t客户全称\t商品名称\t结算数量\t不含税金额\t价税合计",
        "2024年1月5日\tDD001\t华东\t一部\t张三\t甲公司\t茶\t２\t1,000.00\t1,130.00",
        "2024年1月6日\tDD002\t华东\t一部\t李四\t乙公司\t茶\t１\t(200.00)\t(226.00)",
        "2024年2月9日\tDD003\t华南\t二部\t王五\t丙公司\t咖啡\t３\t3,000.50\t3,390.57",
    ], encoding="utf-16")  # fmt: skip


def thousands(folder: Path) -> Path:
    """A statistician's table in 千元, the unit only in the title."""
    rows: list[list[object]] = [
        ["2024年销售统计表", None, None, None, None],
        [None, None, None, None, "单位：千元"],
        ["日期", "大区", "产品线", "销售额", "成本"],
        ["2024-01-31", "华东", "茶", 12.5, 8],
        ["2024-02-29", "华东", "茶", 13.25, 9],
        ["2024-02-29", "华南", "咖啡", 4, 3.5],
    ]
    return book(folder, "统计.xlsx", {"Sheet1": rows})


def dynamics(folder: Path) -> Path:
    """Posted invoice lines with the currency in the heading and cancelled ones."""
    return text(folder, "Posted Sales Invoice Lines.csv", [
        "Document No.,Line No.,Posting Date,Sell-to Customer Name,Salesperson,Description,Quantity,Unit Price,Net Amount (USD),Order Status",
        "PSI-1001,10000,2024-01-15,Contoso,Kim,Desk,2,250.00,500.00,Posted",
        "PSI-1002,10000,2024-01-22,Fabrikam,Lou,Chair,4,80.25,321.00,Posted",
        "PSI-1003,10000,2024-02-03,Contoso,Kim,Lamp,1,45.10,45.10,Cancelled",
    ])  # fmt: skip


EXPORTS = (
    Export("salesforce", salesforce, 3, Decimal("2100.00"), "USD"),
    Export("kingdee", kingdee, 6, Decimal("4482.5")),
    Export("sap", sap, 4, Decimal("13462.28"), "EUR"),
    Export("sap_codes", sap_codes, 3, Decimal("1714.50")),
    Export("matrix", matrix, 7, Decimal("520.5")),
    Export("tabbed", tabbed, 3, Decimal("3800.50")),
    Export("thousands", thousands, 3, Decimal(29750)),
    Export("dynamics", dynamics, 3, Decimal("866.10"), "USD"),
)
