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
#: Standard deviation below which changes from last year differ by rounding only.
SAME = 1e-9
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
    inputs[~known] = 0.0
    # sums of squares grow by one run of months at a time: each step ahead uses fewer of them
    squares = np.cumsum(inputs.transpose(0, 2, 1) @ inputs, axis=0)
    n_runs, width = np.cumsum(known.sum(axis=1)), inputs.shape[2]
    for k in range(1, min(horizon, months - window) + 1):
        last = len(known) - 1 - k
        if n_runs[last] < WINDOWS_EACH * width:
            break
        later = np.clip((block.value[window - 1 + k :] - level[:-k]) / sd, -CUT, CUT)
        ridge = RIDGE * n_runs[last] * np.eye(width)
        # a run that is not known is 0 and adds nothing
        cross = inputs[:-k].reshape(-1, width).T @ later.ravel()
        slopes = np.linalg.solve(squares[last] + ridge, cross)
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
    moved = sd > SAME
    usual = float(np.median(sd[moved])) if moved.any() else 1.0
    return np.where(moved, sd, usual)
