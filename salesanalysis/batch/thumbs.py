"""The small picture of a page for the index."""

import base64
import io
from collections.abc import Mapping
from typing import Any

WIDTH = 320


def thumbnail(node: Mapping[str, Any]) -> bytes | None:
    """Return the picture tagged ``thumbnail``, else the first, as a PNG 320 pixels wide."""
    first = None
    for cell in node["cells"]:
        for output in cell.get("outputs", ()):
            raw = output.get("data", {}).get("image/png")
            if raw and "thumbnail" in cell["metadata"].get("tags", ()):
                return _small(raw)
            first = first or raw
    return _small(first) if first else None


def _small(raw: str) -> bytes:
    from PIL import Image  # noqa: PLC0415

    picture = Image.open(io.BytesIO(base64.b64decode(raw))).convert("RGB")
    height = max(1, round(picture.height * WIDTH / picture.width))
    out = io.BytesIO()
    picture.resize((WIDTH, height), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()
