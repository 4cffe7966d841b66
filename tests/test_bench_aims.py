"""What was aimed at is printed beside what came, and a miss is called one."""

import pandas as pd

from benchmarks._aims import aims, tree_aims
from benchmarks._harness import Line
from benchmarks.peers import _times


def line(name: str, owa: float, **found: object) -> Line:
    """Return one line of the forecast's table."""
    given = {"cov": None, "msis95": None, "land": None, "method": "engine", **found}
    return Line(
        set_name=name, n=1, owa=owa, smape=1.0, mase=1.0, land_msis95=None,
        by_series=pd.DataFrame(), **given,
    )  # fmt: skip


def test_every_aim_of_the_sets_at_hand_is_met_or_missed() -> None:
    m3 = line("m3_all", 0.7984, cov=(0.82, 0.97), msis95=5.77, land=(0.836, 0.981))
    last = line("m3_36", 0.801, cov=(0.79, 0.95), land=(0.824, 0.954))
    assert aims([m3, last]) == [
        "aim: OWA m3_all 0.798, <= 0.805: met",
        "aim: OWA m3_36 0.801, <= 0.800: missed",
        "aim: MSIS95 m3_all 5.77, <= 6.00: met",
        "aim: months m3_all off by 2.0 / 2.0 points, <= 2 / 1.5: missed",
        "aim: months m3_36 off by 1.0 / 0.0 points, <= 2 / 1.5: met",
        "aim: sums, mean of 2 sets off by 3.0 / 1.8 points, <= 2.5 / 1.5: missed",
    ]


def test_the_mean_is_judged_only_where_all_its_sets_are_there() -> None:
    three = [line("m3_all", 0.80), line("m3_36", 0.78), line("retail_60", 0.77)]
    assert "aim: OWA, mean of m3_all, m3_36, retail_60 0.783, <= 0.790: met" in aims(three)
    assert not any("mean of" in row for row in aims(three[:2]))
    assert aims([]) == []


def test_a_tree_is_judged_by_its_error_after_over_before() -> None:
    assert tree_aims({"all": 0.811, "total": 0.30}, {"all": 0.817, "total": 0.40}) == [
        "aim: error after adding up / before, all 0.993, <= 0.985: missed",
        "aim: error after adding up / before, total 0.750, <= 0.850: met",
    ]


def test_the_time_of_a_combination_is_that_of_its_members() -> None:
    members = ("sf AutoETS", "sf AutoCES", "sf AutoARIMA", "sf DynamicOptTheta")
    found = [
        line("m3_all", 1.0, method=m, cpu_ms=c)
        for m, c in zip(members, (80, 70, 800, 6), strict=True)
    ]
    found.append(line("m3_all", 1.0, cpu_ms=2.0))
    assert _times(found) == (
        "m3_all       CPU of the 4 combined peers / ours: 478 (>= 400 is aimed at)"
    )
    assert _times(found[1:]).endswith("CPU of the 3 combined peers / ours: 438")
