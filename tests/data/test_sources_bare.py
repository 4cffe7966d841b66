"""Whether nothing stands around the cells of a text file, told from its bytes."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shoptools import load, put

from salesanalysis.data.sources.bare import Bare
from salesanalysis.data.sources.emptylines import empty_lines

HEAD = "o,d,r,a\n"


def told(text: bytes, cuts: list[int]) -> bool:
    bare = Bare(",", "\n", '"')
    places = sorted({0, len(text), *(c % (len(text) + 1) for c in cuts)})
    for a, b in pairwise(places):
        bare.see(text[a:b])
    return bare.proven


@given(
    st.text('ab- \t,\n"é', max_size=30),
    st.lists(st.integers(0, 40), max_size=4),
)
def test_it_says_yes_only_where_every_cell_is_bare_however_the_bytes_come(text, cuts) -> None:
    cells = text.removesuffix("\n").replace("\n", ",").split(",") if text else []
    edges = any(c.endswith((" ", "\t", "-")) for c in cells)
    # an empty line is a cell that nobody sees
    empty = "\n\n" in text or (text.startswith("\n") and len(text) > 1)
    if told(text.encode(), cuts):
        assert not edges
        assert text.isascii()
        assert '"' not in text
        assert "\n\n" not in text
    elif not edges and not empty and text.isascii() and '"' not in text:
        assert "\t" in text or "\n" in text[:1]


@pytest.mark.parametrize(
    ("cell", "kept"), [("East ", "East"), ("\tEast", "East"), (" East", "East"), ("-", "(none)")]
)
def test_a_blank_far_down_is_taken_off_and_a_dash_is_none(tmp_path, cell, kept) -> None:
    lines = "".join(f"{i},2024-01-01,West,1\n" for i in range(12_000))
    last = f"x,2024-01-02,{cell},1\n"
    data = load(put(tmp_path, HEAD + lines + last))
    assert sorted(data.frame("sales")["region"].unique()) == sorted({"West", kept})


def test_a_last_line_without_an_end_is_seen(tmp_path) -> None:
    path = put(tmp_path, "o,r\n1,East ")
    assert not empty_lines(path, "\n", 1, '"', ",").bare
    path = put(tmp_path, "o,r\n1,East")
    assert empty_lines(path, "\n", 1, '"', ",").bare


def test_an_empty_line_is_found_in_a_file_that_is_bare_but_for_it(tmp_path) -> None:
    long = "1,2024-01-01,East,1\n" * 30_000
    path = put(tmp_path, HEAD + long + "\n" + long)
    assert empty_lines(path, "\n", 1, '"', ",").between
    assert not empty_lines(put(tmp_path, HEAD + long), "\n", 1, '"', ",").between
