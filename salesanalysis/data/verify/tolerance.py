"""How far two amounts may lie apart and still agree: one rule, in whole numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.data.fixed import in_units
from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.labels import exact, label, unit_of

#: A ledger in cents can say no more: half a cent always agrees.
LEAST = 0.005


@dataclass(frozen=True)
class Tolerance:
    """Two amounts agree where they differ by at most one of two limits.

    Attributes
    ----------
    share : float, 0..1
        Of the size of their amount.
    amount : float, currency
        However small their amount is; at least half a cent.

    Examples
    --------
    >>> tolerance = Tolerance(share=0.005)
    >>> tolerance.allows(pd.Series([50_000, 50_001]), pd.Series([10_000_000] * 2)).tolist()
    [True, False]
    """

    share: float = 0.005
    amount: float = LEAST

    def __post_init__(self) -> None:
        """Refuse limits nobody could mean."""
        object.__setattr__(self, "amount", max(self.amount, LEAST))
        if not (0 <= self.share < 1 and self.amount < float("inf")):
            raise ContractError(
                f"A tolerance of {self.share!r} (share) and {self.amount!r} (amount) is none.",
                where="verify(tolerance=...)",
                fix='write a share such as 0.005, or {"share": 0.005, "amount": 10}',
                code="bad-choice",
            )

    def allows(self, difference: pd.Series, theirs: pd.Series) -> npt.NDArray[np.bool_]:
        """Tell which differences agree; both in ten-thousandths, compared as whole numbers."""
        limit = Fraction(str(self.share))
        gap, size = np.abs(difference.to_numpy("int64")), np.abs(theirs.to_numpy("int64"))
        # int64 wraps around in silence; Python integers do not
        by_share = gap.astype(object) * limit.denominator <= size.astype(object) * limit.numerator
        agrees: npt.NDArray[np.bool_] = (gap <= in_units(self.amount)) | by_share.astype(bool)
        return agrees

    def show(self, lang: str, currency: str) -> str:
        """Write the rule for a sentence: 0.5%, 10.00 CNY, or to the cent."""
        words = []
        if self.share:
            words.append(f"{(Decimal(str(self.share)) * 100).normalize():f}%")
        if self.amount > LEAST:
            gap = " " if lang == "en" or unit_of(currency, lang) == currency else ""
            words.append(f"{exact(self.amount)}{gap}{unit_of(currency, lang)}")
        return label("verify.or", lang).join(words) or label("verify.cent", lang)


def read_tolerance(given: Any, where: str = "verify(tolerance=...)") -> Tolerance:
    """Return the rule of a number (a share), or of ``{"share": ..., "amount": ...}``.

    Raises
    ------
    ContractError
        Another key or no number.

    Examples
    --------
    >>> read_tolerance({"amount": 10})
    Tolerance(share=0.0, amount=10.0)
    """
    if isinstance(given, Tolerance):
        return given
    limits = dict(given) if isinstance(given, Mapping) else {"share": given}
    for name, value in limits.items():
        if name not in ("share", "amount"):
            known = ["amount", "share"]
            raise unknown_name(name, known, kind="limit", where=where, error=ContractError)
        if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
            raise ContractError(
                f"{name} must be a number of 0 or more, got {value!r}.",
                where=where,
                fix="write 0.005 for half a percent",
                code="bad-choice",
            )
    share, amount = float(limits.get("share", 0.0)), float(limits.get("amount", 0.0))
    return Tolerance(share, amount)
