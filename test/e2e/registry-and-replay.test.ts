import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ApiClient, apiClient } from "./api-client.ts";
import { type Ended, kotaCommand } from "./kota-command.ts";
import { eventually, type KotaProcess, killAll, startKota } from "./kota-process.ts";

const INGEST = "an-ingest-token-for-tests";
const ADMIN = "an-admin-token-for-tests-1";

const dataDir = mkdtempSync(join(tmpdir(), "kota-e2e-"));
let kota: KotaProcess;
let url: string;
let api: ApiClient;

async function start(): Promise<void> {
  kota = startKota(["start"], {
    KOTA_HTTP_PORT: "0",
    KOTA_MQTT_PORT: "0",
    KOTA_SIMULATE: "false",
    KOTA_DATA_DIR: dataDir,
    KOTA_INGEST_TOKEN: INGEST,
    KOTA_ADMIN_TOKEN: ADMIN,
  });
  url = (await kota.line(/page and API\s+(http:\S+)/))[1] ?? "";
  api = apiClient(url);
  await eventually(async () => ((await api.ready()) ? true : undefined), 20_000, "readiness");
}

beforeAll(start);
afterAll(async () => {
  killAll();
  await rm(dataDir, { recursive: true, force: true });
});

async function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<number> {
  const response = await fetch(url + path, {
    method: "POST",
    headers: { authorization: `Bearer ${INGEST}`, "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  await response.body?.cancel();
  return response.status;
}

/** A `kota` command against the running one, to its end. */
function command(...args: string[]): Promise<Ended> {
  return kotaCommand(args, { KOTA_API_URL: url, KOTA_ADMIN_TOKEN: ADMIN, KOTA_INGEST_TOKEN: INGEST });
}

/** The same when no kota runs: it knows only where the data is. */
function offlineCommand(...args: string[]): Promise<Ended> {
  return kotaCommand(args, { KOTA_DATA_DIR: dataDir, KOTA_HTTP_PORT: "9" });
}

const uplink = (device: string, level: unknown) => ({
  end_device_ids: { device_id: device, application_ids: { application_id: "bins" } },
  uplink_message: { f_port: 1, decoded_payload: { fill_level: level } },
});

describe("messages over HTTP, unknown devices and replays", () => {
  it("a webhook of The Things Stack becomes a reading of its device within a second", async () => {
    expect(await post("/in/the-things-stack?tenant=ttn", uplink("bin-324925", 37))).toBe(202);
    await eventually(
      async () => ((await api.latest("bin-324925")).fill_level === 37 ? true : undefined),
      1000,
      "the value",
    );
  });

  it("a station of Sensor.Community is known by its header", async () => {
    const push = { sensordatavalues: [{ value_type: "SDS_P2", value: "4.5" }] };
    expect(await post("/in/sensor-community", push, { "x-sensor": "esp8266-1" })).toBe(202);
    const [rejection] = await eventually(
      async () => {
        const rows = await api.rejections("?code=unknown_device&device=esp8266-1");
        return rows.length > 0 ? rows : undefined;
      },
      2000,
      "the rejection",
    );
    expect(rejection?.topic).toBe("http/sensor-community");
  });

  it("what was announced since is known when a replay is only tried, and gives the readings that it says", async () => {
    const send = (topic: string, body: unknown) => post(`/in/message/${topic}`, body);
    expect(await send("tele/room7/temperature", 21.5)).toBe(202);
    await eventually(
      async () => ((await api.rejections("?topic=tele/room7/temperature")).length === 1 ? true : undefined),
      5000,
      "the rejection",
    );
    const dryRun = async () => (await command("replay", "--topic", "tele/room7/temperature")).out;
    expect(await dryRun()).toMatch(/1 still rejected/);
    const config = {
      state_topic: "tele/room7/temperature",
      device_class: "temperature",
      unit_of_measurement: "°C",
      device: { identifiers: ["room-7"] },
    };
    expect(await send("homeassistant/sensor/room7/temperature/config", config)).toBe(202);
    await eventually(
      async () => (/1 would now give 1 reading/.test(await dryRun()) ? true : undefined),
      10_000,
      "the announcement",
    );
    const applied = await command("replay", "--topic", "tele/room7/temperature", "--apply");
    expect(applied.out).toMatch(/1 repaired, giving 1 reading/);
    await eventually(
      async () => ((await api.latest("room-7")).temperature === 21.5 ? true : undefined),
      5000,
      "the value",
    );
  }, 60_000);

  it("devices that are unknown are adopted in one step, with every message they sent", async () => {
    for (let level = 1; level <= 30; level++) {
      expect(await post("/in/the-things-stack", uplink("bin-new", level))).toBe(202);
    }
    await eventually(
      async () => ((await api.rejections("?device=bin-new&limit=500")).length === 30 ? true : undefined),
      5000,
      "the rejections",
    );
    const unknown = await command("devices", "unknown");
    expect(unknown.out).toMatch(/bin-new\s+the-things-stack\s+30 /);
    const adopted = await command("devices", "adopt", "bin-new", "--kind", "bin", "--area", "leith");
    expect(adopted).toMatchObject({ code: 0, err: "" });
    expect(adopted.out).toContain("bin-new is registered (bin, adapter the-things-stack).");
    expect(adopted.out).toContain("30 repaired, giving 30 readings");
    await eventually(
      async () => ((await api.count("bin-new")) === 30 ? true : undefined),
      5000,
      "the readings",
    );
    expect(await api.get("/v1/devices/bin-new")).toMatchObject({
      registered: true,
      area: "leith",
      version: 1,
    });
    expect(await api.rejections("?device=bin-new&open=true")).toEqual([]);
    // Whatever comes now is a reading at once.
    expect(await post("/in/the-things-stack", uplink("bin-new", 99))).toBe(202);
    await eventually(
      async () => ((await api.latest("bin-new")).fill_level === 99 ? true : undefined),
      2000,
      "the next value",
    );
  });

  it("models are compared with the devices that the running kota has, adopted ones too", async () => {
    const model = join(dataDir, "fullest.yaml");
    writeFileSync(
      model,
      `version: 1
coverage: { minimum: 0, ok: 0 }
dimensions:
  living:
    aspects:
      bins:
        title: Bins
        indicators:
          newest: { title: The newest bin, metric: fill_level, overTime: last, validity: 1h, overDevices: max, unit: "%", goalposts: [[0, 100], [100, 0]], source: editorial }
`,
    );
    const { code, out, err } = await command("model", "diff", model, model, "--all", "--json");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const { scores } = JSON.parse(out) as {
      readonly scores: readonly {
        readonly area: string;
        readonly indicator: string | null;
        readonly after: unknown;
      }[];
    };
    const { latest } = (await api.get("/v1/devices/bin-new")) as {
      readonly latest: Readonly<Record<string, { readonly value: number }>>;
    };
    expect(scores.find(({ area, indicator }) => area === "leith" && indicator === "newest")?.after).toBe(
      100 - (latest.fill_level?.value ?? Number.NaN),
    );
  });

  it("an adopted device counts for the score of its area, without a restart of kota", async () => {
    const counts = async () => {
      // Its readings count from the moment on at which the scorer knows it.
      await post("/in/the-things-stack", uplink("bin-new", 50));
      const { sources } = await api.get<{ sources: { device: string }[] }>(
        "/v1/scores/explain?area=leith&dimension=environment&aspect=waste&indicator=bins_full",
      );
      return sources.some(({ device }) => device === "bin-new") ? true : undefined;
    };
    await eventually(counts, 15_000, "the device among the sources of the score");
  });

  it("a replay says first what would become of rejections, and changes what it said, once", async () => {
    expect(await post("/in/kota/late-1", { values: { pm2_5: 4 } })).toBe(202);
    expect(await post("/in/kota/late-1", { values: { pm2_5: -4 } })).toBe(202);
    await eventually(
      async () => ((await api.rejections("?topic=kota/v1/late-1")).length === 2 ? true : undefined),
      5000,
      "the rejections",
    );
    const added = await command(
      "devices",
      "add",
      "late-1",
      "--kind",
      "air",
      "--area",
      "leith",
      "--name",
      "Late",
    );
    expect(added.out).toContain("late-1 is registered: Late, air, leith (version 1).");
    const dry = await command("replay", "--topic", "kota/v1/late-1");
    expect(dry.out).toContain("1 would now give 1 reading");
    expect(dry.out).toContain("Nothing was changed.");
    expect(await api.count("late-1")).toBe(0);
    const applied = await command("replay", "--topic", "kota/v1/late-1", "--apply", "--json");
    expect(JSON.parse(applied.out)).toMatchObject({ repaired: 1, readings: 1 });
    await eventually(async () => ((await api.count("late-1")) === 1 ? true : undefined), 5000, "the reading");
    const again = await command("replay", "--topic", "kota/v1/late-1", "--apply", "--json");
    expect(JSON.parse(again.out)).toMatchObject({ repaired: 0, appended: 0 });
    expect(await api.count("late-1")).toBe(1);
  });

  it("what was registered and replayed is there after kill -9", async () => {
    await kota.end("SIGKILL");
    await start();
    expect(await api.get("/v1/devices/late-1")).toMatchObject({ registered: true, name: "Late" });
    expect(await post("/in/kota/late-1", { values: { pm2_5: 5 } })).toBe(202);
    await eventually(
      async () => ((await api.latest("late-1")).pm2_5 === 5 ? true : undefined),
      5000,
      "the next value",
    );
    expect(await api.rejections("?device=bin-new&open=true")).toEqual([]);
    const retired = await command("devices", "retire", "late-1");
    expect(retired.out).toContain("late-1 is retired");
    expect((await command("devices", "list", "--kind", "air")).out).not.toContain("late-1");
  });

  it("old readings come in from files: to the kota that runs, and to its log when none does", async () => {
    const file = join(dataDir, "old.csv");
    const row = (minute: number) =>
      `noise-leith-1,${new Date(Date.UTC(2019, 0, 1, 0, minute)).toISOString()},50`;
    const rows = Array.from({ length: 1000 }, (_, minute) => row(minute));
    writeFileSync(file, ["device,time,laeq", ...rows, "noise-leith-1,2019-01-01T00:00:00Z,400"].join("\n"));
    const args = ["import", file, "--map", "laeq=noise_laeq"];
    const dry = await command(...args, "--dry-run");
    expect(JSON.parse(dry.out)).toMatchObject({ dryRun: true, rows: 1001, readings: 1000, bad: 1 });
    const before = await api.count("noise-leith-1");
    const imported = await command(...args);
    expect(imported.code).toBe(1);
    expect(imported.err).toContain("old.csv:1002: value_out_of_range");
    expect(JSON.parse(imported.out)).toMatchObject({ readings: 1000, bad: 1, delivered: url });
    const all = async () => ((await api.count("noise-leith-1")) === before + 1000 ? true : undefined);
    await eventually(all, 10_000, "the readings");
    expect((await command(...args)).code).toBe(1);

    await kota.end("SIGTERM");
    const more = join(dataDir, "more.jsonl");
    writeFileSync(
      more,
      `${JSON.stringify({ device: "noise-leith-1", time: "2018-01-01T00:00:00Z", noise_laeq: 40 })}\n`,
    );
    const alone = await command("import", more);
    expect(alone).toMatchObject({ code: 4 });
    const offline = await offlineCommand("import", more);
    expect(JSON.parse(offline.out)).toMatchObject({
      readings: 1,
      delivered: expect.stringContaining("the log in"),
    });
    await start();
    await eventually(
      async () => ((await api.count("noise-leith-1")) === before + 1001 ? true : undefined),
      10_000,
      "the reading",
    );
  });

  it("a command without the right token says what to do", async () => {
    const { code, err } = await kotaCommand(["replay", "--url", url], {
      KOTA_ADMIN_TOKEN: "another-token-of-length",
    });
    expect(code).toBe(3);
    expect(err).toContain("none of those in KOTA_ADMIN_TOKEN");
  });
});
