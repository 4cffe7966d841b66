"""How the block `settlement` is read from a plan file."""

from fractions import Fraction
from typing import Any

from salesanalysis.incentives.inputs.deals import LENGTHS
from salesanalysis.incentives.language.crediting import title_of
from salesanalysis.incentives.language.place import Head
from salesanalysis.incentives.language.reader import Reader, decimal
from salesanalysis.incentives.rules import Clawback, Draw, Holdback, Settlement
from salesanalysis.strictyaml import Key

KEY: Key = ("settlement",)


def read_settlement(reader: Reader, head: Head) -> Settlement:
    """Read how the gross of a period becomes pay."""
    known = ["true_up", "clawback", "holdback", "draw", "leaver"]
    if reader.at(KEY) is None or not reader.block(KEY, known):
        return Settlement()
    leaver = ""
    if reader.at((*KEY, "leaver")) is not None:
        leaver = reader.choice((*KEY, "leaver"), ["forfeit", "prorata_to_last_day", "pay_earned"])
    return Settlement(
        _true_up(reader),
        _draw(reader, head, leaver),
        _clawback(reader),
        _holdback(reader),
        leaver,
    )


def _true_up(reader: Reader) -> str:
    key: Key = (*KEY, "true_up")
    value = reader.at(key)
    if not isinstance(value, dict):
        if value not in (None, "none"):
            reader.problem(
                "P01",
                key,
                f"'true_up' is {value!r}, neither none nor a block of keys.",
                "write true_up: none, or true_up: {of: ytd, negative: carry}",
            )
        return "none"
    reader.block(key, ["of", "negative"])
    reader.choice((*key, "of"), ["ytd"], owner="true_up: ")
    return reader.choice((*key, "negative"), ["carry", "claw"], owner="true_up: ")


def _whole(reader: Reader, key: Key, what: str) -> int:
    """Read a whole number above 0; a recoverable balance must end somewhere (P09)."""
    value: Any = reader.at(key)
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    found = "required" if value is None else f"{value!r}, not a whole number above 0"
    reader.problem("P09", key, f"{what}: '{key[-1]}' is {found}.", f"write {key[-1]}: 6")
    return 1


def _draw(reader: Reader, head: Head, leaver: str) -> Draw | None:
    key: Key = (*KEY, "draw")
    known = ["amount", "months", "recoverable", "recovery_share", "text"]
    if reader.at(key) is None or not reader.block(key, known):
        return None
    amount = reader.money((*key, "amount"), head.unit) or Fraction(0)
    months, length = _whole(reader, (*key, "months"), "draw"), LENGTHS[head.per]
    if months % length and not reader.noted((*key, "months")):
        reader.problem(
            "P09",
            (*key, "months"),
            f"draw: {months} months are no whole number of periods of a {head.per}.",
            f"write months: {months // length * length + length}",
        )
    recoverable = reader.at((*key, "recoverable"))
    if not isinstance(recoverable, bool):
        reader.problem(
            "P09",
            (*key, "recoverable"),
            "draw: 'recoverable' is required (true or false).",
            "write recoverable: true if it is paid back, false if not",
        )
    share = Fraction(1)
    if recoverable is True:
        share = reader.number((*key, "recovery_share")) or Fraction(0)
        if not 0 < share <= 1 and not reader.noted((*key, "recovery_share")):
            reader.problem(
                "P05",
                (*key, "recovery_share"),
                f"recovery_share: {decimal(share)} is not above 0 and at most 1.",
                'write "1.0" to recover all of a surplus',
            )
        if not leaver:
            reader.problem(
                "P09",
                (*KEY, "leaver"),
                "draw: a recoverable draw needs 'leaver': what happens to what is owed.",
                "write leaver: pay_earned, prorata_to_last_day or forfeit",
            )
    periods = months // length
    return Draw("draw", title_of(reader, key, "draw"), amount, periods, recoverable is True, share)


def _clawback(reader: Reader) -> Clawback | None:
    key: Key = (*KEY, "clawback")
    known = ["window_months", "method", "floor", "text"]
    if reader.at(key) is None or not reader.block(key, known):
        return None
    for name, options in (("method", "reversal or recompute"), ("floor", "zero, carry, negative")):
        if reader.at((*key, name)) is None:
            reader.problem(
                "P09",
                (*key, name),
                f"clawback: '{name}' is required ({options}).",
                f"choose one of {options}",
            )
    months = _whole(reader, (*key, "window_months"), "clawback")
    method, floor = "reversal", "carry"
    if reader.at((*key, "method")) is not None:
        method = reader.choice((*key, "method"), ["reversal", "recompute"], owner="clawback: ")
    if reader.at((*key, "floor")) is not None:
        floor = reader.choice((*key, "floor"), ["zero", "carry", "negative"], owner="clawback: ")
    return Clawback("clawback", title_of(reader, key, "clawback"), months, method, floor)


def _holdback(reader: Reader) -> Holdback | None:
    key: Key = (*KEY, "holdback")
    if reader.at(key) is None or not reader.block(key, ["share", "release", "text"]):
        return None
    share = reader.number((*key, "share")) or Fraction(0)
    if not 0 < share < 1 and not reader.noted((*key, "share")):
        reader.problem(
            "P05",
            (*key, "share"),
            f"share: {decimal(share)} is not above 0 and below 1.",
            f'write "{decimal(abs(share) / 100)}" if percent is meant',
        )
    release = reader.both((*key, "release"))
    return Holdback("holdback", title_of(reader, key, "holdback"), share, release)
