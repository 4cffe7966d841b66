"""The entry: compare actual with a base and return the bridge between them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.labels import Terms
from salesanalysis.periods import FiscalCalendar, month_start
from salesanalysis.variance.arithmetic import CONVENTIONS, MIXES, Convention, Mix, choose
from salesanalysis.variance.bridge import COUNTS, SIDES, Bridge, Meta
from salesanalysis.variance.cells import read_cells
from salesanalysis.variance.effects import checked_origins
from salesanalysis.variance.pvm import Market, gap_rows, new_and_lost, pvm_rows


def explain(
    actual: pd.DataFrame,
    base: pd.DataFrame,
    *,
    by: Sequence[str],
    value: str = "revenue",
    units: str | None = None,
    dims: Sequence[str] = (),
    method: Literal["auto", "gap", "pvm"] = "auto",
    convention: Convention = "price_at_actual",
    mix: Mix = "vs_average",
    new_lost: Literal["separate", "merge"] = "separate",
    returns: Literal["separate", "net"] = "separate",
    cost: str | None = None,
    market: Market | None = None,
    origin: Mapping[str, str] | None = None,
    empty_base: Literal["refuse", "new_business"] = "refuse",
    names: tuple[str, str] = ("target", "actual"),
    base_name: str | None = None,
    window: Sequence[object] = (),
    fiscal: FiscalCalendar | None = None,
    favourable: Literal["up", "down"] = "up",
    currency: str = "CNY",
    terms: Terms | None = None,
) -> Bridge:
    """Split the difference between actual and base into effects that add up to it.

    Parameters
    ----------
    actual, base : DataFrame
        Rows of sales, or sums of them: the columns of `by` and `dims`, `value`, and `units`
        and `cost` where given. Rows of one key are summed. ``is_return``, where there,
        marks returns. `actual` without rows sold nothing: all of the base is lost.
    by : sequence of str
        Columns that name an item, such as ``["product_line"]``; an item without a base is
        new, one without actual sales lost.
    value : str, currency
    units : str, optional
        With it price, quantity and mix are told apart (`method` ``pvm``); without it only the
        difference of each item is known (``gap``).
    dims : sequence of str
        Further columns cells are divided by; whether an item is new is decided on `by`.
    method : {"auto", "gap", "pvm"}
    convention, mix
        See `pvm_effects`; part of the result, because item rows depend on them.
    new_lost : {"separate", "merge"}
        New and lost items as lines of their own, or placed in quantity and mix.
    returns : {"separate", "net"}
        Rows with negative units or ``is_return`` as a line of their own, or netted.
    cost : str, optional, currency
        Then the margin `value` - `cost` is explained, with a line for cost.
    market : (float, float) or DataFrame, optional
        Market in base and actual (units or an index): one pair, or a frame of group columns,
        ``base`` and ``actual``. Divides quantity into market size and market share.
    origin : mapping of effect to origin, optional
        Overrides where an effect comes from; moves no amount between effects.
    empty_base : {"refuse", "new_business"}
        What to do where the base has no rows or adds up to 0; see `new_business`.
    names : pair of str
        What the sides are: ``target``, ``last_year``, ``last_period``, ``forecast``, ``actual``.
    base_name : str, optional
        Which base exactly, such as ``plan v3``; default the first of `names`.
    window : (first, last), optional
        Months compared, for text and captions.
    fiscal : FiscalCalendar, optional
        Then whole quarters and years are called so.
    favourable : {"up", "down"}
        ``down`` for cost lines; turns colours, never signs.
    currency : str
    terms : Terms, optional

    Returns
    -------
    Bridge

    Raises
    ------
    ContractError
        Columns, keys, values or choices that do not fit; no common key; an empty base.

    References
    ----------
    Bennet (1920), see `pvm_effects`; Kaplan Publishing (2018), ACCA Performance Management,
    market size and market share variances.

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
    _choices(
        method=method, convention=convention, mix=mix, new_lost=new_lost,
        returns=returns, favourable=favourable, empty_base=empty_base,
    )  # fmt: skip
    by, keys = _names(by, "by"), [*_names(by, "by"), *_names(dims, "dims")]
    _sides(actual, base, keys, names)
    chosen = _method(method, units, market)
    meta = Meta(
        method=chosen,
        names=(str(names[0]), str(names[1])),
        base_name=base_name or names[0],
        grain=tuple(keys),
        measure="margin" if cost else value,
        cost=cost or "",
        favourable=favourable,
        window=tuple(month_start(month) for month in window),
        fiscal_start=fiscal.start_month if fiscal else 0,
        overrides=checked_origins(origin),
    )
    if _is_empty(base, value):
        if empty_base == "refuse":
            raise _nothing_to_compare(len(base), by)
        return _new(actual, value, cost, replace(meta, method="new_business"), currency, terms)
    if chosen == "pvm":
        meta = replace(
            meta, convention=convention, mix=mix, new_lost=new_lost, returns=returns,
            market=_market_columns(market),
        )  # fmt: skip
    cells = read_cells(
        actual, base, keys, value=value, cost=cost, returns=returns,
        units=units if chosen == "pvm" else None,
    )  # fmt: skip
    _common_key(cells, keys)
    rows = pvm_rows(cells, by, meta, market) if chosen == "pvm" else gap_rows(cells, keys)
    return Bridge.of(
        rows, _items(cells, by, keys), by=keys, meta=meta, currency=currency, terms=terms or Terms()
    )


