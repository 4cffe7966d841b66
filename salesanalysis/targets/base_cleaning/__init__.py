"""Cleaning of the base: what counts as last year, unit by unit, with a log of every rule used."""

from salesanalysis.targets.base_cleaning.cleaned import CleanBase
from salesanalysis.targets.base_cleaning.cleaning import clean_base
from salesanalysis.targets.base_cleaning.policy import Policy

__all__ = ["CleanBase", "Policy", "clean_base"]
