"""Plans people asked about in public, with the figures printed there: every one to the cent."""

import pandas as pd
import pytest
from paytools import HEAD, plan_of, tiers_yaml

from salesanalysis.incentives import Plan, compare_semantics

PEOPLE = pd.DataFrame({"salesperson": ["A"]})
#: name -> (thresholds and rates, {amount: pay printed})
SLICES = {
    # studyofnet.com 469505589, 皮卡球: 10000×1% + 20000×2% + 8000×3% = 740
    "studyofnet": ("0:0.01 10000:0.02 30000:0.03", {"38000": 740}),
    # mrexcel.com 931365: nothing on the first 5,500
    "mrexcel 931365": ("5500:0.10 9000:0.12", {"8500": 300, "11000": 590, "5500": 0}),
    # mrexcel.com 1209088: 10 to 17 % by 100,000, no more than 108,000 up to 800,000
    "mrexcel 1209088": (
        "0:0.10 100000:0.11 200000:0.12 300000:0.13 400000:0.14 500000:0.15 600000:0.16 700000:0.17",
        {"300000": 33_000, "800000": 108_000},
    ),
    # excelforum.com 581766: of a week's profit
    "excelforum 581766": ("0:0.05 5000:0.10 10000:0.20", {"15000": 1_750}),
    # initiatewebdevelopment.com, variable commission scale: 1,400 + 900 + 8,000
    "variable scale": ("0:0.04 35000:0.06 50000:0.08", {"150000": 10_300}),
    # mikesalkin.com, the seller's fee: at least 1,000
    "mikesalkin": (
        "0:0:1000 100000:0.01 300000:0.005",
        {"50000": 1_000, "100000": 1_000, "200000": 2_000, "400000": 3_500, "800000": 5_500},
    ),
    # hubeinet.com 119413, 房产阶梯提成: 100万×1% + 100万×1.5% + 50万×2% = 3.5万
    "hubeinet": ("0:0.01 1000000:0.015 2000000:0.02 3000000:0.025", {"2500000": 35_000}),
}


def tiers(text: str) -> str:
    rows = [(*row.split(":"), "0")[:3] for row in text.split()]
    return ", ".join(f'{{from: "{e}", rate: "{r}", flat: "{f}"}}' for e, r, f in rows)


@pytest.mark.parametrize("name", SLICES)
def test_slices_pay_what_is_printed(name) -> None:
    table, printed = SLICES[name]
    plan = plan_of(tiers_yaml(tiers(table), unit="amount"))
    assert {sold: plan.payout(sold) for sold in printed} == {
        s: pytest.approx(float(p)) for s, p in printed.items()
    }


def test_one_page_reads_its_own_table_in_two_ways_and_both_are_named() -> None:
    """hubeinet.com: 150万 at 1.5 % of the whole is 2.25万; 250万 slice by slice is 3.5万."""
    table = tiers_yaml(tiers(SLICES["hubeinet"][0]), unit="amount", mode="retroactive")
    assert plan_of(table).payout("1500000") == 22_500
    rows = [("0", "0.01"), ("1000000", "0.015"), ("2000000", "0.02"), ("3000000", "0.025")]
    found = compare_semantics(rows, pd.DataFrame({
        "order_id": ["A"], "date": ["2024-03-01"], "amount": [2_500_000.0],
    })).to_frame()  # fmt: skip
    assert {35_000.0, 50_000.0} <= set(found["payout"])


def test_a_month_goes_on_where_the_year_stands() -> None:
    """mrexcel.com 688389: 1.5 million in March on 3,507,000 before: 659,667 x 0.1 % + 840,333 x 0.2 %."""
    plan = plan_of(
        tiers_yaml(
            tiers("0:0.001 4166667:0.002 8333333:0.003 12500000:0.004"), unit="amount", basis="cumulative"
        )
    )  # fmt: skip
    person = {"salesperson": "A", "credited": 3_507_000.0}
    deal = pd.DataFrame({"order_id": ["M"], "date": ["2024-03-09"], "amount": [1_500_000.0]})
    assert plan.statement(person, deal).payout == 2_340.33


