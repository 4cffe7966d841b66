"""Forecasts of all nodes in, forecasts that add up out."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.forecast.reconcile.bounds import hold
from salesanalysis.forecast.reconcile.checks import (
    NO_ERRORS,
    NO_HISTORY,
    WHERE,
    floor,
    missing,
    require_finite,
    require_rows,
)
from salesanalysis.forecast.reconcile.projection import Projection
from salesanalysis.forecast.reconcile.spread import Spread, together
from salesanalysis.forecast.reconcile.summing import Summing
from salesanalysis.forecast.tree import Flags, Floats

#: How leaves and aggregates that disagree are brought together.
METHODS = ("wls", "mint", "structural", "ols", "bottom_up", "blend")


@dataclass(frozen=True, eq=False)
class Reconciled:
    """Forecasts that add up.

    Attributes
    ----------
    nodes : array, shape (nodes, horizon), currency
        Aggregates are the sums of the leaves.
    held : array of bool, shape (leaves, horizon)
        Leaves at their lower bound.
    exact : bool
        False where the search for the nearest figures was cut short: sums and bounds still hold.
    passes : int
        Solves the slowest month needed beyond the first.
    shrinkage : float
        Share taken off the correlations; 1 where errors are taken as unrelated.
    """

    nodes: Floats
    held: Flags
    exact: bool
    passes: int
    shrinkage: float


@dataclass(frozen=True, eq=False)
class Reconciler:
    """A tree and a method, ready for any number of forecasts of its nodes.

    Attributes
    ----------
    summing : Summing
    projection : Projection
    shrinkage : float
    """

    summing: Summing
    projection: Projection
    shrinkage: float

    @classmethod
    def of(
        cls,
        summing: Summing,
        *,
        method: str = "wls",
        variance: Floats | None = None,
        residuals: Floats | None = None,
        share: Mapping[str, float] | float = 0.5,
        known: Flags | None = None,
    ) -> "Reconciler":
        """Prepare `method` for the nodes of `summing`; see `reconcile` for the arguments.

        Nodes that are `known`, array of bool of shape (nodes,), never move: a unit that ended
        stays at 0 whatever the method.

        Raises
        ------
        ContractError
            Unknown method; a variance or residuals missing, of another shape, negative or
            infinite; a share outside 0 to 1 or of a level that does not exist.
        """
        if method not in METHODS:
            raise unknown_name(
                method, METHODS, kind="method", where=WHERE + "method=...)", error=ContractError
            )
        upper, lower = _spread(summing, method, variance, residuals, known)
        kept = np.ones(summing.n_aggregates)
        if method == "blend":
            kept = _shares(summing, share)
        matrix, kept = summing.distinct, summing.merge @ kept
        if method == "bottom_up":
            matrix, kept, upper = matrix[:0], kept[:0], Spread(upper.own[:0], upper.joint[:0])
        return cls(summing, Projection(matrix, upper, lower, kept), lower.shrinkage)

    def leaves(self, base: Floats) -> Floats:
        """Return leaves, shape (leaves, ...), from base forecasts, shape (nodes, ...).

        Any number of months and draws at once; bounds are not looked at.
        """
        require_finite(base, len(self.summing.table), "base forecasts", NO_HISTORY)
        merged = self.summing.merged(base)
        top = len(merged) - self.summing.n_leaves
        # bottom-up has no aggregates at all, whatever the tree has
        return self.projection(merged[:top], merged[top:])

    def nodes(self, base: Floats) -> Floats:
        """Return all nodes, shape (nodes, ...): `leaves` and their sums.

        For sample paths, shape (nodes, horizon, draws): every draw adds up by itself, so that
        a question about several nodes at once can be asked of the draws.
        """
        return self.summing.add_up(self.leaves(base))

    def bounded(self, base: Floats, lower: Floats | None = None) -> Reconciled:
        """Return the nearest nodes, shape (nodes, horizon), with leaves of at least `lower`."""
        shape = (self.summing.n_leaves, *base.shape[1:])
        if lower is None:
            leaves, none = self.leaves(base), np.zeros(shape, dtype=bool)
            nodes = self.summing.add_up(leaves)
            return Reconciled(nodes, none, exact=True, passes=0, shrinkage=self.shrinkage)
        bounds = floor(lower, shape)
        found = hold(self.projection, self.leaves(self._lift(base, bounds)), bounds)
        nodes = self.summing.add_up(found.leaves)
        return Reconciled(nodes, found.held, bool(found.exact.all()), found.passes, self.shrinkage)

    def _lift(self, base: Floats, lower: Floats) -> Floats:
        """Lift leaves that never err, and so never move, to their bounds before anything else."""
        spread, top = self.projection.lower, self.summing.n_aggregates
        stuck = (spread.own == 0) & ~spread.joint.any(axis=1)
        lifted = np.where(stuck[:, None], np.maximum(base[top:], lower), base[top:])
        return np.concatenate([base[:top], lifted])


def reconcile(
    base: Floats,
    summing: Summing,
    *,
    method: str = "wls",
    variance: Floats | None = None,
    residuals: Floats | None = None,
    lower: Floats | None = None,
    share: Mapping[str, float] | float = 0.5,
) -> Reconciled:
    r"""Return the forecasts nearest to `base` that add up at every node.

    Parameters
    ----------
    base : array, shape (nodes, horizon), currency
        Forecasts of every node by itself, in the order of ``summing.table``.
    summing : Summing
    method : str
        ``wls``: each node gives way in proportion to the variance of its own errors.
        ``mint``: errors that go together count too, correlations shrunk.
        ``structural``: the variance of a node is its number of leaves; needs no errors.
        ``ols``: all nodes alike. ``bottom_up``: leaves stay, parents are their sums.
        ``blend``: ``wls`` in which an aggregate's disagreement counts by the `share` of its
        level; one share for all is the mean of ``wls`` and ``bottom_up`` so weighted.
    variance : array, shape (nodes,), currency squared
        Mean squared errors, see `variances`; for ``wls`` and ``blend``, optional for ``mint``.
    residuals : array, shape (nodes, months), currency
        One-step errors, for ``mint``.
    lower : array, shape (leaves, horizon) or (leaves, 1), currency, optional
        Leaves do not fall below: 0, or the actual so far of a month not closed; -inf for none.
    share : float or mapping of level to float, for ``blend``
        1 = wls, 0 = bottom-up; levels not named count 1.

    Raises
    ------
    ContractError
        What `Reconciler.of` refuses; forecasts or bounds that are empty, infinite or of
        another shape.

    Notes
    -----
    With a lower bound the result is the constrained optimum, not a cut one: cutting at 0 and
    adding up again would raise the total.

    References
    ----------
    Hyndman, R. J., Ahmed, R. A., Athanasopoulos, G. and Shang, H. L. (2011). Computational
    Statistics & Data Analysis 55, 2579-2589 (ols). Athanasopoulos, G., Hyndman, R. J.,
    Kourentzes, N. and Petropoulos, F. (2017). European Journal of Operational Research 262,
    60-74 (structural). Wickramasuriya, S. L., Athanasopoulos, G. and Hyndman, R. J. (2019).
    Journal of the American Statistical Association 114, 804-819 (wls, mint). Wickramasuriya,
    S. L., Turlach, B. A. and Hyndman, R. J. (2020). Statistics and Computing 30, 1167-1182
    (lower bounds).

    Examples
    --------
    >>> import pandas as pd
    >>> from salesanalysis.panel import Panel
    >>> sales = pd.DataFrame({"region": ["N", "S"], "period": "2024-01-01", "value": [1.0, 2.0]})
    >>> tree = Summing.of(Panel.of(sales, by=["region"]))
    >>> base, variance = np.array([[100.0], [50.0], [30.0]]), np.array([6.0, 1.0, 3.0])
    >>> reconcile(base, tree, variance=variance).nodes.round(9).ravel().tolist()
    [88.0, 52.0, 36.0]
    """
    ready = Reconciler.of(
        summing, method=method, variance=variance, residuals=residuals, share=share
    )
    return ready.bounded(base, lower)


def _spread(
    summing: Summing,
    method: str,
    variance: Floats | None,
    residuals: Floats | None,
    known: Flags | None,
) -> tuple[Spread, Spread]:
    """Return the covariance `method` takes errors to have, of merged aggregates and of leaves."""
    nodes, errors = len(summing.table), None
    own = np.ones(nodes) if known is None else np.where(known, 0.0, 1.0)
    if method == "structural":
        own = summing.add_up(own[summing.n_aggregates :])
    if method in ("wls", "blend", "mint") and variance is not None:
        require_finite(variance, nodes, "variances", NO_ERRORS, least=0.0)
        own = variance
    elif method in ("wls", "blend"):
        raise missing("variance", method, "mean squared errors per node, see variances()")
    if method == "mint":
        if residuals is None:
            raise missing("residuals", method, "one-step errors, shape (nodes, months)")
        require_rows(residuals, nodes, "residuals")
        errors = summing.merged(residuals)
    size = summing.merged(own)
    spread = Spread.unrelated(size)
    if errors is not None:
        spread = together(errors, None if variance is None else size)
    return spread.split(len(size) - summing.n_leaves)


def _shares(summing: Summing, share: Mapping[str, float] | float) -> Floats:
    """Return the share of each aggregate's level."""
    levels = summing.table["level"].to_numpy(dtype="str")[: summing.n_aggregates]
    known = list(dict.fromkeys(levels.tolist()))
    by_level = share if isinstance(share, Mapping) else dict.fromkeys(known, share)
    for level, value in by_level.items():
        if level not in known:
            raise unknown_name(
                level, known, kind="level", where=WHERE + "share=...)", error=ContractError
            )
        if not 0 <= value <= 1:
            raise ContractError(
                f"share must be between 0 and 1, got {value!r} for {level!r}.",
                where=WHERE + "share=...)",
                fix="write 1 for wls, 0 for bottom-up, 0.5 for half of each",
                code="bad-choice",
            )
    return np.array([float(by_level.get(level, 1.0)) for level in levels.tolist()])
