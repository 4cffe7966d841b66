"""A rate against a base: did the rates move, or the members they are taken over."""

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.labels import Terms
from salesanalysis.periods import FiscalCalendar
from salesanalysis.variance.bridge import COUNTS, Bridge, Meta
from salesanalysis.variance.drivers.sums import beside
from salesanalysis.variance.drivers.window import comparable, said
from salesanalysis.variance.effects import Place
from salesanalysis.variance.origins import Origins, checked_origins
from salesanalysis.variance.rates.arithmetic import (
    REFERENCES,
    RULES,
    RateEffects,
    Reference,
    Rule,
    split,
)
from salesanalysis.variance.rates.simpson import reversal
from salesanalysis.variance.tables import column_names, common_key, spelt_apart, two_tables

CALL = "explain_rate"
#: A mean above this is no share: revenue per order, not conversion.
SHARE = 2.0
#: What everybody calls these rates.
NAMES = {
    ("collected_amount", "due_amount"): "collection_rate",
    ("deals", "leads"): "conversion_rate",
}
#: Effects that only rates have, and mix where it stands beside them.
PLACES: dict[str, Place] = {
    "rate": (10, "gap", "internal"),
    "mix": (20, "gap", "internal"),
    "interaction": (30, "gap", "unassigned"),
}


def explain_rate(
    actual: pd.DataFrame,
    base: pd.DataFrame,
    *,
    by: Sequence[str],
    rate: tuple[str, str],
    dims: Sequence[str] = (),
    convention: Rule = "symmetric",
    ref: Reference = "mid_mean",
    in_money: bool = False,
    kind: Literal["auto", "share", "money"] = "auto",
    measure: str | None = None,
    period: str | None = None,
    closed_through: object = None,
    origin: Mapping[str, str] | Origins | None = None,
    names: tuple[str, str] = ("target", "actual"),
    base_name: str | None = None,
    window: Sequence[object] = (),
    fiscal: FiscalCalendar | None = None,
    favourable: Literal["up", "down"] = "up",
    currency: str = "CNY",
    terms: Terms | None = None,
) -> Bridge:
    """Split the change of a rate into rates that moved and members that grew or shrank.

    Parameters
    ----------
    actual, base : DataFrame
        Rows, or sums of them: the columns of `by` and `dims`, and both columns of `rate`. Rows
        of one member are summed: a rate is a ratio of sums, never a mean of ratios.
    by : sequence of str
        Columns that name a member, such as ``["customer_type"]``.
    rate : (numerator, denominator)
        Columns, such as ``("collected_amount", "due_amount")`` or ``("deals", "leads")``.
    dims : sequence of str
        Further columns members are divided by.
    convention, ref
        See `rate_mix`.
    in_money : bool
        Amounts times the actual denominator: what the rate was worth, in its unit.
    kind : {"auto", "share", "money"}
        Whether the rate is a share, shown in percent, or an amount per piece, shown as money.
        ``auto`` takes it as a share where both totals are at most 2 (200 %).
    measure : str, optional
        What the rate is called, such as ``collection_rate``; default its usual name, else both
        columns.
    period, closed_through
        See `explain_chain`.
    origin, names, base_name, window, fiscal, favourable, currency, terms
        See `explain`.

    Returns
    -------
    Bridge
        ``rate``, ``mix`` (and ``interaction``), ``new`` and ``lost``; amounts are fractions
        (0.07 is 7 points) or money. Members new to the set have no rate effect. `items` has
        numerators ``n0, n1`` and denominators ``d0, d1``. ``meta.details`` says under
        ``simpson`` whether the members move against their total.

    Raises
    ------
    ContractError
        Columns, keys or values that do not fit, a negative denominator, a numerator without a
        denominator, no common member, an unknown choice.

    References
    ----------
    Kitagawa (1955), see `rate_mix`.

    Examples
    --------
    >>> before = pd.DataFrame({"source": ["Paid social", "Direct"], "visits": [4000, 1000],
    ...                        "deals": [200, 200]})
    >>> now = pd.DataFrame({"source": ["Paid social", "Direct"], "visits": [1000, 4000],
    ...                     "deals": [30, 720]})
    >>> bridge = explain_rate(now, before, by=["source"], rate=("deals", "visits"),
    ...                       names=("last_period", "actual"))
    >>> bridge.by_effect()[["effect", "amount"]].round(9).to_numpy().tolist()
    [['rate', -0.02], ['mix', 0.09]]
    >>> bridge.meta.detail("simpson")
    'every'
    """
    two_tables(actual, base, names, CALL)
    _choices(convention=convention, ref=ref, favourable=favourable, kind=kind)
    keys, (top, bottom) = _keys(by, dims), _columns(rate)
    sides = comparable(
        actual, base, keys, value=top, currency=currency, names=names, period=period,
        closed_through=closed_through, window=window,
    )  # fmt: skip
    cells = beside(sides.actual, sides.base, keys, [top, bottom])
    _possible(cells, top, bottom)
    common_key(cells[(cells[[f"{bottom}0", f"{bottom}1"]] > 0).any(axis=1)], keys, CALL)
    n, d = ([cells[f"{c}{i}"].to_numpy() for i in (0, 1)] for c in (top, bottom))
    s0, s1 = (x / x.sum() for x in d)
    r0, r1 = (np.divide(x, y, out=np.zeros(len(x)), where=y > 0) for x, y in zip(n, d, strict=True))
    found, seen = split(s0, r0, s1, r1, rule=convention, ref=ref), reversal(s0, r0, s1, r1)
    scale = float(d[1].sum()) if in_money else 1.0
    money = kind == "money" or (kind == "auto" and max(abs(found.start), abs(found.end)) > SHARE)
    flag = ("every" if seen.every else "most") if seen.flag else ""
    notes = {
        "ref": ref, "numerator": top, "denominator": bottom, "in_money": "yes" if in_money else "",
        "simpson": flag, "simpson_share": f"{seen.share:.6f}" if flag else "",
        "simpson_gap": repr((found.end - found.start) * scale) if flag else "",
    }  # fmt: skip
    meta = Meta(
        method="rate_mix",
        names=(str(names[0]), str(names[1])),
        base_name=base_name or names[0],
        grain=tuple(keys),
        measure=measure or (top if in_money else NAMES.get((top, bottom), f"{top}/{bottom}")),
        convention=convention,
        # a rate has no line for returns: they are inside numerator and denominator
        returns="net" if any(_marked(f) for f in (sides.actual, sides.base)) else "",
        favourable=favourable,
        window=said(window, sides),
        fiscal_start=fiscal.start_month if fiscal else 0,
        overrides=checked_origins(origin, PLACES),
        kind="money" if in_money or money else "share",
        # sums of numerators are no rates: what was left out is counted, not valued
        left_out=tuple(left.replace("=", "_rate=") for left in sides.left_out),
        details=(
            *((name, text) for name, text in notes.items() if text),
            *spelt_apart(cells[keys], d[0] > 0, d[1] > 0),
        ),
    )
    items = _items(cells[keys], n, d, found.ref * scale, scale)
    return Bridge.of(
        _rows(items, keys, found, convention, scale), items, by=keys, meta=meta, places=PLACES,
        currency=currency, terms=terms or Terms(),
    )  # fmt: skip


