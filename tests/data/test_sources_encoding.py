"""Encodings: proven, declared or refused; no character is ever replaced."""

import bz2
import csv
import gzip
import io
import lzma
import shutil
import subprocess

import pytest
from enginetools import engine
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from salesanalysis.data.engine import fetch
from salesanalysis.data.sources import Place, layout, open_table, open_table_again, text, transcode
from salesanalysis.data.sources.encoding import declared, reads_chinese
from salesanalysis.errors import ContractError

CHINESE = "地区,日期,销售额\n华东,2024年1月31日,5\n华南,2024年2月29日,6\n"
ENCODINGS = ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
PACKED = {
    "": lambda b: b,
    ".gz": gzip.compress,
    ".xz": lzma.compress,
    ".bz2": bz2.compress,
}


def rows_of(con, opened) -> list[list[str]]:
    frame = fetch(con, opened.table)
    return frame.astype(object).where(frame.notna(), "").to_numpy().tolist()


def opened(con, room, content: bytes, name: str = "month.csv", **said):
    path = room.parent / name
    path.write_bytes(content)
    return open_table(con, Place(path=path, **said), room)


@pytest.mark.parametrize("packed", PACKED)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_chinese_month_reads_the_same_in_every_encoding(con, room, encoding, packed) -> None:
    table = opened(con, room, PACKED[packed](CHINESE.encode(encoding)), f"month.csv{packed}")
    assert table.table.columns == ("地区", "日期", "销售额")
    assert rows_of(con, table) == [["华东", "2024年1月31日", "5"], ["华南", "2024年2月29日", "6"]]


def test_zstandard_is_read(con, room, tmp_path) -> None:
    if not shutil.which("zstd"):
        pytest.skip("no zstd program to write the file with")
    for encoding in ("utf-8", "gbk"):
        (tmp_path / "a.csv").write_bytes(CHINESE.encode(encoding))
        subprocess.run(["zstd", "-qf", tmp_path / "a.csv"], check=True)
        table = open_table(con, Place(path=tmp_path / "a.csv.zst"), room)
        assert rows_of(con, table)[0][0] == "华东"


def test_bytes_decide_how_a_file_is_packed_not_its_name(con, room) -> None:
    table = opened(con, room, gzip.compress(CHINESE.encode()), "month.csv")
    assert len(rows_of(con, table)) == 2


def test_utf8_is_read_where_it_lies(con, room) -> None:
    opened(con, room, CHINESE.encode())
    opened(con, room, gzip.compress(CHINESE.encode()), "b.csv.gz")
    assert list(room.iterdir()) == []


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["gb18030", "utf-16-le", "utf-16-be", "utf-8-sig"])
@pytest.mark.parametrize("chunk", [1, 2, 3, 7])
def test_the_copy_does_not_depend_on_where_the_pieces_end(
    room, monkeypatch, chunk, encoding, end
) -> None:
    # a GB18030 character of four bytes, a UTF-16 pair, a quoted line break
    table = ["a,b", "𠀀,€", '"x\ny",😀']
    monkeypatch.setattr(transcode, "CHUNK", chunk)
    content = end.join(table).encode(encoding)
    path = room.parent / "a.csv"
    path.write_bytes(content)
    copy = transcode.copied(path, encoding, room)
    assert copy.read_bytes().decode() == end.join(table)
    alike = transcode.copied(path, encoding, room, breaks=True)
    assert alike.read_bytes().decode() == "\n".join(table)
    short = transcode.copied(path, encoding, room, drop=3 + len(end))
    assert short.read_bytes().decode() == end.join(table[1:])
    both = transcode.copied(path, encoding, room, drop=3 + len(end), breaks=True)
    assert both.read_bytes().decode() == "\n".join(table[1:])


def test_memory_does_not_grow_with_the_file(con, room, monkeypatch) -> None:
    import tracemalloc

    path = room.parent / "long.csv"
    path.write_bytes(CHINESE.encode("gbk") + "华东,2024年1月31日,5\n".encode("gbk") * 400_000)
    monkeypatch.setattr(transcode, "CHUNK", 1 << 16)
    tracemalloc.start()
    copy = transcode.copied(path, "gb18030", room)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert copy.stat().st_size > 10_000_000
    assert peak < 2_000_000


