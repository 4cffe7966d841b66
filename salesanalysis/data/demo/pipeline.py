"""The pipeline as it was known on the default date: won, lost and open opportunities."""

import numpy as np
import pandas as pd

from salesanalysis.data.demo.amounts import PROJECT
from salesanalysis.data.demo.causes import AS_OF, BOOKED
from salesanalysis.data.demo.customers import Customers
from salesanalysis.data.demo.organisation import Organisation
from salesanalysis.data.demo.staff import REGIONS
from salesanalysis.data.demo.timeline import dates_of, day_of, month_of_day, stream, text

N_ITEMS = 900
SINCE = "2023-01-02"
#: Open stages: (Chinese, part of the way to the decision, probability); then the closed ones.
STAGES = {
    "Lead": ("线索", 0.00, 0.10),
    "Qualified": ("已确认", 0.20, 0.25),
    "Proposal": ("方案", 0.45, 0.50),
    "Negotiation": ("谈判", 0.75, 0.75),
    "Won": ("赢单", 1.00, 1.00),
    "Lost": ("输单", 1.00, 0.00),
}
WON = 0.42
PROJECT_ID = "OP-0000"


def opportunities_table(seed: int, org: Organisation, who: Customers) -> pd.DataFrame:
    """Return the contract table with ``region``, ``customer`` and ``expected_close``.

    A snapshot: what was decided after 2024-03-31 is still open here, the late project too.
    """
    rng = stream(seed, "opportunities")
    today = day_of(AS_OF)
    opened = np.sort(rng.integers(day_of(SINCE), today + 1, N_ITEMS))
    weight = who.active[:, month_of_day()[opened]] * (who.size**0.5)[:, None]
    edges = np.cumsum(weight, axis=0)
    customer = (edges < rng.random(N_ITEMS) * edges[-1]).sum(axis=0)
    days = np.rint(rng.lognormal(4.2, 0.55, N_ITEMS)).astype("int64") + 7
    won = rng.random(N_ITEMS) < WON
    way = np.minimum((today - opened) / days, 1.0)
    closed = way >= 1
    stage = np.searchsorted([v[1] for v in STAGES.values()][1:4], way, side="right")
    stage = np.where(closed, np.where(won, 4, 5), stage)
    amount = np.rint(rng.lognormal(10.6, 0.9, N_ITEMS) / 100) * 100
    table = pd.DataFrame(
        {
            "id": [f"OP-{k:04d}" for k in range(1, N_ITEMS + 1)],
            "owner": text(org.persons, org.holder[who.seat[customer], opened]),
            "region": text(list(REGIONS), who.region[customer]),
            "customer": text(who.names, customer),
            "opened": dates_of(opened),
            "expected_close": dates_of(opened + days),
            "closed": pd.Series(dates_of(opened + days)).where(closed),
            "stage": text(list(STAGES), stage),
            "amount": amount,
            "probability": np.array([v[2] for v in STAGES.values()])[stage],
        }
    )
    return pd.concat([_project(org, who), table], ignore_index=True)


def _project(org: Organisation, who: Customers) -> pd.DataFrame:
    """Return the key project, not signed yet."""
    opened = day_of("2023-10-16")
    holder = org.holder[who.seat[who.key], opened]
    texts = {
        "id": PROJECT_ID,
        "owner": org.persons[holder],
        "region": list(REGIONS)[who.region[who.key]],
        "customer": who.names[who.key],
    }
    return pd.DataFrame([texts], dtype="str").assign(
        opened=dates_of(np.array([opened])),
        expected_close=dates_of(np.array([day_of(BOOKED)])),
        closed=pd.Series([pd.NaT], dtype="datetime64[us]"),
        stage=pd.Series(["Negotiation"], dtype="str"),
        amount=sum(PROJECT.values()) / 100,
        probability=0.9,
    )
