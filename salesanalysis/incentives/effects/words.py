"""Sentences about a scheme change: "change after" or "difference from control", never more."""

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesanalysis.labels import count, exact, growth, label, money, month, percent, points, unit_of
from salesanalysis.results import column_label

if TYPE_CHECKING:
    from salesanalysis.incentives.effects.result import EffectMeta, SchemeEffect

#: Growth apart before the change is told as clear up to this chance.
CLEAR = 0.05


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


class _Teller:
    """Amounts and rows of one result in one language."""

    def __init__(self, result: "SchemeEffect", lang: str) -> None:
        self.result, self.meta, self.lang = result, result.meta, lang
        self.outcome = column_label(self.meta.outcome, lang)
        self.per = per(self.meta, lang)

    def amount(self, value: float, *, signed: bool = True) -> str:
        return amount(float(value), self.meta, self.result.currency, self.lang, signed=signed)

    def why(self, row: pd.Series) -> str:
        return label(f"why.{row['why']}", self.lang)

    def group(self) -> str:
        name = column_label(self.meta.cluster or self.meta.unit, self.lang)
        return name.lower() if self.lang == "en" else name


def sentences(result: "SchemeEffect", lang: str) -> list[str]:
    """Return headline, description, the step that answers, checks, timing, threats, counts."""
    teller = _Teller(result, lang)
    return [
        _headline(teller), *_relative(teller), *_answer(teller), *_year(teller), *_checks(teller),
        *_timing(teller), *_threats(teller), *_counts(teller),
    ]  # fmt: skip


def _headline(t: _Teller) -> str:
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


def _relative(t: _Teller) -> list[str]:
    """Say the change as a share of the level before, where that is above 0."""
    row = t.result.main
    if row["status"] == "not_estimable" or not t.meta.before_level > 0 or t.meta.kind == "share":
        return []
    share = growth(float(row["change_share"]))
    before = t.amount(t.meta.before_level, signed=False)
    return [label("scheme.relative", t.lang, share=share, before=before, per=t.per)]


def _answer(t: _Teller) -> list[str]:
    """Say what the figure may be read as, and where its interval comes from."""
    if t.result.main["status"] == "not_estimable":
        return []
    if t.meta.method == "series":
        return [_series(t), label("scheme.series_caution", t.lang), _spread(t)]
    return [
        label(f"scheme.effect_{_side(t.result)}", t.lang), label("scheme.assumptions", t.lang),
        _spread(t), *_staggered(t),
    ]  # fmt: skip


def _side(result: "SchemeEffect") -> str:
    """Return whether the interval lies above 0, below, or on both sides; none counts as both."""
    low, high = result.interval
    return "up" if low > 0 else "down" if high < 0 else "unclear"


def _series(t: _Teller) -> str:
    words: dict[str, str] = {}
    for name in ("level", "slope"):
        row = t.result.figure("series", name)
        words |= {name: t.amount(row["change"]), f"{name}_low": t.amount(row["low_end"]),
                  f"{name}_high": t.amount(row["high_end"])}  # fmt: skip
    return label("scheme.series", t.lang, **words)


def _spread(t: _Teller) -> str:
    """Say where the interval comes from."""
    meta, lang, how = t.meta, t.lang, t.meta.how
    level, n, ways = percent(meta.level, 0), count(meta.n_clusters), count(meta.n_assignments)
    p = _chance(t.result.main["p_value"])
    if how == "hac":
        return label("scheme.spread_hac", lang, level=level, rho=exact(meta.rho, 2))
    if how == "clusters":
        return label("scheme.spread_clusters", lang, level=level, n=n, cluster=t.group())
    if how == "permutation":
        return label("scheme.spread_permutation", lang, level=level, n=n, ways=ways, p=p)
    if how == "cluster_means":
        best = _chance(1 / max(meta.n_assignments, 1))
        return label(
            "scheme.spread_cluster_means", lang, level=level, n=n, ways=ways, p=p, best=best
        )
    return label("scheme.spread_none", lang, n=n, ways=ways)


