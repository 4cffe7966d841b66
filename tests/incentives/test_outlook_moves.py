"""What moves the cost: tornado, bad years, break-even."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from outlooktools import team
from paytools import plan_of, section_5, tiers_yaml

from salesanalysis.errors import ContractError
from salesanalysis.incentives.attainment import Attainment
from salesanalysis.incentives.outlook import break_even, stress, tornado
from salesanalysis.incentives.outlook.moved import misjudged, scaled, tied, widened
from salesanalysis.incentives.outlook.stress import kept_shares, largest_customers
from salesanalysis.incentives.simulate import draw_world, simulate

FLAT = plan_of(tiers_yaml('{from: "0", rate: "0.05"}'))


def world_of(n: int = 6, draws: int = 200, **more):
    return draw_world(team(n), more.pop("attainment", "normal"), draws=draws, **more)


# worked by hand


def test_under_a_flat_rate_ten_percent_of_the_rate_or_of_sales_is_ten_percent_of_the_cost():
    found = tornado(FLAT, world_of(10))
    rows = found.to_frame().set_index("parameter")
    base = found.base_amount
    for name in ("commission.tiers[0].rate", "mean"):
        assert rows.loc[name, ["down_change", "up_change"]].tolist() == pytest.approx(
            [-0.1 * base, 0.1 * base], rel=1e-4
        )
    # sales stay where quotas move, and a flat rate does not look at quotas
    assert rows.loc["quotas", "swing"] == pytest.approx(0, abs=base * 1e-6)
    assert rows.loc["commission.tiers[0].from", "status"] == "is_zero"


def test_edges_that_would_cross_are_listed_and_not_moved():
    close = plan_of(tiers_yaml('{from: "0", rate: "0.02"}, {from: "1", rate: "0.04"}, '
                               '{from: "1.05", rate: "0.06"}'))  # fmt: skip
    found = tornado(close, world_of(3, 50))
    rows = found.to_frame().set_index("parameter")
    assert rows.loc["commission.tiers[1].from", "status"] == "one_side"
    assert np.isnan(rows.loc["commission.tiers[1].from", "up_change"])
    assert (
        "2 could be moved one way only: Commission, edge 2, Commission, edge 3." in found.explain()
    )


def test_five_people_cannot_be_ten_percent_more_and_the_table_says_so():
    found = tornado(FLAT, world_of(5), knobs=False)
    row = found.to_frame().set_index("parameter").loc["head_count"]
    assert (row["down_value"], row["up_value"], row["status"]) == (4, 6, "whole_people")
    assert "People come whole: head count moves from 4 to 6." in found.explain()
    assert "a head count of 4 or 6 moves the cost most, -19.8% to +20.1%" in found.headline()
    assert "人数为4或6对成本影响最大，-19.8%至+20.1%" in found.headline("zh")


def test_of_one_person_nobody_can_leave_and_the_headline_names_the_one_way_there_is():
    found = tornado(FLAT, world_of(1), knobs=False)
    assert re.fullmatch(
        r".*: a head count of 2 moves the cost most, \+\d+\.\d%", found.headline()
    ), found.headline()
    assert re.fullmatch(r".*：人数为2对成本影响最大，\+\d+\.\d%", found.headline("zh"))
    assert "1 could be moved one way only: head count." in found.explain()
    assert "–" not in found.explain() + found.explain("zh")


def test_a_market_down_by_a_fifth_costs_a_fifth_less_under_a_flat_rate():
    rows = stress(FLAT, world_of(8)).to_frame().set_index("scenario")
    assert rows.loc["market", ["sales_growth", "change_growth"]].tolist() == pytest.approx(
        [-0.2, -0.2], abs=1e-5
    )
    assert rows.loc["market", "cost_share"] == pytest.approx(0.05)
    assert rows.loc["customers", "status"] == "not_given"


def test_losing_the_five_largest_customers_takes_their_share_from_who_sold_to_them():
    sold = pd.DataFrame({"salesperson": ["S0000"] * 3 + ["S0001"] * 4,
                         "customer": ["a", "b", "c", "d", "e", "f", "g"],
                         "amount": [50.0, 30.0, 20.0, 90.0, 80.0, 20.0, 10.0]})  # fmt: skip
    lost = largest_customers(sold)
    assert lost["customer"].tolist() == ["d", "e", "a", "b", "c"]  # 20 twice: c before f
    assert kept_shares(sold, lost).to_dict() == pytest.approx({"S0000": 0.0, "S0001": 0.15})
    world = world_of(3)
    rows = stress(FLAT, world, deals=sold).to_frame().set_index("scenario")
    sales = simulate(FLAT, world).people.set_index("salesperson")["sales_mean"]
    want = 0.05 * (0.15 * sales["S0001"] + sales["S0002"])
    assert rows.loc["customers", "amount"] == pytest.approx(want, rel=1e-4)


def test_a_plan_that_costs_a_hundred_more_needs_its_hundred_over_the_margin():
    world = world_of(4)
    dearer = FLAT.edited({"commission.tiers[0].rate": "0.06"})
    old, new = simulate(FLAT, world), simulate(dearer, world)
    found = break_even(dearer, new, world, 0.25, old=old)
    row = found.to_frame().iloc[0]
    assert row["extra_share"] == pytest.approx(0.01 / 0.25)
    assert row["net_sales_amount"] == pytest.approx(row["pay_change"] / (0.25 - 0.06), rel=1e-6)
    assert found.marginal_rate == pytest.approx(0.06)
    # every year pays 6 % of a further unit: all in one bar
    assert found.slopes["people_share"].max() == 1.0


def test_a_rate_above_the_margin_never_earns_itself_back():
    world = world_of(4)
    found = break_even(FLAT, simulate(FLAT, world), world, 0.04)
    assert found.to_frame()["status"].iloc[0] == "never"
    assert found.headline("zh").endswith("且无法回本：增量销售的奖金超过其毛利率4.0%")
    assert found.explain().endswith(
        "Further sales pay 5.00% and leave a margin of 4.0%: the plan cannot earn its cost back."
    )


def test_a_cheaper_plan_may_lose_the_sales_whose_margin_it_saves():
    world = world_of(2, 20, attainment=Attainment("normal", 1.0, 1e-9))
    dearer = FLAT.edited({"commission.tiers[0].rate": "0.06"})
    old, new = simulate(dearer, world), simulate(FLAT, world)
    found = break_even(FLAT, new, world, 0.5, old=old)
    assert found.to_frame()["status"].iloc[0] == "cheaper"
    assert found.headline().endswith("of sales (2.00%) are lost")  # 1 % of pay over 50 % margin


def test_a_plan_that_costs_nothing_or_what_the_old_one_costs_needs_no_sales():
    free, world = plan_of(tiers_yaml('{from: "0", rate: "0"}')), world_of(2, 20)
    paid = simulate(free, world)
    assert break_even(free, paid, world, 0.3).headline() == (
        "Test plan costs nothing: nothing has to be earned back"
    )
    assert break_even(free, paid, world, 0.3, old=paid).headline() == (
        'Test plan costs what "Test plan (old)" costs: nothing has to be earned back'
    )


# invariants


@given(st.floats(0.5, 2), st.sampled_from(["lognormal", "normal"]))
def test_a_moved_model_has_the_mean_and_the_spread_it_should(factor, kind):
    model = Attainment(kind, 0.1 if kind == "lognormal" else 1.1, 0.2)
    assert scaled(model, factor).mean == pytest.approx(model.mean * factor)
    assert scaled(model, factor).sd == pytest.approx(model.sd * factor)
    assert widened(model, factor).mean == pytest.approx(model.mean)
    assert widened(model, factor).sd == pytest.approx(model.sd * factor)
    assert sum(tied(model, factor).shares) == pytest.approx(1)
    wrong = misjudged(model, 0.1)
    assert wrong.mean == pytest.approx(model.mean)
    assert wrong.sd > model.sd


def test_values_that_were_seen_are_moved_as_well():
    seen = Attainment("empirical", 1.0, 0.1, values=(0.9, 1.0, 1.1))
    assert scaled(seen, 2).values == (1.8, 2.0, 2.2)  # noqa: PD011
    assert widened(seen, 2).values == pytest.approx((0.8, 1.0, 1.2))  # noqa: PD011
    assert widened(seen, 11) is None  # somebody would sell less than nothing
    assert misjudged(seen, 0.1) is None


def test_regions_need_together_what_the_company_needs():
    world = world_of(9)
    frame = break_even(FLAT, simulate(FLAT, world), world, 0.3).to_frame()
    sums = frame.iloc[1:][["pay_change", "extra_sales_amount", "net_sales_amount"]].sum()
    assert sums.tolist() == pytest.approx(frame.iloc[0][sums.index].tolist())


def test_more_spread_costs_more_under_a_plan_that_gets_steeper():
    rows = tornado(section_5(), world_of(10, 400), knobs=False).to_frame().set_index("parameter")
    assert rows.loc["spread", "down_change"] < 0 < rows.loc["spread", "up_change"]


def test_what_was_drawn_once_is_used_again_and_gives_the_same_figures():
    def said(world):
        parts = tornado(FLAT, world, knobs=False), stress(FLAT, world)
        return [part.explain() for part in parts]

    world = world_of(5)
    first = said(world)
    few = next(iter(world.kept["moved"].values()))
    kept = dict(few.kept["moved"])
    assert said(world) == first
    assert len(kept) == 13  # ten of the tornado, three of the stress
    assert all(few.kept["moved"][key] is made for key, made in kept.items())
    assert said(world_of(5)) == first


# planted truth


def test_moving_together_leaves_the_mean_and_widens_the_tail():
    world = world_of(30, 800)
    found = tornado(FLAT, world, step=0.9, knobs=False)
    row = found.to_frame().set_index("parameter").loc["together"]
    assert abs(row["up_change"]) < 0.01 * found.base_amount
    assert row["up_p95_change"] > 0 > row["down_p95_change"]


# absurd settings and refusals


def test_a_plan_that_pays_nothing_moves_nothing():
    free = plan_of(tiers_yaml('{from: "0", rate: "0"}'))
    found = tornado(free, world_of(2, 50))
    assert found.headline() == "Test plan: 10% on any parameter leaves the cost as it is"
    assert found.to_frame()["swing"].fillna(0).max() == 0


@pytest.mark.parametrize(("rate", "text"), [
    (0, "margin_rate is 0; it must be a number above 0."),
    (-0.1, "margin_rate is -0.1; it must be a number above 0."),
    (1.5, "margin_rate is 1.5; it must be at most 1."),
])  # fmt: skip
def test_a_margin_of_nothing_or_of_more_than_all_is_refused(rate, text):
    world = world_of(2, 10)
    with pytest.raises(ContractError) as error:
        break_even(FLAT, simulate(FLAT, world), world, rate)
    assert str(error.value) == (
        f"{text}\n  where: margin_rate=...\n"
        "  fix:   give the contribution margin of further sales as a share, such as 0.30"
    )


@pytest.mark.parametrize("step", [0, 1, -0.1])
def test_a_step_of_nothing_or_all_is_refused(step):
    with pytest.raises(ContractError) as error:
        tornado(FLAT, world_of(2, 10), step=step)
    assert str(error.value) == (
        f"step is {step}.\n  where: tornado(step=...)\n  fix:   give a share such as 0.10"
    )
