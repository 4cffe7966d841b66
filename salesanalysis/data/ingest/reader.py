"""How the columns of a table of theirs are written, decided once, for the whole column."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from salesanalysis.data.engine import drop, fetch_exact, keep
from salesanalysis.data.ingest.cells import (
    NUMBERS,
    PLAIN_FLAG,
    is_moment,
)
from salesanalysis.data.ingest.doubts import Doubts
from salesanalysis.data.ingest.edges import edge, maybe_edge
from salesanalysis.data.ingest.sampled import SHORT, Sampled, look_at, unknown_flag
from salesanalysis.data.sources import typed
from salesanalysis.data.values import (
    ISO_DATE,
    PLAIN_NUMBER,
    Counted,
    DateStyle,
    date_style,
    decimal_mark,
    has_reason,
    number_style,
)
from salesanalysis.errors import ContractError

#: Rows that decide how a column is written, unless a later row does not fit.
SAMPLE = 10_000
#: Different texts among them from which looking at every row is quicker than telling all apart.
MANY_TEXTS = 1000


@dataclass(frozen=True, eq=False)
class Reader(Doubts):
    """Reads the columns of one table of theirs."""

    def settle(self) -> None:
        """Decide how every column of numbers and dates is written, by the first rows.

        Raises
        ------
        ContractError
            Where even the whole column does not tell.
        """
        self._require_zones()
        if self.raw.opened.remote:
            pairs = dict.fromkeys((c, r.kind) for r in self.rules.values() for c in r.theirs)
            self.trusted.update(typed.trusted(self.con, self.raw.table, pairs))
            return
        written, texts = self._written(), self._texts()
        if not (written or texts):
            return
        sample = keep(self.con, "_sample", self.raw.table.limit(SAMPLE))
        try:
            told = {(o, i): (c, self.text(sample, o, c)) for o, i, c in written}
            seen = look_at(self.con, sample, self.rules, told, texts)
            for ours, place, theirs in written:
                self.styles[ours, place] = self._settled(sample, ours, place, theirs, seen)
        finally:
            drop(self.con, "_sample")
        self.edged.update(seen.edged)
        self.hours.update(seen.hours)
        self.short.update(self._short(seen.short))

    def _settled(self, sample: Any, ours: str, place: int, theirs: str, seen: Sampled) -> Any:
        """Return the style of a column by a sample, or by all of it where that does not tell."""
        if self.rules[ours].kind == "flag":
            return "words" if (ours, place) in seen.wordy else PLAIN_FLAG
        try:
            style = self._style(sample, ours, theirs, seen.shapes.get((ours, place)))
        except ContractError:
            style = None
        if style is not None and not self._open(style):
            return style
        return self._by_all(sample, ours, theirs)

    def _by_all(self, sample: Any, ours: str, theirs: str) -> Any:
        """Return the style of a column by all of it; `sample` tells whether it is a plain one."""
        try:
            return self._style(self.raw.table, ours, theirs)
        except ContractError as error:
            if self._is_slip(error, sample, ours, theirs):
                # a few cells of a plain column: refused later, all columns at once, with rows
                return ISO_DATE if self.rules[ours].kind == "date" else PLAIN_NUMBER
            raise

    def _is_slip(self, error: ContractError, sample: Any, ours: str, theirs: str) -> bool:
        """Tell whether most cells are plain, and the others no numbers of another style."""
        if error.code != "bad-value" or error.rows is None or self.rules[ours].format:
            return False
        is_date = self.rules[ours].kind == "date"
        values = error.rows["value"].astype("str")
        if not is_date and values.map(has_reason).any():
            return False
        if not is_date and values.str.contains(r"[0-9][,.' ][0-9]").any():
            return False
        text = self.text(sample, ours, theirs)
        read = (ISO_DATE if is_date else PLAIN_NUMBER).read(text)
        counts = fetch_exact(self.con, sample.aggregate(read=read.count(), all=text.count()))
        return bool(2 * counts["read"] >= counts["all"])

    def _texts(self) -> list[str]:
        """Return their columns of text that become ours of text."""
        types = self.raw.table.schema()
        kept = [c for r in self.rules.values() if r.kind == "text" for c in r.theirs]
        return [c for c in dict.fromkeys(kept) if types[c].is_string()]

    def _short(self, columns: Sequence[str]) -> dict[str, int]:
        """Count the values of columns of text that a spreadsheet cut to 2.02E+17."""
        table = self.raw.table
        found = {f"n{i}": table[c].re_search(SHORT).sum() for i, c in enumerate(columns)}
        counts = fetch_exact(self.con, table.aggregate(**found)) if found else {}
        return {c: int(n or 0) for c, n in zip(columns, counts.values(), strict=True)}

    def settle_edges(self, kept: Any) -> bool:
        """Look at every different text that was kept; return whether some are not bare."""
        if self.raw.opened.typed:
            return False
        bare = [c for c, r in self.rules.items() if r.kind == "text" and self._is_bare(r)]
        proven = self._proven(kept, bare)
        left = [c for c in bare if c not in proven and self.rules[c].theirs]
        varied = self._varied(kept, left)
        found = [c for c in left if self._has_edges(kept, c, quickly=c in varied)]
        self.edged.update(theirs for c in found for theirs in self.rules[c].theirs)
        return bool(found)

    def _proven(self, kept: Any, columns: Sequence[str]) -> set[str]:
        """Return the columns the bytes of the file clear, where nothing stands before a text.

        The least texts of a column stand in the statistics of the engine.
        """
        theirs = {*self.raw.opened.theirs} if self.raw.opened.bare else set()
        read = {c: {*self.rules[c].theirs} for c in columns}
        cleared = [c for c in columns if read[c] and read[c] <= theirs]
        if not cleared:
            return set()
        # the engine answers from its statistics where no null is left to think of
        blank = {c: (kept[c] < "!").fill_null(False).any() for c in cleared}  # noqa: FBT003
        found = fetch_exact(self.con, kept.aggregate(**blank))
        return {c for c, some in found.items() if not some}

    def _varied(self, kept: Any, columns: Sequence[str]) -> list[str]:
        """Return the columns with many different texts, such as numbers of orders."""
        if not columns:
            return []
        first = kept.select(*columns).limit(SAMPLE)
        counts = fetch_exact(self.con, first.aggregate(**{c: first[c].nunique() for c in columns}))
        return [c for c, n in counts.items() if n > MANY_TEXTS]

    def _has_edges(self, kept: Any, column: str, *, quickly: bool) -> bool:
        """Tell whether blanks stand around a text; `quickly` looks at every row first."""
        if quickly:
            some = kept.aggregate(some=maybe_edge(kept[column]).any())
            if not fetch_exact(self.con, some)["some"]:
                return False
        names = kept.select(column).distinct()
        some = names.aggregate(some=edge(names[column]).any())
        return bool(fetch_exact(self.con, some)["some"])

    def settle_whole(self, columns: Iterable[str]) -> bool:
        """Decide again by every row; return whether anything changed."""
        chosen = set(columns)
        before = dict(self.styles)
        for ours, place, theirs in self._written():
            if ours in chosen:
                self.styles[ours, place] = self._by_all(self.raw.table, ours, theirs)
        return self.styles != before

    def _written(self) -> list[tuple[str, int, str]]:
        """Return our column, place and their column wherever text has to be read."""
        types = self.raw.table.schema()
        return [
            (ours, place, theirs)
            for ours, rule in self.rules.items()
            if rule.kind in (*NUMBERS, "date", "flag") and not rule.paste
            for place, theirs in enumerate(rule.theirs)
            if types[theirs].is_string()
        ]

    def _style(self, table: Any, ours: str, theirs: str, seen: Counted | None = None) -> Any:
        """Decide how one column of theirs is written."""
        rule = self.rules[ours]
        text, where = self.text(table, ours, theirs), f"{self.raw.opened.name}; {self.where}"
        if rule.kind == "flag":
            found = fetch_exact(self.con, unknown_flag(text).name("n").as_table())
            return "words" if found["n"] else PLAIN_FLAG
        if rule.kind == "date":
            months = ours == "period"
            return date_style(
                self.con,
                text,
                name=theirs,
                where=where,
                format=f"%Y {rule.format}" if rule.year else rule.format,
                months=months,
                timezone=rule.timezone,
                seen=seen,
            )
        self.raw.opened.require_told([] if rule.decimal else [theirs])
        return number_style(
            self.con,
            text,
            name=theirs,
            where=where,
            decimal=rule.decimal,
            thousands=rule.thousands,
            elsewhere=lambda: self._mark_beside(theirs),
            seen=seen,
        )

    def _mark_beside(self, theirs: str) -> str:
        """Return the decimal mark other columns of the file prove: ours first, then the rest."""
        numbers = {(ours, c) for ours, _, c in self._written() if self.rules[ours].kind in NUMBERS}
        mine = [self.text(self.raw.table, o, c) for o, c in sorted(numbers) if c != theirs]
        read = {c for rule in self.rules.values() for c in rule.theirs}
        rest = self.raw.opened.table.limit(SAMPLE)
        texts = self.raw.opened.theirs if not self.raw.opened.remote else []
        written = [c for c in texts if rest[c].type().is_string()]
        others = [rest[c] for c in written if c not in read]
        # rows the mapping leaves out, such as sums, are written as the lines are
        left = [rest[c] for _, c in sorted(numbers) if c in written]
        for columns in (mine, others, left):
            marks = {decimal_mark(self.con, c) for c in columns} - {""}
            if marks:
                return marks.pop() if len(marks) == 1 else ""
        return ""

    def _require_zones(self) -> None:
        """Refuse moments with a time zone where nobody says which: their day is not known.

        Raises
        ------
        ContractError
        """
        types, opened = self.raw.table.schema(), self.raw.opened
        for ours, rule in self.rules.items():
            for theirs in rule.theirs if rule.kind == "date" else ():
                if is_moment(types[theirs]) and not (rule.timezone or opened.zones.get(theirs)):
                    raise ContractError(
                        f"{theirs!r} holds moments with a time zone, and {opened.name} does not "
                        "say in which zone its days are counted.",
                        where=f"{self.where}, columns.{ours}; late on 31 January in one zone is "
                        "February in another",
                        fix="add to the column in the mapping the time zone of the business, such "
                        "as timezone: Asia/Shanghai",
                        code="ambiguous",
                    )

    def notes(self) -> tuple[tuple[str, str, str], ...]:
        """Return what was decided about columns of dates and is to be said."""
        types, opened = self.raw.table.schema(), self.raw.opened
        found: list[tuple[str, str, str]] = []
        for ours, rule in self.rules.items():
            for theirs in rule.theirs if rule.kind == "date" else ():
                style = self.styles.get((ours, 0))
                zone = rule.timezone or opened.zones.get(theirs, "")
                read_in = style.zone if isinstance(style, DateStyle) else ""
                if rule.year:
                    found.append(("quality.year", theirs, str(rule.year)))
                elif is_moment(types[theirs]) or read_in:
                    found.append(("quality.zone", theirs, zone))
                elif isinstance(style, DateStyle) and style.offsets:
                    found.append(("quality.offset", theirs, style.offsets[0]))
                elif isinstance(style, DateStyle) and style.months:
                    found.append(("quality.first_days", theirs, ""))
        found += [("quality.scientific", c, f"{n:,}") for c, n in self.short.items()]
        return (*opened.notes, *found)

    @staticmethod
    def _open(style: Any) -> bool:
        """Tell whether other rows could turn day and month round.

        Numbers need no second look: a group that is none shows as a cell that cannot be read, or
        as fractions that look like groups.
        """
        return isinstance(style, DateStyle) and not style.settled
