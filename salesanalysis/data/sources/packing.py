"""Bytes of a file as a stream, whatever packs them: gzip, xz, bzip2, Zstandard or nothing."""

import bz2
import gzip
import lzma
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from salesanalysis.errors import ContractError

#: First bytes -> packing. The bytes decide, not the name: a renamed file is read all the same.
_MAGIC = {
    b"\x1f\x8b": "gzip",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    **{b"BZh%d1AY&SY" % level: "bz2" for level in range(1, 10)},
}
#: What the engine unpacks by itself.
NATIVE = {"": "none", "gzip": "gzip", "zstd": "zstd"}
_BROKEN = (EOFError, gzip.BadGzipFile, lzma.LZMAError, zlib.error)


def first_bytes(path: Path, n: int = 16) -> bytes:
    """Return the first `n` bytes as they lie on the disk."""
    with path.open("rb") as file:
        return file.read(n)


def packing(path: Path) -> str:
    """Tell how a file is packed; empty: not at all."""
    start = first_bytes(path)
    return next((kind for magic, kind in _MAGIC.items() if start.startswith(magic)), "")


@contextmanager
def unpacked(path: Path) -> Iterator[Any]:
    """Open the bytes of a file, unpacked as they are read.

    Raises
    ------
    ContractError
        A packed file that is cut off or broken.
    """
    kind = packing(path)
    try:
        with _stream(path, kind) as stream:
            yield stream
    except _BROKEN as error:
        raise _broken(path, kind, error) from None
    except OSError as error:
        # bz2 and Zstandard report broken bytes as an OSError without a number
        if not kind or error.errno is not None:
            raise
        raise _broken(path, kind, error) from None


def _stream(path: Path, kind: str) -> Any:
    if kind == "zstd":
        import pyarrow as pa  # noqa: PLC0415

        return pa.input_stream(str(path), compression="zstd")
    opener: Any = {"gzip": gzip.open, "xz": lzma.open, "bz2": bz2.open}.get(kind, open)
    return opener(path, "rb")


def _broken(path: Path, kind: str, error: Exception) -> ContractError:
    why = str(error).strip().rstrip(".") or "it is cut off"
    return ContractError(
        f"{path.name} cannot be unpacked ({kind}): {why}.",
        where=str(path),
        fix="fetch the file again: it is cut off or broken",
        code="bad-value",
    )
