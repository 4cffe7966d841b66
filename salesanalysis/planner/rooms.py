"""The people plans are tried on, made ready once for what two plans ask, and what prices them."""

from collections.abc import Hashable
from typing import Any

from salesanalysis.incentives import Plan
from salesanalysis.planner.crowd import Crowd, crowd_of
from salesanalysis.planner.fitting import asked, fitted
from salesanalysis.planner.lastpay import LastPay
from salesanalysis.planner.pricing import Pricer
from salesanalysis.planner.refusals import refusal

Room = tuple[Pricer, LastPay]


class Rooms:
    """Prices for pairs of plans; people and their drawn years are kept by what the plans ask.

    Parameters
    ----------
    given : Crowd or None, people for every plan; without them those assumed for the plan at work
    settings : attainment, draws and seed of the drawn years
    """

    def __init__(self, given: Crowd | None, **settings: Any) -> None:
        self._given, self._settings = given, settings
        self._kept: dict[Hashable, Room] = {}

    def of(self, plan: Plan, old: Plan) -> Room:
        """Return what prices two plans, on people who have what both of them ask."""
        own = "" if self._given is not None else plan.head.id
        key = own, asked(plan), asked(old)
        if key not in self._kept:
            crowd = self._given if self._given is not None else crowd_of(plan)
            crowd = fitted(crowd, plan, old)
            self._kept[key] = Pricer(crowd, **self._settings), LastPay(crowd)
        return self._kept[key]

    def require_currency(self, plan: Plan) -> None:
        """Refuse a plan that pays in another currency than the people sell in.

        Raises
        ------
        ContractError
            Both currencies.
        """
        sold = self._given.currency if self._given is not None else ""
        if self._given is None or sold in ("", plan.head.currency):
            return
        words = {"own": sold, "other": plan.head.currency, "data": self._given.source}
        raise refusal("foreign", where=plan.document.name, code="bad-choice", **words)
