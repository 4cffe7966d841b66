"""Who a plan is tried on: lengths of periods, teams and groups, what nobody has told."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from salesanalysis.errors import ContractError
from salesanalysis.incentives import Plan
from salesanalysis.planner import Crowd, Desk, crowd_of
from salesanalysis.planner.advice import best, effect
from salesanalysis.planner.crowd import Told

PLANS = Path("params/plans")
STANDARD = (PLANS / "standard.yaml").read_text("utf-8")
QUARTER = STANDARD.replace("quota: {per: month", "quota: {per: quarter").replace(
    "quota: month,", "quota: quarter,"
)
PAID_MONTHLY = STANDARD.replace(
    "quota: {per: month", "quota: {per: year, paid: month, spread: even"
)

NOTHING = Told()


def plan(name: str = "standard") -> Plan:
    return Plan.from_yaml(PLANS / f"{name}.yaml")


def made(text: str) -> Plan:
    return Plan.from_text(text, name="made.yaml")


def people(*quotas: float) -> pd.DataFrame:
    names = [f"S{i + 1}" for i in range(len(quotas))]
    return pd.DataFrame({"salesperson": names, "quota": list(quotas)})


def company(told: Told = NOTHING, *quotas: float) -> Crowd:
    """Two people of a data set, one deal each: 110,000 against 100,000, 180,000 against 200,000."""
    sold = crowd_of(plan(), people=people(*(quotas or (100_000.0, 200_000.0))))
    deals = sold.deals.assign(amount=[110_000.0, 180_000.0])
    frame = sold.people[["salesperson", "quota"]]
    return replace(sold, people=frame, deals=deals, source="demo", told=told)


# -- worked by hand -------------------------------------------------------------------------------


def test_a_plan_per_quarter_is_priced_on_three_months_of_quota_not_on_one() -> None:
    """A year of four quarters on a month's quota each cost a third, and nobody was told."""
    crowd = crowd_of(plan(), people=people(100_000.0, 200_000.0))
    assert crowd.measured("quarter")["quota"].tolist() == [300_000.0, 600_000.0]
    assert crowd.measured("year")["quota"].tolist() == [1_200_000.0, 2_400_000.0]
    desk = Desk(plan(), crowd, draws=400)
    monthly = desk.view().now
    desk.load(made(QUARTER))
    quarterly = desk.view().now
    assert quarterly.sales.mean() == pytest.approx(monthly.sales.mean(), rel=0.02)
    assert 0.75 < quarterly.expected / monthly.expected < 1
    assert desk.view().quota == 450_000


def test_people_assumed_have_the_quota_of_the_plans_period_and_the_desk_says_which() -> None:
    desk = Desk(made(QUARTER), draws=100)
    assert desk.crowd.people["quota"].tolist() == [900_000.0] * 100
    assert "100 people with a quota of 900.0k CNY a quarter each" in desk.view().notes("en")[0]
    assert "每人每季度任务额90.0万元" in desk.view().notes("zh")[0]
    assert desk.view().people_headline("zh").startswith("按2024年第1季度业绩重算")


def test_a_months_deals_are_not_paid_by_a_plan_per_quarter() -> None:
    desk = Desk(plan(), crowd_of(plan(), people=people(100_000.0)), draws=100)
    desk.load(made(QUARTER))
    words = (
        "The plan pays a quarter against quotas of a quarter; deals here are of a month, quotas of"
        " a month."
    )
    assert desk.view().people_headline("en") == f"Who wins and loses is not known. {words}"
    assert desk.view().people_headline("zh") == (
        "无法得知谁增谁减。方案按季度计发、按季度的任务额考核，而此处的交易为一个月，"
        "任务额按月给出。请用本方案重新打开设计台，期间将随方案确定。"
    )
    for refused in (
        lambda: desk.statement("S1"),
        lambda: effect(desk, "winners_on_deals"),
    ):
        with pytest.raises(ContractError) as caught:
            refused()
        assert str(caught.value) == (
            f"{words}\n"
            "  where: plan 'standard'\n"
            "  fix:   open the planner with this plan, and the period follows it"
        )


