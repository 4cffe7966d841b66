"""The offices of the demo company: how each writes its order lines, and how to read them back.

Every office has its own program, so its own names, dates, numbers and file. What a column is
called, how its cells are written and what a mapping has to say about it stand side by side.
"""

import string
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

#: Text of a cell from the values of a column: cents and pieces are whole numbers.
Write = Callable[[pd.Series], pd.Series]
_WIDE = str.maketrans(string.digits, "０１２３４５６７８９")


def plain(cents: pd.Series) -> pd.Series:
    """Write cents as 1234.50.

    Examples
    --------
    >>> plain(pd.Series([123450, -5])).tolist()
    ['1234.50', '-0.05']
    """
    return (cents / 100).map("{:.2f}".format).astype("str")


def grouped(cents: pd.Series) -> pd.Series:
    """Write cents as 1,234.50, and (1,234.50) below zero.

    Examples
    --------
    >>> grouped(pd.Series([123450, -123450])).tolist()
    ['1,234.50', '(1,234.50)']
    """
    text = (cents.abs() / 100).map("{:,.2f}".format).astype("str")
    return text.where(cents >= 0, "(" + text + ")")


def or_dash(cents: pd.Series) -> pd.Series:
    """Write the same, with a dash where there is nothing.

    Examples
    --------
    >>> or_dash(pd.Series([123450, 0])).tolist()
    ['1,234.50', '-']
    """
    return grouped(cents).where(cents != 0, "-")


def with_sign(cents: pd.Series) -> pd.Series:
    """Write cents as ￥1,234.50; the full-width sign is the one GBK has.

    Examples
    --------
    >>> with_sign(pd.Series([123450, -123450])).tolist()
    ['￥1,234.50', '-￥1,234.50']
    """
    text = "￥" + (cents.abs() / 100).map("{:,.2f}".format).astype("str")
    return text.where(cents >= 0, "-" + text)


def in_wan(cents: pd.Series) -> pd.Series:
    """Write cents in 万元: six decimals, so that no cent is lost.

    Examples
    --------
    >>> in_wan(pd.Series([123450, -5])).tolist()
    ['0.123450', '-0.000005']
    """
    return (cents / 1_000_000).map("{:.6f}".format).astype("str")


def amount(cents: pd.Series) -> pd.Series:
    """Return cents as the number a workbook holds."""
    return cents / 100


def number(pieces: pd.Series) -> pd.Series:
    """Return pieces as the number a workbook holds."""
    return pieces


def words(values: pd.Series) -> pd.Series:
    """Write names and whole numbers as they are."""
    return values.astype("str")


def wide_digits(pieces: pd.Series) -> pd.Series:
    """Write whole numbers as an input method writes them.

    Examples
    --------
    >>> wide_digits(pd.Series([16, -2])).tolist()
    ['１６', '-２']
    """
    return pieces.astype("str").str.translate(_WIDE)


def not_given(names: pd.Series) -> pd.Series:
    """Write a missing name as N/A."""
    return names.where(names != "", "N/A")


def day(format_: str) -> Write:
    """Return the writer of dates in one format."""
    return lambda dates: dates.dt.strftime(format_).astype("str")


def day_unpadded(dates: pd.Series) -> pd.Series:
    """Write dates as 2020/1/5."""
    parts = (dates.dt.year, dates.dt.month, dates.dt.day)
    year, month, day_ = (part.astype("str") for part in parts)
    return year + "/" + month + "/" + day_


def serial(dates: pd.Series) -> pd.Series:
    """Write dates as the days since 1899-12-30, as text: what is left of a date in a workbook."""
    return (dates - pd.Timestamp("1899-12-30")).dt.days.astype("str")


@dataclass(frozen=True)
class Cell:
    """One column of an export.

    Attributes
    ----------
    ours : str
    name : dict, language -> header
    write : function
    options : str
        What a mapping says about it, besides the column: the inside of a YAML flow mapping.
    """

    ours: str
    name: dict[str, str]
    write: Write
    options: str = ""


@dataclass(frozen=True)
class Office:
    """One program that exports order lines.

    Attributes
    ----------
    years : tuple of int
        Years it was in use; each is a file, or a workbook.
    file, pattern : dict, language -> text
        Name with ``{year}``, and the name a mapping uses for all years.
    cells : tuple of Cell, in the order of the columns
    encoding, delimiter : str
        Of a text file.
    packed : bool
        As gzip.
    workbook : bool
        A sheet for each month, a title above the header, regions named once for each block.
    totals : bool
        A last row with sums; with a date in a text file, without one in a workbook.
    """

    years: tuple[int, ...]
    file: dict[str, str]
    pattern: dict[str, str]
    cells: tuple[Cell, ...]
    encoding: str = "utf-8"
    delimiter: str = ","
    packed: bool = False
    workbook: bool = False
    totals: bool = False


TOTAL_NAME = {"en": "Total", "zh": "合计"}
#: Row of the workbook the column names stand in: a title stands above it.
HEADER_ROW = 2


