"""How a text file is written: found by proof, never by replacing a character."""

import codecs
import re
from pathlib import Path

import numpy as np

from salesanalysis.errors import ContractError, nearest

#: A mark at the start says how the rest is written. The longer marks come first.
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
    b"\x84\x31\x95\x33": "gb18030",
}
#: What a mapping may declare, by Python's own names.
KNOWN = (
    *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"),
    *("gb18030", "gbk", "gb2312", "big5", "big5hkscs", "cp950"),
    *("shift_jis", "cp932", "euc_jp", "euc_kr", "cp949"),
    *("latin-1", *(f"iso8859-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16))),
    *(f"cp{n}" for n in range(1250, 1259)),
    *("cp874", "cp437", "cp850", "cp852", "cp866", "koi8-r", "koi8-u", "mac-roman", "ascii"),
)
#: Encodings the engine reads without a copy.
UTF8 = ("utf-8", "utf-8-sig")
#: Encodings a doubtful file is shown in.
_OFFERED = ("gb18030", "cp1252")
#: Share of the wide characters that must lie in GB2312.
_PLAUSIBLE = 0.95
_LONE = re.compile(r"(?<=[A-Za-z])[^\x00-\x7f](?=[A-Za-z])")


def declared(name: str) -> str:
    """Return the codec of a declared encoding.

    Raises
    ------
    ContractError
        A name nobody knows, with the nearest that is known.

    Examples
    --------
    >>> declared("UTF8"), declared("windows-1252"), declared("cp936")
    ('utf-8', 'cp1252', 'gbk')
    """
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        codec = ""
    if codec and codec in {codecs.lookup(known).name for known in KNOWN}:
        return codec
    close = nearest(name, KNOWN)
    raise ContractError(
        f"{name!r} is no encoding that can be read.",
        where=f"encoding: {name}",
        fix=f"write {close!r}" if close else "use utf-8, gb18030, utf-16, big5 or cp1252",
        code="unknown-name",
    )


def found(head: bytes, path: Path, *, whole: bool, at: int = 0) -> str:
    r"""Find out how the first bytes of a file are written.

    In this order: a mark (BOM), the pattern of zero bytes in UTF-16, strict UTF-8, and GB18030
    only where what it gives reads like Chinese.

    Parameters
    ----------
    head : bytes
        The start of the file, or a piece that starts with a line.
    whole : bool
        The piece ends where the file ends; otherwise it may end inside a character.
    at : int
        Byte of the file the piece starts at, for messages.

    Raises
    ------
    ContractError
        Bytes that are no UTF-8 and do not read like Chinese: both readings are shown.

    Examples
    --------
    >>> found("地区,销售额\n华东,5\n".encode("gbk"), Path("month.csv"), whole=True)
    'gb18030'
    """
    if at == 0:
        for mark, codec in _MARKS.items():
            if head.startswith(mark):
                return codec
    if b"\x00" in head:
        return _sixteen(head, path)
    bad = first_bad(head, "utf-8", whole=whole)
    if bad is None:
        return "utf-8"
    if reads_chinese(head, whole=whole):
        return "gb18030"
    raise _undecided(head, bad, path, at)


def first_bad(piece: bytes, codec: str, *, whole: bool) -> int | None:
    r"""Return the first byte that belongs to no character, or None.

    Examples
    --------
    >>> first_bad(b"ab\xe9,c", "utf-8", whole=True)
    2
    """
    try:
        codecs.getincrementaldecoder(codec)().decode(piece, final=whole)
    except UnicodeDecodeError as error:
        return error.start
    return None


def _sixteen(head: bytes, path: Path) -> str:
    """Tell UTF-16 without a mark: read the right way round it is full of plain characters."""
    even = head[: len(head) // 2 * 2]
    plain = {"utf-16-le": _plain(even, "<u2"), "utf-16-be": _plain(even, ">u2")}
    best = max(plain, key=lambda codec: plain[codec])
    if plain[best] > 2 * min(plain.values()) and first_bad(even, best, whole=False) is None:
        return best
    raise ContractError(
        f"{path.name} holds zero bytes and is no UTF-16: it is not a text file.",
        where=str(path),
        fix="export the table as CSV in UTF-8, or give a workbook its own ending (.xlsx)",
        code="bad-value",
    )


def _plain(piece: bytes, kind: str) -> int:
    """Count the units of two bytes that are ASCII letters, digits, signs and line ends."""
    units = np.frombuffer(piece, dtype=kind)
    return int((((units >= 32) & (units < 127)) | np.isin(units, (9, 10, 13))).sum())


def reads_chinese(piece: bytes, *, whole: bool = True) -> bool:
    """Tell whether bytes read as GB18030 are plausible Chinese rather than another encoding.

    Nearly all characters must lie where GB2312 has its signs and hanzi, most of them among the
    commoner first half; single ones between Latin letters are accents of another encoding, and
    many of them without any of the last rows (销, 月, 中 ...) are Korean.

    Examples
    --------
    >>> reads_chinese("订单号,销售额".encode("gbk")), reads_chinese("PROMOÇÃO".encode("cp1252"))
    (True, False)
    """
    if first_bad(piece, "gb18030", whole=whole) is not None:
        return False
    text = codecs.getincrementaldecoder("gb18030")().decode(piece)
    wide = "".join(c for c in text if c > "\x7f")
    codes = [c.encode("gb18030") for c in set(wide)]
    rank = {c.decode("gb18030"): _row(c) for c in codes}
    rows = np.array([rank[c] for c in wide])
    hanzi = rows[rows >= 0xB0]
    lone = len(_LONE.findall(text))
    return bool(
        (rows > 0).mean() >= _PLAUSIBLE
        and len(hanzi)
        and (hanzi < 0xD8).mean() >= 0.7
        and lone <= 0.1 * len(wide)
        and (len(hanzi) < 20 or (hanzi > 0xC8).any())
    )


def _row(code: bytes) -> int:
    """Return the GB2312 row of a character, signs without kana as 1, anything else as 0."""
    if len(code) == 4:
        # hanzi, signs and emoji beyond GBK: no other encoding has such pairs of letter and digit
        return 1
    lead, trail = code if len(code) == 2 else (0, 0)
    if trail < 0xA1:
        return 0
    if lead in (0xA1, 0xA2, 0xA3):
        return 1
    return lead if 0xB0 <= lead <= 0xF7 else 0


def _undecided(head: bytes, bad: int, path: Path, at: int) -> ContractError:
    """Show the first doubtful place both ways and leave the choice to the mapping."""
    start = max(head.rfind(b"\n", 0, bad) + 1, bad - 20)
    ends = [e for e in (head.find(mark, bad) for mark in (b"\n", b"\r")) if e >= 0]
    piece = head[start : min([*ends, bad + 20])]
    shown = "; ".join(f"as {codec} it reads {_reading(piece, codec)}" for codec in _OFFERED)
    return ContractError(
        f"{path.name} is not UTF-8, and its encoding cannot be told for certain: {shown}.",
        where=f"{path}, byte {at + bad + 1}, line {head.count(chr(10).encode(), 0, bad) + 1}",
        fix="declare the one that reads right as encoding: in the mapping, or as --encoding where "
        "map drafts one, or save the file as CSV in UTF-8",
        code="bad-encoding",
    )


def _reading(piece: bytes, codec: str) -> str:
    # the piece may begin and end inside a character: try both ways in
    for cut in (0, 1):
        try:
            return repr(codecs.getincrementaldecoder(codec)().decode(piece[cut:]))
        except UnicodeDecodeError:
            continue
    return "as nothing: its bytes belong to no character"
