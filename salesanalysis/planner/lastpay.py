"""What the people would have been paid for the period that is over, under any plan."""

import numpy as np
import pandas as pd

from salesanalysis.errors import SalesAnalysisError
from salesanalysis.incentives import Compiled, Plan, Statement, compile_plan, payout
from salesanalysis.money import cents_of
from salesanalysis.planner.crowd import Crowd
from salesanalysis.planner.fitting import places_of
from salesanalysis.planner.kept import Kept
from salesanalysis.planner.mains import counted
from salesanalysis.planner.refusals import pair_of, refusal

#: People up to whom a plan that is no lines with jumps is paid line by line while a slider moves.
MOST_EXACT = 200

#: Parts whose pay depends on other people.
_TOGETHER = ("pool", "override", "spif")

#: Columns that the compiled plan understands; with any other the pay run decides.
_DEALS = {"salesperson", "order_id", "date", "amount"}
_PEOPLE = {"salesperson", "quota", "name", "region", "team", "manager", "target_incentive"}


class LastPay:
    """Pays a crowd for its period under plans; what was paid is kept.

    Parameters
    ----------
    crowd : Crowd
    """

    def __init__(self, crowd: Crowd) -> None:
        self.crowd = crowd
        self._kept: Kept[pd.DataFrame | SalesAnalysisError] = Kept()

    def of(self, plan: Plan) -> pd.DataFrame | SalesAnalysisError:
        """Return everybody's pay, or the error that says why there is none.

        Returns
        -------
        DataFrame, one row per person with a quota, by name
            ``salesperson``, ``completion`` (ratio), ``pay`` (currency; of plans that are lines
            with jumps before rounding to the cent).
        """
        return self._kept.get(plan.digest, lambda: self._pay(plan))

    def _pay(self, plan: Plan) -> pd.DataFrame | SalesAnalysisError:
        try:
            require_period(plan, self.crowd)
            require_main(plan, self.crowd)
            form = compile_plan(plan) if _is_plain(plan, self.crowd) else None
            if form is None or form.residual:
                return self._line_by_line(plan)
            return self._by_lines(plan, form)
        except SalesAnalysisError as error:
            return error

    def _by_lines(self, plan: Plan, form: Compiled) -> pd.DataFrame:
        """Pay by the compiled plan: the sales of the period against the quota, all at once."""
        people = self.crowd.measured().sort_values("salesperson", ignore_index=True)
        deals = self.crowd.deals
        cents = pd.Series(cents_of(deals["amount"]), index=deals.index)
        sold = cents.groupby(deals["salesperson"].astype("str")).sum()
        actual = people["salesperson"].astype("str").map(sold).fillna(0).to_numpy(dtype="int64")
        quota = cents_of(people["quota"])
        incentive = _incentive(plan, people)
        pay = payout(form, actual, quota, incentive)
        names = people["salesperson"].astype("str")
        return pd.DataFrame({"salesperson": names, "completion": actual / quota, "pay": pay})

    def _line_by_line(self, plan: Plan) -> pd.DataFrame:
        """Pay as the pay run does, to the cent; of very many people only on demand."""
        if len(self.crowd.people) > MOST_EXACT:
            n = f"{len(self.crowd.people):,}"
            raise refusal("many", where=f"plan {plan.head.id!r}", code="no-engine", n=n)
        register = exact_pay(plan, self.crowd)
        frame = register[register["status"] != "no_quota"]
        kept = frame[["salesperson", "completion", "pay"]]
        return kept.sort_values("salesperson", kind="stable", ignore_index=True)


def exact_pay(plan: Plan, crowd: Crowd) -> pd.DataFrame:
    """Return everybody's pay of the period to the cent, as the pay run pays it."""
    require_payable(plan, crowd)
    register = plan.pay(
        crowd.people, crowd.deals, period=crowd.period, calendar=crowd.calendar, terms=crowd.terms
    )
    return register.to_frame()


def statement_of(plan: Plan, crowd: Crowd, name: str) -> Statement:
    """Pay one person for the crowd's period, as the pay run does."""
    require_payable(plan, crowd)
    together = any(p["type"] in _TOGETHER for p in plan.document.data["components"])
    return plan.statement(
        crowd.row(name),
        crowd.deals if together else crowd.own_deals(name),
        period=crowd.period,
        people=crowd.people if together else None,
        calendar=crowd.calendar,
        terms=crowd.terms,
    )


def require_payable(plan: Plan, crowd: Crowd) -> None:
    """Refuse what the people's period or their data set cannot pay."""
    require_period(plan, crowd)
    require_main(plan, crowd)
    require_places(plan, crowd)


def require_period(plan: Plan, crowd: Crowd) -> None:
    """Refuse to pay a month's deals as a quarter's, or against quotas of another length.

    Raises
    ------
    ContractError
        What the plan pays, and what the people's deals and quotas are of.
    """
    head = plan.head
    if (head.per, head.quota_per) == (crowd.per, crowd.quota_per):
        return
    words = {
        "plan": pair_of(f"planner.per.{head.per}"),
        "deals": pair_of(f"planner.per.{crowd.per}"),
    }
    words["quota"] = pair_of(f"planner.per.{head.quota_per}")
    words["own"] = pair_of(f"planner.per.{crowd.quota_per}")
    raise refusal("period", where=f"plan {head.id!r}", code="bad-choice", **words)


def require_main(plan: Plan, crowd: Crowd) -> None:
    """Refuse to pay sales as if they were what a plan counts.

    Raises
    ------
    ContractError
        What the plan counts.
    """
    if (lost := counted(plan, crowd)) is not None:
        raise lost


def require_places(plan: Plan, crowd: Crowd) -> None:
    """Refuse to pay people by teams, managers or groups their data set does not tell.

    Raises
    ------
    ContractError
        What is missing, in words.
    """
    lost = [c for c in places_of(plan) if c not in crowd.people.columns]
    if not crowd.source:
        return
    if plan.is_cumulative and "credited" not in crowd.people.columns:
        raise refusal(
            "before", where=f"plan {plan.head.id!r}", code="missing-column", data=crowd.source
        )
    if not lost:
        return
    titles = [pair_of(f"column.{c}", c) for c in lost]
    english, chinese = zip(*titles, strict=True)
    words = {"names": (", ".join(english).lower(), "、".join(chinese)), "data": crowd.source}
    raise refusal("places", where=f"plan {plan.head.id!r}", code="missing-column", **words)


def _is_plain(plan: Plan, crowd: Crowd) -> bool:
    """Tell whether people and deals hold nothing but sales against a quota."""
    data = plan.document.data
    if any(m.margin is not None for m in plan.head.measures.values()):
        return False
    if set(crowd.deals.columns) != _DEALS or not set(crowd.people.columns) <= _PEOPLE:
        return False
    return not (data.get("credit") or set(data.get("quota") or {}) - {"per", "zero_quota"})


def _incentive(plan: Plan, people: pd.DataFrame) -> np.ndarray | None:
    """Return target incentives in cents: the person's own, else the plan's."""
    head = plan.head.target_incentive
    if "target_incentive" not in people.columns:
        return None if head is None else np.full(len(people), int(head * 100))
    own = people["target_incentive"].fillna(0.0 if head is None else float(head))
    return cents_of(own)
