import type { Row } from "./row.ts";
import { NETWORK_ROWS } from "./rows/broken-network.ts";
import { EMBEDDED_ROWS } from "./rows/embedded.ts";
import { REFUSAL_ROWS } from "./rows/kafka-refuses.ts";
import { KILL_ROWS } from "./rows/kill-a-service.ts";
import { ROLLING_RESTART } from "./rows/rolling-restart.ts";
import { SERVER_ROWS } from "./rows/server-away.ts";
import { STAND_STILL_ROWS } from "./rows/stand-still.ts";
import { TWO_ROWS } from "./rows/two-of-each.ts";

/** Every row, in the order of the fault matrix. */
export const ROWS: readonly Row[] = [
  ...KILL_ROWS,
  ROLLING_RESTART,
  ...SERVER_ROWS,
  ...REFUSAL_ROWS,
  ...NETWORK_ROWS,
  ...STAND_STILL_ROWS,
  ...TWO_ROWS,
  ...EMBEDDED_ROWS,
];
