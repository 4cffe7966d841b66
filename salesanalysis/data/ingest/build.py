"""From a mapping to our tables: every source opened once, lookups joined, parts appended."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from salesanalysis.data.engine import drop, fetch, keep, kept_tables, quiet
from salesanalysis.data.ingest import headers
from salesanalysis.data.ingest.draft import Draft
from salesanalysis.data.ingest.faults import MAX_ROWS
from salesanalysis.data.ingest.raw import Raw, no_column, shaped
from salesanalysis.data.ingest.reader import Reader
from salesanalysis.data.kinds import AMOUNT, FACTS, FILE, LEVELS, NONE, Origin
from salesanalysis.data.mapping import ColumnRule, Join, Mapping, Source, TableRule
from salesanalysis.data.sources import (
    Opened,
    Place,
    inside,
    open_table,
    open_table_again,
    typed,
    unreadable,
)
from salesanalysis.data.sources.database import of_table
from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.schema import TABLES


@dataclass(frozen=True, eq=False)
class Builder:
    """Reads the tables of one mapping into one engine.

    Attributes
    ----------
    con : the engine
    mapping : Mapping
    home : Path or None
        The folder the files of the mapping lie in; None: the tables are a database's.
    given : Path or None
        The one file that was given instead of the one the mapping names.
    backend : Ibis connection, optional
        Of the database.
    tables : dict, name -> Ibis table
        Tables handed over connected.
    room : Path
        Folder for files that had to be written in another encoding.
    headers : dict, file -> rows of it that repeat its header and were left out
    """

    con: Any
    mapping: Mapping
    room: Path
    home: Path | None = None
    given: Path | None = None
    backend: Any = None
    tables: dict[str, Any] = field(default_factory=dict)
    opened: dict[Source, Opened] = field(default_factory=dict)
    headers: dict[str, int] = field(default_factory=dict)

    def table(self, name: str) -> tuple[Any, list[Origin]]:
        """Build table `name` the way its rules say.

        Returns
        -------
        table : Ibis table, contract columns first
        origins : list of Origin, one per part

        Raises
        ------
        ContractError
            A column the source does not have (with the nearest), a lookup with a key twice,
            values that are not of their kind or empty or too small, with file and rows.
        """
        rules = self.mapping.tables[name]
        parts = [self._part(name, i, rule) for i, rule in enumerate(rules)]
        files = [o for table, origin in parts for o in self._by_file(name, table, origin)]
        if len(parts) == 1:
            return parts[0][0], files
        whole = _appended(name, [t for t, _ in parts], [o for _, o in parts])
        return whole, files

    def _by_file(self, name: str, table: Any, origin: Origin) -> list[Origin]:
        """Return the origin of every file where several are one table."""
        if FILE not in table.columns or not Path(origin.file).name.count("*"):
            return [origin]
        sums = {"amount": table[AMOUNT[name]].sum()} if AMOUNT.get(name) in table.columns else {}
        counted = table.group_by(FILE).aggregate(n=table.count(), **sums)
        rows = fetch(self.con, counted.order_by(FILE)).to_dict("records")
        files = [Origin(r[FILE], int(r["n"]), float(r.get("amount", 0.0))) for r in rows]
        # what was set aside is counted over all of them
        first = replace(
            files[0],
            n_rounded=origin.n_rounded,
            n_blank=origin.n_blank,
            n_left_out=origin.n_left_out,
            amount_left_out=origin.amount_left_out,
            amount_rounded=origin.amount_rounded,
            notes=origin.notes,
        )
        return [first, *files[1:]]

    def _part(self, name: str, number: int, rule: TableRule) -> tuple[Any, Origin]:
        """Build one part of a table, without headers in its middle: they are no number or day."""
        import duckdb  # noqa: PLC0415

        try:
            return self._tried(name, number, rule)
        except ContractError as error:
            if rule.source not in self.opened:
                raise
            try:
                opened, n = headers.without(self.con, self.opened[rule.source])
            except duckdb.Error:
                # rows the engine cannot read: what is wrong with them is said already
                raise error from None
            if not n:
                raise
            self.opened[rule.source] = opened
            self.headers[opened.name] = n
        self._forget(name, number)
        return self._tried(name, number, rule)

    def _forget(self, name: str, number: int) -> None:
        """Drop what a first reading of a part left behind; the parts before it stay."""
        for left in kept_tables(self.con):
            if left.startswith((self._called(name, number), f"{name}_lookup", "_sample")):
                drop(self.con, left)

    def _called(self, name: str, number: int) -> str:
        """Return what a part of a table is called in the engine."""
        return name if len(self.mapping.tables[name]) == 1 else f"{name}_{number}"

    def _tried(self, name: str, number: int, rule: TableRule) -> tuple[Any, Origin]:
        """Build one part of a table; a file the engine cannot read is looked at once more."""
        import duckdb  # noqa: PLC0415

        try:
            return self._read(name, number, rule)
        except duckdb.Error as error:
            place = self._place(rule.source)
            if place.path is None:
                raise
            # far down there may be another encoding or other ends of lines
            self.opened[rule.source] = open_table_again(self.con, place, self.room, error)
        self._forget(name, number)
        try:
            return self._read(name, number, rule)
        except duckdb.Error as error:
            raise unreadable(place.path, error) from None

    def _read(self, name: str, number: int, rule: TableRule) -> tuple[Any, Origin]:
        """Open, shape, read, join and check one part."""
        opened = self._open(rule.source)
        where = self.mapping.doc.where(*rule.place)
        raw = shaped(self.con, opened, rule, self.mapping.doc)
        reader = Reader(self.con, raw, rule.columns, where)
        reader.settle()
        self._require_currency(reader, where)
        lookups = [self._lookup(rule, i) for i in range(len(rule.joins))]
        part = self._called(name, number)
        lazy = opened.remote or (opened.typed and not rule.joins and not reader.styles)
        table, origin = Draft(reader, name, part, lookups, lazy=lazy).finish()
        rooms = [raw.room, *(f"{name}_lookup{i}" for i in range(len(lookups)))]
        for room in rooms if not opened.remote else ():
            if room:
                drop(self.con, room)
        return table, origin

    def _require_currency(self, reader: Reader, where: str) -> None:
        """Refuse amounts that name another currency than the mapping says.

        Raises
        ------
        ContractError
        """
        ours = self.mapping.currency
        for (column, _), style in reader.styles.items():
            theirs = getattr(style, "currency", "")
            # one sign stands for two currencies
            if theirs and theirs != ours and (theirs, ours) != ("CNY", "JPY"):
                raise ContractError(
                    f"{reader.rules[column].written!r} is written in {theirs}, but the mapping "
                    f"says {ours}.",
                    where=f"{reader.raw.opened.name}; {where}",
                    fix=f"write currency: {theirs} in the mapping, or map the column of an amount "
                    f"in {ours}",
                    code="bad-choice",
                )

    def _open(self, source: Source) -> Opened:
        """Open a source once: several tables may look it up."""
        if source not in self.opened:
            self.opened[source] = self._opened(source)
        return self.opened[source]

    def _opened(self, source: Source) -> Opened:
        if source.table in self.tables or source.file in self.tables:
            name = source.table if source.table in self.tables else source.file
            return self._handed(self.tables[name], name)
        if self.tables:
            wanted, there = source.table or source.file, list(self.tables)
            where = f"{self.mapping.doc.name}; tables handed over to load"
            raise unknown_name(wanted, there, kind="table", where=where, error=ContractError)
        return open_table(self.con, self._place(source), self.room)

    def _handed(self, table: Any, name: str) -> Opened:
        """Open a table that was handed over; a frame moves into the engine."""
        if not isinstance(table, pd.DataFrame):
            return of_table(table, name)
        from ibis.util import gen_name  # noqa: PLC0415

        kept = keep(self.con, gen_name("frame"), _memory(table))
        return Opened(kept, name, typed=True, zones=_zones(table))

    def _place(self, source: Source) -> Place:
        """Return where a source lies."""
        return Place(
            path=self._path(source),
            sheet=source.sheet,
            table=source.table,
            encoding=source.encoding,
            delimiter=source.delimiter,
            header=source.header,
            deep=source.deep,
            backend=self.backend,
            escaped=source.escaped,
            quote=source.quote,
            footer=source.footer,
        )

    def _path(self, source: Source) -> Path | None:
        """Return the file of a source: the one that was given, or one of the folder."""
        only = [r.source for rules in self.mapping.tables.values() for r in rules]
        if self.given is not None and (not source.file or only == [source]):
            return self.given
        return inside(self.home, source.file) if self.home and source.file else None

    def _lookup(self, rule: TableRule, number: int) -> tuple[str, Any, dict[str, ColumnRule]]:
        """Read a lookup: its key as text in ``_lookup``, our columns of their kinds."""
        join = rule.joins[number]
        place = (*rule.place, "joins", number)
        where = self.mapping.doc.where(*place)
        opened = self._open(join.source)
        wanted = [join.lookup_key, *(c for r in join.take.values() for c in r.theirs)]
        for column in wanted:
            if column not in opened.table.columns:
                raise no_column(column, opened.table.columns, opened.name, where)
        self._require_unique(join, opened, where)
        raw = Raw(opened.table.select(*dict.fromkeys(wanted)), opened)
        reader = Reader(self.con, raw, join.take, where)
        reader.settle()
        found = raw.table.select(_lookup=_key(raw, join.lookup_key), **reader.values())
        if not opened.remote:
            found = keep(self.con, f"{rule.place[1]}_lookup{number}", found)
        return join.key, found, join.take

    def _require_unique(self, join: Join, opened: Opened, where: str) -> None:
        """Refuse a lookup with a key twice: it would double lines."""
        lookup, key = opened.table, join.lookup_key
        counts = lookup.group_by(key).aggregate(n=lookup.count())
        # an empty key matches nothing, so it doubles nothing
        twice = counts.filter((counts["n"] > 1) & counts[key].notnull())  # noqa: PD004
        rows = fetch(self.con, twice.order_by(key).limit(MAX_ROWS))
        if len(rows):
            raise ContractError(
                f"{opened.name} has {len(rows)} values of {key!r} more than once; "
                f"first: {rows[key].iloc[0]!r}.",
                where=f"{where}; a lookup needs one row per key, or lines double",
                fix="look up by a key that is unique, or remove the extra rows",
                code="duplicate-key",
                rows=rows,
            )


def _key(raw: Raw, column: str) -> Any:
    """Return a key as text; what a database fills up with blanks is cut."""
    key = raw.table[column]
    return typed.read(key, "text") if raw.opened.remote else key.cast("string")


def _appended(name: str, tables: list[Any], origins: list[Origin]) -> Any:
    """Append parts in order; a column that a part does not have is empty there."""
    import ibis  # noqa: PLC0415

    types: dict[str, Any] = {}
    for table in tables:
        types |= {c: t for c, t in table.schema().items() if c not in types}
    whole = []
    for table, origin in zip(tables, origins, strict=True):
        own = table if FILE in table.columns else table.mutate(**{FILE: ibis.literal(origin.file)})
        order = [*(c for c in types if c != FILE), FILE]
        absent = {c: _absent(name, c, types[c]) for c in order if c not in own.columns}
        columns = {c: absent[c] if c in absent else own[c] for c in order}
        whole.append(own.select(**columns))
    return ibis.union(*whole)


def _absent(name: str, column: str, kind: Any) -> Any:
    """Return what stands in a column that a part of a table does not have."""
    import ibis  # noqa: PLC0415

    nameless = name in FACTS and column in LEVELS
    return ibis.literal(NONE) if nameless else ibis.null(kind)


def from_frame(con: Any, name: str, frame: pd.DataFrame) -> tuple[Any, Origin]:
    """Build table `name` from a frame that has our columns already."""
    rules = {str(c): ColumnRule(_kind_of(name, str(c), frame[c].dtype), str(c)) for c in frame}
    memory = _memory(frame)
    opened = Opened(memory, "", typed=True, zones=_zones(frame))
    reader = Reader(con, Raw(memory, opened), rules, f"table {name}")
    reader.settle()
    return Draft(reader, name, name).finish()


def _zones(frame: pd.DataFrame) -> dict[str, str]:
    """Return the time zones of columns of moments."""
    zones = {str(c): getattr(kind, "tz", None) for c, kind in frame.dtypes.items()}
    return {c: str(zone) for c, zone in zones.items() if zone}


def _memory(frame: pd.DataFrame) -> Any:
    """Return a frame as a table the engine can read."""
    import ibis  # noqa: PLC0415
    import pyarrow as pa  # noqa: PLC0415

    table = pa.Table.from_pandas(frame, preserve_index=False)
    # a column that holds nothing has no type of its own
    types = [f.with_type(pa.string()) if pa.types.is_null(f.type) else f for f in table.schema]
    with quiet():
        return ibis.memtable(table.cast(pa.schema(types, table.schema.metadata)))


def _kind_of(name: str, column: str, dtype: Any) -> str:
    """Return the kind the contract gives a column, or the one its values have."""
    declared = {c.name: c.kind for c in TABLES[name]}
    kinds = {"M": "date", "f": "number", "i": "count", "u": "count", "b": "flag"}
    return declared.get(column) or kinds.get(dtype.kind, "text")
