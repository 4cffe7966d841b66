# ruff: noqa: PD003, PD004  Ibis calls them isnull, notnull
"""The two sides of a comparison, summed in the engine that holds their lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.data.aggregate import filtered
from salesanalysis.data.engine import MONEY, connect, fetch, quiet
from salesanalysis.data.fixed import fetch_fixed
from salesanalysis.data.kinds import NONE
from salesanalysis.data.sources import Place, open_table
from salesanalysis.data.values import PLAIN_NUMBER, NumberStyle, decimal_mark, number_style
from salesanalysis.errors import ContractError, require_columns, require_rows
from salesanalysis.panel import Panel

if TYPE_CHECKING:
    from salesanalysis.data.dataset import Dataset

#: Columns a period is looked for in, where nobody said which.
_PERIODS = ("period", "month", "date")
#: Rows of other columns that are looked at where an amount can be read in two ways.
_SAMPLE = 10_000


@dataclass(frozen=True, eq=False)
class Side:
    """A table of the other side and the engine it lives in.

    Attributes
    ----------
    con : Ibis backend
    table : Ibis table
    name : str
        For messages.
    currency : str
        Empty where the table does not say.
    """

    con: Any
    table: Any
    name: str
    currency: str = ""


def open_side(other: Any, name: str, room: Path) -> Side:
    """Return the other side of whatever it was given as.

    Parameters
    ----------
    other : DataFrame, file, Place, Ibis table, Panel or Dataset
    name : str
        How a frame is called in messages.
    room : Path
        A temporary folder that lives as long as the table is read.

    Raises
    ------
    ContractError
        What is none of these; an unreadable file.
    """
    if isinstance(other, str | Path):
        return _of_place(Place(path=Path(other)), room)
    if isinstance(other, Place):
        return _of_place(other, room)
    if isinstance(other, Panel):
        return _of_frame(other.to_frame(), name, other.currency)
    if isinstance(other, pd.DataFrame):
        return _of_frame(other, name)
    if hasattr(other, "con") and hasattr(other, "closed_through"):
        lines = other.table("sales")
        monthly = lines.mutate(period=lines["date"].truncate("M")).drop("date")
        return Side(other.con, monthly, other.name, other.currency)
    if hasattr(other, "get_backend"):
        with quiet():
            return Side(other.get_backend(), other, name)
    raise ContractError(
        f"A {type(other).__name__} cannot be compared with.",
        where="verify(other)",
        fix="give a DataFrame, a file, an Ibis table, a panel or a data set",
        code="bad-choice",
    )


def _of_place(place: Place, room: Path) -> Side:
    """Open a file or a database table through the sources room; the only place that knows how."""
    con = connect()
    opened = open_table(con, place, room)
    with quiet():
        return Side(opened.table.get_backend() if opened.remote else con, opened.table, opened.name)


def _of_frame(frame: pd.DataFrame, name: str, currency: str = "") -> Side:
    """Put a frame into an engine of its own."""
    import ibis  # noqa: PLC0415
    import pyarrow as pa  # noqa: PLC0415

    require_rows(frame, name=name)
    periods = [c for c in frame if isinstance(frame[c].dtype, pd.PeriodDtype)]
    plain = frame.assign(**{c: frame[c].dt.to_timestamp() for c in periods})
    try:
        arrow = pa.Table.from_pandas(plain, preserve_index=False)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise ContractError(
            f"{name} has a column of mixed types: {str(error).splitlines()[0].rstrip('.')}.",
            where=f"columns are {[str(c) for c in frame.columns]}",
            fix="read every column as one type first",
        ) from None
    with quiet():
        return Side(connect(), ibis.memtable(arrow), name, currency)


def ours(data: "Dataset", by: Sequence[str], value: str, where: Mapping[str, Any]) -> pd.DataFrame:
    """Return our sums per node and month, of every line that is seen.

    Returns
    -------
    DataFrame: the columns of `by`, ``period``, ``amount`` (ten-thousandths), ``n``

    Raises
    ------
    ContractError
        Lines without a value.
    """
    lines = filtered(data.table("sales"), where)
    dated = lines.mutate(period=lines["date"].truncate("M"))
    sums = dated.group_by([*by, "period"]).aggregate(
        amount=dated[value].cast(MONEY).sum().fill_null(0),
        n=dated.count(),
        n_empty=dated[value].isnull().sum(),
    )
    found = fetch_fixed(data.con, sums)
    n_empty = int(found.pop("n_empty").sum())
    if n_empty:
        raise ContractError(
            f"{n_empty:,} lines of {data.name} have no {value!r}, so its sum would be too small.",
            where=f"verify(value={value!r})",
            fix="compare a value that is filled, or leave these lines out with where=",
        )
    return found


def total(con: Any, table: Any, value: str) -> int:
    """Return the sum of a column in ten-thousandths, taken apart from any grouping."""
    whole = table.aggregate(amount=table[value].cast(MONEY).sum().fill_null(0))
    return int(fetch_fixed(con, whole)["amount"].iloc[0])


def prepared(
    side: Side, by: Sequence[str], value: str, names: Mapping[str, str], currency: str
) -> Any:
    """Return their table with our column names: levels as text, ``period``, ``amount``.

    Raises
    ------
    ContractError
        A column that is not there, with the nearest; values that are empty or no numbers;
        amounts written in another currency than `currency`.
    """
    table = side.table
    chosen = {c: names.get(c) or _there(c, table.columns) for c in by} | {"amount": value}
    require_columns(_Named(table.columns), chosen.values(), name=side.name)
    style = _written(side, table[value], value, currency)
    _require_numbers(side, table[value], value)
    levels = {c: _text(table[chosen[c]]) for c in by if c != "period"}
    period = {"period": _period(table[chosen["period"]])} if "period" in chosen else {}
    return table.select(**levels, **period, amount=_amount(table[value], style))


@dataclass(frozen=True)
class _Named:
    """What has columns, for the check of names."""

    columns: Sequence[str]

    def __len__(self) -> int:
        return 1


def _there(column: str, have: Sequence[str]) -> str:
    """Return the column a level is in; a period may be called a month or a date."""
    if column == "period":
        return next((c for c in _PERIODS if c in have), column)
    return column


def value_column(side: Side, value: str, given: str | None) -> str:
    """Return the column their amount is in; ``value`` or ``amount`` where it has not our name."""
    if given:
        return given
    return next((c for c in (value, "value", "amount") if c in side.table.columns), value)


def _text(column: Any) -> Any:
    """Return a level as text; a line without a name is kept under the name of ours."""
    text = column.cast("string")
    return (text.strip() == "").ifelse(None, text).fill_null(NONE)


def _period(column: Any) -> Any:
    """Return a period as a month where it is a date, as it lies where it is not."""
    if column.type().is_temporal():
        return column.cast("date").truncate("M")
    return column.cast("string")


def _amount(column: Any, style: NumberStyle) -> Any:
    """Return an amount as money of the engine."""
    return style.read(column) if column.type().is_string() else column.cast(MONEY)


def _written(side: Side, column: Any, value: str, currency: str) -> NumberStyle:
    """Find how the amounts of a text column are written, for the whole column.

    Raises
    ------
    ContractError
        Texts that are no numbers, or numbers in more than one way; another currency than ours.
    """
    if not column.type().is_string():
        return PLAIN_NUMBER
    style = number_style(
        side.con,
        column,
        name=value,
        where=side.name,
        elsewhere=lambda: _mark_beside(side, value),
    )
    require_currency(side.name, style.currency, currency)
    return style


def _mark_beside(side: Side, value: str) -> str:
    """Return the decimal mark that other columns of their table prove, empty where none does."""
    rows = side.table.limit(_SAMPLE)
    texts = [rows[c] for c in rows.columns if c != value and rows[c].type().is_string()]
    marks = {decimal_mark(side.con, text) for text in texts} - {""}
    return marks.pop() if len(marks) == 1 else ""


def require_currency(name: str, theirs: str, ours: str) -> None:
    """Refuse amounts in another currency than ours; those that do not say are taken for ours."""
    if theirs not in ("", ours):
        raise ContractError(
            f"{name} is in {theirs}, our figures are in {ours}.",
            where="verify(other)",
            fix="convert one of them with a rate table first",
            code="bad-choice",
        )


def _require_numbers(side: Side, column: Any, value: str) -> None:
    """Refuse amounts that are empty or no numbers."""
    kind = column.type()
    if kind.is_string():
        good = column.notnull() & (column.strip() != "")
    elif kind.is_numeric() and not kind.is_boolean():
        # a database may hold NaN in a DECIMAL as well
        size = column.cast("float64")
        good = (column.notnull() & ~size.isnan() & ~size.isinf()).fill_null(False)  # noqa: FBT003
    else:
        # without its unit: that of a moment hangs on the release of pandas
        held = type(kind).__name__.lower()
        raise ContractError(
            f"{value!r} of {side.name} is no column of numbers: it holds {held}.",
            where=f"verify(other_value={value!r})",
            fix="name the column of the amounts with other_value=",
        )
    counted = side.table.aggregate(n=side.table.count(), n_good=good.sum().fill_null(0))
    n, n_good = fetch(side.con, counted).iloc[0]
    if n != n_good:
        rows = fetch(side.con, side.table.filter(~good).limit(1_000))
        raise ContractError(
            f"{int(n - n_good):,} of {int(n):,} values of {value!r} in {side.name} are empty or "
            "infinite.",
            where=f"column {value!r}, see .rows",
            fix="write 0 where there is nothing, and leave out figures that are not known",
            rows=rows,
        )


def theirs(side: Side, table: Any, by: Sequence[str]) -> pd.DataFrame:
    """Return their sums per node and period as they write it.

    Returns
    -------
    DataFrame: the columns of `by`, ``amount`` (ten-thousandths), ``n``
    """
    sums = {"amount": table["amount"].sum(), "n": table.count()}
    grouped = table.group_by(list(by)).aggregate(**sums) if by else table.aggregate(**sums)
    return fetch_fixed(side.con, grouped)
