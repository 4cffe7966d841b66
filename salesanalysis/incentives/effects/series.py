"""Step 2: one series before and after, with trend, months of the year and errors that hang on."""

from dataclasses import dataclass

import numpy as np

from salesanalysis.incentives.effects.intake import Floats
from salesanalysis.incentives.effects.treated import Ints

#: Months needed before the change; months after it; degrees of freedom left over.
BEFORE, AFTER, LEFT = 12, 3, 3


@dataclass(frozen=True)
class Line:
    """One coefficient: estimate, standard error, and the degrees of freedom of its t."""

    value: float
    error: float
    df: float


@dataclass(frozen=True)
class Broken:
    """A series with a break.

    Attributes
    ----------
    mean : Line, mean change over the months after, weighed as asked
    level, slope : Line, change of the level at the switch and of the growth per month
    extra : tuple of Line, sums of the columns given beside, as asked
    expected : ndarray, by month, what the series would have been without the break
    rho : float, correlation of neighbouring months' errors
    """

    mean: Line
    level: Line
    slope: Line
    extra: tuple[Line, ...]
    expected: Floats
    rho: float


@dataclass(frozen=True)
class Clock:
    """The months of a series: numbered through, month of the year, first one after, weights."""

    month: Ints
    of_year: Ints
    switch: int
    weight: Floats

    @property
    def after(self) -> Floats:
        """Return 1 for the months after the change."""
        reached: Floats = (self.month >= self.switch).astype("float64")
        return reached


def interrupted(
    y: Floats, clock: Clock, extra: list[Floats] | None = None, sums: list[Floats] | None = None
) -> Broken | str:
    """Fit level and slope change with month dummies; a reason where the data cannot tell.

    Parameters
    ----------
    y : ndarray, by month seen
    clock : Clock
    extra : list of ndarray, further columns, by month
    sums : list of ndarray, which combinations of the further columns are wanted

    Notes
    -----
    Coefficients by generalised least squares with neighbouring errors correlated. A short series
    hardly tells how much: the correlation is averaged over 0 to 0.95 by its restricted likelihood
    (Turner et al. 2021 find that likelihood to hold best in short series; averaging instead of
    taking its highest point is Berger, De Oliveira and Sanso 2001), and what coefficients differ by
    is part of the error. The standard error is the largest of that one, of ordinary least squares
    and of Newey and West (1987), which alone holds the truth in 64 to 89 % of simulated series of
    30 to 60 months. Degrees of freedom are those left over, times (1 - rho) / (1 + rho). These
    intervals hold it in 94 % or more where the correlation is 0.6 or less, in 91 to 98 % at 0.8, in
    87 to 98 % of random walks.
    """
    after = clock.after
    if (after == 0).sum() < BEFORE:
        return "few_before"
    if after.sum() < AFTER:
        return "few_after"
    x = _design(clock, extra or [])
    n, k = x.shape
    if n - k < LEFT or np.linalg.matrix_rank(x) < k:
        return "few_months"
    scale = float(np.abs(y).max())
    if scale == 0 or np.ptp(y) <= 1e-12 * scale:
        return "constant"
    coef, own, rho = averaged(x, y / scale)
    hung, plain = newey_west(x, y / scale), least_squares(x, y / scale)
    df = max((n - k) * (1 - rho) / (1 + rho), 1.0)

    def line(wanted: Floats) -> Line:
        square = max(0.0, *(float(wanted @ v @ wanted) for v in (own, hung, plain)))
        error = square**0.5
        return Line(float(wanted @ coef) * scale, error * scale, df)

    unit: Floats = np.eye(k)
    weight = clock.weight * after
    middle = float((weight * (clock.month - clock.switch)).sum() / weight.sum())
    asked = [line(np.concatenate([[0.0, 0.0], c, np.zeros(k - 2 - len(c))])) for c in sums or []]
    free = 2 + len(extra or [])
    return Broken(
        line(unit[0] + middle * unit[1]), line(unit[0]), line(unit[1]), tuple(asked),
        x[:, free:] @ coef[free:] * scale, rho,
    )  # fmt: skip


def _design(clock: Clock, extra: list[Floats]) -> Floats:
    """Return level and slope change, further columns, constant, growth and month dummies."""
    after = clock.after
    along = (clock.month - clock.switch).astype("float64")
    dummies = [(clock.of_year == k).astype("float64") for k in np.unique(clock.of_year)[1:]]
    columns = [after, after * along, *extra, np.ones(len(after)), along, *dummies]
    return np.column_stack(columns)


def least_squares(x: Floats, y: Floats) -> Floats:
    """Return the covariance of least squares with errors apart."""
    _, _, inverse, spread = _loss(x, y, 0.0)
    return inverse * spread


def newey_west(x: Floats, y: Floats) -> Floats:
    """Return the covariance of least squares that allows for hanging on (Newey and West 1987)."""
    n, k = x.shape
    inverse = np.linalg.inv(x.T @ x)
    score = x * (y - x @ (inverse @ (x.T @ y)))[:, None]
    middle = score.T @ score
    lags = max(1, int(4 * (n / 100) ** (2 / 9)))
    for lag in range(1, lags + 1):
        cross = score[lag:].T @ score[:-lag]
        middle += (1 - lag / (lags + 1)) * (cross + cross.T)
    variance: Floats = inverse @ middle @ inverse * n / (n - k)
    return variance


def averaged(x: Floats, y: Floats) -> tuple[Floats, Floats, float]:
    """Return coefficients, their covariance and the correlation, averaged over correlations.

    Each correlation counts by its restricted likelihood; errors that swing back are not looked for.
    """
    left = len(y) - x.shape[1]
    grid = np.linspace(0.0, 0.95, 24)
    found = [_loss(x, y, rho) for rho in grid.tolist()]
    loss = np.array([f[0] for f in found])
    weight = np.exp(loss.min() - loss)
    weight /= weight.sum()
    coefs = np.array([f[1] for f in found])
    coef: Floats = weight @ coefs
    inside = np.tensordot(weight, np.array([f[2] * f[3] for f in found]), axes=1)
    off = coefs - coef
    # a t of these degrees of freedom spreads wider than its scale
    apart = (off * weight[:, None]).T @ off * (left - 2) / left
    return coef, inside + apart, float(weight @ grid)


def _loss(x: Floats, y: Floats, rho: float) -> tuple[float, Floats, Floats, float]:
    """Return minus the restricted log likelihood, coefficients, inverse and variance."""
    n, k = x.shape
    root = np.sqrt(1 - rho * rho)
    z = np.vstack([root * x[:1], x[1:] - rho * x[:-1]])
    v = np.concatenate([root * y[:1], y[1:] - rho * y[:-1]])
    gram = z.T @ z
    inverse = np.linalg.inv(gram)
    coef = inverse @ (z.T @ v)
    squares = float(((v - z @ coef) ** 2).sum())
    loss = (n - k) * np.log(max(squares, 1e-300)) + np.linalg.slogdet(gram)[1]
    return float(loss - np.log(1 - rho * rho)) / 2, coef, inverse, squares / (n - k)
