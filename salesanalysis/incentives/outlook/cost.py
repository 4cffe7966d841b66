"""What a plan costs, as a distribution: mean, tails, budget overrun."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from salesanalysis.errors import require_columns, require_rows
from salesanalysis.incentives.outlook.tables import (
    Simulated,
    about,
    column,
    quantile,
    quantile_bounds,
    require_amount,
    tail_mean,
)
from salesanalysis.labels import Terms, chance, count, exact, label, money, percent, unit_of
from salesanalysis.results import Result, require_adds_up

COLUMNS = ("statistic", "amount", "low_amount", "high_amount", "noise_share", "status")
QUANTILES = {"p5": 0.05, "p50": 0.50, "p95": 0.95}
#: Bars of the picture.
BINS = 40


@dataclass(frozen=True, eq=False)
class CostDistribution(Result):
    """Pay of everybody over the horizon, as a distribution over draws.

    Attributes
    ----------
    frame : DataFrame, one row per statistic
        ``statistic`` (mean, p5, p50, p95, cvar95: the mean of the worst twentieth), ``amount``,
        ``low_amount``, ``high_amount`` (currency; 95 % interval: order statistics for quantiles,
        mean +- 1.96 standard errors for the mean, empty for cvar95), ``noise_share`` (width of
        that interval over the span from P5 to P95: how much of the uncertainty is noise of the
        simulation), ``status`` (exact_interval, normal_interval, no_interval, too_few_draws).
    bins : DataFrame, one row per bar: ``start``, ``end`` (currency), ``n_draws``
    budget : float or None, currency
    over_probability : float or None, share of draws above the budget
    over_amount : float or None, currency, mean overrun of the draws above the budget
    n_draws, n_periods, n_people : int
    """

    frame: pd.DataFrame
    bins: pd.DataFrame
    budget: float | None
    over_probability: float | None
    over_amount: float | None
    n_draws: int
    n_periods: int
    n_people: int
    plan_title: dict[str, str]
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Refuse bars that do not hold every draw."""
        require_columns(self.frame, list(COLUMNS), name="cost")
        object.__setattr__(self, "frame", self.frame.copy())
        object.__setattr__(self, "bins", self.bins.copy())
        require_adds_up(self.bins["n_draws"], self.n_draws, what="Draws of the bars")

    def to_frame(self) -> pd.DataFrame:
        """Return one row per statistic."""
        return self.frame.copy()

    def value(self, statistic: str) -> float:
        """Return one statistic: mean, p5, p50, p95 or cvar95."""
        return float(self.frame.set_index("statistic").loc[statistic, "amount"])

    def _money(self, value: float, lang: str) -> str:
        return money(value, lang, self.currency)

    def _ends(self, low: float, high: float, lang: str) -> tuple[str, str]:
        """Write both ends of an interval, in full where they read the same in brief."""
        brief = self._money(low, lang), self._money(high, lang)
        if brief[0] != brief[1]:
            return brief
        unit = (" " if lang == "en" else "") + unit_of(self.currency, lang)
        return f"{exact(low, 0)}{unit}", f"{exact(high, 0)}{unit}"

    def _sentences(self, lang: str) -> list[str]:
        values = {s: self._money(self.value(s), lang) for s in self.frame["statistic"]}
        title = self.plan_title[lang]
        if len(self.bins) == 1:
            said = [label("outlook.cost.same", lang, title=title, **values) + self._over(lang)]
        else:
            said = [label("outlook.cost.headline", lang, title=title, **values) + self._over(lang)]
            said.append(label("outlook.cost.span", lang, **values))
        if self.over_amount:
            said.append(
                label("outlook.cost.overrun", lang, amount=self._money(self.over_amount, lang))
            )
        top = self.frame.set_index("statistic").loc["p95"]
        if top["status"] == "too_few_draws":
            said.append(label("outlook.cost.few", lang, n=count(self.n_draws)))
        elif top["high_amount"] > top["low_amount"]:
            low, high = self._ends(top["low_amount"], top["high_amount"], lang)
            noise = percent(top["noise_share"])
            said.append(label("outlook.cost.noise", lang, low=low, high=high, noise=noise))
        sizes = {"draws": self.n_draws, "people": self.n_people, "periods": self.n_periods}
        said.append(label("outlook.made_of", lang, **{k: count(v) for k, v in sizes.items()}))
        return said

    def _over(self, lang: str) -> str:
        if self.budget is None or self.over_probability is None:
            return ""
        budget = self._money(self.budget, lang)
        return label("outlook.cost.over", lang, budget=budget, p=chance(self.over_probability))


def cost_distribution(simulation: Simulated, budget: float | None = None) -> CostDistribution:
    """Return what a plan costs over the horizon: mean, P5, P50, P95, tail, budget overrun.

    Parameters
    ----------
    simulation : Simulation
    budget : float, optional, currency for the whole horizon, 0 or above

    Returns
    -------
    CostDistribution
        Quantiles are draws that happened (the smallest cost that the share of draws does not
        exceed); their intervals are by order statistics, without any distribution assumed.

    Raises
    ------
    ContractError
        A negative or infinite budget; a simulation without draws.
    """
    require_amount(budget, "budget", zero=True, fix="give the budget of the horizon in currency")
    require_rows(simulation.draws, name="draws")
    pay = column(simulation.draws, "pay")
    over = np.maximum(pay - budget, 0.0)[pay > budget] if budget is not None else np.empty(0)
    return CostDistribution(
        statistics(pay),
        histogram(pay),
        None if budget is None else float(budget),
        None if budget is None else len(over) / len(pay),
        float(over.mean()) if len(over) else None if budget is None else 0.0,
        len(pay),
        simulation.n_periods,
        len(simulation.people),
        **about(simulation),
    )


def statistics(pay: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> pd.DataFrame:
    """Return mean, quantiles and tail mean of the cost with their intervals."""
    error = 1.96 * float(pay.std(ddof=1)) / len(pay) ** 0.5 if len(pay) > 1 else float("nan")
    mean = float(pay.mean())
    few = "normal_interval" if len(pay) > 1 else "too_few_draws"
    rows: list[tuple[str, float, float, float, str]] = [
        ("mean", mean, mean - error, mean + error, few)
    ]
    for name, q in QUANTILES.items():
        bounds = quantile_bounds(pay, q)
        low, high = bounds or (float("nan"), float("nan"))
        status = "exact_interval" if bounds else "too_few_draws"
        rows.append((name, quantile(pay, q), low, high, status))
    rows.append(("cvar95", tail_mean(pay), float("nan"), float("nan"), "no_interval"))
    frame = pd.DataFrame(rows, columns=[c for c in COLUMNS if c != "noise_share"])
    span = frame["amount"].iloc[3] - frame["amount"].iloc[1]
    width = frame["high_amount"] - frame["low_amount"]
    frame["noise_share"] = width / span if span > 0 else width.where(width.isna(), 0.0)
    return frame[list(COLUMNS)].astype({"statistic": "str", "status": "str"})


def histogram(values: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> pd.DataFrame:
    """Return bars of equal width that hold every draw; one bar where all are equal."""
    low, high = float(values.min()), float(values.max())
    flat = high - low <= 1e-9 * max(abs(low), abs(high))
    bins = 1 if flat else min(BINS, max(5, int(len(values) ** 0.5)))
    half = max(0.5, 0.005 * abs(low))
    n, edges = np.histogram(values, bins, range=(low - half, high + half) if flat else None)
    return pd.DataFrame({"start": edges[:-1], "end": edges[1:], "n_draws": n})
