"""The truth about a dirty folder: every breakage counted, by rule and by file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from salesanalysis.data.demo.breakage import BARE_TOTAL, CHANGED, EXTRA, TOTAL
from salesanalysis.data.demo.export import Piece


@dataclass(frozen=True, eq=False)
class Truth:
    """What is broken in the exports of a dirty folder.

    Attributes
    ----------
    breakages : DataFrame, one row per rule and file
        ``rule`` (by the name of the cleaning rule; rows ``left_out`` go by the ``where`` of the
        mapping), ``extra`` (rows that are no lines of the clean company; else a name was changed
        in one), ``file``, ``sheet``, ``n_rows``, ``cents`` (revenue, whole cents).
    keys : dict, rule -> list of str
        Order and line of every row, such as ``SO2021-00017/2``; a total row by its file.
    meant : dict
        Misspelt product -> the one it stands for.
    files : DataFrame, one row per file or sheet of order lines
        ``file``, ``sheet``, ``n_rows``, ``cents``; rows of totals included.
    clean_rows, clean_cents : int
        Of the clean company, to the day of the export.
    seed, lang, as_of : the choices it was made with
    """

    breakages: pd.DataFrame
    keys: dict[str, list[str]]
    meant: dict[str, str]
    files: pd.DataFrame
    clean_rows: int
    clean_cents: int
    seed: int
    lang: str
    as_of: str

    def rows(self, rule: str) -> int:
        """Return how many rows a rule broke."""
        chosen = self.breakages["rule"] == rule
        return int(self.breakages.loc[chosen, "n_rows"].sum())

    def cents(self, rule: str) -> int:
        """Return the revenue of the rows a rule broke, in cents."""
        chosen = self.breakages["rule"] == rule
        return int(self.breakages.loc[chosen, "cents"].sum())

    def to_dict(self) -> dict[str, Any]:
        """Return plain values: what ``truth.json`` holds; money as text, to the cent."""
        rules = [r for r in (*EXTRA, *CHANGED, TOTAL, BARE_TOTAL) if self.rows(r)]
        return {
            "seed": self.seed,
            "lang": self.lang,
            "as_of": self.as_of,
            "clean": {"rows": self.clean_rows, "money": _money(self.clean_cents)},
            "written": {
                "rows": int(self.files["n_rows"].sum()),
                "money": _money(int(self.files["cents"].sum())),
            },
            "files": _records(self.files),
            "breakages": {rule: self._rule(rule) for rule in rules},
            "meant": self.meant,
        }

    def _rule(self, rule: str) -> dict[str, Any]:
        part = self.breakages[self.breakages["rule"] == rule]
        return {
            "effect": "extra" if part["extra"].all() else "changed",
            "rows": self.rows(rule),
            "money": _money(self.cents(rule)),
            "files": _records(part[["file", "sheet", "n_rows", "cents"]]),
            "keys": self.keys[rule],
        }


def _money(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows with money as text; no sheet is no key."""
    return [
        {
            "file": row["file"],
            **({"sheet": row["sheet"]} if row["sheet"] else {}),
            "rows": int(row["n_rows"]),
            "money": _money(int(row["cents"])),
        }
        for row in table.to_dict("records")
    ]


def counted(
    pieces: Sequence[Piece], clean: pd.DataFrame, rows: pd.DataFrame, **choices: Any
) -> Truth:
    """Count what stands in the files.

    Parameters
    ----------
    pieces : sequence of (office, file, sheet, lines)
    clean, rows : DataFrame
        The lines before and after they were broken.
    **choices : ``seed``, ``lang``, ``as_of``
    """
    written = pd.concat([p.assign(file=file, sheet=sheet) for _, file, sheet, p in pieces])
    counts = {"n_rows": ("revenue", "size"), "cents": ("revenue", "sum")}
    by = ["rule", "extra", "file", "sheet"]
    hurt = written[written["rule"] != ""]
    key = hurt["order_id"] + "/" + hurt["order_line"].astype("str")
    place = (hurt["file"] + " " + hurt["sheet"]).str.strip()
    key = key.where(~hurt["rule"].isin([TOTAL, BARE_TOTAL]), place)
    wrong = rows[rows["meant"] != ""]
    return Truth(
        breakages=hurt.groupby(by, as_index=False, sort=False).agg(**counts),
        keys={str(rule): sorted(part) for rule, part in key.groupby(hurt["rule"])},
        meant=dict(sorted(zip(wrong["product"], wrong["meant"], strict=True))),
        files=written.groupby(["file", "sheet"], as_index=False, sort=False).agg(**counts),
        clean_rows=len(clean),
        clean_cents=int(clean["revenue"].sum()),
        **choices,
    )
