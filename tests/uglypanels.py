"""Series nobody would wish for, as a panel: shared by the tests of the engine."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from hypothesis import strategies as st

import salesanalysis as sa
from salesanalysis.forecast.result import Forecast
from salesanalysis.panel import Panel

Make = Callable[[np.random.Generator, int], np.ndarray]


def _plain(rng: np.random.Generator, n: int) -> np.ndarray:
    return 100 * np.exp(rng.normal(0, 0.2, n))


def _hit(rng: np.random.Generator, n: int, value: float, base: np.ndarray) -> np.ndarray:
    base[rng.integers(0, n)] = value
    return base


def _gone(rng: np.random.Generator, n: int) -> np.ndarray:
    values = _plain(rng, n)
    values[-int(rng.integers(1, n + 1)) :] = 0.0
    return values


#: Kinds of series by name.
KINDS: dict[str, Make] = {
    "plain": _plain,
    "zeros": lambda rng, n: np.zeros(n),
    "constant": lambda rng, n: np.full(n, 7.0),
    "one sale": lambda rng, n: _hit(rng, n, 1e9, np.zeros(n)),
    "huge outlier": lambda rng, n: _hit(rng, n, 1e12, _plain(rng, n)),
    "tiny amounts": lambda rng, n: 1e-9 * _plain(rng, n),
    "huge amounts": lambda rng, n: 1e12 * _plain(rng, n),
    "returns": lambda rng, n: rng.normal(0, 100, n),
    "pieces": lambda rng, n: rng.poisson(0.5, n).astype(float),
    "small integers": lambda rng, n: rng.integers(0, 5, n).astype(float),
    "doubling": lambda rng, n: _plain(rng, n) * 1.4 ** np.arange(n),
    "gone": _gone,
    "rounded": lambda rng, n: np.round(_plain(rng, n)),
    "some returns": lambda rng, n: _plain(rng, n) * np.where(rng.random(n) < 0.3, -1, 1),
}
LENGTHS = (1, 2, 3, 5, 11, 12, 13, 23, 24, 25, 26, 30, 36, 48, 60)
#: Kinds a real company has, for invariants that hold up to rounding.
USUAL = ("plain", "constant", "pieces", "returns", "gone", "rounded")


def panel_of(leaves: dict, by: tuple[str, ...] = ("region", "line")) -> Panel:
    """Lay out leaves (names -> values) that all end in March 2024."""
    frames = []
    for names, values in leaves.items():
        months = pd.date_range(end="2024-03-01", periods=len(values), freq="MS")
        named = dict(zip(by, names, strict=True))
        frames.append(pd.DataFrame({**named, "period": months, "value": values}))
    return Panel.of(pd.concat(frames), by=list(by), closed_through="2024-03-01")


@st.composite
def leaves(draw: st.DrawFn, kinds: tuple[str, ...] = tuple(KINDS)) -> dict:
    """Draw one to four regions of one to three lines each."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    found = {}
    for region in "NSWE"[: draw(st.integers(1, 4))]:
        for line in "abc"[: draw(st.integers(1, 3))]:
            kind, n = draw(st.sampled_from(kinds)), draw(st.sampled_from(LENGTHS))
            found[region, line] = KINDS[kind](rng, n)
    return found


def usual(n: int = 48, size: float = 100, seed: int = 0) -> np.ndarray:
    """Return a unit nothing is special about."""
    rng, month = np.random.default_rng(seed), np.arange(n)
    return size * np.exp(0.2 * np.sin(month / 6 * np.pi) + rng.normal(0, 0.1, n))


def beside(**special: np.ndarray) -> Forecast:
    """Forecast special units of a region of three usual ones, half a year ahead."""
    rows = {("N", f"plain {i}"): usual(seed=i) for i in range(3)}
    rows |= {("N", name): np.asarray(values, float) for name, values in special.items()}
    return sa.forecast.panel(panel_of(rows), 6, reconcile="bottom_up")


def unit(forecast: Forecast, name: str) -> pd.DataFrame:
    """Return the months ahead of one unit of the region."""
    frame = forecast.to_frame()
    return frame[(frame["node"] == f"N / {name}") & (frame["horizon"] > 0)]
