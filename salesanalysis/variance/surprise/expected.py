"""What a forecast has to carry: the date it knew, before the window; an interval that is one."""

from collections.abc import Sequence

import pandas as pd

from salesanalysis.errors import ContractError


def cut_off_of(
    expected: pd.DataFrame, cut_off: object, months: Sequence[pd.Timestamp]
) -> pd.Timestamp:
    """Return the last day the forecast knew, refusing none and one inside or after the window."""
    if not months:
        raise ContractError(
            "Which months are compared is not said, so look-ahead cannot be ruled out.",
            where="surprise(window=...)",
            fix='give the first and the last month, such as ("2026-03-01", "2026-03-01")',
            code="bad-choice",
        )
    if cut_off is None:
        if "cut_off" not in expected.columns or expected["cut_off"].isna().any():
            raise ContractError(
                "The forecast does not say which day it knew last.",
                where="surprise(expected), cut_off",
                fix='give cut_off="2026-02-28", or a column cut_off without empty values',
                code="missing-column",
            )
        known = pd.to_datetime(expected["cut_off"]).max()
    else:
        known = pd.Timestamp(cut_off)
    if known >= months[0]:
        raise ContractError(
            f"The forecast knew sales up to {known:%Y-%m-%d}; the window begins on "
            f"{months[0]:%Y-%m-%d}.",
            where="surprise(cut_off=..., window=...)",
            fix="take a forecast made before the window began, or it has looked ahead",
            code="bad-choice",
        )
    return known


def ends(interval: tuple[float, float]) -> tuple[float, float]:
    """Return both ends of an interval, refusing one the wrong way round."""
    low, high = (float(v) for v in interval)
    if not low <= high:
        raise ContractError(
            f"The interval runs from {low:,.2f} to {high:,.2f}.",
            where="surprise(interval=(lower, upper))",
            fix="give the lower end first",
        )
    return low, high


def inside(found: pd.DataFrame) -> None:
    """Refuse intervals of items that run the wrong way round."""
    bad = found[found["low"] > found["high"]]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(found)} intervals have a lower end above the upper one.",
            where="surprise(bounds=(lower, upper)), see .rows",
            fix="give the column of the lower end first",
            rows=bad,
        )


def side_of(value: float, low: float, high: float) -> str:
    """Say where a value lies: inside, above or below."""
    if value > high:
        return "above"
    return "below" if value < low else "inside"
