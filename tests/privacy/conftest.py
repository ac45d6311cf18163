"""Of all tests of privacy."""

from pathlib import Path

import pytest

from volunteer_hub.settings import Settings, load


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Files are kept in a folder of the test's own."""
    return load({"HUB_MODE": "demo", "HUB_PUBLIC_URL": "http://hub.test", "HUB_DATA_DIR": str(tmp_path)})
