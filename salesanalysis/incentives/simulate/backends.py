"""Which back end pays a plan on a world, and why not the others."""

import math
from typing import TYPE_CHECKING

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.incentives.attainment.model import Attainment
from salesanalysis.incentives.inputs.sheets import require_plain
from salesanalysis.incentives.simulate.bins import TOP
from salesanalysis.incentives.simulate.forms import Form
from salesanalysis.incentives.simulate.ledger import MOST_BYTES, lacking, ledger_bytes
from salesanalysis.incentives.simulate.reasons import REFUSED
from salesanalysis.incentives.simulate.world import World

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

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
        return list(form.residual)
    return [(part, why) for part, why in form.residual if why.startswith(REFUSED)]


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
    require_plain(plan, "simulate(plan, world)")
    wanted = {"month": 12, "quarter": 4, "year": 1}[plan.head.per]
    if world.per_year != wanted:
        raise ContractError(
            f"plan {plan.head.id!r} pays per {plan.head.per}; the world has {world.per_year} "
            "periods a year.",
            where="simulate(plan, world)",
            fix=f"draw_world(..., per_year={wanted}), with quotas of a {plan.head.per}",
            code="bad-choice",
        )
