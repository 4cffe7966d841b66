"""Text means the same under pandas 2 and 3: a missing name stays missing."""

import io
import subprocess
import sys

import pandas as pd
import pytest

NAMES = ["East", None, float("nan")]


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(NAMES, dtype="object").astype("str"),
        pd.Series(NAMES).astype("str"),
        pd.Series(NAMES, dtype="str"),
        pd.DataFrame({"region": NAMES}, dtype="str")["region"],
        pd.DataFrame({"region": NAMES}).astype({"region": "str"})["region"],
        pd.Series(pd.array(NAMES, dtype="str")),
        pd.read_csv(io.StringIO("region,n\nEast,1\n,2\n,3\n"), dtype="str")["region"],
    ],
)
def test_a_missing_name_never_becomes_the_word_none(column: pd.Series):
    assert column.isna().tolist() == [False, True, True]
    assert isinstance(column.dtype, pd.StringDtype)


def test_numbers_and_dates_that_are_missing_stay_missing_as_text():
    table = pd.DataFrame({"n": [1.5, None], "day": [pd.Timestamp("2024-01-31"), pd.NaT]})
    assert table.astype("str").isna().to_numpy().tolist() == [[False, False], [True, True]]


def test_pandas_is_imported_early_only_where_it_is_old():
    code = "import sys, salesanalysis.oldpandas as o; print('pandas' in sys.modules, o._major())"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    major = pd.__version__.split(".")[0]
    assert said.stdout.split() == [str(int(major) < 3), major]


def test_a_letter_is_a_letter_in_every_script():
    names = pd.Series(["合计", "ab", "１２", "。"])
    assert names.str.fullmatch(r"\w+").tolist() == [True, True, True, False]
