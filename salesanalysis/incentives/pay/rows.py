"""One person's row of a register: what counted, against which quota, and what it earns."""

from typing import TYPE_CHECKING, Any

from salesanalysis.incentives.exact.cents import half_up
from salesanalysis.incentives.exact.settle import Settled, to_date
from salesanalysis.incentives.inputs.book import Exact, Sheet
from salesanalysis.incentives.inputs.people import Person
from salesanalysis.incentives.inputs.sheets import Given, scales_of
from salesanalysis.incentives.pay.statement import shown_completion

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan


EMPTY = float("nan")  # only ever beside a status that says why


def runs_on(plan: "Plan", sheet: Sheet) -> bool:
    """Tell whether a person's tiers count on against the quota of more than the period."""
    return any(
        getattr(s, "full", False) and s.tier == sheet.main
        for p in plan.components
        if p.id not in sheet.skip
        for s in scales_of(p)
    )


def counted(plan: "Plan", sheet: Sheet) -> tuple[Exact, Exact | None]:
    """Return the credit and the quota that decide the tiers, to date where the plan counts on."""
    if plan.rules.settlement.true_up != "none":
        sheet = to_date(sheet)
    book = sheet.first
    if runs_on(plan, sheet):
        return book.credited + book.total, book.quota_full
    return book.total, book.quota


def row_of(
    plan: "Plan", given: Given, who: Person, sheet: Sheet | None, settled: Settled | None
) -> dict[str, Any]:
    """Return one person's row of the register.

    Completion is what decided the tiers: the credit after the rules for large deals and caps, over
    the quota as it held (days, ramp, its part of a year); to date where the plan trues up.
    """
    main = given.main
    stated, quota = who.quotas.get(main), who.quota(main)
    actual, factor = given.credited(who, main), settled.coefficient if settled else None
    credit: Exact = actual
    held: Exact | None = quota
    full: Exact = stated or 0
    if sheet is not None:
        credit, held = counted(plan, sheet)
        full = full if runs_on(plan, sheet) else full * given.length
        if plan.rules.settlement.true_up != "none":
            full = who.to_date.get(main) or full + (who.before.get(main) or 0)
    return {
        "salesperson": who.name,
        "name": who.shown,
        "quota": _shown(held if held else stated),
        "stated_quota": EMPTY if stated is None else _shown(full),
        "actual": actual / 100,
        "credit": _shown(credit),
        "completion": float(credit / held) if held else EMPTY,
        "completion_text": shown_completion(credit, held),
        "coefficient": EMPTY if factor is None else float(factor),
        "pay": settled.cents / 100 if settled else EMPTY,
        "status": _status(settled, quota),
    }


def _shown(cents: Exact | None) -> float:
    """Return whole cents in currency, half up; empty where there are none."""
    if cents is None:
        return EMPTY
    return (cents if isinstance(cents, int) else half_up(cents)) / 100


def _status(settled: Settled | None, quota: int | None) -> str:
    """Say why there is pay, or none."""
    if settled is None:
        return "no_quota"
    if quota is None:
        return "amounts_only"
    return "paid" if settled.cents else "nothing_due"
