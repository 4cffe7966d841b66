"""What a person gets from others: credit of the people led, shares of pools, prizes by rank."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

import pandas as pd

from salesanalysis.divisors import sainte_lague
from salesanalysis.errors import ContractError
from salesanalysis.incentives.components import Override, Pool, Spif
from salesanalysis.incentives.components.base import on_line
from salesanalysis.incentives.exact.cents import allocate
from salesanalysis.incentives.inputs.book import ZERO, Exact, Sheet
from salesanalysis.incentives.inputs.deals import first_of
from salesanalysis.incentives.inputs.people import Person

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

Led = dict[str, tuple[tuple[Exact, Fraction], ...]]


def team_of(
    plan: "Plan", people: Sequence[Person], sheets: Sequence[Sheet | None]
) -> dict[str, Led]:
    """Return, by manager and measure, credit and own rate of everybody led, down the tree."""
    overrides = [p for p in plan.components if isinstance(p, Override)]
    if not overrides:
        return {}
    _require_some(people, "manager", f"override {overrides[0].id!r} is paid to managers")
    require_tree({who.name: who.manager for who in people})
    if any(p.of == "differential" for p in overrides):
        _require(people, "rate", "override_rate", "the differential override")
    boss = {who.name: who.manager for who in people}
    out: dict[str, dict[str, list[tuple[Exact, Fraction]]]] = {}
    for who, sheet in zip(people, sheets, strict=True):
        above = boss.get(who.name, "")
        while above:
            led = out.setdefault(above, {})
            for measure in {p.measure for p in overrides}:
                credit = sheet.book(measure).total if sheet else 0
                led.setdefault(measure, []).append((credit, who.rate or ZERO))
            above = boss.get(above, "")
    return {m: {k: tuple(v) for k, v in led.items()} for m, led in out.items()}


def require_tree(boss: Mapping[str, str]) -> None:
    """Refuse a chain of managers that comes back to its start; `boss` is name -> manager."""
    for name, first in boss.items():
        seen, above = [name], first
        while above and above in boss:
            if above in seen:
                raise ContractError(
                    f"{first_of([*seen, above], 6)} lead each other in a circle.",
                    where="people, column 'manager'",
                    fix="give every person the manager above",
                )
            seen.append(above)
            above = boss[above]


def shares_of(
    plan: "Plan", people: Sequence[Person], sheets: Sequence[Sheet | None]
) -> dict[str, dict[str, int]]:
    """Return cents of every pool and rank prize, by person and component."""
    out: dict[str, dict[str, int]] = {}
    pairs = [(w, s) for w, s in zip(people, sheets, strict=True) if s is not None]
    for part in plan.components:
        if isinstance(part, Pool):
            _require_some(people, "team", f"pool {part.id!r} is shared within teams")
            given = _pool(part, pairs)
        elif isinstance(part, Spif) and part.per_unit is None:
            given = _prizes(part, pairs)
        else:
            continue
        for name, cents in given.items():
            out.setdefault(name, {})[part.id] = cents
    return out


def _pool(part: Pool, pairs: Sequence[tuple[Person, Sheet]]) -> dict[str, int]:
    """Share every team's sum among its members in whole cents or units, ties by name.

    What is left of a sum that is no whole number of units stays undistributed.
    """
    teams: dict[str, list[tuple[Person, Sheet]]] = {}
    for who, sheet in pairs:
        if who.team:
            teams.setdefault(who.team, []).append((who, sheet))
    if part.weights == "base_pay":
        _require([w for w, _ in pairs if w.team], "base_pay", "base_pay", f"pool {part.id!r}")
    out: dict[str, int] = {}
    for name in sorted(teams):
        members = sorted(teams[name], key=lambda m: m[0].name)
        unit = 1 if part.unit is None else int(part.unit * 100)
        total = floor(_pool_total(part, members) / unit)
        weights = [_weight(part, who, sheet) for who, sheet in members]
        if min(weights) < 0:
            low = [w.name for (w, _), weight in zip(members, weights, strict=True) if weight < 0]
            raise ContractError(
                f"pool {part.id!r}: {first_of(low)} would take part with a weight below 0.",
                where=f"team {name!r}",
                fix="write weights: equal, or leave people with net returns out of the team",
            )
        everything = sum(weights, ZERO)
        if total <= 0 or not everything:
            continue
        names = [who.name for who, _ in members]
        if part.method == "sainte_lague":
            shares = sainte_lague(total, weights, names)
        else:
            shares = allocate([total * w / everything for w in weights], total)
        out |= {name: unit * n for name, n in zip(names, shares, strict=True)}
    return out


def _pool_total(part: Pool, members: Sequence[tuple[Person, Sheet]]) -> Fraction:
    """Return what a team has earned, in cents."""
    credit = sum((Fraction(part.scale.book(s).total) for _, s in members), ZERO)
    if part.share is not None:
        return part.share * max(credit, ZERO)
    unit = sum((Fraction(part.scale.cents(s)) for _, s in members), ZERO)
    if part.scale.unit == "amount":
        unit = Fraction(100)
    reached = part.scale.count(credit, [part.points[0][0]], unit)
    height = on_line(credit / unit, part.points) if reached else part.below
    return height * sum((Fraction(s.target_incentive or 0) for _, s in members), ZERO)


def _weight(part: Pool, who: Person, sheet: Sheet) -> Fraction:
    if part.weights == "equal":
        return Fraction(1)
    if part.weights == "base_pay":
        return Fraction(who.base_pay or 0)
    return Fraction(part.scale.book(sheet).total)


def _prizes(part: Spif, pairs: Sequence[tuple[Person, Sheet]]) -> dict[str, int]:
    """Give prizes by rank; people with the same result share the prizes of their ranks."""
    results = {who.name: Fraction(sheet.book(part.measure).total) for who, sheet in pairs}
    ranked = sorted((n for n in results if results[n] > 0), key=lambda n: (-results[n], n))
    out: dict[str, int] = {}
    at = 0
    while at < min(len(ranked), len(part.prizes)):
        same = [n for n in ranked if results[n] == results[ranked[at]]]
        purse = sum(part.prizes[at : at + len(same)], ZERO) * 100
        cents = allocate([purse / len(same)] * len(same), int(purse))
        out |= dict(zip(same, cents, strict=True))
        at += len(same)
    return out


def _require_some(people: Sequence[Person], column: str, what: str) -> None:
    """Refuse people of whom nobody has what a part is paid by: it would be nothing for all."""
    if not any(getattr(who, column) for who in people):
        raise ContractError(
            f"{what}; none of {len(people)} people has a {column!r}.",
            where=f"people, column {column!r}",
            fix=f"give people the column {column!r}, or leave the component out of the plan",
            code="missing-column",
        )


def _require(people: Sequence[Person], field: str, column: str, what: str) -> None:
    """Refuse people without a figure that others' pay depends on."""
    without = [who.name for who in people if getattr(who, field) is None]
    if without:
        raise ContractError(
            f"{what} needs {column!r}; {len(without)} of {len(people)} people have none: "
            f"{first_of(without)}.",
            where=f"people, column {column!r}",
            fix=f"add the column {column!r}",
            code="missing-column",
            rows=pd.DataFrame({"salesperson": without}),
        )
