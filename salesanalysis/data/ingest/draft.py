"""A table on its way in: every value is of its kind, or refused with file, row and column."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property, reduce
from operator import or_
from typing import Any, NamedTuple

from salesanalysis.data.engine import drop, fetch, fetch_exact, keep
from salesanalysis.data.ingest import faults
from salesanalysis.data.ingest.reader import Reader
from salesanalysis.data.kinds import (
    AMOUNT,
    FACTS,
    FILE,
    LEVELS,
    LINE,
    MARKS,
    NONE,
    ROW,
    WORD,
    Origin,
)
from salesanalysis.data.mapping import ColumnRule
from salesanalysis.data.sources import typed, without_value
from salesanalysis.data.values import MAX_WRONG, looks_grouped, mangled
from salesanalysis.errors import ContractError
from salesanalysis.schema import TABLES, Column

#: First and last day a dated line may have: one typo would move `as_of` by centuries.
DAYS = (date(1980, 1, 1), date(2100, 12, 31))
#: Days of employment, with 9999-12-31 for "until further notice", move nothing.
UNDATED = ("people",)
#: Lines from which a look at some of them comes first.
MANY = 1_000_000
#: Finer than any amount: shows what rounding to four decimals leaves out.
_FINE = "decimal(38, 12)"
#: Marks of a row: some cell needs a close look; nothing in it.
_ODD, _BLANK = "_odd", "_blank"


#: Differences below this are no decimals of an amount; the name of what an amount lost.
_NOISE, _LOST = Decimal("0.000001"), "_lost"


class Rounded(NamedTuple):
    """Values with more than four decimals, and what their rounding took from the amount."""

    n: int = 0
    amount: float = 0.0


def _rounded(counts: Mapping[str, Any]) -> Rounded:
    n = sum(int(n) for c, n in counts.items() if c != _LOST)
    return Rounded(n, float(counts.get(_LOST) or 0))


@dataclass(frozen=True, eq=False)
class Draft:
    """One table of ours, or a part of it, between their cells and the engine.

    Attributes
    ----------
    reader : Reader
        Of our columns that come from the table itself.
    name : str
        Which of our tables it becomes.
    part : str
        Name it is kept under.
    lookups : list of (key of theirs, lookup table with ``_lookup`` and our columns, rules)
    lazy : bool
        The rows stay where they are: the result is an expression.
    """

    reader: Reader
    name: str
    part: str
    lookups: Sequence[tuple[str, Any, Mapping[str, ColumnRule]]] = ()
    lazy: bool = False

    @property
    def con(self) -> Any:
        """The engine."""
        return self.reader.con

    @cached_property
    def contract(self) -> dict[str, Column]:
        """The columns of the table as its contract has them."""
        return {c.name: c for c in TABLES[self.name]}

    @cached_property
    def rules(self) -> dict[str, ColumnRule]:
        """Our columns, those of the contract first."""
        rules = dict(self.reader.rules)
        for _, _, taken in self.lookups:
            rules |= taken
        first = [c for c in self.contract if c in rules]
        return {c: rules[c] for c in [*first, *(c for c in rules if c not in first)]}

    def finish(self) -> tuple[Any, Origin]:
        """Return the table and what it came from.

        Raises
        ------
        ContractError
            No rows, or values that are not of their kind, empty or too small.
        """
        n_blank = 0
        self.reader.raw.opened.require_sound(self.reader.raw.table.columns)
        if self.lazy:
            table = self._named(self._joined(self._base()))
            rounded = self._require_read()
        else:
            table, rounded, n_blank = self._kept()
        checks = self._checked(table, self.rules)
        opened = self.reader.raw.opened
        if not checks["rows"]:
            raise faults.no_rows(self)
        wrong = _faulty(checks, self.rules)
        if wrong:
            raise faults.refusal(self, table, wrong)
        amount = float(checks.get("amount") or 0)
        raw = self.reader.raw
        return table, Origin(
            opened.name,
            int(checks["rows"]),
            amount,
            rounded.n,
            opened.blanks + n_blank,
            raw.n_left_out,
            self._amount_left_out(),
            rounded.amount,
            self.reader.notes(),
        )

    def _amount_left_out(self) -> float:
        """Return the amount of the rows the mapping leaves out, as far as it can be read."""
        raw, column = self.reader.raw, AMOUNT.get(self.name, "")
        rule = self.reader.rules.get(column)
        if raw.left is None or rule is None or not rule.theirs:
            return 0.0
        if not set(rule.theirs) <= set(raw.left.columns):
            return 0.0
        others = replace(self.reader, raw=replace(raw, table=raw.left))
        amount = raw.left.aggregate(n=others.value(column).sum())
        return float(fetch_exact(self.con, amount)["n"] or 0)

    def _base(self, *, marked: bool = False) -> Any:
        """Return our own columns and keys of lookups; `marked`: and signs of odd rows."""
        table, values = self.reader.raw.table, self.reader.values()
        keys = {f"_key{i}": key for i, key in enumerate(self._keys(table))}
        more = {c: table[c] for c in self._marks if c in table.columns}
        if marked:
            signs = [self.reader.suspect(c, v) for c, v in values.items()]
            found = [s for s in signs if s is not None]
            more |= {_ODD: reduce(or_, found)} if found else {}
            more |= self._emptiness(table)
        return table.select(**values, **keys, **more)

    @property
    def _marks(self) -> tuple[str, ...]:
        """Columns that travel unseen; copies of a line show in ours where theirs are all read."""
        whole = self.reader.raw.more or self.reader.timed or self.lazy
        return (ROW, FILE, LINE, WORD) if whole else (ROW, FILE, WORD)

    def _keys(self, table: Any) -> list[Any]:
        """Return the keys of the lookups as text."""
        keys = [table[k] for k, _, _ in self.lookups]
        if self.reader.raw.opened.remote:
            return [typed.read(k, "text") for k in keys]
        return [k.cast("string") for k in keys]

    def _emptiness(self, table: Any) -> dict[str, Any]:
        """Mark rows without a value in any column that is read."""
        columns = [table[c] for c in table.columns if c not in MARKS]
        if self.reader.raw.opened.typed or not columns:
            return {}
        return {_BLANK: without_value(columns)}

    def _kept(self) -> tuple[Any, "Rounded", int]:
        """Read every cell once into the engine; look closely only where one was odd."""
        base, n_odd, n_blank = self._read_in()
        rounded = self._looked_at() if n_odd else Rounded()
        again = self._grouped(base)
        unread = self._unread() if n_odd else []
        edges = self.reader.settle_edges(base)
        changed = bool(unread or again) and self.reader.settle_whole([*unread, *again])
        if changed or edges:
            drop(self.con, self._base_name)
            base, n_odd, n_blank = self._read_in()
            rounded, unread = self._looked_at(), self._unread()
        if unread:
            wrong = self._wrong(base, self.reader.rules)
            raise faults.refusal(self, base, [c for c in self.rules if c in {*unread, *wrong}])
        self._require_sound(base)
        if not self.lookups:
            return self._named(base), rounded, n_blank
        joined = keep(self.con, self.part, self._joined(base))
        drop(self.con, self._base_name)
        return self._named(joined), rounded, n_blank

    @property
    def _base_name(self) -> str:
        return f"{self.part}_own" if self.lookups else self.part

    def _read_in(self) -> tuple[Any, int, int]:
        """Keep our own columns; return them, how many rows were odd, how many blank."""
        kept = keep(self.con, self._base_name, self._base(marked=True))
        if ROW not in kept.columns:
            kept = kept.mutate(**{ROW: kept.rowid() + 1 - self._before(kept)})
        kept = self._without_mark(kept)
        signs = [c for c in (_ODD, _BLANK) if c in kept.columns]
        if not signs:
            return kept, 0, 0
        counts = fetch_exact(self.con, kept.aggregate(**{c: kept[c].sum() for c in signs}))
        n_odd, n_blank = (int(counts.get(c) or 0) for c in (_ODD, _BLANK))
        if n_blank and self._blank_throughout(n_blank):
            kept = kept.filter(~kept[_BLANK])
        else:
            n_blank = 0
        return kept.drop(*signs), n_odd, n_blank

    def _without_mark(self, kept: Any) -> Any:
        """Drop the mark of rows of sums where no row has it: most files have none."""
        if WORD not in kept.columns:
            return kept
        found = fetch_exact(self.con, kept.aggregate(n=kept[WORD].sum().fill_null(0)))["n"]
        return kept if found else kept.drop(WORD)

    def _before(self, kept: Any) -> Any:
        """Return how many rows stand before the file of a row: each file counts from 1."""
        import ibis  # noqa: PLC0415

        if FILE not in kept.columns:
            return 0
        firsts = fetch(self.con, kept.group_by(FILE).aggregate(first=kept.rowid().min()))
        pairs = zip(firsts[FILE], firsts["first"], strict=True)
        return ibis.cases(*((kept[FILE] == file, int(first)) for file, first in pairs), else_=0)

    def without_blanks(self, raw: Any) -> Any:
        """Return the rows a message may name: those that hold something somewhere."""
        blank = self._emptiness(raw).get(_BLANK)
        if blank is None or self.reader.raw.opened.remote:
            return raw
        n_blank = fetch_exact(self.con, raw.aggregate(n=blank.sum()))["n"]
        return raw.filter(~blank) if n_blank and self._blank_throughout(n_blank) else raw

    def _blank_throughout(self, n_blank: int) -> bool:
        """Tell whether the rows without a value that is read have none at all."""
        opened = self.reader.raw.opened
        found = fetch_exact(self.con, opened.table.aggregate(n=opened.blank().sum()))
        return int(found["n"] or 0) >= n_blank

    def _looked_at(self) -> "Rounded":
        """Count the values that rounding to four decimals changed, and by how much in all."""
        sums = self._roundings()
        return _rounded(
            fetch_exact(self.con, self.reader.raw.table.aggregate(**sums)) if sums else {}
        )

    def _roundings(self) -> dict[str, Any]:
        """Return counts of values with more than four decimals, and what their amounts lose."""
        sums: dict[str, Any] = {}
        for ours, value in self.reader.values().items():
            fine = self.reader.fine(ours)
            if fine is not None:
                lost = fine - value.cast(_FINE)
                # what a float carries behind its fifteenth digit was never written
                lost = (lost.abs() > _NOISE).ifelse(lost, 0)
                sums[f"{ours}|n"] = (lost != 0).sum().fill_null(0)
                if ours == AMOUNT.get(self.name):
                    sums[_LOST] = lost.sum()
        return sums

    def _unread(self) -> list[str]:
        """Return our columns in which a cell is not of its kind."""
        sums = self._failures()
        counts = fetch_exact(self.con, self.reader.raw.table.aggregate(**sums)) if sums else {}
        return [ours for ours, n in counts.items() if n]

    def _failures(self) -> dict[str, Any]:
        """Return counts of the cells that are not of their kind."""
        return {
            ours: self.reader.unread(ours, value).sum().fill_null(0)
            for ours, value in self.reader.values().items()
            if self.reader.may_fail(ours)
        }

    def _require_read(self) -> "Rounded":
        """Refuse cells of a table that stays where it is and cannot be read as our kinds.

        Returns
        -------
        Rounded
            In the same look at the rows.
        """
        failures, roundings = self._failures(), self._roundings()
        both = {**failures, **roundings}
        counts = fetch_exact(self.con, self.reader.raw.table.aggregate(**both)) if both else {}
        unread = [ours for ours in failures if counts[ours]]
        if unread:
            raise faults.refusal(self, None, unread)
        return _rounded({c: counts[c] for c in roundings})

    def _require_sound(self, base: Any) -> None:
        """Refuse amounts that are quantity x price times a power of ten."""
        rules = self.reader.rules
        three = ("quantity", "unit_price", "revenue")
        there = self.name == "sales" and all(c in rules and rules[c].column for c in three)
        if there and any((c, 0) in self.reader.styles for c in three):
            name = self.reader.raw.opened.name
            if self._looks_sound(base, three, name):
                return
            mangled(self.con, *(base[c] for c in three), where=name)

    def _looks_sound(self, base: Any, columns: Sequence[str], name: str) -> bool:
        """Tell whether one line in a hundred of a long table shows nothing."""
        if ROW not in base.columns or self._length(base) < MANY:
            return False
        some = base.filter(base[ROW] % 101 == 0)
        try:
            mangled(self.con, *(some[c] for c in columns), where=name, max_wrong=MAX_WRONG / 2)
        except ContractError:
            return False
        return True

    def _length(self, table: Any) -> int:
        return int(fetch_exact(self.con, table.aggregate(n=table.count()))["n"])

    def _grouped(self, base: Any) -> list[str]:
        """Return columns whose fractions look like thousands read as decimals."""
        sums = {
            c: looks_grouped(base[c])
            for c, rule in self.reader.rules.items()
            if rule.kind in ("number", "share")
            and len(rule.theirs) == 1
            and not (rule.decimal or rule.thousands)
            and (c, 0) in self.reader.styles
            # a point that was seen among the first rows is no separator of thousands
            and not self.reader.styles[c, 0].settled
        }
        if not sums:
            return []
        found = fetch_exact(self.con, base.aggregate(**sums))
        return [c for c, grouped in found.items() if grouped]

    def _joined(self, base: Any) -> Any:
        """Add the columns of the lookups; a line whose key is not there stays, without a name."""
        if not self.lookups:
            return base
        wide = base
        for number, (_, lookup, _) in enumerate(self.lookups):
            key, right = f"_key{number}", f"_lookup{number}"
            other = lookup.rename({right: "_lookup"})
            wide = wide.left_join(other, wide[key] == other[right]).drop(key, right)
        return wide

    def _named(self, table: Any) -> Any:
        """Put the columns in order; call a level without a value "(none)": no line is lost."""
        found = {}
        for c, rule in self.rules.items():
            value = self._row(table) if rule.row else table[c]
            if self.name in FACTS and c in LEVELS:
                value = value.fill_null(NONE)
            found[c] = value
        marks = {c: table[c] for c in MARKS if c in table.columns}
        return table.select(**found, **marks)

    def _row(self, table: Any) -> Any:
        """Return the number of a row as a key."""
        if ROW not in table.columns:
            raise faults.no_order(self)
        return table[ROW].cast("string")

    def _wrong(self, table: Any, columns: Iterable[str]) -> list[str]:
        """Return the columns of a table with values that are empty, too small, too far away."""
        there = [c for c in columns if c in table.columns]
        return _faulty(self._checked(table, there), there)

    def _checked(self, table: Any, columns: Collection[str]) -> dict[str, Any]:
        """Return the number of rows, the amount, and whether anything is wrong with typed values.

        Counts and ends of columns stand in the statistics of Parquet and of the engine's own
        tables: they are asked for apart from the amount, which has to be read. A database gets
        one question.
        """
        counts: dict[str, Any] = {"rows": table.count()}
        for c in columns:
            counts |= {f"{c}|{rule}": any_ for rule, any_ in self._any_bad(table, c).items()}
        amount = AMOUNT.get(self.name)
        sums = {"amount": table[amount].sum()} if amount in columns else {}
        if self.reader.raw.opened.remote or not sums:
            return fetch_exact(self.con, table.aggregate(**counts, **sums))
        texts = {f"{c}|empty": self.reader.without_text(c) for c in columns if self._must(c)}
        apart = {c: rows for c, rows in texts.items() if self.lazy and rows is not None}
        left = {c: count for c, count in counts.items() if c not in apart}
        parts = [table.aggregate(**left), table.aggregate(**sums)]
        parts += [rows.aggregate(**{c: rows.count()}) for c, rows in apart.items()]
        return {c: v for part in parts for c, v in fetch_exact(self.con, part).items()}

    def bad(self, table: Any, c: str) -> dict[str, Any]:
        """Return what can be wrong with the typed values of column `c`, as conditions on a row."""
        column = table[c]
        bad = {"empty": column.isnull()} if self._must(c) else {}
        for rule, (low, high) in self._limits(c).items():
            bad[rule] = (column < low) if high is None else (column < low) | (column > high)
        return bad

    def _any_bad(self, table: Any, c: str) -> dict[str, Any]:
        """Return the same as values of the whole column."""
        column = table[c]
        found = {"empty": column.count() < table.count()} if self._must(c) else {}
        for rule, (low, high) in self._limits(c).items():
            found[rule] = column.min() < low
            if high is not None:
                found[rule] = found[rule] | (column.max() > high)
        return found

    def _must(self, c: str) -> bool:
        """Tell whether column `c` must be filled in every row."""
        declared = self.contract.get(c)
        return declared is not None and not declared.empty and not self.is_level(c)

    def _limits(self, c: str) -> dict[str, tuple[Any, Any]]:
        """Return the rules column `c` has for its size, with its lowest and highest value."""
        declared = self.contract.get(c)
        found: dict[str, tuple[Any, Any]] = {}
        if declared is not None and declared.kind == "date" and self.name not in UNDATED:
            found["range"] = DAYS
        if self.rules[c].kind == "share":
            found["low"] = (0, 1)
        elif declared is not None and declared.minimum is not None:
            found["low"] = (declared.minimum, None)
        return found

    def is_level(self, c: str) -> bool:
        """Tell whether a line without a value here is kept under a name of its own."""
        return self.name in FACTS and c in LEVELS


def _faulty(checks: Mapping[str, Any], columns: Iterable[str]) -> list[str]:
    """Return the columns in which a check counted something."""
    return [c for c in columns if any(checks.get(f"{c}|{r}") for r in faults.RULES)]
