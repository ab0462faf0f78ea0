"""The only door: sessions, limits and pages for people, a fast path for programs.

owns       nothing; a reader's session is a token that identity keeps, everything else is asked for when it is shown
publishes  nothing
consumes   the HTTP interfaces of the six services, and nothing else
never      touches a database or the broker, decides a rule of the domain, or lets a path outside /api/v1 through to a service
"""
