"""Embed what a page needs of the one font: a browser on a server has no Chinese font."""

import base64
import io
from functools import lru_cache

from salesanalysis.errors import ContractError
from salesanalysis.plots.base import font_path

#: Ranges a plain Western system has no letters for: CJK signs, kana, hangul, wide forms.
_WIDE = (
    (0x2E80, 0x9FFF),
    (0xAC00, 0xD7AF),
    (0xF900, 0xFAFF),
    (0xFE30, 0xFE4F),
    (0xFF00, 0xFFEF),
    (0x20000, 0x3FFFF),
)
FAMILY = "Noto Sans SC subset"


def is_wide(char: str) -> bool:
    """Tell whether a character needs a Chinese font.

    Examples
    --------
    >>> is_wide("东"), is_wide("é")
    (True, False)
    """
    point = ord(char)
    return any(first <= point <= last for first, last in _WIDE)


def font_css(text: str, *, whole: bool) -> str:
    """Return the ``@font-face`` rule for a page, "" where the page needs no font of ours.

    Parameters
    ----------
    text : str
        Everything the page shows.
    whole : bool
        Embed every character (a Chinese page, so that digits and letters match), not only the
        wide ones.

    Raises
    ------
    ContractError
        A wide character the font does not have: it would show as an empty box.
    """
    wide = {c for c in text if is_wide(c)}
    known = _known()
    missing = sorted(c for c in wide if ord(c) not in known)
    if missing:
        shown = ", ".join(f"{c} (U+{ord(c):04X})" for c in missing[:10])
        raise ContractError(
            f"{len(missing)} characters of the page are not in the font: {shown}.",
            where=f"page text and {font_path().name}",
            fix="write them with other characters",
            code="missing-glyph",
        )
    if not wide and not whole:
        return ""
    needed = {c for c in text if ord(c) in known and c.isprintable()} if whole else wide
    data = base64.b64encode(_subset("".join(sorted(needed)))).decode("ascii")
    source = f'url("data:font/woff;base64,{data}") format("woff")'
    return f'@font-face{{font-family:"{FAMILY}";src:{source}}}'


@lru_cache(maxsize=1)
def _known() -> frozenset[int]:
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    with TTFont(font_path(), lazy=True) as font:
        return frozenset(font.getBestCmap())


@lru_cache(maxsize=32)
def _subset(text: str) -> bytes:
    """Return a WOFF (zlib) font with the characters of `text`; the same text, the same bytes."""
    from fontTools import subset  # noqa: PLC0415
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.name_IDs = [1, 2]
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "STAT", "vhea", "vmtx"]
    out = io.BytesIO()
    with TTFont(font_path(), lazy=True, recalcTimestamp=False) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(text=text)
        cutter.subset(font)
        font.flavor = "woff"
        font.save(out, reorderTables=True)
    return out.getvalue()
