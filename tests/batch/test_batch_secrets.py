"""A password somebody writes into an address is in no byte of what a run writes or says."""

import json
import os
from html import escape
from pathlib import Path
from urllib.parse import quote

import pytest
from batchroom import batch_file, manifest

from salesanalysis import cli, credentials
from salesanalysis.batch import plan, render
from salesanalysis.batch.short import short_plan
from salesanalysis.errors import ContractError, ParamError

SECRET = "Ge'heim#7&<密码>?@x"
URL = f"postgresql://anna:{quote(SECRET, safe='')}@127.0.0.1:1/shop"
SEALED = "postgresql://anna:${SALESANALYSIS_PASSWORD_ANNA_127_0_0_1_1}@127.0.0.1:1/shop"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    """Forget what a test has sealed."""
    before = dict(os.environ)
    yield
    for name in set(os.environ) - set(before):
        if name.startswith(credentials.PREFIX):
            del os.environ[name]


def forms(secret: str) -> set[bytes]:
    texts = {
        *(secret, quote(secret), quote(secret, safe=""), escape(secret), repr(secret)[1:-1]),
        *(json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]),
    }
    return {t.encode() for t in texts}


def leaks(folder: Path, secret: str = SECRET) -> list[str]:
    """Every file below `folder` that holds the password in any way of writing it."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    assert files
    return [str(p) for p in files if any(form in p.read_bytes() for form in forms(secret))]


def notebook(path: Path, *cells: str, source: str = "demo") -> Path:
    """Write a notebook with the parameters `region` and `data`."""
    first = f'region: str = "North"  # one region\ndata: str = "{source}"  # data set'
    nodes = [
        {
            "cell_type": "code", "id": f"c{i}", "source": text, "outputs": [],
            "execution_count": None, "metadata": {"tags": ["parameters"]} if i == 0 else {},
        }
        for i, text in enumerate([first, *cells])
    ]  # fmt: skip
    kernel = {"kernelspec": {"name": "python3", "display_name": "x", "language": "python"}}
    node = {"nbformat": 4, "nbformat_minor": 5, "metadata": kernel, "cells": nodes}
    path.write_text(json.dumps(node), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("given", "sealed"),
    [
        ("postgresql://anna:geheim@db:5432/shop", "postgresql://anna:${X}@db:5432/shop"),
        ("postgresql://anna@db/shop?password=geheim&sslmode=require",
         "postgresql://anna@db/shop?password=${X}&sslmode=require"),
        ("postgresql://anna:${PW}@db/shop", "postgresql://anna:${PW}@db/shop"),
        ("postgresql://anna@db/shop", "postgresql://anna@db/shop"),
        ("exports/2024", "exports/2024"),
        ("${CRM_URL}", "${CRM_URL}"),
    ],
)  # fmt: skip
def test_only_a_password_that_stands_there_moves_to_the_environment(given, sealed) -> None:
    found = credentials.sealed({"a": [given]})["a"][0]
    name = next((n for n in os.environ if n.startswith(credentials.PREFIX)), "X")
    assert found == sealed.replace("${X}", f"${{{name}}}")
    assert os.environ.get(name, "geheim") == "geheim"
    assert credentials.hide(found) == found


def test_two_passwords_of_one_account_are_kept_apart() -> None:
    first, second, again = (
        credentials.sealed(f"postgresql://anna:{word}@db/shop") for word in ("one1", "two2", "one1")
    )
    assert first == again != second
    assert "${SALESANALYSIS_PASSWORD_ANNA_DB_2}" in second


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("at postgresql://anna:p@ss/wo?rd@db/shop: refused", "at postgresql://anna@db/shop: refused"),
        ("mysql+x://a:geheim@h", "mysql+x://a@h"),
        ("host=db user=anna password=geheim port=1", "host=db user=anna password=*** port=1"),
        ("?sslpassword=geheim&user=a", "?sslpassword=***&user=a"),
        ("see https://example.org:8080/a@b", "see https://example.org:8080/a@b"),
        ("connect(host='db', password=getpass())", "connect(host='db', password=getpass())"),
        ("revenue: 12:30@noon, a=b", "revenue: 12:30@noon, a=b"),
    ],
)  # fmt: skip
def test_a_text_is_shown_without_its_passwords_and_otherwise_as_it_is(text, shown) -> None:
    assert credentials.hide({"reason": [text]}) == {"reason": [shown]}


def test_a_short_password_or_one_of_digits_never_changes_figures_and_words(monkeypatch) -> None:
    monkeypatch.setenv("PGPASSWORD", "2024")
    assert credentials.hide("Sales 2024") == "Sales 2024"
    monkeypatch.setenv("PGPASSWORD", "1234567")
    assert credentials.hide("1234567.50") == "1234567.50"
    monkeypatch.setenv("PGPASSWORD", "target")
    assert credentials.hide("targets: target!") == "targets: ***!"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run of a notebook that shows and raises its address, read from a params file."""
    room = tmp_path_factory.mktemp("secrets")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(room)
        patch.setenv("CRM_PASSWORD", "another-geheim-9")
        book = notebook(
            room / "leaky.ipynb",
            "from salesanalysis.data.sources.url import resolved\n"
            "full = resolved(data)\nprint(full)\nfull",
            "import os, sys\nif region == 'South':\n"
            "    print(os.environ['CRM_PASSWORD'], file=sys.stderr)\n"
            "from urllib.parse import unquote\n"
            "raise RuntimeError(f'cannot open {full!r}: {unquote(full)!r}')",
        )
        file = batch_file(
            room / "run.yaml",
            {"North": {}, "South": {"data": "postgresql://bo:${CRM_PASSWORD}@127.0.0.1:1/shop"}},
            common={"data": URL},
        )
        made = plan([book], [file])
        seen: list[str] = []

        def watch(what, task, facts) -> None:
            seen.append(json.dumps(facts, ensure_ascii=False, default=str))

        report = render(
            made, jobs=1, retries=0, timeout=120, on_event=watch, command=f"render {URL}"
        )
        yield room, made, report, seen
        for name in [n for n in os.environ if n.startswith(credentials.PREFIX)]:
            del os.environ[name]


