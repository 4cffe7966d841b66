"""The cleaned base: what each unit's last year counts for, and every rule that was used."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ReconciliationError, require_columns
from salesanalysis.labels import Terms, count, label, money
from salesanalysis.periods import FiscalCalendar
from salesanalysis.results import Result, Table, require_adds_up
from salesanalysis.targets.base_cleaning.log import LOG, log_table, node_names
from salesanalysis.targets.words import MOST_NAMES, listing, year_text

Floats = npt.NDArray[np.float64]
AMOUNTS = ("sold", "base", "left_out_amount", "cleaned_amount")


@dataclass(frozen=True, eq=False)
class CleanBase(Result):
    """One row per unit: what it sold last year, and what of that is its base.

    Attributes
    ----------
    units : DataFrame, one row per unit
        The columns of `by`, ``sold`` (known sales of the base year), ``base``,
        ``left_out_amount`` (sales of units without a base), ``cleaned_amount`` (what a rule took
        out of the base, negative where it put something in), ``trailing_12`` (the last 12 closed
        months), ``n_months`` (known months before the target year) and ``status``; amounts in
        currency, ``sold`` = base + left out + cleaned.
    yearly : DataFrame
        The columns of `by`, ``year``, ``value`` (cleaned of deals; empty where a year is not
        known as a whole) and ``status``.
    deals : DataFrame
        Deals flagged as out of the ordinary, with the part that does not count.
    policy_log : DataFrame
        ``node``, ``period``, ``rule``, ``before``, ``after``, ``reason``.
    season : DataFrame
        Month shares; see `targets.history.season`.

    Examples
    --------
    >>> from salesanalysis.targets import clean_base
    >>> months = pd.date_range("2022-01-01", "2023-12-01", freq="MS")
    >>> facts = pd.DataFrame({"region": "East", "period": months, "value": 10.0})
    >>> clean_base(facts, by=["region"], year=2024).to_frame()["base"].tolist()
    [120.0]
    """

    units: pd.DataFrame
    yearly: pd.DataFrame
    deals: pd.DataFrame
    policy_log: pd.DataFrame
    season: pd.DataFrame
    by: tuple[str, ...]
    year: int
    calendar: FiscalCalendar = FiscalCalendar()
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Refuse parts that do not add up to what was sold, and keep copies."""
        require_columns(self.units, [*self.by, *AMOUNTS, "status"], name="clean base")
        require_columns(self.policy_log, LOG, name="policy log")
        for name in ("units", "yearly", "deals", "policy_log", "season"):
            object.__setattr__(self, name, getattr(self, name).reset_index(drop=True))
        object.__setattr__(self, "by", tuple(self.by))
        parts = pd.Series(self.units[list(AMOUNTS[1:])].to_numpy("float64").ravel())
        require_adds_up(parts, float(self.units["sold"].sum()), what="Bases and what is not in")
        bad = self.units[~(self.units["base"] >= 0)]
        if len(bad):
            raise ReconciliationError(
                f"{len(bad)} of {len(self.units)} bases are negative or empty.",
                where=f"clean base, first rows {bad.index[:3].tolist()}, see .rows",
                fix="this is a defect or a tampered table: please report it with the input",
                code="does-not-add-up",
                rows=bad,
            )

    def to_frame(self) -> pd.DataFrame:
        """Return the table, one row per unit; a copy."""
        return self.units.copy()

    def log(self, lang: str = "en", *, rows: int = 30) -> Table:
        """Return the rules that changed a number as readers see them: in words, with amounts."""
        return log_table(self.policy_log, lang, self.terms, rows=rows)

    def history(self, n: int | None = None) -> Floats:
        """Return units x years, the newest year first, empty where a year is not known."""
        years = np.sort(self.yearly["year"].unique())[::-1]
        size = len(years) if n is None else n
        wanted = [self.year - 1 - k for k in range(size)]
        # rows stand unit by unit in the order of `units`, every year once
        block = self.yearly["value"].to_numpy("float64").reshape(len(self.units), -1)
        places = {int(y): i for i, y in enumerate(np.sort(years))}
        empty = np.full(len(self.units), np.nan)
        return np.column_stack([block[:, places[y]] if y in places else empty for y in wanted])

    def _sentences(self, lang: str) -> list[str]:
        year = year_text(self.calendar, self.year - 1, lang)
        sums = {c: money(float(self.units[c].sum()), lang, self.currency) for c in AMOUNTS}
        said = [label("clean.headline", lang, year=year, **sums)]
        for rule, part in self.policy_log.groupby("rule"):
            names = list(dict.fromkeys(part["node"]))
            said.append(
                label(
                    "clean.rule",
                    lang,
                    rule=label(f"rule.{rule}", lang),
                    n=count(len(part)),
                    nodes=listing(names[:MOST_NAMES], lang, n=len(names)),
                )
            )
        if len(self.deals):
            amount = money(float(self.deals["excluded_amount"].sum()), lang, self.currency)
            nodes = list(dict.fromkeys(node_names(self.deals, self.by)))
            names_text = listing(nodes[:MOST_NAMES], lang, n=len(nodes))
            n = count(len(self.deals))
            said.append(label("clean.deals", lang, n=n, amount=amount, nodes=names_text))
        return said
