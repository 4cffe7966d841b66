"""What the checks of a plan hold still: parts that need more than one person's one period."""

from typing import TYPE_CHECKING, Any

from salesanalysis.incentives.components import KpiWeighted, Matrix, Override, Pool, Spif
from salesanalysis.incentives.words.voice import Voice
from salesanalysis.labels import label

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan


def left_out(plan: "Plan") -> list[tuple[Any, str]]:
    """Return every part that sizes hold still, and why (a key of the catalogue)."""
    out: list[tuple[Any, str]] = []
    for part in plan.components:
        why = _why(part, plan.head.measure)
        if why:
            out.append((part, why))
    rules = plan.rules
    out += [(rule, "register") for rule in rules.penalties if not rule.when.measure]
    out += [(rule, "measure") for rule in rules.penalties if rule.when.measure]
    settlement = rules.settlement
    between = (settlement.draw, settlement.clawback, settlement.holdback)
    out += [(rule, "between") for rule in between if rule is not None]
    if rules.limits.floor is not None and rules.limits.floor.until:
        out.append((rules.limits.floor, "day"))
    return out


def left_text(parts: list[tuple[Any, str]], plan: "Plan", lang: str) -> str:
    """Write what is held still, empty where nothing is."""
    if not parts:
        return ""
    voice, comma = Voice(plan.head, lang), ", " if lang == "en" else "、"
    items = [
        label("lint.left.item", lang, title=voice.title(part), why=label(f"lint.left.{why}", lang))
        for part, why in parts
    ]
    return label("lint.left.headline", lang, list=comma.join(items))


def _why(part: Any, main: str) -> str:
    """Return why a component is held still, empty where it is not."""
    if isinstance(part, Pool | Override):
        return "team"
    if isinstance(part, Spif) and part.per_unit is None:
        return "rank"
    scales = [k.scale for k in part.kpis] if isinstance(part, KpiWeighted) else []
    scales += list(part.axes) if isinstance(part, Matrix) else []
    scales += [part.scale] if getattr(part, "scale", None) is not None else []
    if {s.tier for s in scales} | {getattr(part, "measure", main)} != {main}:
        return "measure"
    if {s.pay for s in scales if s.pay} - {main}:
        return "moves"
    basis = getattr(part, "basis", "period")
    if basis != "period":
        return "deal" if basis == "deal" else "running"
    return "carry" if getattr(part, "negative", "") == "carry" else ""
