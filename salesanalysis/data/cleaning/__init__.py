"""Cleaning with a loss report: rules that count rows and money, and drop only what is asked for."""

from salesanalysis.data.cleaning.look import Look
from salesanalysis.data.cleaning.loss import Cleaned, clean, offending
from salesanalysis.data.cleaning.settings import (
    ACTIONS,
    DEFAULTS,
    RULES,
    Budget,
    Setting,
    Settings,
    settings,
)

__all__ = [
    "ACTIONS",
    "DEFAULTS",
    "RULES",
    "Budget",
    "Cleaned",
    "Look",
    "Setting",
    "Settings",
    "clean",
    "offending",
    "settings",
]
