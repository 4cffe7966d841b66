"""Plans of contracts, handbooks, textbooks and software guides, with the figures printed there."""

from fractions import Fraction

import pandas as pd
import pytest
from paytools import BOTH, HEAD, deals, plan_of, tiers_yaml

from salesanalysis.incentives import Plan

COMPLETION = f"measured: {{unit: attainment, quota: month, {BOTH}}}"


def rows(text: str) -> str:
    """Write tiers out of `edge:rate` or `edge:rate:flat`."""
    parts = [(*row.split(":"), "0")[:3] for row in text.split()]
    return ", ".join(f'{{from: "{e}", rate: "{r}", flat: "{f}"}}' for e, r, f in parts)


def curve(text: str, *, incentive: str = "100", closed: str = "lower") -> str:
    """Return a plan of one line between points of the target incentive, nothing below it."""
    points = ", ".join('["{}", "{}"]'.format(*p.split(":")) for p in text.split())
    return HEAD.replace('"15000.00"', f'"{incentive}.00"') + (
        f"  - {{id: bonus, type: curve, basis: period, closed: {closed}, scale: TI, below: '0', "
        f"{COMPLETION}, points: [{points}]}}\n"
    )


#: name: (plan, {completion in percent: pay printed})
CURVES = {
    # SEC EDGAR, CIK 862831, exhibit 10.20 of 2006: CEO with a base pay of 100 and a target of 50
    "bank ceo": (
        curve("0.8:0.8 1:1 1.2:1.6", incentive="50"), {"79.99": 0, "100": 50, "120": 80, "140": 80},
    ),
    # the same exhibit: executive vice presidents, 40 and 64
    "bank evp": (curve("0.8:0.8 1:1 1.2:1.6", incentive="40"), {"79.99": 0, "100": 40, "120": 64}),
    # contracts.justia.com 672667, executive incentive plan 2011, exhibit 10.18 (eleven multipliers)
    "hospital services": (
        curve("0.93:0.65 1:1 1.1:1.5"),
        {"110": 150, "105": 125, "100": 100, "99": 95, "98": 90, "97": 85, "96": 80, "95": 75,
         "94": 70, "93": 65, "92.99": 0},
    ),
    # mrexcel.com 857705: two for one to 150 %, one for one to 200 %; 21,000 + 2,100 and + 6,300
    "overachievement": (
        curve("0:0 1:1 1.5:2 2:2.5", incentive="21000"),
        {"100": 21_000, "105": 23_100, "115": 27_300},
    ),
    # Excel Campus, "Formula to calculate commissions with tiered rate structure"
    "excel campus": (curve("0:0 0.4:0.2 0.6:0.35"), {"40": 20, "60": 35, "50": "27.5"}),
    # revopsmasters.com, accelerators and decelerators: 130 % of a variable pay of 100,000
    "accelerator": (
        curve("0:0 1:1 1.3:1.45 1.4:1.65", incentive="100000"), {"100": 100_000, "130": 145_000},
    ),
    "decelerator": (curve("0:0 0.5:0.25", incentive="100000"), {"40": 20_000}),
}  # fmt: skip

