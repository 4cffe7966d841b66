"""What a notebook calls while it is rendered; by hand in JupyterLab it works as well."""

import os
from html import escape
from pathlib import Path
from typing import Any

from salesanalysis.batch.mimes import EARLY_EXIT, KEY_FIGURES
from salesanalysis.labels import Terms, label, unit_of
from salesanalysis.results import column_label, show_value

FOLDER_VARIABLE = "SALESANALYSIS_ARTEFACTS"


def artifact_path(name: str) -> Path:
    """Return where a file of this page goes; its folder exists.

    While rendering, that is the folder of the task, published only when the page is good;
    by hand it is ``outputs/adhoc``.
    """
    folder = Path(os.environ.get(FOLDER_VARIABLE, "outputs/adhoc"))
    # the last part only, whichever way the folders before it are written
    last = Path(name.replace("\\", "/")).name
    path = folder / (last if last.strip(". ") else "_")
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


class KeyFigures:
    """A handful of figures with their names, as a small table and as data for the index."""

    def __init__(self, figures: dict[str, Any], lang: str, currency: str = "") -> None:
        self.lang = lang
        self.rows: list[dict[str, Any]] = [
            {
                "name": n,
                "label": figure_label(n, _unit(n, v, currency), lang),
                "value": _plain(v),
                "text": _text(n, v, lang),
                "unit": _unit(n, v, currency),
            }
            for n, v in figures.items()
        ]

    def _repr_html_(self) -> str:
        cells = [(escape(r["label"]), escape(r["text"])) for r in self.rows]
        rows = "".join(
            f'<tr><th scope="row">{name}</th><td class="n">{text}</td></tr>' for name, text in cells
        )
        return f'<table class="sa key">{rows}</table>'

    def __repr__(self) -> str:
        return "\n".join(f"{r['label']}: {r['text']}" for r in self.rows)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {
            "text/plain": repr(self),
            "text/html": self._repr_html_(),
            KEY_FIGURES: {"lang": self.lang, "figures": self.rows},
        }


def figure_label(name: str, unit: str, lang: str) -> str:
    """Return how a key figure is called, with the currency of an amount.

    Examples
    --------
    >>> figure_label("target", "CNY", "zh")
    '目标（元）'
    """
    word = column_label(name, lang)
    return label("figure.unit", lang, name=word, unit=unit_of(unit, lang)) if unit else word


def _unit(name: str, value: Any, currency: str) -> str:
    """Return the currency where a figure is an amount or may be one."""
    amount = isinstance(value, float) and "%" not in _text(name, value, "en")
    return currency if amount or (value is None and name not in _SHARES) else ""


_SHARES = ("completion", "probability")


def key_figures(*, lang: str = "en", currency: str = "", **figures: Any) -> KeyFigures | None:
    """Show the figures a manager looks for first; the index of the run lists them.

    Parameters
    ----------
    lang : {"en", "zh"}
    currency : str
        ISO code of the amounts; written beside the name of each.
    **figures
        Name -> number or text. Names are columns (``target``, ``completion``); their words and
        formats come from the catalogue.

    Returns
    -------
    KeyFigures or None
        None inside a notebook, where they are displayed at once.

    Examples
    --------
    >>> key_figures(target=52_000_000.0, completion=0.94)
    Target: 52,000,000
    Completion: 94.0%
    """
    found = KeyFigures(figures, lang, currency)
    if not _in_notebook():
        return found
    _display(found)
    return None


def stop_notebook(reason: str) -> None:
    """End the notebook here, on purpose: the page is good and says why it is short."""
    if _in_notebook():
        _display(
            {"text/plain": reason, "text/markdown": reason, EARLY_EXIT: {"reason": reason}},
            raw=True,
        )
    raise _Stop(0)


class _Stop(BaseException):
    """Ends a notebook without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return []


# papermill takes an exception of this name with value 0 for a wanted end, in any engine
_Stop.__name__ = "SystemExit"


def _display(*shown: Any, **options: Any) -> None:
    from IPython import display  # noqa: PLC0415

    verb: Any = display.display
    verb(*shown, **options)


def _in_notebook() -> bool:
    import sys  # noqa: PLC0415

    ipython = sys.modules.get("IPython")
    return ipython is not None and ipython.get_ipython() is not None


def _plain(value: Any) -> Any:
    item = value.item() if hasattr(value, "item") else value
    return item if isinstance(item, str | int | float | bool) or item is None else str(item)


def _text(name: str, value: Any, lang: str) -> str:
    return show_value(name, _plain(value), lang, Terms())
