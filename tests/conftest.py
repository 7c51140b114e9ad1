"""What the tests share: where data lies, and tiny protocols and records."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture
def shared_data() -> Path:
    """The folder of public corpora beside the project; tests that use it are skipped where it is absent."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip(f"public corpora are not here ({folder.name}/ beside the project)")
    return folder
