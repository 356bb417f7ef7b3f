"""Tags and filters of the design system. The settings make them builtins: no template loads them."""

import json
import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField
from django.template import Context
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _
from django_cotton.templatetags import Attrs

from kalends.delivery import segments
from kalends.foundation import money
from kalends.web.ui import dates
from kalends.web.ui.kept import Kept
from kalends.web.ui.prices import Price
from kalends.web.ui.states import STATES, State

register = template.Library()


@register.filter
def html_attributes(attrs: Attrs) -> SafeString:
    """The attributes a component passes on, each value escaped. `False`, `None` and "" leave one out.

    Components print `{{ attrs|html_attributes }}` and never `{{ attrs }}`, which would not escape what comes
    from `:name="variable"`.
    """
    kept = [(name, value) for name, value in attrs.attrs_dict().items() if value not in (False, None, "")]
    return format_html_join("", "{}", ((_attribute(name, value),) for name, value in kept))


def _attribute(name: str, value: object) -> SafeString:
    return format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value)


@register.filter
def breakable(address: str) -> SafeString:
    """An e-mail address that, where it is too long for its line, breaks before the @."""
    return format_html_join(SafeString("<wbr>@"), "{}", ((part,) for part in address.split("@")))


@register.filter
def colon(what: str, said: str) -> str:
    """Two things with a colon between them, as the language writes it: French leaves a space before."""
    return _("%(what)s: %(said)s") % {"what": what, "said": said}


@register.filter(expects_localtime=True)
def stamp(when: datetime) -> str:
    """1 Dec 2026, 10:40."""
    return dates.stamp(when)


@register.filter(expects_localtime=True)
def stamp_to_the_second(when: datetime) -> str:
    """1 Dec 2026, 10:40:05."""
    return dates.stamp(when, seconds=True)


@register.filter(expects_localtime=True)
def in_words(when: date, pattern: str) -> str:
    """By a pattern of Babel's: `{{ day|in_words:"EEEE d MMMM" }}`. Django's own names of months are capitalized."""
    return dates.written(when, pattern)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite; named by `label` when it stands alone, silent beside a word.

    `<c-icon>` is the same for pages; inside components this is several times cheaper than a component.
    """
    voice = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="i i-{}" viewBox="0 0 20 20" {}><use href="{}#{}"/></svg>',
        name,
        voice,
        static("ui/icons.svg"),
        name,
    )


class KeptNode(template.Node):
    def __init__(self, nodes: NodeList, values: list[FilterExpression]) -> None:
        self.nodelist, self._values = nodes, values
        self._kept: Kept[SafeString] = Kept(most=50)

    def render(self, context: Context) -> SafeString:
        made_from = (get_language(), *(_fixed(value.resolve(context)) for value in self._values))
        return self._kept.get(made_from, lambda: self.nodelist.render(context))


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """`{% kept here choices %}…{% endkept %}`: what stands between is rendered once for each language and these values.

    Nothing else of the page may be used in it; values are texts, numbers, dates, and lists of tuples of these.
    """
    values = [parser.compile_filter(word) for word in token.split_contents()[1:]]
    nodes = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(nodes, values)


def _fixed(value: Any) -> Hashable:
    return tuple(value) if isinstance(value, list) else value


@register.filter
def state(code: str) -> State:
    """How the state of an appointment is shown. KeyError for a state that does not exist."""
    return STATES[str(code)]


@register.filter
def control(field: BoundField, css: str = "input") -> SafeString:
    """The control of a form field, with our class; hint and error are announced with it."""
    described = [f"{field.auto_id}_hint"] if field.help_text else []
    described += [f"{field.auto_id}_error"] if field.errors else []
    attrs: dict[str, str | bool] = {"class": css}
    if described:
        attrs["aria-describedby"] = " ".join(described)
    return field.as_widget(attrs=attrs)


@dataclass(frozen=True, slots=True)
class LanguageLink:
    code: str
    name: str
    url: str
    current: bool


@register.simple_tag(takes_context=True)
def language_links(context: Context) -> list[LanguageLink]:
    """This page in each language that is offered (`offered_languages`, else all), by `?lang=`; the rest of the
    query is kept. Empty without a request, or where there is no choice."""
    request = context.get("request")
    offered = context.get("offered_languages") or [code for code, _name in settings.LANGUAGES]
    if request is None or len(offered) < 2:
        return []
    links = []
    for code in offered:
        query = request.GET.copy()
        query["lang"] = code
        name = get_language_info(code)["name_local"]
        url = f"{request.path}?{query.urlencode()}"
        links.append(LanguageLink(code, name[:1].upper() + name[1:], url, code == get_language()))
    return links


@dataclass(frozen=True, slots=True)
class MessageLength:
    """What `c-text-message` says about a text, and the numbers by which its script says the same."""

    count: segments.Count
    spelling: str | None
    rules: str
    cost: str


@register.simple_tag
def text_message(
    before: str, value: str, after: str, price: Price | str = "", values: Mapping[str, str] | str = ""
) -> MessageLength:
    """The length of a text message in which somebody writes `value` between two texts that are there already.

    With a `price` of one part, also what it costs; `values` are what stands for a [name] in brackets, at its longest.
    """
    put_in = values if isinstance(values, Mapping) else {}
    typed = _NAMED.sub(lambda found: put_in.get(found[1], found[0]), str(value).replace(chr(0), ""))
    text = segments.sendable(f"{before}{typed}{after}")
    count, language = segments.count(text), get_language() or "en"
    rules: dict[str, Any] = {**MESSAGE_RULES, "values": put_in}
    cost = ""
    if isinstance(price, Price):
        rules["price"] = {"amount": price.amount, "currency": price.currency, "language": language}
        cost = money.written_exactly(count.parts * price.amount, price.currency, language=language)
    return MessageLength(count, segments.spelling(text), json.dumps(rules), cost)


_NAMED = re.compile(r"\[(\w+)\]")
MESSAGE_RULES = {
    "plain": segments.GSM.replace(chr(segments.ESCAPE), ""),
    "extension": "".join(segments.EXTENSION),
    "spellings": segments.SPELLINGS,
    "alone": segments.ALONE,
    "together": segments.TOGETHER,
}


@register.filter
def steps(step: int, of: int) -> list[str]:
    """What the bars of a stepper show: "done", "now" or "next", for each of `of` steps."""
    return ["done" if number < step else "now" if number == step else "next" for number in range(1, of + 1)]
