"""``salesanalysis render``: notebooks for every region."""

import argparse
import sys
from pathlib import Path

from salesanalysis.errors import ParamError


def add_arguments(add: argparse.ArgumentParser) -> None:
    """Add what the subcommand understands."""
    add.add_argument("notebook", nargs="*", metavar="NOTEBOOK", help="default all of notebooks/")
    add.add_argument("--params", nargs="+", metavar="FILE", help="batch or flat YAML files")
    add.add_argument("--data", metavar="SOURCE", help="demo, a folder or a file")
    add.add_argument("--mapping", metavar="FILE", help="column names of your export")
    add.add_argument("--regions", action="append", help="all, or names and globs: A,B,'EU-*'")
    add.add_argument("--lang", metavar="en|zh|en,zh", help="languages, default en")
    add.add_argument("--notebooks", help="names, such as 02_targets,03_forecast")
    add.add_argument("--as-of", dest="as_of", metavar="DATE", help="look from this evening")
    add.add_argument("--out", default="outputs", help="default outputs")
    add.add_argument("--run", help="name of the run folder, with --params")
    add.add_argument("--jobs", type=_positive, help="lanes, default one for each core")
    add.add_argument("--engine", default="papermill", help="papermill")
    add.add_argument("--timeout", type=_seconds, default=900.0, help="seconds a notebook, 0 = none")
    add.add_argument("--retries", type=int, default=1, help="after a crash or a timeout")
    add.add_argument("--force", action="store_true", help="also what is up to date")
    add.add_argument("--dry-run", action="store_true", help="print the plan and stop")
    add.add_argument("--progress", default="auto", choices=("auto", "bar", "lines", "none"))
    add.set_defaults(work=run)


def _seconds(text: str) -> float:
    number = float(text)
    if not 0 <= number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not 0 or more seconds")
    return number


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not 1 or more")
    return number


def run(arguments: argparse.Namespace) -> int:
    """Render what the arguments ask for; 1 where a page is not good."""
    from salesanalysis.batch.progress import Progress  # noqa: PLC0415
    from salesanalysis.batch.supervisor import check_engine, render  # noqa: PLC0415

    check_engine(arguments.engine)
    plan = _plan(arguments)
    for notice in plan.notices:
        print(f"note: {notice}", file=sys.stderr)
    if arguments.dry_run:
        print(plan.to_text())
        return 0
    progress = Progress(plan, arguments.progress)
    report = render(
        plan,
        jobs=arguments.jobs,
        engine=arguments.engine,
        timeout=arguments.timeout,
        retries=arguments.retries,
        on_event=progress,
        command=" ".join(["salesanalysis", *sys.argv[1:]]),
    )
    progress.close()
    counts = ", ".join(f"{n} {status}" for status, n in sorted(report.counts.items()))
    print(f"{len(report.rows)} pages: {counts}")
    print(f"index: {report.folder / 'index.html'}")
    return report.exit_code


def _plan(arguments: argparse.Namespace):  # type: ignore[no-untyped-def]  # noqa: ANN202
    """Return the plan of the short form or of params files."""
    names = [*arguments.notebook, *_list(arguments.notebooks)]
    regions = [r for text in arguments.regions or () for r in _list(text)]
    if bool(arguments.params) == bool(arguments.data):
        raise ParamError(
            "One of --data and --params is needed, not both.",
            where="salesanalysis render",
            fix="write --data demo, or --params params/runs/<file>.yaml",
            code="bad-choice",
        )
    if arguments.regions is not None and not regions:
        raise ParamError(
            "No region is named.",
            where="--regions",
            fix="write --regions all, or names and globs: A,B,'EU-*'",
            code="bad-choice",
        )
    _refuse_unused(arguments)
    if arguments.data:
        from salesanalysis.batch.short import short_plan  # noqa: PLC0415

        return short_plan(
            arguments.data,
            mapping=arguments.mapping,
            regions=regions,
            langs=_list(arguments.lang or "en"),
            notebooks=names or None,
            out=arguments.out,
            as_of=arguments.as_of,
            force=arguments.force,
            save=not arguments.dry_run,
        )
    from salesanalysis.batch.planning import plan  # noqa: PLC0415
    from salesanalysis.batch.short import find_notebooks  # noqa: PLC0415

    return plan(
        find_notebooks(names, Path("notebooks")),
        arguments.params,
        regions=regions,
        langs=_list(arguments.lang) or None,
        out=arguments.out,
        run=arguments.run,
        force=arguments.force,
    )


#: Option -> the one of --data and --params it goes with, and what to do beside the other.
_ONLY = {
    "mapping": ("data", "write mapping: <file> into the params file"),
    "as_of": ("data", 'write as_of: "2024-03-31" into the params file'),
    "run": ("params", "leave it out: the folder is named after the data; --out moves it"),
}


def _refuse_unused(arguments: argparse.Namespace) -> None:
    """Refuse an option that would be ignored."""
    for name, (needs, fix) in _ONLY.items():
        if getattr(arguments, name) and not getattr(arguments, needs):
            raise ParamError(
                f"--{name.replace('_', '-')} goes with --{needs} only.",
                where="salesanalysis render",
                fix=fix,
                code="bad-choice",
            )


def _list(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]
