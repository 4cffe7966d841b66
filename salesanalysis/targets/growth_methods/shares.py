"""Values per unit: shares of a total by potential, forecast or a regression; market; blends."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.targets.base_cleaning import CleanBase
from salesanalysis.targets.base_cleaning.log import node_names
from salesanalysis.targets.base_cleaning.states import SHORT_MONTHS
from salesanalysis.targets.growth_methods.choices import Choice, named_weights
from salesanalysis.targets.growth_methods.given import figures, means, quantiles
from salesanalysis.targets.growth_methods.proposed import Shares
from salesanalysis.targets.growth_methods.regress import regress

Floats = npt.NDArray[np.float64]


def shares_of(clean: CleanBase, choice: Choice) -> Shares:
    """Return the value of every unit by the method chosen.

    Raises
    ------
    ContractError
        Figures that are missing or negative, nothing to share by, or what the method refuses.
    """
    return _WAYS[choice.method](clean, choice)


def _base(clean: CleanBase) -> Floats:
    base: Floats = clean.units["base"].to_numpy("float64")
    return base


def _split(total: float, weight: Floats, choice: Choice, what: str) -> Floats:
    """Return `total` by weight; refuse weights that are all zero."""
    whole = float(weight.sum())
    if whole <= 0:
        raise ContractError(
            f"{what} of all {len(weight)} units add up to {whole:g}: nothing to share by.",
            where=f"growth(method={choice.method!r}, total={total:g})",
            fix="use another method, or give weights above 0",
        )
    parts: Floats = total * weight / whole
    return parts


def _total(choice: Choice) -> float:
    return float(choice.total or 0.0)


def _constant(clean: CleanBase, choice: Choice) -> Shares:
    """Return the growth a total asks for, the same for all; a rate is no share, see `growth`."""
    base = _base(clean)
    value = _split(_total(choice), base, choice, "Bases")
    facts = {"total": _total(choice), "sum_base": float(base.sum())}
    return Shares(value, "by_base", facts=facts)


def _given(
    clean: CleanBase, choice: Choice, columns: list[str], low: float = 0.0
) -> dict[str, Floats]:
    table = choice.table if choice.table is not None else pd.DataFrame()
    return figures(table, clean.units, clean.by, columns, low=low)


def _potential(clean: CleanBase, choice: Choice) -> Shares:
    weights = named_weights(choice, {"potential": 1.0})
    return _index_of(clean, choice, weights, "by_potential")


def _index(clean: CleanBase, choice: Choice) -> Shares:
    return _index_of(clean, choice, named_weights(choice), "by_index")


def _index_of(clean: CleanBase, choice: Choice, weights: dict[str, float], reason: str) -> Shares:
    """Return the total by a weighted mean of shares; ``base`` is last year's."""
    given = _given(clean, choice, [c for c in weights if c != "base"])
    given["base"] = _base(clean)
    value = np.zeros(len(clean.units))
    items: dict[str, Floats] = {}
    for k, (column, weight) in enumerate(weights.items(), start=1):
        share = _split(1.0, given[column], choice, f"Figures of {column!r}")
        value = value + weight * share
        items |= {f"part_{k}": share, f"weight_{k}": np.full(len(share), weight)}
    return Shares(_total(choice) * value, reason, items, facts={"total": _total(choice)})


def _untapped(clean: CleanBase, choice: Choice) -> Shares:
    """Return last year's sales and a part of the growth by what is not sold yet."""
    columns = list(choice.columns) if choice.columns else ["potential"]
    base, potential = _base(clean), _given(clean, choice, columns[:1])[columns[0]]
    total, sold = _total(choice), float(base.sum())
    over = potential < base
    if over.any() and choice.below != "clip":
        names = node_names(clean.units, clean.by)[over]
        raise ContractError(
            f"{int(over.sum())} of {len(over)} units sell more than their potential: "
            f"{', '.join(names.head(5))}.",
            where=f"table, column {columns[0]!r}, see .rows",
            fix='correct the potential, or write below="clip": nothing is left to win there',
            rows=clean.units.assign(potential=potential)[over],
        )
    facts = {"total": total, "sum_base": sold}
    if total < sold:
        if choice.shrinking != "proportional_cut":
            raise ContractError(
                f"total {total:,.0f} is below last year's {sold:,.0f}: no growth to share out.",
                where="growth(method='untapped', total=...)",
                fix='raise the total, or write shrinking="proportional_cut"',
            )
        value = _split(total, base, choice, "Bases")
        everyone = np.ones(len(base), dtype=bool)
        return Shares(value, "by_cut", facts=facts, notes={"proportional_cut": everyone})
    left = np.maximum(potential - base, 0.0)
    more = _split(total - sold, left, choice, "Untapped potentials") if total > sold else left * 0
    items = {"potential": potential, "untapped": left}
    facts["sum_untapped"] = float(left.sum())
    return Shares(base + more, "by_untapped", items, facts=facts,
                  notes={"potential_clip": over})  # fmt: skip


def _forecast(clean: CleanBase, choice: Choice) -> Shares:
    """Return a share of the total by mean forecast, or a quantile of the unit's own."""
    year = clean.year
    if choice.quantile is not None:
        months = clean.calendar.months(year)
        value = quantiles(
            choice.forecast, clean.units, clean.by, choice.quantile, months=list(months), year=year
        )
        facts = {"quantile": choice.quantile}
        kept = np.maximum(value, 0.0)
        return Shares(kept, "by_quantile", facts=facts, notes={"below_zero": value < 0})
    mean = means(choice.forecast, clean.units, clean.by, year)
    kept = np.maximum(mean, 0.0)
    value = _split(_total(choice), kept, choice, "Mean forecasts")
    facts = {"total": _total(choice), "sum_mean": float(kept.sum())}
    return Shares(value, "by_forecast", {"mean": mean}, facts=facts, notes={"below_zero": mean < 0})


