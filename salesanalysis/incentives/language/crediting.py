"""How the blocks `credit`, `quota` and `limits` are read from a plan file."""

from datetime import date
from fractions import Fraction

from salesanalysis.incentives.language.place import PERIODS, Head
from salesanalysis.incentives.language.reader import Reader, decimal
from salesanalysis.incentives.rules import Cap, Credit, Floor, Limits, QuotaRules, Ramp, Windfall
from salesanalysis.labels import LANGUAGES, label
from salesanalysis.strictyaml import Key


def own_title(name: str) -> tuple[str, str]:
    """Return the catalogue's title of a rule that the file gives no text for."""
    english, chinese = (label(f"pay.rule.{name}", lang) for lang in LANGUAGES)
    return english, chinese


def title_of(reader: Reader, key: Key, name: str) -> tuple[str, str]:
    """Return the title written in the file, or the catalogue's."""
    if reader.at((*key, "text")) is not None:
        return reader.both((*key, "text"))
    return own_title(name)


def read_credit(reader: Reader) -> Credit:
    """Read how deals are credited."""
    key: Key = ("credit",)
    if reader.at(key) is None or not reader.block(
        key, ["splits_total", "windfall", "fx", "round_input"]
    ):
        return Credit(Fraction(1), None, "none")
    total: Fraction | None = Fraction(1)
    if reader.at((*key, "splits_total")) == "overlay":
        total = None
    elif reader.at((*key, "splits_total")) is not None:
        total = reader.number((*key, "splits_total"))
    fx = "none"
    if reader.at((*key, "fx")) is not None:
        fx = reader.choice((*key, "fx"), ["plan_rate", "none"])
    if total is not None and total != 1 and not reader.noted((*key, "splits_total")):
        reader.problem(
            "P06",
            (*key, "splits_total"),
            f"splits_total: {decimal(total)} would credit another amount than was sold.",
            'write "1", or overlay where more than the whole may be credited',
        )
    rounds = ""
    if reader.at((*key, "round_input")) is not None:
        rounds = reader.choice((*key, "round_input"), ["half_up"])
    return Credit(total, _windfall(reader, (*key, "windfall")), fx, rounds)


def _windfall(reader: Reader, key: Key) -> Windfall | None:
    """Read what counts of one very large deal."""
    if reader.at(key) is None or not reader.block(key, ["limit", "keep", "review"]):
        return None
    limit = reader.number((*key, "limit")) or Fraction(0)
    if limit < 0:
        reader.problem(
            "P05",
            (*key, "limit"),
            f"limit: {decimal(limit)} is below 0.",
            "write the amount above which a deal is very large",
        )
    review = reader.at((*key, "review"))
    if review is not None and not isinstance(review, bool):
        reader.problem(
            "P01", (*key, "review"), f"windfall: 'review' is {review!r}.", "write review: true"
        )
    if review is True:
        reader.one_of(key, "review", "keep", "windfall: ")
        return Windfall(limit, Fraction(1), review=True)
    if reader.at((*key, "keep")) is None:
        reader.problem(
            "P01",
            key,
            "windfall: 'keep' or 'review' is required.",
            'write keep: "0.5" for the part above the limit that counts, or review: true',
        )
        return None
    keep = reader.number((*key, "keep"))
    if keep is not None and not 0 <= keep <= 1:
        reader.problem(
            "P05",
            (*key, "keep"),
            f"keep: {decimal(keep)} is no share between 0 and 1.",
            f'write "{decimal(abs(keep) / 100)}" if percent is meant',
        )
    return Windfall(limit, Fraction(1) if keep is None else keep, review=False)


def read_quota(reader: Reader) -> QuotaRules:
    """Read the period of quotas, and what days, changes and new people do to them."""
    known = ["per", "paid", "spread", "zero_quota", "days", "mid_period_change", "ramp"]
    if not reader.block(("quota",), known):
        return QuotaRules(PERIODS[0], "calendar", "none", None, "error")
    per = reader.choice(("quota", "per"), PERIODS)
    paid, spread = _spread(reader, per)
    choices = {"zero_quota": "error", "days": "calendar", "mid_period_change": "none"}
    options = {
        "zero_quota": ["error", "exclude_with_report"],
        "days": ["calendar", "working"],
        "mid_period_change": ["retro", "time_weighted", "split_period", "none"],
    }
    for name, allowed in options.items():
        if reader.at(("quota", name)) is not None:
            choices[name] = reader.choice(("quota", name), allowed)
    ramp = _ramp(reader, ("quota", "ramp"))
    return QuotaRules(
        per, choices["days"], choices["mid_period_change"], ramp, choices["zero_quota"],
        paid, spread,
    )  # fmt: skip


