"""A pool shared in whole prizes: by hand, what a larger pool may not do, and what must be said."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paytools import HEAD, deals, plan_of

from salesanalysis.divisors import sainte_lague
from salesanalysis.errors import ParamError
from salesanalysis.incentives import appeal

POOL = '  - {id: pot, type: pool, weights: credit, WHOLE source: {share: "0.1", measure: sales}}\n'


def shares(whole: str, credits_: list[float]) -> list[float]:
    names = [f"P{i}" for i in range(len(credits_))]
    people = pd.DataFrame({"salesperson": names, "team": "N"})
    sold = deals(*credits_, salesperson=names)
    return plan_of(POOL.replace("WHOLE", whole)).pay(people, sold).frame["pay"].tolist()


LAGUE = 'unit: "100", method: sainte_lague,'
LARGEST = 'unit: "100", method: largest_remainder,'


def test_vouchers_of_100_are_shared_whole() -> None:
    """Weights 6, 6, 2 and 10, then 11 vouchers, as the method has them."""
    ten, eleven = [4286.0, 4286.0, 1428.0], [4714.3, 4714.3, 1571.4]
    assert shares(LARGEST, ten) == [400, 400, 200]
    assert shares(LARGEST, eleven) == [500, 500, 100]  # a larger pool takes a voucher away
    assert shares(LAGUE, ten) == [500, 400, 100]
    assert shares(LAGUE, eleven) == [500, 500, 100]


def test_what_is_less_than_one_prize_stays_and_the_plan_says_so() -> None:
    assert sum(shares(LAGUE, [6000.0, 4990.0])) == 1000  # of 1,099
    plan = plan_of(POOL.replace("WHOLE", LAGUE))
    assert "less than 100 CNY is not handed out" in plan.text("en")
    assert (
        "按除数1、3、5依次分配，总额增加时任何人的份额都不减少；不足100元的部分不分配"
        in plan.text("zh")
    )


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(1, 99), min_size=2, max_size=6), st.integers(1, 60))
def test_by_divisors_a_larger_pool_lowers_nobody(weights, n) -> None:
    keys = [f"P{i}" for i in range(len(weights))]
    low, high = (sainte_lague(k, weights, keys) for k in (n, n + 1))
    assert sum(low) == n
    assert all(a <= b for a, b in zip(low, high, strict=True))


@pytest.mark.parametrize(
    ("whole", "message"),
    [
        ('unit: "100",', "P01 'pot': 'method' is required (largest_remainder or sainte_lague)."),
        ('unit: "0", method: sainte_lague,', "P05 unit: 0 is not above 0."),
    ],
)
def test_whole_prizes_leave_nothing_open(whole, message) -> None:
    with pytest.raises(ParamError) as caught:
        plan_of(POOL.replace("WHOLE", whole))
    assert message in str(caught.value)


def test_who_shares_a_pool_is_listed_by_an_appeal_even_where_the_share_stays() -> None:
    people = pd.DataFrame({"salesperson": ["Li", "Wu", "Xu"], "team": ["N", "N", "S"]})
    sold = deals(6000.0, 4000.0, 2000.0, salesperson=["Li", "Wu", "Xu"])
    plan = plan_of(POOL.replace("WHOLE", LAGUE))
    item = pd.DataFrame([{"order_id": "D000", "field": "amount", "claimed": 6001}])
    found = appeal(plan, item, people, sold, period="2024-03").to_frame()
    assert dict(zip(found["salesperson"], found["pay_change"], strict=True)) == {"Li": 0, "Wu": 0}


def test_a_pool_to_the_cent_may_be_shared_by_divisors_too() -> None:
    assert sum(shares("method: sainte_lague,", [10.0, 10.0, 10.1])) == 3.01
    assert "method" not in HEAD
