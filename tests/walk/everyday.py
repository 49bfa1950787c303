"""The everyday of a coalition: arriving, joining, a first pledge, an event, a question, set-up, and the day after."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.walk.screen import DESKTOP, PHONE
from tests.walk.walk import Walk


def arrive(walk: Walk) -> None:
    """The home page and the welcome card."""
    screen = walk.screen
    with walk.step("home page"):
        screen.page.goto(walk.demo.address)
        expect(screen.page.get_by_role("heading", name="Five things to try")).to_be_visible()
        expect(screen.page.locator(".tries li")).to_have_count(5)
        width = screen.page.evaluate("document.documentElement.scrollWidth")
        assert width <= DESKTOP["width"]
        screen.page.set_viewport_size(PHONE)
        assert screen.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        screen.shoot("home")
    with walk.step("welcome card"):
        screen.go("nora", "welcome")
        for label in ("Join", "Ask", "What's on", "Pledge", "Get help"):
            expect(screen.message("cogs turning").get_by_role("button", name=label)).to_be_visible()
        screen.shoot("welcome")


def join(walk: Walk) -> None:
    """Nora registers for a sector that nobody stands for yet."""
    screen = walk.screen
    with walk.task("join", 4, 0):
        screen.go("nora", "welcome")
        screen.tap("Join", on="cogs turning")
        screen.shoot("join-form")
        screen.fill_in(choose={"sectors": "Healthcare", "visibility": "Named", "consent": "18 or older"})
        screen.tap("Save", on="Is this right?")
        screen.sees("Welcome, you're in", "Healthcare")
        screen.shoot("joined")


def pledge(walk: Walk) -> None:
    """From a ready-made action to a kept pledge."""
    screen = walk.screen
    with walk.task("pledge a ready-made action", 5, 1):
        screen.go("nora", "ideas")
        screen.command("pledge make", action="Train staff on signs")
        screen.shoot("pledge-form")
        screen.fill_in(choose={"visibility": "Named"})
        screen.tap("Submit", on="Train staff on signs")
        screen.shoot("pledge-handed-in")
    with walk.task("review a pledge", 2, 0):
        screen.go("olga", "organisers")
        screen.sees("Train staff on signs")
        screen.shoot("review")
        screen.tap("Approve", on="Train staff on signs")
    with walk.step("the public card"):
        screen.go("nora", "pledges")
        expect(screen.page.locator("#viewer-picker option:checked")).to_have_text("Nora (new here)")
        screen.sees("Train staff on signs", "active")
        screen.shoot("pledges")
    with walk.step("done"):
        screen.go("nora", "ideas")
        screen.command("pledge update", pledge="Train staff")
        screen.tap("Done")
        screen.fill_in(typed={"note": "Every ward has had its hour."})
        screen.go("olga", "organisers")
        screen.sees("Train staff on signs", "Every ward has had its hour.")
        screen.tap("Confirm done", on="Every ward has had its hour.")
        screen.go("nora", "pledges")
        screen.sees("Train staff on signs", "kept")
    with walk.step("the wheel shows the cog"):
        screen.go("nora", "ideas")
        screen.command("wheel")
        screen.sees("12 of 14 cogs turning")
        picture = screen.message("cogs turning").locator("img").first
        expect(picture).to_be_visible()
        alt = picture.get_attribute("alt") or ""
        assert "Healthcare" in alt, f"the picture's text is: {alt[:300]}"
        screen.shoot("wheel")
        screen.pick("Healthcare", on="cogs turning")
        screen.sees("Healthcare", "kept")
        screen.shoot("wheel-sector")


def announce(walk: Walk) -> None:
    """Mo announces, Elin comes."""
    screen = walk.screen
    with walk.task("announce an event", 4, 2):
        screen.go("mo", "organisers")
        screen.command("announce event", title="Coffee for newcomers", starts="friday 15:00")
        screen.fill_in()
        screen.sees("Coffee for newcomers")
        screen.shoot("announce-preview")
        screen.tap("Post now", on="Coffee for newcomers")
    with walk.task("sign up for an event", 1, 0):
        screen.go("elin", "announcements")
        screen.sees("Coffee for newcomers")
        screen.tap("Going", on="Coffee for newcomers")
        screen.sees("Coffee for newcomers")
        screen.sees("Going: a few")
        screen.shoot("announcements")


def ask(walk: Walk) -> None:
    """A question with an answer, and one for people."""
    screen = walk.screen
    with walk.task("first answer", 2, 1):
        screen.go("signe", "questions")
        screen.command("faq", question="Vad är ett löfte?")
        expect(screen.message().get_by_role("button").first).to_be_visible()
        screen.shoot("answer")
    question = "Is there parking for a horse trailer?"
    with walk.step("ask an organiser"):
        screen.go("elin", "questions")
        screen.command("faq", question=question)
        screen.tap("Ask an organiser")
        screen.fill_in()
        screen.go("mo", "organisers")
        screen.sees(question)
        screen.tap("Answer", on=question)
        screen.fill_in(typed={"answer": "Yes, behind the hall."})
    with walk.step("the answer arrives"):
        screen.go("elin", "questions")
        screen.page.goto(f"{walk.demo.address}/channel/dm-elin#dm-elin")
        screen.sees("Yes, behind the hall.")
        screen.shoot("notice")


def set_up(walk: Walk) -> None:
    """Ada sets the server up (again: the demo's is set up already)."""
    screen = walk.screen
    with walk.task("set up with existing channels", 6, 0):
        screen.go("ada", "organisers")
        screen.command("setup start")
        screen.shoot("setup")
        screen.tap("Go on", on="Set up, 1 of 2")
        screen.tap("Finish", on="Set up, 2 of 2")
        screen.sees("Set up", "Organisers' panel")


def come_back(walk: Walk) -> None:
    """Stop, start again on the same folder, and find everything as it was."""
    screen = walk.screen
    with walk.step("Ctrl-C ends it cleanly"):
        code, rest = walk.demo.stop()
        assert code == 0, f"exit code {code}: {rest}"
        assert "Traceback" not in rest, rest
    with walk.step("it starts again on what was kept"):
        seconds = walk.demo.start()
        print(f"      ready after {seconds:.1f} s")
    with walk.step("the same state"):
        screen.go("nora", "pledges")
        screen.sees("Train staff on signs", "kept")
        screen.go("elin", "announcements")
        screen.sees("Coffee for newcomers")
    with walk.step("old buttons answer"):
        screen.tap("Maybe", on="Going: a few")
        screen.go("olga", "organisers")
        screen.tap("History", on="Every ward has had its hour.")
        screen.sees("Only you can see this", "Olga")
        screen.go("nora", "welcome")
        screen.tap("What's on", on="cogs turning")
        screen.sees("Coffee for newcomers")
        screen.shoot("events")
    with walk.step("the clock moves"):
        screen.page.goto(walk.demo.address)
        before = screen.page.locator("#time").inner_text()
        screen.page.get_by_role("button", name="+1 day").click()
        screen.page.wait_for_url("**/#clock")
        assert screen.page.locator("#time").inner_text() != before
