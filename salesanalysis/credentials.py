"""Passwords that stand in addresses: kept for the run, left out of everything that is written."""

import json
import os
import re
from collections.abc import Callable, Iterable
from html import escape
from typing import Any
from urllib.parse import quote, quote_plus, unquote

#: Environment variables a password given in an address moves to; child processes inherit them.
PREFIX = "SALESANALYSIS_PASSWORD"
#: Stands where a password stood.
MASK = "***"
#: A shorter password, or one of digits only, is hidden where an address shows it and nowhere
#: else: to hide it everywhere would change figures and words of the pages.
_SHORTEST = 6

_NAMED = re.compile(r"\$\{(\w+)\}")
_ADDRESS = re.compile(r"\s*([a-z][a-z0-9+.-]*)://(.+)", re.IGNORECASE | re.DOTALL)
_SETTING = r"(?:password|passwd|pwd|sslpassword|(?:\w*_)?(?:token|secret|signature)|sig)"
_SETTINGS = re.compile(rf"([?&;]{_SETTING}=)((?!\$\{{\w+\}})[^&;\s'\"<>]+)", re.IGNORECASE)
_IN_TEXT = re.compile(
    r"\b([a-z][a-z0-9+.-]*)://([^\s:/@'\"<>]*):((?!\$\{\w+\}@)[^\s'\"<>]*)@", re.IGNORECASE
)
#: An address of a database with one slash or none, as typed in haste: no address, but a password.
_HASTY = re.compile(
    r"\b((?:postgres(?:ql)?|mysql|mariadb|mssql|oracle|redshift|snowflake|clickhouse)(?:\+\w+)?)"
    r":(/?)(?!/)([^\s:/@'\"<>]*):((?!\$\{\w+\}@)[^\s'\"<>]+)@",
    re.IGNORECASE,
)
_KEYWORDS = re.compile(
    r"(\b(?:host|hostaddr|dbname|user)\s*=[^\n'\"()]{0,200}?\bpassword\s*=\s*)"
    r"((?!\$\{)(?:'[^']*'|[^\s'\"()]+))",
    re.IGNORECASE,
)


def sealed(value: Any) -> Any:
    """Return `value` with every password of an address moved to an environment variable.

    Parameters
    ----------
    value : str, list, dict or anything else
        Texts in it that are addresses keep their place for the password: ``${NAME}``, which
        `salesanalysis.load` fills in from the environment of the process.

    Examples
    --------
    >>> sealed({"source": "postgresql://anna:ge%40heim@db/shop", "region": "East"})["source"]
    'postgresql://anna:${SALESANALYSIS_PASSWORD_ANNA_DB}@db/shop'
    >>> os.environ.pop("SALESANALYSIS_PASSWORD_ANNA_DB")
    'ge@heim'
    """
    return _walk(value, _sealed)


def is_open(value: Any) -> bool:
    """Tell whether a password can be read in `value`; a ``${NAME}`` is none.

    Examples
    --------
    >>> is_open("postgresql://anna:geheim@db/shop"), is_open("postgresql://anna:${PW}@db/shop")
    (True, False)
    """
    found: list[str] = []
    _walk(value, lambda text: found.append(text) or text)  # type: ignore[func-returns-value]
    return any(_masked(text) != text for text in found)


def hide(value: Any) -> Any:
    """Return `value` without passwords, whatever texts it is made of.

    Parameters
    ----------
    value : str, list, dict or anything else

    Notes
    -----
    Left out are passwords in addresses, and wherever they stand the passwords of this run: those
    `sealed` took, PGPASSWORD, and what variables named ``${NAME}`` in `value` hold.

    Examples
    --------
    >>> hide("cannot open postgresql://anna:geheim@db/shop?password=x")
    'cannot open postgresql://anna@db/shop?password=***'
    """
    known = _patterns(_named(value))
    return _walk(value, lambda text: _masked(known.sub(MASK, text) if known else text))


def _walk(value: Any, change: Callable[[str], str]) -> Any:
    """Change every text in lists and dicts; keys as well."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list | tuple):
        return type(value)(_walk(v, change) for v in value)
    if isinstance(value, dict):
        return {_walk(k, change): _walk(v, change) for k, v in value.items()}
    return value


def _masked(text: str) -> str:
    """Leave passwords out of the addresses in a text."""
    if "://" in text:
        text = _IN_TEXT.sub(_without, text)
    if ":" in text and "@" in text:
        text = _HASTY.sub(r"\1:\2\3@", text)
    if "=" in text:
        text = _KEYWORDS.sub(rf"\1{MASK}", _SETTINGS.sub(rf"\1{MASK}", text))
    return text


def _without(found: "re.Match[str]") -> str:
    scheme, user, password = found.groups()
    # of a web page a port and a path, and an @ in it
    page = scheme.lower().startswith("http") and "/" in password
    return found[0] if page or not password else f"{scheme}://{user}@"


def _sealed(text: str) -> str:
    """Seal one text where it is an address."""
    found = _ADDRESS.fullmatch(text)
    if not found or found[1].lower().startswith("http"):
        return text
    # a password may hold any sign: it ends with the last @
    who, at, rest = found[2].rpartition("@")
    user, _, password = who.partition(":")
    host = re.split(r"[/?]", rest)[0]
    if password and not _NAMED.fullmatch(password):
        who = f"{user}:{_kept(password, user, host)}"

    def kept(setting: "re.Match[str]") -> str:
        return setting[1] + _kept(setting[2], user, host)

    return f"{found[1]}://{who}{at}{_SETTINGS.sub(kept, rest)}"


def _kept(password: str, user: str, host: str) -> str:
    """Move a password to the environment; return what stands for it."""
    plain = unquote(_NAMED.sub(lambda m: os.environ.get(m[1], m[0]), password))
    stem = re.sub(r"[^A-Za-z0-9]+", "_", f"{PREFIX}_{user}_{host}").strip("_").upper()[:80]
    name, n = stem, 1
    while os.environ.get(name, plain) != plain:
        n += 1
        name = f"{stem}_{n}"
    os.environ[name] = plain
    return f"${{{name}}}"


def _named(value: Any) -> set[str]:
    """Return the variables a value asks for."""
    names: set[str] = set()

    def look(text: str) -> str:
        names.update(_NAMED.findall(text))
        return text

    _walk(value, look)
    return names


def _patterns(names: Iterable[str]) -> "re.Pattern[str] | None":
    """Return what finds the passwords of this run in a text, in every way they are written."""
    ours = {n for n in os.environ if n.startswith(PREFIX)} | {"PGPASSWORD", *names}
    secrets = {_password_of(os.environ.get(n, "")) for n in ours}
    forms = {f for s in secrets if len(s) >= _SHORTEST and not s.isdigit() for f in _forms(s)}
    # of two forms the longer first; one that is a plain word is not looked for inside words
    found = [
        rf"(?<!\w){re.escape(f)}(?!\w)" if f.isalnum() and len(f) < 12 else re.escape(f)
        for f in sorted(forms, key=lambda f: (-len(f), f))
    ]
    return re.compile("|".join(found)) if found else None


def _password_of(value: str) -> str:
    """Return the password of an address, or the value itself."""
    found = _ADDRESS.fullmatch(value)
    return found[2].rpartition("@")[0].partition(":")[2] if found else value


def _forms(secret: str) -> set[str]:
    plain = unquote(secret)
    written = {secret, plain, quote(plain), quote(plain, safe=""), quote_plus(plain)}
    coded = {repr(plain)[1:-1], json.dumps(plain)[1:-1], escape(plain)}
    return {f for f in written | coded if len(f) >= _SHORTEST}
