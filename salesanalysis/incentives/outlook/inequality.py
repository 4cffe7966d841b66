"""How unequal pay is: Gini, the share of the top tenth, the Lorenz curve."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_rows
from salesanalysis.incentives.outlook.tables import Floats, Simulated, about, column, quantile
from salesanalysis.labels import Terms, count, label, money, percent
from salesanalysis.results import Result

COLUMNS = ("measured_on", "gini", "low_gini", "high_gini", "top_share", "n_top", "status")
MEASURES = ("pay", "sales", "quota")
NEGATIVE = ("salesperson", "n_draws", "amount")


@dataclass(frozen=True, eq=False)
class Inequality(Result):
    """How pay spreads over people within one year, beside sales and quotas.

    Attributes
    ----------
    frame : DataFrame, rows pay, sales, quota
        ``measured_on``, ``gini`` (mean over draws), ``low_gini``, ``high_gini`` (P5 and P95 over
        draws), ``top_share`` (what the best tenth of people gets, mean), ``n_top`` (people in
        it), ``status`` (estimated, nothing_there).
    lorenz : DataFrame, from nobody to everybody, poorest first
        ``people_share``, ``pay``, ``sales`` (their share, mean over draws).
    negatives : DataFrame, one row per person with pay below 0, by name
        ``salesperson``, ``n_draws`` (years), ``amount`` (currency, mean of these years). They
        are in none of the figures above.
    n_people, n_years : int
    """

    frame: pd.DataFrame
    lorenz: pd.DataFrame
    negatives: pd.DataFrame
    n_people: int
    n_years: int
    plan_title: dict[str, str]
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Keep copies."""
        require_columns(self.frame, list(COLUMNS), name="inequality")
        for name in ("frame", "lorenz", "negatives"):
            object.__setattr__(self, name, getattr(self, name).copy())

    def to_frame(self) -> pd.DataFrame:
        """Return the inequality of pay, sales and quotas."""
        return self.frame.copy()

    def _sentences(self, lang: str) -> list[str]:
        rows = self.frame.set_index("measured_on")
        pay, sales, title = rows.loc["pay"], rows.loc["sales"], self.plan_title[lang]
        if pay["status"] != "estimated":
            said = [label("outlook.gini.nothing", lang, title=title)]
        else:
            texts = {"gini": f"{pay['gini']:.2f}", "top": percent(pay["top_share"])}
            n_top = count(pay["n_top"])
            said = [
                label(
                    "outlook.gini.headline",
                    lang,
                    title=title,
                    n=n_top,
                    of=count(self.n_people),
                    **texts,
                )
            ]
            if sales["status"] == "estimated":
                wider = float(pay["gini"]) - float(sales["gini"])
                kind = "wider" if wider > 0.005 else "narrower" if wider < -0.005 else "alike"
                texts = {"pay": f"{pay['gini']:.2f}", "sales": f"{sales['gini']:.2f}"}
                said.append(label(f"outlook.gini.{kind}", lang, **texts))
        return said + self._below(lang)

    def _below(self, lang: str) -> list[str]:
        if self.negatives.empty:
            return []
        worst = self.negatives.loc[self.negatives["amount"].idxmin()]
        name = self.terms.show("salesperson", str(worst["salesperson"]), lang)
        amount = money(float(worst["amount"]), lang, self.currency)
        n = count(len(self.negatives))
        return [label("outlook.gini.negative", lang, n=n, name=name, amount=amount)]


def gini(values: Sequence[float] | Floats) -> float:
    """Return the Gini coefficient: sum of abs(x_i - x_j) over 2 n^2 mean.

    Parameters
    ----------
    values : sequence of float, none below 0, their sum above 0

    Raises
    ------
    ContractError
        Values below 0 or empty, or nothing to share.

    References
    ----------
    Gini, C. (1912), Variabilita e mutabilita; here without the correction n / (n - 1).

    Examples
    --------
    >>> gini([0, 0, 0, 1]), gini([5, 5])
    (0.75, 0.0)
    """
    x = np.asarray(values, "float64").reshape(1, -1)
    if x.size == 0 or not np.isfinite(x).all() or (x < 0).any() or x.sum() <= 0:
        raise ContractError(
            "a Gini coefficient needs values of 0 or above with a sum above 0.",
            where=f"gini(values), {x.size} values",
            fix="list negative or empty values apart, and leave them out here",
        )
    return float(_ginis(x)[0])


