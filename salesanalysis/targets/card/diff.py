"""What changed between two plans: every cell, the sums above it, who gained and who lost."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_unique
from salesanalysis.labels import Terms, count, growth, label, money
from salesanalysis.results import Result, Table, require_adds_up, show_value
from salesanalysis.targets.card.why import AND
from salesanalysis.targets.plan import Plan
from salesanalysis.targets.words import listing, node_text

#: Why a cell differs, the first that applies.
CLASSES = ("structure", "pin", "owner", "method", "rounding", "value")
_NAMED = 3
_WHYS = 6


@dataclass(frozen=True, eq=False)
class PlanDiff(Result):
    """The cells in which two plans differ; empty where they are the same.

    Attributes
    ----------
    frame : DataFrame, one row per unit, month and metric that differs
        The columns of `levels`, ``period``, ``metric``, ``old_amount``, ``new_amount`` (0 where
        one plan does not have the cell; ``change_class`` says ``structure`` then),
        ``change_amount``, ``change_growth`` (empty where the old value is 0), ``change_class``
        and ``change_reason``.
    levels : tuple of str
    old_total, new_total : float
        Of all metrics that are sums; the changes add up to their difference.
    """

    frame: pd.DataFrame
    levels: tuple[str, ...]
    old_total: float
    new_total: float
    old_name: str = ""
    new_name: str = ""
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Refuse changes that do not add up to the difference of the totals."""
        object.__setattr__(self, "frame", self.frame.copy().reset_index(drop=True))
        object.__setattr__(self, "levels", tuple(self.levels))
        change = self.new_total - self.old_total
        require_adds_up(self.frame["change_amount"], change, what="Changes")

    def to_frame(self) -> pd.DataFrame:
        """Return the cells that differ; a copy."""
        return self.frame.copy()

    def sums(self, *levels: str) -> pd.DataFrame:
        """Return old, new and change summed to some levels, over all months.

        Only cells that differ are summed: a unit that moved an amount between its months has a
        change of 0 and stands in the table.
        """
        require_columns(self.frame, levels, name="difference")
        amounts = ["old_amount", "new_amount", "change_amount"]
        keys = list(levels)
        if not keys:
            return self.frame[amounts].sum().to_frame().T
        out: pd.DataFrame = self.frame.groupby(keys, as_index=False, sort=True)[amounts].sum()
        return out

    def gained(self) -> pd.DataFrame:
        """Return the units of the last level that are asked more, the largest change first."""
        return self._moved(1)

    def lost(self) -> pd.DataFrame:
        """Return the units of the last level that are asked less, the largest change first."""
        return self._moved(-1)

    def _moved(self, sign: int) -> pd.DataFrame:
        table = self.sums(*self.levels) if self.levels else self.sums()
        part = table[np.sign(table["change_amount"]) == sign]
        size = part["change_amount"].abs()
        return part.loc[size.sort_values(ascending=False, kind="stable").index].reset_index(
            drop=True
        )

    def _sentences(self, lang: str) -> list[str]:
        if not len(self.frame):
            return [label("diff.headline_none", lang)]
        change = self.new_total - self.old_total
        units = self.sums(*self.levels)
        out = [
            label(
                "diff.headline" if change else "diff.headline_same",
                lang,
                n=count(len(self.frame)),
                units=count(len(units)),
                change=money(change, lang, self.currency, signed=True),
                old=money(self.old_total, lang, self.currency),
                new=money(self.new_total, lang, self.currency),
            )
        ]
        out += [self._movers(kind, part, lang) for kind, part in self._sides() if len(part)]
        classes = self.frame["change_class"].value_counts().reindex(CLASSES).dropna()
        parts = [f"{label(f'change_class.{c}', lang)} {count(n)}" for c, n in classes.items()]
        comma = label("targets.comma", lang)
        out.append(label("diff.classes", lang, classes=comma.join(parts)))
        return out + self._why_lines(lang)

    def why(self) -> pd.DataFrame:
        """Return one row per reason: ``change_reason``, ``n_cells``, ``change_amount``."""
        told = self.frame[self.frame["change_reason"] != ""]
        table = told.groupby("change_reason", as_index=False, sort=True).agg(
            n_cells=("change_amount", "size"), change_amount=("change_amount", "sum")
        )
        order = table.assign(size=table["change_amount"].abs())
        order = order.sort_values(["size", "change_reason"], ascending=[False, True], kind="stable")
        return order.drop(columns="size").reset_index(drop=True)

    def reason_text(self, reason: str, lang: str) -> str:
        """Write why a cell changed: every reason of it in the words of a language."""
        parts = [show_value("change_reason", r, lang, self.terms) for r in reason.split(AND)]
        return AND.join(parts)

    def table(self, lang: str = "en", *, rows: int = 30) -> Table:
        """Return the table as readers see it: reasons in the words of a language."""
        told = self.frame["change_reason"].map(lambda r: self.reason_text(r, lang))
        shown = self.frame.assign(change_reason=told.astype("str"))
        return Table(shown, lang=lang, terms=self.terms, rows=rows)

    def _why_lines(self, lang: str) -> list[str]:
        return [
            label(
                "diff.why",
                lang,
                reason=self.reason_text(row["change_reason"], lang),
                n=count(row["n_cells"]),
                change=money(row["change_amount"], lang, self.currency, signed=True),
            )
            for row in self.why().head(_WHYS).to_dict("records")
        ]

    def _sides(self) -> list[tuple[str, pd.DataFrame]]:
        return [("gained", self.gained()), ("lost", self.lost())]

    def _movers(self, kind: str, part: pd.DataFrame, lang: str) -> str:
        names = [self._mover(row, lang) for row in part.head(_NAMED).to_dict("records")]
        n = len(part)
        text = listing(names, lang, n=n)
        return label(f"diff.{kind}", lang, nodes=text, n=count(n))

    def _mover(self, row: dict[str, Any], lang: str) -> str:
        amount = money(row["change_amount"], lang, self.currency, signed=True)
        rise = growth(row["change_amount"] / row["old_amount"]) if row["old_amount"] else ""
        name = node_text(row, self.levels, self.terms, lang)
        key = "diff.mover" if rise else "diff.mover_new"
        return label(key, lang, node=name, amount=amount, growth=rise)


