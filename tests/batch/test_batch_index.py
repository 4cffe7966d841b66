"""The index of a run folder never mixes days unseen, and its table holds plain numbers."""

import csv

import pytest

from salesanalysis.batch import index
from salesanalysis.batch.manifest import Manifest


def end(region: str, as_of: str, **more) -> dict:
    task = f"tiny/{region}.en"
    blank = {"task": task, "notebook": "tiny", "region": region, "lang": "en", "title": "Tiny"}
    parts = {"params": {}}
    return {**blank, "status": "ok", "ended": "2026-01-05", "parts": parts, "as_of": as_of, **more}


def written(folder, *runs) -> tuple[str, list[dict]]:
    """Write a manifest of runs (day, ends), a page for every end, and return index and table."""
    book = Manifest(folder)
    for day, ends in runs:
        book.write("run_start", about={"as_of": day} if day else {})
        for line in ends:
            book.write("end", **line)
            (folder / line["notebook"]).mkdir(exist_ok=True)
            (folder / f"{line['task']}.html").write_text("page", encoding="utf-8")
    book.close()
    index.write(folder)
    rows = csv.DictReader((folder / "index.csv").read_text(encoding="utf-8").splitlines())
    return (folder / "index.html").read_text(encoding="utf-8"), list(rows)


def row(html: str, region: str) -> str:
    return next(x for x in html.splitlines() if x.startswith(f"<tr><td>{region}</td>"))


MARCH, JUNE = "2024-03-31", "2024-06-30"


def test_a_page_of_another_day_than_the_newest_run_is_old_and_still_linked(tmp_path) -> None:
    html, rows = written(tmp_path, (MARCH, [end("East", MARCH)]), (JUNE, [end("South", JUNE)]))
    assert "Data as of 30 Jun 2024" in html
    assert "◆ old, of 31 Mar 2024" in row(html, "East")
    assert '<a href="tiny/East.en.html">' in row(html, "East")
    assert "✓ good" in row(html, "South")
    assert "✓ 1 page good" in html
    assert "◆ 1 page of another day" in html
    assert html.index("<tr><td>East</td>") < html.index("<tr><td>South</td>")
    assert [(r["region"], r["as_of"]) for r in rows] == [("East", MARCH), ("South", JUNE)]


def test_the_chinese_index_says_it_too_and_looks_into_the_parameters_of_older_manifests(
    tmp_path,
) -> None:
    east = end("East", "", lang="zh", task="tiny/East.zh", parts={"params": {"as_of": MARCH}})
    del east["as_of"]
    written(tmp_path, (MARCH, [east]), (JUNE, []))
    html = (tmp_path / "index.zh.html").read_text(encoding="utf-8")
    assert "◆ 旧页，2024年3月31日" in row(html, "East")
    assert "◆ 1页为其他日期" in html


def test_where_only_one_language_is_old_its_link_says_so(tmp_path) -> None:
    zh = end("East", MARCH, lang="zh", task="tiny/East.zh")
    html, _ = written(tmp_path, (MARCH, [zh]), (JUNE, [end("East", JUNE)]))
    assert "◆ old, of 31 Mar 2024" in row(html, "East")
    assert 'Chinese</a><span class="old">old, of 31 Mar 2024</span>' in row(html, "East")
    assert 'English</a><span class="old">' not in row(html, "East")
    html, _ = written(tmp_path / "all", (MARCH, [zh, end("East", MARCH)]), (JUNE, []))
    assert row(html, "East").count("old, of 31 Mar 2024") == 1


def test_a_run_over_several_days_has_none_above_and_its_own_in_every_row(tmp_path) -> None:
    html, _ = written(tmp_path, (JUNE, []), ("", [end("East", MARCH), end("South", JUNE)]))
    heading = html[: html.index("<tr><td>East")]
    assert "Data as of" not in heading
    assert "Data as of 31 Mar 2024" in row(html, "East")
    assert "Data as of 30 Jun 2024" in row(html, "South")
    assert "old, of" not in html


def test_a_failure_says_of_which_day_the_page_behind_it_is(tmp_path) -> None:
    failed = end("East", JUNE, status="failed", reason="no")
    html, _ = written(tmp_path, (MARCH, [end("East", MARCH)]), (JUNE, [failed]))
    assert "▲ failed" in row(html, "East")
    assert "old, of 31 Mar 2024" in row(html, "East")


@pytest.mark.parametrize(
    ("name", "value", "text", "plain"),
    [
        ("target", 9661908.360000001, "9,661,908", "9661908.36"),
        ("target", 52_000_000.0, "52,000,000", "52000000"),
        ("gap", -1234.5, "-1,234.50", "-1234.5"),
        ("gap", -0.001, "-0.00", "0"),
        ("target", 1e16, "1e16", "10000000000000000"),
        ("completion", 0.9412345678, "94.1%", "0.941235"),
        ("n_people", 12, "12", "12"),
        ("band", "=A1", "=A1", "'=A1"),
        ("target", None, "–", ""),
    ],
)
def test_figures_in_the_table_are_plain_numbers(tmp_path, name, value, text, plain) -> None:
    figure = {"name": name, "label": name, "value": value, "text": text}
    _, rows = written(tmp_path, (MARCH, [end("East", MARCH, figures=[figure])]))
    assert rows[0][f"figure.{name}"] == plain


def test_the_heads_of_figures_are_in_the_language_of_the_index_with_their_currency(
    tmp_path,
) -> None:
    figure = {"name": "gap", "label": "Gap, CNY", "value": -1.0, "text": "-1", "unit": "CNY"}
    east = end("East", MARCH, lang="zh", task="tiny/East.zh", figures=[figure])
    written(tmp_path, (MARCH, [east]), (MARCH, [end("East", MARCH, figures=[figure])]))
    chinese = (tmp_path / "index.zh.html").read_text(encoding="utf-8")
    assert '<th class="n">差额（元）</th>' in chinese
    assert '<th class="n">Gap, CNY</th>' in (tmp_path / "index.en.html").read_text("utf-8")
