"""Nothing is left over: in total, item by item, and where two bridges are put together."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, ReconciliationError

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
    keyed = items.set_index(list(by))
    change = keyed["actual"] - keyed["base"] - keyed.get("moved", 0.0)
    # in brackets: a column of the user's may be called size
    sums = {"(told)": effects["amount"], "(size)": effects["amount"].abs()}
    parts = effects[[*by]].assign(**sums)
    found = parts.groupby(list(by)).sum().reindex(change.index, fill_value=0.0)
    size = np.maximum(items["base"].abs(), items["actual"].abs()).to_numpy()
    allowed = np.maximum(RELATIVE * np.maximum(size, 1.0), NOISE * found["(size)"].to_numpy())
    bad = ~(np.abs(found["(told)"] - change).to_numpy() <= allowed)
    if bad.any():
        raise ReconciliationError(
            f"Effects of {int(bad.sum())} of {len(items)} items do not add up to their change.",
            where=f"first {change.index[bad][0]!r}, see .rows",
            fix=_FIX,
            code="does-not-add-up",
            rows=items[bad],
        )


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
