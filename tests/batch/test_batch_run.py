"""One run with everything going wrong at once: statuses stay true and the rest finishes."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

import pytest
from batchroom import batch_file, links, manifest, outside_references

from salesanalysis.batch import keys, plan, render
from salesanalysis.batch.lock import OutputLocked, locked

BATTERY = ["notebooks/battery.ipynb"]
TINY = ["notebooks/tiny.ipynb"]


@contextmanager
def project(room: Path):
    """Work in a fresh project folder with the tiny notebooks."""
    shutil.copytree(Path(__file__).parent / "notebooks", room / "notebooks")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "hash_of_library", lambda: "library")
        patch.chdir(room)
        yield room


@pytest.fixture(scope="module")
def bad_day(tmp_path_factory):
    """A run over regions of which each fails in its own way."""
    with project(tmp_path_factory.mktemp("bad_day")) as room:
        modes = ("fail", "die", "kill_lane", "stop", "leave", "noisy")
        regions = {
            "North": {},
            "华东/KA": {},
            "CON": {},
            "a/b": {},
            **{m: {"mode": m} for m in modes},
        }
        file = batch_file(room / "day.yaml", regions)
        report = render(plan(BATTERY, [file]), jobs=2, retries=0, timeout=120)
        yield room / "outputs" / "day", report


def row(report, region):
    return next(r for r in report.rows if r["region"] == region)


def test_one_regions_failure_does_not_stop_the_others_and_the_exit_code_tells(bad_day) -> None:
    _, report = bad_day
    assert report.exit_code == 1
    assert report.counts == {"ok": 7, "failed": 1, "crashed": 2}


def test_a_division_by_zero_is_reported_with_section_cell_and_message(bad_day) -> None:
    folder, _ = bad_day
    end = next(x for x in manifest(folder, "end") if x["region"] == "fail")
    assert end["error"] == {
        "section": "1. Work",
        "cell": 6,
        "exception": "ZeroDivisionError",
        "message": "division by zero",
    }
    node = json.loads((folder / "battery/fail.en.failed.ipynb").read_text(encoding="utf-8"))
    status = [c["metadata"]["papermill"]["status"] for c in node["cells"]]
    assert status == ["completed"] * 5 + ["failed", "pending", "pending"]
    page = (folder / "battery/fail.en.failed.html").read_text(encoding="utf-8")
    assert "This page is not complete: failed in section “1. Work”, cell 6." in page
    assert "Traceback" in (folder / "battery/fail.en.failed.log").read_text(encoding="utf-8")


def test_a_dead_kernel_and_a_killed_lane_are_called_crashed(bad_day) -> None:
    folder, report = bad_day
    assert row(report, "die")["status"] == "crashed"
    assert row(report, "die")["reason"] == "DeadKernelError: Kernel died"
    assert row(report, "kill_lane")["reason"] == (
        "the process was ended by SIGKILL (out of memory?), in cell 6 of 8"
    )
    for name in ("die", "kill_lane"):
        node = json.loads((folder / f"battery/{name}.en.failed.ipynb").read_text(encoding="utf-8"))
        status = [c["metadata"]["papermill"]["status"] for c in node["cells"]]
        assert status == ["completed"] * 5 + ["failed", "pending", "pending"], name


def test_a_wanted_early_end_is_good_and_says_why(bad_day) -> None:
    folder, report = bad_day
    assert row(report, "stop")["status"] == row(report, "leave")["status"] == "ok"
    page = (folder / "battery/stop.en.html").read_text(encoding="utf-8")
    assert "This page ends early: no sales this quarter" in page
    ends = {x["region"]: x for x in manifest(folder, "end")}
    assert ends["stop"]["early_exit"] == "no sales this quarter"
    assert ends["leave"]["early_exit"] == "sys.exit(0)"


def test_what_a_kernel_says_on_stderr_is_hidden_from_readers_but_counted(bad_day) -> None:
    folder, _ = bad_day
    ends = {x["region"]: x for x in manifest(folder, "end")}
    assert (ends["noisy"]["warnings"], ends["North"]["warnings"]) == (1, 0)
    assert "careful" not in (folder / "battery/noisy.en.html").read_text(encoding="utf-8")
    assert "stderr: careful" in (folder / "battery/noisy.en.log").read_text(encoding="utf-8")


def test_names_with_slashes_and_chinese_arrive_unescaped_under_safe_file_names(bad_day) -> None:
    folder, _ = bad_day
    stems = {p.name.removesuffix(".en.html") for p in (folder / "battery").glob("*.en.html")}
    assert {"North", "华东_KA-f5300ed1", "CON-a3dbc4b6", "a_b-c14cddc0"} <= stems
    text = (folder / "battery/华东_KA-f5300ed1.en.ipynb").read_text(encoding="utf-8")
    assert 'region = \\"华东/KA\\"' in text
    assert "region 华东/KA" in text


def test_the_notebook_names_the_final_folder_not_the_staging_one(bad_day) -> None:
    folder, _ = bad_day
    text = (folder / "battery/North.en.ipynb").read_text(encoding="utf-8")
    assert "outputs/day/battery/North.en" in text
    assert ".work" not in text
    assert (folder / "battery/North.en/note.csv").read_text(encoding="utf-8") == "region\nNorth\n"


def test_a_run_that_failed_publishes_no_files_and_no_page_of_the_good_name(bad_day) -> None:
    folder, _ = bad_day
    assert not (folder / "battery/fail.en").exists()
    assert not (folder / "battery/fail.en.html").exists()
    assert not (folder / ".work").exists()


def test_the_index_lists_what_is_not_good_first(bad_day) -> None:
    folder, _ = bad_day
    html = (folder / "index.html").read_text(encoding="utf-8")
    assert html.index("Needs attention") < html.index("<h2>Battery</h2>")
    assert "3 pages not good" in html
    assert "ZeroDivisionError: division by zero" in html
    rows = (folder / "index.csv").read_text(encoding="utf-8").splitlines()
    assert [r.split(",")[3] for r in rows[1:4]] == ["failed", "crashed", "crashed"]


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """A project rendered once in both languages; tests look at it and plan again."""
    with project(tmp_path_factory.mktemp("rendered")) as room:
        for name in ("North", "South"):
            Path(f"{name}.csv").write_text("1\n", encoding="utf-8")
        file = batch_file(room / "q.yaml", {"North": {}, "South": {}}, inputs=["{region}.csv"])
        report = render(plan(TINY, [file], regions=["North"], langs=["en", "zh"]), jobs=2)
        yield room, file, report


def test_a_second_run_skips_what_is_unchanged_and_force_runs_it(rendered) -> None:
    room, file, report = rendered
    assert report.counts == {"ok": 2}
    known = plan(TINY, [file], langs=["en", "zh"])
    assert known.reasons == {
        "tiny/North.en": "",
        "tiny/North.zh": "",
        "tiny/South.en": "new",
        "tiny/South.zh": "new",
    }
    again = render(plan(TINY, [file], regions=["North"], langs=["en", "zh"]))
    assert again.counts == {"skipped": 2}
    assert again.exit_code == 0
    assert manifest(room / "outputs/q", "skipped")[-1]["tasks"] == [
        "tiny/North.en",
        "tiny/North.zh",
    ]
    assert set(plan(TINY, [file], regions=["North"], force=True).reasons.values()) == {"forced"}


def test_the_manifest_tells_of_which_day_every_page_is(rendered) -> None:
    room, _, _ = rendered
    ends = manifest(room / "outputs/q", "end")
    assert {(e["as_of"], e["data_key"]) for e in ends} == {("2024-03-31", "")}


def test_the_reason_for_a_new_run_is_exact(rendered) -> None:
    room, file, _ = rendered

    def why(**change):
        return plan(TINY, [file], regions=["North"], **change).reasons["tiny/North.en"]

    good = file.read_text(encoding="utf-8")
    file.write_text(good.replace('"North": {}', '"North": {"horizon": 6}'), encoding="utf-8")
    assert why() == "params: horizon 12 -> 6"
    file.write_text(good, encoding="utf-8")
    Path("North.csv").write_text("2\n", encoding="utf-8")
    assert why() == "input: North.csv"
    Path("North.csv").write_text("1\n", encoding="utf-8")
    code = Path(TINY[0]).read_text(encoding="utf-8")
    Path(TINY[0]).write_text(code.replace("{horizon}", "{horizon}!"), encoding="utf-8")
    assert why() == "code: cell 2"
    Path(TINY[0]).write_text(code, encoding="utf-8")
    page = room / "outputs/q/tiny/North.en.html"
    kept = page.with_suffix(".kept")
    page.rename(kept)
    assert why() == "output missing: tiny/North.en.html"
    page.write_text("edited", encoding="utf-8")
    assert why() == "output changed: tiny/North.en.html"
    kept.replace(page)
    assert why() == ""


def test_chinese_pages_swap_the_prose_and_the_words(rendered) -> None:
    room, _, _ = rendered
    page = (room / "outputs/q/tiny/North.zh.html").read_text(encoding="utf-8")
    assert '<html lang="zh-CN">' in page
    for text in (
        "<h1>小报告</h1>",
        "一、数据",
        "数据截至2024年3月31日",
        "目标",
        "94.0%",
        "@font-face",
    ):
        assert text in page
    index = (room / "outputs/q/index.zh.html").read_text(encoding="utf-8")
    assert "小报告" in index
    assert "52,000,000" in index


def test_pages_and_indices_fetch_nothing_and_run_no_script_but_the_sorting(rendered) -> None:
    room, _, _ = rendered
    pages = sorted((room / "outputs/q").rglob("*.html"))
    assert len(pages) == 5
    for path in pages:
        assert outside_references(path.read_text(encoding="utf-8")) == [], path
        assert ("<script" in path.read_text(encoding="utf-8")) == path.name.startswith("index.")


def test_every_relative_link_leads_to_a_file(rendered) -> None:
    room, _, _ = rendered
    for path in sorted((room / "outputs/q").rglob("*.html")):
        for link in links(path.read_text(encoding="utf-8")):
            assert (path.parent / unquote(link)).is_file(), (path, link)


def test_new_prose_rebuilds_the_page_without_running_a_kernel(rendered) -> None:
    room, file, _ = rendered
    code = Path(TINY[0]).read_text(encoding="utf-8")
    Path(TINY[0]).write_text(code.replace("How much?", "How much is it?"), encoding="utf-8")
    changed = plan(TINY, [file], regions=["North"])
    assert changed.reasons == {"tiny/North.en": "page: text or template"}
    ran = json.loads((room / "outputs/q/tiny/North.en.ipynb").read_text(encoding="utf-8"))
    assert render(changed).counts == {"ok": 1}
    node = json.loads((room / "outputs/q/tiny/North.en.ipynb").read_text(encoding="utf-8"))
    assert [c.get("outputs") for c in node["cells"]] == [c.get("outputs") for c in ran["cells"]]
    page = (room / "outputs/q/tiny/North.en.html").read_text(encoding="utf-8")
    assert "How much is it?" in page
    assert "tables.csv" in page
    assert set(plan(TINY, [file], regions=["North"]).reasons.values()) == {""}


def test_a_failure_keeps_the_last_good_page_and_a_good_run_removes_its_traces(
    bad_day, tmp_path, monkeypatch
) -> None:
    shutil.copytree(bad_day[0].parents[1], tmp_path / "room")
    monkeypatch.chdir(tmp_path / "room")
    monkeypatch.setattr(keys, "hash_of_library", lambda: "library")
    page = Path("outputs/day/battery/North.en.html").read_bytes()
    file = batch_file(Path("day.yaml"), {"North": {"mode": "fail"}, "fail": {}, "CON": {}})
    tomorrow = plan(BATTERY, [file])
    assert tomorrow.reasons == {
        "battery/North.en": "params: mode ok -> fail",
        "battery/fail.en": "last run failed",
        "battery/CON-a3dbc4b6.en": "",
    }
    assert render(tomorrow, jobs=2).counts == {"failed": 1, "ok": 1, "skipped": 1}
    assert Path("outputs/day/battery/North.en.html").read_bytes() == page
    assert "old, of" in Path("outputs/day/index.html").read_text(encoding="utf-8")
    failed = [p.name for p in Path("outputs/day/battery").glob("*.failed.html")]
    assert "North.en.failed.html" in failed
    assert "fail.en.failed.html" not in failed


def test_a_notebook_that_never_ends_is_stopped_at_its_deadline_with_its_kernel(room) -> None:
    file = batch_file(room / "q.yaml", {"North": {"mode": "sleep"}})
    began = time.monotonic()
    report = render(plan(BATTERY, [file]), timeout=5, retries=0)
    assert report.counts == {"timeout": 1}
    # a busy machine may spend the five seconds on starting the kernel
    assert report.rows[0]["reason"].split(",")[0] == "not finished after 5 s"
    assert time.monotonic() - began < 40
    assert not kernels_below(room)


def kernels_below(room: Path) -> list[str]:
    """Processes that still run in the folder of a test."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().decode(errors="replace")
            if (folder / "cwd").resolve() == room and int(folder.name) != os.getpid():
                found.append(words)
        except OSError:
            continue
    return found


