"""How much of the spread sits between regions, managers and people, and how much is noise."""

from salesanalysis.variance.components.entry import components
from salesanalysis.variance.components.result import Components, ComponentsMeta

__all__ = ["Components", "ComponentsMeta", "components"]
