"""The year by days and weeks, and the daily check against what was sold."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from salesanalysis.errors import ReconciliationError, require_columns
from salesanalysis.labels import Terms, count, day, label, money
from salesanalysis.results import Result
from salesanalysis.targets.steps import Step
from salesanalysis.targets.time.dailycheck import DailyCheck, check_days
from salesanalysis.targets.words import node_text


@dataclass(frozen=True, eq=False)
class DayPlan(Result):
    """A target for every day; days add up to their month and weeks are sums of days.

    Attributes
    ----------
    frame : DataFrame, one row per unit and day
        The columns of `levels`, ``date``, ``period`` (month start), ``is_workday`` and ``value``
        (currency).
    months : DataFrame, one row per unit and month
        The columns of `levels`, ``period``, ``value`` (currency).
    levels : tuple of str
    step : str
        Smallest amount a day moves by, in currency units.
    estimated : bool
        Holidays of a year in it are not published: weekdays without statutory days stand in.

    Raises
    ------
    ReconciliationError
        Days of a month that do not add up to it in whole steps.
    """

    frame: pd.DataFrame
    months: pd.DataFrame
    levels: tuple[str, ...]
    step: str
    estimated: bool = False
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Refuse days that do not add up, and keep copies."""
        keys = [*self.levels, "period"]
        require_columns(self.frame, [*keys, "date", "is_workday", "value"], name="day plan")
        for name in ("frame", "months"):
            object.__setattr__(self, name, getattr(self, name).copy().reset_index(drop=True))
        object.__setattr__(self, "levels", tuple(self.levels))
        step = Step.of(self.step)
        days = self._whole().groupby(keys)["value"].sum()
        months = self.months.assign(value=step.counts(self.months["value"]))
        gap = days.sub(months.set_index(keys)["value"], fill_value=0)
        if (gap != 0).any():
            raise ReconciliationError(
                f"The days of {int((gap != 0).sum())} of {len(gap)} months leave "
                f"{step.text(abs(int(gap[gap != 0].iloc[0])) * step.size)} unexplained.",
                where=f"first: {gap[gap != 0].index[0]!r}",
                fix="this is a defect or a tampered table: please report it with the input",
                code="does-not-add-up",
            )

    def to_frame(self) -> pd.DataFrame:
        """Return the days, one row per unit and day; a copy."""
        return self.frame.copy()

    def _whole(self) -> pd.DataFrame:
        return self.frame.assign(value=Step.of(self.step).counts(self.frame["value"]))

    def _summed(
        self, table: pd.DataFrame, keys: Sequence[str], **more: tuple[str, str]
    ) -> pd.DataFrame:
        """Sum whole steps by `keys`."""
        summed = table.groupby(list(keys), sort=True, as_index=False).agg(
            **more, value=("value", "sum")
        )
        step = Step.of(self.step)
        out: pd.DataFrame = summed.assign(value=step.amounts(summed["value"].to_numpy("int64")))
        return out

    def days(self, *levels: str) -> pd.DataFrame:
        """Return the days summed to `levels` (none: one row per day)."""
        require_columns(self.frame, levels, name="day plan")
        return self._summed(self._whole(), [*levels, "date", "period", "is_workday"])

    def weeks(self, *levels: str, whole: bool = False) -> pd.DataFrame:
        """Return the weeks from Monday on, as sums of their days.

        Parameters
        ----------
        *levels : str
            Levels to keep.
        whole : bool
            False: a week that crosses a month's end has a row per month; True: one row.

        Returns
        -------
        DataFrame
            `levels`, ``week`` (ISO year and week, 2024-W05), ``period`` (unless `whole`),
            ``first_date``, ``last_date`` (of the part), ``n_working_days``, ``value`` (currency).
        """
        require_columns(self.frame, levels, name="day plan")
        table = self._whole()
        iso = table["date"].dt.isocalendar()
        table["week"] = iso["year"].astype("str") + "-W" + iso["week"].astype("str").str.zfill(2)
        per_day = table.groupby([*levels, "week", "period", "date"], as_index=False).agg(
            is_workday=("is_workday", "first"), value=("value", "sum")
        )
        keys = [*levels, "week", *([] if whole else ["period"])]
        return self._summed(
            per_day,
            keys,
            first_date=("date", "min"),
            last_date=("date", "max"),
            n_working_days=("is_workday", "sum"),
        )

    def check(self, sales: pd.DataFrame, *, as_of: object) -> DailyCheck:
        """Set the days up to `as_of` beside what was sold: the daily check of the month.

        Parameters
        ----------
        sales : DataFrame
            ``date`` and ``value`` (currency); days without a row sold nothing, later ones are
            left out.
        as_of : date
            The evening of this day; its month is checked.

        Returns
        -------
        DailyCheck
        """
        context = {"currency": self.currency, "terms": self.terms}
        return check_days(self.days(), sales, as_of, **context)

    def _sentences(self, lang: str) -> list[str]:
        days = self.days()
        top = days.loc[days["value"].idxmax()]
        step = Step.of(self.step)
        total = step.amount(int(step.counts(self.months["value"]).sum()))
        worked = int(days["is_workday"].sum())
        out = [
            label(
                "day_plan.headline",
                lang,
                what=self._what(lang),
                total=money(total, lang, self.currency),
                n=count(worked),
                top=day(top["date"], lang),
                value=money(float(top["value"]), lang, self.currency),
            ),
            label("day_plan.rule", lang),
        ]
        return out + ([label("day_plan.estimated", lang)] if self.estimated else [])

    def _what(self, lang: str) -> str:
        """Return whom the days are of: the unit where it is one, else all of them."""
        units = self.months[list(self.levels)].drop_duplicates()
        if not len(self.levels) or len(units) > 1:
            return label("word.company", lang)
        return node_text(units.iloc[0].to_dict(), self.levels, self.terms, lang)
