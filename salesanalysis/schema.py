"""Table contracts: what each table of the loop must look like, and one row per fault."""

from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_rows, unknown_name

Kind = Literal["text", "date", "number", "count", "share", "flag"]


@dataclass(frozen=True)
class Column:
    """One column of a contract.

    Attributes
    ----------
    kind : {"text", "date", "number", "count", "share", "flag"}
        ``share`` is 0..1; ``count`` a whole number; ``date`` a datetime64.
    required : bool
        Must be there; another column may be absent.
    empty : bool
        May hold missing values.
    minimum : float, optional
        Smallest value allowed.
    unit : str
        What a number counts.
    """

    name: str
    kind: Kind
    required: bool = False
    empty: bool = True
    minimum: float | None = None
    unit: str = ""


def _text(*names: str, required: bool = False) -> tuple[Column, ...]:
    return tuple(Column(n, "text", required=required, empty=not required) for n in names)


def _must(name: str, kind: Kind, unit: str = "", minimum: float | None = None) -> Column:
    return Column(name, kind, required=True, empty=False, minimum=minimum, unit=unit)


#: Every table of the loop. A table may have more columns; they travel along.
TABLES: dict[str, tuple[Column, ...]] = {
    "sales": (
        *_text("order_id", required=True),
        _must("date", "date"),
        *_text("region", required=True),
        *_text("team", "salesperson", "product_line", "product", "customer", "customer_type"),
        *_text("channel"),
        Column("quantity", "number", unit="pieces"),
        Column("unit_price", "number", unit="currency"),
        _must("revenue", "number", "currency"),
        Column("cost", "number", unit="currency"),
        Column("is_return", "flag"),
    ),
    "targets": (
        *_text("plan_id", "version", "layer", "region", "product_line", "team", "salesperson"),
        _must("period", "date"),
        *_text("metric", required=True),
        *_text("tier"),
        _must("value", "number", "unit"),
        *_text("unit", "method"),
        Column("pinned", "flag"),
        *_text("status", "owner", "source", "actions"),
        Column("due", "date"),
    ),
    "people": (
        *_text("salesperson", required=True),
        *_text("name", "manager", "team", "region", "level", "role"),
        Column("hire_date", "date"),
        Column("leave_date", "date"),
        Column("valid_from", "date"),
        Column("valid_to", "date"),
        Column("share", "share", minimum=0.0),
        Column("ramp", "share", minimum=0.0),
        Column("base_pay", "number", minimum=0.0, unit="currency per month"),
        Column("target_pay", "number", minimum=0.0, unit="currency per month"),
    ),
    "collections": (
        _must("date", "date"),
        *_text("customer", "salesperson", "order_id"),
        _must("due_amount", "number", "currency"),
        _must("collected_amount", "number", "currency"),
    ),
    "activities": (
        _must("date", "date"),
        *_text("salesperson", required=True),
        *(
            Column(n, "count", minimum=0.0)
            for n in (
                "calls",
                "visits",
                "leads",
                "qualified_leads",
                "proposals",
                "proposals_accepted",
                "deals",
            )
        ),
    ),
    "opportunities": (
        *_text("id", "owner", required=True),
        _must("opened", "date"),
        Column("closed", "date"),
        *_text("stage", required=True),
        _must("amount", "number", "currency"),
        Column("probability", "share", minimum=0.0),
    ),
    "market": (
        _must("period", "date"),
        *_text("region", "product_line"),
        _must("market_size", "number", "currency", 0.0),
        *_text("source"),
    ),
    "surveys": (
        _must("period", "date"),
        *_text("subject", "subject_kind", required=True),
        _must("score", "number", "points"),
        Column("n", "count", minimum=0.0),
    ),
    "commits": (
        *_text("salesperson", required=True),
        *_text("region"),
        # the month forecast for, and the day it was said
        _must("period", "date"),
        Column("made_on", "date"),
        _must("value", "number", "currency"),
    ),
    "draws": (
        *_text("level", required=True),
        # "" names the company
        *_text("node", "region", "team", "salesperson", "product_line", "product"),
        _must("period", "date"),
        _must("draw", "count", minimum=0.0),
        _must("value", "number", "currency"),
    ),
    "truth": (
        *_text("cause", required=True),
        *_text("region", "product_line", "customer", "effect"),
        Column("start", "date"),
        Column("end", "date"),
        Column("amount", "number", unit="currency"),
    ),
}


