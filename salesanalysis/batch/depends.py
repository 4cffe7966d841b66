"""What a task reads beside its notebook: data, mapping and plan, its own and the shipped ones."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

from salesanalysis import project
from salesanalysis.batch import keys
from salesanalysis.errors import ParamError
from salesanalysis.strictyaml import read

#: Parameters whose value may be a file or folder that is read.
NAMED = ("source", "data", "mapping", "scheme", "ledger")
_SHIPPED = ("params/plans", "params/mappings", "params/targets", "params/review")
_REPOSITORY = project.shipped()


def named(values: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the files and folders a task's parameters name; the demo is none.

    Examples
    --------
    >>> named({"source": "demo", "mapping": "", "region": "East"})
    ()
    """
    found = [str(values[name]) for name in NAMED if values.get(name)]
    found += _beside(str(values.get("source") or ""), str(values.get("mapping") or ""))
    return tuple(p for p in found if p != "demo" and Path(p).exists())


def _beside(source: str, mapping: str) -> list[str]:
    """Return the lookups a mapping reads beside a source that is a file."""
    homes = [Path(mapping), *(Path(home) / f"{mapping}.yaml" for home in shipped())]
    rules = next((p for p in homes if p.is_file()), None)
    if rules is None or not Path(source).is_file():
        return []
    try:
        names = _files(read(rules).data)
    except ParamError:
        return []  # loading says what is wrong with it
    home = Path(source).parent
    return [p.as_posix() for name in names for p in ([home / name], home.glob(name))["*" in name]]


def _files(node: Any) -> list[str]:
    """Return every ``file:`` below a part of a mapping."""
    if isinstance(node, dict):
        own = [node["file"]] if isinstance(node.get("file"), str) else []
        return own + [name for part in node.values() for name in _files(part)]
    return [name for part in node for name in _files(part)] if isinstance(node, list) else []


def unseen(values: Mapping[str, Any]) -> dict[str, str]:
    """Return what nobody can tell has changed: a database, which is read anew every time.

    Examples
    --------
    >>> unseen({"source": "demo"})
    {}
    >>> list(unseen({"source": "postgresql://anna@host/crm"}))
    ['postgresql://anna@host/crm']
    """
    addresses = [str(values[name]) for name in NAMED if "://" in str(values.get(name) or "")]
    if not addresses:
        return {}
    from salesanalysis.data.sources.url import safe_url  # noqa: PLC0415  the data room is heavy

    return {safe_url(address): uuid4().hex for address in addresses}


def shipped() -> tuple[str, ...]:
    """Return the folders of shared tables, of the working directory and the repository."""
    found: dict[Path, str] = {}
    for home in (Path(), *project.homes()[:-1], _REPOSITORY):
        for name in _SHIPPED:
            folder = home / name
            if folder.is_dir():
                # run from the repository, or through a link to it, the two are one
                found.setdefault(folder.resolve(), folder.as_posix())
    return tuple(found.values())


def data_key(source: str, mapping: str | None, as_of: str | None) -> str:
    """Return a hash over everything a loaded data set depends on."""
    files = [*named({"source": source, "mapping": mapping}), *shipped()]
    given = [source, mapping or None, as_of or None]
    read = {**keys.hash_inputs(files), **unseen({"source": source})}
    return keys.digest([*given, keys.hash_of_library(), read])
