"""Working copies of the notebooks for JupyterLab, with their prose in the reader's language."""

import json
from pathlib import Path

from salesanalysis.atomic import write_atomic
from salesanalysis.batch.notebooks import read_notebook
from salesanalysis.batch.prose import translations
from salesanalysis.params import raise_all


def working_copies(home: Path, folder: Path, *, lang: str) -> list[Path]:
    """Copy every notebook of `home` into `folder`; a copy that is there already is kept.

    Parameters
    ----------
    home, folder : Path
    lang : {"en", "zh"}
        Its text cells and, where it declares one, its ``lang`` parameter are in this language.

    Raises
    ------
    ParamError
        A notebook that cannot be read, a translation that is missing or stale.
    """
    made, problems = {}, []
    for path in sorted(home.glob("*.ipynb")):
        book, wrong = read_notebook(path)
        problems += wrong
        if book is None:
            continue
        texts, wrong = translations(path, book.cells, lang)
        problems += wrong
        node = json.loads(path.read_text(encoding="utf-8"))
        for cell in node["cells"]:
            cell["source"] = texts.get(cell["id"], cell["source"])
            if "parameters" in cell["metadata"].get("tags", ()) and lang != "en":
                text = (
                    cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
                )
                cell["source"] = text.replace('lang: str = "en"', f'lang: str = "{lang}"')
        made[folder / path.name] = node
    raise_all(problems)
    for target, node in made.items():
        # somebody may have worked in it
        if not target.exists():
            write_atomic(target, json.dumps(node, ensure_ascii=False, indent=1) + "\n")
    return list(made)
