"""The forecast in sentences: figure first, then how it came about and what to doubt."""

from typing import TYPE_CHECKING

import numpy as np

from salesanalysis.forecast.breaks import broken
from salesanalysis.forecast.calibrate import START
from salesanalysis.forecast.doubts import doubts
from salesanalysis.forecast.noted import left_aside, odd, silent
from salesanalysis.forecast.sums import landing_table
from salesanalysis.forecast.wording import FLOOR, bound_name, how, listed, titles
from salesanalysis.labels import count, exact, growth, has_label, label, money, month, percent
from salesanalysis.periods import month_range

if TYPE_CHECKING:
    from salesanalysis.forecast.result import Forecast

#: Points of coverage an interval may miss before its story says that it is too narrow.
TOO_NARROW = 0.05
#: States of leaves that get a sentence with their names, in this order.
TOLD = ("tiny", "young", "ended", "zero", "constant", "negative")
#: The same for the engine, whose young units borrow.
TOLD_COMBINED = (
    "tiny", "by_share", "short", "intermittent", "ended", "zero", "constant", "negative",
)  # fmt: skip
#: Weights nearer than this to those the engine starts from are those.
LEARNED = 1e-6
#: Members named in the sentence about the method.
NAMED = 3


def sentences(forecast: "Forecast", lang: str) -> list[str]:
    """Return the finding, the method, where intervals come from, and every flag."""
    said = [_finding(forecast, lang), *_verdict(forecast, lang), _method(forecast, lang)]
    said += left_aside(forecast, lang)
    said += _intervals(forecast, lang) + _measured(forecast, lang) + _bias(forecast, lang)
    said += forecast.calendar_said.get(lang, ())
    said += _flags(forecast, lang) + silent(forecast, lang) + odd(forecast, lang)
    said += broken(forecast, lang)
    said += doubts(forecast, lang)
    if len(forecast.node_table) > 1:
        said.append(label("forecast.quantiles", lang))
    return said


def _finding(forecast: "Forecast", lang: str) -> str:
    """Say what the top node is expected to sell over the horizon."""
    months = forecast.ahead()
    row = landing_table(forecast, months).iloc[0]
    share, top = forecast.coverage[0], forecast.node_table.iloc[0]
    return label(
        "forecast.headline_naive" if top.get("naive_wins", False) else "forecast.headline", lang,
        node=titles(forecast.node_table.head(1), forecast.by, forecast.terms, lang)[0],
        amount=money(row["landing"], lang, forecast.currency),
        lo=money(row[bound_name("lo", share)], lang, forecast.currency),
        hi=money(row[bound_name("hi", share)], lang, forecast.currency),
        how=how(forecast.node_table, forecast.by, lang, method=forecast.method),
        share=percent(share, 0), first=month(months[0], lang),
        last=month(forecast.end_of(months[-1]), lang),
    )  # fmt: skip


def _method(forecast: "Forecast", lang: str) -> str:
    closed = forecast.end_of(forecast.closed_through)
    n_months = len(month_range(forecast.first_month, closed))
    text = {
        "n": count(n_months),
        "first": month(forecast.first_month, lang),
        "last": month(closed, lang),
    }
    if forecast.method == FLOOR:
        key = "forecast.method_seasonal_naive" + ("_quarters" if forecast.step > 1 else "")
        return label(key, lang, **text)
    first = forecast.weights.sort_values("h1", ascending=False, kind="stable")
    parts = [
        label("forecast.weight", lang, member=label(f"member.{name}", lang), share=percent(w, 0))
        for name, w in first[["member", "h1"]].head(NAMED).itertuples(index=False)
    ]
    named = _comma(parts, lang)
    key = "forecast.method_engine" + ("_quarters" if forecast.step > 1 else "")
    apart = (first["h1"] - first["member"].map(START)).abs().max()
    weights = label(f"forecast.weights_{'learned' if apart > LEARNED else 'given'}", lang)
    return label(key, lang, k=len(first), parts=named, weights=weights, **text)


