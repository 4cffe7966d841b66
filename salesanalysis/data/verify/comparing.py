"""Comparing our sums with somebody else's, cell by cell, and losing nothing on either side."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from salesanalysis.data import aggregate
from salesanalysis.data.verify import sides, spans
from salesanalysis.data.verify.names import near_names, renamed
from salesanalysis.data.verify.result import Verification, status_of
from salesanalysis.data.verify.tolerance import Tolerance, read_tolerance
from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.labels import LANGUAGES, has_label, label

if TYPE_CHECKING:
    from salesanalysis.data.dataset import Dataset


def verify(
    data: "Dataset",
    other: Any,
    by: Sequence[str] = ("region", "period"),
    value: str = "revenue",
    *,
    other_value: str | None = None,
    columns: Mapping[str, str] | None = None,
    values: Mapping[str, Mapping[str, str]] | None = None,
    freq: str = "M",
    first: object = None,
    last: object = None,
    where: Mapping[str, Any] | None = None,
    tolerance: float | Mapping[str, float] | Tolerance = 0.005,
    source: str | Mapping[str, str] = "finance ledger",
    confirmed_by: str = "",
    explanations: pd.DataFrame | Iterable[Mapping[str, Any]] | None = None,
    aggregate_lines: bool = True,
) -> Verification:
    """Compare our figures with those of a third party.

    Both sides are summed in their engine, DECIMAL, and compared as whole ten-thousandths. Only
    periods that are over and that both sides cover are compared; the rest is stated with its
    amounts. Names that differ in spelling are proposed, never matched.

    Parameters
    ----------
    other : DataFrame, file, Place, Ibis table, Panel or Dataset
        Their figures, one or several lines per cell.
    by : sequence of str
        Levels of the sales table, and ``"period"``; without it the sums of the whole window
        are compared.
    value : str
        Our amount; `other_value` is their column for it (the same name, ``value`` or
        ``amount`` unless said).
    columns : dict, ours -> theirs
        How they call the columns of `by`.
    values : dict, column -> {theirs: ours}
        Names of theirs that mean names of ours.
    freq : {"M", "Q", "Y"}
        Months, fiscal quarters or fiscal years: as coarse as their figures are.
    first, last : dates, optional
        The months to compare, covered by both sides or not.
    where : dict, optional
        Column -> value or list of values of ours to keep.
    tolerance : float, or {"share": ..., "amount": ...}
        A cell agrees where the difference is at most this share of the size of their amount,
        or at most this amount; half a cent always agrees.
    source : str, or {"en": ..., "zh": ...}
        How the other side is called.
    confirmed_by : str
        Who stands for the comparison.
    explanations : DataFrame or list of dict
        Columns of `by` (left out: any) and ``explanation``.
    aggregate_lines : bool
        Sum several lines of theirs per cell; False refuses them.

    Returns
    -------
    Verification

    Raises
    ------
    ContractError
        Unknown columns, values or options with the nearest; amounts that are empty or no
        numbers; periods nobody can read; amounts in two currencies; an explanation of a cell
        that is not there.

    Examples
    --------
    >>> from salesanalysis.data.assembling import of_frames
    >>> lines = pd.DataFrame({"order_id": ["1", "2"], "region": ["East", "West"],
    ...     "date": pd.to_datetime(["2024-01-05", "2024-01-31"]), "revenue": [100.0, 200.0]})
    >>> ledger = pd.DataFrame({"region": ["East", "West"], "period": ["2024-01"] * 2,
    ...     "revenue": [100.0, 190.0]})
    >>> print(verify(of_frames({"sales": lines}, name="tiny"), ledger).verdict())
    Differs from the finance ledger: 1 of 2 cells (33.3% of the money) agree within 0.5%; largest \
