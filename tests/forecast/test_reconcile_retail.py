"""The tree of Australian retail: 183 nodes, and the published row of the naive forecast."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from salesanalysis.forecast.reconcile import Summing, subtotals
from salesanalysis.panel import Panel

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "forecast"
PATHS = [["state"], ["industry"], ["group"], ["state", "group"]]
LEVELS = ["company", "state", "group", "industry", "state x group", "leaf"]
KEPT, AHEAD = 60, 12


@pytest.fixture(scope="module")
def retail() -> pd.DataFrame:
    file = FOLDER / "aus_retail.csv.gz"
    if not file.is_file():
        pytest.skip(f"no trial data: {file.name}")
    return pd.read_csv(file)


def leaves_of(retail: pd.DataFrame, year: int) -> Panel:
    """Industries complete in the window, and what a group has beyond its published parts."""
    months = pd.date_range(f"{year + 1}-12-01", periods=KEPT + AHEAD, freq="-1MS")[::-1]
    wide = retail.pivot(
        index=["state", "group", "industry", "level"], columns="period", values="value"
    )[months.strftime("%Y-%m")].dropna()
    industries = wide.xs("industry", level="level")
    groups = wide.xs("group", level="level").droplevel("industry")
    parts = industries.groupby(["state", "group"])
    rest = groups - parts.sum().reindex(groups.index, fill_value=0.0)
    published = retail[retail["level"] == "industry"].groupby("group")["industry"].nunique()
    missing = (
        parts.size().reindex(groups.index, fill_value=0)
        < published.reindex(groups.index.get_level_values("group")).to_numpy()
    )
    rest = rest[missing & (rest > 0.5).all(axis=1)]
    names = [(s, g, f"{g} other") for s, g in rest.index]
    rest.index = pd.MultiIndex.from_tuples(names, names=["state", "group", "industry"])
    leaves = pd.concat([industries, rest]).reset_index()
    long = leaves.melt(["state", "group", "industry"], var_name="period")
    return Panel.of(long.assign(period=long["period"] + "-01"), by=["state", "group", "industry"])


def test_the_published_row_of_the_naive_forecast_is_reproduced(retail):
    rows = []
    for year in range(2008, 2018):
        panel = leaves_of(retail, year)
        tree = Summing.of(panel, crossed=PATHS)
        kept = ~tree.repeats
        assert kept.sum() == (184 if year == 2008 else 183)
        past, later = np.split(tree.history(panel.matrix().to_numpy())[kept], [KEPT], axis=1)
        scale = np.abs(past[:, 12:] - past[:, :-12]).mean(axis=1)
        mase = np.abs(later - past[:, -12:]).mean(axis=1) / scale
        level = tree.table.loc[kept, "level"].replace("state x group x industry", "leaf")
        scores = pd.Series(mase).groupby(level.to_numpy()).mean()
        rows.append([*scores[LEVELS], mase.mean()])
    assert np.round(np.mean(rows, axis=0), 3).tolist() == [
        1.010, 0.989, 1.055, 1.022, 1.039, 1.047, 1.041,
    ]  # fmt: skip


def test_the_subtotals_the_source_ships_are_found_and_nothing_else(retail):
    recent = retail[retail["period"] >= "2014-01"]
    panel = Panel.of(recent.assign(period=recent["period"] + "-01"), by=["state", "industry"])
    found = subtotals(panel.matrix().to_numpy(), panel.nodes())
    groups = retail[retail["level"] == "group"].groupby(["state", "industry"]).ngroups
    names = pd.MultiIndex.from_frame(retail.loc[retail["level"] == "group", ["state", "industry"]])
    assert pd.MultiIndex.from_frame(found[["state", "industry"]]).isin(names).all()
    assert (len(found), groups) == (35, 38)  # three are more than their published parts
