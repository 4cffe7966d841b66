"""HTML of an output without anything that runs or fetches."""

import re
from html import escape
from html.parser import HTMLParser

#: Tags that run or fetch: left out with all that is in them.
_DROPPED = {"script", "iframe", "object", "embed", "form", "noscript", "template"}
#: The same, but without an end tag.
_DROPPED_VOID = {"link", "meta", "base"}
_FETCHING = {"src", "srcset", "poster", "background", "data", "xlink:href"}
_CSS_URL = re.compile(r"@import[^;]*;?|url\(\s*['\"]?(?!data:)[^)]*\)", re.IGNORECASE)


class _Cleaner(HTMLParser):
    """Copies what it reads, but for what runs or fetches."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.out: list[str] = []
        self._skip: list[str] = []
        self._style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED:
            self._skip.append(tag)
        elif not self._skip and tag not in _DROPPED_VOID:
            self._style = tag == "style"
            self.out.append(f"<{tag}{''.join(_kept(tag, n, v) for n, v in attrs)}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _DROPPED and tag not in _DROPPED_VOID and not self._skip:
            self.out.append(f"<{tag}{''.join(_kept(tag, n, v) for n, v in attrs)}/>")

    def handle_endtag(self, tag: str) -> None:
        if self._skip:
            if tag == self._skip[-1]:
                self._skip.pop()
        elif tag not in _DROPPED:
            self._style = False
            self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._skip:
            self.out.append(_CSS_URL.sub("", data) if self._style else data)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")


def _kept(tag: str, name: str, value: str | None) -> str:
    """Return an attribute as it may stay, or ""."""
    text = value or ""
    low = text.strip().lower()
    fetches = name in _FETCHING and not low.startswith("data:image/")
    runs = name.startswith("on") or (name == "href" and low.startswith("javascript:"))
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
