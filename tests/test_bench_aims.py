"""What was aimed at is printed beside what came, and a miss is called one."""

from dataclasses import replace

import pandas as pd
import pytest

from benchmarks._aims import aims, at_least, tree_aims
from benchmarks._harness import Line
from benchmarks.forecast_tree import _needs
from benchmarks.peers import _cost, _times


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


def test_what_was_missed_is_told_with_the_luck_of_the_series() -> None:
    held = pd.DataFrame({"cov80": [0.5, 1.0] * 50, "cov95": 0.9, "land80": 1.0, "land95": 1.0})
    one = line("m3_all", 0.8, cov=(0.75, 0.9), land=(1.0, 1.0), held=held)
    two = line(
        "m3_36", 0.8, cov=(0.8, 0.95), land=(0.8, 0.95), held=held.assign(land80=0.8, land95=0.95)
    )
    said = aims([one, two])
    assert said[2].startswith("aim: months m3_all off by 5.0 / 5.0 points, <= 2 / 1.5: missed")
    low, high = (float(x) for x in said[2].split("held ")[1].split(" / ")[0].split(" .. "))
    assert low == pytest.approx(0.70, abs=0.011)  # 0.75 -+ 1.96 x 0.25 / 10
    assert high == pytest.approx(0.80, abs=0.011)
    assert said[2].endswith(" / 0.900 .. 0.900)")
    assert said[3] == "aim: months m3_36 off by 0.0 / 0.0 points, <= 2 / 1.5: met"
    assert said[4] == (
        "aim: sums, mean of 2 sets off by 10.0 / 2.5 points, <= 2.5 / 1.5: missed "
        "(off by 10.0 .. 10.0 / 2.5 .. 2.5)"
    )


def test_a_tree_is_judged_by_its_error_after_over_before() -> None:
    before = pd.DataFrame({"2008": [0.8, 0.4], "2009": [0.8, 0.4]}, index=["all", "total"])
    after = pd.DataFrame({"2008": [0.8, 0.3], "2009": [0.79, 0.3]}, index=["all", "total"])
    assert tree_aims(after, before) == [
        "aim: error after adding up / before, all 0.994, <= 0.985: missed "
        "(95 % of draws of origins: 0.988 .. 1.000)",
        "aim: error after adding up / before, total 0.750, <= 0.850: met",
    ]


def test_times_are_judged_too() -> None:
    assert at_least("sums", 21.4, 20) == "aim: sums 21 times as fast, >= 20: met"
    assert _needs() == (
        "aim: packages the forecast needs beyond numpy, pandas, salesanalysis, scipy, "
        "statsmodels: 0, <= 0: met"
    )


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
    assert _cost([replace(found[-1], ratio=0.42)]) == (
        "aim: CPU per series / sf DynamicOptTheta, m3_all 0.42, <= 0.40: missed"
    )
    assert _times(found[1:]).endswith("CPU of the 3 combined peers / ours: 438")
