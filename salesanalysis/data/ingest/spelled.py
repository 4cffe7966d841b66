"""How a way out of a refusal is written into the mapping, beside what stands there already."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from salesanalysis.data.mapping import TableRule

#: Keys that say where a column comes from.
_SOURCES = ("column", "multiply", "difference", "constant", "paste", "row")


@dataclass(frozen=True)
class Spelled:
    """What a rule says now; what is written takes the place of the same key.

    Attributes
    ----------
    where, where_not : dict, their column -> values
        Kept and left out now.
    turned : dict, their column -> values
        Whose amounts are below zero now.
    options : dict
        What is said of our column beside its source.
    signed : bool
        Our column can be told which amounts are below zero.
    """

    where: Mapping[str, Sequence[str]] = field(default_factory=dict)
    where_not: Mapping[str, Sequence[str]] = field(default_factory=dict)
    turned: Mapping[str, Sequence[str]] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    signed: bool = True

    @classmethod
    def of(cls, rule: TableRule, ours: str, written: Any) -> "Spelled":
        """Take it from a rule, and from what the mapping says of our column."""
        options = dict(written) if isinstance(written, Mapping) else {}
        column = rule.columns[ours]
        return cls(
            rule.where,
            rule.where_not,
            column.negative_where,
            {k: v for k, v in options.items() if k not in _SOURCES},
            bool(column.theirs),
        )

    def column(self, ours: str, theirs: str) -> str:
        """Write another column of theirs, with all that is said of ours.

        Examples
        --------
        >>> Spelled(options={"unit": 1000}).column("revenue", "Gross")
        'revenue: {column: "Gross", unit: 1000}'
        """
        if not self.options:
            return f"{ours}: {_flow(theirs)}"
        spec = {"column": theirs, **self.options}
        return f"{ours}: {{{', '.join(f'{key}: {_flow(value)}' for key, value in spec.items())}}}"

    def kept(self, column: str, values: Sequence[str]) -> str:
        """Write that rows of some values are kept and no others."""
        return self._where(column, _flow(values))

    def left_out(self, column: str, values: Sequence[str], others: Sequence[str]) -> str:
        """Write that rows of some values are left out; the others are those of now.

        Examples
        --------
        >>> Spelled(where_not={"Area": ["West"]}).left_out("Status", ["Void"], ["Paid"])
        'where: {"Area": {not: ["West"]}, "Status": {not: ["Void"]}}'
        """
        if column in self.where:
            return self._where(column, _flow(others))
        return self._where(column, f"{{not: {_flow([*self.where_not.get(column, ()), *values])}}}")

    def negative(self, column: str, value: str) -> str:
        """Write that the amounts of a value are below zero."""
        turned = {**self.turned, column: [*self.turned.get(column, ()), value]}
        return f"negative_where: {_flow(turned)}"

    def _where(self, column: str, values: str) -> str:
        now = {c: _flow(v) for c, v in self.where.items()}
        now |= {c: f"{{not: {_flow(v)}}}" for c, v in self.where_not.items()}
        now |= {column: values}
        return f"where: {{{', '.join(f'{_flow(c)}: {v}' for c, v in now.items())}}}"


def _flow(value: Any) -> str:
    r"""Write a value as YAML on one line; what nobody sees is written out.

    Examples
    --------
    >>> print(_flow({"Type": ["x\ny", "a\u00a0b", True]}))
    {"Type": ["x\ny", "a\u00a0b", true]}
    """
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{_flow(k)}: {_flow(v)}' for k, v in value.items())}}}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_flow, value))}]"
    written = json.dumps(value, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in written)
