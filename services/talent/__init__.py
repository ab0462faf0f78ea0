"""The registry of capable residents (能人库): who put them forward, who decided, and which skills were found true.

Owns       calls, offers without an account, nominations by three channels, the taxonomy of skills, talents with their skills,
           licences and free time, pioneer teams, courses with their training records, levels and mentors, commendations and their
           award records, thank-you notes, who stands on the honour page.
Publishes  nomination decided, talent admitted, talent suspended, team changed, course changed, training recorded.
Consumes   identity (resident registered, moved, left; consents changed; grid listed), checkin (service item listed, hours verified,
           participation recorded, record withdrawn), its own nomination decided and talent suspended.
Never      assigns a talent to a task, shows a licence number to anyone but the staff and its owner, or lets anyone decide
           about themselves, their household or those they put forward.
"""
