"""How dates and numbers of a proposed column are written; both ways where nobody can tell."""

import re
from collections.abc import Sequence
from typing import Any
from zoneinfo import available_timezones

from salesanalysis.data.cleaning.totals import in_engine
from salesanalysis.data.engine import fetch
from salesanalysis.data.propose.matching import Line, note
from salesanalysis.data.propose.seen import Seen
from salesanalysis.data.propose.wide import year_in
from salesanalysis.data.values import date_style, decimal_mark, number_style
from salesanalysis.data.values.datelooks import MONTHS, looks_of
from salesanalysis.data.values.dates import BE, NAMED, REST, ROC
from salesanalysis.data.values.notdays import is_of_taiwan, is_with_number
from salesanalysis.data.words.cellwords import SUMS_OF_DAYS
from salesanalysis.errors import ContractError

_CHOICE = re.compile(r'(format|decimal): "([^"]+)" for ([^\s,]+)')
#: Formats that a refusal names and a draft may declare: years of Taiwan and of Thailand, days with
#: a number behind them.
_NAMED = re.compile(rf'format: "({ROC}[^"]+|{BE}[^"]+|[^"]+{re.escape(REST)})"')
#: Years of Taiwan that are taken for such: 2011 to 2060.
_FIRST, _LAST = 100, 149


def checked_date(con: Any, seen: Seen, line: Line, *, months: bool, strict: bool) -> None:
    """Find out how the days of a line are written; add the choices where there are two.

    Parameters
    ----------
    months : bool
        A month without a day is read as its first day.
    strict : bool
        Such a month needs its format in the mapping.
    """
    column = cells_of(seen, line.theirs[0], SUMS_OF_DAYS)
    try:
        date_style(con, column, name=line.theirs[0], where=seen.called, months=months)
    except ContractError as error:
        if not _declared(con, column, line, error):
            _chosen(seen, line, error, "date")
        return
    if months and strict:
        looks = [x for x in looks_of(con, column) if x.formats]
        if looks and all(set(x.formats) == {MONTHS} for x in looks):
            written = looks[0].formats[MONTHS][0]
            # names of months are told without a format
            line.spec |= {} if written.startswith(NAMED) else {"format": written}
            line.notes.append(note("remark.first_of_month"))


def zoneless(seen: Seen, line: Line) -> None:
    """Write the time zone in which days of moments are counted; a choice where none is named."""
    theirs, opened = line.theirs[0], seen.opened
    kind = opened.table[theirs].type()
    if not (kind.is_timestamp() and kind.timezone):
        return
    named = opened.zones.get(theirs, "")
    if named in available_timezones():
        line.spec["timezone"] = named
        line.notes.append(note("remark.zone_named", theirs=theirs, zone=named))
    elif not named:
        line.choices.append(({**line.spec, "timezone": "Asia/Shanghai"}, "UTC+8"))
        line.notes.append(note("remark.moments", theirs=theirs))


def _declared(con: Any, column: Any, line: Line, error: ContractError) -> bool:
    """Write the format a refusal names, where all values are written so, and say what it means."""
    told = _NAMED.search(str(error))
    if told is None:
        return False
    looks = looks_of(con, column)
    example = looks[0].example.strip()
    if told[1].startswith(ROC):
        years = [int(look.example.strip()[:3]) for look in looks if is_of_taiwan(look)]
        if len(years) < len(looks) or not all(_FIRST <= year <= _LAST for year in years):
            return False
        year = int(example[:3])
        line.notes.append(note("remark.taiwan", year=year, ours=year + 1911))
    elif told[1].startswith(BE):
        line.notes.append(note("remark.thailand", format=told[1].removeprefix(BE)))
    elif all(is_with_number(look) for look in looks):
        line.notes.append(note("remark.behind_day", example=example))
    else:
        return False
    line.spec["format"] = told[1]
    return True


def checked_number(con: Any, seen: Seen, line: Line) -> None:
    """Find out how the numbers of a line are written; remember the sign of a currency."""
    column = cells_of(seen, line.theirs[0])
    try:
        style = number_style(
            con,
            column,
            name=line.theirs[0],
            where=seen.called,
            elsewhere=lambda: _mark_beside(con, seen, line.theirs[0]),
        )
    except ContractError as error:
        _chosen(seen, line, error, "number")
        return
    if style.currency:
        # yuan and yen have one sign: a file with kana means yen
        cells = seen.fields[line.theirs[0]].cells.astype("str")
        yen = style.currency == "CNY" and cells.str.contains("[¥￥]").any() and is_japanese(seen)
        seen.memo.setdefault("currencies", set()).add("JPY" if yen else style.currency)
    if style.decimal == "," and style.settled:
        seen.memo["decimal"] = ","


