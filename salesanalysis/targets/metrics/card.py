"""The result of handing several metrics down: one table for the whole card."""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import (
    ContractError,
    ReconciliationError,
    require_columns,
    unknown_name,
)
from salesanalysis.labels import Terms, count, exact, label, money, percent
from salesanalysis.results import Result, Table, require_adds_up, show_value
from salesanalysis.rounding import split_within
from salesanalysis.targets.metrics.consistency import consistency
from salesanalysis.targets.words import node_text

#: What a card says about a unit and metric, in reading order.
COLUMNS = ["metric", "kind", "hand_down", "value", "base", "weight", "amount", "status"]


@dataclass(frozen=True, eq=False)
class MetricCard(Result):
    """Targets of several metrics for the units of one level.

    Attributes
    ----------
    frame : DataFrame, one row per unit and metric
        The columns of `by`, ``metric``, ``kind``, ``hand_down``, ``value`` (currency, count, rate
        0..1 or mean), ``base`` (the unit's own before), ``weight`` (what a rate or mean is weighted
        by), ``amount`` (a rate as an amount) and ``status`` (``ok`` or ``pinned``). ``base``,
        ``weight`` and ``amount`` are empty where the kind of metric has none.
    totals : DataFrame, one row per metric
        ``metric``, ``kind``, ``hand_down``, ``better``, ``asked``, ``value`` (sum or weighted
        mean of the units), ``over_share`` (over-assignment), ``weight``, ``amount``.
    by : tuple of str
    year, n_months : int

    Raises
    ------
    ReconciliationError
        Units that do not add up to what they are asked together, or rates whose weighted mean
        is not the parent's.
    """

    frame: pd.DataFrame
    totals: pd.DataFrame
    by: tuple[str, ...]
    year: int
    n_months: int = 12
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Refuse units that are not their parent, and keep copies."""
        require_columns(self.frame, [*self.by, *COLUMNS], name="metric card")
        for name in ("frame", "totals"):
            object.__setattr__(self, name, getattr(self, name).copy().reset_index(drop=True))
        object.__setattr__(self, "by", tuple(self.by))
        sums = self.frame.groupby("metric")["value"].sum()
        for row in self.totals.to_dict("records"):
            if row["kind"] in ("additive", "count"):
                asked = row["asked"] * (1 + row["over_share"])
                require_adds_up(pd.Series([sums[row["metric"]]]), asked, what="Units", unit=1.0)
            elif abs(row["value"] - row["asked"]) > 1e-9 * max(1.0, abs(row["asked"])):
                _check_rate(row)

    def to_frame(self) -> pd.DataFrame:
        """Return the table, one row per unit and metric; a copy."""
        return self.frame.copy()

    def table(self, lang: str = "en", *, rows: int = 30) -> Table:
        """Return the table as readers see it: every value written the way its kind says."""
        frame = self.to_frame()
        records = frame.to_dict("records")
        for column in ("value", "base"):
            frame[column] = [self._text({**r, "value": r[column]}, lang) for r in records]
        # beside the amount a rate comes to, the value is the target
        frame = frame.rename(columns={"value": "target"})
        return Table(frame, lang=lang, terms=self.terms, rows=rows)

    def _text(self, row: dict[str, object], lang: str) -> str:
        return "–" if row["value"] != row["value"] else self.show(row, lang)

    def select(self, **where: str) -> "MetricCard":
        """Return the units of these names; their own sums and weighted means are the totals.

        Raises
        ------
        ContractError
            A level or a name that is not on the card, with the nearest that is.
        """
        frame = self.frame
        for level, wanted in where.items():
            for name, known, kind in ((level, list(self.by), "level"), (wanted, [], level)):
                there = known or sorted(frame[level].unique())
                if name not in there:
                    place = "MetricCard.select"
                    raise unknown_name(name, there, kind=kind, where=place, error=ContractError)
            frame = frame[frame[level] == wanted]
        totals = [_total_of(row, frame) for row in self.totals.to_dict("records")]
        return replace(self, frame=frame, totals=pd.DataFrame(totals))

    def wide(self) -> pd.DataFrame:
        """Return units x metrics: the whole card in one table, metrics in the order asked."""
        order = list(dict.fromkeys(self.frame["metric"]))
        table = self.frame.pivot_table(index=list(self.by), columns="metric", values="value")
        wide: pd.DataFrame = table[order].rename_axis(columns=None)
        return wide

    def months(self, shares: list[float] | None = None) -> pd.DataFrame:
        """Return the card by months: amounts and counts split, rates the same in every month.

        Parameters
        ----------
        shares : list of float, one per month, optional
            Weights of the months; default equal. Counts per head are equal in every month.

        Returns
        -------
        DataFrame
            The columns of `by`, ``metric``, ``month`` (1 is the first) and ``value``.
        """
        n = self.n_months
        weight = np.ones(n) if shares is None else np.asarray(shares, dtype="float64")
        frame = self.frame.reset_index(drop=True)
        long = frame.loc[frame.index.repeat(n), [*self.by, "metric", "kind", "hand_down", "value"]]
        line = long.index.to_numpy()
        month = np.tile(np.arange(n), len(frame))
        used = np.where((long["hand_down"] == "per_head").to_numpy(), 1.0, weight[month])
        cents = pd.Series(np.rint(frame["value"] * 100).astype("int64"))
        unit = np.where((cents % 100 == 0).to_numpy(), 100, 1)
        adds = long["kind"].isin(["additive", "count"]).to_numpy()
        parts = split_within(
            pd.Series(cents.to_numpy() // unit, index=cents.index)[np.unique(line[adds])],
            pd.Series(line[adds]),
            pd.Series(used[adds]),
            pd.Series(month[adds]),
        )
        value = long["value"].to_numpy("float64").copy()
        value[adds] = parts * unit[line[adds]] / 100
        out: pd.DataFrame = long[[*self.by, "metric"]].assign(month=month + 1, value=value)
        return out.reset_index(drop=True)

    def consistency(self) -> pd.DataFrame:
        """Return sales beside customers x orders x ticket, where all are on the card.

        Returns
        -------
        DataFrame
            The columns of `by` (empty text for all units together), ``sales``, ``product_amount``
            and ``gap_amount`` (currency); no rows where a factor is missing.
        """
        return consistency(self.wide(), list(self.by))

    def _sentences(self, lang: str) -> list[str]:
        n = len(self.wide())
        totals = self.totals.to_dict("records")
        comma = label("targets.comma", lang)
        listed = comma.join(
            f"{self.name_of(t['metric'], lang)} {self.show(t, lang)}" for t in totals
        )
        if n == 1:
            node = node_text(self.frame.iloc[0].to_dict(), self.by, self.terms, lang)
            one = label("metric_card.headline_one", lang, year=self.year, node=node, asks=listed)
            return [one, *self._check_lines(lang)]
        out = [label("metric_card.headline", lang, year=self.year, n=count(n), asks=listed)]
        out += [self._line(row, lang) for row in totals]
        return out + self._check_lines(lang)

    def name_of(self, metric: str, lang: str) -> str:
        """Return how a metric is called."""
        return show_value("metric", metric, lang, self.terms)

    def show(self, row: dict[str, object], lang: str) -> str:
        """Write a value the way its kind says."""
        value = float(str(row["value"]))
        if row["kind"] == "additive":
            return money(value, lang, self.currency)
        if row["kind"] == "ratio":
            return percent(value)
        return count(value) if row["kind"] == "count" else exact(value, 2)

    def _line(self, row: dict[str, object], lang: str) -> str:
        """Write one metric: its rule and its largest unit."""
        mine = self.frame[self.frame["metric"] == row["metric"]]
        top = mine.loc[mine["value"].idxmax()]
        words = {
            "metric": self.name_of(str(row["metric"]), lang),
            "value": self.show(row, lang),
            "rule": show_value("hand_down", str(row["hand_down"]), lang, self.terms),
            "node": node_text(top.to_dict(), self.by, self.terms, lang),
            "top": self.show(top.to_dict(), lang),
        }
        if row["hand_down"] == "same" and mine["value"].max() == mine["value"].min():
            return label(
                "metric_card.line_same", lang, **{k: words[k] for k in ("metric", "value")}
            )
        over = float(str(row["over_share"]))
        if over > 0:
            asked = self.show({**row, "value": row["asked"]}, lang)
            return label("metric_card.line_over", lang, over=percent(over), asked=asked, **words)
        return label("metric_card.line", lang, **words)

    def _check_lines(self, lang: str) -> list[str]:
        table = self.consistency()
        if not len(table):
            return []
        whole = table.iloc[-1]
        return [
            label(
                "metric_card.check",
                lang,
                sales=money(whole["sales"], lang, self.currency),
                product=money(whole["product_amount"], lang, self.currency),
                gap=money(whole["gap_amount"], lang, self.currency, signed=True),
            )
        ]


def _total_of(row: dict[Hashable, Any], frame: pd.DataFrame) -> dict[Hashable, Any]:
    """Return the total of one metric for some of its units: their sum, or their weighted mean."""
    mine = frame[frame["metric"] == row["metric"]]
    weight, amount = (float(mine[c].sum(min_count=1)) for c in ("weight", "amount"))
    value = float(mine["value"].sum())
    if row["kind"] not in ("additive", "count"):
        heavy = mine["weight"].fillna(0.0)
        even = not heavy.sum() > 0
        value = float(np.average(mine["value"], weights=None if even else heavy))
    return {
        **row, "asked": value, "value": value, "over_share": 0.0, "weight": weight,
        "amount": amount,
    }  # fmt: skip


def _check_rate(row: dict[str, object]) -> None:
    """Refuse a rate that is not the parent's, unless rounding the amounts explains it."""
    weight, amount = float(str(row["weight"])), float(str(row["amount"]))
    implied = amount / weight if weight > 0 and amount == amount else float("nan")  # noqa: PLR0124
    if abs(implied - float(str(row["value"]))) <= 5e-5:
        return
    raise ReconciliationError(
        f"The units' {row['metric']} come to {row['value']}, the parent's is {row['asked']}.",
        where="weighted mean of the units",
        fix="this is a defect or a tampered table: please report it with the input",
        code="does-not-add-up",
    )
