// medici as its README advises for balances that must never go negative: a transaction with a write lock on the account.
// Prints: transfers per second with 8 writers, entries in the book, seconds for one balance of a hot account.
const mongoose = require("mongoose");
const { Book, initModels, mongoTransaction } = require("medici");

// The book is as large as ours where the two are compared: a million entries, a tenth of them in the hot account.
const WRITERS = 8, SECONDS = 8, ENTRIES = 1000000, HOT_ONE_IN = 10, PAGE = 10000, BALANCES = 20;

(async () => {
  const uri = process.env.GB_MONGODB_URI;
  await mongoose.connect(uri, { dbName: "bench_medici", writeConcern: { w: "majority", j: true } });
  await mongoose.connection.dropDatabase();
  await initModels();
  const book = new Book("Beans");
  let posted = 0;
  const until = Date.now() + SECONDS * 1000;
  const writer = async (number) => {
    while (Date.now() < until) {
      const account = "Member:" + ((number * 997 + posted) % 2000);
      try {
        await mongoTransaction(async (session) => {
          await book.entry("deed").debit("Issued", 10).credit(account, 10).commit({ session });
          const { balance } = await book.balance({ account }, { session });
          if (balance < 0) throw new Error("negative");
          await book.writelockAccounts([account], { session });
        });
        posted += 1;
      } catch (error) {
        if (!/WriteConflict|TransientTransaction|Lock/i.test(String(error) + JSON.stringify(error.errorLabels || ""))) throw error;
      }
    }
  };
  await Promise.all([...Array(WRITERS).keys()].map(writer));
  const rate = posted / SECONDS;
  const transactions = mongoose.connection.collection("medici_transactions");
  const journal = new mongoose.Types.ObjectId();
  for (let start = 0; start < ENTRIES; start += PAGE) {
    await transactions.insertMany([...Array(PAGE).keys()].map((n) => {
      const path = ["Member", n % HOT_ONE_IN ? String(n % 2000) : "hot"];  // a name that comes first would mislead the query planner
      return {
        credit: 1, debit: 0, datetime: new Date(), timestamp: new Date(), account_path: path, accounts: path.join(":"), book: "Beans",
        memo: "deed", _journal: journal, voided: false, approved: true,
      };
    }), { ordered: false });
  }
  const times = [];
  const plain = new Book("Beans", { balanceSnapshotSec: 0 });
  for (let n = 0; n < BALANCES; n += 1) {
    const started = process.hrtime.bigint();
    await plain.balance({ account: "Member:hot" });
    times.push(Number(process.hrtime.bigint() - started) / 1e9);
  }
  await mongoose.connection.dropDatabase();
  console.log(rate, ENTRIES, Math.min(...times));
  await mongoose.disconnect();
})().catch((error) => { console.error(error); process.exit(1); });