difference +10.00 CNY (West, Jan 2024)
    """
    spans.require_freq(freq)
    keys, levels = _keys(data, by)
    aggregate.require_value(data.table("sales"), value)
    chosen = aggregate.require_where(data.con, data.table("sales"), where)
    called = _called(source)
    names = columns or {}
    with TemporaryDirectory() as room:
        side = sides.open_side(other, called["en"], Path(room))
        sides.require_currency(side.name, side.currency, data.currency)
        _require_comparable(side, keys, names)
        column = sides.value_column(side, value, other_value)
        table = sides.prepared(side, keys, column, names, data.currency)
        raw = renamed(sides.theirs(side, table, keys), values or {}, levels, side.name)
        total_theirs = sides.total(side.con, table, "amount")
    ours = sides.ours(data, levels, value, chosen)
    both = {
        "ours": _dated(ours, levels, freq, data),
        "theirs": _dated(raw, levels, freq, data, named=(side.name, names.get("period"))),
    }
    if not aggregate_lines:
        _require_one_line(both["theirs"], keys, side.name)
    window = _window(both, (first, last), freq, data)
    cells, outside = _split(both, keys, levels, window)
    limits = read_tolerance(tolerance)
    joined = _joined(cells, keys).assign(status=lambda t: status_of(t, limits))
    return Verification(
        cells=explained(joined, keys, explanations),
        outside=outside,
        proposals=near_names(joined, levels),
        by=tuple(keys),
        value=value,
        freq=freq,
        tolerance=limits,
        source=called,
        confirmed_by=confirmed_by,
        total_ours=sides.total(data.con, aggregate.filtered(data.table("sales"), chosen), value),
        total_theirs=total_theirs,
        closed_through=data.closed_through,
        calendar=data.calendar,
        currency=data.currency,
        terms=data.terms,
    )


def _keys(data: "Dataset", by: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the keys of a cell, the period last, and the levels among them."""
    wanted = [by] if isinstance(by, str) else list(by)
    levels = aggregate.require_levels(data.table("sales"), [c for c in wanted if c != "period"])
    return [*levels, *(["period"] if "period" in wanted else [])], levels


def _called(source: str | Mapping[str, str]) -> dict[str, str]:
    """Return how the other side is called in every language."""
    if not isinstance(source, str):
        for lang in LANGUAGES:
            if not source.get(lang):
                raise ContractError(
                    f"source has no name in {lang!r}.",
                    where=f"verify(source={dict(source)!r})",
                    fix='write {"en": "finance ledger", "zh": "财务账"}, or one text for both',
                    code="bad-choice",
                )
        return {lang: str(source[lang]) for lang in LANGUAGES}
    key = f"source.{source}"
    return {lang: label(key, lang) if has_label(key) else source for lang in LANGUAGES}


def _require_comparable(side: sides.Side, keys: list[str], columns: Mapping[str, str]) -> None:
    """Refuse months nobody asked to sum, and names for columns nobody compares."""
    for column in columns:
        if column not in keys:
            where = "verify(columns=...)"
            raise unknown_name(column, keys, kind="column", where=where, error=ContractError)
    if "period" not in keys and "period" in side.table.columns:
        raise ContractError(
            f"{side.name} has a column 'period', but by is {keys}.",
            where="verify(by=...)",
            fix="add 'period' to by, or drop the column",
            code="bad-choice",
        )


def _dated(
    sums: pd.DataFrame,
    levels: list[str],
    freq: str,
    data: "Dataset",
    named: tuple[str, str | None] = ("", None),
) -> pd.DataFrame:
    """Sum once more, to the period both sides are compared in."""
    if "period" not in sums:
        return sums
    read = spans.read_periods(
        sums["period"], freq, data.calendar, name=named[0], column=named[1] or "period"
    )
    keys = [*levels, "period"]
    return sums.assign(period=read).groupby(keys, as_index=False)[["amount", "n"]].sum()


def _require_one_line(theirs: pd.DataFrame, keys: list[str], name: str) -> None:
    twice = theirs[theirs["n"] > 1]
    if len(twice):
        raise ContractError(
            f"{name} has several lines in {len(twice)} cells.",
            where=f"keys {keys}, see .rows",
            fix="leave aggregate_lines=True to sum them, or remove the extra lines",
            code="duplicate-key",
            rows=twice,
        )


