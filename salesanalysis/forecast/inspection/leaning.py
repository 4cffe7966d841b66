"""The report on forecasters: who leans high or low, and whether the effort adds value."""

from dataclasses import dataclass

import pandas as pd

from salesanalysis.errors import ReconciliationError
from salesanalysis.forecast.inspection.people import ALPHA, LEAST_MONTHS
from salesanalysis.forecast.wording import listed
from salesanalysis.labels import Terms, count, exact, growth, label, percent, points
from salesanalysis.results import Result


@dataclass(frozen=True, eq=False)
class BiasReport(Result):
    """Commits beside actuals, person by person.

    Attributes
    ----------
    people : DataFrame, one row per person, the largest sum of errors first
        The columns of `by`, ``n_months``, ``actual``, ``commit`` (sums, currency),
        ``over_growth`` (commits above actuals as a share of actuals: positive is too high),
        ``wape_share`` (sum of misses, both sides, as a share of actuals), ``hit5_share``,
        ``hit10_share`` (months within 5 and 10 %), ``n_high``, ``n_low``, ``p_value`` (chance of
        so one-sided a split), ``n_model``, ``added_model_pp``, ``n_naive``, ``added_naive_pp``
        (error share of the rival minus the person's own: positive is value added), ``status``
        (``no_sales``: shares are empty), ``verdict``: ``optimist``, ``sandbagger``, ``no_lean``,
        ``few_commits``.
    overall : DataFrame, one row
    leads : DataFrame, one row per lead in months
        The same figures over every commit made in time, replaced ones included.
    left_out : DataFrame
        Commits that were not used, with ``reason``.
    by : tuple of str
    n_commits, n_used : int
    n_without : int
        Months with an actual but without a commit.
    """

    people: pd.DataFrame
    overall: pd.DataFrame
    leads: pd.DataFrame
    left_out: pd.DataFrame
    by: tuple[str, ...]
    n_commits: int
    n_used: int
    n_without: int
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Refuse to lose a commit."""
        for name in ("people", "overall", "leads", "left_out"):
            object.__setattr__(self, name, getattr(self, name).copy())
        object.__setattr__(self, "by", tuple(self.by))
        counted = (int(self.people["n_months"].sum()), self.n_commits - len(self.left_out))
        if counted != (self.n_used, self.n_used):
            raise ReconciliationError(
                f"{self.n_used} commits are used, but people have {counted[0]} and "
                f"{counted[1]} are not left out.",
                where=f"BiasReport of {self.n_commits} commits",
                fix="this is a defect or a tampered table: please report it with the input",
                code="does-not-add-up",
            )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per person; a copy."""
        return self.people.copy()

    def names(self, table: pd.DataFrame, lang: str) -> list[str]:
        """Return how the people of `table` are called."""
        rows = table[list(self.by)].itertuples(index=False, name=None)
        return [
            " / ".join(self.terms.show(c, v, lang) for c, v in zip(self.by, row, strict=True))
            for row in rows
        ]

    def _sentences(self, lang: str) -> list[str]:
        said = [self._finding(lang), *self._leaning("optimist", lang)]
        said += [*self._leaning("sandbagger", lang), *self._chance(lang), *self._few(lang)]
        said += [*self._added("model", lang), *self._added("naive", lang), *self._leads(lang)]
        return [*said, *self._left(lang), label("bias.terms", lang, least=count(LEAST_MONTHS))]

    def _finding(self, lang: str) -> str:
        row, verdicts = self.overall.iloc[0], self.people["verdict"]
        key = "bias.headline" if row["status"] == "ok" else "bias.headline_no_sales"
        side = label(f"bias.side_{'above' if row['over_growth'] >= 0 else 'below'}", lang)
        over = percent(abs(row["over_growth"]))
        values = {} if row["status"] != "ok" else {"over": over, "side": side}
        return label(
            key, lang, n=count(self.n_used), people=count(len(self.people)),
            high=count((verdicts == "optimist").sum()),
            low=count((verdicts == "sandbagger").sum()), **values,
        )  # fmt: skip

    def _leaning(self, verdict: str, lang: str) -> list[str]:
        """Name those who lean to one side."""
        rows = self.people[self.people["verdict"] == verdict]
        side = "n_high" if verdict == "optimist" else "n_low"
        items = [
            label(
                "bias.item", lang, name=name, over=growth(over), k=count(k), n=count(n),
            )
            for name, over, k, n in zip(
                self.names(rows, lang), rows["over_growth"], rows[side], rows["n_months"],
                strict=True,
            )
        ]  # fmt: skip
        return [label(f"bias.{verdict}", lang, items=listed(items, lang))] if items else []

    def _chance(self, lang: str) -> list[str]:
        """Say how many would seem to lean by luck."""
        tested = int((self.people["n_months"] >= LEAST_MONTHS).sum())
        if not tested:
            return []
        by_luck = exact(ALPHA * tested, 1)
        return [label("bias.luck", lang, n=count(tested), luck=by_luck, alpha=percent(ALPHA, 0))]

    def _few(self, lang: str) -> list[str]:
        rows = self.people[self.people["verdict"] == "few_commits"]
        if rows.empty:
            return []
        names = listed(self.names(rows, lang), lang)
        return [label("bias.few", lang, items=names, least=count(LEAST_MONTHS))]

    def _added(self, rival: str, lang: str) -> list[str]:
        """Say whether committing beat a rival that costs nothing."""
        row = self.overall.iloc[0]
        if not row[f"n_{rival}"] or row["status"] != "ok":
            return []
        gain = float(row[f"added_{rival}_pp"])
        own = self.people[self.people[f"n_{rival}"] >= LEAST_MONTHS]
        better = int((own[f"added_{rival}_pp"] > 0).sum())
        return [
            label(
                "bias.added" if gain > 0 else "bias.not_added", lang,
                rival=label(f"bias.rival_{rival}", lang), gain=points(gain, lang).lstrip("+-"),
                n=count(row[f"n_{rival}"]), better=count(better), people=count(len(own)),
            )
        ]  # fmt: skip

    def _leads(self, lang: str) -> list[str]:
        """Say whether late commits are better than early ones."""
        known = self.leads[self.leads["status"] == "ok"] if "status" in self.leads else self.leads
        if len(known) < 2:
            return []
        items = [
            label("bias.lead", lang, lead=count(at), wape=percent(wape), n=count(n))
            for at, wape, n in zip(
                known["lead"], known["wape_share"], known["n_months"], strict=True
            )
        ]
        return [label("bias.leads", lang, items=listed(items, lang))]

    def _left(self, lang: str) -> list[str]:
        """Count the commits that were not used, and the months without one."""
        reasons = self.left_out["reason"].value_counts().sort_index()
        items = [
            label("bias.left_item", lang, reason=label(f"reason.{r}", lang), n=count(n))
            for r, n in reasons.items()
        ]
        said = [
            label("bias.left_out", lang, n=count(len(self.left_out)), all=count(self.n_commits),
                  items=listed(items, lang))
        ] if items else []  # fmt: skip
        if self.n_without:
            said.append(label("bias.without", lang, n=count(self.n_without)))
        return said
