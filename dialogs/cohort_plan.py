"""Planning a cohort: who it is for ──▶ when ──▶ what is trained ──▶ review ──▶ planned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.domain import catalogue
from bot.domain.cohorts import FEWEST_SEATS, MOST_SEATS
from bot.domain.errors import Refusal
from bot.domain.training_days import Rhythm, check_days, five_days
from bot.i18n import CANADIAN_ZONES
from bot.services.cohorts import CohortForm
from bot.services.desk import cohort_subject
from cards import kit
from cards.application_parts import topic_title, topics_line
from cards.cohort import build_cohort
from cards.cohort_words import region_names
from dialogs.context import Ctx, Reply, show
from dialogs.flow import Answers, Element, Flow, Step, Values
from dialogs.progress import FORM_ID

USUAL_SEATS: Final = 16
USUAL_HOURS: Final = ("09:00", "16:00")
BALANCES: Final = ("sides", "regions")


class Group(Step):
    """Language, seats, regions, and the clock that its days are on."""

    key = "group"
    needs = ("language", "zone", "capacity")

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """Filled in with the planner's own."""
        tr = ctx.tr
        zones = [kit.choice(tr.sentence(tr.zone_name(z)), z) for z in _zones(answers, ctx)]
        bounds = {"least": tr.number(FEWEST_SEATS), "most": tr.number(MOST_SEATS)}
        return [
            kit.choice_input(
                "language",
                tr.t("cohort.plan.language.label"),
                tr.t("cohort.plan.language.wrong"),
                [
                    kit.choice(tr.sentence(tr.t(f"common.language.{each}")), each)
                    for each in catalogue.LANGUAGES
                ],
                value=answers.get("language"),
            ),
            kit.number_input(
                "capacity",
                tr.t("cohort.plan.capacity.label", **bounds),
                tr.t("cohort.plan.capacity.wrong", **bounds),
                value=answers.get("capacity"),
                least=FEWEST_SEATS,
                most=MOST_SEATS,
            ),
            kit.multi_input(
                "regions",
                tr.t("cohort.plan.regions.label"),
                tr.t("cohort.plan.regions.wrong"),
                [kit.choice(tr.value(r.name), r.key) for r in catalogue.regions()],
                value=answers.get("regions", ()),
            ),
            kit.choice_input(
                "zone",
                tr.t("cohort.plan.zone.label"),
                tr.t("cohort.plan.zone.wrong"),
                zones,
                value=answers.get("zone"),
            ),
        ]

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """Another clock has other days."""
        regions = [key for key in values["regions"].split(",") if key]
        if regions and not set(regions) & set(answers["own"]):
            raise Refusal("region_not_yours", field="regions")
        return {
            "language": values["language"],
            "capacity": int(values["capacity"]),
            "regions": regions,
            "zone": values["zone"],
            **({"starts": None} if values["zone"] != answers["zone"] else {}),
        }

    async def summary(self, answers: Answers, ctx: Ctx) -> str | None:
        """English, 16 seats, Quebec and Atlantic."""
        tr = ctx.tr
        return tr.n(
            "cohort.plan.summary.group",
            answers["capacity"],
            language=tr.sentence(tr.t(f"common.language.{answers['language']}")),
            regions=region_names(answers["regions"], tr),
        )


class Days(Step):
    """The first day, how the others follow, and the hours of each."""

    key = "days"
    needs = ("date", "starts")

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """On the cohort's own clock."""
        tr, zone = ctx.tr, answers["zone"]
        today_on = ctx.now().astimezone(ZoneInfo(zone)).date()
        return [
            kit.subtle(tr.t("cohort.plan.clock", zone=tr.zone_name(zone))),
            kit.choice_input(
                "rhythm",
                tr.t("cohort.plan.rhythm.label"),
                tr.t("cohort.plan.rhythm.wrong"),
                [
                    kit.choice(tr.t(f"cohort.plan.rhythm.{each.value}"), each.value)
                    for each in Rhythm
                ],
                value=answers.get("rhythm", Rhythm.DAILY.value),
                expanded=True,
            ),
            kit.date_input(
                "date",
                tr.t("cohort.plan.date.label"),
                tr.t("cohort.plan.date.wrong"),
                value=answers.get("date"),
                first=today_on,
                last=today_on + timedelta(days=ctx.rules.furthest_days),
            ),
            kit.time_input(
                "time",
                tr.t("cohort.plan.time.label"),
                tr.t("cohort.plan.time.wrong"),
                value=answers.get("time", USUAL_HOURS[0]),
            ),
            kit.time_input(
                "until",
                tr.t("cohort.plan.until.label"),
                tr.t("cohort.plan.until.wrong"),
                value=answers.get("until", USUAL_HOURS[1]),
            ),
        ]

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """Each of the five is possible."""
        starts, minutes = check_days(
            date.fromisoformat(values["date"]),
            Rhythm(values["rhythm"]),
            time.fromisoformat(values["time"]),
            time.fromisoformat(values["until"]),
            answers["zone"],
            now=ctx.now(),
            rules=ctx.rules,
        )
        return {**values, "starts": [at.isoformat() for at in starts], "minutes": minutes}

    async def summary(self, answers: Answers, ctx: Ctx) -> str | None:
        """Wednesday, March 10, 2027, to Tuesday, March 16, 2027, 9 am to 4 pm."""
        tr = ctx.tr
        first_on = date.fromisoformat(answers["date"])
        days = five_days(first_on, Rhythm(answers["rhythm"]))
        span = tr.t("cohort.span", first=tr.weekday_date(days[0]), last=tr.weekday_date(days[-1]))
        hours = [time.fromisoformat(answers[key]) for key in ("time", "until")]
        return tr.sentence(f"{span}; {tr.time_range(*hours)}")


