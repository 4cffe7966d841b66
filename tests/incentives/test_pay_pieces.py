"""A quota that changes within a period, working days, and a ramp in quarters."""

from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paytools import HEAD, SECTION_5_BANDS, deals, measured, tiers_yaml

from salesanalysis.errors import ContractError, ParamError
from salesanalysis.incentives import Plan

STEEP = tiers_yaml('{from: "0", rate: "0.02"}, {from: "1.0", rate: "0.10"}')
FLAT = tiers_yaml('{from: "0", rate: "0.10"}')
SPLIT = HEAD.replace("zero_quota: error", "zero_quota: error, mid_period_change: split_period")


def plan_of(text: str, head: str = SPLIT) -> Plan:
    return Plan.from_text(head + text, name="plan.yaml")


def two(first: float, second: float, *, change="2024-03-16", **columns) -> pd.DataFrame:
    """Li in March with two quotas, the second one from `change` on."""
    before = f"{pd.Timestamp(change) - pd.Timedelta(days=1):%Y-%m-%d}"
    return pd.DataFrame(
        {
            "salesperson": "Li",
            "quota": [first, second],
            "active_from": ["2024-03-01", change],
            "active_to": [before, "2024-03-31"],
            **columns,
        }
    )


def sold(*amounts: tuple[str, float], **columns) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "order_id": [f"D{i}" for i in range(len(amounts))],
            "date": [f"2024-03-{day}" for day, _ in amounts],
            "amount": [float(a) for _, a in amounts],
            "salesperson": "Li",
            **columns,
        }
    )


def test_three_ways_to_change_a_quota_in_march_pay_three_amounts() -> None:
    """Quota 3,100 to the 15th, 6,200 from the 16th; 2,000 sold before, 3,600 after.

    split: 15 of 31 days x 3,100 = 1,500 and 16/31 x 6,200 = 3,200; 1,500 at 2 % + 500 at 10 % = 80,
    3,200 at 2 % + 400 at 10 % = 104. time_weighted: quota 4,700, 4,700 at 2 % + 900 at 10 % = 184.
    retro: quota 6,200, 5,600 at 2 % = 112.
    """
    pays = {}
    for rule in ("split_period", "time_weighted", "retro"):
        head = SPLIT.replace("split_period", rule)
        paid = plan_of(STEEP, head).pay(two(3100, 6200), sold(("05", 2000), ("20", 3600)))
        pays[rule] = paid.total
    assert pays == {"split_period": 184.0, "time_weighted": 184.0, "retro": 112.0}
    uneven = sold(("05", 5600), ("20", 0.01))
    assert plan_of(STEEP).pay(two(3100, 6200), uneven).total == 30 + 410
    head = SPLIT.replace("split_period", "time_weighted")
    assert plan_of(STEEP, head).pay(two(3100, 6200), uneven).total == 184


def test_each_piece_has_its_own_coefficient() -> None:
    table = two(3100, 6200)
    paid = plan_of(STEEP + SECTION_5_BANDS).run(
        table, sold(("05", 2000), ("20", 3000)), first="2024-03", last="2024-03"
    )
    # 133 % of the first piece: 80 x 1.2; 93.75 % of the second: 60 x 1.0
    assert paid.total == 96 + 60


def test_lines_of_pieces_say_their_days_in_both_languages() -> None:
    plan = plan_of(STEEP + SECTION_5_BANDS)
    from salesanalysis.report.pay.paid import Inputs, pay_everybody

    payday = pay_everybody(
        plan,
        Inputs(two(3100, 6200), sold(("05", 2000), ("20", 3000))),
        first="2024-03",
        last="2024-03",
    )
    statement = payday.slips[0].statement
    assert [(r["rule"], r["paid"]) for _, r in statement.lines.iterrows()] == [
        ("Commission: 0% to below 100% of quota, 2% (2024-03-01 / 2024-03-15)", 30.0),
        ("Commission: at least 100% of quota, 10% (2024-03-01 / 2024-03-15)", 50.0),
        ("Bonus coefficient 1.2: at least 100% of quota (2024-03-01 / 2024-03-15)", 16.0),
        ("Commission: 0% to below 100% of quota, 2% (2024-03-16 / 2024-03-31)", 60.0),
        ("Bonus coefficient 1.0: 80% to below 100% of quota (2024-03-16 / 2024-03-31)", 0.0),
    ]
    assert "（2024-03-16 / 2024-03-31）" in statement.table("zh")._repr_html_()
    assert (statement.quota, statement.coefficient_text) == (4700.0, "")


