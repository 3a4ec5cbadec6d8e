# SPDX-License-Identifier: AGPL-3.0-or-later
"""The widget's size, colours, languages and directions, on pages that are kind to it and on pages
that are not (W1, W5, UX-36, UX-38, UX-40)."""

import gzip

import pytest
import requests
from selenium.webdriver.common.by import By
from support.browser import console_errors
from support.widget import Widget

BUDGET = 20 * 1024


def page(desk, head="", body="<h1>A page</h1>", tag="", html='lang="en"'):
    script = f'<script src="{desk}/widget.js" {tag} async></script>'
    return (
        f"<!doctype html><html {html}><head><meta charset=utf-8>"
        f'<meta name="viewport" content="width=device-width"><title>Page</title>'
        f'<link rel="icon" href="data:,">{head}</head>'
        f"<body>{body}{script}</body></html>"
    )


def set_screen(driver, width, height):
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def box(widget, selector):
    return widget.driver.execute_script(
        "return arguments[0].getBoundingClientRect().toJSON()", widget.find(selector)
    )


def test_the_whole_widget_is_at_most_20_kib_compressed(shop):
    parts = [f"{shop.url}/widget.js", f"{shop.url}/widget/lang/bn.json"]
    bodies = [requests.get(part, timeout=60) for part in parts]
    assert all(body.ok for body in bodies)
    assert sum(len(gzip.compress(body.content, 9)) for body in bodies) <= BUDGET


def test_the_window_is_380_by_600_in_the_shops_teal(widget):
    set_screen(widget.driver, 1280, 800)
    widget.open()
    assert widget.style(".window", "width") == "380px"
    assert widget.style(".window", "height") == "600px"
    assert widget.style(".window", "border-radius") == "12px"
    assert widget.style(".top", "background-color") == "rgb(0, 139, 139)"
    assert widget.style(".strip", "background-color") == "rgb(0, 109, 109)"
    assert widget.style(".launcher", "width") == "56px"


def test_a_low_screen_keeps_the_window_inside(widget):
    set_screen(widget.driver, 1280, 480)
    widget.open()
    assert widget.style(".window", "height") == "380px"


def test_a_small_screen_is_all_chat(widget):
    set_screen(widget.driver, 480, 800)
    widget.open()
    frame = box(widget, ".window")
    assert (frame["x"], frame["y"], frame["width"], frame["height"]) == (0, 0, 480, 800)
    assert widget.find(".window").get_attribute("aria-modal") == "true"
    assert not widget.shown(".launcher")


def test_the_newest_message_stays_in_sight_when_there_is_less_room(widget):
    hidden = "const log = arguments[0]; return log.scrollHeight - log.scrollTop - log.clientHeight"

    def is_at_end():
        return widget.driver.execute_script(hidden, widget.find(".thread")) < 2

    set_screen(widget.driver, 400, 800)
    widget.open().send(*[f"Message {n}" for n in range(12)])
    widget.wait_mark("Message 11", "Sent")
    assert is_at_end()
    set_screen(widget.driver, 480, 400)
    widget.wait(is_at_end, "the end of the thread on the turned phone")
    widget.type("One\nTwo\nThree\nFour\nFive")
    widget.wait(is_at_end, "the end of the thread above the larger field")


def test_the_choices_at_the_end_stay_together(widget, agent):
    set_screen(widget.driver, 320, 568)
    widget.open().send("Hello")
    widget.wait_mark("Hello", "Sent")
    agent.set_status(widget.ticket, "closed")
    widget.wait_shown(".ending")
    first, second = box(widget, ".ending .primary"), box(widget, ".ending .secondary")
    assert first["top"] == second["top"]
    assert second["right"] <= 320 - 18
    assert box(widget, ".ending .words")["bottom"] <= first["top"]


def test_the_first_choice_looks_like_a_button_in_the_systems_own_colours(widget, agent):
    features = [{"name": "forced-colors", "value": "active"}]
    widget.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    widget.open().send("Hello")
    widget.wait_mark("Hello", "Sent")
    agent.set_status(widget.ticket, "closed")
    widget.wait_shown(".ending")
    assert widget.style(".primary", "border-top-style") == "solid"


def test_buttons_are_large_enough_for_a_thumb(widget):
    widget.open()
    for selector in ["[aria-label='Close Chat'].tool", "[aria-label=Emoji].tool", ".send"]:
        frame = box(widget, selector)
        assert min(frame["width"], frame["height"]) >= 44, selector


HOSTILE = "<style>*{all:unset!important} html{font-size:30px} div,button{position:static}</style>"


