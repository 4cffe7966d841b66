"""What of a plan cannot be cut where a quota changes within a period."""

from collections.abc import Sequence

from salesanalysis.incentives.components import (
    FACTORS,
    WHOLE,
    AverageRate,
    Component,
    Interpolated,
    Package,
)
from salesanalysis.incentives.language.reader import Reader
from salesanalysis.incentives.rules import Cap, Settlement

FIX = "write mid_period_change: time_weighted or retro"


def check_split(
    reader: Reader, parts: Sequence[Component], cap: Cap | None, settlement: Settlement
) -> None:
    """Refuse what belongs to a whole period and has no share that a piece could get."""
    whole = {p.id for p in parts if isinstance(p, WHOLE)}
    for part in parts:
        why = _why(part, whole)
        if why:
            reader.problem("P07", ("quota", "mid_period_change"), f"{part.id}: {why}.", FIX)
    if cap is not None and cap.of == "credit":
        reader.problem(
            "P07",
            ("quota", "mid_period_change"),
            "the cap on the credit of a period does not split with it.",
            FIX,
        )
    if settlement.true_up != "none":
        reader.problem(
            "P07",
            ("quota", "mid_period_change"),
            "a true-up counts the year to date, and a split period has no single quota in it.",
            FIX,
        )


def _why(part: Component, whole: set[str]) -> str:
    """Return why a component cannot be paid by pieces, empty where it can."""
    if isinstance(part, AverageRate | Interpolated | Package):
        return "tiers or packages in money or units of a whole period do not split with it"
    if getattr(part, "basis", "") == "cumulative":
        return "what counts on from the start of the plan is not cut at a changed quota"
    scale = getattr(part, "scale", None)
    in_money = getattr(scale, "unit", "") == "amount" and not isinstance(part, WHOLE)
    if in_money and getattr(scale, "pay", "") and any(edge > 0 for edge in part.edges):
        return "edges in money of a whole period do not split with it"
    both = [name for name in getattr(part, "multiplies", ()) if name in whole]
    if isinstance(part, FACTORS) and both:
        return f"multiplies {', '.join(both)}, which is paid once for all pieces"
    return ""
