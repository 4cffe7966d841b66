"""Two plans on the same people: winners and losers, on deals and on draws."""

import re
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from outlooktools import by_hand, team
from paytools import PLANS, deals, plan_of, section_5, tiers_yaml

from salesanalysis.errors import ContractError
from salesanalysis.incentives import Plan
from salesanalysis.incentives.outlook import compare, compare_draws
from salesanalysis.incentives.simulate import draw_world, simulate

#: A flat rate that differs by person is data of the person: it multiplies all sales.
OWN_RATE = """\
schema: 1
plan: {id: flat, currency: USD, effective: {from: 2017-07-01, to: null},
       title: {en: Flat commission, zh: 固定比例提成},
       rounding: {unit: "0.01", mode: half_up, lines: largest_remainder}}
measures:
  sales: {kind: money, date: date, credit: owner, returns: negative}
  commission_pct: {kind: ratio, date: date, credit: none}
quota: {per: quarter, zero_quota: exclude_with_report}
components:
  - {id: commission, type: tiers, mode: marginal, basis: period, closed: lower, negative: zero,
     measured: {unit: amount, tier_measure: sales, pay_measure: sales},
     tiers: [{from: "0", rate: "1"}]}
  - {id: own_rate, type: multiplier, multiplies: [commission],
     measured: {unit: amount, tier_measure: commission_pct}, points: [["0", "0"], ["1", "1"]]}
"""


