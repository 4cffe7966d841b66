"""What is done about each kind of suspicious line: skip, flag or drop, limits and a budget."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from salesanalysis.data.kinds import LEVELS
from salesanalysis.errors import ContractError, unknown_name

ACTIONS = ("skip", "flag", "drop")
#: The rules in the order in which a line is lost: to the first one that drops it. Each with the
#: options it has beside ``action`` and ``limit``.
RULES: dict[str, tuple[str, ...]] = {
    "total_rows": ("words",),
    "sum_of_rows": (),
    "test_accounts": ("words",),
    "listed": ("where",),
    "duplicates": ("ignore",),
    "returned_pairs": (),
    "unpaired_returns": (),
    "missing_customer": (),
    "missing_salesperson": (),
    "missing_region": (),
    "missing_product": (),
    "zero_price": (),
    "negative_price": (),
    "wrong_sign": (),
    "revenue_differs": ("tolerance",),
    "below_cost": (),
    "unlike_names": ("columns",),
    "outliers": ("threshold",),
    "unknown_people": (),
    "unknown_regions": (),
    "before_hire": (),
    "after_leave": (),
    "out_of_period": ("first", "last"),
    "open_month": ("days",),
}
#: Rules that look at several lines at once: they need the lines of one engine, numbered.
TOGETHER = ("duplicates", "returned_pairs", "unpaired_returns")
Where = Callable[..., str]


@dataclass(frozen=True)
class Setting:
    """What one rule does.

    Attributes
    ----------
    action : {"skip", "flag", "drop"}
        ``flag`` counts the lines and keeps them in the numbers.
    limit : float, optional
        Largest share of lines, 0..1; above it the run stops.
    options : tuple of (name, value)

    Examples
    --------
    >>> Setting("flag", 0.4).limit
    0.4
    """

    action: str = "flag"
    limit: float | None = None
    options: tuple[tuple[str, Any], ...] = ()

    def option(self, name: str, default: Any = None) -> Any:
        """Return an option, or `default` where nobody set it."""
        return dict(self.options).get(name, default)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values that `settings` reads back."""
        limit = {} if self.limit is None else {"limit": self.limit}
        return {"action": self.action, **limit, **{k: _plain(v) for k, v in self.options}}


@dataclass(frozen=True)
class Budget:
    """How much may be dropped, as shares of what was read.

    Attributes
    ----------
    rows : float, optional
        Share of lines, 0..1.
    money : float, optional
        Share of the amounts without their signs, 0..1.
    """

    rows: float | None = None
    money: float | None = None

    def to_dict(self) -> dict[str, float]:
        """Return plain values that `settings` reads back."""
        both = {"rows": self.rows, "money": self.money}
        return {k: v for k, v in both.items() if v is not None}


