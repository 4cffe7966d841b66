"""One node's forecast taken apart: level, trend, season, calendar, guard, agreement."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, ReconciliationError
from salesanalysis.forecast.noted import SILENT, odd_items
from salesanalysis.forecast.parts import PARTS, SUMS
from salesanalysis.forecast.wording import FLOOR, bound_name, listed, titles
from salesanalysis.labels import LANGUAGES, Terms, count, exact, label, money, month, percent
from salesanalysis.periods import month_start
from salesanalysis.results import Result, Table

if TYPE_CHECKING:
    from salesanalysis.forecast.result import Forecast

#: Members named in the sentence about the weights.
NAMED = 4
STEPS = (*PARTS, SUMS)
#: States of a node whose parts are no model's: one sentence says where they come from.
BORROWED = (
    "tiny", "young", "by_share", "short", "intermittent", "constant", "ended", "zero", "no_history",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Explanation(Result):
    """What one node's forecast is made of, month by month; the parts add up to the figure.

    Attributes
    ----------
    frame : DataFrame, one row per month
        ``period``, ``starting_level`` (what is sold without season at the origin), ``trend``,
        ``season``, ``calendar``, ``guard`` (what a guard changed), ``sums`` (what making parents
        and children agree changed), ``value`` (the forecast), ``lo80``, ``hi80`` ... (currency).
    node : dict
        The node's row of `Forecast.nodes`.
    weights : DataFrame
        ``member`` and ``weight`` at the first of these months, largest first.
    title : dict of str to str
        How the node is called, by language.
    share : float
        Coverage of the interval that is told.
    method : str
    odd : DataFrame
        The node's rows of `Forecast.odd`.
    step : int
        Months of a period.
    """

    frame: pd.DataFrame
    node: dict[str, Any]
    weights: pd.DataFrame
    title: dict[str, str]
    share: float
    method: str
    currency: str = "CNY"
    terms: Terms = Terms()
    odd: pd.DataFrame = field(default_factory=pd.DataFrame)
    step: int = 1

    def __post_init__(self) -> None:
        """Refuse parts that do not add up to the forecast."""
        object.__setattr__(self, "frame", self.frame.copy())
        object.__setattr__(self, "weights", self.weights.copy())
        parts = self.frame[list(STEPS)]
        gap = (parts.sum(axis=1) - self.frame["value"]).abs()
        bad = ~(gap <= 1e-9 * np.maximum(self.frame["value"].abs(), parts.abs().sum(axis=1)))
        if bad.any():
            raise ReconciliationError(
                f"Parts of {int(bad.sum())} of {len(bad)} months miss their forecast.",
                where=f"first: {self.frame['period'][bad].iloc[0]:%Y-%m}",
                fix="this is a defect or a tampered table: please report it with the input",
                code="does-not-add-up",
            )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per month; a copy."""
        return self.frame.copy()

    def table(self, lang: str = "en", *, rows: int = 30) -> Table:
        """Return the parts by month as readers see them; parts that are 0 throughout left out."""
        shown = self.frame.drop(columns=[s for s in STEPS if not self.frame[s].any()])
        return Table(shown, lang=lang, terms=self.terms, rows=rows)

    def steps(self) -> pd.Series:
        """Return the parts, summed over the months, in order; those that are 0 left out."""
        sums = self.frame[list(STEPS)].sum()
        told = sums.abs() > 1e-9 * self.frame[list(STEPS)].abs().to_numpy().sum()
        return sums[told | (sums.index == "starting_level")]

    def span_text(self, lang: str) -> str:
        """Return the month, or first and last one."""
        begins, ends = self.frame["period"].iloc[0], self.frame["period"].iloc[-1]
        ends = ends + pd.DateOffset(months=self.step - 1)
        first, last = month(begins, lang), month(ends, lang)
        return first if begins == ends else label("landing.span", lang, first=first, last=last)

    def _sentences(self, lang: str) -> list[str]:
        said = [self._finding(lang), *self._parts(lang), self._interval(lang), self._naive(lang)]
        said.append(self._months(lang))
        if len(self.odd):
            items = odd_items(self.odd, self.currency, lang)
            named = listed(items, lang, between="forecast.semicolon")
            said.append(label("explain.odd", lang, items=named))
        return said

    def _money(self, amount: float, lang: str, *, signed: bool = False) -> str:
        return money(amount, lang, self.currency, signed=signed)

    def _finding(self, lang: str) -> str:
        """Say the figure and its two largest parts beside the level."""
        steps = self.steps().drop("starting_level")
        largest = steps[steps.abs().sort_values(ascending=False, kind="stable").index[:2]]
        parts = [
            label("explain.step", lang, part=label(f"explain.{name}", lang),
                  amount=self._money(amount, lang, signed=True))
            for name, amount in largest.items()
        ]  # fmt: skip
        return label(
            "explain.headline" if parts else "explain.headline_level", lang,
            node=self.title[lang], span=self.span_text(lang),
            value=self._money(float(self.frame["value"].sum()), lang),
            level=self._money(float(self.frame["starting_level"].sum()), lang),
            parts=label("forecast.comma", lang).join(parts),
        )  # fmt: skip

    def _parts(self, lang: str) -> list[str]:
        """Say what each part is, the largest first."""
        steps = self.steps()
        order = steps.abs().sort_values(ascending=False, kind="stable").index
        status = str(self.node["status"])
        said = [
            label(f"explain.says_{name}", lang, amount=self._money(steps[name], lang, signed=True))
            for name in order if name != "starting_level"
        ]  # fmt: skip
        key = "explain.level_" + (status if status in BORROWED else "ok")
        key = "explain.level_year" if self.method == FLOOR and key == "explain.level_ok" else key
        return [label(key, lang, amount=self._money(steps["starting_level"], lang)), *said]

    def _interval(self, lang: str) -> str:
        """Say the interval of a single month, and what it rests on."""
        if str(self.node["status"]) in SILENT:
            return label("explain.no_interval", lang)
        key = "explain.calibrated" if self.node["calibrated"] else "explain.not_calibrated"
        key += "_months" if len(self.frame) > 1 else ""
        key += "_floor" if self.method == FLOOR else ""
        if len(self.frame) > 1:
            return label(key, lang, n=count(self.node["n_scores"]))
        row = self.frame.iloc[0]
        low, high = (self._money(row[bound_name(s, self.share)], lang) for s in ("lo", "hi"))
        return label(
            key, lang, share=percent(self.share, 0), lo=low, hi=high, n=count(self.node["n_scores"])
        )

    def _naive(self, lang: str) -> str:
        """Say whether the model beat last year's month for this node."""
        ratio = self.node.get("naive_ratio")
        if self.method == FLOOR:
            return label("explain.is_naive", lang)
        if ratio is None or ratio != ratio:  # noqa: PLR0124  NaN where nothing was tested
            return label("forecast.naive_untested", lang)
        key = "explain.naive_wins" if ratio > 1 else "explain.naive_beaten"
        return label(key, lang, ratio=exact(ratio, 2), n=count(self.node["n_tested"]))

    def _months(self, lang: str) -> str:
        """Say how long the history is and which members weigh most."""
        n = count(self.node["n_months"])
        if self.method == FLOOR or str(self.node["status"]) not in ("ok", "negative", "short"):
            return label("explain.months", lang, n=n)
        parts = [
            label("forecast.weight", lang, member=label(f"member.{m}", lang), share=percent(w, 0))
            for m, w in self.weights.head(NAMED).itertuples(index=False)
        ]
        named = label("forecast.comma", lang).join(parts)
        return label("explain.months_weights", lang, n=n, parts=named)


