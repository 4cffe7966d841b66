"""What a plan pays: one person, everybody, several periods."""

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from salesanalysis.errors import ContractError, require_columns
from salesanalysis.incentives.inputs.given import Extras, Period, read_given
from salesanalysis.incentives.inputs.known import person_frame
from salesanalysis.incentives.inputs.sheets import wanted_of
from salesanalysis.incentives.inputs.values import name_of, names_of
from salesanalysis.incentives.pay.paying import check_quotas, make_register, make_statement
from salesanalysis.incentives.pay.register import PayRegister
from salesanalysis.incentives.pay.run import PayRun, run_periods
from salesanalysis.incentives.pay.statement import Statement
from salesanalysis.labels import Terms
from salesanalysis.periods import FiscalCalendar

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

_YEAR = FiscalCalendar()
_TERMS = Terms()


class PayMethods:
    """Pay by a plan; only `Plan` has these methods."""

    def statement(
        self,
        person: Mapping[Hashable, Any] | pd.Series | pd.DataFrame,
        deals: pd.DataFrame,
        *,
        period: object = None,
        people: pd.DataFrame | None = None,
        penalties: pd.DataFrame | None = None,
        clawbacks: pd.DataFrame | None = None,
        fx: Mapping[str, Any] | None = None,
        workdays: pd.DataFrame | None = None,
        closed_through: object = None,
        dedupe: bool = False,
        calendar: FiscalCalendar = _YEAR,
        terms: Terms = _TERMS,
    ) -> Statement:
        """Pay one person for one period, line by line.

        Parameters
        ----------
        person : mapping, Series, or DataFrame with the rows of one person's pieces of the period
            ``salesperson``, ``quota`` (currency, for the plan's period, 0 for somebody who has
            none; not needed by a plan on amounts); optional ``name``,
            ``carried`` (returns carried in, zero or below) and, for a cumulative plan,
            ``credited`` (counted before).
        deals : DataFrame, one row per deal
            ``order_id``, ``date``, ``amount`` or ``revenue`` (currency); returns are negative.
            With ``salesperson``, every row must be this person's.
        period : date, optional
            Any day of the period to pay; without it all deals must lie in one period.
        people : DataFrame, optional
            Everybody, with deals of everybody, where pay depends on others: pools, overrides,
            prizes by rank.
        penalties : DataFrame, optional, one row per entry of the penalty register
            ``salesperson``, ``penalty`` (its id in the plan), optional ``count``.
        clawbacks : DataFrame, optional, one row per deal that fell through
            ``salesperson``, ``order_id``, ``booked_on``, ``amount`` (currency), ``pay_rate``,
            optional ``coefficient`` of the booking.
        fx : mapping, optional
            Rate by currency where `deals` has a column ``currency``: ``{"USD": "7.10"}``.
        workdays : DataFrame, optional
            ``date`` and ``is_workday``, one row a day, where the plan counts working days; without
            it, the published working days of China.
        closed_through : date, optional
            Any day of the last closed month: a period that ends later is refused.
        dedupe : bool
            Keep one of rows of `deals` that are the same, and count the others; without it they
            are refused.
        calendar : FiscalCalendar
            Decides where quarters and years start.
        terms : Terms
            How people are called, from the data set.

        Raises
        ------
        ContractError
            A key that is missing (with the nearest), a quota that is empty, below 0 or infinite,
            none where one is needed; deals that stand twice, lie outside the plan's days, or
            belong to somebody else, digits beyond the cent.
        """
        plan = cast("Plan", self)
        wanted = wanted_of(plan, list(deals.columns))
        row = person_frame(person, [*wanted.columns, *wanted.results])
        name = name_of(row["salesperson"].iloc[0])
        if people is not None:
            row = _with_others(row, people, name)
        extras = Extras.of(
            penalties, clawbacks, fx, workdays, closed_through=closed_through, dedupe=dedupe
        )
        given = read_given(plan, row, deals, Period(period, calendar), extras)
        check_quotas(plan, [who for who in given.people if who.name == name])
        return make_statement(plan, name, given, terms)

    def pay(
        self,
        people: pd.DataFrame,
        deals: pd.DataFrame,
        *,
        period: object = None,
        penalties: pd.DataFrame | None = None,
        clawbacks: pd.DataFrame | None = None,
        fx: Mapping[str, Any] | None = None,
        workdays: pd.DataFrame | None = None,
        closed_through: object = None,
        dedupe: bool = False,
        calendar: FiscalCalendar = _YEAR,
        terms: Terms = _TERMS,
    ) -> PayRegister:
        """Pay everybody for one period; each amount equals that of the person's statement.

        Parameters
        ----------
        people : DataFrame, one row per person, as `person` of `statement`
        deals : DataFrame, one row per deal, as in `statement`, with ``salesperson``
        period and all others : as in `statement`

        Raises
        ------
        ContractError
            As in `statement`; deals of somebody who is not in `people`.
        """
        plan = cast("Plan", self)
        require_columns(deals, ["salesperson"], name="deals")
        extras = Extras.of(
            penalties, clawbacks, fx, workdays, closed_through=closed_through, dedupe=dedupe
        )
        given = read_given(plan, people, deals, Period(period, calendar), extras)
        check_quotas(plan, given.people)
        return make_register(plan, given, terms)

    def run(
        self,
        people: pd.DataFrame,
        deals: pd.DataFrame,
        *,
        first: object,
        last: object,
        penalties: pd.DataFrame | None = None,
        clawbacks: pd.DataFrame | None = None,
        fx: Mapping[str, Any] | None = None,
        workdays: pd.DataFrame | None = None,
        closed_through: object = None,
        dedupe: bool = False,
        calendar: FiscalCalendar = _YEAR,
        terms: Terms = _TERMS,
    ) -> PayRun:
        """Pay every period from `first` to `last`, each with the balances of the one before.

        Draws owed, deductions, deferred pay, returns above sales and what counts since the start
        of the plan are carried along.

        Parameters
        ----------
        people : DataFrame, one row per person, as in `pay`
            With a column ``period``, one row per person and period (quotas that change); without
            it, the same quota every period.
        deals : DataFrame, one row per deal of all periods, with ``salesperson``
        first, last : date, any day of the first and of the last period
        penalties, clawbacks : DataFrame, optional, as in `statement`, with a column ``period``
        all others : as in `statement`

        Raises
        ------
        ContractError
            As in `pay`; periods without quotas.
        """
        plan = cast("Plan", self)
        require_columns(deals, ["salesperson"], name="deals")
        return run_periods(
            plan,
            people,
            deals,
            first=first,
            last=last,
            extras=Extras.of(
                penalties, clawbacks, fx, workdays, closed_through=closed_through, dedupe=dedupe
            ),
            calendar=calendar,
            terms=terms,
        )


def _with_others(row: pd.DataFrame, people: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return everybody with this person's own row put in."""
    require_columns(people, ["salesperson"], name="people")
    names = names_of(people["salesperson"])
    if name not in names.to_numpy():
        raise ContractError(
            f"{name!r} is not among the {len(people)} people given.",
            where="statement(person, deals, people=...)",
            fix="give everybody the pay depends on, the person included",
            code="unknown-name",
        )
    others = people[names != name]
    return pd.concat([others, row], ignore_index=True)
