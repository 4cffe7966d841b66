"""A period as people write it: the same one everywhere, and what may be two is refused."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from paytools import LI, deals, plan_of, section_5, tiers_yaml

from salesanalysis.errors import ContractError
from salesanalysis.incentives import appeal
from salesanalysis.incentives.inputs.when import period_start
from salesanalysis.periods import FiscalCalendar

MARCH = [
    "2024-03", "2024-3", "2024/3", "2024.03", "202403", 202403, 202403.0, "03/2024", "Mar 2024",
    "march 2024", "2024年3月", "2024 年 03 月", "２０２４年３月", "2024-03-15", "20240315", "2024年3月15日",
    "2024-03-15 18:00", pd.Period("2024-03"), pd.Timestamp("2024-03-31"), dt.date(2024, 3, 1),
    np.datetime64("2024-03-04"), np.int64(202403),
]  # fmt: skip
BOTH = pd.concat([deals(200_000.0), deals(90_000.0, month="2024-04")]).assign(salesperson="Li")
PEOPLE = pd.DataFrame([LI])


@pytest.mark.parametrize("when", MARCH, ids=repr)
def test_march_is_march_however_it_is_written(when) -> None:
    assert period_start(when, "month", FiscalCalendar()) == pd.Timestamp("2024-03-01")


@pytest.mark.parametrize("when", ["2024年3月", pd.Period("2024-03"), 202403])
def test_statement_register_run_and_appeal_read_the_same_month(when) -> None:
    plan = section_5()
    one = plan.statement(LI, BOTH.assign(order_id=["A", "B"]), period=when)
    sold = BOTH.assign(order_id=["A", "B"])
    paid = plan.pay(PEOPLE, sold, period=when, closed_through=when)
    run = plan.run(PEOPLE.assign(period=when), sold, first=when, last=when)
    claims = pd.DataFrame([{"order_id": "A", "field": "amount", "claimed": 210_000}])
    found = appeal(plan, claims, PEOPLE, sold, period=when, through=when)
    assert one.payout == paid.total == run.total == found.frame["pay_before"].sum() > 0


@pytest.mark.parametrize(
    ("when", "start_month", "first"),
    [
        ("2024Q1", 1, "2024-01"), ("2024-Q2", 1, "2024-04"), ("Q3 2024", 1, "2024-07"),
        ("2024年第一季度", 1, "2024-01"), ("2024年2季度", 1, "2024-04"), (pd.Period("2024Q1"), 1, "2024-01"),
        ("FY2024Q1", 7, "2023-07"), ("2024财年Q1", 7, "2023-07"), ("2024-02", 7, "2024-01"),
    ],
)  # fmt: skip
def test_quarters_are_those_of_the_year_they_name(when, start_month, first) -> None:
    found = period_start(when, "quarter", FiscalCalendar(start_month))
    assert f"{found:%Y-%m}" == first


@pytest.mark.parametrize(
    ("when", "first"), [("2024", "2023-07"), ("FY2024", "2023-07"), ("2024年", "2023-07")]
)
def test_a_year_is_the_fiscal_year_of_that_name(when, first) -> None:
    assert f"{period_start(when, 'year', FiscalCalendar(7)):%Y-%m}" == first


@pytest.mark.parametrize(
    ("when", "message"),
    [
        ("03/04/2024", "'03/04/2024' may be two days."),
        ("240315", "'240315' is no period."),
        ("2024-13", "'2024-13' is no period."),
        ("3月", "'3月' is no period."),
        ("Marchy 2024", "'Marchy 2024' is no period."),
        (2024.1, "'the number 2024.1' is no period."),
        ("2024Q1", "'2024Q1' is a quarter, and the plan pays per month."),
        (pd.Period("2024Q1"), "'2024Q1' is a quarter, and the plan pays per month."),
        ("2024年", "'2024年' is a year, and the plan pays per month."),
    ],
)
def test_what_is_no_month_or_may_be_two_is_refused(when, message) -> None:
    with pytest.raises(ContractError) as caught:
        section_5().statement(LI, deals(1.0), period=when)
    assert str(caught.value).splitlines()[0] == message


def test_a_plain_quarter_of_a_fiscal_year_is_refused_because_it_may_be_two() -> None:
    with pytest.raises(ContractError) as caught:
        period_start("2024Q1", "quarter", FiscalCalendar(7))
    assert str(caught.value) == (
        "'2024Q1' may be a quarter of the calendar or of the fiscal year, which starts in month 7.\n"
        "  where: period\n"
        '  fix:   name a month of it: period="2023-07" for the fiscal quarter, or write FY2024Q1'
    )


@pytest.mark.parametrize("order", [1, 1.0, "1", " 1 ", np.int64(1)], ids=repr)
@pytest.mark.parametrize("held", [1, 1.0, "1"], ids=repr)
def test_an_order_is_the_same_as_number_and_as_text(order, held) -> None:
    plan = plan_of(tiers_yaml('{from: "0", rate: "0.1"}', unit="amount"))
    sold = deals(100.0, salesperson="Li").assign(order_id=[held])
    claims = pd.DataFrame([{"order_id": order, "field": "金额", "claimed": "200"}])
    found = appeal(plan, claims, pd.DataFrame([{"salesperson": "Li "}]), sold, period="2024-03")
    assert found.total == 10.0
    assert found.frame["why"].tolist() == ["deals 1"]


def test_a_claim_that_is_no_number_or_day_is_refused() -> None:
    plan, sold = (
        plan_of(tiers_yaml('{from: "0", rate: "0.1"}', unit="amount")),
        deals(100.0, salesperson="Li"),
    )
    for field, claimed, column in (("amount", "1,000", "amount"), ("date", "03/04/2024", "date")):
        claims = pd.DataFrame([{"order_id": "D000", "field": field, "claimed": claimed}])
        with pytest.raises(ContractError) as caught:
            appeal(plan, claims, PEOPLE, sold, period="2024-03")
        said = str(caught.value).splitlines()[0]
        assert said == f"{claimed!r} is claimed as {column!r} of deal 'D000'."


def test_a_claim_on_everybody_and_one_on_a_row_of_the_same_field_need_an_order() -> None:
    plan, sold = (
        plan_of(tiers_yaml('{from: "0", rate: "0.1"}', unit="amount")),
        deals(100.0, salesperson="Li"),
    )
    claims = pd.DataFrame([
        {"order_id": "D000", "field": "amount", "claimed": 1, "salesperson": None},
        {"order_id": "D000", "field": "金额", "claimed": 2, "salesperson": "Li"},
    ])  # fmt: skip
    with pytest.raises(ContractError, match="2 items claim 'amount' of deal 'D000'"):
        appeal(plan, claims, PEOPLE, sold, period="2024-03")
