import type { AlertSeverity, Dimension, MaintenanceWindow, MetricName } from "@kota/model";

/** The indices that a rule can be about, each from the values of one device. */
export const RULE_INDICES = ["heat_index", "us_epa_aqi"] as const;
export type RuleIndex = (typeof RULE_INDICES)[number];

/** What kota knows of itself: `lag`: records of the log that a stage has not dealt with. */
export const OWN_MEASURES = ["lag"] as const;
type OwnMeasure = (typeof OWN_MEASURES)[number];

/** What the ledger knows of a device: `difference`: readings that came and are not stored. */
export const LEDGER_MEASURES = ["difference"] as const;
type LedgerMeasure = (typeof LEDGER_MEASURES)[number];

/** What a rule looks at. */
export type Measure =
  | { readonly of: "metric"; readonly metric: MetricName }
  | { readonly of: "index"; readonly index: RuleIndex }
  | {
      readonly of: "score";
      readonly dimension: Dimension | null;
      readonly aspect: string | null;
      readonly indicator: string | null;
      /** `value`: the indicator's own number in its unit. */
      readonly part: "score" | "value";
    }
  /** How long a device has sent nothing, milliseconds. */
  | { readonly of: "silence" }
  | { readonly of: "ledger"; readonly measure: LedgerMeasure }
  | { readonly of: "kota"; readonly measure: OwnMeasure };

/** A rule of `alerts.yaml`. */
export interface AlertRule {
  readonly id: string;
  readonly title: string;
  readonly measure: Measure;
  /** Null: any. */
  readonly kinds: readonly string[] | null;
  readonly areas: readonly string[] | null;
  readonly devices: readonly string[] | null;
  /** On which side of the threshold is too far. */
  readonly side: "above" | "below";
  readonly threshold: number;
  /** Only here, or further on the good side, it is over. At the threshold or on the good side of it. */
  readonly clear: number;
  /** It fires after it has been too far for so long. */
  readonly forMs: number;
  readonly severity: AlertSeverity;
  /** A value that is older is none; null: a value is good for ever. */
  readonly noDataAfterMs: number | null;
  /** Whether people are told when there is no data. */
  readonly tellNoData: boolean;
  /** Ids of channels; null: every one. */
  readonly channels: readonly string[] | null;
  /** With placeholders in braces; null: the usual sentence. */
  readonly message: string | null;
  /** Whether what fires stands on the work list too. */
  readonly work: boolean;
}

export type ChannelTarget =
  | {
      readonly by: "mqtt";
      readonly topic: string;
      /** Null: the broker that kota itself uses. */
      readonly url: string | null;
      readonly username: string | null;
      readonly passwordFile: string | null;
    }
  | {
      readonly by: "webhook";
      readonly url: string;
      /** File with what is sent as `Authorization: Bearer`. */
      readonly tokenFile: string | null;
      /** File with the key of the signature. */
      readonly secretFile: string | null;
    }
  | {
      readonly by: "mail";
      /** `smtp://host:port` or `smtps://host:port`. */
      readonly server: string;
      readonly from: string;
      readonly to: readonly string[];
      readonly username: string | null;
      readonly passwordFile: string | null;
    };

/** Where alerts are delivered. */
export interface Channel {
  readonly id: string;
  readonly target: ChannelTarget;
  /** What happens within this time goes into one message. */
  readonly gatherMs: number;
  /** At most one message in this time. */
  readonly everyMs: number;
}

/** `alerts.yaml`. */
export interface Alerts {
  /** Address of the page, for links in messages; null: they have none. */
  readonly page: string | null;
  readonly language: "en" | "id";
  readonly rules: readonly AlertRule[];
  readonly channels: readonly Channel[];
  readonly maintenance: readonly MaintenanceWindow[];
}

/** What a city without `alerts.yaml` has. */
export const NO_ALERTS: Alerts = { page: null, language: "en", rules: [], channels: [], maintenance: [] };
