"""Growth per unit from complete years, and what happens where there are too few of them."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.panel import Panel
from salesanalysis.targets.basis import Basis
from salesanalysis.targets.history import monthly, require_closed, season, year_values, yearly

Floats = npt.NDArray[np.float64]
METHODS = ("weighted_years", "constant")
#: Growth above this (300 %) is a mistyped percentage or a unit without a usable base.
LARGE = 3.0


def growth(
    panel: Panel,
    method: str = "weighted_years",
    *,
    year: int,
    weights: Sequence[float] = (0.5, 0.3, 0.2),
    rate: float | None = None,
    cap: float | None = None,
    allow_large: bool = False,
) -> Basis:
    r"""Propose a value per unit for `year`: its sales of the year before, and their growth.

    Only complete years count: a year with fewer than 12 closed months is neither base nor
    growth, and nothing is annualised.

    Parameters
    ----------
    panel : Panel
        Sales per unit and month; its levels become those of the basis.
    method : {"weighted_years", "constant"}
    year : int
        Fiscal year to plan; the one before is the base and has to be closed.
    weights : sequence of float
        Weights of the yearly growths, newest first; they add up to 1. Where a unit has fewer
        growths, the weights of those it has are scaled to 1, and the reason says so.
    rate : float
        The growth of method ``constant``, 0.30 = 30 %.
    cap : float, optional
        Largest growth either way, 0.30 = between -30 % and +30 %.
    allow_large : bool
        Accept growth above 300 %.

    Returns
    -------
    Basis, one row per unit, currency

    Raises
    ------
    ContractError
        Unknown method, weights that do not add up to 1, a percentage given as 30, a base year
        that is not closed.

    Notes
    -----
    With :math:`S_t` the sales of complete year :math:`t` and :math:`g_k = S_{y-k} / S_{y-k-1} - 1`,
    the proposal is :math:`S_{y-1} (1 + \sum_k w_k g_k / \sum_k w_k)` over the growths there are.

    ====================================  ==================================================
    a unit with                           gets
    ====================================  ==================================================
    all growths                           status ``ok``
    fewer growths than weights            ``few_years``, weights scaled to those it has
    no growth, or one above 300 %         ``borrowed``: pooled growth of the units around it
    nobody around it with a growth        ``flat``: the base is kept
    growth beyond `cap`                   ``capped``
    no complete base year                 ``new_business``: base 0, proposed 0, growth empty;
                                          its sales count for the units above it
    no sales in the base year             ``zero_base``: a true zero, not a new business
    more returns than sales               ``negative_base``: base 0, the amount shown apart
    ====================================  ==================================================

    Examples
    --------
    >>> import pandas as pd
    >>> months = pd.date_range("2020-01-01", "2023-12-01", freq="MS")
    >>> yearly_sales = {2020: 100.0, 2021: 110.0, 2022: 115.5, 2023: 127.05}
    >>> frame = pd.DataFrame({"region": "East", "period": months,
    ...                       "value": [yearly_sales[m.year] / 12 for m in months]})
    >>> basis = growth(Panel.of(frame, by=["region"]), year=2024)
    >>> round(basis.to_frame()["growth"].item(), 12)
    0.085
    """
    _check_choice(method, weights, rate, cap, allow_large=allow_large)
    require_closed(panel, year)
    scale = (float(rate or 0.0),) if method == "constant" else tuple(float(w) for w in weights)
    wide = monthly(panel)
    history = yearly(wide, panel, [year - k for k in range(1, len(weights) + 2)])
    frame = panel.nodes()
    if not panel.by:
        frame = pd.DataFrame(index=range(1))
    sold = np.nansum(year_values(wide, panel, year - 1), axis=1)
    if method == "constant":
        same = {"growth": scale[0], "n_years": 0, "status": "ok", "reason": "same_rate"}
        rise = pd.DataFrame({**same, "around": scale[0]}, index=frame.index)
    else:
        rise = _own_or_borrowed(frame, history, np.array(scale), math.inf if allow_large else LARGE)
    frame = _filled(frame, history[:, 0], sold, rise if cap is None else _capped(rise, cap))
    context = (season(wide, panel, year), panel.calendar, panel.currency, panel.terms)
    return Basis(frame, panel.by, method, year, float(sold.sum()), scale, *context)


def _own_or_borrowed(
    nodes: pd.DataFrame, history: Floats, weights: Floats, limit: float
) -> pd.DataFrame:
    """Return growth, number of growths, status, reason and growth ``around`` of every unit."""
    before, after = history[:, 1:], history[:, :-1]
    usable = (before > 0) & (after >= 0) & (weights > 0)  # empty years compare as False
    own, n = _mean_growth(np.where(usable, after, 0.0), np.where(usable, before, 0.0), weights)
    large = own > limit
    usable &= ~large[:, None]
    around = _pooled(nodes, np.where(usable, after, 0.0), np.where(usable, before, 0.0), weights)
    around = np.where(around > limit, np.nan, around)
    lacking = (n == 0) | large
    unknown = lacking & np.isnan(around)
    few = n < (weights > 0).sum()
    status = np.select([unknown, lacking, few], ["flat", "borrowed", "few_years"], "ok")
    why = ["no_growth", "too_large", "one_year", "fewer_years"]
    reason = np.select([unknown, large, lacking, few], why, "full_years")
    around = np.nan_to_num(around)
    rise = {"growth": np.where(lacking, around, own), "n_years": np.where(lacking, 0, n)}
    return pd.DataFrame({**rise, "status": status, "reason": reason, "around": around})


def _mean_growth(after: Floats, before: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return the weighted mean of the yearly growths there are, and how many there are."""
    there = before > 0
    each = np.where(there, after / np.where(there, before, 1.0) - 1, 0.0)
    share = there * weights
    total = share.sum(axis=1)
    mean = (each * share).sum(axis=1) / np.where(total > 0, total, 1.0)
    return np.where(total > 0, mean, np.nan), there.sum(axis=1)


