"""A community of invented people that lives through the platform: every act of theirs is a call of the real API, two years pass in minutes.

    python -m tests.simulation grow      one community, week by week, with its pictures
    python -m tests.simulation compare   the suggested next steps beside chance and beside asking nobody, over several seeds

`town` are the people and what they do (assumed, not measured: say so whenever you quote a result), `office` whom the office asks, `house`
the six services in one process with facts handed over, `life` the weeks, `report` what is shown. A seed gives the same life again.
"""
