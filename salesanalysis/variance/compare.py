"""The entry: compare actual with a base and return the bridge between them."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pandas as pd

from salesanalysis.labels import Terms
from salesanalysis.periods import FiscalCalendar
from salesanalysis.variance.arithmetic import choose
from salesanalysis.variance.asked import (
    METHODS,
    Asked,
    check_fits,
    distinct,
    first_meta,
    price_method,
    rules_of,
    two_or_table,
)
from salesanalysis.variance.between import bridge_between
from salesanalysis.variance.bridge import Bridge
from salesanalysis.variance.convention import Convention
from salesanalysis.variance.doors import by_days, by_rate, by_tree
from salesanalysis.variance.market import Market
from salesanalysis.variance.origins import Origins, checked_origins
from salesanalysis.variance.sides import Rates
from salesanalysis.variance.tables import column_names, not_copied, two_tables

KEYWORDS = (
    "by", "value", "units", "dims", "method", "convention", "cost", "market", "fx", "calendar",
    "revised", "last_year", "chain", "factors", "rate", "closed_through", "period", "origin",
    "names", "base_name", "window", "fiscal", "favourable", "empty_base", "currency", "terms",
)  # fmt: skip
TREES = ("lmdi", "shapley", "sequential")


def explain(
    actual: pd.DataFrame,
    base: pd.DataFrame,
    *,
    by: Sequence[str],
    value: str = "revenue",
    units: str | None = None,
    dims: Sequence[str] = (),
    method: Literal["auto", "gap", "pvm", "lmdi", "shapley", "sequential", "rate_mix"] = "auto",
    convention: str | Convention | Mapping[str, Any] | None = None,
    cost: str | None = None,
    market: Market | None = None,
    fx: Rates | None = None,
    calendar: Market | None = None,
    revised: pd.DataFrame | None = None,
    last_year: pd.DataFrame | None = None,
    chain: Sequence[str] | Mapping[str, str] | None = None,
    factors: Sequence[str] | None = None,
    rate: tuple[str, str] | None = None,
    closed_through: object = None,
    period: str | None = None,
    origin: Mapping[str, str] | Origins | None = None,
    names: tuple[str, str] = ("target", "actual"),
    base_name: str | None = None,
    window: Sequence[object] = (),
    fiscal: FiscalCalendar | None = None,
    favourable: Literal["up", "down"] = "up",
    empty_base: Literal["refuse", "new_business"] = "refuse",
    currency: str = "CNY",
    terms: Terms | None = None,
    **choices: Any,
) -> Bridge:
    """Split the difference between actual and base into effects that add up to it.

    Parameters
    ----------
    actual, base : DataFrame
        Rows of sales, or sums of them: the columns of `by` and `dims`, `value`, and `units`
        and `cost` where given. ``is_return``, where there, marks returns. `actual` without
        rows sold nothing: all of the base is lost. Both sides give the same answer as rows
        and as sums; a table that looks summed may hold a key once (``aggregate=True`` sums it).
    by : sequence of str
        Columns that name an item, such as ``["product_line"]``; an item without a base is
        new, one without actual sales lost.
    value : str, currency
    units : str, optional
        With it price, quantity and mix are told apart (`method` ``pvm``); without it only the
        difference of each item is known (``gap``).
    dims : sequence of str
        Further columns cells are divided by; whether an item is new is decided on `by`.
    method : {"auto", "gap", "pvm", "lmdi", "shapley", "sequential", "rate_mix"}
        ``auto``: `rate` gives ``rate_mix``, `chain` or `factors` ``lmdi`` (``shapley`` where a
        value is not above 0), `units` ``pvm``, else ``gap``.
    convention : str, Convention or mapping, optional
        A name such as ``midpoint``, or every choice; see `Convention`. Keywords stand above it.
    cost : str, optional, currency
        Then the margin `value` - `cost` is explained, with a line for cost.
    market : (float, float) or DataFrame, optional
        Market in base and actual (units or an index): one pair, or a frame of group columns,
        ``base`` and ``actual``, or one by month with ``period``. Divides quantity into market
        size and market share. With ``market_unit="value"`` the market is in money and divides
        the whole change; then there is no price row.
    fx : (float, float), (str, str) or DataFrame, optional
        Exchange rates, reporting currency per unit of local: see `in_reporting_currency`. All
        effects are at base rates; what rates moved is a row of its own.
    calendar : (float, float) or DataFrame, optional
        Working days of base and actual, as a pair or by group, or one row per day with ``date``
        and ``is_workday``. Days are taken out of quantity, and out of the market size. Without
        `units` the change is split into days and run rate.
    revised : DataFrame, optional
        A revised plan: `plan` is revised minus base, the other effects start from it.
    last_year : DataFrame, optional
        Sales of the same months a year before, for ``target_price="last_year"``.
    chain, factors : sequence of str, optional
        Driver tree, see `explain_chain`.
    rate : (str, str), optional
        Numerator and denominator of a rate, see `explain_rate`.
    closed_through : date, optional
        Last closed month; see ``open_months`` of `Convention`.
    period : str, optional
        Column of dates; default the first of ``period, month, date, order_date`` that holds
        dates.
    origin : mapping of effect to origin, or Origins, optional
        Overrides where an effect comes from, such as ``{"lost": "external"}``, or the table of a
        file, see `read_origins`; moves no amount between effects.
    names : pair of str
        What the sides are: ``target``, ``last_year``, ``last_quarter``, ``last_period``,
        ``forecast``, ``peers``, ``actual``.
    base_name : str, optional
        Which base exactly, such as ``plan v3``; default the first of `names`.
    window : (first, last), optional
        Months compared, for text and captions; default those of the column of dates.
    fiscal : FiscalCalendar, optional
        Then whole quarters and years are called so.
    favourable : {"up", "down"}
        ``down`` for cost lines; turns colours, never signs.
    empty_base : {"refuse", "new_business"}
        What to do where the base has no rows or adds up to 0; see `new_business`.
    currency : str
    terms : Terms, optional
    **choices
        Any choice of `Convention`: ``mix``, ``new_lost``, ``returns``, ``mix_split``,
        ``fixed_cost``, ``per_month``, ``chained`` ...

    Returns
    -------
    Bridge

    Raises
    ------
    ContractError
        Columns, keys, values or choices that do not fit; no common key; an empty base; windows,
        grains, currencies or measures that differ; a key twice in a table that is summed.

    References
    ----------
    Bennet (1920), see `pvm_effects`; Kaplan Publishing (2018), ACCA Performance Management,
    market size and market share variances, planning and operational variances.

    Examples
    --------
    >>> plan = pd.DataFrame({"product": ["A", "B"], "quantity": [100, 50],
    ...                      "revenue": [1000.0, 1000.0]})
    >>> sold = pd.DataFrame({"product": ["A", "C"], "quantity": [110, 40],
    ...                      "revenue": [1210.0, 1200.0]})
    >>> bridge = explain(sold, plan, by=["product"], units="quantity")
    >>> bridge.by_effect()[["effect", "amount"]].to_numpy().tolist()
    [['quantity', 100.0], ['mix', 0.0], ['price', 110.0], ['new', 1200.0], ['lost', -1000.0]]
    >>> print(bridge.headline())
    Sales 410 CNY above target (+20.5%); new +1,200, lost -1,000, price +110, quantity +100
    """
    two_tables(actual, base, names, "explain")
    rules = rules_of(
        convention, choices, rates=rate is not None or method == "rate_mix", keywords=KEYWORDS
    )
    for name, given, allowed in (
        ("method", method, METHODS),
        ("favourable", favourable, ("up", "down")),
        ("empty_base", empty_base, ("refuse", "new_business")),
    ):
        choose(given, allowed, name)
    two_or_table(market=market, calendar=calendar, fx=fx)
    if not rules.aggregate:
        for table, name in ((base, "base"), (actual, "actual")):
            not_copied(table, name, "explain")
    context: dict[str, Any] = {
        "by": by, "dims": dims, "names": names, "base_name": base_name, "window": window,
        "fiscal": fiscal, "favourable": favourable, "currency": currency, "terms": terms,
        "origin": origin, "period": period, "closed_through": closed_through,
    }  # fmt: skip
    priced: dict[str, Any] = {
        "units": units, "cost": cost, "market": market, "fx": fx, "calendar": calendar,
        "revised": revised, "last_year": last_year,
    }  # fmt: skip
    if rate is not None or method == "rate_mix":
        return by_rate(actual, base, rules, choices, priced, rate=rate, **context)
    if chain is not None or factors is not None or method in TREES:
        tree: dict[str, Any] = {"chain": chain, "factors": factors, "method": method}
        return by_tree(actual, base, rules, choices, priced, value=value, **tree, **context)
    chosen = price_method(method, units, market, rules)
    check_fits(chosen, choices)
    if chosen == "gap" and calendar is not None and rules.open_months != "prorate":
        return by_days(actual, base, priced, value=value, **context)
    names_of = column_names(by, "by", "explain", needed=True, taken=value)
    keys = distinct([*names_of, *column_names(dims, "dims", "explain", taken=value)])
    meta = first_meta(
        method=chosen, names=names, base_name=base_name, keys=keys, value=value, cost=cost,
        rules=rules, favourable=favourable, window=window, fiscal=fiscal,
        overrides=checked_origins(origin),
    )  # fmt: skip
    asked = Asked(
        by=names_of, keys=keys, value=value, units=units, cost=cost, method=chosen, rules=rules,
        meta=meta, market=market, calendar=calendar, fx=fx, last_year=last_year,
        closed_through=closed_through, period=period, empty_base=empty_base, currency=currency,
        terms=terms,
    )  # fmt: skip
    return bridge_between(actual, base, revised, asked)
