"""Verification: our figures beside those of a third party, cell by cell, to the cent.

``verify`` compares, ``settings`` and ``declared`` do so for what a mapping declares, and
``statement`` is the line a page prints.
"""

from salesanalysis.data.verify.comparing import verify
from salesanalysis.data.verify.declared import Check, declared, settings, statement
from salesanalysis.data.verify.result import Verification
from salesanalysis.data.verify.tolerance import Tolerance

__all__ = ["Check", "Tolerance", "Verification", "declared", "settings", "statement", "verify"]
