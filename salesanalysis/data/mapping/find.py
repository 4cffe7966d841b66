"""Where mapping files are: by path, by the name of a shipped one, or by what lies in a folder."""

from pathlib import Path

from salesanalysis import project
from salesanalysis.data.mapping.read import read
from salesanalysis.data.mapping.rules import Mapping
from salesanalysis.errors import ContractError, nearest

#: A mapping of this name in the folder of the data is the one of that folder.
BESIDE = "mapping.yaml"


def find(mapping: str | Path) -> Path:
    """Return the file of a mapping given by its path or by the name of a shipped one.

    Raises
    ------
    ContractError
        Neither a file nor a shipped name, with the nearest that is.
    """
    path = Path(mapping)
    if path.is_file():
        return path
    known = {p.stem: p for p in shipped()}
    if path.name in known and path.parent == Path():
        return known[path.name]
    close = nearest(path.stem, known)
    raise ContractError(
        f"There is no mapping file {str(mapping)!r}.",
        where=f"mapping={str(mapping)!r}; shipped: {', '.join(sorted(known)) or 'none'}",
        fix=f"write mapping={close!r}" if close else "check the path",
        code="no-input",
    )


def shipped() -> list[Path]:
    """Return the mapping files that come with the project, in order of their names."""
    return project.all_params("mappings", "*.yaml")


def recognised(folder: Path) -> Mapping | None:
    """Return the mapping that lies in `folder`, or the shipped one whose files do, or None."""
    if (folder / BESIDE).is_file():
        return read(folder / BESIDE)
    for path in shipped():
        mapping = read(path)
        if mapping.recognise and all((folder / name).is_file() for name in mapping.recognise):
            return mapping
    return None
