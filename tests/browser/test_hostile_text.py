"""Text that people type is shown as typed on every screen: nothing formatted, fetched or run."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from db.engine import make_engine
from db.execute import CASES
from tests.browser.conftest import Person, Server
from tests.browser.seeded import seeded

pytestmark = pytest.mark.browser
E = "evil.invalid"

PAYLOADS = (
    "<script>window.__xss=1</script>", "<img src=x onerror=window.__xss=1>", f"<img src=http://{E}/1.png>",
    "<svg onload=window.__xss=1>", "<svg/onload=alert(1)>", "<iframe src=javascript:window.__xss=1>",
    f"<iframe src=//{E}/>", "<body onload=window.__xss=1>", "<a href=javascript:window.__xss=1>x</a>",
    f"<link rel=stylesheet href=//{E}/a.css>", f"<style>@import url(//{E}/b.css)</style>",
    "<details open ontoggle=window.__xss=1>", "<video><source onerror=window.__xss=1>",
    "<input autofocus onfocus=window.__xss=1>", "<math><mtext></mtext><script>window.__xss=1</script>",
    f"<object data=//{E}/o>", f"<embed src=//{E}/e>", f"<base href=//{E}/>", "<marquee onstart=window.__xss=1>",
    f"<meta http-equiv=refresh content='0;url=//{E}/'>", "</textarea><script>window.__xss=1</script>",
    "\"><script>window.__xss=1</script>", "'><img src=x onerror=window.__xss=1>", "javascript:window.__xss=1",
    "</script><script>window.__xss=1</script>", "<!--<img src=x onerror=window.__xss=1>-->",
    "<img src=`x` onerror=window.__xss=1>", "<IMG SRC=&#106;avascript:window.__xss=1>", "&lt;b&gt;粗体&lt;/b&gt;",
    "&#x3c;script&#x3e;", "%3Cscript%3E", "\\u003cscript\\u003e", "<b>粗体</b>", "<h1>大标题</h1>",
    f"![图](http://{E}/2.png)", f"![](//{E}/3.png)", f"[链接](http://{E}/4)", "[x](javascript:window.__xss=1)",
    f"[![图](http://{E}/5.png)](http://{E}/6)", f"[图]: http://{E}/7", f"<http://{E}/8>", f"http://{E}/9",
    f"www.{E}/10", "user@evil.invalid", "**粗**", "__粗__", "*斜*", "~~删~~", "`代码`", "```\n代码\n```", "# 标题",
    "## 标题", "- 条目", "1. 条目", "> 引用", "| a | b |\n|---|---|\n| 1 | 2 |", "---", "===", "$x^2$", "$$\\frac12$$",
    ":red[红]", ":red-background[红]", ":material/delete:", ":smile:", ":streamlit:", "<- -> => <= >= -- ~=",
    "[ ] 待办", "[^1]", "^[注]", "a\\*b", "C:\\temp\\x", "{{7*7}}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "{0}", "{name}",
    "%s %d %n", "' OR '1'='1", "'; DROP TABLE cases; --", "=HYPERLINK(\"http://evil.invalid\")", "@SUM(1+1)", "+1+1",
    "-2+3", "..\\..\\etc", "../../etc/passwd", "\u202e反向", "零\u200b宽", "مرحبا", "👩‍👩‍👧", "ﷺ" * 3, "A" * 300,
    "　全角　空格　", "制\t表", "行一\n行二",
)  # fmt: skip
MOVES = ("file", "dispatch", "accept", "note", "return", "dispatch", "accept", "handled", "rework", "remind")


DEEP = """host => {
  const texts = node => [...node.childNodes].map(child =>
    child.nodeType === 3 ? child.data :
    child.nodeName === 'STYLE' || child.nodeName === 'SCRIPT' ? '' :
    texts(child) + (child.shadowRoot ? texts(child.shadowRoot) : '')).join('');
  return texts(host);
}"""
"""The text inside an element, shadow roots included."""


@pytest.fixture
def guarded(person: Callable[..., Person]) -> Callable[..., Person]:
    """A person whose window fails on dialogs; requests to the outside fail when it closes."""

    def make(login: str, path: str) -> Person:
        who = person(login, path, viewport={"width": 1280, "height": 900})
        who.dialogs = []  # type: ignore[attr-defined]
        who.page.on("dialog", lambda d: (who.dialogs.append(d.message), d.dismiss()))  # type: ignore[attr-defined]
        return who

    return make


def _harmless(who: Person) -> None:
    assert who.dialogs == []  # type: ignore[attr-defined]
    assert who.outside == []
    assert who.page.evaluate("window.__xss") is None
    main = who.page.get_by_test_id("stMain")
    for tag in (
        "script",
        "iframe",
        "object",
        "embed",
        "base",
        "marquee",
        "math",
        "h1 h1",
        ".katex",
        "del",
        "blockquote",
    ):
        assert main.locator(tag).count() == 0, tag
    assert main.locator(f"[href*='{E}'], [src*='{E}'], a[href^='javascript']").count() == 0
    expect(who.page.get_by_test_id("stException")).to_have_count(0)


def _seen(text: str) -> str:
    """What a reader compares: invisible joiners, direction marks and runs of blanks do not count."""
    for mark in ("\u2060", "\u202e", "\u200b", "\ufe0f"):
        text = text.replace(mark, "")
    return "".join(text.split())


@pytest.mark.timeout(400)
def test_every_text_field_shows_hostile_text_as_it_was_typed(server: Server, guarded: Callable[..., Person]) -> None:
    assert len(set(PAYLOADS)) >= 90
    joined = "\n".join(PAYLOADS)
    parts, part = [], ""
    for payload in PAYLOADS:
        if len(part) + len(payload) > 440:
            parts.append(part)
            part = ""
        part += ("\n" if part else "") + payload
    parts.append(part)
    assert "\n".join(parts) == joined
    numbers = seeded(server.database, tuple(parts), moves=MOVES, field="all")

    officer = guarded("qu", "/board")
    expect(officer.page.get_by_text(numbers[0]).first).to_be_visible(timeout=20_000)
    _harmless(officer)
    for no, text in zip(numbers, parts, strict=False):
        officer.open(f"/case?no={no}")
        expect(officer.page.locator(".st-key-journal").first).to_be_visible()
        officer.page.wait_for_timeout(500)
        _harmless(officer)
        shown = _seen(officer.page.locator("body").inner_text())
        for payload in text.split("\n"):
            assert _seen(payload) in shown, (no, payload)
        timeline = _seen(officer.page.locator(".st-key-journal").first.evaluate(DEEP))
        for payload in text.split("\n"):
            assert timeline.count(_seen(payload)) >= len(MOVES) - 2, (no, payload)
    officer.open("/cases")
    officer.page.wait_for_timeout(500)
    _harmless(officer)
    officer.open(f"/cases?q={PAYLOADS[1]}")
    _harmless(officer)


@pytest.mark.timeout(400)
def test_a_hostile_draft_and_its_similar_cases_are_shown_as_typed(
    server: Server, guarded: Callable[..., Person]
) -> None:
    texts = tuple(PAYLOADS[i] for i in (0, 1, 2, 33, 34))
    numbers = seeded(server.database, texts, moves=("file",), field="all")
    street = guarded("street", "/intake")
    street.key("in_class_query").locator("input").fill("<img src=x onerror=window.__xss=1>")
    street.page.wait_for_timeout(1000)
    _harmless(street)
    street.key("in_class_query").locator("input").fill("bllj")
    street.page.wait_for_timeout(1200)
    street.key("in_class_list").get_by_test_id("stRadioOption").filter(has_text="暴露垃圾").first.click()
    street.settle()
    street.key("in_map_typed").locator("summary").click()
    street.write("in_map_lng", "121.442970")
    street.write("in_map_lat", "31.237020")
    street.press("in_map_set")
    street.choose("in_channel", "12345")
    for key, text in (
        ("in_description", "\n".join(PAYLOADS[:20])), ("in_address", PAYLOADS[1]), ("in_external", PAYLOADS[34]),
        ("in_name", PAYLOADS[3]), ("in_phone", PAYLOADS[3][:20]),
    ):  # fmt: skip
        street.write(key, text)
    similar = street.key("similar")
    expect(similar).to_be_visible()
    shown = _seen(similar.inner_text())
    for no, text in zip(numbers, texts, strict=True):
        assert no in shown
        assert _seen(text) in shown
    _harmless(street)
    street.press("save")
    _harmless(street)
    street.open("/intake")
    expect(street.key("in_address").locator("input")).to_have_value(PAYLOADS[1], timeout=20_000)
    expect(street.key("in_description").locator("textarea")).to_have_value("\n".join(PAYLOADS[:20]))
    _harmless(street)
    engine = make_engine(server.database)
    with engine.connect() as connection:
        assert len(connection.execute(CASES.select()).all()) == len(numbers)
    engine.dispose()
