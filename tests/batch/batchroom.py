"""Writing batch files and reading manifests in tests."""

import json
import re
from pathlib import Path


def batch_file(path: Path, regions: dict, **more) -> Path:
    """Write a batch file; JSON is YAML."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        json.dumps({"batch": 1, "regions": regions, **more}, ensure_ascii=False), encoding="utf-8"
    )
    return path


def manifest(folder: Path, kind: str) -> list[dict]:
    rows = (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    return [line for line in map(json.loads, rows) if line["kind"] == kind]


def outside_references(html: str) -> list[str]:
    """What a browser would fetch: src, link, @import, url() that is neither inside nor beside."""
    fetched = re.findall(r"""(?:src|srcset|poster)\s*=\s*["']([^"']*)""", html)
    fetched += re.findall(r"""<link[^>]*href\s*=\s*["']([^"']*)""", html)
    fetched += re.findall(r"""url\(\s*["']?([^"')]*)""", html) + re.findall(r"@import[^;]*", html)
    return [x for x in fetched if not x.startswith(("data:", "thumbs/"))]


def links(html: str) -> list[str]:
    """Where the links and pictures of a page lead."""
    found = re.findall(r"""(?:href|src)="([^"]*)""", html)
    return [x for x in found if not x.startswith("data:")]
