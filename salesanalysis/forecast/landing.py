"""Where a year will land: closed months plus the open ones, and the chance of a target."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.forecast.asked import ends_of, fiscal_year
from salesanalysis.forecast.sums import landing_table, open_steps, with_chances
from salesanalysis.forecast.targets import attach
from salesanalysis.forecast.wording import FLOOR, at_mean, bound_name, how, titles
from salesanalysis.labels import Terms, chance, label, money, month, percent
from salesanalysis.periods import month_range
from salesanalysis.results import Result, Table, require_adds_up

if TYPE_CHECKING:
    from salesanalysis.forecast.result import Forecast


@dataclass(frozen=True, eq=False)
class Landing(Result):
    """Where every node ends a span of months, with its interval and the chance of its target.

    Attributes
    ----------
    nodes : DataFrame, one row per node
        ``level``, level columns, ``node``, ``actual_to_date``, ``forecast_rest``, ``landing``,
        ``middle`` (half of the draws end above it), ``lo80`` ... ``hi95`` (currency),
        ``n_draws``, ``calibrated``, ``status``; with targets also ``target``, ``gap`` (landing
        minus target), ``probability``, ``target_status``.
    name : str
        How the span is called, such as ``2024`` or ``FY2020``; empty for another span.
    first, last, closed_through : Timestamp
    n_open : int
        Months still open.
    so_far : float, optional
        What the top node sold in the first open month so far, where that is known.
    so_far_is_least : bool
        Whether that month cannot end below it.
    step : int
        Months of a period: 1, or 3 where the history came in quarters.
    """

    nodes: pd.DataFrame
    by: tuple[str, ...]
    name: str
    first: pd.Timestamp
    last: pd.Timestamp
    closed_through: pd.Timestamp
    n_open: int
    coverage: tuple[float, ...]
    method: str = FLOOR
    currency: str = "CNY"
    terms: Terms = Terms()
    so_far: float | None = None
    so_far_is_least: bool = True
    step: int = 1

    def __post_init__(self) -> None:
        """Refuse landings that are not the closed months plus the rest."""
        object.__setattr__(self, "nodes", self.nodes.copy())
        object.__setattr__(self, "by", tuple(self.by))
        parts = self.nodes["actual_to_date"] + self.nodes["forecast_rest"]
        total = float(self.nodes["landing"].sum())
        require_adds_up(parts, total, what="Closed and open months of all landings")

    @property
    def has_target(self) -> bool:
        """Whether any node has a target."""
        return "target" in self.nodes.columns

    def to_frame(self) -> pd.DataFrame:
        """Return one row per node; a copy."""
        return self.nodes.copy()

    def span_text(self, lang: str) -> str:
        """Return how the span is called in a sentence."""
        if self.name:
            return self.name
        if self.first == self.last:
            return month(self.first, lang)
        return label(
            "landing.span", lang, first=month(self.first, lang), last=month(self.last, lang)
        )

    def table(self, lang: str = "en", *, rows: int = 30) -> Table:
        """Return the landings as readers see them; chances never 0 or 1 while months are open."""
        shown = self.nodes.drop(columns=["level", *self.by])
        shown["node"] = titles(self.nodes, self.by, self.terms, lang)
        return Table(shown, lang=lang, terms=self.terms, rows=rows)

    def _sentences(self, lang: str) -> list[str]:
        top = self.nodes.iloc[0]
        said = [self._finding(top, lang)]
        if self.n_open:
            said.append(
                label(
                    self._open_key(),
                    lang,
                    actual=money(top["actual_to_date"], lang, self.currency),
                    closed=month(self.closed_through, lang),
                    n=self.n_open,
                    rest=money(top["forecast_rest"], lang, self.currency),
                )
            )
            said += self._so_far(lang)
            said.append(self._middle(top, lang))
            known = "landing.calibrated" if self.method == FLOOR else "landing.calibrated_combined"
            key = known if top["calibrated"] else "landing.not_calibrated"
            said.append(label(key, lang, n=f"{int(top['n_draws']):,}"))
        if self.has_target:
            said += self._at_risk(lang)
        return said

    def _open_key(self) -> str:
        """Return the sentence that says how the open months are filled."""
        if self.method != FLOOR:
            return "landing.parts_combined"
        return "landing.parts_mean" if at_mean(self.nodes, self.by) else "landing.parts"

    def _finding(self, top: pd.Series, lang: str) -> str:
        """Say where the top node lands, and whether that is enough."""
        node = titles(self.nodes.head(1), self.by, self.terms, lang)[0]
        text = {"node": node, "span": self.span_text(lang)}
        text["how"] = how(self.nodes, self.by, lang, method=self.method)
        text["landing"] = money(top["landing"], lang, self.currency)
        if self.n_open:
            text["share"] = percent(self.coverage[0], 0)
            for side in ("lo", "hi"):
                text[side] = money(top[bound_name(side, self.coverage[0])], lang, self.currency)
        key = "landing.headline" if self.n_open else "landing.closed"
        if self.has_target and top["target_status"] == "given":
            text["target"] = money(top["target"], lang, self.currency)
            text["chance"] = chance(top["probability"])
            if self.n_open:
                key += "_target"
            else:
                key += "_reached" if top["probability"] == 1 else "_missed"
        return label(key, lang, **text)

    def _so_far(self, lang: str) -> list[str]:
        """Say what the month that is not over has brought so far."""
        if self.so_far is None:
            return []
        rule = "landing.so_far_least" if self.so_far_is_least else "landing.so_far_open"
        rule += "_quarter" if self.so_far_is_least and self.step > 1 else ""
        open_month = self.closed_through + pd.DateOffset(months=1)
        key = "landing.so_far" + ("_quarter" if self.step > 1 else "")
        amount = money(self.so_far, lang, self.currency)
        text = {"month": month(open_month, lang), "amount": amount, "rule": label(rule, lang)}
        return [label(key, lang, **text)]

    def _middle(self, top: pd.Series, lang: str) -> str:
        """Say where half of the draws end: a floor may lie to one side of them."""
        middle = money(top["middle"], lang, self.currency)
        return label("landing.middle", lang, middle=middle)

    def _at_risk(self, lang: str) -> list[str]:
        """Name the nodes below the top whose target is less likely than not."""
        given = self.nodes.iloc[1:].query("target_status == 'given'")
        rows = given[given["probability"] < 0.5]
        if rows.empty:
            return [label("landing.none_at_risk", lang)] if len(given) else []
        worst = rows.sort_values(["gap", "node"], kind="stable").head(5)
        names = titles(worst, self.by, self.terms, lang)
        texts = [
            label(
                "landing.at_risk_item",
                lang,
                node=n,
                gap=money(g, lang, self.currency, signed=True),
                chance=chance(p),
            )
            for n, g, p in zip(names, worst["gap"], worst["probability"], strict=True)
        ]
        joined = label("forecast.semicolon", lang).join(texts)
        return [label("landing.at_risk", lang, n=len(rows), shown=len(worst), items=joined)]


def months_of(
    forecast: "Forecast", year: int | None, span: Sequence[Any] | None
) -> pd.DatetimeIndex:
    """Return the months to land, refusing those nobody knows or forecasts."""
    last_closed = forecast.end_of(forecast.closed_through)
    last_known = forecast.end_of(forecast.ahead()[-1])
    if span is not None:
        named = ends_of(span)
        months, wanted = month_range(named[0], named[-1]), f"span={[str(m) for m in named]}"
    else:
        first = forecast.ahead()[0]
        chosen = forecast.calendar.year_of(first) if year is None else fiscal_year(year)
        months, wanted = forecast.calendar.months(chosen), f"year={chosen}"
    if len(months) and forecast.first_month <= months[-1] <= last_known:
        _require_whole_quarters(forecast, months, wanted)
        return months
    need = _months_between(last_closed, months[-1]) if len(months) else 0
    need = -(-need // forecast.step)
    inside = (
        f"ask for months from {forecast.first_month:%Y-%m} to {last_known:%Y-%m}, first to last"
    )
    raise ContractError(
        f"{wanted} is not covered: figures run from {forecast.first_month:%Y-%m} to "
        f"{last_known:%Y-%m}.",
        where="Forecast.landing",
        fix=f"forecast.panel(..., horizon={need})" if 0 < need * forecast.step <= 24 else inside,
        code="bad-choice",
    )


def _require_whole_quarters(forecast: "Forecast", months: pd.DatetimeIndex, wanted: str) -> None:
    """Refuse a span that cuts a quarter: how much of it falls inside is not known."""
    first = forecast.ahead()[0]
    if _months_between(first, months[0]) % forecast.step or len(months) % forecast.step:
        raise ContractError(
            f"{wanted} cuts a quarter: {months[0]:%Y-%m} to {months[-1]:%Y-%m}, while the "
            f"quarters begin {first:%Y-%m} and every three months.",
            where="Forecast.landing",
            fix="ask for whole quarters; a fiscal year must begin with one",
            code="bad-choice",
        )


def _months_between(start: pd.Timestamp, end: pd.Timestamp) -> int:
    return int((end.year - start.year) * 12 + end.month - start.month)


def land(
    forecast: "Forecast",
    months: pd.DatetimeIndex,
    *,
    target: float | pd.DataFrame | None = None,
) -> Landing:
    """Build the landing of every node over `months`."""
    table = landing_table(forecast, months)
    if target is not None:
        table = with_chances(forecast, months, attach(table, target, forecast.by, months)[0])
    full_year = len(months) == 12 and months[0].month == forecast.calendar.start_month
    name = forecast.calendar.name(forecast.calendar.year_of(months[0])) if full_year else ""
    booked = forecast.so_far.head(1) if forecast.ahead()[0] in months else forecast.so_far.head(0)
    return Landing(
        nodes=table, by=forecast.by, name=name, first=months[0], last=months[-1],
        closed_through=forecast.end_of(forecast.closed_through), step=forecast.step,
        n_open=forecast.step * len(open_steps(forecast, months)),
        coverage=forecast.coverage, method=forecast.method, currency=forecast.currency,
        terms=forecast.terms, so_far=float(booked["value"].iloc[0]) if len(booked) else None,
        so_far_is_least=not len(booked) or float(booked["least"].iloc[0]) >= 0,
    )  # fmt: skip


def chances(
    forecast: "Forecast", months: pd.DatetimeIndex, targets: float | pd.DataFrame
) -> pd.DataFrame:
    """Return target, landing and probability of every target, in order of the forecast's nodes."""
    table, strangers = attach(landing_table(forecast, months), targets, forecast.by, months)
    table = with_chances(forecast, months, table[table["target_status"] == "given"])
    columns = ["level", *forecast.by, "node", "target", "landing", "probability", "status"]
    if strangers.empty:
        return table[columns].reset_index(drop=True)
    empty = strangers.assign(landing=float("nan"), probability=float("nan"), status="no_history")
    both = pd.concat([table[columns], empty[columns]], ignore_index=True)
    return both.astype({"status": "str"})
