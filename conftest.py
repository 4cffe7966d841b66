"""Of the whole project: what is imported before a module is collected for its examples."""

import importlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent


def pytest_collect_file(file_path: Path) -> None:
    """Import the package of a module first.

    In importlib mode a module whose package imports it is loaded twice when it is the first of
    that package to be collected, and its classes are then not those the package knows.
    """
    folder = file_path.parent
    packed = folder.is_relative_to(ROOT) and (folder / "__init__.py").is_file()
    if file_path.suffix == ".py" and packed:
        importlib.import_module(".".join(folder.relative_to(ROOT).parts))