@dataclass(frozen=True)
class Settings:
    """What every rule does, the budget, and the names that are mended.

    Attributes
    ----------
    rules : dict, name of a rule -> Setting
        In the fixed order; a rule nobody named is flagged.
    max_loss : Budget, optional
    rename : dict, column -> dict of name -> accepted name

    Examples
    --------
    >>> settings({"duplicates": "drop"}, where="cleaning").drops
    ('duplicates',)
    """

    rules: dict[str, Setting] = field(default_factory=lambda: {r: Setting() for r in RULES})
    max_loss: Budget | None = None
    rename: dict[str, dict[str, str]] = field(default_factory=dict)

    def __getitem__(self, rule: str) -> Setting:
        """Return what `rule` does."""
        return self.rules[rule]

    @property
    def drops(self) -> tuple[str, ...]:
        """The rules that drop lines, in their order."""
        return tuple(r for r in RULES if self.rules[r].action == "drop")

    @property
    def limits(self) -> dict[str, float]:
        """The rules with a limit."""
        found = {r: self.rules[r].limit for r in RULES}
        return {r: limit for r, limit in found.items() if limit is not None}

    @property
    def asked(self) -> tuple[str, ...]:
        """The rules that are not skipped, in their order."""
        return tuple(r for r in RULES if self.rules[r].action != "skip")

    @property
    def eager(self) -> bool:
        """Tell whether anything must be computed when the tables are loaded."""
        return bool(self.drops or self.limits or self.rename)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values that `settings` reads back; only what differs from the default."""
        out: dict[str, Any] = {r: s.to_dict() for r, s in self.rules.items() if s != Setting()}
        if self.max_loss is not None:
            out["max_loss"] = self.max_loss.to_dict()
        if self.rename:
            out["rename"] = {c: dict(names) for c, names in self.rename.items()}
        return out


#: Everything is flagged, nothing is dropped, there is no budget.
DEFAULTS = Settings()


def settings(spec: Any, *, where: str | Where) -> Settings:
    """Read the settings of the cleaning.

    Parameters
    ----------
    spec : dict or None
        Rule -> ``skip``, ``flag`` or ``drop``, or a dict with ``action``, ``limit`` and the
        options of the rule; ``max_loss`` with ``rows`` and ``money``; ``rename`` with columns.
    where : str or callable
        Place for messages: a text, or a function from the keys below to a text, such as that of
        a YAML document.

    Raises
    ------
    ContractError
        A rule, action, option or column nobody knows, with the nearest; a limit outside 0..1.

    Examples
    --------
    >>> made = settings({"below_cost": {"limit": 0.4}, "max_loss": {"rows": 0.02}}, where="x")
    >>> made["below_cost"], made.max_loss
    (Setting(action='flag', limit=0.4, options=()), Budget(rows=0.02, money=None))
    """
    place: Where = where if callable(where) else _below(where)
    data = _mapping(spec, "the cleaning", place)
    for name in data:
        if name not in (*RULES, "max_loss", "rename"):
            raise unknown_name(
                name,
                [*RULES, "max_loss", "rename"],
                kind="rule",
                where=place(name),
                error=ContractError,
            )
    rules = {r: _setting(r, data.get(r, "flag"), place) for r in RULES}
    budget = _budget(data["max_loss"], place) if "max_loss" in data else None
    return Settings(rules, budget, _rename(data.get("rename"), place))


def _below(where: str) -> Where:
    """Return places below a text."""
    return lambda *keys: ".".join([where, *(str(k) for k in keys)])


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        pairs = all(isinstance(v, tuple) and len(v) == 2 for v in value) and value
        return {k: _plain(v) for k, v in value} if pairs else [_plain(v) for v in value]
    return value


def _frozen(value: Any) -> Any:
    """Turn lists and dicts into tuples: a setting can be compared and hashed."""
    if isinstance(value, Mapping):
        return tuple((k, _frozen(v if isinstance(v, list) else [v])) for k, v in value.items())
    return tuple(str(v) for v in value) if isinstance(value, list | tuple) else value


def _mapping(value: Any, what: str, place: Where, *keys: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ContractError(
            f"{what} must be keys with values, got {value!r}.",
            where=place(*keys),
            fix="write each rule on a line of its own, such as duplicates: drop",
            code="bad-choice",
        )
    return dict(value)


def _setting(rule: str, spec: Any, place: Where) -> Setting:
    """Read what one rule does."""
    if isinstance(spec, str):
        return Setting(_action(rule, spec, place, rule))
    data = _mapping(spec, rule, place, rule)
    known = ("action", "limit", *RULES[rule])
    for key in data:
        if key not in known:
            raise unknown_name(
                key,
                known,
                kind=f"setting of {rule}",
                where=place(rule, key),
                error=ContractError,
            )
    action = _action(rule, data.get("action", "flag"), place, rule, "action")
    limit = _share(data.get("limit"), f"limit of {rule}", place, rule, "limit")
    if action == "skip" and limit is not None:
        raise ContractError(
            f"{rule} is skipped, so its limit would never be looked at.",
            where=place(rule),
            fix="write action: flag, or take the limit away",
            code="bad-choice",
        )
    options = {k: _option(k, v, place, rule, k) for k, v in data.items() if k in RULES[rule]}
    return Setting(action, limit, tuple(sorted(options.items())))


def _action(rule: str, value: Any, place: Where, *keys: str) -> str:
    if value not in ACTIONS:
        raise unknown_name(
            value,
            ACTIONS,
            kind=f"word for what {rule} does",
            where=place(*keys),
            error=ContractError,
        )
    return str(value)


def _share(value: Any, what: str, place: Where, *keys: str) -> float | None:
    """Return a share, or refuse what is none."""
    if value is None:
        return None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not (is_number and 0 <= value <= 1):
        raise ContractError(
            f"{what} must be a share from 0 to 1, got {value!r}.",
            where=place(*keys),
            fix="write 2 % as 0.02",
            code="bad-choice",
        )
    return float(value)


def _budget(spec: Any, place: Where) -> Budget:
    data = _mapping(spec, "max_loss", place, "max_loss")
    for key in data:
        if key not in ("rows", "money"):
            raise unknown_name(
                key,
                ("rows", "money"),
                kind="setting of max_loss",
                where=place("max_loss", key),
                error=ContractError,
            )
    shares = {
        k: _share(data.get(k), f"max_loss.{k}", place, "max_loss", k) for k in ("rows", "money")
    }
    return Budget(**shares)


def _option(name: str, value: Any, place: Where, *keys: str) -> Any:
    """Check an option of a rule by what it is."""
    if name in ("tolerance", "threshold", "days"):
        good = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
        wanted, fix = "a number of at least 0", "write a plain number"
    elif name in ("words", "ignore", "columns"):
        good = isinstance(value, list | tuple) and all(isinstance(v, str) for v in value)
        wanted, fix = "a list of texts", "write [one, two]"
    elif name in ("first", "last"):
        good, wanted, fix = _is_day(value), "a day", "write 2024-01-31"
    else:
        good = isinstance(value, Mapping) and bool(value)
        wanted, fix = "columns with patterns", 'write {order_id: "A*"}'
    if good:
        return str(value) if name in ("first", "last") else _frozen(value)
    raise ContractError(
        f"{keys[0]}.{name} must be {wanted}, got {value!r}.",
        where=place(*keys),
        fix=fix,
        code="bad-choice",
    )


def _is_day(value: Any) -> bool:
    import datetime as dt  # noqa: PLC0415

    try:
        dt.date.fromisoformat(str(value))
    except ValueError:
        return False
    return True


def _rename(spec: Any, place: Where) -> dict[str, dict[str, str]]:
    data = _mapping(spec, "rename", place, "rename")
    out = {}
    for column, names in data.items():
        if column not in LEVELS:
            raise unknown_name(
                column, LEVELS, kind="column with names", where=place("rename", column),
                error=ContractError,
            )  # fmt: skip
        pairs = _mapping(names, f"rename.{column}", place, "rename", column)
        out[column] = {str(k): str(v) for k, v in pairs.items()}
    return out
