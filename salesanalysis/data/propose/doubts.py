"""What figures and words leave open: said with what is at stake, or left to be decided."""

import json
import re
from typing import Any

import pandas as pd

from salesanalysis.data.propose.credits import FEW, has_minus, is_credit
from salesanalysis.data.propose.deals import keeps_won
from salesanalysis.data.propose.drafting import Draft
from salesanalysis.data.propose.figures import numbers_of
from salesanalysis.data.propose.matching import Line, is_other, is_settled, note
from salesanalysis.data.propose.taxes import TAX
from salesanalysis.data.words.cellwords import YES
from salesanalysis.data.words.marks import is_mark

#: An amount this much smaller than the largest is none of a line: a tax, a fee, postage.
_RIVAL = 0.5
#: How far one currency's rates to another lie apart within a file.
_SPREAD = 1.3
_SAME = 1e-6
_CENT, _HALF = 0.011, 0.5
_LEAST = 3
_NO_FIGURE = re.compile(r"[^\d.,()-]")
#: The remark that names kinds of documents with their rows.
PAPERS = "remark.papers"
#: Headings of kinds of documents, by a word for kind and one for paper, and as SAP calls them.
_KIND = re.compile(
    r"t[yi]pe?\b|kind|categ|art\b|tipo|natureza|tür|вид|тип|סוג|種別|区分|类型|類型", re.IGNORECASE
)
_PAPER = re.compile(
    r"\bdoc|document|invoice|billing|voucher|beleg|pi[èe]ce|fatura|fattura|factura|comprobante"
    r"|opera[çc][ãa]o|операц|документ|מסמך|单据|單據|凭证|憑證|票据|伝票",
    re.IGNORECASE,
)
_SAP = ("fkart", "vbtyp", "auart")
#: Days of a deal: when it was entered, and when it was won.
_ENTERED = re.compile(r"creat|open|added|enter|erstellt|angelegt|创建|建立", re.IGNORECASE)
_CLOSED = re.compile(r"won|clos|sign|gewonn|abschluss|成交|赢单|签约|结单", re.IGNORECASE)
#: Headings of what was bought, and of whom.
_BOUGHT = re.compile(r"\bpo\b|purchase order|einkauf|采购|採購|仕入|закуп", re.IGNORECASE)
_SELLER = re.compile(
    r"vendor|supplier|lieferant|fournisseur|proveedor|fornitore|供应商|供應商|仕入先|поставщик",
    re.IGNORECASE,
)


def doubts(con: Any, made: Draft) -> None:
    """Leave the amount open where several may be it; name rows that may be no sales."""
    if made.seen.opened.remote:
        return
    line = made.line("revenue")
    amount = _column(line) if not line.asleep else ""
    if amount in made.seen.fields:
        _rivals(made, amount)
        _cents(made, amount)
        if not has_minus(made, amount):
            _papers(con, made)
            _sheet(made)
    _less_discount(made)
    _flags(con, made)
    _closing(made)
    _purchases(made)


def _column(line: Line) -> str:
    """Return the column a line is, and nothing where it is made of several or of months."""
    return line.theirs[0] if len(line.theirs) == 1 and set(line.spec) == {"column"} else ""


def _free(made: Draft) -> list[str]:
    """Return their columns of money that nothing takes and no heading rules out."""
    taken = {t for x in made.lines for t in x.theirs}
    taken |= {p.theirs for ours, p in made.known.chosen.items() if ours != "revenue"}
    return [
        c
        for c, f in made.seen.fields.items()
        if f.decimals
        and c not in taken
        and "date" not in f.kinds
        and not (is_other(c) or is_settled(c) or TAX.search(c))
    ]


def _open(made: Draft, key: str, columns: list[str]) -> None:
    """Leave the amount to be decided between the one taken and others."""
    line = made.line("revenue")
    named = ", ".join([" x ".join(line.theirs), *columns])
    line.notes.append(note(f"remark.{key}", columns=named))
    line.choices += [({"column": c}, c) for c in columns]
    line.asleep, line.reason = True, "open"


def _rivals(made: Draft, amount: str) -> None:
    """Leave an amount open where its name is no better than others and they are as large."""
    fields, reason = made.seen.fields, made.line("revenue").reason
    if reason not in ("values", "similar"):
        return
    least, value = _RIVAL * fields[amount].size, _figures(fields[amount].cells)
    large = [c for c in _free(made) if fields[c].size >= least]
    if reason == "similar":
        large = [c for c in large if _likeness(made, c) >= _likeness(made, amount)]
    rivals = [c for c in large if not _figures(fields[c].cells).equals(value)]
    if rivals:
        _open(made, "rivals", rivals)


def _likeness(made: Draft, column: str) -> float:
    """Return how much the name of a column is like one of the amount."""
    found = (p for p in made.known.found if (p.ours, p.theirs) == ("revenue", column))
    return max((p.confidence for p in found if p.reason == "similar"), default=0.0)


