"""Addresses of databases: what may be shown of them, and passwords from the environment."""

import os
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, urlencode

from salesanalysis.errors import ContractError, nearest

POSTGRES = ("postgresql", "postgres")
DUCKDB = "duckdb"
SCHEMES = (*POSTGRES, DUCKDB)
_SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_NAME = re.compile(r"\$\{([^{}]*)\}")
#: Settings of an address that may be shown; of all others nobody knows what they give away.
_HARMLESS = {
    "application_name",
    "connect_timeout",
    "dbname",
    "host",
    "hostaddr",
    "port",
    "sslmode",
    "target_session_attrs",
    "user",
}
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[\w.${}-]*)(:(\d+|\$\{\w+\}))?", re.IGNORECASE)


def is_url(source: object) -> bool:
    """Tell whether `source` is an address such as ``postgresql://...`` or stands for one.

    Examples
    --------
    >>> is_url("postgresql://db/shop"), is_url("${CRM_URL}"), is_url("exports/2024")
    (True, True, False)
    """
    text = str(source)
    return bool(_SCHEME.match(text)) or bool(_NAME.fullmatch(text.strip()))


def scheme(url: str) -> str:
    """Return what stands before ``://``, in small letters; empty where nothing does."""
    found = _SCHEME.match(url)
    return found[1].lower() if found else ""


def safe_url(url: str) -> str:
    """Return an address as it may be shown and stored: no password, no secret setting.

    A part that cannot be told from a password is left out too.

    Examples
    --------
    >>> safe_url("postgresql://anna:geheim@db.example.org:5432/shop?sslmode=require&password=x")
    'postgresql://anna@db.example.org:5432/shop?sslmode=require'
    >>> safe_url("postgresql://anna:not@well/written@db/shop")
    'postgresql://anna@db/shop'
    """
    found = _SCHEME.match(url)
    if not found:
        return url.strip() if _NAME.fullmatch(url.strip()) else ""
    if found[1].lower() == DUCKDB:
        return url.strip().partition("?")[0]
    # a password may hold any sign, even '@' and '?': it ends with the last '@'
    who, at, rest = url[found.end() :].rpartition("@")
    address, _, settings = rest.strip().partition("?")
    hosts, slash, database = address.partition("/")
    shown = ",".join(h if _HOST.fullmatch(h) else "..." for h in hosts.split(","))
    kept = [(k, v) for k, v in parse_qsl(settings, strict_parsing=False) if k in _HARMLESS]
    tail = f"?{urlencode(kept)}" if kept else ""
    # without '@' what looks like a database may be the end of a password
    database = database if at or re.fullmatch(r"[\w.$%{}-]*", database) else "..."
    return f"{found[1]}://{who.partition(':')[0]}{at}{shown}{slash}{database}{tail}"


def resolved(url: str, environment: Mapping[str, str] | None = None) -> str:
    """Return the address with ``${NAME}`` taken from the environment.

    Parameters
    ----------
    url : str
        Before the ``@`` and after the ``?`` a value may hold any sign; elsewhere it is a piece
        of address as it stands, or the whole of it.
    environment : mapping, optional
        Taken from `os.environ` unless given.

    Raises
    ------
    ContractError
        A name that is not set.

    Examples
    --------
    >>> resolved("postgresql://anna:${PW}@db/shop", {"PW": "a/b@c"})
    'postgresql://anna:a%2Fb%40c@db/shop'
    """
    known = os.environ if environment is None else environment
    text = url.strip()
    signs = max(text.rfind("@"), 0), text.find("?") if "?" in text else len(text)

    def value(found: re.Match[str]) -> str:
        if not known.get(found[1]):
            raise _not_set(found[1], known)
        inside = found.start() < signs[0] or found.start() > signs[1]
        return quote(known[found[1]], safe="") if inside else known[found[1]]

    return _NAME.sub(value, text)


def _not_set(name: str, known: Mapping[str, str]) -> ContractError:
    close = nearest(name, known)
    return ContractError(
        f"The address of the database asks for ${{{name}}}, which is not set.",
        where=f"environment variable {name}",
        fix=f"set it before the run: export {name}=..."
        + (f", or write ${{{close}}}" if close else ""),
        code="no-input",
    )
