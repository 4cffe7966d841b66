"""How far sales lie from their mean, in standard units: what other measures move with."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from salesanalysis.errors import ContractError
from salesanalysis.incentives.attainment import Attainment, OtherMeasure
from salesanalysis.incentives.simulate.streams import Floats


def scores_of(model: Any, attained: Floats) -> Floats:
    """Return standard scores of attainments of one period, of their logarithm if lognormal.

    A vacant position has a score of 0, as has everybody under a model without a formula.

    Examples
    --------
    >>> model = Attainment("lognormal", 0.0, 0.2)
    >>> scores_of(model, np.array([1.0, float(np.exp(0.2))])).round(9).tolist()
    [0.0, 1.0]
    """
    if not isinstance(model, Attainment) or model.kind == "empirical":
        return np.zeros(attained.shape)
    if model.kind == "normal":
        return np.asarray((attained - model.m) / model.s)
    some = attained > 0
    logs = np.log(np.where(some, attained, 1.0))
    return np.asarray(np.where(some, (logs - model.m) / model.s, 0.0))


def require_measures(given: Sequence[Any], model: Any) -> tuple[OtherMeasure, ...]:
    """Return the measures drawn beside sales, each once and correlated with what has a formula."""
    for one in given:
        if not isinstance(one, OtherMeasure):
            raise ContractError(
                f"measures holds {one!r}.",
                where="draw_world(measures=...)",
                fix="give OtherMeasure(name, mean=, sd=, correlation=, of=)",
                code="bad-choice",
            )
    names = [m.name for m in given]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise ContractError(
            f"measure {twice[0]!r} is given twice.",
            where="draw_world(measures=...)",
            fix="give every measure once",
            code="duplicate-key",
        )
    formula = isinstance(model, Attainment) and model.kind != "empirical"
    moved = [m.name for m in given if m.correlation]
    if moved and not formula:
        raise ContractError(
            f"measure {moved[0]!r} is correlated with sales that have no formula.",
            where="draw_world(attainment=..., measures=...)",
            fix="use a normal or lognormal attainment, or correlation=0",
            code="bad-choice",
        )
    return tuple(given)
