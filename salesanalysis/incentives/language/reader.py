"""Reads a plan file and collects every problem in it, each with place, value, rule and fix."""

import re
import unicodedata
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pandas as pd

from salesanalysis.errors import ParamError, nearest
from salesanalysis.strictyaml import Document, Key, key_text

_DECIMAL = re.compile(r"[-+]?[0-9]{1,24}(\.[0-9]{1,16})?")
_RANGE = re.compile(r"\s*[0-9.]+\s*%?\s*(-|~|–|—|to)\s*[0-9.]+\s*%?\s*")


#: Switches that one rate table is read by in several ways.
READ_IN_WAYS = ("mode", "basis", "closed", "reprice")
COMPARED = "; compare_semantics shows what each pays"


class Reader:
    """A document with the list of what is wrong in it.

    Every getter returns something to go on with, so that one run finds all problems.
    """

    def __init__(self, doc: Document) -> None:
        self.doc = doc
        self.problems: list[dict[str, Any]] = []
        self.misspelt: set[Key] = set()

    def problem(self, code: str, key: Key, what: str, fix: str) -> None:
        """Note a problem at `key`."""
        place = self.doc.where(*key)
        line = int(place.removeprefix(self.doc.name).split(":")[1])
        self.problems.append(
            {
                "code": code,
                "line": line,
                "key": key_text(key),
                "place": place,
                "what": what,
                "fix": fix,
            }
        )

    def noted(self, key: Key) -> bool:
        """Tell whether something is already wrong at `key` or inside it."""
        name = key_text(key)
        return any(
            p["key"] == name or p["key"].startswith((f"{name}.", f"{name}[")) for p in self.problems
        )

    def finish(self) -> None:
        """Raise one error that lists every problem, in the order of the file."""
        if not self.problems:
            return
        rows = pd.DataFrame(self.problems)
        rows = rows.sort_values("line", kind="stable").reset_index(drop=True)
        n = len(rows)
        if n == 1:
            first = rows.iloc[0]
            raise ParamError(
                f"{self.doc.name}: {first['code']} {first['what']}",
                where=first["place"],
                fix=first["fix"],
                code="bad-plan",
                rows=rows,
            )
        numbered = [f"{i} {{}}" for i in range(1, n + 1)]
        texts = {
            c: [m.format(t) for m, t in zip(numbered, column, strict=True)]
            for c, column in (
                ("what", rows["code"] + " " + rows["what"]),
                ("where", rows["place"]),
                ("fix", rows["fix"]),
            )
        }
        raise ParamError(
            f"{self.doc.name}: {n} problems in the plan.\n    " + "\n    ".join(texts["what"]),
            where="\n         ".join(texts["where"]),
            fix="\n         ".join(texts["fix"]),
            code="bad-plan",
            rows=rows,
        )

    def at(self, key: Key) -> Any:
        """Return the value at `key`, None where there is none."""
        value: Any = self.doc.data
        for part in key:
            if isinstance(part, int):
                value = value[part]
            else:
                value = value.get(part) if isinstance(value, dict) else None
        return value

    def block(self, key: Key, known: Sequence[str], later: Sequence[str] = ()) -> bool:
        """Check that a mapping stands at `key` with no key but the known ones."""
        value = self.at(key) if key else self.doc.data
        if not isinstance(value, dict):
            name = f"'{key_text(key)}'" if key else "the file"
            found = "is missing" if value is None else f"is {value!r}, not a block of keys"
            self.problem("P02", key, f"{name} {found}.", f"give it the keys {', '.join(known)}")
            return False
        for name, inner in value.items():
            if name in known:
                continue
            if name in later:
                if inner not in (None, [], {}):
                    self.later((*key, name), f"'{name}'")
                continue
            close = nearest(name, [*known, *later])
            if close:
                self.misspelt.add((*key, close))
            fix = f"did you mean '{close}'?" if close else f"remove it; known: {', '.join(known)}"
            self.problem("P02", (*key, name), f"unknown key '{name}'.", fix)
        return True

    @staticmethod
    def close(name: Any, known: Sequence[str]) -> str | None:
        """Return the known name nearest to `name`, None where none is near."""
        return nearest(str(name), known)

    def later(self, key: Key, what: str) -> None:
        """Note a part of the plan language that this version does not calculate."""
        self.problem(
            "P00",
            key,
            f"{what} is not supported yet in this version.",
            "remove it, or leave it null",
        )

    def items(self, key: Key, of: str) -> int:
        """Return how many entries the list at `key` has; 0 where it is none."""
        value = self.at(key)
        if isinstance(value, list) and value:
            return len(value)
        if key in self.misspelt:
            return 0
        found = "missing or empty" if not value else f"{value!r}, not a list"
        self.problem("P02", key, f"'{key_text(key[-1:])}' is {found}.", f"give at least one {of}")
        return 0

    def text(self, key: Key, *, fix: str) -> str:
        """Return the text at `key`."""
        value = self.at(key)
        if isinstance(value, str) and value.strip():
            return value
        found = "missing" if value is None else f"{value!r}, not text"
        self.problem("P02", key, f"'{key[-1]}' is {found}.", fix)
        return ""

    def both(self, key: Key) -> tuple[str, str]:
        """Return the English and the Chinese text at `key`."""
        if not self.block(key, ["en", "zh"]):
            return "", ""
        fix = 'write both languages: {en: "...", zh: "..."}'
        return self.text((*key, "en"), fix=fix), self.text((*key, "zh"), fix=fix)

    def choice(
        self, key: Key, options: Sequence[str], *, owner: str = "", missing: str = "P01"
    ) -> str:
        """Return the word at `key`: one of `options`, which has no default (P01)."""
        value, name = self.at(key), str(key[-1])
        if value in options and isinstance(value, str):
            return value
        listed = _one_of(options)
        written = [f"'{name}: {option}'" for option in options]
        fix = f"choose {_one_of(written)}" + COMPARED * (name in READ_IN_WAYS)
        if value is not None:
            close = nearest(str(value), options)
            what = f"{owner}'{name}' is {value!r}, not {listed}."
            self.problem("P01", key, what, f"write {name}: {close}" if close else fix)
        elif key not in self.misspelt:
            self.problem(missing, key, f"{owner}'{name}' is required ({listed}).", fix)
        return options[0]

    def one_of(self, key: Key, read: str, other: str, owner: str) -> None:
        """Refuse two keys of one block of which only `read` would be read."""
        if self.at((*key, other)) is not None:
            self.problem(
                "P02",
                (*key, other),
                f"{owner}'{read}' and '{other}' are both given; only one can hold.",
                f"remove {other} or {read}",
            )

    def number(self, key: Key, *, default: Fraction | None = None) -> Fraction | None:
        """Return the exact decimal at `key`; None, noted as P04, where it is none."""
        value, name = self.at(key), key_text(key[-1:])
        if value is None:
            if default is None:
                self.problem("P04", key, f"'{name}' is missing.", _example(name))
            return default
        if isinstance(value, bool):
            self.problem(
                "P04",
                key,
                f"{name} is {str(value).lower()}, not a number.",
                'write a decimal in quotes such as "0.06"',
            )
            return None
        if isinstance(value, float):
            self.problem(
                "P04",
                key,
                f"{name} is {value!r} without quotes: a float is not exact.",
                f'write "{value!r}" in quotes (exact decimal)',
            )
            return None
        text = str(value)
        if _DECIMAL.fullmatch(text):
            return Fraction(text)
        if _RANGE.fullmatch(text):
            self.problem(
                "P03",
                key,
                f"{name} is the range {text!r}: what lies between two ranges "
                "would be paid by none.",
                "give one edge, where the tier starts",
            )
            return None
        self.problem("P04", key, f"{name} is {text!r}, not a plain decimal.", _decimal_fix(text))
        return None

    def money(self, key: Key, unit: Fraction, *, signed: bool = False) -> Fraction | None:
        """Return the amount at `key`, in currency units, not finer than `unit` (P10).

        An amount below 0 is refused unless it is `signed`: what is taken off is a penalty.
        """
        value = self.number(key)
        if value is not None and value < 0 and not signed:
            name = key_text(key[-1:])
            self.problem(
                "P05",
                key,
                f"{name}: {decimal(value)} is below 0.",
                "write an amount of 0 or more; what is taken off is a penalty",
            )
            return None
        if value is not None and value % unit:
            self.problem(
                "P10",
                key,
                f"{key_text(key[-1:])}: {decimal(value)} is finer than {decimal(unit)}.",
                "round it to the unit of the plan",
            )
            return None
        return value


