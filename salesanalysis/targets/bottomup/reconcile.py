"""Reconciliation of top-down and bottom-up by declared weights or by how sure each side is."""

from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.rounding import largest_remainder
from salesanalysis.targets.base_cleaning.log import joined, node_names, rows
from salesanalysis.targets.bottomup.asked import Limits, read_limits, read_variances
from salesanalysis.targets.bottomup.gaps import GapTable
from salesanalysis.targets.bottomup.reconciled import Reconciled
from salesanalysis.targets.bottomup.solve import clipped_sum
from salesanalysis.targets.steps import Step

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Amount = Decimal | int | float | str
WAYS = ("weight", "inverse_variance", "top", "bottom")


def reconcile(
    gaps: GapTable,
    how: str,
    *,
    weight: float | None = None,
    total: Amount | None = None,
    variances: pd.DataFrame | None = None,
    bounds: pd.DataFrame | None = None,
    pins: pd.DataFrame | None = None,
    missing: str = "top",
    children: str = "equal",
    step: Amount = "0.01",
) -> Reconciled:
    r"""Agree on one figure per unit that adds up to the total.

    Parameters
    ----------
    gaps : GapTable
    how : {"weight", "inverse_variance", "top", "bottom"}
    weight : float
        Weight w of the top-down side, 0..1, for ``how="weight"``.
    total : amount, optional
        What the figures add up to; default the sum of the top-down values.
    variances : DataFrame, for ``how="inverse_variance"``
        Level columns, ``top_variance`` and ``bottom_variance`` (currency squared).
    bounds : DataFrame, optional
        Level columns, ``lo`` and ``hi`` (currency, whole steps; empty = 0 and no limit).
    pins : DataFrame, optional
        Level columns and ``value``: figures that stand as they are.
    missing : {"top", "error"}
        A unit without a proposal takes its top-down value, or is refused.
    children : {"equal", "at_least"}
        The children add up to the total, or to at least it: more from below is kept.
    step : amount
        Smallest amount a figure moves by.

    Raises
    ------
    ContractError
        A way without its weight or variances, missing proposals where they are refused, bounds
        and pins nothing can meet.

    Notes
    -----
    With top-down :math:`t`, bottom-up :math:`b` and total :math:`N`: ``weight`` takes
    :math:`x_i = w t_i + (1-w) b_i` and scales it to :math:`N`. ``inverse_variance`` takes
    :math:`x_i = (t_i/v^t_i + b_i/v^b_i) V_i` with :math:`V_i = 1/(1/v^t_i + 1/v^b_i)` and then
    :math:`T_i = x_i - V_i (\sum x - N) / \sum V`: the least-squares solution, in which uncertain
    units move most. Within bounds the same holds for the units no bound holds. The figures are
    rounded once, by largest remainder.

    Examples
    --------
    >>> from salesanalysis.targets import Proposals, gap_table
    >>> top = pd.DataFrame({"region": ["E", "W"], "value": [60.0, 40.0]})
    >>> offered = pd.DataFrame({"region": ["E", "W"], "proposer": "Li", "value": [50.0, 60.0]})
    >>> gaps = gap_table(top, Proposals.of(offered, by=["region"]))
    >>> agreed = reconcile(gaps, "weight", weight=0.6, step="0.0001")
    >>> agreed.to_frame()["value"].tolist()
    [53.8462, 46.1538]
    """
    _check(how, weight, variances, missing, children)
    size, frame = Step.of(step), gaps.frame
    asked = gaps.total if total is None else total
    parent = _whole(asked, size, given=total is not None)
    x, spread, absent = _combined(gaps, how, weight, variances, missing)
    limits = read_limits(frame, gaps.by, bounds, pins, size)
    within = np.clip(x, limits.low, limits.high)
    keeps = children == "at_least" and size.count_up(within) >= parent
    goal = size.count_up(within) if keeps else parent
    limits.check(goal, size)
    inverse = how == "inverse_variance"
    start, slope = (x, spread) if inverse else (x * 0, x)
    adjusted = (
        within if keeps else clipped_sum(start, slope, limits.low, limits.high, size.amount(goal))
    )
    steps = _rounded(adjusted, limits, goal, frame, gaps.by, size=size)
    out = frame[[*gaps.by, "top_down", "bottom_up"]].assign(
        combined=x, adjusted=adjusted, value=size.amounts(steps)
    )
    out["status"] = pd.array(_states(adjusted, x, limits, absent), dtype="str")
    log = _log(out, gaps, absent, children, (parent, goal), size=size)
    facts = {} if weight is None else {"weight": float(weight)}
    return Reconciled(
        out, gaps.by, how, size.amount(goal), size.amount(parent), str(size).replace(",", ""),
        log, facts, gaps.currency, gaps.terms,
    )  # fmt: skip


def _whole(total: Amount, size: Step, *, given: bool) -> int:
    """Return the total in steps; a sum of top-down values is rounded, a given one is not."""
    if given:
        return size.count(total, name="total", where="reconcile(total=...)")
    return int(size.counts(pd.Series([float(total)]))[0])


