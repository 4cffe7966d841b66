"""Whether moving festivals and working days enter a forecast: the user asks, the past decides."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.festivals import SPRING_WINDOWS, Regressors, regressors
from salesanalysis.forecast.calibrate import start_weights
from salesanalysis.forecast.effects import estimate, worth_it
from salesanalysis.forecast.run.base import base_forecasts
from salesanalysis.forecast.run.states import Whole
from salesanalysis.forecast.tree import Floats
from salesanalysis.forecast.wording import listed
from salesanalysis.labels import LANGUAGES, label
from salesanalysis.panel import Panel
from salesanalysis.periods import month_range

#: Calendars that can be asked for by name: windows and working days.
NAMED = {
    "spring_festival": (SPRING_WINDOWS, None),
    "china": (SPRING_WINDOWS, "china"),
    "weekdays": ((), "weekdays"),
}
#: Standard errors a gain must exceed: fewer where the history is long, because a false yes costs
#: less there than a missed effect (simulated panels, docs/forecast.md).
SURE, LIKELY, LONG = 1.645, 1.0, 60
#: Standard errors from 0 at which an effect is clear by itself.
CLEAR = 3.0
#: The table where no calendar was asked for.
NOTHING = pd.DataFrame(
    {
        "effect": pd.Series([], dtype="str"),
        **{
            name: pd.Series([], dtype="float64")
            for name in ("estimate", "standard_error", "spread", "kept_share")
        },
        "n_months": pd.Series([], dtype="int64"),
        "used": pd.Series([], dtype="bool"),
    }
)


@dataclass(frozen=True)
class Calendar:
    """The regressors a forecast uses, None where it does not, and what there is to say.

    Attributes
    ----------
    used : Regressors or None
    effects : DataFrame, one row per effect
        ``effect``, ``estimate``, ``standard_error``, ``spread``, ``kept_share``, ``n_months``,
        ``used``.
    said : dict of str to tuple of str
        Sentences by language.
    """

    used: Regressors | None
    effects: pd.DataFrame
    said: dict[str, tuple[str, ...]]


def decide(
    panel: Panel,
    history: Floats,
    pairs: list[Whole],
    horizon: int,
    *,
    effects: str | Regressors | None,
    always: bool = False,
    first: pd.Timestamp | None = None,
) -> Calendar:
    """Estimate the effects and let earlier origins say whether they are worth it.

    Parameters
    ----------
    panel : Panel
    history : array, shape (nodes, months)
    pairs : see `run.states.lenders`
    horizon : int, months
    effects : str, Regressors or None
        ``spring_festival``, ``china`` (with its working days), ``weekdays``, or regressors of
        every month of the history and the horizon.
    always : bool
        Use them without asking.
    first : Timestamp, optional
        First month of `history`; that of the panel where not given.
    """
    calendar = _regressors(panel, horizon, effects, first)
    if calendar is None:
        return Calendar(None, NOTHING.copy(), dict.fromkeys(LANGUAGES, ()))
    found = estimate(history, calendar)

    def method(past: Floats, ahead: int) -> Floats:
        weights = np.repeat(start_weights()[:, None], ahead, axis=1)
        return base_forecasts(past, pairs, ahead).point(weights)[0]

    beyond = LIKELY if history.shape[1] >= LONG else SURE
    verdict = worth_it(history, calendar, method, beyond=beyond)
    # the estimate speaks for all nodes and years, the origins for a few months: either may decide
    clear = bool((np.abs(found.beta) >= CLEAR * found.standard_error).any()) and verdict.gain > 0
    use = bool(found.names) and (always or verdict.use or clear)
    key = "effects.used_clear" if clear and not verdict.use else None
    said = {
        lang: (
            *found.sentences(lang),
            *(() if always else (verdict.sentence(lang, key),)),
            *(_estimated(calendar, lang) if use else ()),
        )
        for lang in LANGUAGES
    }
    return Calendar(calendar if use else None, found.to_frame().assign(used=use), said)


def _estimated(calendar: Regressors, lang: str) -> tuple[str, ...]:
    """Say which years' working days are no notice's."""
    years = listed([str(year) for year in calendar.estimated], lang)
    return (label("effects.by_law", lang, years=years),) if calendar.estimated else ()


def asked(effects: object) -> bool:
    """Tell whether a calendar was asked for."""
    return effects is not None and not (isinstance(effects, str) and effects == "none")


def require_calendar(panel: Panel, effects: str | Regressors | None, *, where: str) -> None:
    """Refuse a calendar nobody knows, one that lacks closed months, and any of quarters."""
    if asked(effects) and panel.step > 1:
        raise ContractError(
            "Quarters have no calendar effects: a festival moves between months, seldom quarters.",
            where=f'{where}(effects=..., freq="Q")',
            fix="leave effects out, or pass the months",
            code="bad-choice",
        )
    _regressors(panel, 0, effects, None)


def covers(panel: Panel, horizon: int, effects: str) -> bool:
    """Tell whether a calendar knows every month of the history and the horizon.

    Examples
    --------
    >>> rows = {"node": "a", "period": month_range("1996-07", "1998-05"), "value": 1.0}
    >>> covers(Panel.of(pd.DataFrame(rows), by=["node"]), 12, "china")
    False
    """
    try:
        _regressors(panel, horizon, effects, None)
    except ContractError as refusal:
        if refusal.code == "uncovered":
            return False
        raise
    return True


def _regressors(
    panel: Panel, horizon: int, effects: str | Regressors | None, start: pd.Timestamp | None
) -> Regressors | None:
    """Return regressors of every month of history and horizon."""
    if effects is None or not asked(effects):
        return None
    first = panel.months()[0] if start is None else start
    last = panel.closed_through + pd.DateOffset(months=horizon)
    months = month_range(first, last)
    if isinstance(effects, str):
        if effects not in NAMED:
            raise unknown_name(
                effects, ["none", *NAMED], kind="calendar",
                where="forecast.panel(effects=...)", error=ContractError,
            )  # fmt: skip
        windows, workdays = NAMED[effects]
        return regressors(months, windows, workdays=workdays)
    missing = months.difference(effects.months)
    if len(missing):
        raise ContractError(
            f"The calendar lacks {len(missing)} months of history and horizon, "
            f"{missing[0]:%Y-%m} to {missing[-1]:%Y-%m}.",
            where="forecast.panel(effects=...)",
            fix=f"build it for {first:%Y-%m} to {last:%Y-%m}: festivals.regressors(months, ...)",
            code="uncovered",
        )
    rows = effects.months.get_indexer(months)
    return replace(effects, months=months, matrix=effects.matrix[rows])
