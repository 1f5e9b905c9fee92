"""Every text that a person reads, in both languages, and how days and hours are written."""

from bot.i18n.catalogues import CatalogueError, Catalogues
from bot.i18n.formats import WhenParts
from bot.i18n.translator import Translator
from bot.i18n.zones import CANADIAN_ZONES, iana_zone

__all__ = [
    "CANADIAN_ZONES",
    "CatalogueError",
    "Catalogues",
    "Translator",
    "WhenParts",
    "iana_zone",
]