def _one_of(words: Sequence[str]) -> str:
    """Write a choice: a, b or c."""
    return " or ".join([", ".join(words[:-1]), words[-1]] if words[:-1] else words)


def _example(name: str) -> str:
    """Return what to write where a number is missing."""
    shown = {"amount": 'an amount such as "1000.00"', "from": 'where it starts, such as "0.8"'}
    return "write " + shown.get(name, 'a decimal such as "0.06"')


def _decimal_fix(text: str) -> str:
    """Return what to write instead of something like ``1,000`` or ``6%``."""
    bare = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "")
    if bare.endswith("%") and _DECIMAL.fullmatch(bare[:-1]):
        return f'write "{decimal(Fraction(bare[:-1]) / 100)}"'
    return f'write "{bare}"' if _DECIMAL.fullmatch(bare) else 'write a decimal such as "0.06"'


def decimal(value: Fraction, places: int = 10) -> str:
    """Write an exact fraction as a plain decimal, without trailing zeros.

    Examples
    --------
    >>> decimal(Fraction("0.060")), decimal(Fraction(150000)), decimal(Fraction(-1, 3), 4)
    ('0.06', '150000', '-0.3333')
    """
    text = f"{abs(value.numerator) * 10**places // value.denominator:0{places + 1}d}"
    whole, rest = text[:-places], text[-places:].rstrip("0")
    sign = "-" if value < 0 and (int(whole) or rest) else ""
    return f"{sign}{whole}.{rest}" if rest else f"{sign}{whole}"
