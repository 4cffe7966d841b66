"""What stands on which sheet of the workbook of a card."""

from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.labels import label, month
from salesanalysis.results import column_label
from salesanalysis.targets.card.cells import HEAD, Sheet, heading, place, put_head, shown
from salesanalysis.targets.card.measures import metrics_sheet
from salesanalysis.targets.card.people import people_rows
from salesanalysis.targets.card.responsibility import Ground, put_units
from salesanalysis.targets.card.table import TIERS, TargetCard

#: The sheets in their order.
SHEETS = ("company", "regions", "persons", "months", "tiers", "quality", "log")


def layout(card: TargetCard, lang: str) -> list[Sheet]:
    """Return every sheet of the workbook of a card."""
    names = {name: label(f"card.sheet.{name}", lang) for name in (*SHEETS, "card")}
    ground = Ground(card, names["months"], lang)
    is_person = card.frame["level"] == "salesperson"
    first = card.frame[card.frame["level"] == "company"]
    company = Sheet(names["company"])
    regions, persons = Sheet(names["regions"]), Sheet(names["persons"])
    for sheet, part in (
        (company, first if len(first) else _first_row(card)),
        (regions, card.frame[~is_person & (card.frame["level"] != "company")]),
        (persons, people_rows(card.frame[is_person], card.known_people())),
    ):
        put_head(sheet, card, "card.title", lang)
        put_units(sheet, part, ground)
    _milestones(company, ground)
    tiers, quality, log = (
        _plain(names[name], table, f"card.title_{name}", card, lang)
        for name, table in (("tiers", _tiers(card)), ("quality", card.quality), ("log", card.log))
    )
    own = [_own(names["card"], ground)] if "salesperson" in card.scope else []
    more = [metrics_sheet(card, lang)] if len(card.metrics) else []
    return [*own, company, regions, persons, _months(card, names["months"], lang), *more,
            tiers, quality, log]  # fmt: skip


def _first_row(card: TargetCard) -> pd.DataFrame:
    """Return the row a card of a part of the company is about: a person's units as one."""
    if "salesperson" in card.scope and (card.frame["level"] == "salesperson").all():
        return people_rows(card.frame, card.known_people())
    return card.frame.head(1)


def _months(card: TargetCard, name: str, lang: str) -> Sheet:
    """Return the sheet of leaves and months: the one where targets may be changed."""
    sheet, keys = Sheet(name), list(card.levels)
    put_head(sheet, card, "card.title_month", lang)
    sheet.put(3, 0, label("card.edit", lang), "note")
    table = card.month_table()
    values = table[[c for c in table.columns if c not in (*keys, "value")]].to_numpy("float64")
    first = max(len(keys), 1)
    _headings(sheet, keys, values.shape[1], card, lang)
    for i, row in enumerate(table.to_dict("records")):
        at = HEAD + 1 + i
        for j, key in enumerate(keys):
            sheet.put(at, j, card.terms.show(key, row[key], lang), "key")
        for j, value in enumerate(values[i]):
            sheet.put(at, first + j, float(value), "edit", leaf=i)
        cells = f"{place(at, first)}:{place(at, first + values.shape[1] - 1)}"
        year = float(values[i].sum())
        sheet.put(at, first + values.shape[1], year, "total", formula=f"=SUM({cells})")
    _column_totals(sheet, card, values, first, lang)
    return sheet


def _headings(sheet: Sheet, keys: list[str], n: int, card: TargetCard, lang: str) -> None:
    for j, key in enumerate(keys):
        sheet.put(HEAD, j, column_label(key, lang), "head")
    periods = list(card.calendar.months(card.year))
    for j, when in enumerate(periods[:n]):
        sheet.put(HEAD, max(len(keys), 1) + j, month(when, lang), "head")
    sheet.put(HEAD, max(len(keys), 1) + n, label("card.year", lang), "head")


def _column_totals(sheet: Sheet, card: TargetCard, values: Any, first: int, lang: str) -> None:
    """Write the sum of every month, and that they differ from the plan by nothing."""
    last = HEAD + len(values)
    row = last + 1
    sheet.put(row, 0, label("card.total", lang), "head")
    sums = np.append(values.sum(axis=0), values.sum())
    for j, value in enumerate(sums):
        cells = f"{place(HEAD + 1, first + j)}:{place(last, first + j)}"
        sheet.put(row, first + j, float(value), "total", formula=f"=SUM({cells})")
    sheet.put(row + 1, 0, label("card.check", lang), "note")
    total = place(row, first + values.shape[1])
    gap = float(sums[-1] - card.total)
    number = repr(card.total).removesuffix(".0")
    sheet.put(row + 1, first + values.shape[1], gap, "total", formula=f"={total}-{number}")


