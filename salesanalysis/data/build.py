"""From a file to one of our tables: columns, lookups, and no line lost on the way."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from salesanalysis.data.draft import MAX_ROWS, Draft, cast
from salesanalysis.data.engine import drop, fetch, fetch_exact, keep, quiet
from salesanalysis.data.files import open_table, unreadable
from salesanalysis.data.kinds import AMOUNT, Origin
from salesanalysis.data.mapping import ColumnRule, Join, Mapping, TableRule
from salesanalysis.errors import ContractError, ReconciliationError, nearest
from salesanalysis.schema import TABLES


@dataclass(frozen=True, eq=False)
class Builder:
    """Reads the tables of one mapping into one engine."""

    con: Any
    mapping: Mapping
    opened: dict[Path, Any] = field(default_factory=dict)

    def table(self, name: str, file: Path) -> tuple[Any, Origin]:
        """Build table `name` from `file` the way its rule says.

        Returns
        -------
        table : Ibis table kept in the engine, contract columns first
        origin : Origin

        Raises
        ------
        ContractError
            A column the file does not have (with the nearest), a lookup with a key twice, values
            that are not of their kind or empty or too small, with file and rows.
        """
        rule = self.mapping.tables[name]
        raw = self._raw(name, file)
        base = raw.select(_row=raw["_row"], **_own(raw, rule), **_keys(raw, rule))
        wide = base
        for number, join in enumerate(rule.joins):
            wide = self._joined(wide, join, file.parent / join.file, (name, "joins", number))
        rules = {**rule.columns, **{c: r for join in rule.joins for c, r in join.take.items()}}
        draft = Draft(self.con, name, wide, rules, file.name)
        self._require_nothing_lost(draft, base, file.parent)
        built, origin = draft.finish()
        drop(self.con, f"raw_{name}")
        return built, origin

    def _raw(self, name: str, file: Path) -> Any:
        """Read the columns that are needed, once, with the number of every row."""
        import duckdb  # noqa: PLC0415
        import ibis  # noqa: PLC0415

        rule, theirs = self.mapping.tables[name], self._open(file)
        self._require_theirs(theirs, name, file)
        needed = {r.column for r in rule.columns.values()} | {j.key for j in rule.joins}
        columns = [c for c in theirs.columns if c in needed]
        try:
            return keep(self.con, f"raw_{name}", theirs.select(*columns, _row=ibis.row_number()))
        except duckdb.Error as error:
            raise unreadable(file, error) from None

    def _open(self, path: Path) -> Any:
        """Open a file once: several tables may look it up."""
        if path not in self.opened:
            self.opened[path] = open_table(self.con, path)
        return self.opened[path]

    def _require_theirs(self, theirs: Any, name: str, file: Path) -> None:
        """Refuse rules and lookups that name a column the file does not have."""
        rule = self.mapping.tables[name]
        named: list[tuple[tuple[str | int, ...], str]] = [
            ((name, "columns", c), r.column) for c, r in rule.columns.items() if r.column
        ]
        named += [((name, "joins", i), join.key) for i, join in enumerate(rule.joins)]
        for place, column in named:
            if column not in theirs.columns:
                raise self._no_column(column, theirs.columns, file, place)

    def _no_column(
        self, column: str, have: Sequence[str], file: Path, place: tuple[str | int, ...]
    ) -> ContractError:
        close = nearest(column, have)
        fix = f"write {close!r} in the mapping" if close else "map another column"
        return ContractError(
            f"{file.name} has no column {column!r}.",
            where=f"{self.mapping.doc.where('tables', *place)}; columns of the file are "
            f"{list(have)}",
            fix=fix,
            code="missing-column",
        )

    def _joined(self, wide: Any, join: Join, path: Path, place: tuple[str | int, ...]) -> Any:
        """Add the columns of one lookup; a line whose key is not there stays, without a name."""
        lookup = self._open(path)
        for column in (join.lookup_key, *(r.column for r in join.take.values() if r.column)):
            if column not in lookup.columns:
                raise self._no_column(column, lookup.columns, path, place)
        left, right = f"_key{place[-1]}", f"_lookup{place[-1]}"
        taken = lookup.select(
            **{right: lookup[join.lookup_key].cast("string")},
            **{ours: lookup[r.column] for ours, r in join.take.items()},
        )
        return wide.left_join(taken, wide[left] == taken[right]).drop(left, right)

    def _require_nothing_lost(self, draft: Draft, base: Any, folder: Path) -> None:
        """Compare rows and amount before the lookups and after them.

        Raises
        ------
        ContractError
            A lookup with a key twice, which doubled lines.
        ReconciliationError
            Any other difference: our defect.
        """
        rule = self.mapping.tables[draft.name]
        if not rule.joins:
            return
        column, own = AMOUNT.get(draft.name, ""), rule.columns
        sums = {"amount": cast(base[column], own[column]).sum()} if column in own else {}
        before = fetch_exact(self.con, base.aggregate(rows=base.count(), **sums))
        after = {key: draft.checks[key] for key in before}
        if before != after:
            for number, join in enumerate(rule.joins):
                self._require_unique(join, folder / join.file, (draft.name, "joins", number))
            raise ReconciliationError(
                f"{draft.name} holds {after}, but {before} were read.",
                where=f"table {draft.name}",
                fix="this is a defect: please report it with the file",
                code="does-not-add-up",
            )

    def _require_unique(self, join: Join, path: Path, place: tuple[str | int, ...]) -> None:
        """Refuse a lookup with a key twice."""
        lookup, key = self._open(path), join.lookup_key
        counts = lookup.group_by(key).aggregate(n=lookup.count())
        # an empty key matches nothing, so it doubles nothing
        twice = counts.filter((counts["n"] > 1) & counts[key].notnull())  # noqa: PD004
        rows = fetch(self.con, twice.order_by(key).limit(MAX_ROWS))
        if len(rows):
            raise ContractError(
                f"{join.file} has {len(rows)} values of {key!r} more than once; "
                f"first: {rows[key].iloc[0]!r}.",
                where=f"{self.mapping.doc.where('tables', *place)}; a lookup needs one row per "
                "key, or lines double",
                fix="look up by a key that is unique, or remove the extra rows",
                code="duplicate-key",
                rows=rows,
            )


def _own(raw: Any, rule: TableRule) -> dict[str, Any]:
    """Return the columns that come from the file itself, still as they lie."""
    import ibis  # noqa: PLC0415

    found: dict[str, Any] = {}
    for ours, r in rule.columns.items():
        if r.row:
            found[ours] = (raw["_row"] + 1).cast("string")
        else:
            found[ours] = raw[r.column] if r.column else ibis.literal(r.constant)
    return found


def _keys(raw: Any, rule: TableRule) -> dict[str, Any]:
    return {f"_key{i}": raw[j.key].cast("string") for i, j in enumerate(rule.joins)}


def from_frame(con: Any, name: str, frame: pd.DataFrame) -> tuple[Any, Origin]:
    """Build table `name` from a frame that has our columns already."""
    import ibis  # noqa: PLC0415
    import pyarrow as pa  # noqa: PLC0415

    rules = {str(c): ColumnRule(_kind_of(name, str(c), frame[c].dtype), str(c)) for c in frame}
    with quiet():
        memory = ibis.memtable(pa.Table.from_pandas(frame, preserve_index=False))
        wide = memory.mutate(_row=ibis.row_number())
    return Draft(con, name, wide, rules).finish()


def _kind_of(name: str, column: str, dtype: Any) -> str:
    """Return the kind the contract gives a column, or the one its values have."""
    declared = {c.name: c.kind for c in TABLES[name]}
    kinds = {"M": "date", "f": "number", "i": "count", "u": "count", "b": "flag"}
    return declared.get(column) or kinds.get(dtype.kind, "text")
