"""The floor, measured: errors and coverage of a method at earlier origins, by level."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.forecast.engine import panel as forecast_panel
from salesanalysis.labels import Terms, count, exact, label, percent
from salesanalysis.panel import Panel
from salesanalysis.results import Result


@dataclass(frozen=True, eq=False)
class Backtest(Result):
    """Errors by level at earlier origins; intervals made only from months before each.

    Attributes
    ----------
    levels : DataFrame, one row per level
        ``level``, ``n_nodes``, ``n_origins``, ``mase`` (1 = the node's mean change from last
        year), ``wape_share``, ``bias_growth``, ``n_checked``, ``covered80_share`` ...,
        ``status`` (``not_checked`` where too few months lay before every origin).
    method : str
    horizon : int, months
    """

    levels: pd.DataFrame
    method: str
    horizon: int
    coverage: tuple[float, ...]
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Keep our own copy."""
        object.__setattr__(self, "levels", self.levels.copy())

    def to_frame(self) -> pd.DataFrame:
        """Return one row per level; a copy."""
        return self.levels.copy()

    def _sentences(self, lang: str) -> list[str]:
        leaf = self.levels.iloc[-1]
        said = [
            label(
                "backtest.headline", lang, mase=exact(leaf["mase"]),
                wape=percent(leaf["wape_share"]), n=count(leaf["n_origins"]),
            )
        ]  # fmt: skip
        for share in self.coverage:
            held = leaf[f"covered{100 * share:g}_share"]
            if leaf["n_checked"]:
                said.append(
                    label(
                        "backtest.covered", lang, asked=percent(share, 0), held=percent(held),
                        n=count(leaf["n_checked"]),
                    )
                )  # fmt: skip
        return said if leaf["n_checked"] else [*said, label("forecast.not_checked", lang)]


def backtest(
    panel: Panel,
    horizon: int = 6,
    *,
    method: str = "seasonal_naive",
    coverage: Sequence[float] = (0.80, 0.95),
) -> Backtest:
    """Score `method` on the panel's own past.

    Parameters
    ----------
    panel : Panel
    horizon : int, months
    method : str
    coverage : sequence of float

    Returns
    -------
    Backtest
        Every origin from a year and a half of history on counts for the errors; the latest 12
        for the coverage, each with intervals made only from months before it.

    Raises
    ------
    ContractError
        A history too short for one origin.

    References
    ----------
    Hyndman, R. J. and Koehler, A. B. (2006). Int. J. Forecasting 22(4), 679-688.

    Examples
    --------
    >>> months = pd.date_range("2021-01-01", periods=36, freq="MS")
    >>> sales = pd.DataFrame({"period": months, "value": [100.0 + 10 * m.year for m in months]})
    >>> backtest(Panel.of(sales, by=[]), horizon=3).to_frame()["mase"].tolist()
    [1.0]
    """
    done = forecast_panel(panel, horizon, method=method, coverage=coverage)
    if not done.n_origins:
        raise ContractError(
            f"The panel has {len(panel.months())} closed months: no origin has a year before it "
            "and a month after it.",
            where="forecast.backtest(panel)",
            fix="give at least 14 closed months",
            code="empty-table",
        )
    return Backtest(
        levels=done.accuracy, method=method, horizon=horizon, coverage=done.coverage,
        currency=panel.currency, terms=panel.terms,
    )  # fmt: skip
