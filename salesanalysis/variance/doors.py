"""Handing a comparison over to the room of its method: rates, driver trees, working days."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.variance.asked import check_fits
from salesanalysis.variance.bridge import Bridge
from salesanalysis.variance.convention import Convention

#: What `explain` takes as the value where nothing is said.
VALUE = "revenue"


def by_rate(
    actual: pd.DataFrame, base: pd.DataFrame, rules: Convention, choices: Mapping[str, Any],
    priced: Mapping[str, Any], *, rate: tuple[str, str] | None, **context: Any,
) -> Bridge:  # fmt: skip
    """Return the bridge of a rate: rates that moved, and members that grew or shrank."""
    from salesanalysis.variance.rates import explain_rate  # noqa: PLC0415  it reads a Bridge

    _no_use(priced, "rate=")
    check_fits("rate_mix", choices)
    if rate is None:
        raise ContractError(
            'method="rate_mix" needs the two columns of a rate.',
            where="explain(rate=...)",
            fix='name them, such as rate=("collected_amount", "due_amount")',
            code="bad-choice",
        )
    named: dict[str, Any] = {"convention": rules.name} if rules.name else {}
    chosen: dict[str, Any] = {"ref": rules.ref, "in_money": rules.in_money, **named}
    return explain_rate(actual, base, rate=rate, **chosen, **context)


def by_tree(
    actual: pd.DataFrame, base: pd.DataFrame, rules: Convention, choices: Mapping[str, Any],
    priced: Mapping[str, Any], *, method: Any, chain: Any, value: str, **context: Any,
) -> Bridge:  # fmt: skip
    """Return the bridge of a driver tree, its factors or its chain of totals."""
    from salesanalysis.variance.drivers import explain_chain  # noqa: PLC0415  it reads a Bridge

    _no_use({k: v for k, v in priced.items() if k != "units"}, "chain= or factors=")
    check_fits("lmdi" if method == "auto" else method, choices)
    taken = ("new_lost", "returns", "unlinked", "on_zero", "chained")
    chosen: dict[str, Any] = {name: getattr(rules, name) for name in taken}
    # the last total of a chain is the value; factors alone multiply to one that has no column
    given = value != VALUE or any(value in side.columns for side in (actual, base))
    chosen |= {"value": value} if chain is None and given else {}
    return explain_chain(
        actual, base, chain=chain, method=method, structure=rules.structure or None,
        **chosen, **context,
    )  # fmt: skip


def by_days(
    actual: pd.DataFrame, base: pd.DataFrame, priced: Mapping[str, Any], *, value: str,
    **context: Any,
) -> Bridge:  # fmt: skip
    """Return the bridge of working days and sales per working day."""
    from salesanalysis.variance.surprise import explain_days  # noqa: PLC0415  it reads a Bridge

    _no_use({k: v for k, v in priced.items() if k != "calendar"}, "calendar= without units=")
    return explain_days(actual, base, calendar=priced["calendar"], value=value, **context)


def _no_use(given: Mapping[str, Any], beside: str) -> None:
    """Refuse arguments that would be passed over in silence."""
    for name, value in given.items():
        if value is not None:
            raise ContractError(
                f"{name}= cannot be combined with {beside}.",
                where="explain(...)",
                fix=f"leave {name}= out, or compare in two steps",
                code="bad-choice",
            )
