"""From forecasts of folds to scores per node, and from those to the accuracy table."""

import numpy as np
import pandas as pd

from salesanalysis.forecast.predicted import Predicted
from salesanalysis.forecast.scoring import metrics
from salesanalysis.forecast.scoring.entrants import FLOOR
from salesanalysis.forecast.scoring.folds import Fold
from salesanalysis.forecast.scoring.reference import naive2
from salesanalysis.forecast.tree import Flags, Floats
from salesanalysis.hierarchy import COMPANY

#: Months a node must be scored on before it is compared with seasonal naive by itself.
NODE_MONTHS = 12


def covered_name(share: float) -> str:
    """Return the column of a coverage, such as ``covered80_share``."""
    return f"covered{100 * share:g}_share"


def landing_name(share: float) -> str:
    """Return the column of a coverage of sums over the horizon, such as ``landing80_share``."""
    return f"landing{100 * share:g}_share"


def msis_name(share: float) -> str:
    """Return the column of an interval score, such as ``msis95``."""
    return f"msis{100 * share:g}"


def fold_scores(fold: Fold, method: str, told: Predicted, failed: Flags) -> pd.DataFrame:
    """Score one method in one fold.

    Returns
    -------
    DataFrame, one row per node
        ``method``, ``origin``, ``level``, level columns, ``node``, ``branch`` (its name at the
        top level), ``failed``, ``has_unit`` (it changed before the origin), ``positive`` (no
        month at or below 0), the scores and, for OWA, those of Naive2.
    """
    units = metrics.units_of(fold.history, fold.season)
    simple = naive2(fold.history, fold.horizon, season=fold.season).point
    gap = told.point - fold.actual
    seen = np.concatenate([fold.history, fold.actual], axis=1)
    top = fold.nodes[fold.panel.by[0]] if fold.panel.by else pd.Series("", fold.nodes.index)
    return fold.nodes.assign(
        method=pd.Series(method, index=fold.nodes.index, dtype="str"),
        origin=fold.origin,
        branch=top.where(top != "", COMPANY).astype("str"),
        failed=failed,
        has_unit=np.isfinite(units.change),
        positive=(np.nan_to_num(seen, nan=1.0) > 0).all(axis=1),
        smape=metrics.smape(fold.actual, told.point),
        mase=metrics.mase(fold.actual, told.point, units),
        naive2_smape=metrics.smape(fold.actual, simple),
        naive2_mase=metrics.mase(fold.actual, simple, units),
        abs_error=np.abs(gap).sum(axis=1),
        error=gap.sum(axis=1),
        sales=np.abs(fold.actual).sum(axis=1),
        **_interval_scores(fold, told, units),
    )


def _interval_scores(fold: Fold, told: Predicted, units: metrics.Units) -> dict[str, Floats]:
    """Return coverage and interval score per coverage; empty where a method has no bounds."""
    empty, out = np.full(len(fold.nodes), np.nan), {}
    for c, share in enumerate(fold.coverage):
        known = told.lower is not None and told.upper is not None
        bounds = (told.lower[c], told.upper[c]) if known else None  # type: ignore[index]
        out[covered_name(share)] = metrics.coverage(fold.actual, *bounds) if bounds else empty
        out[msis_name(share)] = (
            metrics.msis(fold.actual, *bounds, units, share) if bounds else empty
        )
        out[landing_name(share)] = _landed(fold, told, c)
    return out


def _landed(fold: Fold, told: Predicted, c: int) -> Floats:
    """Return 1 where the sum over the horizon lay inside its bounds; empty without bounds."""
    if told.sum_lower is None or told.sum_upper is None:
        return np.full(len(fold.nodes), np.nan)
    total = fold.actual.sum(axis=1)
    return metrics.inside(total, told.sum_lower[c], told.sum_upper[c]).astype("float64")


def accuracy_table(scores: pd.DataFrame, coverage: tuple[float, ...]) -> pd.DataFrame:
    """Return one row per level and method, levels from the top, methods as given.

    Means are over node-origins; money-weighted measures over all their months.
    """
    floor = scores[scores["method"] == FLOOR].groupby("level", sort=False)["mase"].mean()
    keys = ["level", "method"]
    rows = [
        {**dict(zip(keys, key, strict=True)), **_row(part, coverage)}
        for key, part in scores.groupby(keys, sort=False)
    ]
    table = pd.DataFrame(rows).astype({"level": "str", "method": "str", "status": "str"})
    place = {level: i for i, level in enumerate(scores["level"].unique())}
    table = table.sort_values("level", key=lambda c: c.map(place), kind="stable", ignore_index=True)
    ratio = table["mase"] / table["level"].map(floor).astype("float64")
    table.insert(table.columns.get_loc("owa") + 1, "mase_ratio", ratio.where(np.isfinite(ratio)))
    table["naive_wins"] = table["mase_ratio"] > 1 + 1e-12
    return table


def _row(part: pd.DataFrame, coverage: tuple[float, ...]) -> dict[str, object]:
    """Summarise the node-origins of one level and method."""
    size = float(part["sales"].sum())
    unit = bool(part["has_unit"].any())
    bounded = bool(part[covered_name(coverage[0])].notna().any())
    shares = {covered_name(c): part[covered_name(c)].mean() for c in coverage}
    widest = msis_name(coverage[-1])
    return {
        "n_nodes": part["node"].nunique(),
        "n_origins": part["origin"].nunique(),
        "n_scored": len(part),
        "smape": part["smape"].mean(),
        "mase": part["mase"].mean(),
        "owa": owa_of(part),
        "wape_share": part["abs_error"].sum() / size if size else np.nan,
        "bias_share": part["error"].sum() / size if size else np.nan,
        **shares,
        widest: part[widest].mean(),
        **{landing_name(c): part[landing_name(c)].mean() for c in coverage},
        "n_failed": int(part["failed"].sum()),
        "n_no_unit": int((~part["has_unit"]).sum()),
        "n_not_positive": int((~part["positive"]).sum()),
        "status": "no_unit" if not unit else "ok" if bounded else "no_intervals",
    }


def owa_of(part: pd.DataFrame) -> float:
    """Return the error relative to Naive2: ratios of means; empty where Naive2 never errs."""
    columns = ("smape", "mase", "naive2_smape", "naive2_mase")
    simple = [part["naive2_smape"].mean(), part["naive2_mase"].mean()]
    if not all(value > 0 for value in simple):
        return float("nan")
    return metrics.owa(*(part[c].to_numpy(dtype="float64") for c in columns))


def node_table(scores: pd.DataFrame, horizon: int, step: int = 1) -> pd.DataFrame:
    """Return MASE per method and node beside that of seasonal naive.

    Returns
    -------
    DataFrame, one row per method and node with at least 12 scored months and a unit
        ``method``, ``level``, ``node``, ``n_months``, ``mase``, ``mase_ratio``, ``naive_wins``.
    """
    keys = ["level", "node"]
    known = scores[scores["has_unit"]]
    mean = known.groupby(["method", *keys], sort=False, as_index=False).agg(
        n_months=("mase", "size"), mase=("mase", "mean")
    )
    mean["n_months"] *= horizon * step
    floor = mean[mean["method"] == FLOOR].set_index(keys)["mase"].rename("floor")
    out = mean[mean["n_months"] >= NODE_MONTHS].join(floor, on=keys)
    out["mase_ratio"] = out["mase"] / out["floor"].where(out["floor"] > 0)
    out["naive_wins"] = out["mase"] > out["floor"] * (1 + 1e-12)
    return out.drop(columns="floor").reset_index(drop=True)
