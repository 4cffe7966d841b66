"""More worked examples. A figure called printed was read on a page that prints it; the rest is by hand."""

import pandas as pd
import pytest

import salesanalysis as sa

PRODUCT = ["product"]


def lines(**items: tuple[float, ...]) -> pd.DataFrame:
    """Rows of product, units, amount per unit, and cost per unit where a third figure is given."""
    rows = [
        {"product": n, "quantity": f[0], "revenue": f[0] * f[1], "cost": f[0] * (*f, 0.0)[2]}
        for n, f in items.items()
    ]
    return pd.DataFrame(rows)


def told(bridge: sa.variance.Bridge) -> dict[str, float]:
    return dict(bridge.by_effect()[["effect", "amount"]].itertuples(index=False, name=None))


def compare(actual: pd.DataFrame, base: pd.DataFrame, **more) -> dict[str, float]:
    return told(sa.variance.explain(actual, base, by=PRODUCT, units="quantity", **more))


@pytest.mark.parametrize(
    ("source", "budget", "sold", "quantity", "mix"),
    [
        (
            "Horngren, SodaKing, printed: quantity 1,054,000 favorable, mix 234,000 unfavorable",
            {"Kola": (400_000, 2), "Limor": (600_000, 1.2), "Orlem": (1_500_000, 2.5)},
            {"Kola": (480_000, 2), "Limor": (900_000, 1.2), "Orlem": (1_620_000, 2.5)},
            1_054_000,
            -234_000,
        ),
        (
            "CMA question on products E and F, printed: mix 3,300 favorable of a volume of 17,250",
            {"E": (5500, 4.5), "F": (4500, 10)},
            {"E": (6000, 4.5), "F": (6000, 10)},
            17_250 - 3_300,
            3_300,
        ),
    ],
)
def test_sales_quantity_and_mix_of_contribution(source, budget, sold, quantity, mix):
    found = compare(lines(**sold), lines(**budget))
    assert found["quantity"] == pytest.approx(quantity), source
    assert found["mix"] == pytest.approx(mix, abs=1e-6), source
    assert found["price"] == pytest.approx(0, abs=1e-9), source


def test_the_operating_income_of_a_tire_maker_against_its_static_budget():
    # Horngren, solution 7-16, printed: static 54,000, actual 34,000; sales volume 7,200 U,
    # revenues 5,600 F, variable costs 22,400 U, fixed costs 4,000 F
    found = compare(
        lines(tire=(2800, 112, 82)), lines(tire=(3000, 110, 74)),
        cost="cost", fixed_cost=(54_000, 50_000),
    )  # fmt: skip
    parts = ("quantity", "price", "cost", "fixed_cost")
    assert [found[p] for p in parts] == pytest.approx([-7_200, 5_600, -22_400, 4_000])
    assert sum(found.values()) == pytest.approx(34_000 - 54_000)


def test_widgets_sold_below_price_and_plan():
    # Kotler and Keller, Marketing Management, printed: price 600 or 37.5 %, volume 1,000 or 62.5 %
    found = compare(lines(widget=(3000, 0.8)), lines(widget=(4000, 1.0)))
    assert (found["price"], found["quantity"]) == pytest.approx((-600, -1000))
    assert found["price"] / sum(found.values()) == pytest.approx(0.375)


def test_a_growing_market_in_which_share_was_lost():
    # Horngren, Try It 14-5, printed: size 253,000 F, share 345,000 U, quantity 92,000 U
    sold, plan = lines(unit=(200_000, 4.6)), lines(unit=(220_000, 4.6))
    found = compare(sold, plan, market=(2_000_000, 2_500_000))
    sizes = [found[n] for n in ("market_size", "market_share")]
    assert sizes == pytest.approx([253_000, -345_000])
    assert sum(sizes) == pytest.approx(-92_000)


def test_meals_of_a_restaurant_by_guests_and_average_bill():
    # a bookkeeper's page for restaurants, printed: volume 1,500, price 2,900
    found = compare(lines(meal=(1450, 32)), lines(meal=(1400, 30)))
    assert (found["quantity"], found["price"]) == pytest.approx((1500, 2900))


def test_breakfasts_of_a_hotel_by_what_guests_chose():
    # exercise 17-25, printed: 84,840 to 79,860; mix of the buffet 47 x (760 - 640) = 5,640 U.
    # By hand: mix of the menu 36 x 120 F, 200 meals fewer at 40.4, prices 1 and 3 higher
    budget, sold = (
        lines(buffet=(840, 47), menu=(1260, 36)),
        lines(buffet=(640, 48), menu=(1260, 39)),
    )
    bridge = sa.variance.explain(sold, budget, by=PRODUCT, units="quantity", mix="item_rate")
    assert (bridge.start, bridge.end, bridge.gap) == (84_840, 79_860, -4_980)
    mix = bridge.effects.query("effect == 'mix'").set_index("product")["amount"]
    assert mix.to_dict() == pytest.approx({"buffet": -5_640, "menu": 4_320})
    found = told(bridge)
    assert (found["quantity"], found["price"]) == pytest.approx((-8_080, 4_420))


