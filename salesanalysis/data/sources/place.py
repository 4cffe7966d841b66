"""Where a table of theirs lies and how it is written; what opening it gives."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_
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
    deep : int
        Rows of the header: groups of columns stand above their names.
    quote : str
        What holds a cell of a text file together; empty: quotes are letters like others.
    backend : Ibis connection, optional
        Of a database; None: the tables are files.
    escaped : bool
        An apostrophe stands before text a spreadsheet would run, as our own tables write it: it
        is taken off.
    footer : int
        Filled rows below the last line that are none.
    """

    path: Path | None = None
    sheet: str = ""
    table: str = ""
    encoding: str = ""
    delimiter: str = ""
    header: int = 0
    deep: int = 1
    quote: str = '"'
    backend: Any = None
    escaped: bool = False
    footer: int = 0


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
        Rows without a single value that are left out already. Those between the rows of a text
        file are still in `table`: they keep the numbers of the others right, and `blank` tells
        them once the rows lie in the engine, without another pass over the file.
    bare : bool
        Of a text file: no cell ends with a blank, a dash or anything but ASCII.
    encoding, delimiter : str
        Of a text file, as declared or found out.
    header : int
        Row the column names stand in; titles above it are passed over.
    groups : tuple of int
        First row and number of rows of a header that looks like several, where none is declared.
    head : tuple of tuples of str
        Cells of a header of several rows, row by row, one for every column.
    file : str
        The column with the name of the file, where several files are one table.
    errors : dict, column -> cells
        Cells of a workbook that hold an error instead of a value, such as ``E5 #REF!``.
    doubtful : dict, column -> cells
        Texts of a workbook that can be read as two numbers, beside cells that are numbers.
    zones : dict, column -> time zone
        Of moments of a file; empty where the file does not name the zone.
    notes : tuple of (label, column or file, what)
        What was decided about the whole file and is to be said.
    """

    table: Any
    name: str
    row: str = ""
    remote: bool = False
    typed: bool = False
    blanks: int = 0
    bare: bool = False
    encoding: str = ""
    delimiter: str = ""
    header: int = 1
    groups: tuple[int, ...] = ()
    head: tuple[tuple[str, ...], ...] = ()
    file: str = ""
    errors: dict[str, tuple[str, ...]] = field(default_factory=dict)
    doubtful: dict[str, tuple[str, ...]] = field(default_factory=dict)
    zones: dict[str, str] = field(default_factory=dict)
    notes: tuple[tuple[str, str, str], ...] = ()

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
        return without_value([self.table[c] for c in list(columns) or self.theirs])

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

    def require_told(self, columns: Iterable[str]) -> None:
        """Refuse texts of a workbook that are one number or another, beside cells that are numbers.

        Raises
        ------
        ContractError
            With the names of the cells.
        """
        bad = [cell for c in columns for cell in self.doubtful.get(c, ())]
        if bad:
            one, more = len(bad) == 1, f" and {len(bad) - 5:,} more" if len(bad) > 5 else ""
            raise ContractError(
                f"{self.name} has {len(bad):,} cell{'' if one else 's'} of text that can be read "
                f"as two numbers: {', '.join(bad[:5])}{more}.",
                where=f"{self.name}, columns {[c for c in columns if c in self.doubtful]}; the "
                "other cells are numbers, so nothing tells how these texts are written",
                fix="turn the texts into numbers in the workbook, or add to the column in the "
                'mapping decimal: "." where 1.234 is a little more than 1',
                code="ambiguous",
            )

    @property
    def counting(self) -> str:
        """How rows are numbered, in words for a message."""
        own = self.row and not self.delimiter
        return "as the workbook numbers them" if own else "1 is the first below the header"


def without_value(columns: Sequence[Any], maybe: Any = None) -> Any:
    """Return the condition that all cells of a row are empty, or texts of blanks.

    Most rows are told by `maybe`, which holds for all of these rows, or by their first cell: what
    is sorted behind the blanks is no blank.
    """
    texts = [c if c.type().is_string() else c.cast("string") for c in columns]
    nothing = [t.isnull() | (t.strip() == "") for t in texts]
    maybe = texts[0].isnull() | (texts[0] < "!") if maybe is None else maybe
    return maybe.ifelse(reduce(and_, nothing), False)  # noqa: FBT003
