"""A backtest in sentences: who is shown to be better, where last year wins, what to doubt."""

from typing import TYPE_CHECKING

import pandas as pd

from salesanalysis.forecast.scoring.compare import capital, method_name
from salesanalysis.forecast.scoring.entrants import FLOOR
from salesanalysis.forecast.scoring.table import covered_name, landing_name
from salesanalysis.labels import count, exact, growth, has_label, label, percent

if TYPE_CHECKING:
    from salesanalysis.forecast.scoring.backtest import Backtest


def sentences(result: "Backtest", lang: str) -> list[str]:
    """Return the verdict, the money behind it, where the floor wins, coverage and every flag."""
    if result.levels["status"].eq("no_unit").all():
        return [label("backtest.no_change", lang, n=count(len(result.origins)))]
    best = best_of(result)
    said = [_verdict(result, best, lang), _money(result, best, lang)]
    said += _floor_wins(result, lang) + _coverage(result, best, lang)
    return [capital(text) for text in said + _flags(result, lang)]


def leaf_rows(result: "Backtest") -> pd.DataFrame:
    """Return the rows of the smallest units, one per method."""
    rows = result.levels[result.levels["level"] == result.leaf]
    return rows.set_index("method")


def measure_of(result: "Backtest") -> str:
    """Return the measure that decides: errors in percent say nothing near 0."""
    rows = leaf_rows(result)
    whole = (rows["n_not_positive"] == 0).all() and rows["owa"].notna().all()
    return "owa" if whole else "mase"


def best_of(result: "Backtest") -> str:
    """Return the method with the smallest error other than the floor, if there is another."""
    rows = leaf_rows(result)[measure_of(result)]
    others = rows.drop(FLOOR)
    return str(others.idxmin()) if others.notna().any() else FLOOR


def _verdict(result: "Backtest", best: str, lang: str) -> str:
    measure = measure_of(result)
    errors = leaf_rows(result)[measure]
    words = {
        "measure": label(f"measure.{measure}", lang),
        "n": count(len(result.origins)),
        "floor": exact(errors[FLOOR]),
    }
    if best == FLOOR:
        return label("backtest.only_floor", lang, **words)
    # the verdict is the bootstrap's, never the eye's
    better = result.compare(best, FLOOR).better
    kind = {best: "wins", FLOOR: "floor_wins"}.get(better, "none")
    return label(
        f"backtest.{kind}", lang, best=method_name(best, lang), x=exact(errors[best]), **words
    )


def _money(result: "Backtest", best: str, lang: str) -> str:
    rows = leaf_rows(result)
    return label(
        _of("backtest.money", result), lang, best=method_name(best, lang),
        wape=percent(rows.loc[best, "wape_share"]), floor=percent(rows.loc[FLOOR, "wape_share"]),
        bias=growth(rows.loc[best, "bias_share"]), horizon=count(result.horizon),
        n=count(rows.loc[best, "n_nodes"]),
    )  # fmt: skip


def _floor_wins(result: "Backtest", lang: str) -> list[str]:
    """Name every method and level where repeating last year missed less."""
    lost = result.levels[result.levels["naive_wins"]]
    said = []
    for method in result.methods:
        rows = lost[lost["method"] == method]
        if len(rows):
            where = label("forecast.comma", lang).join(_level(str(n), lang) for n in rows["level"])
            said.append(
                label(
                    "backtest.naive_better", lang, method=method_name(method, lang), levels=where,
                    ratio=exact(rows["mase_ratio"].max()),
                )
            )  # fmt: skip
    return said


def _coverage(result: "Backtest", best: str, lang: str) -> list[str]:
    row = leaf_rows(result).loc[best]
    if row["status"] != "ok":
        return [label("backtest.no_intervals", lang, method=method_name(best, lang))]
    words = {"method": method_name(best, lang), "horizon": count(result.horizon)}
    said = []
    for share in result.coverage:
        asked = {"asked": percent(share, 0), **words}
        n, held = row["n_scored"], percent(row[covered_name(share)])
        said += [
            label(
                _of("backtest.covered", result),
                lang,
                n=count(n * result.horizon),
                held=held,
                **asked,
            )
        ]
        if row[landing_name(share)] >= 0:  # empty where the method gives none
            held = percent(row[landing_name(share)])
            said += [label(_of("backtest.landed", result), lang, n=count(n), held=held, **asked)]
    return said


def _flags(result: "Backtest", lang: str) -> list[str]:
    """Say what failed, what could not be scored and how few origins there were."""
    failed = result.failures.groupby("method", sort=False)["n_failed"].sum()
    said = [
        label("backtest.failed", lang, method=method_name(m, lang), n=count(failed[m]))
        for m in result.methods
        if m in failed.index
    ]
    leaf = leaf_rows(result).loc[FLOOR]
    for column in ("n_no_unit", "n_not_positive"):
        if leaf[column]:
            words = {"n": count(leaf[column]), "all": count(leaf["n_scored"])}
            said += [label(f"backtest.{column}", lang, **words)]
    if result.asked_origins > len(result.origins):
        words = {"n": count(len(result.origins)), "asked": count(result.asked_origins)}
        said += [label("backtest.fewer_origins", lang, **words)]
    return said


def _of(key: str, result: "Backtest") -> str:
    """Return the sentence of months, or the one of quarters."""
    return key + ("_quarters" if result.step > 1 else "")


def _level(level: str, lang: str) -> str:
    return label(f"level.{level}", lang) if has_label(f"level.{level}") else level
