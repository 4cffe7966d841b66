"""The lines of a statement: ids, titles, rules and amounts, each in both languages."""

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.incentives.components import (
    FACTORS,
    AverageRate,
    Curve,
    Matrix,
    Override,
    Package,
    Tiers,
)
from salesanalysis.incentives.exact.settle import Settled
from salesanalysis.incentives.inputs.book import Piece
from salesanalysis.incentives.rules import Penalty
from salesanalysis.incentives.words.lines import line_rule
from salesanalysis.incentives.words.voice import Voice
from salesanalysis.labels import LANGUAGES, label

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan


def lines_of(plan: "Plan", settled: Settled | None) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the table of lines, and their Chinese words by the English ones."""
    columns = ["line", "rule", "kind", "base", "pay_rate", "exact", "paid"]
    words: dict[str, Any] = {"rule": {}, "line": {}}
    voices = [Voice(plan.head, lang) for lang in LANGUAGES]
    rows = []
    for (part, piece), cents in zip(settled.lines, settled.paid, strict=True) if settled else ():
        rule, chinese = (line_rule(part, piece, voice) for voice in voices)
        words["rule"][rule] = {"zh": chinese}
        line, _, own = line_names(part, piece, (rule, chinese))
        words["line"][line] = {"zh": own}
        money = (float(Fraction(piece.base) / 100), float(piece.rate), float(piece.exact / 100))
        rows.append((line, rule, piece.kind, *money, cents / 100))
    types = dict.fromkeys(columns[:3], "str") | dict.fromkeys(columns[3:], "float64")
    return pd.DataFrame(rows, columns=columns).astype(types), words


def line_names(part: Any, piece: Piece, rule: tuple[str, str]) -> tuple[str, str, str]:
    """Return what a line is called: by its ids, and by its titles in English and Chinese.

    `rule` is taken for lines that no part of the plan has a title for.
    """
    number = f" {piece.number}" if _numbered(part, piece) else ""
    flat = " flat" if piece.kind == "times" and isinstance(part, Tiers) else ""
    days = f" ({piece.days})" if piece.days else ""
    english, chinese = getattr(part, "title", rule)
    line = f"{part.id}{number}{flat}{days}"
    fixed = label("pay.line.flat", "zh") if flat else ""
    return line, f"{english}{number}{flat}{days}", f"{chinese}{number}{fixed}{days}"


def _numbered(part: Any, piece: Piece) -> bool:
    """Tell whether a part may have several lines of its kind; of a penalty, all but the first."""
    if isinstance(part, Penalty):
        return piece.number > 1
    if isinstance(part, (*FACTORS, Curve, Package, AverageRate, Matrix)):
        return False
    if isinstance(part, Override):
        return part.of == "differential"
    edges = getattr(part, "edges", None)
    return piece.kind in ("share", "times") and len(getattr(part, "kpis", edges or ())) > 1
