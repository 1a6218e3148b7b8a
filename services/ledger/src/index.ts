export { createLedger, type LedgerDependencies } from "./ledger.ts";
