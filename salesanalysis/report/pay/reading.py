"""Tables of people, deals and registers as somebody else has written them: CSV or a workbook."""

import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.incentives.inputs.values import day_fix
from salesanalysis.labels import LANGUAGES
from salesanalysis.results import column_label
from salesanalysis.spreadsheet import plain_text

if TYPE_CHECKING:
    from salesanalysis.incentives import Plan

_ENCODINGS = ("utf-8-sig", "gb18030")
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
_TEXTS = (".csv", ".tsv", ".txt")
#: Columns pay knows, each with the headings other people write for it.
_KNOWN: dict[str, str] = {
    "salesperson": "sales person, sales rep, rep, employee, seller, 销售员, 业务员, 销售代表, 员工",
    "name": "full name",
    "quota": "target, 目标, 任务, 销售任务",
    "region": "area, 大区",
    "team": "group, 小组",
    "manager": "boss, 上级, 经理",
    "order_id": "order, order no, order number, deal, deal id, 订单, 订单编号, 合同号",
    "date": "order date, booking date, 订单日期, 签单日期",
    "amount": "revenue, sales amount, net amount, 销售金额, 订单金额",
    "cost": "cost of sales, cogs, 成本, 销售成本",
    "share": "split, 分成比例",
    "currency": "币种",
    "period": "month, 期间",
    "penalty": "处罚, 处罚项",
    "count": "times, 次数",
    "booked_on": "入账日期",
    "pay_rate": "提成比例",
    "hired_on": "hire date, start date, 入职日期, 入职时间, 入职",
    "left_on": "leave date, end date, 离职日期, 离职时间, 离职",
    "active_from": "from, valid from, 生效日期, 开始日期",
    "active_to": "to, valid to, 失效日期, 结束日期",
    "target_incentive": "target bonus, 目标奖金, 标准奖金",
    "base_pay": "base salary, 底薪, 基本工资",
    "override_rate": "override, 级差比例",
    "credited": "此前累计业绩",
    "quota_to_date": "累计任务额",
    "paid_before": "此前已发",
    "owed": "预支待扣",
}
#: Columns that pay reads beside those, or that only describe.
_READ = {"coefficient", "claimed", "field", "note", "is_workday", "carried", "released",
         "shortfall", "withheld", "held", "draw_periods"}  # fmt: skip
_DAYS = ("date", "booked_on", "active_from", "active_to", "hired_on", "left_on")
_DAY = re.compile(
    r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)


def read_people(path: Path, plan: "Plan") -> pd.DataFrame:
    """Read the people to be paid: one row each, or one row per person and period.

    Parameters
    ----------
    path : Path
        CSV (UTF-8 or GB 18030; comma, semicolon or tab) or a workbook with one filled sheet.
    plan : Plan
        Its measures may be headed by their titles.

    Returns
    -------
    DataFrame of text, empty cells missing; numbers are read exactly where they are paid

    Raises
    ------
    ContractError
        No such file, no table, two headings for one column, a date that can be read two ways.
    """
    return _read(path, plan, "people")


def read_deals(path: Path, plan: "Plan") -> pd.DataFrame:
    """Read deals from a file, or from every table of a folder, one below the other."""
    if not path.is_dir():
        return _read(path, plan, "deals")
    files = sorted(p for p in path.iterdir() if p.suffix.casefold() in (*_WORKBOOKS, *_TEXTS))
    if not files:
        raise ContractError(
            f"{path} holds no table.",
            where=str(path),
            fix="put CSV files or workbooks of deals into it",
            code="no-input",
        )
    tables = [_read(file, plan, "deals") for file in files]
    odd = next((k for k, t in enumerate(tables) if set(t) != set(tables[0])), 0)
    if odd:
        left = sorted(set(tables[odd]) ^ set(tables[0]))
        raise ContractError(
            f"{files[odd].name} and {files[0].name} have different columns: {', '.join(left)}.",
            where=str(path),
            fix="give every file the same columns",
            code="missing-column",
        )
    return pd.concat(tables, ignore_index=True)


def read_register(path: Path, plan: "Plan", what: str) -> pd.DataFrame:
    """Read penalties, deals that fell through, or working days."""
    return _read(path, plan, what)


def _read(path: Path, plan: "Plan", what: str) -> pd.DataFrame:
    """Return a table as text, its headings as the names of their columns."""
    if not path.is_file():
        raise ContractError(
            f"There is no file {path}.",
            where=f"salesanalysis pay, {what}",
            fix="check the path",
            code="no-input",
        )
    is_book = path.suffix.casefold() in _WORKBOOKS
    table = _workbook(path) if is_book else _text(path)
    names = _headings([str(c) for c in table.columns], path, _spoken(plan))
    # a list of people is headed by their names, where nothing else tells them apart
    if "name" in names and "salesperson" not in names:
        names[names.index("name")] = "salesperson"
    table.columns = pd.Index(names)
    table = table.map(lambda v: v.strip() if isinstance(v, str) else "")
    table = table[(table != "").any(axis=1)].reset_index(drop=True)
    dates = {*_DAYS, *(m.date for m in plan.head.measures.values())}
    for column in [c for c in table.columns if c in dates]:
        table[column] = _days(table[column], column, path)
    _refuse_total(table, path)
    return table.astype("str").where(table != "")