def five() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Five people with 60 to 140 % of a quota of 100,000."""
    names = ["A", "B", "C", "D", "E"]
    people = pd.DataFrame({"salesperson": names, "quota": 100_000.0,
                           "region": ["East", "West", "East", "West", "East"],
                           "hired_on": ["2024-01-01", "2023-01-01", "2019-05-01", "2021-04-01",
                                        "2023-12-01"]})  # fmt: skip
    table = deals(60_000.0, 80_000.0, 100_000.0, 120_000.0, 140_000.0, salesperson=names)
    return people, table


# worked by hand


def test_a_coefficient_of_1_3_for_1_2_helps_only_those_at_quota():
    old = section_5()
    new = old.edited({"coef.bands[2].value": "1.3"})
    found = compare(old, new, *five())
    frame = found.to_frame().set_index("salesperson")
    # commission at 100 %: 1,000 + 1,200 + 1,200 = 3,400, times 0.1
    assert frame["change_amount"].to_dict() == {"E": 840.0, "D": 540.0, "C": 340.0, "A": 0, "B": 0}
    assert frame["outcome"].tolist() == ["wins", "wins", "wins", "same", "same"]
    assert frame["fifth"].to_dict() == {"A": 1, "B": 2, "C": 3, "D": 4, "E": 5}
    east = found.by("region").set_index("unit").loc["East"]
    assert east[["n_people", "n_win", "n_same", "change_amount"]].tolist() == [3, 2, 1, 1180.0]
    tenure = found.by("tenure").set_index("unit")["n_people"].to_dict()
    assert tenure == {"from_1_to_3": 2, "from_3": 1, "under_1": 2}


def test_a_plan_edited_under_its_own_title_is_told_from_the_old_one():
    old = section_5()
    found = compare(old, old.edited({"coef.bands[2].value": "1.3"}), *five())
    assert found.old_title == {"en": "Test plan (old)", "zh": "测试方案（原）"}
    assert 'under "Test plan (old)"' in found.explain()
    assert found.new_title["en"] == "Test plan"


def test_exactly_five_percent_more_is_no_win():
    plan = plan_of(tiers_yaml('{from: "0", rate: "0.02"}'))
    for rate, outcome in (("0.021", "same"), ("0.0211", "wins"), ("0.0189", "loses")):
        found = compare(plan, plan.edited({"commission.tiers[0].rate": rate}), *five())
        assert set(found.to_frame()["outcome"]) == {outcome}


def test_what_is_paid_is_compared_and_not_what_is_earned():
    draw = 'settlement: {draw: {amount: "2000.00", months: 12, recoverable: false}}\n'
    found = compare(section_5(), Plan.from_text(section_5().to_yaml() + draw), *five())
    # at 60 % the commission of 1,400 counts 0.8: 1,120 are earned, 2,000 paid
    frame = found.to_frame().set_index("salesperson")
    assert frame.loc["A", ["old_amount", "new_amount"]].tolist() == [1_120.0, 2_000.0]


def test_draws_show_who_wins_by_how_the_year_went():
    old = by_hand({"Li": [10, 10, 10, 10, 10]}, {"Li": [60, 80, 100, 120, 140]})
    new = by_hand({"Li": [8, 9, 10, 12, 15]}, {"Li": [60, 80, 100, 120, 140]})
    found = compare_draws(old, new)
    assert found.to_frame()["change_amount"].tolist() == pytest.approx([0.8])
    assert found.years["change_amount"].tolist() == [-2, -1, 0, 2, 5]
    assert found.years["win_share"].tolist() == [0, 0, 0, 1, 1]


# invariants


def test_draws_say_how_often_each_person_loses_and_how_many_lose_in_one_year():
    """Li loses in two of four years, Wu in one, Yu never: 0, 2, 1 and 0 people a year."""
    old = by_hand({"Li": [100, 100, 100, 100], "Wu": [100] * 4, "Yu": [100] * 4})
    new = by_hand({"Li": [100, 80, 94, 300], "Wu": [100, 90, 95, 100], "Yu": [101] * 4})
    found = compare_draws(old, new)
    frame = found.to_frame().set_index("salesperson")
    assert frame["lose_share"].to_dict() == {"Li": 0.5, "Wu": 0.25, "Yu": 0.0}
    assert frame["win_share"].to_dict() == {"Li": 0.25, "Wu": 0.0, "Yu": 0.0}
    # on average Li wins, though one year in two is a loss
    assert frame["outcome"].to_dict() == {"Li": "wins", "Wu": "same", "Yu": "same"}
    assert found.per_draw["n_lose"].tolist() == [0, 2, 1, 0]
    assert found.per_draw["n_win"].tolist() == [0, 0, 0, 1]
    assert (
        "In one year 0.8 of 3 people lose more than 5% (0 to 2 in the 4 years drawn, too few to "
        "say how often)." in found.explain().split("\n")
    )
    assert "年份过少，无法说明有多常见" in found.explain("zh")
    # twenty years have one in twenty at either end
    wide = compare_draws(
        by_hand({"Li": [100] * 20, "Wu": [100] * 20}),
        by_hand({"Li": [100] * 2 + [80] * 18, "Wu": [100] * 20}),
    )
    assert (
        "In one year 0.9 of 2 people lose more than 5% (0 to 1 in nine years of ten); 1 of them in "
        "no year, 1 in more years than not (20 years drawn)." in wide.explain().split("\n")
    )
    assert "其中1人没有一年如此" in wide.explain("zh")


def test_nobody_ever_loses_where_a_rate_only_rises():
    world = draw_world(team(30), "normal", draws=200, per_year=12)
    old = section_5()
    new = old.edited({"coef.bands[2].value": "1.3"})
    found = compare_draws(simulate(old, world), simulate(new, world))
    assert found.frame["lose_share"].eq(0).all()
    assert found.per_draw["n_lose"].eq(0).all()
    assert found.frame["win_share"].between(0.01, 0.99).all()
    again = compare_draws(simulate(new, world), simulate(old, world))
    assert again.frame.set_index("salesperson")["lose_share"].mean() == pytest.approx(
        again.per_draw["n_lose"].mean() / 30
    )


@settings(max_examples=5)
@given(st.integers(0, 4), st.integers(1, 50))
def test_raising_a_rate_lowers_nobody(tier, more):
    old = section_5()
    knob = f"commission.tiers[{tier}].rate"
    rate = float(old.knobs().set_index("knob").loc[knob, "value"])
    new = old.edited({knob: round(rate + more / 1000, 3)})
    assert (compare(old, new, *five()).to_frame()["change_amount"] >= 0).all()


def test_raising_a_coefficient_lowers_nobody_in_any_drawn_year():
    old = section_5()
    world = draw_world(team(12), draws=300)
    for band in range(3):
        knob = f"coef.bands[{band}].value"
        new = old.edited({knob: "1.25" if band == 2 else "1.1"})
        pay = [simulate(p, world).sample["pay"] for p in (old, new)]
        assert (pay[1] >= pay[0] - 1e-9).all()


def test_people_in_another_order_give_the_same_comparison():
    people, table = five()
    old, new = section_5(), section_5().edited({"coef.bands[0].value": "0.5"})
    one = compare(old, new, people, table)
    other = compare(old, new, people[::-1], table.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(one.to_frame(), other.to_frame())
    pd.testing.assert_frame_equal(one.groups, other.groups)


def test_groups_add_up_to_everybody():
    people, table = five()
    found = compare(section_5(), section_5().edited({"coef.bands[0].value": "0.5"}), people, table)
    sums = found.groups.groupby("group")[["n_people", "n_win", "n_lose", "change_amount"]].sum()
    assert (sums == sums.iloc[0]).all().all()


# outside reference


def test_commissions_of_adventureworks_come_out_at_their_control_total(adventureworks):
    """163 rep-quarters under each seller's own published rate, against the tiers of our plan."""
    import json

    quarters = pd.read_csv(
        adventureworks / "control_rep_quarter.csv", dtype={"salesperson_id": str}
    )
    sellers = pd.read_csv(adventureworks / "salespeople.csv", dtype={"salesperson_id": str})
    rates = sellers.set_index("salesperson_id")["commission_pct"]
    names, starts = (sorted(quarters[c].unique()) for c in ("salesperson_id", "quarter_start"))
    grid = pd.MultiIndex.from_product([names, starts], names=["salesperson", "period"])
    quota = quarters.set_index(["salesperson_id", "quarter_start"])["quota"]
    people = grid.to_frame(index=False).assign(quota=quota.reindex(grid).fillna(0.0).to_numpy())
    people["commission_pct"] = people["salesperson"].map(rates)
    table = pd.DataFrame({"order_id": [f"O{i:03d}" for i in range(len(quarters))],
                          "salesperson": quarters["salesperson_id"], "date": quarters["quarter_start"],
                          "sales": quarters["actual"].round(2)})  # fmt: skip
    found = compare(Plan.from_text(OWN_RATE), Plan.from_yaml(PLANS / "adventureworks.yaml"), people,
                    table)  # fmt: skip
    control = json.loads((adventureworks / "control_totals.json").read_text())
    total = control["flat_commission_revenue_x_commission_pct"]
    # sales and pay are whole cents: at most half a cent of each in 163 rep-quarters
    assert found.old_total == pytest.approx(total, abs=163 * 0.0052)
    cents = [
        (Decimal(str(a)).quantize(Decimal("0.01"), ROUND_HALF_UP) * Decimal(str(rates[s])))
        .quantize(Decimal("0.01"), ROUND_HALF_UP)
        for a, s in zip(table["sales"], table["salesperson"], strict=True)
    ]  # fmt: skip
    assert found.old_total == float(sum(cents))
    assert found.sold == pytest.approx(control["orders"]["revenue"], abs=163 * 0.005)
    assert (found.n_rows, int(people["quota"].sum())) == (163, control["quota_total"])
    assert found.to_frame()["salesperson"].tolist()[:3] == ["272", "290", "294"]  # managers: 0 %


