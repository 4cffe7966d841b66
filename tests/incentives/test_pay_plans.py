"""The ready plans: worked by hand, and every number of theirs said in both languages."""

import re
from fractions import Fraction

import pandas as pd
import pytest
from paytools import PLANS, deals
from test_pay_worked import EXAMPLE

from salesanalysis import strictyaml
from salesanalysis.incentives import Plan, lint

READY = sorted(p.stem for p in PLANS.glob("*.yaml"))
NEW = ("coefficient", "graduated", "team", "collections", "multi-level")
#: Readings that these plans cannot have.
NOT_THERE = [("basis: period", "collections"), ("basis: period", "graduated")]


def plan(name: str) -> Plan:
    return Plan.from_yaml(PLANS / f"{name}.yaml")


# ---- worked by hand


@pytest.mark.parametrize(
    ("sold", "pay"), [(120_000.0, 5_760.0), (80_000.0, 3_200.0), (79_999.99, 2_560.0)]
)
def test_coefficients_multiply_4_percent_by_1_2_or_1_0_or_0_8(sold, pay) -> None:
    """Quota 100,000: 4,800 x 1.2; 3,200 x 1.0; 3,199.9996 x 0.8 = 2,559.99968."""
    li = {"salesperson": "Li", "quota": 100_000.0}
    assert plan("coefficient").statement(li, deals(sold)).payout == pay


@pytest.mark.parametrize(("sold", "pay"), [(540_000.0, 28_200.0), (10_000.0, 2_000.0)])
def test_graduated_pays_each_slice_and_guarantees_2_000(sold, pay) -> None:
    """100,000 x 3 % + 100,000 x 4 % + 300,000 x 6 % + 40,000 x 8 % = 28,200."""
    assert plan("graduated").statement({"salesperson": "Li"}, deals(sold)).payout == pay


def test_a_team_shares_1_percent_and_its_manager_gets_half_a_percent_of_the_others() -> None:
    """Ann 3,000 + 1,000 + 0.5 % x 300,000; Bo 6,000 + 2,000; Cy 3,000 + 1,000."""
    people = pd.DataFrame(
        {"salesperson": ["Ann", "Bo", "Cy"], "team": ["N"] * 3, "manager": ["", "Ann", "Ann"]}
    )
    sold = deals(100_000, 200_000, 100_000, salesperson=["Ann", "Bo", "Cy"])
    paid = plan("team").pay(people, sold)
    assert paid.to_frame()["pay"].tolist() == [5_500.0, 8_000.0, 4_000.0]
    assert paid.total == 17_500.0


@pytest.mark.parametrize(("late", "pay"), [("3", 6_000), ("4", 4_500), ("9", 3_000), ("10", 1_500)])
def test_sales_decide_the_rate_cash_is_paid_and_late_cash_counts_less(late, pay) -> None:
    """80,000 sold of 100,000: 3 % of 200,000 cash = 6,000, then x 1, 0.75, 0.5, 0.25."""
    li = {"salesperson": "Li", "quota": 100_000.0, "months_late": late}
    rows = pd.DataFrame(
        {"order_id": ["S1", "C1"], "date": ["2024-03-04", "2024-03-20"],
         "sales": [80_000.0, None], "cash": [None, 200_000.0]}
    )  # fmt: skip
    assert plan("collections").statement(li, rows).payout == pay


def multi_level(complaints: int, breaches: int) -> float:
    li = {
        "salesperson": "Li", "quota": 100_000.0, "quota_margin": 20_000.0,
        "satisfaction": "0.90", "discount_breaches": breaches,
    }  # fmt: skip
    rows = pd.DataFrame(
        {"order_id": ["A"], "date": ["2024-03-04"], "sales": [110_000.0], "margin": [20_000.0]}
    )
    entered = pd.DataFrame({"salesperson": ["Li"], "penalty": ["complaint"], "count": [complaints]})
    return plan("multi-level").statement(li, rows, penalties=entered).payout


