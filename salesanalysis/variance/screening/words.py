"""Sentences about factors: what goes together with a figure, and what spoils the reading."""

from typing import TYPE_CHECKING, Any

import numpy as np

from salesanalysis.labels import count, exact, label, percent
from salesanalysis.results import column_label
from salesanalysis.variance.names import small

if TYPE_CHECKING:
    from salesanalysis.variance.screening.result import Screen

#: A factor is said to go together with a figure up to this q value.
CLEAR = 0.05
#: Factors that get a line of their own.
MOST_LINES = 12


def signed(rho: float) -> str:
    """Write a correlation with its sign.

    Examples
    --------
    >>> signed(0.456), signed(-0.8), signed(-0.001)
    ('+0.46', '-0.80', '0.00')
    """
    text = exact(rho, 2)
    return f"+{text}" if rho > 0 and text != "0.00" else text


def clear(result: "Screen") -> list[dict[str, Any]]:
    """Return the factors that go together with the figure beyond chance, the strongest first."""
    usable = result.usable()
    rows: list[dict[str, Any]] = usable[usable["q_value"] <= CLEAR].to_dict("records")
    return rows


def sentences(result: "Screen", lang: str) -> list[str]:
    """Return the finding, one line per factor, the fit, and what it does not say."""
    rows = result.frame.to_dict("records")
    lines = [_headline(result, lang)]
    lines += [_line(result, row, lang) for row in rows[:MOST_LINES]]
    if len(rows) > MOST_LINES:
        lines.append(label("screen.more", lang, n=count(len(rows) - MOST_LINES)))
    lines += _same(rows, lang) + _missing(rows, lang) + _fit(result, rows, lang)
    return [*lines, label(f"screen.how_{result.meta.interval}", lang), label("screen.caveat", lang)]


def _headline(result: "Screen", lang: str) -> str:
    found, value = clear(result), column_label(result.meta.value, lang)
    if not found:
        if not len(result.usable()):
            return label("screen.headline_nothing", lang, value=value)
        n = count(len(result.usable()))
        return label("screen.headline_none", lang, n=n, value=value)
    best = found[0]
    return label(
        "screen.headline", lang, value=value, name=small(_name(best, lang)),
        rho=signed(best["rho"]), n=count(len(found)), total=count(len(result.usable())),
    )  # fmt: skip


def _line(result: "Screen", row: dict[str, Any], lang: str) -> str:
    """Write what is known of one factor, the gravest doubt first."""
    words = {
        "name": _name(row, lang), "value": small(column_label(result.meta.value, lang)),
        "rho": signed(row["rho"]), "low": signed(row["low_rho"]), "high": signed(row["high_rho"]),
        "level": percent(result.meta.level, 0), "n": count(row["n_used"]),
    }  # fmt: skip
    flags = row["flags"].split()
    for grave in ("constant", "too_few", "part_of_target"):
        if grave in flags:
            return label(f"screen.line_{grave}", lang, **_only(f"screen.line_{grave}", words))
    if "signs_differ" in flags:
        sides = {"between": signed(row["between_rho"]), "within": signed(row["within_rho"])}
        return label("screen.line_signs_differ", lang, name=words["name"], **sides)
    if "common_trend" in flags:
        words["rest"] = signed(row["detrended_rho"])
        return label("screen.line_common_trend", lang, **_only("screen.line_common_trend", words))
    side = "none" if row["q_value"] > CLEAR else ("up" if row["rho"] > 0 else "down")
    text = label(f"screen.line_{side}", lang, **_only(f"screen.line_{side}", words))
    return text + (_sides(row, lang) if side != "none" else "")


def _only(key: str, words: dict[str, str]) -> dict[str, str]:
    """Return the words a template has places for."""
    from salesanalysis.labels.catalogue import entries, places  # noqa: PLC0415

    wanted = set(places(entries()[key]["en"]))
    return {name: text for name, text in words.items() if name in wanted}


def _name(row: dict[str, Any], lang: str) -> str:
    name = column_label(row["candidate"], lang)
    return label("screen.lagged", lang, name=name, n=count(row["lag"])) if row["lag"] else name


def _sides(row: dict[str, Any], lang: str) -> str:
    """Add between and within persons, where both are known."""
    sides = [row.get("between_rho", np.nan), row.get("within_rho", np.nan)]
    if not np.isfinite(sides).all():
        return ""
    return label("screen.sides", lang, between=signed(sides[0]), within=signed(sides[1]))


def _same(rows: list[dict[str, Any]], lang: str) -> list[str]:
    """Name the factors that say nearly the same as others."""
    names = [_name(r, lang) for r in rows if "collinear" in r["flags"].split()]
    if not names:
        return []
    return [label("screen.collinear", lang, names=label("screen.comma", lang).join(names))]


def _missing(rows: list[dict[str, Any]], lang: str) -> list[str]:
    """Say for which factors rows were left out."""
    parts = [
        label("screen.missing_part", lang, name=_name(r, lang), n=count(r["n_missing"]))
        for r in rows
        if r["n_missing"]
    ]
    if not parts:
        return []
    return [label("screen.missing", lang, parts=label("screen.comma", lang).join(parts))]


def _fit(result: "Screen", rows: list[dict[str, Any]], lang: str) -> list[str]:
    """Say how the fit divides among the factors."""
    known = [r for r in rows if np.isfinite(r["share_of_r2"])]
    if len(known) < 2:
        return []
    known.sort(key=lambda r: (-r["share_of_r2"], r["candidate"]))
    parts = [
        label("screen.fit_part", lang, name=_name(r, lang), share=percent(r["share_of_r2"]))
        for r in known
    ]
    words = {"value": small(column_label(result.meta.value, lang)), "r2": percent(result.meta.r2)}
    return [label("screen.fit", lang, parts=label("screen.comma", lang).join(parts), **words)]
