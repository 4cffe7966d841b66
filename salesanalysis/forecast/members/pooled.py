"""One regression for the whole panel: what the last year of any node says about a month ahead."""

import numpy as np

from salesanalysis.forecast.members.block import Block
from salesanalysis.forecast.tree import Flags, Floats

#: Months looked back at.
WINDOW = 13
#: Values beyond this many standard deviations are cut.
CUT = 12.0
#: Weight of the ridge relative to the number of windows.
RIDGE = 0.01
#: Windows a regression needs for each of its coefficients.
WINDOWS_EACH = 3


def pooled_regression(
    block: Block, horizon: int, *, season: int = 12, window: int = WINDOW
) -> tuple[Floats, Flags]:
    r"""Return direct forecasts of a regression shared by all nodes, and where there is none.

    Parameters
    ----------
    block : Block
        Logarithms, or values in units of their size.
    horizon : int, months

    Returns
    -------
    forecast : array, shape (horizon, nodes)
    missing : array of bool, same shape
        Too few windows for this step, or a node shorter than one; the figure there is 0.

    Notes
    -----
    Of every run of 13 months in the panel: values minus the mean of its last year, over the
    node's standard deviation of changes from last year. For each step ahead one ridge
    regression on all runs. It learns what the nodes share: the season of the calendar they
    sell in, how much of a jump lasts, a common shock.

    References
    ----------
    Montero-Manso, P. and Hyndman, R. J. (2021). Principles and algorithms for forecasting groups
    of time series: locality and globality. International Journal of Forecasting 37, 1632-1653.
    """
    out = np.zeros((horizon, len(block.n)))
    missing = np.ones(out.shape, dtype=bool)
    months = len(block.value)
    if months <= window:
        return out, missing
    sd = _spread(block, season)
    runs = np.lib.stride_tricks.sliding_window_view(block.value, window, axis=0)
    level = runs[:, :, -season:].mean(axis=2)
    known = block.known[: months - window + 1]
    inputs = np.clip((runs - level[..., None]) / sd[None, :, None], -CUT, CUT)
    inputs = np.concatenate([inputs, np.ones((*inputs.shape[:2], 1))], axis=2)
    for k in range(1, min(horizon, months - window) + 1):
        used = known[:-k]
        if used.sum() < WINDOWS_EACH * inputs.shape[2]:
            break
        later = (block.value[window - 1 + k :] - level[:-k]) / sd
        x, y = inputs[:-k][used], np.clip(later[used], -CUT, CUT)
        ridge = RIDGE * len(x) * np.eye(x.shape[1])
        slopes = np.linalg.solve(x.T @ x + ridge, x.T @ y)
        out[k - 1] = level[-1] + sd * (inputs[-1] @ slopes)
        missing[k - 1] = ~known[-1]
    return np.where(missing, 0.0, out), missing


def _spread(block: Block, season: int) -> Floats:
    """Return the standard deviation of changes from last year; the panel's median where none."""
    change = block.value[season:] - block.value[:-season]
    known = block.known[:-season]
    count = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, change, 0.0).sum(axis=0) / count
    sd = np.sqrt(np.where(known, (change - mean) ** 2, 0.0).sum(axis=0) / count)
    seen = sd[sd > 0]
    usual = float(np.median(seen)) if len(seen) else 1.0
    return np.where(sd > 0, sd, usual)
