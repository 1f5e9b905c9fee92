"""Why somebody, or a pair, is proposed: the reasons of the ranking in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from bot.domain import catalogue
from bot.domain.pairing import Reason
from bot.i18n import Translator

COUNTED: Final = frozenset({"load", "active_for", "led", "month_full", "together.times"})
"""Reasons that count something: worded for one and for many."""
WITHOUT: Final = frozenset({"load", "active_for", "led"})
"""Those of them that have words of their own for none."""


def reason_words(reason: Reason, tr: Translator) -> str:
    """One reason: « libre à ce moment »."""
    values: dict[str, Any] = dict(reason.values)
    if "region" in values:
        values["region"] = tr.value(catalogue.region(values["region"]).name)
    if "ago" in values:
        values["nearest"] = _nearest(values.pop("ago"), tr)
    if reason.key not in COUNTED:
        return tr.t(f"pairing.reason.{reason.key}", **values)
    count = values.pop("n")
    if count == 0 and reason.key in WITHOUT:
        return tr.t(f"pairing.reason.{reason.key}_none", **values)
    return tr.n(f"pairing.reason.{reason.key}", count, **values)


def reasons_words(reasons: Iterable[Reason], tr: Translator) -> str:
    """All of them in one line, between semicolons."""
    return "; ".join(reason_words(reason, tr) for reason in reasons)


def plain_reasons(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    """As a draft keeps them."""
    return [{"key": reason.key, "values": dict(reason.values)} for reason in reasons]


def kept_reasons(kept: Iterable[Mapping[str, Any]]) -> tuple[Reason, ...]:
    """As they were before a draft kept them."""
    return tuple(Reason(one["key"], one["values"]) for one in kept)


def _nearest(months: int, tr: Translator) -> str:
    return tr.n("pairing.nearest", months) if months else tr.t("pairing.nearest_none")
