"""Which factors go together with a figure: one row per factor, ranked, with what spoils it."""

from dataclasses import dataclass, field

import pandas as pd

from salesanalysis.errors import ContractError, require_columns
from salesanalysis.labels import Terms, exact, label
from salesanalysis.results import Result, Table

#: Everything that can stand in ``flags``, the gravest first.
FLAGS = (
    "constant", "too_few", "part_of_target", "signs_differ", "common_trend", "collinear", "steady",
    "not_in_fit",
)  # fmt: skip
#: With one of these a factor is not part of any summary.
SPOILT = ("constant", "too_few", "part_of_target", "signs_differ", "common_trend")


@dataclass(frozen=True)
class ScreenMeta:
    """How factors were compared.

    Attributes
    ----------
    value : str
    person, month : str
        Columns of repeated observations; empty where there are none.
    level : float
        Of the intervals.
    interval : {"bonett_wright", "cluster_bootstrap"}
    r2 : float
        Of all factors of the fit together, 0..1; 0 where there is no fit.
    n_fit : int
        Complete rows behind it; 0 where there is no fit.
    n_rows, n_boot, seed : int
    """

    value: str
    person: str = ""
    month: str = ""
    level: float = 0.95
    interval: str = "bonett_wright"
    r2: float = 0.0
    n_fit: int = 0
    n_rows: int = 0
    n_boot: int = 0
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Screen(Result):
    """Factors that go together with a figure; going together is not causing.

    Attributes
    ----------
    frame : DataFrame, one row per factor, the strongest first
        ``candidate``, ``n_used`` (independent units: persons, else rows), ``n_pairs``,
        ``n_missing`` (rows), ``lag`` (months), ``rho`` (Spearman), ``low_rho``, ``high_rho``,
        ``p_value``, ``q_value`` (Benjamini-Hochberg), ``pearson``, with persons ``between_rho``
        and ``within_rho``, with months ``detrended_rho``, ``share_of_r2``, ``flags`` (codes of
        `FLAGS`, separated by spaces) and ``status`` (``ok``, ``constant``, ``too_few``). What is
        empty has its reason in ``flags`` or ``status``.
    meta : ScreenMeta
    """

    frame: pd.DataFrame
    meta: ScreenMeta
    currency: str = "CNY"
    terms: Terms = field(default_factory=Terms)

    def __post_init__(self) -> None:
        """Keep a copy; refuse an estimate that is missing without a reason."""
        require_columns(self.frame, ["candidate", "rho", "flags", "status"], name="frame")
        object.__setattr__(self, "frame", self.frame.reset_index(drop=True).copy())
        bare = self.frame[self.frame["rho"].isna() & (self.frame["status"] == "ok")]
        if len(bare):
            raise ContractError(
                f"{len(bare)} factors have neither a figure nor a status that says why.",
                where="Screen(frame=...)",
                fix="write constant or too_few as their status",
                rows=bare,
            )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per factor, the strongest first; a copy."""
        return self.frame.copy()

    def table(self, lang: str = "en", *, rows: int = 30) -> Table:
        """Return the table as readers see it, flags in words."""
        comma = label("screen.comma", lang)
        words = [
            comma.join(label(f"flags.{code}", lang) for code in text.split())
            for text in self.frame["flags"]
        ]
        chances = {
            c: pd.Series([_chance_text(v) for v in self.frame[c]], dtype="str")
            for c in ("p_value", "q_value")
        }
        shown = self.to_frame().assign(
            **chances, flags=pd.Series(words, dtype="str"), lag=self.frame["lag"].astype("str")
        )
        return Table(shown, lang=lang, terms=self.terms, rows=rows)

    def usable(self) -> pd.DataFrame:
        """Return the factors nothing speaks against, the strongest first."""
        spoilt = self.frame["flags"].map(lambda text: bool(set(text.split()) & set(SPOILT)))
        return self.frame[~spoilt.astype(bool)].reset_index(drop=True)

    def _sentences(self, lang: str) -> list[str]:
        from salesanalysis.variance.screening.words import sentences  # noqa: PLC0415

        return sentences(self, lang)


def _chance_text(value: float) -> str:
    """Write a p or q value: a tiny one never reads 0.

    Examples
    --------
    >>> _chance_text(0.0212), _chance_text(4e-9), _chance_text(float("nan"))
    ('0.021', '<0.001', '–')
    """
    return "<0.001" if value < 0.001 else exact(value, 3)