def _combined(
    gaps: GapTable, how: str, weight: float | None, variances: pd.DataFrame | None, missing: str
) -> tuple[Floats, Floats, npt.NDArray[np.bool_]]:
    """Return the combined figures, their variances, and who has not submitted."""
    top = gaps.frame["top_down"].to_numpy("float64")
    offered = gaps.frame["bottom_up"].to_numpy("float64")
    absent = np.isnan(offered)
    if absent.any() and missing == "error":
        names = node_names(gaps.frame, gaps.by)[absent]
        raise ContractError(
            f"{int(absent.sum())} of {len(absent)} units have no proposal that stands: "
            f"{', '.join(names.head(5))}.",
            where='reconcile(missing="error")',
            fix='wait for them, or write missing="top" to take their top-down values',
            rows=gaps.missing(),
        )
    bottom = np.where(absent, top, offered)
    ones = np.ones(len(top))
    if how == "inverse_variance":
        table = variances if variances is not None else pd.DataFrame()
        of_top, of_bottom = read_variances(table, gaps.frame, gaps.by, absent)
        spread = 1 / (1 / of_top + np.where(absent, 0.0, 1 / of_bottom))
        x = np.where(absent, top, (top / of_top + bottom / of_bottom) * spread)
        return x, spread, absent
    w = {"top": 1.0, "bottom": 0.0}.get(how, float(weight or 0.0))
    return w * top + (1 - w) * bottom, ones, absent


def _rounded(
    adjusted: Floats,
    limits: Limits,
    goal: int,
    frame: pd.DataFrame,
    by: tuple[str, ...],
    *,
    size: Step,
) -> Ints:
    """Return whole steps that add up to `goal`; what a pin or bound holds is not touched."""
    held = (adjusted <= limits.low) | (adjusted >= limits.high)
    fixed = np.where(held, size.counts(pd.Series(adjusted)), 0)
    rest = goal - int(fixed.sum())
    if not rest or held.all():
        # a rest that only rounding noise leaves goes nowhere
        return fixed
    names = list(frame[list(by)].itertuples(index=False, name=None))
    free = np.flatnonzero(~held)
    keys = [" / ".join(map(str, names[i])) + f"\x00{i:09d}" for i in free]
    out = fixed.copy()
    out[free] = largest_remainder(rest, adjusted[free], keys)
    return out


def _states(
    adjusted: Floats, x: Floats, limits: Limits, absent: npt.NDArray[np.bool_]
) -> npt.NDArray[np.str_]:
    states = [
        limits.pinned,
        (adjusted <= limits.low) & (limits.bounded | (x > limits.low) | (x < 0)),
        adjusted >= limits.high,
        absent,
    ]
    return np.select(states, ["pinned", "at_low", "at_high", "missing"], "ok")


def _log(
    out: pd.DataFrame,
    gaps: GapTable,
    absent: npt.NDArray[np.bool_],
    children: str,
    sums: tuple[int, int],
    *,
    size: Step,
) -> pd.DataFrame:
    """Log who was taken at the top-down value, what was held, and how the total was met."""
    names = node_names(out, gaps.by)
    value = out["value"].to_numpy("float64")
    logs = [rows(names[absent], "", "proposal_missing", np.nan, out["combined"][absent])]
    for status in ("pinned", "at_low", "at_high"):
        hit = (out["status"] == status).to_numpy()
        logs.append(rows(names[hit], "", f"reconcile_{status}", out["combined"][hit], value[hit]))
    parent, goal = sums
    company = node_names(pd.DataFrame(index=[0]), ())
    if children == "at_least":
        rule = "children_above_parent" if goal > parent else "children_meet_parent"
        logs.append(rows(company, "", rule, size.amount(parent), size.amount(goal)))
    before = float(out["combined"].sum())
    if abs(before - size.amount(goal)) > 0.5 * float(size.size):
        logs.append(rows(company, "", "scaled_to_total", before, size.amount(goal)))
    return joined(logs)


def _check(
    how: str, weight: float | None, variances: pd.DataFrame | None, missing: str, children: str
) -> None:
    """Refuse a choice nobody could have meant."""
    answers = {"how": (how, WAYS), "missing": (missing, ("top", "error"))}
    answers |= {"children": (children, ("equal", "at_least"))}
    for name, (said, known) in answers.items():
        if said not in known:
            where = f"reconcile({name}=...)"
            raise unknown_name(said, known, kind="choice", where=where, error=ContractError)
    for name, value, owner in (("weight", weight, "weight"), ("variances", variances, WAYS[1])):
        if (value is not None) != (how == owner):
            said = "needs" if value is None else "takes no"
            raise ContractError(
                f"Reconciliation by {how!r} {said} {name}.",
                where=f"reconcile({name}=...)",
                fix=f'write how="{owner}" with {name}, or neither',
                code="bad-choice",
            )
    if weight is not None and not 0 <= weight <= 1:
        raise ContractError(
            f"weight must be from 0 to 1, got {weight!r}.",
            where="reconcile(weight=...)",
            fix="write 60 % for the top-down side as 0.6",
            code="bad-choice",
        )
