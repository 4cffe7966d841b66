"""Methods on fixed sets of series, scored side by side in one run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from time import process_time

import numpy as np
import pandas as pd

from salesanalysis.forecast.predicted import Predicted
from salesanalysis.forecast.scoring import metrics, reference
from salesanalysis.forecast.scoring.compare import compare

LEVELS = (0.80, 0.95)
SEASON = 12
COVERED, LANDED = ("cov80", "cov95"), ("land80", "land95")
#: ``(train N x T, horizon, *, season, levels, coverage, span) -> Predicted``; span: months summed.
Method = Callable[..., Predicted]
HEAD = (
    f"{'set':<12} {'method':<22} {'n':>5} {'OWA':>6} {'sMAPE':>7} {'MASE':>6}  {'cov 80/95':<11} "
    f"{'MSIS95':>7}  {'sum 80/95':<11} {'sumMSIS':>7} {'CPU ms':>8} {'x base':>7}"
)


@dataclass(frozen=True, eq=False)
class Line:
    """One method on one set; measures a method has no bounds for are empty."""

    set_name: str
    method: str
    n: int
    owa: float
    smape: float
    mase: float
    cov: tuple[float, float] | None
    msis95: float | None
    land: tuple[float, float] | None
    land_msis95: float | None
    by_series: pd.DataFrame
    #: Share of months, and whether the sum, inside per series: cov80, cov95, land80, land95.
    held: pd.DataFrame | None = None
    cpu_ms: float = 0.0
    ratio: float = 1.0

    def text(self) -> str:
        return (
            f"{self.set_name:<12} {self.method:<22} {self.n:>5} {self.owa:>6.3f} {self.smape:>7.3f} "
            f"{self.mase:>6.3f}  {_pair(self.cov):<11} {_one(self.msis95):>7}  {_pair(self.land):<11} "
            f"{_one(self.land_msis95):>7} {self.cpu_ms:>8.3f} {self.ratio:>7.1f}"
        )


def _pair(values: tuple[float, float] | None) -> str:
    return "-" if values is None else " / ".join(f"{v:.3f}".lstrip("0") for v in values)


def _one(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def span_of(name: str) -> int:
    """Return the months of the landing: half a year where only 36 months or fewer are kept."""
    kept = name.rpartition("_")[2]
    return 6 if kept.isdigit() and int(kept) <= 36 else 12


def score_set(
    name: str,
    train: np.ndarray,
    test: np.ndarray,
    methods: dict[str, Method],
    *,
    season: int = SEASON,
    base: str = "theta",
) -> list[Line]:
    """Score every method on one set; CPU is of this process, as a multiple of `base`'s."""
    horizon, units = test.shape[1], metrics.units_of(train, season)
    simple = reference.naive2(train, horizon, season=season).point
    simple_scores = metrics.smape(test, simple), metrics.mase(test, simple, units)
    told, spent = {}, {}
    for method, call in methods.items():
        began = process_time()
        told[method] = call(
            train.copy(), horizon, season=season, levels=None, coverage=LEVELS, span=span_of(name)
        )
        spent[method] = max(1000 * (process_time() - began) / len(train), 1e-6)
    lines = [_line((name, method), told[method], test, units, simple_scores) for method in methods]
    compared = spent.get(base, next(iter(spent.values())))
    return [
        replace(line, cpu_ms=spent[line.method], ratio=spent[line.method] / compared)
        for line in lines
    ]


def _line(
    names: tuple[str, str],
    told: Predicted,
    test: np.ndarray,
    units: metrics.Units,
    simple: tuple[np.ndarray, np.ndarray],
) -> Line:
    smape, mase = metrics.smape(test, told.point), metrics.mase(test, told.point, units)
    cov = msis95 = land = land_msis = None
    held: dict[str, np.ndarray] = {}
    if told.lower is not None:
        bounds = list(zip(told.lower, told.upper, strict=True))
        inside = [metrics.coverage(test, lo, hi) for lo, hi in bounds]
        held |= dict(zip(COVERED, inside, strict=True))
        cov = tuple(float(share.mean()) for share in inside)
        msis95 = metrics.mean_of(metrics.msis(test, *bounds[-1], units, LEVELS[-1]))
    if told.sum_lower is not None:
        sums = list(zip(told.sum_lower, told.sum_upper, strict=True))
        span = test[:, : told.sum_steps]
        inside = [metrics.inside(span.sum(axis=1), lo, hi) for lo, hi in sums]
        held |= dict(zip(LANDED, inside, strict=True))
        land = tuple(float(share.mean()) for share in inside)
        land_msis = metrics.mean_of(metrics.landing_msis(span, *sums[-1], units, LEVELS[-1]))
    by_series = pd.DataFrame(
        {
            "branch": [f"{i:06d}" for i in range(len(test))],
            "smape": smape,
            "mase": mase,
            "naive2_smape": simple[0],
            "naive2_mase": simple[1],
        }
    )
    means = metrics.owa(smape, mase, *simple), metrics.mean_of(smape), metrics.mean_of(mase)
    rows = pd.DataFrame(held, dtype="float64") if held else None
    return Line(*names, len(test), *means, cov, msis95, land, land_msis, by_series, rows)


def difference(first: Line, second: Line, *, draws: int = 1000, seed: int = 0) -> str:
    """Say which of two lines of one set is better, by a paired bootstrap over series."""
    rows = [line.by_series.assign(method=line.method) for line in (first, second)]
    table, _ = compare(pd.concat(rows), first.method, second.method, draws=draws, seed=seed)
    owa = table.set_index("measure").loc["owa"]
    verdict = "no difference shown"
    if owa["high"] < 0 or owa["low"] > 0:
        better, worse = (first, second) if owa["high"] < 0 else (second, first)
        verdict = f"{better.method} beats {worse.method}"
    return (
        f"{first.set_name:<12} OWA {first.method} less {second.method}: {owa['difference']:+.3f} "
        f"({owa['low']:+.3f} .. {owa['high']:+.3f}): {verdict}"
    )


def plain(method: Callable[..., Predicted]) -> Method:
    """Adapt a method of the package, which knows no span."""

    def call(train, horizon, *, season, levels, coverage, span):  # noqa: ARG001
        return method(train, horizon, season=season, levels=levels, coverage=coverage)

    return call


def mean_line(lines: Sequence[Line], method: str) -> str:
    """Return the means of one method over all sets, and its mean coverage errors in points."""
    mine = [line for line in lines if line.method == method]
    text = (
        f"{'mean of ' + str(len(mine)):<12} {method:<22} OWA {np.mean([x.owa for x in mine]):.3f}"
    )
    for word, pairs in (("months", [x.cov for x in mine]), ("sums", [x.land for x in mine])):
        if None not in pairs:
            off = 100 * np.abs(np.array(pairs) - LEVELS).mean(axis=0)
            text += f", {word} off by {off[0]:.1f} / {off[1]:.1f} points"
    return text
