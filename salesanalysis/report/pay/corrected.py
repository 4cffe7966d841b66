"""A correction as a page: who is touched, on which line, how much, and why."""

from typing import TYPE_CHECKING, Any

from salesanalysis.incentives.pay.statement import period_text
from salesanalysis.labels import label
from salesanalysis.report.page import style, template
from salesanalysis.results import column_label
from salesanalysis.spreadsheet import safe_text

if TYPE_CHECKING:
    import pandas as pd

    from salesanalysis.incentives.corrections import Correction

PEOPLE = ("salesperson", "period", "pay_before", "pay_after", "pay_change", "owed_change", "why")
LINES = ("salesperson", "period", "line", "pay_before", "pay_after", "pay_change")
TEXTS = ("salesperson", "period", "line", "why")


def correction_page(correction: "Correction", lang: str) -> str:
    """Return the page of a correction, its font still to be put in by `page.with_font`.

    Everybody touched is listed, also where nothing changes; below it every line that differs.

    Parameters
    ----------
    correction : Correction, of an appeal or of two versions of the inputs
    lang : {"en", "zh"}
    """
    text: str = template("pay/correction.html").render(
        css=style(),
        lang=lang,
        title=label("slip.correction", lang),
        plan=correction.plan_title[lang],
        said=correction.explain(lang).splitlines(),
        heads=_heads(PEOPLE, lang),
        people=_rows(correction, correction.to_frame(), PEOPLE, lang),
        line_heads=_heads(LINES, lang),
        lines=_rows(correction, correction.lines, LINES, lang),
        word=lambda key: label(f"slip.correction.{key}", lang),
    )
    return text


def _heads(columns: tuple[str, ...], lang: str) -> list[tuple[str, bool]]:
    """Return headings, and whether numbers stand below them."""
    return [(column_label(c, lang), c not in TEXTS) for c in columns]


def _rows(
    correction: "Correction", frame: "pd.DataFrame", columns: tuple[str, ...], lang: str
) -> list[list[tuple[str, bool]]]:
    """Return the cells of a table as texts, and whether each is a number."""

    def cell(name: str, value: Any) -> str:
        if name == "period":
            return period_text(value, value, lang)
        if name in TEXTS:
            return safe_text(correction.terms.show(name, str(value), lang))
        sign = "+" if name.endswith("change") and value > 0 else ""
        return f"{sign}{value:,.2f}"

    records = frame[list(columns)].to_dict("records")
    return [[(cell(c, row[c]), c not in TEXTS) for c in columns] for row in records]