def unread(table: pd.DataFrame, plan: "Plan") -> list[str]:
    """Return the columns of a table that the plan has no use for, in their order."""
    asked = {c for columns in plan.rules.only.values() for c in columns} | {*plan.head.applies_to}
    known = {*_KNOWN, *_READ, *asked, *_spoken(plan).values()}
    stems = tuple(f"{s}_" for s in ("quota", "quota_to_date", "credited", "carried"))
    own = {f"{s}{m}" for s in stems for m in plan.head.measures}
    return [str(c) for c in table.columns if str(c) not in known | own]


def _refuse_total(table: pd.DataFrame, path: Path) -> None:
    """Refuse a row that sums the others: it would be paid a second time."""
    total = table[
        table.iloc[:, 0]
        .str.casefold()
        .isin(["total", "sum", "grand total", "合计", "总计", "小计"])
    ]
    if len(total):
        raise ContractError(
            f"{path.name} has a row of totals: {table.iloc[:, 0][total.index[0]]!r}.",
            where=f"{path.name}, line {int(total.index[0]) + 2}",
            fix="remove it: it would be paid a second time",
            rows=total,
        )


def _text(path: Path) -> pd.DataFrame:
    content = path.read_bytes()
    for encoding in _ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        head = text.split("\n", 1)[0]
        comma = max(",;\t", key=head.count)
        try:
            table = pd.read_csv(
                io.StringIO(text), sep=comma, header=None, dtype="str", keep_default_na=False
            )
        except (pd.errors.ParserError, pd.errors.EmptyDataError):
            break
        # our own tables come back without the marks that keep text from running
        table = table.map(lambda v: plain_text(v) if isinstance(v, str) else "")
        return _headed(table, path)
    raise ContractError(
        f"{path} is no CSV table.",
        where=str(path),
        fix="save it as UTF-8 CSV with a row of headings",
        code="bad-value",
    )


def _workbook(path: Path) -> pd.DataFrame:
    from salesanalysis.data.sources.workbook import book_of, filled_sheets, texts  # noqa: PLC0415

    with book_of(path) as book:
        sheets = filled_sheets(book)
        if len(sheets) != 1:
            raise ContractError(
                f"{path.name} has {len(sheets)} filled sheets: {', '.join(sheets) or 'none'}.",
                where=str(path),
                fix="keep one filled sheet in the file",
                code="bad-value",
            )
        rows = [
            [cell or "" for cell in texts(row)] for row in next(iter(sheets.values())).iter_rows()
        ]
    return _headed(pd.DataFrame(rows, dtype="str").fillna(""), path)


def _headed(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Take the first row as headings."""
    if len(table) < 2:
        raise ContractError(
            f"{path.name} has no rows below its headings.",
            where=str(path),
            fix="give one row per person, deal or entry",
            code="empty-table",
        )
    body = table.iloc[1:].reset_index(drop=True)
    body.columns = pd.Index([str(v).strip() for v in table.iloc[0]])
    return body.loc[:, [c != "" or bool((body.iloc[:, j] != "").any()) for j, c in enumerate(body)]]


def _spoken(plan: "Plan") -> dict[str, str]:
    """Return the headings readers and other programs write, as the names of their columns."""
    out: dict[str, str] = {}
    for name, others in _KNOWN.items():
        spoken = [column_label(name, lang) for lang in LANGUAGES]
        for text in (name, *spoken, *others.split(", ")):
            out.setdefault(_plain(text), name)
    for margin in (m.margin for m in plan.head.measures.values() if m.margin is not None):
        out |= {_plain(text): text for text in (margin.amount, margin.cost)}
    for name, measure in plan.head.measures.items():
        for text in (name, *(measure.title or ()), measure.date):
            out[_plain(text)] = measure.date if text == measure.date else name
    return out


def _plain(text: str) -> str:
    return re.sub(r"[\s_-]+", "_", text.strip().casefold())


def _headings(found: list[str], path: Path, spoken: Mapping[str, str]) -> list[str]:
    """Return the names of columns; two headings for one column are refused."""
    names = [spoken.get(_plain(text), _plain(text)) for text in found]
    for name in names:
        same = [text for text, other in zip(found, names, strict=True) if other == name]
        if len(same) > 1:
            raise ContractError(
                f"{path.name} has {len(same)} columns for {name!r}: {', '.join(same)}.",
                where=f"{path.name}, line 1",
                fix="keep one of them",
                code="duplicate-key",
            )
    return names


def _days(values: pd.Series, column: str, path: Path) -> pd.Series:
    """Return days as 2024-03-31; 03/04/2024 may be two days and is refused."""
    found = [_DAY.fullmatch(v) for v in values]
    bad = [i for i, (v, m) in enumerate(zip(values, found, strict=True)) if v and not m]
    if bad:
        raise ContractError(
            f"Column {column!r} of {path.name} is no date in {len(bad)} of {len(values)} rows: "
            f"{values.iloc[bad[0]]!r}.",
            where=f"{path.name}, line {bad[0] + 2}",
            fix=day_fix(values.iloc[bad[0]], "write the year first: 2024-03-31"),
            rows=values.iloc[bad].to_frame(),
        )
    return pd.Series(
        ["" if m is None else f"{m[1]}-{int(m[2]):02d}-{int(m[3] or 1):02d}" for m in found],
        index=values.index,
        dtype="str",
    )
