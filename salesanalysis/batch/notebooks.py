"""Notebooks as planning sees them: JSON with cells, one of them the ``parameters`` cell."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from salesanalysis.batch.keys import digest
from salesanalysis.credentials import is_open
from salesanalysis.params import Parameter, Problem, declared


@dataclass(frozen=True)
class Notebook:
    """A notebook that has been read and checked.

    Attributes
    ----------
    cells : tuple of dict
        With ``source`` as one text.
    parameters : tuple of Parameter
    code : tuple of str
        A hash of every code cell with its tags, in order.
    """

    path: Path
    cells: tuple[Mapping[str, Any], ...]
    parameters: tuple[Parameter, ...]
    code: tuple[str, ...]

    @property
    def name(self) -> str:
        """The file name without its ending."""
        return self.path.stem

    @property
    def declares(self) -> dict[str, Parameter]:
        """Name -> parameter."""
        return {p.name: p for p in self.parameters}

    def defaults(self) -> dict[str, Any]:
        """Name -> default."""
        return {p.name: p.default for p in self.parameters}


def read_notebook(path: Path) -> tuple[Notebook | None, list[Problem]]:
    """Read a notebook file; None and the problems where it cannot be rendered."""
    fix = "open and save it in JupyterLab, or name another notebook"
    try:
        node = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        what = f"the notebook cannot be read: {error.strerror}."
        return None, [Problem(str(path), what, "check the path", code="bad-notebook")]
    except ValueError:
        return None, [Problem(str(path), "it is not JSON.", fix, code="bad-notebook")]
    wrong = _shape(node)
    if wrong:
        return None, [Problem(str(path), wrong, fix, code="bad-notebook")]
    cells = tuple({**c, "source": _text(c["source"])} for c in node["cells"])
    tagged = [i for i, c in enumerate(cells) if "parameters" in _tags(c)]
    if len(tagged) != 1:
        what = f"{len(tagged)} cells are tagged 'parameters', exactly one is needed."
        how = "tag the one code cell with the defaults: property inspector, cell tags"
        return None, [Problem(str(path), what, how, code="bad-notebook")]
    where = f"{path.name} cell {tagged[0] + 1} (parameters)"
    parameters, problems = declared(cells[tagged[0]]["source"], where=where)
    problems += [_password(p, path, tagged[0] + 1) for p in parameters if is_open(p.default)]
    code = tuple(digest([c["source"], sorted(_tags(c))]) for c in cells if c["cell_type"] == "code")
    return Notebook(path, cells, parameters, code), problems


def _password(parameter: Parameter, path: Path, cell: int) -> Problem:
    """Refuse a default with a password: notebooks are kept and sent around."""
    where = f"{path.name} cell {cell} (parameters)"
    what = f"the default of {parameter.name!r} holds a password."
    fix = "write ${NAME} in its place, and set the environment variable NAME before the run"
    return Problem(where, what, fix, code="bad-notebook")


def _shape(node: Any) -> str:
    """Return what is wrong with the file as a notebook, or ""."""
    if not isinstance(node, dict) or not isinstance(node.get("nbformat"), int):
        return "it is not a notebook."
    if node["nbformat"] != 4 or not isinstance(node.get("cells"), list):
        return f"its format is {node['nbformat']}, not 4."
    kernel = node.get("metadata", {}).get("kernelspec", {})
    if not kernel.get("name"):
        return "it names no kernel (metadata.kernelspec.name)."
    ids = [c.get("id") for c in node["cells"]]
    return "its cells have no ids of their own." if None in ids or len(set(ids)) < len(ids) else ""


def _text(source: Any) -> str:
    return source if isinstance(source, str) else "".join(source)


def _tags(cell: Mapping[str, Any]) -> set[str]:
    return set(cell.get("metadata", {}).get("tags", ()))
