"""Credit notes and refunds that a column names and whose amounts are written without a minus."""

import re
from typing import Any

from salesanalysis.data.propose.drafting import Draft
from salesanalysis.data.propose.matching import note
from salesanalysis.data.words.cellwords import CANCELLED, RETURNED, YES
from salesanalysis.data.words.headings import plain

#: More values than this are no kinds of documents.
FEW = 30
#: Names of credit notes beside the words for returns; a name may stand behind another word.
_CREDIT = re.compile(
    r"(?:.*\b)?(?:credit ?(?:memo|note)s?|gutschrift|rechnungskorrektur|avoir|nota de cr[ée]dito|"
    r"nota di credito|creditnota|refunds?|(?:sales )?returns?)"
    r"|红字.*|负数发票|退货单|退款单|销售退货.*|销货退回|貸方票|赤伝|返品.*|クレジットメモ|반품.*"
    r"|매출반품|매출환입|銷退單|銷貨退回.*|銷貨折讓.*|折讓單|退貨單|(?:nota )?retur(?: penjualan)?"
    r"|nota kredit|hàng (?:bán )?(?:bị )?trả lại|(?:bán )?hàng trả lại|trả lại hàng bán"
    r"|ใบลดหนี้|รับคืน(?:สินค้า)?|مرتجع(?: مبيعات| المبيعات)?|مردودات?(?: مبيعات| المبيعات)?"
    r"|إشعار دائن|اشعار دائن",
    re.IGNORECASE,
)
#: The two sides of a book, as columns beside an amount call them.
_SIDES = {
    frozenset(pair)
    for pair in (("s", "h"), ("d", "c"), ("dr", "cr"), ("debit", "credit"), ("soll", "haben"),
                 ("soll", "gutschrift"), ("belastung", "gutschrift"), ("débit", "crédit"),
                 ("借", "贷"), ("借方", "贷方"), ("借", "貸"))
}  # fmt: skip
#: Short names of a credit note, and of the invoice that has to stand beside it, in a column of
#: kinds of documents: elsewhere CN is a country and SC a size.
_CODES = {"sc": "si", "crn": "inv", "cn": "inv", "cm": "inv", "gu": "re", "gs": "re",
          "av": "fa", "scr": "sin"}  # fmt: skip
_DOCUMENT = re.compile(
    r"(?:(?:doc(?:ument)?|trans(?:action)?|tran|voucher|invoice|entry|record|posting)?[ ._]?"
    r"(?:type|kind|class)|typ|art|belegart|tipo(?: doc(?:umento)?)?|type de pièce"
    r"|(?:单据|凭证|交易|业务|票据)?类型|(?:單據|憑證)類型|伝票(?:種別|区分))",
    re.IGNORECASE,
)
#: Headings of such columns.
_SIDE_OF = re.compile(
    r"soll|haben|debit|credit|\b[ds][/ -]?[ch]\b|\bdr[/ -]?cr\b|\bside\b|\bsign\b|shkzg"
    r"|借|贷|貸|方向",
    re.IGNORECASE,
)
_PAID_BY = re.compile(r"card|pay|tender|method|zahl|支付|付款|卡", re.IGNORECASE)
#: Such a side behind an amount.
_BEHIND = re.compile(r"[0-9] ?([CD]r)\.?$", re.IGNORECASE)
#: Headings of columns that say what kind of movement a line of an account is.
_KIND = ("type", "transactiontype", "kind", "reportingcategory", "typ", "tipo", "类型", "交易类型",
         "业务类型", "账务类型", "收支类型")  # fmt: skip
#: Movements that an account alone has.
_PAID_OUT = ("payout", "payouts", "general withdrawal", "auszahlung", "allgemeine abbuchung")
#: Movements that are no sales in an account; elsewhere a trip is a transfer, or it pays a bill.
_MOVED = (*_PAID_OUT, "withdrawal", "withdrawals", "transfer", "bank transfer", "bank deposit",
          "top-up", "topup", "提现", "转账", "充值", "提款", "出金")  # fmt: skip
