"""Tables, workbooks and pages made from results."""

from salesanalysis.report.save import save

__all__ = ["save"]
