// node --test infra/native
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { nativeAvailable, SERVERS, startNative } from "./servers.mjs";

const missing = SERVERS.filter((server) => !nativeAvailable(server));
const skip = missing.length > 0 && `not installed: ${missing.join(", ")} (infra/native/install.sh)`;

const shell = (command, ...args) => execFileSync(command, args, { encoding: "utf8", timeout: 30_000 });
const script = (name) => fileURLToPath(new URL(name, import.meta.url));
const until = async (condition, what) => {
  for (const deadline = Date.now() + 20_000; !condition(); await sleep(50)) {
    assert.ok(Date.now() < deadline, `timed out: ${what}`);
  }
};
const alive = (pid) => existsSync(`/proc/${pid}`);

async function influx({ url, token }, path, body, type = "text/plain") {
  const response = await fetch(`${url}${path}`, {
    method: "POST",
    headers: { authorization: `Token ${token}`, "content-type": type },
    body,
  });
  assert.ok(response.ok, `${path}: ${response.status}`);
  return response.text();
}
const query = (server, text) =>
  influx(server, `/api/v2/query?org=${server.org}`, text, "application/vnd.flux");
const produce = ({ brokers }, topic, value) => {
  execFileSync("kcat", ["-b", brokers[0], "-P", "-t", topic, "-X", "acks=all"], { input: `${value}\n` });
};
const consume = ({ brokers }, topic) => shell("kcat", "-b", brokers[0], "-C", "-t", topic, "-e", "-q");

/** kcat cannot make a topic, and Kafka must not make one by itself. */
const createTopic = ({ brokers }, topic) =>
  shell(script("kafka.sh"), "topics", "--bootstrap-server", brokers[0], "--create", "--topic", topic);

let one;
let two;
before(async () => {
  if (!skip) [one, two] = await Promise.all([startNative(), startNative()]);
});
after(() => Promise.all([one?.stop(), two?.stop()]));

test("two sets at once know nothing of each other", { skip }, async () => {
  const topic = "native/test";
  for (const [set, value] of [
    [one, "first"],
    [two, "second"],
  ]) {
    shell("mosquitto_pub", "-p", String(set.mosquitto.port), "-q", "1", "-r", "-t", topic, "-m", value);
    createTopic(set.kafka, "test");
    produce(set.kafka, "test", value);
    await influx(
      set.influxdb,
      "/api/v2/write?org=kota&bucket=kota&precision=ms",
      `t v="${value}" ${Date.now()}`,
    );
  }
  for (const [set, value] of [
    [one, "first"],
    [two, "second"],
  ]) {
    const retained = shell(
      "mosquitto_sub",
      "-p",
      String(set.mosquitto.port),
      "-t",
      topic,
      "-C",
      "1",
      "-W",
      "5",
    );
    assert.equal(retained, `${value}\n`);
    assert.equal(consume(set.kafka, "test"), `${value}\n`);
    const rows = await query(set.influxdb, 'from(bucket:"kota") |> range(start:-1h)');
    assert.match(rows, new RegExp(value));
    assert.doesNotMatch(rows, new RegExp(value === "first" ? "second" : "first"));
  }
});

test("an unknown topic is not made by chance", { skip }, () => {
  assert.throws(() => shell("kcat", "-b", one.kafka.brokers[0], "-C", "-t", "typing-error", "-e", "-q"));
});

test("a restart keeps the data and the port", { skip }, async () => {
  const pids = SERVERS.map((server) => one[server].pid);
  await Promise.all(SERVERS.map((server) => one.restart(server)));
  SERVERS.forEach((server, index) => {
    assert.notEqual(one[server].pid, pids[index]);
  });
  assert.equal(
    shell("mosquitto_sub", "-p", String(one.mosquitto.port), "-t", "#", "-C", "1", "-W", "5"),
    "first\n",
  );
  assert.equal(consume(one.kafka, "test"), "first\n");
  assert.match(await query(one.influxdb, 'from(bucket:"kota") |> range(start:-1h)'), /first/);
});

test("what Kafka and InfluxDB acknowledged is there after kill -9", { skip }, async () => {
  produce(two.kafka, "test", "third");
  await influx(two.influxdb, "/api/v2/write?org=kota&bucket=kota", 't v="third"');
  await two.kill("kafka");
  await two.kill("influxdb");
  await Promise.all([two.start("kafka"), two.start("influxdb")]);
  assert.equal(consume(two.kafka, "test"), "second\nthird\n");
  assert.match(await query(two.influxdb, 'from(bucket:"kota") |> range(start:-1h)'), /third/);
});

test("a paused server goes on, and can be stopped while it is paused", { skip }, async () => {
  await two.kill("influxdb", "SIGSTOP");
  await assert.rejects(fetch(`${two.influxdb.url}/health`, { signal: AbortSignal.timeout(300) }));
  await two.kill("influxdb", "SIGCONT");
  assert.ok((await fetch(`${two.influxdb.url}/health`)).ok);
  await two.kill("influxdb", "SIGSTOP");
  await two.restart("influxdb");
});

test("a taken port is said to be taken", { skip }, async () => {
  const blocker = createServer().listen(0, "127.0.0.1");
  await new Promise((done) => blocker.once("listening", done));
  const { port } = blocker.address();
  await assert.rejects(startNative({ servers: ["mosquitto"], ports: { mosquitto: port } }), /is taken/);
  blocker.close();
});

test("servers do not outlive a process that is killed", { skip }, async () => {
  const child = spawn(
    process.execPath,
    [
      "--input-type=module",
      "-e",
      `import { startNative } from ${JSON.stringify(new URL("servers.mjs", import.meta.url).href)};
       const native = await startNative({ servers: ["mosquitto"] });
       console.log(JSON.stringify({ dir: native.dir, pid: native.mosquitto.pid }));
       setInterval(() => {}, 1000);`,
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const [line] = await new Promise((done) =>
    child.stdout.once("data", (data) => done(String(data).split("\n"))),
  );
  const { dir, pid } = JSON.parse(line);
  assert.ok(alive(pid));
  child.kill("SIGKILL");
  await until(() => !existsSync(dir), "the folder is deleted");
  assert.throws(() => shell(script("status.sh"), "--dir", dir, "mosquitto"));
});
