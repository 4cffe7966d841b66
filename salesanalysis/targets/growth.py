"""Growth per unit from complete years, and what happens where there are too few of them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.panel import Panel
from salesanalysis.targets.base_cleaning import CleanBase, clean_base
from salesanalysis.targets.base_cleaning.log import joined, node_names, rows
from salesanalysis.targets.basis import Basis
from salesanalysis.targets.growth_methods.around import capped, own_or_borrowed, pulled
from salesanalysis.targets.growth_methods.choices import RATES, Choice
from salesanalysis.targets.growth_methods.proposed import Shares
from salesanalysis.targets.growth_methods.rates import rise_of
from salesanalysis.targets.growth_methods.shares import shares_of
from salesanalysis.targets.states import BY_VALUE

Floats = npt.NDArray[np.float64]


def growth(
    history: Panel | CleanBase,
    method: str = "weighted_years",
    *,
    year: int,
    weights: Sequence[float] = (0.5, 0.3, 0.2),
    rate: float | None = None,
    cap: float | None = None,
    total: float | None = None,
    table: pd.DataFrame | None = None,
    columns: Mapping[str, float] | Sequence[str] | None = None,
    forecast: Any = None,
    quantile: float | None = None,
    phi: float | None = None,
    horizon: int | None = None,
    n_years: int | None = None,
    fit: str | None = None,
    below: str | None = None,
    shrinking: str | None = None,
    fallback: str | None = None,
    pull: float | None = None,
    allow_large: bool = False,
) -> Basis:
    r"""Propose a value per unit for `year`: its sales of the year before, and their growth.

    Only complete years count: a year with fewer than 12 closed months is neither base nor
    growth, and nothing is annualised.

    Parameters
    ----------
    history : Panel, or the result of `clean_base`
        Sales per unit and month; its levels become those of the basis.
    method : str
        See the table below.
    year : int
        Fiscal year to plan; the one before is the base and has to be closed.
    weights : sequence of float
        Weights of the yearly growths, newest first; they add up to 1. Where a unit has fewer
        growths, the weights of those it has are scaled to 1, and the reason says so.
    rate : float
        The growth of ``constant``, ``damped`` or ``blend``; 0.30 = 30 %.
    cap : float, optional
        Largest growth either way, 0.30 = between -30 % and +30 %.
    total : float, currency
        What is to be shared out.
    table : DataFrame, one row per unit
        Level columns and the figures a method reads.
    columns : mapping of column to weight, or sequence of columns
        Of `table`; ``base`` is last year's sales, and ``blend`` also knows ``years_back_1`` to
        ``years_back_3`` and ``trailing_12``.
    forecast : any result with ``landing(year=)`` and ``quantiles(year=)``, or a DataFrame
        Level columns with ``mean``, with ``mean`` and ``sd``, or with ``draw`` and ``value``; draws
        by ``period`` hold all twelve months of the year. Of a year in progress give the forecast
        itself: it knows the months that are closed.
    quantile : float
        Part of the forecast that ends below the target: 0.8 = reached one time in five.
    phi, horizon : float, int
        What is left of the growth after a year, and how many years lie ahead; 0.9 and 1.
    n_years : int
        Yearly steps that count, default all there are.
    fit : {"ols", "huber"}
    below : {"error", "clip"}
        A unit that sells more than its potential.
    shrinking : {"error", "proportional_cut"}
        A total below last year's sales.
    fallback : {"error", "borrow"}
        A year of zero or net returns that growth would be divided by.
    pull : float, optional
        Part of the way a unit's own growth is moved to the pooled growth of the units around it;
        0.5 = half. What grew fast last year seldom does so again: see `try_methods`.
    allow_large : bool
        Accept growth above 300 %.

    Returns
    -------
    Basis, one row per unit, currency

    Raises
    ------
    ContractError
        Unknown method, settings it does not take or lacks, weights that do not add up to 1, a
        percentage given as 30, a base year that is not closed, figures missing for a unit.

    Notes
    -----
    With :math:`S_t` the sales of complete year :math:`t`, :math:`B` the base,
    :math:`g_k = S_{y-k} / S_{y-k-1} - 1`, :math:`N` the total and :math:`T` the proposal:

    ==================  ==========================================================================
    method              formula
    ==================  ==========================================================================
    weighted_years      :math:`T = B (1 + \sum_k w_k g_k / \sum_k w_k)` over the growths there are
    weighted3           the same; a year of zero or net returns is refused
    moving3             the same with three equal weights
    constant            :math:`T = B (1 + g)`, or :math:`T_i = N B_i / \sum B`
    cagr                :math:`g = (S_n / S_0)^{1/n} - 1`
    robust              :math:`g = \exp(\mathrm{median}_{s<t} (\ln S_t - \ln S_s)/(t-s)) - 1`;
                        with a year of zero or less the median of the yearly growths
    damped              :math:`T = B \prod_{j=1}^{h} (1 + g \phi^{j-1})`
    trend_season        :math:`T` = the forecast of the year; 24 months of history needed
    potential           :math:`T_i = N P_i / \sum P`
    index               :math:`T_i = N \sum_k w_k X_{ik} / \sum X_k`
    untapped            :math:`T_i = S_i + (N - \sum S)(P_i - S_i) / \sum (P - S)`
    forecast            :math:`T_i = N \mu_i / \sum \mu`, or :math:`T_i = F_i^{-1}(q)`
    regression          :math:`T_i` in proportion to :math:`b_0 + \sum_k b_k x_{ik}`
    market_share        :math:`T_i = S_i (1 + m_i)(1 + d_i)`; columns ``market_growth`` (m) and
                        ``share_gain`` (d, relative)
    blend               :math:`B = \sum_k a_k X_k`, then :math:`B (1 + g)` or a share of N
    ==================  ==========================================================================

    ====================================  ==================================================
    a unit with                           gets, where its own history decides
    ====================================  ==================================================
    all growths                           status ``ok``
    fewer growths than weights            ``few_years``, weights scaled to those it has
    no growth, or one above 300 %         ``borrowed``: pooled growth of the units around it
    nobody around it with a growth        ``flat``: the base is kept
    growth moved by `pull`                ``pulled``
    growth beyond `cap`                   ``capped``
    no complete base year                 ``new_business``: base 0, proposed 0, growth empty;
                                          its sales count for the units above it
    a base year with unknown months       ``unknown_base``: the same, and not the same thing
    no sales in the base year             ``zero_base``: a true zero, not a new business
    more returns than sales               ``negative_base``: base 0, the amount shown apart
    a value but no base                   ``without_base``: by potential, forecast or market
    ====================================  ==================================================

    References
    ----------
    Theil, H. (1950). Proc. Kon. Ned. Akad. v. Wetensch. A 53, 386-392, 521-525, 1397-1412.
    Sen, P. K. (1968). Journal of the American Statistical Association 63(324), 1379-1389.

    Examples
    --------
    >>> import pandas as pd
    >>> months = pd.date_range("2020-01-01", "2023-12-01", freq="MS")
    >>> yearly_sales = {2020: 100.0, 2021: 110.0, 2022: 115.5, 2023: 127.05}
    >>> frame = pd.DataFrame({"region": "East", "period": months,
    ...                       "value": [yearly_sales[m.year] / 12 for m in months]})
    >>> panel = Panel.of(frame, by=["region"])
    >>> basis = growth(panel, year=2024)
    >>> round(basis.to_frame()["growth"].item(), 12)
    0.085
    >>> round(growth(panel, "cagr", year=2024).to_frame()["growth"].item(), 6)
    0.083074
    """
    choice = Choice(
        method, tuple(float(w) for w in weights), rate, cap, total, table, columns, forecast,
        quantile, phi, horizon, n_years, fit, below, shrinking, fallback, pull, allow_large,
    )  # fmt: skip
    choice.check()
    span = horizon or 1
    clean = _cleaned(history, year - span + 1)
    if method in RATES or (method == "constant" and rate is not None):
        frame, items, facts, logs = _by_rate(clean, choice)
    else:
        frame, items, facts, logs = _by_value(clean, choice)
    keys = list(clean.by)
    inputs = clean.units[keys].assign(**items) if items else pd.DataFrame()
    scale = (float(rate or 0.0),) if method == "constant" else choice.weights
    return Basis(
        frame, clean.by, method, year, float(clean.units["sold"].sum()), scale, clean.season,
        clean.calendar, clean.currency, clean.terms, inputs, facts,
        joined([clean.policy_log, *logs]), span,
    )  # fmt: skip


def _cleaned(history: Panel | CleanBase, year: int) -> CleanBase:
    """Return the cleaned base of `year`; a panel is cleaned by the usual rules."""
    if not isinstance(history, CleanBase):
        return clean_base(history, year=year)
    if history.year != year:
        raise ContractError(
            f"The base was cleaned for {history.year}, not for {year}.",
            where=f"growth(year={year})",
            fix=f"write clean_base(..., year={year})",
            code="bad-choice",
        )
    return history


_Parts = tuple[pd.DataFrame, dict[str, Any], dict[str, float], list[pd.DataFrame]]


def _by_rate(clean: CleanBase, choice: Choice) -> _Parts:
    """Return proposals that are base x (1 + growth)."""
    if choice.method == "constant":
        same = {"growth": choice.rate, "n_years": 0, "status": "ok", "reason": "same_rate"}
        table = pd.DataFrame({**same, "around": choice.rate}, index=range(len(clean.units)))
        items, facts = {}, {"rate": float(choice.rate or 0.0)}
    else:
        rise = rise_of(clean, choice)
        table, items, facts = own_or_borrowed(clean, rise, choice), rise.items, {}
    own = table["growth"]
    if choice.pull:
        table, more = pulled(table, choice.pull)
        items, facts = {**items, **more}, {**facts, "pull": choice.pull}
    if choice.cap is not None:
        table = capped(table, choice.cap)
    frame = _filled(clean, table)
    return frame, items, facts, [_rate_log(clean, frame, own)]


def _rate_log(clean: CleanBase, frame: pd.DataFrame, own: pd.Series) -> pd.DataFrame:
    """Log growths that are not the unit's own: before is the base, or what its own would give."""
    names, period = node_names(clean.units, clean.by), str(clean.year)
    logs = []
    for status in ("borrowed", "flat", "pulled", "capped"):
        hit = (frame["status"] == status).to_numpy()
        base = frame["base"][hit]
        before = base if status in ("borrowed", "flat") else base * (1 + own[hit].to_numpy())
        logs.append(rows(names[hit], period, f"growth_{status}", before, frame["value"][hit]))
    return joined(logs)


