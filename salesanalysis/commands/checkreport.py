"""The report of ``salesanalysis check``: as text, and its lines as files."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from salesanalysis.commands.words import table_text
from salesanalysis.data.cleaning.report import LOSS, QUIET
from salesanalysis.labels import count, day, label, last_digit, month
from salesanalysis.report.tables import save

if TYPE_CHECKING:
    import pandas as pd

    from salesanalysis.data.dataset import Dataset


def sections(data: "Dataset", lang: str, *, stopped: bool = False) -> Iterator[str]:
    """Yield the parts of the report, each a text with its heading.

    Parameters
    ----------
    stopped : bool
        The data were loaded without limits because a limit was passed.
    """
    quality = data.quality
    if stopped:
        yield f"{label('check.stopped', lang)}\n"
    yield f"{data.title(lang)}\n{quality.explain(lang)}"
    yield _part("check.loss", loss_table(quality), lang)
    yield _part("check.sources", _sources(quality), lang)
    yield _part("check.coverage", _coverage(quality), lang)
    yield _span(data, lang)
    if len(quality.names):
        yield _part("check.names", quality.names, lang, rows=20)
    for conversion in data.conversions:
        yield f"\n{label('check.conversion', lang)}\n{conversion.explain(lang)}"
    yield f"\n{label('check.verification', lang)}"
    for verification in data.verifications:
        yield verification.explain(lang)
    yield data.statement(lang)


_COVERED = ["table", "first", "last", "n_seen", "n_after", "n_gaps", "status"]


def loss_table(quality: Any) -> "pd.DataFrame":
    """Return the loss report: what was read, each rule with a finding, what was kept."""
    frame = quality.to_frame()
    frame = frame[~frame["status"].isin(QUIET)][list(LOSS)]
    return frame.assign(
        **{c: [last_digit(v) for v in frame[c]] for c in ("amount", "amount_dropped")}
    )


def _sources(quality: Any) -> "pd.DataFrame":
    """Return the control totals with the digits they have."""
    table = quality.sources
    return table.assign(
        amount=[last_digit(v) for v in table["amount"]], file=table["file"].replace("", "–")
    )


def _coverage(quality: Any) -> "pd.DataFrame":
    """Return first and last day of every dated table; a first of a month is a day here."""
    table = quality.overview[_COVERED].dropna(subset=["first"])
    days = {c: table[c].dt.strftime("%Y-%m-%d") for c in ("first", "last")}
    return table.assign(**days)


def _part(key: str, frame: "pd.DataFrame", lang: str, *, rows: int = 60) -> str:
    left = len(frame) - rows
    more = f"\n{label('table.more', lang, n=count(left))}" if left > 0 else ""
    return f"\n{label(key, lang)}\n{table_text(frame, lang, rows=rows)}{more}"


def _span(data: "Dataset", lang: str) -> str:
    """Say which months are in, which is not over."""
    months = data.quality.months
    text = label(
        "check.months",
        lang,
        n=count(len(months)),
        first=month(months["period"].min(), lang),
        last=month(months["period"].max(), lang),
        closed=month(data.closed_through, lang),
        as_of=day(data.as_of, lang),
    )
    return str(text)


def write_rows(data: "Dataset", folder: Path, lang: str) -> list[Path]:
    """Write the loss report and the lines of every rule that finds some: CSV and a workbook."""
    quality = data.quality
    found = quality.rules.loc[quality.rules["n_rows"] > 0, "rule"].tolist()
    results: dict[str, Any] = {"loss": quality, "sources": quality.sources}
    results |= {rule: quality.rows(rule, limit=None) for rule in found}
    if len(quality.names):
        results["names"] = quality.names
    for i, verification in enumerate(data.verifications, start=1):
        results[f"verification_{i}"] = verification
    return save(folder, lang=lang, **results)