class Content(Step):
    """What is trained, and what is kept even."""

    key = "content"
    needs = ("topics",)

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """All conversations and both balances, until others are chosen."""
        tr = ctx.tr
        topics = [
            kit.choice(topic_title(entry, tr), entry.key)
            for entry in catalogue.teachable_offerings()
        ]
        usual = [entry.key for entry in catalogue.requestable_offerings()]
        return [
            kit.multi_input(
                "topics",
                tr.t("cohort.plan.topics.label"),
                tr.t("cohort.plan.topics.wrong"),
                topics,
                value=answers.get("topics", usual),
                required=True,
            ),
            kit.multi_input(
                "balance",
                tr.t("cohort.plan.balance.label"),
                tr.t("cohort.plan.balance.wrong"),
                [kit.choice(tr.t(f"cohort.plan.balance.{each}"), each) for each in BALANCES],
                value=answers.get("balance", BALANCES),
            ),
        ]

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """Lists."""
        return {key: [v for v in values[key].split(",") if v] for key in ("topics", "balance")}

    async def summary(self, answers: Answers, ctx: Ctx) -> str | None:
        """The titles."""
        return topics_line(answers["topics"], ctx.tr)


class Review(Step):
    """The five days once more."""

    key = "review"

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """One line a day, with the hours of the cohort's own clock and of the reader's."""
        tr, length = ctx.tr, timedelta(minutes=answers["minutes"])
        rows: list[tuple[str, str] | None] = []
        for number, at in enumerate(answers["starts"], start=1):
            start = datetime.fromisoformat(at)
            when = tr.when(start, start + length, answers["zone"])
            rows.append((tr.t("cohort.day", n=number), when))
        return [element for element in [kit.facts(tr, rows)] if element]


class Plan(Flow):
    """A cohort that nobody is asked about yet."""

    name = "cohort_plan"
    texts = "cohort.plan"
    steps = (Group(), Days(), Content(), Review())

    async def begin(self, options: Mapping[str, Any], ctx: Ctx) -> Answers:
        """The planner's own regions, language and clock."""
        own = await ctx.services.cohorts.regions_of(ctx.me)
        every = len(own) == len(catalogue.regions())
        return {
            **options,
            "own": list(own),
            "regions": [] if every else list(own),
            "language": ctx.reader.language,
            "zone": ctx.reader.zone,
            "capacity": USUAL_SEATS,
        }

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """Its card, with the button that opens it."""
        form = CohortForm(
            form_id=answers[FORM_ID],
            first_on=date.fromisoformat(answers["date"]),
            rhythm=Rhythm(answers["rhythm"]),
            from_time=time.fromisoformat(answers["time"]),
            until_time=time.fromisoformat(answers["until"]),
            zone=answers["zone"],
            language=answers["language"],
            capacity=answers["capacity"],
            topics=tuple(answers["topics"]),
            regions=tuple(answers["regions"]),
            balance_sides="sides" in answers["balance"],
            balance_regions="regions" in answers["balance"],
        )
        view = await ctx.services.cohorts.plan(ctx.me, form)
        said = ctx.tr.t("cohort.said.planned")
        card = build_cohort(view, ctx.tr, said=said, tone=kit.Tone.GOOD)
        return show(card, subject=cohort_subject(view.cohort.cohort_id))


def _zones(answers: Answers, ctx: Ctx) -> list[str]:
    """The planner's own first, then all of Canada's."""
    return list(dict.fromkeys([answers["zone"], ctx.reader.zone, *CANADIAN_ZONES]))
