"""Everything the demo does to simcord's browser preview beyond its public interface, in one place.

The preview shows one channel on a port of its own. Here every channel has a preview and all of them share the demo's
port: the preview's own handlers are called directly, and a request finds its channel by the capability that it carries.
Pinned to simcord 3.2.1.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import simcord
from aiohttp import web
from simcord.backend.access import can_access_channel
from simcord.preview import Preview, _server

from bot.demo.simulator import Simulator

VIEWER_COOKIE = "viewer"
STYLE = "/demo.css"
MOST_PAGES = 200
"""Tabs, and reloads of the last minutes, that one channel answers; the preview's own 16 are soon used up by a class
that tries things out, and then every further tab stays empty."""
_CAPABILITY, _CONTEXT = "X-Simcord-Capability", "X-Simcord-Context"
_NO_STORE = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class View:
    """One channel in the browser. ``name`` is also its capability: the demo listens on this machine only."""

    name: str
    title: str
    channel: simcord.ChannelHandle
    preview: Preview

    @property
    def path(self) -> str:
        """Where it is on the demo's server."""
        return f"/channel/{self.name}#{self.name}"

    @property
    def viewers(self) -> tuple[int, ...]:
        """The ids of the people who can look at it."""
        return tuple(viewer.id for viewer in self.preview.viewers)