_WHY = {
    "new_business": "part_year",
    "unknown_base": "unknown_months",
    "zero_base": "no_sales",
    "negative_base": "net_returns",
}


def _states(clean: CleanBase) -> list[npt.NDArray[np.bool_]]:
    """Return which units have no base, state by state."""
    status, bare = clean.units["status"].to_numpy(), ~(clean.units["base"] > 0).to_numpy()
    return [(status == state) & bare for state in _WHY]


def _filled(clean: CleanBase, rise: pd.DataFrame) -> pd.DataFrame:
    """Return base, growth, value and the policy that led to them, per unit."""
    units, none = clean.units, _states(clean)
    base, has_base = units["base"].to_numpy("float64"), (units["base"] > 0).to_numpy()
    left_out = units["left_out_amount"].to_numpy("float64")
    carried = (none[0] | none[1]) & (left_out > 0)
    status = np.select(none, list(_WHY), rise["status"].to_numpy("str"))
    reason = np.select(none, list(_WHY.values()), rise["reason"].to_numpy("str"))
    return units[list(clean.by)].assign(
        base=base,
        growth=rise["growth"].where(has_base).to_numpy(),
        value=base * (1 + rise["growth"].to_numpy()),
        n_years=np.where(has_base, rise["n_years"], 0),
        left_out_amount=left_out,
        carried_amount=np.where(carried, left_out * (1 + rise["around"].to_numpy()), 0.0),
        cleaned_amount=units["cleaned_amount"],
        status=_text(status),
        reason=_text(reason),
    )


