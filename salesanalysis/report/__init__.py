"""Tables, workbooks and pages made from results."""

from salesanalysis.report.tables import save

__all__ = ["save"]
