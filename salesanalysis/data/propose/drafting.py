"""The lines of one table: where each of our columns comes from and what has to be declared."""

import re
from dataclasses import dataclass, field
from typing import Any

from salesanalysis.data.mapping.months import NAMED_YEAR
from salesanalysis.data.propose.amounts import amounts
from salesanalysis.data.propose.checking import checked_date, checked_number, zoneless
from salesanalysis.data.propose.matching import Line, Note, is_key, kind_of, note
from salesanalysis.data.propose.seen import NUMBER, Seen
from salesanalysis.data.propose.tables import Known
from salesanalysis.data.propose.wide import Wide, part_format, year_format, year_in
from salesanalysis.data.sources.header import FILE
from salesanalysis.data.values.dates import REST
from salesanalysis.data.words.cellwords import METRICS, NOTHING
from salesanalysis.data.words.headings import plain
from salesanalysis.data.words.synonyms import names
from salesanalysis.schema import TABLES
from salesanalysis.spreadsheet import plain_text

#: A number of an order as a spreadsheet cuts it.
_CUT = r"\d(?:[.,]\d+)?[eE]\+\d{2}"
#: Another column of theirs that fits one of these is worth a word.
_TOLD = ("date", "revenue", "region", "salesperson", "product", "customer", "value", "amount")
_LEVELS = ("region", "team", "salesperson", "product_line", "product", "customer",
           "customer_type", "channel")  # fmt: skip


@dataclass
class Draft:
    """One rule of a mapping in the making.

    Attributes
    ----------
    known : Known
    lines : list of Line, in the order of the contract
    notes : list of Note
        About the table.
    fill_down : list of str
    where : dict, their column -> values kept, or ``{"not": values left out}``
    joins : list of dict
    file : str
        Name or pattern.
    parts : list of Seen
        The tables of theirs it reads.
    year : str
        The year of columns that are months: their column, a year, or `FILE`.
    escaped : bool
        Apostrophes stand before what a spreadsheet would run.
    footer : int
        Filled rows below the last line.
    """

    known: Known
    lines: list[Line]
    notes: list[Note] = field(default_factory=list)
    fill_down: list[str] = field(default_factory=list)
    where: dict[str, Any] = field(default_factory=dict)
    joins: list[Any] = field(default_factory=list)
    file: str = ""
    parts: list[Seen] = field(default_factory=list)
    year: str = ""
    escaped: bool = False
    footer: int = 0

    @property
    def seen(self) -> Seen:
        """The first of the tables it reads."""
        return self.known.seen

    def line(self, ours: str) -> Line:
        """Return the line of one of our columns, a new one where there is none."""
        for line in self.lines:
            if line.ours == ours:
                return line
        self.lines.append(Line(ours))
        return self.lines[-1]

    def reads(self, ours: str) -> str:
        """Return their column that one of ours is read from, or nothing."""
        line = next((x for x in self.lines if x.ours == ours and not x.asleep), None)
        return str(line.spec.get("column", "")) if line else ""

    @property
    def unused(self) -> list[str]:
        """Their columns that nothing takes."""
        taken = {t for line in self.lines for t in line.theirs} | {
            *self.where,
            *self.fill_down,
            self.year,
        }
        taken |= {join.key for join in self.joins}
        months = self.known.wide.columns if self.known.wide else ()
        return [c for c in self.seen.fields if c not in taken and c not in months]


def draft(con: Any, known: Known) -> Draft:
    """Write the lines of a table of theirs as one of ours."""
    order = [c.name for c in TABLES[known.table]]
    more = [c for c in names(known.table) if not c.startswith("_") and c not in order]
    lines = []
    for ours in (*order, *more):
        pair = known.chosen.get(ours)
        if pair is not None:
            spec: dict[str, Any] = {"column": pair.theirs}
            lines.append(Line(ours, (pair.theirs,), spec, pair.confidence, pair.reason))
        elif ours in order:
            lines.append(Line(ours))
    made = Draft(known, lines, file=known.seen.file, parts=[known.seen])
    if "encoding" in known.seen.memo:
        made.notes.append(note("remark.encoding", **known.seen.memo["encoding"]))
    _set_aside(made)
    for step in (_escaped, _dates, amounts, _stand_ins, _metrics, _texts):
        step(con, made)
    for line in made.lines:
        _checked(con, made, line)
    _vouchers(made)
    return made


def _vouchers(made: Draft) -> None:
    """Take day and number together for the number of an order, where it has no other."""
    day, order = made.line("date"), made.line("order_id")
    if str(day.spec.get("format", "")).endswith(REST) and order.reason == "row":
        order.theirs, order.spec = day.theirs, {"column": day.theirs[0]}
        order.confidence, order.reason = day.confidence, "values"


