"""The planner's desk: what a scheme costs, provokes and is worth, live under the slider.

`open` shows it in JupyterLab; ``salesanalysis planner`` serves the same as an app. `Desk` is the
desk without its furniture: a plan moved number by number, compared, undone, in plain Python.
"""

from salesanalysis.doors import guard
from salesanalysis.planner.controls import Control, controls_of
from salesanalysis.planner.crowd import Crowd, crowd_of
from salesanalysis.planner.desk import Desk
from salesanalysis.planner.entry import Planner, open  # noqa: A004  the name users type
from salesanalysis.planner.view import View

__all__ = ["Control", "Crowd", "Desk", "Planner", "View", "controls_of", "crowd_of", "open"]

guard(globals(), __all__)
