"""``salesanalysis start FOLDER``: a folder with the notebooks, plans and run files to work in."""

import argparse
from pathlib import Path


def add_arguments(add: argparse.ArgumentParser) -> None:
    """Add what the subcommand understands."""
    add.add_argument("folder", metavar="FOLDER", help="a new folder to make")
    add.set_defaults(work=run)


def run(given: argparse.Namespace) -> int:
    """Write the folder and say what to type next."""
    from salesanalysis.batch.starting import start  # noqa: PLC0415

    made = start(given.folder)
    books = [path for path in made if path.suffix == ".ipynb"]
    print(f"{given.folder}: {len(books)} notebooks, {len(made) - len(books)} other files")
    print(f"next: cd {Path(given.folder)}")
    print("      salesanalysis render --data demo --regions East --lang en")
    print("      salesanalysis lab")
    return 0
