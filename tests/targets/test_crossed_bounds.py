"""Bounds: solved exactly, never crossed, and refused where they leave no room."""

import numpy as np
import pandas as pd
import pytest
from figures import assert_good_figure
from hypothesis import given, settings
from hypothesis import strategies as st

from salesanalysis.errors import ContractError
from salesanalysis.targets import apply_bounds, capacity, cascade

LAST = pd.DataFrame(
    {"person": list("abc"), "value": [120.0, 80.0, 50.0], "max_growth": [0.08, 0.20, 0.20]}
)


# ---- worked by hand


def test_three_people_share_280_between_five_and_twenty_percent_growth() -> None:
    bounded = apply_bounds(LAST, 280, min_growth=0.05)
    assert bounded.to_frame()["value"].round(4).tolist() == [129.6, 92.5538, 57.8462]
    assert bounded.to_frame()["bound"].tolist() == ["upper", "free", "free"]
    assert bounded.factor == pytest.approx((280 - 129.6) / 130)
    assert bounded.at_bound()["person"].tolist() == ["a"]
    assert "1 at the upper bound: a 130 CNY (+8.0%)." in bounded.explain()


def test_whole_steps_stay_inside_the_bounds_too() -> None:
    frame = apply_bounds(LAST, 280, min_growth=0.05, step=1).to_frame()
    assert frame["value"].tolist() == [129.0, 93.0, 58.0]
    plan = cascade(280, apply_bounds(LAST, 280, step=1).basis(year=2024))
    assert plan.nodes()["value"].tolist() == [280.0, 129.0, 93.0, 58.0]


def test_a_unit_without_a_base_stays_at_its_minimum() -> None:
    units = pd.DataFrame({"person": list("ab"), "value": [0.0, 10.0], "lo": [3.0, np.nan]})
    assert apply_bounds(units, 20).to_frame()["value"].tolist() == [3.0, 17.0]


def test_capacity_is_heads_times_days_times_visits_times_rate_times_ticket() -> None:
    limit = capacity(1, 200, 2, 0.1, 3)
    assert limit == pytest.approx(120)
    units = pd.DataFrame({"person": list("ab"), "value": [100.0, 100.0], "capacity": [limit, None]})
    assert apply_bounds(units, 300).to_frame()["value"].tolist() == pytest.approx([120.0, 180.0])


# ---- invariants


def random_units(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 9))
    base = rng.integers(0, 200, n).astype("float64")
    lo = np.where(rng.random(n) < 0.5, base * rng.uniform(0, 1.2, n), 0.0)
    hi = np.where(rng.random(n) < 0.6, lo + rng.uniform(0, 100, n), np.nan)
    return pd.DataFrame({"person": [f"p{i}" for i in range(n)], "value": base, "lo": lo, "hi": hi})


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.integers(0, 3000), st.sampled_from([None, 1]))
def test_bounds_hold_or_are_refused_and_loosening_them_never_hurts(seed, total, step) -> None:
    units = random_units(seed)
    try:
        bounded = apply_bounds(units, total, step=step)
    except ContractError:
        return
    frame = bounded.to_frame()
    assert frame["value"].sum() == pytest.approx(total, abs=1e-6)
    assert ((frame["value"] >= frame["lo"] - 1e-7) & (frame["value"] <= frame["hi"] + 1e-7)).all()
    if step:
        assert frame["value"].sum() == total
    # free units keep their proportions: one factor for all
    free = frame[(frame["bound"] == "free") & (frame["base"] > 0)]
    if step is None and len(free):
        assert (free["value"] / free["base"]).to_numpy() == pytest.approx(bounded.factor)
    looser = units.assign(lo=units["lo"] * 0.9, hi=units["hi"] * 1.1)
    apply_bounds(looser, total, step=step)


@settings(max_examples=30)
@given(st.integers(0, 10**6), st.floats(0.1, 1000))
def test_scaling_everything_scales_the_values(seed, c) -> None:
    units = random_units(seed)
    least, most = units["lo"].sum(), units["lo"].sum() + 50
    try:
        one = apply_bounds(units, (least + most) / 2)
    except ContractError:
        return
    scaled = units.assign(**{k: units[k] * c for k in ("value", "lo", "hi")})
    other = apply_bounds(scaled, (least + most) / 2 * c)
    assert other.to_frame()["value"].to_numpy() == pytest.approx(
        one.to_frame()["value"].to_numpy() * c, rel=1e-6, abs=1e-6
    )


# ---- pictures and refusals


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_units_at_a_bound_are_drawn_in_words(lang) -> None:
    assert_good_figure(apply_bounds(LAST, 280, min_growth=0.05).plot(lang=lang))


def refusal(units, total, **options) -> str:
    with pytest.raises(ContractError) as caught:
        apply_bounds(units, total, **options)
    return str(caught.value)


def test_minimums_above_the_total_name_both_sums() -> None:
    units = pd.DataFrame({"person": list("ab"), "value": [200.0, 97.5238]})
    assert refusal(units, 300, min_growth=0.05) == (
        "The sum of the minimums 312.4 exceeds the total 300.0.\n"
        "  where: apply_bounds(total=...)\n"
        "  fix:   lower `min_growth` or `lo`, or raise the total"
    )
    assert refusal(LAST, 300) == (
        "The sum of the maximums 285.6 is below the total 300.0.\n"
        "  where: apply_bounds(total=...)\n"
        "  fix:   raise `max_growth`, `hi` or `capacity`, or lower the total"
    )


def test_bounds_that_cross_are_refused() -> None:
    assert refusal(LAST, 280, min_growth=0.10) == (
        "1 of 3 units have a lower bound above the upper one; first 132.00 above 129.60.\n"
        "  where: units, first rows [0], see .rows\n"
        "  fix:   lower the minimum, or raise the maximum or the capacity"
    )
    with pytest.raises(ContractError, match="win_rate must be from 0 to 1, got 30"):
        capacity(1, 2, 3, 30, 4)
