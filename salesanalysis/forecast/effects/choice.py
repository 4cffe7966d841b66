"""Which calendar effects the months at hand can tell apart."""

from dataclasses import dataclass

import numpy as np

from salesanalysis.festivals import Regressors
from salesanalysis.forecast.tree import Flags, Floats

#: Above this condition number of X'X two effects are one.
MOST_CONDITION = 1e4
#: A regressor whose squared changes are below this, per change, never moved.
STILL = 1e-12


@dataclass(frozen=True, eq=False)
class Choice:
    """Effects that can be estimated, as mixtures of the regressors given.

    Attributes
    ----------
    names : tuple of str, one per effect
    weights : array, shape (regressors given, effects)
    condition : float
        Condition number of X'X of the regressors given that moved, columns scaled to length 1.
    notes : tuple of (str, str)
        Label key and the effects it speaks of.
    """

    names: tuple[str, ...]
    weights: Floats
    condition: float
    notes: tuple[tuple[str, str], ...]


def choose(calendar: Regressors, squares: Floats, n_changes: float) -> Choice:
    """Keep the effects that moved; join a festival's windows where they cannot be told apart.

    Parameters
    ----------
    calendar : Regressors
    squares : array, shape (effects, effects)
        X'X over all nodes.
    n_changes : float
        Year-on-year changes over all nodes.

    Notes
    -----
    Columns are scaled to length 1 before the condition number is taken: a regressor of working
    days is small by its nature, not collinear.
    """
    moved = np.diag(squares) > STILL * max(n_changes, 1.0)
    names = np.array(calendar.names, dtype="str")
    notes = [("effects.still", n) for n in names[~moved]]
    weights, kept = np.eye(len(names))[:, moved], tuple(names[moved].tolist())
    first = condition(weights.T @ squares @ weights)
    if first > MOST_CONDITION:
        kept, weights = _joined(calendar, moved)
        notes += [("effects.joined", n) for n in kept if n not in calendar.names]
        kept, weights, dropped = _told_apart(kept, weights, squares)
        notes += [("effects.dropped", n) for n in dropped]
    return Choice(kept, weights, first, tuple(notes))


def condition(squares: Floats) -> float:
    """Return the condition number with columns scaled to length 1; infinite where singular.

    Examples
    --------
    >>> condition(np.array([[4.0, 0.0], [0.0, 1.0]]))
    1.0
    """
    if not len(squares):
        return 1.0
    length = np.sqrt(np.diag(squares))
    values = np.linalg.eigvalsh(squares / np.outer(length, length))
    return float(values[-1] / values[0]) if values[0] > values[-1] * 1e-14 else float("inf")


def _joined(calendar: Regressors, moved: Flags) -> tuple[tuple[str, ...], Floats]:
    """Return the sum window of each festival of which a window moved."""
    names, weights = calendar.merging()
    some: Flags = np.any(weights[moved] > 0, axis=0)
    return tuple(n for n, s in zip(names, some, strict=True) if s), weights[:, some]


def _told_apart(
    names: tuple[str, ...], weights: Floats, squares: Floats
) -> tuple[tuple[str, ...], Floats, list[str]]:
    """Keep effects in their order as long as they can be told apart from those before."""
    kept: list[int] = []
    for column in range(len(names)):
        tried = weights[:, [*kept, column]]
        mixed = tried.T @ squares @ tried
        moved = np.diag(mixed)[-1] > STILL * np.trace(squares)
        if moved and condition(mixed) <= MOST_CONDITION:
            kept.append(column)
    dropped = [n for i, n in enumerate(names) if i not in kept]
    return tuple(names[i] for i in kept), weights[:, kept], dropped
