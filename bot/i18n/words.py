"""The words that people type for days, hours and answers, in both languages, folded.

Both languages are read whatever the reader's own: people switch in the middle of a sentence.
"""

from __future__ import annotations

from typing import Final

MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january jan janvier janv",
            "february feb fevrier fevr fev",
            "march mar mars",
            "april apr avril avr",
            "may mai",
            "june jun juin",
            "july jul juillet juil juill",
            "august aug aout",
            "september sept sep septembre",
            "october oct octobre",
            "november nov novembre",
            "december dec decembre",
        ),
        start=1,
    )
    for name in names.split()
}

WEEKDAYS: Final = {
    name: number
    for number, names in enumerate(
        (
            "monday mon lundi lun",
            "tuesday tue tues mardi",
            "wednesday wed mercredi mer",
            "thursday thu thur thurs jeudi jeu",
            "friday fri vendredi ven",
            "saturday sat samedi sam",
            "sunday sun dimanche dim",
        ),
        start=1,
    )
    for name in names.split()
}

DAYS_AHEAD: Final = {"today": 0, "aujourdhui": 0, "tomorrow": 1, "demain": 1, "apresdemain": 2}

# What a written date may have around its numbers, and what each becomes for the patterns.
LINKS: Final = {
    **dict.fromkeys(("next", "prochain", "prochaine"), "next"),
    **dict.fromkeys(("in", "dans"), "in"),
    **dict.fromkeys(("day", "days", "jour", "jours"), "day"),
    **dict.fromkeys(("week", "weeks", "semaine", "semaines"), "week"),
    **dict.fromkeys(("on", "at", "the", "of", "this", "le", "la", "a", "ce", "de", "du"), ""),
}

YES: Final = frozenset(
    {
        *("yes", "y", "yeah", "yep", "sure", "ok", "okay", "i agree", "agreed", "of course"),
        *("oui", "o", "ouais", "d accord", "je suis d accord", "j accepte", "bien sur"),
    }
)
NO: Final = frozenset(
    {
        *("no", "n", "nope", "no thanks", "i do not agree", "i don t agree"),
        *("non", "non merci", "pas d accord", "je ne suis pas d accord"),
    }
)
