"""Which numbers of a plan are free, and which of them can move in one linear program."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from salesanalysis.errors import ContractError, nearest
from salesanalysis.incentives.components import Override
from salesanalysis.incentives.optimum.probe import knob_table

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

#: Kinds of numbers pay is linear in; edges move only in an outer search.
KINDS = ("rate", "share", "coefficient", "height", "amount")
#: Kinds that are free where nothing is said: a share is that of a pool.
USUAL = ("rate", "share", "coefficient")


def free_knobs(plan: "Plan", free: Sequence[str] | str | None) -> pd.DataFrame:
    """Return the rows of `plan.knobs()` that are free.

    Parameters
    ----------
    free : names of knobs, of kinds or of components
        None: every rate and coefficient but overrides, which no person's own pay shows.

    Raises
    ------
    ContractError
        A name that is none of these, an edge among them, nothing free at all.
    """
    frame = knob_table(plan)
    inside = frame["component"].isin([c.id for c in plan.components])
    usable = frame[inside & frame["kind"].isin(KINDS)]
    if free is None:
        above = [c.id for c in plan.components if isinstance(c, Override)]
        usual = usable[usable["kind"].isin(USUAL) & ~usable["component"].isin(above)]
        return _some(usual if len(usual) else usable)
    names = [free] if isinstance(free, str) else list(free)
    keep = pd.Series(data=False, index=frame.index)
    for name in names:
        hit = (frame["knob"] == name) | (frame["kind"] == name) | (frame["component"] == name)
        if not hit.any():
            raise _unknown(name, frame)
        exact = frame.loc[frame["knob"] == name, "kind"].tolist()
        if exact and exact[0] not in KINDS:
            raise ContractError(
                f"{name} is an edge or another number that pay is not linear in.",
                where="optimise(free=[...])",
                fix=f"edges move by edges={{{name!r}: [...]}}; free are rates and coefficients",
                code="bad-choice",
            )
        keep |= hit
    return _some(usable[keep.reindex(usable.index)])


def _some(frame: pd.DataFrame) -> pd.DataFrame:
    if frame.empty:
        raise ContractError(
            "no number of the plan is free.",
            where="optimise(free=...)",
            fix="free rates, coefficients, heights of a curve or amounts: see plan.knobs()",
            code="empty-table",
        )
    return frame.reset_index(drop=True)


def _unknown(name: str, frame: pd.DataFrame) -> ContractError:
    known = [*frame["knob"], *frame["kind"], *frame["component"]]
    close = nearest(name, known)
    return ContractError(
        f"{name!r} is no number, kind or component of the plan.",
        where="optimise(free=[...])",
        fix=f"did you mean {close!r}?" if close else "see plan.knobs()",
        code="unknown-name",
    )


def groups_of(free: pd.DataFrame) -> list[dict[str, str]]:
    """Return knobs with their kinds, in groups in which pay is linear.

    What is earned (rates, amounts, heights) is one group; the coefficients of each component that
    multiplies it are another.
    """
    earned = free[free["kind"] != "coefficient"]
    groups = [dict(zip(earned["knob"], earned["kind"], strict=True))] if len(earned) else []
    for _, part in free[free["kind"] == "coefficient"].groupby("component", sort=False):
        groups.append(dict(zip(part["knob"], part["kind"], strict=True)))
    return groups
