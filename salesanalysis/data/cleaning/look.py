# ruff: noqa: PD003  Ibis calls it isnull
"""What the rules look at: the lines with their numbers, and the lists they are held against."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from salesanalysis.data.cleaning.settings import DEFAULTS, RULES, Settings
from salesanalysis.data.engine import MONEY, fetch
from salesanalysis.data.kinds import MARKS, NONE, ROW

#: Columns of ours beside those of the table: number of the row, file, rule it was lost to.
RULE, ID = "rule", "_id"
HIDDEN = (*MARKS, RULE, ID)


@dataclass(frozen=True, eq=False)
class Look:
    """The order lines under the rules.

    Attributes
    ----------
    con : the engine
    rows : Ibis table
        Order lines; `ID` numbers them where they are kept in the engine, `RULE` names the rule
        a line was lost to where that is decided already.
    as_of : Timestamp
    settings : Settings
    people : DataFrame, optional
        The people table.
    regions : tuple of str
        Regions somebody declared; empty where nobody did.
    numbered : bool
        Order numbers are row numbers: the file has none.
    """

    con: Any
    rows: Any
    as_of: pd.Timestamp
    settings: Settings = DEFAULTS
    people: pd.DataFrame | None = field(default=None, repr=False)
    regions: tuple[str, ...] = ()
    numbered: bool = False
    #: what was computed once: several rules and the report look at the same lists
    memo: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def columns(self) -> list[str]:
        """Columns of the table itself."""
        return [c for c in self.rows.columns if c not in HIDDEN]

    def has(self, *columns: str) -> bool:
        """Tell whether the table has all of `columns`."""
        return all(c in self.rows.columns for c in columns)

    @property
    def decided(self) -> bool:
        """Tell whether it is known which lines were lost to which rule."""
        return RULE in self.rows.columns

    def stays(self, rule: str) -> bool:
        """Tell whether a rule only looks at lines that no other rule left out."""
        return self.decided and self.settings[rule].action == "flag"

    @property
    def is_local(self) -> bool:
        """Tell whether the lines live in our own engine."""
        return is_local(self.rows)

    @cached_property
    def known_regions(self) -> list[str]:
        """Regions that were declared, or that people are assigned to."""
        from_people = _texts(self.people, "region")
        return sorted({*self.regions, *from_people} - {NONE})

    @cached_property
    def known_people(self) -> list[str]:
        """Everybody in the people table."""
        return _texts(self.people, "salesperson")

    def spans(self, column: str) -> pd.DataFrame:
        """Return ``who`` and ``day``: first hire or last leave of everybody who has one."""
        if self.people is None or column not in self.people:
            return pd.DataFrame({"who": pd.Series(dtype="str"), "day": pd.Series(dtype="M8[us]")})
        table = self.people[["salesperson", column]].rename(columns={"salesperson": "who"})
        if column == "leave_date":
            # one open assignment: still there
            table = table[~table["who"].isin(table.loc[table[column].isna(), "who"])]
        days = table.dropna().groupby("who")[column]
        found = days.max() if column == "leave_date" else days.min()
        return found.rename("day").reset_index()


def _texts(table: pd.DataFrame | None, column: str) -> list[str]:
    if table is None or column not in table:
        return []
    return sorted(table[column].dropna().unique())


def numbered(con: Any, table: Any) -> Any:
    """Return `table` with `ID` and `ROW` where its lines are kept in our engine.

    The lines of such a table have a number of their own; those of a file read lazily, or of
    another engine, have none.
    """
    if ID in table.columns:
        return table
    if not is_kept(con, table):
        return table
    # named apart: a column of the row's number would follow the columns it is computed from
    with_id = table.mutate(**{ID: table.rowid()})
    return with_id if ROW in table.columns else with_id.mutate(**{ROW: with_id[ID] + 1})


def is_local(table: Any) -> bool:
    """Tell whether a table lives in DuckDB."""
    backends = table.op().find(_backend_nodes())
    return all(node.source.name == "duckdb" for node in backends)


def is_kept(con: Any, table: Any) -> bool:
    """Tell whether `table` is one that our engine holds, and no view of a file."""
    import ibis.expr.operations as ops  # noqa: PLC0415

    op = table.op()
    if not (isinstance(op, ops.DatabaseTable) and is_local(table)):
        return False
    name = op.name.replace("'", "''")
    kept = con.raw_sql(f"SELECT count(*) FROM duckdb_tables() WHERE table_name = '{name}'")
    return bool(kept.fetchall()[0][0])


def _backend_nodes() -> tuple[type, ...]:
    import ibis.expr.operations as ops  # noqa: PLC0415

    return (ops.DatabaseTable, ops.SQLQueryResult)


def money(table: Any) -> Any:
    """Return revenue as DECIMAL: a sum of floats would change from run to run."""
    return table["revenue"].cast(MONEY)


def distinct(look: Look, column: str) -> pd.DataFrame:
    """Return every name of a level with its lines and amount: ``name``, ``n``, ``amount``.

    Rules about names judge these few names, and the engine looks for the ones they choose.
    """
    if f"names of {column}" not in look.memo:
        remember_names(look, [column])
    names: pd.DataFrame = look.memo[f"names of {column}"]
    return names[names["name"].str.strip() != ""]


def remember_names(look: Look, columns: Sequence[str]) -> None:
    """Ask for the names of several levels at once, for `distinct`."""
    import ibis  # noqa: PLC0415

    rows, columns = look.rows, [c for c in columns if f"names of {c}" not in look.memo]
    if not columns:
        return
    sums = [
        rows.group_by(name=rows[c])
        .aggregate(n=rows.count(), amount=money(rows).sum())
        .mutate(level=ibis.literal(c))
        for c in columns
    ]
    found = fetch(look.con, ibis.union(*sums))
    found = found[found["name"].notna() & (found["name"] != NONE)]
    for column in columns:
        own = found[found["level"] == column].drop(columns="level")
        look.memo[f"names of {column}"] = own.reset_index(drop=True)


def nameless(look: Look, table: Any, column: str) -> Any:
    """Tell which rows have no name in a level."""
    distinct(look, column)
    names = look.memo[f"names of {column}"]["name"]
    blank = names[names.str.strip() == ""].tolist()
    return table[column].isnull() | table[column].isin([NONE, *blank])


def is_return(table: Any) -> Any:
    """Tell which lines are returns: marked, or, where nothing is marked, with a minus sign."""
    if "is_return" in table.columns:
        return yes(table["is_return"])
    back = yes(money(table) < 0)
    return back | yes(table["quantity"] < 0) if "quantity" in table.columns else back


def yes(flag: Any) -> Any:
    """Return a flag that is never missing."""
    no = False
    return flag.fill_null(no)


def early(rule: str) -> list[str]:
    """Return the rules before `rule`."""
    order = list(RULES)
    return order[: order.index(rule)]


def people_of(con: Any, sources: dict[str, Any]) -> pd.DataFrame | None:
    """Return the people table as a frame, or None."""
    if "people" not in sources:
        return None
    table = sources["people"]
    wanted = [c for c in ("salesperson", "region", "hire_date", "leave_date") if c in table.columns]
    return fetch(con, table.select(*wanted))