#: What customers paid, in a list of what they were sold.
_PAYMENT = ("payment", "payments", "customer payment", "payment received", "receive payment")
#: What only an account has beside them.
_ACCOUNT = re.compile(
    r".*(?:\bcharge\b|refund|\bfees?\b|adjustment|dispute|chargeback|reversal|checkout payment|"
    r"gebühr|erstattung|退款|手续费|服务费|交易付款|在线支付|返金|手数料).*",
    re.IGNORECASE,
)
_STATE = re.compile(
    "status|state|状态|狀態|상태|ステータス|状態|สถานะ|trạng thái|الحالة", re.IGNORECASE
)
_MINUS = re.compile(r"\s*[¥￥$€£]?\s*[-(（−－▲△].*|.*-\s*")


def negated(con: Any, made: Draft) -> None:
    """Make the amounts of rows negative that a column calls credit notes, where none is yet."""
    line = made.line("revenue")
    amount = next((c for c in line.theirs if c in made.seen.fields), "")
    if not amount or made.seen.opened.remote:
        return
    _sides_behind(made, amount)
    flag = made.line("is_return").spec.get("column", "")
    taken = {t for x in made.lines for t in x.theirs if x.ours != "is_return"}
    for column, field in made.seen.fields.items():
        own = column == flag and "starts_with" not in made.line("is_return").spec
        # an order that was refunded is no credit note: its state says nothing about its sign
        other = not own and (column in taken or "text" not in field.kinds)
        if other or _STATE.search(column):
            continue
        counts = made.seen.counts(con, column, FEW)
        if frozenset(v.casefold() for v in counts) in _SIDES:
            if not has_minus(made, amount):
                _side(made, column, list(counts))
            continue
        _undone(made, column, counts)
        if plain(column) in _KIND:
            _settled(made, column, counts)
            _moved(made, column, counts)
        words = [v for v in counts if is_credit(v) or (own and v.casefold() in YES)]
        words += _codes(column, counts)
        if not any("invoice" in v.casefold() for v in counts):
            # how somebody paid: a credit beside cash is no credit note
            words = [v for v in words if v.casefold() != "credit"]
        several = words and len(words) < len(counts) <= FEW
        if several and not _comes_in(made, column, words, amount):
            _declare(made, column, words, sum(counts[v] for v in words), amount)


def _codes(column: str, counts: dict[str, int]) -> list[str]:
    """Return the short names of credit notes in a column of kinds of documents."""
    if not _DOCUMENT.fullmatch(column.strip()):
        return []
    names = {v.casefold() for v in counts}
    return [v for v in counts if _CODES.get(v.casefold(), "-") in names]


def _undone(made: Draft, column: str, counts: dict[str, int]) -> None:
    """Name the kinds of lines that were cancelled and are counted all the same: a till's VOID."""
    found = [v for v in counts if _is_cancelled(v)]
    if found and (len(found) < len(counts) or made.seen.fields[column].cells.isna().any()):
        values = {"values": ", ".join(found), "n": sum(counts[v] for v in found)}
        made.notes.append(note("remark.perhaps_undone", column=column, **values))


def _is_cancelled(value: str) -> bool:
    """Tell whether a value says that a line was cancelled, in one language or two: 作廢 VOID."""
    name = value.strip().casefold()
    return name in CANCELLED or (bool(name) and all(x in CANCELLED for x in name.split()))


def _moved(made: Draft, column: str, counts: dict[str, int]) -> None:
    """Leave out movements of an account that are no sales, such as what was paid to the bank."""
    found = [v for v in counts if _name(v) in _MOVED]
    if not found or len(found) == len(counts) or column in made.where:
        return
    account = any(_ACCOUNT.fullmatch(_name(v)) or _name(v) in _PAID_OUT for v in counts)
    values = {"values": ", ".join(found), "n": sum(counts[v] for v in found)}
    if account:
        made.where[column] = {"not": found}
    key = "remark.moved" if account else "remark.perhaps_moved"
    made.notes.append(note(key, column=column, **values))