def new_business(
    actual: pd.DataFrame,
    *,
    by: Sequence[str],
    value: str = "revenue",
    cost: str | None = None,
    names: tuple[str, str] = ("target", "actual"),
    base_name: str | None = None,
    window: Sequence[object] = (),
    fiscal: FiscalCalendar | None = None,
    currency: str = "CNY",
    terms: Terms | None = None,
) -> Bridge:
    """Return the bridge of business that had nothing before: from 0, one `new` step a member.

    Parameters
    ----------
    actual : DataFrame
        The columns of `by`, and `value` (and `cost`) in currency.
    by, value, cost, names, base_name, window, fiscal, currency, terms
        See `explain`.

    Returns
    -------
    Bridge
        ``start`` is 0; shares of the base are empty and ``status`` is ``no_base``.

    Raises
    ------
    ContractError
        Missing columns, no rows, empty keys or values.

    Examples
    --------
    >>> sold = pd.DataFrame({"product": ["A", "C"], "revenue": [1210.0, 1200.0]})
    >>> print(new_business(sold, by=["product"], names=("last_year", "actual")).headline())
    Sales 2.4k CNY, all of it new business: nothing in last year to compare with
    """
    keys = _names(by, "by")
    meta = Meta(
        method="new_business",
        names=(str(names[0]), str(names[1])),
        base_name=base_name or names[0],
        grain=tuple(keys),
        measure="margin" if cost else value,
        cost=cost or "",
        window=tuple(month_start(month) for month in window),
        fiscal_start=fiscal.start_month if fiscal else 0,
    )
    return _new(actual, value, cost, meta, currency, terms)


def _new(  # noqa: PLR0917  the same six arguments in the same order from both callers
    actual: pd.DataFrame,
    value: str,
    cost: str | None,
    meta: Meta,
    currency: str,
    terms: Terms | None,
) -> Bridge:
    """Build a bridge from 0, one row per member."""
    keys = list(meta.grain)
    cells = read_cells(actual, actual, keys, value=value, units=None, cost=cost, returns="net")
    amount = cells["r1"] - cells["c1"]
    items = cells[keys].assign(base=0.0, actual=amount, n_matched=0, n_new=1, n_lost=0)
    rows = cells[keys].assign(effect="new", amount=amount, note="")
    return Bridge.of(rows, items, by=keys, meta=meta, currency=currency, terms=terms or Terms())


def _items(cells: pd.DataFrame, by: list[str], keys: list[str]) -> pd.DataFrame:
    """Return base and actual of each cell, and whether it is matched, new or lost."""
    new, lost = new_and_lost(cells, by)
    idle = ~(new | lost) & (cells[["q0", "r0", "q1", "r1"]] == 0).all(axis=1).to_numpy()
    found = dict(zip(COUNTS, (~(new | lost | idle), new, lost), strict=True))
    sides = {
        name: cells[f"r{s}"] - cells[f"c{s}"] + cells[f"returns{s}"] + cells[f"no_units{s}"]
        for s, name in zip("01", SIDES, strict=True)
    }
    return cells[keys].assign(**sides, **{n: m.astype("int64") for n, m in found.items()})


