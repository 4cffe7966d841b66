"""Where the notebooks and params stand: the folder somebody works in, and what we ship.

A project folder holds ``notebooks/`` and ``params/``: a clone, or what ``salesanalysis start``
made. Its params win over those that come with the package, file by file.
"""

from pathlib import Path

FOLDERS = ("notebooks", "params")
_PACKAGE = Path(__file__).resolve().parent


def shipped() -> Path:
    """Return what the wheel carries inside the package, or the clone it is installed from."""
    packed = _PACKAGE / "carried"
    return packed if is_project(packed) else _PACKAGE.parent


def is_project(folder: Path) -> bool:
    """Tell whether a folder holds notebooks and params."""
    return all((folder / name).is_dir() for name in FOLDERS)


def homes() -> list[Path]:
    """Return the project folder around the working directory, where there is one, and the shipped.

    Examples
    --------
    >>> all(is_project(home) for home in homes())
    True
    """
    here = Path().resolve()
    own = next((folder for folder in (here, *here.parents) if is_project(folder)), shipped())
    return list(dict.fromkeys([own, shipped()]))


def params(kind: str, name: str) -> Path:
    """Return the file `name` of ``params/kind``, one's own before the shipped one.

    Returns
    -------
    Path
        The shipped place where neither is there.

    Examples
    --------
    >>> params("plans", "standard.yaml").is_file()
    True
    """
    places = [home / "params" / kind / name for home in homes()]
    return next((path for path in places if path.is_file()), places[-1])


def all_params(kind: str, pattern: str) -> list[Path]:
    """Return the files of ``params/kind`` by name; of two of one name, one's own."""
    found = {
        p.name: p for home in reversed(homes()) for p in (home / "params" / kind).glob(pattern)
    }
    return [found[name] for name in sorted(found)]
