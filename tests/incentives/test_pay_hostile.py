"""Plans and tables written to be misread: each is answered with where, what and how to write it."""

from fractions import Fraction

import pandas as pd
import pytest
from paytools import deals, plan_of, tiers_yaml

from salesanalysis.errors import ContractError, ParamError
from salesanalysis.incentives import Plan
from salesanalysis.incentives.plan import EXAMPLE

TIERS = 'tiers: [{from: "0", rate: "0.02"}]'
LI = {"salesperson": "Li", "quota": 1000.0}


def wrong(old: str, new: str) -> tuple[str, str, str]:
    assert old in EXAMPLE
    with pytest.raises(ParamError) as caught:
        Plan.from_text(EXAMPLE.replace(old, new))
    rows = caught.value.rows
    assert len(rows) == 1, rows
    return tuple(rows.loc[0, ["code", "what", "fix"]])


#: what stands in the plan, what is written instead, and the answer
PLANS = {
    "a cap that takes money": (
        "components:",
        'limits: {cap: {of: pay, amount: "-5.00", excess: lost}}\ncomponents:',
        ("P05", "amount: -5 is below 0.", "write an amount of 0 or more; what is taken off is a penalty"),
    ),
    "a guarantee above the cap": (
        "components:",
        'limits: {cap: {of: pay, amount: "5.00", excess: lost}, floor: {amount: "10.00"}}\ncomponents:',
        ("P07", "at least 10 and at most 5 are paid.", "write a floor below the cap"),
    ),
    "a cap of five hundred percent": (
        "components:",
        'limits: {cap: {of: rate, rate: "5", excess: lost}}\ncomponents:',
        ("P05", "rate: 5 is no share of the credit between 0 and 1.", 'write "0.05" if percent is meant'),
    ),
    "a penalty that pays": (
        "components:",
        'penalties: [{id: a, when: register, deduct: {amount: "-6.00"}, per: period, floor: zero}]\ncomponents:',
        ("P05", "amount: -6 is below 0.", "write an amount of 0 or more; what is taken off is a penalty"),
    ),
    "a draw to be handed in": (
        "components:",
        'settlement: {draw: {amount: "-5.00", months: 3, recoverable: false}}\ncomponents:',
        ("P05", "amount: -5 is below 0.", "write an amount of 0 or more; what is taken off is a penalty"),
    ),
    "large from below zero": (
        "components:",
        'credit: {windfall: {limit: "-1", keep: "0.5"}}\ncomponents:',
        ("P05", "limit: -1 is below 0.", "write the amount above which a deal is very large"),
    ),
    "twice of everything": (
        "components:",
        'credit: {splits_total: "2"}\ncomponents:',
        ("P06", "splits_total: 2 would credit another amount than was sold.",
         'write "1", or overlay where more than the whole may be credited'),
    ),
    "a currency in words": (
        "currency: CNY", "currency: 人民币",
        ("P02", "'currency' is '人民币'.", "write the ISO code, such as CNY"),
    ),
    "a coin that does not exist": (
        'unit: "0.01"', 'unit: "0.03"',
        ("P10", "unit is 0.03: pay is counted in whole cents.", 'write "0.01", "0.1" or "1"'),
    ),
    "another version": (
        "schema: 1", "schema: 1.0",
        ("P02", "'schema' is 1.0; this version reads 1.", "write schema: 1"),
    ),
    "full-width digits": (
        TIERS, 'tiers: [{from: "０.８", rate: "0.02"}]',
        ("P04", "from is '０.８', not a plain decimal.", 'write "0.8"'),
    ),
    "five thousand digits": (
        TIERS, f'tiers: [{{from: "0", rate: "0.02", flat: "{"9" * 5000}"}}]',
        ("P04", f"flat is '{'9' * 5000}', not a plain decimal.", 'write a decimal such as "0.06"'),
    ),
    "79.995 percent": (
        'from: "0.8"', 'from: "79.995%"',
        ("P04", "from is '79.995%', not a plain decimal.", 'write "0.79995"'),
    ),
    "quotas spread over nothing": (
        "per: month,", "per: month, spread: even,",
        ("P07", "quotas are as long as the period paid; there is nothing to spread.",
         "remove spread, or write the period paid in quota.paid"),
    ),
    "a quota shorter than the pay": (
        "per: month,", "per: month, paid: quarter,",
        ("P07", "a quota per month is shorter than the quarter paid.",
         "give quotas per quarter, or write paid: month"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANS)
def test_the_plan_is_refused_with_what_to_write(name) -> None:
    old, new, answer = PLANS[name]
    assert wrong(old, new) == answer


def test_a_band_edge_of_79_995_percent_is_one() -> None:
    plan = Plan.from_text(EXAMPLE.replace('from: "0.8"', 'from: "0.79995"'))
    low, high = (plan.payout(s, quota="100000") for s in ("79994.99", "79995"))
    assert (low, high) == (Fraction("1599.8998") * Fraction("0.8"), Fraction("1599.9"))


def test_a_coefficient_below_the_least_one_is_not_raised_by_a_penalty() -> None:
    plan = Plan.from_text(
        EXAMPLE + "penalties:\n  - {id: late, when: register, per: period, floor: zero,\n"
        '     deduct: {coefficient: "0.1", of: [coefficient], least: "0.9"}}\n'
    )
    entry = pd.DataFrame({"salesperson": ["Li"], "penalty": ["late"]})
    pay = {s: plan.statement(LI, deals(s), penalties=entry).payout for s in (500, 800, 1000)}
    assert pay == {500: 8.0, 800: 14.4, 1000: 22.0}  # 0.8 stays, 0.9, 1.1


def test_a_draw_of_six_months_is_two_quarters() -> None:
    text = EXAMPLE.replace("month", "quarter") + (
        'settlement: {draw: {amount: "100.00", months: MONTHS, recoverable: false}}\n'
    )
    plan = Plan.from_text(text.replace("MONTHS", "6"))
    assert plan.rules.settlement.draw.periods == 2
    with pytest.raises(ParamError, match="draw: 7 months are no whole number of periods"):
        Plan.from_text(text.replace("MONTHS", "7"))


def refused(change: dict, *, people=None, plan=None, **more) -> str:
    table = deals(100, salesperson="Li").assign(**change)
    with pytest.raises(ContractError) as caught:
        (plan or Plan.from_text(EXAMPLE)).pay(
            pd.DataFrame([LI]) if people is None else people, table, **{"period": "2024-03", **more}
        )
    return str(caught.value)


#: column: (value, problem, fix)
CELLS = {
    "a day that may be two": ("date", "03/04/2024", "'date' is no date, first '03/04/2024'", 'write dates as "2024-03-31"'),
    "days since 1900": ("date", 45356, "'date' is no date, first '45356'", "format the column as dates: spreadsheets count days, 45356 would be 2024-03-05"),
    "a bare number": ("date", 20240305, "'date' is no date, first '20240305'", 'write dates as "2024-03-31"'),
    "another zone": ("date", "2024-03-31T23:00:00+08:00", "'date' is no date, first", 'write dates as "2024-03-31"'),
    "a truth": ("amount", True, "texts and no numbers, first 'True'", 'write plain numbers such as "1000.50"'),
    "a short form": ("amount", "1.2E+05", "texts and no numbers, first '1.2E+05'", "write all digits: 1.2E+05 may have lost some"),
    "brackets": ("amount", "(100)", "texts and no numbers, first '(100)'", 'write a return with a minus: "-100"'),
    "full-width": ("amount", "８００", "texts and no numbers, first '８００'", 'write "800"'),
    "no currency": ("currency", None, "1 of 1 deals have no currency, others have one", "write CNY where a deal is in the plan's currency"),
    "a share": ("share", "0.5", "1 of 1 deals have shares, and the plan credits 'sales' to the owner of a deal in full", "write measures: {sales: {credit: splits}} in the plan, or leave shares out"),
}  # fmt: skip


@pytest.mark.parametrize("name", CELLS)
def test_the_cell_is_refused_with_what_to_write(name) -> None:
    column, value, problem, fix = CELLS[name]
    text = refused({column: [value]})
    assert problem in text.splitlines()[0]
    assert text.splitlines()[2] == f"  fix:   {fix}"


def test_days_with_a_time_zone_are_refused_before_they_fall_into_another_month() -> None:
    assert refused({"date": [pd.Timestamp("2024-03-31 23:00", tz="UTC")]}) == (
        "'date' of deals has a time zone.\n"
        "  where: deals, column 'date'\n"
        '  fix:   take the local day first: deals["date"].dt.tz_localize(None)'
    )


def test_one_order_under_two_spellings_of_its_number_is_one() -> None:
    rows = deals(100, 100, salesperson="Li").assign(order_id=[7, "7 "])
    with pytest.raises(ContractError, match="2 rows of deals share an order: '7'"):
        Plan.from_text(EXAMPLE).pay(pd.DataFrame([LI]), rows)


def test_one_person_under_two_spellings_is_one() -> None:
    people = pd.DataFrame({"salesperson": [1, "1 "], "quota": [1.0, 2.0]})
    with pytest.raises(ContractError, match="2 rows of people share a name: '1'"):
        Plan.from_text(EXAMPLE).pay(people, deals(100, salesperson="1"))


@pytest.mark.parametrize("rate", ["-7", "0", "seven"])
def test_a_rate_of_exchange_is_above_zero(rate) -> None:
    plan = Plan.from_text(EXAMPLE + "credit: {fx: plan_rate}\n")
    assert refused({"currency": ["USD"]}, plan=plan, fx={"USD": rate}).splitlines()[0] == (
        f"the rate of USD is {rate!r}, no number above 0."
    )


def test_foreign_money_is_converted_exactly() -> None:
    plan = Plan.from_text(EXAMPLE + "credit: {fx: plan_rate}\n")
    rows = deals(100.01, salesperson="Li").assign(currency="usd ")
    # 100.01 x 7.105 = 710.57105
    assert (
        plan.pay(pd.DataFrame([LI]), rows, fx={"USD": "7.105"}).to_frame()["actual"].item()
        == 710.57
    )
    assert refused({"currency": ["CNY"]}, plan=plan, fx={"CNY": "7"}).splitlines()[0] == (
        "a rate of 7 is given for CNY, the plan's own currency."
    )


def test_a_period_the_plan_is_not_in_force_in_is_not_paid() -> None:
    assert refused({}, period="2023-03") == (
        "plan 'example' is in force from 2024-01-01 on, not 2023-03-01 to 2023-03-31.\n"
        "  where: period\n"
        "  fix:   pay the period with the plan of its days, or change plan.effective"
    )


@pytest.mark.parametrize(("period", "what"), [("2024Q1", "quarter"), ("2024", "year")])
def test_a_longer_period_is_not_read_as_its_first_month(period, what) -> None:
    assert refused({}, period=period).splitlines()[0] == (
        f"'{period}' is a {what}, and the plan pays per month."
    )


@pytest.mark.parametrize(
    ("column", "value", "side"), [("owed", -1.0, "below"), ("carried", 1.0, "above")]
)
def test_balances_brought_along_have_their_sign(column, value, side) -> None:
    text = refused({}, people=pd.DataFrame([{**LI, column: value}]))
    assert text.splitlines()[0] == f"{column!r} of 'Li' is {value}, {side} 0."


def test_a_deal_of_two_people_needs_shares_where_deals_are_split() -> None:
    plan = Plan.from_text(EXAMPLE.replace("{kind: money}", "{kind: money, credit: splits}"))
    people = pd.DataFrame([LI, {**LI, "salesperson": "Wu"}])
    rows = deals(100, 100).assign(order_id="A", salesperson=["Li", "Wu"])
    with pytest.raises(ContractError) as caught:
        plan.pay(people, rows)
    assert str(caught.value).splitlines()[0] == (
        "deal 'A' stands for several people (Li, Wu) without shares."
    )


def test_a_rate_of_a_cancelled_deal_is_a_ratio() -> None:
    plan = plan_of(
        tiers_yaml('{from: "0", rate: "0.05"}', unit="amount")
        + "settlement: {clawback: {window_months: 6, method: reversal, floor: carry}}\n"
    )
    gone = pd.DataFrame({"salesperson": ["Li"], "order_id": ["X"], "booked_on": ["2024-01-09"],
                         "amount": [100.0], "pay_rate": ["6"]})  # fmt: skip
    with pytest.raises(ContractError) as caught:
        plan.statement({"salesperson": "Li"}, deals(100), clawbacks=gone)
    assert str(caught.value) == (
        "'pay_rate' of the cancelled deal 'X' is '6', no ratio from 0 to 1.\n"
        "  where: clawbacks, column 'pay_rate'\n"
        '  fix:   write what was paid at the booking, such as "0.06"'
    )


def test_a_plan_on_results_alone_says_what_deals_are_counted_by() -> None:
    assert wrong("{kind: money}", "{kind: ratio}") == (
        "P02",
        "no measure is money or a count: deals have nothing to be counted by.",
        "add the measure of the deals, such as sales: {kind: money}",
    )


ATTENDANCE = """\
measures: {sales: {kind: money}, attendance: {kind: ratio}, late: {kind: number}, kpi: {kind: ratio}}
quota: {per: month}
components:
  - {id: base, type: step, basis: period, closed: lower, pays: reached, steps: [{from: "0", amount: "3000.00"}],
     measured: {unit: amount, tier_measure: attendance, pay_measure: attendance}}
  - {id: present, type: multiplier, multiplies: [base], points: [["0", "0"], ["1", "1"]],
     measured: {unit: amount, tier_measure: attendance}}
  - {id: lates, type: spif, measure: late, per_unit: "-50.00", budget: payroll}
  - {id: full, type: step, basis: period, closed: lower, pays: reached, steps: [{from: "1", amount: "200.00"}],
     measured: {unit: amount, tier_measure: attendance, pay_measure: attendance}}
  - {id: score, type: multiplier, multiplies: [base, lates, full], points: [["0", "0"], ["2", "2"]],
     measured: {unit: amount, tier_measure: kpi}}
"""


@pytest.mark.parametrize(
    ("attendance", "late", "kpi", "pay"),
    [("0.95", "2", "1.1", 3025), ("1", "0", "0.9", 2880)],  # (2,850 - 100) x 1.1; 3,200 x 0.9
)
def test_the_attendance_form_takes_lates_off_before_the_score(attendance, late, kpi, pay) -> None:
    plan = Plan.from_text(EXAMPLE.split("measures:")[0] + ATTENDANCE)
    person = {"salesperson": "Li", "attendance": attendance, "late": late, "kpi": kpi}
    assert plan.statement(person, deals(1)).payout == pay
