"""Loading: the demo company, somebody's files through a mapping, or a saved snapshot.

``load`` gives a `Dataset`; the room `propose` drafts a mapping for files nobody described yet.
"""

from salesanalysis.data.assembling import of_frames
from salesanalysis.data.dataset import Dataset
from salesanalysis.data.loading import load
from salesanalysis.data.quality import Quality

__all__ = ["Dataset", "Quality", "load", "of_frames"]
