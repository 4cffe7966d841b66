"""The statement as a workbook: the same texts as the page, amounts as numbers, sums as formulas."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from salesanalysis.report.pay.showing import Row, Shown
from salesanalysis.spreadsheet import is_risky

_MADE = datetime(2024, 1, 1)
_WIDE = {0: 8, 1: 58, 2: 16, 3: 12, 4: 16, 5: 16}


def workbook_of(languages: Sequence[Shown]) -> bytes:
    """Return one statement as .xlsx: three sheets per language (lines, deals, plan).

    The sums of the lines are formulas written with their values. Text a program would run stays
    text. The same statement gives the same bytes.
    """
    import xlsxwriter  # noqa: PLC0415

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"created": _MADE, "author": "salesanalysis"})
    looks = _looks(book)
    for shown in languages:
        _lines(book.add_worksheet(shown.word("sheet.lines")), shown, looks)
        _deals(book.add_worksheet(shown.word("sheet.deals")), shown, looks)
        _plan(book.add_worksheet(shown.word("sheet.plan")), shown, looks)
    book.close()
    return out.getvalue()


def _looks(book: Any) -> dict[str, Any]:
    amount = {"num_format": "#,##0.00", "valign": "top"}
    found: dict[str, dict[str, Any]] = {
        "title": {"bold": True, "font_size": 14},
        "head": {"bold": True, "bg_color": "#E5E7EB", "bottom": 1},
        "text": {"text_wrap": True, "valign": "top"},
        "right": {"align": "right", "valign": "top"},
        "amount": amount,
        "exact": {**amount, "num_format": "#,##0.00####"},
        "sum": {**amount, "bold": True, "top": 1},
        "sum_text": {"bold": True, "top": 1},
    }
    return {name: book.add_format(look) for name, look in found.items()} | {
        f"{name} risky": book.add_format({**look, "quote_prefix": True})
        for name, look in found.items()
    }


def _text(sheet: Any, at: tuple[int, int], text: str, looks: dict[str, Any], look: str) -> None:
    """Write text as text, marked so where a program would take it for a formula."""
    sheet.write_string(*at, text, looks[f"{look} risky" if is_risky(text) else look])


def _head(sheet: Any, shown: Shown, looks: dict[str, Any]) -> int:
    """Write whose statement it is and its figures; return the next free row."""
    head = shown.plan.head
    facts = [
        shown.word("for", name=shown.name, period=shown.period),
        shown.word("plan", title=shown.plan.title(shown.lang), id=head.id),
    ]
    _text(sheet, (0, 0), shown.word("title"), looks, "title")
    for i, fact in enumerate(facts, 1):
        _text(sheet, (i, 0), fact, looks, "sum_text" if i == 0 else "head")
    for i, (name, value) in enumerate(shown.key(), 4):
        _text(sheet, (i, 1), name, looks, "text")
        _text(sheet, (i, 2), value, looks, "right")
    return 5 + len(shown.key())


def _lines(sheet: Any, shown: Shown, looks: dict[str, Any]) -> None:
    row = _head(sheet, shown, looks)
    for column, width in _WIDE.items():
        sheet.set_column(column, column, width)
    rows = shown.rows()
    if rows:
        for j, name in enumerate(shown.heads()):
            _text(sheet, (row, j), name, looks, "head")
        row = _proof(sheet, rows, row + 1, shown, looks)
    notes = [shown.word("lines.how"), shown.word("rate.how")] if rows else []
    if shown.slip.statement.status == "no_quota":
        notes = [shown.word("noquota")]
    notes += shown.differences()
    notes += shown.ahead()
    notes += [shown.word("balance", what=what, amount=own) for what, own in shown.balances()]
    notes += [shown.word("check.code", code=shown.slip.statement.check_code), shown.version()]
    for i, note in enumerate([*notes, shown.word("check.appeal")], row + 1):
        _text(sheet, (i, 1), note, looks, "text")


def _proof(sheet: Any, rows: list[Row], top: int, shown: Shown, looks: dict[str, Any]) -> int:
    """Write the lines and their sums; return the row below."""
    lines = shown.slip.statement.lines.itertuples(index=False)
    sums = iter((shown.slip.statement.gross, shown.slip.statement.payout))
    start = f"F{top + 1}"
    gross = ""
    for i, line in enumerate(rows, top):
        if line.is_sum:
            _text(sheet, (i, 1), line.rule, looks, "sum_text")
            formula = f"={gross}+SUM({start}:F{i})" if gross else f"=SUM({start}:F{i})"
            formula = f"={gross}" if gross and start == f"F{i + 1}" else formula
            sheet.write_formula(i, 5, formula, looks["sum"], next(sums))
            gross, start = f"F{i + 1}", f"F{i + 2}"
            continue
        source = next(lines)
        sheet.write_number(i, 0, int(line.no))
        _text(sheet, (i, 1), line.rule, looks, "text")
        if line.base:
            sheet.write_number(i, 2, source.base, looks["exact"])
        _text(sheet, (i, 3), line.rate, looks, "right")
        sheet.write_number(i, 4, source.exact, looks["exact"])
        sheet.write_number(i, 5, source.paid, looks["amount"])
    return top + len(rows)


def _deals(sheet: Any, shown: Shown, looks: dict[str, Any]) -> None:
    """Write what counted of every measure, and every deal."""
    sheet.set_column(0, 4, 22)
    for j, name in enumerate(shown.figure_heads()):
        _text(sheet, (0, j), name, looks, "head")
    figures = shown.figures()
    for i, figure in enumerate(figures, 1):
        for j, text in enumerate(figure):
            _text(sheet, (i, j), text, looks, "right" if j else "text")
    top = len(figures) + 2
    for j, name in enumerate(shown.deal_heads()):
        _text(sheet, (top, j), name, looks, "head")
    amounts = shown.slip.deals["amount"].tolist()
    for i, (deal, amount) in enumerate(zip(shown.deals(), amounts, strict=True), top + 1):
        for j, text in enumerate(deal[:-1]):
            _text(sheet, (i, j), text, looks, "right" if j > 2 else "text")
        sheet.write_number(i, len(deal) - 1, amount, looks["amount"])
    _fallen(sheet, _team(sheet, top + len(amounts) + 2, shown, looks), shown, looks)


def _team(sheet: Any, top: int, shown: Shown, looks: dict[str, Any]) -> int:
    """Write the pools of the team and the credit of people led; return the next free row."""
    for line in shown.pools():
        _text(sheet, (top, 0), line, looks, "text")
        top += 1
    led = shown.led()
    if led:
        _text(sheet, (top, 0), shown.word("led", n=len(led) - 1), looks, "sum_text")
    for i, (name, credit) in enumerate(led, top + 1):
        _text(sheet, (i, 0), name, looks, "text")
        _text(sheet, (i, 1), credit, looks, "right")
    return top + len(led) + 2 if led else top


def _fallen(sheet: Any, top: int, shown: Shown, looks: dict[str, Any]) -> None:
    """Write the deals that fell through and what was entered as penalties, where there are any."""
    cancelled, entries = shown.cancelled(), shown.entries()
    if cancelled:
        _text(sheet, (top, 0), shown.word("cancelled"), looks, "sum_text")
        for j, name in enumerate(shown.cancelled_heads()):
            _text(sheet, (top + 1, j), name, looks, "head")
        for i, row in enumerate(cancelled, top + 2):
            for j, text in enumerate(row):
                _text(sheet, (i, j), text, looks, "text")
        top += len(cancelled) + 3
        _text(sheet, (top - 1, 0), shown.word("cancelled.how"), looks, "text")
    if entries:
        _text(sheet, (top, 0), shown.word("register"), looks, "sum_text")
    for i, (what, times) in enumerate(entries, top + 1):
        _text(sheet, (i, 0), what, looks, "text")
        _text(sheet, (i, 1), f"× {times}", looks, "right")


def _plan(sheet: Any, shown: Shown, looks: dict[str, Any]) -> None:
    """Write the plan in words and the order of calculation."""
    sheet.set_column(0, 0, 110)
    lines = [*shown.policy(), "", shown.word("order.how")]
    lines += [f"{i}. {step}" for i, step in enumerate(shown.steps(), 1)]
    lines += [shown.word("step.cap")] if shown.cap_first else []
    for i, line in enumerate(lines):
        _text(sheet, (i, 0), line, looks, "text")
