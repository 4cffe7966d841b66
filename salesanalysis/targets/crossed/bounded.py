"""The result of sharing a total under bounds."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from salesanalysis.errors import ReconciliationError
from salesanalysis.labels import Terms, count, growth, label, money
from salesanalysis.results import Result
from salesanalysis.targets.basis import Basis
from salesanalysis.targets.words import listing, node_text


@dataclass(frozen=True, eq=False)
class Bounded(Result):
    """Values between their bounds that add up to the total.

    Attributes
    ----------
    frame : DataFrame, one row per unit, in order of the names
        Names, ``base``, ``lo``, ``hi`` (infinite where there is no limit), ``value`` (currency),
        ``ask_growth`` (empty beside a base of 0) and ``bound``: ``free``, ``lower`` or ``upper``.
    names : tuple of str
    total : float, currency
    factor : float
        What every free base is multiplied by.
    step : str
        Smallest amount; empty where values are not rounded.
    """

    frame: pd.DataFrame
    names: tuple[str, ...]
    total: float
    factor: float
    step: str
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Refuse values outside their bounds, or that do not add up; keep a copy."""
        frame = self.frame.copy().reset_index(drop=True)
        object.__setattr__(self, "frame", frame)
        object.__setattr__(self, "names", tuple(self.names))
        noise = 1e-9 * max(1.0, abs(self.total))
        outside = ~frame["value"].between(frame["lo"] - noise, frame["hi"] + noise)
        gap = self.total - float(frame["value"].sum())
        if outside.any() or abs(gap) > noise:
            raise ReconciliationError(
                f"{int(outside.sum())} of {len(frame)} values are outside their bounds; the sum is "
                f"off by {gap:+,.2f}.",
                where="bounded values, see .rows",
                fix="this is a defect or a tampered table: please report it with the input",
                code="does-not-add-up",
                rows=frame[outside],
            )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per unit; a copy."""
        return self.frame.copy()

    def at_bound(self) -> pd.DataFrame:
        """Return the units held at a bound."""
        return self.frame[self.frame["bound"] != "free"].reset_index(drop=True)

    def basis(self, *, year: int) -> Basis:
        """Return the values as a basis: `cascade` of the total hands down exactly these."""
        table = self.frame[[*self.names, "value", "base"]]
        return Basis.of(table, by=self.names, year=year, currency=self.currency, terms=self.terms)

    def _sentences(self, lang: str) -> list[str]:
        held = self.at_bound()
        out = [
            label(
                "bounded.headline",
                lang,
                total=money(self.total, lang, self.currency),
                n=count(len(self.frame)),
                held=count(len(held)),
            ),
            label("bounded.rule", lang, factor=f"{self.factor:.4f}"),
        ]
        for side in ("lower", "upper"):
            part = held[held["bound"] == side]
            if len(part):
                texts = [self._unit(row, lang) for row in part.head(5).to_dict("records")]
                names = listing(texts, lang, n=len(part))
                out.append(label(f"bounded.{side}", lang, n=count(len(part)), names=names))
        return out

    def _unit(self, row: dict[str, object], lang: str) -> str:
        node = node_text(row, self.names, self.terms, lang)
        value = money(float(str(row["value"])), lang, self.currency)
        ask = float(str(row["ask_growth"]))
        return f"{node} {value}" + (f" ({growth(ask)})" if np.isfinite(ask) else "")
