"""What of a plan no slider moves: numbers of its head, of quotas, crediting, measures, budgets."""

import re
from collections.abc import Iterator
from typing import Any

from salesanalysis.incentives import Plan
from salesanalysis.strictyaml import Key, key_text

_DECIMAL = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?")
#: Blocks that hold no number a planner moves, and what of them is no setting of the scheme.
_BLOCKS = ("plan", "quota", "credit", "measures")
_NO_SETTING = ("id", "title", "text", "version", "rounding")


def unmoved(plan: Plan) -> list[str]:
    """Return the numbers that are changed in the file alone, as it names them.

    Examples
    --------
    >>> from salesanalysis.incentives.plan import EXAMPLE
    >>> unmoved(Plan.from_text(EXAMPLE))
    []
    """
    data = plan.document.data
    found = [n for block in _BLOCKS for n in _inside((block,), data.get(block))]
    for part in data["components"]:
        found += _inside((part["id"], "budget"), part.get("budget"))
    shown = [(key[1:] if key[0] == "plan" else key, value) for key, value in found]
    return [f"{key_text(key)} {value}" for key, value in shown]


def _inside(key: Key, value: Any) -> Iterator[tuple[Key, str]]:
    """Return key and text of every number below a key."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in _NO_SETTING:
                yield from _inside((*key, name), inner)
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _inside((*key, i), inner)
    elif _DECIMAL.fullmatch(str(value)):
        yield key, str(value)
