"""The array functions beneath a bridge."""

import numpy as np
import pytest

from salesanalysis.errors import ContractError
from salesanalysis.variance import pvm_effects
from salesanalysis.variance.arithmetic import CONVENTIONS, MIXES
from salesanalysis.variance.rounded import Scale

RNG = np.random.default_rng(20240331)
DRAWS, ITEMS = 10_000, 5


def draws() -> dict[str, np.ndarray]:
    """10,000 comparisons of five items each, with zeros, free goods and negative prices."""
    n = DRAWS * ITEMS
    units = [np.where(RNG.random(n) < 0.2, 0.0, RNG.integers(1, 1000, n)) for _ in "01"]
    money = [np.where(RNG.random(n) < 0.1, 0.0, RNG.normal(20, 15, n)) for _ in range(4)]
    group = np.repeat(np.arange(DRAWS), ITEMS)
    return dict(zip(("q0", "q1", "p0", "p1", "c0", "c1"), [*units, *money], strict=True)) | {
        "group": group
    }


DATA = draws()


def split(data: dict[str, np.ndarray], convention: str, mix: str, **cost: np.ndarray):
    prices = {
        f"{p}{s}": np.where(data["q" + s] > 0, data[p + s], np.nan) for p in "pc" for s in "01"
    }
    cost = {k: prices[k] for k in ("c0", "c1")} if cost else {}
    return pvm_effects(
        data["q0"], prices["p0"], data["q1"], prices["p1"],
        group=data["group"], convention=convention, mix=mix, **cost,
    )  # fmt: skip


@pytest.mark.parametrize("mix", MIXES)
@pytest.mark.parametrize("convention", CONVENTIONS)
def test_effects_of_every_item_add_up_in_ten_thousand_comparisons(convention, mix):
    for with_cost in (False, True):
        found = split(DATA, convention, mix, **({"cost": DATA["c0"]} if with_cost else {}))
        unit = {s: DATA["p" + s] - (DATA["c" + s] if with_cost else 0.0) for s in "01"}
        change = DATA["q1"] * unit["1"] - DATA["q0"] * unit["0"]
        told = found.price + found.cost + found.cross + found.quantity + found.mix
        assert np.abs(told - change).max() <= 1e-9 * np.abs(change).max()


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_the_reference_of_the_mix_moves_no_total(convention):
    totals = [np.bincount(DATA["group"], weights=split(DATA, convention, mix).mix) for mix in MIXES]
    assert np.allclose(*totals, rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize("mix", MIXES)
def test_only_midpoint_changes_sign_when_base_and_actual_are_exchanged(mix):
    back = {**DATA, **{a + s: DATA[a + t] for a in "qpc" for s, t in ("01", "10")}}
    there, again = split(DATA, "midpoint", mix), split(back, "midpoint", mix)
    for name in ("price", "quantity", "mix"):
        assert np.allclose(getattr(there, name), -getattr(again, name), rtol=1e-9, atol=1e-6)
    there, again = split(DATA, "price_at_actual", mix), split(back, "price_at_actual", mix)
    assert not np.allclose(there.price, -again.price)


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_an_unchanged_price_has_no_effect_whatever_else_moved(convention):
    found = split({**DATA, "p1": DATA["p0"]}, convention, "vs_average")
    assert not found.price.any()
    assert not found.cross.any()
    assert found.volume.any()


def test_units_in_pieces_or_in_thousands_give_the_same_effects():
    small = {**DATA, **{k: DATA[k] / 1000 for k in ("q0", "q1")}}
    small |= {k: DATA[k] * 1000 for k in ("p0", "p1")}
    for convention in CONVENTIONS:
        plain, scaled = (
            split(DATA, convention, "vs_average"),
            split(small, convention, "vs_average"),
        )
        assert np.allclose(plain.mix, scaled.mix, rtol=1e-9, atol=1e-6)
        assert np.allclose(plain.price, scaled.price, rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_splitting_an_item_in_two_with_the_same_price_and_growth_changes_no_total(convention):
    one = pvm_effects([10, 30], [5, 8], [20, 15], [6, 7], convention=convention)
    two = pvm_effects([4, 6, 30], [5, 5, 8], [8, 12, 15], [6, 6, 7], convention=convention)
    for name in ("price", "cross", "quantity", "mix"):
        assert getattr(one, name).sum() == pytest.approx(getattr(two, name).sum())


def test_an_item_without_units_on_one_side_has_no_price_effect_and_no_empty_number():
    found = pvm_effects([0, 10], [np.nan, 2], [5, 0], [3, np.nan])
    assert found.price.tolist() == [0.0, 0.0]
    assert found.volume.tolist() == pytest.approx([15.0, -20.0])


def test_no_items_at_all_give_no_effects():
    assert pvm_effects([], [], [], []).mix.shape == (0,)


# rounding for text


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_rounded_parts_add_up_to_the_rounded_gap_and_are_less_than_a_step_off(lang):
    for size in (3.0, 3e3, 3e5, 3e6, 3e8, 3e10):
        for _ in range(50):
            parts = RNG.normal(0, size, 7)
            scale = Scale.of([*parts, parts.sum()], lang)
            whole = scale.split(parts.tolist(), float(parts.sum()))
            assert sum(whole) == scale.steps(float(parts.sum()))
            exact = parts / scale.size * 10**scale.decimals
            assert np.abs(np.asarray(whole) - exact).max() < 1 + 1e-6


def test_an_amount_that_rounds_to_nothing_carries_no_sign():
    scale = Scale.of([5e6], "en")
    assert scale.text(scale.steps(-1000.0), signed=True) == "0.00M"


# refusals


def test_negative_units_are_refused_beneath_too():
    with pytest.raises(ContractError) as caught:
        pvm_effects([1, -1], [1, 1], [1, 1], [1, 1])
    assert str(caught.value) == (
        "1 of 2 units are negative, empty or infinite.\n"
        "  where: pvm_effects(q0=...), first at [1]\n"
        "  fix:   take returns out first; they are a line of their own"
    )


def test_units_and_prices_of_different_length_are_refused():
    for arguments in (([1, 2], [1], [1, 2], [1, 2]), ([1], [1], [1, 2], [1])):
        with pytest.raises(ContractError) as caught:
            pvm_effects(*arguments)
        assert str(caught.value).endswith(
            "  where: pvm_effects(q0, p0, q1, p1)\n"
            "  fix:   give one value per item on both sides, 0 units where there were none"
        )
    assert str(caught.value).startswith("Units and prices differ in length: 1 and 2.\n")