def diff_plans(
    a: Any,
    b: Any,
    *,
    levels: tuple[str, ...] = (),
    step: float = 1.0,
    old_name: str = "",
    new_name: str = "",
    old_why: pd.DataFrame | None = None,
    new_why: pd.DataFrame | None = None,
    currency: str = "CNY",
    terms: Terms | None = None,
) -> PlanDiff:
    """Compare two plans cell by cell: what `b` changes against `a`.

    Parameters
    ----------
    a, b : Plan, or DataFrame with level columns, ``period`` and ``value``
        A table may also carry ``metric``, ``owner``, ``method``, ``pinned`` and ``reason``.
    levels : tuple of str, needed for tables
    step : float, currency
        A change of at most one step is called rounding; that of the plan where one is given.
    old_why, new_why : DataFrame, optional
        Of two plans: level columns, ``period`` and ``reason``; see `edit_reasons`.

    Returns
    -------
    PlanDiff
        ``diff_plans(a, a)`` has no rows, ``diff_plans(b, a)`` the same rows with old and new
        exchanged.

    Raises
    ------
    ContractError
        Plans of different years or levels, missing columns, a cell twice.

    Notes
    -----
    A cell is in the difference where its value, its owner, its method or its pin differs. The
    class is the first that applies: the cell is in one plan only (structure), is pinned in one
    only (pin), has another owner (owner), another method (method), moves by one step at most
    (rounding), else value.

    Examples
    --------
    >>> from salesanalysis.targets import cascade
    >>> shares = pd.DataFrame({"region": ["East", "West"], "value": [40.0, 60.0]})
    >>> old = cascade(1_200, shares, levels=["region"], year=2024)
    >>> new = cascade(2_400, shares, levels=["region"], year=2024)
    >>> diff_plans(old, new).sums("region")["change_amount"].tolist()
    [480.0, 720.0]
    """
    if isinstance(a, Plan) and isinstance(b, Plan):
        _same_frame(a, b)
        levels, step, currency, terms = a.levels, float(_number(a.step)), a.currency, a.terms
        a, b = _cells(a, old_why), _cells(b, new_why)
    keys = [*levels, "period", "metric"]
    old, new = (_tidy(t, list(levels), n) for t, n in ((a, "old plan"), (b, "new plan")))
    both = old.merge(new, on=keys, how="outer", suffixes=("_old", "_new"), indicator="side")
    both = both.sort_values(keys, ignore_index=True)
    before, after = (both[f"value_{side}"].fillna(0.0) for side in ("old", "new"))
    alone = (both["side"] != "both").to_numpy()
    other = {c: (both[f"{c}_old"] != both[f"{c}_new"]) & ~alone for c in _TOLD}
    change = after - before
    moved = change != 0
    differs = moved | alone | other["owner"] | other["method"] | other["pinned"]
    why = np.select(
        [alone, other["pinned"], other["owner"], other["method"], change.abs() <= step],
        CLASSES[:5],
        "value",
    )
    frame = both[keys].assign(
        old_amount=before,
        new_amount=after,
        change_amount=change,
        change_growth=(change / before.abs().where(before != 0)),
        change_class=why,
        change_reason=_reasons(both),
    )[differs]
    frame = frame.astype({"change_class": "str", "change_reason": "str"})
    totals = (float(before.sum()), float(after.sum()))
    return PlanDiff(frame, levels, *totals, old_name, new_name, currency, terms or Terms())


