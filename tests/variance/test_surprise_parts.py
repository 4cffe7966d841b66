"""Was the target off, or was it a surprise; and what of growth is last year's one-off."""

import numpy as np
import pandas as pd
import pytest
from drivertools import by_effect
from hypothesis import given, settings
from hypothesis import strategies as st

import salesanalysis as sa
from salesanalysis.errors import ContractError

some = settings(max_examples=5)
seeds = st.integers(0, 10_000)
MARCH = ("2026-03-01", "2026-03-01")
PARTS = ("trend", "season", "calendar")


def frame(**amounts: float) -> pd.DataFrame:
    return pd.DataFrame({"region": list(amounts), "revenue": list(amounts.values())})


def surprise(actual, target, expected, **choices):
    choices = {"by": ["region"], "window": MARCH, "cut_off": "2026-02-28"} | choices
    return sa.variance.surprise(actual, target, expected, **choices)


def drawn(seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    names = [f"R{i}" for i in rng.permutation(5)[: rng.integers(1, 5)]]
    return frame(**{n: float(rng.integers(-20, 200)) for n in names}, Z=float(rng.integers(1, 50)))


# worked by hand


def test_a_target_set_too_high_and_a_weak_month_are_two_things():
    bridge = surprise(frame(East=1080.0), frame(East=1200.0), frame(East=1120.0))
    assert by_effect(bridge) == {"target_gap": -80, "surprise": -40}
    assert bridge.by_origin().set_index("origin")["amount"]["plan"] == -80


def test_working_days_that_turned_out_otherwise_are_taken_out_of_the_target():
    bridge = surprise(
        frame(East=1080.0), frame(East=1200.0), frame(East=1120.0), planned=frame(East=1150.0)
    )
    assert by_effect(bridge) == {"target_gap": -50, "calendar": -30, "surprise": -40}
    assert bridge.by_origin().set_index("origin")["amount"]["external"] == -30


@pytest.mark.parametrize(
    ("actual", "said"),
    [(1080.0, "inside"), (1250.0, "above"), (1000.0, "below"), (1050.0, "inside")],
)
def test_the_text_says_where_the_surprise_lies(actual, said):
    bridge = surprise(
        frame(East=actual), frame(East=1200.0), frame(East=1120.0), interval=(1050.0, 1190.0)
    )
    assert bridge.meta.detail("interval_side") == said
    assert (
        f"The surprise lies {said} the forecast's interval, 1,050 to 1,190 CNY." in bridge.explain()
    )


def test_each_region_is_judged_by_its_own_interval():
    expected = frame(East=100.0, West=100.0).assign(low=[90.0, 95.0], high=[110.0, 105.0])
    bridge = surprise(
        frame(East=108.0, West=108.0),
        frame(East=100.0, West=100.0),
        expected,
        bounds=("low", "high"),
    )
    notes = bridge.effects.set_index(["region", "effect"])["note"]
    assert notes["East", "surprise"] == "inside_interval"
    assert notes["West", "surprise"] == "above_interval"


def test_the_interval_of_the_total_is_not_told_of_a_part():
    bridge = surprise(
        frame(East=60.0, West=48.0), frame(East=70.0, West=50.0), frame(East=65.0, West=50.0),
        interval=(90.0, 120.0),
    )  # fmt: skip
    assert "interval" in bridge.explain()
    assert "interval" not in bridge.drill({"region": "East"}).explain()
    assert "interval" in bridge.drill([]).explain()


def test_a_region_nobody_forecast_is_marked():
    bridge = surprise(frame(East=60.0, New=5.0), frame(East=70.0), frame(East=65.0))
    rows = bridge.effects.set_index(["region", "effect"])
    assert rows.loc[("New", "surprise"), ["amount", "note"]].tolist() == [5, "no_forecast"]


def test_a_one_off_of_last_year_is_neither_growth_nor_loss_of_this_year():
    then = pd.DataFrame({"trend": [100.0], "season": [10.0], "calendar": [0.0], "residual": [30.0]})
    now = pd.DataFrame({"trend": [110.0], "season": [10.0], "calendar": [5.0], "residual": [-5.0]})
    bridge = sa.variance.trend_season(now, then, by=[])
    assert by_effect(bridge) == {
        "trend": 10, "season": 0, "calendar": 5, "last_year_one_off": -30, "surprise": -5,
    }  # fmt: skip
    assert "Last year held a one-off of 30 CNY that is not repeated" in bridge.explain()
    assert bridge.by_origin().set_index("origin")["amount"]["external"] == 5


def test_factors_are_shared_by_lmdi_and_a_one_off_goes_back_to_one():
    then = pd.DataFrame({"trend": [100.0], "season": [1.2], "calendar": [1.0], "residual": [1.1]})
    now = pd.DataFrame({"trend": [100.0], "season": [1.2], "calendar": [1.0], "residual": [1.0]})
    bridge = sa.variance.trend_season(now, then, by=[], model="multiplicative")
    found = by_effect(bridge)
    assert found.pop("last_year_one_off") == pytest.approx(-12)
    assert found == pytest.approx({"trend": 0, "season": 0, "calendar": 0, "surprise": 0})
    ratios = sa.variance.as_ratios(bridge).set_index("effect")["ratio"]
    assert ratios["last_year_one_off"] == pytest.approx(1 / 1.1)


# invariants


@some
@given(seeds, seeds, seeds, st.booleans())
def test_parts_of_a_surprise_add_up_to_actual_minus_target(one, two, three, planned):
    actual, target, expected = drawn(one), drawn(two), drawn(three)
    if target["revenue"].sum() == 0:
        return
    more = {"planned": drawn(one + 1)} if planned else {}
    bridge = surprise(actual, target, expected, **more)
    gap = actual["revenue"].sum() - target["revenue"].sum()
    assert bridge.gap == pytest.approx(gap)
    assert bridge.effects["amount"].sum() == pytest.approx(gap)
    found = by_effect(bridge)
    assert found["surprise"] == pytest.approx(actual["revenue"].sum() - expected["revenue"].sum())
    assert by_effect(bridge.drill([])) == pytest.approx(found)


@some
@given(seeds, st.sampled_from(("additive", "multiplicative")))
def test_parts_of_growth_add_up_and_nothing_moves_where_only_the_residual_is_plain(seed, model):
    rng = np.random.default_rng(seed)
    middle = 100 if model == "additive" else 1
    sides = [
        pd.DataFrame(rng.uniform(0.5, 2, (3, 4)) * [100, middle, middle, middle / 9 if model == "additive" else 1],
                     columns=[*PARTS, "residual"]).assign(region=list("ABC"))
        for _ in range(2)
    ]  # fmt: skip
    bridge = sa.variance.trend_season(*sides, by=["region"], model=model)
    whole = [
        (
            s[[*PARTS, "residual"]].sum(axis=1)
            if model == "additive"
            else s[[*PARTS, "residual"]].prod(axis=1)
        ).sum()
        for s in sides
    ]
    assert (bridge.end, bridge.start) == pytest.approx(tuple(whole))
    assert bridge.effects["amount"].sum() == pytest.approx(bridge.gap)
    plain = 0.0 if model == "additive" else 1.0
    quiet = [s.assign(residual=plain) for s in sides]
    found = by_effect(sa.variance.trend_season(quiet[0], quiet[1], by=["region"], model=model))
    assert found["last_year_one_off"] == found["surprise"] == 0


def test_a_region_on_one_side_is_new_or_lost_not_trend():
    rows = {"trend": [100.0, 50.0], "season": [1.0, 1.0], "residual": [0.0, 0.0]}
    then = pd.DataFrame({"region": ["East", "Old"], **rows})
    now = pd.DataFrame({"region": ["East", "New"], **rows})
    bridge = sa.variance.trend_season(now, then, by=["region"], parts=("trend", "season"))
    found = by_effect(bridge)
    assert (found["new"], found["lost"], found["trend"]) == (51, -51, 0)


# refusals


def said(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


def test_a_forecast_that_knew_the_month_has_looked_ahead():
    sides = frame(East=1080.0), frame(East=1200.0), frame(East=1120.0)
    for day in ("2026-03-01", "2026-03-15", "2026-04-01"):
        assert said(lambda day=day: surprise(*sides, cut_off=day)) == (
            f"The forecast knew sales up to {day}; the window begins on 2026-03-01.\n"
            "  where: surprise(cut_off=..., window=...)\n"
            "  fix:   take a forecast made before the window began, or it has looked ahead"
        )


def test_a_forecast_has_to_say_what_it_knew():
    sides = frame(East=1080.0), frame(East=1200.0), frame(East=1120.0)
    assert said(lambda: surprise(*sides, cut_off=None)) == (
        "The forecast does not say which day it knew last.\n"
        "  where: surprise(expected), cut_off\n"
        '  fix:   give cut_off="2026-02-28", or a column cut_off without empty values'
    )
    carried = sides[2].assign(cut_off=pd.Timestamp("2026-02-28"))
    assert surprise(*sides[:2], carried, cut_off=None).meta.detail("cut_off") == "2026-02-28"
    late = sides[2].assign(cut_off=pd.Timestamp("2026-03-31"))
    assert said(lambda: surprise(*sides[:2], late, cut_off=None)).startswith(
        "The forecast knew sales"
    )


def test_without_months_look_ahead_cannot_be_ruled_out():
    sides = frame(East=1080.0), frame(East=1200.0), frame(East=1120.0)
    assert said(lambda: surprise(*sides, window=())) == (
        "Which months are compared is not said, so look-ahead cannot be ruled out.\n"
        "  where: surprise(window=...)\n"
        '  fix:   give the first and the last month, such as ("2026-03-01", "2026-03-01")'
    )


def test_an_interval_the_wrong_way_round_is_refused():
    sides = frame(East=1080.0), frame(East=1200.0), frame(East=1120.0)
    assert said(lambda: surprise(*sides, interval=(1190.0, 1050.0))) == (
        "The interval runs from 1,190.00 to 1,050.00.\n"
        "  where: surprise(interval=(lower, upper))\n"
        "  fix:   give the lower end first"
    )
    expected = sides[2].assign(low=9.0, high=5.0)
    assert said(lambda: surprise(*sides[:2], expected, bounds=("low", "high"))) == (
        "1 of 1 intervals have a lower end above the upper one.\n"
        "  where: surprise(bounds=(lower, upper)), see .rows\n"
        "  fix:   give the column of the lower end first"
    )
    twice = pd.concat([expected, expected])
    assert said(lambda: surprise(*sides[:2], twice, bounds=("high", "low"))) == (
        "Intervals of several rows of an item cannot be added.\n"
        "  where: surprise(bounds=('high', 'low'))\n"
        "  fix:   give one row per item of by, or the interval of the total"
    )


def test_a_forecast_of_nothing_or_of_other_regions_is_refused():
    sides = frame(East=1080.0), frame(East=1200.0)
    assert said(lambda: surprise(*sides, frame(East=1.0).iloc[:0])) == (
        "expected has no rows.\n"
        "  where: surprise(expected=...)\n"
        "  fix:   give the forecast of the months compared"
    )
    assert said(lambda: surprise(*sides, frame(east=1.0))) == (
        "target and expected share no region at all.\n"
        "  where: surprise: target has ['East'], expected has ['east']\n"
        "  fix:   write the names the same way on both sides: spaces, case, full-width letters"
    )


def test_parts_that_do_not_give_the_value_are_refused():
    then = pd.DataFrame({"trend": [100.0], "residual": [0.0], "revenue": [100.0]})
    now = pd.DataFrame({"trend": [100.0], "residual": [5.0], "revenue": [120.0]})
    call = lambda **more: sa.variance.trend_season(  # noqa: E731
        now, then, by=[], parts=["trend"], value="revenue", **more
    )
    assert said(call) == (
        "Parts of 1 of 1 items of actual do not add up to revenue.\n"
        "  where: worst: 105.00 instead of 120.00, see .rows\n"
        "  fix:   give all parts and what they leave, or the other model"
    )
    assert said(lambda: call(model="log")).startswith(
        "'log' is not a model here; known: additive, "
    )


def test_factors_that_are_not_above_nothing_are_refused():
    then = pd.DataFrame({"trend": [100.0], "residual": [1.0]})
    now = pd.DataFrame({"trend": [100.0], "residual": [-0.5]})
    call = lambda a: sa.variance.trend_season(  # noqa: E731
        a, then, by=[], parts=["trend"], model="multiplicative"
    )
    assert said(lambda: call(now)) == (
        "1 of 1 items have a factor that is not above 0.\n"
        '  where: trend_season(model="multiplicative"), see .rows\n'
        '  fix:   use model="additive" with parts in currency'
    )
    assert said(lambda: call(pd.concat([now, now]))).startswith(
        "1 rows of actual share an item, and factors cannot be summed.\n"
    )
