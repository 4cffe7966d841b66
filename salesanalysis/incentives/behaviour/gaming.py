"""Where a plan can be gamed: people near every jump and bend, and what moving a deal pays them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, require_columns
from salesanalysis.incentives.behaviour.checks import Floats, above_zero
from salesanalysis.incentives.compiled import compile_plan
from salesanalysis.incentives.lint.checks import Scene
from salesanalysis.incentives.lint.findings import _attainments
from salesanalysis.labels import Terms, count, label, money, percent
from salesanalysis.results import Result

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

COLUMNS = (
    "edge_rate", "kind", "jump", "slope_below_rate", "slope_above_rate", "near_share", "n_near",
    "at_stake", "n_carried",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class GamingExposure(Result):
    """Every place of a plan at which timing or squeezing a deal pays.

    Attributes
    ----------
    frame : DataFrame, one row per edge, the largest stake first
        ``edge_rate`` (attainment), ``kind`` (jump, bend), ``jump`` (currency for one person at the
        quota), ``slope_below_rate``, ``slope_above_rate`` (pay per unit of sales), ``near_share``
        and ``n_near`` (people within the width on either side), ``at_stake`` (currency: the jump
        for those within the width below it; at a bend the change of slope over the width for
        those near), ``n_carried`` (people whom one more deal would carry over the edge, expected).
    n_people : int
    quota : float, currency
    width : float, attainment on either side
    deal : float, currency, mean of the deals; 0 where none were given
    """

    frame: pd.DataFrame
    n_people: int
    quota: float
    width: float
    deal: float
    plan_title: dict[str, str]
    assumed: bool = False
    currency: str = "CNY"
    terms: Terms = field(default_factory=Terms)

    def __post_init__(self) -> None:
        """Keep a copy."""
        require_columns(self.frame, COLUMNS, name="frame")
        object.__setattr__(self, "frame", self.frame.reset_index(drop=True).copy())

    def to_frame(self) -> pd.DataFrame:
        """Return one row per edge, the largest stake first; a copy."""
        return self.frame.copy()

    def _sentences(self, lang: str) -> list[str]:
        if not len(self.frame):
            return [label("gaming.none", lang), *self._given(lang)]
        top = self.frame.iloc[0]
        words = {
            "edge": percent(float(top["edge_rate"])), "n": count(float(top["n_near"])),
            "share": percent(float(top["near_share"])), "width": percent(self.width),
        }  # fmt: skip
        stake = money(float(top["at_stake"]), lang, self.currency)
        lines = [label("gaming.headline", lang, **words, stake=stake)]
        lines += [self._line(row, lang) for row in self.frame.head(8).to_dict("records")]
        return [*lines, *self._given(lang)]

    def _line(self, row: dict[str, Any], lang: str) -> str:
        words = {"edge": percent(row["edge_rate"]), "share": percent(row["near_share"])}
        if row["kind"] == "jump":
            jump = money(row["jump"], lang, self.currency, signed=True)
            text = label("gaming.jump", lang, **words, jump=jump)
        else:
            slopes = {"below": percent(row["slope_below_rate"]),
                      "above": percent(row["slope_above_rate"])}  # fmt: skip
            text = label("gaming.bend", lang, **words, **slopes)
        if not self.deal:
            return text
        return text + label("gaming.carried", lang, n=f"{row['n_carried']:,.1f}")

    def _given(self, lang: str) -> list[str]:
        quota = money(self.quota, lang, self.currency)
        key = "gaming.given_assumed" if self.assumed else "gaming.given"
        return [label(key, lang, n=count(self.n_people), quota=quota, width=percent(self.width))]


def gaming_exposure(
    plan: "Plan",
    attainment: Any = None,
    *,
    quota: Any = "100000",
    width: float = 0.02,
    deals: Sequence[float] | None = None,
) -> GamingExposure:
    """Return how many people stand at every jump and bend of a plan, and what is at stake there.

    Parameters
    ----------
    plan : Plan
    attainment : array-like, optional, one ratio per person and period
        Without them the shape that `lint` assumes, and the result says so.
    quota : currency, of one person
    width : float, attainment on either side of an edge, above 0 to 0.5
    deals : sequence of float, optional, currency
        Sizes of deals people have: from them how many one more deal would carry over.

    Raises
    ------
    ContractError
        Attainments that are empty or look like percent; a width or deals out of range; parts of
        the plan that are no lines with jumps.

    Notes
    -----
    Gains of gaming accelerators were worth 6 to 8 % of revenue to sellers of one software house
    (Larkin 2014, Journal of Labor Economics 32(2)); what is at stake here is pay, not sales.

    Examples
    --------
    >>> from salesanalysis.incentives.plan import EXAMPLE, Plan
    >>> found = gaming_exposure(Plan.from_text(EXAMPLE), [0.79, 0.9, 0.995, 1.1], quota=100_000)
    >>> found.to_frame()[["edge_rate", "jump", "n_near", "at_stake"]].to_numpy("O").tolist()
    [[1.0, 400.0, 1, 408.0], [0.8, 320.0, 1, 328.0]]
    """
    from salesanalysis.incentives.pay.paying import titles  # noqa: PLC0415

    values = np.sort(_attainments(attainment))
    given = {"width": width, "quota": float(Fraction(str(quota)))}
    sizes = {} if deals is None else {"deals": deals}
    above_zero("gaming_exposure(...)", "write width=0.02, deals in currency", **given, **sizes)
    if width > 0.5:
        raise ContractError(
            f"width is {width:g}: half of the quota on either side is no neighbourhood.",
            where="gaming_exposure(width=...)",
            fix="write 0.02 for two points of attainment",
            code="bad-choice",
        )
    compile_plan(plan).require_whole()
    scene = Scene.of(plan, values, quota, None, None)
    known = np.asarray(deals if deals is not None else [], dtype="float64")
    frame = pd.DataFrame(_edges(scene, width, known), columns=list(COLUMNS)).astype({"kind": "str"})
    frame = frame.sort_values(["at_stake", "edge_rate"], ascending=[False, True], kind="stable")
    mean = float(known.mean()) if len(known) else 0.0
    return GamingExposure(
        frame, len(values), float(scene.quota / 100), float(width), mean, titles(plan),
        attainment is None, plan.head.currency,
    )  # fmt: skip


def _edges(scene: Scene, width: float, deals: Floats) -> list[tuple[Any, ...]]:
    """Return one row per edge at which pay jumps or bends."""
    unit = 1 if scene.form.unit == "attainment" else scene.quota / 100
    quota = float(scene.quota / 100)
    slope_unit = quota if scene.form.unit == "attainment" else 1.0
    x, hair = scene.attainment, 1e-12  # 0.99 is within a hundredth of 1
    out: list[tuple[Any, ...]] = []
    segments = scene.form.segments
    for low, high in pairwise(segments):
        edge = high.lo or Fraction(0)
        if edge <= 0:  # nobody plays for returns
            continue
        (a0, b0), (a1, b1) = scene.money(low, edge), scene.money(high, edge)
        jump, at = float(a1 - a0), float(edge / unit)
        slopes = float(b0) / slope_unit, float(b1) / slope_unit
        if high.point or low.point:
            slopes = slopes[0] if high.point else slopes[1], slopes[1] if low.point else slopes[0]
        if not jump and slopes[0] == slopes[1]:
            continue
        below = ((x >= at - width - hair) & (x < at)).sum()
        near = int(((x >= at - width - hair) & (x <= at + width + hair)).sum())
        stake = abs(jump) * below + abs(slopes[1] - slopes[0]) * width * quota * near
        carried = 0.0
        for size in deals:
            carried += float(((x < at) & (x >= at - size / quota - hair)).sum()) / len(deals)
        kind = "jump" if jump else "bend"
        out.append((at, kind, jump, *slopes, near / len(x), near, stake, carried))
    return out


def moved_deal(
    plan: "Plan", now: Any, following: Any, deal: Any, *, quota: Any, quota_following: Any = None
) -> Fraction:
    """Return what booking a deal in this period instead of the next is worth to a person.

    ``[p(now + deal) + p(following)] - [p(now) + p(following + deal)]``, exact; below 0 where
    waiting pays. Between two rates it is ``deal x (r1 - r2)``; at a retroactive edge t the jump
    ``(r_high - r_low) x t`` comes on top.

    Parameters
    ----------
    plan : Plan
    now, following : int, str, Decimal or Fraction, currency
        Sales of the two periods without the deal.
    deal : the same, above 0
    quota, quota_following : the same; the second period's is the first's where it is not given

    Examples
    --------
    >>> from salesanalysis.incentives.plan import EXAMPLE, Plan
    >>> moved_deal(Plan.from_text(EXAMPLE), 95000, 110000, 10000, quota=100000)
    Fraction(380, 1)
    """
    a, b, d = (Fraction(str(v)) for v in (now, following, deal))
    if d <= 0:
        raise ContractError(
            f"the deal is {deal!r}.",
            where="moved_deal(deal=...)",
            fix="give the size of one deal, above 0",
            code="bad-choice",
        )
    later = quota if quota_following is None else quota_following
    booked = plan.payout(a + d, quota=quota) + plan.payout(b, quota=later)
    waited = plan.payout(a, quota=quota) + plan.payout(b + d, quota=later)
    return booked - waited