def test_one_person_is_paid_from_the_rows_of_its_pieces() -> None:
    table = sold(("05", 2000), ("20", 3600))
    assert plan_of(STEEP).statement(two(3100, 6200), table).payout == 184.0
    strangers = two(3100, 6200).assign(salesperson=["Li", "Wu"])
    with pytest.raises(ContractError) as caught:
        plan_of(STEEP).statement(strangers, table)
    assert str(caught.value) == (
        "2 people are given where one is paid: Li, Wu.\n"
        "  where: statement(person, ...)\n"
        "  fix:   give the rows of one person; plan.pay pays everybody"
    )


@settings(max_examples=6, deadline=None)
@given(
    st.integers(1, 10**7),
    st.lists(st.tuples(st.integers(1, 31), st.integers(0, 10**6)), min_size=1, max_size=6),
    st.integers(2, 31),
)
def test_pieces_of_a_month_at_one_quota_and_one_rate_sum_to_the_whole(quota, rows, cut) -> None:
    """Property 23."""
    table = sold(*[(f"{day:02d}", cents / 100) for day, cents in rows])
    change = f"2024-03-{cut:02d}"
    whole = plan_of(FLAT).pay(
        pd.DataFrame({"salesperson": ["Li"], "quota": [quota / 100]}), table, period="2024-03"
    )
    split = plan_of(FLAT).pay(two(quota / 100, quota / 100, change=change), table, period="2024-03")
    assert split.total == whole.total


@settings(max_examples=5, deadline=None)
@given(st.integers(31, 10**6), st.integers(1, 3), st.sampled_from(["0.02", "0.5"]))
def test_pieces_sold_evenly_sum_to_the_whole_even_in_tiers_and_fixed_amounts(unit, times, flat):
    """Sales in proportion to the days: each piece stands where the whole month stands."""
    text = tiers_yaml(
        '{from: "0", rate: "0.02"}, {from: "1.0", rate: "0.10", flat: "%s"}' % flat  # noqa: UP031
    ) + (
        f"  - {{id: prize, type: step, basis: period, closed: lower, pays: sum, measured: "
        f'{measured("attainment")}, steps: [{{from: "0.8", amount: "31.00"}}]}}\n'
    )
    quota = 31 * unit
    table = sold(("05", times * unit * 15 / 100), ("20", times * unit * 16 / 100))
    one = pd.DataFrame({"salesperson": ["Li"], "quota": [quota / 100]})
    plan = plan_of(text)
    assert plan.pay(two(quota / 100, quota / 100), table).total == plan.pay(one, table).total


def test_returns_above_sales_are_carried_from_piece_to_piece_and_on() -> None:
    plan = plan_of(tiers_yaml('{from: "0", rate: "0.10"}', negative="carry"))
    months = pd.concat(
        [
            sold(("05", -500), ("20", 300)),
            sold(("07", 1000)).assign(order_id="E", date="2024-04-07"),
        ]
    )
    people = pd.concat(
        [
            two(3100, 6200).assign(period="2024-03"),
            pd.DataFrame({"salesperson": ["Li"], "quota": [6200.0], "period": ["2024-04"]}),
        ]
    )
    run = plan.run(people, months, first="2024-03", last="2024-04").to_frame()
    assert run["carried"].tolist() == [-200.0, 0.0]
    assert run["pay"].tolist() == [0.0, 80.0]


def test_over_months_only_the_pieces_inside_each_month_count() -> None:
    """Quota 3,100 a month to 15 March, 6,200 after: January and April have one quota each."""
    people = two(3100, 6200)
    people["active_from"], people["active_to"] = [None, "2024-03-16"], ["2024-03-15", ""]
    table = pd.concat(
        [sold(("05", 3200)).assign(order_id=m, date=f"2024-{m}-20") for m in ("01", "02", "04")]
    )
    for rule in ("split_period", "time_weighted"):
        run = plan_of(STEEP, SPLIT.replace("split_period", rule)).run(
            people, table, first="2024-01", last="2024-04"
        )
        assert run.to_frame()["pay"].tolist() == [72.0, 72.0, 0.0, 64.0]
        assert run.to_frame()["quota"].tolist() == [3100.0, 3100.0, 4700.0, 6200.0]


WORK = HEAD.replace("zero_quota: error", "zero_quota: error, days: working")


