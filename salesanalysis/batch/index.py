"""The index of a run folder: every page, what is not good first, from the manifest alone."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from salesanalysis.atomic import write_atomic
from salesanalysis.batch import indextable as table
from salesanalysis.batch.indextable import day_of
from salesanalysis.batch.inside import figure_label
from salesanalysis.batch.manifest import History, read_history
from salesanalysis.errors import ParamError
from salesanalysis.labels import LANGUAGES, count, day, label
from salesanalysis.report.fontsubset import FAMILY, font_css
from salesanalysis.report.page import style, template
from salesanalysis.spreadsheet import safe_text

#: Worst first, each with a sign beside its word: colour never says it alone.
ICONS = {
    "failed": "▲",
    "crashed": "▲",
    "timeout": "▲",
    "interrupted": "◆",
    "not_run": "◆",
    "old": "◆",
    "ok": "✓",
}
_RANK = {status: rank for rank, status in enumerate(ICONS)}


def write(folder: Path) -> list[Path]:
    """Write ``index.html``, one index a language, and ``index.csv`` for a run folder.

    Raises
    ------
    ParamError
        Where nothing was ever rendered into the folder.

    Notes
    -----
    ``index.html`` is in the first language that was rendered; every page links to the index in
    its own language. All open from a file manager: links are relative, nothing is fetched.
    """
    history = read_history(folder)
    ends = _ends(history)
    if not history.lines:
        raise ParamError(
            f"{folder} holds no manifest: nothing was rendered there.",
            where=str(folder / "manifest.jsonl"),
            fix="name a run folder, such as outputs/demo",
            code="no-input",
        )
    about = _about(history)
    langs = [x for x in LANGUAGES if x in {e["lang"] for e in ends}] or ["en"]
    written = []
    for lang in langs:
        html = index_page(folder, ends, history, about, lang=lang, langs=langs)
        names = [f"index.{lang}.html", *(["index.html"] if lang == langs[0] else [])]
        for name in names:
            write_atomic(folder / name, html)
            written.append(folder / name)
    write_atomic(folder / "index.csv", table.text(ends, history))
    return [*written, folder / "index.csv"]


def _ends(history: History) -> list[dict[str, Any]]:
    """Return the last state of every task, worst first."""
    found = history.last()
    runs = [x for x in history.lines if x.get("kind") == "run_end"]
    for task in runs[-1].get("not_run", []) if runs else []:
        name, _, rest = task.partition("/")
        slug, _, lang = rest.rpartition(".")
        blank = {"task": task, "notebook": name, "region": slug, "lang": lang, "status": "not_run"}
        found.setdefault(task, {**blank, "reason": ""})
    for task, end in found.items():
        if "notebook" not in end:  # started, never ended: only its id is known
            name, _, rest = task.partition("/")
            slug, _, lang = rest.rpartition(".")
            end.update(notebook=name, region=slug, lang=lang)
    return sorted(found.values(), key=lambda e: (_RANK[e["status"]], e["task"]))


def _about(history: History) -> dict[str, Any]:
    """Return names from every run, the newest first; the day only from the newest."""
    runs = [x.get("about") or {} for x in history.lines if x.get("kind") == "run_start"]
    about = {key: value for run in runs for key, value in run.items()}
    return {**about, "as_of": runs[-1].get("as_of", "") if runs else ""}


def _stale(end: Mapping[str, Any], about: Mapping[str, Any]) -> bool:
    """Tell whether a page shows another day than the newest run."""
    return bool(about.get("as_of") and day_of(end) and day_of(end) != about["as_of"])


def index_page(
    folder: Path,
    ends: Sequence[Mapping[str, Any]],
    history: History,
    about: Mapping[str, Any],
    *,
    lang: str,
    langs: Sequence[str],
) -> str:
    """Return the index in one language."""
    good = history.last_good()
    books = sorted({e["notebook"] for e in ends})
    sections = [_section(folder, ends, good, about=about, book=book, lang=lang) for book in books]
    bad = [
        {**_trouble(folder, e, about, lang), "notebook": _title(ends, e["notebook"], lang)}
        for e in ends
        if e["status"] != "ok"
    ]
    n_old = sum(e["status"] == "ok" and _stale(e, about) for e in ends)
    n_good = sum(e["status"] == "ok" for e in ends) - n_old
    title = about.get("title", {}).get(lang) or folder.name
    as_of = day(about["as_of"], lang) if about.get("as_of") else ""
    made = max((e.get("ended", "") for e in ends), default="")[:10]
    html: str = template("index.html").render(
        css=style(),
        family=FAMILY,
        lang=lang,
        title=label("index.title", lang, name=title),
        as_of=label("page.as_of", lang, date=as_of) if as_of else "",
        made=label("index.made", lang, date=day(made, lang)) if made else "",
        good=label("index.counts_good", lang, n=count(n_good)),
        old=label("index.counts_old", lang, n=count(n_old)) if n_old else "",
        bad=label("index.counts_bad", lang, n=count(len(bad))) if bad else "",
        others=[(x, label(f"language.here.{x}", x), f"index.{x}.html") for x in langs if x != lang],
        troubles=bad,
        sections=sections,
        word=lambda key: label(key, lang),
    )
    return html.replace("/*font*/", font_css(html, whole=lang == "zh"), 1)


def _region(about: Mapping[str, Any], region: str, lang: str) -> str:
    return str(about.get("regions", {}).get(region, {}).get(lang, region))


def _section(
    folder: Path,
    ends: Sequence[Mapping[str, Any]],
    good: Mapping[str, Mapping[str, Any]],
    *,
    about: Mapping[str, Any],
    book: str,
    lang: str,
) -> dict[str, Any]:
    """Return one report: its title and one row a region."""
    mine = [e for e in ends if e["notebook"] == book]
    order = list(about.get("regions", {}))
    regions = sorted(
        {e["region"] for e in mine},
        key=lambda r: (order.index(r) if r in order else len(order), r),
    )
    rows = [
        _line(folder, [e for e in mine if e["region"] == r], good, about, lang) for r in regions
    ]
    rows.sort(key=lambda row: row["rank"])  # stable: regions stay in order
    # words of this index, whatever language the figures were recorded in
    names = {
        f["name"]: figure_label(f["name"], f.get("unit", ""), lang)
        for row in rows
        for f in row["figures"].values()
    }
    return {"title": _title(ends, book, lang), "figures": names, "rows": rows}


def _title(ends: Sequence[Mapping[str, Any]], book: str, lang: str) -> str:
    """Return the title of a notebook in a language; its file name where none is known."""
    mine = [e for e in ends if e["notebook"] == book and e.get("title")]
    titles = [e["title"] for e in mine if e["lang"] == lang] + [e["title"] for e in mine]
    return str(next(iter(titles), book))


def _line(
    folder: Path,
    entries: Sequence[Mapping[str, Any]],
    good: Mapping[str, Mapping[str, Any]],
    about: Mapping[str, Any],
    lang: str,
) -> dict[str, Any]:
    """Return one row: region, worst status, figures, picture and the pages in each language."""
    worst = min(entries, key=lambda e: _RANK[e["status"]])
    goods = [good[e["task"]] for e in entries if e["task"] in good]
    mine = next((g for g in goods if g["lang"] == lang), goods[0] if goods else {})
    thumb = f"thumbs/{worst['notebook']}.{Path(mine['task']).name}.png" if mine else ""
    old = next((g for g in goods if _stale(g, about)), None)
    all_old = worst["status"] == "ok" and len({day_of(g) for g in goods}) == 1
    status = "old" if worst["status"] == "ok" and old else worst["status"]
    return {
        "rank": _RANK[status],
        "status": status,
        "icon": ICONS[status],
        "word": _old(old, lang) if status == "old" and old else label(f"task.{status}", lang),
        # as in every table somebody may copy into a sheet
        "region": safe_text(_region(about, worst["region"], lang)),
        "figures": {f["name"]: f for f in mine.get("figures", [])},
        "thumb": quote(thumb) if thumb and (folder / thumb).is_file() else "",
        # one word for the row is enough where all its pages are old
        "pages": _pages(folder, entries, good, {} if old and all_old else about, lang),
        "seconds": sum(e.get("seconds") or 0 for e in entries),
        "why": _why(goods, about, lang),
    }


def _old(end: Mapping[str, Any], lang: str) -> str:
    return label("task.old", lang, date=day(day_of(end), lang))


def _why(goods: Sequence[Mapping[str, Any]], about: Mapping[str, Any], lang: str) -> str:
    """Return what a reader should know of a good page: its own day, an early end, warnings."""
    # a run over several days has none in its heading
    own = "" if about.get("as_of") else max((day_of(g) for g in goods), default="")
    early = next((g["early_exit"] for g in goods if g.get("early_exit")), "")
    warned = max((g.get("warnings") or 0 for g in goods), default=0)
    notes = [label("page.as_of", lang, date=day(own, lang))] if own else []
    notes += [label("page.early_exit", lang, reason=early)] if early else []
    notes += [label("page.warnings", lang, n=count(warned))] if warned else []
    return " ".join(notes)


def _pages(
    folder: Path,
    entries: Sequence[Mapping[str, Any]],
    good: Mapping[str, Mapping[str, Any]],
    about: Mapping[str, Any],
    lang: str,
) -> list[dict[str, str]]:
    """Return the links of a row: the page in every language, and its age where it is old."""
    links = []
    for entry in sorted(entries, key=lambda e: LANGUAGES.index(e["lang"])):
        page = f"{entry['task']}.html"
        if not (folder / page).is_file():
            continue
        word = label(f"language.{entry['lang']}", lang)
        before = good.get(entry["task"])
        old = ""
        if before and _stale(before, about):
            old = _old(before, lang)
        elif entry["status"] != "ok" and before:
            old = label("task.old", lang, date=day(before["ended"][:10], lang))
        links.append({"href": quote(page), "text": word, "old": old})
    return links


def _trouble(
    folder: Path, entry: Mapping[str, Any], about: Mapping[str, Any], lang: str
) -> dict[str, Any]:
    """Return one row of what needs attention."""
    error = entry.get("error") or {}
    where = ""
    if error.get("cell"):
        section = error.get("section") or "–"
        where = label("index.where", lang, section=section, cell=error["cell"])
    files = (
        ("failed.html", "index.failed_page"),
        ("failed.ipynb", "index.notebook_link"),
        ("failed.log", "index.log"),
    )
    return {
        "status": entry["status"],
        "icon": ICONS[entry["status"]],
        "word": label(f"task.{entry['status']}", lang),
        "region": safe_text(_region(about, entry["region"], lang)),
        "language": label(f"language.{entry['lang']}", lang),
        "where": where,
        "reason": safe_text(entry.get("reason") or ""),
        "links": [
            (quote(f"{entry['task']}.{ending}"), label(key, lang))
            for ending, key in files
            if (folder / f"{entry['task']}.{ending}").is_file()
        ],
    }