def _chance(p: float) -> str:
    """Write a p value; a tiny one never reads 0."""
    if not np.isfinite(p):
        return "–"
    return "<0.001" if p < 0.001 else exact(p, 3)


def _staggered(t: _Teller) -> list[str]:
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


def _year(t: _Teller) -> list[str]:
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


def _checks(t: _Teller) -> list[str]:
    """Say whether the groups grew apart before, and what placebo dates show."""
    rows = t.result.frame[t.result.frame["figure"] == "growth_before"]
    if not len(rows):
        return []
    row, lines = rows.iloc[0], []
    if row["status"] == "not_estimable":
        lines.append(label("scheme.growth_unknown", t.lang, why=t.why(row)))
    else:
        words = {"slope": t.amount(row["change"]), "p": _chance(row["p_value"])}
        if row["p_value"] <= CLEAR:
            lines.append(label("scheme.growth_clear", t.lang, **words))
        else:
            lines.append(label("scheme.growth_none", t.lang, **words))
    if t.meta.n_placebos:
        n, false = count(t.meta.n_placebos), count(t.meta.n_false)
        lines.append(label("scheme.placebos", t.lang, n=n, false=false))
    return lines


def _timing(t: _Teller) -> list[str]:
    """Say whether sales moved across the switch."""
    rows = t.result.frame[t.result.frame["stage"] == "timing"].set_index("figure")
    total = rows.loc["window_sum"]
    if total["status"] == "not_estimable":
        return [label("scheme.timing_none", t.lang, why=t.why(total))]
    ahead, behind = rows.loc["window_before"], rows.loc["window_after"]
    words = {"n": count(t.meta.window), "sum": t.amount(total["change"])}
    size = {"before": t.amount(abs(ahead["change"]), signed=False),
            "after": t.amount(abs(behind["change"]), signed=False)}  # fmt: skip
    if ahead["low_end"] > 0 and behind["high_end"] < 0:
        return [label("scheme.timing_pulled", t.lang, **words, **size)]
    if ahead["high_end"] < 0 and behind["low_end"] > 0:
        return [label("scheme.timing_pushed", t.lang, **words, **size)]
    sums = {"before": t.amount(ahead["change"]), "after": t.amount(behind["change"])}
    if total["status"] == "no_interval":
        return [label("scheme.timing_bare", t.lang, **words, **sums)]
    ends = {"low": t.amount(total["low_end"]), "high": t.amount(total["high_end"])}
    return [label("scheme.timing_unclear", t.lang, **words, **sums, **ends)]


def _threats(t: _Teller) -> list[str]:
    """List what stands against the reading: answered yes, not answered, and named."""
    meta, lines = t.meta, []
    for name in ("quota_changed", "price_changed", "chosen_weak"):
        answer = getattr(meta, name)
        if answer != "no":
            lines.append(label(f"scheme.threat_{name}_{answer}", t.lang))
    weaker = 0 < meta.before_level < 0.9 * meta.control_level
    if weaker and meta.chosen_weak != "no":
        levels = {"changed": t.amount(meta.before_level, signed=False),
                  "control": t.amount(meta.control_level, signed=False)}  # fmt: skip
        lines.append(label("scheme.threat_weaker", t.lang, per=t.per, **levels))
    return [*lines, *(label("scheme.threat_also", t.lang, text=a) for a in meta.also)]


def _counts(t: _Teller) -> list[str]:
    """Say what was left out."""
    meta, lines = t.meta, []
    if meta.switch_left_out:
        lines.append(label("scheme.switch_left_out", t.lang))
    if meta.n_gaps:
        lines.append(label(f"scheme.gaps_{meta.gaps}", t.lang, n=count(meta.n_gaps)))
    for key, n in (("idle", meta.n_idle), ("lost", meta.n_lost), ("new", meta.n_new)):
        if n:
            lines.append(label(f"scheme.{key}", t.lang, n=count(n)))
    return lines
