export { Accounts, type Closing, type Knowledge, type Question } from "./accounts.ts";
export { type Balance, balanceOf, differenceOf, HOUR_MS, sumOf } from "./balance.ts";
export { Book } from "./book.ts";
