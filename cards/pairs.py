"""Pairs to choose from: who, and why they stand where they do, from the plain entries of a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from bot.domain.pairing import Availability
from bot.domain.people import Side
from bot.services.pairing_views import Half, PairView
from cards import kit
from cards.pairing_words import kept_reasons, plain_reasons, reasons_words

if TYPE_CHECKING:
    from bot.i18n import Translator

OTHERS: Final = "others"
TELL, ORDER = "tell", "order"
Entry = dict[str, Any]


def pair_entry(pair: PairView) -> Entry:
    """A pair as a form keeps it: plain values."""
    return {
        **{side.value: half_entry(pair.of(side)) for side in Side},
        "why": plain_reasons(pair.reasons),
    }


def half_entry(half: Half) -> Entry:
    """One of a pair, likewise."""
    return {
        "id": half.person.person_id,
        "name": half.person.name,
        "side": half.side.value,
        "load": half.load,
        "near": half.same_region,
        "busy": half.availability.value,
        "engaged": False,
        "wish": next((r.key for r in half.reasons if r.key.startswith("wish.")), None),
        "standing": half.standing,
        "why": plain_reasons(half.reasons),
    }


def pair_inputs(
    pairs: Sequence[Mapping[str, Any]], chosen: str | None, order: str | None, tr: Translator
) -> list[kit.Element]:
    """The best pairs with their reasons, others, and what happens when one of them cannot."""
    likely = "1" if pairs and not _busy(pairs[0]) else None
    return [
        kit.choice_input(
            "pair",
            tr.t("pairing.choose"),
            tr.t("pairing.choose.wrong"),
            [
                *(
                    kit.choice(_described(number, pair, tr), str(number))
                    for number, pair in enumerate(pairs, 1)
                ),
                kit.choice(tr.t("pairing.others"), OTHERS),
            ],
            value=chosen or likely,
            expanded=True,
        ),
        _each(pairs, tr),
        order_input(order, tr),
    ]


def order_input(order: str | None, tr: Translator) -> kit.Element:
    """Whether the bot may ask in order: nobody agrees to it by leaving things as they are."""
    return kit.choice_input(
        "order",
        tr.t("pairing.order"),
        tr.t("pairing.order.wrong"),
        [
            kit.choice(tr.t("pairing.order.tell"), TELL),
            kit.choice(tr.t("pairing.order.ask"), ORDER),
        ],
        value=order or TELL,
        expanded=True,
    )


def pair_title(pair: Mapping[str, Any], tr: Translator, number: int | None = None) -> str:
    """The two names, with the place in the list."""
    names = {side.value: _name(pair[side.value], tr) for side in Side}
    both = tr.t("pairing.pair", **names)
    return tr.t("pairing.numbered", n=number, pair=both) if number else both


def half_line(
    half: Mapping[str, Any], tr: Translator, *, most: int | None = None, faint: bool = True
) -> kit.Element:
    """Name: why, at `most` so many reasons of it."""
    why = reasons_words(kept_reasons(half["why"][:most]), tr)
    words = tr.t("pairing.half", name=_name(half, tr), why=why)
    return kit.subtle(words) if faint else kit.line(kit.run(words), spacing="small")


def _described(number: int, pair: Mapping[str, Any], tr: Translator) -> str:
    """1. Somebody and somebody: new with experienced."""
    title = pair_title(pair, tr, number)
    why = reasons_words(kept_reasons(pair["why"]), tr)
    return tr.t("pairing.half", name=title, why=why) if why else title


def _each(pairs: Sequence[Mapping[str, Any]], tr: Translator) -> kit.Element:
    """What speaks for each of them, once however many pairs they are in."""
    halves = {pair[side.value]["id"]: pair[side.value] for side in Side for pair in pairs}
    lines = [half_line(half, tr) for half in halves.values()]
    return kit.element_group(kit.text(tr.t("pairing.each"), bold=True), *lines)


def _name(half: Mapping[str, Any], tr: Translator) -> str:
    return half["name"] or tr.t("common.somebody")


def _busy(pair: Mapping[str, Any]) -> bool:
    return any(pair[side.value]["busy"] == Availability.BUSY.value for side in Side)
