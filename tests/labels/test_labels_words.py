"""Every word and sentence stands in both languages, with the same places to fill."""

import re

import pytest

from salesanalysis import labels, strictyaml
from salesanalysis.errors import ContractError
from salesanalysis.labels import LANGUAGES, catalogue, check_lang, has_label, label
from salesanalysis.labels.catalogue import FOLDER, entries, places

FILES = sorted(FOLDER.glob("*.yaml"))
#: Latin words a Chinese sentence may hold: codes, formats and units that have no other name.
ALLOWED = {
    "AUD", "CNY", "CRM", "CSV", "EUR", "Excel", "FY", "GBK", "HTML", "KPI", "MASE", "ML", "MLRep", "P", "P10", "P50",
    "P5", "P80", "P90", "P95", "PDF", "PVM", "SMART", "USD", "UTF", "VIP", "WAPE", "XLSX", "YAML", "ID", "KA", "Q", "R", "T", "g", "h",
    "K", "VaR", "pp", "en", "zh", "Tab",
}  # fmt: skip
#: A language is called by its own name in every language.
LANGUAGE_NAMES = {k for k in entries() if k.startswith("language.")} | {"planner.language"}


def chinese_latin_words(text: str) -> set[str]:
    without_places = re.sub(r"\{[^}]*\}", " ", text)
    return set(re.findall(r"[A-Za-z][A-Za-z0-9]*", without_places))


# -- worked by hand ---------------------------------------------------------------------------


def test_a_word_is_found_in_both_languages():
    assert (label("column.region"), label("column.region", "zh")) == ("Region", "区域")
    assert has_label("column.region")
    assert not has_label("column.nothing")


def test_a_sentence_takes_its_values():
    assert label("word.other_n", "zh", n=3) == "其他（3项）"


@pytest.mark.parametrize(
    ("key", "values", "said"),
    [
        ("quality.direct", {"n": 1}, "1 line was read without a mapping."),
        (
            "data_page.sources",
            {"n": 1, "files": 1},
            "1 row was read from 1 source; compare rows and amounts with what your system says it "
            "exported.",
        ),
        ("quality.blank", {"n": 1}, "1 blank row of the file was left out."),
        ("data_page.names", {"n": 1}, "1 name is probably misspelt; none is changed."),
        ("quality.direct", {"n": "21"}, "21 lines were read without a mapping."),
        ("quality.direct", {"n": "0.1"}, "0.1 lines were read without a mapping."),
        ("quality.none", {"n": 2, "column": "Zone 1 lines"}, "2 lines have no Zone 1 lines; they "
         "are kept under (none)."),
    ],
)  # fmt: skip
def test_one_of_something_is_said_as_one(key, values, said):
    assert label(key, **values) == said


# -- what always holds ------------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_every_entry_has_both_languages_and_nothing_else(path):
    for key, texts in strictyaml.read(path).data.items():
        assert set(texts) == set(LANGUAGES), key
        assert all(isinstance(t, str) for t in texts.values()), key
        # what only joins words, such as a space, may be nothing in Chinese
        assert not texts["en"].strip() or texts["zh"].strip(), key


def test_no_key_stands_in_two_files():
    homes: dict[str, list[str]] = {}
    for path in FILES:
        for key in strictyaml.read(path).data:
            homes.setdefault(key, []).append(path.name)
    assert {k: v for k, v in homes.items() if len(v) > 1} == {}
    assert set(homes) == set(entries())


def test_both_languages_have_the_same_places():
    for key, texts in entries().items():
        assert set(places(texts["en"])) == set(places(texts["zh"])), key
        assert all(re.fullmatch(r"[a-z_][a-z0-9_]*", p) for p in places(texts["en"])), key


def test_chinese_texts_hold_no_english_words():
    wrong = {
        k: w
        for k, t in entries().items()
        if k not in LANGUAGE_NAMES and (w := chinese_latin_words(t["zh"]) - ALLOWED)
    }
    assert wrong == {}


def test_english_texts_hold_no_chinese_characters():
    wide = re.compile(r"[⺀-鿿＀-￯]")
    assert [
        k for k, t in entries().items() if k not in LANGUAGE_NAMES and wide.search(t["en"])
    ] == []


def test_chinese_sentences_use_chinese_punctuation():
    wrong = [
        k for k, t in entries().items() if re.search(r"[一-鿿][,;:?!]|[,;:?!][一-鿿]", t["zh"])
    ]
    assert wrong == []


def test_keys_are_a_group_and_a_name():
    assert [k for k in entries() if not re.fullmatch(r"[a-z0-9_]+(\.[^\s.][^.]*)+", k)] == []


def test_the_front_of_the_labels_offers_what_it_promises():
    assert all(hasattr(labels, name) for name in labels.__all__)


# -- refusals ---------------------------------------------------------------------------------


def test_an_unknown_label_is_answered_with_the_nearest():
    with pytest.raises(ContractError) as caught:
        label("column.regoin")
    assert caught.value.what.startswith("'column.regoin' is not a label here; known: ")
    assert caught.value.where == "labels/words/"
    assert caught.value.fix == "write 'column.region'"


def test_a_third_language_is_refused():
    for call in (lambda: check_lang("de"), lambda: label("column.region", "de")):
        with pytest.raises(ContractError) as caught:
            call()
        assert str(caught.value) == (
            "'de' is not a language here; known: en, zh.\n  where: lang=...\n  fix:   use one of: en, zh"
        )


def test_a_place_left_open_is_refused_not_printed_with_its_braces():
    for values in ({}, {"m": 3}):
        with pytest.raises(ContractError) as caught:
            label("word.other_n", "en", **values)
        assert str(caught.value) == (
            "label 'word.other_n' needs 'n'.\n"
            f"  where: label('word.other_n', ...) with {sorted(values)}\n"
            "  fix:   pass n=..., already formatted"
        )


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
    entries.cache_clear()
    yield tmp_path
    entries.cache_clear()


def test_a_key_in_two_files_is_refused_naming_both(folder):
    (folder / "a.yaml").write_text("word.x: {en: x, zh: 甲}\n", encoding="utf-8")
    (folder / "b.yaml").write_text("\nword.x: {en: x, zh: 乙}\n", encoding="utf-8")
    with pytest.raises(ContractError) as caught:
        entries()
    assert str(caught.value) == (
        "label 'word.x' stands twice, first in a.yaml.\n"
        f"  where: {folder / 'b.yaml'}:2: word.x\n"
        "  fix:   give each key once, with en and zh"
    )


@pytest.mark.parametrize("entry", ["{en: x}", "x", "{en: x, zh: 甲, de: z}"])
def test_an_entry_without_both_languages_is_refused(folder, entry):
    (folder / "a.yaml").write_text(f"word.x: {entry}\n", encoding="utf-8")
    with pytest.raises(ContractError) as caught:
        entries()
    assert caught.value.what == "label 'word.x' needs a text in each of ('en', 'zh')."
