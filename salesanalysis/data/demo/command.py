"""``salesanalysis demo FOLDER``: the demo company as files, clean and large, or ugly."""

from pathlib import Path

from salesanalysis.data.demo.dirty import MAPPING, TRUTH, write_dirty
from salesanalysis.data.demo.scale import write_scaled
from salesanalysis.errors import ContractError
from salesanalysis.labels import count, exact


def make(
    folder: str | Path,
    *,
    dirty: bool = False,
    scale: int | None = None,
    seed: int = 2024,
    lang: str | None = None,
) -> list[str]:
    """Write the demo company into `folder`; return what to tell the user, line by line.

    Raises
    ------
    ContractError
        Choices that do not go together, a folder that holds something else.
    """
    if dirty and scale is not None:
        raise _together("dirty and scale", "write one folder with each")
    if lang is not None and not dirty:
        raise _together("lang and clean tables", "add --dirty: clean tables hold both languages")
    path = Path(folder)
    if not dirty:
        write_scaled(path, 1 if scale is None else scale, seed=seed)
        return [f"written: {path}", f"open it: salesanalysis.load({str(path)!r})"]
    truth = write_dirty(path, seed=seed, lang=lang or "zh")
    extra = truth.breakages[truth.breakages["extra"]]
    return [
        f"written: {path}, {count(int(truth.files['n_rows'].sum()))} rows in "
        f"{truth.files['file'].nunique()} files of order lines",
        f"of them {count(truth.clean_rows)} are sales of CNY {exact(truth.clean_cents / 100)}, "
        f"{count(int(extra['n_rows'].sum()))} are none; counts in {path / TRUTH}",
        f"read them: salesanalysis.load({str(path)!r}), through {path / MAPPING}",
    ]


def _together(what: str, fix: str) -> ContractError:
    return ContractError(
        f"{what} do not go together.", where="salesanalysis demo", fix=fix, code="bad-choice"
    )
