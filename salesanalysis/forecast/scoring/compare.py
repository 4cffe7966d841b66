"""Whether one method is better than another, or chance could have made the difference."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from salesanalysis.errors import ReconciliationError
from salesanalysis.forecast.tree import Floats
from salesanalysis.labels import Terms, count, exact, has_label, label
from salesanalysis.results import Result

#: Fewer branches than this say nothing about others like them.
MIN_BRANCHES = 5
#: The lower and upper 95 % bound of a difference, one-sided each.
TAILS = (0.05, 0.95)
MEASURES = ("owa", "mase")
PARTS = {"owa": (("smape", "naive2_smape"), ("mase", "naive2_mase")), "mase": (("mase", None),)}


@dataclass(frozen=True, eq=False)
class Comparison(Result):
    """Two methods on the same series: the difference and what chance makes of it.

    Attributes
    ----------
    figures : DataFrame, one row per measure (``owa``, ``mase``)
        ``measure``, ``error_first``, ``error_second``, ``difference`` (first minus second; below
        0: the first is better), ``low``, ``high`` (its 95 % bounds, each side by
        itself; empty where ``status`` is ``too_few``), ``status``.
    first, second : str, the methods
    measure : str
        The measure that decides: ``mase`` where months at or below 0 make percentages
        meaningless, else ``owa``.
    level : str
    n_branches, n_draws : int
    """

    figures: pd.DataFrame
    first: str
    second: str
    measure: str
    level: str
    n_branches: int
    n_draws: int
    seed: int
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Keep our own copy; refuse a difference that is not one."""
        figures = self.figures.copy()
        gap = figures["error_first"] - figures["error_second"] - figures["difference"]
        if not (gap.abs().fillna(0) < 1e-9).all():
            raise ReconciliationError(
                "A difference is not the first error minus the second.",
                where=f"comparison of {self.first} and {self.second}",
                fix="this is a defect or a tampered table: please report it with the input",
                code="does-not-add-up",
            )
        object.__setattr__(self, "figures", figures)

    @property
    def better(self) -> str:
        """The method shown to be better; empty where none is."""
        row = self.figures.set_index("measure").loc[self.measure]
        if row["high"] < 0:
            return self.first
        return self.second if row["low"] > 0 else ""

    def to_frame(self) -> pd.DataFrame:
        """Return one row per measure; a copy."""
        return self.figures.copy()

    def _sentences(self, lang: str) -> list[str]:
        return [capital(text) for text in self._told(lang)]

    def _told(self, lang: str) -> list[str]:
        """Say which is better, or that no difference is shown, and the bounds."""
        row = self.figures.set_index("measure").loc[self.measure]
        names = [method_name(m, lang) for m in (self.first, self.second)]
        words = {"measure": label(f"measure.{self.measure}", lang), "n": count(self.n_branches)}
        if row["status"] == "too_few":
            return [
                label("comparison.too_few", lang, a=names[0], b=names[1], **words),
                label("comparison.why_few", lang, n=count(MIN_BRANCHES)),
            ]
        first, second = (row["error_first"], row["error_second"])
        if self.better == self.second:
            names, (first, second) = names[::-1], (second, first)
        key = "comparison.better" if self.better else "comparison.none"
        shown = {"a": names[0], "b": names[1], "x": exact(first, 3), "y": exact(second, 3)}
        return [
            label(key, lang, **shown, **words),
            label(
                "comparison.bounds", lang, low=_signed(row["low"]), high=_signed(row["high"]),
                a=method_name(self.first, lang), b=method_name(self.second, lang),
                draws=count(self.n_draws),
            ),
        ]  # fmt: skip


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else ''}{exact(value, 3)}"


def capital(text: str) -> str:
    """Return the sentence with a capital in front: it may begin with a method's name."""
    return text[:1].upper() + text[1:]


def method_name(method: str, lang: str) -> str:
    """Return how a method is called; a function of the user by its own name."""
    return label(f"method.{method}", lang) if has_label(f"method.{method}") else method


def compare(
    scores: pd.DataFrame, first: str, second: str, *, draws: int, seed: int
) -> tuple[pd.DataFrame, int]:
    """Compare two methods by resampling branches, the same draws for both.

    Parameters
    ----------
    scores : DataFrame
        Rows of one level: ``method``, ``branch``, scores.
    first, second : str
    draws, seed : int

    Returns
    -------
    figures : DataFrame
    n_branches : int

    Notes
    -----
    All nodes below a branch and all its origins are drawn together: they share their shocks.
    """
    names = sorted(scores["branch"].unique())
    sums = {m: _branch_sums(scores[scores["method"] == m], names) for m in (first, second)}
    weights = _weights(len(names), draws, seed)
    whole = np.ones((1, len(names)))
    enough = len(names) >= MIN_BRANCHES
    rows = []
    for measure in MEASURES:
        a, b = (float(_measure(sums[m], whole, measure)[0]) for m in (first, second))
        gaps = _measure(sums[first], weights, measure) - _measure(sums[second], weights, measure)
        known = enough and bool(np.isfinite(gaps).any())
        low, high = np.nanquantile(gaps, TAILS) if known else (np.nan, np.nan)
        rows.append((measure, a, b, a - b, low, high, "ok" if known else "too_few"))
    columns = ["measure", "error_first", "error_second", "difference", "low", "high", "status"]
    table = pd.DataFrame(rows, columns=columns)
    return table.astype({"measure": "str", "status": "str"}), len(names)


def _weights(n: int, draws: int, seed: int) -> Floats:
    """Return how often each branch is drawn, shape (draws, n)."""
    drawn = np.random.default_rng(seed).integers(0, n, (draws, n))
    flat = (drawn + np.arange(draws)[:, None] * n).ravel()
    counts = np.bincount(flat, minlength=draws * n).reshape(draws, n)
    return np.asarray(counts, dtype=np.float64)


def _branch_sums(scores: pd.DataFrame, names: list[str]) -> dict[str, Floats]:
    """Return sums and counts per branch of every score that a measure needs."""
    columns = ["smape", "mase", "naive2_smape", "naive2_mase"]
    groups = scores.groupby("branch")[columns]
    sums, counts = (frame.reindex(names) for frame in (groups.sum(), groups.count()))
    return {
        **{c: sums[c].to_numpy(dtype="float64") for c in columns},
        **{f"n_{c}": counts[c].to_numpy(dtype="float64") for c in columns},
    }


def _measure(sums: dict[str, Floats], weights: Floats, measure: str) -> Floats:
    """Return a measure for each row of weights, shape (draws,)."""

    def mean(column: str) -> Floats:
        total, n = weights @ sums[column], weights @ sums[f"n_{column}"]
        return np.asarray(np.divide(total, n, out=np.full(len(total), np.nan), where=n > 0))

    terms = []
    for column, simple in PARTS[measure]:
        below = mean(simple) if simple else np.ones(len(weights))
        value = mean(column)
        terms.append(np.divide(value, below, out=np.full(len(value), np.nan), where=below > 0))
    out: Floats = np.mean(terms, axis=0)
    return out