def test_recurring_revenue_of_a_month_by_what_customers_did():
    # a guide to subscription revenue, printed: 20,000 + 2,400 new + 600 expansion
    # - 300 contraction - 900 churn = 21,800; customers by hand
    start = lines(same=(1, 5000), grows=(1, 8000), shrinks=(1, 6100), leaves=(1, 900))
    end = lines(same=(1, 5000), grows=(1, 8600), shrinks=(1, 5800), comes=(1, 2400))
    bridge = sa.variance.explain(end, start, by=PRODUCT, units="quantity")
    assert (bridge.start, bridge.end) == (20_000, 21_800)
    found = told(bridge)
    assert (found["new"], found["lost"], found["price"]) == pytest.approx((2_400, -900, 300))
    price = bridge.effects.query("effect == 'price'").set_index("product")["amount"]
    assert (price["grows"], price["shrinks"]) == pytest.approx((600, -300))


def test_a_page_that_calls_the_cross_term_mix():
    # figures and formulas of accountancyindex.com, amounts by hand: price 2,500 and volume 4,500
    # at last year's figures, the rest 900 is what the page calls mix
    old = lines(A=(1000, 10), B=(800, 15), C=(500, 20))
    new = lines(A=(1000, 11), B=(700, 15), C=(800, 23))
    found = compare(new, old, convention="cross")
    assert found["price"] == pytest.approx(2500)
    assert found["quantity"] + found["mix"] == pytest.approx(4500)
    assert found["cross"] == pytest.approx(900)


def test_interest_of_a_bank_by_volume_and_rate():
    # a question on rate and volume, printed: 100 at 1 % to 200 at 2 %, volumes 1 and rates 2
    found = compare(lines(loans=(200, 0.02)), lines(loans=(100, 0.01)))
    assert (found["quantity"], found["price"]) == pytest.approx((1, 2))


def test_three_factors_of_two_parts_by_logarithmic_means():
    # printed by the tests of LMDIR (Heun), an implementation of Ang in R; 80 to 180
    base = pd.DataFrame({"part": ["1", "2"], "a": [1.0, 4], "b": [10.0, 5], "c": [2.0, 3]})
    actual = pd.DataFrame({"part": ["1", "2"], "a": [4.0, 5], "b": [5.0, 6], "c": [3.0, 4]})
    bridge = sa.variance.explain(actual, base, by=["part"], factors=["a", "b", "c"], method="lmdi")
    assert (bridge.start, bridge.end) == (80, 180)
    printed = {"a": 69.79006598, "b": -9.455125793, "c": 39.66505981}
    assert told(bridge) == pytest.approx(printed, rel=1e-8)
    first = bridge.effects.query("part == '1'").set_index("effect")["amount"]
    assert first.to_dict() == pytest.approx(
        {"a": 50.47438029, "b": -25.23719014, "c": 14.76280986}, rel=1e-8
    )


def test_pay_of_two_groups_by_schooling_and_what_schooling_brings():
    # a question on w = 550 + 100 s and w = 400 + 85 s, 12 and 14 years, printed: difference 160;
    # parts by the formula of the question: 150 + 15 x 14 and 100 x (12 - 14)
    groups = {"m": (550, 100, (10, 12, 14)), "f": (400, 85, (12, 14, 16))}
    rows = [
        (name, float(years), float(fixed + each * years))
        for name, (fixed, each, schooling) in groups.items()
        for years in schooling * 4
    ]
    table = pd.DataFrame(rows, columns=["group", "years", "pay"])
    bridge = sa.variance.oaxaca(table, "pay", group="group", actual="m", base="f", x=["years"])
    assert bridge.gap == pytest.approx(160)
    found = told(bridge)
    assert found["coefficients"] == pytest.approx(360)
    assert found["endowments"] + found["interaction"] == pytest.approx(-200)


#: All printed; the first as 差额分析法, which gives what 连环替代法 gives in fewer steps.
CHAINS = [
    (
        "直接材料费用 100,000 元到 108,900 元，差额分析",
        {"产量": (500, 550), "单耗": (10, 9), "单价": (20, 22)},
        [10_000, -11_000, 9_900],
    ),
    (
        "混凝土成本 504,000 元到 560,320 元，因素分析",
        {"产量": (800, 850), "单价": (600, 640), "损耗": (1.05, 1.03)},
        [31_500, 35_700, -10_880],
    ),
    (
        "权益净利率 21.6 % 到 30 %（百分点），连环替代",
        {"净利率": (24, 12), "周转": (0.6, 1.25), "乘数": (1.5, 2)},
        [-10.8, 11.7, 7.5],
    ),
]


def by_factor(factors: dict[str, tuple[float, float]], **more) -> dict[str, float]:
    base, actual = ({"unit": "A", **{n: float(f[i]) for n, f in factors.items()}} for i in (0, 1))
    return told(
        sa.variance.explain(
            pd.DataFrame([actual]), pd.DataFrame([base]), by=["unit"], factors=list(factors), **more
        )
    )


@pytest.mark.parametrize(("source", "factors", "printed"), CHAINS)
def test_factors_replaced_one_after_the_other(source, factors, printed):
    found = by_factor(factors, method="sequential")
    assert [found[n] for n in factors] == pytest.approx(printed, abs=0.01), source


@pytest.mark.parametrize(("source", "factors", "printed"), CHAINS)
def test_another_order_gives_other_parts_and_lmdi_the_same_in_any_order(source, factors, printed):
    turned = dict(reversed(factors.items()))
    other = by_factor(turned, method="sequential")
    assert [other[n] for n in factors] != pytest.approx(printed, abs=0.01), source
    assert sum(other.values()) == pytest.approx(sum(printed), abs=0.02)
    first, second = by_factor(factors, method="lmdi"), by_factor(turned, method="lmdi")
    assert first == pytest.approx(second)
