"""More published plans, typed in from their sources: every one to the cent.

Where a source prints a table and no result, the points are ours and the arithmetic stands in the comment.
"""

from fractions import Fraction

import pandas as pd
import pytest
from paytools import BOTH, HEAD, deals, measured, plan_of, tiers_yaml

from salesanalysis.incentives import Plan, compile_plan, lint

F = Fraction


def rows(*pairs: tuple[str, str], more: str = "") -> str:
    return ", ".join(f'{{from: "{e}", rate: "{r}"{more}}}' for e, r in pairs)


def amounts(*pairs, mode="marginal", **switches) -> str:
    return tiers_yaml(rows(*pairs), mode=mode, unit="amount", **switches)


ABOVE_ONE = "    allow_rate_above_one: true\n"
STEPS_OF_ORACLE = (("0", "0.01"), ("10000", "0.02"), ("50000", "0.03"), ("100000", "0.04"))

#: name: (components, quota, {sold: pay}); the source stands above each
PLANS = {
    # NYCTEAM/REF test-tiered-commission.js (seven results printed)
    "分阶段佣金": (
        amounts(("0", "0.10"), ("2000", "0.15"), ("10000", "0.20"), closed="upper"),
        None,
        {1000: 100, 2000: 200, 3000: 350, 7000: 950, 10000: 1400, 15000: 2400, 20000: 3400},
    ),
    # excelforum.com thread 1140746, "Tiered fee formula help" (seven results, and an adder of 10)
    "fee by differences": (
        amounts(("0", "0.03"), ("500", "0.05"), ("750", "0.075")),
        None,
        {300: 9, 400: 12, 500: 15, 600: 20, 700: 25, 800: "31.25", 900: "38.75"},
    ),
    "fee with an adder": (
        tiers_yaml(
            '{from: "0", rate: "0.03", flat: "10"}, {from: "500", rate: "0.05"}, '
            '{from: "750", rate: "0.075"}',
            unit="amount",
        ),
        None,
        {300: 19, 900: "48.75"},
    ),
    # excelforum.com thread 861932: 5,000 + 1,500 + 1,750
    "quarterly accelerators": (
        amounts(("0", "0.05"), ("100000", "0.06"), ("125000", "0.07")),
        None,
        {150000: 8250},
    ),
    # excelguru.ca thread 9795: T1 2,500 x 125 % and T2 1,500 x 150 % of what lies above quota
    "accelerators above quota": (
        tiers_yaml(
            rows(("1.0", "1.25"), ("1.25", "1.5"), ("1.5", "1.75"), ("2.0", "2")), extra=ABOVE_ONE
        ),
        10000,
        {10000: 0, 14000: 5375, 20500: 16625},  # 3,125 + 3,750 + 8,750 + 1,000
    ),
    # get-digital-help.com, "How to do tiered calculations in one formula" (four results)
    "falling rates": (
        amounts(("0", "0.045"), ("100000", "0.02"), ("250000", "0.012"), ("500000", "0.002")),
        None,
        {65000: 2925, 125000: 5000, 280000: 7860, 540000: 10580},
    ),
    # gist richardlawrence/1138036, "Tiered Sales Commissions"
    "two tiers": (
        amounts(("0", "0.10"), ("5000", "0.12")),
        None,
        {6000: 620, 4000: 400, 5000: 500},
    ),
    # salestool, "TieredCommissionCalculator"
    "three tiers": (
        amounts(("0", "0.05"), ("10000", "0.07"), ("25000", "0.10")),
        None,
        {30000: 2050},
    ),
    # Decipad documentation, "Tiers": 120,000 -> 8,000, at least 5,000, at most 500,000
    "tiers with max and min": (
        amounts(("0", "0.05"), ("50000", "0.07"), ("100000", "0.10"), ("150000", "0.15"))
        + 'limits: {cap: {of: pay, amount: "500000.00", excess: lost}, '
        'floor: {amount: "5000.00", until: null}}\n',
        None,
        {120000: 8000, 40000: 5000, 9000000: 500000},
    ),
    # Oracle Fusion, "Options for Splitting Attainment Numbers Across Rate Tiers"
    "Oracle not split": (
        amounts(*STEPS_OF_ORACLE, mode="retroactive", basis="deal"),
        None,
        {5000: 50, 15000: 300, 60000: 1800, 10000: 200},  # a tie is in the higher tier
    ),
    "Oracle step rate": (
        amounts(*STEPS_OF_ORACLE, basis="deal"),
        None,
        {5000: 50, 15000: 200, 60000: 1200},
    ),
    # same page, interpolated: 12 % of 0-25 % pays 12 / 25 of 1,000
    "Oracle interpolated": (
        "  - {id: pay, type: interpolated, basis: period, closed: lower, measured: "
        f"{measured('attainment')}, tiers: ["
        '{from: "0", to: "0.25", amount: "1000"}, {from: "0.25", to: "0.5", amount: "2000"}, '
        '{from: "0.5", to: "1.0", amount: "5000"}, {from: "1.0", to: "9.99", amount: "6000"}]}\n',
        100,
        {12: 480, 30: 1400, 75: 5500},
    ),
    # Siebel administration guide, "Creating a Plan Rule Rate Table": 2 % of a deal from 100,000,
    # 4 % from 150,000
    "Siebel rate table": (
        amounts(("100000", "0.02"), ("150000", "0.04"), mode="retroactive", basis="deal"),
        None,
        {99999: 0, 100000: 2000, 149999: "2999.98", 150000: 6000},
    ),
    # QuotaPath, account executive with accelerators and decelerators: 5 % to half the quota, there
    # 10 % on all of the month, 20 % on what lies above the quota
    "QuotaPath": (
        tiers_yaml(
            '{from: "0", rate: "0.05"}, {from: "0.5", rate: "0.10", back_to: "0"}, '
            '{from: "1.0", rate: "0.20"}'
        ),
        33000,
        {10000: 500, "16499.99": "824.9995", 16500: 1650, 33000: 3300, 40000: 4700},
    ),
    # Sales Cookie, "cumulative and non-cumulative tiers": 6 / 8 / 10 %, 110 % of quota
    "Sales Cookie cumulative": (
        tiers_yaml(rows(("0", "0.06"), ("1.0", "0.08"), ("1.5", "0.10"))),
        100000,
        {110000: 6800},
    ),
    "Sales Cookie non-cumulative": (
        tiers_yaml(rows(("0", "0.06"), ("1.0", "0.08"), ("1.5", "0.10")), mode="retroactive"),
        100000,
        {110000: 8800},
    ),
    # Corticon, "Sales Commission": 1 % to quota, 5 % to 125 %, 10 % to 150 %, 15 % above
    "Corticon": (
        tiers_yaml(rows(("0", "0.01"), ("1.0", "0.05"), ("1.25", "0.10"), ("1.5", "0.15"))),
        100000,
        {100000: 1000, 125000: 2250, 150000: 4750, 160000: 6250},
    ),
    # "Marginal Stepped Accelerator Model": bonus 50,000 on a target of 1,000,000, 110 % reached
    "stepped accelerator on everything": (
        tiers_yaml(rows(("0", "0.05"), ("1.0", "0.07")), mode="retroactive"),
        1000000,
        {1100000: 77000},
    ),
    "stepped accelerator by slices": (
        tiers_yaml(rows(("0", "0.05"), ("1.0", "0.07"))),
        1000000,
        {1100000: 57000},
    ),
    # Excel Campus, "Commissions with tiered rate structure": 40 % -> 20 %, 60 % -> 35 %, 50 % -> 27.5 %
    "payout curve": (
        '  - {id: bonus, type: curve, basis: period, closed: lower, scale: TI, below: "0", measured: '
        f"{measured('attainment')}, "
        'points: [["0", "0"], ["0.4", "0.2"], ["0.6", "0.35"]]}\n',
        1000,
        {400: 3000, 500: 4125, 600: 5250},  # of a target incentive of 15,000
    ),
    # Open Loyalty, "Percent value distribution"
    "cashback that ends": (
        amounts(("0", "0.01"), ("5000", "0.012"), ("7500", "0.015"), ("10000", "0")),
        None,
        {5000: 50, 7500: 80, 10000: "117.5", 12000: "117.5"},
    ),
    # Australian brackets of a worksheet tutorial (SUMPRODUCT): 55,000 -> 13,480
    "brackets": (
        amounts(
            ("0", "0"), ("6000", "0.17"), ("20000", "0.30"), ("50000", "0.42"), ("60000", "0.47"),
            closed="upper",
        ),
        None,
        {55000: 13480},
    ),
    # HYKINGDOM/wages-calculation-system, 销售人员工资: above 20,000 5 % of the excess, above 30,000 8 %
    "超额提成": (
        tiers_yaml(
            rows(("20000", "0.05"), ("30000", "0.08")),
            mode="retroactive",
            closed="upper",
            unit="amount",
            extra='    threshold: {at: "20000", variant: excess}\n',
        ),
        None,
        {20000: 0, 25000: 250, 30000: 500, 40000: 1600},
    ),
    # gzjll.com 4718262: 10万以内提2%，10到20万提3%，20万以上提5%
    "阶梯提成": (
        amounts(("0", "0.02"), ("100000", "0.03"), ("200000", "0.05")),
        None,
        {80000: 1600, 150000: 3500, 250000: 7500},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANS)
def test_the_plan_pays_what_its_source_says(name) -> None:
    text, quota, points = PLANS[name]
    plan = plan_of(text)
    assert {s: plan.payout(s, quota=quota) for s in points} == {s: F(p) for s, p in points.items()}


@pytest.mark.parametrize("name", PLANS)
def test_the_plan_is_said_in_both_languages_compiled_and_looked_through(name) -> None:
    text, quota, _ = PLANS[name]
    plan = plan_of(text)
    assert len(plan.text("en").splitlines()) == len(plan.text("zh").splitlines()) > 2
    assert Plan.from_text(plan.to_yaml()) == plan
    compile_plan(plan)
    found = lint(plan, quota=quota or 100000)
    assert found.explain("en") != found.explain("zh")


CUMULATIVE = {
    # tests of a "commission dégressive": (payment, counted before) -> fee
    "dégressive": (
        (("0", "0"), ("2000", "0.25"), ("5000", "0.20"), ("10000", "0.15"), ("20000", "0.10")),
        {
            (1500, 0): 0, (500, 1000): 0, (1000, 1500): 125, (4000, 1500): 850,
            (5000, 25000): 500, (15000, 0): 2500, (50000, 0): 6250, (2000, 0): 0, (2001, 0): "0.25",
        },
    ),
    # Salesforce Spiff, mamount: 20,000 after 145,000 at 4 / 6 / 8 %
    "mamount": ((("0", "0.04"), ("150000", "0.06"), ("250000", "0.08")), {(20000, 145000): 1100}),
}  # fmt: skip


@pytest.mark.parametrize("name", CUMULATIVE)
def test_a_running_total_pays_each_deal_what_its_source_says(name) -> None:
    table, points = CUMULATIVE[name]
    plan = plan_of(amounts(*table, basis="cumulative"))
    found = {(s, c): plan.payout(s, credited=c) for s, c in points}
    assert found == {key: F(pay) for key, pay in points.items()}


def test_six_transactions_interpolated_one_by_one_earn_149() -> None:
    """Oracle Fusion, "Examples of calculating earnings using interpolated rates"."""
    plan = plan_of(
        "  - {id: pay, type: interpolated, basis: deal, closed: lower, measured: "
        f"{measured('amount')}, tiers: ["
        '{from: "0", to: "1000", amount: "10"}, {from: "1000", to: "3000", amount: "40"}, '
        '{from: "3000", to: "8000", amount: "100"}, {from: "8000", to: "20000", amount: "2000"}]}\n'
    )
    each = [plan.payout(a) for a in (200, 300, 1500, 1200, 2000, 4500)]
    assert each == [2, 3, 20, 14, 30, 80]
    paid = plan.statement({"salesperson": "Li"}, deals(200, 300, 1500, 1200, 2000, 4500))
    assert paid.payout == 149


def test_three_orders_of_an_affiliate_are_rated_one_by_one() -> None:
    """pastebin F832AA6M, example 1: 2.50 + 11.25 + 40."""
    table = amounts(
        ("0", "0.10"), ("50", "0.15"), ("100", "0.20"), mode="retroactive", basis="deal"
    )
    paid = plan_of(table).statement({"salesperson": "Li"}, deals(25, 75, 200))
    assert paid.payout == 53.75


@pytest.mark.parametrize(
    ("recoverable", "pays", "owed"),
    [("true", [4000, 3000, 4000], [0, 1000, 0]), ("false", [4000, 3000, 5000], [0, 0, 0])],
)
def test_draws_of_3_000_against_4_000_2_000_and_5_000(recoverable, pays, owed) -> None:
    """mysalestest.com, "Salary or draw": total earnings of three months, both tables."""
    share = ', recovery_share: "1.0"' if recoverable == "true" else ""
    text = HEAD + amounts(("0", "1")) + (
        "settlement: {true_up: none, leaver: pay_earned, draw: {amount: \"3000.00\", months: 3, "
        f"recoverable: {recoverable}{share}}}}}\n"
    )  # fmt: skip
    table = pd.concat(
        [
            deals(a, month=f"2024-0{k}", salesperson=["Li"]).assign(order_id=f"D{k}")
            for k, a in enumerate((4000, 2000, 5000), 1)
        ]
    )
    people = pd.DataFrame({"salesperson": ["Li"]})
    run = Plan.from_text(text).run(people, table, first="2024-01", last="2024-03").to_frame()
    assert (run["pay"].tolist(), run["owed"].tolist()) == (pays, owed)


TELECOM = HEAD.replace(
    "measures: {sales: {kind: money, date: date, credit: owner, returns: negative}}",
    "measures:\n  mrr: {kind: money, date: date}\n"
    + "".join(f"  {m}: {{kind: count, date: date}}\n" for m in ("internet", "mobile", "voice")),
).rstrip("\n") + "\n"  # fmt: skip
COUNTS = ("0", "5", "10", "20", "30", "40")
PER_UNIT = {
    "internet": ("0", "100", "200", "225", "250", "300"),
    "mobile": ("0", "75", "150", "175", "200", "225"),
    "voice": ("0", "75", "150", "175", "200", "225"),
    "mrr": ("0", "0.25", "0.5", "0.55", "0.6", "0.75"),
}


def test_a_rate_table_of_a_telecom_shop_where_internet_sales_rate_everything() -> None:
    """REGULAR_RATE_TABLE of a commission tracker; 12 internet: 12 x 200 + 5 x 150 + 2 x 150 + 800 / 2."""
    parts = "".join(
        f"  - {{id: {m}_pay, type: tiers, mode: retroactive, basis: period, closed: lower, "
        "negative: zero, allow_rate_above_one: true, measured: {unit: amount, "
        f"tier_measure: internet, pay_measure: {m}}}, tiers: [{rows(*zip(COUNTS, rates, strict=True))}]}}\n"
        for m, rates in PER_UNIT.items()
    )
    plan = Plan.from_text(TELECOM + parts)
    table = pd.DataFrame(
        {
            "order_id": ["A", "B", "C"], "date": "2024-03-05",
            "mrr": [500.0, 300.0, 0.0], "internet": [10, 2, 0], "mobile": [1, 3, 1], "voice": [0, 0, 2],
        }
    )  # fmt: skip
    assert plan.statement({"salesperson": "Li"}, table).payout == 2400 + 750 + 300 + 400
    few = table.assign(internet=[2, 2, 0])
    assert plan.statement({"salesperson": "Li"}, few).payout == 0.0


def test_piece_pay_with_a_bonus_for_the_step_reached() -> None:
    """计件工资：每件0.7元，1001/3001/5001/7001/20001件另奖500至10000元; 3,500 件 = 2,450 + 1,000."""
    head = HEAD.replace("sales: {kind: money,", "pieces: {kind: count,")
    steps = "".join(
        f'{{from: "{n}", amount: "{a}"}}, '
        for n, a in ((1001, 500), (3001, 1000), (5001, 2000), (7001, 5000), (20001, 10000))
    )
    text = (
        '  - {id: piece, type: spif, measure: pieces, per_unit: "0.7", budget: wages}\n'
        "  - {id: bonus, type: step, basis: period, closed: lower, pays: reached, measured: "
        f"{{unit: amount, tier_measure: pieces, pay_measure: pieces}}, steps: [{steps[:-2]}]}}\n"
    )
    plan = Plan.from_text(head + text)
    for n, pay in ((1000, 700), (1001, 1200.7), (3500, 3450), (20001, 24000.7)):
        table = pd.DataFrame({"order_id": ["A"], "date": ["2024-03-05"], "pieces": [n]})
        assert plan.statement({"salesperson": "Li"}, table).payout == pay


def test_an_overlay_specialist_is_credited_beside_two_halves() -> None:
    """Salesforce Spiff, "Joint commissions with opportunity splits": 50 % + 20 % overlay, and 50 %."""
    head = HEAD.replace("credit: owner", "credit: splits") + amounts(("0", "0.10"))
    plan = Plan.from_text(head + "credit: {splits_total: overlay}\n")
    table = deals(10000, 10000, salesperson=["A", "B"], share=["0.7", "0.5"]).assign(
        order_id="O1", date="2024-03-01"
    )
    paid = plan.pay(pd.DataFrame({"salesperson": ["A", "B"]}), table).to_frame()
    assert paid["pay"].tolist() == [700, 500]


def test_an_average_rate_read_off_a_marginal_scale() -> None:
    """openfisca-core test_to_average: 1.5 at the average rate of 0 / 10 / 20 %."""
    plan = plan_of(
        f"  - {{id: pay, type: average_rate, measured: {{unit: amount, {BOTH}}}, "
        'points: [["0", "0"], ["1", "0"], ["2", "0.05"]]}\n'
    )
    assert plan.payout("1.5") == F("0.0375")
