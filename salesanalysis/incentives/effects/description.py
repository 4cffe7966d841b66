"""Step 1: what changed against the same months of the year before, and how much of it is mix."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.incentives.effects.intake import Floats, Scene
from salesanalysis.results import require_adds_up

#: How the change of a rate falls apart; they add up to the change.
PARTS = ("stayers_own", "stayers_mix", "joiners", "leavers")


def describe(scene: Scene, group: str) -> pd.DataFrame:
    """Return the rate a year before and after, and the parts of the change.

    Parameters
    ----------
    scene : Scene, of one group
    group : {"changed", "control"}

    Returns
    -------
    DataFrame, one row per part: ``before``, the four of `PARTS`, ``after``; ``n_people``,
    ``amount`` (per person-day or person-month). Empty where no month has its year before.
    """
    pairs = _pairs(scene)
    if not len(pairs):
        return _frame([], group)
    now, then = scene.w[:, pairs], scene.w[:, pairs - 12]
    sums = [(scene.w[:, at] * scene.y[:, at]).sum(axis=1) for at in (pairs, pairs - 12)]
    d1, d0 = now.sum(axis=1), then.sum(axis=1)
    if not d1.sum() or not d0.sum():
        return _frame([], group)
    return _frame(_rows(sums[0], d1, sums[1], d0), group)


def _pairs(scene: Scene) -> npt.NDArray[np.int64]:
    """Return up to twelve months after whose year before lies in the data, before the change."""
    first = scene.first if scene.treated.any() else scene.never
    at = np.arange(first, min(first + 12, scene.never))
    # a month that is left out for everybody has no partner either
    seen = scene.w.sum(axis=0) > 0
    pairs: npt.NDArray[np.int64] = at[(at >= 12) & seen[at] & seen[np.maximum(at - 12, 0)]]
    return pairs


def _rows(v1: Floats, d1: Floats, v0: Floats, d0: Floats) -> list[tuple[str, int, float]]:
    """Return the parts; `v` are sums of the outcome and `d` days by unit."""
    stay, join, left = (d1 > 0) & (d0 > 0), (d1 > 0) & (d0 == 0), (d1 == 0) & (d0 > 0)
    rate1, rate0 = v1.sum() / d1.sum(), v0.sum() / d0.sum()
    own = mix = 0.0
    kept1, kept0 = rate1, rate0
    if stay.any():
        w1, w0 = d1[stay] / d1[stay].sum(), d0[stay] / d0[stay].sum()
        r1, r0 = v1[stay] / d1[stay], v0[stay] / d0[stay]
        own = float(((w1 + w0) / 2 * (r1 - r0)).sum())
        mix = float(((w1 - w0) * (r1 + r0) / 2).sum())
        kept1, kept0 = float((w1 * r1).sum()), float((w0 * r0).sum())
    came, went = rate1 - kept1, kept0 - rate0
    if not stay.any():  # nobody to compare: all of the change is people
        came, went = rate1, -rate0
    rows = [
        ("before", int((d0 > 0).sum()), rate0),
        ("stayers_own", int(stay.sum()), own),
        ("stayers_mix", int(stay.sum()), mix),
        ("joiners", int(join.sum()), came),
        ("leavers", int(left.sum()), went),
        ("after", int((d1 > 0).sum()), rate1),
    ]
    changes = pd.Series([amount for _, _, amount in rows[1:-1]])
    size = max(abs(rate1), abs(rate0), 1e-12)
    require_adds_up(changes, rate1 - rate0, what="Parts of the change", unit=1e-9 * size)
    return rows


def _frame(rows: list[tuple[str, int, float]], group: str) -> pd.DataFrame:
    """Return the rows as a table."""
    return pd.DataFrame(
        {
            "group": pd.Series([group] * len(rows), dtype="str"),
            "part": pd.Series([r[0] for r in rows], dtype="str"),
            "n_people": pd.Series([r[1] for r in rows], dtype="int64"),
            "amount": pd.Series([r[2] for r in rows], dtype="float64"),
        }
    )
