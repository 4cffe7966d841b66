"""A value we accept means the same to every other YAML reader."""

import time
from pathlib import Path
from typing import ClassVar

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from salesanalysis import strictyaml, yamlnodes
from salesanalysis.errors import ContractError, ParamError
from salesanalysis.strictyaml import parse


def refusal(text: str) -> ParamError:
    with pytest.raises(ParamError) as caught:
        parse(text, name="run.yaml")
    assert caught.value.code == "bad-yaml"
    return caught.value


def one_fault(key: str, fix: str, line: int = 1) -> str:
    return (
        "run.yaml has 1 value that readers read differently.\n"
        f"  where: run.yaml:{line}: {key}\n"
        f"  fix:   {fix}"
    )


# -- worked by hand ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.30", 0.3), ("130000000", 130_000_000), ("-5", -5), ("+5", 5), ("0", 0), (".5", 0.5), ("1.", 1.0),
        ("true", True), ("false", False), ("~", None), ("null", None), ("", None), ("NA", "NA"), ("None", "None"),
        ("N/A", "N/A"), ('"NO"', "NO"), ("'012'", "012"), ('"1:30"', "1:30"), ("华东", "华东"), ("2026-01-01", "2026-01-01"),
        ("12%", "12%"), ("v1.2.3", "v1.2.3"), ("{a: 1}", {"a": 1}), ("[1, x]", [1, "x"]), ("|\n  NO\n", "NO\n"), ("nul", "nul"),
    ],
)  # fmt: skip
def test_plain_values_are_read_as_everybody_reads_them(text, value):
    assert parse(f"key: {text}", name="run.yaml").data == {"key": value}


def test_an_empty_file_has_no_settings():
    assert parse("", name="run.yaml").data == {}
    assert parse("# only a remark\n", name="run.yaml").data == {}


def test_every_key_knows_its_line_and_what_stood_in_quotes():
    doc = parse("a: 1\ntiers:\n- from: 0\n  name: 'x'\n- from: 1\n", name="run.yaml")
    assert doc.where("tiers", 1, "from") == "run.yaml:5: tiers[1].from"
    assert doc.where("tiers", 0, "name") == "run.yaml:4: tiers[0].name"
    assert doc.where("tiers", 0, "rate") == "run.yaml:3: tiers[0].rate"
    assert doc.where() == "run.yaml:1"
    assert doc.quoted == {("tiers", 0, "name")}


def test_anchors_and_merges_are_taken_over_and_own_keys_win():
    text = "base: &b {u: 1, v: '2'}\nmore: &m {u: 8, w: 9}\nown:\n  v: 5\n  <<: [*b, *m]\n"
    doc = parse(text, name="run.yaml")
    assert doc.data["own"] == {"u": 1, "v": 5, "w": 9} == yaml.safe_load(text)["own"]
    assert doc.where("own", "v") == "run.yaml:4: own.v"
    assert ("own", "v") not in doc.quoted


def test_a_byte_order_mark_of_a_windows_editor_is_no_part_of_the_first_key(tmp_path):
    path = tmp_path / "run.yaml"
    path.write_bytes(b"\xef\xbb\xbfregion: East\n")
    assert strictyaml.read(path).data == {"region": "East"}


# -- what always holds ------------------------------------------------------------------------

plain_text = st.text("abcxyzNOE0123456789.:_-+eE%~#=<", min_size=1, max_size=8)


@given(plain_text)
def test_whatever_is_accepted_unquoted_reads_the_same_in_the_common_reader(text):
    try:
        ours = parse(f"key: {text}", name="run.yaml").data
    except ParamError:
        return
    theirs = yaml.load(f"key: {text}", Loader=yaml.BaseLoader)
    value = yaml.load(f"key: {text}", Loader=NoDates)
    assert ours == value or (ours == theirs and isinstance(ours["key"], str))
    assert type(ours["key"]) is type(value["key"])


