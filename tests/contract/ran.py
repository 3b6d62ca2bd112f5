"""A run of the command, and what it left behind: in the files, at the simulated Amazon, and in what was started."""

import json
from collections import Counter

import local.runner
from cli.main import main
from local.sp_api.simulator import Simulator
from local.stack import EmbeddedStack
from tests.contract.selling import SELLER


class Ran:
    """What a run left behind; it may be kept in a file."""

    def __init__(self, arguments, out, patched):
        """Run it."""
        made = []

        def simulated(*args, **more):
            made.append(Simulator(*args, **more))
            return made[0]

        def started(stack, machine, given, name=None):
            self.started[machine] += 1
            return inside(stack, machine, given, name)

        inside = EmbeddedStack.start
        self.started = Counter()
        patched.setattr(local.runner, "Simulator", simulated)
        patched.setattr(EmbeddedStack, "start", started)
        assert main(["run", *map(str, arguments), "--out", str(out)]) == 0
        self.calls = made[0].calls
        self.lines = [json.loads(line) for line in (out / "requests.jsonl").read_text().splitlines()]
        self.by_order = {line["order_id"]: line for line in self.lines}
        sellers = {line["seller_id"] for line in self.lines}
        self._posts = {seller: made[0].posts(seller) for seller in sellers}
        self.alerts = [json.loads(line) for line in (out / "alerts.jsonl").read_text().splitlines()]

    def posts(self, seller=SELLER):
        """When Amazon was told to ask about each order."""
        return {order_id: [post.at for post in made] for order_id, made in self._posts.get(seller, {}).items()}
