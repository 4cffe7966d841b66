"""Possible futures of the whole tree: in each one, every parent is the sum of its leaves."""

from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.forecast.sums import draw_sums, error_sizes, floor_of, vectors_of
from salesanalysis.forecast.tree import Floats

if TYPE_CHECKING:
    from salesanalysis.forecast.result import Forecast

#: Rounds in which sums are brought to their own distribution.
ROUNDS = 4
#: Vectors of a pool looked at for the width of a node's sum.
SEEN = 400
#: Width of a normal distribution between its tenths.
TENTHS = 2 * NormalDist().inv_cdf(0.9)


@dataclass(frozen=True)
class Tree:
    """Which leaves belong to which aggregate.

    Attributes
    ----------
    upper, leaves : array of int
        Rows of the node table.
    matrix : scipy sparse array, shape (aggregates, leaves)
    level : array of str, shape (aggregates,)
    """

    upper: npt.NDArray[np.int64]
    leaves: npt.NDArray[np.int64]
    matrix: Any
    level: npt.NDArray[np.str_]

    @classmethod
    def of(cls, nodes: pd.DataFrame, by: tuple[str, ...]) -> "Tree":
        """Read the tree off the names of the nodes."""
        from scipy import sparse  # noqa: PLC0415

        named = (nodes[list(by)] != "").to_numpy().reshape(len(nodes), len(by))
        is_leaf = named.all(axis=1)
        leaves, upper = np.flatnonzero(is_leaf), np.flatnonzero(~is_leaf)
        blocks = []
        for level in dict.fromkeys(nodes["level"].iloc[upper]):
            rows = nodes.iloc[upper][nodes["level"].iloc[upper] == level]
            keys = [key for key in by if (rows[key] != "").all()]
            blocks.append(_members(rows, nodes.iloc[leaves], keys))
        matrix = sparse.csr_array(
            sparse.vstack(blocks, format="csr") if blocks else sparse.csr_array((0, len(leaves)))
        )
        return cls(upper, leaves, matrix, nodes["level"].to_numpy(dtype="str")[upper])


def _members(rows: pd.DataFrame, leaves: pd.DataFrame, keys: list[str]) -> Any:
    """Return the 0/1 matrix from leaves to the nodes of one level."""
    from scipy import sparse  # noqa: PLC0415

    if keys:
        place = pd.MultiIndex.from_frame(rows[keys]).get_indexer(
            pd.MultiIndex.from_frame(leaves[keys])
        )
    else:
        place = np.zeros(len(leaves), dtype="int64")
    return sparse.csr_array(
        (np.ones(len(leaves)), (place, np.arange(len(leaves)))), shape=(len(rows), len(leaves))
    )


def paths(forecast: "Forecast", n: int, seed: int) -> Floats:
    r"""Return `n` futures of every node, shape (nodes, horizon, n), parents sums of leaves.

    Parameters
    ----------
    forecast : Forecast
        Whole: company and every leaf.
    n : int
    seed : int
        Of the order in which leaves meet each other; nothing else is random.

    Notes
    -----
    Every leaf keeps the score vectors its own intervals come from, months together. Which of
    its vectors falls into which future is decided by ranks (a copula): a leaf's rank mixes a
    part it shares with the company, one per aggregate above it, and its own. The weights of
    these parts are those for which the sums come out as wide as the aggregates' own calibrated
    intervals say (least squares over all aggregates). Then each aggregate's sums are moved to
    its own distribution, rank by rank, the difference given to its leaves by the size of their
    errors, a few rounds from the leaves up, so that chances of one node agree with
    `Forecast.landing`. Earlier origins are too few to take their joint order as it is (Schaake
    shuffle): three or twelve that share most of their months.

    References
    ----------
    Clark, M. et al. (2004). Journal of Hydrometeorology 5, 243-262. Ben Taieb, S., Taylor, J. W.
    and Hyndman, R. J. (2021). Journal of the American Statistical Association 116, 27-43.
    """
    tree = Tree.of(forecast.node_table, forecast.by)
    widths = _widths(forecast)
    shares = ties(tree, widths)
    ranks = _ranks(tree, shares, n, seed)
    leaves = _laid_out(forecast, tree.leaves, ranks)
    if len(tree.upper):
        _agree(forecast, tree, leaves)
    out = np.empty((len(forecast.node_table), forecast.horizon, n))
    out[tree.leaves] = leaves
    flat = leaves.reshape(len(leaves), -1)
    out[tree.upper] = (tree.matrix @ flat).reshape(len(tree.upper), forecast.horizon, n)
    return out


