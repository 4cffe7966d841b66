"""Tables as other programs hand them over: numbers as names, thirds, days and amounts of any kind."""

import datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from paytools import PLANS, deals

from salesanalysis import cli
from salesanalysis.errors import ContractError
from salesanalysis.incentives import Plan, plans_for
from salesanalysis.incentives.plan import EXAMPLE
from salesanalysis.report.pay.costs import cost_of

TEAM = Plan.from_yaml(PLANS / "team.yaml")
COEFFICIENT = Plan.from_yaml(PLANS / "coefficient.yaml")
SPLIT = Plan.from_text(EXAMPLE.replace("{kind: money}", "{kind: money, credit: splits}"))
LI = {"salesperson": "Li", "quota": 1000.0}
DAY = datetime.date(2024, 3, 5)


def paid(plan: Plan, people, rows: pd.DataFrame, **more) -> dict[str, float]:
    register = plan.pay(pd.DataFrame(people), rows, **{"period": "2024-03", **more})
    return register.to_frame().set_index("salesperson")["pay"].to_dict()


def refused(plan: Plan, people, rows: pd.DataFrame, **more) -> str:
    with pytest.raises(ContractError) as caught:
        paid(plan, people, rows, **more)
    return str(caught.value)


@pytest.mark.parametrize(
    "managers", [[3, 3, None], ["3", "3 ", ""], [3.0, 3.0, np.nan]], ids=["empty", "text", "float"]
)
def test_a_manager_is_the_same_person_whether_a_number_or_a_text(managers) -> None:
    people = {"salesperson": [1, 2, 3], "team": ["a", "a ", "a"], "manager": managers}
    # 3 % of own sales, 1 % of what the team of 2,000 sells by credit, 0.5 % of 2,000 led
    assert paid(TEAM, people, deals(1000, 1000, salesperson=[1.0, 2.0])) == {
        "1": 40.0,
        "2": 40.0,
        "3": 10.0,
    }


def test_a_level_is_the_same_whether_another_is_empty() -> None:
    text = EXAMPLE.replace("type: tiers", 'type: tiers\n    applies_to: {level: ["2"]}')
    people = {"salesperson": ["Li", "Wu"], "quota": 1000.0, "level": [2, None]}
    rows = deals(1000, 1000, salesperson=["Li", "Wu"])
    assert paid(Plan.from_text(text), people, rows)["Li"] > 0
    whole = Plan.from_text(EXAMPLE.replace("id: example", 'id: e, applies_to: {level: ["2"]}'))
    found = plans_for([whole], pd.DataFrame(people).head(1), first="2024-03-01", last="2024-03-31")
    assert found["plan"].tolist() == ["e"]
    nobody = pd.DataFrame({"salesperson": ["Li", None], "level": "2"})
    with pytest.raises(ContractError, match="1 of 2 rows of people have no 'salesperson'"):
        plans_for([whole], nobody, first="2024-03-01", last="2024-03-31")
    assert paid(whole, {**people, "level": ["2 ", 2.0]}, rows)["Li"] > 0


@pytest.mark.parametrize("who", [7, 7.0, "7 "])
def test_a_statement_is_of_the_person_whose_number_it_is(who) -> None:
    rows, everybody = (
        deals(1000, salesperson=[7]),
        pd.DataFrame({"salesperson": [7.0], "quota": 1.0}),
    )
    own = COEFFICIENT.statement({"salesperson": who, "quota": 1000.0}, rows, people=everybody)
    assert (own.salesperson, own.payout) == ("7", 48.0)


def test_three_thirds_of_a_deal_are_the_deal() -> None:
    people = [{**LI, "salesperson": n} for n in ("Li", "Qi", "Wu")]
    rows = deals(100, 100, 100, salesperson=["Li", "Qi", "Wu"]).assign(order_id="A", date=DAY)
    thirds = SPLIT.pay(pd.DataFrame(people), rows.assign(share=1 / 3), period="2024-03")
    assert thirds.to_frame()["actual"].tolist() == [33.34, 33.33, 33.33]
    assert refused(SPLIT, people, rows.assign(share="0.333333")).splitlines()[0] == (
        "the shares of deal 'A' sum to 0.999999, not 1."
    )
    assert refused(SPLIT, people, rows.assign(share="1/0")).splitlines()[0] == (
        "3 of 3 shares of deals are no numbers."
    )


def test_shares_of_one_deal_under_two_dates_are_named_with_their_date() -> None:
    rows = deals(100, 100, salesperson=["Li", "Wu"]).assign(order_id="A", share="0.5")
    people = [{**LI, "salesperson": n} for n in ("Li", "Wu")]
    assert refused(SPLIT, people, rows) == (
        "the shares of deal 'A' of 2024-03-01 sum to 0.5, not 1.\n"
        "  where: deals, column 'share', see .rows\n"
        "  fix:   the rows of this deal differ in date: write the deal's own date in each of them"
    )
    halves = rows.assign(date=DAY, amount=50.0)
    assert refused(SPLIT, people, halves.assign(amount=[50.0, 60.0])).splitlines()[2] == (
        "  fix:   the rows of this deal differ in amount: write the deal's own amount in each of them"
    )
    returned = deals(-100, salesperson=["Li"]).assign(order_id="A", date=DAY, share="0.5")
    assert "differ" not in refused(SPLIT, people, pd.concat([rows.assign(date=DAY), returned]))


