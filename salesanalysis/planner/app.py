"""The desk as an app: one notebook of one cell, served by Voila to this machine's browser."""

import json
import os
import secrets
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from salesanalysis.errors import ContractError
from salesanalysis.labels import label

_TEMPLATE = "salesanalysis"
_SHARE = Path(__file__).with_name("jupyter")
HOST = "127.0.0.1"


@dataclass(frozen=True)
class Served:
    """What the app opens.

    Attributes
    ----------
    plan, folder, out : Path
    data : str, name or folder of a data set, empty for assumed people
    lang : {"en", "zh"}
    budget : float or None, currency a year
    draws, seed : int
    """

    plan: Path
    folder: Path
    out: Path
    data: str = ""
    lang: str = "en"
    budget: float | None = None
    draws: int = 10_000
    seed: int = 1


def notebook(served: Served) -> dict[str, Any]:
    """Return the notebook of the app: one cell that opens the desk.

    Examples
    --------
    >>> made = notebook(Served(Path("a.yaml"), Path("."), Path("out")))
    >>> "".join(made["cells"][0]["source"]).splitlines()[2]
    'import salesanalysis as sa'
    """
    places = {k: str(getattr(served, k).absolute()) for k in ("folder", "out")}
    settings = {
        **places,
        "lang": served.lang,
        "budget": served.budget,
        "draws": served.draws,
        "seed": served.seed,
    }
    data = _place(served.data)
    call = ", ".join(f"{k}={v!r}" for k, v in settings.items())
    source = (
        # the kernel starts in the folder of the notebook, a planner works in another one
        f"import os\nos.chdir({str(Path.cwd())!r})\n"
        "import salesanalysis as sa\n"
        f"sa.planner.open({str(served.plan.absolute())!r}, {data!r}, {call})"
    )
    cell: dict[str, Any] = {
        "cell_type": "code",
        "id": "desk",
        "metadata": {},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    opening = label("planner.opening", served.lang)
    metadata = {"kernelspec": kernel, "title": "salesanalysis"}
    metadata |= {"lang": served.lang, "opening": opening}  # for our page
    return {"cells": [cell], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _place(data: str) -> str | None:
    """Return a data set's name, or its folder in full; None for none."""
    if not data:
        return None
    return str(Path(data).absolute()) if Path(data).exists() else data


def serve(
    served: Served, *, port: int = 8866, browser: bool = True, say: Callable[[str], None]
) -> None:
    """Serve the desk until somebody stops it.

    Only this machine can reach it, and only with the token of the address that `say` is told.

    Raises
    ------
    ContractError
        Voila is not installed.
    """
    if find_spec("voila") is None:
        raise ContractError(
            "The planner's app needs Voila, which is not installed.",
            where="salesanalysis planner",
            fix="pip install 'salesanalysis[app]', or use planner.open(...) in JupyterLab",
            code="no-engine",
        )
    _offer_template()
    from voila.app import Voila  # noqa: PLC0415

    token = secrets.token_urlsafe(24)
    with tempfile.TemporaryDirectory(prefix="salesanalysis-planner-") as folder:
        file = Path(folder) / "planner.ipynb"
        file.write_text(json.dumps(notebook(served)), encoding="utf-8")
        say(f"http://{HOST}:{port}/?token={token}")
        Voila.launch_instance(arguments(file, port, token, browser=browser))


def arguments(file: Path, port: int, token: str, *, browser: bool) -> list[str]:
    """Return what Voila is started with."""
    return [
        str(file),
        f"--Voila.ip={HOST}",
        f"--port={port}",
        # another port than the printed one would be a dead address
        "--Voila.port_retries=0",
        f"--token={token}",
        f"--template={_TEMPLATE}",
        "--Voila.log_level=WARN",
        *([] if browser else ["--no-browser"]),
    ]


def _offer_template() -> None:
    """Let Voila find our page, which fetches nothing from other hosts."""
    known = os.environ.get("JUPYTER_PATH", "")
    paths = [str(_SHARE), *([known] if known else [])]
    os.environ["JUPYTER_PATH"] = os.pathsep.join(paths)