def _choices(**given: str) -> None:
    """Refuse a choice that does not exist."""
    allowed = {
        "method": ("auto", "gap", "pvm"),
        "convention": CONVENTIONS,
        "mix": MIXES,
        "new_lost": ("separate", "merge"),
        "returns": ("separate", "net"),
        "favourable": ("up", "down"),
        "empty_base": ("refuse", "new_business"),
    }
    for name, value in given.items():
        choose(value, allowed[name], name)


def _names(columns: Sequence[str], argument: str) -> list[str]:
    """Return column names as a list, refusing text, none at all and the same one twice."""
    wrong = isinstance(columns, str) or (argument == "by" and not len(columns))
    if wrong or len(set(columns)) != len(columns):
        example = f'["{columns}"]' if isinstance(columns, str) and columns else '["region"]'
        raise ContractError(
            f"{argument} must be a list of different column names, got {columns!r}.",
            where=f"explain({argument}=...)",
            fix=f"write {argument}={example}",
            code="bad-choice",
        )
    return list(columns)


def _sides(
    actual: pd.DataFrame, base: pd.DataFrame, keys: list[str], names: tuple[str, str]
) -> None:
    """Refuse a frame compared with itself, and keys named twice."""
    if actual is base or len(names) != 2 or names[0] == names[1]:
        raise ContractError(
            "actual and base are the same table or carry the same name.",
            where=f"explain(actual, base, names={tuple(names)!r})",
            fix="pass two tables and two names, base first",
            code="bad-choice",
        )
    if len(set(keys)) != len(keys):
        raise ContractError(
            f"by and dims name a column twice: {keys}.",
            where="explain(by=..., dims=...)",
            fix="name each column once",
            code="bad-choice",
        )


def _method(method: str, units: str | None, market: Market | None) -> str:
    """Return gap or pvm; what needs units is refused without them."""
    chosen = ("pvm" if units else "gap") if method == "auto" else method
    for wanted, needs in ((method == "pvm", 'method="pvm"'), (market is not None, "market=")):
        if wanted and not (units and chosen == "pvm"):
            raise ContractError(
                f"{needs} needs units to tell price and quantity apart.",
                where="explain(units=...)",
                fix='name the units column, such as units="quantity", or use method="gap"',
                code="bad-choice",
            )
    return chosen


def _market_columns(market: Market | None) -> tuple[str, ...]:
    if isinstance(market, pd.DataFrame):
        return tuple(c for c in market.columns if c not in SIDES)
    return () if market is None else ("total",)


def _is_empty(base: pd.DataFrame, value: str) -> bool:
    """Tell whether the base has no rows, or adds up to nothing."""
    if not len(base):
        return True
    if value not in base.columns or not pd.api.types.is_numeric_dtype(base[value]):
        return False  # the column check says so with a better message
    total, size = base[value].sum(skipna=False), base[value].abs().sum(skipna=False)
    return bool(abs(total) <= 1e-12 * size)


def _nothing_to_compare(n_rows: int, by: list[str]) -> ContractError:
    what = "has no rows" if not n_rows else "adds up to 0"
    return ContractError(
        f"The base {what}, so there is nothing to compare with.",
        where=f"explain(actual, base), {n_rows} rows of base",
        fix=f"report it as new business: sa.variance.new_business(actual, by={by}), or "
        'explain(..., empty_base="new_business")',
        code="empty-table",
    )


def _common_key(cells: pd.DataFrame, keys: list[str]) -> None:
    """Refuse two tables that share no key at all."""
    in0, in1 = cells["in0"].to_numpy() > 0, cells["in1"].to_numpy() > 0
    if (in0 & in1).any() or not in1.any():
        return
    shown = [_sample(cells.loc[side, keys]) for side in (in0, in1)]
    raise ContractError(
        f"base and actual share no {' / '.join(keys)} at all.",
        where=f"base has {shown[0]}, actual has {shown[1]}",
        fix="write the names the same way on both sides: spaces, case, full-width letters",
        code="unknown-name",
    )


def _sample(keys: pd.DataFrame) -> list[object]:
    """Return the first three keys, for a message."""
    found = list(keys.head(3).itertuples(index=False, name=None))
    return [key[0] for key in found] if len(keys.columns) == 1 else found
