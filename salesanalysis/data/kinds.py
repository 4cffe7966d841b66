"""What the loading rooms share: dated tables, levels, amounts, types of the engine."""

from dataclasses import dataclass

from salesanalysis.data.engine import MONEY

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
    """

    file: str
    n_rows: int
    amount: float
    n_rounded: int = 0
