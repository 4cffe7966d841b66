"""Which back end pays a plan on a world, and why not the others."""

import math
from typing import TYPE_CHECKING

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.incentives.attainment.model import Attainment
from salesanalysis.incentives.components import Component, Override, Pool
from salesanalysis.incentives.simulate.bins import TOP
from salesanalysis.incentives.simulate.forms import Form
from salesanalysis.incentives.simulate.ledger import MOST_BYTES, lacking, ledger_bytes
from salesanalysis.incentives.simulate.reasons import BY_DEAL, BY_PART, REFUSED, on_teams
from salesanalysis.incentives.simulate.streams import BLOCK
from salesanalysis.incentives.simulate.world import World

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

#: Cells of everybody in one block of draws that are held at once: 64 MB.
MOST_AT_ONCE = 8_000_000
BACKENDS = ("auto", "analytic", "ledger", "vector", "exact")
Why = tuple[tuple[str, str, str], ...]


class BackendNotValid(ContractError):  # noqa: N818  the name of the method's contract
    """A back end was asked for that cannot pay the plan; the component is named."""


def choose(wanted: str, form: Form, world: World, *, draws: bool = True) -> tuple[str, Why]:
    """Return the first valid back end, and why each one before it is not.

    `draws` tells whether a distribution is asked for, not only means.

    Raises
    ------
    BackendNotValid
        The back end asked for cannot pay the plan.
    """
    if wanted not in BACKENDS:
        raise unknown_name(
            wanted, BACKENDS, kind="back end", where="backend=...", error=ContractError
        )
    why: list[tuple[str, str, str]] = []
    for name in BACKENDS[1:]:
        if wanted not in ("auto", name):
            continue
        reasons = _reasons(name, form, world, draws=draws)
        if name == "ledger" and wanted == "auto" and not reasons and "ledger" in world.kept:
            reasons = _another(form, world)
        if not reasons:
            return name, tuple(why)
        why += [(name, component, reason) for component, reason in reasons]
    if wanted == "auto":  # that the closed form has no draws is no news
        why = [reason for reason in why if reason[0] == "exact"]
    parts = "; ".join(dict.fromkeys(f"{part}: {reason}" for _, part, reason in why))
    asked = "no back end can" if wanted == "auto" else f"the back end {wanted} cannot"
    other = "use plan.run on deals of everybody" if wanted == "auto" else "use backend='auto'"
    raise BackendNotValid(
        f"{asked} pay plan {form.plan.head.id!r}: {parts}.",
        where="simulate(plan, ..., backend=...)",
        fix=f"leave out the component, or {other}",
        code="no-engine",
    )


def _reasons(name: str, form: Form, world: World, *, draws: bool) -> list[tuple[str, str]]:
    """Return the components a back end cannot pay, with the reasons."""
    if name == "analytic":
        return [("draws", "gives means, not draws")] if draws else _no_closed_form(form, world)
    if name == "ledger":
        return [*form.residual, *form.steps.names(), *_too_large(form, world)]
    if name == "vector":
        return not_by_part(form, world)
    return [(part, why) for part, why in form.residual if why.startswith(REFUSED)]


def not_by_part(form: Form, world: World) -> list[tuple[str, str]]:
    """Return what the vector back end cannot pay, not even part by part."""
    if not form.residual:
        return []
    if form.steps.running in ("carry", "claw"):
        return list(form.residual)
    out = [(n, why) for n, why in form.residual if why.startswith((*REFUSED, *BY_DEAL))]
    out += [(p.id, f"is a {type(p).__name__}") for p in form.plan.components
            if not isinstance(p, BY_PART)]  # fmt: skip
    out += [(p.id, why) for p in form.plan.components if (why := _odd_team(p, world))]
    n = len(world.people) * world.periods * min(world.draws, BLOCK)
    if on_teams(form.plan) and n > MOST_AT_ONCE:
        out.append(("people", f"{len(world.people):,} people are too many at once"))
    return out


def _odd_team(part: Component, world: World) -> str:
    """Return what a team lacks: the exact engine refuses it in its own words."""
    people = world.people
    if isinstance(part, Pool) and part.method != "largest_remainder":
        return "is shared by divisors"
    if isinstance(part, Pool) and part.weights == "credit" and not world.model.never_negative:
        return "somebody may take part with a weight below 0"
    if isinstance(part, Pool) and part.weights == "base_pay":
        lacks = (people["base_pay"] < 0) & (people["team"] != "")
        return "somebody has no base pay" if bool(lacks.any()) else ""
    if isinstance(part, Override) and part.of == "differential":
        return "somebody has no rate" if bool((people["override_rate"] == "").any()) else ""
    return ""


def _another(form: Form, world: World) -> list[tuple[str, str]]:
    """Return why the ledger a world has does not do: paying cells is faster than another one."""
    incentive, ledger = world.kept["ledger"]
    why = lacking(ledger, form, incentive)
    return [("edges", why)] if why else []


def _no_closed_form(form: Form, world: World) -> list[tuple[str, str]]:
    """Return what has no closed form: steps between periods, and models without a formula."""
    out = [*form.residual, *form.steps.names()]
    model = world.model
    if not isinstance(model, Attainment):
        return [*out, ("attainment", "futures of a forecast have no formula")]
    if model.kind == "empirical" and world.per_year > 1 and not model.paths:
        out.append(("attainment", "years without their periods have no formula for a period"))
    return out


def _too_large(form: Form, world: World) -> list[tuple[str, str]]:
    """Return the draws as a reason where the ledger would not fit into memory."""
    n_edges = math.ceil(TOP / world.grid) + 1 + len(form.edges)
    need = ledger_bytes(world, n_edges, len(form.scales))
    if need <= MOST_BYTES:
        return []
    return [("draws", f"{world.draws:,} draws need {need / 2**20:,.0f} MB")]


def require_period(plan: "Plan", world: World) -> None:
    """Refuse a world drawn in other periods than the plan pays."""
    wanted = {"month": 12, "quarter": 4, "year": 1}[plan.head.per]
    if world.per_year != wanted:
        raise ContractError(
            f"plan {plan.head.id!r} pays per {plan.head.per}; the world has {world.per_year} "
            "periods a year.",
            where="simulate(plan, world)",
            fix=f"draw_world(..., per_year={wanted}), with quotas of a {plan.head.per}",
            code="bad-choice",
        )
    _require_lengths(plan, world)


def _require_lengths(plan: "Plan", world: World) -> None:
    """Refuse a plan whose quotas or incentives are stated for longer than the world's were."""
    head = plan.head
    stated = bool((world.people["target_incentive"] >= 0).any())
    for name, wanted, given, asked in (
        ("quota", head.periods, world.quota_periods, True),
        ("incentive", int(1 / head.incentive_share), world.incentive_periods, stated),
    ):
        said_of_one = given == 1 and name not in world.unsaid
        if asked and wanted > 1 and given != wanted and not said_of_one:
            raise ContractError(
                f"plan {head.id!r} states the {name} of {wanted} {head.per}s; the world was drawn "
                f"with that of {given}.",
                where="simulate(plan, world)",
                fix=f"draw_world(..., {name}_periods={wanted}), with the {name} as the plan "
                f"states it, or {name}_periods=1, with that of one {head.per}",
                code="bad-choice",
            )
