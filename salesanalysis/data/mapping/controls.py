"""The section ``control_totals``: what somebody knows the lines add up to."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from salesanalysis.data.mapping import shape
from salesanalysis.data.mapping.rules import TableRule
from salesanalysis.strictyaml import Document, check_keys, spans

#: The word for the number of lines, beside the columns of a table.
ROWS = "rows"
CONTROLS = "control_totals"


def controls(
    doc: Document, data: Any, tables: Mapping[str, tuple[TableRule, ...]]
) -> dict[str, dict[str, Decimal]]:
    """Return our table -> column, or ``rows`` -> total.

    Raises
    ------
    ContractError
        A table nobody mapped, a column that holds no numbers, a total that is no number.
    """
    given = shape.mapping(doc, data, CONTROLS)
    check_keys(doc, given, set(tables), CONTROLS)
    return {name: _totals(doc, name, spec, tables[name]) for name, spec in given.items()}


def _totals(
    doc: Document, name: str, spec: Any, rules: tuple[TableRule, ...]
) -> dict[str, Decimal]:
    """Return the totals of one table."""
    spec = shape.mapping(doc, spec, CONTROLS, name)
    numbers = {c for part in rules for c, r in part.rules.items() if r.kind in ("number", "count")}
    check_keys(doc, spec, numbers | {ROWS}, CONTROLS, name)
    return {column: _total(doc, name, column, value) for column, value in spec.items()}


def _total(doc: Document, name: str, column: str, value: Any) -> Decimal:
    """Return one total with the decimals it is written with."""
    place = (CONTROLS, name, column)
    try:
        found = Decimal(_written(doc, value, *place))
    except InvalidOperation:
        found = Decimal("NaN")
    if isinstance(value, bool) or not found.is_finite():
        raise shape.wrong(doc, "a plain number such as 1447682.12", value, *place)
    return found


def _written(doc: Document, value: Any, *place: str) -> str:
    """Return a total as it stands in the file: read as a number, 1180.50 has one decimal."""
    start, end = spans(doc.text).get(place, (0, 0)) if isinstance(value, float) else (0, 0)
    return doc.text[start:end] or str(value)
