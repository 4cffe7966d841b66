"""Files a mapping names stay inside the folder it belongs to."""

from pathlib import Path

from salesanalysis.errors import ContractError


def inside(folder: Path, name: str) -> Path:
    """Return the file `name` in `folder`; nothing outside the folder is ever opened.

    Raises
    ------
    ContractError
        An absolute path, a path or a link that leads out of the folder.

    Examples
    --------
    >>> inside(Path("data"), "2024/orders.csv").as_posix()
    'data/2024/orders.csv'
    """
    if "\0" in name:
        raise _outside(folder, name, "holds a zero byte")
    # a mapping written on Windows names files with backslashes
    parts = Path(name.replace("\\", "/"))
    if parts.is_absolute() or parts.drive or ":" in name[:2]:
        raise _outside(folder, name, "is an absolute path")
    if ".." in parts.parts:
        raise _outside(folder, name, "leads out of it with '..'")
    path = folder / parts
    if not path.resolve().is_relative_to(folder.resolve()):
        raise _outside(folder, name, "is a link that leads out of it")
    return path


def _outside(folder: Path, name: str, why: str) -> ContractError:
    return ContractError(
        f"{name!r} lies outside the data folder: it {why}.",
        where=f"file: {name}; data folder {folder}",
        fix="put the file into the data folder and name it as it is called there",
        code="outside-folder",
    )
