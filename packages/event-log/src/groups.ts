/** The consumer groups of the stages: who reads a topic. A name is never changed: what a group has committed hangs on it. */
export const GROUPS = {
  normalize: "kota.normalize",
  score: "kota.score",
  /** One for each topic, so that trouble with one holds up no other. */
  storeReadings: "kota.store.readings",
  storeScores: "kota.store.scores",
  storeRejections: "kota.store.rejections",
  /** Only to have one member of it: the process that watches. */
  watch: "kota.watch",
  ledgerReadings: "kota.ledger.readings",
  ledgerRejections: "kota.ledger.rejections",
} as const;
