"""Score vectors of the panel in pools, and the quantiles they give each node."""

from dataclasses import dataclass

import numpy as np

from salesanalysis.forecast.calibrate import ErrorSize, reference_scores
from salesanalysis.forecast.tree import Floats, Words

#: A level keeps its vectors to itself from this many on.
OWN_POOL = 100
#: Separate spans below which other panels are asked too, and below which nothing is measured.
ENOUGH, LEAST = 300.0, 8.0
#: Weight of what other panels showed, in separate spans.
REFERENCE = 30.0
#: Vectors kept of a pool, and the months over which quantiles are smoothed.
MOST, SMOOTH = 2000, 5
ALL, YOUNG = "all", "young"


@dataclass(frozen=True)
class Scores:
    """Vectors of scores by pool, and the pool of each node.

    Attributes
    ----------
    vectors : dict of str to array, shape (vectors, horizon)
        Scores of one node at one origin, months kept together.
    pool : array of str, shape (nodes,)
    spans : dict of str to float
        Spans of the pool that share neither node nor month.
    """

    vectors: dict[str, Floats]
    pool: Words
    spans: dict[str, float]

    def bounds(self, coverage: tuple[float, ...]) -> Floats:
        """Return score quantiles, shape (coverage, 2, nodes, horizon)."""
        names, place = np.unique(self.pool, return_inverse=True)
        tables = np.stack([quantiles(self.vectors[str(name)], coverage) for name in names], axis=2)
        return tables[:, :, place]


def quantiles(vectors: Floats, coverage: tuple[float, ...]) -> Floats:
    """Return both tails by coverage and step, smoothed over steps: (coverage, 2, horizon)."""
    shares = [(1 - c) / 2 for c in coverage] + [(1 + c) / 2 for c in coverage]
    # Weibull's plotting position: a future value falls beyond with the share asked for
    raw = np.quantile(vectors, shares, axis=0, method="weibull")
    steps, half = raw.shape[1], SMOOTH // 2
    sums = np.concatenate([np.zeros((len(raw), 1)), raw.cumsum(axis=1)], axis=1)
    last = np.minimum(np.arange(steps) + half + 1, steps)
    first = np.maximum(np.arange(steps) - half, 0)
    smooth = (sums[:, last] - sums[:, first]) / (last - first)
    tails: Floats = smooth.reshape(2, len(coverage), steps).transpose(1, 0, 2)
    return tails


def pools_of(
    scores: Floats,
    regular: np.ndarray,
    levels: Words,
    horizon: int,
    *,
    windows: float,
    distinct: float,
    reference: float,
    young: np.ndarray,
) -> Scores:
    """Sort score vectors into pools.

    Parameters
    ----------
    scores : array, shape (origins, nodes, steps)
        Empty where unknown.
    regular : array of bool, shape (origins, nodes)
    levels : array of str, shape (nodes,)
    horizon : int
        Vectors are stretched to it by repeating their last score: wide on purpose.
    windows : float
        Spans of `steps` months among the origins that share no month.
    distinct : float
        Share of the nodes that are not sums of others.
    reference : float
        Size of our error measure in units of the reference's.
    young : array of bool, shape (nodes,)
        Nodes today that are not regular.
    """
    vectors, spans = {}, {}
    masks = {f"level:{name}": regular & (levels == name) for name in sorted(set(levels.tolist()))}
    masks = {name: mask for name, mask in masks.items() if mask.sum() >= OWN_POOL}
    masks |= {ALL: regular, YOUNG: ~regular}
    for name, mask in masks.items():
        found = scores[mask & np.isfinite(scores).all(axis=2)] if scores.size else np.zeros((0, 1))
        # origins share months, aggregates share their leaves
        spread = 1.0 if name.startswith("level:") else distinct
        nodes = len(found) / max(len(scores), 1)
        spans[name] = nodes * windows * spread
        vectors[name] = _filled(_thin(found), spans[name], horizon, reference)
    if spans[YOUNG] < ENOUGH / 10:
        vectors[YOUNG], spans[YOUNG] = vectors[ALL], spans[ALL]
    own = np.array([f"level:{name}" if f"level:{name}" in masks else ALL for name in levels])
    pool = np.where(young, YOUNG, own)
    return Scores({k: vectors[k] for k in np.unique(pool).tolist()}, pool, spans)


def _thin(vectors: Floats) -> Floats:
    """Return at most 2,000 vectors, spread over nodes and origins."""
    if len(vectors) <= MOST:
        return vectors
    # golden-section order: even steps could meet the same origin of every node
    order = np.argsort((np.arange(len(vectors)) * 0.6180339887498949) % 1.0, kind="stable")
    return vectors[np.sort(order[:MOST])]


def _filled(vectors: Floats, spans: float, horizon: int, reference: float) -> Floats:
    """Add what other panels showed where this one has shown little, stretched to the horizon."""
    others = reference_scores(horizon) * reference
    if spans < LEAST or not len(vectors):
        return others
    steps = min(vectors.shape[1], horizon)
    out = vectors[:, np.minimum(np.arange(horizon), steps - 1)]
    if spans >= ENOUGH:
        return out
    wanted = round(len(vectors) * REFERENCE / spans)
    picked = ((np.arange(wanted) + 0.5) * len(others) / max(wanted, 1)).astype("int64")
    return np.concatenate([out, others[picked % len(others)]])


def reference_ratio(size: ErrorSize, raw: Floats, unit: Floats) -> float:
    """Return how large the reference's measure of an error is in units of this panel's."""
    ours = size.of(raw, unit)
    theirs = ErrorSize.reference().of(raw, unit)
    seen = (ours > 0) & (theirs > 0)
    return float(np.median(theirs[seen] / ours[seen])) if seen.any() else 1.0
