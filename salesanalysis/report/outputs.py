"""What a reader sees of prose and of each output: safe HTML, pictures inside the page."""

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

from salesanalysis.report.clean import clean_html

# order of preference among the forms one output offers
_FORMS = ("text/html", "image/svg+xml", "image/png", "image/jpeg", "text/markdown", "text/plain")
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
# two blanks inside a line: columns somebody aligned by hand
_ALIGNED = re.compile(r"\S {2,}\S")


@dataclass(frozen=True)
class Piece:
    """A part of the page; `kind` is its class: prose, table, figure, says, pre."""

    kind: str
    html: str


def prose_html(source: str) -> str:
    r"""Return markdown as HTML; raw HTML in it is shown as text, foreign pictures are left out.

    Examples
    --------
    >>> prose_html("*fast* ![logo](https://example.org/x.png)")
    '<p><em>fast</em> logo</p>\n'
    """
    html: str = _markdown()(source)
    return html


def output_html(output: Mapping[str, Any], *, alt: str) -> Iterator[Piece]:
    """Yield the pieces of one output; errors and stderr are not for readers."""
    kind = output["output_type"]
    if kind == "stream":
        if output.get("name") == "stdout":
            yield _text(_joined(output["text"]))
    elif kind in ("display_data", "execute_result"):
        data = output["data"]
        form = next((f for f in _FORMS if f in data), None)
        if form:
            about = output.get("metadata", {})
            yield _rich(form, _joined(data[form]), alt=_alt(about, form) or alt)


def _rich(form: str, content: str, *, alt: str) -> Piece:
    """Return one rich output."""
    if form == "text/html":
        return Piece("table", clean_html(content))
    if form == "image/svg+xml":
        # as a picture, so that ids and styles of two drawings never meet
        raw = base64.b64encode(content.encode("utf-8")).decode("ascii")
        return Piece("figure", _image(form, raw, alt))
    if form.startswith("image/"):
        return Piece("figure", _image(form, "".join(content.split()), alt))
    if form == "text/markdown":
        return Piece("prose", prose_html(content))
    return _text(content)


def _image(form: str, raw: str, alt: str) -> str:
    return f'<img src="data:{form};base64,{escape(raw)}" alt="{escape(alt)}">'


def _alt(about: Mapping[str, Any], form: str) -> str:
    inner = about.get(form)
    own = inner.get("alt", "") if isinstance(inner, Mapping) else ""
    return str(own or about.get("alt", ""))


def _text(text: str) -> Piece:
    """Return printed text: sentences as paragraphs, aligned columns as they are."""
    text = _ANSI.sub("", text).strip("\n")
    lines = [x for x in text.splitlines() if x.strip()]
    # one line with two blanks is a sentence about a name that has them
    if 2 * sum(bool(_ALIGNED.search(x)) for x in lines) > len(lines):
        return Piece("pre", f"<pre>{escape(text)}</pre>")
    return Piece("says", "".join(f"<p>{escape(x)}</p>" for x in lines))


def _joined(text: Any) -> str:
    return text if isinstance(text, str) else "".join(text)


@lru_cache(maxsize=1)
def _markdown() -> Any:
    import mistune  # noqa: PLC0415

    class Reader(mistune.HTMLRenderer):
        def image(self, text: str, url: str, title: str | None = None) -> str:  # noqa: ARG002
            inside = url.startswith("data:image/")
            return f'<img src="{escape(url)}" alt="{escape(text)}">' if inside else escape(text)

    return mistune.create_markdown(renderer=Reader(escape=True), plugins=["table", "strikethrough"])
