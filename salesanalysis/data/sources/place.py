"""Where a table of theirs lies and how it is written; what opening it gives."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from salesanalysis.errors import ContractError


@dataclass(frozen=True)
class Place:
    """Where one table lies, and what was declared about how it is written.

    Attributes
    ----------
    path : Path, optional
        A file; its name may be a pattern such as ``2024-*.csv`` for many files of one shape.
    sheet : str
        Of a workbook; empty: the only one that is filled.
    table : str
        Of a database or a DuckDB file, such as ``sales`` or ``crm.sales``.
    encoding : str
        Of a text file, by the name Python gives it; empty: found out.
    delimiter : str
        Between the cells of a text file; empty: found out.
    header : int
        Row the column names stand in, 1 is the first; 0: found out.
    backend : Ibis connection, optional
        Of a database; None: the tables are files.
    """

    path: Path | None = None
    sheet: str = ""
    table: str = ""
    encoding: str = ""
    delimiter: str = ""
    header: int = 0
    backend: Any = None


@dataclass(frozen=True, eq=False)
class Opened:
    """A table of theirs, ready to be read.

    Attributes
    ----------
    table : Ibis table
        Cells of text files and workbooks are text, an empty cell is missing; Parquet and
        databases keep their types.
    name : str
        For messages, such as ``orders.xlsx, sheet 订单``; never a password.
    row : str
        The column that holds the number of each row as the reader's own program shows it; empty
        where rows are counted from the first below the header.
    remote : bool
        The rows live in somebody's database and stay there: only sums may come back.
    typed : bool
        Columns have types; nothing has to be read out of text.
    blanks : int
        Rows without a single value that are left out already. Those of a text file are still in
        `table`: they keep the numbers of the others right, and `blank` tells them once the rows
        lie in the engine, without another pass over the file.
    encoding, delimiter : str
        Of a text file, as declared or found out.
    header : int
        Row the column names stand in; titles above it are passed over.
    file : str
        The column with the name of the file, where several files are one table.
    errors : dict, column -> cells
        Cells of a workbook that hold an error instead of a value, such as ``E5 #REF!``.
    """

    table: Any
    name: str
    row: str = ""
    remote: bool = False
    typed: bool = False
    blanks: int = 0
    encoding: str = ""
    delimiter: str = ""
    header: int = 1
    file: str = ""
    errors: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def theirs(self) -> list[str]:
        """Their columns, without the ones that number and name the rows."""
        return [c for c in self.table.columns if c not in (self.row, self.file)]

    def blank(self, columns: Iterable[str] = ()) -> Any:
        """Return the condition that a row has no value at all, for a filter or a sum.

        Parameters
        ----------
        columns : their columns to look at
            All of them by default. Over the columns that are read anyway the question costs next
            to nothing: only where some row has no value there, ask again over all.
        """
        import ibis  # noqa: PLC0415

        return ibis.coalesce(*(self.table[c] for c in list(columns) or self.theirs)).isnull()

    def require_sound(self, columns: Iterable[str]) -> None:
        """Refuse errors of a workbook in columns that are read.

        Raises
        ------
        ContractError
            With the names of the cells.
        """
        bad = [cell for c in columns for cell in self.errors.get(c, ())]
        if bad:
            more = f" and {len(bad) - 5:,} more" if len(bad) > 5 else ""
            raise ContractError(
                f"{self.name} has {len(bad):,} cells that hold an error instead of a value: "
                f"{', '.join(bad[:5])}{more}.",
                where=f"{self.name}, columns {[c for c in columns if c in self.errors]}",
                fix="mend the formulas in the workbook and save it again",
                code="bad-value",
            )

    @property
    def counting(self) -> str:
        """How rows are numbered, in words for a message."""
        return "as the workbook numbers them" if self.row else "1 is the first below the header"