def test_a_policy_pays_three_quarters_now_and_the_rest_is_held() -> None:
    """finalexpensesuperstar.com: 95 % of 600 is 570, 427.50 in advance; 100 owed leave 400 of 500."""
    text = HEAD + tiers_yaml('{from: "0", rate: "0.95"}', unit="amount")
    held = Plan.from_text(
        text + 'settlement: {true_up: none, leaver: pay_earned, holdback: {share: "0.25", '
        "release: {en: months 10 to 12, zh: 第10至12个月}}}\n"
    )
    deal = pd.DataFrame({"order_id": ["P"], "date": ["2024-03-09"], "amount": [600.0]})
    found = held.statement({"salesperson": "A"}, deal)
    assert (found.gross, found.payout, found.balances["held"]) == (570.0, 427.5, 142.5)
    back = Plan.from_text(
        text + "settlement: {true_up: none, leaver: pay_earned, clawback: "
        "{window_months: 12, method: reversal, floor: carry}}\n"
    )
    lapsed = pd.DataFrame([{
        "salesperson": "A", "order_id": "L", "booked_on": "2024-01-09", "amount": "200", "pay_rate": "0.5",
    }])  # fmt: skip
    sold = deal.assign(amount=526.32)  # 95 % are 500.00
    assert back.statement({"salesperson": "A"}, sold, clawbacks=lapsed).payout == 400.0


def test_an_upline_earns_the_spread_between_two_contracts() -> None:
    """insuredandmore.com: a contract of 100 % over one of 90 %, a premium of 1,000: 100."""
    text = '  - {id: up, type: override, rate: "1", of: differential, measure: sales}\n'
    people = pd.DataFrame(
        {
            "salesperson": ["agent", "upline"],
            "manager": ["upline", None],
            "override_rate": ["0.9", "1"],
        }
    )
    deal = pd.DataFrame({
        "salesperson": ["agent"], "order_id": ["P"], "date": ["2024-03-09"], "amount": [1_000.0],
    })  # fmt: skip
    paid = plan_of(text).pay(people, deal).frame.set_index("salesperson")["pay"]
    assert paid.to_dict() == {"agent": 0.0, "upline": 100.0}


def test_three_weeks_against_a_draw_of_500() -> None:
    """sheridanparsons.com: 600, 300 and 1,000 earned bring home 600, 500 and 800."""
    plan = Plan.from_text(
        HEAD
        + tiers_yaml('{from: "0", rate: "1"}', unit="amount")
        + 'settlement: {true_up: none, leaver: pay_earned, draw: {amount: "500.00", months: 12, '
        'recoverable: true, recovery_share: "1"}}\n'
    )
    deals = pd.DataFrame({
        "salesperson": "A", "order_id": list("abc"), "date": [f"2024-0{m}-05" for m in (1, 2, 3)],
        "amount": [600.0, 300.0, 1_000.0],
    })  # fmt: skip
    assert plan.run(PEOPLE, deals, first="2024-01", last="2024-03").frame["pay"].tolist() == [
        600,
        500,
        800,
    ]


def test_a_product_sold_at_150_and_bought_at_100_earns_on_50() -> None:
    """ehow.com 12080272: a quarter of the margin is 12.50; the agent's split of buyboxcrm.com after 6 % is 70 % of 9,400."""
    text = HEAD.replace(
        "sales: {kind: money,",
        "sales: {kind: money, margin: {amount: amount, cost: cost, loss: zero},",
    )
    deal = pd.DataFrame(
        {"order_id": ["P"], "date": ["2024-03-09"], "amount": [150.0], "cost": [100.0]}
    )
    for rate, amount, cost, pay in (
        ("0.25", 150.0, 100.0, 12.5),
        ("0.70", 10_000.0, 600.0, 6_580.0),
    ):
        plan = Plan.from_text(text + tiers_yaml(f'{{from: "0", rate: "{rate}"}}', unit="amount"))
        assert (
            plan.statement({"salesperson": "A"}, deal.assign(amount=amount, cost=cost)).payout
            == pay
        )
