"""Units that have just opened: an opening unlike the rest is not what they sell from then on."""

import numpy as np
import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis.forecast.run.opening import settled

ONES = np.ones((1, 6))


def kept(values: list[float], whole: np.ndarray | None = None) -> list[int]:
    history = np.array([values])
    return np.flatnonzero(
        settled(history, ONES[:, : len(values)] if whole is None else whole)[0]
    ).tolist()


def test_a_first_delivery_and_a_door_half_open_are_left_out() -> None:
    assert kept([900.0, 100.0, 110.0, 90.0]) == [1, 2, 3]
    assert kept([20.0, 40.0, 100.0, 100.0, 110.0, 90.0]) == [2, 3, 4, 5]
    # exactly twice the middle month is not far
    assert kept([200.0, 100.0, 100.0, 100.0]) == [0, 1, 2, 3]
    # a peak later on is no opening
    assert kept([100.0, 900.0, 110.0, 90.0]) == [0, 1, 2, 3]


def test_where_months_differ_widely_anyway_nothing_is_known_to_be_an_opening() -> None:
    assert kept([900.0, 100.0, 400.0, 90.0]) == [0, 1, 2, 3]
    assert kept([900.0, 0.0, 0.0, 80.0]) == [0, 1, 2, 3]
    assert kept([-5.0, 0.0, 0.0]) == [0, 1, 2]


def test_an_opening_is_seen_against_the_unit_above_and_its_season() -> None:
    christmas = np.array([[1000.0, 100.0, 100.0, 100.0]])
    assert kept([90.0, 10.0, 11.0, 9.0], christmas) == [0, 1, 2, 3]
    # without a positive month above there is no share to compare
    assert kept([90.0, 10.0, 11.0, 9.0], christmas - 100.0) == [0, 1, 2, 3]
    # months before the first are not the unit's
    assert kept([np.nan, np.nan, 900.0, 100.0, 110.0, 90.0]) == [3, 4, 5]


@pytest.mark.parametrize("n", [3, 6, 11])
def test_a_shelf_filled_in_the_first_month_is_not_sold_again_every_month(n) -> None:
    months = pd.date_range("2021-01-01", periods=36, freq="MS")
    rng = np.random.default_rng(2)
    frames = [
        pd.DataFrame({"region": "N", "shop": f"S{k}", "period": months,
                      "value": 1000 * np.exp(0.05 * rng.standard_normal(36))})
        for k in range(6)
    ]  # fmt: skip
    opened = np.full(n, 100.0)
    opened[0] = 5000.0
    frames.append(
        pd.DataFrame({"region": "N", "shop": "new", "period": months[-n:], "value": opened})
    )
    panel = sa.Panel.of(pd.concat(frames), by=["region", "shop"])
    forecast = sa.forecast.panel(panel, 12)
    new = forecast.nodes().query("shop == 'new'").index[0]
    assert forecast.nodes().loc[new, "status"] == "by_share"
    # about 100 a month, not the mean of 1,733, 917 or 545; of three months only two are level
    assert (forecast.point()[new] < 200).all()
    assert (forecast.point()[new] > 60).all()
    # what was sold is reported as it was
    assert (
        forecast.landing(span=[months[0], months[-1]]).to_frame().loc[new, "landing"]
        == opened.sum()
    )
