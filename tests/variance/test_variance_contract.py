"""What a bridge of any method may carry: own effects, shares, pieces; and how its text is made."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from figures import assert_good_figure

import salesanalysis as sa
from benchmarks import variance_told
from salesanalysis import store
from salesanalysis.errors import ContractError, ReconciliationError
from salesanalysis.variance.bridge import Bridge, Meta
from salesanalysis.variance.text import rounded_steps

ITEMS = pd.DataFrame(
    {"source": ["Direct", "Social"], "n_matched": 1, "n_new": 0, "n_lost": 0}
).assign(base=[0.04, 0.04], actual=[0.144, 0.006])
META = Meta("gap", ("last_year", "actual"), "last_year", ("source",), "conversion", kind="share")


def refusal(call, kind=ContractError) -> str:
    with pytest.raises(kind) as caught:
        call()
    return str(caught.value)


def rates(**more) -> Bridge:
    """Conversion: both sources fell by 2 points, the total rose by 7."""
    ref = 0.115
    r0, r1 = np.array([0.2, 0.05]), np.array([0.18, 0.03])
    s0, s1 = np.array([0.2, 0.8]), np.array([0.8, 0.2])
    keys = ITEMS[["source"]]
    amounts = {
        "rate": (r1 - r0) * (s0 + s1) / 2, "shift": (s1 - s0) * ((r0 + r1) / 2 - ref),
    }  # fmt: skip
    rows = pd.concat([keys.assign(effect=e, amount=a, note="") for e, a in amounts.items()])
    items = ITEMS.assign(moved=ref * (s1 - s0))
    places = {"rate": (65, "gap", "internal"), "shift": (60, "gap", "internal")}
    return Bridge.of(rows, items, by=["source"], meta=replace(META, **more), places=places)


def test_a_method_brings_effects_of_its_own_with_their_places(tmp_path):
    bridge = rates(method="other")
    found = dict(bridge.by_effect()[["effect", "amount"]].itertuples(index=False, name=None))
    assert found == pytest.approx({"rate": -0.02, "shift": 0.09})
    assert bridge.by_effect()["effect"].tolist() == ["shift", "rate"]
    assert bridge.meta.places == (("rate", 65, "gap", "internal"), ("shift", 60, "gap", "internal"))
    store.write(bridge, tmp_path)
    again = store.read(tmp_path)
    assert again.meta == bridge.meta
    assert again.drill([]).explain("zh") == bridge.drill([]).explain("zh")


def test_what_a_reference_moves_between_members_is_shown_where_one_is_looked_at():
    part = rates(method="other").drill({"source": "Direct"})
    assert part.gap == pytest.approx(0.144 - 0.04)
    reference = part.effects.set_index("effect")["amount"]["reference"]
    assert reference == pytest.approx(0.115 * 0.6)
    assert refusal(
        lambda: replace(part, items=part.items.assign(moved=1.0)), ReconciliationError
    ).startswith("Effects leave -1.00 of +0.00 unexplained.")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_shares_are_written_as_points_and_drawn_as_percent(lang):
    bridge = rates(method="other")
    unit = " pp" if lang == "en" else "个百分点"
    assert f"+9.0{unit}" in bridge.explain(lang)
    assert "15.0%" in bridge.explain(lang)
    assert "CNY" not in bridge.explain("en")
    assert_good_figure(bridge.plot(lang=lang))


def test_an_effect_without_a_place_is_refused():
    rows = ITEMS[["source"]].assign(effect="prize", amount=1.0, note="")
    assert refusal(lambda: Bridge.of(rows, ITEMS, by=["source"], meta=META)) == (
        "'prize' is not a effect here; known: plan, difference, calendar, market_size, "
        "market_share, quantity, mix, mix_between, mix_within, price, cross, cost, fixed_cost, fx, "
        "new, lost, returns, no_units, reference, open.\n"
        "  where: Bridge.of(places=...)\n"
        "  fix:   write 'price'"
    )


# putting bridges together

SALES = pd.DataFrame({"region": ["N", "S"], "quantity": [10, 20], "revenue": [100.0, 300.0]})
SOLD = SALES.assign(quantity=[12, 18], revenue=[130.0, 260.0])
ASK = {"by": ["region"], "units": "quantity"}


def test_parts_of_a_bridge_put_together_are_the_whole():
    whole = sa.variance.explain(SOLD, SALES, **ASK)
    parts = [whole.drill({"region": r}) for r in "NS"]
    both = parts[0] + parts[1]
    pd.testing.assert_frame_equal(both.effects, whole.effects)
    assert both.explain("zh") == whole.explain("zh")


def test_bridges_of_another_base_unit_or_grain_are_not_added():
    whole = sa.variance.explain(SOLD, SALES, **ASK)
    for more, name in (
        ({"base_name": "plan v2"}, "base_name"),
        ({"convention": "midpoint"}, "convention"),
        ({"currency": "USD"}, "currency"),
        ({"method": "gap"}, "method"),
    ):
        other = sa.variance.explain(SOLD, SALES, **{**ASK, **more})
        assert refusal(lambda o=other: whole + o).startswith(
            f"Two bridges that differ in {name} cannot be added.\n"
        )
    assert refusal(lambda: whole + sa.variance.explain(SOLD, SALES, **ASK, currency="USD")) == (
        "Two bridges that differ in currency cannot be added.\n"
        "  where: currency is 'CNY' and 'USD'\n"
        "  fix:   compare both parts with the same base, grain and choices"
    )


# text: numbers come from the effects, and both languages say the same

_NUMBER = re.compile(r"([-+]?\d[\d,]*(?:\.\d+)?)(B|M|k|亿|万)?")
_SIZE = {"": 1.0, "k": 1e3, "M": 1e6, "B": 1e9, "万": 1e4, "亿": 1e8}


def told(line: str) -> list[tuple[float, float]]:
    """Every amount of a line with the half step it may be off by."""
    found = []
    for number, unit in _NUMBER.findall(line):
        decimals = len(number.partition(".")[2])
        size = _SIZE[unit]
        found.append((float(number.replace(",", "")) * size, size / 10**decimals))
    return found


@pytest.mark.parametrize("size", [3.0, 4e2, 3e4, 7e5, 3e7, 4e9])
def test_each_number_of_the_text_is_an_effect_after_rounding_in_both_languages(size):
    rng = np.random.default_rng(11)
    for _ in range(4):
        base = pd.DataFrame(
            {
                "product": list("ABCDEF"),
                "quantity": rng.integers(1, 50, 6),
                "revenue": rng.uniform(0.1, 1, 6) * size,
            }
        )
        actual = base.assign(
            quantity=rng.integers(1, 50, 6), revenue=rng.uniform(0.1, 1, 6) * size
        ).iloc[rng.integers(0, 3) :]
        bridge = sa.variance.explain(
            actual, base, by=["product"], units="quantity", market=(100, 104), calendar=(20, 21)
        )
        exact = bridge.by_effect()["amount"].to_numpy()
        origins = bridge.by_origin()["amount"].to_numpy()
        lines = {lang: bridge.explain(lang).splitlines() for lang in ("en", "zh")}
        for row, known in ((2, exact), (3, origins)):
            both = [told(lines[lang][row]) for lang in ("en", "zh")]
            for amounts in both:
                for amount, step in amounts:
                    # a part may give or take one step so that the parts add up to the gap
                    assert np.abs(known - amount).min() <= 1.01 * step
            shown = [[a for a, _ in amounts] for amounts in both]
            if len(shown[0]) == len(shown[1]):
                steps = max(s for amounts in both for _, s in amounts)
                assert np.allclose(shown[0], shown[1], atol=2.02 * steps)
        for lang in ("en", "zh"):
            scale, steps = rounded_steps(bridge, lang)
            assert int(steps["whole"].sum()) == scale.steps(bridge.gap)
            assert not re.search(r"-0(\.0+)?(?![\d.])", bridge.explain(lang))


def test_what_is_told_of_drawn_bridges_stands_in_them_and_their_causes_keep_their_ids():
    first, second = variance_told.drawn(77)
    assert not any(variance_told.causes(first, second).values())
    for region in ("R00", "R01", "R02"):
        assert not any(variance_told.text(first.drill({"region": region})).values())
