"""The thirteen checks of a plan; each returns what it finds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from salesanalysis.incentives.compiled import Compiled, Segment, compile_plan
from salesanalysis.incentives.components import FACTORS, Override, Tiers
from salesanalysis.incentives.exact.settle import exact_gross
from salesanalysis.incentives.inputs.book import ZERO, Book
from salesanalysis.incentives.rules import Cap
from salesanalysis.incentives.tax.one_off import zones
from salesanalysis.incentives.words.numbers import amount_text, ratio
from salesanalysis.incentives.words.voice import Voice

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

Floats = npt.NDArray[np.float64]
#: Within this distance of an edge people are near it.
NEAR = 0.02
#: A tier that fewer reach is no incentive.
REACHED = 0.005
#: A deal of this share of the quota is what somebody may move between periods.
MOVED = Fraction(1, 20)
#: Cost of convexity above this share of the target incentive is worth a line.
CONVEX = 0.02


@dataclass(frozen=True)
class Finding:
    """One finding; numbers are written by language when the text is made."""

    code: str
    severity: str
    where: str
    size: float
    near: float = float("nan")
    kind: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    currency: str = "CNY"
    voices: dict[str, Voice] = field(default_factory=dict)

    def words(self, lang: str) -> dict[str, str]:
        """Return the values written in a language."""
        return {name: self._word(value, lang) for name, value in self.values.items()}

    def _word(self, value: Any, lang: str) -> str:
        if isinstance(value, Money):
            return amount_text(Fraction(f"{value.amount:.2f}"), lang, self.currency)
        if isinstance(value, Part):
            return self.voices[lang].title(value.part)
        return str(value)


@dataclass(frozen=True)
class Money:
    """An amount that is written with its currency."""

    amount: float


@dataclass(frozen=True)
class Part:
    """A component or rule that is written by its title."""

    part: Any


@dataclass(frozen=True)
class Scene:
    """A plan with what it is looked at for."""

    plan: "Plan"
    form: Compiled
    attainment: Floats
    quota: Fraction  # cents
    margin_rate: float | None
    bonuses: tuple[float, ...]

    @classmethod
    def of(
        cls,
        plan: "Plan",
        attainment: Floats,
        quota: Any,
        margin_rate: float | None,
        bonuses: Sequence[float] | None,
    ) -> "Scene":
        """Compile what can be compiled; the rest is looked at through exact pay."""
        cents = Fraction(str(quota)) * 100
        return cls(plan, compile_plan(plan), attainment, cents, margin_rate, tuple(bonuses or ()))

    def finding(self, code: str, severity: str, where: Any, size: float, **rest: Any) -> Finding:
        """Return a finding in this plan's currency and voice."""
        voices = {lang: Voice(self.plan.head, lang) for lang in ("en", "zh")}
        name = where if isinstance(where, str) else where.id
        head = self.plan.head
        return Finding(code, severity, name, size, currency=head.currency, voices=voices, **rest)

    def pay(self, x: Fraction) -> Fraction:
        """Return the exact gross at attainment `x`, in currency."""
        return self.pay_of(self.plan, x)

    def pay_of(self, plan: "Plan", x: Fraction) -> Fraction:
        """Return the exact gross of another version of the plan."""
        book = Book((x * self.quota,), self.quota)
        return exact_gross(plan, plan.on_target(book))[0].total / 100

    def money(self, segment: Segment, x: Fraction) -> tuple[Fraction, Fraction]:
        """Return height and slope (per unit of x) of a segment in currency."""
        incentive = self.plan.head.target_incentive or ZERO
        unit = Fraction(1) if self.form.unit == "amount" else self.quota / 100
        scale = {"quota": unit, "incentive": incentive, "fixed": Fraction(1)}
        height = slope = ZERO
        for name, (a, b) in segment.lines.items():
            height += scale[name] * (a + b * x)
            slope += scale[name] * b
        return height, slope

    def share_near(self, edge: Fraction) -> float:
        """Return the share of people within 2 % of an edge."""
        return float((np.abs(self.x - float(edge)) <= NEAR * max(float(edge), NEAR)).mean())

    @property
    def x(self) -> Floats:
        """Attainments on the scale of the plan."""
        return (
            self.attainment
            if self.form.unit == "attainment"
            else self.attainment * float(self.quota / 100)
        )

    def edge(self, edge: Fraction) -> str:
        """Write an edge."""
        return ratio(edge) if self.form.unit == "attainment" else f"{float(edge):,.2f}"

    def jumps(self) -> list[tuple[Fraction, Fraction]]:
        """Return every edge where pay jumps, and by how much."""
        out = []
        for low, high in zip(self.form.segments, self.form.segments[1:], strict=False):
            edge = high.lo or ZERO
            jump = self.money(high, edge)[0] - self.money(low, edge)[0]
            if jump:
                out.append((edge, jump))
        return out


