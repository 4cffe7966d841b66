"""The SMART check as a result: which targets pass, which letter fails, and why."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, unknown_name
from salesanalysis.labels import Terms, chance, count, label, money, percent
from salesanalysis.results import Result, Table
from salesanalysis.targets.words import listing, node_text

LETTERS = ("specific", "measurable", "attainable", "relevant", "time_bound")
_VERDICTS = ("pass", "warn", "fail")
_LINES = 6


@dataclass(frozen=True, eq=False)
class SmartCheck(Result):
    """Every target with its five letters.

    Attributes
    ----------
    frame : DataFrame, one row per target
        Level columns, ``tier``, ``target`` (currency), ``probability`` (of reaching it; empty
        beside ``status`` ``no_forecast``), and per letter ``pass``, ``warn`` or ``fail`` and its
        reasons, ``+`` between several.
    levels : tuple of str
    bands : dict
        Chances (low, high) between which a target of each tier is attainable.
    """

    frame: pd.DataFrame
    levels: tuple[str, ...]
    bands: dict[str, tuple[float, float]]
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Refuse unknown verdicts, a fail without a reason, chances outside 0..1; keep a copy."""
        frame = self.frame.copy().reset_index(drop=True)
        require_columns(frame, [*self.levels, "target", "probability", *LETTERS], name="check")
        p = frame["probability"]
        wrong = ~(p.isna() | p.between(0, 1))
        for letter in LETTERS:
            reasoned = (frame[letter] == "pass") == (frame[f"{letter}_reason"] == "")
            wrong |= ~frame[letter].isin(_VERDICTS) | ~reasoned
        if wrong.any():
            raise ContractError(
                f"{int(wrong.sum())} of {len(frame)} rows have a verdict without a reason, or a "
                "chance that is none.",
                where="SmartCheck(frame=...), see .rows",
                fix="build it with smart_check",
                rows=frame[wrong],
            )
        object.__setattr__(self, "frame", frame)
        object.__setattr__(self, "levels", tuple(self.levels))

    def to_frame(self) -> pd.DataFrame:
        """Return one row per target; a copy."""
        return self.frame.copy()

    def long(self) -> pd.DataFrame:
        """Return one row per target and letter: names, ``letter``, ``verdict``, ``reason``."""
        keys = list(self.levels)
        parts = []
        for letter in LETTERS:
            part = self.frame[[*keys, "target"]].assign(letter=letter)
            part["verdict"] = self.frame[letter]
            part["reason"] = self.frame[f"{letter}_reason"]
            parts.append(part)
        return pd.concat(parts, ignore_index=True)

    @property
    def accepted(self) -> pd.Series:
        """Tell which targets pass all five letters."""
        return (self.frame[list(LETTERS)] == "pass").all(axis=1)

    @property
    def acceptance(self) -> float:
        """Share of targets that pass all five letters."""
        return float(self.accepted.mean())

    def letters(self) -> pd.DataFrame:
        """Return the letters every target passes, as a card prints them.

        Returns
        -------
        DataFrame
            Level columns and ``smart``: ``SMART`` where all five pass, ``S-ART`` where
            "measurable" fails, ``SmART`` where it is a warning.
        """
        marks = pd.Series("", index=self.frame.index, dtype="str")
        for letter in LETTERS:
            capital = letter[0].upper()
            signs = {"pass": capital, "warn": capital.lower(), "fail": "-"}
            marks += self.frame[letter].map(signs).astype("str")
        return self.frame[list(self.levels)].assign(smart=marks)

    def select(self, **where: str) -> "SmartCheck":
        """Return the targets of units with these names.

        Raises
        ------
        ContractError
            A level or a name the check does not have.
        """
        frame = self.frame
        for level, wanted in where.items():
            known = sorted(set(frame[level]) - {""}) if level in self.levels else list(self.levels)
            if wanted not in known:
                kind = level if level in self.levels else "level"
                name = wanted if level in self.levels else level
                raise unknown_name(
                    name, known, kind=kind, where="SmartCheck.select", error=ContractError
                )
            frame = frame[frame[level] == wanted]
        return replace(self, frame=frame)

    def tally(self) -> pd.DataFrame:
        """Return one row per letter: ``letter``, ``n_pass``, ``n_warn``, ``n_fail``."""
        rows = [
            {"letter": x, **{f"n_{v}": int((self.frame[x] == v).sum()) for v in _VERDICTS}}
            for x in LETTERS
        ]
        return pd.DataFrame(rows)

    def table(self, lang: str = "en", *, rows: int = 30) -> Table:
        """Return the check as readers see it, reasons in words."""
        names = [node_text(r, self.levels, self.terms, lang) for r in self._records()]
        shown = self.frame[["tier", "target", "probability"]].copy()
        shown.insert(0, "node", pd.Series(names, dtype="str"))
        shown["tier"] = [label(f"tier.{t}", lang) for t in shown["tier"]]
        for letter in LETTERS:
            texts = [
                self._verdict(v, r, lang)
                for v, r in zip(self.frame[letter], self.frame[f"{letter}_reason"], strict=True)
            ]
            shown[letter] = pd.Series(texts, dtype="str")
        return Table(shown, lang=lang, terms=self.terms, rows=rows)

    def _records(self) -> list[dict[str, Any]]:
        records: list[dict[str, Any]] = self.frame.to_dict("records")
        return records

    def _verdict(self, verdict: str, reason: str, lang: str) -> str:
        word = label(f"smart.{verdict}", lang)
        return f"{word}: {_reasons(reason, lang)}" if reason else word

    def _sentences(self, lang: str) -> list[str]:
        n = len(self.frame)
        good = int(self.accepted.sum())
        out = [
            label(
                "smart.headline", lang, n=count(good), all=count(n), share=percent(self.acceptance)
            )
        ]
        tally = self.tally().query("n_pass < @n").to_dict("records")
        out += [self._letter_line({str(k): v for k, v in row.items()}, lang) for row in tally]
        low, high = self.bands["average"]
        out.append(label("smart.rule", lang, low=percent(low, 0), high=percent(high, 0)))
        return out + self._hardest(lang)

    def _letter_line(self, row: dict[str, Any], lang: str) -> str:
        reasons = self.frame[f"{row['letter']}_reason"]
        codes = reasons[reasons != ""].str.split("+").explode()
        tops = codes.value_counts().sort_index().sort_values(ascending=False, kind="stable")
        parts = [f"{label(f'smart.reason.{c}', lang)} ({count(k)})" for c, k in tops.items()]
        return label(
            "smart.letter",
            lang,
            letter=label(f"column.{row['letter']}", lang),
            fail=count(row["n_fail"]),
            warn=count(row["n_warn"]),
            reasons=listing(parts, lang),
        )

    def _hardest(self, lang: str) -> list[str]:
        """Name the targets that are least likely, with their chance."""
        part = self.frame[self.frame["attainable"] == "fail"]
        part = part[np.isfinite(part["probability"])]
        part = part.sort_values(["probability", *self.levels], kind="stable").head(_LINES)
        return [
            label(
                "smart.hard",
                lang,
                node=node_text(row, self.levels, self.terms, lang),
                target=money(row["target"], lang, self.currency),
                chance=chance(row["probability"]),
                reasons=_reasons(row["attainable_reason"], lang),
            )
            for row in part.to_dict("records")
        ]


def _reasons(codes: str, lang: str) -> str:
    """Write the reasons of one letter in words."""
    return listing([label(f"smart.reason.{c}", lang) for c in codes.split("+")], lang)
