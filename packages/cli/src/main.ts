import { KotaError, messageOf } from "@kota/model";
import { type Command, CommanderError } from "commander";
import { createProgram } from "./program.ts";

/** 0 done, 1 failed, 2 wrong usage, 3 settings or city unusable, 4 something kota needs is not there, 5 (verify) numbers differ. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (!(error instanceof KotaError)) return 1;
  if (error.code === "bad_request") return 2;
  if (error.fault === "caller") return 3;
  return error.fault === "peer" ? 4 : 1;
}

/** The text for a person; nothing for what commander has already said. */
function sayWhatIsWrong(error: unknown): void {
  if (error instanceof CommanderError) return;
  const text = error instanceof KotaError ? error.message : ((error as Error)?.stack ?? messageOf(error));
  console.error(`kota: ${text}`);
}

/** Commander would leave by itself with code 1 for a wrong usage. */
function throwInsteadOfExit(command: Command): Command {
  command.exitOverride();
  command.commands.forEach(throwInsteadOfExit);
  return command;
}

try {
  await throwInsteadOfExit(createProgram()).parseAsync();
} catch (error) {
  sayWhatIsWrong(error);
  process.exit(exitCodeOf(error));
}
