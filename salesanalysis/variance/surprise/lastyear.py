"""Against last year: trend, season and calendar, and the one-offs of both years kept apart."""

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, unknown_name
from salesanalysis.labels import Terms
from salesanalysis.periods import FiscalCalendar
from salesanalysis.variance.bridge import COUNTS, Bridge, Meta
from salesanalysis.variance.drivers.factors import Floats
from salesanalysis.variance.drivers.logmean import lmdi
from salesanalysis.variance.drivers.sums import beside
from salesanalysis.variance.drivers.window import comparable
from salesanalysis.variance.effects import Place
from salesanalysis.variance.origins import Origins, checked_origins
from salesanalysis.variance.surprise.closed import closed_window
from salesanalysis.variance.tables import (
    column_names,
    common_key,
    numbers,
    some_base,
    two_tables,
)

CALL = "trend_season"
ONE_OFF, NOW = "last_year_one_off", "surprise"
PLACES: dict[str, Place] = {
    ONE_OFF: (90, "gap", "unassigned"),
    NOW: (95, "gap", "unassigned"),
}
#: Working days come from outside; trend and season are our own history, so no market.
ORIGIN = {"calendar": "external"}
WHOLE = "(whole)"
#: Parts must add up or multiply to the value within this part of it.
SAME = 1e-6


def trend_season(
    actual: pd.DataFrame,
    base: pd.DataFrame,
    *,
    by: Sequence[str],
    parts: Sequence[str] = ("trend", "season", "calendar"),
    residual: str = "residual",
    value: str | None = None,
    model: Literal["additive", "multiplicative"] = "additive",
    period: str | None = None,
    closed_through: object = None,
    origin: Mapping[str, str] | Origins | None = None,
    names: tuple[str, str] = ("last_year", "actual"),
    base_name: str | None = None,
    window: Sequence[object] = (),
    fiscal: FiscalCalendar | None = None,
    favourable: Literal["up", "down"] = "up",
    currency: str = "CNY",
    terms: Terms | None = None,
) -> Bridge:
    """Split growth over last year into trend, season, calendar and the one-offs of both years.

    Parameters
    ----------
    actual, base : DataFrame
        The window and the same months a year earlier: the columns of `by`, `parts` and
        `residual`, whose sum (or product) is the value. Rows of an item are summed where the
        parts are additive, refused where they are factors.
    by : sequence of str
        Columns that name an item; ``[]`` for the total alone.
    parts : sequence of str
        Columns of the systematic parts.
    residual : str
        Column of what the parts leave; around 0 (additive) or 1 (multiplicative).
    value : str, optional
        Column the parts must give, checked within 1e-6; also what the bridge is called after.
    model : {"additive", "multiplicative"}
        Differences of the parts, or LMDI on the factors.
    period : str, optional
        Column of dates; default the first of ``period, month, date, order_date`` that holds
        dates.
    closed_through : date, optional
        Last closed month of `actual`; later rows, and those a year before them, are left out
        and counted.
    origin, names, base_name, window, fiscal, favourable, currency, terms
        See `explain`.

    Returns
    -------
    Bridge
        One effect per part, ``last_year_one_off`` (minus the residual of the base: most false
        stories about growth are a one-off in the base) and ``surprise`` (the residual now).

    Raises
    ------
    ContractError
        Columns, keys or values that do not fit, parts that do not give the value, factors that
        are not above 0, no common item, an empty base.

    References
    ----------
    Ang (2005), see `lmdi`, for the multiplicative model.

    Examples
    --------
    >>> then = pd.DataFrame({"trend": [100.0], "season": [10.0], "calendar": [0.0],
    ...                      "residual": [30.0]})
    >>> now = pd.DataFrame({"trend": [110.0], "season": [10.0], "calendar": [5.0],
    ...                     "residual": [-5.0]})
    >>> bridge = trend_season(now, then, by=[])
    >>> bridge.by_effect().set_index("effect")["amount"].to_dict()  # doctest: +NORMALIZE_WHITESPACE
    {'trend': 10.0, 'season': 0.0, 'calendar': 5.0, 'last_year_one_off': -30.0,
     'surprise': -5.0}
    """
    two_tables(actual, base, names, CALL)
    if model not in ("additive", "multiplicative"):
        raise unknown_name(
            model, ("additive", "multiplicative"), kind="model", where=f"{CALL}(model=...)",
            error=ContractError,
        )  # fmt: skip
    keys = column_names(by, "by", CALL)
    columns = column_names([*column_names(parts, "parts", CALL), residual], "parts", CALL)
    now, then = (
        _with_whole(f, n, keys, columns, model) for f, n in ((actual, "actual"), (base, "base"))
    )
    sides = comparable(
        now, then, keys, value=WHOLE, currency=currency, names=names, period=period,
        closed_through=closed_through, window=window,
    )  # fmt: skip
    cells = _cells(sides.actual, sides.base, keys, columns, value=value, model=model)
    x0, x1 = (np.stack([cells[f"{c}{i}"].to_numpy() for c in columns]) for i in (0, 1))
    whole = _whole(model, x0), _whole(model, x1)
    some_base(pd.Series(whole[0]), f"{CALL}(actual, base)")
    there = [cells[f"in{i}"].to_numpy() > 0 for i in (0, 1)]
    effects = [*columns[:-1], ONE_OFF, NOW]
    amounts = _additive(x0, x1) if model == "additive" else _factors(x0, x1, cells, there)
    own = {c: (10 + k, "gap", ORIGIN.get(c, "unassigned")) for k, c in enumerate(columns[:-1])}
    meta = Meta(
        method="trend_season",
        names=(str(names[0]), str(names[1])),
        base_name=base_name or names[0],
        grain=tuple(keys),
        measure=value or "revenue",
        convention=model,
        favourable=favourable,
        window=tuple(closed_window(window, closed_through)) or sides.window,
        fiscal_start=fiscal.start_month if fiscal else 0,
        overrides=checked_origins(origin, {**own, **PLACES}),
        left_out=sides.left_out,
        details=sides.details,
    )
    rows = _rows(cells[keys], effects, amounts, whole, there)
    counts = (there[0] & there[1], ~there[0], ~there[1])
    items = cells[keys].assign(
        base=whole[0], actual=whole[1],
        **{n: m.astype("int64") for n, m in zip(COUNTS, counts, strict=True)},
    )  # fmt: skip
    return Bridge.of(
        rows, items, by=keys, meta=meta, places={**own, **PLACES}, currency=currency,
        terms=terms or Terms(),
    )  # fmt: skip


