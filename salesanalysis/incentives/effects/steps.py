"""The four steps on one scene, each adding its rows to the table of figures."""

from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.incentives.effects import algebra, checks, timing
from salesanalysis.incentives.effects.comparison import compare
from salesanalysis.incentives.effects.description import describe
from salesanalysis.incentives.effects.intake import Floats, Scene
from salesanalysis.incentives.effects.result import COLUMNS, STAGES, EffectMeta, SchemeEffect
from salesanalysis.incentives.effects.series import Broken, Clock, Line, interrupted

NONE = float("nan")


class Evaluation:
    """The steps on one scene; each appends its rows."""

    def __init__(self, scene: Scene, level: float, draws: int, seed: int, window: int) -> None:
        self.scene, self.level, self.window = scene, level, window
        self.how = {"level": level, "draws": draws, "seed": seed}
        self.rows: list[tuple[Any, ...]] = []
        self.control = scene.staggered or not scene.treated.all()
        self.changed = scene.rows(scene.treated)
        before = self.changed.w * (1 - self.changed.after())
        self.before = _mean(self.changed.y, before)
        self.more: dict[str, Any] = {}
        self.answered = True

    def result(self, meta: dict[str, Any], currency: str, terms: Any) -> SchemeEffect:
        """Run the steps and put them together."""
        parts = self.describe()
        months = self.series() if not self.control else self.compare()
        self.timing()
        self.rows.sort(key=lambda row: STAGES.index(row[0]))
        frame = pd.DataFrame(self.rows, columns=list(COLUMNS))
        compared = self.control and self.answered
        events = checks.events(self.scene, self.level) if compared else _empty_events()
        places = self.more.pop("placebos", _empty_placebos())
        told = EffectMeta(**meta, **self.facts(), **self.more)
        return SchemeEffect(frame, parts, months, events, places, told, currency, terms)

    def facts(self) -> dict[str, Any]:
        """Return counts and levels."""
        scene = self.scene
        never = scene.rows(~scene.treated)
        starts = scene.start[scene.treated]
        seen = scene.w.sum(axis=0) > 0
        return {
            "per": scene.per, "change": scene.months[scene.first],
            "last_change": scene.months[int(starts.max())],
            "n_units": len(scene.units), "n_changed": int(scene.treated.sum()),
            "n_clusters": len(np.unique(scene.cluster)),
            "n_before": int(seen[: scene.first].sum()), "n_after": int(seen[scene.first :].sum()),
            "before_level": _zero(self.before),
            "control_level": _zero(_mean(never.y[:, : scene.first], never.w[:, : scene.first])),
            "switch_left_out": scene.switch_left_out, "n_idle": scene.n_idle,
            "n_gaps": scene.n_gaps, "n_moved": scene.n_moved,
        }  # fmt: skip

    def add(  # noqa: PLR0917  one row of the table
        self, stage: str, figure: str, change: float, low: float = NONE, high: float = NONE,
        p: float = NONE, status: str = "ok", why: str = "",
    ) -> None:  # fmt: skip
        """Append a row; what has no interval says so."""
        if status == "ok" and not (np.isfinite(low) and np.isfinite(high)):
            status, why = "no_interval", why or "few_clusters"
        share = change / self.before if self.before else NONE
        self.rows.append((stage, figure, change, low, high, share, p, status, why))

    def missing(self, stage: str, figure: str, why: str, status: str = "not_estimable") -> None:
        """Append a row without a number."""
        self.rows.append((stage, figure, NONE, NONE, NONE, NONE, NONE, status, why))

    def describe(self) -> pd.DataFrame:
        """Step 1: the year before, apart by who was there."""
        groups = [("changed", self.changed)]
        if not self.scene.treated.all():
            rest = self.scene.rows(~self.scene.treated)
            # the control has no date of its own: that of the first change
            groups.append(("control", Scene(**{**vars(rest), "start": np.full(
                len(rest.units), self.scene.first)})))  # fmt: skip
        tables = [describe(part, name) for name, part in groups]
        for (name, _), table in zip(groups, tables, strict=True):
            if not len(table):
                self.missing("description", f"year_{name}", "no_year_before")
                continue
            amount = table.set_index("part")["amount"]
            total = float(amount["after"] - amount["before"])
            share = total / amount["before"] if amount["before"] else NONE
            self.rows.append(
                ("description", f"year_{name}", total, NONE, NONE, share, NONE, "counted", "")
            )
        return pd.concat(tables, ignore_index=True)

    def clock(self) -> tuple[Clock, Floats]:
        """Return the months with anybody there, and the outcome per day in them."""
        w = self.changed.w.sum(axis=0)
        seen = np.flatnonzero(w > 0)
        of_year = np.asarray(self.scene.months.month, dtype="int64")[seen]
        y = (self.changed.w * self.changed.y).sum(axis=0)[seen] / w[seen]
        return Clock(seen, of_year, self.changed.first, w[seen]), y

    def series(self) -> pd.DataFrame:
        """Step 2: one series before and after."""
        clock, y = self.clock()
        found = interrupted(y, clock)
        self.missing("comparison", "difference", "everybody_changed", "not_needed")
        if isinstance(found, str):
            for name in ("mean", "level", "slope"):
                self.missing("series", name, found)
            return self._months(clock, y, np.full(len(y), NONE))
        for name in ("mean", "level", "slope"):
            self._line("series", name, getattr(found, name))
        self._remember(found, clock)
        return self._months(clock, y, found.expected)

    def _remember(self, found: Broken, clock: Clock) -> None:
        """Keep how the series was estimated."""
        self.more |= {
            "method": "series", "how": "hac", "rho": found.rho, "error": found.mean.error,
            "df": found.mean.df, "exposure": float((clock.weight * clock.after).sum()),
        }  # fmt: skip

    def _line(self, stage: str, name: str, line: Line) -> None:
        """Append a coefficient with its t interval."""
        from scipy.special import stdtr, stdtrit  # noqa: PLC0415

        half = float(stdtrit(line.df, (1 + self.level) / 2)) * line.error
        p = float(2 * stdtr(line.df, -abs(line.value) / line.error)) if line.error else NONE
        self.add(stage, name, line.value, line.value - half, line.value + half, p)

    def _months(self, clock: Clock, y: Floats, expected: Floats) -> pd.DataFrame:
        """Return what was observed and what is expected without the change, by month."""
        people = (self.changed.w > 0).sum(axis=0)[clock.month]
        return pd.DataFrame(
            {"period": self.scene.months[clock.month], "observed": y, "without_change": expected,
             "n_people": people}
        )  # fmt: skip

    def compare(self) -> pd.DataFrame:
        """Step 3: the changed against those not changed yet, with what can be checked."""
        self.missing("series", "mean", "control_there", "not_needed")
        found = compare(self.scene, **self.how)  # type: ignore[arg-type]
        clock, y = self.clock()
        if isinstance(found, str):
            self.missing("comparison", "difference", found)
            self.answered = False
            self.more["method"] = "comparison"
            return self._months(clock, y, np.full(len(y), NONE))
        self.add("comparison", "difference", found.effect, found.low, found.high, found.p_value)
        self._checks()
        implied = (found.high - found.low) / 2 / 1.96 if np.isfinite(found.low) else 0.0
        self.more |= {
            "method": "comparison", "how": found.how, "n_assignments": found.n_assignments,
            "error": found.error if found.df else implied, "df": found.df,
            "exposure": found.total, "n_lost": found.n_lost, "n_new": found.n_new,
        }  # fmt: skip
        return self._months(clock, y, self._expected(clock))

    def _checks(self) -> None:
        """Append growth apart before, the plain two-way figure, and keep the placebo dates."""
        scene = self.scene
        if scene.staggered:
            naive = checks.two_way(scene)
            if np.isfinite(naive):
                self.add("comparison", "two_way", naive, status="no_interval", why="biased")
        apart = checks.growth_apart(scene, **self.how)  # type: ignore[arg-type]
        if apart:
            self.add("comparison", "growth_before", apart["effect"], apart["low"], apart["high"],
                     apart["p_value"])  # fmt: skip
        else:
            self.missing("comparison", "growth_before", "few_before_apart")
        placebos = checks.placebos(scene, **self.how)  # type: ignore[arg-type]
        self.more |= {"placebos": placebos, "n_placebos": len(placebos),
                      "n_false": int(placebos["clear"].sum())}  # fmt: skip

    def _expected(self, clock: Clock) -> Floats:
        """Return the mean the method foretells for the changed; empty where nobody is left."""
        scene, changed = self.scene, self.changed
        w0 = scene.w * (1 - scene.after())
        whole = algebra.pieces(scene.y, scene.w, scene.after(), w0)
        months = algebra.solve(whole.gram, whole.right)
        own = algebra.unit_means(changed.y - months, changed.w * (1 - changed.after()))[0]
        foretold = own + months
        known = (changed.w * (1 - changed.after())).sum(axis=1, keepdims=True) > 0
        w = changed.w * known
        free = w0.sum(axis=0)[clock.month] > 0
        total = w.sum(axis=0)[clock.month]
        lift = np.divide((w * (changed.y - foretold)).sum(axis=0)[clock.month], total,
                         out=np.zeros(len(total)), where=total > 0)  # fmt: skip
        seen = (changed.w * changed.y).sum(axis=0)[clock.month] / clock.weight
        return np.where(free & (total > 0), seen - lift, NONE)

    def timing(self) -> None:
        """Step 4: sums around the switch."""
        if self.control and not self.answered:
            self.missing("timing", "window_sum", "no_comparison")
            return
        if self.control:
            found = timing.window_compared(self.scene, self.window, **self.how)  # type: ignore[arg-type]
        else:
            clock, y = self.clock()
            found = timing.window_series(y, clock, self.window, self.level)
        if isinstance(found, str):
            self.missing("timing", "window_sum", found)
            return
        for name in timing.NAMES:
            moved = found[name]
            self.add("timing", name, moved.value, moved.low, moved.high)


def _mean(y: Floats, w: Floats) -> float:
    """Return a weighted mean, NaN of nothing."""
    total = float(w.sum())
    return float((w * y).sum() / total) if total else NONE


def _zero(value: float) -> float:
    return value if np.isfinite(value) else 0.0


def _empty_events() -> pd.DataFrame:
    return pd.DataFrame({"month_from_change": pd.Series([], dtype="int64"), **{
        c: pd.Series([], dtype="float64") for c in ("effect", "low", "high")}})  # fmt: skip


def _empty_placebos() -> pd.DataFrame:
    return pd.DataFrame({"period": pd.Series([], dtype="datetime64[us]"), **{
        c: pd.Series([], dtype="float64") for c in ("effect", "low", "high")},
        "clear": pd.Series([], dtype="bool")})  # fmt: skip
