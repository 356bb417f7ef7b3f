"""The design system: what it renders, what it weighs, and how it behaves in a real browser."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django import forms
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from playwright.sync_api import Browser, Page, Route, expect

from kalends.booking.models import Status
from kalends.web.ui.shell import Clinic, Link, Me
from kalends.web.ui.states import STATES
from kalends.web.ui.templatetags.ui import text_message
from kalends.web.ui.views import icon_names, living_page
from tests.chromium import launched

WEB = Path(__file__).parents[2] / "src" / "kalends" / "web"
TEMPLATES = sorted([*WEB.glob("templates/*.html"), *WEB.glob("templates/[cu]*/*.html"), *WEB.glob("templates/shell/*")])
CSP = "default-src 'self'; style-src 'self'; script-src 'self'"
TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
CLINIC = Clinic("Centre médical des Tilleuls", "/tilleuls/", phone="02 61 91 40 12", phone_href="tel:+33261914012")


@pytest.fixture(autouse=True)
def _plain_static_files(settings) -> None:
    """Files under their own names: the names with hashes exist only after collectstatic."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


def rendered(source: str, **context: object) -> str:
    return engines["django"].from_string(source).render(context)


class TestMarkup:
    @pytest.mark.parametrize("code", [400, 403, 404, 429, 500, 503])
    def test_an_error_page_has_one_heading_and_needs_no_request(self, code: int) -> None:
        page = render_to_string(f"{code}.html")
        assert page.count("<h1") == 1
        assert re.findall(r'<html lang="(\w+)" dir="(\w+)" data-density="(\w+)"', page) == [("en", "ltr", "patient")]

    def test_what_a_component_passes_on_is_escaped(self) -> None:
        hostile = '"x" onfocus="alert(1)"><script>'
        page = rendered('{% cotton button :data-name="name" disabled %}{{ name }}{% endcotton %}', name=hostile)
        assert "<script>" not in page
        assert re.findall(r"<button (.*?)>", page) == [
            'class="btn  " type="submit" '
            'data-name="&quot;x&quot; onfocus=&quot;alert(1)&quot;&gt;&lt;script&gt;" disabled'
        ]

    def test_false_none_and_nothing_leave_an_attribute_out(self) -> None:
        page = rendered(
            '{% cotton button :disabled="no" :title="none" :lang="empty" / %}', no=False, none=None, empty=""
        )
        assert re.findall(r"<button (.*?)>", page) == ['class="btn  " type="submit"']

    def test_a_field_is_described_by_hint_and_error(self) -> None:
        page = rendered('{% cotton field name="tel" label="Phone" hint="Ten digits" error="One is missing." / %}')
        assert re.findall(r'aria-describedby="(.*?)"', page) == ["tel_hint tel_error"]
        assert re.findall(r' id="(.*?)"', page) == ["tel", "tel_hint", "tel_error"]

    def test_a_text_message_is_counted_by_the_page_itself(self) -> None:
        page = rendered(
            '{% cotton text_message name="more" label="Supplement" before="Dr Ardelean: " :value="typed" / %}',
            typed="pour François, à 18\u00a0h",
        )
        told = [re.findall(f"<span data-{part}>(.*?)<", page)[0] for part in ("units", "limit")]
        assert [*told, *re.findall("<b data-parts>(.*?)<", page)] == ["34", "70", "1"]
        assert re.findall("<b data-forcing>(.*?)<", page) == ["ç"]
        assert re.findall("<q data-spelling>(.*?)<", page) == ["Dr Ardelean: pour Francois, à 18 h"]
        assert "pour François, à 18\u00a0h</textarea>" in page

    def test_a_django_field_is_described_by_hint_and_error(self) -> None:
        class Form(forms.Form):
            tel = forms.CharField(help_text="Ten digits")

        page = rendered('{% cotton field :field="field" / %}', field=Form({"tel": ""})["tel"])
        assert re.findall(r'aria-describedby="(.*?)"', page) == ["id_tel_hint id_tel_error"]
        assert re.findall(r' id="(.*?)"', page) == ["id_tel", "id_tel_hint", "id_tel_error"]

    def test_every_state_of_an_appointment_has_a_glyph_and_a_word(self) -> None:
        assert set(STATES) == {*Status.values, "held"}
        assert {shown.glyph for shown in STATES.values()} <= set(icon_names())
        assert len({str(shown.word) for shown in STATES.values()}) == len(STATES)

    def test_language_links_keep_the_rest_of_the_query(self) -> None:
        page = render_to_string("404.html", request=RequestFactory().get("/tilleuls/?service=4&lang=fr"))
        assert re.findall(r'hreflang="(\w+)"', page) == ["en", "fr", "ro"]
        assert re.findall(r'<a href="([^"]*)" lang="ro"', page) == ["/tilleuls/?service=4&amp;lang=ro"]


