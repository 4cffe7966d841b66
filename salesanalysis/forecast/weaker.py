"""Where the same month last year was the better forecast so far."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from salesanalysis.forecast.wording import listed, titles
from salesanalysis.labels import Terms, count, label
from salesanalysis.results import Result, Table

if TYPE_CHECKING:
    from salesanalysis.forecast.result import Forecast


@dataclass(frozen=True, eq=False)
class AgainstNaive(Result):
    """Each node's error at earlier origins in units of the error of the same month last year.

    Attributes
    ----------
    frame : DataFrame, one row per tested node, the worst first
        ``level``, level columns, ``node``, ``n_tested`` (months), ``naive_ratio`` (above 1: last
        year was nearer), ``naive_wins``.
    by : tuple of str
    n_untested : int
        Nodes with too little history to be compared.
    """

    frame: pd.DataFrame
    by: tuple[str, ...]
    n_untested: int
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Keep a copy."""
        object.__setattr__(self, "frame", self.frame.copy())
        object.__setattr__(self, "by", tuple(self.by))

    def to_frame(self) -> pd.DataFrame:
        """Return one row per tested node; a copy."""
        return self.frame.copy()

    def table(self, lang: str = "en", *, rows: int = 30) -> Table:
        """Return the nodes as readers see them."""
        shown = self.frame[["node", "n_tested", "naive_ratio", "naive_wins"]].copy()
        shown["node"] = titles(self.frame, self.by, self.terms, lang)
        return Table(shown, lang=lang, terms=self.terms, rows=rows)

    def _sentences(self, lang: str) -> list[str]:
        if self.frame.empty:
            return [label("forecast.naive_untested", lang)]
        worse = self.frame[self.frame["naive_wins"]]
        text = {"n": count(len(worse)), "all": count(len(self.frame))}
        if len(worse):
            text["names"] = listed(titles(worse, self.by, self.terms, lang), lang)
        said = [label("weaker.headline" if len(worse) else "weaker.none", lang, **text)]
        if self.n_untested:
            said.append(label("weaker.untested", lang, n=count(self.n_untested)))
        return [*said, label("weaker.meaning", lang)]


def against_naive(forecast: "Forecast") -> AgainstNaive:
    """Return the nodes of `forecast` that were tested, the worst first."""
    nodes = forecast.node_table
    if "naive_ratio" not in nodes.columns:
        tested = nodes.head(0).assign(n_tested=0, naive_ratio=0.0, naive_wins=False)
    else:
        tested = nodes[nodes["naive_ratio"].notna()]
    ordered = tested.sort_values(["naive_ratio", "node"], ascending=[False, True], kind="stable")
    columns = ["level", *forecast.by, "node", "n_tested", "naive_ratio", "naive_wins"]
    return AgainstNaive(
        frame=ordered[columns].reset_index(drop=True), by=forecast.by,
        n_untested=len(nodes) - len(tested), currency=forecast.currency, terms=forecast.terms,
    )  # fmt: skip