def _spread(reader: Reader, per: str) -> tuple[str, str]:
    """Read the period that is paid where it is not as long as quotas, and how these are spread."""
    paid, key = "", ("quota", "spread")
    if reader.at(("quota", "paid")) is not None:
        paid = reader.choice(("quota", "paid"), PERIODS)
    if not paid or paid == per:
        if reader.at(key) is not None:
            reader.problem(
                "P07", key, "quotas are as long as the period paid; there is nothing to spread.",
                "remove spread, or write the period paid in quota.paid",
            )  # fmt: skip
        return "", ""
    if PERIODS.index(paid) > PERIODS.index(per):
        reader.problem(
            "P07", ("quota", "paid"), f"a quota per {per} is shorter than the {paid} paid.",
            f"give quotas per {paid}, or write paid: {per}",
        )  # fmt: skip
        return "", ""
    return paid, reader.choice(key, ["even", "days"])


def _ramp(reader: Reader, key: Key) -> Ramp | None:
    """Read the shares of the first months."""
    if reader.at(key) is None or not reader.block(key, ["shares", "of"]):
        return None
    names: Key = (*key, "shares")
    shares = [
        reader.number((*names, i)) or Fraction(0) for i in range(reader.items(names, "share"))
    ]
    of = [
        reader.choice((*key, "of", i), ["quota", "target_incentive"], owner="ramp: ")
        for i in range(reader.items((*key, "of"), "name"))
    ]
    for i, share in enumerate(shares):
        if not 0 < share <= 1 and not reader.noted((*names, i)):
            reader.problem(
                "P05",
                (*names, i),
                f"a share of {decimal(share)} is not above 0 and at most 1.",
                f'write "{decimal(abs(share) / 100)}" if percent is meant',
            )
    return Ramp(tuple(shares), tuple(of))


def read_limits(reader: Reader, head: Head) -> Limits:
    """Read the cap and the guarantee."""
    key: Key = ("limits",)
    if reader.at(key) is None or not reader.block(key, ["cap", "floor"]):
        return Limits()
    cap, floor = _cap(reader, (*key, "cap"), head), _floor(reader, (*key, "floor"), head)
    if cap and floor and cap.of == "pay" and floor.amount > cap.amount:
        reader.problem(
            "P07",
            (*key, "floor", "amount"),
            f"at least {decimal(floor.amount)} and at most {decimal(cap.amount)} are paid.",
            "write a floor below the cap",
        )
    return Limits(cap, floor)


def _cap(reader: Reader, key: Key, head: Head) -> Cap | None:
    known = ["of", "amount", "rate", "excess", "before", "text"]
    if reader.at(key) is None or not reader.block(key, known):
        return None
    of = reader.choice((*key, "of"), ["pay", "rate", "credit", "deal"], owner="cap: ")
    if of == "rate":
        reader.one_of(key, "rate", "amount", "cap: ")
        amount = reader.number((*key, "rate")) or Fraction(0)
        if not 0 <= amount <= 1 and not reader.noted((*key, "rate")):
            reader.problem(
                "P05",
                (*key, "rate"),
                f"rate: {decimal(amount)} is no share of the credit between 0 and 1.",
                f'write "{decimal(abs(amount) / 100)}" if percent is meant',
            )
    else:
        reader.one_of(key, "amount", "rate", "cap: ")
        amount = reader.money((*key, "amount"), head.unit) or Fraction(0)
    excess = reader.choice((*key, "excess"), ["lost", "deferred"], owner="cap: ")
    before = reader.at((*key, "before"))
    if before is not None:
        reader.choice((*key, "before"), ["coefficients"], owner="cap: ")
    if excess == "deferred" and (of in ("credit", "deal") or before is not None):
        reader.problem(
            "P07",
            (*key, "excess"),
            "only pay above a cap on the whole pay can be paid later.",
            "write excess: lost, or of: pay with before: null",
        )
    if before is not None and of not in ("pay", "rate"):
        reader.problem(
            "P07",
            (*key, "before"),
            f"a cap of {of} stands before the tiers, not before the coefficients.",
            "write before: null",
        )
    return Cap("cap", title_of(reader, key, "cap"), of, amount, excess, before is not None)


def _floor(reader: Reader, key: Key, head: Head) -> Floor | None:
    if reader.at(key) is None or not reader.block(key, ["amount", "until", "text"]):
        return None
    amount = reader.money((*key, "amount"), head.unit) or Fraction(0)
    until = reader.at((*key, "until"))
    try:
        day = "" if until is None else date.fromisoformat(str(until)).isoformat()
    except ValueError:
        reader.problem(
            "P08",
            (*key, "until"),
            f"'until' is {until!r}, not a date.",
            "write it as 2026-01-31, or null for no end",
        )
        day = ""
    return Floor("floor", title_of(reader, key, "floor"), amount, day)
