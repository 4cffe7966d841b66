# ruff: noqa: PLR0917  the columns of a printed table
"""Worked examples of textbooks and examination questions, typed as a reader of the guide would."""

import numpy as np
import pandas as pd
import pytest

import salesanalysis as sa

explain = sa.variance.explain


def sums(bridge) -> dict[str, float]:
    return bridge.by_effect().set_index("effect")["amount"].to_dict()


def items(bridge, effect: str) -> list[float]:
    rows = bridge.effects[bridge.effects["effect"] == effect]
    return rows["amount"].tolist()


def priced(units: dict[str, float], rates: dict[str, float]) -> pd.DataFrame:
    """Return units of each item and what they give at these rates."""
    table = pd.DataFrame({"item": list(units), "quantity": list(units.values())})
    return table.assign(amount=[units[i] * rates[i] for i in units])


def compare(actual, base, **choices):
    return explain(actual, base, by=["item"], value="amount", units="quantity", **choices)


@pytest.mark.parametrize(
    ("source", "margins", "budget", "sold", "quantity", "mix"),
    [
        ("Horngren, washers and dryers: rows as printed", {"dryer": 275, "washer": 375},
         {"dryer": 10_000, "washer": 40_000}, {"dryer": 8_820, "washer": 33_180},
         [-440_000, -2_400_000], [115_500, -157_500]),
        ("Horngren, tickets of two tiers: rows as printed", {"lower": 14, "upper": 3},
         {"lower": 5_500, "upper": 7_000}, {"lower": 3_200, "upper": 6_800},
         [-15_400, -4_200], [-16_800, 3_600]),
        ("Drury, Milano: quantity 28,900 favourable, mix 32,900 adverse", {"X": 20, "Y": 12, "Z": 9},
         {"X": 8_000, "Y": 7_000, "Z": 5_000}, {"X": 6_000, "Y": 7_000, "Z": 9_000},
         [28_900], [-32_900]),
        ("Kaplan, tables, chairs and sideboards: quantity 2,124.6", {"T": 760, "C": 94, "S": 940},
         {"T": 8_000, "C": 26_000, "S": 6_000}, {"T": 9_200, "C": 29_900, "S": 6_900},
         [2_124_600], [0]),
    ],
)  # fmt: skip
def test_sales_mix_and_quantity_are_those_of_the_textbook(
    source, margins, budget, sold, quantity, mix
):
    bridge = compare(priced(sold, margins), priced(budget, margins), mix="item_rate")
    assert sums(bridge)["quantity"] == pytest.approx(sum(quantity)), source
    assert sums(bridge)["mix"] == pytest.approx(sum(mix), abs=1e-6), source
    if len(quantity) > 1:
        assert items(bridge, "quantity") == pytest.approx(quantity)
        assert items(bridge, "mix") == pytest.approx(mix)


@pytest.mark.parametrize(
    ("source", "standard", "rates", "used", "paid", "expected"),
    [
        ("ACCA, Blendco: mix 30 favourable, yield 37.78 adverse",
         {"A": 940 / 0.9 * 0.6, "B": 940 / 0.9 * 0.4}, {"A": 8, "B": 5}, {"A": 620, "B": 430}, None,
         {"mix": -30, "quantity": 37.7777778, "price": 0}),
        ("ACCA, Verdant: price 12 adverse, mix 200 favourable, yield 400 adverse",
         {"N": 760, "P": 380}, {"N": 5, "P": 10}, {"N": 840, "P": 360}, {"N": 4.8, "P": 10.5},
         {"price": 12, "mix": -200, "quantity": 400}),
        ("Kaplan, JC Ltd: mix 9,200 adverse, yield 7,216 adverse",
         {"A": 11_590, "B": 9_272, "C": 4_636}, {"A": 10, "B": 5, "C": 9},
         {"A": 13_200, "B": 7_600, "C": 5_600}, None, {"mix": 9_200, "quantity": 7_216, "price": 0}),
    ],
)  # fmt: skip
def test_material_price_mix_and_yield_are_those_of_the_examiner(
    source, standard, rates, used, paid, expected
):
    bridge = compare(
        priced(used, paid or rates), priced(standard, rates), favourable="down", mix="item_rate"
    )
    assert sums(bridge) == pytest.approx(expected, abs=1e-6), source


@pytest.mark.parametrize(
    ("source", "budget", "sold", "market", "size", "share"),
    [
        ("ACCA, Leaf", (504_000, 12.0), (532_000, 12.0), (2_800_000, 2_660_000), -302_400, 638_400),
        ("ACCA, recession", (5_000, 9.6), (4_500, 9.6), (100, 95), -2_400, -2_400),
        ("alternative to appendix 11A", (15_000, 29.0), (16_000, 29.0), (160_000, 160_000), 0, 29_000),
    ],
)  # fmt: skip
def test_market_size_and_share_are_those_of_the_examiner(source, budget, sold, market, size, share):
    sides = (priced({"u": n}, {"u": rate}) for n, rate in (sold, budget))
    found = sums(compare(*sides, market=market))
    assert (found["market_size"], found["market_share"]) == pytest.approx((size, share)), source


