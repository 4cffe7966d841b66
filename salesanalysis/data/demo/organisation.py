"""The organisation of the demo company: effective-dated people, and who holds which seat when."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from salesanalysis.data.demo.staff import HEADS, LEVELS, REGIONS, SEATS, TEAMS
from salesanalysis.data.demo.timeline import FIRST, LAST, N_DAYS, Ints, day_of

RAMP_MONTHS, RAMP = 3, 0.5


@dataclass(frozen=True, eq=False)
class Organisation:
    """Seats and their holders.

    Attributes
    ----------
    persons : list of str
        Everyone who sells, by number.
    seats : list of str
        Who a seat is named after; the same name twice is a transfer.
    seat_team, seat_region : array of int, shape (seats,)
    holder : array of int, shape (seats, days)
        Number of the person who looks after a seat on a day.
    people : DataFrame, the contract table
    """

    persons: list[str]
    seats: list[str]
    seat_team: Ints
    seat_region: Ints
    holder: Ints
    people: pd.DataFrame


def organisation() -> Organisation:
    """Return the organisation: planned by hand, the same for every seed."""
    seats = pd.DataFrame(SEATS, columns=["name", "zh", "team", "from", "until", "stand_in"])
    seats["region"] = seats["team"].map({team: region for team, (region, _) in TEAMS.items()})
    persons = list(dict.fromkeys(seats["name"]))
    number = pd.Series(range(len(persons)), index=persons)
    other = number[seats["stand_in"].where(seats["stand_in"] != "", seats["name"])].to_numpy()
    start = seats["from"].map(day_of).to_numpy()[:, None]
    end = seats["until"].map(lambda d: day_of(d) if d else N_DAYS).to_numpy()[:, None]
    day = np.arange(N_DAYS)
    own = number[seats["name"]].to_numpy()[:, None]
    return Organisation(
        persons=persons,
        seats=seats["name"].tolist(),
        seat_team=seats["team"].map(list(TEAMS).index).to_numpy(),
        seat_region=seats["region"].map(list(REGIONS).index).to_numpy(),
        holder=np.where((day >= start) & (day <= end), own, other[:, None]),
        people=_people(seats),
    )


def _people(seats: pd.DataFrame) -> pd.DataFrame:
    """Return one row per person, assignment and ramp step, valid from and to inclusive."""
    heads = pd.DataFrame(
        [(name, region, hired) for region, (name, _, hired) in HEADS.items()],
        columns=["name", "region", "from"],
    ).assign(team="", until="", manager="", role="Regional manager")
    first_of_team = ~seats.duplicated("team")
    lead = seats[first_of_team].set_index("team")["name"]
    head = heads.set_index("region")["name"]
    rows = seats.assign(
        role=np.where(first_of_team, "Sales manager", "Sales representative"),
        manager=seats["team"].map(lead).where(~first_of_team, seats["region"].map(head)),
    )
    rows = pd.concat([heads, rows], ignore_index=True)
    rows["hire_date"] = pd.to_datetime(rows.groupby("name")["from"].transform("min"))
    rows["valid_from"] = pd.to_datetime(rows["from"])
    # an open assignment runs to the end of the plan year, never beyond what is planned
    rows["valid_to"] = pd.to_datetime(rows["until"].replace("", str(LAST)))
    rows["leave_date"] = rows.groupby("name")["valid_to"].transform("max")
    rows["leave_date"] = rows["leave_date"].where(rows["leave_date"] < pd.Timestamp(LAST))
    rows["level"] = _level(rows)
    return _finish(_with_ramp(rows))


def _level(rows: pd.DataFrame) -> pd.Series:
    """Return the level of each row: by role, and for representatives by years of service."""
    rules = [
        rows["role"] == "Regional manager",
        rows["role"] == "Sales manager",
        rows["hire_date"] < pd.Timestamp("2019-01-01"),
        rows["hire_date"] < pd.Timestamp("2023-01-01"),
    ]
    return pd.Series(np.select(rules, list(LEVELS)[:4], default="Junior"), index=rows.index)


def _with_ramp(rows: pd.DataFrame) -> pd.DataFrame:
    """Split the first months of everyone hired since the first day into a row of their own."""
    hired = (rows["valid_from"] == rows["hire_date"]) & (rows["hire_date"] >= pd.Timestamp(FIRST))
    full = rows["hire_date"] + pd.DateOffset(months=RAMP_MONTHS)
    ramping = rows[hired].assign(ramp=RAMP, valid_to=full[hired] - pd.Timedelta(days=1))
    rest = rows.assign(ramp=1.0, valid_from=rows["valid_from"].where(~hired, full))
    return pd.concat([ramping, rest], ignore_index=True)


def _finish(rows: pd.DataFrame) -> pd.DataFrame:
    """Add pay, order the columns, sort by person and date."""
    pay = {level: values[1:] for level, values in LEVELS.items()}
    out = rows.assign(
        salesperson=rows["name"],
        share=1.0,
        base_pay=rows["level"].map({k: v[0] for k, v in pay.items()}),
        target_pay=rows["level"].map({k: v[1] for k, v in pay.items()}),
    )
    dates = ["hire_date", "leave_date", "valid_from", "valid_to"]
    out[dates] = out[dates].astype("datetime64[us]")
    texts = ["salesperson", "name", "manager", "team", "region", "level"]
    out[[*texts, "role"]] = out[[*texts, "role"]].astype("str")
    columns = [*texts, *dates, "share", "ramp", "role", "base_pay", "target_pay"]
    return out[columns].sort_values(["salesperson", "valid_from"], ignore_index=True)
