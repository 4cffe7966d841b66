"""File names for regions: safe on every system, still readable, never outside the folder."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable

from salesanalysis.params import Problem

MAX_BYTES = 120
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)


def refusal(name: str) -> tuple[str, str] | None:
    """Return why a name cannot be a region's and the fix, or None where it can.

    Examples
    --------
    >>> refusal("..")
    ("region '..' would lead out of the output folder.", 'give the region a name')
    >>> refusal("华东/KA") is None
    True
    """
    if not name.strip():
        return f"region {name!r} is an empty name.", "give the region a name"
    if name.strip() in (".", ".."):
        return f"region {name!r} would lead out of the output folder.", "give the region a name"
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in name):
        return f"region {name!r} holds control characters.", "remove them from the name"
    return None


def slug(name: str) -> str:
    """Return the file name of a region: letters and digits of any script, ``. _ -``.

    Anything else becomes ``_`` and the name gets 8 hex digits of its hash, so that ``a/b`` and
    ``a:b`` stay apart.

    Examples
    --------
    >>> slug("East"), slug("华东"), slug("a/b"), slug("CON")
    ('East', '华东', 'a_b-c14cddc0', 'CON-a3dbc4b6')
    """
    text = unicodedata.normalize("NFC", name)
    # combining marks belong to their letter in many scripts: category M is kept
    safe = "".join(
        c if c.isalnum() or c in "._-" or unicodedata.category(c)[0] == "M" else "_" for c in text
    )
    short = _cut(safe.strip("."), MAX_BYTES - 9)
    if short == text and not _RESERVED.fullmatch(text):
        return text
    return f"{short or '_'}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def refused_file(stem: str) -> str:
    """Return why a notebook of this name has no folder of its own, or "".

    Examples
    --------
    >>> refused_file("02_targets"), refused_file("月度 复盘")
    ('', '')
    >>> refused_file("..")
    "its name '..' leads out of the output folder or is one the system keeps."
    """
    odd = any(c in '<>:"/\\|?*' or unicodedata.category(c) in ("Cc", "Cs") for c in stem)
    if odd or stem.startswith(".") or stem.endswith((".", " ")) or _RESERVED.fullmatch(stem):
        return f"its name {stem!r} leads out of the output folder or is one the system keeps."
    return ""


def _cut(text: str, n_bytes: int) -> str:
    """Cut to `n_bytes` of UTF-8 without splitting a character."""
    return text.encode()[:n_bytes].decode(errors="ignore")


def clashes(names: Iterable[tuple[str, str]]) -> list[Problem]:
    """Return a problem for every two names that would share a file.

    Parameters
    ----------
    names : iterable of (name, where)
        File systems may ignore case: ``North`` and ``north`` clash.
    """
    seen: dict[str, tuple[str, str]] = {}
    problems = []
    for name, where in names:
        key = slug(name).casefold()
        if key in seen and seen[key][0] != name:
            first, place = seen[key]
            what = f"{name!r} and {first!r} ({place}) would share the file name {slug(name)!r}."
            problems.append(Problem(where, what, "rename one of them", code="duplicate-key"))
        seen.setdefault(key, (name, where))
    return problems
