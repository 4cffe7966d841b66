"""Where units are expected to end a span, read from a forecast or from its table of draws."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.money import at_least, cents_of
from salesanalysis.results import require_adds_up
from salesanalysis.tracking.completion import YELLOW

#: What a line of the scorecard gains, in order.
COLUMNS = (
    "target_ahead", "middle", "lo80", "hi80", "expected_share", "probability", "landing_status",
)  # fmt: skip
#: What a source of outcomes knows of every node.
OUTCOMES = ("middle", "lo80", "hi80", "probability")


@dataclass(frozen=True, eq=False)
class Ahead:
    """The expected end of every unit and of every sum of units a card can show.

    Attributes
    ----------
    frame : DataFrame, one row per unit or sum of units
        The level columns `keys` (empty text: all of them together), ``target_ahead`` (of the whole
        span), ``middle`` (half of the outcomes end above it), ``lo80``, ``hi80`` (currency),
        ``expected_share`` (middle / target), ``probability`` (of reaching the target; (1 + outcomes
        that do) / (outcomes + 2), so 1 and 0 only where the span is closed and whole cents say so)
        and ``landing_status``: ``open``, ``closed``, ``no_target``, ``no_history``.
    keys : tuple of str
    first, last : Timestamp
        First and last month of the span.
    n_open : int
        Its months that are not closed.
    """

    frame: pd.DataFrame
    keys: tuple[str, ...]
    first: pd.Timestamp
    last: pd.Timestamp
    n_open: int

    def __post_init__(self) -> None:
        """Keep a copy; refuse targets of units that do not add up to the whole."""
        frame = self.frame[[*self.keys, *COLUMNS]].copy().reset_index(drop=True)
        object.__setattr__(self, "frame", frame)
        object.__setattr__(self, "keys", tuple(self.keys))
        depth = (frame[list(self.keys)] != "").sum(axis=1)
        targets = frame["target_ahead"].fillna(0.0)
        total = float(targets[depth == depth.min()].sum())
        require_adds_up(targets[depth == depth.max()], total, what="targets of units")

    def beside(self, lines: pd.DataFrame, by: Sequence[str], scope: dict[str, str]) -> pd.DataFrame:
        """Return the lines of a card with the expected end of each beside it."""
        wanted = lines[list(by)].assign(**scope)[list(self.keys)]
        found = wanted.merge(self.frame, on=list(self.keys), how="left", validate="many_to_one")
        found["landing_status"] = found["landing_status"].fillna("no_history")
        return pd.concat([lines, found[list(COLUMNS)].set_axis(lines.index)], axis=1)

    def expected(self) -> pd.DataFrame:
        """Return the names of units that are expected to sell anything."""
        units = self.frame[(self.frame[list(self.keys)] != "").all(axis=1)]
        return units.loc[units["middle"].fillna(0.0) != 0, list(self.keys)]


def ahead_of(
    outcomes: pd.DataFrame, targets: pd.DataFrame, keys: Sequence[str], months: pd.DatetimeIndex,
    n_open: int,
) -> Ahead:  # fmt: skip
    """Lay outcomes beside targets; where the span is closed whole cents decide.

    Parameters
    ----------
    outcomes : DataFrame
        `keys` and `OUTCOMES`, one row per unit or sum that is known.
    targets : DataFrame
        `keys` and ``target_ahead``, one row per unit or sum that has one.
    """
    both = outcomes.merge(targets, on=list(keys), how="outer", validate="one_to_one")
    known = both["middle"].notna().to_numpy(bool)
    given = (both["target_ahead"].fillna(0.0) > 0).to_numpy(bool)
    rated = known & given
    if not n_open:
        both["probability"] = reaches(both, rated, "1")
    both["probability"] = both["probability"].where(rated)
    wanted = both["target_ahead"].where(given)
    both["expected_share"] = (both["middle"] / wanted).where(rated)
    status = np.select(
        [~known, ~given], ["no_history", "no_target"], "open" if n_open else "closed"
    )
    both["landing_status"] = pd.Series(status, index=both.index, dtype="str")
    both = both.sort_values(list(keys), kind="stable") if keys else both
    return Ahead(both, tuple(keys), months[0], months[-1], n_open)


def reaches(table: pd.DataFrame, rated: Any, line: str) -> pd.Series:
    """Tell 1 where ``middle`` reaches a line of its target in whole cents, else 0."""
    sold = cents_of(table["middle"].where(rated, 0.0), name="landing")
    wanted = cents_of(table["target_ahead"].where(rated, 0.0), name="target")
    return pd.Series(at_least(sold, wanted, line), index=table.index).astype("float64")


def is_below(row: dict[str, Any]) -> bool:
    """Tell whether a unit is expected to end below the yellow line of its target."""
    line = pd.DataFrame([row])
    return not reaches(line, [True], YELLOW).iloc[0]
