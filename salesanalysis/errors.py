"""Errors that say what is wrong, where, and how to fix it, with the offending rows attached."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

#: Every code an error of ours can carry, with its meaning. A test finds each one used.
CODES: dict[str, str] = {
    "missing-column": "a table has no column of this name",
    "empty-table": "a table has no rows",
    "bad-value": "values are negative, empty, infinite or of a type that is not allowed",
    "duplicate-key": "the same key stands in more than one row",
    "unknown-name": "a name that does not exist: a region, product, person, option",
    "bad-choice": "a setting nobody could have meant",
    "bad-yaml": "a YAML file, or a value in it, that other readers would read differently",
    "not-writable": "a file or folder cannot be written",
    "bad-plan": "an incentive plan file that does not fit the plan language",
    "does-not-add-up": "parts and total differ: a defect of ours or a tampered table",
    "control-total": "the lines read do not add up to the total that the mapping states",
    "bad-notebook": "a notebook that cannot be rendered: no parameters cell, broken, not literal",
    "no-input": "a file the run depends on does not exist",
    "bad-encoding": "bytes of a text file that belong to no character, or to two encodings",
    "outside-folder": "a path or link that leads out of the data folder",
    "output-locked": "another run is writing into the same output folder",
    "no-engine": "an engine, or a program it needs, is not there",
    "stale-translation": "the translation of a notebook's prose is missing or out of date",
    "ambiguous": "values can be read in two ways that give different numbers or dates",
    "no-connection": "a database that is not reached, lets nobody in or does not answer",
    "missing-glyph": "a character the embedded font does not have",
    "over-limit": "a cleaning rule finds more lines than its limit allows",
    "over-budget": "the cleaning would drop more than the budget allows",
    "infeasible": "conditions that cannot be met together",
    "wrong-kind": "a function is handed a thing of another kind than it works on",
    "uncovered": "a calendar that ends before the months it is needed for",
}


class SalesAnalysisError(Exception):
    """Base of every error we raise: what, where, fix, rows and a stable code.

    Parameters
    ----------
    what : str
        The fact, with the value and the limit.
    where : str
        Table and rows, or file, key and line.
    fix : str
        One action the reader can take.
    code : str
        One of `CODES`; never changes once published.
    rows : DataFrame, optional
        The offending rows, so a notebook can show them without a second check.

    Examples
    --------
    >>> print(SalesAnalysisError("cap is 30.", where="Growth(cap=...)", fix="write 0.30",
    ...                          code="bad-choice"))
    cap is 30.
      where: Growth(cap=...)
      fix:   write 0.30
    """

    def __init__(
        self, what: str, *, where: str, fix: str, code: str = "bad-value", rows: Any = None
    ) -> None:
        if code not in CODES:
            raise KeyError(code)
        self.what, self.where, self.fix, self.code, self.rows = what, where, fix, code, rows
        super().__init__(what)

    def __str__(self) -> str:
        return f"{self.what}\n  where: {self.where}\n  fix:   {self.fix}"

    def __reduce__(self) -> tuple[Any, ...]:
        # keyword-only arguments: the default reduction would lose them between processes
        parts = {"where": self.where, "fix": self.fix, "code": self.code, "rows": self.rows}
        return _rebuild, (type(self), self.what, parts)


class ContractError(SalesAnalysisError, ValueError):
    """A table or a choice handed to us breaks its contract."""


class ParamError(SalesAnalysisError, ValueError):
    """A settings file or a command line does not fit what is declared."""


class ReconciliationError(SalesAnalysisError):
    """Parts do not add up to their total: our defect or a tampered table, never the input."""


class RenderError(SalesAnalysisError):
    """The environment stops a batch: folder not writable, disk full, output in use."""


def _rebuild(kind: type[SalesAnalysisError], what: str, parts: dict[str, Any]) -> Any:
    return kind(what, **parts)


def nearest(name: str, known: Iterable[object]) -> str | None:
    """Return the known name closest to `name`, or None where nothing is close.

    Examples
    --------
    >>> nearest("regoin", ["region", "team"])
    'region'
    """
    by_fold = {str(k).casefold(): str(k) for k in known}
    wanted = str(name).casefold()
    hits = get_close_matches(wanted, list(by_fold), n=3, cutoff=0.6)
    # swapped letters are the commonest typo: 'Esat' means East, not West
    hits.sort(key=lambda hit: sorted(hit) != sorted(wanted))
    return by_fold[hits[0]] if hits else None


def unknown_name(
    name: object, known: Sequence[object], *, kind: str, where: str, error: type[SalesAnalysisError]
) -> SalesAnalysisError:
    """Build the error for a name that does not exist, with the nearest one that does.

    Examples
    --------
    >>> print(unknown_name("Esat", ["East", "West"], kind="region", where="--regions",
    ...                    error=ParamError))
    'Esat' is not a region here; known: East, West.
      where: --regions
      fix:   write 'East'
    """
    shown = ", ".join(str(k) for k in known[:20]) + (", ..." if len(known) > 20 else "")
    close = nearest(str(name), known)
    fix = f"write {close!r}" if close else f"use one of: {shown}"
    return error(
        f"{str(name)!r} is not a {kind} here; known: {shown}.",
        where=where,
        fix=fix,
        code="unknown-name",
    )


def require_columns(table: Any, columns: Iterable[str], *, name: str) -> None:
    """Raise `ContractError` unless `table` has `columns`, naming the closest rename.

    Examples
    --------
    >>> import pandas as pd
    >>> require_columns(pd.DataFrame({"regoin": ["N"]}), ["region"], name="basis")
    Traceback (most recent call last):
        ...
    salesanalysis.errors.ContractError: basis has no column 'region'.
      where: basis columns are ['regoin']
      fix:   rename 'regoin' to 'region'
    """
    have, wanted = [str(c) for c in table.columns], list(columns)
    missing = [c for c in wanted if c not in have]
    if not missing:
        return
    # a column that is needed itself is no candidate for a rename
    renames = {c: nearest(c, [h for h in have if h not in wanted]) for c in missing}
    fixes = [f"rename {old!r} to {new!r}" for new, old in renames.items() if old]
    fixes += [f"add {new!r}" for new, old in renames.items() if not old]
    names = ", ".join(repr(c) for c in missing)
    raise ContractError(
        f"{name} has no column {names}.",
        where=f"{name} columns are {have}",
        fix="; ".join(fixes),
        code="missing-column",
    )


def require_rows(table: Any, *, name: str, fix: str = "check the filter or the file") -> None:
    """Raise `ContractError` where `table` has no rows at all."""
    if not len(table):
        raise ContractError(
            f"{name} has no rows.", where=name, fix=fix, code="empty-table", rows=table
        )


#: How a nameless row is put right where no better advice is known.
_NAME_IT = 'give them a name such as "(no owner)", or leave them out and say so'


def require_named(table: Any, keys: Iterable[str], *, name: str, fix: str = _NAME_IT) -> None:
    """Raise `ContractError` where a column of `keys` is empty: a group-by would drop the rows.

    A name that reads "NA" is a name.

    Examples
    --------
    >>> import pandas as pd
    >>> require_named(pd.DataFrame({"region": ["N", " "]}), ["region"], name="basis")
    Traceback (most recent call last):
        ...
    salesanalysis.errors.ContractError: 1 of 2 rows of basis have no 'region'.
      where: first rows [1], see .rows
      fix:   give them a name such as "(no owner)", or leave them out and say so
    """
    for column in keys:
        names = table[column].drop_duplicates()
        if not (names.isna() | (names.astype("str").str.strip() == "")).any():
            continue
        bad = table[table[column].isna() | (table[column].astype("str").str.strip() == "")]
        if len(bad):
            raise ContractError(
                f"{len(bad)} of {len(table)} rows of {name} have no {column!r}.",
                where=f"first rows {bad.index[:3].tolist()}, see .rows",
                fix=fix,
                rows=bad,
            )


def require_unique(
    table: Any,
    keys: Sequence[str],
    *,
    name: str,
    what: str,
    fix: str = "sum them first, or add the level that tells them apart",
) -> None:
    """Raise `ContractError` where rows of `table` have the same `keys`; without keys, two rows do.

    Examples
    --------
    >>> import pandas as pd
    >>> require_unique(pd.DataFrame({"region": ["N", "N"]}), ["region"], name="basis",
    ...                what="name the same leaf")
    Traceback (most recent call last):
        ...
    salesanalysis.errors.ContractError: 2 rows of basis name the same leaf.
      where: keys ['region'], first rows [0, 1], see .rows
      fix:   sum them first, or add the level that tells them apart
    """
    if keys and not table.duplicated(list(keys)).any():
        return
    twice = table[table.duplicated(list(keys), keep=False)] if keys else table[1:]
    if len(twice):
        raise ContractError(
            f"{len(twice)} rows of {name} {what}.",
            where=f"keys {list(keys)}, first rows {twice.index[:3].tolist()}, see .rows",
            fix=fix,
            code="duplicate-key",
            rows=twice,
        )