def test_half_a_february_counts_by_its_working_days() -> None:
    """February 2024 in China: 18 working days, 10 of them from the 18th (make-up Sunday) on."""
    person = {"salesperson": "Li", "quota": 1800.0, "active_from": "2024-02-18"}
    paid = plan_of(STEEP, WORK).statement(person, deals(1200, month="2024-02"))
    assert paid.payout == 1000 * 0.02 + 200 * 0.10
    calendar = plan_of(STEEP).statement(person, deals(1200, month="2024-02"))
    # 12 of 29 days: the quota is 744.83 (exactly 1,800 x 12 / 29)
    assert calendar.payout == float(
        round(Fraction(1800 * 12, 29) * Fraction("0.02") + (1200 - Fraction(1800 * 12, 29)) / 10, 2)
    )


def test_another_countrys_working_days_are_given_as_a_table() -> None:
    days = pd.date_range("2026-02-01", "2026-02-28")
    table = pd.DataFrame(
        {"date": days, "is_workday": days.day_of_week < 4}
    )  # Monday to Thursday: 16
    head = WORK.replace("to: 2024-12-31", "to: null")
    person = {"salesperson": "Li", "quota": 1600.0, "active_to": "2026-02-14"}  # 8 of 16
    plan = plan_of(STEEP, head)
    paid = plan.statement(person, deals(900, month="2026-02"), workdays=table)
    assert paid.payout == 800 * 0.02 + 100 * 0.10
    texts = table.assign(is_workday=table["is_workday"].map({True: "是", False: "否"}))
    assert plan.statement(person, deals(900, month="2026-02"), workdays=texts).payout == 26.0
    with pytest.raises(ContractError) as caught:
        plan.statement(person, deals(900, month="2026-02"), workdays=table.iloc[2:])
    assert str(caught.value) == (
        "2 days are not in workdays as true or false: 2026-02-01, 2026-02-02.\n"
        "  where: period 2026-02-01 to 2026-02-28\n"
        "  fix:   give one row for every day of the period"
    )
    with pytest.raises(ContractError) as caught:
        plan.statement(person, deals(900, month="2026-02"), workdays=table.assign(is_workday=False))
    assert str(caught.value) == (
        "2026-02-01 to 2026-02-28 has no working day.\n"
        "  where: workdays, column 'is_workday'\n"
        "  fix:   mark the days people work"
    )


def test_years_without_published_holidays_ask_for_a_table() -> None:
    head = WORK.replace("to: 2024-12-31", "to: null")
    with pytest.raises(ContractError) as caught:
        plan_of(STEEP, head).statement(
            {"salesperson": "Li", "quota": 1.0}, deals(1, month="2094-03")
        )
    assert str(caught.value) == (
        "The holidays of 2094 are not published in the calendar that is installed.\n"
        "  where: quota.days of the plan: working\n"
        "  fix:   give workdays= with the columns date and is_workday"
    )


def test_a_ramp_in_a_quarter_counts_every_month_with_its_own_share() -> None:
    """Hired 1 January, 50 % and 75 % of the quota: (31 x .5 + 29 x .75 + 31) / 91 of 9,100."""
    head = HEAD.replace("per: month}", "per: quarter}").replace(
        "{per: month, zero_quota: error}",
        '{per: quarter, zero_quota: error, ramp: {shares: ["0.5", "0.75"], of: [quota]}}',
    )
    text = STEEP.replace("quota: month", "quota: quarter")
    plan = plan_of(text, head)
    new = {"salesperson": "Li", "quota": 9100.0, "hired_on": "2024-01-01"}
    # quota 1,550 + 2,175 + 3,100 = 6,825
    assert plan.statement(new, deals(7000)).payout == 6825 * 0.02 + 175 * 0.10
    # hired 15 February: 15 days at 50 % and 31 at 75 % of 9,100 / 91 a day = 750 + 2,325
    late = {**new, "hired_on": "2024-02-15"}
    assert plan.statement(late, deals(3100)).payout == 3075 * 0.02 + 25 * 0.10


def refused(text: str) -> list[tuple[str, str]]:
    with pytest.raises(ParamError) as caught:
        plan_of(text)
    rows = caught.value.rows
    return list(zip(rows["code"], rows["what"], strict=True))


