"""Check-in: the service catalogue, activities with their rosters, check-ins, and the verified records that come of them.

Owns: service items, activities with sign-ups, waiting lists and stalls, what people need there, series of recurring ones, check-ins,
member cards, sign-in sheets, verified service records with their national numbers, certificates of them, pairings with their
visits, the list of deeds that units take on, issues of the bulletin, and its own read copies of residents (Attendee), teams (Team) and
courses (Course).
Publishes: ServiceItemListed, ActivityAnnounced, SignUpKept, SignUpMissed, HoursVerified, ParticipationRecorded, RecordWithdrawn.
Consumes: ResidentRegistered, ResidentMoved, BirthStated, GuardianConsentGiven, GuardianConsentWithdrawn, ConsentsChanged, ResidentLeft,
MandateGiven (identity); NominationDecided, TalentAdmitted, TalentSuspended, TeamChanged, CourseChanged, TrainingRecorded
(talent); ObjectionUpheld, MarkLifted (ledger).
Never: counts beans (it tells minutes, the ledger judges what they are worth), ranks people, asks where anybody is, shows an age, or lets
anyone approve what is close to them.
"""
