export { alertsAt, type PastAlert } from "./alerts-at.ts";
export { maintenanceOf } from "./maintenance.ts";
export {
  type AlertMessage,
  type AlertNotice,
  composeMessage,
  type MessageContext,
  shownValue,
} from "./message.ts";
export { type CityNow, hoursNeeded, isAbout, type Observation, observe, scoreKeyOf } from "./observe.ts";
export { delivered, dueAt, type Waiting, waitingFor, withoutChannels } from "./outbox.ts";
export { parseAlerts } from "./parse-alerts.ts";
export { type AlertRule, type Alerts, type Channel, type ChannelTarget, NO_ALERTS } from "./rule.ts";
export { alertId, ended, HISTORY, isChange, newAlert, step } from "./step.ts";
