"""Claims are ratios measured side by side, and each benchmark is found by its name."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import Row, side_by_side, table  # noqa: E402
from benchmarks.__main__ import NAMES, main  # noqa: E402


def test_a_ratio_is_ours_over_theirs_and_judged_by_its_target():
    low = Row("import", 1.1, 1.0, target=1.2)
    assert (low.ratio, low.verdict) == (1.1, "met")
    assert Row("import", 1.3, 1.0, target=1.2).verdict == "missed"
    assert Row("speed", 20.0, 1.0, target=10.0, best="high").verdict == "met"
    assert Row("only told", 1.0, 1.0).verdict == ""
    assert Row("given", 1.0, 2.0, ratio=7.0).ratio == 7.0


def test_a_table_has_one_line_per_row_under_its_heads():
    rows = [Row("import", 0.55, 0.5, target=1.2, note="n"), Row("pay", 3.0, 6.0, unit="cents")]
    assert table(rows).splitlines() == [
        "what    ours     theirs   ratio  target       note",
        "import  0.55 s   0.5 s    1.10   <= 1.2  met  n",
        "pay     3 cents  6 cents  0.50",
    ]


def test_both_sides_take_turns():
    turns: list[str] = []
    side_by_side(lambda: turns.append("we"), lambda: turns.append("they"), times=2)
    assert turns == ["we", "they"] * 3


def test_every_benchmark_is_found_and_says_what_it_measures():
    assert "imports" in NAMES
    for name in NAMES:
        text = (ROOT / "benchmarks" / f"{name}.py").read_text(encoding="utf-8")
        assert text.startswith('"""'), name
        assert "def run(" in text, name


def test_texts_and_rows_of_a_benchmark_are_printed_in_their_order(capsys, monkeypatch):
    from benchmarks import imports

    monkeypatch.setattr(imports, "run", lambda: ["first", Row("a", 1.0, 2.0), "skipped: no data"])
    assert main(["imports"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[2] == "first"
    assert lines[4].startswith("a     1 s   2 s     0.50")
    assert lines[5] == "skipped: no data"


def test_an_unknown_benchmark_is_refused_with_those_there_are(capsys):
    assert main(["import"]) == 2
    assert capsys.readouterr().out == (
        f"benchmarks: 'import' does not exist; choose from {', '.join(NAMES)}.\n"
    )
