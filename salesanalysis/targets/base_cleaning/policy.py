"""What happens to a base that is empty, zero, negative, too short or made by one deal."""

import math
from dataclasses import dataclass, fields

from salesanalysis.errors import ContractError, unknown_name

#: The answers each question may have; the first is the default.
ANSWERS = {
    "missing": ("exclude", "zero", "error"),
    "zero": ("keep", "floor"),
    "negative": ("zero", "carry", "error"),
    "short": ("borrow", "error"),
    "starters": ("none", "peers"),
    "outlier": ("exclude", "keep", "cap", "spread"),
    "unfinished": ("drop", "pro_rate"),
}


@dataclass(frozen=True)
class Policy:
    """Answers to what a base cannot say by itself; every use of one leaves a row in the log.

    Attributes
    ----------
    missing : {"exclude", "zero", "error"}
        A month without a figure: its year counts nowhere, it is 0, or it is refused.
    zero : {"keep", "floor"}
        A year of true zeros: stays 0, or the unit gets an equal part of the pool `floor`.
    floor : float, currency
    negative : {"zero", "carry", "error"}
        More returned than sold: base 0 and the amount kept apart, or taken off the units beside
        it in proportion to their bases.
    short : {"borrow", "error"}
        Fewer than 24 months of history: what is missing comes from the units around.
    starters : {"none", "peers"}
        Opened inside the base year: no base, or the median base per head of the units beside it
        times the part of full speed given.
    outlier : {"exclude", "keep", "cap", "spread"}
        One deal above the fence and above `deal_share` of the unit's year: the part above the
        fence leaves the base, stays, leaves it above `deal_cap`, or is spread over `spread_years`.
    deal_share : float
    deal_cap : float, currency
    spread_years : int
    unfinished : {"drop", "pro_rate"}
        A base year that is not over: refused, or scaled up by the season of the years before.

    Examples
    --------
    >>> Policy(zero="floor", floor=1000.0).zero
    'floor'
    """

    missing: str = "exclude"
    zero: str = "keep"
    floor: float = 0.0
    negative: str = "zero"
    short: str = "borrow"
    starters: str = "none"
    outlier: str = "exclude"
    deal_share: float = 0.10
    deal_cap: float = 0.0
    spread_years: int = 3
    unfinished: str = "drop"

    def __post_init__(self) -> None:
        """Refuse answers nobody could have meant."""
        for field in fields(self):
            answer = getattr(self, field.name)
            if field.name in ANSWERS and answer not in ANSWERS[field.name]:
                where, known = f"Policy({field.name}=...)", ANSWERS[field.name]
                raise unknown_name(answer, known, kind="choice", where=where, error=ContractError)
        self._need("floor", self.floor, used=self.zero == "floor")
        self._need("deal_cap", self.deal_cap, used=self.outlier == "cap")
        if not 0 < self.deal_share <= 1 or self.spread_years < 2:
            raise ContractError(
                f"deal_share must be above 0 and at most 1, spread_years at least 2; "
                f"got {self.deal_share!r} and {self.spread_years!r}.",
                where="Policy(deal_share=..., spread_years=...)",
                fix="write 10 % as 0.10 and three years as 3",
                code="bad-choice",
            )

    def _need(self, name: str, amount: float, *, used: bool) -> None:
        """Refuse an amount that is needed and not there, or there and not used."""
        if math.isfinite(amount) and (amount > 0 if used else amount == 0):
            return
        said = "needs an amount above 0" if used else "is given and nothing uses it"
        answers = {"floor": 'zero="floor"', "deal_cap": 'outlier="cap"'}
        raise ContractError(
            f"{name} {said}, got {amount!r}.",
            where=f"Policy({name}=...)",
            fix=f"write {answers[name]} with {name}=10000, or neither",
            code="bad-choice",
        )
