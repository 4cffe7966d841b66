"""A proposed mapping as a result: its table, its sentences, its text."""

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from salesanalysis.data.words.headings import plain
from salesanalysis.labels import count, label, money, month, percent
from salesanalysis.results import Result, column_label

#: Why a column that has to be there is not.
_OPEN = ("missing", "open")
#: Remarks told one by one.
_TOLD = 40


@dataclass(frozen=True, eq=False)
class Proposal(Result):
    """What each of their columns could be, tried out, to be checked and corrected by hand.

    Attributes
    ----------
    frame : DataFrame, one row per column of ours and part of a table
        ``table`` and ``column`` (ours), ``source`` (their file, sheet or table), ``theirs``
        (empty where none), ``confidence`` (0..1), ``reason``, ``required``.
    file : str
        Name of the file the order lines are in; a pattern for several.
    source : str
        What was looked at.
    text : str
        The mapping file.
    others : tuple of str
        Tables that are not used.
    unused : tuple of str
        Columns of the order lines that no column of ours takes.
    notes : tuple of (table, column, key, values)
        What is unsure or was decided.
    trial : dict
        ``loads``, ``n_rows``, ``amount`` (currency), ``first``, ``last``, ``tables``; where it
        does not load: ``what``, ``where``, ``fix``.
    broken : dict, file -> why it cannot be read
    """

    frame: pd.DataFrame
    file: str
    source: str = ""
    text: str = ""
    others: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    notes: tuple[tuple[str, str, str, tuple[tuple[str, str], ...]], ...] = ()
    trial: dict[str, Any] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    currency: str = "CNY"

    def __post_init__(self) -> None:
        """Keep an own copy."""
        object.__setattr__(self, "frame", self.frame.copy())

    def to_frame(self) -> pd.DataFrame:
        """Return one row per column of ours and part of a table; a copy."""
        return self.frame.copy()

    @property
    def loads(self) -> bool:
        """Whether the source was read with the draft as it is."""
        return bool(self.trial.get("loads"))

    def found(self, table: str = "sales") -> dict[str, str]:
        """Return our column -> their column, where one was found, of the first part of a table."""
        mine = self.frame[(self.frame["table"] == table) & (self.frame["theirs"] != "")]
        first = mine[mine["part"] == mine["part"].min()] if len(mine) else mine
        return dict(zip(first["column"], first["theirs"], strict=True))

    def reusable(self) -> dict[str, str]:
        """Return useful columns of ours that nothing fits -> their column that could serve twice.

        The pages by product line can be read by product where there is no line.
        """
        found = self.found()
        pairs = {"product_line": "product"}
        return {c: found[o] for c, o in pairs.items() if c not in found and o in found}

    def short(self) -> str:
        """Return the proposal in one line."""
        return ", ".join(f"{ours}: {theirs}" for ours, theirs in self.found().items()) or "nothing"

    def to_yaml(self) -> str:
        """Return the text of a mapping file, with what is unsure or missing as comments."""
        return self.text

    def _sentences(self, lang: str) -> list[str]:
        out = [self._head(lang)]
        if not self.loads:
            out.append(label("proposal.fix", lang, fix=self.trial.get("fix", "")))
        out += self._tables(lang)
        out += self._remarks(lang)
        useful = self.reusable().items()
        out += [
            label("proposal.useful", lang, ours=column_label(c, lang), column=c, theirs=theirs)
            for c, theirs in useful
        ]
        out += [self._line(row, lang) for row in self._shown()]
        if self.unused:
            out.append(
                label(
                    "proposal.unused", lang, n=count(len(self.unused)), names=", ".join(self.unused)
                )
            )
        out += [label("proposal.broken", lang, file=f, why=w) for f, w in self.broken.items()]
        return out

    def _head(self, lang: str) -> str:
        """Say whether it loads, with what was read, or what is in the way."""
        if not self.loads:
            return label(
                "proposal.fails", lang, source=self.source, what=self.trial.get("what", "")
            )
        t = self.trial
        key = "proposal.loads" if t.get("whole", True) else "proposal.loads_part"
        return label(
            key,
            lang,
            source=self.source,
            n=count(t["n_rows"] - t["n_dropped"]),
            amount=money(t["amount"] - t["amount_dropped"], lang, self.currency),
            dropped=label("proposal.dropped", lang, n=count(t["n_dropped"]))
            if t["n_dropped"]
            else "",
            first=month(pd.Timestamp(t["first"]), lang),
            last=month(pd.Timestamp(t["last"]), lang),
            doubts=label("proposal.doubts", lang, n=count(self.n_doubts))
            if self.n_doubts
            else label("proposal.no_doubts", lang),
        )

    @property
    def n_doubts(self) -> int:
        """How many lines somebody should look at."""
        weak = self.frame[(self.frame["theirs"] != "") & (self.frame["confidence"] < 0.8)]
        missing = self.frame[self.frame["required"] & self.frame["reason"].isin(_OPEN)]
        return len(weak) + len(missing) + len(self.notes) + len(self.reusable()) + len(self.broken)

    @property
    def required(self) -> list[str]:
        """Our columns that have to be there and that nothing fits, or somebody has to decide."""
        need = self.frame[self.frame["required"] & self.frame["reason"].isin(_OPEN)]
        return [f"{row.table}.{row.column}" for row in need.itertuples()]

    def _tables(self, lang: str) -> list[str]:
        """Say which other tables were found."""
        tables = self.trial.get("tables", {})
        parts = [
            label("proposal.table", lang, table=label(f"table.{t}", lang), n=count(n))
            for t, n in tables.items()
        ]
        return (
            [label("proposal.tables", lang, names=label("proposal.join", lang).join(parts))]
            if parts
            else []
        )

    def _remarks(self, lang: str) -> list[str]:
        """Say what is unsure or was decided, column by column."""
        out = []
        for table, column, key, values in self.notes[:_TOLD]:
            filled = dict(values)
            why = filled.pop("why_key", "")
            if "rule" in filled:
                filled["rule"] = label(f"rule.{filled['rule']}", lang)
            if why:
                filled = {"file": filled["file"], "why": label(why, lang, **filled)}
            text = label(key, lang, **filled)
            if not column:
                out.append(
                    label("proposal.remark", lang, table=label(f"table.{table}", lang), text=text)
                    if table
                    else text
                )
            else:
                out.append(
                    label("proposal.remark", lang, table=column_label(column, lang), text=text)
                )
        return list(dict.fromkeys(out))

    def _shown(self) -> list[dict[str, Any]]:
        sales = self.frame[self.frame["table"] == "sales"]
        first = sales[sales["part"] == sales["part"].min()]
        kept = first[(first["theirs"] != "") | first["required"]]
        rows: list[dict[str, Any]] = kept.to_dict("records")
        return rows

    def _line(self, row: dict[str, Any], lang: str) -> str:
        """Say where one column of ours comes from."""
        found = bool(row["theirs"]) or row["reason"] == "wide"
        kind = "found" if found else "missing" if row["reason"] == "missing" else "assumed"
        return label(
            f"proposal.{kind}",
            lang,
            ours=column_label(row["column"], lang),
            theirs=row["theirs"] or label("reason.wide", lang),
            reason=label(f"reason.{row['reason']}", lang),
            confidence=percent(row["confidence"], 0),
        )


def safe_name(text: str) -> str:
    """Return a name that every file system takes, letters of any script kept.

    Examples
    --------
    >>> safe_name("订单明细（2024年）.xlsx"), safe_name("a/b:c?.csv"), safe_name("...")
    ('订单明细-2024年', 'a-b-c', 'mapping')
    """
    import re  # noqa: PLC0415

    stem = re.split(r"\.(?=[A-Za-z0-9]+$|csv|tsv|txt|xlsx?)", text.rstrip("/\\"))[0]
    kept = re.sub(r"[^\w.-]+", "-", stem).strip("-._")[:80]
    reserved = re.fullmatch(r"(?i)con|prn|aux|nul|com\d|lpt\d", kept)
    return f"{kept}-mapping" if reserved else kept if plain(kept) else "mapping"
