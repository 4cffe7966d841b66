"""Text under pandas 2: the ``str`` dtype of pandas 3, where missing stays missing.

Pandas 2 writes a missing text as the word ``None`` or ``nan`` when a column becomes text, which
no later check can tell from a name. The package calls :func:`settle` before any of its modules
makes a table; under pandas 3 nothing is changed and pandas is not imported here.
"""

import sys
from importlib.util import find_spec
from pathlib import Path


def settle() -> None:
    """Let pandas before 3 treat text and filled gaps as pandas 3 does, in the whole process.

    All three are options of pandas itself. Text is kept as Python's own: the patterns of pandas 2
    over Arrow take no Chinese letter for a letter.

    Examples
    --------
    >>> import pandas as pd
    >>> settle()
    >>> pd.Series(["East", None], dtype="object").astype("str").isna().tolist()
    [False, True]
    """
    if _major() >= 3:
        return
    import pandas as pd  # noqa: PLC0415

    pd.options.mode.string_storage = "python"
    pd.options.future.infer_string = True
    pd.options.future.no_silent_downcasting = True


def _major() -> int:
    """Return the first number of pandas' version, from its folder where that is enough."""
    spec = None if "pandas" in sys.modules else find_spec("pandas")
    if spec and spec.origin:
        # importlib.metadata would cost a sixth of importing pandas
        found = list(Path(spec.origin).parents[1].glob("pandas-*.dist-info"))
        if len(found) == 1:
            return int(found[0].name.split("-")[1].split(".")[0])
    import pandas as pd  # noqa: PLC0415

    return int(pd.__version__.split(".")[0])
