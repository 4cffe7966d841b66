"""How large errors are: a size for every node and step, and the scores the panel made in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from salesanalysis.forecast.tree import Floats

#: Exponent where nothing could be learned, and how strongly 1 is kept, per error.
POWER, KEEP_ONE = 0.85, 0.2
#: Powers a panel may show.
POWERS = (0.5, 1.1)
#: Errors below which nothing is learned.
LEAST_ERRORS = 40
#: Newton steps of the fit, and the largest scaled error that moves it.
STEPS, LARGEST = 15, 20.0
#: Score vectors where the panel has none: Student's t with 3 degrees, this wide, months tied
#: together this closely; measured on public monthly series cut to 24 months (docs/forecast.md).
SCALE_24, TIED, N_REFERENCE = 0.59, 0.45, 400


@dataclass(frozen=True)
class ErrorSize:
    r"""Size of an error from what the members disagree about and the node's own noise.

    Notes
    -----
    :math:`\sigma = s\, e^{c} (r / s)^{p}`, :math:`r^2 = V_k + d_k^2`: V the variance of the
    damped trend, d the standard deviation of the members, s the node's mean month over two
    years. A power below 1 says that a node which looks very calm is rarely as calm as it looks.
    """

    constant: float
    power: float

    @classmethod
    def reference(cls) -> "ErrorSize":
        """Return what is taken where a panel shows nothing of its own."""
        return cls(0.0, POWER)

    def of(self, raw: Floats, size: Floats) -> Floats:
        """Return the size of an error, shape (nodes, steps); `size` of shape (nodes,)."""
        unit = np.where(size > 0, size, 1.0)[:, None]
        scaled = unit * np.exp(self.constant) * np.maximum(raw / unit, 1e-9) ** self.power
        return np.where(raw > 0, scaled, 0.0)


def fit_sizes(error: Sequence[Floats], raw: Sequence[Floats]) -> ErrorSize:
    r"""Learn how errors grow with `raw`, both in units of the node's mean month.

    Notes
    -----
    Minimises :math:`\overline{|e| / \sigma + \ln \sigma}`, the likelihood of a double
    exponential, by Newton steps; the power is held near 1.
    """
    e = np.concatenate([x.ravel() for x in error]) if error else np.zeros(0)
    r = np.concatenate([x.ravel() for x in raw]) if raw else np.zeros(0)
    used = np.isfinite(e) & (r > 0)
    if used.sum() < LEAST_ERRORS:
        return ErrorSize.reference()
    size, log = np.abs(e[used]), np.log(r[used])
    x = np.stack([np.ones_like(log), log], axis=1)
    hold = np.diag([0.0, KEEP_ONE * len(log)])
    # the steps below are short: one broken series must not set where they start
    usual = float(np.mean(np.minimum(size / r[used], LARGEST)))
    found = np.array([np.log(max(usual, 1e-9)), 1.0])
    for _ in range(STEPS):
        scaled = np.minimum(size * np.exp(-x @ found), LARGEST)
        slope = x.T @ (1 - scaled) + hold @ (found - [0.0, 1.0])
        curve = (x * np.maximum(scaled, 0.3)[:, None]).T @ x + hold
        found = found - np.clip(np.linalg.solve(curve, slope), -0.5, 0.5)
    power = float(np.clip(found[1], *POWERS))
    if power != found[1]:
        # the middle error decides where the slope is out of reason
        return ErrorSize(float(np.log(np.median(size / r[used] ** power) + 1e-9)), power)
    return ErrorSize(float(found[0]), power)


def reference_scores(horizon: int) -> Floats:
    """Return score vectors for a panel without a past, shape (400, horizon); no random numbers.

    Notes
    -----
    Months share one normal score (weight 0.45) and have one of their own, taken from the same
    400 quantiles in another order for each step; then Student's t with 3 degrees.
    """
    normal = np.array([NormalDist().inv_cdf((j + 0.5) / N_REFERENCE) for j in range(N_REFERENCE)])
    own = [(np.arange(N_REFERENCE) * step) % N_REFERENCE for step in _steps(horizon)]
    mixed = np.sqrt(TIED) * normal[:, None] + np.sqrt(1 - TIED) * normal[np.array(own).T]
    ranks = np.argsort(np.argsort(mixed, axis=0, kind="stable"), axis=0, kind="stable")
    scores: Floats = SCALE_24 * _student_3((ranks + 0.5) / N_REFERENCE)
    return scores


def _steps(horizon: int) -> list[int]:
    """Return numbers without a factor of 400, far apart, one per step."""
    candidates = [n for n in range(57, 400, 2) if n % 5]
    return [candidates[(37 * k) % len(candidates)] for k in range(horizon)]


def _student_3(share: Floats) -> Floats:
    """Return quantiles of Student's t with 3 degrees of freedom, by bisection."""
    low, high = np.full(share.shape, -100.0), np.full(share.shape, 100.0)
    for _ in range(60):
        middle = (low + high) / 2
        t = middle / np.sqrt(3)
        below = 0.5 + (t / (1 + t**2) + np.arctan(t)) / np.pi < share
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    found: Floats = (low + high) / 2
    return found
