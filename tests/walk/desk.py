"""The organisers' desk on a busy day: many at once, changes asked for, decisions taken back, looking back, files."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.walk.walk import Walk

ALIKE = "Support staff who meet what is hard to hear"
READY = "Please add by when, and how we will know."
REWORDED = "Hold three supper talks"


def many(walk: Walk) -> None:
    """Two pledges of the same words and one that needs other words wait for Olga."""
    screen = walk.screen
    with walk.task("keep a reason ready"):
        screen.go("olga", "organisers")
        screen.command("review queue")
        screen.shoot("queue")
        screen.tap("Reasons", on="To review")
        screen.tap("Add one", on="Saved reasons")
        screen.fill_in(typed={"reason": READY})
        screen.sees("Saved reasons", READY)
        screen.shoot("reasons")
    with walk.step("three pledges are handed in"):
        for person in ("nora", "elin"):
            screen.go(person, "ideas")
            screen.command("pledge make", action="Support staff")
            screen.fill_in()
            screen.tap("Submit", on=ALIKE)
        screen.go("elin", "ideas")
        screen.command("pledge make")
        screen.shoot("browse")
        screen.tap("Write my own", on="What will you do?")
        screen.fill_in(typed={"what": REWORDED, "done_when": "They were held"})
        screen.shoot("own-words")
        screen.tap("Submit", on=REWORDED)
    with walk.task("approve two of the same action at once"):
        screen.go("olga", "organisers")
        screen.command("review queue")
        screen.pick("New pledges", on="To review", menu=1)
        screen.sees("To review", ALIKE)
        screen.shoot("queue-new")
        screen.pick(ALIKE, on="To review")
        screen.tap("Take", on=ALIKE)
        screen.sees(ALIKE, "is on it until")
        screen.shoot("taken")
        screen.tap("Approve all for this action (2)", on=ALIKE)
        screen.sees("Approve all for this action?")
        screen.shoot("approve-all")
        screen.tap("Approve 2", on="Approve all for this action?")
        screen.sees("2 approved")
    with walk.task("ask for changes with a ready reason"):
        screen.go("olga", "organisers")
        screen.pick(READY, on=REWORDED)
        screen.shoot("ask-changes")
        screen.fill_in()
        screen.sees(REWORDED, "changes asked")
    with walk.task("change a pledge as asked, hand it in again"):
        screen.go("elin", "ideas")
        screen.command("pledge update", pledge="Hold three supper")
        screen.sees(REWORDED, READY)
        screen.shoot("sent-back")
        screen.tap("Change", on=REWORDED)
        screen.fill_in(typed={"due": "in 6 weeks"})
        screen.tap("Submit", on=REWORDED)
    with walk.task("take back an approval"):
        screen.go("olga", "organisers")
        screen.tap("Approve", on=REWORDED)
        screen.sees(REWORDED, "active")
        screen.tap("Take back the approval", on=REWORDED)
        screen.fill_in(typed={"reason": "It was the other one that was meant."})
        screen.sees(REWORDED, "waiting for review")
    with walk.step("the history tells why"):
        screen.tap("History", on=REWORDED)
        screen.sees("History of pledge", "It was the other one that was meant.")
        screen.shoot("taken-back")


def look_back(walk: Walk) -> None:
    """Olga looks back."""
    screen = walk.screen
    with walk.task("see what came of the pledges"):
        screen.go("olga", "organisers")
        screen.command("review digest")
        screen.sees("Digest:", "In this period")
        picture = screen.message("Digest:").locator("img").first
        expect(picture).to_be_visible()
        assert "By sector" in (picture.get_attribute("alt") or "")
        screen.shoot("digest")


def take_along(walk: Walk) -> None:
    """Olga takes the pledges along, for the board and for the organisers."""
    screen = walk.screen
    with walk.task("export for the board"):
        screen.go("olga", "organisers")
        screen.command("review export")
        screen.sees("The pledges as a file", "For the board")
        expect(screen.message("The pledges as a file").locator(".file-name")).to_contain_text(".xlsx")
        screen.shoot("export")
    with walk.task("export everything"):
        screen.command("review export", {"for": "everything", "file": "CSV"})
        screen.fill_in(typed={"reason": "To prepare the yearly meeting."})
        screen.sees("The pledges as a file", "Internal")
        expect(screen.message("Internal: it holds").locator(".file-name")).to_contain_text(".csv")
