# ruff: noqa: PLR0917  the columns of a printed table
"""Worked examples of web pages that print their answers: inputs and answers typed from the page."""

import numpy as np
import pandas as pd
import pytest

import salesanalysis as sa

explain = sa.variance.explain


def sold(**units_and_price: tuple[float, float]) -> pd.DataFrame:
    rows = [
        {"product": name, "quantity": float(units), "revenue": float(units) * price}
        for name, (units, price) in units_and_price.items()
    ]
    return pd.DataFrame(rows)


def compared(actual: pd.DataFrame, base: pd.DataFrame, **choices) -> sa.variance.Bridge:
    return explain(actual, base, by=["product"], units="quantity", **choices)


def told(bridge: sa.variance.Bridge) -> dict[str, float]:
    return bridge.by_effect().set_index("effect")["amount"].to_dict()


def rows(bridge: sa.variance.Bridge, effect: str) -> list[float]:
    return bridge.effects.query("effect == @effect")["amount"].tolist()


# -- sales mix, quantity and price: mix="item_rate" values each product at its own margin ----------


def test_three_drinks_of_horngren_by_product() -> None:
    # studentsmerit.com, paper-detail 9714 (Horngren, Cost Accounting, 13th ed., pp. 517-519):
    # volume 820,000, quantity 1,054,000, mix 234,000 unfavorable
    margin = {"Kola": 2.0, "Limor": 1.2, "Orlem": 2.5}
    budget = {"Kola": 400_000, "Limor": 600_000, "Orlem": 1_500_000}
    actual = {"Kola": 480_000, "Limor": 900_000, "Orlem": 1_620_000}
    sides = (sold(**{n: (q, margin[n]) for n, q in side.items()}) for side in (actual, budget))
    bridge = compared(*sides, mix="item_rate")
    assert rows(bridge, "quantity") == pytest.approx([160_000, 144_000, 750_000])
    assert rows(bridge, "mix") == pytest.approx([0, 216_000, -450_000], abs=1e-6)
    assert bridge.gap == pytest.approx(820_000)


def test_three_products_of_an_indian_exercise() -> None:
    # alumniagri.in, task 21259370 (ABC Ltd.): quantity 1,440, 2,000, 6,000; mix 5,280, nil, 13,200;
    # price 2,640, nil, 5,280; 94,400 against 109,120. The page marks gains A and losses F
    budget = sold(M=(1_200, 12), N=(800, 25), O=(2_000, 30))
    bridge = compared(sold(M=(880, 15), N=(880, 25), O=(2_640, 28)), budget, mix="item_rate")
    assert rows(bridge, "quantity") == pytest.approx([1_440, 2_000, 6_000])
    assert rows(bridge, "mix") == pytest.approx([-5_280, 0, 13_200], abs=1e-6)
    assert rows(bridge, "price") == pytest.approx([2_640, 0, -5_280], abs=1e-6)
    assert (bridge.start, bridge.end) == pytest.approx((94_400, 109_120))


def test_price_variances_of_amar() -> None:
    # wizedu.com, questions 14413: price 2,640 favourable, 0, 5,280 unfavourable, 2,640 in total;
    # volume of A 4,800 unfavourable
    budget = sold(A=(1_200, 15), B=(800, 20), C=(2_000, 40))
    bridge = compared(sold(A=(880, 18), B=(880, 20), C=(2_640, 38)), budget, mix="item_rate")
    assert rows(bridge, "price") == pytest.approx([2_640, 0, -5_280], abs=1e-6)
    assert told(bridge)["price"] == pytest.approx(-2_640)
    assert rows(bridge, "quantity")[0] + rows(bridge, "mix")[0] == pytest.approx(-4_800)


def test_mix_of_two_products_in_the_standard_mix() -> None:
    # qammunity.org, 4216308: 33,600 U + 105,000 F = 71,400 F
    budget = sold(standard=(2_160, 80), superior=(540, 250))
    bridge = compared(sold(standard=(1_820, 80), superior=(980, 250)), budget, mix="item_rate")
    assert rows(bridge, "mix") == pytest.approx([-33_600, 105_000])
    assert told(bridge)["mix"] == pytest.approx(71_400)


@pytest.mark.parametrize(
    ("source", "budget", "actual", "volume", "price"),
    [
        ("jikaoti.com LpTfFFFM: 2,500,000 by quantity, -500,000 by price",
         (100_000, 100), (125_000, 96), 2_500_000, -500_000),
        ("math.techqa.club 1794661, a bank's balances: volume 1, rate 2",
         (100, 0.01), (200, 0.02), 1, 2),
    ],
)  # fmt: skip
def test_quantity_first_and_price_at_actual_units(source, budget, actual, volume, price) -> None:
    found = told(compared(sold(it=actual), sold(it=budget)))
    assert (found["quantity"], found["price"]) == pytest.approx((volume, price)), source


