"""The two sides of a book, debit and credit, where no column is the amount."""

from typing import TYPE_CHECKING

from salesanalysis.data.propose.figures import called
from salesanalysis.data.propose.matching import Line, note

if TYPE_CHECKING:
    from salesanalysis.data.propose.drafting import Draft

_CREDIT = ("credit", "creditamount", "cr", "haben", "贷方", "贷方金额", "crédit", "haber", "avere")
_DEBIT = ("debit", "debitamount", "dr", "soll", "借方", "借方金额", "débit", "debe", "dare")


def difference(made: "Draft", line: Line, credit: str, debit: str) -> None:
    """Take credit less debit, or debit less credit where no row of the sample has a credit.

    A register of sales fills one side. What further down stands on the other is taken off it.
    """
    fields = made.seen.fields
    first, second = (
        (debit, credit) if fields[debit].size and not fields[credit].size else (credit, debit)
    )
    key = "remark.sides" if fields[second].size else "remark.one_side"
    line.confidence, line.reason = 0.7, "sides"
    line.theirs, line.spec = (first, second), {"difference": [first, second]}
    line.notes.append(note(key, first=first, second=second))


def sides(made: "Draft") -> tuple[str, str] | None:
    """Return the columns of the two sides of a book, credit first, where a row has one of them."""
    kinds = frozenset({"number", "empty"})
    fields = made.seen.fields
    credit, debit = called(fields, _CREDIT, kinds), called(fields, _DEBIT, kinds)
    return (credit, debit) if credit and debit and _one_side(made, credit, debit) else None


def _one_side(made: "Draft", credit: str, debit: str) -> bool:
    """Tell whether no row of the sample has both."""
    left, right = made.seen.fields[credit].cells, made.seen.fields[debit].cells
    zero = r"[-0.,\s]*"
    both = ~left.fillna("").str.fullmatch(zero) & ~right.fillna("").str.fullmatch(zero)
    return not both.any()
