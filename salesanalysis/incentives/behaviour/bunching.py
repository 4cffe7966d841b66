"""Bunching: are there more results just above an edge than a smooth distribution would have."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, require_columns
from salesanalysis.incentives.behaviour.checks import Floats
from salesanalysis.labels import Terms, count, exact, label, percent
from salesanalysis.results import Result

#: Results needed in the window; fewer leave classes nearly empty.
LEAST = 200


@dataclass(frozen=True, eq=False)
class Bunching(Result):
    """Excess of results just above an edge, and what is missing below it.

    Attributes
    ----------
    frame : DataFrame, one row per class
        ``from_rate``, ``to_rate`` (attainment), ``n_results``, ``n_smooth`` (what the smooth
        distribution has there), ``inside`` (near the edge, left out of the fit).
    edge : float, attainment
    excess, excess_low, excess_high : float
        Results above the edge beyond the smooth ones, with interval; NaN where `status` says why.
    missing : float, results below the edge that the smooth distribution has and history lacks
    height : float, excess over the smooth number per class: in widths of a class
    n_results : int, in the window
    width, level : float
    status : {"ok", "too_few"}
    """

    frame: pd.DataFrame
    edge: float
    excess: float
    excess_low: float
    excess_high: float
    missing: float
    height: float
    n_results: int
    width: float
    level: float = 0.95
    status: str = "ok"
    currency: str = "CNY"
    terms: Terms = field(default_factory=Terms)

    def __post_init__(self) -> None:
        """Keep a copy."""
        require_columns(self.frame, ["from_rate", "n_results", "n_smooth"], name="frame")
        object.__setattr__(self, "frame", self.frame.reset_index(drop=True).copy())

    @property
    def found(self) -> bool:
        """Tell whether the whole interval lies above 0."""
        return self.status == "ok" and self.excess_low > 0

    def to_frame(self) -> pd.DataFrame:
        """Return one row per class; a copy."""
        return self.frame.copy()

    def _sentences(self, lang: str) -> list[str]:
        edge = percent(self.edge)
        if self.status != "ok":
            n, least = count(self.n_results), count(LEAST)
            return [label("bunching.too_few", lang, edge=edge, n=n, least=least)]
        words = {"edge": edge, "n": count(round(self.excess)),
                 "low": count(round(self.excess_low)), "high": count(round(self.excess_high)),
                 "level": percent(self.level, 0)}  # fmt: skip
        key = "found" if self.found else "none"
        share = percent(self.excess / self.n_results)
        return [
            label(f"bunching.headline_{key}", lang, **words),
            label(
                "bunching.size", lang, height=exact(self.height, 2), share=share,
                missing=count(round(max(self.missing, 0.0))), total=count(self.n_results),
            ),
            label(f"bunching.reading_{key}", lang),
        ]  # fmt: skip


def bunching(
    attainments: Any,
    edge: float = 1.0,
    *,
    width: float = 0.01,
    near: tuple[float, float] = (0.03, 0.03),
    window: float = 0.25,
    order: int = 4,
    level: float = 0.95,
    n_boot: int = 500,
    seed: int = 1,
) -> Bunching:
    """Measure the excess of results just above an edge against a smooth fit.

    Parameters
    ----------
    attainments : array-like, one ratio per person and period
    edge : float, attainment at which pay jumps or bends
    width : float, of a class
    near : pair of float, attainment below and above the edge that is left out of the fit
    window : float, attainment on either side that is looked at
    order : int, of the polynomial, 1 to 7
    level : float, of the interval
    n_boot, seed : int, draws of the bootstrap

    Returns
    -------
    Bunching

    Raises
    ------
    ContractError
        Attainments that are empty or look like percent; classes, regions or an order that do not
        fit together.

    Notes
    -----
    Counts by class, a smooth curve fitted to those outside `near`, excess = results in the classes
    from the edge to `near` above it, less the curve (Chetty, Friedman, Olsen and Pistaferri 2011;
    Kleven 2016). The edge is a class limit; a class holds its lower end. Unlike theirs the curve is
    exp of a polynomial, fitted by Poisson likelihood (a plain polynomial sees bunching in every
    tight normal), and is not shifted up to hold the excess: results may come from outside the
    window. The interval draws results anew (a multinomial over classes) and fits again. Results of
    one person in several periods are taken as independent; where they are not, it is too narrow.

    Examples
    --------
    >>> smooth = 0.7 + 0.6 * (np.arange(3000) + 0.5) / 3000
    >>> bunched = np.where((smooth > 0.97) & (smooth < 1), smooth + 0.03, smooth)
    >>> found = bunching(bunched)
    >>> found.found, round(found.excess), round(found.missing)
    (True, 150, 150)
    """
    values = _checked(attainments, edge, width, near, window, order, level, n_boot)
    steps = round(window / width)
    limits = edge + width * np.arange(-steps, steps + 1)
    # a result on a limit belongs above it, whatever the last digit of the limit
    place = np.floor((values - edge) / width + 1e-9).astype("int64") + steps
    inside_window = (place >= 0) & (place < 2 * steps)
    counts = np.bincount(place[inside_window], minlength=2 * steps).astype("float64")
    lower, upper = round(near[0] / width), round(near[1] / width)
    hole = np.zeros(2 * steps, dtype=bool)
    hole[steps - lower : steps + upper] = True
    n = int(counts.sum())
    smooth = smooth_counts(counts[None, :], hole, order)[0]
    frame = pd.DataFrame(
        {"from_rate": limits[:-1], "to_rate": limits[1:], "n_results": counts.astype("int64"),
         "n_smooth": smooth, "inside": hole}
    )  # fmt: skip
    above = np.zeros(2 * steps)
    above[steps : steps + upper] = 1.0
    base: dict[str, Any] = {"edge": float(edge), "n_results": n, "width": float(width)}
    base["level"] = float(level)
    if n < LEAST:
        none = float("nan")
        return Bunching(frame, excess=none, excess_low=none, excess_high=none, missing=none,
                        height=none, status="too_few", **base)  # fmt: skip
    below = hole & (above == 0)
    excess = float(above @ (counts - smooth))
    drawn = np.random.default_rng(seed).multinomial(n, counts / n, size=n_boot).astype("float64")
    draws = (drawn - smooth_counts(drawn, hole, order)) @ above
    # reflected: the fit's own bias and that of the draws cancel
    low, high = 2 * excess - np.quantile(draws, [(1 + level) / 2, (1 - level) / 2])
    height = float(np.mean(smooth[steps : steps + upper]))
    return Bunching(
        frame, excess=excess, excess_low=float(low), excess_high=float(high),
        missing=float((smooth - counts)[below].sum()),
        height=excess / height if height > 0 else 0.0, **base,
    )  # fmt: skip


def smooth_counts(counts: Floats, hole: np.ndarray, order: int) -> Floats:
    """Return the smooth number in every class: exp of a polynomial, fitted outside the hole.

    Parameters
    ----------
    counts : ndarray, sets x classes
    hole : ndarray of bool, classes left out
    order : int

    Notes
    -----
    Maximum of the Poisson likelihood by Newton's steps, all sets at once. The logarithm keeps the
    numbers above 0 and holds a normal exactly (order 2) where a plain polynomial cannot follow its
    tails.
    """
    x = np.polynomial.legendre.legvander(np.linspace(-1, 1, counts.shape[1]), order)
    used = x[~hole]
    seen = counts[:, ~hole]
    beta = np.zeros((len(counts), order + 1))
    beta[:, 0] = np.log(np.maximum(seen.mean(axis=1), 0.1))
    for _ in range(40):
        rate = np.exp(np.clip(beta @ used.T, -30, 30))
        slope = (seen - rate) @ used
        bend = np.einsum("bi,ij,ik->bjk", rate, used, used, optimize=True)
        step = np.linalg.solve(bend + 1e-8 * np.eye(order + 1), slope[:, :, None])[:, :, 0]
        # a long step would overshoot where classes are nearly empty
        step /= np.maximum(1.0, np.abs(step).max(axis=1, keepdims=True))
        beta += step
        if np.abs(step).max() < 1e-9:
            break
    smooth: Floats = np.exp(np.clip(beta @ x.T, -30, 30))
    return smooth


def _checked(  # noqa: PLR0917  one check per choice, in the order of the signature
    attainments: Any, edge: float, width: float, near: tuple[float, float], window: float,
    order: int, level: float, n_boot: int,
) -> Floats:  # fmt: skip
    """Return the attainments; refuse choices that do not fit together."""
    from salesanalysis.incentives.lint.findings import _attainments  # noqa: PLC0415

    values = _attainments(attainments if attainments is not None else [])
    steps = [round(v / width, 6) if width > 0 else 0.5 for v in (*near, window)]
    whole = all(abs(s - round(s)) < 1e-6 for s in steps)
    free = 2 * steps[2] - steps[0] - steps[1]
    fine = (
        width > 0 and edge > 0 and min(near) >= width and whole and window > max(near)
        and 1 <= order <= 7 and free >= 2 * (order + 1) and 0.5 <= level < 1 and n_boot >= 50
    )  # fmt: skip
    if not fine:
        raise ContractError(
            f"edge {edge!r}, width {width!r}, near {near!r}, window {window!r}, order {order!r}, "
            f"level {level!r} and n_boot {n_boot!r} do not fit together.",
            where="bunching(...)",
            fix="near and window are whole numbers of classes, the window is wider than near and "
            "has at least twice as many classes outside it as the polynomial has terms",
            code="bad-choice",
        )
    return values