class Views:
    """The channels in the browser, and their part of the demo's server."""

    def __init__(self, simulator: Simulator, port: int) -> None:
        self._simulator = simulator
        self._port = port
        self._by_name: dict[str, View] = {}
        self._forms: dict[tuple[str, int], simcord.InteractionResult] = {}

    @property
    def all(self) -> Sequence[View]:
        """Every view, in the order in which they were opened."""
        return tuple(self._by_name.values())

    def find(self, name: str) -> View | None:
        """Return a view by its name."""
        return self._by_name.get(name)

    async def open(
        self, name: str, title: str, channel: simcord.ChannelHandle, viewers: Sequence[Any], zone: str
    ) -> View:
        """Show a channel to those of these people who can see it."""
        env = self._simulator.env
        env._preview = None  # the preview allows one of itself at a time
        may = [viewer for viewer in viewers if channel.guild is None or _sees(channel, viewer)]
        preview = env.preview(channel, viewers=may, layout="channel", timezone=zone)
        preview.capability = name
        preview._MAX_PAGES = MOST_PAGES  # type: ignore[misc]
        _share_port(preview, self._port)
        await preview.__aenter__()
        view = View(name, title, channel, preview)
        self._by_name[name] = view
        return view

    async def close(self) -> None:
        """End all of them."""
        for view in self.all:
            await view.preview.close()

    async def refresh(self) -> None:
        """Bring open pages up to date. Raises SetupError while somebody acts."""
        for view in self.all:
            if len(view.preview._pages) > 1:  # one is the preview's own, which nobody sees
                await view.preview.refresh()

    def show_form(self, view: View, viewer_id: int, result: simcord.InteractionResult) -> None:
        """Show this person the form that an interaction opened, on the next page they open here."""
        self._forms[view.name, viewer_id] = result

    @contextmanager
    def acting(self, view: View) -> Iterator[None]:
        """For the time of an action: the simulator tells one preview what came of it."""
        self._simulator.env._preview = view.preview
        yield

    # The server's part.

    def index(self, view: View, frame: str) -> web.Response:
        """Return the page of a channel; ``frame`` is put in front of what the preview shows."""
        html = (Path(_server.__file__).with_name("static") / "index.html").read_text(encoding="utf-8")
        html = html.replace("<title>SimCord Preview</title>", f"<title>{view.title} · Cogwheel demo</title>")
        html = html.replace("</head>", f'<link rel="stylesheet" href="{STYLE}">\n</head>')
        html = html.replace("<body>", f"<body>\n{frame}")
        return web.Response(text=html, content_type="text/html", headers=_server.PreviewServer._SECURITY_HEADERS)

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Serve the preview's own files and its reading requests."""
        for path in _server.PreviewServer._STATIC_FILES:
            if path != "/":
                router.add_get(path, self._static)
        router.add_post("/api/pages", self._open_page)
        router.add_delete("/api/pages/{context_id}", self._pass("_delete_page"))
        router.add_get("/api/state", self._pass("_state"))
        router.add_get("/api/commands", self._pass("_commands"))
        router.add_get("/api/action-result", self._pass("_action_result"))
        router.add_get("/api/assets/{asset_id}", self._pass("_asset"))

    def of(self, request: web.Request) -> View:
        """Return the view that a request is for. Raises HTTPUnauthorized."""
        view = self._by_name.get(request.headers.get(_CAPABILITY, ""))
        if view is None:
            raise web.HTTPUnauthorized
        return view

    async def act(self, request: web.Request) -> web.StreamResponse:
        """Do what somebody did on a page. One at a time, and not while time passes."""
        view = self.of(request)
        preview, context = view.preview, request.headers.get(_CONTEXT, "")
        page = preview._pages.get(context)
        if page is None or not preview._server._authorized(request, context=context):
            raise web.HTTPUnauthorized
        files = request.content_type.startswith("multipart/")
        body = await (preview._server._multipart_action(request) if files else request.json())
        if body.get("sequence") == page.last_sequence + 1 and "published_revision" in body:
            # Between two looks of the browser the clock may have published again. Somebody who taps what they see
            # gets an answer all the same: whether the button still exists is checked by its own id.
            body["published_revision"] = page.revision
        with self.acting(view):
            try:
                result = await preview._action(context, body)
            except simcord.BackendError:
                raise web.HTTPBadRequest from None
        response = web.json_response(result, headers=_NO_STORE)
        if body.get("kind") == "viewer":
            response.set_cookie(VIEWER_COOKIE, str(page.viewer.id), samesite="Strict")
        return response

    def _pass(self, handler: str) -> Any:
        async def passing(request: web.Request) -> web.StreamResponse:
            response: web.StreamResponse = await getattr(self.of(request).preview._server, handler)(request)
            return response

        return passing

    async def _static(self, request: web.Request) -> web.StreamResponse:
        response: web.StreamResponse = await self.all[0].preview._server._static(request)
        return response

    async def _open_page(self, request: web.Request) -> web.StreamResponse:
        """Open a page as the person one was on the page before, at the newest message."""
        view = self.of(request)
        preview = view.preview
        if not preview._server._authorized(request):
            raise web.HTTPUnauthorized
        asked = await request.json()
        wanted = str(asked.get("viewer_id") or request.cookies.get(VIEWER_COOKIE, ""))
        viewer_id = int(wanted) if wanted.isdigit() and int(wanted) in view.viewers else view.viewers[0]
        viewer = preview._viewer(viewer_id)
        preview._advance_presentation_time()  # what "two minutes ago" is counted from
        target = asked.get("target_id") or _newest(view, viewer)
        page = preview._open_page(viewer_id, target)
        form = self._forms.pop((view.name, viewer_id), None)
        if form is not None:
            page.modal = form
            page.modal_handle = f"m_{secrets.token_urlsafe(12)}"
            preview._publish(page, reason="navigation")
        return web.json_response(preview._page_payload(page), headers=_NO_STORE)


def _sees(channel: simcord.ChannelHandle, viewer: simcord.MemberActor) -> bool:
    return can_access_channel(viewer._env, channel.id, viewer, history=True)


def _newest(view: View, viewer: Any) -> int | None:
    return max((message.id for message in view.channel.history(viewer=viewer)), default=None)


def _share_port(preview: Preview, port: int) -> None:
    """Let a preview believe that it listens on the demo's port, where its handlers are called."""

    async def start() -> None:
        preview._server.port = port

    module: ModuleType = _server
    vars(module)["web"] = web  # the handlers look for it there once their own server was started
    vars(preview._server)["start"] = start
