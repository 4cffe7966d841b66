"""The result of trying growth methods on years that are over."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from salesanalysis.errors import ReconciliationError, require_columns
from salesanalysis.labels import Terms, count, has_label, label, money, percent, points
from salesanalysis.periods import FiscalCalendar
from salesanalysis.results import Result, Table
from salesanalysis.targets.words import listing, year_text

#: What every method is measured against: last year's sales as this year's targets.
ANCHOR = "last_year"
_COLUMNS = (
    "year", "method", "n_units", "target", "actual", "total_rate", "misplaced_share",
    "middle_rate", "spread_pp", "attained_share", "untargeted_amount", "biased_by",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Trials(Result):
    """What several methods would have asked, beside what came.

    Attributes
    ----------
    frame : DataFrame, one row per year and method
        ``year`` (fiscal), ``method``, ``n_units``, ``target`` and ``actual`` (all units,
        currency), ``total_rate`` (actual / target), ``misplaced_share`` (part of the total asked
        of the wrong units, 0..1), ``middle_rate`` (median attainment of the units), ``spread_pp``
        (between the quartiles of attainment, percentage points), ``attained_share`` (units at or
        above their target), ``untargeted_amount`` (sales of units nobody had a target for) and
        ``biased_by`` (tests of fairness that failed, with commas; empty: none).
    by : tuple of str
    """

    frame: pd.DataFrame
    by: tuple[str, ...]
    calendar: FiscalCalendar = FiscalCalendar()
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Refuse figures that are empty, and keep a copy."""
        require_columns(self.frame, _COLUMNS, name="trials")
        object.__setattr__(self, "frame", self.frame[list(_COLUMNS)].reset_index(drop=True))
        object.__setattr__(self, "by", tuple(self.by))
        bad = self.frame[self.frame.isna().any(axis=1)]
        if len(bad):
            raise ReconciliationError(
                f"{len(bad)} of {len(self.frame)} trials have no figures.",
                where="trials, see .rows",
                fix="leave years without targets or sales out",
                code="does-not-add-up",
                rows=bad,
            )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per year and method; a copy."""
        return self.frame.copy()

    def overall(self) -> pd.DataFrame:
        """Return the mean over years by method, the one that misplaces least first.

        Returns
        -------
        DataFrame
            ``method``, ``misplaced_share``, ``middle_rate``, ``spread_pp``, ``attained_share``,
            ``n_biased`` (years with a bias).
        """
        table = self.frame.assign(n_biased=(self.frame["biased_by"] != "").astype("int64"))
        figures = ["misplaced_share", "middle_rate", "spread_pp", "attained_share"]
        how = {**dict.fromkeys(figures, "mean"), "n_biased": "sum"}
        out = table.groupby("method", as_index=False).agg(how)
        ordered: pd.DataFrame = out.sort_values(
            ["misplaced_share", "method"], kind="stable", ignore_index=True
        )
        return ordered

    def table(self, lang: str = "en", *, rows: int = 30) -> Table:
        """Return the table as readers see it: tests of fairness by their names."""
        texts = [self._tests(t, lang) or "–" for t in self.frame["biased_by"]]
        names = [self.method_text(m, lang) for m in self.frame["method"]]
        shown = self.frame.assign(
            biased_by=pd.array(texts, dtype="str"), method=pd.array(names, dtype="str")
        )
        return Table(shown, lang=lang, terms=self.terms, rows=rows)

    def method_text(self, method: str, lang: str) -> str:
        """Write what a method is called; a name of your own as it is."""
        key = f"method.{method}"
        return label(key, lang) if has_label(key) else method

    def _tests(self, names: str, lang: str) -> str:
        tests = [label(f"test.{name}", lang) for name in names.split(",") if name]
        return label("targets.comma", lang).join(tests)

    def _sentences(self, lang: str) -> list[str]:
        overall = self.overall()
        anchor = overall[overall["method"] == ANCHOR].iloc[0]
        best = overall[overall["method"] != ANCHOR].iloc[0]
        key = "better" if best["misplaced_share"] < anchor["misplaced_share"] else "worse"
        said = [
            label(
                f"trials.headline_{key}",
                lang,
                method=self.method_text(str(best["method"]), lang),
                part=percent(best["misplaced_share"]),
                anchor=percent(anchor["misplaced_share"]),
                years=self._years(lang),
            ),
            label("trials.measure", lang),
        ]
        said += [self._line(row, lang) for row in overall.to_dict("records")]
        return said + self._untargeted(lang)

    def _years(self, lang: str) -> str:
        """Write the years tried, an unbroken run by its ends."""
        years = sorted({int(y) for y in self.frame["year"]})
        run = len(years) > 2 and years[-1] - years[0] == len(years) - 1
        texts = [year_text(self.calendar, y, lang) for y in years]
        return f"{texts[0]} – {texts[-1]}" if run else listing(texts, lang)

    def _line(self, row: dict[str, Any], lang: str) -> str:
        return label(
            "trials.line",
            lang,
            method=self.method_text(row["method"], lang),
            part=percent(row["misplaced_share"]),
            middle=percent(row["middle_rate"]),
            spread=points(row["spread_pp"], lang).lstrip("+"),
            reached=percent(row["attained_share"], 0),
            n=count(row["n_biased"]),
            all=count(self.frame["year"].nunique()),
        )

    def _untargeted(self, lang: str) -> list[str]:
        """Say what was sold by units that nobody could have had a target for."""
        once = self.frame.drop_duplicates("year")
        amount = float(once["untargeted_amount"].sum())
        if amount < 0.005:
            return []
        part = percent(amount / float(once["actual"].sum()))
        words = {"amount": money(amount, lang, self.currency), "part": part}
        return [label("trials.untargeted", lang, **words)]
