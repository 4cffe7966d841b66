"""A first mapping for files nobody described yet: names first, then what the values look like."""

import json
import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pandas as pd

from salesanalysis.data.engine import connect, fetch
from salesanalysis.data.sources.files import is_table_file, require_exists, unreadable
from salesanalysis.data.sources.files import open_file as open_table
from salesanalysis.data.synonyms import DATE_FORMATS, SYNONYMS
from salesanalysis.errors import ContractError, SalesAnalysisError
from salesanalysis.labels import label, percent
from salesanalysis.results import Result, column_label
from salesanalysis.schema import TABLES

#: Rows looked at; the whole file is checked when it is loaded.
SAMPLE = 2000
_SIMILAR = 0.82
_CONTRACT = {c.name: c for c in TABLES["sales"]}
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}.*)?")
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)")


@dataclass(frozen=True, eq=False)
class Proposal(Result):
    """Which of their columns each of ours could be, to be checked and corrected by hand.

    Attributes
    ----------
    frame : DataFrame, one row per column of ours, in the order of the contract
        ``column`` (ours), ``theirs`` (empty where none), ``confidence`` (0..1), ``reason``,
        ``required``, ``format`` of dates that are not ISO.
    file : str
        Name of the file it is about.
    others : tuple of str
        Other files of the folder.
    unused : tuple of str
        Their columns that no column of ours takes.
    """

    frame: pd.DataFrame
    file: str
    others: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Keep an own copy."""
        object.__setattr__(self, "frame", self.frame.copy())

    def to_frame(self) -> pd.DataFrame:
        """Return one row per column of ours; a copy."""
        return self.frame.drop(columns="format")

    def found(self) -> dict[str, str]:
        """Return our column -> their column, where one was found."""
        some = self.frame[self.frame["theirs"] != ""]
        return dict(zip(some["column"], some["theirs"], strict=True))

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
        stem = self.file.split(".", maxsplit=1)[0]
        reused = self.reusable()
        lines = [
            f"# Proposed from the header and the first {SAMPLE:,} rows of {self.file}.",
            "# Check every line, then: load(file, mapping=this file).",
            f"name: {_quoted(stem)}",
            "currency: CNY  # the currency of the amounts, not read from the file",
            "fiscal_start: 1  # month in which the fiscal year starts",
            '# as_of: "2024-03-31"  # unless said: the day of the last line',
            "tables:",
            "  sales:",
            f"    file: {_quoted(self.file)}",
            "    columns:",
            *(_yaml_line(row, reused) for row in self.frame.to_dict("records")),
        ]
        if self.unused:
            lines.append(f"      # not used: {', '.join(map(_one_line, self.unused))}")
        if self.others:
            lines.append(f"# other files here: {', '.join(map(_one_line, self.others))}")
        return "\n".join(lines) + "\n"

    def _sentences(self, lang: str) -> list[str]:
        needed = self.frame[self.frame["required"]]
        n = int((needed["theirs"] != "").sum())
        head = label("proposal.headline", lang, n=n, total=len(needed), file=self.file)
        useful = [
            label("proposal.useful", lang, ours=column_label(c, lang), column=c, theirs=theirs)
            for c, theirs in self.reusable().items()
        ]
        shown = self.frame[(self.frame["theirs"] != "") | self.frame["required"]]
        return [head, *useful, *(_sentence(row, lang) for row in shown.to_dict("records"))]


def _sentence(row: dict[Any, Any], lang: str) -> str:
    """Say where one column of ours comes from."""
    ours, reason = column_label(row["column"], lang), label(f"reason.{row['reason']}", lang)
    kind = "found" if row["theirs"] else "missing" if row["reason"] == "missing" else "assumed"
    return label(
        f"proposal.{kind}",
        lang,
        ours=ours,
        theirs=row["theirs"],
        reason=reason,
        confidence=percent(row["confidence"], 0),
    )


def _quoted(text: str) -> str:
    """Write a text so that every YAML reader reads the same."""
    return json.dumps(text, ensure_ascii=False)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _yaml_line(row: dict[Any, Any], reused: dict[str, str]) -> str:
    """Write the rule of one column, or a comment where there is none."""
    column, theirs, reason = row["column"], row["theirs"], row["reason"]
    note = f"  # {label(f'reason.{reason}')}, {percent(row['confidence'], 0)}"
    if reason == "row":
        return f"      {column}: {{row: true}}  # no order number found: each line is an order"
    if reason == "constant":
        return f"      {column}: {{constant: All}}  # nothing looks like it: one for all lines"
    if column in reused:
        hint = "useful for the pages by product: their column, or as here the one of product"
        return f"      # {column}: {_quoted(reused[column])}  # {hint}"
    if not theirs:
        need = "REQUIRED: write the name of their column" if row["required"] else "their column"
        return f"      # {column}:   {need}"
    if row["format"]:
        rule = f"{{column: {_quoted(theirs)}, format: {_quoted(row['format'])}}}"
        return f"      {column}: {rule}{note}"
    return f"      {column}: {_quoted(theirs)}{note}"


def propose(source: str | Path) -> Proposal:
    """Propose a mapping for a file, or for the file of a folder that looks most like sales.

    Parameters
    ----------
    source : str or Path
        A CSV, gzip CSV or Parquet file, or a folder of them. Nothing is written.

    Raises
    ------
    ContractError
        Missing, not readable, empty, or a folder without a table.
    """
    path = require_exists(Path(source))
    files = sorted(p for p in path.iterdir() if is_table_file(p)) if path.is_dir() else [path]
    if not files:
        raise ContractError(
            f"{path} holds no table that can be read.",
            where=f"folder {path}",
            fix="put CSV (UTF-8) or Parquet files there",
            code="empty-table",
        )
    found = [_of_file(p, files) for p in files] if len(files) == 1 else _readable(files)
    return max(found, key=_fit)


def _readable(files: list[Path]) -> list[Proposal]:
    """Propose for every file that can be read; where none can, say why."""
    found, errors = [], []
    for path in files:
        try:
            found.append(_of_file(path, files))
        except SalesAnalysisError as error:
            errors.append(error)
    if not found:
        raise errors[0]
    return found


def _fit(proposal: Proposal) -> tuple[float, int]:
    """Rank proposals: required columns first, then all of them."""
    required = proposal.frame.loc[proposal.frame["required"], "confidence"].sum()
    return float(required), len(proposal.found())


def _of_file(path: Path, files: list[Path]) -> Proposal:
    """Propose for one file."""
    sample = _sample(path)
    features = {c: _features(sample[c]) for c in sample}
    scores = _scores(features)
    chosen: dict[str, tuple[str, float, str]] = {}
    for confidence, ours, theirs, reason in scores:
        if ours not in chosen and theirs not in {t for t, _, _ in chosen.values()}:
            chosen[ours] = (theirs, confidence, reason)
    rows = [_row(ours, chosen.get(ours), features) for ours in _CONTRACT]
    taken = {row["theirs"] for row in rows}
    return Proposal(
        pd.DataFrame(rows),
        path.name,
        others=tuple(p.name for p in files if p != path),
        unused=tuple(str(c) for c in sample if c not in taken),
    )


def _row(
    ours: str, choice: tuple[str, float, str] | None, features: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """Return the row of one column of ours."""
    required = _CONTRACT[ours].required
    stand_in = {"order_id": "row", "region": "constant"}.get(ours, "missing")
    theirs, confidence, reason = choice or ("", 0.0, stand_in)
    as_date = ours == "date" and theirs
    return {
        "column": ours,
        "theirs": theirs,
        "confidence": confidence,
        "reason": reason,
        "required": required,
        "format": features[theirs]["format"] if as_date else "",
    }


def _sample(path: Path) -> pd.DataFrame:
    """Read the first rows of a file as text."""
    import duckdb  # noqa: PLC0415

    con = connect()
    table = open_table(con, path)
    try:
        texts = {c: table[c].cast("string") for c in table.columns}
        sample = fetch(con, table.mutate(**texts).limit(SAMPLE))
    except duckdb.Error as error:
        raise unreadable(path, error) from None
    if sample.empty:
        raise ContractError(
            f"{path.name} is empty: there is no row below the header.",
            where=str(path),
            fix="check the export",
            code="empty-table",
        )
    return sample


def _features(values: pd.Series) -> dict[str, Any]:
    """Describe the values of a column: date, number, how many different."""
    filled = values.dropna().str.strip()
    filled = filled[filled != ""]
    number = len(filled) > 0 and bool(filled.str.fullmatch(_NUMBER).all())
    iso = len(filled) > 0 and bool(filled.str.fullmatch(_ISO).all())
    formats = [] if iso or not len(filled) else [f for f in DATE_FORMATS if _fits(filled, f)]
    return {
        "date": iso or bool(formats),
        "format": formats[0] if formats else "",
        "number": number and not formats,
        "decimals": number and bool(filled.str.contains(".", regex=False).any()),
        "total": float(pd.to_numeric(filled).abs().sum()) if number else 0.0,
        "n": len(filled),
        "n_unique": int(filled.nunique()),
    }


def _fits(values: pd.Series, pattern: str) -> bool:
    """Tell whether every value is a date written like `pattern`."""
    return bool(pd.to_datetime(values, format=pattern, errors="coerce").notna().all())


def _scores(features: dict[str, dict[str, Any]]) -> list[tuple[float, str, str, str]]:
    """Return every plausible pair, surest first; ties in the order of the contract."""
    found = []
    for ours in _CONTRACT:
        for theirs, feature in features.items():
            confidence, reason = _by_name(ours, theirs)
            if confidence and not _kind_fits(ours, feature):
                confidence, reason = confidence * 0.4, "values_differ"
            elif not confidence:
                confidence, reason = _by_values(ours, feature, features), "values"
            if confidence:
                found.append((round(confidence, 4), ours, theirs, reason))
    place = {c: i for i, c in enumerate(_CONTRACT)}
    return sorted(found, key=lambda s: (-s[0], place[s[1]], s[2]))


def _plain(name: str) -> str:
    """Return a name without case, spaces and signs."""
    return re.sub(r"[\W_]+", "", name.casefold())


def _by_name(ours: str, theirs: str) -> tuple[float, str]:
    """Compare names: the same, a synonym, or similar."""
    plain, names = _plain(theirs), SYNONYMS[ours]
    if plain == _plain(ours):
        return 1.0, "name"
    if plain in names:
        # the first names of a list are its commonest
        return 0.95 - 0.0001 * names.index(plain), "synonym"
    close = max(SequenceMatcher(None, plain, n).ratio() for n in (_plain(ours), *names))
    return (0.8 * close, "similar") if close >= _SIMILAR and len(plain) > 3 else (0.0, "")


def _kind_fits(ours: str, feature: dict[str, Any]) -> bool:
    """Tell whether values could be of the kind the contract asks for."""
    kind = _CONTRACT[ours].kind
    if not feature["n"] or kind in ("text", "flag"):
        return True
    return bool(feature["date"] if kind == "date" else feature["number"])


def _by_values(ours: str, feature: dict[str, Any], features: dict[str, dict[str, Any]]) -> float:
    """Guess a required column by its values alone."""
    numbers = [f["total"] for f in features.values() if f["number"] and f["decimals"]]
    text = not (feature["date"] or feature["number"])
    guess = {
        "date": feature["date"],
        "revenue": feature["decimals"] and feature["total"] == max(numbers, default=0.0),
        "region": text and 3 <= feature["n_unique"] <= min(30, feature["n"] // 3),
    }
    return 0.3 if guess.get(ours, False) else 0.0
