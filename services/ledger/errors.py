"""The ledger's refusals."""

from shared.problems import Conflict, Invalid, NotFound


class NoSuchTransfer(NotFound):
    """The wallet has no such transfer."""

    slug, title = "no-such-transfer", "This wallet has no such transfer"


class RuleTooEarly(Invalid):
    """A rule would change what is already past."""

    slug, title = "rule-too-early", "Rules apply from today forward, never backward"


class RuleVersionTaken(Conflict):
    """The version number is known with another content, or is not the next one."""

    slug, title = "rule-version-taken", "This version number is not free"
