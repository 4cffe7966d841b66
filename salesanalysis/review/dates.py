"""Days of an action: due after its start, and after the period of its cause."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from salesanalysis.errors import ContractError


def dates(
    record: Mapping[str, Any], start: object | None, due: object | None
) -> tuple[pd.Timestamp | None, pd.Timestamp | None]:
    """Return start and due day, in order and after the period."""
    begin, end = _day(start, "start"), _day(due, "due")
    closes = period_end(record)
    if end is not None and closes is not None and end <= closes:
        raise ContractError(
            f"The action is due on {end:%Y-%m-%d}, but its period ends on {closes:%Y-%m-%d}.",
            where="open_action(due=...)",
            fix="choose a day after the period",
            code="bad-choice",
        )
    if begin is not None and end is not None and end <= begin:
        raise ContractError(
            f"The action is due on {end:%Y-%m-%d}, not after its start on {begin:%Y-%m-%d}.",
            where="open_action(start=..., due=...)",
            fix="choose a later due day",
            code="bad-choice",
        )
    return begin, end


def period_end(record: Mapping[str, Any]) -> pd.Timestamp | None:
    """Return the last day of the period of a cause; None where it has none."""
    if not record["window"]:
        return None
    return pd.Timestamp(str(record["window"][-1])) + pd.offsets.MonthEnd(0)


def _day(when: Any, name: str) -> pd.Timestamp | None:
    if when is None or when == "":
        return None
    try:
        day = pd.Timestamp(when).normalize().tz_localize(None)
    except (ValueError, TypeError):
        day = pd.NaT
    if day is pd.NaT:
        raise ContractError(
            f"{when!r} is not a day.",
            where=f"open_action({name}=...)",
            fix='write it as "2024-06-30"',
        )
    return day
