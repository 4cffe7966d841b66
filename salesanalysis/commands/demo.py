"""``salesanalysis demo FOLDER``: the demo company as files, clean and large, or ugly."""

import argparse


def add_arguments(add: argparse.ArgumentParser) -> None:
    """Add what the subcommand understands."""
    add.add_argument("folder", metavar="FOLDER", help="new, or an older one of this kind")
    add.add_argument("--dirty", action="store_true", help="as ugly exports, with their truth")
    add.add_argument("--scale", type=int, metavar="N", help="N times larger, 1 to 1000")
    add.add_argument("--seed", type=int, default=2024, help="another seed, another company")
    add.add_argument("--lang", choices=("en", "zh"), help="of ugly exports, default zh")
    add.set_defaults(work=run)


def run(given: argparse.Namespace) -> int:
    """Write the folder and say what is in it."""
    from salesanalysis.data.demo import command  # noqa: PLC0415

    for line in command.make(
        given.folder, dirty=given.dirty, scale=given.scale, seed=given.seed, lang=given.lang
    ):
        print(line)
    return 0