def _window(
    both: Mapping[str, pd.DataFrame], asked: tuple[object, object], freq: str, data: "Dataset"
) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return the first and last period to compare: over, and covered by both sides or asked for."""
    first, last = asked
    dated = [side["period"] for side in both.values() if "period" in side]
    closed = spans.last_closed(data.closed_through, freq, data.calendar)
    # our own end is the last closed month, whether we have lines in it or not
    low, high = max(p.min() for p in dated), min([closed, *(p.max() for p in dated[1:])])
    if first is not None:
        low = _asked(first, "first", freq, data)
    if last is not None:
        high = _asked(last, "last", freq, data)
    if high > closed:
        raise ContractError(
            f"last is {high:%Y-%m}, but {data.name} is closed through {data.closed_through:%Y-%m}.",
            where="verify(last=...)",
            fix=f"end with {closed:%Y-%m} or earlier",
            code="bad-choice",
        )
    return low, high


def _asked(when: object, name: str, freq: str, data: "Dataset") -> pd.Timestamp:
    month = spans.require_month(when, name)
    return pd.Timestamp(spans.begin(pd.Series([month]), freq, data.calendar).iloc[0])


def _split(
    both: Mapping[str, pd.DataFrame],
    keys: list[str],
    levels: list[str],
    window: tuple[pd.Timestamp, pd.Timestamp],
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Take apart what is compared and what is not, on each side."""
    inside, left = {}, []
    for name, side in both.items():
        if "period" not in side:
            inside[name] = side
            continue
        within = side["period"].between(*window)
        kept = side[within]
        inside[name] = (
            kept.groupby(keys, as_index=False)[["amount", "n"]].sum()
            if keys
            else (kept[["amount", "n"]].sum().to_frame().T)
        )
        late = np.where(side["period"] > window[1], "after", "before")
        left.append(side[~within].assign(side=name, reason=late[~within]))
    outside = pd.concat(left, ignore_index=True)[
        [*levels, "side", "reason", "period", "n", "amount"]
    ]
    return inside, outside.sort_values([*levels, "side", "period"], ignore_index=True)


def _joined(cells: Mapping[str, pd.DataFrame], keys: list[str]) -> pd.DataFrame:
    """Join both sides on their cell; a side that has no such cell has 0 lines and 0 there."""
    numbers = ["ours", "theirs", "n_ours", "n_theirs"]
    left = cells["ours"].rename(columns={"amount": "ours", "n": "n_ours"})
    right = cells["theirs"].rename(columns={"amount": "theirs", "n": "n_theirs"})
    both = pd.concat(
        [left.assign(theirs=0, n_theirs=0), right.assign(ours=0, n_ours=0)], ignore_index=True
    )
    both = both.astype(dict.fromkeys(numbers, "int64"))
    if not keys:
        return both[numbers].sum().to_frame().T
    return both.groupby(keys, as_index=False)[numbers].sum()


def explained(
    cells: pd.DataFrame,
    keys: list[str],
    explanations: pd.DataFrame | Iterable[Mapping[str, Any]] | None,
) -> pd.DataFrame:
    """Write what is known about a difference beside it.

    Raises
    ------
    ContractError
        A column that is none of the cell's, an empty text, a cell that is not there.
    """
    text = pd.Series("", index=cells.index, dtype="str")
    given = [] if explanations is None else explanations
    if isinstance(given, pd.DataFrame):
        given = given.to_dict("records")
    for entry in given:
        hit = _cells_of(cells, keys, entry)
        text = text.mask(hit, str(entry["explanation"]))
    return cells.assign(explanation=text)


def _cells_of(cells: pd.DataFrame, keys: list[str], entry: Mapping[str, Any]) -> pd.Series:
    """Return which cells an explanation is about."""
    place = f"explanation {dict(entry)!r}"
    named = {c: v for c, v in entry.items() if c != "explanation"}
    for column in named:
        if column not in keys:
            raise unknown_name(column, keys, kind="column", where=place, error=ContractError)
    if not entry.get("explanation"):
        raise ContractError(
            "An explanation has no text.",
            where=place,
            fix='add "explanation": "why they differ"',
            code="bad-choice",
        )
    hit = pd.Series(True, index=cells.index)  # noqa: FBT003
    for column, wanted in named.items():
        value = spans.require_month(wanted, "period") if column == "period" else wanted
        hit &= cells[column] == value
    if not hit.any():
        raise ContractError(
            f"No cell is {named!r}.",
            where=place,
            fix="name a cell that was compared; see to_frame()",
            code="unknown-name",
        )
    return hit
