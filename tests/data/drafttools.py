"""Files whose mapping is drafted, and what the draft reads of them."""

from decimal import Decimal

from salesanalysis.data.propose.front import propose


def drafted(folder, name: str, text: str, encoding: str = "utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return propose(path, counts=False)


def worth(proposal) -> tuple[int, Decimal]:
    """Lines and amount that are kept."""
    assert proposal.loads, proposal.explain()
    tried = proposal.trial
    amount = Decimal(str(round(tried["amount"] - tried["amount_dropped"], 4)))
    return tried["n_rows"] - tried["n_dropped"], amount
