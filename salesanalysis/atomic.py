"""Files that are either the old one or the new one, never a half."""

import os
import tempfile
from pathlib import Path

from salesanalysis.errors import RenderError


def write_atomic(path: Path, content: bytes | str) -> Path:
    """Write beside the target, flush to disk, then replace the target in one step.

    Returns
    -------
    Path
        `path`.

    Raises
    ------
    RenderError
        Where the folder is read-only or the disk is full; the old file is still there.
    """
    raw = content.encode("utf-8") if isinstance(content, str) else content
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temp = tempfile.mkstemp(dir=path.parent, prefix=".tmp-")
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(raw)
                out.flush()
                os.fsync(out.fileno())
            os.chmod(temp, 0o644)
            os.replace(temp, path)
        except BaseException:
            Path(temp).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise not_writable(path, error) from None
    sync_folder(path.parent)
    return path


def publish(staged: Path, final: Path) -> None:
    """Move a finished file of the same file system into place."""
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        with staged.open("rb+") as file:
            os.fsync(file.fileno())
        os.replace(staged, final)
    except OSError as error:
        raise not_writable(final, error) from None
    sync_folder(final.parent)


def publish_folder(staged: Path, final: Path) -> list[Path]:
    """Move every file below `staged` into `final`; files of an older run are removed.

    Returns
    -------
    list of Path
        The files in `final`, sorted.
    """
    files = sorted(p for p in staged.rglob("*") if p.is_file()) if staged.is_dir() else []
    moved = [final / p.relative_to(staged) for p in files]
    for source, target in zip(files, moved, strict=True):
        publish(source, target)
    if final.is_dir():
        for old in sorted(final.rglob("*"), reverse=True):
            if old.is_file() and old not in moved:
                old.unlink()
            elif old.is_dir() and not any(old.iterdir()):
                old.rmdir()
    return moved


def sync_folder(folder: Path) -> None:
    """Make a rename last through a power cut, where the file system can."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)


def probe(folder: Path) -> None:
    """Refuse to start a run into a folder that cannot be written."""
    write_atomic(folder / ".probe", b"probe")
    (folder / ".probe").unlink(missing_ok=True)


def not_writable(path: Path, error: OSError) -> RenderError:
    """Build the error for a place that takes no file."""
    return RenderError(
        f"{path} cannot be written: {error.strerror or error}.",
        where=str(path.parent),
        fix="choose a folder you may write to, or free some space",
        code="not-writable",
    )
