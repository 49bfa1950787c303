"""Pledges among several: made together, only if others join, supported, helped, followed up and proven."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.walk.walk import Walk

TOGETHER = "Show helplines"
CONDITIONAL = "Agree the path to social services"
ITS_CARD = "The path is signed by all"
"""Words that stand on its public card, and not on what people are told privately."""
LIVING = "Agree what to do when a pupil"


def together(walk: Walk) -> None:
    """Nora names Elin, Elin says yes."""
    screen = walk.screen
    with walk.task("pledge together with one other"):
        screen.go("nora", "ideas")
        screen.command("pledge make", {"for": "several"}, action=TOGETHER)
        screen.fill_in()
        screen.pick("Elin", on="ready to submit")
        screen.sees("ready to submit", "They're asked once you submit it")
        screen.shoot("together-draft")
        screen.tap("Submit", on=TOGETHER)
        screen.sees("Submitted", TOGETHER)
    with walk.task("say yes to a pledge of somebody else"):
        screen.go("elin", "dm-elin")
        screen.sees("asks if you'll do this too", TOGETHER)
        screen.shoot("together-asked")
        screen.tap("Yes, I'll do it too", on=TOGETHER)
        screen.sees("You're in", TOGETHER)
    with walk.step("both are named on the public card"):
        screen.go("elin", "pledges")
        screen.sees(TOGETHER, "Together with: @Elin")
        screen.shoot("together-card")


def only_if(walk: Walk) -> None:
    """Nora's next one starts once somebody joins."""
    screen = walk.screen
    with walk.task("pledge only if another joins"):
        screen.go("nora", "ideas")
        screen.command("pledge make", action=CONDITIONAL, only_if="1")
        screen.fill_in()
        screen.sees("ready to submit", "Only if 1 other joins")
        screen.shoot("only-if-draft")
        screen.tap("Submit", on=CONDITIONAL)
        screen.go("olga", "organisers")
        screen.tap("Approve", on=CONDITIONAL)
    with walk.task("join from the public card"):
        screen.go("elin", "pledges")
        screen.sees(ITS_CARD, "waiting for others to join")
        screen.shoot("only-if-card")
        screen.tap("Join", on=ITS_CARD)
        screen.sees("You're in", CONDITIONAL)
        screen.shoot("only-if-joined")
    with walk.step("with the one that it needed it begins"):
        screen.go("elin", "pledges")
        screen.sees(ITS_CARD, "active")


def others(walk: Walk) -> None:
    """Mo stands by Nora."""
    screen = walk.screen
    with walk.task("support a pledge"):
        screen.go("mo", "pledges")
        screen.tap("Support", on=ITS_CARD)
        screen.sees("You support this", "your name is not shown")
    with walk.task("offer help with a pledge"):
        screen.go("mo", "pledges")
        screen.sees(ITS_CARD, "Supporters: a few")
        screen.tap("Offer help", on=ITS_CARD)
        screen.sees("Offer help with:", "Its maker sees that the offer is yours")
        screen.shoot("offer-help")
        screen.tap("Yes, tell them it is me", on="Offer help with:")
        screen.sees("Its maker is told that you offer help")
    with walk.step("its maker reads who offers help"):
        screen.go("nora", "ideas")
        screen.command("profile")
        screen.sees("Mo")
        screen.shoot("profile")


def living(walk: Walk) -> None:
    """Elin is asked how it goes, and gets it done."""
    screen = walk.screen
    with walk.task("answer a check-in"):
        screen.go("elin", "dm-elin")
        screen.sees("How's it going?", LIVING)
        screen.shoot("check-in")
        screen.tap("Going well", on="How's it going?")
        screen.sees("Thank you, noted", LIVING)
    with walk.task("report progress"):
        screen.go("elin", "ideas")
        screen.command("pledge update", pledge="Agree what")
        screen.shoot("own-pledge")
        screen.tap("75 %", on=LIVING)
        screen.sees(LIVING, "75 %")
    with walk.task("say it is done, with a link"):
        screen.tap("Done", on=LIVING)
        screen.fill_in(
            typed={"note": "The plan hangs in every staff room.", "evidence": "https://school.example.org/plan"}
        )
        screen.sees(LIVING, "school.example.org")
    with walk.task("confirm that it is done"):
        screen.go("olga", "organisers")
        screen.sees("The plan hangs in every staff room.", "school.example.org")
        screen.shoot("confirm-done")
        screen.tap("Confirm done", on="The plan hangs in every staff room.")
    with walk.step("the link is on the public card"):
        screen.go("elin", "pledges")
        screen.sees("The plan hangs in every staff room.", "kept")
        link = screen.message("The plan hangs").get_by_role("link", name="Evidence: school.example.org")
        expect(link).to_be_visible()
        screen.shoot("kept-card")
    with walk.task("remove a link"):
        screen.go("olga", "organisers")
        screen.tap("Remove this link", on="The plan hangs in every staff room.")
    with walk.step("the link is gone everywhere"):
        for channel in ("organisers", "pledges"):
            screen.go("olga", channel)
            screen.sees("The plan hangs in every staff room.")
            expect(screen.message("The plan hangs")).not_to_contain_text("school.example.org")
