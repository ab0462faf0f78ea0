"""The 10/20/70 model (127 群众工作法): where each resident stands, why, and what a community can do next.

Owns       the standing of each resident, the weeks of each community, its base; who was asked to what, and their answers;
           rule versions; objections to standings; copies of the dated deeds they follow from.
           Matters: what residents raise, discuss, decide and evaluate, and what each of them said to it.
Publishes  tier changed, matter decided.
Consumes   identity (grid listed; resident registered, moved, left; consents changed), talent (talent admitted, suspended),
           checkin (activity announced; sign-up kept, missed; hours verified, participation recorded, record withdrawn).
Never      ranks people, asks anybody who wishes not to be asked, shows a standing to anyone but its owner and the
           community's staff, tells anybody what somebody chose in a vote, or keeps a standing that could not be computed
           again from the deeds.
"""
