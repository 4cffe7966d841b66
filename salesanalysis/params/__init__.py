"""Typed settings: what a notebook declares, what a file gives, and every misfit at once.

`declared` reads the ``parameters`` cell of a notebook without executing it; `read_files` reads
flat and batch files; `check_values` compares the two. Problems are collected, not raised one by
one, so that a user mends a file in one go; nothing runs before.
"""

from salesanalysis.params.cell import Parameter, declared
from salesanalysis.params.files import ParamSet, check_values, read_files
from salesanalysis.params.kinds import Kind, misfit, parse_kind
from salesanalysis.params.problems import Problem, raise_all

__all__ = [
    "Kind",
    "ParamSet",
    "Parameter",
    "Problem",
    "check_values",
    "declared",
    "misfit",
    "parse_kind",
    "raise_all",
    "read_files",
]
