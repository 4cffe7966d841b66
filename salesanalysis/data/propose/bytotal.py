"""Answering the question of the amount by the total the order lines are known to add up to."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from salesanalysis.data.propose.matching import Line
from salesanalysis.data.propose.plan import Plan

#: Ways to write the amount that are tried; each reads the source once.
_MOST = 8


def answered(plan: Plan, comes_out: Callable[[], bool]) -> bool:
    """Write the amount in the one way in which the lines add up to the total.

    Tried are the line as it was drafted, the choices beside it and, where nothing was found for
    the amount, their columns of numbers. Where none gives the total, or several do, nothing
    changes.

    Parameters
    ----------
    plan : Plan
        With the total, and order lines of one source.
    comes_out : callable
        Tells whether the plan as it is now loads whole, which it does with the total only.
    """
    drafts = plan.drafts["sales"]
    if not plan.total or len(drafts) != 1:
        return False
    lines = drafts[0].lines
    place = lines.index(drafts[0].line("revenue"))
    drafted = lines[place]
    ways = []
    for spec in _ways(drafted, drafts[0].seen.fields)[:_MOST]:
        theirs = tuple(spec.get("multiply") or spec.get("difference") or (spec["column"],))
        way = replace(drafted, spec=spec, theirs=theirs, asleep=False)
        lines[place] = replace(way, confidence=1.0, reason="total", notes=[], choices=[])
        if comes_out():
            ways.append(lines[place])
    lines[place] = ways[0] if len(ways) == 1 else drafted
    return len(ways) == 1


def _ways(line: Line, fields: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what the mapping may say of the amount, each once."""
    specs = [line.spec, *(spec for spec, _ in line.choices)]
    if not any(specs):
        specs = [{"column": c} for c, f in fields.items() if "number" in f.kinds]
    known = [s for s in specs if {"column", "multiply", "difference"} & s.keys()]
    return [s for i, s in enumerate(known) if s not in known[:i]]
