"""The bridge: effects that lead from base to actual without a remainder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, unknown_name
from salesanalysis.labels import Terms, check_lang
from salesanalysis.results import Result
from salesanalysis.variance.adding import check_items, check_total, joined
from salesanalysis.variance.drilling import by_levels, part
from salesanalysis.variance.effects import ORIGINS, Place, located, places_of, with_shares
from salesanalysis.variance.meta import Meta
from salesanalysis.variance.names import TOP, check_top
from salesanalysis.variance.record import record_of
from salesanalysis.variance.small import sorted_by
from salesanalysis.variance.steps import members, with_totals

__all__ = ["COUNTS", "SIDES", "Bridge", "Meta"]

SIDES = ("base", "actual")
COUNTS = ("n_matched", "n_new", "n_lost")
#: Where a method knows how exactly an amount is known: its 80 % interval, currency.
BOUNDS = ("lo80", "hi80")


@dataclass(frozen=True, eq=False)
class Bridge(Result):
    """Effects that lead from `start` to `end` without a remainder; refuses to exist with one.

    Attributes
    ----------
    effects : DataFrame, one row per item and effect
        Columns of `by`, ``effect``, ``amount`` (currency, signed: actual minus base),
        ``gap_share``, ``base_share`` (0..1; empty where ``status`` says why), ``origin``
        (external, internal, plan, unassigned, open), ``parent``, ``step`` (causal order),
        ``note``, ``status``; from `root_causes` also ``lo80`` and ``hi80`` (currency), the 80 %
        interval of each amount, empty where nothing tells it.
    items : DataFrame, one row per item
        Columns of `by`, ``base`` and ``actual`` (currency), and how many items of the grain
        stand behind them: ``n_matched``, ``n_new``, ``n_lost``. A method whose reference
        moves amounts between items (mix against a mean rate) adds ``moved``, which sums to 0:
        an item's effects are ``actual - base - moved``; a single member shows it as the
        effect `reference`.
    start, end : float, currency
        Base total and actual total.
    by : tuple of str
        Columns that name an item; empty for the total alone.
    meta : Meta
        Method, convention, grain, names, window, counts.
    currency : str
    terms : Terms

    Raises
    ------
    ReconciliationError
        Where effects do not add up to ``end - start``, or an item's effects to its change,
        within 1e-9 relative.
    """

    effects: pd.DataFrame
    items: pd.DataFrame
    start: float
    end: float
    by: tuple[str, ...]
    meta: Meta
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Keep ordered copies, and refuse what does not add up."""
        by = list(self.by)
        require_columns(self.effects, [*by, "effect", "amount", "step"], name="effects")
        require_columns(self.items, [*by, *SIDES, *COUNTS], name="items")
        effects = sorted_by(self.effects, [*by, "step", "effect"])
        items = sorted_by(self.items, by) if by else self.items
        object.__setattr__(self, "effects", effects.reset_index(drop=True).copy())
        object.__setattr__(self, "items", items.reset_index(drop=True).copy())
        check_total(self.effects["amount"], self.start, self.end)
        check_items(self.effects, self.items, by, self.start, self.end)

    @classmethod
    def of(
        cls,
        rows: pd.DataFrame,
        items: pd.DataFrame,
        *,
        by: Sequence[str],
        meta: Meta,
        places: Mapping[str, Place] | None = None,
        **context: Any,
    ) -> "Bridge":
        """Build a bridge from rows of ``effect, amount, note`` and items of ``base, actual``.

        Parameters
        ----------
        rows : DataFrame, one row per item and effect
            Columns of `by`, ``effect``, ``amount``, ``note``.
        items : DataFrame, one row per item
            Columns of `by`, ``base``, ``actual``, ``n_matched``, ``n_new``, ``n_lost``, and
            ``moved`` where effects of items add up among each other only.
        by : sequence of str
        meta : Meta
        places : mapping of effect to (step, parent, origin), optional
            Where effects stand that only this method has; kept in ``meta.places``.
        **context
            ``currency`` and ``terms``.

        Raises
        ------
        ContractError
            An effect without a place.
        """
        if places:
            meta = replace(meta, places=tuple((e, *places[e]) for e in sorted(places)))
        start, end = (float(np.sum(items[side].to_numpy())) for side in SIDES)
        overrides = dict(o.rsplit("=", 1) for o in meta.overrides)
        effects = with_shares(located(rows, places_of(meta.places), overrides), start, end)
        columns = [*by, "effect", "amount", "gap_share", "base_share", "origin", "parent"]
        columns += ["step", "note", "status", *(c for c in BOUNDS if c in effects)]
        return cls(effects[columns], items, start, end, tuple(by), meta, **context)

    def __add__(self, other: "Bridge") -> "Bridge":
        """Put two parts together, such as two regions; amounts of the same item are added.

        Raises
        ------
        ContractError
            Unless base, unit, grain and every choice agree.
        """
        if not isinstance(other, Bridge):
            return NotImplemented
        return joined(self, other)

    @property
    def gap(self) -> float:
        """Actual minus base, in currency."""
        return self.end - self.start

    @property
    def by_member(self) -> bool:
        """Tell whether the steps are members (regions, products), not kinds of effect."""
        return bool(self.by) and self.meta.method in ("gap", "new_business", "root_causes")

    def to_frame(self, level: str | None = None) -> pd.DataFrame:
        """Return start, steps and end with a running total; a copy.

        Parameters
        ----------
        level : {None, "effect", "item"}
            None gives kinds of effect in causal order, or members where only the plain
            difference is known, largest first; ``item`` gives every row of `effects`.

        Returns
        -------
        DataFrame
            ``effect``, ``amount``, ``running_total`` (currency), ``base_share``,
            ``gap_share``, ``origin``, ``status``; for members also the columns of `by`.
        """
        if level not in (None, "effect", "item"):
            raise unknown_name(
                level,
                ("effect", "item"),
                kind="level",
                where="Bridge.to_frame",
                error=ContractError,
            )
        if level == "item":
            return self.effects.copy()
        told = self.by_member and level is None
        return with_totals(self, members(self) if told else self.by_effect(), by_member=told)

    def by_effect(self) -> pd.DataFrame:
        """Return one row per kind of effect, in causal order."""
        same = ["step", "effect", "origin", "parent", "status"]
        sums = self.effects.groupby(same, as_index=False)["amount"].sum()
        columns = ["effect", "amount", "gap_share", "base_share", "origin", "parent"]
        return with_shares(sums, self.start, self.end)[[*columns, "step", "status"]]

    def by_origin(self) -> pd.DataFrame:
        """Return amounts by origin: external, internal, plan, unassigned, open.

        Returns
        -------
        DataFrame, one row per origin, also where it is 0
            ``origin``, ``amount`` (adds up to the gap), ``gap_share``, ``status``.
        """
        sums = self.effects.groupby("origin")["amount"].sum().reindex(list(ORIGINS), fill_value=0.0)
        frame = pd.DataFrame({"origin": list(ORIGINS), "amount": sums.to_numpy()})
        shown = with_shares(frame, self.start, self.end)
        return shown[["origin", "amount", "gap_share", "status"]]

    def drill(self, level: str | Sequence[str] | Mapping[str, Any]) -> "Bridge":
        """Return the same effects by the members of a level, or the part of one member.

        Parameters
        ----------
        level : str, sequence of str or mapping
            ``"region"`` sums the rows to regions and keeps the total; ``[]`` keeps the total
            alone; ``{"region": "East"}`` is the bridge of East. Nothing is computed anew, so
            parts always add up to the whole.

        Raises
        ------
        ContractError
            A level or a member the bridge does not have, with the nearest that it has.
        """
        return part(self, level) if isinstance(level, Mapping) else by_levels(self, level)

    def cause(self, row: int) -> dict[str, Any]:
        """Return row `row` of `effects` as a plain record with an id that stays the same.

        The id depends on base, window, grain, keys and effect only: the same cause has the
        same id in the next run, in any row order and language.
        """
        return record_of(self, row)

    def counts(self) -> dict[str, int]:
        """Return how many items of the grain were matched, new and lost."""
        return {name: int(self.items[name].sum()) for name in COUNTS}

    def explain(self, lang: str = "en", *, top: int = TOP) -> str:
        """Return plain sentences whose numbers stand in `effects`, the finding first.

        Parameters
        ----------
        lang : {"en", "zh"}
        top : int
            How many steps the finding names, largest first, with the rest as "other" (a rest of
            one is named as well); and how many members are named that hold most of the gap. The
            line of all steps names eleven, or `top` where that is more.

        Raises
        ------
        ContractError
            A `top` below 1.

        Examples
        --------
        >>> from salesanalysis.variance import explain
        >>> plan = pd.DataFrame({"region": list("NESWC"), "revenue": [1000.0] * 5})
        >>> sold = plan.assign(revenue=[900.0, 600.0, 990.0, 1300.0, 980.0])
        >>> found = explain(sold, plan, by=["region"])
        >>> print(found.explain(top=1).splitlines()[0])
        Sales 230 CNY below target (-4.6%); E -400, other +170
        """
        from salesanalysis.variance.text import sentences  # noqa: PLC0415  text reads a Bridge

        return "\n".join(sentences(self, check_lang(lang), check_top(top)))

    def _sentences(self, lang: str) -> list[str]:
        from salesanalysis.variance.text import sentences  # noqa: PLC0415  text reads a Bridge

        return sentences(self, lang)
