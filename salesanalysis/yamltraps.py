"""Unquoted values that YAML readers take for different things."""

import re
from typing import Any

#: What a value is taken for that is text.
TEXT = "tag:yaml.org,2002:str"
# a date is text here and where papermill reads; whoever wants a date checks its form
_TEXT_TAGS = (TEXT, "tag:yaml.org,2002:timestamp")
_TRUTHY = re.compile(r"(yes|no|on|off|y|n)", re.IGNORECASE)
_TRAPS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (_TRUTHY, "is a yes/no word to some readers and text to others", 'quote it: "{raw}"'),
    (
        re.compile(r"[-+]?0[0-9]+(\.[0-9]*)?"),
        "starts with 0: octal to some readers, decimal or text to others",
        'quote it as "{raw}", or write {plain}',
    ),
    (
        re.compile(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9]*)?"),
        "is a base-60 number to some readers",
        'quote it: "{raw}"',
    ),
    (
        re.compile(r"[-+]?(\.?[0-9][0-9._]*)[eE][-+]?[0-9]+"),
        "is text to some readers and a number to others",
        'write it out, such as 1000000.0, or quote it: "{raw}"',
    ),
    (
        re.compile(r"[-+]?(0[xXbo][0-9a-fA-F_]+|[0-9]+_[0-9_.]*|[0-9]*\.[0-9_]*_[0-9_]*)"),
        "is not plain decimal",
        "write a plain decimal number",
    ),
    (
        re.compile(r"[-+]?\.(nan|inf)", re.IGNORECASE),
        "is not a finite number",
        "write a finite number, or leave the key out",
    ),
)
_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]*)?\.[0-9]+|[-+]?(0|[1-9][0-9]*)\.")
_WORDS = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "false": False,
}


def trap(raw: str, tag: str) -> str | None:
    """Say why readers would differ on an unquoted value, or None where they agree.

    `tag` is what YAML 1.1 takes the value for.

    Examples
    --------
    >>> trap("1:30", "tag:yaml.org,2002:int")
    'is a base-60 number to some readers; quote it: "1:30"'
    """
    for pattern, what, fix in _TRAPS:
        if pattern.fullmatch(raw):
            digits = raw.lstrip("+-0")
            plain = "-" * raw.startswith("-") + (
                "0" + digits if digits[:1] in ("", ".") else digits
            )
            return f"{what}; {fix.format(raw=raw, plain=plain)}"
    if raw.lower() in ("true", "false") and raw != raw.lower():
        return f"is a word to some readers; write {raw.lower()}"
    if isinstance(plain_value(raw), str) and tag not in _TEXT_TAGS:
        return f'is not text to every reader; quote it: "{raw}"'
    return None


def plain_value(raw: str) -> Any:
    """Read an unquoted value on which readers agree.

    Examples
    --------
    >>> plain_value("0.30"), plain_value("true"), plain_value("North")
    (0.3, True, 'North')
    """
    if raw in _WORDS:
        return _WORDS[raw]
    if _INT.fullmatch(raw):
        return int(raw)
    return float(raw) if _FLOAT.fullmatch(raw) else raw


def is_text(name: str, tag: str) -> bool:
    """Tell whether an unquoted key is text to every reader.

    Examples
    --------
    >>> is_text("North", TEXT), is_text("no", "tag:yaml.org,2002:bool")
    (True, False)
    """
    return tag == TEXT and not any(pattern.fullmatch(name) for pattern, _, _ in _TRAPS)