def is_japanese(seen: Seen) -> bool:
    """Tell whether headings or values have kana."""
    texts = [*seen.fields, *(str(v) for f in seen.fields.values() for v in f.filled.head(50))]
    return any(re.search("[ぁ-んァ-ヴ]", text) for text in texts)


def _mark_beside(con: Any, seen: Seen, theirs: str) -> str:
    """Return the decimal point other columns of the file prove; a comma stands in the draft."""
    others = [c for c, f in seen.fields.items() if c != theirs and "number" in f.kinds]
    marks = {decimal_mark(con, cells_of(seen, c)) for c in others} - {""}
    if marks == {","}:
        seen.memo["decimal"] = ","
    return "." if marks == {"."} else ""


def cells_of(seen: Seen, theirs: str, words: Sequence[str] = ()) -> Any:
    """Return a column as text without the words of rows of sums, and without further ones."""
    text = seen.texts(theirs)
    sums = seen.is_sum(theirs) | in_engine(text, words) if words else seen.is_sum(theirs)
    return seen.rows.filter(~sums).select(x=text)["x"]


def _chosen(seen: Seen, line: Line, error: ContractError, kind: str) -> None:
    """Write what a refusal says beside the line, with both choices where it names them."""
    what = str(error).splitlines()[0]
    choices = _CHOICE.findall(str(error)) if error.code == "ambiguous" else []
    if error.code == "ambiguous" and "timezone:" in str(error):
        zone = {**line.spec, "timezone": "Asia/Shanghai"}
        line.choices.append((zone, "UTC+8"))
        line.notes.append(note("remark.zone", what=what))
        return
    for option, value, example in choices:
        line.choices.append(({**line.spec, option: value}, example))
    if kind == "date" and 'format: "%d%m"' in error.fix:
        year = year_in((seen.title, seen.file)) or "YEAR"
        line.choices.append(({**line.spec, "year": year, "format": "%d%m"}, year))
    key = f"remark.ambiguous_{kind}" if choices else "remark.unreadable"
    line.notes.append(note(key, what=what))


def settle_decimals(seen: Seen, lines: list[Line]) -> None:
    """Read doubtful numbers as the other columns or the tongue of the file ask, and say so."""
    beside = seen.memo.get("decimal") == ","
    if not beside and not _is_eastern(seen):
        return
    mark = "," if beside else "."
    for line in lines:
        if any("decimal" in spec for spec, _ in line.choices):
            line.spec["decimal"] = mark
            line.choices = [c for c in line.choices if c[0].get("decimal") != mark]
            line.notes = [n for n in line.notes if n.key != "remark.ambiguous_number"]
            line.notes.append(note("remark.decimal_beside" if beside else "remark.decimal_tongue"))


def _is_eastern(seen: Seen) -> bool:
    """Tell whether most headings are Chinese, Japanese or Korean: nobody there writes 1,5."""
    named = [bool(re.search("[一-龥ぁ-んァ-ヴ가-힣]", c)) for c in seen.fields]
    return sum(named) > len(named) / 2


def empty_rows(con: Any, seen: Seen, column: str) -> int:
    """Return in how many rows a column is empty."""
    text = seen.texts(column)
    missing = text.isnull() | (text == "")
    found = fetch(con, seen.rows.aggregate(n=missing.sum().fill_null(0)))
    return int(found["n"].iloc[0])


def is_label(con: Any, made: Any) -> bool:
    """Tell whether products cost the same in every currency: then its name is only a label."""
    seen, currency, price = made.seen, made.reads("currency"), made.reads("unit_price")
    product = next((c for c in seen.fields if c in _ids(made)), made.reads("product"))
    if not (currency and price and product) or seen.opened.remote:
        return False
    number = seen.texts(price).re_replace("[^0-9.]", "").try_cast("float64")
    table = seen.rows.select(c=seen.texts(currency), p=seen.texts(product), x=number)
    each = table.group_by(["p", "c"]).aggregate(x=table["x"].median())
    both = each.group_by("p").aggregate(n=each.count(), low=each["x"].min(), high=each["x"].max())
    both = both.filter((both["n"] > 1) & (both["low"] > 0))
    row = fetch(
        con, both.aggregate(n=both.count(), same=(both["high"] <= both["low"] * 1.01).sum())
    )
    n, same = row.iloc[0].fillna(0)
    return bool(n >= 5 and same >= 0.8 * n)


def _ids(made: Any) -> set[str]:
    return {join.key for join in made.joins if any(x.ours == "product" for x in join.lines)}