def _by_value(clean: CleanBase, choice: Choice) -> _Parts:
    """Return proposals that are values of their own; growth is what they come to."""
    made = shares_of(clean, choice)
    units, value = clean.units, made.value
    base = units["base"].to_numpy("float64") if made.base is None else made.base
    cleaned = (
        units["sold"].to_numpy("float64") - base - units["left_out_amount"].to_numpy("float64")
    )
    empty = ~(base > 0)
    none = [(units["status"] == state).to_numpy() & empty & (value == 0) for state in _WHY]
    status = np.select([*none, empty], [*_WHY, BY_VALUE], "ok")
    reason = np.select(none, list(_WHY.values()), made.reason)
    frame = units[list(clean.by)].assign(
        base=base,
        growth=np.where(empty, np.nan, value / np.where(empty, 1.0, base) - 1),
        value=value,
        n_years=0,
        left_out_amount=units["left_out_amount"],
        carried_amount=0.0,
        cleaned_amount=cleaned,
        status=_text(status),
        reason=_text(reason),
    )
    logs = [_value_log(clean, frame, made)]
    return frame, made.items, made.facts, logs


def _value_log(clean: CleanBase, frame: pd.DataFrame, made: Shares) -> pd.DataFrame:
    """Log values without a base, and what the method itself had to bend."""
    names, period = node_names(clean.units, clean.by), str(clean.year)
    base, value = frame["base"].to_numpy("float64"), frame["value"].to_numpy("float64")
    bare = (frame["status"] == BY_VALUE).to_numpy()
    logs = [rows(names[bare], period, "without_base", np.nan, value[bare])]
    for rule, hit in made.notes.items():
        before, after = base[hit], value[hit]
        if rule == "blended":
            before, after = clean.units["base"].to_numpy("float64")[hit], base[hit]
        logs.append(rows(names[hit], period, rule, before, after))
    return joined(logs)


def _text(values: npt.NDArray[Any]) -> Any:
    return pd.array(values, dtype="str")
