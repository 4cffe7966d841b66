"""A table on its way in: every value is of its kind, or refused with file, row and column."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from salesanalysis.data.engine import drop, fetch_exact, keep, see, unsee
from salesanalysis.data.ingest import faults, looks, orders
from salesanalysis.data.ingest.contract import Contracted, faulty
from salesanalysis.data.ingest.leftout import amount_left_out, without_amount
from salesanalysis.data.ingest.numbering import before
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
from salesanalysis.data.sources import typed, without_value
from salesanalysis.data.values import MAX_WRONG, DateStyle, looks_grouped, mangled
from salesanalysis.errors import ContractError

#: Lines from which a look at some of them comes first.
MANY = 1_000_000
#: Marks of a row: some cell needs a close look; nothing in it.
_ODD, _BLANK = "_odd", "_blank"


@dataclass(frozen=True, eq=False)
class Draft(Contracted):
    """One table of ours, or a part of it, between their cells and the engine."""

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
        if not self.reader.raw.opened.remote:
            # a name in place of all these expressions keeps every later question short
            table = see(self.con, f"_named_{self.part}", table)
        checks = self.checked(table, self.rules)
        opened = self.reader.raw.opened
        if not checks["rows"]:
            raise faults.no_rows(self)
        wrong = faulty(checks, self.rules)
        if wrong:
            raise faults.refusal(self, table, wrong)
        amount = float(checks.get("amount") or 0)
        raw, ours = self.reader.raw, AMOUNT.get(self.name, "")
        return table, Origin(
            opened.name,
            int(checks["rows"]),
            amount,
            rounded.n,
            opened.blanks + n_blank,
            raw.n_left_out,
            amount_left_out(self.con, self.reader, ours),
            rounded.amount,
            (*self.reader.notes(), *without_amount(self.con, self.reader, ours)),
        )

    def _base(self) -> Any:
        """Return our own columns and keys of lookups."""
        table = self.reader.raw.table
        return table.select(**self._columns(table))

    def _columns(self, table: Any) -> dict[str, Any]:
        keys = {f"_key{i}": key for i, key in enumerate(self._keys(table))}
        more = {c: table[c] for c in self._marks if c in table.columns}
        return {**self.reader.values(), **keys, **more}

    def _marked(self) -> Any:
        """Return the same with signs of odd rows.

        Every cell is read in a view below the signs: the engine would read it once for its value
        and once more for its sign.
        """
        table = self.reader.raw.table
        ours = self._columns(table)
        # names of their own: to the engine "Region" and "region" are the same
        names = {c: f"_ours{i}" for i, c in enumerate(ours)}
        cells = {c: f"_cell{i}" for i, c in enumerate(table.columns) if c not in MARKS}
        below = {name: ours[c] for c, name in names.items()}
        below |= {name: table[c] for c, name in cells.items()}
        read = see(self.con, self._view, table.select(**below))
        doubtful = {c: self.reader.doubtful(c) for c in self.reader.values()}
        signs = [
            self.reader.suspect(c, read[names[c]], [read[cells[t]] for t in theirs])
            for c, theirs in doubtful.items()
            if theirs
        ]
        no = False
        more = {}
        if signs:
            # the engine evaluates every part of a condition for every row, but not that of a CASE
            hint, sign = (reduce(or_, part) for part in zip(*signs, strict=True))
            more[_ODD] = hint.ifelse(sign, no)
        if not self.reader.raw.opened.typed and cells:
            gone = next((read[names[c]] for c in doubtful if self.reader.is_gone(c)), None)
            maybe = None if gone is None else gone.isnull()
            more[_BLANK] = without_value([read[name] for name in cells.values()], maybe)
        return read.select(**{c: read[name] for c, name in names.items()}, **more)

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

    def _kept(self) -> tuple[Any, looks.Rounded, int]:
        """Read every cell once into the engine; look closely only where one was odd."""
        base, n_odd, n_blank = self._read_in()
        rounded = looks.rounded(self.reader, self.name) if n_odd else looks.Rounded()
        again = self._grouped(base)
        unread = looks.unread(self.reader) if n_odd else []
        edges = self.reader.settle_edges(base)
        changed = bool(unread or again) and self.reader.settle_whole([*unread, *again])
        if changed or edges:
            drop(self.con, self._base_name)
            base, n_odd, n_blank = self._read_in()
            rounded = looks.rounded(self.reader, self.name)
            unread = looks.unread(self.reader)
        if unread:
            wrong = self.wrong(base, self.reader.rules)
            raise faults.refusal(self, base, [c for c in self.rules if c in {*unread, *wrong}])
        self._require_sound(base)
        self._require_one_order(base)
        if not self.lookups:
            return self._named(base), rounded, n_blank
        joined = keep(self.con, self.part, self._joined(base))
        drop(self.con, self._base_name)
        return self._named(joined), rounded, n_blank

    @property
    def _base_name(self) -> str:
        return f"{self.part}_own" if self.lookups else self.part

    @property
    def _view(self) -> str:
        return f"_cells_{self.part}"

    def _read_in(self) -> tuple[Any, int, int]:
        """Keep our own columns; return them, how many rows were odd, how many blank."""
        kept = keep(self.con, self._base_name, self._marked())
        unsee(self.con, self._view)
        if ROW not in kept.columns:
            kept = kept.mutate(**{ROW: kept.rowid() + 1 - before(self.con, kept, kept.rowid())})
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

    def _require_read(self) -> looks.Rounded:
        """Refuse cells of a table that stays where it is and cannot be read as our kinds.

        Returns
        -------
        Rounded
            In the same look at the rows.
        """
        failures = looks.failures(self.reader)
        roundings = looks.roundings(self.reader, self.name)
        both = {**failures, **roundings}
        counts = fetch_exact(self.con, self.reader.raw.table.aggregate(**both)) if both else {}
        unread = [ours for ours in failures if counts[ours]]
        if unread:
            raise faults.refusal(self, None, unread)
        return looks.rounded_of({c: counts[c] for c in roundings})

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

    def _require_one_order(self, base: Any) -> None:
        """Refuse dates of two exports that were put together."""
        found = {
            ours: (str(self.reader.rules[ours].column), style)
            for (ours, _), style in self.reader.styles.items()
            if isinstance(style, DateStyle) and not self.reader.rules[ours].format
        }
        name = self.reader.raw.opened.name
        orders.require_one_order(self.con, base, found, name, self.reader.where)

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
