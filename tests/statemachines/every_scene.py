"""All scenes of all machines, by name."""

from tests.statemachines.escalation_scenes import ESCALATION_SCENES
from tests.statemachines.scenes import SCENES, Scene

EVERY_SCENE: dict[str, Scene] = SCENES | ESCALATION_SCENES
