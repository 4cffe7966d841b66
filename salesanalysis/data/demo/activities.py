"""What salespeople do: calls, visits, leads and proposals, one row per person and working day."""

import numpy as np
import pandas as pd

from salesanalysis.data.demo.organisation import Organisation
from salesanalysis.data.demo.timeline import (
    N_DAYS,
    Flags,
    Floats,
    Ints,
    dates_of,
    day_of,
    is_working_day,
    month_of_day,
    stream,
)

SINCE = "2023-01-01"  # records start with the first working day of 2023
FULL_MONTH = 21.0  # working days
#: Usual events of a person in a full month.
PER_MONTH = {"calls": 62.0, "visits": 15.5, "leads": 8.0, "proposals": 4.6}
VISITS_MINIMUM = 15  # East, first quarter of 2024: on target everywhere
QUALIFIED, PASSED, CLOSED = 0.45, 0.74, 0.62
PASSED_EAST = (3, 5)  # first quarter of 2024, exactly 60 %


def activities_table(seed: int, org: Organisation) -> pd.DataFrame:
    """Return the contract table with ``region`` and ``team``, one row per person and day worked."""
    grid = _grid(org.people)
    first, size = _months(grid)
    rng = stream(seed, "activities")
    expected = {name: mean * size / FULL_MONTH for name, mean in PER_MONTH.items()}
    n = {name: rng.poisson(mean) for name, mean in expected.items()}
    example = _east_q1(grid.iloc[first])
    # a number of proposals that five divides, so that 60 % of them is a whole number
    n["proposals"][np.flatnonzero(example)[-1]] += -n["proposals"][example].sum() % PASSED_EAST[1]
    n["visits"] = np.where(example, VISITS_MINIMUM + rng.poisson(2.0, len(size)), n["visits"])
    events = {name: _spread(k, first, size, rng) for name, k in n.items()}
    u = {name: rng.random(len(rows)) for name, rows in events.items()}
    proposals, leads = events["proposals"], events["leads"]
    passed = _passed(u["proposals"], _east_q1(grid)[proposals])
    deals = passed & (rng.random(len(passed)) < CLOSED)
    columns = {
        "calls": events["calls"],
        "visits": events["visits"],
        "leads": leads,
        "qualified_leads": leads[u["leads"] < QUALIFIED],
        "proposals": proposals,
        "proposals_accepted": proposals[passed],
        "deals": proposals[deals],
    }
    counts = {name: np.bincount(rows, minlength=len(grid)) for name, rows in columns.items()}
    dated = grid.assign(date=dates_of(grid["day"].to_numpy()), **counts)
    out = dated[["date", "region", "team", "salesperson", *columns]]
    return out.sort_values(["date", "salesperson"], ignore_index=True)


def _grid(people: pd.DataFrame) -> pd.DataFrame:
    """Return every person and working day between joining and leaving, heads left out."""
    sellers = people[people["team"] != ""]
    day = np.flatnonzero(is_working_day() & (np.arange(N_DAYS) >= day_of(SINCE)))
    date = dates_of(day).to_numpy()
    valid = (date >= sellers["valid_from"].to_numpy()[:, None]) & (
        date <= sellers["valid_to"].to_numpy()[:, None]
    )
    row, column = np.nonzero(valid)
    named = sellers[["salesperson", "team", "region"]].iloc[row].reset_index(drop=True)
    grid = named.assign(day=day[column], month=month_of_day()[day[column]])
    return grid.sort_values(["salesperson", "day"], ignore_index=True)


def _months(grid: pd.DataFrame) -> tuple[Ints, Ints]:
    """Return the first row and the number of rows of each person-month."""
    slot = grid.groupby(["salesperson", "month"], sort=True).ngroup().to_numpy()
    size = np.bincount(slot)
    return np.cumsum(size) - size, size


def _east_q1(grid: pd.DataFrame) -> Flags:
    """Tell which rows are the worked example: East, January to March 2024."""
    rows: Flags = ((grid["region"] == "East") & grid["month"].between(48, 50)).to_numpy()
    return rows


def _spread(n: Ints, first: Ints, size: Ints, rng: np.random.Generator) -> Ints:
    """Return the row of each event: a random working day of its person-month."""
    slot = np.repeat(np.arange(len(n)), n)
    rows: Ints = first[slot] + np.floor(rng.random(len(slot)) * size[slot]).astype("int64")
    return rows


def _passed(u: Floats, example: Flags) -> Flags:
    """Tell which proposals were accepted; in the worked example exactly three of five."""
    passed = u < PASSED
    rows = np.flatnonzero(example)
    top, bottom = PASSED_EAST
    best = rows[np.argsort(u[rows], kind="stable")][: len(rows) * top // bottom]
    passed[rows] = False
    passed[best] = True
    return passed