def _marked(frame: pd.DataFrame) -> bool:
    return "is_return" in frame.columns and bool(frame["is_return"].fillna(value=False).any())


def _rows(
    items: pd.DataFrame, keys: list[str], found: RateEffects, rule: str, scale: float
) -> pd.DataFrame:
    """Return one row per member and effect; a member on one side has one row."""
    both, new, lost = (items[c].to_numpy() > 0 for c in COUNTS)
    kinds = [("rate", both, ""), ("mix", both, "")]
    kinds += [("interaction", both, "")] if rule == "three_term" else []
    kinds += [("new", new, "only_actual"), ("lost", lost, "only_base")]
    parts = [
        items.loc[at, keys].assign(effect=kind, amount=getattr(found, kind)[at] * scale, note=note)
        for kind, at, note in kinds
    ]
    return pd.concat([p for p in parts if len(p)], ignore_index=True)


def _items(
    keys: pd.DataFrame, n: list[np.ndarray], d: list[np.ndarray], ref: float, scale: float
) -> pd.DataFrame:
    """Return each member's part of both rates, and what the reference moves between members."""
    there = [x > 0 for x in d]
    counts = (there[0] & there[1], ~there[0] & there[1], there[0] & ~there[1])
    sides = [x / y.sum() * scale for x, y in zip(n, d, strict=True)]
    moved = ref * (d[1] / d[1].sum() - d[0] / d[0].sum())
    return keys.assign(
        base=sides[0],
        actual=sides[1],
        **{c: m.astype("int64") for c, m in zip(COUNTS, counts, strict=True)},
        moved=moved,
        n0=n[0],
        d0=d[0],
        n1=n[1],
        d1=d[1],
    )


def _keys(by: Sequence[str], dims: Sequence[str]) -> list[str]:
    """Return the columns that name a member, at least one."""
    keys = column_names(by, "by", CALL) + column_names(dims, "dims", CALL)
    if not keys or len(set(keys)) != len(keys):
        raise ContractError(
            f"A rate needs members to be split by, each column once; got {keys}.",
            where=f"{CALL}(by=..., dims=...)",
            fix='name the members, such as by=["customer_type"]',
            code="bad-choice",
        )
    return keys


def _columns(rate: tuple[str, str]) -> tuple[str, str]:
    """Return numerator and denominator, refusing anything but two columns."""
    if isinstance(rate, str) or len(rate) != 2 or rate[0] == rate[1]:
        raise ContractError(
            f"A rate is two columns, numerator and denominator; got {rate!r}.",
            where=f"{CALL}(rate=...)",
            fix='write rate=("collected_amount", "due_amount")',
            code="bad-choice",
        )
    return rate[0], rate[1]


def _choices(**given: str) -> None:
    """Refuse a choice that does not exist."""
    known = {"convention": RULES, "ref": REFERENCES, "favourable": ("up", "down")}
    known["kind"] = ("auto", "share", "money")
    for name, value in given.items():
        if value not in known[name]:
            raise unknown_name(
                value, known[name], kind=name, where=f"{CALL}({name}=...)", error=ContractError
            )


def _possible(cells: pd.DataFrame, top: str, bottom: str) -> None:
    """Refuse what has no rate: no denominator at all, a negative one, a numerator without one."""
    for side, name in (("0", "base"), ("1", "actual")):
        n, d = cells[f"{top}{side}"], cells[f"{bottom}{side}"]
        for bad, what, fix in (
            (d < 0, f"have a negative {bottom!r}", "take returns and credits out first"),
            ((d == 0) & (n != 0), f"have {top!r} without {bottom!r}", f"check {bottom!r}"),
        ):
            if bad.any():
                raise ContractError(
                    f"{int(bad.sum())} of {len(cells)} members {what} in {name}.",
                    where=f"sums of {name}, see .rows",
                    fix=fix,
                    rows=cells[bad],
                )
        if not d.sum() > 0:
            raise ContractError(
                f"{bottom!r} of {name} adds up to 0, so there is no rate.",
                where=f"{name}[{bottom!r}]",
                fix="compare a window in which there is something on both sides",
                code="empty-table",
            )
