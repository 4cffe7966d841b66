"""Assumptions about a year: what is expected, how much it moves, who says so and since when."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import (
    ContractError,
    require_columns,
    require_named,
    require_rows,
    require_unique,
    unknown_name,
)
from salesanalysis.labels import Terms, count, growth, label
from salesanalysis.results import Result
from salesanalysis.targets.assumptions.bridge import AssumptionBridge
from salesanalysis.targets.base_cleaning.facts import numbers
from salesanalysis.targets.base_cleaning.log import joined, node_names, rows
from salesanalysis.targets.basis import Basis
from salesanalysis.targets.growth_methods.choices import LARGE
from salesanalysis.targets.states import NO_BASE

Floats = npt.NDArray[np.float64]
COLUMNS = ("factor", "effect_growth", "source", "owner", "date")


@dataclass(frozen=True, eq=False)
class Assumptions(Result):
    """A register of outside factors.

    Attributes
    ----------
    frame : DataFrame, one row per assumption, in the order it is read
        The columns of `by` (empty text: every unit), ``factor``, ``effect_growth`` (0.05 = 5 %
        more, -0.02 = 2 % less), ``source``, ``owner`` and ``date`` (as ``2024-01-31``).
    by : tuple of str
        Levels an assumption may be limited to.

    Examples
    --------
    >>> table = pd.DataFrame({"factor": ["market", "competition"], "effect_growth": [0.10, -0.02],
    ...                       "source": "survey", "owner": "Li", "date": "2023-12-01"})
    >>> round(Assumptions.of(table).total(), 6)
    0.078
    """

    frame: pd.DataFrame
    by: tuple[str, ...] = ()
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Keep an own copy."""
        object.__setattr__(self, "frame", self.frame.reset_index(drop=True))
        object.__setattr__(self, "by", tuple(self.by))

    @classmethod
    def of(
        cls,
        table: pd.DataFrame,
        *,
        by: Sequence[str] = (),
        terms: Terms | None = None,
        allow_large: bool = False,
    ) -> "Assumptions":
        """Read a register.

        Raises
        ------
        ContractError
            Missing columns, an assumption without a source, owner or date, the same one twice,
            an effect of -100 % or less, or above 300 % (30 where 0.30 was meant).
        """
        keys = list(by)
        require_columns(table, [*keys, *COLUMNS], name="assumptions")
        require_rows(table, name="assumptions", fix="leave the register out, or write a row")
        fix = "write who says so, where it is written and when: nobody can check it otherwise"
        require_named(table, ["factor", "source", "owner", "date"], name="assumptions", fix=fix)
        frame = table[[*keys, *COLUMNS]].reset_index(drop=True)
        for key in keys:
            frame[key] = frame[key].astype("str").where(frame[key].notna(), "")
        require_unique(frame, [*keys, "factor"], name="assumptions", what="say the same factor")
        frame["effect_growth"] = numbers(frame, "effect_growth", "assumptions")
        top = np.inf if allow_large else LARGE
        bad = frame[~((frame["effect_growth"] > -1) & (frame["effect_growth"] <= top))]
        if len(bad):
            raise ContractError(
                f"{len(bad)} of {len(frame)} effects are empty, -100 % or less, or above "
                f"300 %, such as {bad['effect_growth'].iloc[0]:g}.",
                where=f"assumptions, first rows {bad.index[:5].tolist()}, see .rows",
                fix="write 30 % as 0.30; effects above 300 % need allow_large=True",
                rows=bad,
            )
        days = pd.to_datetime(frame["date"], format="ISO8601", errors="coerce")
        odd = frame[days.isna()]
        if len(odd):
            raise ContractError(
                f"{len(odd)} of {len(frame)} dates of assumptions are no dates, "
                f"such as {str(odd['date'].iloc[0])!r}.",
                where=f"column 'date', first rows {odd.index[:5].tolist()}, see .rows",
                fix='write days such as "2024-01-31"',
                rows=odd,
            )
        frame["date"] = days.dt.strftime("%Y-%m-%d")
        texts = ["factor", "source", "owner", "date"]
        return cls(frame.astype(dict.fromkeys(texts, "str")), tuple(by), terms or Terms())

    def to_frame(self) -> pd.DataFrame:
        """Return the register; a copy."""
        return self.frame.copy()

    def total(self, **where: str) -> float:
        """Return the joint effect ``prod(1 + a) - 1`` on a unit, 0.05 = 5 %."""
        unit = pd.DataFrame([{k: where.get(k, "") for k in self.by}], index=[0])
        return float(np.prod(1 + self.effects(unit)) - 1)

    def effects(self, units: pd.DataFrame) -> Floats:
        """Return units x assumptions: the effect where it applies, 0 elsewhere."""
        applies = np.ones((len(units), len(self.frame)), dtype=bool)
        for level in self.by:
            wanted = self.frame[level].to_numpy(dtype=object)
            have = units[level].astype("str").to_numpy(dtype=object)
            applies &= (have[:, None] == wanted[None, :]) | (wanted == "")[None, :]
        effects: Floats = np.where(applies, self.frame["effect_growth"].to_numpy("float64"), 0.0)
        return effects

    def _sentences(self, lang: str) -> list[str]:
        rest = self.frame.to_dict("records")
        total = growth(float(np.prod(1 + self.frame["effect_growth"]) - 1))
        general = not self.by or (self.frame[list(self.by)] == "").all(axis=None)
        key = "assumption.total" if general else "assumption.total_parts"
        said = [label(key, lang, n=count(len(rest)), total=total)]
        for row in rest:
            words = {k: row[k] for k in ("factor", "source", "owner", "date")}
            said.append(
                label("assumption.entry", lang, effect=growth(row["effect_growth"]), **words)
            )
        return said