def test_a_page_with_hostile_styles_changes_nothing(shop, visit, host_page):
    def measure(head):
        widget = visit(host_page(page(shop.url, head)))
        set_screen(widget.driver, 1280, 800)
        widget.open()
        names = ["font-size", "color", "background-color", "display", "width", "height", "position"]
        parts = [".launcher", ".window", ".top", "h2", ".bubble", "textarea", ".send"]
        boxes = [box(widget, part) for part in parts]
        return boxes, [widget.style(part, name) for part in parts for name in names]

    assert measure(HOSTILE) == measure("")


def test_it_works_under_a_strict_content_security_policy(shop, visit, host_page):
    socket = shop.url.replace("http", "ws", 1)
    csp = (
        f"default-src 'none'; script-src {shop.url}; connect-src {shop.url} {socket}; "
        f"img-src {shop.url} data:"
    )
    widget = visit(host_page(page(shop.url), csp))
    widget.open().send("Hello")
    widget.wait_mark("Hello", "Sent")
    assert widget.style(".top", "background-color") == "rgb(0, 139, 139)"
    assert console_errors(widget.driver) == []


def test_it_leaves_one_global_and_no_cookie(shop, visit, host_page):
    widget = visit(host_page(page(shop.url)))
    driver = widget.driver

    def list_globals():
        # Asking whether something is displayed makes globals of the driver's own.
        driver.find_element(By.TAG_NAME, "body").is_displayed()
        return set(driver.execute_script("return Object.keys(window)"))

    widget.open()
    with_widget = list_globals()
    driver.get(host_page("<!doctype html><title>Plain</title><body>Plain"))
    assert with_widget - list_globals() == {"Deskbell"}
    assert driver.get_cookies() == []


def test_a_page_can_open_and_close_it(widget):
    widget.driver.execute_script("Deskbell.open()")
    widget.wait_shown(".window")
    widget.driver.execute_script("Deskbell.close()")
    widget.wait_hidden(".window")


def test_a_page_that_loads_it_twice_has_one(shop, visit, host_page):
    twice = f'<script src="{shop.url}/widget.js" async></script>'
    widget = visit(host_page(page(shop.url, body=twice)))
    widget.open()
    assert len(widget.driver.find_elements(By.CSS_SELECTOR, "deskbell-chat")) == 1


@pytest.mark.parametrize(
    ("tag", "html"), [("", 'lang="bn"'), ('data-language="bn-BD"', 'lang="en"')]
)
def test_it_speaks_bengali_by_page_or_by_tag(shop, visit, host_page, tag, html):
    widget = visit(host_page(page(shop.url, tag=tag, html=html)))
    assert widget.find(".launcher").get_attribute("aria-label") == "চ্যাট খুলুন"
    widget.open().send("নমস্কার")
    widget.wait_mark("নমস্কার", "পাঠানো হয়েছে")
    widget.wait_shown(".queue")
    assert "নম্বরে আছেন" in widget.text(".queue .words")
    assert not any(digit in widget.text(".queue") for digit in "0123456789")


def test_it_speaks_the_browsers_language_when_the_page_has_none(shop, open_browser, host_page):
    widget = Widget(open_browser(language="bn")).load(host_page(page(shop.url, html="")))
    assert widget.find(".launcher").get_attribute("aria-label") == "চ্যাট খুলুন"


def test_arabic_mirrors_the_layout(shop, visit, host_page):
    widget = visit(host_page(page(shop.url, tag='data-language="ar"')))
    set_screen(widget.driver, 1280, 800)
    assert box(widget, ".launcher")["left"] == 20
    widget.open().send("مرحبا")
    widget.wait_mark("مرحبا", "Sent")
    assert box(widget, ".window")["left"] == 20
    assert box(widget, ".avatar")["left"] > box(widget, ".presence")["left"]
    assert box(widget, ".own .bubble")["left"] < box(widget, ".theirs .bubble")["left"]
    assert box(widget, ".send")["left"] < box(widget, "textarea")["left"]
    assert widget.style(".send .icon", "transform").startswith("matrix(-1")
    assert widget.style(".mark .icon", "transform") == "none", "ticks are not mirrored"
    direction = "return getComputedStyle(arguments[0]).direction"
    assert widget.driver.execute_script(direction, widget.find(".own .bubble")) == "rtl"
    assert widget.driver.execute_script(direction, widget.find(".theirs .bubble")) == "ltr"


def test_reduced_motion_moves_nothing(widget):
    features = [{"name": "prefers-reduced-motion", "value": "reduce"}]
    widget.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    widget.open()
    assert widget.style(".window", "animation-name") == "none"