def cliffs(scene: Scene) -> list[Finding]:
    """L01: one more cent pays the whole jump."""
    return [
        scene.finding(
            "L01",
            "high" if scene.share_near(edge) >= 0.05 else "medium",
            "plan",
            float(jump),
            near=scene.share_near(edge),
            values={"edge": scene.edge(edge), "jump": Money(float(jump))},
        )
        for edge, jump in scene.jumps()
        if jump > 0
    ]


def flat_zones(scene: Scene) -> list[Finding]:
    """L02: between the worst and the best twentieth of people more sales pay nothing."""
    low, high = np.quantile(scene.x, [0.05, 0.95])
    found = []
    for segment, following in zip(
        scene.form.segments, [*scene.form.segments[1:], None], strict=False
    ):
        start = -np.inf if segment.lo is None else float(segment.lo)
        end = np.inf if following is None else float(following.lo or 0)
        inside = (scene.x >= start) & (scene.x < end)
        if segment.point or scene.money(segment, ZERO)[1] or min(end, high) <= max(start, low):
            continue
        if not _is_flat(scene, max(start, float(low)), min(end, float(high))):
            continue
        found.append(
            scene.finding(
                "L02",
                "medium",
                "plan",
                0.0,
                near=float(inside.mean()),
                values={
                    "start": scene.edge(Fraction(f"{max(start, float(low)):.3f}")),
                    "end": scene.edge(Fraction(f"{min(end, float(high)):.3f}")),
                },
            )
        )
    return found


def _is_flat(scene: Scene, low: float, high: float) -> bool:
    """Tell whether pay is the same at both ends; segments lack what no line can hold."""
    if not scene.form.residual:
        return True
    unit = Fraction(1) if scene.form.unit == "attainment" else scene.quota / 100
    ends = [Fraction(f"{x:.6f}") / unit for x in (low, high)]
    return scene.pay(ends[0]) == scene.pay(ends[1])


def falling_pay(scene: Scene) -> list[Finding]:
    """L03: an interval in which selling more pays less."""
    found = [
        scene.finding(
            "L03",
            "high",
            "plan",
            float(jump),
            near=scene.share_near(edge),
            values={"edge": scene.edge(edge), "loss": Money(float(-jump))},
        )
        for edge, jump in scene.jumps()
        if jump < 0
    ]
    for segment in scene.form.segments:
        slope = scene.money(segment, ZERO)[1]
        if slope < 0:
            edge = segment.lo or ZERO
            loss = Money(float(-slope / 100))
            found.append(
                scene.finding(
                    "L03",
                    "high",
                    "plan",
                    float(slope),
                    kind=".slope",
                    values={"edge": scene.edge(edge), "loss": loss},
                )
            )
    return found


def moved_deal(scene: Scene) -> list[Finding]:
    """L04: what booking one deal in this period instead of the next is worth."""
    if scene.form.unit != "attainment" or not scene.jumps():
        return []
    edge, _ = max(scene.jumps(), key=lambda j: (j[1], -j[0]))
    below, above = edge - MOVED / 2, edge + MOVED
    gain = scene.pay(below + MOVED) + scene.pay(above) - scene.pay(below) - scene.pay(above + MOVED)
    if gain <= 0:
        return []
    deal = float(MOVED * scene.quota / 100)
    values = {"edge": scene.edge(edge), "deal": Money(deal), "gain": Money(float(gain))}
    return [
        scene.finding(
            "L04", "medium", "plan", float(gain), near=scene.share_near(edge), values=values
        )
    ]


def above_margin(scene: Scene) -> list[Finding]:
    """L05: the marginal rate is above the contribution margin."""
    if scene.margin_rate is None or scene.form.unit != "attainment":
        return []
    steepest = max(scene.form.segments, key=lambda s: scene.money(s, ZERO)[1])
    rate = float(scene.money(steepest, ZERO)[1] / (scene.quota / 100))
    if rate <= scene.margin_rate:
        return []
    edge = steepest.lo or ZERO
    values = {
        "rate": f"{rate:.1%}",
        "margin": f"{scene.margin_rate:.1%}",
        "edge": scene.edge(edge),
    }
    near = float((scene.x >= float(edge)).mean())
    return [scene.finding("L05", "high", "plan", rate, near=near, values=values)]


def blind_zone(scene: Scene) -> list[Finding]:
    """L06: year-end bonuses for which more is less net."""
    bonuses = np.asarray(scene.bonuses, dtype="float64")
    hit = [float(((bonuses > float(lo)) & (bonuses < float(hi))).sum()) for lo, hi in zones()]
    if not scene.plan.rules.tax_warning or not sum(hit):
        return []
    near = sum(hit) / bonuses.size
    return [
        scene.finding(
            "L06", "medium", "tax_warning", 0.0, near=near, values={"n": f"{int(sum(hit)):,}"}
        )
    ]


