"""How much of the spread sits at each level: a table, sentences and what they rest on."""

import math
from dataclasses import dataclass, field

import pandas as pd

from salesanalysis.errors import ReconciliationError, require_columns
from salesanalysis.labels import Terms, exact
from salesanalysis.results import Result, Table, require_adds_up

COLUMNS = (
    "level", "n_groups", "variance", "sd", "variance_share", "low_share", "high_share", "status",
)  # fmt: skip


@dataclass(frozen=True)
class ComponentsMeta:
    """How variance components were computed: what has to be said beside the numbers.

    Attributes
    ----------
    value : str
        Column whose spread is divided.
    groups : tuple of str
        Levels, the top first.
    by : str
        Column taken out as fixed differences first; empty where none is.
    estimator : str
        ``REML`` or ``ML``.
    method : str
        ``anova`` (closed form, balanced data) or ``likelihood``.
    interval : str
        ``mean_squares`` (draws of the mean squares), ``bootstrap`` or ``none``.
    coverage : float
        What the intervals are meant to cover, 0.8 by default.
    converged : bool
        Whether the search for the maximum came to an end.
    lead_chance : float
        Part of the draws in which the level with the largest share has the largest share.
    crossed : bool
    within : tuple of str
        Levels whose names stand under several groups and were counted apart.
    n_rows, n_left_out : int
        Observations used, and left out for a target below `min_target`.
    min_target : float
        0 where nothing was left out.
    left_out : tuple of str
        Names left out wholly, because none of their rows was kept.
    n_single : int
        Units of the finest level with one observation only.
    small_targets : bool
        Whether the smallest tenth of targets holds over half of the squared deviation.
    seed, n_boot : int
    """

    value: str
    groups: tuple[str, ...]
    by: str = ""
    estimator: str = "REML"
    method: str = "anova"
    interval: str = "mean_squares"
    coverage: float = 0.8
    converged: bool = True
    lead_chance: float = 0.0
    crossed: bool = False
    within: tuple[str, ...] = ()
    n_rows: int = 0
    n_left_out: int = 0
    min_target: float = 0.0
    left_out: tuple[str, ...] = ()
    n_single: int = 0
    small_targets: bool = False
    seed: int = 0
    n_boot: int = 0


@dataclass(frozen=True, eq=False)
class Components(Result):
    """Shares of the variance by level; says where the spread sits, not who is to blame.

    Attributes
    ----------
    frame : DataFrame, one row per level and one for ``noise``, top level first
        ``level``, ``n_groups`` (for noise: observations), ``variance`` (squared unit of the
        value), ``sd`` (unit of the value), ``variance_share`` (0..1, adds up to 1), ``low_share``
        and ``high_share`` (interval; empty where ``meta.interval`` is ``none``), ``status``
        (``ok``, ``few_groups``, ``set_to_zero``).
    meta : ComponentsMeta
    currency : str
    terms : Terms

    Raises
    ------
    ReconciliationError
        Shares that do not lie within 0..1 or do not add up to 1.
    """

    frame: pd.DataFrame
    meta: ComponentsMeta
    currency: str = "CNY"
    terms: Terms = field(default_factory=Terms)

    def __post_init__(self) -> None:
        """Keep a copy; refuse shares that are not parts of one whole."""
        require_columns(self.frame, COLUMNS, name="frame")
        object.__setattr__(self, "frame", self.frame[list(COLUMNS)].reset_index(drop=True).copy())
        shares = self.frame["variance_share"]
        require_adds_up(shares, 1.0, what="Shares", unit=1e-9)
        if not all(math.isfinite(s) and 0 <= s <= 1 for s in shares):
            raise ReconciliationError(
                "A share of the variance lies outside 0 and 1.",
                where="Components(frame=...)",
                fix="this is a defect or a tampered table: please report it with the input",
                code="does-not-add-up",
                rows=self.frame,
            )

    @property
    def lead(self) -> str:
        """Name of the level with the largest share."""
        return str(self.ranked()["level"].iloc[0])

    def to_frame(self) -> pd.DataFrame:
        """Return one row per level, the top first and noise last; a copy."""
        return self.frame.copy()

    def table(self, lang: str = "en", *, rows: int = 30) -> Table:
        """Return the table as readers see it; variances with three digits that count."""
        told = {c: [_digits(v) for v in self.frame[c]] for c in ("variance", "sd")}
        shown = self.to_frame().assign(**{c: pd.Series(t, dtype="str") for c, t in told.items()})
        return Table(shown, lang=lang, terms=self.terms, rows=rows)

    def ranked(self) -> pd.DataFrame:
        """Return the levels, the largest share first; ties stay in order of the levels."""
        order = self.frame.sort_values("variance_share", ascending=False, kind="stable")
        return order.reset_index(drop=True)

    def _sentences(self, lang: str) -> list[str]:
        from salesanalysis.variance.components.words import sentences  # noqa: PLC0415

        return sentences(self, lang)


def _digits(value: float) -> str:
    """Write a number with three digits that count: a variance of an attainment is tiny.

    Examples
    --------
    >>> _digits(0.0061234), _digits(1234.6), _digits(0.0)
    ('0.00612', '1,235', '0')
    """
    size = abs(value)
    decimals = 0 if size >= 100 or size == 0 else max(0, 2 - math.floor(math.log10(size)))
    return exact(value, min(decimals, 12))
