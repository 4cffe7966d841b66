"""The people a plan is tried on: their quotas, and the deals of the last closed period."""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, require_columns
from salesanalysis.incentives import Plan
from salesanalysis.incentives.inputs.sheets import used_measures, wanted_of
from salesanalysis.labels import LANGUAGES, Terms, count, label, month
from salesanalysis.periods import FiscalCalendar

#: People assumed where none are given, and the quota of each, currency a period.
ASSUMED, QUOTA = 100, 300_000.0
#: A lognormal attainment with 60 % at or above quota and a 90th percentile of 1.30 (section 9.1).
_M, _S = 0.043305, 0.170933
#: Quota and result of a measure that counts things.
_COUNT = 10.0
_START = pd.Timestamp("2024-01-01")


@dataclass(frozen=True, eq=False)
class Crowd:
    """People and deals of one period.

    Attributes
    ----------
    people : DataFrame, one row per person
        ``salesperson``, ``quota`` (currency a period, 0 for none), what else a plan asks.
    deals : DataFrame, one row per deal of the period: ``salesperson``, ``order_id``, ``date``,
        ``amount`` (currency)
    period : Timestamp, first month of the period
    assumed : bool, nobody was given
    others : tuple of (English, Chinese), measures at which assumed people stand at target
    currency : str, of quotas and deals; empty where they are in the plan's own
    source : str, the data set they are of
    """

    people: pd.DataFrame
    deals: pd.DataFrame
    period: pd.Timestamp
    assumed: bool = False
    others: tuple[tuple[str, str], ...] = ()
    calendar: FiscalCalendar = FiscalCalendar()
    terms: Terms = Terms()
    currency: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        """Refuse people without a name, a quota or twice."""
        require_columns(self.people, ["salesperson", "quota"], name="people")
        twice = self.people[self.people["salesperson"].duplicated(keep=False)]
        if len(twice):
            raise ContractError(
                f"people has more than one row for {twice['salesperson'].nunique()} of them.",
                where="planner.open(people=...)",
                fix="give one row per person",
                code="duplicate-key",
                rows=twice,
            )

    @property
    def names(self) -> list[str]:
        """Return everybody, by name."""
        return sorted(self.people["salesperson"].astype("str"))

    def measured(self) -> pd.DataFrame:
        """Return the people who have a quota above 0."""
        return self.people[self.people["quota"] > 0].reset_index(drop=True)

    def own_deals(self, name: str) -> pd.DataFrame:
        """Return the deals of one person."""
        return self.deals[self.deals["salesperson"].astype("str") == name]

    def row(self, name: str) -> pd.Series:
        """Return the row of one person."""
        return self.people[self.people["salesperson"].astype("str") == name].iloc[0]

    def sentences(self, lang: str, money: Any) -> list[str]:
        """Say who the plan is tried on."""
        n = count(len(self.people))
        if self.assumed:
            quota = money(float(self.people["quota"].iloc[0]))
            said = [label("planner.assumed.people", lang, n=n, quota=quota)]
            if self.others:
                at = LANGUAGES.index(lang)
                names = ("、" if lang == "zh" else ", ").join(o[at] for o in self.others)
                said.append(label("planner.others", lang, names=names))
            return said
        said = [label("planner.people", lang, n=n, period=month(self.period, lang))]
        without = len(self.people) - len(self.measured())
        if without:
            said.append(label("planner.people.without", lang, n=count(without)))
        return said


def crowd_of(plan: Plan, data: Any = None, people: pd.DataFrame | None = None) -> Crowd:
    """Return who a plan is tried on: a data set's people, people given, or people assumed.

    Parameters
    ----------
    plan : Plan
    data : Dataset, name or folder, optional
        Quotas and deals of its last closed period, as they are paid in `05_incentives`.
    people : DataFrame, optional
        ``salesperson``, ``quota``; deals are assumed, one a person.

    Raises
    ------
    ContractError
        Missing columns, a person twice, a data set nobody can be paid from.

    Examples
    --------
    >>> from salesanalysis.incentives.plan import EXAMPLE
    >>> crowd = crowd_of(Plan.from_text(EXAMPLE))
    >>> crowd.assumed, len(crowd.people), len(crowd.deals)
    (True, 100, 100)
    """
    if people is not None:
        return _with_deals(plan, people)
    if data is None:
        return _with_deals(plan, _assumed_people(), assumed=True)
    return _of_data(data)