def lorenz(values: Sequence[float] | Floats) -> pd.DataFrame:
    """Return the Lorenz curve: ``people_share``, ``share``, from (0, 0) to (1, 1).

    Raises
    ------
    ContractError
        As in `gini`.

    Examples
    --------
    >>> lorenz([3, 1]).to_numpy().tolist()
    [[0.0, 0.0], [0.5, 0.25], [1.0, 1.0]]
    """
    gini(values)
    x = np.sort(np.asarray(values, "float64"))
    share = np.concatenate([[0.0], np.cumsum(x) / x.sum()])
    return pd.DataFrame({"people_share": np.linspace(0.0, 1.0, len(x) + 1), "share": share})


def inequality(simulation: Simulated) -> Inequality:
    """Return how pay of one simulated year spreads over people, year by year, then averaged.

    Expected pay would hide it: people with equal quotas expect the same and get different pay.

    Raises
    ------
    ContractError
        A simulation without a sample, or one that misses people in some draws.
    """
    blocks = {name: _block(simulation, name) for name in MEASURES}
    years, people = blocks["pay"].shape
    rows = [(name, *_row(block)) for name, block in blocks.items()]
    steps = np.linspace(0.0, 1.0, min(people, 100) + 1)
    curves = {name: _curve(blocks[name], steps) for name in ("pay", "sales")}
    return Inequality(
        pd.DataFrame(rows, columns=list(COLUMNS)).astype({"measured_on": "str", "status": "str"}),
        pd.DataFrame({"people_share": steps, **curves}),
        _negatives(simulation.sample),
        people,
        years,
        **about(simulation),
    )


def _block(simulation: Simulated, name: str) -> Floats:
    """Return the sample as draws x people."""
    sample = simulation.sample
    require_rows(sample, name="sample")
    n = sample["salesperson"].nunique()
    if len(sample) != n * sample["draw"].nunique():
        raise ContractError(
            f"{len(sample)} rows of the sample are no whole draws of {n} people.",
            where="simulation.sample",
            fix="give every person in every draw of the sample",
        )
    ordered = sample.sort_values(["draw", "salesperson"], kind="stable")
    return column(ordered, name).reshape(-1, n)


def _row(block: Floats) -> tuple[float, float, float, float, int, str]:
    """Return the inequality of one measure, averaged over the draws that have some of it."""
    kept = block[np.maximum(block, 0.0).sum(axis=1) > 0]
    top = -(-block.shape[1] // 10)
    if not len(kept):
        nan = float("nan")
        return nan, nan, nan, nan, top, "nothing_there"
    each = _ginis(kept)
    sizes = np.maximum(np.sort(kept, axis=1), 0.0)
    share = float((sizes[:, -top:].sum(axis=1) / sizes.sum(axis=1)).mean())
    return float(each.mean()), quantile(each, 0.05), quantile(each, 0.95), share, top, "estimated"


def _ginis(block: Floats) -> Floats:
    """Return the Gini of every row; values below 0 are no part of their row.

    By ranks: sum of (2 i - n - 1) x_i over n times the sum, x sorted upwards.
    """
    x = np.sort(block, axis=1)
    below = (x < 0).sum(axis=1, keepdims=True)
    rank = np.arange(1, x.shape[1] + 1) - below
    n = x.shape[1] - below
    x = np.maximum(x, 0.0)
    out: Floats = ((2 * rank - n - 1) * x).sum(axis=1) / (n[:, 0] * x.sum(axis=1))
    np.maximum(out, 0.0, out=out)
    return out


def _curve(block: Floats, steps: Floats) -> Floats:
    """Return the mean Lorenz curve at shares of people; all alike where there is nothing.

    Values below 0 are no part of their row: rows are taken together by how many they have.
    """
    x = np.sort(block, axis=1)
    x = x[np.maximum(x, 0.0).sum(axis=1) > 0]
    if not len(x):
        return steps.copy()
    below, total = (x < 0).sum(axis=1), np.zeros(len(steps))
    for k in np.unique(below):
        part = x[below == k][:, k:]
        shares = (np.cumsum(part, axis=1) / part.sum(axis=1, keepdims=True)).mean(axis=0)
        people = np.linspace(0.0, 1.0, part.shape[1] + 1)
        total += len(part) * np.interp(steps, people, np.concatenate([[0.0], shares]))
    return total / len(x)


def _negatives(sample: pd.DataFrame) -> pd.DataFrame:
    """Return the people with pay below 0."""
    below = sample[sample["pay"] < 0]
    if below.empty:
        empty = {"salesperson": "str", "n_draws": "int64", "amount": "float64"}
        return pd.DataFrame({n: pd.Series(dtype=t) for n, t in empty.items()})
    found = below.groupby("salesperson", as_index=False).agg(
        n_draws=("pay", "size"), amount=("pay", "mean")
    )
    return found[list(NEGATIVE)]
