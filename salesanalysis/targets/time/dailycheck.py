"""The daily check: where the month stands tonight, and what each day left has to bring."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_rows
from salesanalysis.labels import Terms, completion, count, day, label, money
from salesanalysis.periods import month_start
from salesanalysis.results import Result, require_adds_up

_COLUMNS = ["date", "is_workday", "target", "actual", "target_to_date", "actual_to_date", "status"]


@dataclass(frozen=True, eq=False)
class DailyCheck(Result):
    """Days of one month with target and actual, cumulated.

    Attributes
    ----------
    frame : DataFrame, one row per day of the month
        ``date``, ``is_workday``, ``target``, ``actual`` (empty after `as_of`: ``day_ahead``),
        ``target_to_date``, ``actual_to_date`` (currency), ``status`` (``day_over``, ``day_ahead``).
    as_of : Timestamp
    total : float, currency
        Target of the month.
    """

    frame: pd.DataFrame
    as_of: pd.Timestamp
    total: float
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Refuse days that are not the month's target, and keep a copy."""
        require_columns(self.frame, _COLUMNS, name="daily check")
        require_adds_up(self.frame["target"], self.total, what="Days of the month")
        object.__setattr__(self, "frame", self.frame.copy().reset_index(drop=True))

    def to_frame(self) -> pd.DataFrame:
        """Return the days of the month; a copy."""
        return self.frame.copy()

    @property
    def gap(self) -> float:
        """Actual minus target up to the evening of `as_of`, currency."""
        done = self.frame[self.frame["status"] == "day_over"]
        return float(done["actual"].sum() - done["target"].sum())

    def needed(self) -> float:
        """Return what each working day left has to bring to make the month, currency.

        0 where the month is made; empty days left count as none.
        """
        left = self.frame[(self.frame["status"] == "day_ahead") & (self.frame["target"] > 0)]
        missing = self.total - float(self.frame["actual"].sum())
        return max(missing, 0.0) / len(left) if len(left) else 0.0

    def _sentences(self, lang: str) -> list[str]:
        done = self.frame[self.frame["status"] == "day_over"]
        asked, sold = float(done["target"].sum()), float(done["actual"].sum())
        words = {
            "day": day(self.as_of, lang),
            "actual": money(sold, lang, self.currency),
            "target": money(asked, lang, self.currency),
        }
        if asked > 0:
            share = completion(sold / asked)
            out = [label("daily_check.headline", lang, completion=share, **words)]
        else:
            out = [label("daily_check.headline_none", lang, **words)]
        return [*out, self._rest(lang)]

    def _rest(self, lang: str) -> str:
        missing = self.total - float(self.frame["actual"].sum())
        left = self.frame[(self.frame["status"] == "day_ahead") & (self.frame["target"] > 0)]
        if missing <= 0:
            over = money(-missing, lang, self.currency)
            return label("daily_check.made", lang, over=over)
        amount = money(missing, lang, self.currency)
        if not len(left):
            return label("daily_check.missed", lang, missing=amount)
        return label(
            "daily_check.rest",
            lang,
            missing=amount,
            n=count(len(left)),
            needed=money(self.needed(), lang, self.currency),
            planned=money(float(left["target"].mean()), lang, self.currency),
        )


def check_days(
    days: pd.DataFrame, sales: pd.DataFrame, as_of: object, **context: Any
) -> DailyCheck:
    """Set one month of days beside sales up to `as_of`."""
    require_columns(sales, ["date", "value"], name="sales")
    period = month_start(as_of)
    now = pd.Timestamp(str(as_of)).normalize()
    month = days[days["period"] == period].sort_values("date")
    if not len(month):
        raise ContractError(
            f"The day plan has no days of {period:%Y-%m}.",
            where=f"check(as_of={now:%Y-%m-%d}), days {days['date'].min():%Y-%m-%d} to "
            f"{days['date'].max():%Y-%m-%d}",
            fix="choose a day inside the plan",
            code="bad-choice",
        )
    require_rows(month, name="day plan")
    dates = pd.to_datetime(sales["date"]).dt.normalize()
    sold = sales["value"].astype("float64").groupby(dates).sum().reindex(month["date"])
    closed = (month["date"] <= now).to_numpy()
    actual = sold.fillna(0.0).where(closed).to_numpy("float64")
    frame = pd.DataFrame(
        {
            "date": month["date"].to_numpy(),
            "is_workday": month["is_workday"].to_numpy(dtype=bool),
            "target": month["value"].to_numpy("float64"),
            "actual": actual,
        }
    )
    frame["target_to_date"] = frame["target"].cumsum()
    frame["actual_to_date"] = frame["actual"].cumsum()
    frame["status"] = pd.Series(["day_over" if c else "day_ahead" for c in closed], dtype="str")
    return DailyCheck(frame, now, float(frame["target"].sum()), **context)
