/// <reference path="../../../../test/servers/provided.d.ts" />
import { describeKafka } from "@kota/event-log";
import { describeInflux } from "@kota/time-series";
import { describe, expect, inject, it } from "vitest";
import { describeBroker } from "./broker.ts";

const mosquittoUrl = inject("mosquittoUrl");
const kafkaBrokers = inject("kafkaBrokers");
const influxdb = inject("influxdb");

describe.skipIf(!mosquittoUrl)("a description of Mosquitto", () => {
  it("has its version, its protocol, and that strangers may read", async () => {
    const facts = await describeBroker(
      { mqttUrl: mosquittoUrl ?? "", mqttUsername: null, mqttPassword: null },
      ["#", "kota/+/doctor"],
    );
    expect(facts).toMatchObject({ speaksMqtt5: true, refused: [], isOpen: true });
    expect(facts.version).toMatch(/^mosquitto version \d/);
  });

  it("that is not there says which settings to look at", async () => {
    await expect(
      describeBroker({ mqttUrl: "mqtt://user:secret@127.0.0.1:1", mqttUsername: null, mqttPassword: null }, [
        "#",
      ]),
    ).rejects.toMatchObject({
      code: "broker_unavailable",
      message: expect.not.stringContaining("secret"),
    });
  });
});

describe.skipIf(!kafkaBrokers)("a description of Kafka", () => {
  it("counts its brokers, and leaves out topics that do not exist", async () => {
    const facts = await describeKafka(kafkaBrokers ?? [], ["no-such-topic"]);
    expect(facts).toEqual({ brokers: 1, topics: [] });
  });

  it("that is not there says so", async () => {
    await expect(describeKafka(["127.0.0.1:1"], [])).rejects.toMatchObject({ code: "log_unavailable" });
  });
});

describe.skipIf(!influxdb)("a description of InfluxDB", () => {
  const given = influxdb ?? { url: "", org: "", bucket: "", token: "" };

  it("has its retention and its clock", async () => {
    const facts = await describeInflux(given);
    expect(facts).toMatchObject({ retentionMs: null });
    expect(Math.abs(facts.clockAheadMs ?? Number.NaN)).toBeLessThan(2000);
  });

  it("of a bucket that does not exist says how to make it", async () => {
    await expect(describeInflux({ ...given, bucket: "none" })).rejects.toMatchObject({
      code: "store_refused",
      message: expect.stringContaining("influx bucket create"),
    });
  });
});
