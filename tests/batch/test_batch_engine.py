"""The engine says of a cell what happened to it, and nothing better."""

import subprocess
import sys

import pytest


def test_cells_that_never_ran_stay_pending_where_papermill_calls_them_completed() -> None:
    from nbformat.v4 import new_code_cell, new_notebook

    from salesanalysis.batch.engine import StandardEngine

    notebook = new_notebook(cells=[new_code_cell("1"), new_code_cell("2")])
    notebook.metadata.papermill = {}
    with pytest.raises(Exception, match="No such kernel named no_such_kernel"):
        StandardEngine.execute_notebook(notebook, "no_such_kernel", progress_bar=False)
    assert [c.metadata.papermill.status for c in notebook.cells] == ["pending", "pending"]


@pytest.mark.parametrize("first", ["papermill", "salesanalysis.batch.engine"])
def test_papermill_knows_the_engine_whichever_is_imported_first(first) -> None:
    code = (
        f"import {first}\n"
        "from papermill.engines import papermill_engines as known\n"
        "from salesanalysis.batch.engine import StandardEngine\n"
        "print(known.get_engine('salesanalysis-standard') is StandardEngine)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (out.stdout.strip(), out.stderr) == ("True", "")
