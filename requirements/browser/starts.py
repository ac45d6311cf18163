"""Ends with 0 when the browser named by the only argument opens a page, in the very way the tests use it."""

import signal
import sys

from playwright.sync_api import sync_playwright

signal.alarm(60)  # one that hangs does not start either
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=sys.argv[1], timeout=20_000)
    browser.new_page()
    browser.close()
