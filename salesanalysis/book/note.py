"""A result that says why there is no figure."""

from dataclasses import dataclass

import pandas as pd

from salesanalysis.labels import LANGUAGES, Terms, label
from salesanalysis.results import Result, Table


@dataclass(frozen=True, eq=False)
class Note(Result):
    """One sentence in place of a table: an empty chapter says why.

    Attributes
    ----------
    status : str
        Why there is nothing, such as ``not_closed`` or ``no_sales``.
    texts : dict, language -> sentence

    Examples
    --------
    >>> print(Note.of("not_closed", "note.not_closed", {"year": "2024"}).explain())
    No month of 2024 is closed yet: there is nothing to compare.
    """

    status: str
    texts: dict[str, str]
    terms: Terms = Terms()

    @classmethod
    def of(cls, status: str, key: str, values: dict[str, object] | None = None) -> "Note":
        """Build a note from a sentence of the catalogue; a dict of texts differs by language."""
        texts = {}
        for lang in LANGUAGES:
            words = {
                name: value[lang] if isinstance(value, dict) else value
                for name, value in (values or {}).items()
            }
            texts[lang] = label(key, lang, **words)
        return cls(status, texts)

    def to_frame(self) -> pd.DataFrame:
        """Return one row: ``status`` and the sentence in every language."""
        row = {"status": [self.status], **{f"note_{k}": [v] for k, v in self.texts.items()}}
        return pd.DataFrame(row)

    def table(self, lang: str = "en", *, rows: int = 30) -> Table:
        """Return the status and the sentence in one language."""
        shown = pd.DataFrame({"status": [self.status], "note": [self.texts[lang]]})
        return Table(shown, lang=lang, rows=rows)

    def _sentences(self, lang: str) -> list[str]:
        return [self.texts[lang]]
