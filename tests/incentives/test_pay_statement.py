"""A person's pay, line by line, and everybody's pay."""

from fractions import Fraction

import pandas as pd
import pytest
from figures import assert_good_figure
from paytools import LI, PLANS, SECTION_5_TIERS, deals, plan_of, section_5, tiers_yaml

from salesanalysis.incentives import Plan, deals_of
from salesanalysis.incentives.exact.cents import allocate

# ---- worked by hand


def test_march_of_the_worked_statement_pays_15_534_02_line_by_line() -> None:
    """methods, section 5, without KPI, penalty and clawback: 12,945.014 + 2,589.0028."""
    paid = section_5().statement(LI, deals(200_000, 127_450.14))
    frame = paid.to_frame()
    assert frame["line"].tolist() == [
        "commission 1",
        "commission 2",
        "commission 3",
        "commission 4",
        "coef",
    ]
    assert frame["base"].tolist() == [150_000, 90_000, 60_000, 27_450.14, 12_945.014]
    assert frame["pay_rate"].tolist() == [0.02, 0.04, 0.06, 0.10, 0.2]
    assert frame["exact"].tolist() == [3_000, 3_600, 3_600, 2_745.014, 2_589.0028]
    assert frame["paid"].tolist() == [3_000.00, 3_600.00, 3_600.00, 2_745.02, 2_589.00]
    assert paid.payout == 15_534.02
    assert (paid.completion_text, paid.coefficient_text, paid.status) == ("109.1%", "1.2", "paid")


def test_the_statement_says_how_far_the_next_tier_is_and_what_the_next_10_000_bring() -> None:
    paid = section_5().statement(LI, deals(327_450.14))
    assert (paid.to_next, paid.next_edge["en"], paid.next_edge["zh"]) == (
        32_549.86,
        "120% of quota",
        "完成率120%",
    )
    assert (paid.more, paid.more_value) == (10_000.0, 1_200.0)


def test_the_explanation_reads_as_a_letter_to_the_salesperson() -> None:
    paid = section_5().statement(LI, deals(327_450.14))
    assert paid.explain() == (
        "Li earns 15,534.02 CNY for Mar 2024: 109.1% of quota, coefficient 1.2\n"
        "Sales count with 327,450.14 CNY against a quota of 300,000 CNY.\n"
        "Largest line: Commission: 50% to below 80% of quota, 4% = 3,600 CNY.\n"
        "32,549.86 CNY more reach 120% of quota.\n"
        "The next 10,000 CNY of sales add 1,200 CNY.\n"
        'The lines add up to the pay to the cent; plan "Test plan", check code '
        f"{paid.check_code}."
    )
    assert paid.explain("zh").splitlines()[:5] == [
        "Li：2024年3月应发15,534.02元，完成率109.1%，奖金系数1.2",
        "计奖销售额327,450.14元，任务额300,000元。",
        "最大一项：提成：完成率50%（含）至80%（不含）部分，4%，计3,600元。",
        "再销售32,549.86元即达到完成率120%。",
        "再销售10,000元可增加奖金1,200元。",
    ]


@pytest.mark.parametrize(
    ("piece", "intercept", "slope", "starts_at"),
    [
        (("0", "0.5"), "0", "0.016", 0),
        (("0.5", "0.8"), "-0.008", "0.032", 2_400),
        (("0.8", "1.0"), "-0.026", "0.060", 6_600),
        (("1.0", "1.2"), "-0.0792", "0.120", 12_240),
        (("1.2", "2"), "-0.1512", "0.180", 19_440),
    ],
)
def test_commission_times_coefficient_is_the_published_line_on_every_piece(
    piece, intercept, slope, starts_at
) -> None:
    """methods, section 7: pay = Q (a + b A) on each piece, Q = 300,000."""
    plan, quota = section_5(), Fraction(300_000)
    low, high = map(Fraction, piece)
    for share in (low, (low + high) / 2, (low + 99 * high) / 100):
        pay = plan.payout(share * quota, quota=quota)
        assert pay == quota * (Fraction(intercept) + Fraction(slope) * share)
    assert plan.payout(low * quota, quota=quota) == starts_at


