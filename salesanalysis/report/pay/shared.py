"""What a person's pay rests on beside own deals: the credit of people led, the pools of a team."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from salesanalysis.incentives.components import Override, Pool
from salesanalysis.incentives.pay.run import Paid

if TYPE_CHECKING:
    from salesanalysis.incentives import Plan

Key = tuple[pd.Timestamp, str]


@dataclass(frozen=True)
class Shared:
    """Credit and pools of everybody, looked up by period and name.

    Attributes
    ----------
    below : dict, (period, manager) -> [(person, credit in currency), ...], down the whole tree
    totals : dict, (period, team, component) -> what the team shares, in cents
    """

    plan: "Plan"
    below: dict[Key, list[tuple[str, float]]]
    totals: dict[tuple[pd.Timestamp, str, str], int]

    @classmethod
    def of(cls, plan: "Plan", paid: Sequence[Paid]) -> "Shared":
        """Gather what several people's pay rests on."""
        below: dict[Key, list[tuple[str, float]]] = {}
        totals: dict[tuple[pd.Timestamp, str, str], int] = {}
        measures = [p.measure for p in plan.components if isinstance(p, Override)]
        boss = {(p.start, p.who.name): p.who.manager for p in paid}
        for p in paid:
            for name, cents in (p.sheet.shares or {}).items() if p.sheet else ():
                at = (p.start, p.who.team, name)
                totals[at] = totals.get(at, 0) + cents
            credit = float(p.sheet.book(measures[0]).total) / 100 if measures and p.sheet else 0.0
            above = p.who.manager if measures else ""
            while above:
                below.setdefault((p.start, above), []).append((p.who.shown, credit))
                above = boss.get((p.start, above), "")
        return cls(plan, below, totals)

    def led(self, paid: Paid) -> pd.DataFrame:
        """Return the people led and their credit, where the person is paid on it."""
        skip = paid.sheet.skip if paid.sheet else frozenset()
        pays = any(isinstance(p, Override) and p.id not in skip for p in self.plan.components)
        rows = self.below.get((paid.start, paid.who.name), []) if pays else []
        return pd.DataFrame(sorted(rows), columns=["salesperson", "credit"])

    def pools(self, paid: Paid) -> tuple[tuple[str, float, float], ...]:
        """Return every pool the person has a part of: what the team shares, and the part."""
        own = paid.sheet.shares or {} if paid.sheet else {}
        names = [p.id for p in self.plan.components if isinstance(p, Pool) and p.id in own]
        at = (paid.start, paid.who.team)
        return tuple((n, self.totals[*at, n] / 100, own[n] / 100) for n in names)
