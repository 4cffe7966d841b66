"""What a plan costs if the company lands at 80, 90, 100, 110 or 120 % of quota."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from salesanalysis.errors import require_columns, require_rows
from salesanalysis.incentives.outlook.tables import Floats, Simulated, about, column
from salesanalysis.labels import Terms, count, label, money, percent
from salesanalysis.results import Result

COLUMNS = (
    "company_share",
    "amount",
    "low_amount",
    "high_amount",
    "cost_share",
    "n_draws",
    "status",
)
RESULTS = (0.8, 0.9, 1.0, 1.1, 1.2)
#: Fewer draws than this near a result say nothing about it.
FEWEST = 50


@dataclass(frozen=True, eq=False)
class CostAtResult(Result):
    """The expected cost at results of the whole company.

    Attributes
    ----------
    frame : DataFrame, one row per result of the company
        ``company_share`` (sales over quotas, ratio), ``amount``, ``low_amount``, ``high_amount``
        (currency, 95 % interval of the mean), ``cost_share`` (over the sales at that result),
        ``n_draws`` (used), ``status``: ``from_draws`` (local line through the draws near the
        result), ``shifted`` (too few draws there: everybody's results moved alike until the
        company lands at it on average), ``beyond_draws`` (no figure).
    quota : float, currency, of everybody over the horizon
    width : float, half width of the window of draws, ratio
    """

    frame: pd.DataFrame
    quota: float
    width: float
    plan_title: dict[str, str]
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Keep an ordered copy."""
        require_columns(self.frame, list(COLUMNS), name="cost at results")
        frame = self.frame.sort_values("company_share", ignore_index=True)
        object.__setattr__(self, "frame", frame)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per result of the company."""
        return self.frame.copy()

    def known(self) -> pd.DataFrame:
        """Return the results there is a figure for."""
        return self.frame[self.frame["status"] != "beyond_draws"]

    def _sentences(self, lang: str) -> list[str]:
        known, title = self.known(), self.plan_title[lang]
        if known.empty:
            return [label("outlook.at.none", lang, title=title)]
        ends = [known.iloc[0], known.iloc[-1]]
        texts = {
            f"{k}_{i}": v
            for i, row in enumerate(ends)
            for k, v in (
                ("at", percent(row["company_share"], 0)),
                ("cost", money(row["amount"], lang, self.currency)),
            )
        }
        one = ".one" if len(known) == 1 else ""
        said = [label(f"outlook.at.headline{one}", lang, title=title, **texts)]
        for status in ("from_draws", "shifted", "beyond_draws"):
            rows = self.frame[self.frame["status"] == status]
            if len(rows):
                comma = ", " if lang == "en" else "、"
                names = comma.join(percent(c, 0) for c in rows["company_share"])
                width, fewest = percent(self.width), count(FEWEST)
                key = f"outlook.at.{status}"
                said.append(label(key, lang, results=names, width=width, fewest=fewest))
        return said


def cost_at_result(
    simulation: Simulated,
    results: Sequence[float] = RESULTS,
    *,
    shifted: Mapping[float, Simulated] | None = None,
) -> CostAtResult:
    """Return the expected cost given the result of the company.

    A local line (weights of Epanechnikov, window +- 2.12 x sd x n^(-1/5)) through cost over
    company result; where fewer than 50 draws lie in the window, or the result lies beyond every
    draw, the mean of a simulation in `shifted`, where there is one.

    Parameters
    ----------
    simulation : Simulation
    results : sequence of float, sales of the company over its quotas
    shifted : mapping, result -> a Simulation whose company result is that on average, optional

    Raises
    ------
    ContractError
        A simulation without draws.

    References
    ----------
    Fan, J. and Gijbels, I. (1996), Local Polynomial Modelling and Its Applications, section 3.2.
    """
    require_rows(simulation.draws, name="draws")
    x, y = column(simulation.draws, "attainment"), column(simulation.draws, "pay")
    quota = float(simulation.people["quota"].sum())
    width = 2.12 * float(x.std()) * len(x) ** -0.2
    rows = []
    for at in results:
        found = _local(x, y, at, width)
        if found is None and shifted and at in shifted:
            found = _whole(column(shifted[at].draws, "pay"))
            status = "shifted"
        else:
            status = "from_draws" if found else "beyond_draws"
        mean, error, n = found or (float("nan"), float("nan"), 0)
        sales = at * quota
        share = mean / sales if sales > 0 else float("nan")
        rows.append((at, mean, mean - 1.96 * error, mean + 1.96 * error, share, n, status))
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"status": "str"})
    return CostAtResult(frame, quota, width, **about(simulation))


def _local(x: Floats, y: Floats, at: float, width: float) -> tuple[float, float, int] | None:
    """Return the height of a local line at `at`, its standard error and the draws used."""
    if width <= 0 or not x.min() <= at <= x.max():
        return None
    d = (x - at) / width
    near = np.abs(d) < 1
    n = int(near.sum())
    if n < FEWEST:
        return None
    w, t, v = 1 - d[near] ** 2, x[near] - at, y[near]
    s0, s1, s2 = (float((w * t**k).sum()) for k in range(3))
    row = w * (s2 - s1 * t) / (s0 * s2 - s1**2)  # weights of the estimate, sum 1
    height = float(row @ v)
    slope = float((w * (s0 * t - s1)) @ v) / (s0 * s2 - s1**2)
    rest = v - height - slope * t
    return height, float(np.sqrt((row**2) @ rest**2)), n


def _whole(pay: Floats) -> tuple[float, float, int]:
    """Return the mean of all draws, its standard error and their number."""
    error = float(pay.std(ddof=1)) / len(pay) ** 0.5 if len(pay) > 1 else float("nan")
    return float(pay.mean()), error, len(pay)
