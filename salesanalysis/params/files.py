"""Params files: a flat file is one task, a batch file (``batch: 1``) is one task a region."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from salesanalysis.credentials import sealed
from salesanalysis.errors import ParamError, nearest
from salesanalysis.params.cell import Parameter
from salesanalysis.params.problems import Problem
from salesanalysis.strictyaml import Document, read

BATCH_KEYS = ("batch", "common", "regions", "inputs", "region_key")


@dataclass(frozen=True)
class ParamSet:
    """The values of one task, each with the place it came from.

    Attributes
    ----------
    region : str
        Name of the task; its file name is made from it.
    values : dict of parameter -> value
    places : dict of parameter -> "file:line: key"
    inputs : tuple of str
        Files the result depends on, braces already filled in.
    """

    source: str
    region: str
    values: Mapping[str, Any]
    places: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()


def read_files(paths: Iterable[str | Path]) -> tuple[list[ParamSet], list[Problem]]:
    """Read params files; a folder means every ``*.yaml`` in it, sorted.

    Returns
    -------
    list of ParamSet
        In order of the files and of the regions inside.
    list of Problem
        Every problem of every file.
    """
    sets: list[ParamSet] = []
    problems: list[Problem] = []
    for path in _expand(paths):
        try:
            doc = read(path)
            # from here on nobody sees a password: it waits in the environment
            doc = replace(doc, data=sealed(doc.data))
        except ParamError as error:
            problems.append(Problem(error.where, error.what, error.fix, code=error.code))
            continue
        more, wrong = _read_one(doc, Path(path))
        sets += more
        problems += wrong
    if not sets and not problems:
        shown = ", ".join(str(p) for p in paths)
        problems.append(
            Problem(shown, "no params file there.", "name a .yaml file", code="empty-table")
        )
    return sets, problems


def _expand(paths: Iterable[str | Path]) -> list[Path]:
    out: list[Path] = []
    for path in map(Path, paths):
        out += sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    return out


def _read_one(doc: Document, path: Path) -> tuple[list[ParamSet], list[Problem]]:
    if not isinstance(doc.data, dict):
        fix = "write name: value lines"
        return [], [Problem(doc.where(), "the file is not a mapping.", fix, code="bad-yaml")]
    if "batch" in doc.data:
        return _batch(doc, path)
    region = doc.data.get("region", path.stem)
    places = {k: doc.where(k) for k in doc.data}
    return [ParamSet(str(path), str(region), doc.data, places)], []


def _batch(doc: Document, path: Path) -> tuple[list[ParamSet], list[Problem]]:
    """Expand a batch file: what is common, then one set for every region."""
    problems = [_unknown_key(doc, k) for k in doc.data if k not in BATCH_KEYS]
    if doc.data["batch"] != 1:
        fix = "write batch: 1"
        problems.append(
            Problem(doc.where("batch"), "the format number is not 1.", fix, code="bad-yaml")
        )
    common, regions = doc.data.get("common") or {}, doc.data.get("regions") or {}
    inputs, key = doc.data.get("inputs") or [], doc.data.get("region_key", "region")
    shapes = (("common", common, dict), ("regions", regions, dict), ("inputs", inputs, list))
    for name, value, shape in shapes:
        if not isinstance(value, shape):
            word = "a mapping" if shape is dict else "a list"
            problems.append(
                Problem(doc.where(name), f"it is not {word}.", f"write {word}", code="bad-yaml")
            )
    if problems:
        return [], problems
    if not regions:
        fix = 'write regions: {"NORTH": {}, "SOUTH": {}}'
        return [], [Problem(doc.where("regions"), "there are no regions.", fix, code="empty-table")]
    sets = []
    for region, own in regions.items():
        values = {**common, **(own or {}), key: region}
        places = {k: doc.where("common", k) for k in common}
        places |= {k: doc.where("regions", region, k) for k in own or {}}
        places[key] = doc.where("regions", region)
        found, wrong = _inputs(doc, inputs, values, region)
        problems += wrong
        sets.append(ParamSet(str(path), region, values, places, found))
    return sets, problems


def _unknown_key(doc: Document, key: str) -> Problem:
    close = nearest(key, BATCH_KEYS)
    fix = f"did you mean {close!r}?" if close else f"use one of: {', '.join(BATCH_KEYS)}"
    return Problem(doc.where(key), "unknown key of a batch file.", fix, code="unknown-name")


def _inputs(
    doc: Document, inputs: Sequence[str], values: Mapping[str, Any], region: str
) -> tuple[tuple[str, ...], list[Problem]]:
    """Fill the braces of every input and look whether it exists."""
    found, problems = [], []
    for i, pattern in enumerate(inputs):
        where = doc.where("inputs", i)
        try:
            path = str(pattern).format(**values)
        except KeyError as error:
            fix = f"use one of: {', '.join(values)}"
            what = f"{pattern!r} names {error}, which is no parameter (region {region})."
            problems.append(Problem(where, what, fix, code="unknown-name"))
            continue
        if not Path(path).exists():
            what = f"{path} does not exist (region {region})."
            problems.append(Problem(where, what, "check the path", code="no-input"))
        found.append(path)
    return tuple(found), problems


def check_values(
    given: ParamSet, parameters: Sequence[Parameter], *, notebook: str
) -> list[Problem]:
    """Compare given values with what the notebook declares.

    Examples
    --------
    >>> from salesanalysis.params.kinds import Kind
    >>> horizon = Parameter("horizon", Kind("int"), 12)
    >>> given = ParamSet("q3.yaml", "NORTH", {"horizn": 6}, {"horizn": "q3.yaml:7: horizn"})
    >>> problem = check_values(given, [horizon], notebook="review.ipynb")[0]
    >>> problem.what, problem.fix
    ("unknown parameter; notebook review.ipynb has 'horizon' (int).", "did you mean 'horizon'?")
    """
    known = {p.name: p for p in parameters}
    problems = []
    for name, value in given.values.items():
        where = given.places.get(name, f"{given.source}: {name}")
        if name not in known:
            problems.append(_unknown(name, known, notebook, where))
        elif wrong := known[name].problem(value):
            problems.append(Problem(where, f"{wrong[0]}.", wrong[1], code="bad-value"))
    return problems


def _unknown(name: str, known: Mapping[str, Parameter], notebook: str, where: str) -> Problem:
    close = nearest(name, known)
    if close:
        what = f"unknown parameter; notebook {notebook} has {close!r} ({known[close].kind})."
        return Problem(where, what, f"did you mean {close!r}?", code="unknown-name")
    names = ", ".join(known) or "none"
    what = f"unknown parameter; notebook {notebook} has: {names}."
    return Problem(where, what, f"remove {name!r}", code="unknown-name")
