"""Sources: text files of any encoding, workbooks, Parquet, databases; cells as they lie."""

from salesanalysis.data.sources.opening import list_tables, open_table, open_table_again
from salesanalysis.data.sources.paths import inside
from salesanalysis.data.sources.place import Opened, Place, without_value
from salesanalysis.data.sources.unreadable import unreadable

__all__ = [
    "Opened",
    "Place",
    "inside",
    "list_tables",
    "open_table",
    "open_table_again",
    "unreadable",
    "without_value",
]
