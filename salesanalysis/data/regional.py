# ruff: noqa: PD003, PD004  Ibis calls them isnull and notnull
"""What of the loss report lies in each region, and which of its lines are the largest."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.data.cleaning import Look
from salesanalysis.data.cleaning.counting import UNITS
from salesanalysis.data.cleaning.look import RULE
from salesanalysis.data.cleaning.loss import found_rows
from salesanalysis.data.cleaning.report import shown
from salesanalysis.data.cleaning.together import TIMES
from salesanalysis.data.engine import fetch
from salesanalysis.data.fixed import WIDE, fetch_fixed
from salesanalysis.data.kinds import ROW
from salesanalysis.errors import ReconciliationError
from salesanalysis.labels import Terms, count, label, money, percent
from salesanalysis.results import Result

if TYPE_CHECKING:
    from salesanalysis.data.dataset import Dataset

#: Lines of each rule that are shown.
SHOWN = 3
#: Columns of a line that are shown, as far as they are there.
_LINE = ("rule", "place", "order_id", "date", "salesperson", "customer", "product", "unit_price",
         "revenue")  # fmt: skip


@dataclass(frozen=True, eq=False)
class RegionQuality(Result):
    """A region's part of what the rules found and took.

    Attributes
    ----------
    region : str
    rules : DataFrame, one row per rule that finds lines in the company
        ``rule``, ``action``, ``n_rows``, ``units``, ``n_dropped``, ``units_dropped`` of the
        region, ``n_company`` lines of the company.
    totals : dict
        ``n_looked`` lines of the region up to the day, lost ones included, ``n_kept`` of them
        kept; ``n_looked_company``.
    lines : DataFrame
        The largest lines of each rule in the region.

    Raises
    ------
    ReconciliationError
        More in the region than in the company, or lines lost without a rule: a defect of ours.
    """

    region: str
    rules: pd.DataFrame
    totals: dict[str, int]
    lines: pd.DataFrame
    currency: str = "CNY"
    terms: Terms = field(default_factory=Terms)

    def __post_init__(self) -> None:
        """Refuse to exist where a region has more than the company, or loses lines unseen."""
        for name in ("rules", "lines"):
            object.__setattr__(self, name, getattr(self, name).copy())
        gone = self.totals["n_looked"] - self.totals["n_kept"] - int(self.rules["n_dropped"].sum())
        over = self.rules[self.rules["n_rows"] > self.rules["n_company"]]
        if gone or len(over):
            raise ReconciliationError(
                f"{self.region} has {gone:+,} lines beside what the rules took from it.",
                where="quality of a region",
                fix="this is a defect: please report it with the file",
                code="does-not-add-up",
                rows=over,
            )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per rule that finds lines in the company.

        Returns
        -------
        DataFrame
            ``rule``, ``action``, ``n_rows`` and ``amount`` of the region, ``n_company``,
            ``region_share`` (of the company's lines of this rule), ``n_dropped``,
            ``amount_dropped`` of the region.
        """
        table = self.rules
        return pd.DataFrame(
            {
                "rule": table["rule"],
                "action": table["action"],
                "n_rows": table["n_rows"],
                "amount": table["units"] / UNITS,
                "n_company": table["n_company"],
                "region_share": table["n_rows"] / table["n_company"].clip(lower=1),
                "n_dropped": table["n_dropped"],
                "amount_dropped": table["units_dropped"] / UNITS,
            }
        )

    @property
    def usual_share(self) -> float:
        """The region's part of all lines: what it would have of a fault that is everywhere."""
        return self.totals["n_looked"] / max(self.totals["n_looked_company"], 1)

    def _sentences(self, lang: str) -> list[str]:
        return [self._headline(lang), *self._above(lang)]

    def _headline(self, lang: str) -> str:
        gone = int(self.rules["n_dropped"].sum())
        taken = int(self.rules["units_dropped"].sum()) / UNITS
        return label(
            "region_quality.headline" if gone else "region_quality.headline_whole",
            lang,
            region=self.terms.show("region", self.region, lang),
            n=count(self.totals["n_looked"]),
            share=percent(self.usual_share),
            k=count(gone),
            amount=money(taken, lang, self.currency),
        )

    def _above(self, lang: str) -> list[str]:
        """Name the rules of which the region has most beyond its part of the lines."""
        table = self.to_frame()
        table = table[table["n_rows"] > 0]
        if table.empty:
            return [label("region_quality.nothing", lang)]
        more = table["n_rows"] - self.usual_share * table["n_company"]
        order = table.assign(more=more).sort_values(["more", "rule"], ascending=[False, True])
        return [
            label(
                "region_quality.rule",
                lang,
                rule=label(f"rule.{row.rule}", lang),
                n=count(row.n_rows),
                all=count(row.n_company),
                share=percent(row.region_share),
                amount=money(row.amount, lang, self.currency),
            )
            for row in order.itertuples()
        ]


