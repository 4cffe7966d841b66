"""Earlier origins of a panel: what was known at each, and what came afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.forecast.asked import whole
from salesanalysis.forecast.floor.methods import SEASON
from salesanalysis.forecast.quarters import quarter_of
from salesanalysis.forecast.tree import Floats, Stack, Words
from salesanalysis.panel import Panel
from salesanalysis.periods import month_start


@dataclass(frozen=True, eq=False)
class Fold:
    """One origin: the past every method sees, and the months it is judged on.

    Attributes
    ----------
    origin : Timestamp
        Last closed month.
    panel : Panel
        Rows up to the origin and nothing else.
    nodes : DataFrame, one row per node that was active at the origin
        ``level``, level columns, ``node``.
    history : array, shape (nodes, months up to the origin)
    actual : array, shape (nodes, horizon)
        A node whose rows stop counts 0 afterwards.
    coverage : tuple of float
    """

    origin: pd.Timestamp
    panel: Panel
    nodes: pd.DataFrame
    history: Floats
    actual: Floats
    coverage: tuple[float, ...]
    season: int = SEASON

    @property
    def horizon(self) -> int:
        """Periods ahead."""
        return int(self.actual.shape[1])

    @property
    def levels(self) -> Words:
        """Level of each node."""
        out: Words = self.nodes["level"].to_numpy(dtype="str")
        return out

    def only(self, rows: slice) -> "Fold":
        """Return the fold of some of its nodes."""
        return replace(
            self, nodes=self.nodes.iloc[rows], history=self.history[rows], actual=self.actual[rows]
        )


def folds_of(
    panel: Panel,
    horizon: int,
    origins: int | Sequence[object],
    step: int,
    coverage: tuple[float, ...],
) -> list[Fold]:
    """Cut the panel at each origin, the earliest first.

    Raises
    ------
    ContractError
        No origin with a year before it and the whole horizon after it, or named months of
        which one has not.
    """
    places = _places(panel, origins, step, horizon)
    leaves, stack = panel.matrix().to_numpy(dtype="float64"), Stack.of(panel)
    sums = stack.add_up(np.nan_to_num(leaves))
    return [
        _fold(panel, stack, stack.history(leaves[:, :n]), sums[:, n : n + horizon], coverage)
        for n in places
    ]


def _places(panel: Panel, origins: int | Sequence[object], step: int, horizon: int) -> list[int]:
    """Return how many months, or quarters, were closed at each origin."""
    months, season = panel.months(), SEASON // panel.step
    named, last = "quarters" if panel.step > 1 else "months", len(months) - horizon
    if last < season:
        raise ContractError(
            f"The panel has {len(months)} closed {named}: no origin has a year before it and "
            f"{horizon} {named} after it.",
            where="forecast.backtest(panel)",
            fix=f"give at least {season + horizon} closed {named}, or a shorter horizon",
            code="empty-table",
        )
    if not isinstance(origins, Sequence) or isinstance(origins, str):
        counted, apart = whole(origins), whole(step)
        if counted is None or apart is None or counted < 1 or apart < 1:
            raise ContractError(
                f"origins and step must be 1 or more, got {origins!r} and {step!r}.",
                where="forecast.backtest(origins=..., step=...)",
                fix="write origins=3, step=3 for three origins a quarter apart",
                code="bad-choice",
            )
        return sorted(last - apart * i for i in range(counted) if last - apart * i >= season)
    wanted = sorted({_period(panel, when) for when in origins})
    possible = months[season - 1 : last]
    outside = [when for when in wanted if when not in possible]
    if outside or not wanted:
        texts = ", ".join(f"{when:%Y-%m}" for when in outside) or "no month"
        raise ContractError(
            f"origins names {texts}: an origin needs a year before it and {horizon} {named} "
            "after it.",
            where="forecast.backtest(origins=[...])",
            fix=f"choose months from {possible[0]:%Y-%m} to {possible[-1]:%Y-%m}",
            code="bad-choice",
        )
    return [int(months.get_loc(when)) + 1 for when in wanted]


def _period(panel: Panel, when: object) -> pd.Timestamp:
    """Return the month `when` lies in, or the first month of its quarter."""
    return quarter_of(when, panel.months()[0]) if panel.step > 1 else month_start(when)


def _fold(
    panel: Panel, stack: Stack, history: Floats, actual: Floats, coverage: tuple[float, ...]
) -> Fold:
    """Cut at one origin; nodes that were not active in its month are not judged."""
    origin = panel.months()[history.shape[1] - 1]
    active = np.isfinite(history[:, -1])
    before = panel.frame[panel.frame["period"] <= origin]
    return Fold(
        origin=origin,
        panel=replace(panel, frame=before, closed_through=origin),
        nodes=stack.table[active].reset_index(drop=True),
        history=history[active],
        actual=actual[active],
        coverage=coverage,
        season=SEASON // panel.step,
    )
