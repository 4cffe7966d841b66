"""A row of a bridge as a plain record, from which an improvement action can be opened."""

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np

from salesanalysis.errors import ContractError

if TYPE_CHECKING:
    from salesanalysis.variance.bridge import Bridge


def record_of(bridge: "Bridge", row: int) -> dict[str, Any]:
    """Return row `row` of the effects with an id that is the same in the next run.

    Raises
    ------
    ContractError
        A row that does not exist.
    """
    if not 0 <= row < len(bridge.effects):
        raise ContractError(
            f"There is no row {row}; effects have {len(bridge.effects)} rows.",
            where="Bridge.cause(row)",
            fix=f"give 0 to {len(bridge.effects) - 1}",
            code="unknown-name",
        )
    found = bridge.effects.iloc[row]
    meta = bridge.meta
    known = {
        "base": meta.base_name,
        "window": [f"{month:%Y-%m}" for month in meta.window],
        "grain": list(meta.grain),
        "keys": {column: str(found[column]) for column in bridge.by},
        "effect": str(found["effect"]),
    }
    text = json.dumps(known, ensure_ascii=False, sort_keys=True)
    numbers = {c: float(found[c]) for c in ("amount", "gap_share", "base_share")}
    return {
        "id": sha256(text.encode()).hexdigest()[:12],
        **known,
        **{c: None if np.isnan(v) else v for c, v in numbers.items()},
        **{c: str(found[c]) for c in ("origin", "parent", "note", "status")},
        **{
            c: getattr(meta, c)
            for c in ("method", "convention", "mix", "measure", "kind", "favourable")
        },
        "currency": bridge.currency,
    }
