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
from salesanalysis.variance.effects import ORIGINS, Place, located, places_of, with_shares
from salesanalysis.variance.meta import Meta
from salesanalysis.variance.names import TOP, check_top
from salesanalysis.variance.record import record_of
from salesanalysis.variance.small import sorted_by

__all__ = ["COUNTS", "SIDES", "Bridge", "Meta", "as_text"]

SIDES = ("base", "actual")
COUNTS = ("n_matched", "n_new", "n_lost")


@dataclass(frozen=True, eq=False)
class Bridge(Result):
    """Effects that lead from `start` to `end` without a remainder; refuses to exist with one.

    Attributes
    ----------
    effects : DataFrame, one row per item and effect
        Columns of `by`, ``effect``, ``amount`` (currency, signed: actual minus base),
        ``gap_share``, ``base_share`` (0..1; empty where ``status`` says why), ``origin``
        (external, internal, plan, unassigned, open), ``parent``, ``step`` (causal order),
        ``note``, ``status``.
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
        columns += ["step", "note", "status"]
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
        members = self.by_member and level is None
        return self._with_totals(self._members() if members else self.by_effect(), members=members)

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
        if isinstance(level, Mapping):
            return self._part(level)
        columns = [level] if isinstance(level, str) else list(level)
        for column in columns:
            self._known(column, self.by, "level")
        keys = [*columns, "effect"]
        rows = self.effects.groupby(keys, sort=True, as_index=False)["amount"].sum()
        # what stands beside base and actual (numerators of a rate) adds up as well
        figures = [c for c in self.items.columns if c not in self.by]
        items = (
            self.items.groupby(columns, sort=True, as_index=False)[figures].sum()
            if columns
            else self.items[figures].sum().to_frame().T.astype(self.items[figures].dtypes)
        )
        return self._again(rows.assign(note=""), items, columns)

    def cause(self, row: int) -> dict[str, Any]:
        """Return row `row` of `effects` as a plain record with an id that stays the same.

        The id depends on base, window, grain, keys and effect only: the same cause has the
        same id in the next run, in any row order and language.
        """
        return record_of(self, row)

    def counts(self) -> dict[str, int]:
        """Return how many items of the grain were matched, new and lost."""
        return {name: int(self.items[name].sum()) for name in COUNTS}

    def _members(self) -> pd.DataFrame:
        """Return one row per member, largest change first, ties by name.

        Beside a plain difference, open months or a plan that was off are one row for all members.
        """
        rows = self.effects
        aside = (self.meta.method == "gap") & (rows["effect"] != "difference")
        if aside.any():
            kinds = self.by_effect().query("effect != 'difference'")
            names = {key: as_text(rows[key]) for key in self.by}
            empty = dict.fromkeys(self.by, "")
            rows = pd.concat([rows.assign(**names)[~aside], kinds.assign(**empty)])
        rows = rows.reset_index(drop=True)
        order = rows.assign(**{"(size)": -rows["amount"].abs()}).sort_values(
            ["step", "(size)", *self.by], kind="stable"
        )
        return order.drop(columns="(size)").reset_index(drop=True)

    def _with_totals(self, steps: pd.DataFrame, *, members: bool) -> pd.DataFrame:
        """Put start before and end after the steps, with the running total."""
        keys = list(self.by) if members else []
        told = ("effect", "amount", "running_total", "base_share", "gap_share", "origin", "status")
        shown = [*keys, *told]
        running = self.start + steps["amount"].cumsum()
        middle = steps.assign(running_total=running, **{k: as_text(steps[k]) for k in keys})
        ends = pd.DataFrame(
            {
                "effect": list(self.meta.names),
                "amount": [self.start, self.end],
                "running_total": [self.start, self.end],
                "status": "total",
                "origin": "",
                **dict.fromkeys(keys, ""),
            }
        ).reindex(columns=shown)
        ends[["gap_share", "base_share"]] = np.nan
        return pd.concat([ends.iloc[:1], middle[shown], ends.iloc[1:]], ignore_index=True)

    def _part(self, where: Mapping[str, Any]) -> "Bridge":
        """Return the bridge of the items with these names."""
        keep_rows, keep_items = np.ones(len(self.effects), bool), np.ones(len(self.items), bool)
        for column, member in where.items():
            self._known(column, self.by, "level")
            self._known(member, sorted(self.items[column].unique()), column)
            keep_rows &= (self.effects[column] == member).to_numpy()
            keep_items &= (self.items[column] == member).to_numpy()
        rows, items = self.effects[keep_rows], self.items[keep_items]
        if "moved" in items:
            # what the reference moves to this member from others is a row of its own here
            moved = items[list(self.by)].assign(
                effect="reference", amount=items["moved"], note="", step=0
            )
            rows = pd.concat([rows, moved[moved["amount"] != 0]], ignore_index=True)
            items = items.drop(columns="moved")
        return self._again(rows, items, list(self.by))

    def _again(self, rows: pd.DataFrame, items: pd.DataFrame, by: list[str]) -> "Bridge":
        """Build a bridge of the same method from part of the rows."""
        return Bridge.of(
            rows[[*by, "effect", "amount", "note"]],
            items,
            by=by,
            meta=self.meta,
            currency=self.currency,
            terms=self.terms,
        )

    def _known(self, name: Any, known: Sequence[Any], kind: str) -> None:
        if name not in known:
            raise unknown_name(name, known, kind=kind, where="Bridge.drill", error=ContractError)

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


def as_text(column: pd.Series) -> pd.Series:
    """Return names as text; months as 2024-03."""
    if column.dtype.kind == "M":
        return column.dt.strftime("%Y-%m")
    return column.astype("str")