#: Encodings that only a mapping can name, and what each of them can write.
DECLARED = {
    "big5": "訂單,銷售額\n華東,5\n",
    "shift_jis": "注文,売上\n東京,5\n",
    "euc_kr": "주문,매출\n서울,5\n",
    "cp1252": "Café,Größe\nMünchen,€5\n",
    "latin-1": "Café,Größe\nMünchen,5\n",
    "cp1251": "Заказ,Сумма\nМосква,5\n",
}


@pytest.mark.parametrize("encoding", DECLARED)
def test_a_declared_encoding_is_obeyed(con, room, encoding) -> None:
    content = DECLARED[encoding]
    table = opened(con, room, content.encode(encoding), encoding=encoding)
    header, row = content.splitlines()
    assert list(table.table.columns) == header.split(",")
    assert rows_of(con, table) == [row.split(",")]


@pytest.mark.parametrize("encoding", [e for e in DECLARED if e != "latin-1"])
def test_what_is_no_chinese_is_not_taken_for_chinese(encoding) -> None:
    assert not reads_chinese(DECLARED[encoding].encode(encoding) * 20)


@pytest.mark.parametrize(
    "words",
    [
        "Café;naïve",
        "MÜLLER;ÄRGER;GRÖSSE",
        "FRANÇAIS;GARÇON;É",
        "PROMOÇÃO;EDUCAÇÃO;CORAÇÃO",
        "créée;année",
        "Łódź;Kraków",
    ],
)
def test_western_words_are_never_read_as_chinese(con, room, words) -> None:
    encoding = "cp1250" if "Ł" in words else "cp1252"
    text = "name;net\n" + "".join(f"{word};5\n" for word in words.split(";"))
    with pytest.raises(ContractError):
        opened(con, room, text.encode(encoding))


def test_a_doubtful_file_is_refused_with_both_readings(con, room) -> None:
    with pytest.raises(ContractError) as caught:
        opened(con, room, "shop,net\nCafé Müller,5\n".encode("cp1252"))
    assert str(caught.value) == (
        "month.csv is not UTF-8, and its encoding cannot be told for certain: as gb18030 it "
        "reads as nothing: its bytes belong to no character; as cp1252 it reads "
        "'Café Müller,5'.\n"
        f"  where: {room.parent / 'month.csv'}, byte 13, line 2\n"
        "  fix:   declare the one that reads right as encoding: in the mapping, or as --encoding "
        "where map drafts one, or save the file as CSV in UTF-8"
    )
    with pytest.raises(ContractError) as caught:
        opened(con, room, "shop,net\nMüller,5\n".encode("cp1252"))
    assert "as gb18030 it reads 'M黮ler,5'; as cp1252 it reads 'Müller,5'." in str(caught.value)


def test_a_byte_that_does_not_fit_the_declared_encoding_is_named(con, room, monkeypatch) -> None:
    monkeypatch.setattr(transcode, "CHUNK", 5)
    monkeypatch.setattr(layout, "HEAD", 16)
    content = CHINESE.encode("gbk") + b"\xff,1,2\n"
    at = len(content) - 5
    for encoding in ("gb18030", ""):
        with pytest.raises(ContractError) as caught:
            opened(con, room, content, encoding=encoding)
        assert str(caught.value) == (
            f"month.csv is not gb18030 throughout: byte {at} (FF) belongs to no character, "
            "line 4.\n"
            f"  where: {room.parent / 'month.csv'}, byte {at}, line 4\n"
            "  fix:   declare the encoding the program wrote as encoding: in the mapping, or save "
            "the file as CSV in UTF-8"
        )


def test_a_name_that_is_no_encoding_is_refused_with_the_nearest() -> None:
    with pytest.raises(ContractError) as caught:
        declared("gbk18030")
    assert str(caught.value) == (
        "'gbk18030' is no encoding that can be read.\n"
        "  where: encoding: gbk18030\n"
        "  fix:   write 'gb18030'"
    )
    for name in ("rot13", "base64", "unicode_escape", "idna", "utf-7", "klingon"):
        with pytest.raises(ContractError):
            declared(name)


