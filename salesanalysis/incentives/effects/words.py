"""Sentences about a scheme change: "change after" or "difference from control", never more."""

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesanalysis.incentives.effects.cautions import (
    chance,
    checks,
    counts,
    doubtful,
    off_by,
    threats,
    timing,
)
from salesanalysis.labels import count, exact, growth, label, money, month, percent, points, unit_of
from salesanalysis.results import column_label

if TYPE_CHECKING:
    from salesanalysis.incentives.effects.result import EffectMeta, SchemeEffect


def amount(
    value: float, meta: "EffectMeta", currency: str, lang: str, *, signed: bool = False
) -> str:
    """Write an outcome in its unit.

    Shares are changes in points, levels in percent.
    """
    if not np.isfinite(value):
        return "–"
    if meta.kind == "share":
        return points(100 * value, lang) if signed else percent(value)
    # a rate per day can be tiny: three digits that count
    small = meta.kind == "number" and 0 < abs(value) < 0.1
    text = exact(value, min(2 - math.floor(math.log10(abs(value))), 8) if small else 2)
    plus = "+" if signed and value > 0 and text != "0.00" else ""
    if meta.kind == "number":
        return f"{plus}{text}"
    if abs(value) >= 10_000:
        return money(value, lang, currency, signed=signed)
    gap = " " if lang == "en" else ""
    return f"{plus}{text}{gap}{unit_of(currency, lang)}"


def per(meta: "EffectMeta", lang: str) -> str:
    """Write what the outcome is measured by."""
    if meta.per == "day":
        return label("scheme.per_day", lang)
    name = column_label(meta.unit, lang)
    return label("scheme.per_month", lang, unit=name.lower() if lang == "en" else name)


class Teller:
    """Amounts and rows of one result in one language."""

    def __init__(self, result: "SchemeEffect", lang: str) -> None:
        self.result, self.meta, self.lang = result, result.meta, lang
        self.outcome = column_label(self.meta.outcome, lang)
        self.per = per(self.meta, lang)

    def amount(self, value: float, *, signed: bool = True) -> str:
        """Write an outcome in its unit."""
        return amount(float(value), self.meta, self.result.currency, self.lang, signed=signed)

    def why(self, row: pd.Series) -> str:
        """Write the reason of what a row lacks."""
        return label(f"why.{row['why']}", self.lang)

    def group(self) -> str:
        """Write what clusters are."""
        name = column_label(self.meta.cluster or self.meta.unit, self.lang)
        return name.lower() if self.lang == "en" else name


def sentences(result: "SchemeEffect", lang: str) -> list[str]:
    """Return headline, description, the step that answers, checks, timing, threats, counts."""
    teller = Teller(result, lang)
    return [
        _headline(teller), *_relative(teller), *_answer(teller), *_year(teller), *checks(teller),
        *timing(teller), *threats(teller), *counts(teller),
    ]  # fmt: skip


def _headline(t: Teller) -> str:
    row, meta, lang = t.result.main, t.meta, t.lang
    at = month(meta.change, lang)
    if row["status"] == "not_estimable":
        return label("scheme.headline_none", lang, outcome=t.outcome, month=at, why=t.why(row))
    words = {"outcome": t.outcome, "month": at, "change": t.amount(row["change"]), "per": t.per}
    if row["status"] == "no_interval":
        return label("scheme.headline_comparison_bare", lang, **words)
    ends = {"low": t.amount(row["low_end"]), "high": t.amount(row["high_end"])}
    if meta.method == "comparison":
        return label("scheme.headline_comparison", lang, **words, **ends)
    return label("scheme.headline_series", lang, **words, **ends)


def _relative(t: Teller) -> list[str]:
    """Say the change as a share of the level before, where that is above 0."""
    row = t.result.main
    if row["status"] == "not_estimable" or not t.meta.before_level > 0 or t.meta.kind == "share":
        return []
    share = growth(float(row["change_share"]))
    before = t.amount(t.meta.before_level, signed=False)
    return [label("scheme.relative", t.lang, share=share, before=before, per=t.per)]


def _answer(t: Teller) -> list[str]:
    """Say what the figure may be read as, and where its interval comes from."""
    if t.result.main["status"] == "not_estimable":
        return []
    if t.meta.method == "series":
        return [_series(t), label("scheme.series_caution", t.lang), _spread(t)]
    return [_read(t), label("scheme.assumptions", t.lang), _spread(t), *_staggered(t)]


def _read(t: Teller) -> str:
    """Say what the difference may be read as, given what the months before show."""
    off, side = off_by(t.result), _side(t.result)
    if doubtful(t.result):
        return label("scheme.effect_doubtful", t.lang)
    if off and side != "unclear":
        words = {"off": t.amount(off, signed=False)}
        return label(f"scheme.effect_part_{side}", t.lang, **words)
    return label(f"scheme.effect_{side}", t.lang)


def _side(result: "SchemeEffect") -> str:
    """Return whether the interval lies above 0, below, or on both sides; none counts as both."""
    low, high = result.interval
    return "up" if low > 0 else "down" if high < 0 else "unclear"


def _series(t: Teller) -> str:
    words: dict[str, str] = {}
    for name in ("level", "slope"):
        row = t.result.figure("series", name)
        words |= {name: t.amount(row["change"]), f"{name}_low": t.amount(row["low_end"]),
                  f"{name}_high": t.amount(row["high_end"])}  # fmt: skip
    return label("scheme.series", t.lang, **words)


def _spread(t: Teller) -> str:
    """Say where the interval comes from."""
    meta, lang, how = t.meta, t.lang, t.meta.how
    level, n, ways = percent(meta.level, 0), count(meta.n_clusters), count(meta.n_assignments)
    p = chance(t.result.main["p_value"])
    if how == "hac":
        return label("scheme.spread_hac", lang, level=level, rho=exact(meta.rho, 2))
    if how == "clusters":
        return label("scheme.spread_clusters", lang, level=level, n=n, cluster=t.group())
    if how == "permutation":
        return label("scheme.spread_permutation", lang, level=level, n=n, ways=ways, p=p)
    if how == "cluster_means":
        best = chance(1 / max(meta.n_assignments, 1))
        return label(
            "scheme.spread_cluster_means", lang, level=level, n=n, ways=ways, p=p, best=best
        )
    return label("scheme.spread_none", lang, n=n, ways=ways)


def _staggered(t: Teller) -> list[str]:
    """Say how several dates are handled."""
    meta = t.meta
    if not meta.staggered:
        return []
    words = {"first": month(meta.change, t.lang), "last": month(meta.last_change, t.lang)}
    rows = t.result.frame[t.result.frame["figure"] == "two_way"]
    if not len(rows):
        return [label("scheme.staggered_bare", t.lang, **words)]
    naive = t.amount(rows["change"].iloc[0])
    return [label("scheme.staggered", t.lang, **words, naive=naive)]


def _year(t: Teller) -> list[str]:
    """Say what changed against the year before, by group."""
    lines = []
    for group, rows in t.result.parts.groupby("group", sort=False):
        a = rows.set_index("part")["amount"]
        lines.append(
            label(
                "scheme.year", t.lang, group=label(f"group.{group}", t.lang), per=t.per,
                before=t.amount(a["before"], signed=False),
                after=t.amount(a["after"], signed=False),
                own=t.amount(a["stayers_own"]), mix=t.amount(a["stayers_mix"]),
                joiners=t.amount(a["joiners"]), leavers=t.amount(a["leavers"]),
            )
        )  # fmt: skip
    if not lines:
        lines = [label("scheme.year_none", t.lang, why=label("why.no_year_before", t.lang))]
    return lines
