"""One door: everything a planner asks of a plan, on one world."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.incentives.outlook.at_result import CostAtResult, cost_at_result
from salesanalysis.incentives.outlook.breakeven import BreakEven, break_even
from salesanalysis.incentives.outlook.compare import compare, compare_draws
from salesanalysis.incentives.outlook.comparison import Comparison
from salesanalysis.incentives.outlook.convexity import Convexity, convexity, pay_at_quota
from salesanalysis.incentives.outlook.cost import CostDistribution, cost_distribution
from salesanalysis.incentives.outlook.coverage import Coverage, coverage
from salesanalysis.incentives.outlook.fairness import QuotaFairness, quota_fairness
from salesanalysis.incentives.outlook.inequality import Inequality, inequality
from salesanalysis.incentives.outlook.moved import fewer_draws, scaled, with_model
from salesanalysis.incentives.outlook.performance import PayForPerformance, pay_for_performance
from salesanalysis.incentives.outlook.sales_cost import CostOfSales, cost_of_sales
from salesanalysis.incentives.outlook.stress import Stress, stress
from salesanalysis.incentives.outlook.tables import column, require_amount
from salesanalysis.incentives.outlook.tornado import Tornado, tornado
from salesanalysis.incentives.simulate import Simulation, World, draw_world, simulate
from salesanalysis.labels import Terms, check_lang, label
from salesanalysis.results import Result

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

PARTS = ("cost", "at_result", "cost_of_sales", "convexity", "performance", "inequality", "coverage",
         "tornado", "stress", "winners", "winners_on_deals", "break_even", "fairness")  # fmt: skip
PERIODS = {"month": 12, "quarter": 4, "year": 1}


@dataclass(frozen=True, eq=False)
class Outlook:
    """Everything a planner asks of a plan; every part is a result with table, picture, sentences.

    Attributes
    ----------
    simulation : Simulation, of the plan
    world : World, all parts share it
    cost : CostDistribution
    at_result : CostAtResult
    cost_of_sales : CostOfSales
    convexity : Convexity
    performance : PayForPerformance
    inequality : Inequality
    coverage : Coverage
    tornado : Tornado
    stress : Stress
    winners : Comparison with the old plan, expected over draws
    winners_on_deals : Comparison with the old plan, on deals that happened
    break_even : BreakEven
    fairness : QuotaFairness
        Any of these is None where it was not asked for, or could not be made.
    missing : dict, part -> why it could not be made: no_old_plan, no_deals, no_margin_rate,
        no_attainments
    """

    simulation: Simulation
    world: World
    cost: CostDistribution | None = None
    at_result: CostAtResult | None = None
    cost_of_sales: CostOfSales | None = None
    convexity: Convexity | None = None
    performance: PayForPerformance | None = None
    inequality: Inequality | None = None
    coverage: Coverage | None = None
    tornado: Tornado | None = None
    stress: Stress | None = None
    winners: Comparison | None = None
    winners_on_deals: Comparison | None = None
    break_even: BreakEven | None = None
    fairness: QuotaFairness | None = None
    missing: tuple[tuple[str, str], ...] = ()

    def parts(self) -> dict[str, Result]:
        """Return every part that is there, in reading order."""
        found = {name: getattr(self, name) for name in PARTS}
        return {name: part for name, part in found.items() if part is not None}

    def to_frames(self) -> dict[str, pd.DataFrame]:
        """Return the table of every part."""
        return {name: part.to_frame() for name, part in self.parts().items()}

    def headlines(self, lang: str = "en") -> dict[str, str]:
        """Return the finding of every part."""
        return {name: part.headline(lang) for name, part in self.parts().items()}

    def explain(self, lang: str = "en") -> str:
        """Return every part in plain sentences, and what is missing with its reason."""
        check_lang(lang)
        said = [part.explain(lang) for part in self.parts().values()]
        said += [
            label(f"outlook.missing.{why}", lang, part=label(f"outlook.part.{name}", lang))
            for name, why in self.missing
        ]
        return "\n\n".join(said)


@dataclass
class _Scene:
    """What the parts are made of; worlds and simulations are shared."""

    plan: "Plan"
    world: World
    simulation: Simulation
    people: pd.DataFrame
    budget: float | None
    margin_rate: float | None
    old: "Plan | None"
    deals: pd.DataFrame | None
    pair: tuple[Simulation, Simulation] | None = None
    on_deals: Comparison | None = None


def outlook(
    plan: "Plan",
    people: pd.DataFrame,
    attainment: Any = "normal",
    *,
    budget: float | None = None,
    margin_rate: float | None = None,
    old: "Plan | None" = None,
    deals: pd.DataFrame | None = None,
    draws: int = 10_000,
    seed: int = 1,
    world: World | None = None,
    parts: Iterable[str] | None = None,
    terms: Terms | None = None,
) -> Outlook:
    """Return everything a planner asks of a plan, over one year of it.

    Parameters
    ----------
    plan : Plan
    people : DataFrame, one row per person
        ``salesperson``, ``quota`` (currency, of one plan period); optional ``region``, ``team``,
        ``target_incentive``, ``hired_on``, ``attainment`` and ``potential`` (for fairness).
    attainment : {"tight", "normal", "wide"}, Attainment or ForecastDraws
    budget : float, optional, currency for the year, 0 or above
    margin_rate : float, optional, contribution margin of further sales, above 0, at most 1
    old : Plan, optional, to compare with
    deals : DataFrame, optional, deals that happened, as in `Plan.run`; ``customer`` for `stress`
    draws, seed : int
    world : World, optional, drawn before; then `attainment`, `draws` and `seed` are its own
    parts : name or names of the parts wanted; all, unless given
    terms : how people and regions are called

    Returns
    -------
    Outlook

    Raises
    ------
    ContractError
        A part there is none of, a negative budget, a margin rate of 0; people or a plan that
        cannot be simulated, as in `draw_world` and `simulate`.

    Examples
    --------
    >>> from salesanalysis.incentives.plan import EXAMPLE, Plan
    >>> people = pd.DataFrame({"salesperson": ["Li", "Wu"], "quota": [100_000.0, 200_000.0]})
    >>> found = outlook(Plan.from_text(EXAMPLE), people, draws=500, parts=["cost", "coverage"])
    >>> sorted(found.to_frames())
    ['cost', 'coverage']
    """
    wanted = _wanted(parts)
    _check(budget, margin_rate)
    if world is None:
        world = draw_world(
            people,
            attainment,
            periods=PERIODS[plan.head.per],
            draws=draws,
            seed=seed,
            zero_quota=plan.head.zero_quota,
            terms=terms or Terms(),
            quota_periods=plan.head.periods,
            incentive_periods=int(1 / plan.head.incentive_share),
        )
    scene = _Scene(plan, world, simulate(plan, world), people, budget, margin_rate, old, deals)
    made: dict[str, Any] = {}
    missing = []
    for name in PARTS:
        if name in wanted:
            found = _MAKERS[name](scene)
            if isinstance(found, str):
                missing.append((name, found))
            else:
                made[name] = found
    return Outlook(scene.simulation, world, missing=tuple(missing), **made)


def _wanted(parts: Iterable[str] | None) -> set[str]:
    """Return the parts wanted; a name there is no part of is refused."""
    if parts is None:
        return set(PARTS)
    wanted = {parts} if isinstance(parts, str) else set(parts)
    for name in sorted(wanted - set(PARTS)):
        raise unknown_name(name, PARTS, kind="part", where="parts=...", error=ContractError)
    return wanted


def _check(budget: float | None, margin_rate: float | None) -> None:
    """Refuse bad amounts before anything is drawn."""
    require_amount(budget, "budget", zero=True, fix="give the budget of the horizon in currency")
    fix = "give the contribution margin of further sales as a share, such as 0.30"
    require_amount(margin_rate, "margin_rate", zero=False, fix=fix)


def _at_result(scene: _Scene) -> CostAtResult:
    """Return the cost at results of the company; where draws are too few, of a moved world."""
    found = cost_at_result(scene.simulation)
    mean = float(column(scene.simulation.draws, "attainment").mean())
    missing = found.frame.loc[found.frame["status"] == "beyond_draws", "company_share"]
    moved = {}
    for at in missing if mean > 0 else []:
        model = scaled(scene.world.model, float(at) / mean)
        if model is not None:
            moved[float(at)] = simulate(
                scene.plan, with_model(fewer_draws(scene.plan, scene.world), model)
            )
    return cost_at_result(scene.simulation, shifted=moved) if moved else found


def _performance(scene: _Scene) -> PayForPerformance:
    return pay_for_performance(scene.simulation, pay_at_quota(scene.plan, scene.world))


def _both(scene: _Scene) -> tuple[Simulation | None, Simulation]:
    """Return the simulations of the old and of the new plan, on the same draws."""
    if scene.old is None or scene.pair is not None:
        return scene.pair or (None, scene.simulation)
    pair = simulate(scene.old, scene.world), scene.simulation
    draws = min(s.n_draws for s in pair)
    if draws < max(s.n_draws for s in pair):  # one of them is paid by exact statements
        world = replace(scene.world, draws=draws, kept={})
        pair = simulate(scene.old, world), simulate(scene.plan, world)
    scene.pair = pair
    return pair


def _winners(scene: _Scene) -> Comparison | str:
    old, new = _both(scene)
    return "no_old_plan" if old is None else compare_draws(old, new)


def _on_deals(scene: _Scene) -> Comparison | str:
    if scene.old is None:
        return "no_old_plan"
    if scene.deals is None:
        return "no_deals"
    terms = scene.world.terms
    scene.on_deals = compare(scene.old, scene.plan, scene.people, scene.deals, terms=terms)
    return scene.on_deals


def _break_even(scene: _Scene) -> BreakEven | str:
    if scene.margin_rate is None:
        return "no_margin_rate"
    old, new = _both(scene)
    return break_even(scene.plan, new, scene.world, scene.margin_rate, old=old)


def _fairness(scene: _Scene) -> QuotaFairness | str:
    """Return the fairness of quotas by what was attained: given, or from the deals."""
    people = scene.people.astype({"salesperson": "str"})
    if "attainment" not in people.columns:
        if scene.on_deals is None:
            return "no_attainments"
        reached = scene.on_deals.frame.set_index("salesperson")["attainment"]
        people = people.assign(attainment=people["salesperson"].map(reached))
        people = people.drop_duplicates("salesperson")
    known = people[people["quota"].gt(0) & people["attainment"].notna()]
    if known.empty:
        return "no_attainments"
    return quota_fairness(
        known,
        n_left_out=len(people) - len(known),
        currency=scene.plan.head.currency,
        terms=scene.world.terms,
    )


_MAKERS: dict[str, Any] = {
    "cost": lambda s: cost_distribution(s.simulation, s.budget),
    "at_result": _at_result,
    "cost_of_sales": lambda s: cost_of_sales(s.simulation),
    "convexity": lambda s: convexity(s.plan, s.simulation, s.world),
    "performance": _performance,
    "inequality": lambda s: inequality(s.simulation),
    "coverage": lambda s: coverage(s.plan, s.simulation, s.world),
    "tornado": lambda s: tornado(s.plan, s.world),
    "stress": lambda s: stress(s.plan, s.world, deals=s.deals),
    "winners": _winners,
    "winners_on_deals": _on_deals,
    "break_even": _break_even,
    "fairness": _fairness,
}