def test_price_at_the_old_units_leaves_a_part_for_both_at_once() -> None:
    # accountancyindex.com, price-volume-mix-analysis: price effect (new - old price) x old volume.
    # What the page then calls mix is the rest, which stands in the row "cross" here
    before = sold(A=(1_000, 10), B=(800, 15), C=(500, 20))
    bridge = compared(sold(A=(1_000, 11), B=(700, 15), C=(800, 23)), before, convention="cross")
    assert rows(bridge, "price") == pytest.approx([1_000, 0, 1_500])
    found = told(bridge)
    assert found["quantity"] + found["mix"] == pytest.approx(-100 * 15 + 300 * 20)
    assert found["cross"] == pytest.approx(300 * 3)


# -- the market ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "budget", "actual", "market", "size", "share"),
    [
        ("scribd.com 488802133, Space Infonautics: size 1,751,400 F, share 1,251,000 U",
         {"u": (111_000, 125.1)}, {"u": (115_000, 125.1)}, (444_000, 500_000),
         1_751_400, -1_251_000),
        ("transtutors.com 691389, Bayou Division: industry volume 132,500 F, share 238,500 U",
         {"u": (100_000, 5.3)}, {"u": (80_000, 5.3)}, (400_000, 500_000), 132_500, -238_500),
        ("scribd.com 489211443, Campbell Corp.: size 253,000 F, share 345,000 U; volume 102,000 U, "
         "of which the units of each product follow",
         {"a": (88_000, 4), "b": (132_000, 5)}, {"a": (90_000, 4), "b": (110_000, 5)},
         (2_000_000, 2_500_000), 253_000, -345_000),
    ],
)  # fmt: skip
def test_market_size_and_market_share(source, budget, actual, market, size, share) -> None:
    bridge = compared(sold(**actual), sold(**budget), market=market)
    found = told(bridge)
    assert (found["market_size"], found["market_share"]) == pytest.approx((size, share)), source
    origins = bridge.by_origin().set_index("origin")["amount"]
    assert origins["external"] == pytest.approx(size), source
    if "Campbell" in source:
        assert bridge.gap == pytest.approx(-102_000)


# -- one factor after the other, in the order of the page ------------------------------------------

ORDER = ("output", "usage", "price")


@pytest.mark.parametrize(
    ("source", "order", "plan", "done", "expected"),
    [
        ("bjmy2z.cn 646218, first order", ORDER, (130, 10, 4), (140, 9, 5), (400, -560, 1_260)),
        ("bjmy2z.cn 646218, second order", ("output", "price", "usage"),
         (130, 4, 10), (140, 5, 9), (400, 1_400, -700)),
        ("ixiawen.com 26427517", ORDER, (200, 300, 15), (190, 320, 20),
         (-45_000, 57_000, 304_000)),
        ("epsq.cn 326278", ORDER, (90, 7, 40), (100, 6, 52), (2_800, -4_000, 7_200)),
        ("epsq.cn 323833", ORDER, (400, 30, 13), (410, 31, 11), (3_900, 5_330, -25_420)),
        ("zuoweng.com 4uclKKKQ", ORDER, (120, 9, 5), (140, 8, 6), (900, -700, 1_120)),
        ("jhq8.cn 2368507", ORDER, (1_000, 52, 100), (1_200, 50, 105),
         (1_040_000, -240_000, 300_000)),
        # the page prints 7,250 for 490 x 1 x 15; only 7,350 adds up to its own total of -50,130
        ("13l.net 20126480", ORDER, (500, 50, 15), (490, 51, 13), (-7_500, 7_350, -49_980)),
    ],
)  # fmt: skip
def test_chain_substitution(source, order, plan, done, expected) -> None:
    before, after = (
        pd.DataFrame([{"item": "m", **dict(zip(order, side, strict=True)), "cost": np.prod(side)}])
        for side in (plan, done)
    )
    bridge = explain(
        after, before, by=["item"], value="cost", factors=list(order), method="sequential",
        favourable="down",
    )  # fmt: skip
    assert list(told(bridge).values()) == pytest.approx(expected), source


def test_unit_cost_of_three_materials_by_usage_and_price() -> None:
    # qiqiwenku.com 245308, answer 9: 8,810 against 9,000; usage +70, price -260; answer 12:
    # 3,672 against 4,000; hours +80, rate -408
    plan = sold(a=(100, 10), b=(200, 20), c=(500, 8))
    bridge = compared(sold(a=(95, 8), b=(210, 22), c=(490, 7)), plan, favourable="down")
    found = told(bridge)
    assert (bridge.start, bridge.end) == pytest.approx((9_000, 8_810))
    assert found["quantity"] + found["mix"] == pytest.approx(70)
    assert found["price"] == pytest.approx(-260)
    found = told(compared(sold(h=(510, 7.2)), sold(h=(500, 8)), favourable="down"))
    assert (found["quantity"], found["price"]) == pytest.approx((80, -408))


