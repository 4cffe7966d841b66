"""Whom a plan reaches: below its threshold, near quota, above it, capped, in a tax zone."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesanalysis.errors import require_columns, require_rows
from salesanalysis.incentives.compiled import Compiled, compile_plan
from salesanalysis.incentives.moments import pay_at
from salesanalysis.incentives.outlook.tables import Floats, Simulated, about, column
from salesanalysis.incentives.simulate import World
from salesanalysis.incentives.simulate.tally import tally_of
from salesanalysis.incentives.tax.one_off import zones
from salesanalysis.labels import Terms, label, percent
from salesanalysis.results import Result, require_adds_up

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

COLUMNS = ("reach", "from_share", "to_share", "year_share", "period_share", "status")
BANDS = ("below_threshold", "below_80", "near_quota", "at_quota")
FLAGS = ("capped", "tax_zone")


@dataclass(frozen=True, eq=False)
class Coverage(Result):
    """Shares of people and years, and of people and periods, by where they stand.

    Attributes
    ----------
    frame : DataFrame
        ``reach``: the bands below_threshold (nothing is paid), below_80, near_quota (80 to
        100 %), at_quota (100 % and more), which together are everybody; then capped and tax_zone,
        which overlap them. ``from_share``, ``to_share`` (attainment, open ends empty),
        ``year_share`` (of person-years, by yearly attainment; capped: never counted by year),
        ``period_share`` (of person-periods), ``status``: both_counted, by_period, by_year (empty in
        the other column), no_cap, no_tax_rule, not_measured.
    threshold : float, attainment of a period below which the plan pays nothing, 0 where none
    """

    frame: pd.DataFrame
    threshold: float
    plan_title: dict[str, str]
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Refuse bands that are not everybody."""
        require_columns(self.frame, list(COLUMNS), name="coverage")
        object.__setattr__(self, "frame", self.frame.copy())
        bands = self.frame[self.frame["reach"].isin(BANDS)]
        for name in ("year_share", "period_share"):
            if bands[name].notna().any():
                require_adds_up(bands[name], 1.0, what=f"{name} of bands", unit=1e-6)

    def to_frame(self) -> pd.DataFrame:
        """Return the bands, then what overlaps them."""
        return self.frame.copy()

    def share(self, reach: str, name: str = "year_share") -> float:
        """Return one share; empty where it was not counted."""
        return float(self.frame.set_index("reach").loc[reach, name])

    def _sentences(self, lang: str) -> list[str]:
        year = {r: percent(self.share(r)) for r in BANDS}
        title = self.plan_title[lang]
        said = [label("outlook.coverage.headline", lang, title=title, **year)]
        period = self.frame.set_index("reach")["period_share"]
        if period[list(BANDS)].notna().all():
            texts = {r: percent(period[r]) for r in BANDS}
            said.append(label("outlook.coverage.periods", lang, **texts))
        if self.threshold > 0:
            said.append(label("outlook.coverage.threshold", lang, at=percent(self.threshold)))
        else:
            said.append(label("outlook.coverage.no_threshold", lang))
        if np.isfinite(period["capped"]):
            said.append(label("outlook.coverage.capped", lang, share=percent(period["capped"])))
        zone = self.share("tax_zone")
        if np.isfinite(zone):
            said.append(label("outlook.coverage.tax_zone", lang, share=percent(zone)))
        return said


def coverage(plan: "Plan", simulation: Simulated, world: World | None = None) -> Coverage:
    """Return whom the plan reaches.

    Parameters
    ----------
    plan : Plan
    simulation : Simulation of it
    world : World it was simulated on, optional; without it nothing is counted by period

    Raises
    ------
    ContractError
        A simulation without a sample.
    """
    require_rows(simulation.sample, name="sample")
    form = compile_plan(plan)
    threshold = threshold_of(form)
    year = _bands(column(simulation.sample, "attainment"), threshold)
    periods, capped = (
        (np.full(4, np.nan), float("nan")) if world is None else _by_period(form, world, threshold)
    )
    ends = [threshold, max(0.8, threshold), max(1.0, threshold)]
    spans = zip([np.nan, *ends], [*ends, np.nan], strict=True)
    status = "by_year" if world is None else "both_counted"
    rows: list[tuple[object, ...]] = [
        (name, *span, year[i], periods[i], status)
        for i, (name, span) in enumerate(zip(BANDS, spans, strict=True))
    ]
    rows += [_capped(plan, capped), _tax_zone(plan, simulation)]
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"reach": "str", "status": "str"})
    return Coverage(frame, threshold, **about(simulation))


def threshold_of(form: Compiled) -> float:
    """Return the attainment of a period up to which nothing is paid; 0 where there is none.

    Sales below 0 are another matter: a plan may take back pay for returns.
    """
    if form.unit != "attainment" or form.residual:
        return 0.0
    for segment in form.segments:
        edge = float(segment.lo) if segment.lo is not None else -1.0
        if edge >= 0 and any(a or b for a, b in segment.lines.values()):
            return edge
    return 0.0


def period_attainments(world: World) -> tuple[Floats, Floats]:
    """Return attainments of sampled people, periods and draws, and the quotas they belong to.

    Shapes (people, periods, draws), quotas in currency: what the world keeps of its first draws.
    """
    if "attained" not in world.kept:
        world.kept["attained"] = tally_of(world).sample / world.quota[:, None, None]
    attained: Floats = world.kept["attained"]
    return attained, np.broadcast_to(world.quota[:, None, None] / 100, attained.shape)


def _bands(attained: Floats, threshold: float) -> Floats:
    """Return the share of values in each band; a band above its end is empty."""
    edges = [threshold, max(0.8, threshold), max(1.0, threshold)]
    place = np.searchsorted(edges, attained.reshape(-1), side="right")
    counts: Floats = np.bincount(place, minlength=4) / attained.size
    return counts


def _by_period(form: Compiled, world: World, threshold: float) -> tuple[Floats, float]:
    """Return the bands by person and period, and the share at the cap (empty where none)."""
    attained, quota = period_attainments(world)
    bands = _bands(attained, threshold)
    cap = form.cap if not form.residual and form.unit == "attainment" else None
    if cap is None or any("incentive" in s.lines for s in form.segments):
        return bands, float("nan")
    pay = pay_at(replace(form, cap=None), attained, quota=quota)
    return bands, float((pay >= float(cap.amount)).mean())


def _capped(plan: "Plan", share: float) -> tuple[object, ...]:
    nan = float("nan")
    if plan.rules.limits.cap is None:
        return "capped", nan, nan, nan, nan, "no_cap"
    return "capped", nan, nan, nan, share, "by_period" if np.isfinite(share) else "not_measured"


def _tax_zone(plan: "Plan", simulation: Simulated) -> tuple[object, ...]:
    """Count years whose pay, as a one-off bonus, lies where more is less net."""
    nan = float("nan")
    if not plan.rules.tax_warning:
        return "tax_zone", nan, nan, nan, nan, "no_tax_rule"
    pay = column(simulation.sample, "pay")
    inside = np.zeros(len(pay), bool)
    for low, high in zones():
        inside |= (pay > float(low)) & (pay < float(high))
    return "tax_zone", nan, nan, float(inside.mean()), nan, "by_year"
