"""The chat in a real browser. Needs Chromium; see conftest.py."""