def explanation(forecast: "Forecast", period: Any = None) -> Explanation:
    """Take the top node of `forecast` apart, for one open month or all of them."""
    node = forecast.node_table.iloc[0]
    months = forecast.ahead()
    here = forecast.figures
    same = (here["level"] == node["level"]) & (here["node"] == node["node"])
    rows = here[same & (here["horizon"] > 0)]
    step = 1
    if period is not None:
        wanted = month_start(period)
        wanted = max((m for m in months if m <= wanted <= forecast.end_of(m)), default=wanted)
        if wanted not in months:
            raise ContractError(
                f"{wanted:%Y-%m} is not forecast: open months run from {months[0]:%Y-%m} to "
                f"{months[-1]:%Y-%m}.",
                where="Forecast.explain(period=...)",
                fix=f"write {months[0]:%Y-%m}, or leave it out for all of them",
                code="bad-choice",
            )
        rows = rows[rows["period"] == wanted]
        step = int(rows["horizon"].iloc[0])
    bounds = [bound_name(s, c) for c in forecast.coverage for s in ("lo", "hi")]
    frame = rows[["period", *PARTS]].assign(sums=rows["value"] - rows["before_sums"])
    frame = frame.assign(**{c: rows[c] for c in ["value", *bounds]}).reset_index(drop=True)
    weight = forecast.weights.set_index("member").iloc[
        :, -1 if forecast.method == FLOOR else step - 1
    ]
    ordered = weight.sort_values(ascending=False, kind="stable").rename("weight").reset_index()
    return Explanation(
        frame=frame, node=_plain(node), weights=ordered,
        title={
            lang: titles(forecast.node_table.head(1), forecast.by, forecast.terms, lang)[0]
            for lang in LANGUAGES
        },
        share=forecast.coverage[0], method=forecast.method, currency=forecast.currency,
        terms=forecast.terms, odd=_odd_of(forecast, node), step=forecast.step,
    )  # fmt: skip


def _odd_of(forecast: "Forecast", node: pd.Series) -> pd.DataFrame:
    """Return the odd months of one node."""
    if forecast.odd.empty:
        return pd.DataFrame()
    same = (forecast.odd["level"] == node["level"]) & (forecast.odd["node"] == node["node"])
    return forecast.odd[same].reset_index(drop=True)


def _plain(row: pd.Series) -> dict[str, Any]:
    """Return a row as plain values, which the store can write."""
    return {k: v.item() if isinstance(v, np.generic) else v for k, v in row.items()}