class TestSources:
    def test_every_icon_named_in_a_template_is_in_the_sprite(self) -> None:
        named = {
            name
            for template in TEMPLATES
            for name in re.findall(r'(?:{% icon |c-icon name=|icon(?:_end)?=)"([\w-]+)"', template.read_text())
        }
        assert len(named) > 10
        assert named - set(icon_names()) == set()

    def test_no_template_has_an_inline_style_script_or_handler(self) -> None:
        forbidden = re.compile(r'\sstyle="|<style|<script(?![^>]*\ssrc=)|\son[a-z]+="|href="javascript:')
        assert len(TEMPLATES) > 40
        assert [path.name for path in TEMPLATES if forbidden.search(path.read_text())] == []

    def test_components_never_print_attributes_unescaped(self) -> None:
        assert [path.name for path in TEMPLATES if re.search(r"{{ *attrs *}}", path.read_text())] == []

    def test_raw_colours_stand_in_the_tokens_only(self) -> None:
        sheets = {path.name: path.read_text() for path in (WEB / "static/ui/css").glob("*.css")}
        sheets["kit.css"] = sheets["kit.css"].split("@layer base {")[1]
        raw = re.compile(r"oklch\(|rgba?\(|hsla?\(|#[0-9a-f]{3,8}\b")
        assert {name: raw.findall(text) for name, text in sheets.items() if raw.search(text)} == {}

    def test_a_patient_page_loads_two_sheets_and_less_than_100_kilobytes(self) -> None:
        page = render_to_string("404.html")
        sheets = re.findall(r'<link rel="stylesheet" href="/static/(.*?)"', page)
        scripts = re.findall(r'<script type="module" src="/static/(.*?)"', page)
        assert sheets == ["ui/css/kit.css", "ui/css/patient.css"]
        loaded = [*sheets, *scripts, "ui/js/countdown.js", "ui/icons.svg"]
        assert sum((WEB / "static" / name).stat().st_size for name in loaded) < 100_000


HELD = """{% extends "shell/patient.html" %}
{% block title %}Held{% endblock %}
{% block scripts %}{{ block.super }}
<script type="module" src="{% static 'ui/js/countdown.js' %}"></script>{% endblock %}
{% block side %}
{% cotton countdown :expires="expires" :now="now" %}<p>The five minutes are over.</p>{% endcotton %}
{% endblock %}
{% block main %}<h1 class="ask">Who comes?</h1><form method="post" action="/sent/">
{% cotton button data-busy-label="Sending…" name="act" value="book" %}Book{% endcotton %}</form>
{% endblock %}"""

WRITES = """{% extends "shell/desk.html" %}
{% block title %}Supplement{% endblock %}
{% block scripts %}{{ block.super }}
<script type="module" src="{% static 'ui/js/text-message.js' %}"></script>{% endblock %}
{% block content %}{% cotton text_message name="more" label="Supplement" before="Dr Ardelean: " / %}{% endblock %}"""

