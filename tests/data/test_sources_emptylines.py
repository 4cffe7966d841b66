"""Empty lines of a text file: counted, and no number of another row shifts."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import salesanalysis as sa
from salesanalysis.data.sources.emptylines import EmptyLines, empty_lines, filled
from salesanalysis.errors import ContractError

HEAD = "Id,Day,Area,Net\n"
RULE = """\
name: shop
tables:
  sales:
    file: "{file}"
    columns: {{order_id: Id, date: Day, region: Area, revenue: Net}}
"""


def load(room: Path, text: str | bytes, name: str = "a.csv", *, pattern: str = ""):
    content = text if isinstance(text, bytes) else text.encode()
    (room / name).write_bytes(content)
    (room / "mapping.yaml").write_text(RULE.format(file=pattern or name), encoding="utf-8")
    return sa.load(room)


def row(n: int, net: object = 1) -> str:
    return f"{n},2024-01-{n:02d},East,{net}\n"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("encoding", "first"),
    [("utf-8", "East"), ("utf-8-sig", "East"), ("gb18030", "华东"), ("utf-16", "华东")],
)
def test_empty_lines_are_counted_whatever_the_encoding_and_the_ends_of_lines(
    tmp_path, end, encoding, first
) -> None:
    text = HEAD + row(1) + "\n" + row(2) + "\n\n" + row(3) + "\n\n"
    text = text.replace("East", first).replace("\n", end)
    data = load(tmp_path, text.encode(encoding))
    assert (data.origins["sales"].n_rows, data.origins["sales"].n_blank) == (3, 5)
    assert "5 blank rows of the file were left out." in data.quality.explain()
    assert "文件中的5个空行已略去。" in data.quality.explain(lang="zh")
    assert data.frame("sales")["region"].unique().tolist() == [first]


def test_the_row_of_a_message_is_counted_over_empty_lines(tmp_path) -> None:
    text = HEAD + row(1) + "\n\n" + row(2) + "\n" + row(3, "many")
    with pytest.raises(ContractError) as caught:
        load(tmp_path, text)
    assert str(caught.value) == (
        "1 value of a.csv cannot be used for sales; first: row 6, 'Net' is 'many', but must be a "
        "number, not empty.\n"
        "  where: a.csv, rows 6 (1 is the first below the header), column 'Net' (our revenue); see "
        ".rows\n"
        "  fix:   mend these cells, or map another column"
    )


def test_the_rows_of_a_rule_are_numbered_over_empty_lines(tmp_path) -> None:
    data = load(tmp_path, HEAD + row(1) + "\n\n" + row(1) + "\n" + row(3))
    found = data.quality.rows("duplicates")
    assert found["row"].tolist() == [4]


@pytest.mark.parametrize("blank", ["   ", "\t", ",,,", " , ,,", '"",,,', ",", ",,,,,,", ", ,"])
def test_a_line_of_blanks_and_delimiters_is_an_empty_line(tmp_path, blank) -> None:
    data = load(tmp_path, HEAD + row(1) + blank + "\n" + row(2))
    assert (data.origins["sales"].n_rows, data.origins["sales"].n_blank) == (2, 1)


def test_the_lines_of_a_text_in_quotes_are_one_row_and_stay_as_they_are(tmp_path) -> None:
    text = HEAD + '1,2024-01-01,"East\n\n,,,\nnorth",1\n\n' + row(2) + row(3, "x")
    with pytest.raises(ContractError, match="first: row 4, 'Net' is 'x'"):
        load(tmp_path, text)
    data = load(tmp_path, text.replace("x\n", "3\n"))
    assert data.frame("sales")["region"].tolist() == ["East\n\n,,,\nnorth", "East", "East"]
    assert data.origins["sales"].n_blank == 1


def test_the_empty_lines_of_every_file_of_a_pattern_are_counted(tmp_path) -> None:
    (tmp_path / "2024-01.csv").write_text(HEAD + "\n" + row(1), "utf-8")
    (tmp_path / "2024-02.csv").write_text(HEAD + row(2) + "   \n" + row(3), "utf-8")
    data = load(tmp_path, HEAD + row(4) + "\n\n\n", "2024-03.csv", pattern="2024-*.csv")
    assert (data.origins["sales"].n_rows, data.origins["sales"].n_blank) == (4, 5)


def test_a_packed_file_is_looked_through_too(tmp_path) -> None:
    import gzip

    data = load(tmp_path, gzip.compress((HEAD + row(1) + "\n" + row(2)).encode()), "a.csv.gz")
    assert (data.origins["sales"].n_rows, data.origins["sales"].n_blank) == (2, 1)


def test_an_empty_line_above_the_header_is_no_row(tmp_path) -> None:
    data = load(tmp_path, "Sales 2024\n\n" + HEAD + row(1))
    assert (data.origins["sales"].n_rows, data.origins["sales"].n_blank) == (1, 0)


@pytest.mark.parametrize("blank", ["\n", "  \n"])
def test_a_row_with_too_few_cells_is_refused_with_its_line(tmp_path, blank) -> None:
    with pytest.raises(ContractError) as caught:
        load(tmp_path, blank + HEAD + row(1) + blank + "2,2024-01-02\n")
    assert str(caught.value) == (
        "a.csv cannot be read: line 5 has 2 cells, the header 4: '2,2024-01-02'.\n"
        f"  where: {tmp_path / 'a.csv'}\n"
        "  fix:   every row needs the columns of the header: where it is a note or a sum below the "
        "last line, add footer: 1 beside file: in the mapping, or how many there are; where the "
        "file ends in the middle of a line, export it again"
    )


def test_a_long_file_without_empty_lines_is_read_where_it_lies(tmp_path, monkeypatch) -> None:
    from salesanalysis.data.sources import text

    monkeypatch.setattr(text, "copied", lambda *_, **__: pytest.fail("a copy was made"))
    data = load(tmp_path, HEAD + "".join(map(row, range(1, 32))) + "\n\n")
    assert (data.origins["sales"].n_rows, data.origins["sales"].n_blank) == (31, 2)


@given(
    cells=st.lists(st.sampled_from(["", "x", '"a\n\nb"', "  "]), min_size=1, max_size=12),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    size=st.integers(1, 7),
)
def test_every_empty_line_is_found_wherever_a_piece_of_the_file_ends(cells, end, size) -> None:
    text = "".join(f"{c},1{end}" if c.strip() else c + end for c in cells)
    pieces = [text[i : i + size] for i in range(0, len(text), size)]
    out = "".join(filled(pieces, end, ",", 2))
    assert out == "".join(f"{c},1{end}" if c.strip() else f",{end}" for c in cells)


@given(runs=st.lists(st.integers(1, 4), min_size=1, max_size=5), size=st.integers(1, 6))
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_quick_look_sees_what_a_slow_one_would(
    tmp_path_factory, monkeypatch_module, end, runs, size
) -> None:
    path = tmp_path_factory.getbasetemp() / "look.csv"
    path.write_bytes("".join("1,2" + end * n for n in runs).encode())
    monkeypatch_module.setattr("salesanalysis.data.sources.emptylines.CHUNK", size)
    between = any(n > 1 for n in runs[:-1])
    expected = EmptyLines(between=True, behind=0) if between else EmptyLines(False, runs[-1] - 1)
    assert empty_lines(path, end) == expected


@pytest.fixture(scope="module")
def monkeypatch_module():
    with pytest.MonkeyPatch.context() as patch:
        yield patch
