"""The demo's own pages: what to try, whom to be, the channels, the clock, and the menus on messages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import discord
import simcord
from aiohttp import web

from bot.actor import Standing
from bot.demo.clock import Busy, Clock
from bot.demo.preview import STYLE, VIEWER_COOKIE, View, Views
from bot.demo.simulator import Simulator
from bot.demo.story import Person, Story
from bot.servers.model import Channel

LEAPS = {"+1 hour": 3600, "+1 day": 86400}
_HERE = Path(__file__).resolve().parent
_RECENT = 12
_EXCERPT = 60
_POLICY = "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self' data:; frame-ancestors 'none'"
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Home:
    """The demo's server: one page of its own, and every channel beside it."""

    def __init__(self, simulator: Simulator, story: Story, views: Views, clock: Clock, port: int) -> None:
        self.simulator = simulator
        self._story = story
        self._views = views
        self._clock = clock
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self._zone = ZoneInfo(story.server.zone)

    def app(self) -> web.Application:
        """Return the server, not yet listening."""
        app = web.Application(middlewares=[self._guard], handler_args={"handler_cancellation": False})
        app.router.add_get("/", self._home)
        app.router.add_get("/be/{person}", self._be)
        app.router.add_get("/channel/{name}", self._channel)
        app.router.add_get(STYLE, _file("demo.css", "text/css"))
        app.router.add_get("/demo.js", _file("demo.js", "text/javascript"))
        app.router.add_get("/favicon.ico", _file("icon.svg", "image/svg+xml"))
        app.router.add_get("/time", self._time)
        app.router.add_post("/clock", self._leap)
        app.router.add_post("/menu", self._menu)
        app.router.add_post("/api/action", self._act)
        self._views.add_routes(app.router)
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Keep other web sites out: the address must be this one, and a change must come from one of its pages."""
        origin = request.headers.get("Origin")
        if request.headers.get("Host") not in self._hosts:
            raise web.HTTPForbidden(text="Open the demo under the address that it printed.")
        if request.method == "POST" and origin is not None and origin.removeprefix("http://") not in self._hosts:
            raise web.HTTPForbidden(text="Only the demo's own pages can do that.")
        return await handler(request)

    # Pages.

    async def _home(self, request: web.Request) -> web.Response:
        channels = [view for view in self._views.all if not view.name.startswith("dm-")]
        said = request.query.get("said")
        page = Template((_HERE / "home.html").read_text(encoding="utf-8")).substitute(
            server=escape(self._story.server.name),
            people="\n".join(self._person(person) for person in self._story.visitors),
            channels="\n".join(_channel_link(view) for view in channels),
            clock=self._shown_time(),
            leaps="\n".join(
                f'<button name="seconds" value="{seconds}">{escape(label)}</button>' for label, seconds in LEAPS.items()
            ),
            menus=self._menus(channels),
            said=f'<p class="said" role="status">{escape(said)}</p>' if said else "",
        )
        return web.Response(text=page, content_type="text/html", headers=_HEADERS)

    def _person(self, person: Person) -> str:
        mail = self._views.find(f"dm-{person.key}")
        count = len(mail.channel.history()) if mail else 0
        post = f'<a class="post" href="{mail.path}">Messages from the bot: {count}</a>' if mail and count else ""
        name, _, role = person.name.partition(" (")
        return (
            f'<li><a class="be" href="/be/{person.key}"><span class="face" aria-hidden="true">{escape(name[:1])}</span>'
            f"<span><b>{escape(name)}</b> <i>{escape(role.rstrip(')'))}</i><br>{escape(person.about)}</span></a>"
            f"{post}</li>"
        )

    def _menus(self, channels: list[View]) -> str:
        """Return the form that stands in for a long press on a message; nothing while the bot has no such menu."""
        menus = self.simulator.message_menus()
        if not menus:
            return ""
        messages = sorted(
            ((message, view) for view in channels for message in view.channel.history() if not _only_for_one(message)),
            key=lambda pair: pair[0].id,
            reverse=True,
        )[:_RECENT]
        # Most of these menus are for staff; Discord does not show them to others.
        staff_first = sorted(self._story.visitors, key=lambda person: person.standing is not Standing.ORGANISER)
        return Template((_HERE / "menus.html").read_text(encoding="utf-8")).substitute(
            people="".join(f'<option value="{person.key}">{escape(person.name)}</option>' for person in staff_first),
            menus="".join(f"<option>{escape(menu)}</option>" for menu in menus),
            messages="".join(
                f'<option value="{view.name}/{message.id}">#{view.name}: {escape(_excerpt(message))}</option>'
                for message, view in messages
            ),
        )

    async def _channel(self, request: web.Request) -> web.Response:
        view = self._views.find(request.match_info["name"])
        if view is None:
            raise web.HTTPNotFound(text="There is no such channel here.")
        links = "".join(_channel_link(other, view) for other in self._views.all if _in_frame(other, view))
        frame = Template((_HERE / "frame.html").read_text(encoding="utf-8")).substitute(links=links)
        return self._views.index(view, frame)

    async def _be(self, request: web.Request) -> web.Response:
        """Become somebody and go where their work is."""
        for person in self._story.visitors:
            if person.key == request.match_info["person"]:
                purpose = Channel.ORGANISERS if person.standing is Standing.ORGANISER else Channel.WELCOME
                return self._go(purpose.value, self.simulator.member(person.key).id)
        raise web.HTTPNotFound(text="There is no such person here.")

    def _go(self, name: str, viewer_id: int) -> web.Response:
        view = self._views.find(name)
        response = web.Response(status=303, headers={"Location": view.path if view else "/"})
        response.set_cookie(VIEWER_COOKIE, str(viewer_id), samesite="Strict")
        return response

    # Doing.

    async def _act(self, request: web.Request) -> web.StreamResponse:
        return await self._clock.take_turn(lambda: self._views.act(request))

    async def _time(self, _: web.Request) -> web.Response:
        return web.json_response({"shown": self._shown_time()}, headers=_HEADERS)

    def _shown_time(self) -> str:
        return f"{self._clock.now.astimezone(self._zone):%A %d %B %Y, %H:%M}"

    async def _leap(self, request: web.Request) -> web.Response:
        seconds = str((await request.post()).get("seconds", ""))
        if seconds not in {str(allowed) for allowed in LEAPS.values()}:
            raise web.HTTPBadRequest(text="The clock moves by an hour or a day.")
        await self._clock.leap(float(seconds))
        raise web.HTTPSeeOther("/#clock")

    async def _menu(self, request: web.Request) -> web.Response:
        """Use a menu of the bot on a message, as the simulated Discord lets this person."""
        form = await request.post()
        person, menu = str(form.get("person", "")), str(form.get("menu", ""))
        name, _, message_id = str(form.get("message", "")).partition("/")
        view = self._views.find(name)
        known = {visitor.key for visitor in self._story.visitors}
        message = None if view is None else next((m for m in view.channel.history() if str(m.id) == message_id), None)
        if view is None or message is None or person not in known:
            raise web.HTTPSeeOther(_said("That message is gone: choose another."))
        member = self.simulator.member(person)
        try:
            result = await self._clock.take_turn(lambda: member.context_menu(view.channel, menu, message))
        except (simcord.SetupError, simcord.BackendError):
            raise web.HTTPSeeOther(_said(f"{person.title()} has no menu “{menu}” there.")) from None
        except Busy:
            raise web.HTTPSeeOther(_said("The bot is busy: try again.")) from None
        if result.modal is not None:
            self._views.show_form(view, member.id, result)
        return self._go(view.name, member.id)


def _said(text: str) -> str:
    return f"/?{urlencode({'said': text})}#menus"


def _file(name: str, content_type: str) -> _Handler:
    async def serve(_: web.Request) -> web.StreamResponse:
        text = (_HERE / name).read_text(encoding="utf-8")
        return web.Response(text=text, content_type=content_type, headers=_HEADERS)

    return serve


def _channel_link(view: View, here: View | None = None) -> str:
    current = ' aria-current="page"' if view is here else ""
    return f'<li><a href="{view.path}"{current}>{escape(view.title)}</a></li>'


def _in_frame(other: View, here: View) -> bool:
    return other is here or not other.name.startswith("dm-")


def _only_for_one(message: discord.Message) -> bool:
    return message.flags.ephemeral


def _excerpt(message: discord.Message) -> str:
    text = message.content
    if not text and message.components:
        text = next((part for part in _texts(message) if part), "")
    line = " ".join(text.replace("#", "").replace("*", "").split())
    return f"{message.author.display_name}: {line[:_EXCERPT]}{'…' if len(line) > _EXCERPT else ''}"


def _texts(message: discord.Message) -> list[str]:
    view = discord.ui.LayoutView.from_message(message)
    return [item.content for item in view.walk_children() if isinstance(item, discord.ui.TextDisplay)]
