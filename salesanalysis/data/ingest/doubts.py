"""Which cells are not what they were read as: a cheap sign per row, and a close look."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import and_, or_
from typing import Any

from salesanalysis.data.engine import MONEY
from salesanalysis.data.ingest.cells import (
    DECIMALS,
    FINE,
    NUMBERS,
    Cells,
    known,
    may_overflow,
)
from salesanalysis.data.sources import typed
from salesanalysis.data.values import ISO_DATE, is_zoned

#: More than four digits behind a point: the engine is quicker with this than with positions.
_LONG = "%.%_____"
#: A negative power of ten behind a number, and between which amounts one stands.
_POWER, _SMALL = "[0-9][eE]-[0-9]", ("-0.9999", "0.9999")


@dataclass(frozen=True, eq=False)
class Doubts(Cells):
    """The columns of one table of theirs, and where a cell of them may be something else."""

    def suspect(self, ours: str, value: Any, texts: Sequence[Any]) -> tuple[Any, Any]:
        """Return signs that a cell was not read, or was read with loss.

        Where no row shows them the column is fine; where one does, `unread` looks closely.

        Parameters
        ----------
        value : Ibis column
            Of ours, as it was read.
        texts : sequence of Ibis column
            Of theirs, as `doubtful` names them.

        Returns
        -------
        hint : Ibis column
            What costs the engine least; there is no sign where it is not true.
        sign : Ibis column
            May be missing where the cell is empty.
        """
        import ibis  # noqa: PLC0415

        rule = self.rules[ours]
        there = reduce(or_ if rule.difference else and_, [t.notnull() for t in texts])
        gone = value.isnull()
        missed = gone & there
        if rule.kind == "date" and self._is_plain_date(ours):
            return gone | texts[0].contains(":"), missed | is_zoned(texts[0])
        if rule.kind != "number" or rule.sign or rule.unit != 1:
            return gone, missed
        if not texts[0].type().is_string():
            return gone, missed
        long = texts[0].like(_LONG.replace(".", self._style_of(ours, 0).decimal))
        # 5E-5 has no point before its digits; what is written so is small
        small = value.between(*(ibis.literal(Decimal(end), MONEY) for end in _SMALL))
        power = small & texts[0].re_search(_POWER)
        return gone | long | small, missed | long | power

    def is_gone(self, ours: str) -> bool:
        """Tell whether a value of ours is missing wherever its cells hold nothing."""
        rule, types = self.rules[ours], self.raw.table.schema()
        single = len(rule.theirs) == 1 and types[rule.theirs[0]].is_string()
        return single and rule.kind in ("date", *NUMBERS)

    def doubtful(self, ours: str) -> list[str]:
        """Return their columns whose cells may be something else than one of ours."""
        rule, types = self.rules[ours], self.raw.table.schema()
        if rule.kind == "text":
            return []
        loose = rule.kind in NUMBERS
        return [
            c for c in rule.theirs if types[c].is_string() or (loose and may_overflow(types[c]))
        ]

    def fine(self, ours: str) -> Any:
        """Return one of our amounts with all decimals it was written with; None: it has four."""
        rule = self.rules[ours]
        if rule.kind != "number" or len(rule.theirs) != 1 or rule.unit != 1 or rule.negative_where:
            return None
        column = self.raw.table[rule.theirs[0]]
        kind = column.type()
        if kind.is_string() and not self.raw.opened.remote:
            return self._style_of(ours, 0).read(
                self.text(self.raw.table, ours, rule.theirs[0]), FINE
            )
        long = kind.is_floating() or (kind.is_decimal() and (kind.scale or 0) > DECIMALS)
        # a try_cast of NaN is missing, but the engine believes it is not
        if self.raw.opened.remote or not long:
            return None
        return typed.read(known(column), "number", to=FINE)

    def may_fail(self, ours: str) -> bool:
        """Tell whether a cell of one of our columns can be something else than its kind."""
        rule, types = self.rules[ours], self.raw.table.schema()
        if rule.kind == "text" or not rule.theirs:
            return False
        # what a database calls a number may be infinite, and its days may have no end
        if self.raw.opened.remote:
            return not all((c, rule.kind) in self.trusted for c in rule.theirs)
        loose = rule.kind in NUMBERS
        return any(types[c].is_string() or (loose and may_overflow(types[c])) for c in rule.theirs)

    def _is_plain_date(self, ours: str) -> bool:
        """Tell whether a column is read as plain days, in which no time may carry an offset."""
        return not self.rules[ours].paste and self.styles.get((ours, 0), ISO_DATE) == ISO_DATE

    def _late_zone(self, ours: str, text: Any) -> Any:
        """Tell where a time carries an offset in a column that is read as plain days."""
        import ibis  # noqa: PLC0415

        return is_zoned(text) if self._is_plain_date(ours) else ibis.literal(False)  # noqa: FBT003

    def unread(self, ours: str, value: Any) -> Any:
        """Return whether a cell holds something that is not of its kind."""
        import ibis  # noqa: PLC0415

        rule = self.rules[ours]
        if rule.kind == "text" or not rule.theirs:
            return ibis.literal(False)  # noqa: FBT003
        filled = [~self._blank(self.text(self.raw.table, ours, c)) for c in rule.theirs]
        every = reduce(or_ if rule.difference else and_, filled)
        if rule.kind == "date" and self.raw.table[rule.theirs[0]].type().is_string():
            return (value.isnull() & every) | self._late_zone(ours, self.raw.table[rule.theirs[0]])
        return value.isnull() & every

    def written(self, ours: str) -> Any:
        """Return what stands in the cells of one of our columns, for a message."""
        import ibis  # noqa: PLC0415

        if not self.rules[ours].theirs:
            return ibis.literal(str(self.rules[ours].constant))
        first, *others = [self.raw.table[c].cast("string") for c in self.rules[ours].theirs]
        sign = f" {self.rules[ours].sign} " if self.rules[ours].sign else " "
        for text in others:
            first = first.fill_null("") + sign + text.fill_null("")
        return first
