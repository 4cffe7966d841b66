"""Write a result to a folder and read the same result back: Parquet for tables, JSON for the rest.

A batch computes the company's forecast and plan once; every page reads the same saved result, so
that two pages never show two figures for one thing.
"""

import json
from dataclasses import fields, is_dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.labels import Terms

_FILE = "result.json"


def write(result: Any, folder: Path) -> None:
    """Write every field of a result dataclass below `folder`.

    Raises
    ------
    ContractError
        A field of a kind that cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tables: dict[str, pd.DataFrame] = {}
    tree = _pack(result, "", tables)
    for name, frame in tables.items():
        frame.to_parquet(folder / f"{name}.parquet", index=False)
    text = json.dumps(tree, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / _FILE).write_text(text, encoding="utf-8")


def read(folder: Path) -> Any:
    """Read back what `write` wrote; the result checks itself again as it is built."""
    return _unpack(json.loads((folder / _FILE).read_text(encoding="utf-8")), folder)


def is_stored(folder: Path) -> bool:
    """Tell whether a result stands in `folder`."""
    return (folder / _FILE).is_file()


def _pack(value: Any, name: str, tables: dict[str, pd.DataFrame]) -> Any:  # noqa: PLR0911
    """Turn a value into JSON, setting tables aside under their field's name."""
    if isinstance(value, pd.DataFrame):
        tables[name] = value
        return {"!": "table", "name": name}
    if isinstance(value, pd.Timestamp):
        return {"!": "time", "at": value.isoformat()}
    if isinstance(value, Terms):
        return {"!": "terms", "names": value.to_dict()}
    if is_dataclass(value) and type(value).__module__.startswith("salesanalysis."):
        parts = {
            f.name: _pack(getattr(value, f.name), f"{name}.{f.name}".lstrip("."), tables)
            for f in fields(value)
        }
        return {
            "!": "result",
            "class": f"{type(value).__module__}:{type(value).__qualname__}",
            "fields": parts,
        }
    if isinstance(value, (list, tuple)):
        parts_list = [_pack(v, f"{name}.{i}", tables) for i, v in enumerate(value)]
        return {"!": "tuple" if isinstance(value, tuple) else "list", "items": parts_list}
    if isinstance(value, dict):
        return {
            "!": "dict",
            "items": [
                [_pack(k, name, tables), _pack(v, f"{name}.{i}", tables)]
                for i, (k, v) in enumerate(value.items())
            ],
        }
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    raise ContractError(
        f"A field of kind {type(value).__name__} cannot be stored.",
        where=f"field {name!r}",
        fix="hold it as a table, text, number, tuple or dict",
    )


def _unpack(value: Any, folder: Path) -> Any:  # noqa: PLR0911
    """Turn JSON back into the value it stands for."""
    if not isinstance(value, dict):
        return value
    kind = value["!"]
    if kind == "table":
        # the last part only: no name leads out of the folder
        return pd.read_parquet(folder / Path(f"{value['name']}.parquet").name)
    if kind == "time":
        return pd.Timestamp(value["at"])
    if kind == "terms":
        return Terms(value["names"])
    if kind == "dict":
        return {_unpack(k, folder): _unpack(v, folder) for k, v in value["items"]}
    if kind in ("tuple", "list"):
        items = [_unpack(v, folder) for v in value["items"]]
        return tuple(items) if kind == "tuple" else items
    module, name = value["class"].split(":")
    if not module.startswith("salesanalysis."):
        raise _no_result(value["class"], folder)
    build = getattr(import_module(module), name, None)
    # a file somebody sends may name anything: only a result, and only from its own module
    if not (isinstance(build, type) and is_dataclass(build) and build.__module__ == module):
        raise _no_result(value["class"], folder)
    return build(**{k: _unpack(v, folder) for k, v in value["fields"].items()})


def _no_result(name: str, folder: Path) -> ContractError:
    return ContractError(
        f"{name!r} is not a result of this package.",
        where=str(folder / _FILE),
        fix="delete the folder and run the batch again",
    )