@dataclass(frozen=True, eq=False)
class Regional:
    """Every region's part, found in one pass; a batch stores it once for all pages.

    Attributes
    ----------
    rules : DataFrame, one row per region and rule that finds lines in it
        ``region``, ``rule``, ``n_rows``, ``units``, ``n_dropped``, ``units_dropped``.
    totals : DataFrame, one row per region
        ``region``, ``n_looked``, ``n_kept``.
    company : DataFrame, one row per rule that finds lines
        ``rule``, ``action``, ``n_company``.
    lines : DataFrame
        ``region`` and the columns of a line: the largest of each rule.
    """

    rules: pd.DataFrame
    totals: pd.DataFrame
    company: pd.DataFrame
    lines: pd.DataFrame
    currency: str = "CNY"
    terms: Terms = field(default_factory=Terms)

    def select(self, region: str) -> RegionQuality:
        """Return a region's part; one without lines has none of anything."""
        mine = self.rules[self.rules["region"] == region].drop(columns="region")
        rules = self.company.merge(mine, on="rule", how="left")
        rules[_SUMS] = rules[_SUMS].fillna(0).astype("int64")
        whole = self.totals[self.totals["region"] == region]
        lines = self.lines[self.lines["region"] == region]
        return RegionQuality(
            region,
            rules,
            {
                "n_looked": int(whole["n_looked"].sum()),
                "n_kept": int(whole["n_kept"].sum()),
                "n_looked_company": int(self.totals["n_looked"].sum()),
            },
            lines.drop(columns="region").reset_index(drop=True),
            self.currency,
            self.terms,
        )


_SUMS = ["n_rows", "units", "n_dropped", "units_dropped"]


def by_region(data: "Dataset") -> Regional:
    """Return every region's part of the loss report of `data`.

    Examples
    --------
    >>> from salesanalysis.data.loading import load
    >>> print(by_region(load("demo")).select("East").headline())
    East: 16,638 order lines (33.7% of the company's), none dropped by a rule
    """
    quality = data.quality
    look: Look = quality._look  # type: ignore[attr-defined]
    company = quality.rules.loc[quality.rules["n_rows"] > 0, ["rule", "action", "n_rows"]]
    parts = {rule: found_rows(look, rule) for rule in company["rule"]}
    lines = look.rows
    counts = lines.group_by("region").aggregate(
        n_looked=lines.count(), n_kept=lines[RULE].isnull().ifelse(1, 0).sum()
    )
    return Regional(
        _sums(look, parts),
        fetch(look.con, counts.order_by("region")),
        company.rename(columns={"n_rows": "n_company"}).reset_index(drop=True),
        _largest(look, parts, _only_file(data)),
        data.currency,
        data.terms,
    )


def _sums(look: Look, parts: dict[str, Any]) -> pd.DataFrame:
    """Return lines and ten-thousandths of their amounts, found and lost, per region and rule."""
    found = [_per_region(look, rows, []).assign(rule=rule) for rule, rows in parts.items()]
    gone = look.rows.filter(look.rows[RULE].notnull())
    lost = _per_region(look, gone, [RULE]).rename(columns={RULE: "rule"})
    both = pd.concat([*found, _EMPTY], ignore_index=True).merge(
        lost.rename(columns={"n_rows": "n_dropped", "units": "units_dropped"}),
        on=["region", "rule"],
        how="outer",
    )
    both[_SUMS] = both[_SUMS].fillna(0).astype("int64")
    return both[["region", "rule", *_SUMS]].sort_values(["region", "rule"], ignore_index=True)


_EMPTY = pd.DataFrame(
    {
        "region": pd.Series(dtype="str"),
        "n_rows": pd.Series(dtype="int64"),
        "units": pd.Series(dtype="int64"),
        "rule": pd.Series(dtype="str"),
    }
)


def _per_region(look: Look, rows: Any, more: list[str]) -> pd.DataFrame:
    keys = ["region", *more]
    # where another engine counts copies, a row stands for several lines
    times = rows[TIMES] if TIMES in rows.columns else None
    n = rows.count() if times is None else times.sum()
    amount = rows["revenue"] if times is None else rows["revenue"] * times
    sums = rows.group_by(keys).aggregate(
        n_rows=n.cast("int64"), units=amount.sum().cast(WIDE).fill_null(0)
    )
    return fetch_fixed(look.con, sums)


def _largest(look: Look, parts: dict[str, Any], file: str) -> pd.DataFrame:
    """Return the largest lines of each rule and region, in an order of their own values."""
    import ibis  # noqa: PLC0415

    tables = []
    for rule, rows in parts.items():
        keys = [c for c in ("date", "order_id", "product", "customer", ROW) if c in rows.columns]
        sized = rows.mutate(_size=rows["revenue"].abs())
        order = [sized["_size"].desc(), *(sized[c] for c in keys)]
        ranked = sized.mutate(_n=ibis.row_number().over(group_by="region", order_by=order))
        top = ranked.filter(ranked["_n"] < SHOWN).order_by(["region", "_n"])
        tables.append(shown(fetch(look.con, top), look).assign(rule=rule))
    if not tables:
        return pd.DataFrame({c: pd.Series(dtype="str") for c in ("region", "rule")})
    table = pd.concat(tables, ignore_index=True)
    return _placed(table, file)[["region", *(c for c in _LINE if c in (*table.columns, "place"))]]


def _only_file(data: "Dataset") -> str:
    """Return the file of the order lines where there is one alone."""
    files = {part.file for part in data.parts.get("sales", ())}
    return files.pop() if len(files) == 1 else ""


def _placed(table: pd.DataFrame, only: str) -> pd.DataFrame:
    """Add where a line stands: file and row, as far as they are known."""
    if "row" not in table:
        return table.assign(place="")
    row = table["row"].astype("Int64").astype("str").replace("<NA>", "")
    file = table["file"].fillna("") if "file" in table else pd.Series(only, index=table.index)
    return table.assign(place=(file.astype("str") + ": " + row).str.strip(": "))
