"""Reading what is evaluated: one row per unit and month, who was changed and from which month."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import (
    ContractError,
    require_columns,
    require_named,
    require_rows,
    require_unique,
)
from salesanalysis.incentives.effects.treated import (
    Asked,
    Ints,
    dates_of,
    n_moved,
    nobody,
    starts_of,
)
from salesanalysis.labels import Terms
from salesanalysis.panel import Panel
from salesanalysis.periods import month_range, month_start

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Scene:
    """Units by months: what is measured per day, the days, and the month each was changed.

    Attributes
    ----------
    units : tuple of str
    months : DatetimeIndex
    y : ndarray, units x months, outcome per person-day (per person-month without days)
    w : ndarray, units x months, person-days (1 a month without days); 0 where there is no row
    start : ndarray of int, number of the month from which a unit is changed; `never` = no month
    cluster : ndarray of int, number of the cluster of each unit
    clusters : tuple of str
    per : {"day", "month"}
    switch_left_out : bool, the change came inside a month, which is left out
    """

    units: tuple[str, ...]
    months: pd.DatetimeIndex
    y: Floats
    w: Floats
    start: Ints
    cluster: Ints
    clusters: tuple[str, ...]
    per: str
    switch_left_out: bool
    n_idle: int
    n_gaps: int
    n_moved: int = 0

    @property
    def never(self) -> int:
        """Return the number that stands for no change: one past the last month."""
        return len(self.months)

    @property
    def treated(self) -> npt.NDArray[np.bool_]:
        """Tell which units were changed at some time."""
        chosen: npt.NDArray[np.bool_] = self.start < self.never
        return chosen

    @property
    def first(self) -> int:
        """Return the number of the first month with anybody changed."""
        return int(self.start.min())

    @property
    def staggered(self) -> bool:
        """Tell whether units were changed in different months."""
        return len(np.unique(self.start[self.treated])) > 1

    def after(self) -> Floats:
        """Return 1 where a unit is changed in a month, 0 elsewhere; units x months."""
        reached: Floats = (np.arange(self.never) >= self.start[:, None]).astype("float64")
        return reached

    def rows(self, chosen: npt.NDArray[np.bool_]) -> "Scene":
        """Return some of the units; clusters keep their numbers."""
        return replace(
            self, units=tuple(np.array(self.units, dtype=object)[chosen]), y=self.y[chosen],
            w=self.w[chosen], start=self.start[chosen], cluster=self.cluster[chosen],
        )  # fmt: skip

    def before(self, month: int) -> "Scene":
        """Return the months before the one of this number."""
        return replace(
            self, months=self.months[:month], y=self.y[:, :month], w=self.w[:, :month],
            start=np.minimum(self.start, month),
        )  # fmt: skip


def read_scene(given: pd.DataFrame | Panel, asked: Asked) -> tuple[Scene, str, str, Terms]:
    """Return the units by months, the name of the outcome, the currency and the terms."""
    frame, asked, currency, terms = _plain(given, asked)
    if asked.treated is None and asked.cluster not in frame.columns:
        asked = replace(asked, cluster=None)  # everybody is changed: nothing is compared by it
    tidy = _tidy(frame, asked)
    dates = dates_of(tidy, asked)
    months = month_range(tidy["period"].min(), tidy["period"].max())
    first = min(dates.values(), default=None) if asked.treated is not None else asked.change
    if first is None:
        raise nobody()
    _require_inside(pd.Timestamp(first), months)
    return _scene(tidy, asked, dates, months), asked.outcome, currency, terms


def _plain(given: pd.DataFrame | Panel, asked: Asked) -> tuple[pd.DataFrame, Asked, str, Terms]:
    """Return a panel as the frame it holds; a frame as it is."""
    if not isinstance(given, Panel):
        return given, asked, "CNY", Terms()
    outcome = given.value if asked.outcome == "value" else asked.outcome
    frame = given.to_frame().rename(columns={"value": outcome})
    return frame, replace(asked, outcome=outcome), given.currency, given.terms


def _tidy(frame: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """Return unit, period, value, days and cluster, every bad row refused."""
    named = [asked.unit, *([asked.cluster] if asked.cluster else [])]
    _require_cluster(frame, asked)
    needed = [*named, "period", asked.outcome, *([asked.days] if asked.days else [])]
    require_columns(frame, needed, name="frame")
    require_rows(frame, name="frame")
    require_named(frame, dict.fromkeys(named), name="frame")
    tidy = pd.DataFrame(
        {
            "unit": frame[asked.unit].astype("str").to_numpy(),
            "period": _months(frame["period"]),
            "value": _numbers(frame, asked.outcome),
            "days": _numbers(frame, asked.days) if asked.days else 1.0,
            "cluster": (frame[asked.cluster] if asked.cluster else frame[asked.unit])
            .astype("str")
            .to_numpy(),
        }
    )
    if isinstance(asked.treated, str):
        _require_column_of_treated(frame, tidy, asked.treated)
        tidy["treated"] = frame[asked.treated].to_numpy()
    _check_days(tidy, asked)
    require_unique(
        tidy, ["unit", "period"], name="frame", what="share a unit and month",
        fix="sum them to one row per unit and month first",
    )  # fmt: skip
    return tidy.sort_values(["unit", "period"], ignore_index=True)


def _require_cluster(frame: pd.DataFrame, asked: Asked) -> None:
    """Refuse a cluster that is no column, naming the way to go without."""
    if asked.cluster and asked.cluster not in frame.columns:
        raise ContractError(
            f"frame has no column {asked.cluster!r} to tell which units hang together.",
            where="evaluate_change(cluster=...)",
            fix="add it, or pass cluster=None: each unit then stands for itself",
            code="missing-column",
        )


def _require_column_of_treated(frame: pd.DataFrame, tidy: pd.DataFrame, treated: str) -> None:
    """Refuse a text that is no column; a name belongs into a list."""
    if treated not in frame.columns and treated in {*tidy["unit"], *tidy["cluster"]}:
        raise ContractError(
            f"{treated!r} is a name and no column.",
            where="evaluate_change(treated=...)",
            fix=f"write treated=[{treated!r}]",
            code="bad-choice",
        )
    require_columns(frame, [treated], name="frame")


def _months(periods: pd.Series) -> list[pd.Timestamp]:
    """Return the month each row lies in; each date is read once."""
    if isinstance(periods.dtype, pd.PeriodDtype):
        periods = periods.dt.to_timestamp()
    known = {p: month_start(p) for p in periods.unique()}
    return [known[p] for p in periods]


def _numbers(frame: pd.DataFrame, column: str) -> Floats:
    """Return a column as numbers; text, empty and infinite values are refused."""
    values: Floats = pd.to_numeric(frame[column], errors="coerce").to_numpy(
        "float64", na_value=np.nan
    )
    bad = frame[~np.isfinite(values)]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(frame)} values of {column!r} are empty, infinite or no numbers.",
            where=f"first rows {bad.index[:3].tolist()}, see .rows",
            fix="no sales is 0; leave out months in which a unit was not there",
            rows=bad,
        )
    return values


def _check_days(tidy: pd.DataFrame, asked: Asked) -> None:
    """Refuse days below 0, and an outcome on no day."""
    bad = tidy[(tidy["days"] < 0) | ((tidy["days"] == 0) & (tidy["value"] != 0))]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(tidy)} rows have days below 0, or an outcome without a day.",
            where=f"columns {asked.days!r} and {asked.outcome!r}, see .rows",
            fix="give the days somebody was active in the month; 0 only where nothing came",
            rows=bad,
        )


def _require_inside(first: pd.Timestamp, months: pd.DatetimeIndex) -> None:
    """Refuse a change before, at the start of or after the data."""
    if months[0] < first and month_start(first) <= months[-1] and first != months[0]:
        return
    raise ContractError(
        f"the change on {first:%Y-%m-%d} lies outside the data ({months[0]:%Y-%m} to "
        f"{months[-1]:%Y-%m}), or at their first month.",
        where="evaluate_change(change_date=...)",
        fix="give months before and after the change",
        code="bad-choice",
    )


def _scene(
    tidy: pd.DataFrame, asked: Asked, dates: dict[str, pd.Timestamp], months: pd.DatetimeIndex
) -> Scene:
    """Lay the rows out as units by months."""
    units = sorted(tidy["unit"].unique())
    wide = {
        name: tidy.pivot(index="unit", columns="period", values=name).reindex(
            index=units, columns=months
        )
        for name in ("value", "days")
    }
    there = wide["days"].notna().to_numpy()
    begun = np.maximum.accumulate(there, axis=1)
    lasts = np.maximum.accumulate(there[:, ::-1], axis=1)[:, ::-1]
    gap = begun & lasts & ~there
    w = wide["days"].fillna(0.0).to_numpy(copy=True)
    if asked.gaps == "zero":
        w[gap] = 1.0
    value = wide["value"].fillna(0.0).to_numpy()
    y = np.divide(value, w, out=np.zeros_like(w), where=w > 0)
    names, codes = np.unique(
        tidy.drop_duplicates("unit").set_index("unit")["cluster"].reindex(units).to_numpy(str),
        return_inverse=True,
    )
    start, partial = starts_of(units, dates, months)
    w[:, partial] = 0.0
    return Scene(
        tuple(units), months, y, w, start, codes.astype("int64"), tuple(map(str, names)),
        "day" if asked.days else "month", bool(partial), int((tidy["days"] == 0).sum()),
        int(gap.sum()), n_moved(tidy),
    )  # fmt: skip