def _of_data(data: Any) -> Crowd:
    """Return everybody of a data set: quotas and deals of the last closed period."""
    from salesanalysis.book import company  # noqa: PLC0415
    from salesanalysis.data import load  # noqa: PLC0415

    data = load(data) if isinstance(data, str) else data
    book = company(data)
    rolls = [book.payroll(region) for region in data.regions]
    refused = rolls[0].refusal()
    if refused is not None and all(roll.refusal() is not None for roll in rolls):
        raise ContractError(
            refused.explain("en"),
            where=f"planner.open(data={data.name!r})",
            fix="give people=, a table with salesperson and quota, or no data",
        )
    paid = [roll for roll in rolls if roll.refusal() is None]
    people = pd.concat([_placed(roll) for roll in paid])
    people = people.drop_duplicates("salesperson", ignore_index=True)
    people = people.sort_values("salesperson", kind="stable", ignore_index=True)
    lines = paid[0].lines
    from salesanalysis.incentives import deals_of  # noqa: PLC0415

    deals = deals_of(lines[lines["salesperson"].isin(people["salesperson"])])
    return Crowd(
        people,
        deals,
        paid[0].months[0],
        calendar=data.calendar,
        terms=data.terms,
        currency=data.currency,
        source=data.name,
    )


def _placed(roll: Any) -> pd.DataFrame:
    """Return the people of a region with its name; who sells in two stands in the first."""
    frame: pd.DataFrame = roll.people.assign(region=roll.region)
    return frame


def _assumed_people() -> pd.DataFrame:
    names = [f"P{n + 1:03d}" for n in range(ASSUMED)]
    return pd.DataFrame({"salesperson": names, "quota": QUOTA})


def _with_deals(plan: Plan, people: pd.DataFrame, *, assumed: bool = False) -> Crowd:
    """Return people with one deal each: quantiles of a common shape, in a fixed mixed order."""
    require_columns(people, ["salesperson", "quota"], name="people")
    start = _START
    if plan.head.first_day:
        start = max(start, pd.Timestamp(plan.head.first_day).to_period("M").to_timestamp())
    n = len(people)
    # neighbours in the list are not neighbours in result
    places = (np.arange(n) * 0.6180339887498949 + 0.5 / max(n, 1)) % 1.0
    ranks = (pd.Series(places).rank(method="first").to_numpy() - 0.5) / max(n, 1)
    z = np.array([NormalDist().inv_cdf(p) for p in ranks])
    deals = pd.DataFrame(
        {
            "salesperson": people["salesperson"].astype("str"),
            "order_id": [f"D{i + 1:05d}" for i in range(n)],
            "date": start + pd.Timedelta(days=14),
        }
    )
    frame, others = _at_target(plan, people)
    names = _sold(plan)
    for name in names:
        quota = frame[_column("quota", name, plan)].fillna(0.0).to_numpy(dtype="float64")
        reached = np.exp(_M + _S * z) if name == plan.head.measure else 1.0
        deals["amount" if len(names) == 1 else name] = np.round(quota * reached, 2)
    return Crowd(frame, deals, start, assumed=assumed, others=others)


def _sold(plan: Plan) -> list[str]:
    """Return the measures that come with deals, the main one first."""
    personal = set(wanted_of(plan, ["amount"]).results)
    main = plan.head.measure
    return [main, *sorted(used_measures(plan) - personal - {main})]


def _column(stem: str, measure: str, plan: Plan) -> str:
    return stem if measure == plan.head.measure else f"{stem}_{measure}"


def _at_target(
    plan: Plan, people: pd.DataFrame
) -> tuple[pd.DataFrame, tuple[tuple[str, str], ...]]:
    """Return people with what a plan asks besides the quota: everything else at its target."""
    frame, added = people.copy(), []
    for name in beside_sales(plan):
        kind = plan.head.measures[name].kind
        personal = name in wanted_of(plan, ["amount"]).results
        if personal and name not in frame.columns:
            frame[name] = {"ratio": 1.0, "number": 0.0}.get(kind, _COUNT)
            added.append(name)
        if kind in ("money", "count") and f"quota_{name}" not in frame.columns:
            frame[f"quota_{name}"] = frame["quota"] if kind == "money" else _COUNT
            added.append(name)
    for column, values in _places(len(people)).items():
        if column not in frame.columns:
            frame[column] = values
    if plan.is_cumulative and "credited" not in frame.columns:
        frame["credited"] = 0.0
    return frame, tuple(dict.fromkeys(titled(plan, name) for name in added))


def beside_sales(plan: Plan) -> list[str]:
    """Return the measures a plan reads beside its main one."""
    return sorted(used_measures(plan) - {plan.head.measure})


def titled(plan: Plan, measure: str) -> tuple[str, str]:
    """Return how a measure is called, (English, Chinese)."""
    return plan.head.measures[measure].title or (measure, measure)


def _places(n: int) -> dict[str, list[str]]:
    """Return teams of ten, the first of each its manager."""
    return {
        "team": [f"T{i // 10 + 1:02d}" for i in range(n)],
        "manager": ["" if i % 10 == 0 else f"P{i - i % 10 + 1:03d}" for i in range(n)],
    }
