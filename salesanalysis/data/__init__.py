"""Loading: the demo company, somebody's files through a mapping, or a saved snapshot.

``load`` gives a `Dataset`; ``propose`` drafts a mapping for files nobody described yet.
"""

from salesanalysis.data.assembling import of_frames
from salesanalysis.data.dataset import Dataset
from salesanalysis.data.loading import load
from salesanalysis.data.propose import Proposal, propose
from salesanalysis.data.quality import Quality

__all__ = ["Dataset", "Proposal", "Quality", "load", "of_frames", "propose"]