def test_ctrl_c_leaves_a_true_manifest_no_half_file_and_no_process(room) -> None:
    file = batch_file(room / "q.yaml", {"A": {"mode": "sleep"}, "B": {"mode": "sleep"}})
    command = [
        sys.executable,
        "-m",
        "salesanalysis",
        "render",
        *BATTERY,
        "--params",
        str(file),
        "--jobs",
        "1",
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        for _ in range(300):
            time.sleep(0.1)
            if (room / "outputs/q/manifest.jsonl").is_file() and manifest(
                room / "outputs/q", "start"
            ):
                break
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=40)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    ends = manifest(room / "outputs/q", "end")
    assert [e["status"] for e in ends] == ["interrupted"]
    assert manifest(room / "outputs/q", "run_end")[0]["not_run"] == ["battery/B.en"]
    assert "not run" in (room / "outputs/q/index.html").read_text(encoding="utf-8")
    assert sorted(p.name for p in (room / "outputs/q").iterdir()) == [
        ".lock",
        "index.csv",
        "index.en.html",
        "index.html",
        "manifest.jsonl",
    ]
    assert not kernels_below(room)


def test_a_second_runner_is_turned_away_and_told_who_is_in(room) -> None:
    file = batch_file(room / "q.yaml", {"North": {}})
    with locked(room / "outputs/q"), pytest.raises(OutputLocked) as caught:
        render(plan(TINY, [file]))
    assert str(caught.value) == (
        f"outputs/q is in use by process {os.getpid()} on {socket.gethostname()}.\n"
        "  where: outputs/q/.lock\n"
        "  fix:   wait until it has finished, or write to another folder with --out"
    )
