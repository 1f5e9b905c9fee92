"""HTML without a template language: every text is escaped unless it is HTML already."""

from __future__ import annotations

from html import escape


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def tag(name: str, *children: str | None, **attributes: object) -> Html:
    """Return an element. `class_` is class; `_` in a name is `-`; None or False leaves it out."""
    told = "".join(
        f" {_name(key)}" + ("" if value is True else f'="{escape(str(value))}"')
        for key, value in attributes.items()
        if value not in (None, False)
    )
    return Html(f"<{name}{told}>{join(*children)}</{name}>")


def join(*children: str | None) -> Html:
    """Return pieces one after the other."""
    return Html(
        "".join(each if isinstance(each, Html) else escape(each) for each in children if each)
    )


def _name(key: str) -> str:
    return key.rstrip("_").replace("_", "-")
