"""The command line, thin over the library: one subcommand a module, or a function here."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from salesanalysis.commands import check, demo, draft, pay, planner, render, start, targets
from salesanalysis.credentials import hide
from salesanalysis.errors import RenderError, SalesAnalysisError


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code.

    0 fine; 1 a page is not good; 2 bad arguments or settings, nothing ran; 3 the folder cannot
    be written; 4 it is in use; 130 and 143 stopped by the user.

    Examples
    --------
    >>> main(["render-index", "no/such/run"])
    2
    """
    arguments = _parser().parse_args(argv)
    try:
        code: int = arguments.work(arguments)
    except SalesAnalysisError as error:
        print(f"error[{error.code}]: {hide(str(error))}", file=sys.stderr)
        return _exit_code(error)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # the reader of a pipe, such as head, had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _exit_code(error: SalesAnalysisError) -> int:
    if error.code == "output-locked":
        return 4
    return 3 if isinstance(error, RenderError) else 2


class _Parser(argparse.ArgumentParser):
    """Says what, where and fix like every other error."""

    def error(self, message: str) -> None:  # type: ignore[override]
        print(
            f"error[bad-choice]: {hide(message)}.\n"
            f"  where: {self.prog}\n  fix:   see {self.prog} --help",
            file=sys.stderr,
        )
        raise SystemExit(2)


def _parser() -> argparse.ArgumentParser:
    import salesanalysis  # noqa: PLC0415  a module of ours may not lean on the front door

    version = salesanalysis.__version__
    parser = _Parser(prog="salesanalysis", description="Targets, forecasts, variance, incentives.")
    parser.add_argument("--version", action="version", version=f"salesanalysis {version}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)
    start.add_arguments(commands.add_parser("start", help="a folder of notebooks to work in"))
    render.add_arguments(commands.add_parser("render", help="render notebooks for every region"))
    again = commands.add_parser("render-index", help="write the index of a run folder again")
    again.add_argument("out", metavar="OUT", help="a run folder, such as outputs/demo")
    again.set_defaults(work=_render_index)
    draft.add_arguments(commands.add_parser("map", help="draft a mapping for undescribed files"))
    check.add_arguments(commands.add_parser("check", help="what was lost, what is suspicious"))
    demo.add_arguments(commands.add_parser("demo", help="write the demo company as files"))
    targets.add_arguments(commands.add_parser("targets", help="plans, cards, differences, checks"))
    pay.add_arguments(commands.add_parser("pay", help="pay statements, corrections, plan checks"))
    planner.add_arguments(commands.add_parser("planner", help="the planner's desk in a browser"))
    lab = commands.add_parser("lab", help="open working copies of the notebooks in JupyterLab")
    lab.add_argument("--lang", default="en", choices=("en", "zh"), help="of the notebooks")
    lab.add_argument("--no-start", action="store_true", help="only make the copies")
    lab.add_argument("--notebooks-dir", default="notebooks", help=argparse.SUPPRESS)
    lab.add_argument("--out", default="outputs", help="where the copies go, default outputs")
    lab.set_defaults(work=_lab)
    return parser


def _render_index(arguments: argparse.Namespace) -> int:
    from salesanalysis.batch import index  # noqa: PLC0415

    for path in index.write(Path(arguments.out)):
        print(path)
    return 0


def _lab(arguments: argparse.Namespace) -> int:
    from salesanalysis.batch.copies import working_copies  # noqa: PLC0415
    from salesanalysis.batch.short import find_notebooks  # noqa: PLC0415

    home = Path(arguments.notebooks_dir)
    find_notebooks(None, home)
    folder = Path(arguments.out) / "lab" / arguments.lang
    for path in working_copies(home, folder, lang=arguments.lang):
        print(path)
    if arguments.no_start:
        return 0
    import subprocess  # noqa: PLC0415

    return subprocess.call([sys.executable, "-m", "jupyter", "lab", str(folder)])
