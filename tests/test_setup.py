"""One set-up, said in three files that agree, without a host name or a path of one machine."""

import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from salesanalysis import strictyaml

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PINS = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
#: What a package is called on conda-forge where the name differs.
CONDA_NAMES = {"ibis-framework": "ibis-duckdb", "matplotlib": "matplotlib-base"}
#: Names are put together here so that this file holds none of them.
HOSTS = [
    a + b
    for a, b in (
        ("pypi", ".org"), ("python", "hosted.org"), ("ana", "conda.org"), ("ana", "conda.com/pkgs"), ("conda", ".io"),
        ("npm", "js.org"), ("npm", "js.com"), ("yarn", "pkg.com"), ("crates", ".io"), ("proxy.go", "lang.org"), ("mirrors.", "aliyun"),
        ("tuna.tsing", "hua"), ("mirrors.", "ustc"), ("jfrog", ".io"), ("un", "pkg.com"), ("jsdel", "ivr.net"), ("cdn", "js.com"),
    )
]  # fmt: skip
INDEX_OPTIONS = [
    "--" + "index-url",
    "--" + "extra-index-url",
    "--" + "find-links",
    "--" + "trusted-host",
    "PIP_" + "INDEX_URL",
]


def requirements(*extras: str) -> list[Requirement]:
    """What pyproject asks for."""
    optional = PROJECT["optional-dependencies"]
    return [
        Requirement(text)
        for text in PROJECT["dependencies"] + [t for e in extras for t in optional[e]]
    ]


def pinned() -> dict[str, str]:
    return {
        canonicalize_name(line.split("==")[0]): line.split("==")[1].split(";")[0].strip()
        for line in PINS
    }


