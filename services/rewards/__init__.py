"""rewards: what beans buy, from the shelf to the counter.

Owns       partners with what they say of themselves, rewards with their stock, pictures and price lists, redemptions, places
           in line, vouchers, settlements.
Publishes  redemption requested, fulfilled, cancelled, expired; fulfilment undone; stock changed.
Consumes   ledger: beans held, captured, released, hold refused (the answers of the saga);
           identity: resident registered, moved (a name to show at the counter, a household that limits go by), left (open
           redemptions are given back).
Never      knows a balance or decides whether a wallet can bear a redemption; shows a full name at the counter; sells a
           piece twice; lets anyone fulfil a voucher who is not its partner, or who redeemed it themselves.
"""
