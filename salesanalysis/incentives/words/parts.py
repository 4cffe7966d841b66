"""The components of a plan in plain words: how each counts, every tier, where a tie belongs."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from salesanalysis.incentives.components import (
    AverageRate,
    Bands,
    Component,
    Curve,
    Gate,
    Interpolated,
    Kpi,
    KpiWeighted,
    Matrix,
    Multiplier,
    Override,
    Package,
    Pool,
    Spif,
    Step,
    Tiers,
)
from salesanalysis.incentives.language.bonus import METHODS
from salesanalysis.incentives.words.numbers import factor_text, ratio
from salesanalysis.incentives.words.voice import Voice


def component_text(part: Component, parts: Sequence[Component], voice: Voice) -> str:
    """Write a whole component: title, how it counts, every tier, where a tie belongs."""
    rows = voice.say("join").join(_rows(part, voice))
    rows = rows[:1].upper() + rows[1:]
    sentences = [voice.say("text.title", title=voice.title(part)), _how(part, parts, voice)]
    sentences += [voice.say("text.rows", rows=rows)] if rows else []
    closed = _closed(part)
    if closed:
        sentences.append(voice.say(f"text.tie.{closed}"))
    if isinstance(part, Tiers):
        sentences += _switches(part, voice)
    if isinstance(part, KpiWeighted):
        sentences.append(voice.say(f"text.all_met.{str(part.all_met_gate).lower()}"))
    return voice.say("gap").join(sentences).strip()


def _basis(part: Component, voice: Voice) -> str:
    """Say what a component counts on: a deal, the period, or a running total."""
    if part.scale.full:  # type: ignore[union-attr]
        return voice.say("basis.full", per=voice.say(f"period.{voice.head.quota_per}"))
    return voice.say(f"basis.{part.basis}")  # type: ignore[union-attr]


def _closed(part: Component) -> str:
    """Return where a tie belongs, empty for parts without a tie."""
    if isinstance(part, Matrix):
        sides = {axis.closed for axis in part.axes}  # where they differ, the spans say it alone
        return sides.pop() if part.lookup == "stepped" and len(sides) == 1 else ""
    if isinstance(part, Package | Multiplier | AverageRate | KpiWeighted | Override | Spif):
        return ""
    if isinstance(part, Pool) and part.share is not None:
        return ""
    return part.scale.closed


def _switches(part: Tiers, voice: Voice) -> list[str]:
    """Say what happens to returns, to earlier deals and below a threshold."""
    said = [voice.say(f"text.negative.{part.negative}")]
    if part.reprice:
        said.append(voice.say(f"text.reprice.{part.reprice}"))
    if part.threshold is not None:
        at = voice.of(part.scale, voice.edge(part.threshold.at, part.scale))
        said.append(voice.say(f"text.threshold.{part.threshold.variant}", at=at))
    return said


def _how(part: Component, parts: Sequence[Component], voice: Voice) -> str:
    """Say how a component counts."""
    if isinstance(part, Bands | Multiplier | Gate):
        kind = type(part).__name__.lower()
        other = "" if part.scale.tier == voice.head.measure and kind == "bands" else ".other"
        key = f"text.{kind}{other if kind == 'bands' else ''}"
        targets = voice.names(part.multiplies, parts)
        return voice.say(key, targets=targets, measure=voice.measure(part.scale.tier))
    if isinstance(part, Package):
        values = {k: voice.value(getattr(part, k), part.measure) for k in ("free", "size")}
        other = "" if part.measure == voice.head.measure else ".other"
        return voice.say(
            f"text.package{other}",
            **values,
            amount=voice.money(part.amount),
            measure=voice.measure(part.measure),
        )
    return _how_else(part, voice)


def _how_else(part: Component, voice: Voice) -> str:
    """Say how parts count that multiply nothing and come in no packages."""
    for kind, words in _WORDS.items():
        if isinstance(part, kind):
            return words(part, voice)
    raise TypeError(f"no words for {type(part).__name__}")


def _full(part: KpiWeighted | Matrix, voice: Voice) -> str:
    return voice.say("incentive") if part.amount is None else voice.money(part.amount)


def _kpi_weighted(part: KpiWeighted, voice: Voice) -> str:
    return voice.say("text.kpi", full=_full(part, voice))


def _matrix(part: Matrix, voice: Voice) -> str:
    one, two = (voice.measure(a.tier) for a in part.axes)
    return voice.say(f"text.matrix.{part.lookup}", full=_full(part, voice), one=one, two=two)


def _override(part: Override, voice: Voice) -> str:
    measure = voice.measure(part.measure)
    return voice.say(f"text.override.{part.of}", rate=ratio(part.rate), measure=measure)


def _average(part: AverageRate, voice: Voice) -> str:
    return voice.say("text.average_rate", measure=voice.measure(part.scale.pay))


def _tiers(part: Tiers, voice: Voice) -> str:
    basis = _basis(part, voice)
    if part.scale.pay == part.scale.tier:
        return voice.say(f"text.{part.mode}", basis=basis)
    pay, tier = voice.measure(part.scale.pay), voice.measure(part.scale.tier)
    return voice.say("text.retroactive.other", basis=basis, pay=pay, tier=tier)


def _step(part: Step, voice: Voice) -> str:
    return voice.say(f"text.step.{part.pays}", basis=_basis(part, voice))


def _interpolated(part: Interpolated, voice: Voice) -> str:
    return voice.say("text.interpolated", basis=_basis(part, voice))


def _curve(part: Curve, voice: Voice) -> str:
    below = ratio(part.below) if part.of_incentive else voice.money(part.below)
    return voice.say("text.curve", basis=_basis(part, voice), below=below)


def _spif(part: Spif, voice: Voice) -> str:
    measure = voice.measure(part.measure)
    if part.per_unit is not None:
        amount = voice.money(part.per_unit)
        return voice.say("text.spif.unit", amount=amount, measure=measure, budget=part.budget)
    prizes = voice.say("join").join(voice.money(p) for p in part.prizes)
    return voice.say("text.spif.rank", prizes=prizes, measure=measure, budget=part.budget)


def _pool(part: Pool, voice: Voice) -> str:
    weights, measure = voice.say(f"weights.{part.weights}"), voice.measure(part.scale.tier)
    values = {"measure": measure, "weights": weights}
    if part.share is not None:
        text = voice.say("text.pool.share", share=ratio(part.share), **values)
    else:
        text = voice.say("text.pool.curve", below=ratio(part.below), **values)
    if part.unit is None and part.method == METHODS[0]:
        return text
    unit = voice.money(Fraction(1, 100) if part.unit is None else part.unit)
    return voice.say("gap").join([text, voice.say(f"text.pool.{part.method}", unit=unit)])


_WORDS: dict[type, Callable[[Any, Voice], str]] = {
    KpiWeighted: _kpi_weighted,
    Matrix: _matrix,
    Override: _override,
    Spif: _spif,
    Pool: _pool,
    AverageRate: _average,
    Tiers: _tiers,
    Step: _step,
    Interpolated: _interpolated,
    Curve: _curve,
}


def _rows(part: Component, voice: Voice) -> list[str]:
    """Say what each tier, step, band or point pays."""
    if isinstance(part, Package | Override | Spif):
        return []
    if isinstance(part, KpiWeighted):
        return [_kpi(kpi, voice) for kpi in part.kpis]
    if isinstance(part, Matrix):
        return _cells(part, voice)
    if isinstance(part, Curve | AverageRate | Multiplier | Pool):
        return _points(part, voice)
    if isinstance(part, Gate):
        return [voice.span(part.at, None, part.scale)]
    return _spans(part, voice)


def _spans(part: Tiers | Step | Interpolated | Bands, voice: Voice) -> list[str]:
    """Say what each tier, step or band pays, and that nothing is paid below the first."""
    rows = [
        voice.say("row.value", span=voice.part_span(part, i), value=value)
        for i, value in enumerate(_values(part, voice), 1)
    ]
    starts = getattr(part, "starts", part.edges)
    if isinstance(part, Bands) or starts[0] <= 0:
        return rows
    below = voice.span(None, starts[0], part.scale)
    return [voice.say("row.nothing", span=below), *rows]


def _values(part: Tiers | Step | Interpolated | Bands, voice: Voice) -> list[str]:
    """Write what every row pays."""
    if isinstance(part, Bands):
        return [factor_text(value) for _, value in part.bands]
    if isinstance(part, Tiers):
        return [_tier_value(part, i, voice) for i in range(len(part.tiers))]
    if isinstance(part, Step):
        return [voice.money(amount) for _, amount in part.steps]
    return [voice.money(amount) for _, _, amount in part.tiers]


def _points(part: Curve | AverageRate | Multiplier | Pool, voice: Voice) -> list[str]:
    """Write the points of a line."""

    def height(y: Fraction) -> str:
        if isinstance(part, Multiplier):
            return factor_text(y)
        amounts = isinstance(part, Curve) and not part.of_incentive
        return voice.money(y) if amounts else ratio(y)

    scale = part.scale
    return [voice.say("row.point", x=voice.edge(x, scale), y=height(y)) for x, y in part.points]


def _kpi(kpi: Kpi, voice: Voice) -> str:
    """Write one KPI: weight, direction and line."""
    points = voice.say("comma").join(
        voice.say("row.point", x=voice.edge(x, kpi.scale), y=factor_text(y)) for x, y in kpi.points
    )
    direction = voice.say(f"direction.{kpi.direction}{'.' + kpi.ratio if kpi.ratio else ''}")
    cap = "" if kpi.cap is None else voice.say("row.kpi.cap", cap=factor_text(kpi.cap))
    return voice.say(
        "row.kpi",
        measure=voice.measure(kpi.measure),
        weight=ratio(kpi.weight),
        direction=direction,
        points=points,
        below=factor_text(kpi.below),
        cap=cap,
    )


def _cells(part: Matrix, voice: Voice) -> list[str]:
    """Write one row of a matrix after the other."""
    (rows, columns), (row_edges, column_edges) = part.axes, part.grid

    def where(scale: object, edges: Sequence[Fraction | None], i: int) -> str:
        if part.lookup == "bilinear":
            return voice.of(scale, voice.edge(edges[i] or Fraction(0), scale))  # type: ignore[arg-type]
        hi = edges[i + 1] if i + 1 < len(edges) else None
        return voice.span(edges[i], hi, scale)  # type: ignore[arg-type]

    said = []
    for i, line in enumerate(part.values):
        cells = voice.say("comma").join(
            voice.say("row.value", span=where(columns, column_edges, k), value=factor_text(v))
            for k, v in enumerate(line)
        )
        said.append(voice.say("row.matrix", span=where(rows, row_edges, i), cells=cells))
    return said


def _tier_value(part: Tiers, i: int, voice: Voice) -> str:
    """Write a tier's rate, what it adds once, and how far back it reaches."""
    tier = part.tiers[i]
    text = ratio(tier.rate)
    if tier.flat:
        text = voice.say("row.flat", rate=text, flat=voice.money(tier.flat))
    if tier.back_to is not None:
        text = voice.say("row.back", rate=text, edge=voice.edge(tier.back_to, part.scale))
    return text
