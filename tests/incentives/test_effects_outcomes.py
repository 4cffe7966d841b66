"""The usual outcomes of a scheme change, from sales lines and people."""

import numpy as np
import pandas as pd
import pytest

from salesanalysis.errors import ContractError
from salesanalysis.incentives.effects import evaluate_change, outcome_frame
from salesanalysis.incentives.effects.outcomes import active_days

PEOPLE = pd.DataFrame(
    {"salesperson": ["Li", "Wu"], "region": ["North", "South"],
     "hire_date": ["2024-01-15", "2023-05-01"], "leave_date": [None, "2024-02-09"]}
)  # fmt: skip
SALES = pd.DataFrame(
    [("2024-01-20", "Li", "A", 100.0, 60.0, 25.0), ("2024-01-31", "Li", "B", 300.0, 200.0, 0.0),
     ("2024-02-05", "Wu", "A", 50.0, 30.0, 50.0)],
    columns=["date", "salesperson", "customer", "revenue", "cost", "discount_amount"],
)  # fmt: skip
SPAN = {"first": "2024-01", "last": "2024-03"}


def of(outcome, **more) -> dict:
    frame = outcome_frame(outcome, SALES, PEOPLE, **SPAN, **more)
    keys = frame["salesperson"] + " " + frame["period"].dt.strftime("%m")
    return dict(zip(keys, frame[outcome], strict=True))


# -- worked by hand ---------------------------------------------------------------------------


def test_days_run_from_the_first_day_to_the_last():
    days = active_days(PEOPLE, "2024-01", "2024-03")
    assert list(zip(days["salesperson"], days["n_days"], strict=True)) == [
        ("Li", 13), ("Li", 21), ("Li", 21), ("Wu", 23), ("Wu", 7),
    ]  # fmt: skip
    off = outcome_frame("revenue", SALES, PEOPLE, **SPAN, holidays=["2024-01-15", "2024-01-20"])
    assert off["n_days"].tolist()[0] == 12


def test_every_outcome_by_hand():
    assert of("revenue") == {"Li 01": 400, "Li 02": 0, "Li 03": 0, "Wu 01": 0, "Wu 02": 50}
    assert of("margin") == {"Li 01": 140, "Li 02": 0, "Li 03": 0, "Wu 01": 0, "Wu 02": 20}
    # customer A is new with Li and no longer with Wu
    assert of("new_customers") == {"Li 01": 2, "Li 02": 0, "Li 03": 0, "Wu 01": 0, "Wu 02": 0}
    assert of("discount_share") == {"Li 01": 25 / 425, "Wu 02": 0.5}
    # the last five weekdays of January 2024 begin on the 25th
    assert of("late_share") == {"Li 01": 0.75, "Wu 02": 0.0}
    assert of("leavers") == {"Li 01": 0, "Li 02": 0, "Li 03": 0, "Wu 01": 0, "Wu 02": 1}
    quota = pd.DataFrame(
        {"salesperson": ["Li", "Li"], "period": ["2024-01", "2024-02"], "quota": [500, 400]}
    )
    assert of("attainment", beside=quota) == {"Li 01": 0.8, "Li 02": 0.0}
    pay = quota.rename(columns={"quota": "pay"}).assign(pay=[20.0, 20.0])
    assert of("cost_of_sales_share", beside=pay) == {"Li 01": 0.05}


# -- what always holds ------------------------------------------------------------------------


def test_no_line_is_lost_and_every_outcome_can_be_evaluated():
    rng, n = np.random.default_rng(1), 3000
    names = np.array([f"p{i:02d}" for i in range(24)])
    people = pd.DataFrame(
        {"salesperson": names, "region": [f"R{i % 12:02d}" for i in range(24)],
         "hire_date": "2020-01-01", "leave_date": [None] * 22 + ["2023-09-15", "2022-02-01"]}
    )  # fmt: skip
    day = pd.Timestamp("2021-01-01") + pd.to_timedelta(rng.integers(0, 36 * 30, n), unit="D")
    who = names[rng.integers(0, 22, n)]
    revenue = rng.lognormal(8, 1, n)
    sales = pd.DataFrame(
        {"date": day, "salesperson": who, "customer": rng.integers(0, 900, n), "revenue": revenue,
         "cost": 0.6 * revenue, "discount_amount": 0.1 * revenue * rng.random(n)}
    )  # fmt: skip
    for outcome in (
        "revenue",
        "margin",
        "new_customers",
        "discount_share",
        "late_share",
        "leavers",
    ):
        frame = outcome_frame(outcome, sales, people, first="2021-01", last="2023-12")
        if outcome == "revenue":
            assert frame["revenue"].sum() == pytest.approx(revenue.sum())
        chosen = [f"R{i:02d}" for i in range(6)]
        found = evaluate_change(frame, "2023-01-01", treated=chosen, outcome=outcome, draws=50)
        low, high = found.interval
        assert low <= found.effect <= high


# -- refusals ---------------------------------------------------------------------------------


def refused(outcome, sales=SALES, people=PEOPLE, **more) -> str:
    with pytest.raises(ContractError) as caught:
        outcome_frame(outcome, sales, people, **SPAN, **more)
    return str(caught.value)


def test_lines_that_would_be_lost_are_refused():
    late = pd.concat([SALES, SALES[2:].assign(date="2024-03-05")])
    assert refused("revenue", late) == (
        "1 of 4 lines are by somebody who is not among the people of that month, such as 'Wu' in "
        "2024-03.\n"
        "  where: outcome_frame(sales, people), see .rows\n"
        "  fix:   put them into people with their days, or give their lines to who took over"
    )


def test_unknown_outcomes_missing_tables_and_dates_are_refused():
    assert refused("profit").startswith("'profit' is not a outcome here; known: revenue, margin,")
    assert refused("attainment").startswith(
        "beside has no column 'salesperson', 'period', 'quota'."
    )
    assert refused("margin", SALES.drop(columns="cost")).startswith("sales has no column 'cost'.")
    assert refused("revenue", people=PEOPLE.assign(hire_date=[None, "2023-05-01"])) == (
        "1 of 2 people have no hire date.\n"
        "  where: first rows [0], see .rows\n"
        "  fix:   give the day from which somebody was active"
    )
