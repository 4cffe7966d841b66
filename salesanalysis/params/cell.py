"""What a notebook lets you set: its ``parameters`` cell, read as text and never executed."""

import ast
import datetime
import io
import re
import tokenize
from dataclasses import dataclass
from typing import Any

from salesanalysis.params.kinds import Kind, misfit, parse_kind
from salesanalysis.params.problems import Problem

TYPES = "str, int, float, bool, list[T], dict[str, T], Optional[T]"
_CHOICES = re.compile(r"one of:\s*(.+)$", re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Parameter:
    """One line of the ``parameters`` cell: ``name: type = literal  # help``.

    Attributes
    ----------
    choices : tuple of str
        From ``# one of: a, b`` in the help; empty where any value goes.
    line : int
        Line in the cell, 1 = first.
    """

    name: str
    kind: Kind
    default: Any
    help: str = ""
    choices: tuple[str, ...] = ()
    line: int = 1

    def problem(self, value: Any) -> tuple[str, str] | None:
        """Return what is wrong with `value` and the fix, or None."""
        wrong = misfit(value, self.kind)
        if wrong or value is None:
            return wrong
        if self.choices and str(value) not in self.choices:
            known = ", ".join(self.choices)
            return f"{value!r} is none of: {known}", f"use one of: {known}"
        if _is_day(self.default) and not _is_day(value):
            return f"{value!r} is not a date", f"write a date such as {self.default}"
        return None


def _is_day(value: Any) -> bool:
    """Tell whether a text is a date as we write it, YYYY-MM-DD."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return False
    try:
        datetime.date.fromisoformat(value)
    except ValueError:
        return False
    return True


def declared(source: str, *, where: str) -> tuple[tuple[Parameter, ...], list[Problem]]:
    """Read the ``parameters`` cell.

    Parameters
    ----------
    source : str
        Text of the cell.
    where : str
        Such as ``review.ipynb cell 2 (parameters)``, for messages.

    Returns
    -------
    tuple of Parameter
    list of Problem
        Anything but ``name: type = literal``; also annotations papermill cannot read.

    Examples
    --------
    >>> params, problems = declared("step: int = 1000  # currency", where="a.ipynb cell 2")
    >>> params[0].name, str(params[0].kind), params[0].default, params[0].help, problems
    ('step', 'int', 1000, 'currency', [])
    >>> declared("start = date.today()", where="a.ipynb cell 2")[1][0].what
    "'start = date.today()' has no type."
    """
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        fix = "write lines such as step: int = 1000  # currency"
        return (), [
            Problem(f"{where}, line {error.lineno}", f"{error.msg}.", fix, code="bad-notebook")
        ]
    helps = _comments(source)
    found: list[Parameter] = []
    problems: list[Problem] = []
    for node in tree.body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue  # a text on its own sets nothing
        read = _line(node, source, helps)
        if isinstance(read, Parameter):
            found.append(read)
        else:
            problems.append(Problem(f"{where}, line {node.lineno}", *read, code="bad-notebook"))
    return tuple(found), problems + _doubles(found, where)


def _line(node: ast.stmt, source: str, helps: dict[int, str]) -> Parameter | tuple[str, str]:
    """Read one statement, or say what is wrong with it and how to write it."""
    text = ast.get_source_segment(source, node) or ""
    if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
        named = isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        what = "has no type" if named else "is not a parameter"
        return f"{text!r} {what}.", "write name: type = literal, such as step: int = 1000"
    if node.value is None:
        return f"{text!r} has no default.", f"write {text} = ..."
    kind = parse_kind(node.annotation)
    if kind is None:
        shown = ast.unparse(node.annotation)
        wish = "Optional[...]" if "|" in shown or shown == "None" else f"one of {TYPES}"
        return f"type {shown!r} is not one papermill and we both read.", f"write {wish}"
    try:
        default = ast.literal_eval(node.value)
    except ValueError:
        kinds = "a call" if isinstance(node.value, ast.Call) else "an expression"
        example = 'start: str = "2026-01-01"'
        return f"{text!r} is {kinds}.", f"write a literal, such as {example}"
    note = helps.get(node.end_lineno or node.lineno, "")
    hit = _CHOICES.search(note)
    choices = tuple(c.strip() for c in hit.group(1).split(",")) if hit else ()
    parameter = Parameter(node.target.id, kind, default, note, choices, node.lineno)
    wrong = parameter.problem(default)
    return (f"the default of {parameter.name!r}: {wrong[0]}.", wrong[1]) if wrong else parameter


def _comments(source: str) -> dict[int, str]:
    """Return line -> comment text."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {t.start[0]: t.string.lstrip("# ") for t in tokens if t.type == tokenize.COMMENT}


def _doubles(found: list[Parameter], where: str) -> list[Problem]:
    seen: dict[str, int] = {}
    problems = []
    for p in found:
        if p.name in seen:
            what = f"{p.name!r} stands on lines {seen[p.name]} and {p.line}."
            problems.append(Problem(where, what, "keep one", code="bad-notebook"))
        seen[p.name] = p.line
    return problems
