"""A simulated world whose people respond to the plan: its cost with and without effort."""

from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, require_columns
from salesanalysis.incentives.behaviour.checks import Floats, above_zero
from salesanalysis.incentives.behaviour.effort import effort_on
from salesanalysis.incentives.moments.lines import whole_form
from salesanalysis.incentives.simulate import Simulation, World, simulate
from salesanalysis.incentives.simulate.draw import Drawer
from salesanalysis.incentives.simulate.streams import BLOCK
from salesanalysis.labels import Terms, growth, label, money, percent
from salesanalysis.results import Result

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan


@dataclass(frozen=True, eq=False)
class EffortCost(Result):
    """What a plan costs in a world whose people respond to it, beside the same world without.

    Attributes
    ----------
    frame : DataFrame, two rows
        ``response`` (without, with), ``sales`` and ``pay`` (means over the draws, currency, whole
        horizon), ``pay_p05``, ``pay_p50``, ``pay_p95``, ``cost_of_sales_share``.
    people : DataFrame, one row per person: ``salesperson``, ``effort_rate`` (share of quota)
    effort_cost : float, as given
    margin_rate : float, 0 where none was given
    plan_title, against : dict, language -> title; `against` empty where there is no old plan
    """

    frame: pd.DataFrame
    people: pd.DataFrame
    effort_cost: float
    margin_rate: float
    plan_title: dict[str, str]
    against: dict[str, str] = field(default_factory=dict)
    currency: str = "CNY"
    terms: Terms = field(default_factory=Terms)

    def __post_init__(self) -> None:
        """Keep copies."""
        require_columns(self.frame, ["response", "sales", "pay", "pay_p95"], name="frame")
        for name in ("frame", "people"):
            object.__setattr__(self, name, getattr(self, name).reset_index(drop=True).copy())

    @property
    def extra(self) -> tuple[float, float]:
        """Sales and pay that the response adds, means over the draws, currency."""
        rows = self.frame.set_index("response")
        more = rows.loc["with", ["sales", "pay"]] - rows.loc["without", ["sales", "pay"]]
        return float(more["sales"]), float(more["pay"])

    def to_frame(self) -> pd.DataFrame:
        """Return the two rows; a copy."""
        return self.frame.copy()

    def _sentences(self, lang: str) -> list[str]:
        rows = self.frame.set_index("response")
        sales, pay = self.extra

        def told(value: float) -> str:
            return money(float(value), lang, self.currency)

        lines = [
            label(
                "effort.cost_headline", lang, title=self.plan_title.get(lang, ""),
                added=told(rows.loc["with", "pay"]), without=told(rows.loc["without", "pay"]),
                sales=growth(sales / float(rows.loc["without", "sales"])),
            ),
            label(
                "effort.cost_range", lang,
                low=told(rows.loc["with", "pay_p05"]), high=told(rows.loc["with", "pay_p95"]),
                low0=told(rows.loc["without", "pay_p05"]),
                high0=told(rows.loc["without", "pay_p95"]),
            ),
        ]  # fmt: skip
        if self.margin_rate:
            net = money(sales * self.margin_rate - pay, lang, self.currency, signed=True)
            lines.append(label("effort.cost_net", lang, rate=percent(self.margin_rate), net=net))
        if self.against:
            lines.append(label("effort.plan_against", lang, title=self.against.get(lang, "")))
        return [*lines, label("effort.cost_given", lang, c=f"{self.effort_cost:g}")]


