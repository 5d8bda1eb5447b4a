"""What the processes of a run are told by it, in their environment."""

import os
from pathlib import Path


class Scene:
    """Empty outside a run."""

    port = int(os.environ.get("FAULTS_PORT") or 0)
    transport = os.environ.get("FAULTS_TRANSPORT") or "blind"
    senders = int(os.environ.get("FAULTS_SENDERS") or 4)
    # Seconds between two ticks: everything is quicker here, but where lateness itself is measured.
    tick = float(os.environ.get("FAULTS_TICK") or 1)
    unfenced = bool(os.environ.get("FAULTS_UNFENCED"))
    ledger = Path(os.environ.get("FAULTS_LEDGER") or os.devnull)
    verdicts = Path(os.environ.get("FAULTS_VERDICTS") or os.devnull)
