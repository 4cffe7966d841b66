"""What each part of the loop says about one region, a line each."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from salesanalysis.labels import LANGUAGES, Terms
from salesanalysis.results import Result, Table


@dataclass(frozen=True, eq=False)
class Overview(Result):
    """One line per part of the loop.

    Attributes
    ----------
    frame : DataFrame, one row per part
        ``part``, ``notebook``, and the headline in each language: ``finding_en``, ``finding_zh``.
    """

    frame: pd.DataFrame
    terms: Terms = Terms()

    @classmethod
    def of(cls, parts: Mapping[tuple[str, str], Result], *, terms: Terms) -> "Overview":
        """Build the overview from results, keyed by part and the notebook that shows it."""
        rows = [
            {
                "part": part,
                "notebook": notebook,
                **{f"finding_{lang}": result.headline(lang) for lang in LANGUAGES},
            }
            for (part, notebook), result in parts.items()
        ]
        return cls(pd.DataFrame(rows), terms)

    def to_frame(self) -> pd.DataFrame:
        """Return part, notebook and the finding in every language; a copy."""
        return self.frame.copy()

    def table(self, lang: str = "en", *, rows: int = 30) -> Table:
        """Return part, finding and notebook in one language."""
        shown = self.frame[["part", f"finding_{lang}", "notebook"]]
        return Table(shown.rename(columns={f"finding_{lang}": "finding"}), lang=lang, rows=rows)

    def _sentences(self, lang: str) -> list[str]:
        return list(self.frame[f"finding_{lang}"])
