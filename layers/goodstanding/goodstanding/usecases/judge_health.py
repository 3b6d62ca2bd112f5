"""From facts to figures, and from figures to what changed."""


