"""What the processes of a run are told by it, in their environment."""

import os
from pathlib import Path


class Scene:
    """Empty outside a run."""

    port = int(os.environ.get("FAULTS_PORT") or 0)
    transport = os.environ.get("FAULTS_TRANSPORT") or "blind"
    unfenced = bool(os.environ.get("FAULTS_UNFENCED"))
    ledger = Path(os.environ.get("FAULTS_LEDGER") or os.devnull)
    verdicts = Path(os.environ.get("FAULTS_VERDICTS") or os.devnull)
