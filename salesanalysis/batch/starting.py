"""A folder to work in: the notebooks and params of the project, copied for somebody to change."""

from pathlib import Path

from salesanalysis.atomic import write_atomic
from salesanalysis.errors import ParamError
from salesanalysis.project import FOLDERS, shipped


def start(folder: str | Path) -> list[Path]:
    """Copy the notebooks, plans, mappings and run files into a new folder.

    Parameters
    ----------
    folder : str or Path
        New, or there without a ``notebooks`` and a ``params``.

    Returns
    -------
    list of Path
        The files written, sorted.

    Raises
    ------
    ParamError
        One of both is there already (`not-writable`), or this copy of the package does not
        carry them (`no-input`).

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> folder = Path(tempfile.mkdtemp()) / "my_sales"
    >>> made = start(folder)
    >>> made[0].relative_to(folder).as_posix()
    'notebooks/00_start_here.ipynb'
    """
    home, target = shipped(), Path(folder)
    taken = [name for name in FOLDERS if (target / name).exists()]
    if taken:
        raise ParamError(
            f"{target} has a folder {taken[0]} already; work in it is not written over.",
            where="salesanalysis start",
            fix="name a new folder",
            code="not-writable",
        )
    texts = {
        path.relative_to(home): path.read_text(encoding="utf-8")
        for name in FOLDERS
        for path in sorted((home / name).rglob("*"))
        if path.is_file()
        and not any(part.startswith(".") for part in path.parts[len(home.parts) :])
    }
    for name, text in texts.items():
        write_atomic(target / name, text)
    return [target / name for name in texts]


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
