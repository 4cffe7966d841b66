"""An inspection in sentences a sales director understands, with the numbers beside."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesanalysis.forecast.inspection.parts import JUMP, ODD, SEARCH_SEASONS
from salesanalysis.forecast.inspection.residuals import STRONG
from salesanalysis.forecast.wording import bound_name, listed
from salesanalysis.labels import count, exact, label, money, month, percent, short, unit_of

if TYPE_CHECKING:
    from salesanalysis.forecast.inspection.result import Inspection

#: What intervals of smoothing models chosen by AICc held of later months: 80 monthly series of
#: the M3 competition, 18 months ahead.
ASKED, HELD = (0.80, 0.95), (0.70, 0.88)
#: AICc may differ by this much before one model is better than another.
CLOSE = 2.0
#: Two-sided 95 % of a normal distribution.
NORMAL_95 = 1.96


def sentences(result: "Inspection", lang: str) -> list[str]:
    """Return the finding, the parts, what stands out, the model and what to doubt."""
    said = [_finding(result, lang), *_strength(result, lang), *_slope(result, lang)]
    said += [*_season(result, lang), *_odd(result, lang), *_break(result, lang)]
    said += [*_gaps(result, lang), *_model(result, lang), _ahead(result, lang)]
    return said + _doubts(result, lang) + _left_over(result, lang)


def amount(result: "Inspection", value: float, lang: str, *, signed: bool = False) -> str:
    """Write an amount of the series; small ones of a small series with three digits.

    House style writes 0.42 CNY as "0 CNY": right beside millions, wrong in a series of cents.
    """
    size = float(result.months["value"].abs().max())
    if not (size < 100 or (size < 10_000 and abs(value) < 100)):
        return (
            short(value, lang, signed=signed)
            if result.counts
            else money(value, lang, result.currency, signed=signed)
        )
    text = small(value, abs(value))
    text = f"+{text}" if signed and value > 0 else text
    unit = "" if result.counts else unit_of(result.currency, lang)
    return f"{text} {unit}".strip() if lang == "en" or unit.isascii() else f"{text}{unit}"


def small(value: float, size: float) -> str:
    """Write a value with as many decimals as one of this size needs to show three digits.

    Examples
    --------
    >>> small(0.5, 40.0), small(0.00123, 0.004), small(-0.00001, 40.0), small(0.0, 0.0)
    ('0.5', '0.00123', '0.0', '0')
    """
    decimals = int(np.clip(2 - np.floor(np.log10(size)), 0, 12)) if size > 0 else 0
    return exact(value, decimals)


def called(result: "Inspection", lang: str) -> str:
    """Return how the series is called."""
    names = [result.terms.show(c, v, lang) for c, v in result.named]
    return result.name or " / ".join(names) or label("inspect.unnamed", lang)


def _finding(result: "Inspection", lang: str) -> str:
    """Say what the series is made of in one line."""
    name, months = called(result, lang), result.months
    span = {"n": count(len(months)), "last": month(months["period"].iloc[-1], lang)}
    trend, season = result.check("trend_strength"), result.check("season_strength")
    if result.status == "constant":
        value = amount(result, float(months["value"].dropna().iloc[0]), lang)
        return label("inspect.headline_constant", lang, name=name, value=value, **span)
    if trend is None or season is None:
        need = count(2 * result.season)
        return label("inspect.headline_few", lang, name=name, need=need, **span)
    rest = ""
    if len(result.odd()):
        rest += label("inspect.rest_odd", lang, n=count(len(result.odd())))
    if result.break_month is not None:
        change = amount(result, result.break_amount, lang, signed=True)
        when = month(result.break_month, lang)
        rest += label("inspect.rest_break", lang, month=when, amount=change)
    words = {
        "trend": label(f"verdict.{trend['verdict']}", lang),
        "season": label(f"verdict.{season['verdict']}", lang),
    }
    return label("inspect.headline", lang, name=name, rest=rest, **words, **span)


def _strength(result: "Inspection", lang: str) -> list[str]:
    """Say how much of the movement trend and season explain."""
    trend, season = result.check("trend_strength"), result.check("season_strength")
    if trend is None or season is None:
        return []
    return [
        label(
            "inspect.strength", lang, trend=exact(trend["statistic"]),
            season=exact(season["statistic"]), strong=exact(STRONG),
        )
    ]  # fmt: skip


def _slope(result: "Inspection", lang: str) -> list[str]:
    """Say where the series is heading, and whether that could be nothing."""
    if result.slope is None or result.slope_se is None:
        return []
    reach = NORMAL_95 * result.slope_se
    low, high = result.slope - reach, result.slope + reach
    said = label(
        "inspect.slope", lang, slope=amount(result, result.slope, lang, signed=True),
        lo=amount(result, low, lang, signed=True), hi=amount(result, high, lang, signed=True),
    )  # fmt: skip
    return [said + label("inspect.slope_unclear", lang) if low <= 0 <= high else said]


def _season(result: "Inspection", lang: str) -> list[str]:
    """Say which months of the last season lie highest and lowest."""
    strong = result.check("season_strength")
    if strong is None or strong["verdict"] == "weak":
        return []
    last = result.months.tail(result.season)
    high, low = last.loc[last["season"].idxmax()], last.loc[last["season"].idxmin()]
    return [
        label(
            "inspect.season", lang, n=count(result.season),
            high=month(high["period"], lang), low=month(low["period"], lang),
            high_amount=amount(result, high["season"], lang, signed=True),
            low_amount=amount(result, low["season"], lang, signed=True),
        )
    ]  # fmt: skip


def _odd(result: "Inspection", lang: str) -> list[str]:
    """Name the months that do not fit."""
    if not result.searched:
        return []
    spread, odd = amount(result, result.spread, lang), result.odd()
    times = count(ODD)
    if odd.empty:
        return [label("inspect.odd_none", lang, times=times, spread=spread)]
    rows = odd[["period", "remainder"]].itertuples(index=False, name=None)
    items = [
        label(
            "inspect.odd_item", lang, month=month(when, lang),
            amount=amount(result, off, lang, signed=True),
        )
        for when, off in rows
    ]  # fmt: skip
    named = listed(items, lang)
    return [label("inspect.odd", lang, times=times, spread=spread, items=named)]


def _break(result: "Inspection", lang: str) -> list[str]:
    """Say whether the level changed for good, or why nobody looked."""
    n = len(result.months)
    if not result.searched:
        if result.status in ("constant", "unknown_month"):
            return []
        need = count(SEARCH_SEASONS * result.season)
        return [label("inspect.not_searched", lang, need=need, n=count(n))]
    if result.break_month is None:
        return [label("inspect.break_none", lang, times=count(JUMP))]
    return [
        label(
            "inspect.break", lang, month=month(result.break_month, lang),
            amount=amount(result, result.break_amount, lang, signed=True),
            times=exact(abs(result.break_amount) / result.spread, 1),
        )
    ]  # fmt: skip


def _gaps(result: "Inspection", lang: str) -> list[str]:
    """Name the unknown months and what they cost."""
    unknown = result.months[result.months["value"].isna()]
    if unknown.empty:
        return []
    names = listed([month(m, lang) for m in unknown["period"]], lang)
    return [label("inspect.gaps", lang, n=count(len(unknown)), months=names)]


def _model(result: "Inspection", lang: str) -> list[str]:
    """Say which smoothing model was chosen and how clearly."""
    fits = result.fits
    if fits.empty:
        return []
    out = fits[fits["status"].isin(["not_converged", "implausible"])]
    said = []
    if fits["status"].iloc[0] == "chosen":
        words = form_words(str(fits["model"].iloc[0]), lang)
        value = exact(fits["aicc"].iloc[0], 1)
        said.append(label("inspect.model", lang, n=count(len(fits)), words=words, aicc=value))
        said += _next(fits[fits["status"] == "ok"], float(fits["aicc"].iloc[0]), lang)
        strong = result.check("season_strength")
        flat = str(fits["model"].iloc[0]).endswith("N)")
        if flat and strong is not None and strong["verdict"] == "strong":
            said.append(label("inspect.season_dropped", lang, n=count(len(result.months))))
    if len(out):
        names = listed([form_words(m, lang) for m in out["model"]], lang)
        said.append(label("inspect.left_out", lang, n=count(len(out)), items=names))
    return said


def _next(others: pd.DataFrame, best: float, lang: str) -> list[str]:
    """Say how close the next model comes."""
    if others.empty:
        return []
    gap = float(others["aicc"].iloc[0]) - best
    key = "inspect.next_close" if gap < CLOSE else "inspect.next"
    words = form_words(str(others["model"].iloc[0]), lang)
    return [label(key, lang, words=words, gap=exact(gap, 1))]


def form_words(model: str, lang: str) -> str:
    """Say "ETS(A,Ad,A)" in words."""
    error, trend, season = model.removeprefix("ETS(").removesuffix(")").split(",")
    return label(
        "inspect.form", lang, error=label(f"inspect.error_{error}", lang),
        trend=label(f"inspect.trend_{trend}", lang),
        season=label(f"inspect.season_{season}", lang),
    )  # fmt: skip


def _ahead(result: "Inspection", lang: str) -> str:
    """Say what the months ahead add up to, beside the naive figure."""
    table = result.ahead
    naive = amount(result, float(table["naive"].sum()), lang)
    total = amount(result, float(table["value"].sum()), lang)
    span = {"n": count(len(table)), "last": month(table["period"].iloc[-1], lang)}
    if result.status != "ok":
        key = "mean" if len(result.months) < result.season else "naive"
        why = label(f"inspect.why_{result.status}", lang)
        how = label(f"inspect.by_{key}", lang, m=count(result.season))
        return label("inspect.ahead_naive", lang, why=why, how=how, naive=naive, **span)
    first, share = table.iloc[0], result.coverage[0]
    return label(
        "inspect.ahead", lang, total=total, naive=naive, m=count(result.season),
        month=month(first["period"], lang), value=amount(result, first["value"], lang),
        share=percent(share, 0), lo=amount(result, first[bound_name("lo", share)], lang),
        hi=amount(result, first[bound_name("hi", share)], lang), **span,
    )  # fmt: skip


def _doubts(result: "Inspection", lang: str) -> list[str]:
    """Warn that intervals of one model are too narrow."""
    if result.status != "ok":
        return []
    (low, high), (held_low, held_high) = ASKED, HELD
    return [
        label(
            "inspect.narrow", lang, low=percent(low, 0), high=percent(high, 0),
            held_low=percent(held_low, 0), held_high=percent(held_high, 0),
        )
    ]  # fmt: skip


def _left_over(result: "Inspection", lang: str) -> list[str]:
    """Say what the model leaves over."""
    box, bell = result.check("ljung_box"), result.check("shapiro")
    if box is None or bell is None:
        return []
    pattern = label(
        f"inspect.{box['verdict']}", lang, lags=count(box["lags"]), p=_p(box["p_value"])
    )
    return [pattern, label(f"inspect.{bell['verdict']}", lang, p=_p(bell["p_value"]))]


def _p(value: float) -> str:
    """Write a probability of chance."""
    return "<0.01" if value < 0.01 else exact(value)
