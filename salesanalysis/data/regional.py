"""What of the loss report lies in one region, and which of its lines are the largest."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.data.cleaning import Look
from salesanalysis.data.cleaning.counting import UNITS
from salesanalysis.data.cleaning.look import RULE
from salesanalysis.data.cleaning.loss import found_rows
from salesanalysis.data.cleaning.report import shown
from salesanalysis.data.engine import fetch
from salesanalysis.data.fixed import fetch_fixed
from salesanalysis.errors import ReconciliationError
from salesanalysis.labels import Terms, count, label, money, percent
from salesanalysis.results import Result

if TYPE_CHECKING:
    from salesanalysis.data.dataset import Dataset

#: Lines of each rule that are shown.
SHOWN = 3
#: Columns of a line that are shown, as far as they are there.
_LINE = ("rule", "file", "row", "order_id", "date", "salesperson", "customer", "product",
         "quantity", "unit_price", "revenue")  # fmt: skip


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


def part_of(data: "Dataset", region: str) -> RegionQuality:
    """Return a region's part of the loss report of `data`.

    Examples
    --------
    >>> from salesanalysis.data.loading import load
    >>> print(part_of(load("demo"), "East").headline())
    East: 16,638 order lines (33.7% of the company's), none left out
    """
    quality = data.quality
    look: Look = quality._look  # type: ignore[attr-defined]
    found = quality.rules[quality.rules["n_rows"] > 0]
    here = look.rows["region"] == region
    lines = look.rows.filter(here)
    parts = {r: _in_region(found_rows(look, r), region) for r in found["rule"]}
    rows = [
        {
            "rule": row.rule,
            "action": row.action,
            **_sums(look, parts[row.rule], ""),
            **(
                _sums(look, lines.filter(lines[RULE] == row.rule), "_dropped")
                if row.n_dropped
                else {"n_dropped": 0, "units_dropped": 0}
            ),
            "n_company": int(row.n_rows),
        }
        for row in found.itertuples()
    ]
    whole = _sums(look, lines, "")
    kept = _sums(look, lines.filter(lines[RULE].isnull()), "")  # noqa: PD003  Ibis calls it so
    return RegionQuality(
        region,
        pd.DataFrame(rows, columns=_RULES).astype({"rule": "str", "action": "str"}),
        {
            "n_looked": whole["n_rows"],
            "n_kept": kept["n_rows"],
            "n_looked_company": quality.totals["n_looked"],
        },
        _largest(look, parts),
        data.currency,
        data.terms,
    )


_RULES = ["rule", "action", "n_rows", "units", "n_dropped", "units_dropped", "n_company"]


def _in_region(rows: Any, region: str) -> Any:
    return rows.filter(rows["region"] == region)


def _sums(look: Look, rows: Any, suffix: str) -> dict[str, int]:
    """Return lines and ten-thousandths of their amounts."""
    sums = rows.aggregate(n=rows.count(), amount=rows["revenue"].sum().fill_null(0))
    row = fetch_fixed(look.con, sums).iloc[0]
    return {f"n{suffix or '_rows'}": int(row["n"]), f"units{suffix}": int(row["amount"])}


def _largest(look: Look, parts: dict[str, Any]) -> pd.DataFrame:
    """Return the largest lines of each rule, in an order of their own values."""
    tables = []
    for rule, rows in parts.items():
        keys = [c for c in ("date", "order_id", "product", "customer", "_row") if c in rows.columns]
        sized = rows.mutate(_size=rows["revenue"].abs())
        top = fetch(look.con, sized.order_by(sized["_size"].desc(), *keys).limit(SHOWN))
        tables.append(shown(top, look).assign(rule=rule))
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=["rule"])
    return table[[c for c in _LINE if c in table.columns]]
