"""The two output types of ours that a notebook carries."""

KEY_FIGURES = "application/vnd.salesanalysis.key-figures+json"
EARLY_EXIT = "application/vnd.salesanalysis.early-exit+json"
