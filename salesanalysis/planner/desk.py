"""The desk of a planner without its furniture: a plan at work, what it was, what can be undone."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from salesanalysis.errors import SalesAnalysisError
from salesanalysis.incentives import Plan, Statement, World
from salesanalysis.planner.controls import Control, controls_of
from salesanalysis.planner.crowd import Crowd
from salesanalysis.planner.differing import differences
from salesanalysis.planner.history import History
from salesanalysis.planner.lastpay import statement_of
from salesanalysis.planner.refusals import refusal
from salesanalysis.planner.rooms import Room, Rooms
from salesanalysis.planner.view import View


@dataclass(frozen=True)
class _State:
    """A plan at work and the one it was loaded as."""

    plan: Plan
    base: Plan


class Desk:
    """A plan at work: moved number by number, compared with what it was, undone.

    Parameters
    ----------
    plan : Plan
    crowd : Crowd, optional
        Who it is tried on; without one, a hundred assumed people.
    budget : float, optional, currency a year
    attainment, draws, seed : as in `draw_world`

    Examples
    --------
    >>> from salesanalysis.incentives.plan import EXAMPLE
    >>> desk = Desk(Plan.from_text(EXAMPLE))
    >>> _ = desk.move("coefficient.bands[2].value", "1.3")
    >>> desk.moved()
    {'coefficient.bands[2].value': ('1.2', '1.3')}
    >>> desk.undo().knobs()["text"].iloc[-1]
    '1.2'
    """

    def __init__(
        self,
        plan: Plan,
        crowd: Crowd | None = None,
        *,
        budget: float | None = None,
        attainment: Any = "normal",
        draws: int = 10_000,
        seed: int = 1,
    ) -> None:
        self._rooms = Rooms(crowd, attainment=attainment, draws=draws, seed=seed)
        self._rooms.require_currency(plan)
        self._history = History(_State(plan, plan))
        self._pending: dict[str, str] = {}
        self._budget = budget, plan.head.currency
        self.other: Plan | None = None
        self.person = ""

    @property
    def plan(self) -> Plan:
        """Return the plan at work: the last good one."""
        return self._history.now.plan

    @property
    def base(self) -> Plan:
        """Return the plan as it was loaded."""
        return self._history.now.base

    @property
    def old(self) -> Plan:
        """Return the plan compared with: the second one chosen, else the one as loaded.

        A second plan in another currency than the one at work is passed over.
        """
        other = self.other
        same = other is not None and other.head.currency == self.plan.head.currency
        return other if other is not None and same else self.base

    @property
    def budget(self) -> float | None:
        """Return the budget, currency a year; None where it was given in another currency."""
        value, currency = self._budget
        return value if currency == self.plan.head.currency else None

    @budget.setter
    def budget(self, value: float | None) -> None:
        self._budget = value, self.plan.head.currency

    @property
    def can_undo(self) -> bool:
        """Tell whether there is something to undo."""
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        """Tell whether there is something to redo."""
        return self._history.can_redo

    @property
    def pending(self) -> dict[str, str]:
        """Return numbers that were set and would make no plan, by knob."""
        return dict(self._pending)

    @property
    def crowd(self) -> Crowd:
        """Return who the plan is tried on."""
        return self._room()[0].crowd

    def controls(self) -> list[Control]:
        """Return one control a number of the plan, with the value at work."""
        return controls_of(self.plan)

    def move(self, knob: str, value: Any, *, joined: bool = False) -> Plan:
        """Set one number; what would be no plan is kept aside until another move makes it one.

        Parameters
        ----------
        knob : str, of `Plan.knobs`
        value : int, str, Decimal or float, the plan's number (a rate of 4 % is 0.04)
        joined : bool, part of the same drag as the move before: undone together

        Raises
        ------
        ContractError
            A knob the plan does not have, a value that is no number.
        ParamError
            Edges out of order, a rate above 1: the plan at work stays.
        """
        wanted = {**self._pending, knob: value}
        try:
            plan = self.plan.edited(wanted)
            self._pending = {}
        except SalesAnalysisError:
            plan = self._alone(knob, value)
        if plan != self.plan:
            self._history.push(_State(plan, self.base), joined=joined)
        return self.plan

    def _alone(self, knob: str, value: Any) -> Plan:
        """Return the plan with this number alone; keep it aside where it makes none."""
        self._pending.pop(knob, None)
        try:
            return self.plan.edited({knob: value})
        except SalesAnalysisError as error:
            if error.code == "bad-plan":
                self._pending[knob] = value
            raise

    def apply(self, values: Mapping[str, Any]) -> Plan:
        """Set several numbers in one step that one undo takes back."""
        plan = self.plan.edited(values)
        self._pending = {}
        if plan != self.plan:
            self._history.push(_State(plan, self.base))
        return self.plan

    def compare(self, plan: Plan | None) -> None:
        """Compare with another plan from now on, or with the plan as loaded.

        Raises
        ------
        ContractError
            A plan in another currency.
        """
        if plan is not None and plan.head.currency != self.plan.head.currency:
            words = {"own": self.plan.head.currency, "other": plan.head.currency}
            name = Path(plan.document.name).name
            raise refusal("currency", where=name, code="bad-choice", name=name, **words)
        self.other = plan

    def load(self, plan: Plan) -> Plan:
        """Put another plan on the desk; undo brings the one before back.

        Raises
        ------
        ContractError
            A plan in another currency than the people sell in.
        """
        self._rooms.require_currency(plan)
        self._pending = {}
        self._history.push(_State(plan, plan))
        return plan

    def reset(self) -> Plan:
        """Go back to the plan as loaded; undo brings the moves back."""
        self._pending = {}
        if self.plan != self.base:
            self._history.push(_State(self.base, self.base))
        return self.plan

    def undo(self) -> Plan:
        """Take the last step back; numbers kept aside are dropped."""
        self._pending = {}
        return self._history.undo().plan

    def redo(self) -> Plan:
        """Do the step taken back again."""
        self._pending = {}
        return self._history.redo().plan

    def moved(self) -> dict[str, tuple[str, str]]:
        """Return the numbers that differ from the plan as loaded: knob -> (old, new)."""
        return differences(self.base, self.plan)

    def _room(self) -> Room:
        """Return what prices both plans."""
        return self._rooms.of(self.plan, self.old)

    def view(self) -> View:
        """Return everything the pages show, for the plan at work and the one compared with."""
        pricer, paid = self._room()
        return View(
            plan=self.plan,
            old=self.old,
            crowd=pricer.crowd,
            now=pricer.price(self.plan),
            before=pricer.price(self.old),
            paid=paid.of(self.plan),
            was_paid=paid.of(self.old),
            budget=self.budget,
        )

    def price_patiently(self) -> None:
        """Price both plans by whatever pays them, where no quick back end can."""
        pricer = self._room()[0]
        for plan in (self.plan, self.old):
            if isinstance(pricer.price(plan), SalesAnalysisError):
                pricer.price_patiently(plan)

    def world(self) -> World:
        """Return the drawn years everything is priced on."""
        world: World = self._room()[0].world(self.plan)
        return world

    def statement(self, name: str, plan: Plan | None = None) -> Statement:
        """Pay one person for the crowd's period under a plan, as the pay run does.

        Raises
        ------
        ContractError
            What the plan asks of people and their rows do not say.
        """
        return statement_of(plan or self.plan, self.crowd, name)
