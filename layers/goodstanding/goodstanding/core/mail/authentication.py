"""Authentication-Results (RFC 8601): what the receiving server says of a mail's sender.

Only the header that the caller hands over is read, and only as far as it can be understood: a result of no known name is
`none`, and so is an outage. A soft fail is a fail, and so is a signature that is there and cannot be checked for good.
"""

import re

from goodstanding.core.mail.message import Check, Method, Result

_COMMENT = re.compile(r"\([^()]*\)")
_QUOTED = re.compile(r'"([^"]*)"')
_NOT_A_NAME = re.compile(r"[^\w.@+-]")
_RESULT = re.compile(r"\s*(dkim|dmarc|spf)\s*=\s*(\w+)\b(.*)", re.IGNORECASE | re.DOTALL)
_PROPERTIES = {
    Method.DKIM: re.compile(r"\bheader\.(?:d|i)\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE),
    Method.DMARC: re.compile(r"\bheader\.from\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE),
    Method.SPF: re.compile(r"\bsmtp\.(?:mailfrom|mfrom|helo)\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE),
}
_RESULTS = {
    "pass": Result.PASS,
    "fail": Result.FAIL,
    "softfail": Result.FAIL,
    "hardfail": Result.FAIL,
    "permerror": Result.FAIL,
    "policy": Result.FAIL,
}
_MOST = 20
_DEEPEST = 5


def parse_checks(header: str) -> tuple[Check, ...]:
    """The results of one header, in its order; none where it says `none` or nothing."""
    found = []
    for statement in _plain(header).split(";")[: _MOST + 1]:
        if match := _RESULT.match(statement):
            method = Method(match[1].lower())
            named = _PROPERTIES[method].search(match[3])
            domain = named[1].rpartition("@")[2].lower().rstrip(".") if named else ""
            found.append(Check(method, _RESULTS.get(match[2].lower(), Result.NONE), domain or None))
    return tuple(found)


def _plain(header: str) -> str:
    """Without comments and quotes. Both may repeat what the sender chose, so nothing in them may pass for a result."""
    header = _QUOTED.sub(lambda quoted: _NOT_A_NAME.sub("", quoted[1]), header)
    for _ in range(_DEEPEST):
        header = _COMMENT.sub(" ", header)
    return header.partition("(")[0]