#: name: (tiers in money, {sold: pay printed})
SLICES = {
    # mathtutor.com, Graduated Commissions: 180 + 400 + 100
    "appliances": ("0:0.06 3000:0.08 8000:0.10", {9000: 680}),
    # web2.0calc.com and math.bot, one textbook problem: 500 + 2,550
    "textbook": ("0:0.10 5000:0.15", {22000: 3050}),
    # Yale-New Haven Teachers Institute, unit 80.07.07: 64 + 70
    "yale": ("0:0.08 800:0.14", {1300: 134}),
    # pulserevops.com q12710: 10 % of a quota of a million, 1.5 times, twice
    "account executive": (
        "0:0.10 1000000:0.15 1200000:0.20", {1000000: 100_000, 1200000: 130_000, 1500000: 190_000},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CURVES)
def test_a_line_between_points_pays_what_its_document_prints(name) -> None:
    text, printed = CURVES[name]
    plan = Plan.from_text(text)
    paid = {a: plan.payout(Fraction(a) * 10, quota=1000) for a in printed}
    assert paid == {a: Fraction(pay) for a, pay in printed.items()}


@pytest.mark.parametrize("name", SLICES)
def test_slices_pay_what_their_page_prints(name) -> None:
    table, printed = SLICES[name]
    plan = plan_of(tiers_yaml(rows(table), unit="amount"))
    assert {sold: plan.payout(sold) for sold in printed} == printed


def test_an_individual_modifier_lifts_80_percent_of_base_pay_to_100() -> None:
    """SEC EDGAR, CIK 862831, exhibit 10.20 of 2006: up to 125 % of what the goal earns."""
    head = CURVES["bank ceo"][0].replace("measures: {", "measures: {modifier: {kind: ratio}, ")
    plan = Plan.from_text(
        head + "  - {id: own, type: multiplier, multiplies: [bonus], measured: {unit: amount, "
        'tier_measure: modifier}, points: [["0", "0"], ["1.25", "1.25"]]}\n'
    )
    pays = [
        plan.statement({"salesperson": "A", "quota": 1000.0, "modifier": m}, deals(1200)).payout
        for m in ("0", "1", "1.25")
    ]
    assert pays == [0, 80, 100]


def test_a_table_of_two_objectives_pays_its_cell() -> None:
    """Ellig, The Complete Guide to Executive Compensation (2007), table 7-4: nine cells."""
    levels = ("threshold", "target", "maximum")
    cells = {"threshold": (10, 20, 100), "target": (60, 100, 150), "maximum": (100, 150, 200)}
    values = ", ".join(
        "[" + ", ".join(f'"{v / 100:.2f}"' for v in cells[level]) + "]" for level in levels
    )
    axis = '{{closed: lower, edges: ["1", "2", "3"], measured: {{unit: amount, tier_measure: {}}}}}'
    head = HEAD.replace("measures: {", "measures: {a: {kind: number}, b: {kind: number}, ")
    plan = Plan.from_text(
        head + '  - {id: grid, type: matrix, lookup: bilinear, pays: {amount: "100.00"}, '
        f"values: [{values}], axes: [{axis.format('a')}, {axis.format('b')}]}}\n"
    )
    for i, level in enumerate(levels):
        paid = [
            plan.statement({"salesperson": "A", "a": i + 1, "b": k}, deals(1)).payout
            for k in (1, 2, 3)
        ]
        assert tuple(paid) == cells[level]


KPI = "direction: higher, below: '0', points: "


@pytest.mark.parametrize(("level", "pay"), [("0", 0), ("1", 37.5), ("2", 100), ("3", 200)])
def test_net_income_cash_flow_and_goals_pay_the_printed_sums(level, pay) -> None:
    """SEC EDGAR, CIK 66756, exhibit 10(h)7 of 2009: weights 50, 25 and 25, superior pays twice."""
    lines = {
        "income": ("0.5", '[["0", "0"], ["1", "0.5"], ["2", "1"], ["3", "2"]]'),
        "cash": ("0.25", '[["0", "0"], ["1", "0.5"], ["2", "1"], ["3", "2"]]'),
        "goals": ("0.25", '[["0", "0"], ["1", "0"], ["2", "1"], ["3", "2"]]'),
    }
    kinds = "".join(f"{name}: {{kind: number}}, " for name in lines)
    kpis = ", ".join(
        f'{{measure: {n}, weight: "{w}", {KPI}{points}}}' for n, (w, points) in lines.items()
    )
    plan = Plan.from_text(
        HEAD.replace("measures: {", f"measures: {{{kinds}") + "  - {id: award, type: kpi_weighted, "
        f'pays: {{amount: "100.00", all_met_gate: false}}, kpis: [{kpis}]}}\n'
    )
    person = {"salesperson": "A", **dict.fromkeys(lines, level)}
    assert plan.statement(person, deals(1)).payout == pay


def test_three_weighted_kpis_pay_9_650_of_10_000() -> None:
    """bonuspaycalc.com, KPI weighting: .60 x .90 + .25 x 1.10 + .15 x 1.00 = .965."""
    parts = {"revenue": "0.60", "retention": "0.25", "quality": "0.15"}
    kinds = "".join(f"{name}: {{kind: ratio}}, " for name in parts)
    kpis = ", ".join(
        f'{{measure: {n}, weight: "{w}", {KPI}[["0", "0"], ["2", "2"]]}}' for n, w in parts.items()
    )
    plan = Plan.from_text(
        HEAD.replace("measures: {", f"measures: {{{kinds}") + "  - {id: bonus, type: kpi_weighted, "
        f'pays: {{amount: "10000.00", all_met_gate: false}}, kpis: [{kpis}]}}\n'
    )
    person = {"salesperson": "A", "revenue": "0.9", "retention": "1.1", "quality": "1"}
    assert plan.statement(person, deals(1)).payout == 9_650


def test_a_manager_of_five_earns_3_percent_of_300_000() -> None:
    """prowi.io, override commission: five sellers at 10 %, the manager at 3 % of their sales."""
    sold = {"A": 75_000, "B": 60_000, "C": 67_500, "D": 52_500, "E": 45_000}
    plan = plan_of(
        tiers_yaml(rows("0:0.10"), unit="amount")
        + '  - {id: lead, type: override, rate: "0.03", of: team_credit, measure: sales}\n'
    )
    people = pd.DataFrame({"salesperson": ["M", *sold], "manager": ["", *["M"] * 5]})
    paid = plan.pay(people, deals(*sold.values(), salesperson=list(sold))).to_frame()
    assert paid.set_index("salesperson")["pay"].to_dict() == {
        "M": 9_000, "A": 7_500, "B": 6_000, "C": 6_750, "D": 5_250, "E": 4_500,
    }  # fmt: skip


def test_a_spiff_of_1_000_a_unit_beside_8_percent() -> None:
    """prowi.io, spiff: five orders of 20,000 pay 8,000 + 5,000."""
    head = HEAD.replace("measures: {", "measures: {units: {kind: count}, ")
    plan = Plan.from_text(
        head
        + tiers_yaml(rows("0:0.08"), unit="amount")
        + '  - {id: launch, type: spif, measure: units, per_unit: "1000.00", budget: launch}\n'
    )
    table = deals(*[20_000] * 5).rename(columns={"amount": "sales"}).assign(units=1)
    assert plan.statement({"salesperson": "A"}, table).payout == 13_000


@pytest.mark.parametrize(
    ("rate", "least", "sold", "pay"),
    [
        # slidetodoc.com, Business Mathematics 1-6: 250 a week or 7 %, whichever is more
        ("0.07", "250.00", 3_614, 252.98),
        ("0.065", "0.00", 12_416, 807.04),
        # cnesst.gouv.qc.ca, commission-based wages: 1,000 earned and a shortfall of 1,520
        ("0.10", "2520.00", 10_000, 2_520),
    ],
)
def test_commission_or_a_guarantee_whichever_is_more(rate, least, sold, pay) -> None:
    floor = f'limits: {{cap: null, floor: {{amount: "{least}", until: null}}}}\n'
    plan = plan_of(tiers_yaml(rows(f"0:{rate}"), unit="amount") + floor)
    assert plan.statement({"salesperson": "A"}, deals(sold)).payout == pay


def test_three_weeks_of_120_and_5_percent_above_500() -> None:
    """Yale-New Haven Teachers Institute, unit 80.07.07: 360 + 115.75 = 475.75."""
    plan = plan_of(tiers_yaml(rows("0:0:120 500:0.05"), unit="amount"))
    assert sum(plan.payout(week) for week in (1540, 1235, 1040)) == Fraction("475.75")


@pytest.mark.parametrize(("sold", "share"), [(12_000, 25), (15_000, 100), (11_000, 0)])
def test_a_team_of_four_shares_a_tenth_of_what_it_sells_above_its_quota(sold, share) -> None:
    """Pragmatists/bonus-calculator-js: 12,000 against 11,000 pay 25 each, at the quota nothing."""
    head = HEAD.replace('"15000.00"', '"275.00"')  # a tenth of the quota of each
    plan = Plan.from_text(
        head + "  - {id: pot, type: pool, weights: equal, source: {of: TI, closed: lower, "
        'below: \'0\', points: [["1", "0"], ["3", "2"]], measured: {unit: attainment, '
        "quota: month, tier_measure: sales}}}\n"
    )
    people = pd.DataFrame({"salesperson": list("abcd"), "team": "N", "quota": 2_750.0})
    paid = plan.pay(people, deals(sold, salesperson=["a"])).to_frame()["pay"]
    assert paid.tolist() == [share] * 4