def _milestones(sheet: Sheet, ground: Ground) -> None:
    """Write one checkpoint a quarter below: what has to be reached by its last day."""
    card, lang, months = ground.card, ground.lang, ground.months
    line, first, total = HEAD + 4, max(len(card.levels), 1), HEAD + 1 + ground.n_leaves()
    sheet.put(line - 1, 0, label("card.milestones", lang), "note")
    sheet.put(line, 0, column_label("due_date", lang), "head")
    sheet.put(line, 1, heading("value", lang), "head")
    periods = card.calendar.months(card.year)
    sums = card.months.groupby("period")["value"].sum().sort_index().cumsum()
    for k, last in enumerate((2, 5, 8, 11), start=1):
        cells = f"'{months}'!{place(total, first)}:{place(total, first + last)}"
        end = (periods[last] + pd.offsets.MonthEnd(0)).to_pydatetime()
        sheet.put(line + k, 0, end, "date")
        value = float(sums.loc[periods[last]])
        sheet.put(line + k, 1, value, "total", formula=f"=SUM({cells})")


def _tiers(card: TargetCard) -> pd.DataFrame:
    """Return the three tiers of every unit, where there are any."""
    table = card.frame[["level", *card.levels, *TIERS, "probability"]]
    return table if table[list(TIERS)].notna().any(axis=None) else table.head(0)


def _plain(name: str, table: pd.DataFrame, title: str, card: TargetCard, lang: str) -> Sheet:
    """Return a sheet that shows a table as it is."""
    sheet = Sheet(name)
    put_head(sheet, card, title, lang)
    if not len(table):
        sheet.put(HEAD, 0, label("card.empty", lang), "note")
        return sheet
    for j, column in enumerate(map(str, table.columns)):
        sheet.put(HEAD, j, column_label(column, lang), "head")
        share = column.endswith("_share") or column == "probability"
        rise = column.endswith("_growth") or column == "growth"
        for i, value in enumerate(table.iloc[:, j].tolist()):
            number = "amount" if isinstance(value, float) else "count"
            number = "growth" if rise else ("share" if share else number)
            look = "date" if isinstance(value, pd.Timestamp) else number
            text = shown(column, value, card, lang)
            sheet.put(HEAD + 1 + i, j, text, "text" if isinstance(text, str) else look)
    return sheet


def _own(name: str, ground: Ground) -> Sheet:
    """Return the monthly card of one person: a page to print and sign."""
    sheet, card, lang = Sheet(name), ground.card, ground.lang
    total = HEAD + 1 + ground.n_leaves()
    put_head(sheet, card, "card.title_month", lang)
    for j, column in enumerate(("period", "value", "last_year", "ask_growth")):
        sheet.put(HEAD, j, heading(column, lang), "head")
    rows = card.months.groupby("period", as_index=False).agg(
        value=("value", "sum"), last_year=("last_year", lambda v: v.sum(min_count=1))
    )
    first = max(len(card.levels), 1)
    for i, row in enumerate(rows.to_dict("records")):
        line = HEAD + 1 + i
        sheet.put(line, 0, month(row["period"], lang), "key")
        cell = f"='{ground.months}'!{place(total, first + i)}"
        sheet.put(line, 1, float(row["value"]), "total", formula=cell)
        past = row["last_year"]
        sheet.put(line, 2, past, "amount")
        if np.isfinite(past):
            rise: Any = row["value"] / past - 1 if past > 0 else ""
            value, base = place(line, 1), place(line, 2)
            sheet.put(line, 3, rise, "growth", formula=f'=IF({base}>0,{value}/{base}-1,"")')
    end = HEAD + 13
    sheet.put(end, 0, label("card.year", lang), "head")
    sheet.put(
        end, 1, card.total, "total", formula=f"=SUM({place(HEAD + 1, 1)}:{place(end - 1, 1)})"
    )
    top = card.top()
    given = [tier for tier in TIERS if np.isfinite(top[tier])]
    for k, tier in enumerate(given):
        sheet.put(end + 1 + k, 0, column_label(tier, lang), "head")
        sheet.put(end + 1 + k, 1, top[tier], "amount")
    sheet.put(end + 5, 0, label("card.sign", lang), "note")
    return sheet
