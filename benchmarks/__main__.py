"""Run benchmarks by name and print their tables; see the package's docstring."""

import sys
from importlib import import_module
from itertools import groupby
from pathlib import Path
from time import perf_counter

from benchmarks import Row, table

NAMES = sorted(p.stem for p in Path(__file__).parent.glob("[a-z]*.py"))


def main(wanted: list[str]) -> int:
    """Print the table of each benchmark; 2 where a name is unknown."""
    unknown = [name for name in wanted if name not in NAMES]
    if unknown:
        print(
            f"benchmarks: {', '.join(map(repr, unknown))} does not exist; choose from {', '.join(NAMES)}."
        )
        return 2
    for name in wanted or NAMES:
        module = import_module(f"benchmarks.{name}")
        began = perf_counter()
        lines = module.run()
        print(f"\n{name}: {(module.__doc__ or name).splitlines()[0]}")
        for is_row, part in groupby(lines, key=lambda line: isinstance(line, Row)):
            rows = list(part)
            print(table(rows) if is_row else "\n".join(rows))
        print(f"({perf_counter() - began:.0f} s)", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
