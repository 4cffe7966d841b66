"""A table with its sentences: findings that need no arithmetic of their own."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from salesanalysis.labels import LANGUAGES, Terms, label, last_digit
from salesanalysis.results import Result, Table


@dataclass(frozen=True, eq=False)
class Listing(Result):
    """Rows as they were found, and what is said about them.

    Attributes
    ----------
    frame : DataFrame
    texts : dict, language -> tuple of sentences
    exact : tuple of str
        Columns of amounts that readers see to the last digit.

    Examples
    --------
    >>> made = Listing.of(pd.DataFrame({"n_rows": [3]}), ("data_page.no_names",))
    >>> made.headline()
    'No name looks misspelt.'
    """

    frame: pd.DataFrame
    texts: dict[str, tuple[str, ...]]
    currency: str = "CNY"
    terms: Terms = field(default_factory=Terms)
    exact: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        frame: pd.DataFrame,
        keys: tuple[str, ...],
        values: Mapping[str, object] | None = None,
        *,
        currency: str = "CNY",
        terms: Terms | None = None,
        exact: tuple[str, ...] = (),
    ) -> "Listing":
        """Build a listing from sentences of the catalogue."""
        texts = {
            lang: tuple(
                label(key, lang, **{k: _word(v, lang) for k, v in (values or {}).items()})
                for key in keys
            )
            for lang in LANGUAGES
        }
        return cls(frame, texts, currency, terms or Terms(), exact)

    def to_frame(self) -> pd.DataFrame:
        """Return the rows; a copy."""
        return self.frame.copy()

    def table(self, lang: str = "en", *, rows: int = 60) -> Table | None:  # type: ignore[override]
        """Return the rows as readers see them; nothing where there are none."""
        if self.frame.empty:
            return None
        digits = {c: [last_digit(v) for v in self.frame[c]] for c in self.exact}
        return Table(self.frame.assign(**digits), lang=lang, terms=self.terms, rows=rows)

    def _sentences(self, lang: str) -> list[str]:
        return list(self.texts[lang])


def _word(value: object, lang: str) -> object:
    return value[lang] if isinstance(value, dict) else value
