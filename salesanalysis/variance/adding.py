"""Nothing is left over: in total, item by item, and where two bridges are put together."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, ReconciliationError
from salesanalysis.variance.small import few_rows

if TYPE_CHECKING:
    from salesanalysis.variance.bridge import Bridge

#: Float noise of sums of cells; far below a cent for a company of a billion.
RELATIVE = 1e-9
#: The same where large sales and returns cancel, so that the totals alone look small.
NOISE = 1e-13
_FIX = "this is a defect or a tampered table: please report it with the input"


def check_total(amounts: pd.Series, start: float, end: float) -> None:
    """Raise `ReconciliationError` unless `amounts` lead from `start` to `end`."""
    left = math.fsum([end, -start, *(-amounts.to_numpy(dtype="float64"))])
    # isfinite first: `nan > allowed` is False, so a NaN would pass the second test
    allowed = max(RELATIVE * max(abs(start), abs(end), 1.0), NOISE * float(amounts.abs().sum()))
    if not math.isfinite(left) or abs(left) > allowed:
        raise ReconciliationError(
            f"Effects leave {left:+,.2f} of {end - start:+,.2f} unexplained.",
            where=f"sum of {len(amounts)} effects against actual minus base",
            fix=_FIX,
            code="does-not-add-up",
        )


def check_items(
    effects: pd.DataFrame, items: pd.DataFrame, by: Sequence[str], start: float, end: float
) -> None:
    """Raise `ReconciliationError` unless items add up to the totals and effects to each item."""
    check_total(items["actual"] - items["base"], start, end)
    if "moved" in items:
        check_total(items["moved"], 0.0, 0.0)
    if not by:
        return
    base, actual = (items[side].to_numpy("float64") for side in ("base", "actual"))
    change = actual - base - (items["moved"].to_numpy("float64") if "moved" in items else 0.0)
    number, n = _numbered(items, effects, by)
    amounts = effects["amount"].to_numpy("float64")
    told, size = (
        np.bincount(number[len(items) :], weights=w, minlength=n)[number[: len(items)]]
        for w in (amounts, np.abs(amounts))
    )
    whole = np.maximum(np.abs(base), np.abs(actual))
    allowed = np.maximum(RELATIVE * np.maximum(whole, 1.0), NOISE * size)
    bad = ~(np.abs(told - change) <= allowed)
    if bad.any():
        first = items.loc[bad, list(by)].iloc[0]
        name = first.iloc[0] if len(by) == 1 else tuple(first)
        raise ReconciliationError(
            f"Effects of {int(bad.sum())} of {len(items)} items do not add up to their change.",
            where=f"first {name!r}, see .rows",
            fix=_FIX,
            code="does-not-add-up",
            rows=items[bad],
        )


def _numbered(
    items: pd.DataFrame, effects: pd.DataFrame, by: Sequence[str]
) -> tuple[npt.NDArray[np.int64], int]:
    """Return the number of each row's key, items first, and how many keys there are."""
    few = few_rows(items, by), few_rows(effects, by)
    if few[0] is not None and few[1] is not None:
        places: dict[tuple[object, ...], int] = {}
        told = [places.setdefault(row, len(places)) for row in (*few[0], *few[1])]
        return np.array(told, dtype="int64"), len(places)
    number, n = np.zeros(len(items) + len(effects), dtype="int64"), 1
    for column in by:
        code, names = pd.factorize(
            pd.concat([items[column], effects[column]]), use_na_sentinel=False
        )
        # numbers stay below rows squared: they fit
        number, known = pd.factorize(number * len(names) + code)
        n = len(known)
    return number, n


#: What two bridges must have in common before they may be added.
SAME = (
    "method", "names", "base_name", "grain", "measure", "cost", "convention", "mix", "new_lost",
    "returns", "favourable", "kind", "overrides",
)  # fmt: skip


def joined(first: "Bridge", second: "Bridge") -> "Bridge":
    """Return the bridge of two parts; refused unless base, unit and grain agree."""
    pairs = {name: (getattr(first.meta, name), getattr(second.meta, name)) for name in SAME}
    pairs |= {"by": (first.by, second.by), "currency": (first.currency, second.currency)}
    for name, (one, other) in pairs.items():
        if one != other:
            raise ContractError(
                f"Two bridges that differ in {name} cannot be added.",
                where=f"{name} is {one!r} and {other!r}",
                fix="compare both parts with the same base, grain and choices",
                code="bad-choice",
            )
    by = list(first.by)
    rows = pd.concat([b.effects[[*by, "effect", "amount", "note"]] for b in (first, second)])
    sums = rows.groupby([*by, "effect"], as_index=False).agg({"amount": "sum", "note": "first"})
    items = pd.concat([first.items, second.items])
    items = items.groupby(by, as_index=False).sum() if by else items.sum().to_frame().T
    months = [*first.meta.window, *second.meta.window]
    window = (min(months), max(months)) if months else ()
    places = tuple(dict.fromkeys((*first.meta.places, *second.meta.places)))
    meta = replace(first.meta, window=window, places=places)
    whole: Bridge = type(first).of(
        sums, items, by=by, meta=meta, currency=first.currency, terms=first.terms
    )
    return whole
