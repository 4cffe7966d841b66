"""A folder of files: whole or not at all, and never in the place of somebody else's."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from salesanalysis.atomic import not_writable
from salesanalysis.errors import ContractError


@contextmanager
def fresh_folder(folder: Path, mark: str, *, kind: str) -> Iterator[Path]:
    """Give a place to write into; it becomes `folder` when everything is written.

    Parameters
    ----------
    folder : Path
        New, empty, or an older one that holds the file `mark`; that one is replaced.
    mark : str
    kind : str
        How a message calls such a folder.

    Raises
    ------
    ContractError
        A folder that holds something else.
    RenderError
        A place that cannot be written; what was there is still there.
    """
    if folder.exists() and not (folder / mark).is_file() and _is_taken(folder):
        raise ContractError(
            f"{folder} is there already and is no {kind}.",
            where=str(folder),
            fix="choose another folder: this one would be overwritten",
            code="bad-choice",
        )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(
            prefix=f".{folder.name}-", dir=folder.parent, ignore_cleanup_errors=True
        ) as room:
            fresh = Path(room) / "new"
            fresh.mkdir()
            yield fresh
            _swap(fresh, folder, Path(room) / "old")
    except OSError as error:
        raise not_writable(folder, error) from None


def _is_taken(folder: Path) -> bool:
    return folder.is_file() or any(folder.iterdir())


def _swap(fresh: Path, folder: Path, old: Path) -> None:
    """Put `fresh` in the place of `folder`; where that fails, what was there comes back."""
    if folder.exists():
        folder.rename(old)
    try:
        fresh.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise
