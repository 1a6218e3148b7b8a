export type { Notifier } from "./notifier.ts";
export { type NotifierSurroundings, openNotifier } from "./open-notifier.ts";
