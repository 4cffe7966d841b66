"""A command typed in a test: its exit code and what it said."""

from salesanalysis import cli


def run(capsys, *argv: str) -> tuple[int, str, str]:
    """Run the program; return exit code, output and error output."""
    try:
        code = cli.main(list(argv))
    except SystemExit as end:
        code = int(end.code or 0)
    said = capsys.readouterr()
    return code, said.out, said.err
