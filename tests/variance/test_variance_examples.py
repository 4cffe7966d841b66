"""More worked examples, as their books and pages print them."""

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
            "Drury, Management and Cost Accounting, Milano Company",
            {"X": (8000, 20), "Y": (7000, 12), "Z": (5000, 9)},
            {"X": (6000, 20), "Y": (7000, 12), "Z": (9000, 9)},
            28_900,
            -32_900,
        ),
        (
            "CMA question on products E and F, answer 3,300 favorable",
            {"E": (5500, 4.5), "F": (4500, 10)},
            {"E": (6000, 4.5), "F": (6000, 10)},
            13_950,
            3_300,
        ),
        (
            "Kaplan, ACCA PM Integrated Workbook 2018-19, p. 290, tables, chairs, sideboards",
            {"T": (8000, 760), "C": (26_000, 94), "S": (6000, 940)},
            {"T": (9200, 760), "C": (29_900, 94), "S": (6900, 940)},
            2_124_600,
            0,
        ),
    ],
)
def test_sales_quantity_and_mix_of_contribution(source, budget, sold, quantity, mix):
    found = compare(lines(**sold), lines(**budget))
    assert found["quantity"] == pytest.approx(quantity), source
    assert found["mix"] == pytest.approx(mix, abs=1e-6), source
    assert found["price"] == pytest.approx(0, abs=1e-9), source


def test_the_sales_of_a_jacket_maker_against_its_static_budget():
    # Horngren, Cost Accounting, Webb Company: 12,000 jackets at 120 planned, 10,000 at 125 sold
    found = compare(lines(jacket=(10_000, 125)), lines(jacket=(12_000, 120)))
    assert (found["price"], found["quantity"]) == (50_000, -240_000)


def test_the_operating_income_of_the_same_jacket_maker():
    # static 108,000, flexible 44,000, actual 14,900: sales volume 64,000 U, price 50,000 F,
    # variable cost 70,100 U, fixed cost 9,000 U
    sold = lines(jacket=(10_000, 125, 95.01))
    found = compare(
        sold, lines(jacket=(12_000, 120, 88)), cost="cost", fixed_cost=(276_000, 285_000)
    )
    parts = ("quantity", "price", "cost", "fixed_cost")
    assert [found[p] for p in parts] == pytest.approx([-64_000, 50_000, -70_100, -9_000])
    assert sum(found.values()) == pytest.approx(14_900 - 108_000)


def test_widgets_sold_below_price_and_plan():
    # Kotler, Marketing Management: 37.5 % of the shortfall of 1,600 is price, 62.5 % volume
    found = compare(lines(widget=(3000, 0.8)), lines(widget=(4000, 1.0)))
    assert (found["price"], found["quantity"]) == pytest.approx((-600, -1000))


def test_a_growing_market_in_which_share_was_lost():
    # Hulbert and Toy (1977), Journal of Marketing 41:12, product Alpha, thousands
    plan, sold = lines(alpha=(20_000, 0.5, 0.3)), lines(alpha=(22_000, 10.5 / 22, 0.3))
    found = compare(sold, plan, cost="cost", market=(40_000, 50_000))
    names = ("market_size", "market_share", "price")
    assert [found[n] for n in names] == pytest.approx([1000, -600, -500])
    assert sum(found.values()) == pytest.approx(-100)


def test_a_page_that_calls_the_cross_term_mix():
    # accountancyindex.com: price 2,500 and volume 4,500 at last year's figures, the rest 900 "mix"
    old = lines(A=(1000, 10), B=(800, 15), C=(500, 20))
    new = lines(A=(1000, 11), B=(700, 15), C=(800, 23))
    found = compare(new, old, convention="cross")
    assert found["price"] == pytest.approx(2500)
    assert found["quantity"] + found["mix"] == pytest.approx(4500)
    assert found["cross"] == pytest.approx(900)


def test_interest_of_a_bank_by_volume_and_rate():
    # a schedule of rate and volume: 100 at 1 % to 200 at 2 %, volume 1 and rate 2
    found = compare(lines(loans=(200, 0.02)), lines(loans=(100, 0.01)))
    assert (found["quantity"], found["price"]) == pytest.approx((1, 2))


CHAINS = [
    (
        "CPA 财务成本管理：材料费用 8,000 元到 9,240 元",
        {"产量": (100, 110), "单耗": (8, 7), "单价": (10, 12)},
        [800, -1100, 1540],
    ),
    (
        "一级建造师 项目管理：商品混凝土 446,160 元到 489,919.50 元",
        {"产量": (600, 630), "单价": (715, 755), "损耗": (1.04, 1.03)},
        [22_308, 26_208, -4_756.5],
    ),
    (
        "CPA 财务成本管理：ABC公司权益净利率（百分点）",
        {"净利率": (5.614, 4.533), "周转": (1.6964, 1.5), "乘数": (1.9091, 2.0833)},
        [-3.50, -1.70, 1.19],
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