def test_what_has_no_share_for_a_piece_is_refused_with_the_plan() -> None:
    money = tiers_yaml('{from: "0", rate: "0.02"}, {from: "1000", rate: "0.1"}', unit="amount")
    lead = '  - {id: lead, type: override, rate: "0.005", of: team_credit, measure: sales}\n'
    both = SECTION_5_BANDS.replace("[commission]", "[lead]")
    cap = 'limits: {cap: {of: credit, amount: "9000.00", excess: lost}}\n'
    assert refused(money + lead + both + cap) == [
        ("P07", "commission: edges in money of a whole period do not split with it."),
        ("P07", "coef: multiplies lead, which is paid once for all pieces."),
        ("P07", "the cap on the credit of a period does not split with it."),
    ]
    true_up = "settlement: {true_up: {of: ytd, negative: claw}, leaver: pay_earned}\n"
    text = FLAT.replace("quota: month", "quota: ytd") + true_up
    assert refused(text) == [
        (
            "P07",
            "a true-up counts the year to date, and a split period has no single quota in it.",
        )
    ]


def test_an_override_is_paid_once_and_a_piece_without_quota_is_refused() -> None:
    lead = '  - {id: lead, type: override, rate: "0.01", of: team_credit, measure: sales}\n'
    boss = two(3100, 6200, manager=None)
    team = pd.DataFrame({"salesperson": ["Wu"], "quota": [1000.0], "manager": ["Li"]})
    table = sold(("05", 1000), ("20", 1000)).assign(salesperson="Wu")
    paid = plan_of(FLAT + lead).pay(pd.concat([boss, team]), table).to_frame()
    assert paid.set_index("salesperson")["pay"].to_dict() == {"Li": 20.0, "Wu": 200.0}
    with pytest.raises(ContractError) as caught:
        plan_of(FLAT).pay(two(3100, 0), sold(("05", 1)))
    assert str(caught.value) == (
        "'Li' has no quota above 0 from 2024-03-16 to 2024-03-31, and the plan pays each piece of "
        "the period by itself.\n"
        "  where: people, column 'quota'\n"
        "  fix:   give every piece its quota, or leave the piece out where nothing is paid"
    )


def test_the_check_code_knows_every_piece_and_every_working_day() -> None:
    table = sold(("05", 2000), ("20", 3000))
    one = plan_of(STEEP).statement(two(3100, 6200), table)
    # other pieces, 15 x 6,306.67 + 16 x 3,193.75 days: the same quota of the month
    two_ = plan_of(STEEP).statement(two(6306.67, 3193.75), table)
    assert (one.quota, one.digest) != (two_.quota, two_.digest)
    assert (one.quota, one.payout) == (two_.quota, 140.0)
    turned = plan_of(STEEP).statement(two(3100, 6200).iloc[::-1], table)
    assert turned.digest == one.digest
    days = pd.date_range("2024-03-01", "2024-03-31")
    codes = {
        plan_of(STEEP, WORK)
        .statement({"salesperson": "Li", "quota": 1.0}, table, workdays=flags)
        .digest
        for flags in (
            pd.DataFrame({"date": days, "is_workday": days.day_of_week < 5}),
            pd.DataFrame({"date": days, "is_workday": days.day_of_week < 6}),
        )
    }
    assert len(codes) == 2


def test_pieces_that_overlap_or_whose_days_are_none_are_refused() -> None:
    table = sold(("05", 1))
    for column, value, message in (
        ("active_to", ["2024-03-20", "2024-03-31"],
         "the pieces of 'Li' overlap or leave a hole.\n"
         "  where: people, rows 0, 1, see .rows\n"
         "  fix:   let each piece start the day after the one before ends"),
        ("active_from", ["2024-03-01", "mid March"],
         "'active_from' of 'Li' is 'mid March', no date.\n"
         "  where: people, column 'active_from', row 1\n"
         "  fix:   write it as \"2024-03-31\""),
    ):  # fmt: skip
        with pytest.raises(ContractError) as caught:
            plan_of(FLAT).pay(two(3100, 6200).assign(**{column: value}), table)
        assert str(caught.value) == message


def test_a_return_lies_in_the_piece_of_its_deal() -> None:
    """1,000 sold on the 5th, 400 of it back on the 20th: 600 in the first piece, none in the second."""
    table = sold(("05", 1000), ("20", -400)).assign(order_id="A")
    lines = plan_of(FLAT).statement(two(3100, 6200), table).lines
    assert lines[["base", "paid"]].to_numpy().tolist() == [[600.0, 60.0]]