def test_quotas_of_a_year_paid_by_the_month_are_paid_and_the_year_said_to_be_missing() -> None:
    long = made(PAID_MONTHLY)
    desk = Desk(long, crowd_of(long, people=people(1_200_000.0)), draws=100)
    statement = desk.statement("S1")
    assert statement.quota == 100_000
    view = desk.view()
    assert len(view.paid) == 1
    assert view.headline("en") == (
        "What this plan costs in a year is not simulated. The plan pays a month against quotas of a"
        " year; a year is drawn only where both are of one length. Shown instead: the pay of the"
        " last period, and every person's statement."
    )
    assert view.headline("zh").startswith(
        "该方案的年度成本无法模拟。方案按月计发，但任务额按年给出"
    )
    for refused in (lambda: best(desk), lambda: effect(desk, "cost")):
        with pytest.raises(ContractError, match="against quotas of a year"):
            refused()


def test_parts_for_some_people_only_are_paid_and_the_year_said_to_be_missing() -> None:
    some = made(
        STANDARD.replace(
            "    type: bands\n", "    type: bands\n    applies_to: {level: [Senior]}\n"
        )
    )
    told = Told(pd.DataFrame({"salesperson": ["S1", "S2"], "level": ["Senior", "Regular"]}))
    desk = Desk(some, company(told), draws=100)
    paid = desk.view().paid.set_index("salesperson")["pay"]
    plain = Desk(plan(), company(), draws=100).view().paid.set_index("salesperson")["pay"]
    assert paid["S1"] == pytest.approx(plain["S1"], abs=0.01)  # 110 %: times 1.2
    assert paid["S2"] == pytest.approx(plain["S2"], abs=0.01)  # 90 %: times 1, with it or without
    assert "Parts of the plan are for some people only (Bonus coefficient)" in desk.view().headline(
        "en"
    )
    assert "只适用于部分人员（奖金系数）" in desk.view().headline("zh")


def test_a_plan_for_one_group_is_tried_on_the_people_of_that_group() -> None:
    senior = made(
        STANDARD.replace("  currency: CNY\n", "  currency: CNY\n  applies_to: {level: [Senior]}\n")
    )
    told = Told(pd.DataFrame({"salesperson": ["S1", "S2"], "level": ["Senior", "Regular"]}))
    desk = Desk(senior, company(told), draws=100)
    assert desk.crowd.names == ["S1"]
    assert desk.view().sentences("zh")[-1] == "方案仅适用于Senior，其他1人未计入。"


def test_cash_of_the_data_set_is_what_a_plan_on_cash_pays_on() -> None:
    """110 % of quota reached: 4 % on 80,000 of cash, whatever was sold."""
    cash = pd.DataFrame(
        {
            "salesperson": ["S1", "S2"],
            "order_id": ["C1", "C2"],
            "date": pd.Timestamp("2024-01-31"),
            "amount": [80_000.0, 150_000.0],
        }
    )
    desk = Desk(plan("collections"), company(Told(results={"cash": cash})), draws=100)
    assert desk.statement("S1").payout == 3_200
    assert desk.statement("S2").payout == 4_500  # 90 %: 3 % on 150,000
    said = desk.view().sentences("zh")
    assert said[-1] == (
        "方案还考核回款逾期月数；demo中没有这些方面的业绩或目标，现假定人人在这些方面恰好达标。"
    )
    # the plan on sales beside it reads the same people
    desk.compare(plan())
    assert desk.statement("S1", plan()).actual == 110_000


