"""The rule of one line of a statement, from the object that pays it."""

from fractions import Fraction
from typing import Any

from salesanalysis.incentives.components import (
    AverageRate,
    Bands,
    Curve,
    Gate,
    KpiWeighted,
    Matrix,
    Multiplier,
    Override,
    Package,
    Pool,
    Spif,
    Tiers,
)
from salesanalysis.incentives.exact.balances import Between
from salesanalysis.incentives.exact.penalties import BEYOND_LIMIT, CUT_BEFORE
from salesanalysis.incentives.inputs.book import ZERO, Piece
from salesanalysis.incentives.language.reader import decimal
from salesanalysis.incentives.rules import Cap, Clawback, Draw, Floor, Holdback, Penalty
from salesanalysis.incentives.words.numbers import factor_text, ratio
from salesanalysis.incentives.words.voice import Voice

#: Parts whose lines need no more words than their title.
PLAIN = (Curve, Package, AverageRate, Matrix, Pool, Spif)
#: Why a line gives back a part of a deduction; otherwise it is the floor of the penalty.
_STOPS = {BEYOND_LIMIT: "limit", CUT_BEFORE: "cap"}


def line_rule(part: Any, piece: Piece, voice: Voice) -> str:
    """Write the rule of one line of a statement, and the days of its piece of a split period."""
    rule = _rule_of(part, piece, voice)
    return voice.say("line.piece", rule=rule, days=piece.days) if piece.days else rule


def _rule_of(part: Any, piece: Piece, voice: Voice) -> str:
    if isinstance(part, Between):
        return voice.say(f"line.{part.id}.{piece.number}")
    title = voice.title(part)
    if isinstance(part, Penalty | Clawback | Cap | Floor | Draw | Holdback):
        return _rule_line(part, piece, voice, title)
    if isinstance(part, PLAIN):
        return title
    if isinstance(part, KpiWeighted):
        kpi = part.kpis[piece.number - 1]
        score = piece.rate / kpi.weight
        return voice.say(
            "line.kpi",
            title=title,
            measure=voice.measure(kpi.measure),
            weight=ratio(kpi.weight),
            score=factor_text(score),
        )
    if isinstance(part, Override):
        key = "line.override" if part.of == "team_credit" else "line.differential"
        return voice.say(key, title=title, rate=ratio(piece.rate))
    return _edged_line(part, piece, voice, title)


def _edged_line(part: Any, piece: Piece, voice: Voice, title: str) -> str:
    """Write a line that belongs to a tier, step, band, gate or multiplier."""
    if isinstance(part, Multiplier):
        return voice.say("line.multiplier", title=title, value=factor_text(piece.rate + 1))
    if isinstance(part, Gate):
        state = "passed" if piece.rate == 0 else "missed"
        span = voice.span(part.at, None, part.scale)
        return voice.say(f"line.gate.{state}", title=title, span=span)
    values = {"title": title, "span": voice.part_span(part, piece.number)}
    if isinstance(part, Tiers) and piece.number == 1 and piece.base < 0:
        return voice.say("line.back", title=title, rate=ratio(piece.rate))
    if piece.kind == "share":
        whole = isinstance(part, Tiers) and part.starts == (ZERO,)
        return voice.say(f"line.{'whole' if whole else 'share'}", **values, rate=ratio(piece.rate))
    if isinstance(part, Bands):
        return voice.say("line.factor", **values, value=factor_text(piece.rate + 1))
    return voice.say("line.times", **values, amount=voice.money(Fraction(piece.base) / 100))


def _rule_line(part: Any, piece: Piece, voice: Voice, title: str) -> str:
    """Write a line of a limit, penalty or settlement rule."""
    if isinstance(part, Penalty | Clawback):
        if piece.number <= 0:
            return voice.say(f"line.stop.{_STOPS.get(piece.number, part.floor)}", title=title)
        if isinstance(part, Clawback):
            again = ".recompute" if part.method == "recompute" else ""
            return voice.say(f"line.clawback{again}", title=title, rate=ratio(-piece.rate))
        return _penalty_line(part, piece, voice, title)
    if isinstance(part, Cap):
        kind = "released" if piece.number == 2 else part.excess
        most = ratio(part.amount) if part.of == "rate" else voice.money(part.amount)
        return voice.say(f"line.cap.{kind}", title=title, amount=most)
    if isinstance(part, Floor):
        return voice.say("line.floor", title=title, amount=voice.money(part.amount))
    name = "draw" if isinstance(part, Draw) else "holdback"
    return voice.say(f"line.{name}.{piece.number}", title=title)


def _penalty_line(part: Penalty, piece: Piece, voice: Voice, title: str) -> str:
    """Write what one penalty takes."""
    kind, size = part.deduct.kind, part.deduct.size
    if kind == "share":
        return voice.say("line.penalty.share", title=title, share=ratio(-piece.rate))
    if kind == "amount":
        n = decimal(-piece.rate)
        return voice.say("line.penalty.amount", title=title, amount=voice.money(size), n=n)
    shown = decimal(size * 100) if kind == "rate" else decimal(size)
    return voice.say(f"line.penalty.{kind}", title=title, size=shown)
