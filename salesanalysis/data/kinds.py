"""What the loading rooms share: dated tables, levels, amounts, types of the engine."""

from collections.abc import Sequence
from dataclasses import dataclass

from salesanalysis.data.engine import MONEY

#: What travels beside the columns of a table and no result shows: the number of a row, the file it
#: stands in, and the hash of everything the file says in it.
ROW, FILE, LINE = "_row", "_file", "_line"
#: Marks of a line, only where some line has one: a column nobody mapped calls it a sum; its amount
#: is the sum of the rows above.
WORD, ABOVE = "_sum_word", "_sum_above"
MARKS = (ROW, FILE, LINE, WORD, ABOVE)
#: Dated tables in which a line without a name for a level is kept under this one.
NONE = "(none)"
FACTS = ("sales", "collections", "activities")
LEVELS = (
    "region",
    "team",
    "salesperson",
    "product_line",
    "product",
    "customer",
    "customer_type",
    "channel",
)
#: The amount whose total is compared before and after, where a table has one.
AMOUNT = {
    "sales": "revenue",
    "targets": "value",
    "collections": "due_amount",
    "opportunities": "amount",
    "market": "market_size",
}
#: Kind of a contract column -> type in the engine, and how a message calls it.
TYPES = {
    "text": ("string", "text"),
    "date": ("date", "a date"),
    "number": (MONEY, "a number"),
    "count": ("int64", "a whole number"),
    "share": ("float64", "a share from 0 to 1"),
    "flag": ("boolean", "true or false"),
}


@dataclass(frozen=True)
class Origin:
    """What a table came from: the counts before anything was done to it.

    Attributes
    ----------
    file : str
        Name of the file; empty for a table made in memory.
    n_rows : int
    amount : float, currency
        Total of the table's amount; 0 where it has none.
    n_rounded : int
        Values with more than four decimals, rounded half up to four.
    n_blank : int
        Rows without a single filled cell: left out.
    n_left_out : int
        Rows, or cells of months made rows, that the mapping leaves out by ``where`` or because
        they hold nothing.
    amount_left_out : float, currency
        Total of the amount of the rows that ``where`` leaves out.
    amount_rounded : float, currency
        What rounding to four decimals took from the amount.
    notes : tuple of (label, column or file, what)
        What was decided about the whole file and is to be said.
    """

    file: str
    n_rows: int
    amount: float
    n_rounded: int = 0
    n_blank: int = 0
    n_left_out: int = 0
    amount_left_out: float = 0.0
    amount_rounded: float = 0.0
    notes: tuple[tuple[str, str, str], ...] = ()

    def __post_init__(self) -> None:
        """Take notes as they come out of a saved card."""
        object.__setattr__(self, "notes", tuple((n[0], n[1], n[2]) for n in self.notes))

    @classmethod
    def total(cls, parts: "Sequence[Origin]") -> "Origin":
        """Return what several parts came from, as one."""
        if len(parts) == 1:
            return parts[0]
        return cls(
            ", ".join(dict.fromkeys(p.file for p in parts)),
            **{c: sum(getattr(p, c) for p in parts) for c in _COUNTED},
            notes=tuple(dict.fromkeys(n for p in parts for n in p.notes)),
        )


_COUNTED = (
    "n_rows",
    "amount",
    "n_rounded",
    "n_blank",
    "n_left_out",
    "amount_left_out",
    "amount_rounded",
)