def test_zero_bytes_that_are_no_utf16_are_no_text(con, room) -> None:
    with pytest.raises(ContractError) as caught:
        opened(con, room, bytes(range(256)) * 4)
    assert str(caught.value) == (
        "month.csv holds zero bytes and is no UTF-16: it is not a text file.\n"
        f"  where: {room.parent / 'month.csv'}\n"
        "  fix:   export the table as CSV in UTF-8, or give a workbook its own ending (.xlsx)"
    )


def test_a_file_that_is_cut_off_is_refused(con, room) -> None:
    for packed, kind in ((".gz", "gzip"), (".xz", "xz"), (".bz2", "bz2")):
        content = PACKED[packed](CHINESE.encode("gbk") * 50)
        with pytest.raises(ContractError) as caught:
            opened(con, room, content[:-20], f"month.csv{packed}")
        assert caught.value.what.startswith(f"month.csv{packed} cannot be unpacked ({kind}): ")
        assert caught.value.fix == "fetch the file again: it is cut off or broken"


@pytest.mark.parametrize("packed", ["", ".gz"])
def test_chinese_far_below_is_found_the_second_time(con, room, monkeypatch, packed) -> None:
    import duckdb

    monkeypatch.setattr(layout, "HEAD", 1 << 10)
    monkeypatch.setattr(text, "PROVEN", 1 << 12)
    content = b"region,net\n" + b"East,5\n" * 5_000 + "华东,6\n".encode("gbk") * 3
    table = opened(con, room, PACKED[packed](content), f"month.csv{packed}")
    place = Place(path=room.parent / table.name)
    with pytest.raises(duckdb.Error) as refused:
        rows_of(con, table)
    again = open_table_again(con, place, room, refused.value)
    assert again.encoding == "gb18030"
    assert rows_of(con, again)[-1] == ["华东", "6"]


def test_chinese_below_the_first_piece_is_found_at_once(con, room, monkeypatch) -> None:
    monkeypatch.setattr(layout, "HEAD", 1 << 10)
    content = b"region,net\n" + b"East,5\n" * 5_000 + "华东,6\n".encode("gbk") * 3
    assert rows_of(con, opened(con, room, content))[-1] == ["华东", "6"]


CAN_WRITE = [*ENCODINGS, "big5", "shift_jis", "euc_kr", "cp1252", "latin-1"]


@settings(max_examples=10, phases=(Phase.explicit, Phase.generate))
@given(st.data(), st.sampled_from(CAN_WRITE), st.sampled_from(["\n", "\r\n"]))
def test_any_table_reads_back_equal_in_any_encoding(tmp_path_factory, data, encoding, end) -> None:
    letters = st.characters(codec=encoding.removesuffix("-sig"), exclude_characters="\0¥‾\u3164")
    row = st.lists(st.text(letters), min_size=3, max_size=3)
    table = data.draw(st.lists(row, min_size=1, max_size=8))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([["region", "day", "net"], *table])
    folder = tmp_path_factory.mktemp("csv")
    (folder / "a.csv").write_bytes(out.getvalue().encode(encoding))
    con = engine()
    # declared: a table of three odd letters proves no encoding
    opened = open_table(con, Place(path=folder / "a.csv", encoding=encoding), folder)
    assert rows_of(con, opened) == table


HANZI = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5, codec="gb2312")


@settings(max_examples=30, phases=(Phase.explicit, Phase.generate))
@given(
    st.lists(st.text(HANZI, min_size=2, max_size=6), min_size=3, max_size=20),
    st.sampled_from(ENCODINGS),
)
def test_names_in_chinese_are_found_or_refused_never_misread(
    tmp_path_factory, names, encoding
) -> None:
    folder = tmp_path_factory.mktemp("csv")
    (folder / "a.csv").write_bytes(
        ("地区,销售额\n" + "".join(f"{n},5\n" for n in names)).encode(encoding)
    )
    con = engine()
    place = Place(path=folder / "a.csv")
    if encoding.startswith("gb") and not reads_chinese(place.path.read_bytes()):
        # rare hanzi alone are not plausible: the mapping decides
        with pytest.raises(ContractError, match="cannot be told for certain"):
            open_table(con, place, folder)
        place = Place(path=folder / "a.csv", encoding=encoding)
    assert [row[0] for row in rows_of(con, open_table(con, place, folder))] == names
