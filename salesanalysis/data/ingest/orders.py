"""Dates of two exports in one column: day and month may have changed places in a part of it."""

from collections.abc import Mapping
from typing import Any

from salesanalysis.data.engine import fetch
from salesanalysis.data.ingest import mixture
from salesanalysis.data.kinds import FILE, ROW
from salesanalysis.data.values import DateStyle
from salesanalysis.errors import ContractError

#: Rows at one end of a file, all of which could be read with day and month changed.
RUN = 10
#: Months they lie in: the first days of one month stand together in any sorted file.
MONTHS = 3
#: Share of the other rows that could not; of days spread over the year 19 of 31 cannot.
OTHERS = 0.5
#: The last day that could be a month.
LAST = 12


def require_one_order(
    con: Any, kept: Any, styles: Mapping[str, tuple[str, DateStyle]], name: str, where: str
) -> None:
    """Refuse a column in part of which day and month may have changed places.

    A column is read in the one order that all of its values have in common. Where an export with
    the day first stands above one with the month first, and the days of the upper one are all
    below 13, every value fits the order of the lower one: the upper one would be read wrongly.

    Parameters
    ----------
    kept : Ibis table
        Of typed dates, with the number of each row.
    styles : dict, our column -> (their column, how it is written)
        Columns of dates whose order was found, not declared.
    name : str
        The file.
    where : str
        The part of the mapping, for the message.

    Raises
    ------
    ContractError
        ``ambiguous``, with the rows: ``row``, ``read``, ``changed``.
    """
    for ours, (theirs, style) in styles.items():
        # with points the day always stands first
        if order_of(style) and "." not in style.formats[0]:
            for file in _files(con, kept, ours):
                _require(con, kept, ours, theirs, style, file=file, name=name, where=where)
                _require_spread(con, kept, ours, theirs, style, file=file, at=(name, where))


def order_of(style: DateStyle) -> str:
    """Return which of day and month stands first in a style where either could: day, month.

    Examples
    --------
    >>> order_of(DateStyle(("%d/%m/%Y",))), order_of(DateStyle(("%m-%d-%y",)))
    ('day', 'month')
    >>> order_of(DateStyle(("%d %b %Y",))), order_of(DateStyle(("%Y/%m/%d",)))
    ('', '')
    """
    starts = {f[:2] for f in style.formats if "%b" not in f and "%B" not in f}
    found = {"%d": "day", "%m": "month"}
    return found.get(starts.pop(), "") if len(starts) == 1 else ""


def _files(con: Any, kept: Any, ours: str) -> list[dict[str, Any]]:
    """Return where the rows begin, end and decide, one by one for the files of a pattern."""
    day, row = kept[ours], kept[ROW]
    decides = day.day() > LAST
    wanted = {
        "n": day.count(),
        "n_decide": decides.sum().fill_null(0),
        "first": row.min(where=decides),
        "last": row.max(where=decides),
    }
    grouped = kept.group_by(FILE) if FILE in kept.columns else kept
    rows: list[dict[str, Any]] = fetch(con, grouped.aggregate(**wanted)).to_dict("records")
    return [row for row in rows if row["n_decide"]]


def _require(
    con: Any,
    kept: Any,
    ours: str,
    theirs: str,
    style: DateStyle,
    *,
    file: dict[str, Any],
    name: str,
    where: str,
) -> None:
    """Look at the rows above the first one that decides, and below the last."""
    one = kept.filter(kept[FILE] == file[FILE]) if FILE in file else kept
    for end, run in (
        ("first", one.filter(one[ROW] < int(file["first"]))),
        ("last", one.filter(one[ROW] > int(file["last"]))),
    ):
        day = run[ours]
        found = fetch(
            con,
            run.aggregate(
                n=day.count(),
                n_months=day.truncate("M").nunique(),
                n_differ=(day.day() != day.month()).sum().fill_null(0),
            ),
        ).iloc[0]
        enough = found["n"] >= RUN and min(found["n_months"], found["n_differ"]) >= MONTHS
        if enough and file["n_decide"] >= OTHERS * (file["n"] - found["n"]):
            label = file.get(FILE, name)
            raise _refusal(con, run, ours, theirs, style, end=end, file=file, at=(label, where))


#: What tells that days are changed.
_SIGNS = {
    "months": "lie in months of which no day above the 12th is there; changed, they would lie "
    "among the others",
    "weekends": "are Saturdays and Sundays, on which hardly a day above the 12th falls; changed, "
    "they would be working days",
    "order": "break the order in which the days above the 12th stand; changed, they would keep it",
}


def _require_spread(
    con: Any,
    kept: Any,
    ours: str,
    theirs: str,
    style: DateStyle,
    *,
    file: dict[str, Any],
    at: tuple[str, str],
) -> None:
    """Refuse a column in which day and month have changed places here and there."""
    one = kept.filter(kept[FILE] == file[FILE]) if FILE in file else kept
    sign, found = mixture.changed_days(con, one, ours)
    if not sign:
        return
    rows = mixture.rows_of(con, one, ours, found)
    shown, (name, where) = rows.iloc[0], (file.get(FILE, at[0]), at[1])
    first = order_of(style)
    raise ContractError(
        f"{len(found):,} days of {theirs!r} in {name} look as if day and month had changed "
        f"places: row {shown['row']} is {shown['read']:%Y-%m-%d} or {shown['changed']}.",
        where=f"{name}; {where}, column {theirs!r}; read with the {first} first they "
        f"{_SIGNS[sign]}; see .rows",
        fix="export the column in one way, best as 2024-12-31; where all dates have the "
        f'{first} first, add to the column in the mapping format: "{style.formats[0]}"',
        code="ambiguous",
        rows=rows,
    )


def _refusal(
    con: Any,
    run: Any,
    ours: str,
    theirs: str,
    style: DateStyle,
    *,
    end: str,
    file: dict[str, Any],
    at: tuple[str, str],
) -> ContractError:
    rows = fetch(con, run.filter(run[ours].notnull()).select(row=ROW, read=ours).order_by("row"))
    days = rows["read"].dt
    differ = rows[days.day != days.month]
    shown = differ.iloc[0]
    other = f"{shown['read']:%Y-%d-%m}"
    n, (name, where) = len(rows), at
    first = order_of(style)
    rest = int(file["n"]) - n
    return ContractError(
        f"The {end} {n:,} dates of {theirs!r} in {name} can all be read with day and month "
        f"changed: row {shown['row']} is {shown['read']:%Y-%m-%d} or {other}.",
        where=f"{name}; {where}, column {theirs!r}; of the other {rest:,} dates "
        f"{int(file['n_decide']):,} can only have the {first} first, so that two exports may have "
        "been put together; see .rows",
        fix="map the two parts as files of their own, each with its format:; where all dates have "
        f'the {first} first, add to the column in the mapping format: "{style.formats[0]}"',
        code="ambiguous",
        rows=rows.assign(changed=rows["read"].dt.strftime("%Y-%d-%m")),
    )
