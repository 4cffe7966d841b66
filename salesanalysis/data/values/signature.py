"""Signs of numbers that were read at the wrong size, on columns that are typed already."""

from typing import Any

from salesanalysis.data.engine import fetch, fetch_exact
from salesanalysis.data.values.texts import MAX_ROWS
from salesanalysis.errors import ContractError

#: Share of lines at a wrong power of ten from which a file is refused.
MAX_WRONG = 0.005
#: How far a line may be from its power of ten: discounts and rounding are further off.
NEAR = 0.0005


def looks_grouped(column: Any) -> Any:
    """Tell whether the points of a plainly read column could be thousands separators.

    German 1.234 read by a plain cast is 1.234: between 1 and 1,000, with three decimals at
    most. One value that cannot come from such a group clears the column.

    Parameters
    ----------
    column : Ibis number column

    Returns
    -------
    Ibis boolean, one value
        True only where every fraction could be a group; then ask `number_style`.

    Examples
    --------
    >>> import ibis, pyarrow as pa
    >>> from salesanalysis.data.engine import connect, fetch
    >>> cells = ibis.memtable(pa.table({"a": [1.234, 12.5, 7], "b": [0.721, 12.5, 7]}))
    >>> found = cells.aggregate(**{c: looks_grouped(cells[c]) for c in "ab"})
    >>> fetch(connect(), found).iloc[0].tolist()
    [True, False]
    """
    import ibis  # noqa: PLC0415

    exact = column.cast("decimal(18, 4)")
    broken = exact != exact.round(0)
    group = exact.abs().between(1, 1000) & (exact == exact.round(3))
    n, n_other = broken.ifelse(1, 0).sum(), (broken & ~group).ifelse(1, 0).sum()
    return ((n > 0) & (n_other == 0)).coalesce(ibis.literal(value=False))


def mangled(
    con: Any, quantity: Any, price: Any, amount: Any, *, where: str, max_wrong: float = MAX_WRONG
) -> None:
    """Refuse a table whose amounts are 10, 100, ... times quantity x price, or a tenth of it.

    A spreadsheet that takes the decimal point for a thousands separator and cuts zeros moves
    every number by its own power of ten: 2024.9940 becomes 2,024,994 and 5.70 becomes 570.

    Parameters
    ----------
    con : Ibis backend
    quantity, price, amount : Ibis number columns of one table
        Pieces, currency per piece, currency. Lines with a zero or a gap are left out.
    where : str
        The file, for the message.
    max_wrong : float
        Share of lines, 0..1, from which the table is refused.

    Raises
    ------
    ContractError
        ``bad-value``, with the lines: ``quantity``, ``price``, ``amount``, ``times``.

    Notes
    -----
    A line counts when amount / (quantity x price) is within 0.05 % of a power of ten other than
    1. A discount of 90 % is one tenth exactly: it would count, so the limit is a share of lines.
    """
    source = quantity.op().relations
    table = (
        next(iter(source))
        .to_expr()
        .select(
            **{
                name: column.cast("float64")
                for name, column in (("quantity", quantity), ("price", price), ("amount", amount))
            }
        )
    )
    product = table["quantity"] * table["price"]
    known = table.filter((product != 0) & (table["amount"] != 0)).mutate(
        times=lambda t: (t["amount"] / (t["quantity"] * t["price"])).abs()
    )
    power = known["times"].log10().round()
    off = (known["times"] / (10.0 ** power.cast("float64")) - 1).abs()
    is_wrong = (power != 0) & (off < NEAR)
    counts = known.aggregate(n=is_wrong.sum().fill_null(0), total=known.count())
    n, total = fetch_exact(con, counts).values()
    if n <= max_wrong * total:
        return
    wrong = known.filter(is_wrong)
    rows = fetch(con, wrong.order_by(["times", "quantity", "price", "amount"]).limit(MAX_ROWS))
    first = rows.iloc[0]
    raise ContractError(
        f"{n:,} of {total:,} lines ({n / total:.1%}) have an amount that is quantity x price times "
        f"a power of ten; first: {first['quantity']:,.15g} x {first['price']:,.15g} is not "
        f"{first['amount']:,.15g}.",
        where=f"{where}; a spreadsheet that took the decimal point for a thousands separator "
        "leaves such numbers; see .rows",
        fix="export the file again from its source without a spreadsheet in between",
        rows=rows,
    )