def pay_at_target(scene: Scene) -> list[Finding]:
    """L07: at exactly 100 % the plan pays something else than the target incentive."""
    incentive = scene.plan.head.target_incentive
    if not incentive or scene.form.unit != "attainment":
        return []
    pay = scene.pay(Fraction(1))
    if pay == incentive:
        return []
    off = float(pay / incentive - 1)
    values = {
        "pay": Money(float(pay)),
        "incentive": Money(float(incentive)),
        "off": f"{off:+.1%}",
    }
    severity = "medium" if abs(off) > 0.05 else "low"
    return [scene.finding("L07", severity, "plan", float(pay - incentive), values=values)]


def order_matters(scene: Scene) -> list[Finding]:
    """L08: a cap before or after the coefficients pays differently."""
    cap = scene.plan.rules.limits.cap
    factors = [p for p in scene.plan.components if isinstance(p, FACTORS)]
    if cap is None or cap.of != "pay" or not factors or cap.excess == "deferred":
        return []
    turned: Cap = replace(cap, before_factors=not cap.before_factors)
    limits = replace(scene.plan.rules.limits, cap=turned)
    other = replace(scene.plan, rules=replace(scene.plan.rules, limits=limits))
    grid = [Fraction(k, 20) for k in range(61)]
    apart = [scene.pay(x) - scene.pay_of(other, x) for x in grid]
    worst = max(range(len(grid)), key=lambda i: abs(apart[i]))
    if not apart[worst]:
        return []
    size = float(abs(apart[worst]))
    values = {"size": Money(size), "edge": scene.edge(grid[worst])}
    return [scene.finding("L08", "low", cap, size, values=values)]


def convexity(scene: Scene) -> list[Finding]:
    """L09: the spread of results alone costs more than pay at the mean result."""
    incentive = scene.plan.head.target_incentive
    if scene.form.unit != "attainment" or scene.form.residual:
        return []
    sample = np.quantile(scene.attainment, (np.arange(200) + 0.5) / 200)
    pays = [float(scene.pay(Fraction(f"{a:.6f}"))) for a in sample]
    at_mean = float(scene.pay(Fraction(f"{sample.mean():.6f}")))
    base = float(incentive) if incentive else at_mean
    cost = float(np.mean(pays)) - at_mean
    if not base or cost / base <= CONVEX:
        return []
    values = {"cost": Money(cost), "share": f"{cost / base:.1%}"}
    return [scene.finding("L09", "low", "plan", cost, values=values)]


def never_recovered(scene: Scene) -> list[Finding]:
    """L10: a recoverable draw above what most people earn is never paid back."""
    draw = scene.plan.rules.settlement.draw
    if draw is None or not draw.recoverable or scene.form.unit != "attainment":
        return []
    sample = np.quantile(scene.attainment, (np.arange(50) + 0.5) / 50)
    short = [scene.pay(Fraction(f"{a:.6f}")) < draw.amount for a in sample]
    share = float(np.mean(short))
    if share <= 0.5:
        return []
    values = {"draw": Money(float(draw.amount))}
    return [scene.finding("L10", "medium", draw, float(draw.amount), near=share, values=values)]


def paid_twice(scene: Scene) -> list[Finding]:
    """L11: several people are paid on one unit of revenue."""
    overrides = [p for p in scene.plan.components if isinstance(p, Override)]
    rates = [t.rate for p in scene.plan.components if isinstance(p, Tiers) for t in p.tiers]
    if not overrides and scene.plan.rules.credit.splits_total is not None:
        return []
    top = max(rates, default=ZERO) + sum((p.rate for p in overrides), ZERO)
    return [scene.finding("L11", "low", "credit", float(top), values={"rate": f"{float(top):.1%}"})]


def penalties_too_large(scene: Scene) -> list[Finding]:
    """L12: a penalty can take more than the pay at target."""
    found = []
    for rule in scene.plan.rules.penalties:
        pay = scene.pay(Fraction(1))
        if rule.deduct.kind == "amount" and rule.deduct.size > pay:
            values = {"title": Part(rule), "size": Money(float(rule.deduct.size))}
            size = float(rule.deduct.size - pay)
            found.append(scene.finding("L12", "high", rule, size, values=values))
        elif rule.floor == "negative" and rule.limit is None:
            values = {"title": Part(rule)}
            found.append(scene.finding("L12", "medium", rule, 0.0, kind=".open", values=values))
    return found


def unreachable(scene: Scene) -> list[Finding]:
    """L13: a tier that almost nobody reaches."""
    found = []
    for part in scene.plan.components:
        scale = getattr(part, "scale", None)
        if scale is None or scale.tier != scene.plan.head.measure or scale.unit != "attainment":
            continue
        for edge in part.edges:
            share = float((scene.attainment >= float(edge)).mean())
            if share < REACHED:
                values = {"title": Part(part), "edge": ratio(edge)}
                found.append(scene.finding("L13", "low", part, 0.0, near=share, values=values))
    return found


CHECKS: tuple[Callable[[Scene], list[Finding]], ...] = (
    cliffs,
    flat_zones,
    falling_pay,
    moved_deal,
    above_margin,
    blind_zone,
    pay_at_target,
    order_matters,
    convexity,
    never_recovered,
    paid_twice,
    penalties_too_large,
    unreachable,
)
