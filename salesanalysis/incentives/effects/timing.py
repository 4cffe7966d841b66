"""Step 4: a window around the switch: sales pulled forward are gain before and loss after."""

from dataclasses import dataclass

import numpy as np

from salesanalysis.incentives.effects import algebra
from salesanalysis.incentives.effects.comparison import assignments, enough
from salesanalysis.incentives.effects.intake import Floats, Scene
from salesanalysis.incentives.effects.series import Clock, Line, interrupted

#: What the window gives: sums of the outcome per person-day over its months.
NAMES = ("window_before", "window_after", "window_sum", "lasting")


@dataclass(frozen=True)
class Moved:
    """One sum over the window: value, interval; NaN where no interval can be given."""

    value: float
    low: float
    high: float


def window_series(y: Floats, clock: Clock, window: int, level: float) -> dict[str, Moved] | str:
    """Return the sums of one series: months around the switch get a level of their own."""
    month, switch = clock.month, clock.switch
    if (month >= switch + window).sum() < 3:
        return "no_window"
    ahead = ((month >= switch - window) & (month < switch)).astype("float64")
    behind = ((month >= switch) & (month < switch + window)).astype("float64")
    sums = [window * np.array(c) for c in ([1.0, 0.0], [0.0, 1.0], [1.0, 1.0])]
    found = interrupted(y, clock, [ahead, behind], sums)
    if isinstance(found, str):
        return found
    lines = [*found.extra, found.level]
    return {name: _by_line(line, level) for name, line in zip(NAMES, lines, strict=True)}


def _by_line(line: Line, level: float) -> Moved:
    """Return the t interval of a coefficient."""
    from scipy.special import stdtrit  # noqa: PLC0415

    half = float(stdtrit(line.df, (1 + level) / 2)) * line.error
    return Moved(line.value, line.value - half, line.value + half)


def window_compared(
    scene: Scene, window: int, *, level: float, draws: int, seed: int
) -> dict[str, Moved] | str:
    """Return the sums of the changed less their control, beside the lasting difference.

    Where the changed show the months of the window in another year too, their own season is taken
    out: the peak and the dip of a larger group are no sales moved.
    """
    at = _from_change(scene)
    seen = at[(scene.w > 0) & (np.abs(at) < 10**5)]
    if not (seen >= window).any() or not (seen < -window).any():
        return "no_window"
    own = seasons(scene, window)
    fits = _fits(scene, window, scene.cluster, own)
    if not all(np.isfinite(f.value) for f in fits.values()):
        return "no_control"
    if enough(scene):
        return {name: _by_t(fit, level) for name, fit in fits.items()}
    spread = _spread(scene, window, draws, seed, own)
    return {name: _by_spread(fits[name].value, spread.get(name), level) for name in NAMES}


def seasons(scene: Scene, window: int) -> tuple[int, ...]:
    """Return the months of the year in the window whose season the changed show elsewhere too.

    Empty where any of them is not seen outside the window: a season of the changed's own cannot be
    told from a shift of sales then.
    """
    of_year = np.asarray(scene.months.month)
    at = _from_change(scene)
    seen = (scene.w > 0) & scene.treated[:, None]
    near = seen & (at >= -window) & (at < window)
    inside, outside = (np.unique(of_year[part.any(axis=0)]) for part in (near, seen & ~near))
    if not np.isin(inside, outside).all():
        return ()
    # with all twelve in the window one of them is what the others are compared with
    return tuple(int(k) for k in inside[len(inside) == 12 :])


def _from_change(scene: Scene) -> np.ndarray:
    """Return months from each unit's change, units x months; far below where never changed."""
    return np.arange(scene.never) - np.where(scene.treated, scene.start, 10**6)[:, None]


def _fits(
    scene: Scene, window: int, cluster: np.ndarray, own: tuple[int, ...]
) -> dict[str, algebra.Fit]:
    """Return the coefficients in the parts that are reported."""
    at = _from_change(scene)
    ahead = ((at >= -window) & (at < 0)).astype("float64")
    behind = ((at >= 0) & (at < window)).astype("float64")
    # beside the lasting level, so that each sum is what the window adds to it
    lasting = ((at >= 0) & (at < 10**5)).astype("float64")
    of_year, changed = np.asarray(scene.months.month), scene.treated[:, None]
    rest = [lasting, *((changed & (of_year == k)).astype("float64") for k in own)]
    first = algebra.regress(scene.y, scene.w, [ahead, behind, *rest], cluster)
    both = algebra.regress(scene.y, scene.w, [ahead + behind, ahead - behind, *rest], cluster)
    times = (window, window, 2 * window, 1)
    chosen = (first[0], first[1], both[0], first[2])
    return {
        name: algebra.Fit(k * fit.value, k * fit.parts)
        for name, k, fit in zip(NAMES, times, chosen, strict=True)
    }


def _by_t(fit: algebra.Fit, level: float) -> Moved:
    from scipy.special import stdtrit  # noqa: PLC0415

    half = float(stdtrit(len(fit.parts) - 1, (1 + level) / 2)) * fit.error
    return Moved(fit.value, fit.value - half, fit.value + half)


def _spread(
    scene: Scene, window: int, draws: int, seed: int, own: tuple[int, ...]
) -> dict[str, Floats]:
    """Return each sum under other ways the change could have fallen."""
    one = np.zeros_like(scene.cluster)
    found: dict[str, list[float]] = {name: [] for name in NAMES}
    for start in assignments(scene, min(draws, 199), seed):
        fits = _fits(Scene(**{**vars(scene), "start": start}), window, one, own)
        for name in NAMES:
            found[name].append(fits[name].value)
    return {name: np.array(v)[np.isfinite(v)] for name, v in found.items()}


def _by_spread(value: float, others: Floats | None, level: float) -> Moved:
    """Return the interval that permuting gives about 0, laid about the value; NaN for too few."""
    if others is None or len(others) * (1 - level) < 1:
        return Moved(value, float("nan"), float("nan"))
    half = float(np.quantile(np.abs(others), level))
    return Moved(value, value - half, value + half)
