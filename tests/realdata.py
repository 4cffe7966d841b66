"""Where the real trial data lie, beside the project; tests that use them skip where they are absent."""

from pathlib import Path

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