def _settled(made: Draft, column: str, counts: dict[str, int]) -> None:
    """Name payments that stand among the invoices they pay."""
    found = [v for v in counts if _name(v) in _PAYMENT]
    if found and any("invoice" in _name(v) for v in counts) and column not in made.where:
        values = {"values": ", ".join(found), "n": sum(counts[v] for v in found)}
        made.notes.append(note("remark.perhaps_moved", column=column, **values))


def _name(value: str) -> str:
    return value.strip().casefold().replace("_", " ")


def is_credit(value: str) -> bool:
    """Tell whether a name is one of returns or credit notes."""
    text = value.strip()
    return text.casefold() in RETURNED or bool(_CREDIT.fullmatch(text))


def has_minus(made: Draft, amount: str, rows: Any = None) -> bool:
    """Tell whether an amount of the sample, or of some rows, is negative as it is written."""
    cells = made.seen.fields[amount].cells
    cells = (cells if rows is None else cells[rows]).dropna().astype("str")
    return bool(cells.map(lambda v: bool(_MINUS.fullmatch(v))).any())


def _comes_in(made: Draft, column: str, words: list[str], amount: str) -> bool:
    """Tell whether such words mean money that came in: what went out beside it has a minus."""
    called = made.seen.fields[column].cells.isin(words)
    cells = made.seen.fields[amount].cells[~called].dropna().astype("str")
    minus = cells.map(lambda v: bool(_MINUS.fullmatch(v)))
    return bool(minus.mean() > 0.5) and not has_minus(made, amount, called)


def _sides_behind(made: Draft, amount: str) -> None:
    """Offer both ways to read amounts with the side of a book behind them: 1,200.00 Cr."""
    line, cells = made.line("revenue"), made.seen.fields[amount].cells.dropna().astype("str")
    marks = set(cells.str.extract(_BEHIND, expand=False).dropna())
    if {m.casefold() for m in marks} != {"cr", "dr"} or set(line.spec) != {"column"}:
        return
    line.notes = [note("remark.side", column=amount, values=", ".join(sorted(marks)))]
    for side in ("dr", "cr"):
        below = sorted(m for m in marks if m.casefold() == side)
        above = sorted(marks - set(below))
        line.choices.append(({**line.spec, "minus": below, "plus": above}, f"- {below[0]}"))


def _side(made: Draft, column: str, values: list[str]) -> None:
    """Say that the side of a book stands beside amounts without a sign; offer both ways."""
    line = made.line("revenue")
    line.notes.append(note("remark.side", column=column, values=", ".join(sorted(values))))
    words = max(map(len, values)) > 2 or not values[0].isascii()
    if _SIDE_OF.search(column) or (words and not _PAID_BY.search(column)):
        # single letters elsewhere may be sizes, and a card may be one of debit
        line.asleep, line.reason = True, "open"
    for value in sorted(values):
        spec = {**line.spec, "negative_where": {column: [value]}}
        line.choices.append((spec, f"- {value}"))


def _declare(made: Draft, column: str, words: list[str], n: int, amount: str) -> None:
    """Write which rows are negative, and that they are returns."""
    fields, line, flag = made.seen.fields, made.line("revenue"), made.line("is_return")
    if not has_minus(made, amount, fields[column].cells.isin(words)):
        line.spec["negative_where"] = {column: words}
        values = {"column": column, "values": ", ".join(words), "n": n}
        line.notes.append(note("remark.credits", **values))
    if not flag.theirs:
        kinds = fields[column].filled.unique()
        flag.theirs, flag.confidence, flag.reason = (column,), 0.9, "words"
        named = {v: str(v in words).lower() for v in kinds}
        flag.spec = {"column": column, "values": named}
        flag.notes.append(note("remark.returned", values=", ".join(words), n=n))
