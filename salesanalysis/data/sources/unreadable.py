"""What the engine makes of a file: its path as it must be written, and why it was refused."""

from pathlib import Path

from salesanalysis.errors import ContractError

#: What helps with a text file whose rows cannot be read.
_ROWS = "every row needs the columns of the header; save the file as CSV in UTF-8"


def unreadable(path: Path, error: Exception, *, fix: str = _ROWS) -> ContractError:
    """Say in one line why the engine could not read a file."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return ContractError(
        f"{path.name} cannot be read: {' '.join(lines[:2]).rstrip('.')}.",
        where=str(path),
        fix=fix,
        code="bad-value",
    )


def literal(path: Path) -> str:
    """Return the path as the engine must get it: brackets and stars are no patterns here."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in str(path))
