"""The journal of beans, contribution and integrity, and the rules by which deeds earn them.

Owns       entries (append only; each carries its account's balance), versions and drafts of the earning rules, days of
           coverage, projects, objections, copies of members and shelves.
Publishes  beans held, captured, released; hold refused; objection upheld; mark lifted. Earnings are not published: whoever
           wants them reads the wallet.
Consumes   checkin (hours verified, participation recorded, record withdrawn, sign-up kept, missed), rewards
           (redemption requested, fulfilled, cancelled, expired; fulfilment undone; stock changed), identity (resident
           registered, moved, left; roles given).
Never      edits or deletes an entry, lets a balance go below zero, converts one unit into another, or anything into money.
"""
