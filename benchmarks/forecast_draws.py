"""Sums over the tree: how often the draws of the whole tree hold what came, by level.

Australian retail, states crossed with industry groups, nine yearly origins 2009 to 2017, 72 months of
history, sum of twelve months: share of outcomes inside the 80 and 95 % range of each node's own landing,
of the draws, of leaves drawn independently and of all leaves on one rank. Nine company years, which share
their shocks: orders of size.
"""

from pathlib import Path

import numpy as np
import pandas as pd

import salesanalysis as sa
from benchmarks._sets import FOLDER
from benchmarks._tree import tree

ORIGINS = tuple(f"{year}-12" for year in range(2009, 2018))
KEPT, HORIZON, DRAWS = 72, 12, 400
BY = ["state", "group", "industry"]
COVERAGE = (0.80, 0.95)
WAYS = ("own landing", "draws", "independent", "one rank")


def run(folder: Path = FOLDER) -> list[str]:
    """Return one line per level, and the single months of company and leaves."""
    if not folder.is_dir():
        return [f"forecast_draws: skipped, no trial data in {folder.name}/"]
    sums, months = [], []
    for origin in ORIGINS:
        one, single = _score(origin, folder)
        sums.append(one)
        months.append(single)
    table, single = pd.concat(sums), pd.concat(months)
    head = f"{'level':<10} " + "  ".join(f"{way + ' 80/95':<20}" for way in WAYS)
    rows = [head, *(_line(table, level) for level in table["level"].unique())]
    wide = table[table["level"] == "company"].groupby("way")["width"].mean()
    rows.append(f"company, one rank: {wide['one rank'] / wide['draws']:.1f} times the draws' range")
    for level in ("company", BY[-1]):
        mean = single[single["level"] == level].groupby("way")[["in80", "in95", "width"]].mean()
        said = "; ".join(f"{way} {r.in80:.2f} / {r.in95:.2f}" for way, r in mean.iterrows())
        ratio = mean.loc["draws", "width"] / mean.loc["own interval", "width"]
        rows.append(f"single months, {level}: {said}; range of draws / own {ratio:.2f}")
    return rows


def _score(origin: str, folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Forecast at one origin; return sums and single months inside their ranges."""
    one = tree(origin, kept=KEPT, horizon=HORIZON, folder=folder)
    period = pd.date_range(end=f"{origin}-01", periods=KEPT, freq="MS")
    leaves = one.leaves[BY]
    wide = pd.concat([leaves, pd.DataFrame(one.train, columns=period)], axis=1)
    long = wide.melt(BY, var_name="period")
    forecast = sa.forecast.panel(long, HORIZON, by=BY, crossed=[["state"], ["group"]])
    nodes = forecast.nodes()
    later = pd.concat([leaves, pd.DataFrame(one.test)], axis=1)
    actual = _actuals(nodes, later)
    values = forecast.draws(n=DRAWS).to_frame()["value"].to_numpy()
    drawn = values.reshape(len(nodes), HORIZON, DRAWS)
    ahead = forecast.ahead()
    landed = forecast.landing(span=[ahead[0], ahead[-1]]).to_frame()
    ranges = {"own landing": _bounds(landed)}
    smallest = (nodes[BY] != "").all(axis=1).to_numpy()
    own = drawn[smallest].sum(axis=1)
    member = _members(nodes, smallest)
    rng = np.random.default_rng(20240)
    for way, sums in (
        ("draws", drawn.sum(axis=1)),
        ("independent", member @ rng.permuted(own, axis=1)),
        ("one rank", member @ np.sort(own, axis=1)),
    ):
        ranges[way] = _quantiles(sums)
    total = actual.sum(axis=1)
    sums = pd.concat([_held(nodes, way, total, found) for way, found in ranges.items()])
    frame = forecast.to_frame().query("horizon > 0")
    monthly = {"own interval": _bounds(frame), "draws": _quantiles(drawn.reshape(-1, DRAWS))}
    each = nodes.loc[np.repeat(nodes.index, HORIZON)]
    months = [_held(each, way, actual.ravel(), found) for way, found in monthly.items()]
    return sums, pd.concat(months)


def _actuals(nodes: pd.DataFrame, later: pd.DataFrame) -> np.ndarray:
    """Return what came of every node, shape (nodes, months)."""
    steps = list(range(HORIZON))
    out = []
    for row in nodes[BY].itertuples(index=False):
        here = np.ones(len(later), dtype=bool)
        for column, name in zip(BY, row, strict=True):
            here &= (later[column] == name).to_numpy() | (name == "")
        out.append(later.loc[here, steps].to_numpy().sum(axis=0))
    return np.array(out)


def _members(nodes: pd.DataFrame, leaves: np.ndarray) -> np.ndarray:
    """Return which leaves belong to each node, shape (nodes, leaves)."""
    names = nodes[BY].to_numpy(dtype="str")
    same = (names[:, None, :] == names[leaves][None]) | (names[:, None, :] == "")
    return same.all(axis=2).astype("float64")


def _quantiles(values: np.ndarray) -> np.ndarray:
    """Return lower and upper bounds per coverage, shape (coverage, 2, rows)."""
    return np.stack([np.quantile(values, [(1 - c) / 2, (1 + c) / 2], axis=-1) for c in COVERAGE])


def _bounds(table: pd.DataFrame) -> np.ndarray:
    """Return the bounds of a table with lo80 ... hi95, shape (coverage, 2, rows)."""
    names = [[f"{side}{100 * c:g}" for side in ("lo", "hi")] for c in COVERAGE]
    return np.stack([table[pair].to_numpy().T for pair in names])


def _held(nodes: pd.DataFrame, way: str, came: np.ndarray, found: np.ndarray) -> pd.DataFrame:
    """Say which outcomes lay inside, and how wide the 80 % range was for its size."""
    inside = (came >= found[:, 0]) & (came <= found[:, 1])
    width = (found[0, 1] - found[0, 0]) / came
    level = nodes["level"].to_numpy()
    return pd.DataFrame(
        {"level": level, "way": way, "in80": inside[0], "in95": inside[1], "width": width}
    )


def _line(table: pd.DataFrame, level: str) -> str:
    """Write one level."""
    mean = table[table["level"] == level].groupby("way")[["in80", "in95"]].mean()
    parts = [f"{mean.loc[way, 'in80']:.2f} / {mean.loc[way, 'in95']:.2f}" for way in WAYS]
    return f"{level:<10} " + "  ".join(f"{part:<20}" for part in parts)
