"""The bridge: effects that lead from base to actual without a remainder."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, unknown_name
from salesanalysis.labels import Terms
from salesanalysis.results import Result
from salesanalysis.variance.adding import check_items, check_total
from salesanalysis.variance.effects import ORIGINS, share_columns

SIDES = ("base", "actual")
COUNTS = ("n_matched", "n_new", "n_lost")


@dataclass(frozen=True)
class Meta:
    """How a bridge was computed: what has to be said beside its numbers.

    Attributes
    ----------
    method : str
        ``pvm``, ``gap`` or ``new_business``.
    names : tuple of str
        What the two sides are: ``("target", "actual")``.
    base_name : str
        Which base exactly, such as ``plan v3``; part of the id of every cause.
    grain : tuple of str
        Columns the effects were computed at; a coarser grain hides mix in price.
    measure : str
        ``revenue``, ``margin`` or the name of the value column.
    cost : str
        Name of the cost column where the margin is explained.
    convention, mix, new_lost, returns : str
        The choices made; empty where the method has none.
    favourable : str
        ``up``, or ``down`` for cost lines.
    window : tuple of Timestamp
        First and last month compared; empty if not said.
    fiscal_start : int
        First month of the fiscal year, for naming quarters and years; 0 names months only.
    market : tuple of str
        Columns the market was given by, ``("total",)`` for one figure, empty without a market.
    overrides : tuple of str
        Changed origins, such as ``lost=external``.
    """

    method: str
    names: tuple[str, str]
    base_name: str
    grain: tuple[str, ...]
    measure: str
    cost: str = ""
    convention: str = ""
    mix: str = ""
    new_lost: str = ""
    returns: str = ""
    favourable: str = "up"
    window: tuple[pd.Timestamp, ...] = ()
    fiscal_start: int = 0
    market: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()


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
        stand behind them: ``n_matched``, ``n_new``, ``n_lost``.
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
        effects = self.effects.sort_values([*by, "step", "effect"], kind="stable")
        items = self.items.sort_values(by, kind="stable") if by else self.items
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
        **context: Any,
    ) -> "Bridge":
        """Build a bridge from rows of ``effect, amount, note`` and items of ``base, actual``."""
        start, end = (float(np.sum(items[side].to_numpy())) for side in SIDES)
        effects = share_columns(rows, start, end, dict(o.split("=") for o in meta.overrides))
        columns = [*by, "effect", "amount", "gap_share", "base_share", "origin", "parent"]
        columns += ["step", "note", "status"]
        return cls(effects[columns], items, start, end, tuple(by), meta, **context)

    @property
    def gap(self) -> float:
        """Actual minus base, in currency."""
        return self.end - self.start

    @property
    def by_member(self) -> bool:
        """Tell whether the steps are members (regions, products), not kinds of effect."""
        return bool(self.by) and self.meta.method in ("gap", "new_business")

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
        shares = share_columns(sums, self.start, self.end, {})[["gap_share", "base_share"]]
        columns = ["effect", "amount", *shares.columns, "origin", "parent", "step", "status"]
        return sums.assign(**shares)[columns]

    def by_origin(self) -> pd.DataFrame:
        """Return amounts by origin: external, internal, plan, unassigned, open.

        Returns
        -------
        DataFrame, one row per origin, also where it is 0
            ``origin``, ``amount`` (adds up to the gap), ``gap_share``, ``status``.
        """
        sums = self.effects.groupby("origin")["amount"].sum().reindex(list(ORIGINS), fill_value=0.0)
        frame = share_columns(
            pd.DataFrame({"effect": "difference", "amount": sums.to_numpy()}),
            self.start,
            self.end,
            {},
        )
        return frame.assign(origin=list(ORIGINS))[["origin", "amount", "gap_share", "status"]]

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
        figures = [*SIDES, *COUNTS]
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
        if not 0 <= row < len(self.effects):
            raise ContractError(
                f"There is no row {row}; effects have {len(self.effects)} rows.",
                where="Bridge.cause(row)",
                fix=f"give 0 to {len(self.effects) - 1}",
                code="unknown-name",
            )
        found = self.effects.iloc[row]
        meta = self.meta
        known = {
            "base": meta.base_name,
            "window": [f"{month:%Y-%m}" for month in meta.window],
            "grain": list(meta.grain),
            "keys": {column: str(found[column]) for column in self.by},
            "effect": str(found["effect"]),
        }
        text = json.dumps(known, ensure_ascii=False, sort_keys=True)
        numbers = {c: float(found[c]) for c in ("amount", "gap_share", "base_share")}
        return {
            "id": sha256(text.encode()).hexdigest()[:12],
            **known,
            **{c: None if np.isnan(v) else v for c, v in numbers.items()},
            **{c: str(found[c]) for c in ("origin", "parent", "note", "status")},
            **{c: getattr(meta, c) for c in ("method", "convention", "mix", "measure")},
            "currency": self.currency,
        }

    def counts(self) -> dict[str, int]:
        """Return how many items of the grain were matched, new and lost."""
        return {name: int(self.items[name].sum()) for name in COUNTS}

    def _members(self) -> pd.DataFrame:
        """Return one row per member, largest change first, ties by name."""
        size = -self.effects["amount"].abs()
        order = self.effects.assign(size=size).sort_values(["size", *self.by], kind="stable")
        return order.drop(columns="size").reset_index(drop=True)

    def _with_totals(self, steps: pd.DataFrame, *, members: bool) -> pd.DataFrame:
        """Put start before and end after the steps, with the running total."""
        keys = list(self.by) if members else []
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
        ).reindex(columns=middle.columns)
        ends[["gap_share", "base_share"]] = np.nan
        frame = pd.concat([ends.iloc[:1], middle, ends.iloc[1:]], ignore_index=True)
        shown = ["effect", "amount", "running_total", "base_share", "gap_share", "origin", "status"]
        return frame[[*keys, *shown]]

    def _part(self, where: Mapping[str, Any]) -> "Bridge":
        """Return the bridge of the items with these names."""
        keep_rows, keep_items = np.ones(len(self.effects), bool), np.ones(len(self.items), bool)
        for column, member in where.items():
            self._known(column, self.by, "level")
            self._known(member, sorted(self.items[column].unique()), column)
            keep_rows &= (self.effects[column] == member).to_numpy()
            keep_items &= (self.items[column] == member).to_numpy()
        return self._again(self.effects[keep_rows], self.items[keep_items], list(self.by))

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

    def _sentences(self, lang: str) -> list[str]:
        from salesanalysis.variance.text import sentences  # noqa: PLC0415  text reads a Bridge

        return sentences(self, lang)


def as_text(column: pd.Series) -> pd.Series:
    """Return names as text; months as 2024-03."""
    if column.dtype.kind == "M":
        return column.dt.strftime("%Y-%m")
    return column.astype("str")