def cost_with_effort(
    plan: "Plan",
    world: World,
    *,
    effort_cost: float,
    old: "Plan | None" = None,
    margin_rate: float | None = None,
) -> EffortCost:
    """Pay a world of sales under a plan, without response and with the effort it calls forth.

    Parameters
    ----------
    plan : Plan, with a closed form
    world : World, of `draw_world`
    effort_cost : float, above 0, as in `plan_effort`
    old : Plan, optional
        Plan under which the world's results were made: effort is counted against its.
    margin_rate : float, optional, contribution margin over sales, above 0 to 1

    Raises
    ------
    ContractError
        As in `plan_effort`; a world of single deals, which a shift of sales would tear apart.

    Notes
    -----
    Each person decides once, before anything is drawn, for every period alike, on the mean and
    spread of attainment that the world gives them; the extra sales are added to every period with
    any sales. Same draws on both sides, so the difference is the response alone.

    Examples
    --------
    >>> from salesanalysis.incentives.plan import EXAMPLE, Plan
    >>> from salesanalysis.incentives.simulate import draw_world
    >>> team = pd.DataFrame({"salesperson": ["Li", "Wu"], "quota": [120_000.0, 240_000.0]})
    >>> found = cost_with_effort(Plan.from_text(EXAMPLE), draw_world(team, draws=500),
    ...                          effort_cost=0.5)
    >>> sales, pay = found.extra
    >>> sales > 0 and pay > 0
    True
    """
    from salesanalysis.incentives.pay.paying import titles  # noqa: PLC0415

    above_zero("cost_with_effort(...)", "give every parameter; none is assumed",
               effort_cost=effort_cost)  # fmt: skip
    if margin_rate is not None and not 0 < margin_rate <= 1:
        raise ContractError(
            f"margin_rate is {margin_rate!r}.",
            where="cost_with_effort(margin_rate=...)",
            fix="write a margin of 30 % as 0.30",
            code="bad-choice",
        )
    require_totals(world, "cost_with_effort(world)")
    people, noise = _seen(world)
    effort = effort_on(whole_form(plan), people, effort_cost, noise)
    if old is not None:
        effort = effort - effort_on(whole_form(old), people, effort_cost, noise)
    plain = simulate(plan, world)
    moved = simulate(plan, _moved(world, np.rint(effort * world.quota)))
    frame = pd.DataFrame([_row("without", plain), _row("with", moved)])
    own = pd.DataFrame({"salesperson": people["salesperson"], "effort_rate": effort})
    return EffortCost(
        frame, own, float(effort_cost), float(margin_rate or 0.0), titles(plan),
        titles(old) if old is not None else {}, plan.head.currency, world.terms,
    )  # fmt: skip


def require_totals(world: World, where: str) -> None:
    """Refuse a world of single deals: effort shifts sales as a whole."""
    if world.deals is not None:
        raise ContractError(
            "the world is made of single deals; effort shifts sales as a whole.",
            where=where,
            fix="draw the world without deals",
            code="bad-choice",
        )


def _row(response: str, found: Simulation) -> dict[str, Any]:
    """Return means and quantiles of one simulation."""
    sales, pay = (float(found.draws[c].mean()) for c in ("sales", "pay"))
    quantiles = {f"pay_p{round(100 * q):02d}": found.quantile(q) for q in (0.05, 0.5, 0.95)}
    share = pay / sales if sales > 0 else 0.0
    return {"response": response, "sales": sales, "pay": pay, **quantiles,
            "cost_of_sales_share": share}  # fmt: skip


def _seen(world: World) -> tuple[pd.DataFrame, Floats]:
    """Return quota, mean and spread of a period's attainment by person, from the first draws."""
    few = _copy(World, world, draws=min(world.draws, BLOCK))
    sums, squares = np.zeros(len(world.people)), np.zeros(len(world.people))
    for batch in few.batches():
        share = batch.sold / world.quota[batch.rows][:, None, None]
        sums[batch.rows] += share.sum(axis=(1, 2))
        squares[batch.rows] += (share**2).sum(axis=(1, 2))
    n = few.draws * few.periods
    mean = sums / n
    people = pd.DataFrame(
        {"salesperson": world.people["salesperson"].astype("str"), "quota": world.quota / 100,
         "expected_rate": mean}
    )  # fmt: skip
    incentive = world.people["target_incentive"].to_numpy("float64")
    if (incentive >= 0).all():
        people["target_incentive"] = incentive / 100
    return people, np.sqrt(np.maximum(squares / n - mean**2, 1e-12))


@dataclass(frozen=True, eq=False)
class _Moved(World):
    """A world with sales added to every period with any; in cents, by person."""

    added: Any = ()

    @cached_property
    def drawer(self) -> Drawer:
        """Return the drawer of the world without, its sales shifted."""
        plain = _copy(World, self, kept={})
        return _Shifted(plain.drawer, np.asarray(self.added, dtype=np.float64))


class _Shifted(Drawer):
    """Another drawer's sales and more; a period without sales, such as a vacant one, stays so."""

    def __init__(self, inner: Drawer, added: Floats) -> None:
        self.inner, self.added = inner, added

    def shared(self, block: int) -> Any:
        """Return what people of a region share, as it was."""
        return self.inner.shared(block)

    def sold(self, block: int, rows: np.ndarray, region: int, shared: Any) -> Floats:
        """Return sales in cents, shape (people, periods, BLOCK)."""
        sold = self.inner.sold(block, rows, region, shared)
        more = np.where(sold > 0, self.added[rows][:, None, None], 0.0)
        # less effort than under the old plan takes no more away than there is
        sold += np.maximum(more, -np.maximum(sold, 0.0))
        return sold


def _copy(kind: type[World], world: World, **other: Any) -> World:
    """Return a world of this kind with the same recipe and nothing kept."""
    recipe = {f.name: getattr(world, f.name) for f in fields(World)}
    return kind(**{**recipe, "kept": {}, **other})


def _moved(world: World, added: Floats) -> World:
    """Return the same world with sales added."""
    return _copy(_Moved, world, added=added)
