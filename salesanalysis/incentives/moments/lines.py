"""A compiled plan for one person: lines in currency over attainment, and pay at any attainment."""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from salesanalysis.errors import ContractError
from salesanalysis.incentives.compiled import Compiled

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

Floats = npt.NDArray[np.float64]


def whole_form(form: "Compiled | Plan") -> Compiled:
    """Return the compiled form; refuse by name what has no closed form.

    Raises
    ------
    ContractError
        With every component or rule left out and the reason.
    """
    whole = form if isinstance(form, Compiled) else _compiled(form)
    if whole.residual:
        names = "; ".join(f"{name}: {why}" for name, why in whole.residual)
        raise ContractError(
            f"{len(whole.residual)} parts of the plan have no closed form: {names}.",
            where="expected(form, ...)",
            fix="simulate the plan, or take these parts out of it",
            code="no-engine",
        )
    return whole


def analytic_reasons(form: "Compiled | Plan") -> tuple[tuple[str, str], ...]:
    """Return (component or rule, reason) of everything that has no closed form; empty: all has.

    Examples
    --------
    >>> from salesanalysis.incentives.plan import EXAMPLE, Plan
    >>> analytic_reasons(Plan.from_text(EXAMPLE.replace("basis: period", "basis: deal")))
    (('commission', 'basis deal'), ('coefficient', 'multiplies commission'))
    """
    return (form if isinstance(form, Compiled) else _compiled(form)).residual


def _compiled(plan: "Plan") -> Compiled:
    from salesanalysis.incentives.compiled import compile_plan  # noqa: PLC0415

    return compile_plan(plan)


def require_incentive(form: Compiled, incentive: Any) -> None:
    """Refuse a plan that pays shares of a target incentive nobody gave."""
    if incentive is None and any("incentive" in s.lines for s in form.segments):
        raise ContractError(
            "the plan pays shares of the target incentive, and none is given.",
            where="expected(incentive=...)",
            fix="give the target incentive of the period, in currency",
        )


def lines_of(
    form: "Compiled | Plan", quota: float, incentive: float | None = None
) -> list[tuple[float, float, float]]:
    """Return (start, a, b) of every piece for one person: pay = a + b x attainment, currency."""
    whole = whole_form(form)
    require_incentive(whole, incentive)
    amounts = whole.unit == "amount"
    size = {"quota": quota, "incentive": incentive or 0.0, "fixed": 1.0}
    out = []
    for segment in whole.segments:
        a = sum(size[k] * float(line[0]) for k, line in segment.lines.items())
        b = sum(size[k] * float(line[1]) for k, line in segment.lines.items())
        lo = -np.inf if segment.lo is None else float(segment.lo)
        out.append((lo / quota, a, b * quota) if amounts else (lo, a, b))
    return out


def piece_of(form: Compiled, x: npt.ArrayLike) -> npt.NDArray[np.intp]:
    """Return the number of the piece every value lies in, on the plan's own scale."""
    values = np.asarray(x, np.float64)
    rows = np.zeros(values.shape, np.intp)
    for segment in form.segments[1:]:
        edge = float(segment.lo or 0)
        rows += values >= edge if segment.closed == "lower" else values > edge
    return rows


def pay_at(
    form: "Compiled | Plan", attainment: npt.ArrayLike, *, quota: Any, incentive: Any | None = None
) -> Floats:
    """Return the pay of one period at attainments, in currency, unrounded.

    Parameters
    ----------
    attainment : array-like, ratios
    quota, incentive : float or array-like, currency, one, or one per attainment

    Raises
    ------
    ContractError
        As in `expected`.

    Examples
    --------
    >>> from salesanalysis.incentives.plan import EXAMPLE, Plan
    >>> pay_at(Plan.from_text(EXAMPLE), [0.8, 1.2], quota=100_000)
    array([1600., 2880.])
    """
    whole = whole_form(form)
    require_incentive(whole, incentive)
    extra = np.asarray(0.0 if incentive is None else incentive, np.float64)
    shape = np.broadcast_shapes(np.shape(attainment), np.shape(quota), extra.shape)
    x, full = (np.broadcast_to(np.asarray(v, np.float64), shape) for v in (attainment, quota))
    if whole.unit == "amount":
        x = x * full
    rows = piece_of(whole, x)
    size: dict[str, Any] = {"quota": full, "incentive": extra, "fixed": 1.0}
    pay = np.zeros(shape)
    for scale in sorted({k for s in whole.segments for k in s.lines}):
        a, b = (
            np.array([float(s.lines.get(scale, (0, 0))[k]) for s in whole.segments]) for k in (0, 1)
        )
        pay += size[scale] * (a[rows] + b[rows] * x)
    return pay if whole.cap is None else np.minimum(pay, float(whole.cap.amount))
