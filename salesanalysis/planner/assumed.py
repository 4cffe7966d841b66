"""People and deals that nobody gave: a common shape of results, in a fixed mixed order."""

from statistics import NormalDist

import numpy as np
import pandas as pd

from salesanalysis.errors import require_columns
from salesanalysis.incentives import Plan
from salesanalysis.incentives.inputs.deals import LENGTHS
from salesanalysis.labels import count
from salesanalysis.planner.crowd import Crowd
from salesanalysis.planner.refusals import refusal

#: People assumed where none are given, and the quota of each, currency a month.
ASSUMED, QUOTA = 100, 300_000.0
#: A lognormal attainment with 60 % at or above quota and a 90th percentile of 1.30 (section 9.1).
_M, _S = 0.043305, 0.170933
_START = pd.Timestamp("2024-01-01")


def assumed_people(plan: Plan) -> pd.DataFrame:
    """Return a hundred people with the same quota, of the length the plan gives quotas for."""
    names = [f"P{n + 1:03d}" for n in range(ASSUMED)]
    return pd.DataFrame({"salesperson": names, "quota": QUOTA * LENGTHS[plan.head.quota_per]})


def with_deals(plan: Plan, people: pd.DataFrame, *, assumed: bool = False) -> Crowd:
    """Return people with one deal each: quantiles of a common shape, in a fixed mixed order."""
    _require_quotas(people)
    start = _START
    if plan.head.first_day:
        start = max(start, pd.Timestamp(plan.head.first_day).to_period("M").to_timestamp())
    n = len(people)
    # neighbours in the list are not neighbours in result
    places = (np.arange(n) * 0.6180339887498949 + 0.5 / max(n, 1)) % 1.0
    ranks = (pd.Series(places).rank(method="first").to_numpy() - 0.5) / max(n, 1)
    z = np.array([NormalDist().inv_cdf(p) for p in ranks])
    head = plan.head
    part = LENGTHS[head.per] / LENGTHS[head.quota_per]
    quota = people["quota"].fillna(0.0).to_numpy(dtype="float64")
    deals = pd.DataFrame(
        {
            "salesperson": people["salesperson"].astype("str"),
            "order_id": [f"D{i + 1:05d}" for i in range(n)],
            "date": start + pd.Timedelta(days=14),
            "amount": np.round(quota * part * np.exp(_M + _S * z), 2),
        }
    )
    return Crowd(
        people.copy(), deals, start, assumed=assumed, per=head.per, quota_per=head.quota_per
    )


def _require_quotas(people: pd.DataFrame) -> None:
    """Refuse people of whom nobody, or not everybody, can be paid.

    Raises
    ------
    ContractError
        No rows, or a quota that is no amount of 0 or more.
    """
    where = "planner.open(people=...)"
    require_columns(people, ["salesperson", "quota"], name="people")
    if not len(people):
        raise refusal("nobody", where=where, code="empty-table")
    quota = pd.to_numeric(people["quota"], errors="coerce")
    wrong = people[~quota.between(0, np.inf, inclusive="left")]
    if len(wrong):
        first = wrong.iloc[0]
        words = {"name": repr(first["salesperson"]), "value": str(first["quota"])}
        n, size = count(len(wrong)), count(len(people))
        raise refusal("quota", where=where, code="bad-value", n=n, all=size, **words)