def test_the_notebook_reached_the_password_and_no_file_holds_it(run) -> None:
    room, _, report, _ = run
    assert report.counts == {"failed": 2}
    folder = room / "outputs" / "run"
    assert (folder / "leaky" / "North.en.failed.ipynb").is_file()
    assert leaks(folder) == []
    assert leaks(folder, "another-geheim-9") == []


def test_nothing_a_run_says_of_itself_holds_a_password(run) -> None:
    room, made, report, seen = run
    said = [*seen, *made.notices, made.to_text(), json.dumps(list(report.rows), default=str)]
    assert not [x for x in said if any(f.decode() in x for f in forms(SECRET))]
    reasons = {r["region"]: r["reason"] for r in report.rows}
    assert "cannot open" in reasons["North"]
    start = manifest(room / "outputs" / "run", "run_start")[0]
    assert start["command"] == "render postgresql://anna@127.0.0.1:1/shop"


def test_what_is_kept_names_the_variable_so_that_it_can_be_run_again(run) -> None:
    room, made, _, _ = run
    text = (room / "outputs/run/leaky/North.en.failed.ipynb").read_text(encoding="utf-8")
    assert SEALED in text
    assert made.tasks[0].params["data"] == SEALED
    assert len(made.notices) == 1
    assert made.notices[0].endswith(
        ": common.data holds a password; nothing that is written shows it, but the file does: "
        "write ${NAME} and set the environment variable NAME"
    )


def test_a_new_password_is_no_reason_to_render_again(run, monkeypatch) -> None:
    room, made, _, _ = run
    monkeypatch.chdir(room)
    again = plan([room / "leaky.ipynb"], [room / "run.yaml"])
    # a database is read anew every time; everything else is as it was
    assert [settled(t) for t in again.tasks] == [settled(t) for t in made.tasks]
    assert again.plan_id != made.plan_id


def settled(task) -> dict:
    """What a page depends on, of a database only its address."""
    return {**task.parts, "inputs": sorted(task.parts["inputs"])}


def test_a_default_with_a_password_in_a_notebook_is_refused(room) -> None:
    book = notebook(room / "open.ipynb", source="postgresql://anna:geheim@db/shop")
    with pytest.raises(ParamError) as caught:
        plan([book], [batch_file(room / "run.yaml", {"North": {}})])
    assert str(caught.value) == (
        "the default of 'data' holds a password.\n"
        "  where: open.ipynb cell 1 (parameters)\n"
        "  fix:   write ${NAME} in its place, and set the environment variable NAME before the run"
    )


def test_a_server_that_is_not_there_is_refused_without_the_password(room, capsys) -> None:
    with pytest.raises((ContractError, ParamError)) as caught:
        short_plan(URL, notebooks=["tiny"], regions=["East"])
    assert SECRET not in str(caught.value)
    assert quote(SECRET, safe="") not in str(caught.value)
    code = cli.main(["render", "--data", URL, "--notebooks", "tiny"])
    assert code == 2
    said = capsys.readouterr().err.encode()
    assert not [f for f in forms(SECRET) if f in said]
    assert not Path("outputs").exists()
