"""Amazon that asks buyers for feedback, as scripted."""

from dataclasses import dataclass, field
from decimal import Decimal

from goodstanding.core.marketplaces import Marketplace
from goodstanding.core.requests.decide import Answer


@dataclass
class FakeSolicitations:
    """Amazon's side, as scripted: the next look and the next post are answered by what comes next in its list, then by the defaults.

    A look at a `broken` order always fails. An exception in a list is raised. `asked` holds what came in, as (operation, order).
    """

    looks: list[Answer | Exception] = field(default_factory=list)
    answers: list[Answer | Exception] = field(default_factory=list)
    look_default: Answer | Exception = Answer.OFFERED
    answer_default: Answer | Exception = Answer.ACCEPTED
    broken: dict[str, Exception] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    limits: dict[str, Decimal] = field(default_factory=dict)

    def look(self, order_id: str, marketplace: Marketplace) -> Answer:
        """The next answer to a look."""
        self.asked.append(("look", order_id))
        if order_id in self.broken:
            raise self.broken[order_id]
        return self._said(self.looks.pop(0) if self.looks else self.look_default)

    def post(self, order_id: str, marketplace: Marketplace) -> Answer:
        """The next answer to a post."""
        self.asked.append(("post", order_id))
        return self._said(self.answers.pop(0) if self.answers else self.answer_default)

    def limit(self, operation: str) -> Decimal | None:
        """What the test says."""
        return self.limits.get(operation)

    @staticmethod
    def _said(said: Answer | Exception) -> Answer:
        if isinstance(said, Exception):
            raise said
        return said
