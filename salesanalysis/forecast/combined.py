"""The engine's forecast as a result: nodes, figures, scores and how it did at earlier origins."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from salesanalysis.festivals import Regressors
from salesanalysis.forecast.calendar import decide
from salesanalysis.forecast.figures import bound_columns, figures_of
from salesanalysis.forecast.intake import Intake
from salesanalysis.forecast.members import NAMES
from salesanalysis.forecast.notable import months_silent, odd_months, unknown_months
from salesanalysis.forecast.partial import began_of, least_of, leaves_so_far, so_far_table
from salesanalysis.forecast.parts import parts_of
from salesanalysis.forecast.reconcile import Summing
from salesanalysis.forecast.result import Forecast
from salesanalysis.forecast.run import Run, run
from salesanalysis.forecast.run.past import accuracy_of, node_errors
from salesanalysis.forecast.run.states import lenders
from salesanalysis.forecast.tree import Flags, Floats

#: Separate past spans below which intervals are not called calibrated.
CALIBRATED = 30.0


def combined(
    given: Intake,
    horizon: int,
    *,
    coverage: tuple[float, ...],
    crossed: Sequence[Sequence[str]] | None = None,
    reconcile: str = "wls",
    effects: str | Regressors | None = None,
    effects_always: bool = False,
    so_far: pd.DataFrame | None = None,
    name_new: bool = False,
    since: pd.Timestamp | None = None,
) -> Forecast:
    """Forecast the panel of `given` by the combination of members, reconciled over its tree."""
    panel = given.panel
    summing = Summing.of(panel, crossed=crossed)
    leaves, unknown = _leaves(given)
    history, gaps = summing.history(leaves), _unknown(summing, unknown)
    if gaps is not None:
        history[gaps] = np.nan
    names = summing.table["level"].to_numpy(dtype="str")
    so_far, began = began_of(panel, so_far) if name_new else (so_far, pd.DataFrame())
    sold = leaves_so_far(panel, so_far)
    lower = least_of(sold, np.asarray(~(leaves < 0).any(axis=1)), horizon)
    pairs = lenders(summing.matrix, len(history))
    months = panel.months()
    start = 0 if since is None else int(months.get_loc(since))
    fit = history[:, start:]
    found = decide(
        panel, fit, pairs, horizon, effects=effects, always=effects_always, first=months[start]
    )
    done = run(
        fit, summing, horizon, levels=names, method=reconcile, lower=lower, calendar=found.used,
        season=12 // panel.step,
        gaps=None if gaps is None else gaps[:, start:],
    )  # fmt: skip
    nodes = _nodes(summing.table, fit, done, panel.step)
    nodes["n_silent"] = panel.step * months_silent(history)
    booked = so_far_table(panel, summing, nodes, sold)
    bounds = done.bounds(coverage, _least(nodes, booked, done))
    nodes["widened"] = _beyond_what_was_seen(nodes, coverage)
    n_spans = {name: round(value) for name, value in done.scores.spans.items()}
    return Forecast(
        figures=figures_of(
            panel, nodes, history, done.point, bound_columns(bounds, coverage),
            sigma=done.sigma, base=done.base, parts=parts_of(done),
        ),
        node_table=nodes,
        scores=_vectors(done, horizon),
        pool_sizes=_pool_sizes(n_spans, horizon),
        accuracy=accuracy_of(done.past, names, coverage),
        weights=_weights(done.weights),
        calendar_effects=found.effects,
        calendar_said=found.said,
        by=panel.by,
        value=panel.value,
        method="engine",
        horizon=horizon,
        coverage=coverage,
        closed_through=panel.closed_through,
        first_month=panel.months()[0],
        n_origins=len(done.past.cuts),
        bias_growth=_bias(done),
        calendar=panel.calendar,
        currency=panel.currency,
        terms=panel.terms,
        so_far=booked,
        began=began,
        odd=odd_months(summing.table, months[start:], fit, done),
        gaps=unknown_months(summing.table, months, gaps),
        n_zero=given.n_zero,
        since=since,
        step=panel.step,
    )  # fmt: skip


def _leaves(given: Intake) -> tuple[Floats, Flags | None]:
    """Return leaves x months, and which of them nobody knows; those are empty."""
    wide = given.panel.matrix()
    leaves = wide.to_numpy(dtype="float64", copy=True)
    if given.unknown.empty:
        return leaves, None
    by = list(given.panel.by)
    names = given.panel.nodes().astype("str") if by else None
    row = (
        pd.MultiIndex.from_frame(names).get_indexer(
            pd.MultiIndex.from_frame(given.unknown[by].astype("str"))
        )
        if names is not None
        else np.zeros(len(given.unknown), dtype="int64")
    )
    unknown = np.zeros(leaves.shape, dtype=bool)
    unknown[row, wide.columns.get_indexer(given.unknown["period"])] = True
    leaves[unknown] = np.nan
    return leaves, unknown


def _unknown(summing: Summing, leaves: Flags | None) -> Flags | None:
    """Return which months of which nodes nobody knows: those of any leaf below."""
    if leaves is None:
        return None
    gaps: Flags = summing.add_up(leaves.astype("float64")) > 0
    return gaps


def _least(nodes: pd.DataFrame, booked: pd.DataFrame, done: Run) -> Floats:
    """Return what no interval reaches below, shape (nodes, horizon), never above the figure."""
    never = np.where(nodes["not_negative"].to_numpy(), 0.0, -np.inf)
    out = np.repeat(never[:, None], done.point.shape[1], axis=1)
    if len(booked):
        out[:, 0] = np.maximum(out[:, 0], booked["least"].to_numpy())
    least: Floats = np.minimum(out, done.point)
    return least


def _nodes(table: pd.DataFrame, history: Floats, done: Run, step: int) -> pd.DataFrame:
    """Describe each node: months, size of errors, pool, status, how it did against last year."""
    silent = np.isin(done.state, ("ended", "zero", "no_history"))
    spans = np.array([done.scores.spans[str(name)] for name in done.scores.pool])
    vectors = [len(done.scores.vectors[str(name)]) for name in done.scores.pool]
    errors = node_errors(done.past)
    steps = done.past.scores.shape[2] if len(done.past.cuts) else 0
    return table.assign(
        n_months=step * np.isfinite(history).sum(axis=1),
        scale=done.sigma.mean(axis=1),
        own_scale=np.isin(done.state, ("ok", "negative", "short", "intermittent")),
        pool=pd.Series(done.scores.pool.astype(object), dtype="str"),
        n_scores=vectors,
        calibrated=(spans >= CALIBRATED) | silent,
        not_negative=~(history < 0).any(axis=1),
        status=pd.Series(done.state.astype(object), dtype="str"),
        guarded=done.guarded,
        beside=False,
        measured_months=step * np.where(silent, done.point.shape[1], steps),
        n_tested=errors["n_tested"],
        naive_ratio=errors["naive_ratio"],
        naive_wins=errors["naive_ratio"] > 1,
    )


def _beyond_what_was_seen(nodes: pd.DataFrame, coverage: tuple[float, ...]) -> pd.Series:
    """Tell where a tail asks for a rarer error than the most extreme of those there are."""
    silent = nodes["status"].isin(["ended", "zero", "no_history"])
    return ((nodes["n_scores"] + 1) * (1 - coverage[-1]) / 2 < 1) & ~silent


def _vectors(done: Run, horizon: int) -> pd.DataFrame:
    """Lay the score vectors of all pools out as one table."""
    frames = []
    for name, vectors in sorted(done.scores.vectors.items()):
        frame = pd.DataFrame(vectors, columns=[f"z{k}" for k in range(1, horizon + 1)])
        frame.insert(0, "pool", pd.Series([name] * len(frame), dtype="str"))
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def _pool_sizes(spans: dict[str, int], horizon: int) -> pd.DataFrame:
    """Return how many separate spans each pool has."""
    rows = [(name, horizon, count) for name, count in sorted(spans.items())]
    table = pd.DataFrame(rows, columns=["pool", "n_months", "n_windows"])
    return table.astype({"pool": "str"})


def _weights(weights: Floats) -> pd.DataFrame:
    """Return the weight of each member, by step ahead."""
    table = pd.DataFrame(weights, columns=[f"h{k}" for k in range(1, weights.shape[1] + 1)])
    table.insert(0, "member", pd.Series(list(NAMES), dtype="str"))
    return table


def _bias(done: Run) -> float:
    """Return how far the company's actuals lay above the forecasts at earlier origins."""
    if not len(done.past.cuts):
        return 0.0
    known = np.isfinite(done.past.actual[:, 0])
    gap = (done.past.actual[:, 0] - done.past.point[:, 0])[known].sum()
    size = np.abs(done.past.actual[:, 0][known]).sum()
    return float(gap / size) if size else 0.0
