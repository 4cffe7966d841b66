"""Text a spreadsheet would run stays text, and reads back as what it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesanalysis.spreadsheet import UNDO, csv_text, is_risky, plain_text, safe_text

FORMULAS = [
    "=1+1", "+1+1", "-2+3", "@SUM(1)", "=cmd|' /C calc'!A0", "|cmd", "\t=1", "\r=1", "\n=1", "  =1",
    "＝1+1", "＋1+1", "－2+3", "＠SUM(1)", "﹦1", "\ufeff=1", "\u200b=1", "\u3000@x", "\xa0=1",
    '=HYPERLINK("http://example.org","x")', "Acme;=1+1", "a\n=1", "-East", "+86-138-1234", "\ttext",
]  # fmt: skip
HARMLESS = [
    "-12.5", "+12.5", "-1,234.50", "-12 %", "+5.0 pp", "-12.5 万元", "-CNY 12.5", "-¥12", "-1e-5",
    "+86 138 1234 5678", "-", "East", "a=b", "x@example.org", "5-3", "'s-Hertogenbosch", "–12", "",
]  # fmt: skip


def starts_a_formula(text: str) -> bool:
    """What a reader of OWASP's list would look for, written another way than the library does."""
    plain = "".join(c for c in text if c.isprintable() and not c.isspace())
    return text[:1] in tuple("\t\r\n") or plain[:1] in tuple("=+-@|＝＋－＠﹦")


@pytest.mark.parametrize("text", FORMULAS)
def test_text_a_spreadsheet_would_run_gets_an_apostrophe_and_loses_it_again(text: str) -> None:
    shown = safe_text(text)
    assert shown != text
    assert not any(starts_a_formula(part) for part in shown.replace("\n", ";").split(";"))
    assert plain_text(shown) == text


@pytest.mark.parametrize("text", HARMLESS)
def test_numbers_phones_and_words_stay_as_they_are(text: str) -> None:
    assert safe_text(text) == text == plain_text(text)


@given(st.text(alphabet="'=+-@|＝ \t\n\r;a1.\ufeff\u200b", max_size=8))
def test_whatever_is_written_reads_back_as_it_was(text: str) -> None:
    shown = safe_text(text)
    assert plain_text(shown) == text or (shown == text and text.startswith("'"))
    assert not starts_a_formula(shown) or not is_risky(text)


def test_the_engine_undoes_apostrophes_with_the_same_patterns() -> None:
    import duckdb

    con = duckdb.connect()
    for text in [*FORMULAS, *HARMLESS]:
        found = safe_text(text)
        for pattern, kept in UNDO:
            query = "SELECT regexp_replace(?, ?, ?, 'g')"
            found = con.execute(query, [found, pattern, kept]).fetchone()[0]
        assert found == text


def test_a_lone_carriage_return_does_not_break_a_row() -> None:
    text = csv_text(["a", "b"], [["x\ry", 1], ["", None]])
    assert text == 'a,b\n"x\ry",1\n,\n'
