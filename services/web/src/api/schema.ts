// Made by `pnpm --filter @kota/web api-types` from the API's OpenAPI document; do not edit.

export interface paths {
  readonly "/healthz": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** The process runs */
    readonly get: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description Default Response */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": {
              /** @enum {string} */
              readonly status: "ok";
            };
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/metrics": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** The metrics of this process, for Prometheus */
    readonly get: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description Prometheus text */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "text/plain": string;
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/readyz": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** The process is ready to work; 503 with the reasons while it is not */
    readonly get: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description Default Response */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": {
              readonly ready: boolean;
              readonly reasons: readonly string[];
            };
          };
        };
        /** @description Default Response */
        readonly 503: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": {
              readonly ready: boolean;
              readonly reasons: readonly string[];
            };
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/adapters": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** What messages are decoded with: the city's own adapters, mappings and codecs, and kota's */
    readonly get: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description The city's own first */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": {
              readonly adapters: readonly components["schemas"]["Adapter"][];
            };
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/adapters/try": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /**
     * What would become of a message, and what every adapter says to it; nothing is stored
     * @description A payload of at most 65536 bytes. Messages are tried one after the other; what devices announced to the running kota is known, and what is tried is not announced to it.
     */
    readonly post: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody: {
        readonly content: {
          readonly "application/json": {
            /** @description Of a message over HTTP: its headers, lower case */
            readonly attributes?: {
              readonly [key: string]: string;
            };
            /**
             * @default text
             * @enum {string}
             */
            readonly encoding?: "text" | "hex" | "base64";
            readonly payload: string;
            /** @description When it came; left out: now */
            readonly receivedAt?: string;
            readonly topic: string;
          };
        };
      };
      readonly responses: {
        /** @description What would become of it */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": components["schemas"]["AdapterTrial"];
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/alerts": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** What fires now, or did at a moment, and everything else that was not as usual */
    readonly get: {
      readonly parameters: {
        readonly query?: {
          readonly area?: string;
          /** @description A moment of the past: the states as the history tells them. Rules and channels are those of now */
          readonly at?: string;
          readonly device?: string;
          readonly rule?: string;
        };
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description The alerts, the rules and the channels */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": {
              /** @description How many fire, or fired before their data went missing */
              readonly active: number;
              /** @description Those that are not `ok`: what is active first, the most severe first */
              readonly alerts: readonly components["schemas"]["Alert"][];
              readonly channels: readonly {
                /** @enum {string} */
                readonly by: "mqtt" | "webhook" | "mail";
                readonly id: string;
                /** @description Why nothing gets through, when it is this process that delivers; null: nothing is known of any trouble */
                readonly trouble: string | null;
                /** @description Events that are not delivered yet */
                readonly waiting: number;
              }[];
              /** @description The oldest change that is still held, when `at` is asked for: of what was before, nothing is known. Null: there was no change yet, or it is about now */
              readonly knownFrom: string | null;
              readonly rules: readonly components["schemas"]["AlertRule"][];
              /** @description Whether it is this process that watches, of all that could */
              readonly watching: boolean;
            };
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/alerts/history": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Every change of an alert's state, the newest first */
    readonly get: {
      readonly parameters: {
        readonly query?: {
          readonly area?: string;
          readonly device?: string;
          /** @description Start of the range, which belongs to it */
          readonly from?: string;
          /** @description How many at most, 200 when left out */
          readonly limit?: number;
          readonly rule?: string;
          /** @description End of the range, which does not belong to it */
          readonly to?: string;
        };
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description The changes */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": {
              readonly changes: readonly components["schemas"]["AlertChange"][];
            };
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/areas/{area}/series": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /**
     * One metric of an area's devices over time
     * @description Made of the stored readings when it is asked for; what quality rules leave out of scores is not left out here. Steps in which no device sent anything are left out: a gap stays a gap.
     */
    readonly get: {
      readonly parameters: {
        readonly query: {
          /** @description Instead of the Accept header */
          readonly format?: "json" | "csv";
          /** @description Start of the range, which belongs to it */
          readonly from?: string;
          readonly metric:
            | "pm1"
            | "pm2_5"
            | "pm4"
            | "pm10"
            | "no2"
            | "o3"
            | "so2"
            | "co"
            | "no"
            | "nox"
            | "co2"
            | "temperature"
            | "humidity"
            | "pressure"
            | "illuminance"
            | "wind_speed"
            | "wind_gust"
            | "wind_direction"
            | "precipitation"
            | "precipitation_rate"
            | "precipitation_total"
            | "solar_radiation"
            | "uv_index"
            | "soil_moisture"
            | "water_level"
            | "noise_laeq"
            | "noise_la_min"
            | "noise_la_max"
            | "fill_level"
            | "distance"
            | "parking_occupancy"
            | "parking_free"
            | "people_count"
            | "vehicle_count"
            | "vehicle_speed"
            | "energy_total"
            | "energy_today"
            | "energy_yesterday"
            | "energy_returned_total"
            | "heat_total"
            | "gas_total"
            | "water_total"
            | "power"
            | "apparent_power"
            | "reactive_power"
            | "power_factor"
            | "voltage"
            | "current"
            | "frequency"
            | "device_temperature"
            | "battery"
            | "battery_voltage"
            | "rssi"
            | "snr";
          /** @description Left out: as the score model has it for the metric, else the median */
          readonly over?: "median" | "mean" | "max";
          /** @description `raw`, a number of seconds, or a number with s, m, h or d: 30s, 15m, 1h, 1d. Left out: the smallest that gives at most 1,000 points. Longer where its devices send more rarely, or are many: at most 500,000 steps of single devices are read. An area has no `raw`. */
          readonly step?: string;
          /** @description End of the range, which does not belong to it */
          readonly to?: string;
        };
        readonly header?: never;
        readonly path: {
          /** @description `city` is the whole city */
          readonly area: "city";
        };
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description The series */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": components["schemas"]["AreaSeries"];
            readonly "text/csv": string;
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/city": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** The city, its areas, its dimensions and the licences of its data */
    readonly get: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description The city */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": components["schemas"]["City"];
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/city/ground": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Roads, water, parks and buildings, to find one's way on the map */
    readonly get: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description GeoJSON; empty when the city gives none */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": components["schemas"]["Ground"];
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/city/map.pmtiles": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** The city's own map as a PMTiles archive, in the ranges of bytes that are asked for */
    readonly get: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description All of it */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/octet-stream": string;
          };
        };
        /** @description The bytes of the header `Range` */
        readonly 206: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/octet-stream": string;
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/codecs/run": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /**
     * Run a LoRa Alliance TS013 codec over uplinks in the sandbox; nothing is stored
     * @description At most 131072 characters and 50 uplinks; 1000000 steps and 8388608 bytes for each.
     */
    readonly post: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody: {
        readonly content: {
          readonly "application/json": {
            readonly source: string;
            /** @description Each an uplink, or an example: with what it has to give, `data` or `errors`, and `warnings`. `recvTime` is optional */
            readonly uplinks: readonly ({
              /** @description Hexadecimal digits, two for each byte */
              readonly bytes: string;
              readonly fPort: number;
            } & {
              readonly [key: string]: unknown;
            })[];
            /** @default {} */
            readonly variables?: {
              readonly [key: string]: string;
            };
          };
        };
      };
      readonly responses: {
        /** @description What the codec made of each */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": components["schemas"]["CodecRun"];
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/codecs/samples": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Payload codecs that come with kota, with their examples */
    readonly get: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description The codecs, by name */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": readonly {
              readonly examples: readonly {
                readonly [key: string]: unknown;
              }[];
              readonly name: string;
              readonly source: string;
            }[];
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/devices": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Registered devices and those that were adopted, by id */
    readonly get: {
      readonly parameters: {
        readonly query?: {
          /** @description `city`: every area, and devices in none */
          readonly area?: "city";
          /** @description A moment of the past: the devices with their values as they were then, of the 30 days before it. Left out: now */
          readonly at?: string;
          /** @description The `nextCursor` of the page before */
          readonly cursor?: string;
          readonly kind?: string;
          /** @description How many at most, 1000 when left out */
          readonly limit?: number;
          readonly origin?: "live" | "recorded" | "simulated";
        };
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description A page of devices */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": {
              readonly devices: readonly components["schemas"]["Device"][];
              readonly nextCursor: string | null;
            };
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/devices/{id}": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** One device */
    readonly get: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path: {
          readonly id: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description The device */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": components["schemas"]["Device"];
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    /** Register a device, or change one; the whole device is sent */
    readonly put: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path: {
          readonly id: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody: {
        readonly content: {
          readonly "application/json": {
            /** @default null */
            readonly adapter?: string | null;
            /** @default null */
            readonly area?: string | null;
            /** @default null */
            readonly attribution?: string | null;
            /** @default null */
            readonly codec?: string | null;
            readonly kind: string;
            /** @default null */
            readonly lat?: number | null;
            /** @default null */
            readonly lon?: number | null;
            /** @default false */
            readonly moves?: boolean;
            readonly name: string;
            /** @default null */
            readonly nativeId?: string | null;
            /**
             * @default live
             * @enum {string}
             */
            readonly origin?: "live" | "recorded" | "simulated";
            /**
             * @description The version that this change is based on; 0, or left out, for a device that is new or as in devices.csv
             * @default 0
             */
            readonly version?: number;
          };
        };
      };
      readonly responses: {
        /** @description The device with its new version */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": components["schemas"]["RegisteredDevice"];
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly post?: never;
    /** Retire a device: its readings stay, its next message is of an unknown device */
    readonly delete: {
      readonly parameters: {
        readonly query?: {
          /** @description The version that was seen; 0 when left out */
          readonly version?: number;
        };
        readonly header?: never;
        readonly path: {
          readonly id: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description What was retired */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": {
              readonly id: string;
              /** @enum {boolean} */
              readonly retired: true;
              readonly version: number;
            };
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/devices/{id}/latest": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** The newest value of each metric of a device */
    readonly get: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path: {
          readonly id: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description The values */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": {
              readonly device: string;
              /** @description Event time of its newest reading */
              readonly lastSeen: string | null;
              /** @description The newest value of each metric */
              readonly values: {
                readonly [key: string]: {
                  /**
                   * Format: date-time
                   * @description Event time of the value
                   */
                  readonly time: string;
                  /** @description UCUM; null for a metric that the catalogue does not have */
                  readonly unit: string | null;
                  readonly value: number;
                };
              };
            };
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/devices/{id}/registration": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** A device as it is registered: what to send back, changed, with PUT */
    readonly get: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path: {
          readonly id: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description The registered device */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": components["schemas"]["RegisteredDevice"];
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/devices/unknown": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Devices that send and are not registered, from their rejected messages */
    readonly get: {
      readonly parameters: {
        readonly query?: {
          /** @description Start of the range, which belongs to it */
          readonly from?: string;
          /** @description End of the range, which does not belong to it */
          readonly to?: string;
        };
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description The devices, the one that sends most first */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": {
              /** @description False: there are older ones that were not looked at */
              readonly complete: boolean;
              readonly devices: readonly components["schemas"]["UnknownDevice"][];
              /** @description Rejections that were looked at, the newest */
              readonly scanned: number;
            };
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/devices/unknown/{id}/adopt": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /**
     * Register a device that sends, and replay its rejected messages
     * @description `id` is the one in its messages, percent-encoded.
     */
    readonly post: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path: {
          readonly id: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody: {
        readonly content: {
          readonly "application/json": {
            /** @description Needed when several adapters know a device of this id */
            readonly adapter?: string;
            /** @default null */
            readonly area?: string | null;
            /** @default null */
            readonly attribution?: string | null;
            /** @default null */
            readonly codec?: string | null;
            /** @description Its id in the registry; left out: as suggested */
            readonly id?: string;
            /** @default device */
            readonly kind?: string;
            /** @default null */
            readonly lat?: number | null;
            /** @default null */
            readonly lon?: number | null;
            /** @description Left out: the id in its messages */
            readonly name?: string;
          };
        };
      };
      readonly responses: {
        /** @description The registered device, and what became of its messages */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": {
              readonly device: components["schemas"]["RegisteredDevice"];
              readonly replay: components["schemas"]["Replay"];
            };
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/evidence": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /**
     * Every indicator and score of a period, with source, quality class, coverage and standards
     * @description Dimension by dimension, the city before its areas; a row for each step that has a score, one for the whole period where none has. An answer that is cut short was not finished.
     */
    readonly get: {
      readonly parameters: {
        readonly query?: {
          /** @description Instead of the Accept header */
          readonly format?: "json" | "csv";
          /** @description Start of the range, which belongs to it */
          readonly from?: string;
          /** @description `raw`, a number of seconds, or a number with s, m, h or d: 30s, 15m, 1h, 1d. Left out: the smallest that gives at most 1,000 points. A step holds the last score of it */
          readonly step?: string;
          /** @description End of the range, which does not belong to it */
          readonly to?: string;
        };
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description The evidence */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": components["schemas"]["Evidence"];
            readonly "text/csv": string;
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/findings": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /**
     * What needed attention at a moment of the past
     * @description Found again in the readings that are stored, by the rules and the registry of today: bins, air, devices that were silent or never sent. What people did about it, alerts and suspect sensors are in `/v1/work?at=`, with the same ids.
     */
    readonly get: {
      readonly parameters: {
        readonly query: {
          /** @description `city`: every area, and devices in none */
          readonly area?: "city";
          /** @description The moment */
          readonly at: string;
        };
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description What stood out */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": {
              /** Format: date-time */
              readonly at: string;
              /** @description The most pressing first */
              readonly findings: readonly components["schemas"]["Finding"][];
              /** @description Devices that may have been silent too: there are too many to be asked about */
              readonly notAsked: number;
            };
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/forecasts": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** When bins will be full, the soonest first, with the error of past forecasts */
    readonly get: {
      readonly parameters: {
        readonly query?: {
          /** @description `city` is the whole city */
          readonly area?: "city";
          /** @description Only this device */
          readonly device?: string;
          /** @description How many at most, 100 when left out */
          readonly limit?: number;
          readonly metric?: "fill_level";
        };
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description The forecasts */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": {
              /** Format: date-time */
              readonly at: string;
              readonly forecasts: readonly components["schemas"]["Forecast"][];
              readonly metric: string;
              /** @description Devices whose past is still being read: ask again in some seconds */
              readonly pending: number;
            };
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/ledger": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /**
     * Per device and hour: received = stored + rejected + duplicate + pending
     * @description As CSV it is every line that the query has, without pages.
     */
    readonly get: {
      readonly parameters: {
        readonly query?: {
          /** @description The `nextCursor` of the page before */
          readonly cursor?: string;
          readonly device?: string;
          /** @description `true`: only lines with a difference */
          readonly differences?: "true" | "false";
          /** @description Instead of the Accept header */
          readonly format?: "json" | "csv";
          /** @description Start of the range, which belongs to it */
          readonly from?: string;
          /** @description How many at most, 200 when left out */
          readonly limit?: number;
          /** @description End of the range, which does not belong to it */
          readonly to?: string;
        };
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description A page of the ledger, the newest hour first */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": components["schemas"]["LedgerPage"];
            readonly "text/csv": string;
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/maintenance": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** When nothing is delivered, and about what */
    readonly get: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description The windows, the newest first */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": {
              readonly windows: readonly components["schemas"]["Maintenance"][];
            };
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly put?: never;
    /** Set a time in which nothing is delivered */
    readonly post: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody: {
        readonly content: {
          readonly "application/json": {
            readonly areas?: readonly string[];
            /** @description Who sets it, as others are to read it */
            readonly by: string;
            /** @description Left out: now */
            readonly from?: string;
            /** @description Kinds of device */
            readonly kinds?: readonly string[];
            /** @description Left out: every rule */
            readonly rules?: readonly string[];
            readonly title: string;
            /** @description RFC 3339 (2026-11-24T08:00:00Z) or Unix milliseconds */
            readonly to: string;
          };
        };
      };
      readonly responses: {
        /** @description The window */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": components["schemas"]["Maintenance"];
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/maintenance/{id}": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    readonly post?: never;
    /** End a window that was set here now; one that has not begun never will */
    readonly delete: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path: {
          readonly id: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description The window as it is now */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": components["schemas"]["Maintenance"];
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/messages/next": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /**
     * The next messages that come, as they come: one of each topic
     * @description Answers when there are enough, or after 5 seconds; of one device with its next message, or after 25 seconds. Messages of more than 65536 bytes are left out.
     */
    readonly get: {
      readonly parameters: {
        readonly query?: {
          /** @description Only the next message of this device, by what its adapter makes of it */
          readonly device?: string;
          /** @description How many at most, 10 when left out */
          readonly limit?: number;
        };
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description The messages */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": {
              readonly messages: readonly {
                readonly attributes: {
                  readonly [key: string]: string;
                } | null;
                /** @description The payload as it came */
                readonly payloadBase64: string;
                /** Format: date-time */
                readonly receivedAt: string;
                readonly size: number;
                readonly source: string;
                readonly topic: string;
              }[];
            };
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/metrics": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** The metric catalogue: every metric's one name and one unit */
    readonly get: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description The catalogue */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": readonly components["schemas"]["Metric"][];
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/quotas": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /**
     * How much a device may send, and which devices are held back
     * @description What a device sends beyond its quota is kept as rejections with the code `quota_exceeded`, and can be replayed. It is released by itself when the minute is over.
     */
    readonly get: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description The quotas */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": {
              /** @description By id, or by a beginning with a * behind it */
              readonly devices: {
                readonly [key: string]: number | null;
              };
              /** @description Held back in the last two minutes, the noisiest first */
              readonly over: readonly {
                /** @description Null: of messages that nobody can read */
                readonly device: string | null;
                /** Format: date-time */
                readonly last: string;
                /** @description Held back since then, as far as this process saw */
                readonly messages: number;
                /** Format: date-time */
                readonly since: string;
                /** @description Of one of its messages */
                readonly topic: string;
              }[];
              /** @description Messages a minute; null: no quota */
              readonly perMinute: number | null;
            };
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/readings/count": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** How many readings are stored: distinct (device, time) */
    readonly get: {
      readonly parameters: {
        readonly query?: {
          readonly device?: string;
          /** @description Start of the range, which belongs to it */
          readonly from?: string;
          /** @description End of the range, which does not belong to it */
          readonly to?: string;
        };
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description The count */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": {
              readonly count: number;
            };
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/rejections": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Messages that did not become readings, newest first, with the reason */
    readonly get: {
      readonly parameters: {
        readonly query?: {
          readonly adapter?: string;
          readonly code?:
            | "empty_payload"
            | "payload_too_large"
            | "not_utf8"
            | "not_json"
            | "no_adapter"
            | "schema_mismatch"
            | "checksum_wrong"
            | "not_announced"
            | "no_values"
            | "unknown_metric"
            | "not_a_number"
            | "value_out_of_range"
            | "time_invalid"
            | "time_too_old"
            | "time_in_future"
            | "unknown_device"
            | "no_codec"
            | "codec_failed"
            | "codec_suspended"
            | "report_refused"
            | "adapter_failed"
            | "adapter_suspended"
            | "quota_exceeded"
            | "store_refused";
          /** @description The `nextCursor` of the page before */
          readonly cursor?: string;
          readonly device?: string;
          /** @description Start of the range, which belongs to it */
          readonly from?: string;
          /** @description How many at most, 50 when left out */
          readonly limit?: number;
          /** @description `true`: without those that a replay has settled; `false`: only those */
          readonly open?: "true" | "false";
          /** @description End of the range, which does not belong to it */
          readonly to?: string;
          readonly topic?: string;
        };
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description A page of rejections */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": {
              /** @description How many of each code there are in the range, whatever the other filters */
              readonly counts: {
                readonly [key: string]: number;
              };
              readonly nextCursor: string | null;
              readonly rejections: readonly components["schemas"]["Rejection"][];
              /** @description How many of these a replay has settled */
              readonly settled: {
                readonly [key: string]: number;
              };
            };
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/rejections/replay": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /** Run rejected messages through the adapters and the registry of today */
    readonly post: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody: {
        readonly content: {
          readonly "application/json": {
            /** @description `id@version`, or an id for all its versions */
            readonly adapter?: string;
            /** @enum {string} */
            readonly code?:
              | "empty_payload"
              | "payload_too_large"
              | "not_utf8"
              | "not_json"
              | "no_adapter"
              | "schema_mismatch"
              | "checksum_wrong"
              | "not_announced"
              | "no_values"
              | "unknown_metric"
              | "not_a_number"
              | "value_out_of_range"
              | "time_invalid"
              | "time_too_old"
              | "time_in_future"
              | "unknown_device"
              | "no_codec"
              | "codec_failed"
              | "codec_suspended"
              | "report_refused"
              | "adapter_failed"
              | "adapter_suspended"
              | "quota_exceeded"
              | "store_refused";
            /** @description The `nextCursor` of the answer before */
            readonly cursor?: string;
            readonly device?: string;
            /**
             * @description Only say what would become of the messages
             * @default true
             */
            readonly dryRun?: boolean;
            /** @description Start of the range, RFC 3339 or Unix milliseconds */
            readonly from?: string;
            /**
             * @description Look at so many rejections at most
             * @default 5000
             */
            readonly limit?: number;
            /** @description End of the range, which does not belong to it */
            readonly to?: string;
            readonly topic?: string;
          };
        };
      };
      readonly responses: {
        /** @description What became, or would become, of the messages */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": components["schemas"]["Replay"];
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/reports": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Reports: values of indicators that somebody states, the newest first */
    readonly get: {
      readonly parameters: {
        readonly query?: {
          /** @description `city`: those for the whole city */
          readonly area?: "city";
          /** @description The `nextCursor` of the page before */
          readonly cursor?: string;
          /** @description Start of the range, which belongs to it */
          readonly from?: string;
          readonly indicator?: string;
          /** @description How many at most, 100 when left out */
          readonly limit?: number;
          /** @description `all`: also those that were corrected since */
          readonly revisions?: "newest" | "all";
          /** @description End of the range, which does not belong to it */
          readonly to?: string;
        };
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description A page of reports; `from` and `to` are of the receipt */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": {
              readonly nextCursor: string | null;
              readonly reports: readonly components["schemas"]["Report"][];
            };
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly put?: never;
    /**
     * Hand in reports: one or a list as JSON, or a table as CSV; all of them, or none when one is wrong
     * @description Each has indicator, area, value, unit, period, author, date, evidence (https, null only in class D), quality (A to D), source, note. What is known already changes nothing; another value for the same indicator, area and period corrects the earlier one.
     */
    readonly post: {
      readonly parameters: {
        readonly query?: {
          /** @description `true`: only check them */
          readonly dryRun?: "true" | "false";
        };
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      /** @description A report, a list of reports, or a table of reports */
      readonly requestBody: {
        readonly content: {
          readonly "application/json": unknown;
          readonly "text/csv": unknown;
        };
      };
      readonly responses: {
        /** @description What became of each, in their order; they are durable */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": {
              readonly corrected: number;
              readonly dryRun: boolean;
              readonly new: number;
              readonly reports: readonly {
                readonly id: string;
                /** @enum {string} */
                readonly outcome: "new" | "corrected" | "unchanged";
              }[];
              readonly unchanged: number;
            };
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/scores": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /**
     * The newest score of the city, of every area, dimension and aspect
     * @description The overall score and the six dimensions of the city and of every area are always there; without data the score is null.
     */
    readonly get: {
      readonly parameters: {
        readonly query?: {
          /** @description `city` is the whole city */
          readonly area?: "city";
          /** @description A moment of the past, taken to its minute: scored again from the readings that are stored, by the model and the registry of today. Left out: now */
          readonly at?: string;
          readonly dimension?: "environment" | "living" | "governance" | "branding" | "economy" | "community";
          /** @description `all`: the indicators too */
          readonly level?: "aspect" | "all";
        };
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description The scores, the city first */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": readonly components["schemas"]["Score"][];
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/scores/explain": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** A score with its parts, down to the devices */
    readonly get: {
      readonly parameters: {
        readonly query?: {
          /** @description `city` is the whole city */
          readonly area?: "city";
          readonly aspect?: string;
          /** @description A moment of the past, taken to its minute: scored again from the readings that are stored, by the model and the registry of today. Left out: now */
          readonly at?: string;
          readonly dimension?: "environment" | "living" | "governance" | "branding" | "economy" | "community";
          readonly indicator?: string;
        };
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description The score and what it was made from */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": components["schemas"]["ScoreExplanation"];
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/scores/history": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** A score over time */
    readonly get: {
      readonly parameters: {
        readonly query?: {
          /** @description `city` is the whole city */
          readonly area?: "city";
          readonly aspect?: string;
          readonly dimension?: "environment" | "living" | "governance" | "branding" | "economy" | "community";
          /** @description Instead of the Accept header */
          readonly format?: "json" | "csv";
          /** @description Start of the range, which belongs to it */
          readonly from?: string;
          readonly indicator?: string;
          /** @description `raw`, a number of seconds, or a number with s, m, h or d: 30s, 15m, 1h, 1d. Left out: the smallest that gives at most 1,000 points. A step holds the last score of it, and mean, least and most of all of them. */
          readonly step?: string;
          /** @description End of the range, which does not belong to it */
          readonly to?: string;
        };
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description The score over time */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": components["schemas"]["ScoreHistory"];
            readonly "text/csv": string;
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/scores/moves": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /**
     * What would raise a score most: bins to empty, devices to repair, values to bring to a goalpost
     * @description The gain is the difference of two recomputations of the score's receipt: as it is, and with the evidence as it would be. Found anew every 30 seconds.
     */
    readonly get: {
      readonly parameters: {
        readonly query?: {
          /** @description `city` is the whole city */
          readonly area?: "city";
          /** @description Left out: the overall score */
          readonly dimension?: "environment" | "living" | "governance" | "branding" | "economy" | "community";
          /** @description How many at most, 20 when left out */
          readonly limit?: number;
        };
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description The moves, the greatest gain first */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": components["schemas"]["Moves"];
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/scores/receipt": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** A score opened down to the devices, and recomputed from the stored readings */
    readonly get: {
      readonly parameters: {
        readonly query?: {
          /** @description `city` is the whole city */
          readonly area?: "city";
          readonly aspect?: string;
          /** @description A moment. Left out: that of the score that was published last, which stands beside the receipt */
          readonly at?: string;
          /** @description `one`: the parts with their numbers, not opened in turn */
          readonly depth?: "all" | "one";
          readonly dimension?: "environment" | "living" | "governance" | "branding" | "economy" | "community";
          readonly indicator?: string;
        };
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description The receipt */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": components["schemas"]["ScoreReceipt"];
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/scores/revisions": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Scores of past minutes that were corrected, with what they were before, the newest correction first */
    readonly get: {
      readonly parameters: {
        readonly query?: {
          readonly area?: "city";
          readonly aspect?: string;
          readonly dimension?: "environment" | "living" | "governance" | "branding" | "economy" | "community";
          /** @description Start of the range, which belongs to it */
          readonly from?: string;
          readonly indicator?: string;
          /** @description How many at most, 100 when left out */
          readonly limit?: number;
          /** @description End of the range, which does not belong to it */
          readonly to?: string;
        };
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description The revisions */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": readonly components["schemas"]["ScoreRevision"][];
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/scores/verify": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /**
     * Recompute published scores and closed hours from the stored readings, and tell what differs
     * @description Newline-delimited JSON: `progress` as it goes, each `score` or `roll-up` that differs, and `done` at the end. An answer without `done` was cut short. One at a time.
     */
    readonly get: {
      readonly parameters: {
        readonly query?: {
          /** @description Start of the range, which belongs to it */
          readonly from?: string;
          /** @description `raw`, a number of seconds, or a number with s, m, h or d: 30s, 15m, 1h, 1d. Left out: the smallest that gives at most 1,000 points. One minute of each step is checked. Left out: every minute */
          readonly step?: string;
          /** @description End of the range, which does not belong to it */
          readonly to?: string;
        };
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description The events of the verification */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/x-ndjson": string;
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/series": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /**
     * One metric of one device over time
     * @description Steps without readings are left out: a gap stays a gap.
     */
    readonly get: {
      readonly parameters: {
        readonly query: {
          readonly device: string;
          /** @description Instead of the Accept header */
          readonly format?: "json" | "csv";
          /** @description Start of the range, which belongs to it */
          readonly from?: string;
          readonly metric:
            | "pm1"
            | "pm2_5"
            | "pm4"
            | "pm10"
            | "no2"
            | "o3"
            | "so2"
            | "co"
            | "no"
            | "nox"
            | "co2"
            | "temperature"
            | "humidity"
            | "pressure"
            | "illuminance"
            | "wind_speed"
            | "wind_gust"
            | "wind_direction"
            | "precipitation"
            | "precipitation_rate"
            | "precipitation_total"
            | "solar_radiation"
            | "uv_index"
            | "soil_moisture"
            | "water_level"
            | "noise_laeq"
            | "noise_la_min"
            | "noise_la_max"
            | "fill_level"
            | "distance"
            | "parking_occupancy"
            | "parking_free"
            | "people_count"
            | "vehicle_count"
            | "vehicle_speed"
            | "energy_total"
            | "energy_today"
            | "energy_yesterday"
            | "energy_returned_total"
            | "heat_total"
            | "gas_total"
            | "water_total"
            | "power"
            | "apparent_power"
            | "reactive_power"
            | "power_factor"
            | "voltage"
            | "current"
            | "frequency"
            | "device_temperature"
            | "battery"
            | "battery_voltage"
            | "rssi"
            | "snr";
          /** @description `raw`, a number of seconds, or a number with s, m, h or d: 30s, 15m, 1h, 1d. Left out: the smallest that gives at most 1,000 points. */
          readonly step?: string;
          /** @description End of the range, which does not belong to it */
          readonly to?: string;
        };
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description The series */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": components["schemas"]["Series"];
            readonly "text/csv": string;
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/status": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** Is data flowing? */
    readonly get: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description How the pipeline is */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": components["schemas"]["Status"];
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/stream": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /**
     * What changes, as Server-Sent Events
     * @description `hello` comes first; then `score`, `reading`, `rejection`, `revision`, `work`, `alert`, `ledger` (its difference, when that changes) and `position` (where a device that may move is now), together at most four times a second. A client that comes back with Last-Event-ID gets what it missed, or `reset`.
     */
    readonly get: {
      readonly parameters: {
        readonly query?: {
          /** @description Kinds of event, comma separated: score, reading, rejection, revision, work, alert, ledger, position. Left out: all */
          readonly events?: string;
        };
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description The stream */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "text/event-stream": string;
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/work": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** What needs attention, and what was done about it; what to look at first before the rest */
    readonly get: {
      readonly parameters: {
        readonly query?: {
          readonly area?: string;
          readonly assignee?: string;
          /** @description A moment of the past: what had begun, and what had been done until then. Facts are those written down last */
          readonly at?: string;
          readonly device?: string;
          /** @description How many at most, 1000 when left out */
          readonly limit?: number;
          /** @description open, acknowledged, snoozed, closed, comma separated. Left out: all but closed */
          readonly status?: string;
        };
        readonly header?: never;
        readonly path?: never;
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description The items */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": {
              readonly items: readonly components["schemas"]["WorkItem"][];
            };
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/work/{id}": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    /** One item of the work list */
    readonly get: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path: {
          readonly id: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody?: never;
      readonly responses: {
        /** @description The item */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": components["schemas"]["WorkItem"];
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly put?: never;
    readonly post?: never;
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/work/{id}/acknowledge": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /** Say that somebody has seen it */
    readonly post: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path: {
          readonly id: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody: {
        readonly content: {
          readonly "application/json": {
            /** @description Who does it, as others are to read it */
            readonly by: string;
            readonly note?: string;
          };
        };
      };
      readonly responses: {
        /** @description The item as it is now */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": components["schemas"]["WorkItem"];
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/work/{id}/assign": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /** Say whose it is */
    readonly post: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path: {
          readonly id: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody: {
        readonly content: {
          readonly "application/json": {
            /** @description Who does it, as others are to read it */
            readonly by: string;
            readonly note?: string;
            /** @description Whom; null: nobody any more */
            readonly to: string | null;
          };
        };
      };
      readonly responses: {
        /** @description The item as it is now */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": components["schemas"]["WorkItem"];
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/work/{id}/close": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /** Close it, with a note, for as long as its condition lasts */
    readonly post: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path: {
          readonly id: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody: {
        readonly content: {
          readonly "application/json": {
            /** @description Who does it, as others are to read it */
            readonly by: string;
            readonly note: string;
          };
        };
      };
      readonly responses: {
        /** @description The item as it is now */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": components["schemas"]["WorkItem"];
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/work/{id}/note": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /** Write something down about it */
    readonly post: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path: {
          readonly id: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody: {
        readonly content: {
          readonly "application/json": {
            /** @description Who does it, as others are to read it */
            readonly by: string;
            readonly note: string;
          };
        };
      };
      readonly responses: {
        /** @description The item as it is now */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": components["schemas"]["WorkItem"];
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/work/{id}/reopen": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /** Open what a person closed or put off */
    readonly post: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path: {
          readonly id: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody: {
        readonly content: {
          readonly "application/json": {
            /** @description Who does it, as others are to read it */
            readonly by: string;
            readonly note?: string;
          };
        };
      };
      readonly responses: {
        /** @description The item as it is now */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": components["schemas"]["WorkItem"];
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
  readonly "/v1/work/{id}/snooze": {
    readonly parameters: {
      readonly query?: never;
      readonly header?: never;
      readonly path?: never;
      readonly cookie?: never;
    };
    readonly get?: never;
    readonly put?: never;
    /** Put it off until a time */
    readonly post: {
      readonly parameters: {
        readonly query?: never;
        readonly header?: never;
        readonly path: {
          readonly id: string;
        };
        readonly cookie?: never;
      };
      readonly requestBody: {
        readonly content: {
          readonly "application/json": {
            /** @description Who does it, as others are to read it */
            readonly by: string;
            readonly note?: string;
            /** @description RFC 3339 (2026-11-24T08:00:00Z) or Unix milliseconds */
            readonly until: string;
          };
        };
      };
      readonly responses: {
        /** @description The item as it is now */
        readonly 200: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/json": components["schemas"]["WorkItem"];
          };
        };
        /** @description Anything that is not the answer, as RFC 9457 says. */
        readonly default: {
          headers: {
            readonly [name: string]: unknown;
          };
          content: {
            readonly "application/problem+json": components["schemas"]["Problem"];
          };
        };
      };
    };
    readonly delete?: never;
    readonly options?: never;
    readonly head?: never;
    readonly patch?: never;
    readonly trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    readonly Adapter: {
      /** @description Why it is refused or suspended */
      readonly error: string | null;
      readonly id: string;
      /**
       * @description `mapping`, `code` and `codec` are the city's own
       * @enum {string}
       */
      readonly kind: "built-in" | "mapping" | "code" | "codec";
      /** @description What is in use, as readings carry it: `gauge@2`, of a codec `bin-level.1f3a9c2e`; null: nothing is */
      readonly label: string | null;
      /** @description What its author should know although it is in use */
      readonly note: string | null;
      /** @description Its file in the city's folder; `kota` for what comes with it */
      readonly source: string;
      /**
       * @description `active`: in use as its file is. `previous`: its file is refused, and what it was before is in use. `refused`: its file is refused, and nothing is in use. `suspended`: a codec that went over its limits several times in a row
       * @enum {string}
       */
      readonly state: "active" | "previous" | "refused" | "suspended";
      readonly title: string | null;
      /** @description Topic filters; empty: told by the payload, or a codec */
      readonly topics: readonly string[];
    };
    readonly AdapterTrial: {
      /** @description Every adapter, the one that decodes it first, then those that came nearest */
      readonly adapters: readonly {
        /** @description The field that it stumbled over */
        readonly field: string | null;
        readonly id: string;
        /** @enum {string} */
        readonly input: "json" | "text" | "bytes";
        readonly reason: string | null;
        /**
         * @description `able`: it would read it on one of its topics, or if no other adapter came before
         * @enum {string}
         */
        readonly says: "decodes" | "able" | "declines";
        readonly title: string;
        /** @description Its filter that the topic matches; null: none does */
        readonly topic: string | null;
      }[];
      /** @description What the adapter made of it, before the registry and the rules of the city */
      readonly decoded: {
        /** @description `id@version` */
        readonly adapter: string;
        readonly readings: readonly {
          readonly channel: string | null;
          /** @description As the message names it */
          readonly device: string;
          /** @description Null: the message does not say, so it is when it came */
          readonly time: string | null;
          readonly values: readonly {
            readonly metric: string;
            /** @description UCUM code; null for a metric that the catalogue does not have */
            readonly unit: string | null;
            readonly value: number;
          }[];
        }[];
      } | null;
      /** @description Why it is no JSON; null when it is */
      readonly notJson: string | null;
      /**
       * @description What the payload is to the adapters
       * @enum {string}
       */
      readonly payload: "json" | "text" | "bytes" | "empty";
      /** @description What it would become, at most 200 of them; null: it would be rejected */
      readonly readings:
        | readonly {
            readonly device: string;
            /** Format: date-time */
            readonly time: string;
            readonly values: readonly {
              readonly metric: string;
              /** @description UCUM code; null for a metric that the catalogue does not have */
              readonly unit: string | null;
              readonly value: number;
            }[];
          }[]
        | null;
      /** Format: date-time */
      readonly receivedAt: string;
      readonly rejection: {
        readonly adapter: string | null;
        /** @enum {string} */
        readonly code:
          | "empty_payload"
          | "payload_too_large"
          | "not_utf8"
          | "not_json"
          | "no_adapter"
          | "schema_mismatch"
          | "checksum_wrong"
          | "not_announced"
          | "no_values"
          | "unknown_metric"
          | "not_a_number"
          | "value_out_of_range"
          | "time_invalid"
          | "time_too_old"
          | "time_in_future"
          | "unknown_device"
          | "no_codec"
          | "codec_failed"
          | "codec_suspended"
          | "report_refused"
          | "adapter_failed"
          | "adapter_suspended"
          | "quota_exceeded"
          | "store_refused";
        readonly device: string | null;
        readonly reason: string;
      } | null;
      readonly size: number;
      readonly topic: string;
    };
    readonly Alert: {
      /** @description It has fired and has not been within bounds since, with or without data now */
      readonly active: boolean;
      /** @description Of the device, or the one that it is about */
      readonly area: string | null;
      readonly clear: number;
      readonly device: string | null;
      readonly firingSince: string | null;
      /** @description `rule@subject` */
      readonly id: string;
      readonly limit: number;
      /** @description The maintenance window that is on: nothing is delivered */
      readonly maintenance: string | null;
      /** @description What the device, area or stage is called */
      readonly name: string;
      readonly rule: string;
      /** @enum {string} */
      readonly severity: "critical" | "warning" | "info";
      /**
       * Format: date-time
       * @description Since when it is in this state
       */
      readonly since: string;
      /** @enum {string} */
      readonly state: "ok" | "pending" | "firing" | "no_data" | "cleared";
      /** @description A device's id, an area's id, or a stage */
      readonly subject: string;
      readonly title: string;
      /** @description UCUM; `ms` for a length of time; null for a score or a count */
      readonly unit: string | null;
      readonly value: number | null;
      readonly valueTime: string | null;
      /** @description Messages to channels that are not delivered yet */
      readonly waiting: number;
    };
    readonly AlertChange: {
      readonly alert: string;
      /** @description Of the device, or the one that it is about */
      readonly area: string | null;
      /** Format: date-time */
      readonly at: string;
      readonly device: string | null;
      /** @enum {string} */
      readonly from: "ok" | "pending" | "firing" | "no_data" | "cleared";
      readonly id: string;
      /** @description The maintenance window in which nobody was told */
      readonly maintenance: string | null;
      /** @description What the device, area or stage is called */
      readonly name: string;
      readonly rule: string;
      /** @enum {string} */
      readonly severity: "critical" | "warning" | "info";
      /** @description A device's id, an area's id, or a stage */
      readonly subject: string;
      readonly title: string;
      /** @enum {string} */
      readonly to: "ok" | "pending" | "firing" | "no_data" | "cleared";
      /** @description It was news for the channels */
      readonly told: boolean;
      /** @description UCUM; `ms` for a length of time; null for a score or a count */
      readonly unit: string | null;
      readonly value: number | null;
    };
    readonly AlertRule: {
      readonly channels: readonly string[];
      readonly clear: number;
      readonly forMs: number;
      readonly id: string;
      readonly limit: number;
      /** @enum {string} */
      readonly of: "metric" | "index" | "score" | "silence" | "ledger" | "kota";
      /** @enum {string} */
      readonly severity: "critical" | "warning" | "info";
      /** @enum {string} */
      readonly side: "above" | "below";
      readonly title: string;
      /** @description What fires stands on the work list too */
      readonly work: boolean;
    };
    readonly AreaSeries: {
      readonly area: string;
      /** @description That sent the metric in the range */
      readonly devices: number;
      /** Format: date-time */
      readonly from: string;
      /** @description The kinds of device that are asked; null: any */
      readonly kinds: readonly string[] | null;
      readonly metric: string;
      /**
       * @description How the means of its devices in a step become one value
       * @enum {string}
       */
      readonly over: "median" | "mean" | "max";
      readonly points: readonly {
        /** @description Readings of all of them */
        readonly count: number;
        /** @description That sent something in the step; each counts the same */
        readonly devices: number;
        /** @description The largest value that any device had */
        readonly max: number;
        /** @description The smallest value that any device had */
        readonly min: number;
        /**
         * Format: date-time
         * @description Start of the step
         */
        readonly time: string;
        readonly value: number;
      }[];
      readonly step: string;
      /** Format: date-time */
      readonly to: string;
      /** @description UCUM code */
      readonly unit: string;
    };
    readonly City: {
      readonly areas: {
        readonly features: readonly {
          readonly geometry:
            | {
                readonly coordinates: readonly (readonly (readonly [number, number])[])[];
                /** @constant */
                readonly type: "Polygon";
              }
            | {
                readonly coordinates: readonly (readonly (readonly (readonly [number, number])[])[])[];
                /** @constant */
                readonly type: "MultiPolygon";
              };
          readonly properties: {
            readonly id: string;
            readonly name: string;
            readonly population: number;
          };
          /** @constant */
          readonly type: "Feature";
        }[];
        /** @constant */
        readonly type: "FeatureCollection";
      };
      readonly attributions: readonly {
        readonly licence: string;
        readonly note: string;
        readonly publisher: string;
        readonly title: string;
      }[];
      readonly description: string;
      /** @description Registered devices by where their readings come from */
      readonly devices: {
        readonly live: number;
        readonly recorded: number;
        readonly simulated: number;
      };
      /** @description In the order in which they are shown */
      readonly dimensions: readonly (
        | "environment"
        | "living"
        | "governance"
        | "branding"
        | "economy"
        | "community"
      )[];
      readonly locale: string;
      /** @description What the map draws below the areas */
      readonly map: {
        /** @description Whether `/v1/city/ground` has roads, water and the like */
        readonly hasGround: boolean;
        /** @description An archive of tiles below the areas, and where it is; null: none */
        readonly pmtiles: {
          readonly attribution: string;
          readonly url: string;
        } | null;
        /** @description Pictures below the areas; null: none */
        readonly tiles: {
          readonly attribution: string;
          /** @default 19 */
          readonly maxZoom: number;
          /** Format: uri */
          readonly url: string;
        } | null;
      };
      readonly name: string;
      /** @description IANA time zone */
      readonly timeZone: string;
      /** @description Version of kota */
      readonly version: string;
    };
    readonly CodecRun: {
      readonly limits: {
        readonly memory: number;
        readonly output: number;
        readonly steps: number;
      };
      /** @description Why the codec cannot be loaded; null: it was */
      readonly problem: string | null;
      readonly results: readonly {
        /** @description Why there is no data; null when there is */
        readonly code: string | null;
        readonly data: {
          readonly [key: string]: unknown;
        } | null;
        readonly description: string | null;
        readonly errors: readonly string[];
        /** @description What becomes of each field of the data, by its name; a mapping of the city may say otherwise */
        readonly fields: readonly {
          /** @description Of a device with several sensors; null: the device's own value */
          readonly channel: string | null;
          /** @description Its path in the data */
          readonly field: string;
          /** @description What it holds, in words */
          readonly holds: string;
          /** @description False: the catalogue says that it cannot be; null: no value */
          readonly isPossible: boolean | null;
          /** @description What it becomes; null: nothing, see `why` */
          readonly metric: string | null;
          /** @description UCUM code */
          readonly unit: string | null;
          /** @description In the metric's unit */
          readonly value: number | null;
          /** @description Why it became nothing: its name is unknown, it holds no number, its unit or size does not fit its name, it is in too many groups */
          readonly why: ("unknown_name" | "no_number" | "other_unit" | "too_deep") | null;
        }[];
        /** @description Whether it is what the example expects; null: nothing was expected */
        readonly met: boolean | null;
        /** @description What the codec printed on its console */
        readonly printed: readonly string[];
        /** @description Why the uplink would be rejected whatever its fields give; null: it would not */
        readonly refusal: string | null;
        /** @description Work that it took, of 1000000 steps */
        readonly steps: number;
        /** @description How many values would be stored; 0: it would be a rejection */
        readonly values: number;
        readonly warnings: readonly string[];
      }[];
    };
    readonly Device: {
      /** @description Only this adapter may speak for the device; null: any */
      readonly adapter: string | null;
      readonly area: string | null;
      readonly attribution: string | null;
      readonly id: string;
      readonly kind: string | null;
      /** @description Event time of its newest reading */
      readonly lastSeen: string | null;
      readonly lat: number | null;
      /** @description The newest value of each metric */
      readonly latest: {
        readonly [key: string]: {
          /**
           * Format: date-time
           * @description Event time of the value
           */
          readonly time: string;
          /** @description UCUM; null for a metric that the catalogue does not have */
          readonly unit: string | null;
          readonly value: number;
        };
      };
      readonly lon: number | null;
      /** @description When the device itself said that it is there (event time); null: it is where the registry has it */
      readonly movedAt: string | null;
      readonly name: string;
      readonly origin: ("live" | "recorded" | "simulated") | null;
      /** @description Readings that came in the last hour; null: not known, or kota began less than ten minutes ago */
      readonly perHour: number | null;
      /** @description False: it is not in the registry and was adopted by its topic */
      readonly registered: boolean;
      /** @description It was taken out of the registry */
      readonly retired: boolean;
      /** @description Of its registration: 0 as in devices.csv, one more with every change */
      readonly version: number;
    };
    readonly Evidence: {
      readonly city: string;
      /** Format: date-time */
      readonly from: string;
      /** @description In force now; history does not say under which model a score was published */
      readonly model: {
        readonly hash: string;
        readonly version: string;
      };
      readonly rows: readonly components["schemas"]["EvidenceRow"][];
      readonly step: string;
      /** Format: date-time */
      readonly to: string;
    };
    readonly EvidenceRow: {
      readonly area: string;
      readonly areaName: string;
      readonly aspect: string | null;
      readonly coverage: number;
      /** @description Null: the overall score */
      readonly dimension:
        | ("environment" | "living" | "governance" | "branding" | "economy" | "community")
        | null;
      /** Format: date-time */
      readonly from: string;
      readonly indicator: string | null;
      /**
       * @description Where the data comes from, by the origin of the devices as they are registered now
       * @enum {string}
       */
      readonly quality: "measured" | "recorded" | "simulated" | "reported" | "mixed" | "not_reported";
      readonly score: number | null;
      /** @description Of goalposts and method */
      readonly source: string | null;
      readonly standards: readonly {
        /** @enum {string} */
        readonly checked: "verified" | "secondary" | "single" | "unchecked";
        /** @enum {string} */
        readonly fit: "same" | "related";
        readonly name: string;
        readonly number: string | null;
        /** @enum {string} */
        readonly standard: "u4ssc" | "iso_37120" | "iso_37122" | "sdg";
      }[];
      /** @enum {string} */
      readonly status: "ok" | "provisional" | "no_data";
      readonly title: string;
      /**
       * Format: date-time
       * @description The numbers are the last ones that were published in [from, to)
       */
      readonly to: string;
      readonly unit: string | null;
      readonly value: number | null;
    };
    readonly Finding: {
      readonly area: string | null;
      readonly device: string | null;
      readonly deviceName: string | null;
      /** @description How far beyond what is usual or allowed; it ranks items of one severity */
      readonly excess: number;
      /** @description What was found, as far as the reason has it; values in the metric's unit */
      readonly facts: {
        /** @description Readings that are missing or flagged, or messages that were refused */
        readonly count: number | null;
        /** @description It was so from the first value that was looked at */
        readonly crossedBefore: boolean;
        /** @description Since when the value has been beyond the limit; of what is missing, the first hour */
        readonly crossedSince: string | null;
        /** @description What speaks against the sensor */
        readonly flag:
          | (
              | "range"
              | "rate"
              | "stuck"
              | "neighbours"
              | "clock_ahead"
              | "clock_behind"
              | "clock_unreadable"
              | "impossible"
            )
          | null;
        /** @description Until a bin is full at its pace, milliseconds */
        readonly fullInMs: number | null;
        readonly lastSeen: string | null;
        /** @description What it is beyond; of a sensor unlike its neighbours, the median of these */
        readonly limit: number | null;
        /** @description Mean of the hours of the last day */
        readonly mean: number | null;
        /** @description How many hours there were */
        readonly meanHours: number | null;
        /** @description There were enough to call it the mean of a day */
        readonly meanIsWhole: boolean;
        readonly metric: string | null;
        /** @description Of so many: that came in the hours in which some are missing; of the last hour */
        readonly of: number | null;
        /** @description How often the device usually sends, milliseconds */
        readonly paceMs: number | null;
        /** @description The alert's rule */
        readonly rule: string | null;
        readonly text: string | null;
        /** @description Event time of the value */
        readonly time: string | null;
        readonly title: string | null;
        readonly value: number | null;
      };
      /** @description Reason and device or area: the same each time it comes back */
      readonly id: string;
      /** @description Kind of the device */
      readonly kind: string | null;
      readonly origin: ("live" | "recorded" | "simulated") | null;
      /** @enum {string} */
      readonly reason: "bin" | "air" | "silent" | "never" | "missing" | "suspect" | "alert";
      /** @description 3 is urgent, 2 soon, 1 worth watching */
      readonly severity: number;
    };
    readonly Forecast: {
      readonly area: string | null;
      readonly device: string;
      /** @description The last emptying that was seen in the last two weeks */
      readonly emptiedAt: string | null;
      /** @description Seen in the last two weeks */
      readonly emptyings: number;
      /** @description How far off such forecasts were for this device: of the time at which it reached the level at which it was emptied. Null: not enough history */
      readonly error: {
        /** @description How many that were */
        readonly forecasts: number;
        /** @description Middle of the absolute errors */
        readonly medianHours: number;
      } | null;
      readonly fullAt: string | null;
      /** @description Until it is full; 0 when it is; null without a forecast */
      readonly hours: number | null;
      readonly lat: number | null;
      readonly lon: number | null;
      readonly name: string;
      /** @description Points of fill for an hour */
      readonly ratePerHour: number | null;
      /**
       * @description `filling`: there is a forecast. `full`: it is full already. The others: why there is none
       * @enum {string}
       */
      readonly state: "filling" | "full" | "not_filling" | "too_little_history" | "stale";
      /** @description Of that reading */
      readonly time: string | null;
      /** @description Middle of the rates between emptyings */
      readonly typicalRatePerHour: number | null;
      /** @description Its newest fill level, percent */
      readonly value: number | null;
    };
    readonly Gain: {
      readonly after: number | null;
      readonly before: number | null;
      readonly coverageGain: number | null;
      /** @description Points; null where there is no score before or after */
      readonly gain: number | null;
    };
    readonly Ground: {
      readonly features: readonly {
        readonly geometry:
          | {
              readonly coordinates: readonly (readonly [number, number])[];
              /** @constant */
              readonly type: "LineString";
            }
          | {
              readonly coordinates: readonly (readonly (readonly [number, number])[])[];
              /** @constant */
              readonly type: "MultiLineString";
            }
          | {
              readonly coordinates: readonly (readonly (readonly [number, number])[])[];
              /** @constant */
              readonly type: "Polygon";
            }
          | {
              readonly coordinates: readonly (readonly (readonly (readonly [number, number])[])[])[];
              /** @constant */
              readonly type: "MultiPolygon";
            };
        readonly properties: {
          /** @enum {string} */
          readonly kind: "water" | "park" | "building" | "road";
        };
        /** @constant */
        readonly type: "Feature";
      }[];
      /** @constant */
      readonly type: "FeatureCollection";
    };
    readonly IndicatorReceipt: {
      /** @description Area id; `city` is the whole city */
      readonly area: string;
      readonly aspect: string | null;
      /**
       * Format: date-time
       * @description The end of every window; a reading at this time is in it
       */
      readonly at: string;
      readonly coverage: number;
      /** @description Every device that was asked, in the order in which they are added up */
      readonly devices: readonly {
        readonly coverage: number;
        readonly device: string;
        /** @description Readings in the window that were left out, by the quality rule that flagged them */
        readonly flagged: {
          readonly range: number;
          readonly rate: number;
          readonly stuck: number;
        };
        /** @description Those that are flagged for themselves, the oldest first, at most 20 */
        readonly flaggedReadings: readonly {
          /** @enum {string} */
          readonly rule: "range" | "rate";
          /** Format: date-time */
          readonly time: string;
          readonly value: number;
        }[];
        readonly lastTime: string | null;
        /** @description Null: it counts */
        readonly leftOut: {
          /** @enum {string} */
          readonly code:
            | "no_readings"
            | "too_little"
            | "no_value"
            | "flagged"
            | "silent"
            | "unlike_neighbours";
          readonly reason: string;
        } | null;
        readonly readings: number;
        readonly value: number | null;
      }[];
      readonly dimension:
        | ("environment" | "living" | "governance" | "branding" | "economy" | "community")
        | null;
      readonly indicator: string | null;
      /** @constant */
      readonly kind: "indicator";
      /** @description Coverage below which there is no score, and below which it is provisional */
      readonly limits: {
        readonly minimum: number;
        readonly ok: number;
      };
      readonly method: {
        /**
         * @description How exact the devices are, as a class of reports
         * @enum {string}
         */
        readonly accuracy: "A" | "B" | "C" | "D";
        /** @description One reading covers so much of the window */
        readonly everyMs: number;
        /** @description [value, score], straight lines between */
        readonly goalposts: readonly (readonly [number, number])[];
        readonly metric: string;
        readonly minCoverage: number;
        readonly minDevices: number;
        /** @description How the values of the devices become one */
        readonly overDevices:
          | {
              /** @enum {string} */
              readonly by: "mean" | "median" | "max";
            }
          | {
              /** @constant */
              readonly by: "share_at_least";
              readonly threshold: number;
            };
        /**
         * @description How the readings of a device become its value
         * @enum {string}
         */
        readonly overTime: "mean" | "level_mean" | "last" | "min" | "max" | "increase" | "load_factor";
        /** @description The quality rules of the metric; null: none */
        readonly quality: components["schemas"]["QualityRules"] | null;
        readonly source: string;
        readonly windowMs: number;
      };
      readonly model: {
        readonly hash: string;
        readonly version: string;
      };
      readonly score: number | null;
      /** @enum {string} */
      readonly status: "ok" | "provisional" | "no_data";
      readonly title: string;
      readonly unit: string | null;
      /** @description The indicator's own value; null above the level of an indicator */
      readonly value: number | null;
      /** @description `from` belongs to it, `to` does not */
      readonly window: {
        /** Format: date-time */
        readonly from: string;
        /** Format: date-time */
        readonly to: string;
      };
    };
    readonly LedgerBalance: {
      /** @description Of the duplicates, those with another value: the last in the log is stored */
      readonly conflict: number;
      /** @description received − (stored + rejected + duplicate + pending): readings that are missing; 0 when all is well */
      readonly difference: number;
      /** @description Readings of a device and time that had been there, and repeated rejections */
      readonly duplicate: number;
      /** @description Stored readings of the hour that the ledger did not receive: from before it was kept, or from elsewhere */
      readonly extra: number;
      /** @description On their way to the time series, or not yet looked for there */
      readonly pending: number;
      /** @description Readings of the hour, repeats included, and messages rejected in it */
      readonly received: number;
      readonly rejected: number;
      /** @description The rejected, by reason */
      readonly rejectedBy: {
        readonly [key: string]: number;
      };
      readonly stored: number;
    };
    readonly LedgerLine: {
      /** @description When the time series was asked; null: not yet */
      readonly checkedAt: string | null;
      /** @description Of the duplicates, those with another value: the last in the log is stored */
      readonly conflict: number;
      /** @description Null: rejections that name no device */
      readonly device: string | null;
      /** @description received − (stored + rejected + duplicate + pending): readings that are missing; 0 when all is well */
      readonly difference: number;
      /** @description Readings of a device and time that had been there, and repeated rejections */
      readonly duplicate: number;
      /** @description Stored readings of the hour that the ledger did not receive: from before it was kept, or from elsewhere */
      readonly extra: number;
      /**
       * Format: date-time
       * @description Its start; readings are in the hour they are of, rejections in the hour they came in
       */
      readonly hour: string;
      /** @description More may come; as it was up to 30 seconds ago */
      readonly open: boolean;
      /** @description On their way to the time series, or not yet looked for there */
      readonly pending: number;
      /** @description Readings of the hour, repeats included, and messages rejected in it */
      readonly received: number;
      readonly rejected: number;
      /** @description The rejected, by reason */
      readonly rejectedBy: {
        readonly [key: string]: number;
      };
      readonly stored: number;
    };
    readonly LedgerPage: {
      /** @description The difference of the whole ledger, whatever the query */
      readonly difference: number;
      /** @description Older hours are not held any more; null: all are */
      readonly heldFrom: string | null;
      /** @description False: no ledger is kept, or it has counted nothing yet */
      readonly kept: boolean;
      readonly lines: readonly components["schemas"]["LedgerLine"][];
      readonly nextCursor: string | null;
      /** @description Over every line that the query has, also on other pages */
      readonly total: components["schemas"]["LedgerBalance"];
      /** @description Records of the log that are not yet normalized, and not yet stored, of all devices */
      readonly waiting: {
        readonly messages: number;
        readonly readings: number;
      } | null;
    };
    readonly Maintenance: {
      readonly areas: readonly string[] | null;
      /** @description Null: it stands in alerts.yaml */
      readonly by: string | null;
      /** Format: date-time */
      readonly from: string;
      readonly id: string;
      readonly kinds: readonly string[] | null;
      readonly rules: readonly string[] | null;
      /** @enum {string} */
      readonly state: "planned" | "active" | "over";
      readonly title: string;
      /**
       * Format: date-time
       * @description It does not belong to it
       */
      readonly to: string;
    };
    readonly Metric: {
      /** @description Digits after the point that are worth showing */
      readonly decimals: number;
      /**
       * @description `counter`: a total that only grows until it wraps or is reset
       * @enum {string}
       */
      readonly kind: "gauge" | "counter";
      readonly max: number;
      /** @description Outside of min and max a value is physically impossible */
      readonly min: number;
      readonly name: string;
      readonly title: string;
      /** @description UCUM code */
      readonly unit: string;
    };
    readonly Moves: {
      readonly area: string;
      /** Format: date-time */
      readonly at: string;
      readonly dimension:
        | ("environment" | "living" | "governance" | "branding" | "economy" | "community")
        | null;
      readonly moves: readonly {
        readonly area: string;
        readonly areaGain: components["schemas"]["Gain"];
        readonly cityGain: components["schemas"]["Gain"] | null;
        /**
         * @description `empty`: bins are emptied; `repair`: devices that were left out count; `reach`: a value comes to the next goalpost
         * @enum {string}
         */
        readonly code: "empty" | "repair" | "reach";
        readonly deviceCount: number;
        /** @description At most 20 */
        readonly devices: readonly {
          readonly id: string;
          readonly name: string;
        }[];
        readonly from: number | null;
        /** @description The indicators that it changes */
        readonly indicators: readonly {
          readonly area: string;
          readonly aspect: string | null;
          readonly dimension:
            | ("environment" | "living" | "governance" | "branding" | "economy" | "community")
            | null;
          readonly indicator: string | null;
          readonly title: string;
        }[];
        /** @description Nobody knows what the device would say: it was taken to say what the others do */
        readonly isAssumed: boolean;
        readonly metric: string;
        /** @description All of it in an English sentence */
        readonly text: string;
        readonly to: number | null;
        /** @description Of `from` and `to`, UCUM */
        readonly unit: string;
      }[];
      /** @description Indicators of too many devices to be opened, as area/dimension/aspect/indicator */
      readonly notOpened: readonly string[];
    };
    readonly PartReceipt: {
      /** @description False: the model has no indicators here, and nothing is missing */
      readonly asked: boolean;
      /** @description Arithmetic: share × score, they add up to the score. Geometric: score to the power of its share, they multiply to it */
      readonly contribution: number | null;
      readonly coverage: number;
      readonly id: string;
      readonly receipt:
        | (
            | components["schemas"]["IndicatorReceipt"]
            | components["schemas"]["ReportedReceipt"]
            | components["schemas"]["WholeReceipt"]
          )
        | null;
      readonly score: number | null;
      readonly share: number;
      readonly title: string;
      readonly value: number | null;
      readonly weight: number;
    };
    readonly Problem: {
      /** @description The part to branch on. */
      readonly code: string;
      /** @description What was expected, what came, what to do. */
      readonly detail: string;
      readonly errors?: readonly {
        readonly detail: string;
        /** @description JSON Pointer into the request, `#/query/<parameter>` or `#/body/<member>`. */
        readonly pointer: string;
      }[];
      /** @description The path that was asked for. */
      readonly instance: string;
      readonly status: number;
      readonly title: string;
      /** @description `urn:kota:problem:<code>` */
      readonly type: string;
    };
    readonly QualityRules: {
      readonly neighbours: {
        readonly devices: number;
        readonly spread: number;
        readonly z: number;
      } | null;
      readonly range: readonly [number, number] | null;
      readonly rate: {
        readonly most: number;
        readonly perMs: number;
      } | null;
      readonly silenceMs: number | null;
      readonly stuck: {
        readonly forMs: number;
        readonly readings: number;
      } | null;
    };
    readonly RegisteredDevice: {
      readonly adapter: string | null;
      readonly area: string | null;
      readonly attribution: string | null;
      /** @description Name of the codec in the city's folder that reads the bytes of its uplinks */
      readonly codec: string | null;
      readonly id: string;
      readonly kind: string;
      readonly lat: number | null;
      readonly lon: number | null;
      /** @description It is where it says that it is; its area stays */
      readonly moves: boolean;
      readonly name: string;
      readonly nativeId: string | null;
      /** @enum {string} */
      readonly origin: "live" | "recorded" | "simulated";
      /** @description Goes up with every change; 0: as in devices.csv */
      readonly version: number;
    };
    readonly Rejection: {
      readonly adapter: string | null;
      readonly attributes: {
        readonly [key: string]: string;
      } | null;
      /** @enum {string} */
      readonly code:
        | "empty_payload"
        | "payload_too_large"
        | "not_utf8"
        | "not_json"
        | "no_adapter"
        | "schema_mismatch"
        | "checksum_wrong"
        | "not_announced"
        | "no_values"
        | "unknown_metric"
        | "not_a_number"
        | "value_out_of_range"
        | "time_invalid"
        | "time_too_old"
        | "time_in_future"
        | "unknown_device"
        | "no_codec"
        | "codec_failed"
        | "codec_suspended"
        | "report_refused"
        | "adapter_failed"
        | "adapter_suspended"
        | "quota_exceeded"
        | "store_refused";
      readonly device: string | null;
      readonly id: string;
      /** @description The payload, cut to its first 64 KiB when it was too large */
      readonly payloadBase64: string;
      /** @description The first 2,000 characters of the payload; null when it is not UTF-8 */
      readonly payloadText: string | null;
      readonly reason: string;
      /** @description Its newest replay; null: there was none */
      readonly replay: {
        /** Format: date-time */
        readonly at: string;
        /**
         * @description `readings`: repaired. `rejection`: another one stands in its place. `undecided`: it needed what earlier messages announced
         * @enum {string}
         */
        readonly outcome: "readings" | "rejection" | "undecided";
        readonly readings: number;
        /** @description The id of the rejection in its place */
        readonly rejection: string | null;
      } | null;
      /** @description Length of the whole payload in bytes */
      readonly size: number;
      readonly source: string;
      /** @enum {string} */
      readonly stage: "ingest" | "normalize" | "store";
      /** Format: date-time */
      readonly time: string;
      readonly topic: string;
    };
    readonly Replay: {
      /** @description Messages that were put into the log again; 0 in a dry run */
      readonly appended: number;
      readonly dryRun: boolean;
      /** @description Send it as `cursor` to go on; null: that was all */
      readonly nextCursor: string | null;
      readonly notReplayable: readonly {
        /** @enum {string} */
        readonly code: "payload_cut" | "stored_reading";
        readonly count: number;
        /** @description Of one of them */
        readonly reason: string;
      }[];
      /** @description How many readings these messages give */
      readonly readings: number;
      /** @description Messages that give readings now */
      readonly repaired: number;
      /** @description Rejections that were looked at and are in the selection */
      readonly selected: number;
      /** @description Settled by an earlier replay, and left as they are */
      readonly settled: number;
      /** @description By the reason of today */
      readonly stillRejected: readonly {
        /** @enum {string} */
        readonly code:
          | "empty_payload"
          | "payload_too_large"
          | "not_utf8"
          | "not_json"
          | "no_adapter"
          | "schema_mismatch"
          | "checksum_wrong"
          | "not_announced"
          | "no_values"
          | "unknown_metric"
          | "not_a_number"
          | "value_out_of_range"
          | "time_invalid"
          | "time_too_old"
          | "time_in_future"
          | "unknown_device"
          | "no_codec"
          | "codec_failed"
          | "codec_suspended"
          | "report_refused"
          | "adapter_failed"
          | "adapter_suspended"
          | "quota_exceeded"
          | "store_refused";
        readonly count: number;
        /** @description Of one of them */
        readonly reason: string;
      }[];
      /** @description Messages that need what earlier ones announced, which nobody has announced so far */
      readonly undecided: number;
    };
    readonly Report: {
      /** @description Area id; `city` is the whole city */
      readonly area: string;
      /** @description Who answers for the value */
      readonly author: string;
      /** @description The day on which the author stated it */
      readonly date: string;
      /** @description Where the value can be checked */
      readonly evidence: string | null;
      readonly id: string;
      readonly indicator: string;
      readonly note: string | null;
      /** @description `from` belongs to it, `to` does not */
      readonly period: {
        /** Format: date-time */
        readonly from: string;
        /** @description As it was written */
        readonly label: string;
        /** Format: date-time */
        readonly to: string;
      };
      /**
       * @description A: An official or audited statistic, published with its method. B: A complete count from the register of the office in charge. C: A sample, a survey or a partial count. D: An estimate, or a value without evidence.
       * @enum {string}
       */
      readonly quality: "A" | "B" | "C" | "D";
      /** Format: date-time */
      readonly receivedAt: string;
      /** @description 1 for the first of its indicator, area and period, one more for each correction */
      readonly revision: number;
      /** @description What it was taken from */
      readonly source: string;
      /** @description When it was corrected; null: it is the newest */
      readonly supersededAt: string | null;
      readonly unit: string;
      readonly value: number;
      /**
       * @description The way it came in
       * @enum {string}
       */
      readonly via: "http" | "csv" | "mqtt" | "folder" | "poll";
    };
    readonly ReportedReceipt: {
      /** @description Area id; `city` is the whole city */
      readonly area: string;
      readonly aspect: string | null;
      /**
       * Format: date-time
       * @description The end of every window; a reading at this time is in it
       */
      readonly at: string;
      readonly coverage: number;
      readonly dimension:
        | ("environment" | "living" | "governance" | "branding" | "economy" | "community")
        | null;
      readonly indicator: string | null;
      /** @constant */
      readonly kind: "reported";
      /** @description Coverage below which there is no score, and below which it is provisional */
      readonly limits: {
        readonly minimum: number;
        readonly ok: number;
      };
      readonly method: {
        readonly goalposts: readonly (readonly [number, number])[];
        /** @enum {string} */
        readonly scope: "area" | "city";
        readonly source: string;
        readonly validityMs: number;
      };
      readonly model: {
        readonly hash: string;
        readonly version: string;
      };
      /** @description The report that counts, or the one that expired */
      readonly report: {
        readonly area: string;
        readonly author: string;
        /** @description The reports that this one corrects, the oldest first */
        readonly corrects: readonly {
          readonly author: string;
          readonly date: string;
          readonly evidence: string | null;
          /** @enum {string} */
          readonly quality: "A" | "B" | "C" | "D";
          /** Format: date-time */
          readonly receivedAt: string;
          readonly value: number;
        }[];
        /** Format: date-time */
        readonly countsFrom: string;
        readonly date: string;
        readonly evidence: string | null;
        /** Format: date-time */
        readonly expires: string;
        readonly id: string;
        readonly note: string | null;
        readonly period: {
          /** Format: date-time */
          readonly from: string;
          readonly label: string;
          /** Format: date-time */
          readonly to: string;
        };
        /** @enum {string} */
        readonly quality: "A" | "B" | "C" | "D";
        /** Format: date-time */
        readonly receivedAt: string;
        /** @description 1 for the first of its period, one more for each correction */
        readonly revision: number;
        readonly source: string;
        readonly value: number;
        /** @enum {string} */
        readonly via: "http" | "csv" | "mqtt" | "folder" | "poll";
      } | null;
      readonly score: number | null;
      /**
       * @description `expired`: the newest report is too old to count. `not_reported`: there is none
       * @enum {string}
       */
      readonly state: "reported" | "expired" | "not_reported";
      /** @enum {string} */
      readonly status: "ok" | "provisional" | "no_data";
      readonly title: string;
      readonly unit: string | null;
      /** @description The indicator's own value; null above the level of an indicator */
      readonly value: number | null;
    };
    readonly Score: {
      /** @description Area id; `city` is the whole city */
      readonly area: string;
      readonly aspect: string | null;
      /** @description When it was computed; null when it has not been yet */
      readonly at: string | null;
      /** @description Share of what the model asks for that was there */
      readonly coverage: number;
      /** @description How many devices it was made from */
      readonly devices: number;
      /** @description Null: the overall score of the area */
      readonly dimension:
        | ("environment" | "living" | "governance" | "branding" | "economy" | "community")
        | null;
      readonly explanation: string;
      readonly indicator: string | null;
      /** @description How many readings it was made from */
      readonly readings: number;
      /** @description Of an indicator that is reported instead of measured; null for every other score */
      readonly reported: {
        /** @description The report that counts, or the one that expired */
        readonly report: components["schemas"]["Report"] | null;
        /**
         * @description `expired`: the newest report is too old to count. `not_reported`: there is none
         * @enum {string}
         */
        readonly state: "reported" | "expired" | "not_reported";
      } | null;
      /** @description 0 (worst) to 100 (best); null without data */
      readonly score: number | null;
      /** @enum {string} */
      readonly status: "ok" | "provisional" | "no_data";
      readonly title: string;
      /** @description UCUM unit of the value */
      readonly unit: string | null;
      /** @description The indicator's own value; null above the level of an indicator */
      readonly value: number | null;
    };
    readonly ScoreExplanation: {
      /** @description Area id; `city` is the whole city */
      readonly area: string;
      readonly aspect: string | null;
      /** @description When it was computed; null when it has not been yet */
      readonly at: string | null;
      /** @description Share of what the model asks for that was there */
      readonly coverage: number;
      /** @description How many devices it was made from */
      readonly devices: number;
      /** @description Null: the overall score of the area */
      readonly dimension:
        | ("environment" | "living" | "governance" | "branding" | "economy" | "community")
        | null;
      readonly explanation: string;
      readonly indicator: string | null;
      /** @description The score model that it was made with; null when it has not been yet */
      readonly model: {
        readonly hash: string;
        readonly version: string;
      } | null;
      readonly parts: readonly components["schemas"]["ScorePart"][];
      /** @description How many readings it was made from */
      readonly readings: number;
      /** @description Of an indicator that is reported instead of measured; null for every other score */
      readonly reported: {
        /** @description The report that counts, or the one that expired */
        readonly report: components["schemas"]["Report"] | null;
        /**
         * @description `expired`: the newest report is too old to count. `not_reported`: there is none
         * @enum {string}
         */
        readonly state: "reported" | "expired" | "not_reported";
      } | null;
      /** @description 0 (worst) to 100 (best); null without data */
      readonly score: number | null;
      /** @description The devices behind an indicator, worst first, at most 20 */
      readonly sources: readonly components["schemas"]["ScoreSource"][];
      /** @enum {string} */
      readonly status: "ok" | "provisional" | "no_data";
      readonly title: string;
      /** @description UCUM unit of the value */
      readonly unit: string | null;
      /** @description The indicator's own value; null above the level of an indicator */
      readonly value: number | null;
    };
    readonly ScoreHistory: {
      readonly area: string;
      readonly aspect: string | null;
      readonly dimension:
        | ("environment" | "living" | "governance" | "branding" | "economy" | "community")
        | null;
      /** Format: date-time */
      readonly from: string;
      readonly indicator: string | null;
      /** @description Pass as `from` for the rest; null when there is none */
      readonly next: string | null;
      readonly points: readonly {
        readonly coverage: number;
        readonly max: number | null;
        /** @description Of the scores that were published in the step; null: none is a number */
        readonly mean: number | null;
        readonly min: number | null;
        readonly score: number | null;
        /**
         * Format: date-time
         * @description Start of the step
         */
        readonly time: string;
        readonly value: number | null;
      }[];
      readonly step: string;
      /** Format: date-time */
      readonly to: string;
    };
    readonly ScorePart: {
      /** @description Share × score. Under a weighted mean these add up to the score above; a geometric mean is below their sum */
      readonly contribution: number | null;
      readonly coverage: number;
      readonly detail: components["schemas"]["ScoreExplanation"] | null;
      readonly id: string;
      readonly score: number | null;
      /** @description Share of the weight after parts without data were left out */
      readonly share: number;
      readonly title: string;
      readonly weight: number;
    };
    readonly ScoreReceipt: {
      /** @description Scores between which the true one lies, if the quality classes hold and whatever the missing data would say; null without a score */
      readonly bounds: {
        readonly high: number;
        readonly low: number;
      } | null;
      /** @description The score as it was published live; null when a past moment was asked for, or nothing was published */
      readonly published: {
        /** Format: date-time */
        readonly at: string;
        readonly score: number | null;
      } | null;
      readonly receipt:
        | components["schemas"]["IndicatorReceipt"]
        | components["schemas"]["ReportedReceipt"]
        | components["schemas"]["WholeReceipt"];
      /** @description The score again, from the evidence in the receipt alone */
      readonly recomputed: number | null;
    };
    readonly ScoreRevision: {
      /** @description As it is in the score history now, until a later revision */
      readonly after: {
        readonly coverage: number;
        readonly score: number | null;
        readonly value: number | null;
      };
      readonly area: string;
      readonly aspect: string | null;
      /** @description As it was published before */
      readonly before: {
        readonly coverage: number;
        readonly score: number | null;
        readonly value: number | null;
      };
      /** @description Some of the devices that sent them */
      readonly devices: readonly string[];
      readonly dimension:
        | ("environment" | "living" | "governance" | "branding" | "economy" | "community")
        | null;
      readonly indicator: string | null;
      /**
       * Format: date-time
       * @description Start of the minute whose score was corrected
       */
      readonly minute: string;
      readonly model: {
        readonly hash: string;
        readonly version: string;
      };
      /** @description How many values came late */
      readonly readings: number;
      readonly reason: string;
      /** Format: date-time */
      readonly revisedAt: string;
      /** @description 1 for the first correction */
      readonly revision: number;
    };
    readonly ScoreSource: {
      readonly attribution: string | null;
      readonly device: string;
      /**
       * Format: date-time
       * @description Event time of its newest reading
       */
      readonly lastTime: string;
      readonly metric: string;
      readonly name: string | null;
      readonly origin: ("live" | "recorded" | "simulated") | null;
      readonly readings: number;
      /** @description UCUM unit of the metric */
      readonly unit: string | null;
      /** @description The device's value over the window, in the unit of the indicator */
      readonly value: number;
    };
    readonly Series: {
      readonly device: string;
      /** Format: date-time */
      readonly from: string;
      readonly metric: string;
      /** @description Pass as `from` for the rest; null when there is none */
      readonly next: string | null;
      readonly points: readonly {
        readonly count: number;
        readonly last: number;
        readonly max: number;
        readonly mean: number;
        readonly min: number;
        /**
         * Format: date-time
         * @description Start of the step; of a raw series the time of the reading
         */
        readonly time: string;
      }[];
      readonly step: string;
      /** Format: date-time */
      readonly to: string;
      /** @description UCUM code */
      readonly unit: string;
    };
    readonly Status: {
      /** @description How far each stage is behind. `kota.score` commits up to the oldest hour it holds open: what it would read again after a restart */
      readonly lag: readonly {
        readonly committed: number;
        readonly end: number;
        readonly group: string;
        /** @description In records of the log */
        readonly lag: number;
        readonly topic: string;
      }[];
      /** @description What the delivery ledger says; null when none is kept */
      readonly ledger: {
        /** @description When the time series was last asked; null: not yet */
        readonly checkedAt: string | null;
        /** @description Readings that are missing; 0 when all is well */
        readonly difference: number;
      } | null;
      /** @description The reading that came last since the start */
      readonly newestReading: {
        readonly device: string;
        /** Format: date-time */
        readonly receivedAt: string;
        /** Format: date-time */
        readonly time: string;
      } | null;
      /** @description Readings of the last 60 seconds */
      readonly readingsPerMinute: number;
      readonly ready: boolean;
      /** @description Why it is not ready, one sentence each */
      readonly reasons: readonly string[];
      /** Format: date-time */
      readonly startedAt: string;
      readonly streamClients: number;
      /** Format: date-time */
      readonly time: string;
      /** @description Since the start of this process; null when another process does that work */
      readonly totals: {
        readonly readings: number | null;
        readonly received: number | null;
        readonly rejected: number | null;
        readonly scores: number | null;
        readonly stored: number | null;
      };
      readonly version: string;
    };
    readonly UnknownDevice: {
      /** @description The adapter that understands it */
      readonly adapter: string;
      /** Format: date-time */
      readonly firstSeen: string;
      /** @description The id that it has in its messages */
      readonly id: string;
      /** Format: date-time */
      readonly lastSeen: string;
      /** @description Rejected messages that wait to be replayed */
      readonly messages: number;
      /** @description Why that was rejected */
      readonly reason: string;
      /** @description Registered since; only its messages wait to be replayed */
      readonly registeredAs: string | null;
      /** @description Null: it is registered already */
      readonly suggestedId: string | null;
      /** @description Of its newest rejected message */
      readonly topic: string;
    };
    readonly WholeReceipt: {
      /** @enum {string} */
      readonly across: "arithmetic" | "geometric";
      /** @description Area id; `city` is the whole city */
      readonly area: string;
      readonly aspect: string | null;
      /**
       * Format: date-time
       * @description The end of every window; a reading at this time is in it
       */
      readonly at: string;
      readonly coverage: number;
      readonly dimension:
        | ("environment" | "living" | "governance" | "branding" | "economy" | "community")
        | null;
      readonly indicator: string | null;
      /** @constant */
      readonly kind: "whole";
      /** @description Coverage below which there is no score, and below which it is provisional */
      readonly limits: {
        readonly minimum: number;
        readonly ok: number;
      };
      readonly model: {
        readonly hash: string;
        readonly version: string;
      };
      readonly parts: readonly components["schemas"]["PartReceipt"][];
      readonly score: number | null;
      /** @enum {string} */
      readonly status: "ok" | "provisional" | "no_data";
      readonly title: string;
      readonly unit: string | null;
      /** @description The indicator's own value; null above the level of an indicator */
      readonly value: number | null;
    };
    readonly WorkItem: {
      readonly acknowledgedBy: string | null;
      /** @description What people did, the oldest first */
      readonly acts: readonly {
        /** @enum {string} */
        readonly act: "acknowledge" | "assign" | "snooze" | "note" | "close" | "reopen";
        /** Format: date-time */
        readonly at: string;
        readonly by: string;
        readonly id: string;
        readonly note: string | null;
        /** @description Whom it was assigned to */
        readonly to: string | null;
        /** @description End of the snooze */
        readonly until: string | null;
      }[];
      readonly area: string | null;
      readonly assignee: string | null;
      readonly closedAt: string | null;
      /** @description Null: it is not closed, or its condition was over by itself */
      readonly closedBy: string | null;
      readonly device: string | null;
      readonly deviceName: string | null;
      /** @description From when to when its condition held, the newest last */
      readonly episodes: readonly {
        /** Format: date-time */
        readonly from: string;
        readonly to: string | null;
      }[];
      /** @description How far beyond what is usual or allowed; it ranks items of one severity */
      readonly excess: number;
      /** @description What was found, as far as the reason has it; values in the metric's unit */
      readonly facts: {
        /** @description Readings that are missing or flagged, or messages that were refused */
        readonly count: number | null;
        /** @description It was so from the first value that was looked at */
        readonly crossedBefore: boolean;
        /** @description Since when the value has been beyond the limit; of what is missing, the first hour */
        readonly crossedSince: string | null;
        /** @description What speaks against the sensor */
        readonly flag:
          | (
              | "range"
              | "rate"
              | "stuck"
              | "neighbours"
              | "clock_ahead"
              | "clock_behind"
              | "clock_unreadable"
              | "impossible"
            )
          | null;
        /** @description Until a bin is full at its pace, milliseconds */
        readonly fullInMs: number | null;
        readonly lastSeen: string | null;
        /** @description What it is beyond; of a sensor unlike its neighbours, the median of these */
        readonly limit: number | null;
        /** @description Mean of the hours of the last day */
        readonly mean: number | null;
        /** @description How many hours there were */
        readonly meanHours: number | null;
        /** @description There were enough to call it the mean of a day */
        readonly meanIsWhole: boolean;
        readonly metric: string | null;
        /** @description Of so many: that came in the hours in which some are missing; of the last hour */
        readonly of: number | null;
        /** @description How often the device usually sends, milliseconds */
        readonly paceMs: number | null;
        /** @description The alert's rule */
        readonly rule: string | null;
        readonly text: string | null;
        /** @description Event time of the value */
        readonly time: string | null;
        readonly title: string | null;
        readonly value: number | null;
      };
      /** @description Reason and device or area: the same each time it comes back */
      readonly id: string;
      /** @description Kind of the device */
      readonly kind: string | null;
      /** @enum {string} */
      readonly reason: "bin" | "air" | "silent" | "never" | "missing" | "suspect" | "alert";
      /** @description 3 is urgent, 2 soon, 1 worth watching */
      readonly severity: number;
      /**
       * Format: date-time
       * @description Begin of the newest episode
       */
      readonly since: string;
      readonly snoozedUntil: string | null;
      /** @enum {string} */
      readonly status: "open" | "acknowledged" | "snoozed" | "closed";
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
