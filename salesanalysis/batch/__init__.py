"""Render notebooks for every region: plan, lanes, manifest, index.

`plan` reads and checks everything before anything runs; `render` runs the tasks in lanes, one
process each. Inside a notebook: `artifact_path`, `key_figures`, `stop_notebook`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from salesanalysis.batch.inside import artifact_path, key_figures, stop_notebook
    from salesanalysis.batch.planning import plan
    from salesanalysis.batch.runreport import RunReport
    from salesanalysis.batch.supervisor import render
    from salesanalysis.batch.tasks import Plan, Task

#: Public name -> module; loaded when first asked for, so that planning stays light. No module
#: is called like a public name: the import system would put the module in its place.
_HOME = {
    "Plan": "tasks",
    "RunReport": "runreport",
    "Task": "tasks",
    "artifact_path": "inside",
    "key_figures": "inside",
    "plan": "planning",
    "render": "supervisor",
    "stop_notebook": "inside",
}
__all__ = [
    "Plan",
    "RunReport",
    "Task",
    "artifact_path",
    "key_figures",
    "plan",
    "render",
    "stop_notebook",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used."""
    if name not in _HOME:
        raise AttributeError(f"module 'salesanalysis.batch' has no attribute {name!r}")
    value = getattr(import_module(f"salesanalysis.batch.{_HOME[name]}"), name)
    globals()[name] = value
    return value
