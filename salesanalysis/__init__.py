"""Sales targets, forecasts, variance and incentives, in English and Chinese.

Start with ``data = salesanalysis.load("demo")`` and go round the loop: ``targets``, ``forecast``,
``variance``, ``incentives``, ``tracking``. Every result has ``to_frame()``, ``explain()``,
``headline()`` and ``plot()``.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from salesanalysis.oldpandas import settle

if TYPE_CHECKING:
    from salesanalysis import (
        festivals,
        forecast,
        incentives,
        planner,
        review,
        targets,
        tracking,
        variance,
    )
    from salesanalysis.batch import key_figures, stop_notebook
    from salesanalysis.book import company
    from salesanalysis.data import load
    from salesanalysis.panel import Panel
    from salesanalysis.report import save

#: Public name -> where it lives; loaded when first asked for.
_HOME = {
    "Panel": ("salesanalysis.panel", "Panel"),
    "company": ("salesanalysis.book", "company"),
    "key_figures": ("salesanalysis.batch", "key_figures"),
    "load": ("salesanalysis.data", "load"),
    "save": ("salesanalysis.report", "save"),
    "stop_notebook": ("salesanalysis.batch", "stop_notebook"),
    "festivals": ("salesanalysis.festivals", None),
    "forecast": ("salesanalysis.forecast", None),
    "incentives": ("salesanalysis.incentives", None),
    "planner": ("salesanalysis.planner", None),
    "review": ("salesanalysis.review", None),
    "targets": ("salesanalysis.targets", None),
    "tracking": ("salesanalysis.tracking", None),
    "variance": ("salesanalysis.variance", None),
}
# before any module of ours makes a table
settle()
__version__ = "0.1.0"
__all__ = [
    "Panel",
    "company",
    "festivals",
    "forecast",
    "incentives",
    "key_figures",
    "load",
    "planner",
    "review",
    "save",
    "stop_notebook",
    "targets",
    "tracking",
    "variance",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used."""
    if name not in _HOME:
        raise AttributeError(f"module 'salesanalysis' has no attribute {name!r}")
    module, attribute = _HOME[name]
    loaded = import_module(module)
    value = getattr(loaded, attribute) if attribute else loaded
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return sorted([*globals(), *_HOME])
