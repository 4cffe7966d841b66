"""What the contract of a table asks of typed values, and whether a table keeps it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from salesanalysis.data.engine import fetch_exact
from salesanalysis.data.ingest import faults
from salesanalysis.data.ingest.reader import Reader
from salesanalysis.data.kinds import AMOUNT, FACTS, LEVELS
from salesanalysis.data.mapping import ColumnRule
from salesanalysis.schema import TABLES, Column

#: Days of employment, with 9999-12-31 for "until further notice", move nothing.
UNDATED = ("people",)


@dataclass(frozen=True, eq=False)
class Contracted:
    """A table of ours, or a part of it, with the rules its values follow.

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

    def wrong(self, table: Any, columns: Iterable[str]) -> list[str]:
        """Return the columns of a table with values that are empty, too small, too far away."""
        there = [c for c in columns if c in table.columns]
        return faulty(self.checked(table, there), there)

    def checked(self, table: Any, columns: Collection[str]) -> dict[str, Any]:
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
            found["range"] = faults.DAYS
        if self.rules[c].kind == "share":
            found["low"] = (0, 1)
        elif declared is not None and declared.minimum is not None:
            found["low"] = (declared.minimum, None)
        return found

    def is_level(self, c: str) -> bool:
        """Tell whether a line without a value here is kept under a name of its own."""
        return self.name in FACTS and c in LEVELS


def faulty(checks: Mapping[str, Any], columns: Iterable[str]) -> list[str]:
    """Return the columns in which a check counted something."""
    return [c for c in columns if any(checks.get(f"{c}|{r}") for r in faults.RULES)]
