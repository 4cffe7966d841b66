"""The book: a company's results, computed once for all regions: plan, forecast, score, gap, pay.

Every notebook reads its figures from here, so that two pages never show two figures for one
thing. `prepare` writes the costly results beside a snapshot; `company` finds them there.
"""

from salesanalysis.book.checks import Checks, Confirmation
from salesanalysis.book.keyfigures import FIGURES
from salesanalysis.book.leaves import leaf_weights
from salesanalysis.book.listing import Listing
from salesanalysis.book.overview import Overview
from salesanalysis.book.people import PeoplePlan
from salesanalysis.book.results import Company, company
from salesanalysis.book.sharing import prepare

__all__ = [
    "FIGURES",
    "Checks",
    "Company",
    "Confirmation",
    "Listing",
    "Overview",
    "PeoplePlan",
    "company",
    "leaf_weights",
    "prepare",
]
