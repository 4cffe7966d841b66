"""HTML of an output without anything that runs or fetches."""

import re
from html import escape, unescape
from html.parser import HTMLParser

from salesanalysis.spreadsheet import safe_text

#: Tags that run or fetch, or read what is in them another way: left out with all in them.
_DROPPED = {
    *("script", "iframe", "frame", "frameset", "object", "embed", "applet", "form", "noscript"),
    *("template", "noembed", "noframes", "xmp", "plaintext", "textarea", "title", "select"),
    # inside a drawing these set the target of a link after it was looked at
    *("animate", "set", "animatemotion", "animatetransform", "foreignobject"),
}
#: The same, but without an end tag.
_DROPPED_VOID = {"link", "meta", "base", "input"}
_FETCHING = {"src", "srcset", "poster", "background", "data", "xlink:href", "action", "formaction"}
_NAME = re.compile(r"[a-z][a-z0-9:_.-]*", re.IGNORECASE)
#: A link may lead beside the page or to a web page, never into a program.
_LINK = re.compile(r"(https?:|mailto:|#|[^:]*([/?#]|$))", re.IGNORECASE)
_INVISIBLE = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028\u2029\ufeff]")
_CSS_URL = re.compile(r"@import[^;]*;?|url\(\s*['\"]?(?!data:)[^)]*\)", re.IGNORECASE)


class _Cleaner(HTMLParser):
    """Copies what it reads, but for what runs or fetches."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.out: list[str] = []
        self._skip: list[str] = []
        self._style = False
        self._cell: int | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED:
            self._skip.append(tag)
        elif not self._skip and tag not in _DROPPED_VOID and _NAME.fullmatch(tag):
            self._style = tag == "style"
            if tag in ("td", "th"):
                self._end_cell()
                self._cell = len(self.out) + 1
            self.out.append(f"<{tag}{''.join(_kept(tag, n, v) for n, v in attrs)}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = tag not in _DROPPED and tag not in _DROPPED_VOID and _NAME.fullmatch(tag)
        if known and not self._skip:
            self.out.append(f"<{tag}{''.join(_kept(tag, n, v) for n, v in attrs)}/>")

    def handle_endtag(self, tag: str) -> None:
        if self._skip:
            if tag == self._skip[-1]:
                self._skip.pop()
        elif tag not in _DROPPED and _NAME.fullmatch(tag):
            self._style = False
            if tag in ("td", "th", "tr", "table"):
                self._end_cell()
            self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._skip:
            # a stray < would become a tag together with what follows a tag left out
            shown = data.replace("<", "&lt;").replace(">", "&gt;")
            self.out.append(_CSS_URL.sub("", data) if self._style else shown)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")

    def close(self) -> None:
        super().close()
        self._end_cell()

    def _end_cell(self) -> None:
        """Make the text of a table's cell safe for the sheet it may be copied to."""
        if self._cell is None:
            return
        start, self._cell = self._cell, None
        parts = [p for p in self.out[start:] if not p.startswith("<")]
        text = unescape("".join(parts)).strip()
        # results mark their own cells: one apostrophe is enough
        if text.startswith("'") or safe_text(text) == text:
            return
        if len(parts) == len(self.out) - start:
            self.out[start:] = [escape(safe_text(text), quote=False)]
        else:  # the text stands in pieces between tags: the first sign decides
            self.out.insert(start, "'")


def _kept(tag: str, name: str, value: str | None) -> str:
    """Return an attribute as it may stay, or ""."""
    text = value or ""
    low = text.strip().lower()
    # browsers read past blanks and control signs inside a scheme
    leads = name == "href" and not _LINK.match(_INVISIBLE.sub("", text))
    fetches = name in _FETCHING and not low.startswith("data:image/")
    runs = name.startswith("on") or leads or not _NAME.fullmatch(name)
    links = name == "href" and tag != "a" and not low.startswith("#")
    if fetches or runs or links:
        return ""
    if name == "style":
        text = _CSS_URL.sub("", text)
    return f' {name}="{escape(text)}"'


def clean_html(html: str) -> str:
    """Return HTML of an output without scripts and without references to anything outside.

    Examples
    --------
    >>> clean_html('<b onclick="x()">a</b><script src="y.js">z</script><img src="//h/x.png">')
    '<b>a</b><img>'
    """
    cleaner = _Cleaner()
    cleaner.feed(html)
    cleaner.close()
    return "".join(cleaner.out)
