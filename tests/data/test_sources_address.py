"""Addresses of databases: what is shown of them, and why a connection was refused."""

import os
import traceback
from pathlib import Path
from urllib.parse import quote

import pgtools
import pytest

import salesanalysis as sa
from salesanalysis.data.sources.database import connect, place_of
from salesanalysis.data.sources.url import is_url, resolved, safe_url
from salesanalysis.errors import ContractError


@pytest.fixture(autouse=True)
def _without_passwords(monkeypatch):
    """Nobody's own password helps in."""
    monkeypatch.delenv("PGPASSWORD", raising=False)
    monkeypatch.setenv("PGPASSFILE", os.devnull)


@pytest.fixture(scope="module")
def shop(postgres: pgtools.Server) -> pgtools.Server:
    return pgtools.make(postgres, "shop")


# --- addresses ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://a:pw@h:5432/db", "postgresql://a@h:5432/db"),
        ("postgres://a:p@w/d?x#y@h/db?sslmode=require", "postgres://a@h/db?sslmode=require"),
        ("postgresql://h/db?user=a&password=pw", "postgresql://h/db?user=a"),
        ("postgresql://h/db?sslpassword=pw&token=pw&passfile=pw", "postgresql://h/db"),
        ("postgresql://:pw@h/db", "postgresql://@h/db"),
        ("postgresql://a:pw#h", "postgresql://..."),
        ("postgresql://h1:1,h2:2/db", "postgresql://h1:1,h2:2/db"),
        ("postgresql://a@[::1]:5432/db", "postgresql://a@[::1]:5432/db"),
        ("postgresql:///db?host=/var/run", "postgresql:///db?host=%2Fvar%2Frun"),
        ("postgresql://a:${PW}@${HOST}/db", "postgresql://a@${HOST}/db"),
        ("duckdb:///folder/x.duckdb?token=pw", "duckdb:///folder/x.duckdb"),
        ("${CRM_URL}", "${CRM_URL}"),
        ("host=h password=pw", ""),
    ],
)
def test_an_address_is_shown_without_its_secrets(url, shown):
    assert safe_url(url) == shown


def test_what_stands_for_an_address_is_told_from_a_file():
    assert [is_url(s) for s in ("mysql://h/db", "${URL}", "a/b.csv", Path("x"))] == [
        True,
        True,
        False,
        False,
    ]


def test_values_from_the_environment_are_escaped_where_a_password_may_stand():
    known = {"PW": "a@b/c", "AT": "db:5433", "MODE": "a&b"}
    assert (
        resolved("postgresql://u:${PW}@${AT}/d?sslmode=${MODE}", known)
        == "postgresql://u:a%40b%2Fc@db:5433/d?sslmode=a%26b"
    )


def test_a_name_that_is_not_set_is_refused_with_the_nearest_that_is():
    with pytest.raises(ContractError) as caught:
        resolved("postgresql://u:${CRM_PASWORD}@h/db", {"CRM_PASSWORD": "geheim"})
    assert str(caught.value) == (
        "The address of the database asks for ${CRM_PASWORD}, which is not set.\n"
        "  where: environment variable CRM_PASWORD\n"
        "  fix:   set it before the run: export CRM_PASWORD=..., or write ${CRM_PASSWORD}"
    )


def test_an_address_of_another_kind_is_refused():
    with pytest.raises(ContractError) as caught:
        place_of("mysql://anna:geheim@h/db")
    assert str(caught.value) == (
        "mysql:// is not a source that can be read.\n"
        "  where: mysql://anna@h/db\n"
        "  fix:   read are postgresql://, postgres://, duckdb://; any other database: connect it "
        'with Ibis and load({"sales": con.table("...")}, mapping)'
    )


def refusals(server: pgtools.Server) -> dict[str, tuple[str, str]]:
    """Return address -> what must be said, for every way a connection can fail."""
    word, port = quote("Falsch!geheim", safe=""), server.port
    secret = quote(pgtools.PASSWORD, safe="")
    return {
        "wrong password": (
            f"postgresql://anna:{word}@localhost:{port}/shop",
            "The server refuses the user or the password.",
        ),
        "no such user": (
            f"postgresql://otto:{secret}@localhost:{port}/shop",
            "The server refuses the user or the password.",
        ),
        "no password": (
            f"postgresql://anna@localhost:{port}/shop",
            "The server wants a password and none was given.",
        ),
        "no such database": (
            f"postgresql://anna:{secret}@localhost:{port}/shopp",
            "The server knows no such database or user.",
        ),
        "nobody there": (
            f"postgresql://anna:{secret}@localhost:1/shop",
            "No server answers there.",
        ),
        "no such host": (
            f"postgresql://anna:{secret}@no-such-host.invalid/shop",
            "The host of the address is not known.",
        ),
        "no encryption": (
            f"postgresql://anna:{secret}@localhost:{port}/shop?sslmode=require",
            "The server and the address do not agree on encryption.",
        ),
        "password not escaped": (
            f"postgresql://anna:Falsch!@geheim@localhost:{port}/shop",
            "The host of the address is not known.",
        ),
        "password with a slash": (
            f"postgresql://anna:Falsch!/geheim@localhost:{port}/shop",
            "The host of the address is not known.",
        ),
        "unknown setting": (
            f"postgresql://anna:{secret}@localhost:{port}/shop?geheim=1",
            "The address is not written as one.",
        ),
    }


@pytest.mark.parametrize(
    "case",
    [
        "wrong password",
        "no such user",
        "no password",
        "no such database",
        "nobody there",
        "no such host",
        "no encryption",
        "password not escaped",
        "password with a slash",
        "unknown setting",
    ],
)
def test_a_refused_connection_says_why_and_never_shows_the_password(shop, case):
    url, what = refusals(shop)[case]
    with pytest.raises(ContractError) as caught:
        connect(url)
    error = caught.value
    assert error.what == what
    assert error.code == "no-connection"
    assert error.fix
    chain, seen = error, []
    while chain is not None:
        seen += [str(chain), repr(chain), *traceback.format_exception(chain)]
        chain = chain.__cause__ or chain.__context__
    shown = "\n".join(seen)
    for word in ("geheim", "Falsch", "Geheim", pgtools.PASSWORD, quote(pgtools.PASSWORD, safe="")):
        assert word not in shown


def test_the_whole_message_of_a_wrong_password(shop):
    with pytest.raises(ContractError) as caught:
        connect(refusals(shop)["wrong password"][0])
    assert str(caught.value) == (
        "The server refuses the user or the password.\n"
        f"  where: postgresql://anna@localhost:{shop.port}/shop\n"
        "  fix:   check the user, and the password in PGPASSWORD, ~/.pgpass or the address, "
        "where signs like @ : / # are written %40 %3A %2F %23"
    )


@pytest.mark.parametrize(
    "typed",
    ["postgresql:/anna:geheim@h/db", "postgres:anna:geheim@h/db", "mysql+x:/anna:geh@eim@h"],
)
def test_an_address_typed_in_haste_never_shows_its_password(typed: str) -> None:
    with pytest.raises(ContractError) as caught:
        sa.load(typed)
    assert "eim" not in str(caught.value)
    assert "anna@h" in str(caught.value)
