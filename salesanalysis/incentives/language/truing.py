"""What of a plan cannot be paid by the year to date."""

from collections.abc import Sequence

from salesanalysis.incentives.language.reader import Reader
from salesanalysis.incentives.rules import Cap, Penalty


def check_true_up(reader: Reader, penalties: Sequence[Penalty], cap: Cap | None) -> None:
    """Refuse what is taken of one period's pay where every period counts the year to date.

    A fine is a fixed amount and is settled once. A share, a lowered rate or a forfeited part would
    take of the months before once more, and a deferred excess would be withheld every month again.
    """
    for rule in penalties:
        if rule.deduct.kind != "amount":
            reader.problem(
                "P07",
                ("penalties",),
                f"{rule.id}: a true-up pays the year to date, so '{rule.deduct.kind}' would take "
                "of the months before once more.",
                "deduct an amount, or write settlement.true_up: none",
            )
    if cap is not None and cap.excess == "deferred":
        reader.problem(
            "P07",
            ("limits", "cap", "excess"),
            "a true-up pays the year to date, so a deferred excess would be withheld every month "
            "again.",
            "write excess: lost, or settlement.true_up: none",
        )
