# ruff: noqa: PD003  Ibis calls it isnull
"""What was read, what was left out, what is suspicious: rows and amounts in and out."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.data.cleaning.counting import UNITS
from salesanalysis.data.cleaning.counting import units as units_of
from salesanalysis.data.cleaning.loss import offending
from salesanalysis.data.cleaning.report import Report, examined, shown
from salesanalysis.data.cleaning.settings import RULES
from salesanalysis.data.engine import fetch
from salesanalysis.data.kinds import AMOUNT, FACTS, LEVELS, NONE
from salesanalysis.data.statement import statement
from salesanalysis.errors import ContractError, ReconciliationError, unknown_name
from salesanalysis.labels import Terms
from salesanalysis.results import Result, require_adds_up
from salesanalysis.schema import TABLES

if TYPE_CHECKING:
    from salesanalysis.data.dataset import Dataset


@dataclass(frozen=True, eq=False)
class Quality(Result):
    """The data statement of a data set: nothing read is lost without a word.

    Attributes
    ----------
    overview : DataFrame, one row per table
        ``table``, ``n_in`` (rows read), ``n_seen`` (up to `as_of`), ``n_after`` (kept, not seen),
        ``n_dropped`` (by a rule), the same as ``amount_`` (currency), ``first``, ``last`` (days
        of the rows seen), ``n_gaps``, ``n_rounded`` (values cut to four decimals), ``n_blank``
        and ``n_left_out`` (rows of the file without a value, and left out by the mapping, those
        with their ``amount_left_out``), ``amount_rounded`` (what the cut took) and
        ``status``; days and amounts are empty where the status says there are none.
    gaps : DataFrame, one row per table and column
        ``table``, ``column``, ``n_empty`` (rows seen without a value), ``filled_share``. An
        order line without a name for a level is kept as ``(none)``.
    months : DataFrame, one row per month of sales seen
        ``period``, ``n_rows``, ``amount`` (currency), ``closed``.
    as_of, closed_through : Timestamp
    rules : DataFrame, one row per rule, in the order in which lines are lost
        See `salesanalysis.data.cleaning.report.Report`.
    totals : dict
        Rows and ten-thousandths of the currency unit ``n_read``, ``units_read``, ``n_later``,
        ``units_later``, those of them that a rule dropped ``n_later_lost``, ``units_later_lost``;
        ``n_kept``, ``units_kept``; ``n_looked`` lines up to the day, with
        ``units_abs``, their amounts without signs; ``units_abs_read`` with those after it.
    names : DataFrame, one row per name that is probably misspelt
        ``column``, ``from_name``, ``to_name``, ``reason``, ``n_rows``, ``n_to``, ``amount``.
    evidence : DataFrame
        The largest lines of each rule: ``rule``, ``row`` and ``file`` where known, and the line.
    sources : DataFrame, one row per file
        ``table``, ``file``, ``n_rows``, ``amount``: the control totals.
    mapping : str
        Name of the mapping the files were read with; empty where there was none.
    remarks : tuple of (key, values)
        What is worth a word about how they were read, such as a currency nobody declared.
    last_open : Timestamp or None
        The last day of the lines of a month that is not over, also where they are dropped.

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
    rules: pd.DataFrame
    totals: dict[str, int]
    names: pd.DataFrame
    evidence: pd.DataFrame
    sources: pd.DataFrame
    numbered: bool = False
    renamed: tuple[dict[str, Any], ...] = ()
    mapping: str = ""
    currency: str = "CNY"
    terms: Terms = field(default_factory=Terms)
    remarks: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    last_open: pd.Timestamp | None = None

    def __post_init__(self) -> None:
        """Refuse to exist where something was lost."""
        for name in ("overview", "gaps", "months", "rules", "names", "evidence", "sources"):
            object.__setattr__(self, name, getattr(self, name).copy())
        object.__setattr__(self, "totals", dict(self.totals))
        self._require_rows()
        self._require_rules()

    def _require_rows(self) -> None:
        """Compare rows and amounts in and out of every table."""
        table = self.overview
        kept = table["n_seen"] + table["n_after"] + table["n_dropped"]
        lost = table[table["n_in"] != kept]
        if len(lost):
            row = lost.iloc[0]
            dropped = f" + {row['n_dropped']} dropped" if row["n_dropped"] else ""
            raise ReconciliationError(
                f"{row['table']} lost rows: {row['n_in']} read, "
                f"{row['n_seen']} + {row['n_after']} kept{dropped}.",
                where="data.quality",
                fix="this is a defect: please report it with the file",
                code="does-not-add-up",
                rows=lost,
            )
        amounts = table.dropna(subset=["amount_in"])
        parts = pd.concat([amounts[f"amount_{c}"] for c in ("seen", "after", "dropped")])
        require_adds_up(parts, float(amounts["amount_in"].sum()), what="Amounts read")

    def _require_rules(self) -> None:
        """Compare order lines read with those kept, later and dropped: to the last digit."""
        for kind in ("n", "units"):
            dropped = sum(int(n) for n in self.rules[f"{kind}_dropped"])
            read, later, kept = (self.totals[f"{kind}_{c}"] for c in ("read", "later", "kept"))
            if read != later + kept + dropped:
                raise ReconciliationError(
                    f"Of {read:,} read, {later:,} later, {dropped:,} dropped and {kept:,} kept "
                    f"leave {read - later - dropped - kept:+,}.",
                    where=f"data.quality, {_KINDS[kind]}",
                    fix="this is a defect: please report it with the file",
                    code="does-not-add-up",
                )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per rule, between what was read and what was kept; a copy.

        Returns
        -------
        DataFrame
            ``rule``, ``action``, ``n_rows``, ``row_share``, ``amount``, ``amount_abs``
            (currency, without signs), ``money_share`` (of the amounts without signs),
            ``n_dropped``, ``amount_dropped``, ``examples`` (orders) and ``status``. Shares of
            rules are of the lines up to `as_of`: later ones are not looked at.
        """
        lines, whole = self.totals["n_looked"], self.totals["units_abs"]
        table = self.rules.assign(
            row_share=self.rules["n_rows"] / max(lines, 1),
            amount=self.rules["units"] / UNITS,
            amount_abs=self.rules["units_abs"] / UNITS,
            money_share=self.rules["units_abs"] / max(whole, 1),
            amount_dropped=self.rules["units_dropped"] / UNITS,
        )
        ends = pd.DataFrame([self._end(name) for name in ("read", "later", "kept")])
        table = pd.concat([ends.head(1), table, ends.tail(2)], ignore_index=True)
        return table[list(_SHOWN)]

    def _end(self, name: str) -> dict[str, Any]:
        """Return the row of what was read, is later or was kept."""
        n, units = self.totals[f"n_{name}"], self.totals[f"units_{name}"]
        size = {"amount_abs": self.totals["units_abs_read"] / UNITS, "money_share": 1.0}
        unknown = {"amount_abs": float("nan"), "money_share": float("nan")}
        return {
            "rule": name,
            "action": "",
            "n_rows": n,
            "row_share": n / max(self.totals["n_read"], 1),
            "amount": units / UNITS,
            **(size if name == "read" else unknown),
            "n_dropped": 0,
            "amount_dropped": 0.0,
            "examples": "",
            "status": "sum_of_lines",
        }

    def rows(self, rule: str, limit: int | None = 20) -> pd.DataFrame:
        """Return the lines that `rule` finds, the largest first.

        Parameters
        ----------
        rule : str
            Name of a rule.
        limit : int, optional
            Most rows; None for all of them.

        Returns
        -------
        DataFrame
            ``row`` (from 1) and ``file`` where they are known, and the columns of the table.

        Raises
        ------
        ContractError
            No rule of this name, with the nearest; more rows than a saved result carries.
        """
        if rule not in RULES:
            raise unknown_name(
                rule, list(RULES), kind="rule", where="rows(rule)", error=ContractError
            )
        sample = self.evidence[self.evidence["rule"] == rule].drop(columns="rule")
        there = int(self.rules.set_index("rule").loc[rule, "n_rows"])
        wanted = there if limit is None else min(limit, there)
        if wanted <= len(sample):
            return sample.head(wanted).reset_index(drop=True)
        look = getattr(self, "_look", None)
        if look is None:
            raise ContractError(
                f"A saved result carries {len(sample)} of the {there:,} lines of {rule}.",
                where=f"rows({rule!r}, limit={limit})",
                fix="ask data.quality of the data set itself, or for fewer rows",
                code="bad-choice",
            )
        return shown(offending(look, rule, limit), look)

    def _sentences(self, lang: str) -> list[str]:
        return statement(self, lang)


_KINDS = {"n": "order lines", "units": "ten-thousandths of the currency unit"}
_SHOWN = (
    "rule", "action", "n_rows", "row_share", "amount", "amount_abs", "money_share", "n_dropped",
    "amount_dropped", "examples", "status",
)  # fmt: skip


def inspect(data: "Dataset") -> Quality:
    """Count what was read and what is seen of every table of `data`, and what rules find."""
    report = examined(data)
    gaps = pd.concat([_gaps(data, name) for name in data.tables], ignore_index=True)
    n_gaps = gaps.groupby("table")["n_empty"].sum()
    overview = pd.DataFrame(
        [_overview(data, name, int(n_gaps[name]), report) for name in data.tables]
    )
    for column in ("first", "last"):
        overview[column] = pd.to_datetime(overview[column]).astype("datetime64[us]")
    made = Quality(
        overview,
        gaps,
        _months(data),
        data.as_of,
        data.closed_through,
        report.rules,
        {**_read(data, report), **report.totals},
        report.names,
        report.evidence,
        _files(data),
        report.look.numbered,
        data.renamed,
        data.mapping,
        data.currency,
        data.terms,
        data.remarks,
        report.last_open,
    )
    # no field: what is stored and read back has no engine behind it
    object.__setattr__(made, "_look", report.look)
    return made


def _origins(data: "Dataset", name: str) -> tuple[Any, ...]:
    found = data.origins[name]
    return found if isinstance(found, tuple) else (found,)


def _read(data: "Dataset", report: Report) -> dict[str, int]:
    """Return rows and amount of the order lines as they were counted when they were read."""
    parts = _origins(data, "sales")
    held = sum(report.totals[f"units_{c}"] for c in ("later", "kept"))
    held += sum(int(n) for n in report.rules["units_dropped"])
    amount = sum(float(p.amount) for p in parts)
    # the count of the file is a float: where it is the float of what is held, nothing is missing
    same = abs(amount - held / UNITS) <= 1e-15 * len(parts) * max(abs(amount), 1.0) * 4
    return {
        "n_read": sum(p.n_rows for p in parts),
        "units_read": held if same else units_of(round(amount, 4)),
    }


def _files(data: "Dataset") -> pd.DataFrame:
    """Return the control total of every file."""
    rows = [
        {"table": name, "file": p.file, "n_rows": p.n_rows, "amount": float(p.amount)}
        for name in data.tables
        for p in data.parts.get(name) or _origins(data, name)
    ]
    table = pd.DataFrame(rows).astype({"file": "str", "table": "str"})
    # tables without an amount: nothing to add up
    return table.assign(amount=table["amount"].where(table["table"].isin(list(AMOUNT))))


def _overview(data: "Dataset", name: str, n_gaps: int, report: Report) -> dict[str, Any]:
    """Return the row of one table."""
    origins, amount = _origins(data, name), AMOUNT.get(name)
    whole, seen = _counted(data, data.whole(name), name), _counted(data, data.table(name), name)
    empty = float("nan")
    status = "data_gaps" if n_gaps else "data_complete"
    out = {
        "table": name,
        "n_in": sum(p.n_rows for p in origins),
        "n_seen": int(seen["n"]),
        "n_after": int(whole["n"] - seen["n"]),
        "n_dropped": 0,
        "amount_in": sum(float(p.amount) for p in origins) if amount else empty,
        "amount_seen": float(seen["amount"]) if amount else empty,
        "amount_after": float(whole["amount"]) - float(seen["amount"]) if amount else empty,
        "amount_dropped": 0.0 if amount else empty,
        "first": seen.get("first", pd.NaT),
        "last": seen.get("last", pd.NaT),
        "n_gaps": n_gaps,
        **{
            c: sum(int(getattr(p, c, 0)) for p in origins)
            for c in ("n_rounded", "n_blank", "n_left_out")
        },
        "amount_left_out": sum(float(p.amount_left_out) for p in origins),
        "amount_rounded": sum(float(p.amount_rounded) for p in origins) if amount else empty,
        "status": status if amount and "first" in seen else "data_register",
    }
    return {**out, **_dropped(report)} if name == "sales" else out


def _dropped(report: Report) -> dict[str, Any]:
    """Return what the rules took from the order lines, up to the day and after it."""
    return {
        "n_after": report.totals["n_later"],
        "amount_after": report.totals["units_later"] / UNITS,
        "n_dropped": int(report.rules["n_dropped"].sum()),
        "amount_dropped": int(report.rules["units_dropped"].sum()) / UNITS,
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
    row = fetch(data.con, table.aggregate(_rows=table.count(), **counts)).iloc[0]
    empty = row[columns].astype("int64").to_numpy()
    filled = 1 - empty / max(int(row["_rows"]), 1)
    return pd.DataFrame(
        {"table": name, "column": columns, "n_empty": empty, "filled_share": filled}
    )


def _months(data: "Dataset") -> pd.DataFrame:
    """Return lines and amount of every month of sales seen."""
    table = data.table("sales")
    dated = table.mutate(period=table["date"].truncate("M"))
    sums = dated.group_by("period").aggregate(n_rows=dated.count(), amount=dated["revenue"].sum())
    found = fetch(data.con, sums.order_by("period"))
    return found.assign(closed=found["period"] <= data.closed_through)