def test_results_no_table_tells_stand_at_target_and_are_named_where_pay_is_shown() -> None:
    several = Desk(plan("multi-level"), company(), draws=100)
    words = (
        "The plan also measures Discounts beyond policy, Margin, Customer satisfaction; demo holds"
        " no results or no targets of these, so everybody is taken to stand at target there."
    )
    assert several.view().now.expected > 0
    assert words in several.view().sentences("en")
    # 80,000 at 1 %, 20,000 at 2 %, 10,000 at 3 %, times 1.2; and the whole bonus of 4,000
    assert several.statement("S1").payout == 1.2 * (800 + 400 + 300) + 4000


def test_a_team_reward_is_paid_by_the_teams_the_data_set_tells() -> None:
    """3 % of own sales, 1 % of the team's by credit, and 0.5 % of what S2 sold to its manager."""
    told = Told(
        pd.DataFrame({"salesperson": ["S1", "S2"], "team": ["A", "A"], "manager": ["Boss", "S1"]})
    )
    desk = Desk(plan("team"), company(told), draws=100)
    assert desk.statement("S1").payout == 3_300 + 1_100 + 900
    assert desk.statement("S2").payout == 5_400 + 1_800
    assert desk.view().sentences("en")[-1] == (
        "Managers who neither sell nor have a quota in demo are not paid here: Boss."
    )


def test_the_curve_of_a_plan_on_cash_takes_cash_as_much_as_sales() -> None:
    """It showed 0.00 % at every completion: nobody had any cash on it."""
    view = Desk(plan("collections"), company(), draws=50).view()
    assert view.curves[0].at_quota() == pytest.approx(0.04)
    assert view.curve_headline("en") == (
        "Pay by completion: at 100% 4.00% of quota; Cash received as much as sales"
    )
    assert view.curve_headline("zh").endswith("；回款额按与销售额相同计")


# -- invariants -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["team", "multi-level", "collections"])
def test_a_plan_loaded_later_finds_the_people_it_asks_for(name) -> None:
    """People given for one plan lacked the columns of the next."""
    first = Desk(plan(), crowd_of(plan(), people=people(100_000.0, 200_000.0)), draws=100)
    first.load(plan(name))
    later = Desk(plan(name), crowd_of(plan(name), people=people(100_000.0, 200_000.0)), draws=100)
    assert first.view().paid["pay"].tolist() == later.view().paid["pay"].tolist()
    first.compare(plan())
    assert first.view().was_paid["pay"].gt(0).all()


def test_teams_nobody_told_are_said_to_be_assumed() -> None:
    desk = Desk(plan("team"), crowd_of(plan("team"), people=people(*[100_000.0] * 12)), draws=100)
    assert desk.crowd.people["manager"].tolist()[:2] == ["", "S1"]
    assert "未说明人员归属（团队、主管）：假定每十人一个团队、首位为主管，其他类别依次轮流。" in (
        desk.view().notes("zh")
    )


# -- refusals -------------------------------------------------------------------------------------


def test_a_team_reward_is_not_paid_to_people_whose_data_name_no_team() -> None:
    alone = Desk(plan("team"), company(), draws=100)
    words = (
        "The plan pays by team, manager. The people of demo come without, so nobody can be paid."
    )
    assert alone.view().people_headline("en") == f"Who wins and loses is not known. {words}"
    assert "方案按团队、主管计发，而demo中的人员没有这些信息" in alone.view().people_headline("zh")
    with pytest.raises(ContractError, match="The plan pays by team, manager"):
        alone.statement("S1")


def test_what_was_credited_before_is_not_made_up_for_a_companys_own_people() -> None:
    text = (
        (PLANS / "graduated.yaml").read_text("utf-8").replace("basis: period", "basis: cumulative")
    )
    desk = Desk(made(text), company(), draws=100)
    with pytest.raises(ContractError) as caught:
        desk.statement("S1")
    assert str(caught.value) == (
        "The plan counts on from earlier periods; demo does not say what each person was credited"
        " with before.\n"
        "  where: plan 'graduated'\n"
        "  fix:   open the plan with people= and a column credited, or without data"
    )
