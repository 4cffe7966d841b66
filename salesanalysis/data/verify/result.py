"""What a comparison with a third party found: every cell, every amount, one verdict."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.data.fixed import UNITS
from salesanalysis.data.verify.tolerance import Tolerance
from salesanalysis.errors import ContractError, ReconciliationError, unknown_name
from salesanalysis.labels import Terms, check_lang
from salesanalysis.periods import FiscalCalendar
from salesanalysis.results import Result

#: What a cell can be.
STATUSES = ("matched", "differing", "only_ours", "only_theirs", "both_zero")
#: What a comparison can come to.
VERDICTS = ("verified", "differs", "unverified")


def status_of(cells: pd.DataFrame, tolerance: Tolerance) -> npt.NDArray[np.str_]:
    """Return the status of every cell: the one place that decides.

    ``both_zero``: nothing but 0 on either side; ``only_ours``, ``only_theirs``: the other side
    has no line; ``matched``: within the tolerance; ``differing``: all others.
    """
    nothing = (cells["ours"] == 0) & (cells["theirs"] == 0)
    agrees = tolerance.allows(cells["ours"] - cells["theirs"], cells["theirs"])
    chosen: npt.NDArray[np.str_] = np.select(
        [nothing, cells["n_theirs"] == 0, cells["n_ours"] == 0, agrees],
        ["both_zero", "only_ours", "only_theirs", "matched"],
        "differing",
    )
    return chosen


@dataclass(frozen=True, eq=False)
class Verification(Result):
    """Our figures beside those of a third party.

    Attributes
    ----------
    cells : DataFrame, one row per cell
        The columns of `by`; ``ours``, ``theirs`` (whole ten-thousandths, int64), ``n_ours``,
        ``n_theirs`` (lines), ``status``, ``explanation``.
    outside : DataFrame, one row per node, side and period that is not compared
        Levels, ``side`` (ours, theirs), ``reason`` (before, after the periods compared),
        ``period``, ``n``, ``amount`` (whole ten-thousandths).
    proposals : DataFrame
        Names of theirs that look like names of ours; see `names.near_names`.
    by : tuple of str
    value : str
    freq : {"M", "Q", "Y"}
    tolerance : Tolerance
    source : dict, language -> how the other side is called
    confirmed_by : str
    total_ours, total_theirs : int, ten-thousandths
        Summed apart from the cells, in the engine.
    closed_through : Timestamp

    Raises
    ------
    ReconciliationError
        Cells and what is outside do not add up to the totals exactly, or a status does not
        follow from its amounts: our defect or a tampered table.
    """

    cells: pd.DataFrame
    outside: pd.DataFrame
    proposals: pd.DataFrame
    by: tuple[str, ...]
    value: str
    freq: str
    tolerance: Tolerance
    source: dict[str, str]
    confirmed_by: str
    total_ours: int
    total_theirs: int
    closed_through: pd.Timestamp
    calendar: FiscalCalendar = field(default_factory=FiscalCalendar)
    currency: str = "CNY"
    terms: Terms = field(default_factory=Terms)

    def __post_init__(self) -> None:
        """Refuse to exist where an amount was lost or a status is wrong."""
        for name in ("cells", "outside", "proposals"):
            object.__setattr__(self, name, getattr(self, name).copy())
        for side in ("ours", "theirs"):
            out = self.outside.loc[self.outside["side"] == side, "amount"]
            total = getattr(self, f"total_{side}")
            gap = total - int(self.cells[side].sum()) - int(out.sum())
            if gap:
                raise _broken(
                    f"Cells of {side} leave {gap / UNITS:+,.4f} of {total / UNITS:+,.4f}."
                )
        wrong = self.cells[self.cells["status"] != status_of(self.cells, self.tolerance)]
        if len(wrong):
            raise _broken(f"{len(wrong)} cells have a status that their amounts contradict.")

    def to_frame(self) -> pd.DataFrame:
        """Return the cells in `currency`, largest difference first.

        Returns
        -------
        DataFrame, one row per cell
            Levels and ``period`` (``quarter`` as text or ``year`` where `freq` is Q or Y),
            ``ours``, ``theirs``, ``difference`` (ours - theirs), ``difference_share`` (of the
            size of theirs; where theirs is 0, all of it: +1 or -1), ``n_ours``, ``n_theirs``,
            ``status``, ``explanation``.
        """
        table = self.cells
        gap = table["ours"] - table["theirs"]
        size = table["theirs"].abs()
        share = (gap / size.where(size > 0, gap.abs())).where(gap != 0, 0.0)
        frame = table[list(self.by)].assign(
            ours=table["ours"] / UNITS,
            theirs=table["theirs"] / UNITS,
            difference=gap / UNITS,
            difference_share=share.astype("float64"),
        )
        rest = table[["n_ours", "n_theirs", "status", "explanation"]]
        order = gap.abs().sort_values(ascending=False, kind="stable").index
        whole = frame.join(rest).loc[order].reset_index(drop=True)
        return self._with_periods(whole)

    def _with_periods(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Name quarters and years as people do."""
        if "period" not in frame or self.freq == "M":
            return frame
        years = self.calendar.years_of(frame["period"])
        if self.freq == "Y":
            return frame.assign(period=years).rename(columns={"period": "year"})
        months_in = (frame["period"].dt.month - self.calendar.start_month) % 12
        names = [
            f"{self.calendar.name(int(y))} Q{q}"
            for y, q in zip(years, months_in // 3 + 1, strict=True)
        ]
        named = frame.assign(period=pd.Series(names, index=frame.index, dtype="str"))
        return named.rename(columns={"period": "quarter"})

    def rows(self, status: str) -> pd.DataFrame:
        """Return the cells of one status, largest difference first.

        Raises
        ------
        ContractError
            A status there is none of, with the nearest.
        """
        if status not in STATUSES:
            raise unknown_name(
                status, STATUSES, kind="status", where="rows(status)", error=ContractError
            )
        frame = self.to_frame()
        return frame[frame["status"] == status].reset_index(drop=True)

    def select(self, **where: Any) -> "Verification":
        """Return the part whose levels have these values, such as one region for its page.

        Raises
        ------
        ContractError
            A level that was not compared, or a value that is on neither side.
        """
        cells, outside, proposals = self.cells, self.outside, self.proposals
        levels = [c for c in self.by if c != "period"]
        for column, wanted in where.items():
            if column not in levels:
                raise unknown_name(
                    column, levels, kind="level", where="Verification.select", error=ContractError
                )
            known = sorted({*self.cells[column], *self.outside[column]})
            if wanted not in known:
                place = "Verification.select"
                raise unknown_name(wanted, known, kind=column, where=place, error=ContractError)
            cells = cells[cells[column] == wanted].reset_index(drop=True)
            outside = outside[outside[column] == wanted].reset_index(drop=True)
            elsewhere = (proposals["column"] == column) & (proposals["ours"] != wanted)
            proposals = proposals[~elsewhere].reset_index(drop=True)
        out = outside.groupby("side")["amount"].sum()
        return replace(
            self,
            cells=cells,
            outside=outside,
            proposals=proposals,
            total_ours=int(cells["ours"].sum() + out.get("ours", 0)),
            total_theirs=int(cells["theirs"].sum() + out.get("theirs", 0)),
        )

    def counts(self) -> pd.Series:
        """Return the number of cells of every status."""
        found: pd.Series = self.cells["status"].value_counts().reindex(STATUSES, fill_value=0)
        return found.astype("int64")

    @property
    def status(self) -> str:
        """``verified``: every cell agrees; ``unverified``: no cell stands on both sides."""
        n = self.counts()
        if not n["matched"] + n["differing"]:
            return "unverified"
        return "differs" if n["differing"] + n["only_ours"] + n["only_theirs"] else "verified"

    @property
    def agreed_share(self) -> float:
        """The part of the money in cells that agree, 0..1; of each cell the larger side counts."""
        size = np.maximum(self.cells["ours"].abs(), self.cells["theirs"].abs())
        whole = int(size.sum())
        return int(size[self.cells["status"] == "matched"].sum()) / whole if whole else 0.0

    def verdict(self, lang: str = "en") -> str:
        """Return whether the figures agree, how far and where they differ most, in one line."""
        return self.headline(check_lang(lang))

    def _sentences(self, lang: str) -> list[str]:
        from salesanalysis.data.verify.wording import sentences  # noqa: PLC0415  it reads this

        return sentences(self, lang)


def _broken(what: str) -> ReconciliationError:
    return ReconciliationError(
        what,
        where="data.verify",
        fix="this is a defect or a tampered table: please report it with the input",
        code="does-not-add-up",
    )
