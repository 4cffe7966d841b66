"""Units that have ended: expected at 0 and named; who pauses, rests or sells rarely has not."""

import numpy as np
import pandas as pd
from uglypanels import beside, panel_of, unit, usual

import salesanalysis as sa
from salesanalysis.forecast.run.states import states
from salesanalysis.panel import Panel


def test_a_unit_that_never_sold_or_has_ended_is_zero_without_a_range() -> None:
    ended = usual(seed=5)
    ended[-13:] = 0
    forecast = beside(never=np.zeros(48), ended=ended)
    for name, status in (("never", "zero"), ("ended", "ended")):
        rows = unit(forecast, name)
        assert rows["status"].unique().tolist() == [status]
        assert (rows[["value", "lo80", "hi80", "lo95", "hi95"]] == 0).all().all()
    said = forecast.explain()
    assert "never sold anything and are expected at 0: N / never." in said
    assert (
        "1 of the smallest units have ended, sold nothing for a year, or for half a year after "
        "selling nearly every month, and are expected at 0: N / ended." in said
    )


def test_who_sold_nearly_every_month_and_then_nothing_for_half_a_year_has_left() -> None:
    left, pausing, rare, season = (usual(seed=s) for s in (5, 6, 7, 8))
    left[-6:] = 0  # a salesperson who is gone
    left[10] = 0
    pausing[-5:] = 0
    rare[np.arange(48) % 4 == 0] = 0  # three months in four: silence is nothing new
    rare[-6:] = 0
    season[np.arange(48) % 12 < 6] = 0  # snow chains, in the half year they rest
    season = np.roll(season, 6)
    forecast = beside(left=left, pausing=pausing, rare=rare, season=season)
    assert (unit(forecast, "left")["value"] == 0).all()
    assert unit(forecast, "left")["status"].unique().tolist() == ["ended"]
    parts = forecast.explain(node="N / left", period="2024-04").explain()
    assert "It has no range: what is expected at 0 has no errors to measure." in parts
    for name in ("pausing", "rare", "season"):
        assert unit(forecast, name)["value"].sum() > 0, name
    # in the months before, the same person was still expected
    assert states(left[None, :-1]).tolist() == ["ok"]
    # seventeen months of which six were silent are too few to know a habit
    assert states(left[None, -17:]).tolist() != ["ended"]
    assert states(left[None, 11:]).tolist() == ["ended"]


def test_a_region_has_not_left_while_its_units_that_sell_now_and_then_are_expected() -> None:
    rows = {("N", f"plain {i}"): usual(seed=i) for i in range(3)}
    for k in range(3):  # each sells in two months of three, the region in every month
        rows["W", f"rare {k}"] = np.where(np.arange(48) % 3 == k, 0, usual(seed=8 + k))
        rows["W", f"rare {k}"][-6:] = 0
    rare = np.array([values for (region, _), values in rows.items() if region == "W"])
    assert states(rare.sum(axis=0)[None]).tolist() == ["ended"]
    assert "ended" not in states(rare)
    forecast = sa.forecast.panel(panel_of(rows), 6)
    nodes = forecast.node_table.set_index("node")["status"]
    assert (nodes == "ended").sum() == 0
    ahead = forecast.to_frame().query("region == 'W' and horizon > 0").groupby("node")["value"]
    assert (ahead.sum() > 10).all()
    # a region all of whose units have left has left, and all are named
    for k in range(3):
        rows["W", f"rare {k}"] = usual(seed=8 + k) * (np.arange(48) < 42)
    gone = sa.forecast.panel(panel_of(rows), 6)
    assert gone.node_table.query("region == 'W'")["status"].unique().tolist() == ["ended"]
    assert gone.explain().count("and are expected at 0: W / rare 0, W / rare 1, W / rare 2.") == 1


def test_rows_that_stop_early_mean_an_end_and_are_listed() -> None:
    months = pd.date_range("2020-04-01", periods=48, freq="MS")
    whole = [
        pd.DataFrame({"line": x, "period": months, "value": usual(seed=i)})
        for i, x in enumerate("abc")
    ]
    whole[2] = whole[2].iloc[:-2]
    forecast = sa.forecast.panel(Panel.of(pd.concat(whole), by=["line"]), 3)
    rows = forecast.to_frame().query("node == 'c' and horizon > 0")
    assert rows["value"].tolist() == [0.0] * 3
    assert "nearly every month, and are expected at 0: c." in forecast.explain()