def _with_whole(
    frame: pd.DataFrame, name: str, keys: list[str], columns: list[str], model: str
) -> pd.DataFrame:
    """Put what the parts give beside them: the amount of rows that are left out."""
    require_columns(frame, [*keys, *columns], name=name)
    parts = np.stack([numbers(frame, column, name) for column in columns])
    return frame.assign(**{WHOLE: _whole(model, parts)})


def _cells(
    actual: pd.DataFrame, base: pd.DataFrame, keys: list[str], columns: list[str],
    *, value: str | None, model: str,
) -> pd.DataFrame:  # fmt: skip
    """Return both sides beside each other, with the checks."""
    for frame, name in ((base, "base"), (actual, "actual")):
        require_columns(frame, [*keys, *columns, *([value] if value else [])], name=name)
        rows = frame[frame.duplicated(keys, keep=False)] if keys else frame.iloc[1:]
        if model == "multiplicative" and len(rows):
            raise ContractError(
                f"{len(rows)} rows of {name} share an item, and factors cannot be summed.",
                where=f"keys {keys}, first rows {rows.index[:3].tolist()}, see .rows",
                fix="give one row per item, with the month in by",
                code="duplicate-key",
                rows=rows,
            )
    given = [*columns, value] if value and value not in columns else columns
    cells = beside(actual, base, keys, given)
    if keys:
        common_key(cells, keys, CALL)
    for side in ("0", "1") if value else ():
        _gives(cells, columns, str(value), model, side)
    return cells


def _gives(cells: pd.DataFrame, columns: list[str], value: str, model: str, side: str) -> None:
    """Refuse parts that do not give the value."""
    name = {"0": "base", "1": "actual"}[side]
    found = _whole(model, np.stack([cells[f"{c}{side}"].to_numpy() for c in columns]))
    told = cells[f"{value}{side}"].to_numpy()
    bad = np.abs(found - told) > SAME * np.maximum(np.abs(told), np.abs(found))
    if bad.any():
        verb = "add up" if model == "additive" else "multiply"
        worst = int(np.argmax(np.abs(found - told)))
        raise ContractError(
            f"Parts of {int(bad.sum())} of {len(cells)} items of {name} do not {verb} to {value}.",
            where=f"worst: {found[worst]:,.2f} instead of {told[worst]:,.2f}, see .rows",
            fix="give all parts and what they leave, or the other model",
            code="does-not-add-up",
            rows=cells[bad],
        )


def _whole(model: str, x: Floats) -> Floats:
    whole: Floats = x.sum(axis=0) if model == "additive" else x.prod(axis=0)
    return whole


def _additive(x0: Floats, x1: Floats) -> Floats:
    """Return differences of the parts, the residual of each year on its own."""
    return np.vstack([x1[:-1] - x0[:-1], -x0[-1:], x1[-1:]])


def _factors(x0: Floats, x1: Floats, cells: pd.DataFrame, there: list[np.ndarray]) -> Floats:
    """Return LMDI effects; the residual goes from its value then to 1, and from 1 to now."""
    bad = (there[0] & ~(x0 > 0).all(axis=0)) | (there[1] & ~(x1 > 0).all(axis=0))
    if bad.any():
        raise ContractError(
            f"{int(bad.sum())} of {len(cells)} items have a factor that is not above 0.",
            where=f'{CALL}(model="multiplicative"), see .rows',
            fix='use model="additive" with parts in currency',
            rows=cells[bad],
        )
    one = np.ones((1, x0.shape[1]))
    both = there[0] & there[1]
    then, now = (
        np.where(both, x, 1.0) for x in (np.vstack([x0, one]), np.vstack([x1[:-1], one, x1[-1:]]))
    )
    return lmdi(then, now)


def _rows(
    keys: pd.DataFrame,
    effects: list[str],
    amounts: Floats,
    whole: tuple[Floats, Floats],
    there: list[np.ndarray],
) -> pd.DataFrame:
    """Return one row per item and effect; an item on one side is new or lost."""
    both = there[0] & there[1]
    rows = [
        keys[both].assign(effect=name, amount=amounts[k][both], note="")
        for k, name in enumerate(effects)
    ]
    for name, at, note in (("new", ~there[0], "only_actual"), ("lost", ~there[1], "only_base")):
        rows.append(keys[at].assign(effect=name, amount=(whole[1] - whole[0])[at], note=note))
    return pd.concat([r for r in rows if len(r)], ignore_index=True)
