"""Mapping files: how somebody's export becomes our tables, in YAML, without code."""

from salesanalysis.data.mapping.controls import CONTROLS, ROWS
from salesanalysis.data.mapping.find import find, recognised, shipped
from salesanalysis.data.mapping.read import build, read
from salesanalysis.data.mapping.rules import (
    KINDS,
    ColumnRule,
    Join,
    Mapping,
    Source,
    TableRule,
    Unpivot,
)

__all__ = [
    "CONTROLS",
    "KINDS",
    "ROWS",
    "ColumnRule",
    "Join",
    "Mapping",
    "Source",
    "TableRule",
    "Unpivot",
    "build",
    "find",
    "read",
    "recognised",
    "shipped",
]
