"""Control totals: what is read must add up to what the program of the export shows."""

from decimal import Decimal
from typing import Any

from salesanalysis.data.engine import fetch, fetch_exact
from salesanalysis.data.ingest.build import Builder
from salesanalysis.data.ingest.reconcile import ways_out
from salesanalysis.data.ingest.waysout import differs
from salesanalysis.data.kinds import AMOUNT
from salesanalysis.data.mapping import CONTROLS, ROWS
from salesanalysis.errors import ContractError

#: Kinds of dates by which a refusal shows the sums, the first that a table has.
_DAYS = ("date", "period")
_COMPARE = (
    "compare the sums by month (see .rows) with the program of the export, or correct the total"
)
_NOTHING = "; no other column or unit gives it, nor a value left out"


def require_totals(builder: Builder, name: str, table: Any) -> None:
    """Refuse a table whose lines do not add up to the totals the mapping states.

    The lines are those read, after ``where`` and before rates and cleaning. A total is met where
    the sum rounded to the decimals of the total is the total.

    Parameters
    ----------
    builder : Builder
        What read the table.
    name : str
        Of our table.
    table : Ibis table
        All its lines.

    Raises
    ------
    ContractError
        ``control-total``, with what would make the sum come out, and the sums by month as rows.
    """
    wanted = builder.mapping.controls.get(name)
    if not wanted:
        return
    sums = {c: table.count() if c == ROWS else table[c].sum().fill_null(0) for c in wanted}
    found = {
        c: Decimal(str(n)) for c, n in fetch_exact(builder.con, table.aggregate(**sums)).items()
    }
    wrong = [c for c in wanted if differs(found[c], wanted[c])]
    if not wrong:
        return
    # an amount tells more than a number of lines
    first = next((c for c in wrong if c != ROWS), ROWS)
    ways = None if first == ROWS else ways_out(builder, name, first, wanted[first])
    helps = f"it would come out with {'; or with '.join(ways)}" if ways else _COMPARE
    raise ContractError(
        "; ".join(_said(name, c, found[c], wanted[c]) for c in wrong) + ".",
        where=builder.mapping.doc.where(CONTROLS, name, first),
        fix=helps + (_NOTHING if ways == [] else ""),
        code="control-total",
        rows=_by_month(builder.con, table, AMOUNT.get(name, "")),
    )


def _said(name: str, column: str, found: Decimal, wanted: Decimal) -> str:
    """Say by how much one total is missed."""
    if column == ROWS:
        return f"{name} has {found:,f} lines, its control total is {wanted:,f}"
    gap = found - wanted
    more = f"{_plain(abs(gap))} too {'much' if gap > 0 else 'little'}"
    return (
        f"{name}.{column} adds up to {_plain(found)}, its control total is {_plain(wanted)}: {more}"
    )


def _plain(amount: Decimal) -> str:
    """Write an amount with as many decimals as it has, never one alone."""
    short = f"{amount:,.4f}".rstrip("0").rstrip(".")
    return f"{amount:,.2f}" if short[-2:-1] == "." else short


def _by_month(con: Any, table: Any, amount: str) -> Any:
    """Return lines and amount of every month, where the table has days."""
    day = next((c for c in _DAYS if c in table.columns), None)
    if day is None:
        return None
    sums = {amount: table[amount].sum()} if amount in table.columns else {}
    months = table.group_by(month=table[day].truncate("M"))
    return fetch(con, months.aggregate(n_lines=table.count(), **sums).order_by("month"))