def assume(basis: Basis, register: Assumptions) -> tuple[Basis, AssumptionBridge]:
    r"""Lay assumptions on proposed values.

    Parameters
    ----------
    basis : Basis
        Proposals from history.
    register : Assumptions
        Its levels are levels of the basis.

    Returns
    -------
    Basis
        Every value times :math:`\prod_k (1 + a_k)`, every growth raised with it, one row of the
        log per unit; units without a base stay without.
    AssumptionBridge
        From the base over history to the target, step by step.

    Raises
    ------
    ContractError
        A level or a unit the basis does not have.

    Notes
    -----
    Effects are multiplied in the order of the register, so the amount of one depends on those
    before it; the total does not.

    Examples
    --------
    >>> shares = pd.DataFrame({"region": ["E"], "value": [110.0], "base": [100.0]})
    >>> table = pd.DataFrame({"factor": ["market"], "effect_growth": [0.10], "source": ["survey"],
    ...                       "owner": ["Li"], "date": ["2023-12-01"]})
    >>> after, bridge = assume(Basis.of(shares, by=["region"], year=2024), Assumptions.of(table))
    >>> [round(v, 6) for v in bridge.to_frame()["amount"]]
    [100.0, 10.0, 11.0, 121.0]
    """
    _check_levels(basis, register)
    effects = register.effects(basis.frame)
    factor = np.prod(1 + effects, axis=1)
    frame = basis.frame
    raised = frame.assign(
        value=frame["value"] * factor,
        carried_amount=frame["carried_amount"] * factor,
        growth=(1 + frame["growth"]) * factor - 1,
    )
    moved = (factor != 1) & ~frame["status"].isin(NO_BASE).to_numpy()
    names = node_names(frame, basis.by)
    before, after = (t["value"].to_numpy("float64")[moved] for t in (frame, raised))
    log = rows(names[moved], str(basis.year), "assumption", before, after)
    grown = replace(basis, frame=raised, policy_log=joined([basis.policy_log, log]))
    return grown, _bridge(basis, register, effects)


def _bridge(basis: Basis, register: Assumptions, effects: Floats) -> AssumptionBridge:
    """Return the steps from the base to the target, over all units."""
    value = (basis.frame["value"] + basis.frame["carried_amount"]).to_numpy("float64")
    bare = basis.frame["carried_amount"] != 0
    base = float((basis.frame["base"] + basis.frame["left_out_amount"].where(bare, 0.0)).sum())
    # each assumption works on what those before it left
    reached = value[:, None] * np.cumprod(1 + effects, axis=1)
    sums = np.concatenate([[base, value.sum()], reached.sum(axis=0)])
    amounts = np.concatenate([[base], np.diff(sums), [sums[-1]]])
    n = len(register.frame)
    blank = {"effect_growth": np.nan, "source": "", "owner": "", "date": ""}
    first = pd.DataFrame([{"kind": "start", "factor": "base", **blank}])
    history = pd.DataFrame([{"kind": "step", "factor": "history", **blank}])
    inside = register.frame[list(COLUMNS)].assign(kind="step")
    last = pd.DataFrame([{"kind": "end", "factor": "target", **blank}])
    steps = pd.concat([first, history, inside, last], ignore_index=True).assign(amount=amounts)
    steps["status"] = ["base", "history", *(["assumed"] * n), "target"]
    if base > 0:
        steps.loc[1, "effect_growth"] = float(value.sum()) / base - 1
    order = ["kind", "factor", "effect_growth", "amount", "source", "owner", "date", "status"]
    return AssumptionBridge(steps[order], basis.year, basis.calendar, basis.currency, basis.terms)


def _check_levels(basis: Basis, register: Assumptions) -> None:
    """Refuse assumptions about units that are not there."""
    for level in register.by:
        if level not in basis.by:
            where = "assume(register)"
            raise unknown_name(level, basis.by, kind="level", where=where, error=ContractError)
        known = sorted(basis.frame[level].unique())
        for name in register.frame[level].unique():
            if name and name not in known:
                where = f"assumptions, column {level!r}"
                raise unknown_name(name, known, kind=level, where=where, error=ContractError)
