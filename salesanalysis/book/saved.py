"""Where the shared results of a run lie inside its snapshot."""

from pathlib import Path

from salesanalysis import store
from salesanalysis.data import Dataset

#: Folder of the shared results inside a snapshot.
HOME = "book"


def saved(data: Dataset, name: str) -> object:
    """Return a shared result from beside the snapshot of `data`; None where there is none."""
    folder = Path(data.home) / HOME / name if data.home else None
    return store.read(folder) if folder and store.is_stored(folder) else None
