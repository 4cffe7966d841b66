"""What a screen refuses before it computes anything."""

from collections.abc import Mapping, Sequence

import pandas as pd

from salesanalysis.errors import (
    ContractError,
    require_columns,
    require_named,
    require_rows,
    require_unique,
    unknown_name,
)
from salesanalysis.variance.screening import panel


def checked(  # noqa: PLR0917  one check per choice, in the order of the signature
    df: pd.DataFrame, value: str, candidates: Sequence[str], person: str | None,
    month: str | None, lag: int | Mapping[str, int], part_of: Sequence[str], level: float,
    n_boot: int,
) -> tuple[list[str], dict[str, int]]:  # fmt: skip
    """Return the candidates and the lag of each; refuse what does not fit."""
    names = [] if isinstance(candidates, str) else list(candidates)
    keys = [c for c in (person, month) if c]
    if not names or len({*names, value, *keys}) != len(names) + 1 + len(keys):
        raise ContractError(
            f"candidates must be a list of columns other than value, person and month, got "
            f"{candidates!r}.",
            where="screen(candidates=...)",
            fix='name each once, such as ["visits", "tenure"]',
            code="bad-choice",
        )
    require_columns(df, [value, *names, *keys], name="df")
    require_rows(df, name="df")
    require_named(df, keys, name="df")
    panel.require_numbers(df, [value, *names])
    if df[value].min() == df[value].max():
        raise ContractError(
            f"{value!r} never changes: nothing can go together with it.",
            where=f"df[{value!r}], every value is {df[value].dropna().iloc[0]}",
            fix="check the column, or the filter",
        )
    if person and month:
        require_unique(df, [person, month], name="df", what="are of the same person and month")
    lags = {c: int(lag.get(c, 0) if isinstance(lag, Mapping) else lag) for c in names}
    for asked in [*part_of, *(lag if isinstance(lag, Mapping) else ())]:
        if asked not in names:
            raise unknown_name(
                asked, names, kind="candidate", where="screen(part_of=..., lag=...)",
                error=ContractError,
            )  # fmt: skip
    _choices(lags, person, month, df, level, n_boot)
    return names, lags


def _choices(  # noqa: PLR0917  called once, from above
    lags: dict[str, int], person: str | None, month: str | None, df: pd.DataFrame, level: float,
    n_boot: int,
) -> None:  # fmt: skip
    """Refuse lags without months, and levels and draws nobody could have meant."""
    if min(lags.values()) < 0 or (any(lags.values()) and not month):
        raise ContractError(
            f"A lag must be 0 or more months and needs the column of months, got lag={lags} "
            f"and month={month!r}.",
            where="screen(lag=..., month=...)",
            fix='name the months: month="month"',
            code="bad-choice",
        )
    if any(lags.values()) and not person:
        require_unique(
            df, [str(month)], name="df", what="are of the same month", fix="name person="
        )
    if not 0 < level < 1 or n_boot < 100:
        raise ContractError(
            f"level must lie between 0 and 1 and n_boot be at least 100, got {level!r} and "
            f"{n_boot!r}.",
            where="screen(level=..., n_boot=...)",
            fix="write level=0.95, n_boot=1000",
            code="bad-choice",
        )