@pytest.mark.parametrize(
    ("edge", "just_below", "at"), [("0.8", 5_280, 6_600), ("1.0", 10_200, 12_240)]
)
def test_one_cent_below_an_edge_the_lower_coefficient_still_holds(edge, just_below, at) -> None:
    plan, sold = section_5(), Fraction(edge) * 300_000
    below = plan.payout(sold - Fraction(1, 100), quota=300_000)
    assert just_below - Fraction(1, 1000) <= below < just_below
    assert plan.payout(sold, quota=300_000) == at


def test_79_995_percent_is_not_80_percent_and_is_not_shown_as_such() -> None:
    short = section_5().statement(LI, deals(239_985.00))
    assert (short.completion_text, short.coefficient_text) == ("79.9%", "0.8")
    exact = section_5().statement(LI, deals(240_000.00))
    assert (exact.completion_text, exact.coefficient_text) == ("80.0%", "1.0")


def test_a_cent_short_of_the_quota_is_99_9_percent() -> None:
    paid = section_5().statement(LI, deals(299_999.99))
    assert (paid.completion_text, paid.coefficient_text, paid.to_next) == ("99.9%", "1.0", 0.01)


def test_missing_cents_go_to_the_largest_fractions_and_whole_lines_never_move() -> None:
    exact = [
        Fraction("300000"),
        Fraction("274501.4"),
        Fraction("258900.28"),
        Fraction("-77670.084"),
    ]
    assert allocate(exact, 755_732) == [300_000, 274_502, 258_900, -77_670]
    assert allocate([Fraction(1, 2), Fraction(1, 2)], 1) == [1, 0]


def test_a_return_in_the_period_reduces_its_deal() -> None:
    """1,000 less 200 returned at 4 %: 32, not 48 (ADempiere issue 1628)."""
    plan = plan_of(tiers_yaml('{from: "0", rate: "0.04"}', unit="amount"))
    table = deals(1_000, -200)
    assert plan.statement({"salesperson": "Li"}, table).payout == 32.0
    assert plan.statement({"salesperson": "Li"}, table.assign(order_id="D1")).payout == 32.0


def test_deal_by_deal_a_return_of_the_same_order_is_netted_before_tiers_apply() -> None:
    plan = plan_of(tiers_yaml('{from: "0", rate: "0.1"}, {from: "100", rate: "0.2"}', unit="amount",
                              basis="deal", negative="first_rate"))  # fmt: skip
    table = deals(150, -60, 100)
    table["order_id"] = ["A", "A", "B"]
    assert plan.statement({"salesperson": "Li"}, table).payout == 19.0


@pytest.mark.parametrize(
    ("negative", "payout", "carried"),
    [("zero", 0.0, 0.0), ("carry", 0.0, -5_000.0), ("first_rate", -80.0, 0.0)],
)
def test_returns_above_sales_pay_nothing_are_carried_or_are_paid_back(
    negative, payout, carried
) -> None:
    paid = section_5(negative).statement(LI, deals(5_000, -10_000))
    assert (paid.payout, paid.carried, paid.coefficient_text) == (payout, carried, "0.8")


def test_what_was_carried_in_is_earned_off_first() -> None:
    paid = section_5("carry").statement({**LI, "carried": -5_000.0}, deals(20_000))
    assert paid.payout == round(15_000 * 0.02 * 0.8, 2)


def test_what_was_carried_in_moves_the_next_tier_further_away() -> None:
    plan = plan_of(tiers_yaml(SECTION_5_TIERS, negative="carry"))
    paid = plan.statement({**LI, "carried": -5_000.0}, deals(10_000))
    assert (paid.to_next, paid.next_edge["en"]) == (145_000.0, "50% of quota")


def test_where_a_tie_stays_below_the_next_tier_is_one_cent_above_its_edge() -> None:
    plan = plan_of(tiers_yaml(SECTION_5_TIERS, closed="upper"))
    assert plan.statement(LI, deals(150_000)).to_next == 0.01
    assert plan.statement(LI, deals(149_999)).to_next == 1.01


