"""Unbalanced or crossed data: the likelihood of a mixed model, written for sums of groups.

The variances are those of ``statsmodels`` `MixedLM`; only the algebra differs. Nested groups are
rank-one updates from the finest level up, so that an evaluation costs one pass over the units and
a bootstrap of a hundred fits takes about as long as one fit of a dense model.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from salesanalysis.errors import ContractError
from salesanalysis.variance.components.design import Design, Floats

#: Roots of the variance ratios -> (products of [x, y] under the inverse, log determinant).
Products = Callable[[Floats], tuple[Floats, float]]
#: Above it the dense algebra of crossed terms needs more memory than a desk computer has.
MOST_CROSSED = 4000
_BIGGEST = 1e4
#: A root below it may be 0, and a root of 0 may belong above it.
_SMALL = 0.05


@dataclass(frozen=True, eq=False)
class Fit:
    """Variances at the maximum: array (K + 1,), noise last; whether the search came to an end."""

    variances: Floats
    roots: Floats
    loss: float
    converged: bool


def fit(design: Design, estimator: str, starts: Sequence[Floats] | None = None) -> Fit:
    """Return the variances that maximise the (restricted) likelihood."""
    products = _crossed(design) if design.crossed else _nested(design)
    k = len(design.n_groups)
    tried = [_search(products, design, estimator, s) for s in starts or _starts(k)]
    best = _off_zero(products, design, estimator, min(tried, key=lambda f: f.loss))
    if starts is None:
        best = _again(products, design, estimator, best)
    return _at_zero(products, design, estimator, best)


def bootstrap(design: Design, found: Fit, estimator: str, n_boot: int, seed: int) -> Floats:
    """Return the variances of `n_boot` data sets drawn from the fitted model."""
    rng = np.random.default_rng(seed)
    sd = np.sqrt(found.variances)
    start = [np.maximum(found.roots, 0.05)]
    out = np.empty((n_boot, len(sd)))
    for i in range(n_boot):
        y = sd[-1] * rng.standard_normal(len(design.y))
        for level, n in enumerate(design.n_groups):
            y += sd[level] * rng.standard_normal(n)[design.codes[level]]
        out[i] = fit(replace(design, y=y), estimator, start).variances
    return out


def _starts(k: int) -> list[Floats]:
    return [np.full(k, 1.0), np.full(k, 0.2)]


def _search(products: Products, design: Design, estimator: str, start: Floats) -> Fit:
    """Search from `start`, over roots of the ratios of each variance to the noise."""
    from scipy.optimize import minimize  # noqa: PLC0415

    found = minimize(
        lambda roots: _loss(products, design, estimator, roots)[0],
        start,
        method="L-BFGS-B",
        bounds=[(0.0, _BIGGEST)] * len(start),
        options={"ftol": 1e-12, "gtol": 1e-7, "maxiter": 500},
    )
    # the line search ends with a warning where no step improves any more: a small slope decides
    slope = np.where((found.x <= 0) & (found.jac > 0), 0.0, found.jac)
    settled = bool(found.success or np.abs(slope).max() < 1e-3)
    loss, noise = _loss(products, design, estimator, found.x)
    return Fit(noise * np.append(found.x**2, 1.0), found.x, loss, settled)


def _off_zero(products: Products, design: Design, estimator: str, found: Fit) -> Fit:
    """Leave 0 where a small variance is likelier: along a root the slope at 0 is always 0."""
    for _ in found.roots:
        tried = [
            np.where(np.arange(len(found.roots)) == i, root, found.roots)
            for i in np.flatnonzero(found.roots < _SMALL)
            for root in (0.03, 0.1, 0.3)
        ]
        losses = [_loss(products, design, estimator, roots)[0] for roots in tried]
        if not losses or min(losses) >= found.loss - 1e-9:
            break
        found = _search(products, design, estimator, tried[int(np.argmin(losses))])
    return found


def _again(products: Products, design: Design, estimator: str, found: Fit) -> Fit:
    """Search anew from beside the answer until it stays: a long flat slope ends a search early."""
    for _ in range(5):
        other = _search(products, design, estimator, np.maximum(found.roots, 0.2))
        if other.loss >= found.loss - 1e-6:
            break
        found = other
    return found


def _at_zero(products: Products, design: Design, estimator: str, found: Fit) -> Fit:
    """Set variances to exactly 0 where that is no worse."""
    for i in np.argsort(found.roots, kind="stable"):
        if not 0 < found.roots[i] < _SMALL:
            continue
        roots = found.roots.copy()
        roots[i] = 0.0
        loss, noise = _loss(products, design, estimator, roots)
        if loss <= found.loss + 1e-7:
            found = Fit(noise * np.append(roots**2, 1.0), roots, loss, found.converged)
    return found


def _loss(products: Products, design: Design, estimator: str, roots: Floats) -> tuple[float, float]:
    """Return minus twice the profiled log likelihood (but a constant) and the noise variance."""
    cross, log_det = products(roots)
    xx, xy, yy = cross[:-1, :-1], cross[:-1, -1], cross[-1, -1]
    rest = float(yy - xy @ np.linalg.solve(xx, xy))
    n, p = design.x.shape
    if estimator == "ML":
        return n * np.log(rest) + log_det, rest / n
    sign_log = np.linalg.slogdet(xx)[1]
    return float((n - p) * np.log(rest) + log_det + sign_log), rest / (n - p)


def _nested(design: Design) -> Products:
    """Return products for nested groups: one update per level, the finest first."""
    w = np.column_stack([design.x, design.y])
    n_low = design.n_groups[-1]
    counts = np.bincount(design.codes[-1], minlength=n_low).astype("float64")
    sums = _group_sums(w, design.codes[-1], n_low)
    total, parents = w.T @ w, design.parents

    def products(roots: Floats) -> tuple[Floats, float]:
        ones, ones_w, cross, log_det = counts, sums, total, 0.0
        for level in range(len(roots) - 1, -1, -1):
            ratio = roots[level] ** 2
            grow = 1 + ratio * ones
            log_det += float(np.log(grow).sum())
            cross = cross - (ones_w * (ratio / grow)[:, None]).T @ ones_w
            ones, ones_w = ones / grow, ones_w / grow[:, None]
            if level:
                n_above = design.n_groups[level - 1]
                ones_w = _group_sums(ones_w, parents[level], n_above)
                ones = np.bincount(parents[level], weights=ones, minlength=n_above)
        return cross, log_det

    return products


def _crossed(design: Design) -> Products:
    """Return products for crossed terms, through a matrix as wide as all groups together."""
    width = sum(design.n_groups)
    if width > MOST_CROSSED:
        raise ContractError(
            f"{width:,} groups together are too many for crossed terms; the limit is "
            f"{MOST_CROSSED:,}.",
            where="components(crossed=True)",
            fix="take coarser groups, or give each unit one home and leave crossed out",
            code="over-limit",
        )
    w = np.column_stack([design.x, design.y])
    edges = np.concatenate([[0], np.cumsum(design.n_groups)])
    places = design.codes + edges[:-1, None]
    zz = np.zeros((width, width))
    zw = np.vstack(
        [_group_sums(w, c, n) for c, n in zip(design.codes, design.n_groups, strict=True)]
    )
    for a in places:
        for b in places:
            np.add.at(zz, (a, b), 1.0)
    total = w.T @ w

    def products(roots: Floats) -> tuple[Floats, float]:
        scale = np.repeat(roots, design.n_groups)
        inner = np.eye(width) + scale[:, None] * zz * scale
        lower = np.linalg.cholesky(inner)
        half = np.linalg.solve(lower, scale[:, None] * zw)
        return total - half.T @ half, 2 * float(np.log(np.diag(lower)).sum())

    return products


def _group_sums(w: Floats, codes: np.ndarray, n: int) -> Floats:
    """Sum rows of `w` by group."""
    out = np.zeros((n, w.shape[1]))
    for j in range(w.shape[1]):
        out[:, j] = np.bincount(codes, weights=w[:, j], minlength=n)
    return out
