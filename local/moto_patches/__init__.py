"""What moto 5.2 lacks to run the state machines, mended from outside; only this package reaches inside moto.

Each patch states its defect; tests/local/test_moto_patches.py shows that defect unpatched (strict xfail), so that a moto which
has mended it makes the test fail and tells to delete the patch.

Everything runs in one thread at a time: moto starts threads for executions, tasks and map workers; here they run in place, and
map workers become branches of the clock. So runs are deterministic and moto's in-memory backends see no races.
"""

from local.moto_patches import language, running, services, storage, tracing, wire
from local.moto_patches.registry import PATCHES, Engine, applied

__all__ = ["PATCHES", "Engine", "applied", "language", "running", "services", "storage", "tracing", "wire"]