def _verdict(forecast: "Forecast", lang: str) -> list[str]:
    """Say first whether the model beat the same month last year, and where it did not."""
    if forecast.method == FLOOR:
        return []
    nodes = forecast.node_table
    tested = nodes[nodes["naive_ratio"].notna()]
    if tested.empty:
        return [label("forecast.naive_untested", lang)]
    worse = tested[tested["naive_wins"]]
    top = forecast.accuracy[forecast.accuracy["level"] == nodes["level"].iloc[0]]
    ratio = float(top["naive_ratio"].iloc[0]) if len(top) else float("nan")
    said = []
    if ratio == ratio:  # noqa: PLR0124  NaN where nothing was tested
        key = "forecast.naive_beaten" if ratio <= 1 else "forecast.naive_wins"
        level = _level(str(nodes["level"].iloc[0]), lang)
        said.append(label(key, lang, level=level, ratio=exact(ratio, 2)))
    if len(worse):
        ordered = worse.sort_values(["naive_ratio", "node"], ascending=[False, True])
        names = listed(titles(ordered, forecast.by, forecast.terms, lang), lang)
        said.append(
            label(
                "forecast.naive_wins_at",
                lang,
                n=count(len(worse)),
                all=count(len(tested)),
                names=names,
            )
        )
    return said


def _intervals(forecast: "Forecast", lang: str) -> list[str]:
    """Say what the intervals rest on, and where that is too little."""
    nodes = forecast.node_table
    key = "forecast.intervals" if forecast.n_origins else "forecast.no_origins"
    key += "_one" if forecast.n_origins == 1 else ""
    said = [label(key, lang, n=count(forecast.n_origins), scores=count(nodes["n_scores"].max()))]
    loose = int((~nodes["calibrated"]).sum())
    if loose and forecast.n_origins:
        said.append(label("forecast.not_calibrated", lang, n=count(loose), all=count(len(nodes))))
    if nodes["widened"].any():
        said.append(label("forecast.widened", lang, n=count(int(nodes["widened"].sum()))))
    if nodes["beside"].any():
        said.append(label("forecast.beside", lang, n=count(int(nodes["beside"].sum()))))
    return said


def _measured(forecast: "Forecast", lang: str) -> list[str]:
    """Say what share of later months the intervals held, by level."""
    table = forecast.accuracy[forecast.accuracy["n_checked"] > 0]
    table = table[table["level"].isin(forecast.node_table["level"])]
    if table.empty:
        return [label("forecast.not_checked", lang)]
    covered = [f"covered{100 * c:g}_share" for c in forecast.coverage]
    parts = [
        label(
            "forecast.measured_level", lang, level=_level(str(level), lang), n=count(n),
            shares=_comma([percent(s, 0) for s in shares], lang),
        )
        for level, n, *shares in table[["level", "n_checked", *covered]].itertuples(index=False)
    ]  # fmt: skip
    asked = _comma([percent(c, 0) for c in forecast.coverage], lang)
    joined = label("forecast.semicolon", lang).join(parts)
    said = [label("forecast.measured", lang, asked=asked, parts=joined)]
    short = table[covered].to_numpy(dtype="float64") < np.array(forecast.coverage) - TOO_NARROW
    return [*said, label("forecast.too_narrow", lang)] if short.any() else said


def _comma(texts: list[str], lang: str) -> str:
    return label("forecast.comma", lang).join(texts)


def _level(level: str, lang: str) -> str:
    return label(f"level.{level}", lang) if has_label(f"level.{level}") else level


def _bias(forecast: "Forecast", lang: str) -> list[str]:
    """Say which way the company's actuals lay from the method."""
    if not forecast.n_origins or abs(forecast.bias_growth) < 0.0005:
        return []
    side = "low" if forecast.bias_growth > 0 else "high"
    key = f"forecast.{'too' if forecast.method == FLOOR else 'engine_too'}_{side}"
    return [label(key, lang, change=growth(abs(forecast.bias_growth)).lstrip("+"))]


def _flags(forecast: "Forecast", lang: str) -> list[str]:
    """Name the leaves that are young, silent, constant or below zero."""
    nodes = forecast.node_table
    leaf = forecast.by[-1] if forecast.by else "company"
    leaves = nodes[(nodes["level"] == leaf) | (len(nodes) == 1)]
    said = []
    for status in TOLD if forecast.method == FLOOR else TOLD_COMBINED:
        rows = leaves[leaves["status"] == status]
        if len(rows):
            names = listed(titles(rows, forecast.by, forecast.terms, lang), lang)
            said.append(label(f"forecast.{status}", lang, n=count(len(rows)), names=names))
    if "guarded" in nodes.columns and nodes["guarded"].any():
        said.append(label("forecast.guarded", lang, n=count(int(nodes["guarded"].sum()))))
    still = (nodes["scale"] == 0) & ~nodes["status"].isin(["ended", "zero"])
    if still.any():
        said.append(label("forecast.no_width", lang, n=count(int(np.sum(still)))))
    return said