def _cells(names: str, english: str, writes: dict[str, tuple[Write, str]]) -> tuple[Cell, ...]:
    """Pair the columns with the headers of one office, Chinese and English."""
    zh, en = names.split(), english.split(", ")
    return tuple(
        Cell(ours, {"zh": z, "en": e}, *writes.get(ours, (words, "")))
        for ours, z, e in zip(COLUMNS, zh, en, strict=True)
    )


COLUMNS = (
    "order_id", "order_line", "date", "region", "team", "salesperson", "product_line", "product",
    "customer", "customer_type", "channel", "quantity", "unit_price", "discount_amount",
    "revenue", "cost", "status",
)  # fmt: skip
_UTF16 = Office(
    years=(2020,),
    file={"zh": "销售明细{year}.txt", "en": "sales_{year}.txt"},
    pattern={"zh": "销售明细2020.txt", "en": "sales_2020.txt"},
    encoding="utf-16-le",
    delimiter="\t",
    cells=_cells(
        "单据编号 序号 日期 大区 小组 业务员 品类 品名 客户名称 客户类别 渠道 件数 单价 折让 金额 "
        "成本 单据状态",
        "Document, No, Date, Area, Group, Rep, Category, Item, Client, Client type, Channel, "
        "Pieces, Price, Rebate, Amount, Cost, State",
        {
            "date": (day_unpadded, ""),
            "quantity": (wide_digits, ""),
            "unit_price": (grouped, ""),
            "discount_amount": (or_dash, ""),
            "revenue": (grouped, ""),
            "cost": (grouped, ""),
        },
    ),
)
_GBK = Office(
    years=(2021, 2022),
    file={"zh": "订单明细_{year}年.csv", "en": "orders_{year}.csv"},
    pattern={"zh": "订单明细_*.csv", "en": "orders_*.csv"},
    encoding="gbk",
    totals=True,
    cells=_cells(
        "订单号 行号 订单日期 区域 团队 销售员 产品线 产品 客户 客户类型 销售渠道 数量 单价 "
        "折扣金额 销售额 成本额 状态",
        "Order, Line, Order date, Region, Team, Salesperson, Product line, Product, Customer, "
        "Customer type, Sales channel, Quantity, Unit price, Discount, Sales, "
        "Cost of sales, Status",
        {
            "date": (day("%Y年%m月%d日"), ""),
            "unit_price": (with_sign, ""),
            "discount_amount": (with_sign, ""),
            "revenue": (with_sign, ""),
            "cost": (with_sign, ""),
        },
    ),
)
_GZIP = Office(
    years=(2023,),
    file={"zh": "销售导出{year}.csv.gz", "en": "export_{year}.csv.gz"},
    pattern={"zh": "销售导出2023.csv.gz", "en": "export_2023.csv.gz"},
    encoding="utf-8-sig",
    packed=True,
    cells=_cells(
        "订单编号 明细行 下单日期 销售区域 销售团队 负责人 产品大类 商品名称 客户全称 客户性质 "
        "成交渠道 销售数量 含税单价 优惠 金额（万元） 成本（万元） 订单状态",
        "OrderNo, LineNo, OrderDate, SalesRegion, SalesTeam, Owner, Family, ProductName, "
        "AccountName, AccountType, Route, Qty, ListPrice, Allowance, Net (10k CNY), "
        "Cost (10k CNY), OrderStatus",
        {
            "date": (day("%d/%m/%Y"), 'format: "%d/%m/%Y"'),
            "customer": (not_given, "none: [N/A]"),
            "unit_price": (plain, ""),
            "discount_amount": (plain, ""),
            "revenue": (in_wan, "unit: 万元"),
            "cost": (in_wan, "unit: 万元"),
        },
    ),
)
_BOOK = Office(
    years=(2024,),
    file={"zh": "销售台账{year}.xlsx", "en": "ledger_{year}.xlsx"},
    pattern={"zh": "销售台账2024.xlsx", "en": "ledger_2024.xlsx"},
    workbook=True,
    totals=True,
    cells=_cells(
        "订单号 行 日期 区域 团队 业务员 产品线 产品名称 客户名称 客户类型 渠道 数量 单价(元) "
        "折扣(元) 金额(元) 成本(元) 状态",
        "Order no, Line, Date, Region, Team, Sales rep, Product line, Product, Customer, "
        "Customer type, Channel, Quantity, Unit price (CNY), Discount (CNY), Amount (CNY), "
        "Cost (CNY), Status",
        {
            "order_line": (number, ""),
            "date": (serial, ""),
            "quantity": (number, ""),
            "unit_price": (amount, ""),
            "discount_amount": (amount, ""),
            "revenue": (amount, ""),
            "cost": (amount, ""),
        },
    ),
)
OFFICES = (_UTF16, _GBK, _GZIP, _BOOK)
#: Columns a total row has sums in.
SUMMED = ("quantity", "revenue", "cost")