class NoDates(yaml.SafeLoader):
    """As papermill reads: dates stay text."""

    yaml_implicit_resolvers: ClassVar = {
        first: [(tag, regexp) for tag, regexp in rules if not tag.endswith("timestamp")]
        for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


@given(
    st.dictionaries(
        st.text(min_size=1), st.one_of(st.text(), st.integers(), st.booleans(), st.none())
    )
)
def test_what_is_written_with_quotes_comes_back(values):
    text = yaml.safe_dump(values, default_style='"', allow_unicode=True)
    try:
        back = parse(text, name="run.yaml").data
    except ParamError as error:
        assert "tag '!!" in error.fix  # noqa: PT017  numbers dumped in quotes carry a tag
        return
    assert back == values


# -- refusals: every trap of the table ----------------------------------------------------------

YES_NO = "is a yes/no word to some readers and text to others"
ZERO = "starts with 0: octal to some readers, decimal or text to others"
BASE_60 = "is a base-60 number to some readers"
POWER = "is text to some readers and a number to others"


@pytest.mark.parametrize(
    ("raw", "fix"),
    [
        *((w, f"'{w}' {YES_NO}; quote it: \"{w}\"") for w in ("NO", "no", "on", "Off", "yes", "y", "N")),
        ("012", f"'012' {ZERO}; quote it as \"012\", or write 12"),
        ("08", f"'08' {ZERO}; quote it as \"08\", or write 8"),
        ("-012", f"'-012' {ZERO}; quote it as \"-012\", or write -12"),
        ("00", f"'00' {ZERO}; quote it as \"00\", or write 0"),
        ("00.5", f"'00.5' {ZERO}; quote it as \"00.5\", or write 0.5"),
        ("1:30", f"'1:30' {BASE_60}; quote it: \"1:30\""),
        ("12:30:45", f"'12:30:45' {BASE_60}; quote it: \"12:30:45\""),
        ("1_000", "'1_000' is not plain decimal; write a plain decimal number"),
        ("0.1_2", "'0.1_2' is not plain decimal; write a plain decimal number"),
        ("0x1F", "'0x1F' is not plain decimal; write a plain decimal number"),
        ("0o17", "'0o17' is not plain decimal; write a plain decimal number"),
        (".nan", "'.nan' is not a finite number; write a finite number, or leave the key out"),
        ("-.inf", "'-.inf' is not a finite number; write a finite number, or leave the key out"),
        *((w, f"'{w}' {POWER}; write it out, such as 1000000.0, or quote it: \"{w}\"") for w in ("1e6", "1.0e3", "1.0e+3", ".5e+3", "12E5")),
        ("True", "'True' is a word to some readers; write true"),
        ("FALSE", "'FALSE' is a word to some readers; write false"),
        ("=", "'=' is not text to every reader; quote it: \"=\""),
        ("!!python/name:os.system", "tag '!!python/name:os.system' is not allowed; write plain values"),
        ("!env HOME", "tag '!env' is not allowed; write plain values"),
        ("!!str 012", "tag '!!str' is not allowed; write plain values"),
        ("!!int '3'", "tag '!!int' is not allowed; write plain values"),
        ("!!set {a}", "tag '!!set' is not allowed; write plain values"),
    ],
)  # fmt: skip
def test_a_value_that_readers_read_differently_is_refused_with_the_way_out(raw, fix):
    assert str(refusal(f"key: {raw}")) == one_fault("key", fix)


@pytest.mark.parametrize(
    "key", ["NO", "on", "1", "012", "08", "1e6", "2024-01-01", "true", "~", "y", "1.5"]
)
def test_a_key_that_is_not_text_to_every_reader_is_refused(key):
    fix = f'the key {key!r} is not text to every reader; quote it: "{key}"'
    assert str(refusal(f"regions:\n  {key}: {{}}\n")) == one_fault(f"regions.{key}", fix, line=2)


def test_a_key_in_quotes_is_text():
    assert parse("\"NO\": 1\n'1': 2\n", name="run.yaml").data == {"NO": 1, "1": 2}


def test_a_key_that_stands_twice_is_refused_with_both_lines():
    assert str(refusal("cap: 1\nfloor: 2\ncap: 3\n")) == one_fault(
        "cap", "the key 'cap' stands on lines 1 and 3; keep one", line=3
    )


def test_a_key_that_is_a_list_is_refused():
    assert str(refusal("a: 1\n? [x]\n: 1\n")) == (
        "run.yaml has 1 value that readers read differently.\n"
        "  where: run.yaml:2\n"
        "  fix:   a key is a list or mapping; write a plain name"
    )


def test_a_merge_of_something_that_is_no_mapping_is_refused():
    assert refusal("own:\n  <<: 3\n").fix == "'<<' takes over no mapping; name an anchored one"


def test_every_fault_of_a_file_is_listed_at_once():
    assert str(refusal("area: NO\ncode: 012\nat: [1:30]\n")) == (
        "run.yaml has 3 values that readers read differently.\n"
        "  where: run.yaml:1: area\n"
        "         run.yaml:2: code\n"
        "         run.yaml:3: at[0]\n"
        f"  fix:   'NO' {YES_NO}; quote it: \"NO\"\n"
        f"         '012' {ZERO}; quote it as \"012\", or write 12\n"
        f"         '1:30' {BASE_60}; quote it: \"1:30\""
    )


def test_two_documents_in_a_file_are_refused():
    assert str(refusal("a: 1\n---\nb: 2\n")) == (
        "The file is not strict YAML.\n"
        "  where: run.yaml: 2 documents\n"
        "  fix:   keep one document per file"
    )


def test_a_billion_laughs_are_refused_at_once():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    began = time.perf_counter()
    error = refusal("\n".join(lines))
    assert time.perf_counter() - began < 5
    assert str(error) == (
        "The file is not strict YAML.\n"
        "  where: run.yaml\n"
        "  fix:   aliases expand to more than 100,000 values; write less"
    )


def test_an_anchor_inside_itself_is_refused():
    assert str(refusal("a: &a [*a]")) == (
        "The file is not strict YAML.\n  where: run.yaml:1\n  fix:   nest at most 50 levels"
    )


def test_a_file_nested_beyond_reading_is_refused():
    assert refusal("[" * 1_200).fix == "nest at most 50 levels"


@pytest.mark.parametrize(
    ("text", "what", "line"),
    [
        ("a: [1, 2\nb: 3\n", "expected ',' or ']', but got ':'", 2),
        ("a: 1\n\tb: 2\n", "found character '\\t' that cannot start any token", 2),
        ("a: *nobody\n", "found undefined alias 'nobody'", 1),
    ],
)
def test_what_is_not_yaml_is_refused_with_the_line(text, what, line):
    assert str(refusal(text)) == (
        f"run.yaml is not YAML: {what}.\n"
        f"  where: run.yaml:{line}\n"
        "  fix:   check indentation, colons and quotes there"
    )


def test_a_control_character_is_refused_with_its_line():
    assert str(refusal("a: 1\nb: \x07\n")) == (
        "run.yaml is not YAML: character 0x0007 is not allowed.\n  where: run.yaml:2\n  fix:   remove it"
    )


def test_a_file_that_is_not_utf_8_is_refused(tmp_path):
    path = tmp_path / "run.yaml"
    path.write_bytes("region: 华东\n".encode("gbk"))
    with pytest.raises(ParamError) as caught:
        strictyaml.read(path)
    assert str(caught.value) == (
        "The file is not strict YAML.\n"
        f"  where: {path}: byte 8 is not UTF-8\n"
        "  fix:   save the file as UTF-8"
    )


def test_a_file_that_is_not_there_is_refused(tmp_path):
    path = tmp_path / "none.yaml"
    with pytest.raises(ParamError) as caught:
        strictyaml.read(path)
    assert str(caught.value) == (
        f"{path} cannot be read: No such file or directory.\n  where: {path}\n  fix:   check the path"
    )


def test_an_unknown_key_is_refused_with_the_nearest_known_one():
    doc = parse("horizn: 6\nzzz: 1\n", name="run.yaml")
    with pytest.raises(ContractError) as caught:
        strictyaml.check_keys(doc, doc.data, {"horizon", "as_of"})
    assert str(caught.value) == (
        "unknown keys 'horizn', 'zzz'; known: as_of, horizon.\n"
        "  where: run.yaml:1: horizn\n"
        "  fix:   'horizn': did you mean 'horizon'?; remove 'zzz'"
    )
    strictyaml.check_keys(doc, {"horizon": 6}, {"horizon"})


def test_every_settings_file_of_the_project_is_strict():
    root = Path(__file__).resolve().parents[1]
    files = [
        p
        for folder in ("params", "salesanalysis", "notebooks")
        for p in (root / folder).rglob("*.yaml")
    ]
    assert files
    for path in files:
        strictyaml.read(path)


# -- libyaml and the reader in Python ---------------------------------------------------------


def said(text: str) -> tuple[object, ...]:
    """What a text comes to: values, lines and quotes, or the refusal."""
    try:
        doc = parse(text, name="run.yaml")
    except ParamError as error:
        return (str(error),)
    return repr(doc.data), dict(doc.lines), doc.quoted


def both(text: str) -> tuple[tuple[object, ...], tuple[object, ...]]:
    """The same text with libyaml and without."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yamlnodes, "_LOADER", None)
        plain = said(text)
    return said(text), plain


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="PyYAML stands here without libyaml")
def test_libyaml_is_used_where_it_is_there():
    assert issubclass(yamlnodes._LOADER, yaml.cyaml.CParser)


SCRAPS = (
    *"[]{},:-#&*!|>?'\"%@` \t\n\x07\x85\xa0\ufeff\u2028华", ": ", "- ", "\n  ", "<<: ", "*a", "&a ", "---\n", "...\n",
    "!!str ", "012", "no", " #", ">-\n", "\r\n",
)  # fmt: skip
SAMPLES = sorted((Path(__file__).parents[1] / "params").rglob("*.yaml"))


@settings(max_examples=150)
@given(
    st.sampled_from(SAMPLES),
    st.integers(0, 400),
    st.lists(
        st.tuples(st.integers(0, 200), st.integers(0, 4), st.sampled_from(SCRAPS)), max_size=4
    ),
)
def test_a_spoilt_file_is_read_or_refused_alike_with_libyaml_and_without(path, start, changes):
    lines = path.read_text("utf-8").splitlines(keepends=True)
    text = "".join(lines[start % len(lines) :][:6])
    for at, out, scrap in changes:
        text = text[: at % (len(text) + 1)] + scrap + text[at % (len(text) + 1) + out :]
    with_it, without = both(text)
    assert with_it == without


@pytest.mark.parametrize(
    "text",
    [
        "a:\t1\n", "a: [b?, c]\n", "a: [x, !y, z]\n", "a: {en: !word, zh: x}\n", "a:\n\ufeff", "a: \ud800\n",
        "---", "# ours\n--- # later",
    ],
)  # fmt: skip
def test_what_libyaml_would_take_otherwise_is_read_by_the_reader_in_python(text):
    with_it, without = both(text)
    assert with_it == without


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.stem)
def test_a_shipped_file_is_the_same_with_libyaml_and_without(path):
    with_it, without = both(path.read_text("utf-8"))
    assert with_it == without
    assert len(with_it) == 3


@pytest.mark.parametrize("text", ["[" * 50_000, "- " * 5_000 + "x", "{a: " * 5_000])
def test_a_text_nested_without_end_is_refused_and_ends_no_process(text):
    assert refusal(text).fix == "nest at most 50 levels"