@pytest.mark.parametrize(
    ("complaints", "breaches", "pay"),
    [(0, 0, 5_000.0), (1, 2, 4_680.0), (0, 3, 4_340.0), (2, 3, 4_000.0)],
)
def test_three_results_and_two_penalties(complaints, breaches, pay) -> None:
    """Commission 1,500 x 1.2, bonus 4,000 x (0.6 x 1 + 0.4 x 0.5) = 3,200: 5,000.

    A complaint takes 320; three discounts lower 1 / 2 / 3 % to 0.5 / 1.5 / 2.5 %: 550 x 1.2 = 660;
    together at most 20 % of 5,000.
    """
    assert multi_level(complaints, breaches) == pay


# ---- the plan in words


def _numbers(text: str) -> set[Fraction]:
    return {Fraction(n) for n in re.findall(r"\d+(?:\.\d+)?", text.replace(",", ""))}


def _written(node, key="") -> set[Fraction]:
    """Return every number that a plan file states; ids, titles and the schema's version are none."""
    if key in ("id", "title", "text", "schema", "applies_to", "release", "budget"):
        return set()
    if isinstance(node, dict):
        return set().union(*(_written(v, k) for k, v in node.items()))
    if isinstance(node, list):
        return set().union(*(_written(v, key) for v in node))
    if isinstance(node, bool) or node is None:
        return set()
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(node)):
        return {Fraction(part) for part in str(node).split("-")}
    return {Fraction(str(node))} if re.fullmatch(r"-?\d+(\.\d+)?", str(node)) else set()


def _text_of(name: str) -> str:
    return EXAMPLE if name == "example" else (PLANS / f"{name}.yaml").read_text("utf-8")


@pytest.mark.parametrize("name", [*READY, "example"])
def test_every_number_of_a_plan_stands_in_both_texts_and_no_other(name) -> None:
    source = _text_of(name)
    stated = _written(strictyaml.parse(source, name=name).data)
    texts = [_numbers(Plan.from_text(source).text(lang)) for lang in ("en", "zh")]
    assert texts[0] == texts[1]
    missing = {float(v) for v in stated if not texts[0] & {v, v * 100}}
    strange = {float(v) for v in texts[0] if not stated & {v, v / 100}}
    # "up to 0" is how floors, and "a score above 1" how KPIs are said
    assert not missing
    assert strange <= {0.0, 1.0}


@pytest.mark.parametrize("name", NEW)
@pytest.mark.parametrize(
    ("line", "other"),
    [("closed: lower", "closed: upper"), ("basis: period", "basis: deal"),
     ("negative: zero", "negative: first_rate"), ("weights: credit", "weights: equal"),
     ("of: team_credit", "of: differential"), ("all_met_gate: true", "all_met_gate: false"),
     ("per: occurrence", "per: period"), ("direction: higher", "direction: lower, ratio: linear"),
     ("exclude_with_report", "error"), ('splits_total: "1"', "splits_total: overlay"),
     ("floor: zero", "floor: carry"), ("per: month", "per: quarter")],
)  # fmt: skip
def test_every_switch_of_a_plan_changes_both_texts(name, line, other) -> None:
    source = _text_of(name)
    if line not in source or (line, name) in NOT_THERE:
        pytest.skip("not a switch of this plan")
    if line == "per: month":
        source = source.replace("quota: month", "quota: quarter")
    first = plan(name)
    second = Plan.from_text(source.replace(line, other))
    for lang in ("en", "zh"):
        assert first.text(lang) != second.text(lang)


@pytest.mark.parametrize("name", READY)
def test_the_chinese_text_holds_no_english_words(name) -> None:
    left = re.sub(r"CNY|USD|KPI", "", plan(name).text("zh"))
    assert not re.search("[A-Za-z]{2,}", left)


@pytest.mark.parametrize("name", ["graduated", "collections", "team", "multi-level"])
def test_no_stretch_is_called_dead_where_more_sales_pay_more(name) -> None:
    """Plans with parts that no line holds were once called flat; pay rises from 79 % to 138 %."""
    made = plan(name)
    assert made.payout("390000", quota="300000") > made.payout("240000", quota="300000")
    assert "L02" not in lint(made).to_frame()["code"].tolist()
