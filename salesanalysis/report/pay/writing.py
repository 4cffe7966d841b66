"""A payday as a folder: register, cost, statements, what went in, and hashes of all of it."""

import hashlib
import json
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from salesanalysis.atomic import not_writable, probe, publish_folder
from salesanalysis.errors import ParamError
from salesanalysis.report.pay.corrected import correction_page
from salesanalysis.report.pay.page import page_of, with_font
from salesanalysis.report.pay.paid import Inputs, Payday
from salesanalysis.report.pay.showing import Shown
from salesanalysis.report.pay.workbook import workbook_of
from salesanalysis.report.tables import save

if TYPE_CHECKING:
    from salesanalysis.incentives.corrections import Correction

MANIFEST = "manifest.json"


def write_payday(
    out: Path,
    payday: Payday,
    inputs: Inputs,
    *,
    languages: Sequence[str],
    plan_file: Path,
    correction: "Correction | None" = None,
) -> list[Path]:
    """Write everything a payday is into `out`; the folder is the new one or the old one.

    Parameters
    ----------
    out : Path
        New, empty, or the folder of an earlier payday, whose files are replaced.
    payday : Payday
    inputs : Inputs
        Written beside the result, so that a later run can say what has changed.
    languages : sequence of {"en", "zh"}
        A page each and the sheets of each in one workbook per person and period.
    plan_file : Path
    correction : Correction, optional
        What has changed against an earlier payday.

    Returns
    -------
    list of Path, sorted

    Raises
    ------
    ParamError
        `out` holds files of somebody else.
    RenderError
        The folder cannot be written.
    """
    refuse_foreign(out)
    probe(out.parent)
    try:
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=".pay-") as room:
            staged = Path(room)
            _tables(staged, payday, languages[0], correction)
            _statements(staged, payday, languages)
            if correction is not None:
                _correction(staged, correction, languages)
            _given(staged / "inputs", inputs, plan_file)
            _manifest(staged, payday, languages)
            return publish_folder(staged, out)
    except OSError as error:
        raise not_writable(out, error) from None


def refuse_foreign(out: Path) -> None:
    """Refuse to write into a folder that holds something else."""
    if not out.exists() or (out / MANIFEST).is_file():
        return
    if not out.is_dir() or any(out.iterdir()):
        raise ParamError(
            f"{out} exists and holds no payday.",
            where="salesanalysis pay --out",
            fix="choose a new folder",
            code="bad-choice",
        )


def _tables(room: Path, payday: Payday, lang: str, correction: "Correction | None") -> None:
    """Write register, cost and corrections as CSV and in one workbook."""
    tables: dict[str, object] = {"register": payday.register, "cost": payday.cost()}
    if correction is not None:
        tables |= {"correction": correction, "correction_lines": correction.lines}
    save(room, lang=lang, **tables)


def _statements(room: Path, payday: Payday, languages: Sequence[str]) -> None:
    """Write a page per language and one workbook for every person and period."""
    names = [_name(i, slip.statement) for i, slip in enumerate(payday.slips, 1)]
    shown = {x: [Shown(payday.plan, slip, x) for slip in payday.slips] for x in languages}
    for name in names:
        (room / name).parent.mkdir(parents=True, exist_ok=True)
    for lang, all_shown in shown.items():
        pages = with_font([page_of(s) for s in all_shown], lang)
        for name, page in zip(names, pages, strict=True):
            (room / f"{name}.{lang}.html").write_text(page, encoding="utf-8", newline="\n")
    for name, *one in zip(names, *shown.values(), strict=True):
        (room / f"{name}.xlsx").write_bytes(workbook_of(one))


def _correction(room: Path, correction: "Correction", languages: Sequence[str]) -> None:
    """Write the page of a correction in every language."""
    for lang in languages:
        page = with_font([correction_page(correction, lang)], lang)[0]
        (room / f"correction.{lang}.html").write_text(page, encoding="utf-8", newline="\n")


def _name(number: int, statement: object) -> str:
    """Return where a statement stands: its period, a number, and what is plain of the name."""
    first, person = statement.first, statement.salesperson  # type: ignore[attr-defined]
    plain = re.sub(r"[^\w-]+", "_", person).strip("_")[:40]
    return f"statements/{first:%Y-%m}/{number:04d}_{plain or 'person'}"


def _given(room: Path, inputs: Inputs, plan_file: Path) -> None:
    """Keep what went in."""
    from salesanalysis.spreadsheet import csv_text  # noqa: PLC0415

    room.mkdir(parents=True)
    (room / "plan.yaml").write_bytes(plan_file.read_bytes())
    for name, table in inputs.tables().items():
        rows = table.astype("object").where(table.notna(), None).itertuples(index=False, name=None)
        text = csv_text([str(c) for c in table.columns], rows)
        (room / f"{name}.csv").write_bytes(text.encode("utf-8-sig"))
    fx = json.dumps(dict(sorted(inputs.fx.items())), indent=1)
    (room / "fx.json").write_text(fx, encoding="utf-8", newline="\n")


def _manifest(room: Path, payday: Payday, languages: Sequence[str]) -> None:
    """Write what was paid and the SHA-256 of every file; no clock, so that runs can be compared."""
    files = sorted(p for p in room.rglob("*") if p.is_file())
    paid = payday.register["status"] != "no_quota"
    content = {
        "plan": payday.plan.head.id,
        "plan_digest": payday.plan.digest,
        "first": f"{payday.first:%Y-%m}",
        "last": f"{payday.last:%Y-%m}",
        "languages": list(languages),
        "currency": payday.plan.head.currency,
        "people": int(payday.register.loc[paid, "salesperson"].nunique()),
        "not_paid": int((~paid).sum()),
        "total": f"{payday.total:.2f}",
        "files": {p.relative_to(room).as_posix(): sha(p) for p in files},
    }
    text = json.dumps(content, ensure_ascii=False, indent=1)
    (room / MANIFEST).write_text(f"{text}\n", encoding="utf-8", newline="\n")


def sha(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest of an earlier payday, and refuse files changed since.

    Raises
    ------
    ParamError
        No payday, or a file of it that is not the one written.
    """
    if not (folder / MANIFEST).is_file():
        raise ParamError(
            f"{folder} holds no payday.",
            where=str(folder / MANIFEST),
            fix="name the folder an earlier salesanalysis pay has written",
            code="no-input",
        )
    try:
        found: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        hashes = dict(found["files"])
    except (ValueError, KeyError, TypeError):
        raise ParamError(
            f"{folder / MANIFEST} is not the list of files of a payday.",
            where=str(folder / MANIFEST),
            fix="take an unchanged copy of the folder",
            code="bad-value",
        ) from None
    odd = [n for n, h in hashes.items() if not (folder / n).is_file() or sha(folder / n) != h]
    if odd:
        raise ParamError(
            f"{len(odd)} files of {folder} are not the ones written: {odd[0]}.",
            where=str(folder / MANIFEST),
            fix="take an unchanged copy of the folder",
            code="does-not-add-up",
        )
    return found