def _set_aside(made: Draft) -> None:
    """Say what stands between and below the lines and is none of them."""
    memo = made.seen.memo
    hidden = [(name, what) for key, name, what in made.seen.opened.notes if key == "quality.hidden"]
    made.notes += [note("quality.hidden", name=name, what=what) for name, what in hidden]
    if "headers" in memo:
        made.notes.append(note("remark.headers", n=memo["headers"]))
    made.footer = made.seen.place.footer
    if made.footer:
        made.notes.append(note("remark.footer_cut", n=made.footer))
    if "footer" in memo:
        made.footer += memo["footer"].n
        below = memo["footer"]
        if below.names:
            made.notes.append(note("remark.second_table", n=made.footer, columns=below.names))
        else:
            made.notes.append(note("remark.footer", n=made.footer, text=below.text))
    twice = [c for c in made.seen.fields if re.search(r" \(1\)$", c)]
    others = [c for c in twice if f"{c[:-3]}(2)" in made.seen.fields]
    if others:
        made.notes.append(note("remark.twice", columns=", ".join(others)))


def _checked(con: Any, made: Draft, line: Line) -> None:
    """Find out how the values of a line are written, where a mapping may have to say so."""
    kind = str(line.spec.get("cast") or kind_of(made.known.table, line.ours))
    read = line.theirs and "column" in line.spec and line.theirs[0] in made.seen.fields
    if kind == "date" and read:
        zoneless(made.seen, line)
    if made.seen.opened.typed or not read:
        return
    if kind == "date":
        months = line.ours == "period" or made.known.table == "sales"
        checked_date(con, made.seen, line, months=months, strict=made.known.table == "sales")
    elif kind in ("number", "share", "count"):
        checked_number(con, made.seen, line)
    _optional(made, line)


def _optional(made: Draft, line: Line) -> None:
    """Leave a column out that nobody needs and whose values are of another kind: 1 Nos."""
    need = {c.name for c in TABLES[made.known.table] if c.required}
    if line.reason == "values_differ" and line.ours not in need and set(line.spec) == {"column"}:
        read = made.seen.fields[line.theirs[0]].share(NUMBER)
        line.asleep = kind_of(made.known.table, line.ours) == "number" and read < 0.5


def _escaped(_: Any, made: Draft) -> None:
    """Notice cells with the apostrophe our own tables put before what a spreadsheet would run."""
    if made.seen.opened.typed or made.seen.opened.remote:
        return
    fields = made.seen.fields.items()
    marked = [c for c, f in fields if any(plain_text(v) != v for v in f.cells.dropna().unique())]
    if marked:
        made.escaped = True
        made.notes.insert(0, note("remark.escaped", columns=", ".join(marked)))


def _dates(_: Any, made: Draft) -> None:
    """Put year and month together where there is no day; name the months of a wide table."""
    ours = "period" if made.known.table in ("targets", "market") else "date"
    if made.known.wide is not None:
        _wide_date(made, made.known.wide, ours)
        return
    line, c = made.line(ours), made.known.chosen
    if (line.theirs and line.confidence >= 0.5) or not {"_year", "_month"} <= c.keys():
        return
    year, month = c["_year"].theirs, c["_month"].theirs
    fields = made.seen.fields
    parts = (
        year_format(list(fields[year].filled.unique())),
        part_format(list(fields[month].filled.unique())),
    )
    if all(parts):
        line.theirs, line.spec = (year, month), {"paste": [year, month], "format": " ".join(parts)}
        line.confidence, line.reason = min(c["_year"].confidence, c["_month"].confidence), "pasted"
        line.notes.append(note("remark.first_of_month"))


def _wide_date(made: Draft, months: Wide, ours: str) -> None:
    """Read the day from the name of a month column, with the year beside it."""
    line, value = made.line(ours), made.line("value" if ours == "period" else "revenue")
    name, cell = months.free(made.seen, "month"), months.free(made.seen, "value")
    if made.known.table == "market":
        value = made.line("market_size")
    value.theirs, value.spec, value.confidence, value.reason = (), {"column": cell}, 0.9, "wide"
    if made.known.table == "sales":
        made.notes.append(note("remark.wide_sales"))
    line.confidence, line.reason = 0.9, "wide"
    if months.has_year:
        line.theirs, line.spec = (), {"column": name}
        if months.format != NAMED_YEAR:
            line.spec["format"] = months.format
        return
    made.year = _year_beside(made)
    if made.year:
        line.theirs, line.spec = (), {"column": name}
        return
    # of order lines the refusal says what to write; another table is left out until then
    line.spec, line.asleep = {"column": name}, made.known.table != "sales"
    if line.asleep:
        line.confidence, line.reason = 0.0, "missing"
    made.notes.append(note("remark.no_year", months=", ".join(months.columns[:3])))