# absurd settings and refusals


def test_one_person_who_gets_nothing_under_either_plan_stays_the_same():
    plan = plan_of(tiers_yaml('{from: "0", rate: "0"}'))
    people = pd.DataFrame({"salesperson": ["Li"], "quota": [100.0]})
    found = compare(plan, plan, people, deals(50.0, salesperson="Li"))
    assert found.to_frame()[["change_amount", "outcome"]].to_numpy().tolist() == [[0.0, "same"]]
    assert "-" not in found.headline().split(":")[1]
    assert not re.findall("nan", found.explain() + found.explain("zh"))


def test_a_plan_in_dollars_is_not_compared_with_one_in_yuan():
    dollars = Plan.from_text(section_5().to_yaml().replace("currency: CNY", "currency: USD"))
    with pytest.raises(ContractError) as error:
        compare(section_5(), dollars, *five())
    assert str(error.value) == (
        "the old plan pays in CNY, the new one in USD.\n  where: compare(old, new)\n"
        "  fix:   write both plans in one currency"
    )


def test_simulations_of_other_worlds_are_no_comparison():
    plan = section_5()
    sides = [simulate(plan, draw_world(team(3), draws=50, seed=s)) for s in (1, 2)]
    with pytest.raises(ContractError) as error:
        compare_draws(*sides)
    assert str(error.value) == (
        "the two simulations have other people or other sales.\n"
        "  where: compare_draws(old, new)\n"
        "  fix:   price both plans on one world: simulate(old, world), simulate(new, world)"
    )
