"""Columns whose empty cells mean the cell above: merged cells, and what an order says once."""

from typing import Any

import pandas as pd

from salesanalysis.data.cleaning.totals import is_total
from salesanalysis.data.engine import fetch
from salesanalysis.data.kinds import LEVELS
from salesanalysis.data.propose.deals import FEW
from salesanalysis.data.propose.drafting import Draft
from salesanalysis.data.propose.matching import note
from salesanalysis.data.propose.seen import Seen
from salesanalysis.data.values.texts import is_none

#: Share of new values among those written from which each stands once, above its further lines.
_ONCE = 0.9
#: Share of empty cells that makes a habit: of a number or a day, and of anything else.
_SOME, _OFTEN = 0.05, 0.3


def merged(con: Any, made: Draft, sums: pd.Series) -> None:
    """Fill columns whose cells are empty below the first of a group, as merged cells leave them."""
    if made.seen.opened.remote:
        return
    body = _body(made.seen).drop(sums.index[sums], errors="ignore")
    theirs = [t for x in made.lines for t in x.theirs if x.ours in (*LEVELS, "order_id", "date")]
    order, day = made.reads("order_id"), made.reads("date")
    below = _below(body, order, day)
    if order in body and below is None and body[order].isna().mean() >= _SOME:
        _ask(made, body, order)
    asked = (c for c in theirs if c in body and not (c == order and below is None))
    for column in dict.fromkeys(asked):
        if not _is_merged(body[column], below, own=column in (order, day)):
            continue
        if column == day and order in body and _begins(body[order], body[day].isna()):
            _ask(made, body, day)
        else:
            made.fill_down.append(column)
    if below is not None:
        _as_the_number(con, made, body, below)
    if made.fill_down:
        made.notes.append(note("remark.fill_down", columns=", ".join(made.fill_down)))
    _region(made, body)


def _region(made: Draft, body: pd.DataFrame) -> None:
    """Ask about a region that is often empty, as it has to be there."""
    region = made.reads("region")
    if region in body and region not in made.fill_down:
        blank = body[region].isna()
        if not blank.iloc[:1].any() and blank.sum() >= _OFTEN * len(body):
            _ask(made, body, region)


def _ask(made: Draft, body: pd.DataFrame, column: str) -> None:
    """Say that cells may be merged with the one above; nothing is filled."""
    n = int(body[column].isna().sum())
    made.notes.append(note("remark.maybe_merged", column=column, n=n, all=len(body)))


def _below(body: pd.DataFrame, order: str, day: str) -> pd.Series | None:
    """Tell which rows stand below the first of their order, by its number, else by its day.

    Returns
    -------
    Series of bool, or None
        None where rows without a number have another day than the row above, which no order has,
        and where nothing but the day is missing: those rows lack it.
    """
    if order in body:
        below = body[order].isna()
        days = body[day].ffill() if day in body else None
        other = days is not None and bool((below & (days != days.shift())).iloc[1:].any())
        return None if other else below
    if day not in body:
        return None
    below = body[day].isna()
    alike = body.drop(columns=day).isna().eq(below, axis=0).all().any()
    several = alike and below.mean() >= _OFTEN
    return below if several or _is_merged(body[day], None, own=True) else None


def _as_the_number(con: Any, made: Draft, body: pd.DataFrame, below: pd.Series) -> None:
    """Fill what stands, as the number or day of an order does, on its first line alone.

    What became of an order, or whether it is money spent, is said of all its lines. Names, and
    columns of few words; nothing of which the file has a first line where it is empty: that line
    would take what is said of the order above.
    """
    keys = [made.reads("order_id"), made.reads("date")]
    if not {*keys} & {*made.fill_down}:
        return
    fields = made.seen.fields
    same = [c for c in body if c not in keys and bool((body[c].isna() == below).all())]
    few = [c for c in same if fields[c].kinds == {"text"} and fields[c].n_unique <= FEW]
    filled = [c for c in same if c in made.fill_down or c in few]
    gaps = _gaps(con, made.seen, filled, [c for c in keys if c in fields])
    made.fill_down = [c for c in made.fill_down if not gaps.get(c)]
    made.fill_down += [c for c in filled if c not in made.fill_down and not gaps[c]]


def _gaps(con: Any, seen: Seen, columns: list[str], keys: list[str]) -> dict[str, int]:
    """Count the first lines of orders, in the whole file, where a column is empty."""
    if not columns:
        return {}
    none = {c: is_none(seen.texts(c)) for c in [*columns, *keys]}
    first = seen.rows.select(**{f"k{i}": ~none[c] for i, c in enumerate(keys)},
                             **{f"c{i}": none[c] for i, c in enumerate(columns)})  # fmt: skip
    for i in range(len(keys)):
        first = first.filter(first[f"k{i}"])
    asked = first.aggregate(**{f"c{i}": first[f"c{i}"].sum() for i in range(len(columns))})
    counts = fetch(con, asked).fillna(0).iloc[0]
    return {c: int(counts[f"c{i}"]) for i, c in enumerate(columns)}


def _body(seen: Seen) -> pd.DataFrame:
    """Return the sample without rows of sums."""
    frame = pd.DataFrame({c: f.cells for c, f in seen.fields.items()})
    text = frame.astype("str")
    is_sum = pd.DataFrame({c: is_total(text[c]) for c in frame.columns}).any(axis=1)
    # a row with an amount and nothing else is no part of a group
    texts = [c for c, f in seen.fields.items() if "number" not in f.kinds]
    return frame[~is_sum & ~frame[texts].isna().all(axis=1)]


def _begins(orders: pd.Series, blank: pd.Series) -> bool:
    """Tell whether a row without a day begins an order: it was not paid, and no cell is merged."""
    return bool((blank & orders.notna() & (orders != orders.shift())).any())


def _is_merged(values: pd.Series, below: pd.Series | None, *, own: bool) -> bool:
    """Tell whether empty cells mean the one above."""
    blank = values.isna()
    if blank.empty or blank.iloc[0] or not blank.any():
        return False
    filled = values.dropna()
    changes = (filled != filled.shift()).mean()
    same = below is not None and bool(below.any()) and bool((below == blank).all())
    return bool(same or (changes >= _ONCE and blank.mean() >= (_SOME if own else _OFTEN)))
