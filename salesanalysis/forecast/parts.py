"""What a forecast is made of: level, trend, season, calendar and what a guard changed."""

import numpy as np

from salesanalysis.forecast.members import NAMES
from salesanalysis.forecast.run import Run
from salesanalysis.forecast.run.base import Base
from salesanalysis.forecast.tree import Flags, Floats

#: Parts of a forecast before it is made to agree with the others, in order of the story.
PARTS = ("starting_level", "trend", "season", "calendar", "guard")
#: The step from there to the figure.
SUMS = "sums"


def parts_of(done: Run) -> dict[str, Floats]:
    r"""Split the base forecasts of `done`; the parts add up to ``done.base``.

    Parameters
    ----------
    done : Run

    Returns
    -------
    dict of str to array, shape (nodes, horizon)
        By name of `PARTS`, currency.

    Notes
    -----
    With F the weighted members without calendar effects and S the season ahead: the level is
    what smoothing without trend sees at the origin, season taken out;
    :math:`trend = F/S - level`, :math:`season = F - F/S`, with differences in place of ratios
    where the season is an amount. A node without members has a level alone; one that takes a
    share of another takes that share of each part. A sum some of whose leaves came or went is
    the same mix of parts as of forecasts.
    """
    out, tree = _by_itself(done.tree.base, done.weights), done.tree
    if tree.whole is not None:
        stands = _by_itself(tree.whole, done.weights)
        first = len(done.base) - tree.others.shape[1]
        for name, part in out.items():
            like = part[tree.changed] + (tree.others @ part[first:])[tree.changed]
            mixed = done.share * like + (1 - done.share) * stands[name][tree.changed]
            part[tree.changed] = mixed
    return out


def _by_itself(parts: Base, weights: Floats) -> dict[str, Floats]:
    """Split base forecasts before any mix; what the other parts leave over is the guard's."""
    member = np.einsum("kh,knh->nh", weights[:, : parts.rule.shape[1]], parts.member)
    ruled = ~np.isnan(parts.rule)
    said = np.where(ruled, parts.rule, member)
    # a refused figure may be astronomic: it is shown at the edge of what is believed
    said = np.clip(np.nan_to_num(said), parts.floor[:, None], parts.ceiling[:, None])
    calendar = parts.calendar(said)
    level, flat = _level_and_flat(parts, said - calendar, ruled)
    out = {
        "starting_level": level, "trend": flat - level, "season": said - calendar - flat,
        "calendar": calendar,
    }  # fmt: skip
    young = np.flatnonzero(np.isfinite(parts.share))
    for part in out.values():
        part[young] = parts.share[young, None] * part[parts.lender[young]]
    point, size = parts.point(weights)[0], sum(np.abs(part) for part in out.values())
    left = point - sum(out.values())
    out["guard"] = np.where(np.abs(left) <= 1e-11 * size, 0.0, left)
    return out


def _level_and_flat(parts: Base, said: Floats, ruled: Flags) -> tuple[Floats, Floats]:
    """Return the level at the origin and the forecast without season, (nodes, horizon) each."""
    factor = parts.factor[:, None]
    by = np.where(factor & (parts.index > 0), parts.index, 1.0)
    ses = parts.member[NAMES.index("ses")]
    smooth = ses - parts.calendar(ses)
    flat = np.where(ruled, said, np.where(factor, said / by, said - parts.index))
    level = np.where(factor, smooth / by, smooth - parts.index)[:, :1]
    level = np.where(ruled[:, :1], said[:, :1], level)
    return np.repeat(level, said.shape[1], axis=1), flat


def parts_of_floor(leaves: Floats, points: Floats, season: int = 12) -> dict[str, Floats]:
    """Split last year's months into their mean and what each month is above it.

    Parameters
    ----------
    leaves : array, shape (leaves, months)
    points : array, shape (leaves, horizon)
        The same months again; a leaf of less than a year its mean.
    season : int
        Months of a year.

    Examples
    --------
    >>> year = np.arange(12.0)[None]
    >>> parts_of_floor(year, year[:, :2])["season"].tolist()
    [[-5.5, -4.5]]
    """
    year = leaves[:, -season:]
    known = np.isfinite(year)
    mean = np.nan_to_num(year).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    repeats = (known.sum(axis=1) == season) & (points != 0).any(axis=1)
    level = np.repeat(np.where(repeats, mean, points[:, 0])[:, None], points.shape[1], axis=1)
    none = np.zeros_like(points)
    return {
        "starting_level": level, "trend": none, "season": points - level, "calendar": none,
        "guard": none,
    }  # fmt: skip
