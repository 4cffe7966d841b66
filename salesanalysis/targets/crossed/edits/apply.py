"""Edits on top of a calculated plan: applied in one fixed order, the same after every re-run."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.targets.basis import Basis
from salesanalysis.targets.cascade import Amount, cascade
from salesanalysis.targets.crossed.edits.cells import Cells, name_of, pin_months, transfer
from salesanalysis.targets.crossed.edits.log import log_of
from salesanalysis.targets.crossed.edits.read import read_edits
from salesanalysis.targets.crossed.edits.result import Edited
from salesanalysis.targets.crossed.edits.structure import members, restructure
from salesanalysis.targets.plan import Plan
from salesanalysis.targets.steps import Step
from salesanalysis.targets.tiers.over import over_assignment
from salesanalysis.targets.tree import tree_of


def apply_edits(
    total: Amount,
    basis: Basis,
    edits: pd.DataFrame,
    *,
    levels: Sequence[str] | None = None,
    previous: Plan | None = None,
    rates: Any = None,
    **how: Any,
) -> Edited:
    """Hand a total down and put the edits made by hand on top; a re-run keeps every one.

    Applied in the order split, merge, freeze, preserve, pin, transfer, and by name within each,
    whatever the order of the rows. What an edit takes or leaves is paid for by the siblings that
    are not held by hand themselves.

    Parameters
    ----------
    total, basis, levels : see `cascade`
    edits : DataFrame, one row per edit
        ``edit``, level columns, ``reason``, ``author``, ``time`` and what each kind needs:

        - ``pin``: ``layer`` (plan or assigned), ``value``, for one month also ``period``
        - ``freeze``: the subtree keeps its months of `previous`
        - ``transfer``: ``to_`` + level columns, ``value``, for one month also ``period``
        - ``preserve``: ``mode`` and ``value``: an amount (currency), or a percent (0.05 = 5 %),
          on top of what is calculated anew
        - ``split``: one row per new unit: ``to_`` + level, ``share``
        - ``merge``: ``to_`` + level

        An edit with text in ``undone`` is kept on record and changes nothing; see `undo`.
    previous : Plan, optional
        The last version; needed to freeze.
    rates : float or mapping, optional
        Over-assignment, for pins of layer ``assigned``; see `over_assignment`.
    **how
        ``step``, ``months``, ``profile``, ``calendar``, ``year`` of `cascade`.

    Returns
    -------
    Edited
        The plan, the plan as calculated, the log with calculated value, reason, author and time
        of every edit, and both layers where `rates` were given.

    Raises
    ------
    ContractError
        Edits that contradict each other, with both values; see `read_edits`.

    Examples
    --------
    >>> shares = pd.DataFrame({"region": ["East", "West"], "value": [40.0, 60.0]})
    >>> basis = Basis.of(shares, by=["region"], year=2024)
    >>> move = {"edit": "transfer", "region": "West", "to_region": "East", "value": 50,
    ...         "reason": "new depot", "author": "Li", "time": "2023-12-01"}
    >>> edited = apply_edits(1_000, basis, pd.DataFrame([move]))
    >>> edited.plan.nodes()["value"].tolist()
    [1000.0, 450.0, 550.0]
    """
    keys = tuple(basis.by if levels is None else levels)
    table = read_edits(edits, keys)
    live = table[table["undone"] == ""]
    original = cascade(total, basis, levels=keys, **how)
    shaped = live["edit"].isin(["split", "merge"])
    if shaped.any():
        basis = restructure(basis, live, keys)
    frozen = _frozen(live, previous, keys)
    if len(frozen):
        basis = _with_leaves(basis, frozen, keys)
    calculated = (
        cascade(total, basis, levels=keys, **how) if shaped.any() or len(frozen) else original
    )
    pins = _year_pins(live, calculated, frozen)
    plan = cascade(total, basis, levels=keys, pins=pins, **how) if len(pins) else calculated
    plan = _edit_cells(plan, live, previous)
    over = None
    if rates is not None:
        own = live[(live["edit"] == "pin") & (live["layer"] == "assigned")]
        over = over_assignment(plan, rates, pins=own[[*keys, "layer", "value"]])
    elif (live["layer"] == "assigned").any():
        raise ContractError(
            "There are pins of layer 'assigned', but no rates to assign by.",
            where="apply_edits(rates=None)",
            fix="pass rates=, for example {'region': 0.05}",
            code="bad-choice",
            rows=live[live["layer"] == "assigned"],
        )
    log = log_of(table, original, calculated, plan, over)
    return Edited(plan, calculated, over, log)


def _frozen(live: pd.DataFrame, previous: Plan | None, keys: tuple[str, ...]) -> pd.DataFrame:
    """Return every unit of the last version that lies in a frozen one, with its value."""
    rows = live[live["edit"] == "freeze"]
    if not len(rows):
        return pd.DataFrame(columns=[*keys, "value"])
    if previous is None or previous.levels != keys:
        raise ContractError(
            "Freezing needs the last version of the plan, with the same levels.",
            where="apply_edits(previous=...)",
            fix="pass previous=, the plan whose values are to stay",
            rows=rows,
        )
    tree = previous.tree
    inside = np.zeros(len(tree), dtype=bool)
    for _, row in rows.iterrows():
        here = members(tree, row, keys).to_numpy()
        if not here.any():
            raise ContractError(
                f"The last version has no unit {name_of(row, keys)}.",
                where=f"edits, row {row['row']} (freeze)",
                fix="freeze a unit it has",
                code="unknown-name",
            )
        inside |= here
    return tree.loc[inside, [*keys, "level", "value"]].reset_index(drop=True)


def _with_leaves(basis: Basis, frozen: pd.DataFrame, keys: tuple[str, ...]) -> Basis:
    """Return the basis with the frozen leaves it no longer has, without any weight."""
    leaves = frozen[frozen["level"] == keys[-1]]
    have = pd.MultiIndex.from_frame(basis.frame[list(keys)])
    lost = leaves[~pd.MultiIndex.from_frame(leaves[list(keys)]).isin(have)]
    if not len(lost):
        return basis
    rows = lost[list(keys)].assign(
        base=0.0, growth=np.nan, value=0.0, n_years=0, left_out_amount=0.0, carried_amount=0.0,
        status="zero_base", reason="given", cleaned_amount=0.0,
    )  # fmt: skip
    return replace(basis, frame=pd.concat([basis.frame, rows], ignore_index=True))


def _year_pins(live: pd.DataFrame, calculated: Plan, frozen: pd.DataFrame) -> pd.DataFrame:
    """Return every value of the year that is held: frozen, preserved or pinned in the plan."""
    keys = list(calculated.levels)
    parts = [frozen[[*keys, "value"]]] if len(frozen) else []
    keep = live[live["edit"] == "preserve"]
    if len(keep):
        parts.append(keep[keys].assign(value=_preserved(keep, calculated)))
    pins = live[(live["edit"] == "pin") & (live["layer"] == "plan") & live["period"].isna()]
    if len(pins):
        parts.append(pins[[*keys, "value"]])
    if not parts:
        return pd.DataFrame(columns=[*keys, "value"])
    # a pin of what is frozen at the same value says nothing else
    held = pd.concat(parts).drop_duplicates([*keys, "value"], ignore_index=True)
    _check_once(held, keys, len(frozen))
    return held


def _preserved(keep: pd.DataFrame, calculated: Plan) -> list[float]:
    """Return calculated value plus the manual adjustment, in whole steps."""
    step, cells = Step.of(calculated.step), Cells.of(calculated)
    values = []
    for _, row in keep.iterrows():
        own = Fraction(cells.amount(row)) / step.size
        by = Fraction(str(row["value"]))
        new = own + by / step.size if row["mode"] == "amount" else own * (1 + by)
        whole = (2 * new.numerator + new.denominator) // (2 * new.denominator)
        if whole < 0:
            raise ContractError(
                f"Preserving {row['value']:,g} would leave "
                f"{name_of(row, calculated.levels)} below 0.",
                where=f"edits, row {row['row']} (preserve)",
                fix="lower the adjustment, or undo it",
            )
        values.append(step.amount(int(whole)))
    return values


def _check_once(held: pd.DataFrame, keys: list[str], n_frozen: int) -> None:
    """Refuse a unit that is held twice, or held inside a frozen one."""
    twice = held[held.duplicated(keys, keep=False)]
    if len(twice):
        name = " / ".join(v for v in twice[keys].iloc[0] if v)
        raise ContractError(
            f"{name} is held twice: at {twice['value'].iloc[0]:,.0f} and at "
            f"{twice['value'].iloc[1]:,.0f}.",
            where="edits: freeze, preserve and pin of one unit"
            + (" or inside it" * (n_frozen > 0)),
            fix="undo one of them",
            code="duplicate-key",
            rows=twice,
        )


def _edit_cells(plan: Plan, live: pd.DataFrame, previous: Plan | None) -> Plan:
    """Return the plan with frozen and pinned months, and transfers."""
    months = live[(live["edit"] == "pin") & live["period"].notna()]
    moves = live[live["edit"] == "transfer"]
    freezes = live[live["edit"] == "freeze"]
    if not len(months) and not len(moves) and not len(freezes):
        return plan
    keys, cells = list(plan.levels), Cells.of(plan)
    frozen = np.zeros(len(cells.leaves), dtype=bool)
    every = np.ones(12, dtype=bool)
    for _, row in freezes.iterrows():
        frozen |= cells.inside(row)
    if len(freezes) and previous is not None:
        _keep_months(cells, previous, frozen)
        cells.held.append((frozen, every, True, "frozen"))
    for _, row in live.iterrows():
        yearly_pin = row["edit"] == "pin" and row["layer"] == "plan" and pd.isna(row["period"])
        if row["edit"] == "preserve" or yearly_pin:
            cells.held.append((cells.inside(row), every, False, name_of(row, keys)))
    pin_months(cells, months, frozen)
    for _, row in moves.iterrows():
        transfer(cells, row)
    return _rebuilt(plan, cells)


def _keep_months(cells: Cells, previous: Plan, frozen: np.ndarray) -> None:
    """Write the months of the last version into the frozen leaves."""
    keys = list(cells.levels)
    old = previous.frame[keys].iloc[::12]
    values = cells.step.counts(previous.frame["value"]).reshape(-1, 12)
    at = pd.MultiIndex.from_frame(old).get_indexer(pd.MultiIndex.from_frame(cells.leaves[frozen]))
    # a leaf that is new below a frozen unit has no part in it
    cells.value[frozen] = np.where((at >= 0)[:, None], values[at], 0)


def _rebuilt(plan: Plan, cells: Cells) -> Plan:
    """Return the plan with these cells: units and totals summed anew."""
    keys, step = list(plan.levels), cells.step
    frame = plan.frame.assign(value=step.amounts(cells.value.ravel()))
    leaves = plan.tree[plan.tree["level"] == keys[-1]].reset_index(drop=True)
    leaves = leaves.assign(value=step.amounts(cells.value.sum(axis=1)))
    return replace(plan, frame=frame, tree=tree_of(leaves, keys, step, plan.pinned))
