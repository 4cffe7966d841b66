"""Answers printed by exam pages and study texts, read there; each by one call."""

import pandas as pd
import pytest

import salesanalysis as sa


def items(**units_and_price: tuple[float, float]) -> pd.DataFrame:
    rows = [
        {"product": name, "quantity": float(q), "revenue": float(q * p)}
        for name, (q, p) in units_and_price.items()
    ]
    return pd.DataFrame(rows)


def asked(actual: pd.DataFrame, base: pd.DataFrame, **more) -> sa.variance.Bridge:
    return sa.variance.explain(actual, base, by=["product"], units="quantity", **more)


def told(bridge: sa.variance.Bridge) -> dict[str, float]:
    return dict(bridge.by_effect()[["effect", "amount"]].itertuples(index=False, name=None))


@pytest.mark.parametrize(
    ("source", "budget", "sold", "price", "volume"),
    [
        ("CMA question, gaodun.com e013ge: price 8,000 favorable",
         (10_000, 10.50), (8_000, 11.50), 8_000, None),
        ("Comp Wiz, study.com: price 12,000 favorable, volume 44,000 unfavorable",
         (650, 880), (600, 900), 12_000, -44_000),
        ("Mia Wiz, smartsolve.ai: price 12,000 favorable, volume 53,500 unfavorable",
         (450, 1_070), (400, 1_100), 12_000, -53_500),
        ("Emile Woolf, ACCA F5 (2010), p. 261: 200 units at a profit of 8, volume 1,600 favourable",
         (7_000, 8), (7_200, 8), 0, 1_600),
        ("Flexible budget, 10,000 at 12 against 9,000 at 11.50: price 4,500 adverse, volume 12,000",
         (10_000, 12), (9_000, 11.5), -4_500, -12_000),
    ],
)  # fmt: skip
def test_price_and_volume_of_one_product(source, budget, sold, price, volume):
    found = told(asked(items(it=sold), items(it=budget)))
    assert found["price"] == pytest.approx(price), source
    if volume is not None:
        assert found["quantity"] == pytest.approx(volume), source
    assert found["mix"] == pytest.approx(0, abs=1e-9), source


def test_the_quantity_variance_of_each_product_depends_on_total_units_alone():
    # ACCA PM workbook 2018-19, p. 290, in thousands: tables 912.00, chairs 366.60, sideboards 846.00,
    # together 2,124.60. The page prints the total sold, 46,000; how it parts moves mix only
    value = {"tables": 0.760, "chairs": 0.094, "sideboards": 0.940}
    budget = {"tables": 8_000, "chairs": 26_000, "sideboards": 6_000}
    for sold in ((9_000, 30_000, 7_000), (12_000, 20_000, 14_000)):
        actual = items(**{n: (q, value[n]) for n, q in zip(value, sold, strict=True)})
        base = items(**{n: (q, value[n]) for n, q in budget.items()})
        bridge = asked(actual, base, mix="item_rate")
        rows = bridge.effects.query("effect == 'quantity'").set_index("product")["amount"]
        assert rows.to_dict() == pytest.approx(
            {"tables": 912.00, "chairs": 366.60, "sideboards": 846.00}
        )
        assert told(bridge)["quantity"] == pytest.approx(2_124.60)


def test_a_market_that_stood_still_leaves_the_whole_quantity_to_the_share():
    # Alternative Variance Calculations, studylib.net 5837659: quantity 24,000 + 5,000 favorable,
    # share 29,000 favorable, market volume 0; 16,000 of 160,000 units sold against 15,000
    base = items(deluxe=(10_000, 36), standard=(5_000, 15))
    actual = items(deluxe=(11_000, 36), standard=(5_000, 15))
    plain = asked(actual, base, mix="item_rate")
    rows = plain.effects.query("effect == 'quantity'").set_index("product")["amount"]
    assert rows.to_dict() == pytest.approx({"deluxe": 24_000, "standard": 5_000})
    found = told(asked(actual, base, market=(160_000, 160_000)))
    assert found["market_share"] == pytest.approx(29_000)
    assert found["market_size"] == pytest.approx(0, abs=1e-6)


def test_a_cost_increase_is_price_quantity_and_both_at_once():
    # beansmart.com 9951: 250 to 700, price 250, quantity 100, both together 100
    bridge = asked(
        items(widget=(70, 10)), items(widget=(50, 5)), convention="cross", favourable="down"
    )
    found = told(bridge)
    assert [found[k] for k in ("price", "quantity", "cross")] == pytest.approx([250, 100, 100])
    assert bridge.gap == 450


def test_a_line_of_a_sales_table_is_a_product_line_and_not_a_row():
    base = pd.DataFrame({"line": ["A", "B"], "revenue": [100.0, 100.0]})
    found = sa.variance.explain(base.assign(revenue=[90.0, 80.0]), base, by=["line"])
    assert "比较粒度：产品线" in found.explain("zh")
    assert (
        "行次" not in found.explain("zh") + found.plot(kind="contribution", lang="zh").get_xlabel()
    )


def test_ticks_of_a_narrow_axis_of_rates_can_be_told_apart():
    base = pd.DataFrame({"source": ["A", "B"], "deals": [1000.0, 2000.0], "visits": 10_000.0})
    found = sa.variance.explain(
        base.assign(deals=[1004.0, 2003.0]), base, by=["source"], rate=("deals", "visits")
    )
    ax = found.plot()
    ax.figure.canvas.draw()
    ticks = [t.get_text() for t in ax.get_yticklabels()]
    assert "15.01%" in ticks
    assert len(set(ticks)) == len(ticks)


@pytest.mark.parametrize("kind", ["waterfall", "rate_mix"])
def test_two_rates_that_differ_never_read_the_same(kind):
    base = pd.DataFrame({"source": ["A", "B"], "deals": [1000.0, 2000.0], "visits": 10_000.0})
    found = sa.variance.explain(
        base.assign(deals=[1004.0, 2003.0]), base, by=["source"], rate=("deals", "visits")
    )
    assert found.explain().splitlines()[:2] == [
        "Deals/visits 0.04 pp above target; rate +0.04 pp",
        "Actual 15.04%, target 15.00%.",
    ]
    assert "实际15.04%，目标15.00%。" in found.explain("zh")
    drawn = " ".join(t.get_text() for t in found.plot(kind=kind).texts)
    assert "15.00%" in drawn
    assert "15.04%" in drawn
    same = sa.variance.explain(base.copy(), base, by=["source"], rate=("deals", "visits"))
    assert "Actual 15.0%, target 15.0%." in same.explain()