def _trend_season(clean: CleanBase, choice: Choice) -> Shares:
    """Return the forecast of the target year as it is."""
    short = ((clean.units["n_months"] < SHORT_MONTHS) & (clean.units["base"] > 0)).to_numpy()
    if short.any():
        names = node_names(clean.units, clean.by)[short]
        raise ContractError(
            f"{int(short.sum())} of {len(short)} units have fewer than {SHORT_MONTHS} months of "
            f"history, too few for a trend with a season: {', '.join(names.head(5))}.",
            where="growth(method='trend_season'), see .rows",
            fix='use method="forecast" with a total, or method="weighted_years" for them',
            rows=clean.units[short],
        )
    mean = means(choice.forecast, clean.units, clean.by, clean.year)
    kept = np.maximum(mean, 0.0)
    return Shares(kept, "by_trend_season", notes={"below_zero": mean < 0})


def _regression(clean: CleanBase, choice: Choice) -> Shares:
    """Return the total by what a cross-section of units makes of their circumstances."""
    columns = list(choice.columns or ())
    x = _given(clean, choice, columns, low=-np.inf)
    table = pd.DataFrame({**x, "base": _base(clean)})
    keys = list(clean.by)
    fit = regress(
        pd.concat([clean.units[keys].reset_index(drop=True), table], axis=1),
        by=keys,
        columns=columns,
        fit=choice.fit or "ols",
    )
    fitted = fit.frame["fitted"].to_numpy("float64")
    kept = np.maximum(fitted, 0.0)
    value = _split(_total(choice), kept, choice, "Fitted values")
    facts = {"total": _total(choice), "sum_fitted": float(kept.sum()), "r2": fit.r2}
    items = {"fitted": fitted, "leverage": fit.frame["leverage"].to_numpy("float64")}
    return Shares(
        value, "by_regression", items, facts=facts, notes={"fitted_below_zero": fitted <= 0}
    )


def _market_share(clean: CleanBase, choice: Choice) -> Shares:
    """Return last year's sales grown with the market and with the share of it."""
    base = _base(clean)
    bare = base <= 0
    if bare.any():
        names = node_names(clean.units, clean.by)[bare]
        raise ContractError(
            f"{int(bare.sum())} of {len(base)} units have no sales a share of the market could "
            f"grow from: {', '.join(names.head(5))}.",
            where="growth(method='market_share'), see .rows",
            fix='leave them out, or use method="potential"',
            rows=clean.units[bare],
        )
    given = _given(clean, choice, ["market_growth", "share_gain"], low=-1.0)
    market, gain = given["market_growth"], given["share_gain"]
    for name, values in given.items():
        if values.max() > choice.limit:
            raise ContractError(
                f"{name} must be at most {choice.limit:g}, got {float(values.max()):g}.",
                where=f"table, column {name!r}",
                fix="write 30 % as 0.30; growth above 300 % needs allow_large=True",
                code="bad-choice",
            )
    items = {"market_growth": market, "gain_growth": gain}
    return Shares(base * (1 + market) * (1 + gain), "by_market", items)


def _blend(clean: CleanBase, choice: Choice) -> Shares:
    """Return a base blended of several, and what it grows to."""
    weights = named_weights(choice)
    history = clean.history(3)
    own = {f"years_back_{k + 1}": history[:, k] for k in range(3)}
    own |= {"base": _base(clean), "trailing_12": clean.units["trailing_12"].to_numpy("float64")}
    outside = [c for c in weights if c not in own]
    own |= _given(clean, choice, outside) if outside else {}
    base = np.zeros(len(clean.units))
    items: dict[str, Floats] = {}
    for k, (column, weight) in enumerate(weights.items(), start=1):
        part = own[column]
        # a unit without a base of its own has nothing to blend; others must know every part
        bare = ~(clean.units["base"] > 0).to_numpy()
        unknown = np.isnan(part) & ~bare
        if unknown.any():
            names = node_names(clean.units, clean.by)[unknown]
            raise ContractError(
                f"{int(unknown.sum())} of {len(part)} units have no {column!r} to blend: "
                f"{', '.join(names.head(5))}.",
                where=f"growth(method='blend', columns={weights})",
                fix="blend what every unit has, or plan those units by another method",
                rows=clean.units[unknown],
            )
        part = np.where(bare & np.isnan(part), 0.0, part)
        base = base + weight * part
        items |= {f"part_{k}": part, f"weight_{k}": np.full(len(part), weight)}
    below, base = base < 0, np.maximum(base, 0.0)
    notes = {"below_zero": below, "blended": base != _base(clean)}
    if choice.total is not None:
        value = _split(_total(choice), base, choice, "Blended bases")
        facts = {"total": _total(choice), "sum_base": float(base.sum())}
        return Shares(value, "by_blend", items, base, facts, notes)
    rate = choice.rate or 0.0
    return Shares(base * (1 + rate), "by_blend", items, base, {"rate": rate}, notes)


_WAYS: dict[str, Callable[[CleanBase, Choice], Shares]] = {
    "constant": _constant,
    "potential": _potential,
    "index": _index,
    "untapped": _untapped,
    "forecast": _forecast,
    "trend_season": _trend_season,
    "regression": _regression,
    "market_share": _market_share,
    "blend": _blend,
}