def validate(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return `table` unchanged where it keeps the contract `name`.

    Parameters
    ----------
    table : DataFrame
    name : str
        One of `TABLES`.

    Raises
    ------
    ContractError
        An unknown contract, missing columns with the nearest name, no rows, or every faulty
        value at once: its ``.rows`` has one row per fault (``row`` as position, 0 = first, or
        -1 where the whole column is of the wrong type; ``column``, ``value``, ``rule``).

    Notes
    -----
    Checked with pandera, whose failure cases are tidied: it reports one wrong cell several
    times.

    Examples
    --------
    >>> dates = pd.to_datetime(["2024-01-31"])
    >>> good = pd.DataFrame({"date": dates, "due_amount": [10.0], "collected_amount": [9.0]})
    >>> validate(good, "collections") is good
    True
    """
    if name not in TABLES:
        raise unknown_name(
            name, list(TABLES), kind="table", where="schema.TABLES", error=ContractError
        )
    contract = TABLES[name]
    require_columns(table, [c.name for c in contract if c.required], name=name)
    require_rows(table, name=name)
    faults = _faults(table, contract)
    if len(faults):
        n = len(faults)
        raise ContractError(
            f"{n} value{'s' if n > 1 else ''} of {name} break{'' if n > 1 else 's'} its contract; "
            f"first: {_say(faults.iloc[0])}.",
            where=f"columns {sorted(faults['column'].unique())}, see .rows",
            fix="mend the rows, or map the column to another one",
            rows=faults,
        )
    return table


def _say(fault: pd.Series) -> str:
    """Write one fault in words."""
    if fault["row"] < 0:
        return f"column {fault['column']!r} holds {fault['value']}, but must be {fault['rule']}"
    shown = "empty" if pd.isna(fault["value"]) else repr(_plain(fault["value"]))
    return f"row {fault['row']}, {fault['column']!r} is {shown}, but must be {fault['rule']}"


def _plain(value: Any) -> Any:
    """Return a numpy number as a Python one, which prints without its type."""
    return value.item() if hasattr(value, "item") else value


def _faults(table: pd.DataFrame, contract: tuple[Column, ...]) -> pd.DataFrame:
    """Return one row per faulty value."""
    import pandera.pandas as pa  # noqa: PLC0415  half a second nobody pays who loads no table

    present = [c for c in contract if c.name in table.columns]
    wrong = [c for c in present if not _fits(table[c.name], c)]
    checks = {c.name: _pandera_column(c, pa) for c in present if c not in wrong}
    plain = table.reset_index(drop=True)
    parts = [_wrong_type(plain[c.name], c) for c in wrong]
    try:
        pa.DataFrameSchema(checks).validate(plain[list(checks)], lazy=True)
    except pa.errors.SchemaErrors as error:
        rules = {c.name: _rule(c) for c in contract}
        cases = error.failure_cases
        parts.append(
            pd.DataFrame(
                {
                    "row": cases["index"].astype("int64"),
                    "column": cases["column"],
                    "value": cases["failure_case"].astype(object),
                    "rule": cases["column"].map(rules),
                }
            ).drop_duplicates(["row", "column"])
        )
    if not parts:
        return pd.DataFrame(columns=["row", "column", "value", "rule"])
    return pd.concat(parts).sort_values(["row", "column"], kind="stable", ignore_index=True)


def _fits(values: pd.Series, column: Column) -> bool:
    """Tell whether a column is stored as its kind wants; one without any value may be anything."""
    if column.empty and values.isna().all():
        return True
    types = pd.api.types
    tests = {
        "text": types.is_string_dtype,
        "date": types.is_datetime64_any_dtype,
        "flag": types.is_bool_dtype,
    }
    if column.kind in tests:
        return bool(tests[column.kind](values))
    return bool(types.is_numeric_dtype(values) and not types.is_bool_dtype(values))


def _wrong_type(values: pd.Series, column: Column) -> pd.DataFrame:
    """Return the cells that are none of the kind; one row for the column where all are."""
    bad = values.iloc[:0]
    if pd.api.types.is_string_dtype(values) and column.kind not in ("text", "flag"):
        read = partial(pd.to_datetime, format="ISO8601") if column.kind == "date" else pd.to_numeric
        bad = values[values.notna() & read(values, errors="coerce").isna()]
    rows = [(int(i), v) for i, v in bad.items()] or [(-1, str(values.dtype))]
    return pd.DataFrame(
        {
            "row": [row for row, _ in rows],
            "column": column.name,
            "value": pd.Series([value for _, value in rows], dtype=object),
            "rule": _rule(column),
        }
    )


def _pandera_column(column: Column, pa: Any) -> Any:
    """Translate one column of a contract; its type has been looked at before."""
    checks = []
    if column.kind in ("number", "count", "share"):
        checks.append(pa.Check(lambda s: s.abs() < float("inf"), name="finite"))
        if column.minimum is not None:
            checks.append(pa.Check.ge(column.minimum))
        if column.kind == "share":
            checks.append(pa.Check.le(1))
        if column.kind == "count":
            checks.append(pa.Check(lambda s: s % 1 == 0, name="whole"))
    elif column.kind == "text" and not column.empty:
        checks.append(pa.Check(lambda s: s.str.strip() != "", name="not blank"))
    return pa.Column(None, checks, nullable=column.empty)


def _rule(column: Column) -> str:
    """Say in words what a value of `column` must be."""
    words = {
        "text": "text",
        "date": "a date",
        "number": "a finite number",
        "count": "a whole number",
        "share": "a share from 0 to 1",
        "flag": "true or false",
    }
    rule = words[column.kind]
    if column.minimum is not None and column.kind != "share":
        rule += f" of at least {column.minimum:g}"
    return rule if column.empty else rule + ", not empty"
