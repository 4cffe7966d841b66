"""Two plans on the same people: paid exactly on deals, or expected on the same draws."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_rows
from salesanalysis.incentives.outlook.comparison import (
    BEYOND,
    Comparison,
    by_year,
    fifths,
    grouped,
    no_years,
    outcomes,
)
from salesanalysis.incentives.outlook.losing import chances, per_draw
from salesanalysis.incentives.outlook.tables import Simulated, apart_from, require_amount, same_rows
from salesanalysis.labels import Terms
from salesanalysis.periods import FiscalCalendar

if TYPE_CHECKING:
    from salesanalysis.incentives.pay.run import PayRun
    from salesanalysis.incentives.plan import Plan

#: Years with the company at which somebody is no newcomer, and an old hand.
TENURES = ((1.0, "under_1"), (3.0, "from_1_to_3"), (np.inf, "from_3"))


def compare(
    old: "Plan",
    new: "Plan",
    people: pd.DataFrame,
    deals: pd.DataFrame,
    *,
    first: object = None,
    last: object = None,
    beyond: float = BEYOND,
    penalties: pd.DataFrame | None = None,
    fx: Mapping[str, Any] | None = None,
    calendar: FiscalCalendar | None = None,
    terms: Terms | None = None,
) -> Comparison:
    """Pay what happened under two plans, to the cent, and return who wins and who loses.

    Parameters
    ----------
    old, new : Plan, of the same currency; each pays by its own periods
    people : DataFrame, one row per person, or per person and ``period``, as in `Plan.run`
        Optional columns to group by: ``region``, ``hired_on`` (gives the tenure on the last day).
    deals : DataFrame, as in `Plan.run`
    first, last : date, any day of the first and last period; default: the days of the deals
    beyond : float, above this share of the old pay somebody wins or loses
    penalties, fx, calendar, terms : as in `Plan.run`

    Raises
    ------
    ContractError
        As in `Plan.run`; plans of two currencies; somebody without a quota under only one plan
        is no error: that plan pays nothing, which the table shows.

    Examples
    --------
    >>> from salesanalysis.incentives.plan import EXAMPLE, Plan
    >>> old = Plan.from_text(EXAMPLE)
    >>> new = old.edited({"coefficient.bands[2].value": "1.3"})
    >>> people = pd.DataFrame({"salesperson": ["Li", "Wu"], "quota": [100_000.0, 100_000.0]})
    >>> deals = pd.DataFrame({"order_id": ["A", "B"], "salesperson": ["Li", "Wu"],
    ...                       "date": ["2024-03-05"] * 2, "amount": [120_000.0, 90_000.0]})
    >>> compare(old, new, people, deals).to_frame()[["salesperson", "change_amount", "outcome"]]
      salesperson  change_amount outcome
    0          Li          240.0    wins
    1          Wu            0.0    same
    """
    _require_one_currency(old, new)
    require_amount(beyond, "beyond", zero=True, fix="give a share such as 0.05")
    require_columns(deals, ["salesperson"], name="deals")
    require_rows(deals, name="deals")
    start, end = _span(old, deals, first, last)
    options: dict[str, Any] = {"penalties": penalties, "fx": fx, "first": start, "last": end,
                               "calendar": calendar or FiscalCalendar(),
                               "terms": terms or Terms()}  # fmt: skip
    before, after = (plan.run(people, deals, **options) for plan in (old, new))
    frame = _people(before).merge(
        _people(after)[["salesperson", "amount"]].rename(columns={"amount": "new_amount"}),
        on="salesperson",
        how="outer",
        validate="one_to_one",
    )
    frame = frame.rename(columns={"amount": "old_amount"})
    frame = outcomes(_known(frame, people, pd.Timestamp(str(end))), beyond)
    frame["fifth"] = fifths(frame)
    return Comparison(
        frame,
        grouped(frame),
        no_years(),
        "deals",
        beyond,
        _paid_rows(before, after),
        float(before.frame["actual"].sum()),
        before.total,
        after.total,
        apart_from(_titles(old), _titles(new)),
        _titles(new),
        old.head.currency,
        terms or Terms(),
    )


def compare_draws(
    old: Simulated, new: Simulated, people: pd.DataFrame | None = None, *, beyond: float = BEYOND
) -> Comparison:
    """Return who wins and who loses over the same draws: on average, and how often.

    Parameters
    ----------
    old, new : Simulation of two plans on one world
    people : DataFrame, optional, with ``hired_on`` and the day of reckoning ``as_of``

    Raises
    ------
    ContractError
        Simulations of other people, or of other sales: they are no comparison.
    """
    frame = _expected(old, new)
    if people is not None and {"hired_on", "as_of"} <= set(people.columns):
        day = pd.Timestamp(str(people["as_of"].iloc[0]))
        frame = _known(frame, people.drop(columns=["region"], errors="ignore"), day)
    rows = outcomes(_pairs(old, new), beyond)
    frame = outcomes(frame, beyond).merge(chances(rows), on="salesperson", validate="one_to_one")
    return Comparison(
        frame,
        grouped(frame),
        by_year(rows),
        "draws",
        beyond,
        len(old.draws),
        float(old.people["sales_mean"].sum()),
        float(old.people["pay_mean"].sum()),
        float(new.people["pay_mean"].sum()),
        apart_from(old.plan_title, new.plan_title),
        dict(new.plan_title),
        old.currency,
        old.terms,
        per_draw(rows),
    )


def _expected(old: Simulated, new: Simulated) -> pd.DataFrame:
    """Return expected pay of both plans, person by person."""
    sides = [s.people.sort_values("salesperson", ignore_index=True) for s in (old, new)]
    same = (
        len(sides[0]) == len(sides[1])
        and (sides[0]["salesperson"].astype("str") == sides[1]["salesperson"].astype("str")).all()
    )
    if not same or not np.allclose(*(s["sales_mean"].to_numpy("float64") for s in sides)):
        raise ContractError(
            "the two simulations have other people or other sales.",
            where="compare_draws(old, new)",
            fix="price both plans on one world: simulate(old, world), simulate(new, world)",
            code="bad-choice",
        )
    frame = pd.DataFrame(
        {
            "salesperson": sides[0]["salesperson"].astype("str"),
            "attainment": sides[0]["attainment_mean"].astype("float64"),
            "old_amount": sides[0]["pay_mean"].astype("float64"),
            "new_amount": sides[1]["pay_mean"].astype("float64"),
        }
    )
    if "region" in sides[0].columns and len(set(sides[0]["region"])) > 1:
        frame["region"] = sides[0]["region"].astype("str")
    return frame


def _pairs(old: Simulated, new: Simulated) -> pd.DataFrame:
    """Return what both plans pay in every sampled year of everybody."""
    pay = same_rows(old.sample, new.sample)["pay"].to_numpy("float64")
    pairs = old.sample[["draw", "salesperson", "attainment"]].assign(old_amount=old.sample["pay"])
    return pairs.assign(new_amount=pay)


def _paid_rows(*runs: "PayRun") -> int:
    """Return how many people and periods had a quota or sales under either plan."""
    rows = [r.frame[(r.frame["quota"] > 0) | (r.frame["actual"] != 0)] for r in runs]
    keys = pd.concat([r[["salesperson", "period"]] for r in rows])
    return len(keys.drop_duplicates())


def _people(run: "PayRun") -> pd.DataFrame:
    """Return pay and attainment of every person over all periods of a run, in whole cents."""
    frame = run.frame
    sums = frame.assign(cents=(frame["pay"].fillna(0) * 100).round()).groupby(
        "salesperson", as_index=False
    )[["quota", "actual", "cents"]].sum()  # fmt: skip
    reached = sums["actual"] / sums["quota"].where(sums["quota"] > 0)
    return pd.DataFrame(
        {
            "salesperson": sums["salesperson"].astype("str"),
            "attainment": reached,
            "amount": sums["cents"] / 100,
        }
    )


def _known(frame: pd.DataFrame, people: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Return the frame with region and tenure where people have them, by their latest row."""
    last = people.sort_values("period") if "period" in people.columns else people
    last = last.assign(salesperson=last["salesperson"].astype("str"))
    last = last.drop_duplicates("salesperson", keep="last").set_index("salesperson")
    out = frame.copy()
    if "region" in last.columns:
        out["region"] = out["salesperson"].map(last["region"]).astype("str")
    if "hired_on" in last.columns:
        hired = pd.to_datetime(out["salesperson"].map(last["hired_on"]))
        years = (day - hired).dt.days / 365.25
        names = [next(n for end, n in TENURES if y < end) if y == y else "none" for y in years]  # noqa: PLR0124
        out["tenure"] = pd.Series(names, index=out.index, dtype="str")
    return out


def _span(plan: "Plan", deals: pd.DataFrame, first: object, last: object) -> tuple[object, object]:
    """Return the first and last day to pay: given, or those of the deals."""
    if first is not None and last is not None:
        return first, last
    column = plan.head.date_column
    require_columns(deals, [column], name="deals")
    days = pd.to_datetime(deals[column], errors="coerce")
    return (
        days.min() if first is None else first,
        days.max() if last is None else last,
    )


def _titles(plan: "Plan") -> dict[str, str]:
    return {lang: plan.title(lang) for lang in ("en", "zh")}


def _require_one_currency(old: "Plan", new: "Plan") -> None:
    """Refuse to subtract yuan from dollars."""
    if old.head.currency != new.head.currency:
        raise ContractError(
            f"the old plan pays in {old.head.currency}, the new one in {new.head.currency}.",
            where="compare(old, new)",
            fix="write both plans in one currency",
            code="bad-choice",
        )
