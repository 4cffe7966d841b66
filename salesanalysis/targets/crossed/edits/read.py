"""A table of edits, read once: checked, completed, and put into an order of its own."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from salesanalysis.errors import ContractError, require_columns, unknown_name

#: Kinds of edits in the order they are applied in, whatever the order of the rows.
KINDS = ("split", "merge", "freeze", "preserve", "pin", "transfer")
LAYERS = ("plan", "assigned")
MODES = ("amount", "percent")
#: What every override has to say about itself.
SIGNED = ("reason", "author", "time")
#: ``rule`` names the rule that wrote an edit; what a planner types has none.
COLUMNS = ("edit", "period", "layer", "mode", "value", "share", *SIGNED, "undone", "rule")


def read_edits(edits: pd.DataFrame, levels: Sequence[str]) -> pd.DataFrame:
    """Check a table of edits and return it in the order of application.

    Parameters
    ----------
    edits : DataFrame, one row per edit
        ``edit`` (see `KINDS`), level columns (empty where not named), ``to_`` + level for the
        other unit of a transfer, split or merge, ``period`` (month; empty = the year), ``layer``
        and ``value`` of a pin, ``mode`` and ``value`` of a preserve, ``share`` of a split,
        ``reason``, ``author``, ``time``; ``undone`` (text; an edit that has one is left out);
        ``rule`` (text; set by a rule, not by hand).

    Raises
    ------
    ContractError
        Unknown columns, kinds, layers or modes; an edit without unit, value, reason, author or
        time; the same edit twice.
    """
    keys, others = list(levels), [f"to_{level}" for level in levels]
    require_columns(edits, ["edit", *SIGNED], name="edits")
    for column in edits.columns:
        if column not in (*COLUMNS, *keys, *others):
            known = [*COLUMNS, *keys, *others]
            raise unknown_name(
                column, known, kind="column of edits", where="edits", error=ContractError
            )
    table = edits.reindex(columns=[*COLUMNS, *keys, *others]).reset_index(drop=True)
    table.insert(0, "row", range(len(table)))
    for column in ("edit", "layer", "mode", *SIGNED[:2], "undone", "rule", *keys, *others):
        text = table[column].astype("object").where(table[column].notna(), "")
        table[column] = text.map(lambda v: str(v).strip()).astype("str")
    table["period"] = pd.to_datetime(table["period"])
    table["time"] = pd.to_datetime(table["time"])
    for column in ("value", "share"):
        table[column] = pd.to_numeric(table[column], errors="coerce").astype("float64")
    _check_words(table)
    _check_needs(table, keys, others)
    _check_twice(table, [*keys, *others])
    rank = table["edit"].map({kind: i for i, kind in enumerate(KINDS)})
    order = ["rank", *keys, *others, "period", "layer", "mode", "value", "share", "reason", "time"]
    table = table.assign(rank=rank).sort_values(order, kind="stable", ignore_index=True)
    return table.drop(columns="rank")


def _check_words(table: pd.DataFrame) -> None:
    """Refuse kinds, layers and modes that do not exist."""
    for column, known in (("edit", KINDS), ("layer", LAYERS), ("mode", MODES)):
        given = table.loc[table[column] != "", column]
        bad = given[~given.isin(known)]
        if len(bad):
            raise unknown_name(bad.iloc[0], known, kind=column, where="edits", error=ContractError)


def _check_needs(table: pd.DataFrame, keys: list[str], others: list[str]) -> None:
    """Refuse edits that lack what their kind needs."""
    kind = table["edit"]
    to_somebody = kind.isin(["transfer", "split", "merge"])
    yearly = kind.isin(["split", "merge", "freeze", "preserve"])
    rules: list[tuple[Any, str, str]] = [
        (kind == "", "say no kind", f"write one of {', '.join(KINDS)} into 'edit'"),
        ((table[keys] == "").all(axis=1), "name no unit", "fill a level column"),
        (to_somebody & (table[others] == "").all(axis=1), "name no other unit",
         "fill a to_ column"),
        (kind.isin(["pin", "transfer", "preserve"]) & table["value"].isna(), "have no value",
         "write an amount into 'value'"),
        (kind.isin(["pin", "transfer"]) & (table["value"] < 0), "have a value below 0",
         "write zero or more; transfer the other way round"),
        ((kind == "pin") & (table["layer"] == ""), "are pins without a layer",
         "write plan or assigned into 'layer'"),
        ((kind == "pin") & (table["layer"] == "assigned") & table["period"].notna(),
         "are pins of one month in layer assigned", "pin the month in layer plan"),
        ((kind == "preserve") & (table["mode"] == ""), "preserve neither an amount nor a percent",
         "write amount or percent into 'mode'"),
        ((kind == "split") & ~table["share"].between(0, 1), "have no share from 0 to 1",
         "write 60 % as 0.6 into 'share'"),
        (yearly & table["period"].notna(), "are edits of the whole year with a month",
         "leave 'period' empty"),
        (table["reason"] == "", "have no reason", "say why into 'reason'"),
        (table["author"] == "", "have no author", "say who into 'author'"),
        (table["time"].isna(), "have no time", "say when into 'time'"),
    ]  # fmt: skip
    for hit, what, fix in rules:
        bad = table[hit]
        if len(bad):
            raise ContractError(
                f"{len(bad)} of {len(table)} edits {what}.",
                where=f"edits, rows {bad['row'].tolist()[:3]}, see .rows",
                fix=fix,
                rows=bad,
            )


def _check_twice(table: pd.DataFrame, names: list[str]) -> None:
    """Refuse two values for one thing; undone edits do not count."""
    live = table[table["undone"] == ""]
    twice = live[live.duplicated(["edit", "layer", "period", *names], keep=False)]
    if len(twice):
        raise ContractError(
            f"{len(twice)} edits do the same to the same unit.",
            where=f"edits, rows {twice['row'].tolist()[:3]}, see .rows",
            fix="keep one of them, add transfers up",
            code="duplicate-key",
            rows=twice,
        )


def pins_from_card(
    found: pd.DataFrame, *, reason: str, author: str, time: Any, layer: str = "plan"
) -> pd.DataFrame:
    """Turn what somebody changed in the workbook of a card into pins, one per changed cell.

    Parameters
    ----------
    found : DataFrame, one row per changed cell
        Level columns, ``period`` and ``new_amount``, as reading a card back returns them.
    reason, author, time : kept beside every pin
    layer : {"plan", "assigned"}

    Examples
    --------
    >>> found = pd.DataFrame({"region": ["East"], "period": pd.to_datetime(["2024-03-01"]),
    ...                       "new_amount": [500.0], "cell": ["C7"]})
    >>> pins_from_card(found, reason="depot", author="Li", time="2023-12-01")["value"].tolist()
    [500.0]
    """
    require_columns(found, ["period", "new_amount"], name="found")
    own = ("period", "old_amount", "new_amount", "change_amount", "cell")
    keys = [str(c) for c in found.columns if c not in own]
    pins = found[[*keys, "period"]].assign(value=found["new_amount"], edit="pin", layer=layer)
    return pins.assign(reason=reason, author=author, time=pd.Timestamp(time))


def undo(edits: pd.DataFrame, rows: Sequence[int], *, because: str) -> pd.DataFrame:
    """Return the edits with some marked as undone: they stay on record and change nothing.

    Parameters
    ----------
    edits : DataFrame, as `apply_edits` takes it
    rows : sequence of int, positions in `edits`
    because : str, kept in the column ``undone``

    Raises
    ------
    ContractError
        No reason, or a row there is not.

    Examples
    --------
    >>> edits = pd.DataFrame({"edit": ["pin"], "region": ["East"], "value": [5]})
    >>> undo(edits, [0], because="wrong region")["undone"].tolist()
    ['wrong region']
    """
    lost = [r for r in rows if not 0 <= r < len(edits)]
    if lost or not because.strip():
        raise ContractError(
            f"There is no edit {lost[0]}." if lost else "Undoing needs a reason.",
            where="undo(edits, rows, because=...)",
            fix=f"rows count from 0 to {len(edits) - 1}" if lost else "say why",
            code="unknown-name" if lost else "bad-value",
        )
    out = edits.copy()
    old = out.get("undone", pd.Series("", index=out.index)).astype("object")
    mark = pd.Series(range(len(out)), index=out.index).isin(list(rows))
    out["undone"] = old.where(old.notna(), "").where(~mark, because).astype("str")
    return out