def _less_discount(made: Draft) -> None:
    """Leave quantity x price open beside an amount that is the same or, discounted, less."""
    line, fields = made.line("revenue"), made.seen.fields
    if line.reason != "product" or not {*line.theirs} <= fields.keys():
        return
    quantity, price = (_figures(fields[c].cells) for c in line.theirs)
    product = (quantity * price).dropna()
    # beside one piece a further price, a recommended one, is the amount as well
    told = (quantity != 1).reindex(product.index)
    told |= not told.any()
    found = []
    for column in _free(made):
        less = product - _figures(fields[column].cells).reindex(product.index)
        same = less.abs() < _CENT
        if less.ge(-_CENT).all() and same[told].mean() >= _HALF and same.mean() < 1:
            found.append(column)
    if found:
        _open(made, "rivals", found)


def _cents(made: Draft, amount: str) -> None:
    """Leave an amount open that another column repeats as its hundredth: 1234 beside $12.34."""
    fields = made.seen.fields
    value = _figures(fields[amount].cells)
    if fields[amount].decimals or value.nunique() < _LEAST:
        return
    others = {c: _figures(fields[c].cells) * 100 for c in _free(made)}
    same = [c for c, x in others.items() if (x - value).abs().le(0.001).where(value.notna()).all()]
    if same:
        _open(made, "cents", same[:1])


def _figures(cells: pd.Series) -> pd.Series:
    text = cells.dropna().astype("str").str.replace(_NO_FIGURE, "", regex=True)
    return numbers_of(text.reindex(cells.index))


def _papers(con: Any, made: Draft) -> None:
    """Say that no amount has a minus beside kinds of documents that nobody explains."""
    if made.line("is_return").theirs:
        return
    taken = {t for x in made.lines for t in x.theirs} | {*made.where}
    for column, field in made.seen.fields.items():
        called = column.casefold() in _SAP or (_KIND.search(column) and _PAPER.search(column))
        if column in taken or not called or "text" not in field.kinds:
            continue
        counts = made.seen.counts(con, column, FEW)
        if len(counts) > 1:
            shown = ", ".join(f"{v} ({n:,})" for v, n in list(counts.items())[:6])
            line = made.line("revenue")
            line.notes.append(note(PAPERS, column=column, values=shown))
            for value in list(counts)[1:4]:
                spec = {**line.spec, "negative_where": {column: [value]}}
                line.choices.append((spec, f"- {value}"))


def _sheet(made: Draft) -> None:
    """Leave the amounts of a sheet or file of returns open, whose sales stand elsewhere."""
    names = (made.seen.place.sheet, made.seen.file.rsplit(".", 1)[0])
    if name := next((n for n in names if n and is_credit(n)), ""):
        line = made.line("revenue")
        line.notes.append(note("remark.sheet_of_returns", name=name, column=line.theirs[0]))
        line.asleep, line.reason = True, "open"


def _flags(con: Any, made: Draft) -> None:
    """Name rows that a column of yes and no calls void, deleted or cancelled."""
    for column, field in made.seen.fields.items():
        if column in made.where or not is_mark(column):
            continue
        counts = made.seen.counts(con, column, FEW)
        yes = [v for v in counts if v.casefold() in YES]
        if yes and (len(yes) < len(counts) or field.cells.isna().any()):
            entry = ": {not: ".join(json.dumps(x, ensure_ascii=False) for x in (column, yes)) + "}"
            n = sum(counts[v] for v in yes)
            made.notes.append(note("remark.flagged", column=column, n=n, entry=entry))


def _closing(made: Draft) -> None:
    """Leave the day of won deals open where the one taken is that on which they were entered."""
    line, fields = made.line("date"), made.seen.fields
    if not keeps_won(made) or not _ENTERED.search(_column(line)):
        return
    days = [c for c, f in fields.items() if "date" in f.kinds and _CLOSED.search(c)]
    if days:
        line.notes.append(note("remark.closing", column=line.theirs[0], days=", ".join(days)))
        line.choices = [({"column": c}, c) for c in days]
        line.asleep, line.reason = True, "open"


def _purchases(made: Draft) -> None:
    """Say that a table names a supplier and an order placed with it: what was bought, not sold."""
    heads = [next((c for c in made.seen.fields if x.search(c)), "") for x in (_BOUGHT, _SELLER)]
    if all(heads):
        made.notes.append(note("remark.purchases", columns=", ".join(heads)))


def converted(made: Draft, currency: str) -> str:
    """Return the column that holds the amounts in one currency beside those in several; or "".

    It is the amount itself in the rows of one currency, and a rate times it in every other.
    """
    line, fields = made.line("revenue"), made.seen.fields
    if not {_column(line), currency} <= fields.keys():
        return ""
    amount = _figures(fields[line.theirs[0]].cells)
    code = fields[currency].cells
    for column in _free(made):
        rate = (_figures(fields[column].cells) / amount).where(amount != 0)
        rates = rate.groupby(code).agg(["min", "max", "count"])
        own = ((rates[["min", "max"]] - 1).abs() < _SAME).all(axis=1)
        near = (rates["max"] / rates["min"] < _SPREAD) & (rates["min"] > 0)
        full = rates["count"].sum() == amount.notna().sum()
        if own.any() and not own.all() and near.all() and full:
            return column
    return ""
