"""What the tests share: where data lies, and tiny protocols and records."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# A law holds or does not; how long an example takes is the machine's, and what `make bench` is for
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture
def shared_data() -> Path:
    """The folder of public corpora beside the project; tests that use it are skipped where it is absent."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip(f"public corpora are not here ({folder.name}/ beside the project)")
    return folder
