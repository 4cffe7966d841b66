"""What changed after a scheme changed: four steps, their tables, and what stands against them."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from salesanalysis.errors import ReconciliationError, require_columns, require_rows
from salesanalysis.labels import Terms
from salesanalysis.results import Result

#: Steps in their order.
STAGES = ("description", "series", "comparison", "timing")
COLUMNS = (
    "stage", "figure", "change", "low_end", "high_end", "change_share", "p_value", "status", "why",
)  # fmt: skip


@dataclass(frozen=True)
class EffectMeta:
    """How an effect was evaluated: what has to be said beside the numbers.

    Attributes
    ----------
    outcome : str
        Column that is measured.
    kind : {"money", "share", "number"}
    unit, cluster : str
        Columns; `cluster` is empty where each unit stands for itself.
    per : {"day", "month"}
        Per active person-day, or per unit and month.
    change, last_change : Timestamp
        First month with the new scheme, and the last in which somebody was changed.
    level : float
        Of the intervals.
    n_units, n_changed, n_clusters, n_before, n_after : int
        Units, changed units, clusters; months before and from the change.
    window : int, months on either side of the switch
    method : {"series", "comparison", "none"}
        Which step gives the effect.
    how : {"clusters", "permutation", "cluster_means", "none", "hac"}
        Where its interval comes from.
    n_assignments : int, ways the change could have fallen, where permuted
    error, df : float, standard error (0 where only an interval is known) and degrees of freedom
    exposure : float, person-days (or months) behind the effect
    before_level : float, mean outcome of the changed before, per day or month
    control_level : float, the same of those never changed; 0 without them
    rho : float, correlation of neighbouring months' errors in the series
    n_idle, n_gaps, n_lost, n_new, n_moved : int
        Rows without a day; months missing inside a life; changed months without control; changed
        units never seen before; units in more than one cluster, which count for their first.
    gaps : {"absent", "zero"}
    switch_left_out : bool, a change inside a month, which is left out
    quota_changed, price_changed, chosen_weak : {"yes", "no", "unknown"}
    also : tuple of str, other threats in the caller's words
    n_placebos, n_false : int, dates at which nothing happened, and how many showed a change
    """

    outcome: str
    kind: str
    unit: str
    cluster: str
    per: str
    change: pd.Timestamp
    last_change: pd.Timestamp
    level: float = 0.95
    n_units: int = 0
    n_changed: int = 0
    n_clusters: int = 0
    n_before: int = 0
    n_after: int = 0
    window: int = 3
    method: str = "none"
    how: str = "none"
    n_assignments: int = 0
    error: float = 0.0
    df: float = 0.0
    exposure: float = 0.0
    before_level: float = 0.0
    control_level: float = 0.0
    rho: float = 0.0
    n_idle: int = 0
    n_gaps: int = 0
    n_lost: int = 0
    n_new: int = 0
    n_moved: int = 0
    gaps: str = "absent"
    switch_left_out: bool = False
    quota_changed: str = "unknown"
    price_changed: str = "unknown"
    chosen_weak: str = "unknown"
    also: tuple[str, ...] = ()
    n_placebos: int = 0
    n_false: int = 0

    @property
    def staggered(self) -> bool:
        """Tell whether units were changed in different months."""
        return bool(self.change != self.last_change)


@dataclass(frozen=True, eq=False)
class SchemeEffect(Result):
    """What changed after a scheme changed; a cause only where a control group allows to say so.

    Attributes
    ----------
    frame : DataFrame, one row per figure, in the order of the steps
        ``stage`` (description, series, comparison, timing), ``figure``, ``change`` (per person-day
        or unit and month; sums over the window's months in timing), ``low_end``, ``high_end``,
        ``change_share`` (of the level before), ``p_value``, ``status`` (``ok``, ``counted``: no
        interval applies, ``no_interval``, ``not_estimable``, ``not_needed``), ``why`` (code of the
        reason, empty where ok). What is empty has its reason there.
    parts : DataFrame, ``group``, ``part``, ``n_people``, ``amount``
        The year before, stayers' own change, their mix, joiners, leavers, after; they add up.
    months : DataFrame, one row per month
        ``period``, ``observed`` (the changed), ``without_change`` (what the method expects without
        it), ``n_people``.
    events : DataFrame, ``month_from_change``, ``effect``, ``low``, ``high``; differences from
        control by month around the change, empty without control
    placebos : DataFrame, ``period``, ``effect``, ``low``, ``high``, ``clear``
    meta : EffectMeta

    Raises
    ------
    ReconciliationError
        A number without an interval or reason; parts of a change that do not add up.
    """

    frame: pd.DataFrame
    parts: pd.DataFrame
    months: pd.DataFrame
    events: pd.DataFrame
    placebos: pd.DataFrame
    meta: EffectMeta
    currency: str = "CNY"
    terms: Terms = field(default_factory=Terms)

    def __post_init__(self) -> None:
        """Keep copies; refuse figures without a reason for what they lack."""
        require_columns(self.frame, COLUMNS, name="frame")
        require_rows(self.frame, name="frame")
        for name in ("frame", "parts", "months", "events", "placebos"):
            object.__setattr__(self, name, getattr(self, name).reset_index(drop=True).copy())
        _check_reasons(self.frame)
        _check_parts(self.parts)

    def figure(self, stage: str, name: str) -> pd.Series:
        """Return one row of the table."""
        rows = self.frame[(self.frame["stage"] == stage) & (self.frame["figure"] == name)]
        return rows.iloc[0]

    @property
    def main(self) -> pd.Series:
        """The row that answers: the difference from control, else the mean change after."""
        stage = "comparison" if self.meta.method == "comparison" else "series"
        return self.frame[self.frame["stage"] == stage].iloc[0]

    @property
    def effect(self) -> float:
        """Change per person-day (unit and month); NaN where nothing could be estimated."""
        return float(self.main["change"])

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper end; NaN where no interval could be given."""
        return float(self.main["low_end"]), float(self.main["high_end"])

    @property
    def estimable(self) -> bool:
        """Tell whether there is an effect with an interval."""
        return bool(self.main["status"] == "ok")

    def to_frame(self) -> pd.DataFrame:
        """Return one row per figure, in the order of the steps; a copy."""
        return self.frame.copy()

    def _sentences(self, lang: str) -> list[str]:
        from salesanalysis.incentives.effects.words import sentences  # noqa: PLC0415

        return sentences(self, lang)


def _check_reasons(frame: pd.DataFrame) -> None:
    """Refuse a number that is missing without a reason."""
    bare = frame["change"].isna() & ~frame["status"].isin(["not_estimable", "not_needed"])
    ends = frame[["low_end", "high_end"]].isna().any(axis=1) & (frame["status"] == "ok")
    mute = (frame["status"] != "ok") & (frame["status"] != "counted") & (frame["why"] == "")
    bad = frame[bare | ends | mute]
    if len(bad):
        raise ReconciliationError(
            f"{len(bad)} figures lack a number, an interval or the reason for it.",
            where="SchemeEffect(frame=...)",
            fix="this is a defect or a tampered table: please report it with the input",
            code="does-not-add-up",
            rows=bad,
        )


def _check_parts(parts: pd.DataFrame) -> None:
    """Refuse parts that do not lead from the year before to after."""
    for _, rows in parts.groupby("group"):
        amount = rows.set_index("part")["amount"]
        gap = amount["after"] - amount.drop("after").sum()
        if not np.isfinite(gap) or abs(gap) > 1e-9 * max(amount.abs().max(), 1e-9):
            raise ReconciliationError(
                f"Parts of the change leave {gap:+,.6g} unexplained.",
                where="SchemeEffect(parts=...)",
                fix="this is a defect or a tampered table: please report it with the input",
                code="does-not-add-up",
                rows=rows,
            )