# Types each text, and reads what is then said.
COUNTS = """texts => texts.map(text => {
  const area = document.querySelector("#more");
  area.value = text;
  area.dispatchEvent(new Event("input"));
  const parts = ["units", "limit", "parts", "forcing", "spelling"];
  return parts.map(part => document.querySelector(`[data-${part}]`).textContent);
})"""

DESK = """{% extends "shell/admin.html" %}
{% block title %}Settings{% endblock %}
{% block heading %}Settings{% endblock %}
{% block content %}<form data-unsaved action="/sent/">
{% cotton field name="slug" label="Address" value="tilleuls" / %}
{% cotton unsaved / %}</form>
<a href="/asks/" data-opens="sure">Close it</a>{% endblock %}
{% block after %}{% cotton dialog id="sure" title="Close the schedule?" %}Nothing is lost.{% endcotton %}
{% endblock %}"""

FRAMED = """{% extends "shell/patient.html" %}{% block title %}Framed{% endblock %}
{% block main %}<h1 class="ask">What do you need?</h1>
{% for service in "123456789" %}<p>Consultation {{ service }}</p>{% endfor %}{% endblock %}"""

HOST = """<!doctype html><title>Clinic</title><link rel="icon" href="data:,"><body>
<script src="{kalends}/static/ui/js/embed.js" data-clinic="tilleuls"></script>"""


class Server(ThreadingHTTPServer):
    request_queue_size = 128  # a browser on a busy machine knocks many times before it is let in