def test_two_tables_put_together_with_a_return_keep_their_repeated_row_numbers() -> None:
    rows = pd.concat([deals(100, 200), deals(-50).assign(order_id="R")])
    assert rows.index.tolist() == [0, 1, 0]
    assert COEFFICIENT.statement({**LI, "quota": 1000.0}, rows).actual == 250.0


def test_shares_without_names_say_whose_they_are_missing() -> None:
    with pytest.raises(ContractError) as caught:
        SPLIT.statement(LI, deals(100).assign(share=0.5))
    assert str(caught.value).splitlines()[0] == "deals with shares has no column 'salesperson'."


DAYS = {
    "text": "2024-03-05",
    "Chinese": "2024年3月5日",
    "with seconds": "2024/3/5 9:30:05",
    "a day": DAY,
    "a time": datetime.datetime(2024, 3, 31, 23, 59, 59),
    "of a column of days": pd.array([DAY], dtype=pd.ArrowDtype(pa.date32())),
    "of a column of times": pd.array(["2024-03-05"], dtype="timestamp[ns][pyarrow]"),
}
AMOUNTS = {
    "whole": 1000,
    "text": " 1000.00 ",
    "decimal": Decimal("1000.00"),
    "of a column of decimals": pd.array([Decimal(1000)], dtype=pd.ArrowDtype(pa.decimal128(9, 2))),
}


@pytest.mark.parametrize(
    "column",
    [*({"date": v} for v in DAYS.values()), *({"amount": v} for v in AMOUNTS.values())],
    ids=[*DAYS, *(f"amount {name}" for name in AMOUNTS)],
)
def test_a_day_and_an_amount_are_read_in_every_plain_form(column) -> None:
    assert paid(COEFFICIENT, [LI], deals(1000, salesperson="Li").assign(**column)) == {"Li": 48.0}


def test_a_quota_with_thousands_separators_is_told_to_go_without() -> None:
    text = refused(COEFFICIENT, [{**LI, "quota": "100,000"}], deals(1000, salesperson="Li"))
    assert text == (
        "1 of 1 values of 'quota' in people are texts and no numbers, first '100,000'.\n"
        "  where: rows 0, see .rows\n"
        '  fix:   remove the thousands separators: write "1000.50", not "1,000.50"'
    )


def test_a_piece_of_a_month_without_its_quota_is_refused() -> None:
    text = EXAMPLE.replace("quota: {", "quota: {mid_period_change: time_weighted, ")
    days = {"active_from": ["2024-01-01", "2024-03-11"], "active_to": ["2024-03-10", None]}
    people = {"salesperson": "Li", "quota": [1000.0, None], **days}
    assert refused(Plan.from_text(text), people, deals(1, salesperson="Li")).splitlines()[0] == (
        "1 of 2 quotas are empty, below 0 or no finite number; first: 'Li' with nan."
    )


def test_working_days_that_may_be_two_days_are_refused() -> None:
    text = (
        (PLANS / "coefficient.yaml")
        .read_text("utf-8")
        .replace("{per: month", "{days: working, per: month")
    )
    march = pd.date_range("2024-03-01", "2024-03-31").strftime("%m/%d/%Y")
    table = pd.DataFrame({"date": march, "is_workday": True})
    answer = refused(Plan.from_text(text), [LI], deals(1, salesperson="Li"), workdays=table)
    assert (
        answer.splitlines()[0]
        == "31 of 31 rows of workdays: 'date' is no date, first '03/01/2024'."
    )


def test_rates_are_found_in_small_letters() -> None:
    text = (PLANS / "coefficient.yaml").read_text("utf-8")
    plan = Plan.from_text(text.replace("quota:", "credit: {fx: plan_rate}\nquota:", 1))
    rows = deals(100, salesperson="Li").assign(currency="usd")
    assert paid(plan, [LI], rows, fx={"usd": 7.1}) == {"Li": 22.72}  # 710 x 4 % x 0.8


def test_the_cost_of_several_months_is_that_of_all_of_them(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    Path("people.csv").write_text("姓名,任务额\n李娜,1000\n王伟,0\n", "utf-8")
    Path("deals.csv").write_text(
        "销售员,订单号,日期,金额\n李娜,A,2024-02-05,1000\n李娜,B,2024-03-05,500\n", "utf-8"
    )
    call = ["pay", "--plan", str(PLANS / "coefficient.yaml"), "--people", "people.csv", "--deals",
            "deals.csv", "--period", "2024-02", "--through", "2024-03", "--lang", "zh"]  # fmt: skip
    assert cli.main([*call, "--out", "out"]) == 0
    # 1,000 x 4 % x 1.2 and 500 x 4 % x 0.8: 48 + 16 of 1,500
    assert capsys.readouterr().out.splitlines()[:3] == [
        "2024年2月至2024年3月合计应发64元（1人）",
        "全体：64元，占销售额的4.27%（1人）。",
        "因没有任务额未计奖：王伟。",
    ]
    register = pd.read_csv("out/register.csv", encoding="utf-8-sig", parse_dates=["period"])
    assert cost_of(register)["pay"].tolist() == [48.0, 16.0]
