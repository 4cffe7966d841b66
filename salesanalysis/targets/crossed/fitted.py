"""A crossed table that meets its margins, and the proof that it does."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from salesanalysis.errors import ReconciliationError, require_columns
from salesanalysis.labels import Terms, count, label, money
from salesanalysis.results import Result, column_label
from salesanalysis.targets.basis import Basis
from salesanalysis.targets.steps import Step
from salesanalysis.targets.words import listing, node_text


@dataclass(frozen=True, eq=False)
class Fitted(Result):
    """Cells of a crossed structure; every margin is met to the last step.

    Attributes
    ----------
    frame : DataFrame, one row per cell, in order of the names
        Key columns, ``base``, ``fitted`` (before rounding) and ``value`` (whole steps, currency).
    totals : DataFrame, one row per total asked for
        ``margin`` (its keys), the key columns (empty where not named) and ``value``.
    keys : tuple of str
    step : str
    n_rounds : int
        Rounds of the fit; 0 where the base met every margin already.
    worst : float
        Largest relative error of a fitted margin before rounding.
    """

    frame: pd.DataFrame
    totals: pd.DataFrame
    keys: tuple[str, ...]
    step: str
    n_rounds: int
    worst: float
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Refuse cells that miss a margin by a single step, or fill a zero; keep copies."""
        require_columns(self.frame, [*self.keys, "base", "fitted", "value"], name="fitted")
        for name in ("frame", "totals"):
            object.__setattr__(self, name, getattr(self, name).copy().reset_index(drop=True))
        object.__setattr__(self, "keys", tuple(self.keys))
        step = Step.of(self.step)
        steps = pd.Series(step.counts(self.frame["value"]))
        for margin, part in self.totals.groupby("margin"):
            own = str(margin).split(" x ")
            sums = steps.groupby([self.frame[k] for k in own]).sum()
            index = pd.MultiIndex.from_frame(part[own]) if len(own) > 1 else pd.Index(part[own[0]])
            got = sums.reindex(index).fillna(0).to_numpy("int64")
            off = got - step.counts(part["value"])
            if off.any():
                raise ReconciliationError(
                    f"{int((off != 0).sum())} of {len(part)} totals of {margin} are missed; first "
                    f"off by {int(off[off != 0][0]):+,} steps.",
                    where="fitted table",
                    fix="this is a defect or a tampered table: please report it with the input",
                    code="does-not-add-up",
                    rows=part[off != 0],
                )

    def to_frame(self) -> pd.DataFrame:
        """Return the table, one row per cell; a copy."""
        return self.frame.copy()

    def total(self) -> float:
        """Return the grand total, in currency."""
        step = Step.of(self.step)
        return step.amount(int(step.counts(self.frame["value"]).sum()))

    def basis(self, levels: tuple[str, ...], *, year: int) -> Basis:
        """Return the cells as a basis: `cascade` of their total hands down exactly these values."""
        shares = self.frame[[*levels, "value"]].groupby(list(levels), as_index=False).sum()
        return Basis.of(shares, by=levels, year=year, currency=self.currency, terms=self.terms)

    def matrix(self, rows: str, columns: str) -> pd.DataFrame:
        """Return the whole amounts as a table of two keys, summed over the others."""
        return self.frame.pivot_table(index=rows, columns=columns, values="value", aggfunc="sum")

    def _sentences(self, lang: str) -> list[str]:
        margins = self.totals["margin"].drop_duplicates()
        names = [" x ".join(column_label(k, lang) for k in m.split(" x ")) for m in margins]
        out = [
            label(
                "fitted.headline",
                lang,
                n=count(len(self.frame)),
                total=money(self.total(), lang, self.currency),
                margins=listing(names, lang),
            ),
            label("fitted.how", lang, n=count(self.n_rounds), worst=f"{self.worst:.1g}"),
        ]
        zeros = int((self.frame["base"] == 0).sum())
        if zeros:
            filled = int(((self.frame["base"] == 0) & (self.frame["value"] > 0)).sum())
            out.append(label("fitted.zeros", lang, n=count(zeros), filled=count(filled)))
        far = self.frame["value"] - self.frame["fitted"]
        gap = float(np.abs(far).max()) / float(Step.of(self.step).size)
        out.append(label("fitted.rounded", lang, gap=f"{gap:.2f}"))
        big = self.frame.sort_values(
            ["value", *self.keys], ascending=[False, *[True] * len(self.keys)]
        )
        for row in big.head(3).to_dict("records"):
            node = node_text(row, self.keys, self.terms, lang)
            out.append(
                label(
                    "fitted.cell", lang, node=node, value=money(row["value"], lang, self.currency)
                )
            )
        return out
