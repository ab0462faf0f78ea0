"""Which service answers which path: the first segment after /api/v1 decides, `communities/{code}/…` by its third."""

PREFIX = "/api/v1/"

SERVICES = ("identity", "talent", "checkin", "ledger", "rewards", "engagement")

NOUNS = {
    "identity": (
        "sessions", "me", "residents", "places", "activations", "roster-imports", "place-imports", "mandates", "mandate-codes",
        "paper-mandates", "card-mandates", "guardian-consents", "paper-guardian-consents", "kiosk-sessions", "phone-views",
    ),
    "talent": (
        "calls", "offers", "offer-states", "nominations", "candidacies", "nomination-objections", "talents", "notices", "skills",
        "languages", "licences", "teams", "courses", "training-records", "levels", "mentorships", "commendation-rounds",
        "commendation-proposals", "commendations", "commendation-notices", "commendation-objections", "awards", "award-checks", "thanks",
        "honours",
    ),
    "checkin": (
        "service-items", "activities", "series", "check-ins", "service-records", "record-notices", "due-records", "register", "sheets",
        "printed-sheets", "sheet-photos", "cards", "card-showings", "proxy-acts", "reminders", "exchange-records", "national-entries",
        "certificates", "certificate-checks", "volunteers", "activities-held", "bulletins", "stalls", "needs", "record-objections",
        "pairings", "visits", "listed-deeds", "unit-statements", "team-years",
    ),
    "ledger": (
        "wallets", "rules", "rule-drafts", "rule-acts", "gifts", "projects", "objections", "settlements", "credit-statements",
    ),
    "rewards": ("rewards", "redemptions", "vouchers", "partners", "reward-photos", "price-lists"),
    "engagement": (
        "standings", "matters", "invitations", "asking", "newcomers", "mobilizations", "tier-rules", "standing-objections",
    ),
}
OF_A_COMMUNITY = dict.fromkeys(("engagement", "base", "next-steps", "ask-outcomes", "reach", "people"), "engagement") | dict.fromkeys(
    ("coverage", "expiring-beans", "fund", "projects", "seals"), "ledger"
)
UPLOADS = frozenset({"sheets", "sheet-photos", "roster-imports", "place-imports", "reward-photos"})

_BY_NOUN = {noun: service for service, nouns in NOUNS.items() for noun in nouns}


def noun_of(path: str) -> str:
    """Return the first segment of `path` after the prefix."""
    return path[len(PREFIX) :].partition("/")[0]


def service_for(path: str) -> str | None:
    """Return the service that serves `path` (with its prefix), or None."""
    noun = noun_of(path)
    if noun != "communities":
        return _BY_NOUN.get(noun)
    segments = path.split("/")
    return OF_A_COMMUNITY.get(segments[5]) if len(segments) > 5 else None