class Site:
    """A server on a free port: our static files, and pages by path, under the policy of the real ones."""

    def __init__(self) -> None:
        self.pages: dict[str, Callable[[], str]] = {}
        self.posts: list[str] = []
        self.policy = CSP
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"  # kept connections: a browser takes a closed one for a fault

            def do_GET(self) -> None:
                path = self.path.partition("?")[0]
                file = WEB / path.lstrip("/")
                if path in site.pages:
                    self.answer(200, "text/html; charset=utf-8", site.pages[path]().encode())
                elif path.startswith("/static/") and file.is_file():
                    self.answer(200, TYPES[file.suffix[1:]], file.read_bytes())
                else:
                    self.answer(404, "text/plain", b"")

            def do_POST(self) -> None:
                site.posts.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self.answer(204, "text/plain", b"")

            def answer(self, status: int, kind: str, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                if site.policy:
                    self.send_header("Content-Security-Policy", site.policy)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: object) -> None:
                """The test's output stays free of requests."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


@pytest.fixture
def host() -> Iterator[Site]:
    """The clinic's own site: another origin, without our policy."""
    host = Site()
    host.policy = ""
    yield host
    host.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as chromium:
        yield chromium


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page whose console is empty when the test ends: no error, no violation of the policy."""
    said: list[str] = []
    page = browser.new_page()
    page.set_default_timeout(15_000)
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    page.context.close()
    assert said == []


@pytest.fixture
def living(site: Site) -> str:
    content = living_page(RequestFactory().get("/ui/")).content.decode()
    site.pages["/ui/"] = lambda: content
    return f"{site.url}/ui/"


@pytest.mark.browser
class TestLivingPage:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("width", [360, 1440])
    def test_axe_finds_nothing(self, page: Page, living: str, scheme: str, width: int) -> None:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(living)
        found = Axe().run(page).response["violations"]
        assert [(one["id"], node["target"], node["failureSummary"]) for one in found for node in one["nodes"]] == []

    @pytest.mark.parametrize("width", [320, 360, 640, 1280])
    def test_no_page_is_wider_than_its_window(self, page: Page, living: str, width: int) -> None:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(living)
        assert page.evaluate("document.documentElement.scrollWidth") == width

    def test_every_icon_is_drawn(self, page: Page, living: str) -> None:
        page.goto(living)
        page.wait_for_load_state("networkidle")
        widths = page.evaluate("[...document.querySelectorAll('#icons use')].map(use => use.getBBox().width)")
        assert len(widths) == len(icon_names())
        assert min(widths) > 5


@pytest.mark.browser
class TestScripts:
    def test_a_countdown_speaks_at_two_minutes_one_minute_twenty_seconds_and_the_end(
        self, page: Page, site: Site
    ) -> None:
        now = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
        # The visitor's clock is an hour wrong: only the server's time counts.
        page.clock.install(time=now + timedelta(hours=1))
        content = rendered(HELD, clinic=CLINIC, now=now, expires=now + timedelta(minutes=3))
        site.pages["/held/"] = lambda: content
        page.goto(f"{site.url}/held/")
        live, say = page.locator("[data-countdown-live]"), page.locator("[data-countdown-say]")
        sentence = "We are keeping this time for you for {}."
        assert live.inner_text() == sentence.format("3 min 0 s")
        assert say.inner_text() == ""
        spoken = []
        for seconds in (59, 1, 59, 1, 39, 1, 19, 1):
            page.clock.run_for(seconds * 1000)
            spoken.append(say.inner_text())
        two, one, twenty = (sentence.format(left) for left in ("2 min 0 s", "1 min 0 s", "20 s"))
        assert spoken == ["", two, two, one, one, twenty, twenty, "The five minutes are over."]
        assert live.is_hidden()
        assert page.locator("[data-countdown-over]").is_visible()

    def test_a_text_message_is_counted_while_it_is_typed_as_the_server_counts_it(self, page: Page, site: Site) -> None:
        content = rendered(WRITES)
        site.pages["/writes/"] = lambda: content
        page.goto(f"{site.url}/writes/")
        smile, family = "\N{SLIGHTLY SMILING FACE}", "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}"
        texts = ["", "é" * 147, "a" * 146 + "€", "ç" * 57, "ç" * 58, "ç" * 53 + smile * 9, family, "[{}]~|^\\" * 20]
        texts += [
            "Mme Lœvenbrück,\r\n« 18\u202fh »\t…",
            "Iași, ștampilă n° 5",
            "Ольга",
            "A\u0301ine e\u0302tre",
            "ﬁn №5 ½",
        ]
        seen = page.evaluate(COUNTS, texts)
        told = [text_message("Dr Ardelean: ", text, "") for text in texts]
        assert seen == [
            [
                *map(str, (one.count.units, one.count.limit, one.count.parts)),
                " ".join(one.count.forcing),
                one.spelling or "",
            ]
            for one in told
        ]

    def test_another_spelling_is_offered_and_taken_only_when_asked_for(self, page: Page, site: Site) -> None:
        content = rendered(WRITES)
        site.pages["/writes/"] = lambda: content
        page.goto(f"{site.url}/writes/")
        page.fill("#more", "François, Hélène")
        assert page.locator("[data-wide] p").all_inner_texts() == [
            "Only 70 characters fit into one message, because of: ç",
            "It can also be written: Dr Ardelean: Francois, Hélène",
            "Write it like this",
        ]
        assert page.input_value("#more") == "François, Hélène"
        page.click("[data-take] button")
        assert page.input_value("#more") == "Francois, Hélène"
        assert page.locator("[data-wide]").is_hidden()
        assert page.locator("[data-say]").inner_text() == "Characters: 29/160 Text messages: 1 Alphabet: 7 bits"

    def test_a_form_is_sent_once_and_given_back_on_return(self, page: Page, site: Site) -> None:
        now = datetime.now(UTC)
        content = rendered(HELD, now=now, expires=now + timedelta(minutes=3))
        site.pages["/held/"] = lambda: content
        page.goto(f"{site.url}/held/")
        button = page.locator("form button")
        page.evaluate("const b = document.querySelector('form button'); b.click(); b.click(); b.form.requestSubmit()")
        page.wait_for_function("document.querySelector('form button').disabled")
        assert (button.inner_text(), button.get_attribute("aria-busy")) == ("Sending…", "true")
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
        assert (button.inner_text(), button.get_attribute("aria-busy"), button.is_enabled()) == (
            "Book",
            None,
            True,
        )
        assert site.posts == ["act=book"]

    def test_the_bar_of_unsaved_changes_counts_what_differs(self, page: Page, site: Site) -> None:
        content = rendered(DESK)
        site.pages["/desk/"] = lambda: content
        page.goto(f"{site.url}/desk/")
        bar = page.locator("[data-unsaved-bar]")
        assert bar.is_hidden()
        page.fill("#slug", "lilas")
        assert bar.locator("p").inner_text() == "Changes not saved: 1"
        page.fill("#slug", "tilleuls")
        assert bar.is_hidden()

    def test_what_is_typed_before_the_script_arrives_is_a_change(self, page: Page, site: Site) -> None:
        content = rendered(DESK)
        site.pages["/desk/"] = lambda: content
        late: list[Route] = []
        page.route("**/unsaved.js", lambda route: late.append(route))
        page.goto(f"{site.url}/desk/", wait_until="commit")
        page.fill("#slug", "lilas")
        while not late:
            page.wait_for_timeout(20)
        late[0].continue_()
        bar = page.locator("[data-unsaved-bar]")
        # Not bar.wait_for(): between the two style sheets what is `hidden` shows, though nothing is painted then.
        expect(bar.locator("p")).to_have_text("Changes not saved: 1")
        bar.get_by_role("button", name="Discard").click()
        bar.wait_for(state="hidden")
        assert page.input_value("#slug") == "tilleuls"

    def test_a_dialog_opens_and_a_menu_closes_with_escape(self, page: Page, site: Site) -> None:
        me = Me("Nadia Kerjean", "Secretary", "NK", "/out/", [Link("Account", "/account/")])
        content = rendered(DESK, me=me)
        site.pages["/desk/"] = lambda: content
        page.goto(f"{site.url}/desk/")
        page.click("text=Close it")
        assert page.locator("#sure").is_visible()
        page.keyboard.press("Escape")
        page.click("details.menu summary")
        assert page.get_by_role("button", name="Sign out").is_visible()
        page.keyboard.press("Escape")
        assert page.get_by_role("button", name="Sign out").is_hidden()


@pytest.mark.browser
class TestEmbedding:
    def test_the_frame_is_as_tall_as_the_page_in_it(self, page: Page, site: Site, host: Site) -> None:
        content = rendered(FRAMED, clinic=CLINIC, embedded=f"https://other.example {host.url}")
        site.pages["/tilleuls/"] = lambda: content
        host.pages["/"] = lambda: HOST.format(kalends=site.url)
        page.goto(f"{host.url}/")
        page.wait_for_function("document.querySelector('iframe').style.height !== '40rem'")
        inner = page.frames[1]
        assert inner.url == f"{site.url}/tilleuls/?embed=1"
        assert inner.locator("header").count() == 0
        assert page.locator("iframe").evaluate("frame => frame.offsetHeight") == inner.evaluate(
            "document.body.scrollHeight"
        )

    def test_neither_side_listens_to_a_stranger(self, page: Page, site: Site, host: Site) -> None:
        content = rendered(FRAMED, clinic=CLINIC, embedded="https://other.example")
        site.pages["/tilleuls/"] = lambda: content
        host.pages["/"] = lambda: HOST.format(kalends=site.url)
        page.goto(f"{host.url}/")
        page.frames[1].wait_for_load_state("load")
        page.evaluate("""async () => {
            postMessage({type: "kalends:height", height: 999}, "*");
            document.querySelector("iframe").contentWindow.postMessage({type: "kalends:hello"}, "*");
            await new Promise((done) => setTimeout(done, 300));
        }""")
        assert page.locator("iframe").evaluate("frame => frame.style.height") == "40rem"
