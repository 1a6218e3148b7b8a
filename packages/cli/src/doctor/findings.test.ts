import { describe, expect, it } from "vitest";
import { type BrokerFacts, brokerFindings } from "./broker.ts";
import { exposureFindings } from "./exposure.ts";
import { influxFindings } from "./influxdb.ts";
import { kafkaFindings } from "./kafka.ts";
import { filesFinding, nodeFinding, roomFinding, syncFinding } from "./machine.ts";
import { statusFindings } from "./running.ts";

const GIB = 1024 ** 3;
const DAY_MS = 86_400_000;

const troubles = (findings: readonly { check: string; state: string }[]) =>
  findings.filter(({ state }) => state !== "ok").map(({ check, state }) => `${state} ${check}`);

describe("the machine", () => {
  it("needs a Node that kota is tested with", () => {
    expect(nodeFinding("v20.18.3").state).toBe("fail");
    expect(nodeFinding("v20.19.0").state).toBe("ok");
    expect(nodeFinding("v22.1.0").state).toBe("ok");
  });

  it("needs an open file for each device's connection where the broker is kota's own", () => {
    expect(filesFinding(1024, 5000, true)).toMatchObject({
      state: "warn",
      remedy: expect.stringContaining("8192"),
    });
    expect(filesFinding(1024, 5000, false).state).toBe("ok");
    expect(filesFinding(null, 1e6, true).state).toBe("ok");
  });

  it("fails without room, and warns while there is still some", () => {
    expect(roomFinding("/data", 10e6).state).toBe("fail");
    expect(roomFinding("/data", GIB).state).toBe("warn");
    expect(roomFinding("/data", 10 * GIB).state).toBe("ok");
  });

  it("warns of a disk that every acknowledgement has to wait for", () => {
    expect(syncFinding("/data", 45).state).toBe("warn");
    expect(syncFinding("/data", 2).state).toBe("ok");
  });
});

describe("who can reach it", () => {
  const closed = {
    httpHost: "127.0.0.1",
    mqttHost: "127.0.0.1",
    mqttUrl: null,
    influxToken: "",
    influxUrl: "http://127.0.0.1:8086",
    timeSeries: "duckdb",
  } as const;

  it("is all well on this machine alone", () => {
    expect(troubles(exposureFindings(closed))).toEqual([]);
  });

  it("is a warning for an embedded broker without logins, and for an API without TLS, on every interface", () => {
    expect(troubles(exposureFindings({ ...closed, httpHost: "0.0.0.0", mqttHost: "0.0.0.0" }))).toEqual([
      "warn embedded broker",
      "warn page and API",
    ]);
  });

  it("is a warning for the token that everybody knows, in an InfluxDB that others reach", () => {
    const published = { ...closed, influxToken: "kota-dev-token", timeSeries: "influxdb" } as const;
    expect(troubles(exposureFindings({ ...published, influxUrl: "http://influx.example:8086" }))).toEqual([
      "warn InfluxDB token",
    ]);
    expect(troubles(exposureFindings(published))).toEqual([]);
  });
});

describe("a broker", () => {
  const good: BrokerFacts = {
    url: "mqtts://broker.example:8883",
    version: "mosquitto version 2.0.11",
    speaksMqtt5: true,
    refused: [],
    dropped: 0,
    isOpen: false,
    maximumPacketBytes: null,
  };

  it("that loses nothing and lets no stranger read is all well", () => {
    expect(troubles(brokerFindings(good, 262_144))).toEqual([]);
  });

  it("that has thrown messages away, refuses a topic, is open or takes only small packets is told by each", () => {
    const bad = {
      ...good,
      speaksMqtt5: false,
      refused: ["city/#"],
      dropped: 7,
      isOpen: true,
      maximumPacketBytes: 1000,
    };
    expect(troubles(brokerFindings(bad, 262_144))).toEqual([
      "warn MQTT 5",
      "warn subscriptions",
      "warn dropped messages",
      "warn logins",
      "warn packet size",
    ]);
  });
});

describe("a Kafka", () => {
  const topic = {
    name: "kota.messages",
    partitions: 6,
    replicas: 3,
    inSyncReplicas: 3,
    minInSyncReplicas: 2,
    retentionMs: 7 * DAY_MS,
    retentionBytes: null,
    maxMessageBytes: 2_097_152,
  };

  it("with three copies, two of them in sync before a record counts, is all well", () => {
    expect(troubles(kafkaFindings({ brokers: 3, topics: [topic] }, 3))).toEqual([]);
  });

  it("with one copy is told what that survives", () => {
    expect(kafkaFindings({ brokers: 1, topics: [] }, 1)).toContainEqual(
      expect.objectContaining({
        state: "warn",
        check: "copies",
        found: expect.stringContaining("power cut"),
      }),
    );
  });

  it("is told by topic what would lose or hold up messages", () => {
    const bad = {
      ...topic,
      partitions: 1,
      inSyncReplicas: 2,
      minInSyncReplicas: 1,
      retentionMs: 3_600_000,
      retentionBytes: 1e9,
      maxMessageBytes: 1000,
    };
    expect(troubles(kafkaFindings({ brokers: 3, topics: [bad] }, 3))).toEqual([
      "warn copies",
      "warn in sync",
      "warn retention",
      "warn retention",
      "warn record size",
      "warn partitions",
    ]);
  });
});

describe("an InfluxDB", () => {
  const good = { version: "2.7.12", retentionMs: null, clockAheadMs: 100 };

  it("that keeps points for ever and has the same time is all well", () => {
    expect(troubles(influxFindings(good))).toEqual([]);
  });

  it("with a short retention or another time is warned of each", () => {
    const bad = { ...good, retentionMs: DAY_MS, clockAheadMs: -60_000 };
    expect(troubles(influxFindings(bad))).toEqual(["warn retention", "warn clocks"]);
  });
});

describe("a kota that runs", () => {
  const status = {
    version: "1.0.0",
    ready: true,
    reasons: [],
    readingsPerMinute: 12,
    ledger: { difference: 0 },
    lag: [{ topic: "kota.readings", group: "kota.score", lag: 90_000 }],
  };

  it("is well when only its scorer holds hours open", () => {
    expect(troubles(statusFindings("http://x", status, "kota.score"))).toEqual([]);
  });

  it("is told why it is not ready, which stage is behind, and that readings are missing", () => {
    const bad = {
      ...status,
      ready: false,
      reasons: ["Not yet connected."],
      ledger: { difference: 3 },
      lag: [{ topic: "kota.readings", group: "kota.store", lag: 5000 }],
    };
    expect(troubles(statusFindings("http://x", bad, "kota.score"))).toEqual([
      "warn not ready",
      "warn behind",
      "warn ledger",
    ]);
  });
});