# -- recurring revenue: a subscription is one unit -------------------------------------------------


def test_recurring_revenue_is_new_lost_and_what_customers_pay_more_or_less() -> None:
    # softwareequity.com, two simple bridges: 1,000,000 + 300,000 new - 70,000 lost + 100,000
    # expansion - 30,000 contraction = 1,300,000; which customers is not printed
    before = sold(steady=(1, 230_000), grows=(1, 400_000), shrinks=(1, 300_000), gone=(1, 70_000))
    after = sold(steady=(1, 230_000), grows=(1, 500_000), shrinks=(1, 270_000), came=(1, 300_000))
    bridge = compared(after, before)
    found = told(bridge)
    assert (found["new"], found["lost"], found["price"]) == pytest.approx(
        (300_000, -70_000, 70_000)
    )
    changes = np.array(rows(bridge, "price"))
    assert changes[changes > 0].sum() == pytest.approx(100_000)
    assert changes[changes < 0].sum() == pytest.approx(-30_000)
    assert (found["quantity"], found["mix"], bridge.end) == pytest.approx((0, 0, 1_300_000))


# -- return on equity: DuPont's factors replaced one after the other -------------------------------


@pytest.mark.parametrize(
    ("source", "before", "after", "printed"),
    [
        # bbs.cpa-cpa.cn, thread 2167, answer (1), in %: margin, turnover, equity multiplier;
        # 15.89 to 23.24
        ("CPA", (6.9, 0.98, 2.35), (8.75, 1.05, 2.53), (4.26, 1.44, 1.65)),
        # fawtography.com, wenda 8541592, in %: 33.75, 54 once the turnover is replaced, then 48.6;
        # of the last step -5.4. The margin is replaced before
        ("cost exam", (9.0, 1.5, 2.5), (9.0, 2.4, 2.25), (0, 20.25, -5.4)),
    ],
)
def test_return_on_equity_by_margin_turnover_and_leverage(source, before, after, printed) -> None:
    effects = sa.variance.sequential(before, after)
    assert effects.tolist() == pytest.approx(printed, abs=0.005), source
    names = ["margin", "turnover", "equity_multiplier"]
    sides = [
        pd.DataFrame([dict(zip(names, side, strict=True))]).assign(
            company="A", return_on_equity=np.prod(side)
        )
        for side in (after, before)
    ]
    bridge = explain(
        *sides, by=["company"], factors=names, value="return_on_equity", method="sequential"
    )
    assert [told(bridge)[n] for n in names] == pytest.approx(effects.tolist())


def test_return_on_equity_by_operations_interest_and_leverage() -> None:
    # bbs.cpa-cpa.cn, thread 2167, answer (4), in %: a + (a - b) c with operating return a, net
    # interest b and leverage c; 15.921, 21.015, 22.284, 23.334, so 5.10, 1.27 and 1.05 (the page
    # rounds as it goes). Its two terms a (1 + c) and -b c are two cells
    before = [[12.545, 1.0], [1.0, -7.667], [1.692, 0.692]]
    after = [[15.556, 1.0], [1.0, -5.833], [1.8, 0.8]]
    effects = sa.variance.sequential(before, after).sum(axis=1)
    assert effects.tolist() == pytest.approx([5.10, 1.27, 1.05], abs=0.006)
    start = np.prod(before, axis=0).sum()
    assert (start + np.cumsum(effects)).tolist() == pytest.approx(
        [21.015, 22.284, 23.334], abs=0.002
    )


def test_price_volume_and_mix_of_a_question_asked_with_its_answer() -> None:
    # freemathhelp.com, "Price, volume and mix variance": ABC 50 at 1.20 then 60 at 1.10, DEF 40 at
    # .80 then 50 at 1.00; price -6.0 and 10.0, volume 13.3 and 7.1, mix -1.3 and .9, total 24.0
    bridge = compared(
        sold(ABC=(60, 1.10), DEF=(50, 1.00)), sold(ABC=(50, 1.20), DEF=(40, 0.80)), mix="item_rate"
    )
    assert rows(bridge, "price") == pytest.approx([-6.0, 10.0])
    assert rows(bridge, "quantity") == pytest.approx([13.3, 7.1], abs=0.05)
    assert rows(bridge, "mix") == pytest.approx([-1.3, 0.9], abs=0.05)
    assert bridge.gap == pytest.approx(24.0)
    assert list(told(bridge).values()) == pytest.approx([20.4, -0.4, 4.0], abs=0.05)


def test_volume_at_the_budgeted_price_and_price_at_actual_units() -> None:
    # justaaa.com, finance 227084: 100 at 10, then 90 at 9: volume -100, price -90
    effects = told(compared(sold(A=(90, 9.0)), sold(A=(100, 10.0))))
    assert (effects["quantity"], effects["price"]) == pytest.approx((-100, -90))
