"""A folder to work in: what it holds, that its files win, and that work is never written over."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from clitools import run

from salesanalysis import project
from salesanalysis.batch.starting import start
from salesanalysis.errors import ParamError

ROOT = Path(__file__).resolve().parents[2]


def _tracked(*folders: str) -> set[str]:
    tracked = subprocess.run(
        ["git", "ls-files", *folders],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if tracked.returncode:
        pytest.skip("not a clone: nobody can tell which files belong to the project")
    return set(tracked.stdout.split())


def _shipped() -> set[str]:
    return _tracked("notebooks", "params")


def test_a_new_folder_holds_every_notebook_and_every_params_file(tmp_path) -> None:
    made = start(tmp_path / "my_sales")
    names = {path.relative_to(tmp_path / "my_sales").as_posix() for path in made}
    assert names >= _shipped()
    for name in _shipped():
        assert (tmp_path / "my_sales" / name).read_bytes() == (ROOT / name).read_bytes()


def test_the_command_says_what_to_type_next(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, _ = run(capsys, "start", "my_sales")
    assert (code, out.splitlines()[1]) == (0, "next: cd my_sales")
    assert out.startswith("my_sales: 6 notebooks, ")


def test_work_in_a_folder_is_never_written_over(tmp_path) -> None:
    (tmp_path / "params").mkdir()
    with pytest.raises(ParamError) as caught:
        start(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path} has a folder params already; work in it is not written over.\n"
        "  where: salesanalysis start\n"
        "  fix:   name a new folder"
    )
    assert not (tmp_path / "notebooks").exists()


def test_a_plan_of_ones_own_wins_over_the_shipped_one_also_from_a_folder_below(
    tmp_path, monkeypatch
) -> None:
    start(tmp_path / "mine")
    (tmp_path / "mine" / "params" / "plans" / "team.yaml").unlink()
    below = tmp_path / "mine" / "outputs" / "lab"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    own = tmp_path / "mine" / "params" / "plans" / "standard.yaml"
    assert project.params("plans", "standard.yaml") == own.resolve()
    assert project.params("plans", "team.yaml") == project.shipped() / "params/plans/team.yaml"
    assert own.resolve() in project.all_params("plans", "*.yaml")


def test_outside_any_project_the_shipped_files_are_read(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert project.homes() == [project.shipped()]


def test_rendering_where_no_notebooks_are_says_how_to_get_them(
    tmp_path, monkeypatch, capsys
) -> None:
    monkeypatch.chdir(tmp_path)
    for command in (
        ["render", "--data", "demo"],
        ["render", "--data", "demo", "--notebooks", "01_data_quality"],
        ["lab", "--no-start"],
    ):
        code, _, err = run(capsys, *command)
        assert (code, err) == (
            2,
            f"error[no-input]: there are no notebooks in {tmp_path / 'notebooks'}.\n"
            "  where: notebooks\n"
            "  fix:   work in a folder that `salesanalysis start FOLDER` made, or name a .ipynb"
            " file\n",
        )


@pytest.mark.slow
def test_the_wheel_carries_the_folder_and_finds_it(tmp_path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(tmp_path), str(ROOT)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    wheel = next(tmp_path.glob("*.whl"))
    with zipfile.ZipFile(wheel) as packed:
        names = set(packed.namelist())
        packed.extractall(tmp_path / "site")
    assert {f"salesanalysis/carried/{name}" for name in _shipped()} <= names
    assert _tracked("salesanalysis") - names == set()
    code = "from salesanalysis import project; print(project.shipped())"
    found = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path / "site",
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(found.stdout.strip()) == tmp_path / "site" / "salesanalysis" / "carried"
