"""Connections to PostgreSQL servers, and why there is none: no message holds a password."""

import weakref
from typing import Any

from salesanalysis.data.engine import quiet
from salesanalysis.data.sources.url import POSTGRES, SCHEMES, resolved, safe_url, scheme
from salesanalysis.errors import ContractError

#: Seconds a server may take to answer, unless the address says ``connect_timeout``.
PATIENCE = 10


def connect(url: str) -> Any:
    """Connect to a PostgreSQL server, to read and nothing else.

    Days of moments with a time zone are days of the database's own time zone; another one is
    chosen by PGTZ.

    Returns
    -------
    Ibis backend
        It knows no password.

    Raises
    ------
    ContractError
        An address nobody reads, a server that is not reached or refuses, a missing driver. No
        message holds the password.
    """
    address, shown = resolved(url), safe_url(url)
    if scheme(address) not in POSTGRES:
        raise _not_read(shown)
    raw = _session(address, shown)
    import ibis  # noqa: PLC0415

    with quiet():
        zone = raw.execute("SHOW TimeZone").fetchone()[0]
        backend = ibis.postgres.from_connection(raw)
    # Ibis sets the session to UTC: an order of half past midnight in Shanghai would be yesterday's
    raw.execute("SELECT set_config('TimeZone', %s, false)", (zone,))
    raw.execute("SET default_transaction_read_only = on")
    # tells two servers apart, which Ibis does by what they were connected with
    backend._con_kwargs = {"address": safe_url(address)}
    # the driver complains of connections that were left open
    weakref.finalize(backend, raw.close)
    return backend


def _not_read(shown: str) -> ContractError:
    kind = scheme(shown)
    what = f"{kind}:// is" if kind else "What stands there is"
    return ContractError(
        f"{what} not a source that can be read.",
        where=shown or "load(source)",
        fix=f"read are {', '.join(f'{s}://' for s in SCHEMES)}; any other database: connect it "
        'with Ibis and load({"sales": con.table("...")}, mapping)',
        code="bad-choice",
    )


def _session(address: str, shown: str) -> Any:
    """Return a connection of the driver, or say why there is none."""
    try:
        import psycopg  # noqa: PLC0415
    except ImportError:
        raise ContractError(
            "PostgreSQL needs the driver psycopg, which is not installed.",
            where=shown,
            fix="pip install 'salesanalysis[postgres]'",
            code="no-engine",
        ) from None
    try:
        settings: dict[str, Any] = psycopg.conninfo.conninfo_to_dict(address)
        settings.setdefault("connect_timeout", PATIENCE)
        return psycopg.connect(**settings, autocommit=True)
    except psycopg.Error as error:
        refusal = _refusal(error, shown)
    # outside: what the driver said, password or not, is no part of what travels
    raise refusal


#: What the driver says -> what is wrong, what to do. Its own words may quote the address.
_SAID: dict[str, tuple[str, str]] = {
    "password authentication failed": (
        "The server refuses the user or the password.",
        "check the user, and the password in PGPASSWORD, ~/.pgpass or the address, where signs "
        "like @ : / # are written %40 %3A %2F %23",
    ),
    "no password supplied": (
        "The server wants a password and none was given.",
        "set PGPASSWORD, write the password to ~/.pgpass, or put ${NAME} of an environment "
        "variable in the address",
    ),
    "does not exist": (
        "The server knows no such database or user.",
        "check the name after the last / of the address, and the user",
    ),
    "refused": (
        "No server answers there.",
        "check host and port, and that the server runs",
    ),
    "no such file": (
        "No server answers there.",
        "check host and port, and that the server runs",
    ),
    "resolve host": (
        "The host of the address is not known.",
        "check the host; signs like @ : / # in a password are written %40 %3A %2F %23",
    ),
    "translate host": (
        "The host of the address is not known.",
        "check the host; signs like @ : / # in a password are written %40 %3A %2F %23",
    ),
    "timeout": (
        "The server does not answer in time.",
        "check host, port and firewall, or allow more seconds: ?connect_timeout=30",
    ),
    "ssl": (
        "The server and the address do not agree on encryption.",
        "check sslmode in the address: require, prefer or disable, and its certificates",
    ),
    "certificate": (
        "The certificate of the server is not trusted.",
        "give its authority: ?sslmode=verify-full&sslrootcert=file",
    ),
    "pg_hba": (
        "The server lets nobody in from here.",
        "ask its administrator to allow this user, database and address",
    ),
    "too many": (
        "The server has no free connection.",
        "wait, or ask its administrator",
    ),
}


def _refusal(error: Exception, shown: str) -> ContractError:
    """Say in our words why a server cannot be used."""
    import psycopg  # noqa: PLC0415

    text = str(error).casefold()
    known = next((words for sign, words in _SAID.items() if sign in text), None)
    if isinstance(error, psycopg.ProgrammingError):
        known = (
            "The address is not written as one.",
            "write postgresql://user@host:5432/database; signs like @ : / # in a password are "
            "written %40 %3A %2F %23",
        )
    what, fix = known or ("The database cannot be opened.", "try the same address with psql")
    return ContractError(what, where=shown, fix=fix, code="no-connection")