def test_price_and_market_of_a_budget_by_margin():
    budget = pd.DataFrame(
        {"item": ["u"], "quantity": [250_000], "amount": [3.5e6], "cost": [2.5e6]}
    )
    sold = pd.DataFrame({"item": ["u"], "quantity": [220_000], "amount": [2.75e6], "cost": [2.2e6]})
    found = sums(compare(sold, budget, cost="cost", market=(1_000_000, 1_100_000)))
    assert found == pytest.approx(
        {"market_size": 100_000, "market_share": -220_000, "mix": 0, "price": -330_000, "cost": 0}
    )


def test_energy_of_two_sectors_by_activity_structure_and_intensity():
    """Ang: two sectors, 50 to 96 units of energy; activity 32.4, structure 38.3, intensity -24.7."""
    base = pd.DataFrame({"sector": ["1", "2"], "output": [10.0, 40.0], "energy": [30.0, 20.0]})
    actual = base.assign(output=[40.0, 40.0], energy=[80.0, 16.0])
    bridge = explain(
        actual, base, by=["sector"], value="energy", chain=["output", "energy"], structure="sector"
    )
    found = [round(amount, 1) for amount in sums(bridge).values()]
    assert found == [32.4, 38.3, -24.7]


def test_one_factor_after_the_other_as_chinese_textbooks_do():
    """Output 100 x usage 8 x price 5 becomes 110 x 7 x 6: +400, -550, +770."""
    plan = pd.DataFrame({"item": ["m"], "output": [100.0], "usage": [8.0], "price": [5.0]})
    done = plan.assign(output=110.0, usage=7.0, price=6.0)
    plan, done = (t.assign(cost=t["output"] * t["usage"] * t["price"]) for t in (plan, done))
    bridge = explain(
        done, plan, by=["item"], value="cost", factors=["output", "usage", "price"],
        method="sequential", favourable="down",
    )  # fmt: skip
    assert list(sums(bridge).values()) == pytest.approx([400, -550, 770])
    text = bridge.explain("zh")
    assert text.startswith("成本比目标高620元")
    assert "因素分解：成本 = output × usage × 单价" in text


def test_kidney_stones_are_told_as_a_reversal():
    """Charig and others (1986): 78 % against 83 % although the first treatment wins twice."""
    first = pd.DataFrame({"size": ["small", "large"], "success": [81, 192], "cases": [87, 263]})
    second = first.assign(success=[234, 55], cases=[270, 80])
    bridge = explain(second, first, by=["size"], rate=("success", "cases"))
    assert (bridge.start, bridge.end) == pytest.approx((273 / 350, 289 / 350))
    assert bridge.meta.detail("simpson") == "every"
    assert sums(bridge)["rate"] < 0 < sums(bridge)["mix"]


def test_the_glove_game():
    """Two left gloves and one right: the right one is worth two thirds."""
    worth = sa.variance.shapley(lambda a, b, c: np.minimum(a + b, c), [0, 0, 0], [1, 1, 1])
    assert worth.tolist() == pytest.approx([1 / 6, 1 / 6, 2 / 3])


# how small and outweighed gaps are told


def test_totals_are_written_as_finely_as_their_difference_needs():
    standard = priced({"A": 626.6667, "B": 417.7778}, {"A": 8, "B": 5})
    used = priced({"A": 620, "B": 430}, {"A": 8, "B": 5})
    assert "Actual 7,110.00 CNY, target 7,102.22 CNY." in compare(used, standard).explain()
    roe = pd.DataFrame({"item": ["co"], "amount": [0.20]})
    better = explain(roe.assign(amount=0.27), roe, by=["item"], value="amount")
    assert "Actual 0.27 CNY, target 0.20 CNY." in better.explain()


def test_members_that_outweigh_the_gap_are_told_in_amounts():
    rates = {"X": 20, "Y": 12, "Z": 9}
    budget = priced({"X": 8_000, "Y": 7_000, "Z": 5_000}, rates)
    sold = priced({"X": 6_000, "Y": 7_000, "Z": 9_000}, rates)
    bridge = compare(sold, budget)
    assert "Largest changes: X -40,000, Z +36,000." in bridge.explain()
    assert "变动最大：X -40,000，Z +36,000。" in bridge.explain("zh")


def test_a_member_has_one_figure_in_text_and_picture():
    # rounded alone A were -1,000; beside the others, which add up to -100, it is -1,001
    base = pd.DataFrame({"item": list("ABCD"), "quantity": 1.0, "amount": 1_500.0})
    moved = base.assign(amount=base["amount"] + [-1_000.4, 600.7, 399.9, -100.0])
    bridge = compare(moved, base)
    assert "Largest changes: A -1,001, B +601, C +400." in bridge.explain()
    drawn = [t.get_text() for t in bridge.plot(kind="contribution").texts]
    assert any(text.startswith("-1,001") for text in drawn)
    assert sum(float(text.split()[0].replace(",", "")) for text in drawn) == -100
