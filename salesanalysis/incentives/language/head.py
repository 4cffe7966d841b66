"""How the blocks `plan` and `measures` are read from a plan file."""

import re
from datetime import date
from fractions import Fraction

from salesanalysis.incentives.inputs.deals import LENGTHS
from salesanalysis.incentives.language.place import KINDS, PERIODS, PERSONAL, Head, Margin, Measure
from salesanalysis.incentives.language.reader import Reader, decimal
from salesanalysis.incentives.rules import QuotaRules
from salesanalysis.strictyaml import Key

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
#: Smallest amounts that pay may be counted in: 1, 2 or 5 of a cent, of ten cents, of a unit, ...
COINS = frozenset(Fraction(n * 10**k, 100) for n in (1, 2, 5) for k in range(6))


def read_head(reader: Reader, quota: QuotaRules) -> Head:
    """Read the blocks plan and measures."""
    key: Key = ("plan",)
    known = ["id", "currency", "effective", "title", "target_incentive", "rounding", "applies_to"]
    reader.block(key, known)
    unit = _rounding(reader)
    first, last = _effective(reader)
    incentive, incentive_per = _incentive(reader, unit, quota.period)
    return Head(
        id=plan_id(reader, (*key, "id")),
        currency=_currency(reader, (*key, "currency")),
        title=reader.both((*key, "title")),
        first_day=first,
        last_day=last,
        unit=unit,
        per=quota.period,
        zero_quota=quota.zero_quota,
        measures=_measures(reader),
        target_incentive=incentive,
        applies_to=applies_to(reader, (*key, "applies_to")),
        quota_per=quota.per,
        incentive_per=incentive_per,
    )


def _currency(reader: Reader, key: Key) -> str:
    """Read the currency by its three letters."""
    fix = "write the ISO code, such as CNY"
    text = reader.text(key, fix=fix)
    if text and not re.fullmatch("[A-Z]{3}", text):
        reader.problem("P02", key, f"'currency' is {text!r}.", fix)
    return text


def plan_id(reader: Reader, key: Key) -> str:
    """Read a short name that can stand in messages and file names."""
    text = reader.text(key, fix="give a short name such as commission")
    if text and not _ID.fullmatch(text):
        reader.problem("P02", key, f"'id' is {text!r}.", "use letters, digits, - and _")
    return text


def _rounding(reader: Reader) -> Fraction:
    """Read how pay is rounded; only half up with largest remainder exists."""
    key: Key = ("plan", "rounding")
    if not reader.block(key, ["unit", "mode", "lines"]):
        return Fraction("0.01")
    reader.choice((*key, "mode"), ["half_up"])
    reader.choice((*key, "lines"), ["largest_remainder"])
    unit = reader.number((*key, "unit"))
    if unit is None or unit in COINS:
        return unit or Fraction("0.01")
    reader.problem(
        "P10",
        (*key, "unit"),
        f"unit is {decimal(unit)}: pay is counted in whole cents.",
        'write "0.01", "0.1" or "1"',
    )
    return Fraction("0.01")


def _effective(reader: Reader) -> tuple[str, str]:
    """Read the first and the last day; no last day means until further notice."""
    key: Key = ("plan", "effective")
    if not reader.block(key, ["from", "to"]):
        return "", ""
    days = []
    for name in ("from", "to"):
        value = reader.at((*key, name))
        if value is None and name == "to":
            days.append("")
            continue
        try:
            days.append(date.fromisoformat(str(value)).isoformat())
        except ValueError:
            reader.problem(
                "P08", (*key, name), f"'{name}' is {value!r}, not a date.", "write it as 2026-01-31"
            )
            days.append("")
    if days[0] and days[1] and days[0] > days[1]:
        reader.problem(
            "P08",
            (*key, "to"),
            f"the plan ends on {days[1]}, before it starts on {days[0]}.",
            "swap the dates",
        )
    return days[0], days[1]


