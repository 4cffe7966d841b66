# ruff: noqa: PD003  Ibis calls it isnull
"""What was read, what is seen, what is missing: rows and amounts in and out."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.data.engine import fetch
from salesanalysis.data.kinds import AMOUNT, FACTS, LEVELS, NONE
from salesanalysis.errors import ReconciliationError
from salesanalysis.labels import Terms, count, day, label, money, month
from salesanalysis.results import Result, column_label, require_adds_up
from salesanalysis.schema import TABLES

if TYPE_CHECKING:
    from salesanalysis.data.dataset import Dataset

#: Gaps named one by one in the sentences; the table has them all.
MAX_GAPS = 3


@dataclass(frozen=True, eq=False)
class Quality(Result):
    """The data statement of a data set: nothing read is lost without a word.

    Attributes
    ----------
    overview : DataFrame, one row per table
        ``table``, ``n_in`` (rows read), ``n_seen`` (up to `as_of`), ``n_after`` (kept, not seen),
        ``amount_in``, ``amount_seen``, ``amount_after`` (currency), ``first``, ``last`` (days of
        the rows seen), ``n_gaps``, ``n_rounded`` (values cut to four decimals) and ``status``;
        days and amounts are empty where the status says there are none.
    gaps : DataFrame, one row per table and column
        ``table``, ``column``, ``n_empty``: rows seen without a value. An order line without a
        name for a level is kept as ``(none)``.
    months : DataFrame, one row per month of sales seen
        ``period``, ``n_rows``, ``amount`` (currency), ``closed``.
    mapping : str
        Name of the mapping the files were read with; empty where there was none.
    as_of, closed_through : Timestamp

    Raises
    ------
    ReconciliationError
        Rows or amounts in and out differ: a defect of ours.
    """

    overview: pd.DataFrame
    gaps: pd.DataFrame
    months: pd.DataFrame
    as_of: pd.Timestamp
    closed_through: pd.Timestamp
    mapping: str = ""
    currency: str = "CNY"
    terms: Terms = field(default_factory=Terms)

    def __post_init__(self) -> None:
        """Refuse to exist where something was lost."""
        for name in ("overview", "gaps", "months"):
            object.__setattr__(self, name, getattr(self, name).copy())
        table = self.overview
        lost = table[table["n_in"] != table["n_seen"] + table["n_after"]]
        if len(lost):
            raise ReconciliationError(
                f"{lost['table'].iloc[0]} lost rows: {lost['n_in'].iloc[0]} read, "
                f"{lost['n_seen'].iloc[0]} + {lost['n_after'].iloc[0]} kept.",
                where="data.quality",
                fix="this is a defect: please report it with the file",
                code="does-not-add-up",
                rows=lost,
            )
        amounts = table.dropna(subset=["amount_in"])
        parts = pd.concat([amounts["amount_seen"], amounts["amount_after"]])
        require_adds_up(parts, float(amounts["amount_in"].sum()), what="Amounts read")

    def to_frame(self) -> pd.DataFrame:
        """Return the overview, one row per table; a copy."""
        return self.overview.copy()

    def _sentences(self, lang: str) -> list[str]:
        sales = self.overview.set_index("table").loc["sales"]
        source = "mapping" if self.mapping else "direct"
        out = [
            label(
                "quality.headline",
                lang,
                n=count(sales["n_seen"]),
                amount=money(sales["amount_seen"], lang, self.currency),
                first=day(sales["first"], lang),
                last=day(sales["last"], lang),
            ),
            label(f"quality.{source}", lang, mapping=self.mapping, n=count(sales["n_in"])),
        ]
        if sales["n_after"]:
            after = money(sales["amount_after"], lang, self.currency)
            n, as_of = count(sales["n_after"]), day(self.as_of, lang)
            out.append(label("quality.after", lang, n=n, amount=after, as_of=as_of))
        return [*out, *self._open_sentences(lang), *self._gap_sentences(lang)]

    def _open_sentences(self, lang: str) -> list[str]:
        """Say which month is not over yet."""
        opened = self.months.loc[~self.months["closed"], "period"]
        closed = month(self.closed_through, lang)
        return [label("quality.open", lang, month=month(m, lang), closed=closed) for m in opened]

    def _gap_sentences(self, lang: str) -> list[str]:
        """Name the largest gaps in the sales table, or say that there are none."""
        table = self.gaps[(self.gaps["table"] == "sales") & (self.gaps["n_empty"] > 0)]
        top = table.sort_values(["n_empty", "column"], ascending=[False, True]).head(MAX_GAPS)
        out = [
            label(
                "quality.none" if column in LEVELS else "quality.empty",
                lang,
                n=count(n),
                column=column_label(column, lang),
            )
            for column, n in zip(top["column"], top["n_empty"], strict=True)
        ]
        rounded = int(self.overview["n_rounded"].sum())
        if rounded:
            out.append(label("quality.rounded", lang, n=count(rounded)))
        return out or [label("quality.complete", lang)]


def inspect(data: "Dataset") -> Quality:
    """Count what was read and what is seen of every table of `data`."""
    gaps = pd.concat([_gaps(data, name) for name in data.tables], ignore_index=True)
    n_gaps = gaps.groupby("table")["n_empty"].sum()
    overview = pd.DataFrame([_overview(data, name, int(n_gaps[name])) for name in data.tables])
    for column in ("first", "last"):
        overview[column] = pd.to_datetime(overview[column]).astype("datetime64[us]")
    return Quality(
        overview,
        gaps,
        _months(data),
        data.as_of,
        data.closed_through,
        data.mapping,
        data.currency,
        data.terms,
    )


def _overview(data: "Dataset", name: str, n_gaps: int) -> dict[str, Any]:
    """Return the row of one table."""
    origin, amount = data.origins[name], AMOUNT.get(name)
    whole, seen = _counted(data, data.whole(name), name), _counted(data, data.table(name), name)
    empty = float("nan")
    status = "data_gaps" if n_gaps else "data_complete"
    return {
        "table": name,
        "n_in": origin.n_rows,
        "n_seen": int(seen["n"]),
        "n_after": int(whole["n"] - seen["n"]),
        "amount_in": origin.amount if amount else empty,
        "amount_seen": float(seen["amount"]) if amount else empty,
        "amount_after": float(whole["amount"]) - float(seen["amount"]) if amount else empty,
        "first": seen.get("first", pd.NaT),
        "last": seen.get("last", pd.NaT),
        "n_gaps": n_gaps,
        "n_rounded": origin.n_rounded,
        "status": status if amount and "first" in seen else "data_register",
    }


def _counted(data: "Dataset", table: Any, name: str) -> dict[str, Any]:
    """Count rows, amount and days of a table in one pass."""
    wanted: dict[str, Any] = {"n": table.count()}
    if name in AMOUNT:
        wanted["amount"] = table[AMOUNT[name]].sum().fill_null(0)
    dates = [c for c in ("date", "period", "opened") if c in table.columns]
    if dates:
        wanted |= {"first": table[dates[0]].min(), "last": table[dates[0]].max()}
    counted: dict[str, Any] = fetch(data.con, table.aggregate(**wanted)).iloc[0].to_dict()
    return counted


def _gaps(data: "Dataset", name: str) -> pd.DataFrame:
    """Count the rows without a value in every column of the contract."""
    table = data.table(name)
    columns = [c.name for c in TABLES[name] if c.name in table.columns]
    named = {c: c in LEVELS and name in FACTS for c in columns}
    counts = {
        c: ((table[c] == NONE) if named[c] else table[c].isnull()).sum().fill_null(0)
        for c in columns
    }
    row = fetch(data.con, table.aggregate(**counts)).iloc[0]
    return pd.DataFrame(
        {"table": name, "column": columns, "n_empty": row[columns].astype("int64").to_numpy()}
    )


def _months(data: "Dataset") -> pd.DataFrame:
    """Return lines and amount of every month of sales seen."""
    table = data.table("sales")
    dated = table.mutate(period=table["date"].truncate("M"))
    sums = dated.group_by("period").aggregate(n_rows=dated.count(), amount=dated["revenue"].sum())
    found = fetch(data.con, sums.order_by("period"))
    return found.assign(closed=found["period"] <= data.closed_through)
