"""What a conversion did: lines, amounts before and after, by which rates."""

from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
import pandas as pd

from salesanalysis.data.fixed import UNITS
from salesanalysis.data.rates.tables import SCALE
from salesanalysis.errors import ReconciliationError
from salesanalysis.labels import Terms, count, exact, label
from salesanalysis.results import Result, column_label

#: Currencies or units named one by one in the sentences; the table has them all.
MAX_NAMED = 5


@dataclass(frozen=True, eq=False)
class Conversion(Result):
    """Amounts of one table brought to one currency or unit, with their control totals.

    Attributes
    ----------
    controls : DataFrame, one row per amount column, currency (or unit) and rate
        ``column``, ``currency``, ``start`` (first day of the rate; empty where it always
        holds), ``rate`` (text, exact), ``n_lines``, ``n_rounded`` (values rounded half up to
        four decimals), ``before``, ``after`` (whole ten-thousandths, int64).
    name : str
        The table.
    to : str
    kind : {"currency", "unit", "label"}
        ``label``: the column says something else than what the amounts are in, and nothing
        was converted.
    n_lines : int
        Lines of the table, counted apart from the controls.
    source : str
        Where the rates are from; empty where nobody said.
    column : str
        The column that says which currency or unit a line is in.

    Raises
    ------
    ReconciliationError
        Lines before and after differ, or an amount is further from amount x rate than half a
        ten-thousandth per line: a defect of ours or a tampered table.
    """

    controls: pd.DataFrame
    name: str
    to: str
    kind: str
    n_lines: int
    source: str = ""
    column: str = "currency"
    terms: Terms = field(default_factory=Terms)

    def __post_init__(self) -> None:
        """Refuse to exist where a line was lost or an amount is not its product."""
        object.__setattr__(self, "controls", self.controls.copy())
        counted = self.controls.groupby("column")["n_lines"].sum()
        if (counted != self.n_lines).any():
            raise _broken(f"{self.n_lines:,} lines of {self.name} became {counted.iloc[0]:,}.")
        rate = np.array([int(Decimal(r) * SCALE) for r in self.controls["rate"]], dtype=object)
        table = self.controls[["before", "after", "n_lines"]].astype(object)
        gap = abs(table["after"] * SCALE - table["before"] * rate)
        wrong = self.controls[gap * 2 > table["n_lines"] * SCALE]
        if len(wrong):
            row = wrong.iloc[0]
            raise _broken(
                f"{row['before'] / UNITS:,.4f} {row['currency']} at {row['rate']} is not "
                f"{row['after'] / UNITS:,.4f} {self.to}."
            )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per amount column and currency: lines, before, rates, after.

        Returns
        -------
        DataFrame: ``table``, ``column``, ``currency``, ``n_lines``, ``n_rounded``, ``before``,
        ``rate_low``, ``rate_high`` (text, exact), ``after``, ``to``
        """
        size = [Decimal(r) for r in self.controls["rate"]]
        table = self.controls.assign(size=pd.Series(size, index=self.controls.index, dtype=object))
        grouped = table.groupby(["column", "currency"], sort=False, as_index=False).agg(
            n_lines=("n_lines", "sum"),
            n_rounded=("n_rounded", "sum"),
            before=("before", "sum"),
            rate_low=("size", "min"),
            rate_high=("size", "max"),
            after=("after", "sum"),
        )
        texts = {
            c: grouped[c].map(lambda r: f"{r:f}").astype("str") for c in ("rate_low", "rate_high")
        }
        shown = grouped.assign(
            **texts, before=grouped["before"] / UNITS, after=grouped["after"] / UNITS, to=self.to
        )
        shown.insert(0, "table", self.name)
        return shown

    def _sentences(self, lang: str) -> list[str]:
        table = self.to_frame()
        first = table[table["column"] == table["column"].iloc[0]]
        what = column_label(str(first["column"].iloc[0]), lang)
        total = exact(float(first["after"].sum()))
        source = label("rates.by", lang, source=self.source) if self.source else ""
        head = label(
            f"rates.{self.kind}",
            lang,
            n=count(self.n_lines),
            k=count(len(first)),
            to=self.to,
            what=what,
            amount=total,
            source=source,
            column=column_label(self.column, lang),
            names=label("rates.comma", lang).join(first["currency"].head(MAX_NAMED)),
        )
        if self.kind == "label":
            return [head]
        return [head, *self._each(first, what, lang), *self._rounding(lang)]

    def _each(self, rows: pd.DataFrame, what: str, lang: str) -> list[str]:
        """Say what every currency was and became, largest first."""
        top = rows.sort_values(["after", "currency"], ascending=[False, True]).head(MAX_NAMED)
        return [
            label(
                "rates.each" if row.rate_low == row.rate_high else "rates.each_span",
                lang,
                currency=row.currency,
                n=count(row.n_lines),
                what=what,
                before=exact(row.before),
                low=row.rate_low,
                high=row.rate_high,
                after=exact(row.after),
                to=self.to,
            )
            for row in top.itertuples(index=False)
            if row.currency != self.to
        ]

    def _rounding(self, lang: str) -> list[str]:
        n = int(self.controls["n_rounded"].sum())
        return [label("rates.rounded", lang, n=count(n))] if n else []


def _broken(what: str) -> ReconciliationError:
    return ReconciliationError(
        what,
        where="conversion of currencies or units",
        fix="this is a defect or a tampered table: please report it with the input",
        code="does-not-add-up",
    )
