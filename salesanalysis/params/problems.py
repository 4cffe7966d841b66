"""One problem of many: collected while reading, raised together before anything runs."""

from collections.abc import Sequence
from dataclasses import dataclass

from salesanalysis.credentials import hide
from salesanalysis.errors import ParamError


@dataclass(frozen=True)
class Problem:
    """What is wrong, where, and the fix; `code` is one of the registered error codes."""

    where: str
    what: str
    fix: str
    code: str = "bad-value"


def raise_all(problems: Sequence[Problem]) -> None:
    """Raise one `ParamError` that lists every problem; return where there is none.

    Examples
    --------
    >>> raise_all([])
    >>> raise_all([Problem("q3.yaml:7: horizn", "unknown parameter.", "write 'horizon'")])
    Traceback (most recent call last):
        ...
    salesanalysis.errors.ParamError: unknown parameter.
      where: q3.yaml:7: horizn
      fix:   write 'horizon'
    """
    if not problems:
        return
    problems = [Problem(hide(p.where), hide(p.what), hide(p.fix), p.code) for p in problems]
    codes = {p.code for p in problems}
    code = problems[0].code if len(codes) == 1 else "bad-value"
    if len(problems) == 1:
        only = problems[0]
        raise ParamError(only.what, where=only.where, fix=only.fix, code=code)
    listed = [f"{i}. {p.where}: {p.what}" for i, p in enumerate(problems, 1)]
    fixes = [f"{i}. {p.fix}" for i, p in enumerate(problems, 1)]
    gap = "\n         "
    raise ParamError(
        f"{len(problems)} problems; nothing ran.",
        where=gap.join(listed),
        fix=gap.join(fixes),
        code=code,
    )
