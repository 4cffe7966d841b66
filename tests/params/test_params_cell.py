"""The parameters cell and the types a value may have."""

import ast

import pytest

from salesanalysis.params import declared, misfit, parse_kind, read_files

CELL = """
region: str = "North"  # one region
horizon: int = 12  # months
share: float = 0.5
areas: list[str] = []
weights: dict[str, float] = {"A": 1.0}
cap: Optional[float] = None
method: str = "mean"  # one of: mean, median
"""


def kind(text: str):
    return parse_kind(ast.parse(text, mode="eval").body)


def test_the_cell_is_read_and_never_run() -> None:
    found, problems = declared(CELL, where="a.ipynb cell 2")
    assert problems == []
    assert [(p.name, str(p.kind), p.default) for p in found] == [
        ("region", "str", "North"),
        ("horizon", "int", 12),
        ("share", "float", 0.5),
        ("areas", "list[str]", []),
        ("weights", "dict[str, float]", {"A": 1.0}),
        ("cap", "Optional[float]", None),
        ("method", "str", "mean"),
    ]
    assert found[-1].choices == ("mean", "median")
    assert found[-1].problem("mode") == (
        "'mode' is none of: mean, median",
        "use one of: mean, median",
    )


@pytest.mark.parametrize(
    ("value", "type_", "wrong"),
    [
        (True, "int", ("True is bool, not int", "write a whole number")),
        (12.0, "int", ("12.0 is float, not int", "write 12")),
        (12, "float", None),
        (3, "str", ("3 is int, not str", 'quote it: "3"')),
        ("12%", "float", ("'12%' is text, not float", "write 0.12")),
        ("1,000", "int", ("'1,000' is text, not int", "write 1000")),
        (None, "int", ("it is empty, not int", "give a value, or declare it Optional[int]")),
        (None, "Optional[int]", None),
        (
            [1, "x"],
            "list[int]",
            ("[1]: 'x' is text, not int", "write a plain decimal number as int"),
        ),
        ({"a": 1}, "dict[str, float]", None),
        (float("nan"), "float", ("nan is float, not float", "write a finite decimal number")),
    ],
)
def test_types_are_exact(value, type_, wrong) -> None:
    assert misfit(value, kind(type_)) == wrong


@pytest.mark.parametrize(
    ("line", "what", "fix"),
    [
        (
            "start = 1",
            "'start = 1' has no type.",
            "write name: type = literal, such as step: int = 1000",
        ),
        (
            "import os",
            "'import os' is not a parameter.",
            "write name: type = literal, such as step: int = 1000",
        ),
        (
            "start: str = str(1)",
            "'start: str = str(1)' is a call.",
            'write a literal, such as start: str = "2026-01-01"',
        ),
        (
            "cap: float | None = None",
            "type 'float | None' is not one papermill and we both read.",
            "write Optional[...]",
        ),
        ("cap: int = 1.5", "the default of 'cap': 1.5 is float, not int.", "write a whole number"),
    ],
)
def test_anything_but_a_literal_with_a_type_is_refused(line, what, fix) -> None:
    _, problems = declared(f"a: int = 1\n{line}", where="review.ipynb cell 2 (parameters)")
    assert [(p.where, p.what, p.fix) for p in problems] == [
        ("review.ipynb cell 2 (parameters), line 2", what, fix)
    ]


def test_a_date_stays_a_date() -> None:
    (as_of,), _ = declared('as_of: str = "2024-03-31"', where="a")
    assert as_of.problem("2024-02-30") == (
        "'2024-02-30' is not a date",
        "write a date such as 2024-03-31",
    )
    assert as_of.problem("2024-02-29") is None


def test_a_batch_file_gives_each_region_what_is_common_and_its_own(tmp_path) -> None:
    file = tmp_path / "q3.yaml"
    file.write_text(
        'batch: 1\ncommon: {as_of: "2026-06-30", horizon: 12}\nregions:\n  NORTH: {}\n  "NO": {horizon: 6}\n',
        encoding="utf-8",
    )
    sets, problems = read_files([file])
    assert problems == []
    assert [(s.region, dict(s.values)) for s in sets] == [
        ("NORTH", {"as_of": "2026-06-30", "horizon": 12, "region": "NORTH"}),
        ("NO", {"as_of": "2026-06-30", "horizon": 6, "region": "NO"}),
    ]
    assert sets[1].places["horizon"] == f"{file}:5: regions.NO.horizon"


def test_a_misspelt_key_of_a_batch_file_is_named_with_the_nearest(tmp_path) -> None:
    file = tmp_path / "q3.yaml"
    file.write_text("batch: 1\nregoins: {NORTH: {}}\n", encoding="utf-8")
    _, problems = read_files([file])
    assert [(p.where, p.what, p.fix) for p in problems] == [
        (f"{file}:2: regoins", "unknown key of a batch file.", "did you mean 'regions'?")
    ]