def _measures(reader: Reader) -> dict[str, Measure]:
    """Read what is measured."""
    data = reader.at(("measures",))
    if not isinstance(data, dict) or not data:
        reader.problem(
            "P02",
            ("measures",),
            "'measures' is missing or empty.",
            "write measures: {sales: {kind: money}}",
        )
        return {}
    found = {str(name): _measure(reader, ("measures", name), str(name)) for name in data}
    if all(m.kind in PERSONAL for m in found.values()) and not reader.noted(("measures",)):
        reader.problem(
            "P02",
            ("measures",),
            "no measure is money or a count: deals have nothing to be counted by.",
            "add the measure of the deals, such as sales: {kind: money}",
        )
    return found


def _measure(reader: Reader, key: Key, name: str) -> Measure:
    """Read one measure."""
    if not reader.block(key, ["kind", "date", "credit", "returns", "text", "margin"]):
        return Measure(name, "money", "date", "owner")
    kind = reader.choice((*key, "kind"), list(KINDS))
    credit = "owner"
    if reader.at((*key, "credit")) is not None:
        credit = reader.choice((*key, "credit"), ["owner", "splits", "none"])
    if credit == "none" and kind == "money":  # a count may stand in the people's own rows
        reader.problem(
            "P07",
            (*key, "credit"),
            f"'{name}': what deals bring is credited to somebody.",
            "write credit: owner or credit: splits",
        )
    if reader.at((*key, "returns")) not in (None, "negative"):
        reader.choice((*key, "returns"), ["negative"])
    title = reader.both((*key, "text")) if reader.at((*key, "text")) is not None else None
    margin = _margin(reader, (*key, "margin"), name, kind)
    return Measure(name, kind, str(reader.at((*key, "date")) or "date"), credit, title, margin)


def _margin(reader: Reader, key: Key, name: str, kind: str) -> Margin | None:
    """Read of which two columns a measure is the difference, and what a loss counts."""
    known = ["amount", "cost", "loss"]
    if reader.at(key) is None or not reader.block(key, known):
        return None
    columns = [
        reader.text((*key, part), fix=f"write {part}: and the column of the deals")
        for part in known[:2]
    ]
    loss = reader.choice((*key, "loss"), ["zero", "negative"], owner=f"'{name}': ")
    if kind != "money" and not reader.noted(key):
        reader.problem(
            "P07", key, f"'{name}' is a {kind}; only money has a margin.", "write kind: money"
        )
    if (len({*columns, name}) < 3) and not reader.noted(key):
        reader.problem(
            "P07",
            key,
            f"'{name}' is {columns[0]} less {columns[1]}: these are not three columns.",
            "write amount: revenue, cost: cost, and give the measure a name of its own",
        )
    return Margin(columns[0], columns[1], loss)


def applies_to(reader: Reader, key: Key) -> dict[str, tuple[str, ...]]:
    """Read whom a plan or a component is for: values by column of the people."""
    data = reader.at(key)
    if data is None:
        return {}
    if not isinstance(data, dict):
        reader.problem(
            "P02",
            key,
            f"'applies_to' is {data!r}.",
            "write applies_to: {role: [account_executive]}",
        )
        return {}
    return {
        str(column): tuple(
            str(reader.at((*key, column, i))) for i in range(reader.items((*key, column), "value"))
        )
        for column in data
    }


def _incentive(reader: Reader, unit: Fraction, per: str) -> tuple[Fraction | None, str]:
    """Read the target incentive of the period paid, and the length it is stated for."""
    key: Key = ("plan", "target_incentive")
    if reader.at(key) is None or not reader.block(key, ["amount", "per"]):
        return None, ""
    stated = reader.choice((*key, "per"), PERIODS)
    amount = reader.money((*key, "amount"), unit)
    if amount is None:
        return None, stated
    return amount * Fraction(LENGTHS[per], LENGTHS[stated]), stated
