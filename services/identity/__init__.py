"""identity: who lives where, who may do what, and who is at the door.

Owns       places (district > subdistrict > community > quarter > grid), residents, households, sign-in, sessions, kiosks,
           roles, consents, guardians' consents, mandates, and the imports of place tables and resident rosters.
Publishes  grid listed; resident registered, moved, left; birth stated; roles given; consents changed; mandate given; guardian's
           consent given, withdrawn.
Consumes   nothing.
Never      lets a password, an address or a full phone number leave (but a number to staff who call, once and noted); stores an
           ID card's number; guesses who is meant in a roster; lets anybody change their own roles.
"""
