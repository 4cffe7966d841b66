"""``salesanalysis planner``: the planner's desk in a browser, for this machine alone."""

import argparse
from pathlib import Path

from salesanalysis.errors import ParamError


def add_arguments(add: argparse.ArgumentParser) -> None:
    """Add what the subcommand understands."""
    add.add_argument(
        "plan", nargs="?", metavar="PLAN", help="a plan file, or none for the standard"
    )
    add.add_argument("--data", default="", metavar="SET", help="whose people: demo, or a folder")
    add.add_argument("--budget", metavar="AMOUNT", help="a year's, such as 1,200,000 or 1.2M")
    add.add_argument("--lang", default="en", choices=("en", "zh"), help="of the desk, default en")
    add.add_argument("--draws", default=10_000, type=int, metavar="N", help="drawn years")
    add.add_argument("--plans", metavar="FOLDER", help="where plans are loaded from and saved to")
    add.add_argument("--out", default="outputs/planner", metavar="FOLDER", help="for workbooks")
    add.add_argument("--port", default=8866, type=int, help="of the address, default 8866")
    add.add_argument("--no-browser", action="store_true", help="only print the address")
    add.set_defaults(work=run)


def run(given: argparse.Namespace) -> int:
    """Check what can be checked before a browser opens, then serve."""
    from salesanalysis.incentives import Plan  # noqa: PLC0415
    from salesanalysis.planner.app import Served, serve  # noqa: PLC0415
    from salesanalysis.planner.entry import standard  # noqa: PLC0415
    from salesanalysis.planner.files import home_of  # noqa: PLC0415
    from salesanalysis.planner.numbers import read_budget  # noqa: PLC0415

    plan = Path(given.plan or standard())
    Plan.from_yaml(plan)
    _check_data(given.data)
    _check_draws(given.draws)
    served = Served(
        plan=plan,
        folder=Path(given.plans) if given.plans else home_of(plan),
        out=Path(given.out),
        data=given.data,
        lang=given.lang,
        budget=read_budget(given.budget or ""),
        draws=given.draws,
    )
    serve(served, port=given.port, browser=not given.no_browser, say=_say)
    return 0


def _check_data(data: str) -> None:
    """Refuse a data set that is not there before a browser opens on it."""
    if not data or data == "demo" or "://" in data or Path(data).exists():
        return
    raise ParamError(
        f"{data} is not there.",
        where="salesanalysis planner --data",
        fix="name demo, or a folder or file of a data set",
        code="no-input",
    )


def _check_draws(draws: int) -> None:
    """Refuse a number of drawn years that is none."""
    if draws < 1:
        raise ParamError(
            f"{draws} drawn years are none.",
            where="salesanalysis planner --draws",
            fix="give a number of at least 1, such as 10,000",
            code="bad-value",
        )


def _say(address: str) -> None:
    print(address, flush=True)
