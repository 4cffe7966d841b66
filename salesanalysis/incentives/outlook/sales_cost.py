"""Pay per unit of sales: for the company and by region."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from salesanalysis.errors import require_columns, require_rows
from salesanalysis.incentives.outlook.tables import Simulated, about, column, quantile
from salesanalysis.labels import Terms, count, label, percent
from salesanalysis.results import Result, require_adds_up

SHARES = ("low_share", "middle_share", "high_share")
COLUMNS = ("level", "region", "sold", "pay", "cost_share", *SHARES, "n_without_sales", "status")


@dataclass(frozen=True, eq=False)
class CostOfSales(Result):
    """Pay over sales, a ratio of sums per draw.

    Attributes
    ----------
    frame : DataFrame, the company first, then one row per region, by name
        ``level`` (company, region), ``region`` (empty for the company), ``sold``, ``pay``
        (currency, mean over draws), ``cost_share`` (their ratio: all draws together),
        ``low_share``, ``middle_share``, ``high_share`` (P5, P50, P95 of pay / sales per draw),
        ``n_without_sales`` (draws without sales above 0, left out of the quantiles), ``status``
        (estimated, nothing_sold).
    """

    frame: pd.DataFrame
    plan_title: dict[str, str]
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Refuse regions whose pay does not add up to the company's."""
        require_columns(self.frame, list(COLUMNS), name="cost of sales")
        object.__setattr__(self, "frame", self.frame.copy())
        total = float(self.frame["pay"].iloc[0])
        if len(self.frame) > 1:
            unit = max(0.01, 1e-9 * abs(total))  # sums in another order
            require_adds_up(self.frame["pay"].iloc[1:], total, what="Pay of regions", unit=unit)

    def to_frame(self) -> pd.DataFrame:
        """Return the company and its regions."""
        return self.frame.copy()

    def regions(self) -> pd.DataFrame:
        """Return the regions with sales, dearest first, ties by name."""
        rows = self.frame[(self.frame["level"] == "region") & (self.frame["status"] == "estimated")]
        return rows.sort_values(["cost_share", "region"], ascending=[False, True])

    def _sentences(self, lang: str) -> list[str]:
        whole, title = self.frame.iloc[0], self.plan_title[lang]
        if whole["status"] == "nothing_sold":
            return [label("outlook.sales.none", lang, title=title)]
        share, low, high = (percent(whole[c], 2) for c in ("cost_share", "low_share", "high_share"))
        texts = {"title": title, "share": share, "low": low, "high": high}
        said = [label("outlook.sales.headline", lang, **texts)]
        rows = self.regions()
        if len(rows) > 1:
            ends = {"top": rows.iloc[0], "bottom": rows.iloc[-1]}
            texts = {k: self.terms.show("region", r["region"], lang) for k, r in ends.items()}
            texts |= {f"{k}_share": percent(r["cost_share"], 2) for k, r in ends.items()}
            said.append(label("outlook.sales.regions", lang, n=count(len(rows)), **texts))
        if whole["n_without_sales"]:
            said.append(label("outlook.sales.left", lang, n=count(whole["n_without_sales"])))
        return said


def cost_of_sales(simulation: Simulated) -> CostOfSales:
    """Return pay over sales for the company and by region: sums first, then the ratio.

    Means are over all draws; the quantiles of regions over the draws that are kept by region.

    Raises
    ------
    ContractError
        A simulation without draws.
    ReconciliationError
        Regions that do not add up to the company, on average or in a draw.
    """
    require_rows(simulation.draws, name="draws")
    people, regions = simulation.people, simulation.regions
    rows = [_row("company", "", people, simulation.draws)]
    if len(regions):
        _check(simulation.draws, regions)
        if len(set(people["region"])) > 1:
            for name, part in regions.groupby("region", sort=True):
                rows.append(_row("region", str(name), people[people["region"] == name], part))
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return CostOfSales(frame.astype(dict.fromkeys(("level", "region", "status"), "str")),
                       **about(simulation))  # fmt: skip


def _check(draws: pd.DataFrame, regions: pd.DataFrame) -> None:
    """Refuse regions that miss some pay or sales of a draw."""
    sums = regions.groupby("draw")[["sales", "pay"]].sum()
    whole = draws.set_index("draw").reindex(sums.index)
    for name in ("sales", "pay"):
        parts, total = column(sums, name), column(whole, name)
        worst = int(np.argmax(np.abs(np.nan_to_num(total - parts, nan=np.inf))))
        unit = max(0.01, 1e-9 * abs(float(total[worst])))  # sums in another order
        what = f"Regions' {name} of a draw"
        require_adds_up(pd.Series(parts[[worst]]), float(total[worst]), what=what, unit=unit)


def _row(level: str, region: str, people: pd.DataFrame, part: pd.DataFrame) -> tuple[object, ...]:
    """Return one row: means of all draws from people, quantiles from draws."""
    mean_sales, mean_pay = (float(people[f"{n}_mean"].sum()) for n in ("sales", "pay"))
    sales, pay = column(part, "sales"), column(part, "pay")
    some = sales > 0
    left = int((~some).sum())
    if not some.any() or mean_sales <= 0:
        return level, region, mean_sales, mean_pay, *[float("nan")] * 4, left, "nothing_sold"
    ratio = pay[some] / sales[some]
    shares = [quantile(ratio, q) for q in (0.05, 0.5, 0.95)]
    total = mean_pay / mean_sales
    return level, region, mean_sales, mean_pay, total, *shares, left, "estimated"
