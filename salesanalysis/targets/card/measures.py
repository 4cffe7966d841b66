"""The sheet of everything that is asked besides sales: one row per unit, one column per metric."""

from salesanalysis.labels import label
from salesanalysis.results import column_label, show_value
from salesanalysis.targets.card.cells import HEAD, Sheet, place, put_head
from salesanalysis.targets.card.table import TargetCard

#: How the values of each kind of metric are written.
_LOOKS = {"additive": "amount", "count": "count", "ratio": "share", "mean": "amount"}


def metrics_sheet(card: TargetCard, lang: str) -> Sheet:
    """Return the sheet Metrics; what adds up has its sum below as a live formula."""
    sheet, table = Sheet(label("card.sheet.metrics", lang)), card.metrics
    put_head(sheet, card, "card.title_metrics", lang)
    keys = [level for level in card.levels if level in table.columns]
    names = list(dict.fromkeys(table["metric"]))
    units = table[keys].drop_duplicates().reset_index(drop=True)
    for j, key in enumerate(keys):
        sheet.put(HEAD, j, column_label(key, lang), "head")
        for i, value in enumerate(units[key]):
            sheet.put(HEAD + 1 + i, j, card.terms.show(key, value, lang), "key")
    last = HEAD + len(units)
    sheet.put(last + 1, 0, label("card.total", lang), "head")
    for j, name in enumerate(names, start=len(keys)):
        sheet.put(HEAD, j, show_value("metric", name, lang, card.terms), "head")
        mine = units.merge(table[table["metric"] == name], on=keys, how="left")
        kind = str(mine["kind"].iloc[0])
        for i, value in enumerate(mine["value"]):
            sheet.put(HEAD + 1 + i, j, float(value), _LOOKS[kind])
        if kind in ("additive", "count"):
            cells = f"{place(HEAD + 1, j)}:{place(last, j)}"
            total = float(mine["value"].sum())
            sheet.put(last + 1, j, total, "total", formula=f"=SUM({cells})")
    return sheet