def _pooled(nodes: pd.DataFrame, after: Floats, before: Floats, weights: Floats) -> Floats:
    """Return the pooled growth of the closest parent that has one, per unit."""
    levels = list(nodes.columns)
    found = np.full(len(nodes), np.nan)
    for depth in range(max(len(levels) - 1, 0), -1, -1):
        keys = levels[:depth]
        family = nodes.groupby(keys).ngroup().to_numpy() if keys else np.zeros(len(nodes), int)
        mean, _ = _mean_growth(_sums(family, after), _sums(family, before), weights)
        found = np.where(np.isnan(found), mean[family], found)
    return found


def _sums(family: npt.NDArray[Any], block: Floats) -> Floats:
    """Sum the rows of every family."""
    sums: Floats = np.zeros((int(family.max()) + 1, block.shape[1]))
    np.add.at(sums, family, block)
    return sums


def _capped(rise: pd.DataFrame, cap: float) -> pd.DataFrame:
    """Hold growth at the cap either way, and say so."""
    beyond = rise["growth"].abs() > cap
    held = rise.assign(growth=rise["growth"].clip(-cap, cap), around=rise["around"].clip(-cap, cap))
    return held.assign(
        status=held["status"].where(~beyond, "capped"),
        reason=held["reason"].where(~beyond, "capped"),
    )


def _filled(
    nodes: pd.DataFrame, complete: Floats, sold: Floats, rise: pd.DataFrame
) -> pd.DataFrame:
    """Return base, growth, value and the policy that led to them, per unit."""
    none = [np.isnan(complete), complete == 0, complete < 0]
    states = ["new_business", "zero_base", "negative_base"]
    has_base = complete > 0
    base = np.where(has_base, complete, 0.0)
    return nodes.assign(
        base=base,
        growth=rise["growth"].where(has_base).to_numpy(),
        value=base * (1 + rise["growth"].to_numpy()),
        n_years=np.where(has_base, rise["n_years"], 0),
        left_out_amount=np.where(has_base, 0.0, sold),
        carried_amount=np.where(none[0] & (sold > 0), sold * (1 + rise["around"].to_numpy()), 0.0),
        status=_text(np.select(none, states, rise["status"].to_numpy("str"))),
        reason=_text(np.select(none, [_WHY[s] for s in states], rise["reason"].to_numpy("str"))),
    )


_WHY = {"new_business": "part_year", "zero_base": "no_sales", "negative_base": "net_returns"}


def _text(values: npt.NDArray[Any]) -> Any:
    return pd.array(values, dtype="str")


def _check_choice(
    method: str,
    weights: Sequence[float],
    rate: float | None,
    cap: float | None,
    *,
    allow_large: bool,
) -> None:
    """Refuse a choice nobody could have meant."""
    if method not in METHODS:
        raise unknown_name(
            method, METHODS, kind="growth method", where="growth(method=...)", error=ContractError
        )
    if (rate is not None) != (method == "constant"):
        raise ContractError(
            f"Method {method!r} {'needs a rate' if rate is None else 'takes no rate'}.",
            where="growth(rate=...)",
            fix="write rate=0.30" if rate is None else 'write method="constant", or leave rate out',
            code="bad-choice",
        )
    top = math.inf if allow_large else LARGE
    _check_percentage("rate", rate, -1.0, top, closed=True)
    _check_percentage("cap", cap, 0.0, top, closed=False)
    listed = [float(w) for w in weights]
    if not listed or not all(w >= 0 for w in listed) or not abs(math.fsum(listed) - 1) <= 1e-9:
        raise ContractError(
            f"weights must be zero or more and add up to 1, got {tuple(weights)}, "
            f"sum {math.fsum(listed):g}.",
            where="growth(weights=...)",
            fix="write (0.5, 0.3, 0.2), newest growth first",
            code="bad-choice",
        )


def _check_percentage(
    name: str, value: float | None, low: float, high: float, *, closed: bool
) -> None:
    """Refuse 30 where 0.30 was meant."""
    if value is None or (low <= value <= high and (closed or value > low)):
        return
    start = "at least" if closed else "above"
    raise ContractError(
        f"{name} must be {start} {low:g} and at most {high:g}, got {value!r}.",
        where=f"growth({name}=...)",
        fix="write 30 % as 0.30; growth above 300 % needs allow_large=True",
        code="bad-choice",
    )