def _widths(forecast: "Forecast") -> Floats:
    """Return the width of each node's sum over the horizon, as a standard deviation."""
    out = np.zeros(len(forecast.node_table))
    for draws in draw_sums(forecast, forecast.ahead()):
        step = max(1, draws.sums.shape[1] // SEEN)
        low, high = np.quantile(draws.sums[:, ::step], [0.1, 0.9], axis=1)
        out[draws.rows] = (high - low) / TENTHS
    return out


def ties(tree: Tree, widths: Floats) -> dict[str, float]:
    r"""Return which part of a leaf's error it shares with each level; the rest is its own.

    Notes
    -----
    With w the part shared inside the nodes of a level and s the widths of leaves, the width of
    an aggregate's sum is
    :math:`\sum_d w_d \sum_{b \in d} (\sum_{i \in a \cap b} s_i)^2 + w_0 \sum_{i \in a} s_i^2`;
    w, not negative and 1 in all, comes nearest to the aggregates' own widths, each level
    counting alike.
    """
    from scipy.optimize import nnls  # noqa: PLC0415

    names = list(dict.fromkeys(tree.level.tolist()))
    s, own = widths[tree.leaves], widths[tree.upper]
    several = np.asarray((tree.matrix > 0).sum(axis=1)).ravel() > 1
    use = np.flatnonzero((own > 0) & several & (tree.matrix @ s > 0))
    if not len(use):
        return dict.fromkeys(names, 0.0)
    sized = tree.matrix * s[None, :]
    columns = []
    for name in names:
        inside = tree.matrix[np.flatnonzero(tree.level == name)]
        shared = sized[use] @ inside.T
        columns.append(np.asarray(shared.power(2).sum(axis=1)).ravel())
    columns.append(np.asarray(sized[use].power(2).sum(axis=1)).ravel())
    count = pd.Series(tree.level[use]).map(pd.Series(tree.level[use]).value_counts()).to_numpy()
    heavy = 1.0 / np.sqrt(count)
    rows = np.stack(columns, axis=1) / own[use, None] ** 2 * heavy[:, None]
    together = np.full((1, rows.shape[1]), 1e3)
    found, _ = nnls(np.concatenate([rows, together]), np.append(heavy, 1e3))
    return dict(zip(names, (found[:-1] / found.sum()).tolist(), strict=True))


def _ranks(tree: Tree, shares: dict[str, float], n: int, seed: int) -> Floats:
    """Return where each leaf stands in each future, 0 to 1, shape (leaves, n)."""
    rng = np.random.default_rng(seed)
    even = np.array([NormalDist().inv_cdf((j + 0.5) / n) for j in range(n)])
    upper = rng.permuted(np.tile(even, (len(tree.upper), 1)), axis=1)
    mixed = np.sqrt(max(0.0, 1 - sum(shares.values()))) * rng.permuted(
        np.tile(even, (len(tree.leaves), 1)), axis=1
    )
    for name, share in shares.items():
        rows = np.flatnonzero(tree.level == name)
        mixed += np.sqrt(share) * (tree.matrix[rows].T @ upper[rows])
    places = np.argsort(np.argsort(mixed, axis=1, kind="stable"), axis=1, kind="stable")
    ranks: Floats = (places + 0.5) / n
    return ranks


def _laid_out(forecast: "Forecast", leaves: npt.NDArray[np.int64], ranks: Floats) -> Floats:
    """Return paths of leaves, shape (leaves, horizon, n), each from the vectors of its pool."""
    horizon, sigma = forecast.horizon, error_sizes(forecast)[leaves]
    point, floor = forecast.point()[leaves], floor_of(forecast)[leaves]
    row_of = np.full(len(forecast.node_table), -1, dtype="int64")
    row_of[leaves] = np.arange(len(leaves))
    out = np.empty((len(leaves), horizon, ranks.shape[1]))
    for place, scores, covered, *_ in vectors_of(forecast, np.arange(horizon)):
        rows = row_of[place][row_of[place] >= 0]
        if not len(rows):
            continue
        # beyond the scores there are, the last one is repeated
        vectors = scores[:, np.minimum(np.arange(horizon), covered - 1)]
        order = np.argsort(vectors @ sigma[rows].mean(axis=0), kind="stable")
        taken = np.minimum((ranks[rows] * len(order)).astype("int64"), len(order) - 1)
        z = vectors[order][taken].transpose(0, 2, 1)
        out[rows] = point[rows, :, None] + sigma[rows, :, None] * z
    return np.maximum(out, floor[:, :, None])


def _agree(forecast: "Forecast", tree: Tree, leaves: Floats) -> None:
    """Move every aggregate's months, then their sum, to its own distribution, in place.

    Lowest level first, a few rounds: what one level moves, another feels.
    """
    wanted = _own_quantiles(forecast, tree.upper, leaves.shape[2])
    sigma, floor = error_sizes(forecast)[tree.leaves], floor_of(forecast)[tree.leaves]
    levels = list(dict.fromkeys(tree.level.tolist()))
    for _ in range(ROUNDS):
        for level in reversed(levels):
            rows = np.flatnonzero(tree.level == level)
            matrix = tree.matrix[rows]
            for k in range(leaves.shape[1]):
                gap = _gap(matrix @ leaves[:, k], wanted[0][rows, k], matrix @ sigma[:, k])
                leaves[:, k] += sigma[:, k, None] * (matrix.T @ gap)
            gap = _gap(matrix @ leaves.sum(axis=1), wanted[1][rows], matrix @ sigma.sum(axis=1))
            leaves += sigma[:, :, None] * (matrix.T @ gap)[:, None, :]
            np.maximum(leaves, floor[:, :, None], out=leaves)


def _gap(have: Floats, wanted: Floats, size: Floats) -> Floats:
    """Return what each draw lacks to the wanted one of its rank, per unit of its leaves' errors."""
    place = np.argsort(np.argsort(have, axis=1, kind="stable"), axis=1, kind="stable")
    gap = np.take_along_axis(wanted, place, axis=1) - have
    out: Floats = np.divide(gap, size[:, None], out=np.zeros_like(gap), where=size[:, None] > 0)
    return out


def _own_quantiles(
    forecast: "Forecast", upper: npt.NDArray[np.int64], n: int
) -> tuple[Floats, Floats]:
    """Return evenly spaced quantiles of each aggregate's months and of their sum.

    Shapes (aggregates, horizon, n) and (aggregates, n).
    """
    shares = (np.arange(n) + 0.5) / n
    sums = np.zeros((len(forecast.node_table), n))
    for draws in draw_sums(forecast, forecast.ahead()):
        sums[draws.rows] = np.quantile(draws.sums, shares, axis=1).T
    months = np.zeros((len(forecast.node_table), forecast.horizon, n))
    steps = np.arange(forecast.horizon)
    for place, scores, covered, *_ in vectors_of(forecast, steps):
        rows = np.intersect1d(place, upper)
        z = np.quantile(scores[:, np.minimum(steps, covered - 1)], shares, axis=0).T
        months[rows] = forecast.point()[rows, :, None] + error_sizes(forecast)[rows, :, None] * z
    return np.maximum(months, floor_of(forecast)[:, :, None])[upper], sums[upper]
