# SPDX-License-Identifier: AGPL-3.0-or-later
"""The real Chromium, without a window, with a profile that nobody used before."""

import shutil
import tempfile

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

# Root and containers have no sandbox for it; it sees only our own pages.
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
]


def open_browser(width=1280, height=800, language="en", flags=()):
    """Close it with close_browser."""
    profile = tempfile.mkdtemp(prefix="deskbell-browser-")
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    own = [f"--user-data-dir={profile}", f"--window-size={width},{height}", f"--lang={language}"]
    for flag in [*FLAGS, *own, *flags]:
        options.add_argument(flag)
    options.add_experimental_option("prefs", {"intl.accept_languages": language})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = Service(executable_path=shutil.which("chromedriver"))
    driver = webdriver.Chrome(options=options, service=service)
    driver.profile = profile
    return driver


def close_browser(driver):
    driver.quit()
    shutil.rmtree(driver.profile, ignore_errors=True)


def console_errors(driver):
    """What the page complained about since the last call."""
    return [entry["message"] for entry in driver.get_log("browser") if entry["level"] == "SEVERE"]
