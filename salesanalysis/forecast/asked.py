"""What a forecast, a landing or a test on the past is asked for: checked once, said alike."""

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError

#: Columns of a forecast's own tables; a level of the same name would overwrite them.
TAKEN = frozenset(
    [
        "level",
        "node",
        "period",
        "value",
        "horizon",
        "kind",
        "status",
        "sigma",
        "season",
        "trend",
        "calendar",
        "guard",
        "before_sums",
        "starting_level",
        "n_months",
        "scale",
        "own_scale",
        "pool",
        "n_scores",
        "calibrated",
        "not_negative",
        "guarded",
        "widened",
        "beside",
        "measured_months",
        "n_tested",
        "naive_ratio",
        "naive_wins",
        "n_silent",
        "target",
        "gap",
        "target_status",
        "probability",
        "landing",
        "middle",
        "actual_to_date",
        "forecast_rest",
        "n_draws",
        "draw",
        "mase",
        "least",
        "fitted_as",
        "share",
        "growth",
    ]
)
#: Columns that the test on the past has beside those.
TESTED = frozenset(
    [
        "method",
        "origin",
        "branch",
        "failed",
        "positive",
        "has_unit",
        "smape",
        "naive2_smape",
        "naive2_mase",
        "abs_error",
        "error",
        "sales",
    ]
)


def whole(number: object) -> int | None:
    """Return a whole number as int, None for anything else; True and False are none.

    Examples
    --------
    >>> whole(np.int64(12)), whole(12.0), whole(True)
    (12, None, None)
    """
    plain = isinstance(number, Integral) and not isinstance(number, bool)
    return int(number) if plain else None  # type: ignore[call-overload]


def horizon_of(asked: object, most: int, *, where: str, fix: str, named: str = "months") -> int:
    """Return the horizon, or refuse what is no whole number from 1 to `most`."""
    found = whole(asked)
    if found is None or not 1 <= found <= most:
        raise ContractError(
            f"horizon must be 1 to {most} {named}, got {asked!r}.",
            where=where, fix=fix, code="bad-choice",
        )  # fmt: skip
    return found


def coverages(asked: Sequence[float], *, where: str) -> tuple[float, ...]:
    """Return coverage levels from narrow to wide, or refuse what is no list of shares."""
    plain = isinstance(asked, Sequence | np.ndarray) and not isinstance(asked, str)
    numbers = [c for c in asked if isinstance(c, Real)] if plain else []
    levels = tuple(sorted({float(c) for c in numbers}))
    fits = bool(levels) and all(0 < c < 1 for c in levels)
    if not fits or len(levels) != len(asked):
        shown = tuple(asked) if plain else asked
        raise ContractError(
            f"coverage must be different shares between 0 and 1, got {shown!r}.",
            where=where,
            fix="write 80 % as 0.80, for example coverage=(0.80, 0.95)",
            code="bad-choice",
        )
    return levels


def refuse_taken(by: Sequence[str], *, where: str, taken: frozenset[str] = TAKEN) -> None:
    """Refuse a level column called as one of the forecast's own."""
    clash = [
        name for name in by if name in taken or (name[:2] in ("lo", "hi") and name[2:].isdigit())
    ]
    if clash:
        raise ContractError(
            f"A level may not be called {clash[0]!r}: the forecast has a column of that name.",
            where=where,
            fix=f"rename it, such as to {clash[0] + '_name'!r}",
            code="bad-choice",
        )


def amount(asked: object) -> float:
    """Return a target as float, or refuse what is no finite number; text is none."""
    plain = isinstance(asked, Real) and not isinstance(asked, bool | np.bool_)
    value = float(asked) if plain else np.nan  # type: ignore[arg-type]
    if not np.isfinite(value):
        shown = repr(asked) if isinstance(asked, Real | str) else f"a {type(asked).__name__}"
        raise ContractError(
            f"The target is {shown}.",
            where="target=...",
            fix="write a finite amount, or a table with the level columns and value",
        )
    return value


def fiscal_year(asked: object) -> int:
    """Return a year as int, or refuse what is none."""
    found = whole(asked)
    if found is None or not 1 < found < 9999:
        raise ContractError(
            f"year must be a whole number, got {asked!r}.",
            where="Forecast.landing(year=...)",
            fix="write the fiscal year, such as 2024",
            code="bad-choice",
        )
    return found


def seeded(asked: object) -> int:
    """Return a seed, or refuse what is no whole number from 0 on."""
    found = whole(asked)
    if found is None or found < 0:
        raise ContractError(
            f"seed must be a whole number from 0 on, got {asked!r}.",
            where="Forecast.draws(seed=...)",
            fix="write seed=0",
            code="bad-choice",
        )
    return found


def ends_of(span: object) -> list[Any]:
    """Return the months of a span as they were named, one or more; refuse none."""
    named = list(span) if isinstance(span, Sequence | pd.Index) else [span]
    named = [span] if isinstance(span, str) else named
    if not named:
        raise ContractError(
            "span names no month.",
            where="Forecast.landing(span=...)",
            fix='write its first and last month, such as ["2024-04", "2024-06"]',
            code="bad-choice",
        )
    return named