_TOLD = ("owner", "method", "pinned", "reason")


def _number(text: str) -> str:
    return text.replace(",", "")


def _same_frame(a: Plan, b: Plan) -> None:
    """Refuse two plans nothing can be compared between."""
    for name in ("year", "levels", "currency"):
        ours, theirs = getattr(a, name), getattr(b, name)
        if ours != theirs:
            raise ContractError(
                f"The plans differ in their {name}: {ours!r} and {theirs!r}.",
                where="diff_plans(a, b)",
                fix="compare two plans of the same year, levels and currency",
                code="bad-choice",
            )


def _cells(plan: Plan, why: pd.DataFrame | None) -> pd.DataFrame:
    """Return the cells of a plan with what they were made by."""
    pinned = plan.frame["status"] == "pinned"
    cells = plan.to_frame().assign(method=plan.way, pinned=pinned)
    if why is None or not len(why):
        return cells
    keys = [*plan.levels, "period"]
    return cells.merge(why[[*keys, "reason"]], on=keys, how="left", validate="one_to_one")


def _tidy(table: pd.DataFrame, levels: list[str], name: str) -> pd.DataFrame:
    """Return the columns that are compared, with what is not told as empty text."""
    require_columns(table, [*levels, "period", "value"], name=name)
    frame = table.copy()
    if "metric" not in frame:
        frame["metric"] = "revenue"
    for column in _TOLD:
        told = frame[column].astype("str") if column in frame else ""
        frame[column] = pd.Series(told, index=frame.index, dtype="str").fillna("")
    keys = [*levels, "period", "metric"]
    require_unique(frame, keys, name=name, what="name the same cell")
    empty = frame[frame["value"].isna()]
    if len(empty):
        raise ContractError(
            f"{len(empty)} of {len(frame)} values of the {name} are empty.",
            where=f"first rows {empty.index[:3].tolist()}, see .rows",
            fix="leave a cell out, or write 0",
            rows=empty,
        )
    return frame[[*keys, "value", *_TOLD]]


def _reasons(both: pd.DataFrame) -> pd.Series:
    """Return the reasons of both sides, in a form that does not depend on the direction."""
    old, new = both["reason_old"].fillna(""), both["reason_new"].fillna("")
    # a cell that paid for others on one side says what moved it on the other
    old, new = (
        mine.mask((mine == "rest") & ~other.isin(["", "rest"]), "")
        for mine, other in ((old, new), (new, old))
    )
    first, last = old.where(old <= new, new), new.where(old <= new, old)
    joined = first + " / " + last
    return joined.where((first != "") & (first != last), last)
