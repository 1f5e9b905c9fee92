"""The building blocks of cards."""

from datetime import date, time

import pytest

from bot.i18n import Catalogues
from cards import kit
from cards.safe import cap, clean, for_heading

EN = Catalogues.load().translator("en", "America/Toronto")
FR = Catalogues.load().translator("fr", "America/Toronto")


class TestCard:
    def test_has_a_language_a_version_and_one_line_for_a_notification(self):
        made = kit.card(EN, "Title", kit.text("Body"), None, summary="In one line")
        assert made == {
            "type": "AdaptiveCard",
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "version": "1.5",
            "lang": "en",
            "fallbackText": (
                "In one line (This version of Teams cannot show the card. "
                "Update Teams, or open it in a browser.)"
            ),
            "speak": "In one line",
            "body": [
                {
                    "type": "TextBlock",
                    "style": "heading",
                    "text": "Title",
                    "size": "large",
                    "weight": "bolder",
                    "wrap": True,
                },
                {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": "Body"}]},
            ],
        }

    def test_the_notice_or_the_title_stands_in_for_the_summary(self):
        assert kit.card(EN, "Title", said="Done.", tone=kit.Tone.GOOD)["speak"] == "Done."
        assert kit.card(EN, "Title")["speak"] == "Title"
        assert kit.card(EN, "Title", said="Done.")["body"][1]["style"] == "accent"

    def test_a_summary_is_punctuated_as_its_language_is(self):
        assert kit.one_line(EN, "Settings", "Reminders") == "Settings: Reminders"
        assert kit.one_line(FR, "Paramètres", "Rappels") == "Paramètres\N{NO-BREAK SPACE}: Rappels"
        assert kit.one_line(FR, "Paramètres", None) == "Paramètres"

    def test_more_than_six_actions_go_into_rows(self):
        buttons = [kit.execute(f"B{n}", "help.show") for n in range(14)]
        made = kit.card(EN, "Title", actions=[*buttons, None])
        assert [action["title"] for action in made["actions"]] == [f"B{n}" for n in range(6)]
        rows = [row["actions"] for row in made["body"] if row["type"] == "ActionSet"]
        assert [len(row) for row in rows] == [6, 2]

    def test_refreshes_for_at_most_sixty_people(self):
        made = kit.card(EN, "T", refresh=("help.show", {"id": "x"}, [str(n) for n in range(70)]))
        assert made["refresh"]["action"] == {
            "type": "Action.Execute",
            "verb": "help.show",
            "data": {"id": "x"},
        }
        assert len(made["refresh"]["userIds"]) == 60

    def test_its_size_is_in_bytes(self):
        assert kit.size({"a": "é"}) == len('{"a":"é"}'.encode())


class TestText:
    def test_a_run_says_how_it_looks(self):
        assert kit.run("x", bold=True, faint=True, tone=kit.Tone.WARNING, small=True) == {
            "type": "TextRun",
            "text": "x",
            "weight": "bolder",
            "isSubtle": True,
            "size": "small",
            "color": "warning",
        }

    def test_facts_have_the_languages_colon_and_leave_out_what_is_empty(self):
        made = kit.facts(FR, [("Date", "x"), None, ("Vide", "")])
        assert made is not None
        assert [run["text"] for run in made["items"][0]["inlines"]] == ["Date\u00a0:", " x"]
        assert len(made["items"]) == 1
        assert kit.facts(EN, []) is None

    def test_what_people_wrote_is_set_apart_and_capped(self):
        made = kit.person_text("z" * 50, limit=10)
        assert made["items"][0]["inlines"][0]["text"] == "z" * 9 + "…"

    def test_a_figure_and_a_badge(self):
        assert [run["text"] for run in kit.figure("3", "seats left")["inlines"]] == [
            "3",
            " seats left",
        ]
        assert kit.badge("Agreed", kit.Tone.GOOD)["inlines"][0]["color"] == "good"

    def test_a_group_may_be_set_off(self):
        made = kit.element_group(kit.text("x"), None, separator=True)
        assert (len(made["items"]), made["separator"]) == (1, True)
        assert "separator" not in kit.element_group(kit.error("x"))


class TestSafety:
    @pytest.mark.parametrize(
        ("typed", "shown"),
        [
            ("plain l’été \U0001f600", "plain l’été \U0001f600"),
            ("{{DATE(2027)}}", "{\u2060{DATE(2027)}\u2060}"),
            ("a\u202eb\u200f", "ab"),
            ("a\x00b\tc\r\nd", "a b c\nd"),
            ("\u05d0\u05d1", "\u2068\u05d0\u05d1\u2069"),
        ],
    )
    def test_text_of_people_cannot_reach_beyond_itself(self, typed, shown):
        assert clean(typed) == shown

    def test_a_heading_loses_markdown_and_html(self):
        assert for_heading("**Team** [x](y) <b> _z_ \n#1") == "Team x(y) \u2039b\u203a z 1"

    def test_capping(self):
        assert (cap("abc", 3), cap("abcd", 3)) == ("abc", "ab…")


class TestActions:
    def test_a_button_carries_a_verb_and_ids(self):
        assert kit.positive("Join", "session.join", id="s1") == {
            "type": "Action.Execute",
            "title": "Join",
            "verb": "session.join",
            "data": {"id": "s1"},
            "associatedInputs": "none",
            "style": "positive",
        }
        assert kit.secondary("More", "help.show")["mode"] == "secondary"
        assert kit.execute("X", "form", inputs=True, tooltip="Y")["associatedInputs"] == "auto"
        assert kit.open_url("Open", "https://x") == {
            "type": "Action.OpenUrl",
            "title": "Open",
            "url": "https://x",
        }

    def test_a_question_opens_in_the_same_card(self):
        made = kit.confirm(
            "Withdraw",
            kit.text("Sure?"),
            actions=[kit.destructive("Yes", "request.withdraw", id="r")],
        )
        assert made["type"] == "Action.ShowCard"
        assert made["card"]["actions"][0]["style"] == "destructive"


class TestInputs:
    def test_every_input_has_a_label_and_an_error_message(self):
        made = [
            kit.text_input("a", "A", "w", value="v", hint="h", multiline=True),
            kit.number_input("b", "B", "w", least=1, most=3, value=2),
            kit.date_input("c", "C", "w", value=date(2027, 3, 4), first=date(2027, 1, 1)),
            kit.date_input("c2", "C", "w", value="2027-03-04", last=date(2027, 9, 1)),
            kit.time_input("d", "D", "w", value=time(13, 30)),
            kit.time_input("d2", "D", "w"),
            kit.choice_input("e", "E", "w", [kit.choice("T", "t")], value="t", required=False),
            kit.multi_input("f", "F", "w", [kit.choice("T", "t")], value=["t", "u"]),
            kit.person_input("g", "G", "w"),
            kit.search_input("h", "H", "w", "organizations", choices=[kit.choice("T", "t")]),
        ]
        assert all(item["label"] and item["errorMessage"] for item in made)
        assert [item.get("value") for item in made] == [
            "v", 2, "2027-03-04", "2027-03-04", "13:30", None, "t", "t,u", None, None,
        ]  # fmt: skip
        assert made[8]["choices.data"]["dataset"] == "graph.microsoft.com/users"
        assert made[9]["choices.data"]["dataset"] == "organizations"
        assert (made[2]["min"], made[3]["max"]) == ("2027-01-01", "2027-09-01")
        assert "isRequired" not in made[6]

    def test_a_toggles_label_stands_at_the_box(self):
        made = kit.toggle_input("t", "Captions", value=True)
        assert (made["title"], made["value"], made.get("label")) == ("Captions", "true", None)