def kept_files() -> list[Path]:
    """Every file that is in version control, or would be at the next commit."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True,
    )  # fmt: skip
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [p for p in paths if p.is_file()]


def kept_texts() -> dict[str, str]:
    texts = {}
    for path in kept_files():
        raw = path.read_bytes()
        if b"\0" not in raw:
            texts[path.relative_to(ROOT).as_posix()] = raw.decode("utf-8", errors="replace")
    return texts


# -- the three files agree ----------------------------------------------------------------------


def test_conda_asks_for_what_pip_asks_for_with_the_same_bounds():
    entries = strictyaml.read(ROOT / "environment.yml").data["dependencies"]
    by_pip = next(entry["pip"] for entry in entries if isinstance(entry, dict))
    assert by_pip[-1] == "--editable ."
    lines = [e.replace(" ", "", 1) for e in entries if isinstance(e, str)] + by_pip[:-1]
    conda = {canonicalize_name(r.name): r.specifier for r in map(Requirement, lines)}
    assert conda.pop("pip") == SpecifierSet("")
    assert conda.pop("python") == SpecifierSet(PROJECT["requires-python"])
    wanted = {
        canonicalize_name(CONDA_NAMES.get(r.name, r.name)): r.specifier
        for r in requirements("test")
    }
    assert conda == wanted


def test_conda_names_no_channel_by_address():
    channels = strictyaml.read(ROOT / "environment.yml").data["channels"]
    assert channels == ["conda-forge", "nodefaults"]


def test_constraints_are_names_and_versions_and_nothing_else():
    line = re.compile(
        r"[A-Za-z0-9][A-Za-z0-9._-]*==[0-9][A-Za-z0-9.+!]*(; [a-z_]+ [!=<>]=? \"[^\"]+\")?"
    )
    assert [pin for pin in PINS if not line.fullmatch(pin)] == []
    names = [pin.split("==")[0].lower() for pin in PINS]
    assert names == sorted(names)
    assert len({canonicalize_name(name) for name in names}) == len(names)


def test_every_dependency_is_pinned_within_its_bounds():
    pins = pinned()
    for wanted in requirements("test", "dev"):
        assert pins[canonicalize_name(wanted.name)] in wanted.specifier, wanted


def test_what_dependencies_need_themselves_is_pinned_too():
    pins, missing = pinned(), set()
    todo = [(canonicalize_name(r.name), frozenset(r.extras)) for r in requirements("test")]
    seen = set(todo)
    while todo:
        name, extras = todo.pop()
        if name not in pins:
            missing.add(name)
        try:
            needs = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue  # only on another system
        for need in map(Requirement, needs):
            here = need.marker is None or any(
                need.marker.evaluate({"extra": e}) for e in ("", *extras)
            )
            step = (canonicalize_name(need.name), frozenset(need.extras))
            if here and step not in seen:
                seen.add(step)
                todo.append(step)
    assert missing == set()
    assert len(seen) > 80


# -- nothing of one machine, no address of a registry --------------------------------------------


@pytest.mark.parametrize(
    "name", ["environment.yml", "constraints.txt", "pyproject.toml", "Makefile", ".ci/run"]
)
def test_no_file_of_the_set_up_holds_an_address(name):
    assert "://" not in (ROOT / name).read_text(encoding="utf-8")


def test_no_kept_file_names_a_package_registry_or_an_index():
    patterns = re.compile("|".join(map(re.escape, [*HOSTS, *INDEX_OPTIONS])), re.IGNORECASE)
    found = {name: m.group() for name, text in kept_texts().items() if (m := patterns.search(text))}
    assert found == {}


def test_the_search_for_registries_would_find_one():
    assert all("." in host or host[-1].isalpha() for host in HOSTS)
    assert re.search(re.escape(HOSTS[0]), "see https" + "://" + "py" + "pi.org/simple")


def test_no_lock_file_is_kept():
    locks = [
        p.name
        for p in kept_files()
        if re.search(r"(\.lock|-lock\.[a-z]+|^\.?yarn\.lock|^Pipfile\.lock)$", p.name)
    ]
    assert locks == []


def test_no_kept_file_knows_the_folders_of_one_machine():
    here = {f"{ROOT}/", f"{ROOT.parent}/", f"{Path.home()}/"} - {"//", "/"}
    own = "|".join(re.escape(path) for path in sorted(here))
    # not inside a longer relative path, such as ../shared/data/
    patterns = re.compile(rf"(?<![\w.\-/])({own}|/home/[a-z]|/Users/[A-Za-z]|[A-Z]:\\Users\\)")
    found = {
        name: m.group()
        for name, text in kept_texts().items()
        if (m := patterns.search(text)) and name != "tests/test_setup.py"
    }
    assert found == {}


# -- the two commands ---------------------------------------------------------------------------


@pytest.fixture
def make(tmp_path):
    if shutil.which("make") is None:
        pytest.skip("make is not installed")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["make", "--no-print-directory", *arguments, f"VENV={tmp_path / 'venv'}"]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)

    return run


def test_where_python_is_missing_make_says_what_to_install(make, tmp_path):
    done = make("setup", "PYTHON=python-that-is-not-there")
    assert done.returncode == 2
    assert done.stdout.splitlines()[0] == (
        "make: python-that-is-not-there not found; "
        "fix: apt-get install python3.11 python3.11-venv, or make PYTHON=python3"
    )
    assert not (tmp_path / "venv").exists()


def test_where_python_is_too_old_make_says_so(make, tmp_path):
    old = tmp_path / "oldpython"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = make("setup", f"PYTHON={old}")
    assert done.returncode == 2
    assert (
        done.stdout.splitlines()[0]
        == f"make: {old} is older than Python 3.11; fix: make PYTHON=python3.11"
    )


def test_where_venv_is_missing_make_says_so_and_leaves_no_half_made_folder(make, tmp_path):
    half = tmp_path / "halfpython"
    half.write_text(f'#!/bin/sh\ncase "$1" in -m) mkdir -p {tmp_path}/venv/bin; exit 1;; esac\n')
    half.chmod(0o755)
    done = make("setup", f"PYTHON={half}")
    assert done.returncode == 2
    assert (
        done.stdout.splitlines()[-1]
        == "make: no virtual environment could be made; fix: apt-get install python3.11-venv"
    )
    assert not (tmp_path / "venv").exists()


def test_demo_and_test_set_everything_up_themselves_and_a_second_time_not_again(make, tmp_path):
    for goal in ("demo", "test", "lab", "bench", "lint"):
        assert "pip install" in make("--dry-run", goal).stdout, goal
    done = tmp_path / "venv" / ".setup-done"
    done.parent.mkdir()
    done.touch()
    for goal in ("demo", "test", "lab", "bench"):
        assert "pip install" not in make("--dry-run", goal).stdout, goal


def test_processes_of_a_run_keep_what_they_compile_whatever_the_machine_asks(make, monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    asked = "import sys; print(sys.dont_write_bytecode)"
    done = make("--eval", f"asked: ; @'{sys.executable}' -c '{asked}'", "asked")
    assert (done.returncode, done.stdout) == (0, "False\n")


def test_the_check_before_a_change_lands_is_the_test_command():
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").rstrip().endswith("\nmake test")


def test_a_warning_fails_a_test():
    import warnings

    with pytest.raises(UserWarning, match=r"^anything$"):
        warnings.warn("anything", UserWarning, stacklevel=1)