def test_a_whole_amount_plan_adds_the_fixed_amount_of_the_tier_reached_only() -> None:
    plan = plan_of(tiers_yaml('{from: "0", rate: "0.01", flat: "10"}, {from: "1", rate: "0.02", flat: "50"}',
                              mode="retroactive"))  # fmt: skip
    frame = plan.statement(LI, deals(300_000)).to_frame()
    assert frame["line"].tolist() == ["commission 2", "commission 2 flat"]
    assert frame["paid"].tolist() == [6_000, 50]


def test_a_seller_on_amounts_needs_no_quota() -> None:
    plan = plan_of(tiers_yaml('{from: "0", rate: "0.05"}', unit="amount"))
    paid = plan.statement({"salesperson": "Li"}, deals(1_000))
    assert (paid.payout, paid.status) == (50.0, "amounts_only")
    assert paid.headline() == "Li earns 50 CNY for Mar 2024 on sales of 1,000 CNY"


def test_two_coefficients_on_one_commission_multiply() -> None:
    plan = plan_of(
        tiers_yaml('{from: "0", rate: "0.10"}')
        + "".join(
            f"  - {{id: c{i}, type: bands, closed: lower, multiplies: [commission], measured: "
            f"{{unit: attainment, quota: month, tier_measure: sales}}, bands: "
            f'[{{from: null, value: "{v}"}}]}}\n'
            for i, v in ((1, "1.1"), (2, "0.5"))
        )
    )
    frame = plan.statement(LI, deals(100_000)).to_frame()
    assert frame["paid"].tolist() == [10_000, 1_000, -5_500]


def test_the_register_pays_everybody_what_their_statement_says() -> None:
    plan = Plan.from_yaml(PLANS / "standard.yaml")
    people = pd.DataFrame({"salesperson": ["Wu", "Li", "An"], "quota": [300_000.0, 300_000.0, 0.0]})
    table = deals(327_450.14, 239_999.99, 50.0, salesperson=["Li", "Wu", "An"])
    register = plan.pay(people, table, period="2024-03")
    frame = register.to_frame().set_index("salesperson")
    for name in ("Li", "Wu"):
        person = people[people["salesperson"] == name].iloc[0]
        own = plan.statement(person, table[table["salesperson"] == name])
        assert frame.loc[name, "pay"] == own.payout
    assert frame["status"].to_dict() == {"An": "no_quota", "Li": "paid", "Wu": "paid"}
    assert register.total == 15_534.02 + 5_280.00
    assert register.explain() == (
        "2 people earn 20,814.02 CNY for Mar 2024: 1 at coefficient 1.2, 1 at coefficient 0.8\n"
        "Highest pay: Li with 15,534.02 CNY at 109.1% of quota.\n"
        "Pay is 3.67% of the sales of these people.\n"
        "Not paid by this plan, as there is no quota: An."
    )


def test_somebody_without_deals_is_in_the_register_with_nothing_due() -> None:
    people = pd.DataFrame({"salesperson": ["Li", "Wu"], "quota": [1_000.0, 1_000.0]})
    register = section_5().pay(people, deals(500, salesperson="Li"))
    assert register.to_frame()["status"].tolist() == ["paid", "nothing_due"]
    assert register.to_frame()["pay"].tolist() == [8.0, 0.0]


@pytest.mark.parametrize("sold", [deals(), deals(5, month="2024-02")])
def test_somebody_with_a_quota_and_no_deals_of_the_period_has_a_statement_of_nothing(sold) -> None:
    plan, wu = section_5(), {"salesperson": "Wu", "quota": 1_000.0}
    sold = sold.assign(salesperson="Wu")
    statement = plan.statement(wu, sold, period="2024-03")
    assert (statement.status, statement.payout, statement.completion) == ("nothing_due", 0.0, 0.0)
    assert statement.headline() == "Wu earns 0 CNY for Mar 2024: 0.0% of quota, coefficient 0.8"
    assert statement.explain("zh").startswith("Wu：2024年3月应发0元")
    register = plan.pay(pd.DataFrame([wu]), sold, period="2024-03")
    row = register.to_frame().iloc[0]
    assert row[["actual", "completion", "pay", "status"]].tolist() == [0.0, 0.0, 0.0, "nothing_due"]
    for result in (statement, register):
        for lang in ("en", "zh"):
            assert_good_figure(result.plot(lang=lang))
            assert len(result.table(lang).shown())


