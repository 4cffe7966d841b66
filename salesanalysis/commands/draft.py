"""``salesanalysis map SOURCE``: a mapping for files nobody described yet, tried out."""

import argparse
from pathlib import Path

from salesanalysis.errors import ParamError


def add_arguments(add: argparse.ArgumentParser) -> None:
    """Add what the subcommand understands."""
    add.add_argument("source", metavar="SOURCE", help="a file, a folder, a database address")
    add.add_argument("--out", metavar="FILE", help="default params/mappings/<name>.yaml")
    add.add_argument(
        "--encoding", default="", metavar="NAME", help="of text files: cp1252, gb18030"
    )
    add.add_argument(
        "--total", default="", metavar="N", help="what your program says the lines add up to"
    )
    add.add_argument("--force", action="store_true", help="overwrite")
    add.add_argument("--lang", default="en", choices=("en", "zh"), help="of what is printed")
    add.set_defaults(work=run)


def run(given: argparse.Namespace) -> int:
    """Write the draft, print what is sure, what is not and what to do; 1 if it does not load."""
    from salesanalysis.atomic import write_atomic  # noqa: PLC0415
    from salesanalysis.credentials import hide  # noqa: PLC0415
    from salesanalysis.data.propose import propose  # noqa: PLC0415
    from salesanalysis.data.sources.url import is_url, safe_url  # noqa: PLC0415
    from salesanalysis.labels import label  # noqa: PLC0415

    target = target_of(given.source, given.out)
    if target.exists() and not given.force:
        raise ParamError(
            f"{target} exists and may hold your corrections.",
            where="salesanalysis map",
            fix="choose another file with --out, or overwrite it with --force",
            code="bad-choice",
        )
    proposal = propose(given.source, encoding=given.encoding, total=given.total, lang=given.lang)
    write_atomic(target, proposal.to_yaml())
    print(hide(proposal.explain(given.lang)))
    if proposal.required:
        print(label("proposal.required", given.lang, columns=", ".join(proposal.required)))
    if proposal.loads and proposal.trial.get("whole", True):
        key = "proposal.total_met" if given.total else "proposal.total_asked"
        print(label(key, given.lang))
    if not given.out:
        print("\n" + label("proposal.here", given.lang))
    key = "proposal.next" if proposal.loads else "proposal.next_mend"
    print("\n" + label(key, given.lang, file=target))
    source = quoted(safe_url(given.source) if is_url(given.source) else given.source)
    print(f"  salesanalysis check {source} --mapping {quoted(str(target))}")
    print(f"  salesanalysis render --data {source} --mapping {quoted(str(target))} --regions all")
    return 0 if proposal.loads and not proposal.required else 1


def target_of(source: str, out: str | None) -> Path:
    """Return the file a draft is written to."""
    from salesanalysis.data.propose import safe_name  # noqa: PLC0415
    from salesanalysis.data.sources.url import is_url, safe_url  # noqa: PLC0415

    name = safe_url(source).split("?")[0] if is_url(source) else Path(source).resolve().name
    return (
        Path(out) if out else Path("params/mappings") / f"{safe_name(name.rsplit('/', 1)[-1])}.yaml"
    )


def quoted(text: str) -> str:
    """Return a word of a command line as every shell reads it.

    Examples
    --------
    >>> quoted("a b.csv"), quoted("postgresql://h/db?sslmode=require"), quoted("订单.csv")
    ('"a b.csv"', '"postgresql://h/db?sslmode=require"', '订单.csv')
    """
    return f'"{text}"' if not text or any(c in " ()[]{}<>|&;'!#$?*`~" for c in text) else text