def _year_beside(made: Draft) -> str:
    """Return where the year of months is: in a column, the names of the files, or a title."""
    year = made.known.chosen.get("_year")
    if year and year_format(list(made.seen.fields[year.theirs].filled.unique())):
        return year.theirs
    files = made.seen.memo.get("files")
    if files:
        return FILE if all(year_in([f]) for f in files) else ""
    names = (made.seen.place.sheet, made.seen.file, made.seen.title)
    said = next((n for n in names if year_in([n])), "")
    if said:
        found = year_in([said])
        made.notes.append(note("remark.year_said", year=found, name=said))
        return found
    return ""


def _stand_ins(_: Any, made: Draft) -> None:
    """Fill what has to be there and is not, where something can stand for it."""
    table = made.known.table
    if table == "sales":
        for ours, spec, reason in (
            ("order_id", {"row": True}, "row"),
            ("region", {"constant": "All"}, "constant"),
        ):
            line = made.line(ours)
            if not line.theirs:
                line.spec, line.reason = dict(spec), reason
    if table == "opportunities":
        _opportunity(made)
    for line in made.lines:
        if line.ours in _TOLD and line.theirs:
            line.notes += _also(made, line)
        if line.ours in _LEVELS and line.theirs and is_key(line.theirs[0]):
            line.notes.append(note("remark.key", theirs=line.theirs[0]))
        if line.ours == "region" and line.theirs and plain(line.theirs[0]) == "state":
            shown = ", ".join(made.seen.fields[line.theirs[0]].filled.unique()[:3])
            line.notes.append(note("remark.state", theirs=line.theirs[0], values=shown))


def _opportunity(made: Draft) -> None:
    """Open an opportunity on the day it closed where nothing else is known, and say so."""
    opened, closed = made.line("opened"), made.line("closed")
    if not opened.theirs and closed.theirs:
        opened.theirs, opened.spec = closed.theirs, dict(closed.spec)
        opened.confidence, opened.reason = 0.3, "values"
        opened.notes.append(note("remark.opened_closed", theirs=closed.theirs[0]))
    for ours in ("id", "owner"):
        line = made.line(ours)
        if not line.theirs:
            spec = {"row": True} if ours == "id" else {"constant": "(none)"}
            line.spec, line.reason = spec, "row" if ours == "id" else "constant"


def _also(made: Draft, line: Line) -> list[Note]:
    """Name other columns that could be meant as well."""
    taken = {t for x in made.lines for t in x.theirs}
    others = [
        p.theirs
        for p in made.known.found
        if p.ours == line.ours
        and p.theirs not in taken
        # a guess by values is as good as every other of its kind
        and p.confidence >= min(0.8, line.confidence)
        and (p.confidence >= 0.8 or p.reason == line.reason == "values")
    ]
    return [note("remark.also", others=", ".join(others[:4]))] if others else []


def _metrics(con: Any, made: Draft) -> None:
    """Give kinds of targets our names; without a column, they are targets of sales."""
    if made.known.table != "targets":
        return
    line = made.line("metric")
    if not line.theirs:
        line.spec, line.reason = {"constant": "sales"}, "constant"
        line.notes.append(note("remark.metric"))
        return
    counts = made.seen.counts(con, line.theirs[0])
    values = {v: METRICS[v.casefold()] for v in counts if METRICS.get(v.casefold(), v) != v}
    unknown = [v for v in counts if v.casefold() not in METRICS]
    if values:
        line.spec["values"] = values
    if unknown:
        line.notes.append(note("remark.metric_unknown", values=", ".join(unknown[:4])))


def _texts(_: Any, made: Draft) -> None:
    """Declare words that stand for nothing in names; notice numbers that were cut."""
    for line in made.lines:
        if line.ours in _LEVELS and len(line.theirs) == 1 and line.theirs[0] in made.seen.fields:
            values = made.seen.fields[line.theirs[0]].cells
            words = [w for w in NOTHING if (values == w).any()]
            if words:
                line.spec["none"] = words
                line.notes.append(note("remark.nothing", words=", ".join(words)))
        if line.ours in (*_LEVELS, "order_id"):
            _cut(made, line)


def _cut(made: Draft, line: Line) -> None:
    """Say how many numbers of a column of text have lost their last digits."""
    for theirs in line.theirs:
        cells = made.seen.fields[theirs].cells if theirs in made.seen.fields else None
        n = 0 if cells is None else int(cells.astype("str").str.fullmatch(_CUT).sum())
        if n:
            line.notes.append(note("quality.scientific", name=theirs, what=f"{n:,}"))
