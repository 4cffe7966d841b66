"""A warning, no tax engine: year-end bonuses for which a little more leaves less."""

from salesanalysis.incentives.tax.one_off import BlindZones, blind_zones, one_off_tax

__all__ = ["BlindZones", "blind_zones", "one_off_tax"]
