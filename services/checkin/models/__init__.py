"""What the check-in service keeps: one document, one write, with its pending facts inside."""

from services.checkin.models.activity import Activity
from services.checkin.models.attendee import Attendee
from services.checkin.models.audit_line import PROXY_ACTS, AuditLine
from services.checkin.models.bulletin import Bulletin
from services.checkin.models.certificate import Certificate
from services.checkin.models.check_in import CheckIn, ServiceRecord
from services.checkin.models.course import Course
from services.checkin.models.group_post import GroupPost
from services.checkin.models.listed_deed import ListedDeed
from services.checkin.models.member_card import MemberCard
from services.checkin.models.national_entry import NationalEntry
from services.checkin.models.need import Need
from services.checkin.models.pairing import Pairing, Visit
from services.checkin.models.printed_sheet import PrintedSheet, SheetStrips
from services.checkin.models.record_objection import RecordObjection
from services.checkin.models.series import Series
from services.checkin.models.service_item import ServiceItem
from services.checkin.models.sign_in_sheet import SignInSheet
from services.checkin.models.team import Team

DOCUMENTS = [
    Activity, Attendee, AuditLine, Bulletin, Certificate, CheckIn, Course, GroupPost, ListedDeed, MemberCard, NationalEntry, Need, Pairing,
    PrintedSheet, RecordObjection, Series, ServiceItem, SheetStrips, SignInSheet, Team, Visit,
]  # fmt: skip

__all__ = [
    "DOCUMENTS", "PROXY_ACTS", "Activity", "Attendee", "AuditLine", "Bulletin", "Certificate", "CheckIn", "Course", "GroupPost",
    "ListedDeed", "MemberCard", "NationalEntry", "Need", "Pairing", "PrintedSheet", "RecordObjection", "Series", "ServiceItem",
    "ServiceRecord", "SheetStrips", "SignInSheet", "Team", "Visit",
]  # fmt: skip
