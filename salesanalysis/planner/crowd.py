"""The people a plan is tried on: their quotas, and the deals of the last closed period."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from salesanalysis.errors import ContractError, require_columns
from salesanalysis.incentives import Plan
from salesanalysis.incentives.inputs.deals import LENGTHS
from salesanalysis.labels import LANGUAGES, Terms, count, label, month
from salesanalysis.periods import FiscalCalendar

#: Columns of people that are amounts of one period.
_OF_A_PERIOD = ("target_incentive", "base_pay")


@dataclass(frozen=True, eq=False)
class Told:
    """What a data set tells of people beside quotas and sales; used where a plan asks for it.

    Attributes
    ----------
    people : DataFrame or None, one row per person
        ``salesperson`` and what its table of people has of ``team``, ``manager``, ``region``,
        ``role``, ``level``, ``base_pay`` (currency a period).
    results : dict, name of a measure -> deals: ``salesperson``, ``order_id``, ``date``, ``amount``
    costed : DataFrame or None, the deals of the period with their ``cost``
    """

    people: pd.DataFrame | None = None
    results: dict[str, pd.DataFrame] = field(default_factory=dict)
    costed: pd.DataFrame | None = None


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
    others : tuple of (English, Chinese), measures at which people are assumed to stand at target
    currency : str, of quotas and deals; empty where they are in the plan's own
    source : str, the data set they are of
    per, quota_per : {"month", "quarter", "year"}, the period of the deals, and of the quotas
    told : Told, what the data set tells beside
    remarks : tuple of (English, Chinese), what else is to be said of these people
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
    per: str = "month"
    quota_per: str = "month"
    told: Told = Told()
    remarks: tuple[tuple[str, str], ...] = ()

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

    def placed(self, per: str) -> pd.DataFrame:
        """Return everybody with quotas of another length of period, in proportion.

        A quarter has three months' quota: a plan that pays per quarter would otherwise be priced
        on a third of a year.
        """
        if per == self.quota_per:
            return self.people
        times = LENGTHS[per] / LENGTHS[self.quota_per]
        scaled = [c for c in self.people.columns
                  if c in _OF_A_PERIOD or str(c).split("_")[0] == "quota"]  # fmt: skip
        return self.people.assign(**{str(c): (self.people[c] * times).round(2) for c in scaled})

    def measured(self, per: str = "") -> pd.DataFrame:
        """Return the people who have a quota above 0, as it is for a length of period."""
        people = self.placed(per or self.quota_per)
        return people[people["quota"] > 0].reset_index(drop=True)

    def own_deals(self, name: str) -> pd.DataFrame:
        """Return the deals of one person."""
        return self.deals[self.deals["salesperson"].astype("str") == name]

    def row(self, name: str) -> pd.Series:
        """Return the row of one person."""
        return self.people[self.people["salesperson"].astype("str") == name].iloc[0]

    def when(self, lang: str) -> str:
        """Name the period of the deals: a month, a quarter or a year."""
        if self.per == "month":
            return month(self.period, lang)
        year, fiscal = self.calendar.year_of(self.period), self.calendar.start_month > 1
        if self.per == "year":
            return self.calendar.name(year) + ("年" if lang == "zh" and not fiscal else "")
        key = "window.quarter_fiscal" if fiscal else "window.quarter"
        return label(key, lang, quarter=self.calendar.quarter_of(self.period), year=year)

    def remarked(self, key: str, names: Sequence[tuple[str, str]], **words: str) -> "Crowd":
        """Return a crowd of which one thing more is to be said, with names in both languages."""
        said = []
        for at, lang in enumerate(LANGUAGES):
            listed = ("、" if lang == "zh" else ", ").join(name[at] for name in names)
            said.append(label(key, lang, names=listed, **words))
        return replace(self, remarks=tuple(dict.fromkeys((*self.remarks, (said[0], said[1])))))

    def sentences(self, lang: str, money: Any) -> list[str]:
        """Say who the plan is tried on; what is assumed of a data set's people stands apart."""
        n = count(len(self.people))
        if self.assumed:
            quota = money(float(self.people["quota"].iloc[0]))
            per = label(f"planner.per.{self.quota_per}", lang)
            said = [label("planner.assumed.people", lang, n=n, quota=quota, per=per)]
            return [*said, *self.assumptions(lang)]
        said = [label("planner.people", lang, n=n, period=self.when(lang))]
        without = len(self.people) - len(self.measured())
        if without:
            said.append(label("planner.people.without", lang, n=count(without)))
        return said if self.source else [*said, *self.assumptions(lang)]

    def assumptions(self, lang: str) -> list[str]:
        """Say what nobody has told of these people, and what is taken instead."""
        at = LANGUAGES.index(lang)
        said = [remark[at] for remark in self.remarks]
        if not self.others:
            return said
        names = ("、" if lang == "zh" else ", ").join(o[at] for o in self.others)
        key = "planner.others.data" if self.source else "planner.others"
        return [label(key, lang, names=names, data=self.source), *said]


def crowd_of(plan: Plan, data: Any = None, people: pd.DataFrame | None = None) -> Crowd:
    """Return who a plan is tried on: a data set's people, people given, or people assumed.

    Parameters
    ----------
    plan : Plan
    data : Dataset, name or folder, optional
        Quotas and deals of the last month that is closed, of a plan per quarter of the last
        quarter that is over.
    people : DataFrame, optional
        ``salesperson``, ``quota`` (currency, for the length the plan gives quotas for); deals are
        assumed, one a person.

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
    from salesanalysis.planner.assumed import assumed_people, with_deals  # noqa: PLC0415
    from salesanalysis.planner.fitting import fitted  # noqa: PLC0415

    if people is not None:
        return fitted(with_deals(plan, people), plan)
    if data is None:
        return fitted(with_deals(plan, assumed_people(plan), assumed=True), plan)
    from salesanalysis.planner.company import crowd_of_data  # noqa: PLC0415

    return fitted(crowd_of_data(plan, data), plan)
