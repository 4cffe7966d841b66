"""What the desk says when it refuses: in the planner's language, English details behind it."""

from typing import Any

import pandas as pd

from salesanalysis.errors import ContractError, SalesAnalysisError
from salesanalysis.labels import LANGUAGES, count, has_label, label

#: Problems of a plan file listed at most.
MOST = 8


class DeskError(ContractError):
    """A refusal of the desk itself, said whole in both languages.

    Attributes
    ----------
    chinese : str
    """

    chinese: str = ""


def refusal(key: str, *, where: str, code: str, **words: Any) -> DeskError:
    """Return the refusal of a label ``refusal.<key>``; a pair of words is (English, Chinese).

    Examples
    --------
    >>> error = refusal("exists", where="params/plans", code="bad-choice", name="a.yaml")
    >>> error.what, error.fix
    ('a.yaml exists.', "tick 'Replace the file', or give another name")
    >>> told(error, "zh")
    'a.yaml已存在。请勾选“覆盖原文件”，或换一个文件名。'
    """
    said = {
        x: {k: w[i] if isinstance(w, tuple) else w for k, w in words.items()}
        for i, x in enumerate(LANGUAGES)
    }
    what, fix = (
        {x: label(f"refusal.{key}.{part}", x, **said[x]) for x in LANGUAGES}
        for part in ("what", "fix")
    )
    error = DeskError(what["en"], where=where, fix=fix["en"], code=code)
    error.chinese = what["zh"] + fix["zh"]
    return error


def pair_of(key: str, plain: str = "") -> tuple[str, str]:
    """Return a label as (English, Chinese); `plain` where there is none.

    Examples
    --------
    >>> pair_of("planner.per.month"), pair_of("column.shoe_size", "shoe_size")
    (('month', '月'), ('shoe_size', 'shoe_size'))
    """
    if plain and not has_label(key):
        return plain, plain
    return label(key, "en"), label(key, "zh")


def told(error: SalesAnalysisError, lang: str) -> str:
    """Say what is refused and what to do, one line a problem of a plan file.

    In Chinese an error of another room is named in Chinese with its code; what it says in English
    follows.

    Examples
    --------
    >>> from salesanalysis.errors import ContractError
    >>> error = ContractError("x is 3.", where="table t", fix="write 2", code="bad-value")
    >>> print(told(error, "zh"))
    有数值不符合要求（bad-value）
    英文说明：x is 3. write 2
    """
    if lang == "zh" and isinstance(error, DeskError) and error.chinese:
        return error.chinese
    problems = problems_of(error)
    if len(problems) > 1:
        return _listed(error, problems, lang)
    plain = error.fix if isinstance(error, DeskError) else f"{error.where}\n{error.fix}"
    if lang != "zh":
        return f"{error.what}\n{plain}"
    detail = label("refusal.detail", lang, text=f"{error.what} {error.fix}")
    return f"{_named(error, lang)}\n{detail}"


def in_a_sentence(error: SalesAnalysisError, lang: str) -> str:
    """Say in one sentence why there is nothing to show.

    Examples
    --------
    >>> from salesanalysis.errors import ContractError
    >>> error = ContractError("a pool", where="plan", fix="wait", code="no-engine")
    >>> in_a_sentence(error, "en"), in_a_sentence(error, "zh")
    ('a pool', '该方案的结构无法快速计算（no-engine）。英文说明：a pool')
    """
    if lang != "zh":
        return error.what
    if isinstance(error, DeskError) and error.chinese:
        return error.chinese
    detail = label("refusal.detail", lang, text=error.what.partition("\n")[0])
    return f"{_named(error, lang)}。{detail}"


def problems_of(error: SalesAnalysisError) -> pd.DataFrame:
    """Return the problems of a plan file, no rows for any other error."""
    rows = error.rows
    known = isinstance(rows, pd.DataFrame) and {"code", "line", "what", "fix"} <= set(rows.columns)
    return rows if known else pd.DataFrame()


def _listed(error: SalesAnalysisError, problems: pd.DataFrame, lang: str) -> str:
    """Return the first problems of a plan file, a line each."""
    name = error.what.partition(":")[0]
    said = [label("refusal.problems", lang, name=name, n=count(len(problems)))]
    columns = ["line", "code", "what", "fix"]
    for line, code, what, fix in problems[columns].head(MOST).itertuples(index=False, name=None):
        words = {"line": line, "code": code, "what": what, "fix": fix}
        said.append(label("refusal.line", lang, rule=rule_of(code, lang), **words))
    if len(problems) > MOST:
        said.append(label("refusal.more", lang, n=count(len(problems) - MOST)))
    return "\n".join(said)


def _named(error: SalesAnalysisError, lang: str) -> str:
    """Return what kind of error it is, with its code; of a plan file the rule it breaks."""
    problems = problems_of(error)
    if len(problems):
        code = str(problems.iloc[0]["code"])
        return label("refusal.code", lang, text=rule_of(code, lang), code=code)
    key = f"refusal.{error.code}"
    text = label(key if has_label(key) else "refusal.other", lang)
    return label("refusal.code", lang, text=text, code=error.code)


def rule_of(code: str, lang: str, kind: str = "") -> str:
    """Return a rule of the plan language in words."""
    own, general = f"refusal.rule.{code}.{kind}", f"refusal.rule.{code}"
    known = next((k for k in (own, general) if has_label(k)), "refusal.bad-plan")
    return label(known, lang)
