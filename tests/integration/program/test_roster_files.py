"""A roster from a file, as somebody in a hurry saves it; and who is on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.program.terminal import (
    EMPLOYER_LEAD,
    EMPLOYER_LINE,
    FACILITATORS,
    UNION_LEAD,
    UNION_LINE,
    Run,
    facilitators,
    rows,
    saved,
)


class TestFacilitators:
    def test_new_then_brought_up_to_date(self, ready: Run, sqlite_ready: str, tmp_path: Path):
        roster = facilitators(tmp_path)
        assert ready("facilitators", "import", roster) == (
            0,
            "Facilitators: 2 new, 0 there already and brought up to date.\n",
            "",
        )
        assert ready("facilitators", "import", roster).out == (
            "Facilitators: 0 new, 2 there already and brought up to date.\n"
        )
        assert rows(sqlite_ready, "SELECT name, mail FROM people ORDER BY person_id") == [
            ('O’Neil, d\'Arcy "Dee" (union)', "lead.one@example.org"),
            ("Facilitatrice « employeur »", "lead.two@example.org"),
        ]
        assert rows(sqlite_ready, "SELECT person_id FROM facilitators ORDER BY person_id") == [
            (UNION_LEAD,),
            (EMPLOYER_LEAD.lower(),),
        ]

    def test_standings_are_kept_unless_the_file_says_another(self, ready: Run, tmp_path: Path):
        roster = facilitators(
            tmp_path,
            f"{UNION_LINE},paused",
            f"{EMPLOYER_LINE},",
            header=f"{FACILITATORS},standing",
        )
        assert ready("facilitators", "import", roster).code == 0
        listed = (
            f"active\tnational-capital\temployer\ten;fr\t{EMPLOYER_LEAD.lower()}\n"
            f"paused\tnational-capital\tunion\ten;fr\t{UNION_LEAD}\n"
        )
        assert ready("facilitators", "list") == (0, listed, "")
        assert ready("facilitators", "import", facilitators(tmp_path)).code == 0
        assert ready("facilitators", "list").out == listed
        wrong = facilitators(tmp_path, f"{UNION_LINE},away", header=f"{FACILITATORS},standing")
        assert ready("facilitators", "import", wrong).err == (
            "Line 2: Choose a standing: active, paused or retired. Nothing was taken in.\n"
        )

    def test_as_excel_saves_it(self, ready: Run, tmp_path: Path):
        roster = saved(tmp_path / "bom.csv", f"\ufeff{FACILITATORS}", UNION_LINE)
        assert ready("facilitators", "import", roster).out == (
            "Facilitators: 1 new, 0 there already and brought up to date.\n"
        )

    @pytest.mark.parametrize(
        ("line", "why"),
        [
            (
                EMPLOYER_LINE.replace(EMPLOYER_LEAD, "3"),
                ("“3” is not an Entra object id, such as 00000000-0000-0000-0000-000000000000."),
            ),
            (EMPLOYER_LINE.replace("lead.two@", "lead two@"), "is not an e-mail address."),
            (EMPLOYER_LINE.replace(",employer,", ",boss,"), "Choose a side: union or employer."),
            (EMPLOYER_LINE.replace("en;fr", "en;de"), "Choose English or French."),
            (
                EMPLOYER_LINE.replace("en;fr", "en,fr"),
                "A cell with a comma in it stands between quotation marks.",
            ),
            (EMPLOYER_LINE.replace("national-capital", "narnia"), "I do not know this region."),
            (
                EMPLOYER_LINE.replace("mental-health", "astrology"),
                "This conversation cannot be requested at the moment.",
            ),
            (EMPLOYER_LINE.replace("2304", "9999999"), "I do not know this organization."),
            (f"{EMPLOYER_LEAD},", "I do not know this organization."),
            (f'{EMPLOYER_LEAD},"no end', "This is not CSV: look at the quotation marks."),
        ],
    )
    def test_a_bad_line_takes_nothing_in(
        self, ready: Run, sqlite_ready: str, tmp_path: Path, line: str, why: str
    ):
        said = ready("facilitators", "import", facilitators(tmp_path, UNION_LINE, line))
        assert (said.code, said.out) == (1, "")
        assert said.err.startswith("Line 3: ")
        assert why in said.err
        assert said.err.endswith("Nothing was taken in.\n")
        assert rows(sqlite_ready, "SELECT * FROM facilitators") == []

    def test_a_missing_column(self, ready: Run, tmp_path: Path):
        header = FACILITATORS.replace(",side", "").replace(",email", "")
        assert ready("facilitators", "import", facilitators(tmp_path, header=header)).err == (
            "Line 1: These columns are missing: email, side. Nothing was taken in.\n"
        )

    def test_no_utf8(self, ready: Run, tmp_path: Path):
        line = UNION_LINE.replace("’", "é")
        roster = saved(tmp_path / "latin.csv", FACILITATORS, line, encoding="latin-1")
        said = ready("facilitators", "import", roster)
        assert said.code == 1
        assert said.err.endswith(
            "This is not UTF-8 text. Save the file as “CSV UTF-8”. Nothing was taken in.\n"
        )

    def test_an_empty_file(self, ready: Run, tmp_path: Path):
        said = ready("facilitators", "import", saved(tmp_path / "empty.csv", end=""))
        assert said.err.startswith("Line 1: These columns are missing: object_id, name,")

    def test_a_roster_of_nobody(self, ready: Run, tmp_path: Path):
        roster = saved(tmp_path / "nobody.csv", FACILITATORS)
        assert ready("facilitators", "import", roster).out == (
            "Facilitators: 0 new, 0 there already and brought up to date.\n"
        )

    def test_a_file_that_is_not_there_and_one_that_is_a_folder(self, ready: Run, tmp_path: Path):
        assert ready("facilitators", "import", "nowhere.csv") == (
            1,
            "",
            "There is no file nowhere.csv.\n",
        )
        assert ready("sessions", "import", str(tmp_path)) == (
            1,
            "",
            f"{tmp_path} cannot be read.\n",
        )
