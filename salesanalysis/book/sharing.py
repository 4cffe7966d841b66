"""Results that all pages of a run share: written once beside the snapshot, read by every page."""

from contextlib import suppress
from pathlib import Path

from salesanalysis import store
from salesanalysis.book.asked import SHARED
from salesanalysis.book.results import Company
from salesanalysis.book.saved import HOME
from salesanalysis.book.why import SHARED as WHY
from salesanalysis.data import Dataset
from salesanalysis.errors import ContractError


def prepare(data: Dataset, folder: str | Path) -> None:
    """Write the results that every page of a run shares into the snapshot at `folder`."""
    results = Company(data)
    for name in ("plan", "forecast"):
        # data too thin for one of them: the page that needs it says so, the others are good
        with suppress(ContractError):
            store.write(getattr(results, name), Path(folder) / HOME / name)
    pages = ((results.ahead, ("draws", "backtest")), (results.asked, SHARED), (results.why, WHY))
    for page, names in pages:
        for name in names:
            with suppress(ContractError):
                store.write(getattr(page, name), Path(folder) / HOME / name)
    prepare_checks(results, folder)


def prepare_checks(results: Company, folder: str | Path) -> None:
    """Write what the page on data quality shows into the snapshot at `folder`."""
    for name in ("quality", "regional", "confirmation"):
        store.write(getattr(results.checks, name), Path(folder) / HOME / name)