def test_a_quarter_pays_three_months_and_counts_what_lies_outside() -> None:
    plan = Plan.from_yaml(PLANS / "adventureworks.yaml")
    table = pd.concat(
        [deals(10_000, month=f"2020-{m:02d}") for m in (1, 2, 3, 4)], ignore_index=True
    )
    table["order_id"] = [f"O{i}" for i in range(4)]
    paid = plan.statement({"salesperson": "Pak", "quota": 30_000}, table, period="2020-02")
    assert (paid.actual, paid.n_outside, paid.payout) == (30_000, 1, 302.4 + 0.0)
    assert paid.headline() == (
        "Pak earns 302.40 USD for Jan 2020 to Mar 2020: 100.0% of quota, coefficient 1.2"
    )
    assert "1 deal outside the period: not in this pay." in paid.explain()


def test_order_lines_become_deals_rounded_once_each() -> None:
    lines = pd.DataFrame(
        {
            "salesperson": ["Li"] * 4,
            "order_id": ["A", "A", "A", "B"],
            "date": ["2024-03-02", "2024-03-01", "2024-03-09", "2024-03-05"],
            "revenue": [1.004, 1.004, -0.5, 3.0],
        }
    )
    out = deals_of(lines)
    assert out["amount"].tolist() == [2.01, -0.5, 3.0]
    assert out["date"].dt.day.tolist() == [1, 9, 5]


def test_a_person_called_na_is_a_person() -> None:
    lines = pd.DataFrame(
        {"salesperson": ["NA", "Li"], "order_id": ["NA", "B"], "date": "2024-03-01", "revenue": 7.0}
    )
    assert deals_of(lines)[["salesperson", "order_id", "amount"]].to_numpy().tolist() == [
        ["Li", "B", 7.0],
        ["NA", "NA", 7.0],
    ]


def test_the_hash_knows_every_input_and_no_row_order() -> None:
    table = deals(100_000, 50_000)
    plan = section_5()
    first = plan.statement(LI, table).digest
    assert plan.statement(LI, table.iloc[::-1]).digest == first
    assert plan.statement({**LI, "quota": 300_000.01}, table).digest != first
    assert plan.statement(LI, deals(100_000, 50_000.01)).digest != first
    assert section_5("carry").statement(LI, table).digest != first


# ---- outside reference


def test_a_quarter_of_adventureworks_pays_by_the_published_attainment(adventureworks) -> None:
    control = pd.read_csv(adventureworks / "control_rep_quarter.csv", dtype={"salesperson_id": str})
    control = control[control["quarter_start"] == "2020-01-01"].set_index("salesperson_id")
    lines = pd.read_csv(adventureworks / "orders.csv.gz", dtype={"salesperson_id": str})
    lines = lines.rename(columns={"salesperson_id": "salesperson", "order_date": "date"})
    lines = lines[lines["date"].between("2020-01-01", "2020-03-31")]
    people = control[["quota"]].rename_axis("salesperson").reset_index()
    plan = Plan.from_yaml(PLANS / "adventureworks.yaml")
    register = plan.pay(people, deals_of(lines), period="2020-01")
    frame = register.to_frame().set_index("salesperson")
    # every order is rounded to a cent once, so at most half a cent per order apart
    apart = (frame["actual"] - control["actual"]).abs()
    assert (apart <= 0.005 * control["orders"] + 1e-6).all()
    share = control["actual"] / control["quota"]
    expected = share.map(lambda a: 1.2 if a >= 1 else 1.0 if a >= 0.8 else 0.8)
    assert (frame["coefficient"] == expected).all()
    assert register.explain().splitlines()[0].startswith("17 people earn ")
