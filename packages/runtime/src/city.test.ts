import { cpSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadCity, parseDevices } from "./city.ts";

const EXAMPLE = join(import.meta.dirname, "../../../infra/example-city");
const areas = new Set(["leith"]);

function copyWith(name: string, content: string): string {
  const dir = mkdtempSync(join(tmpdir(), "kota-city-"));
  for (const file of ["city.yaml", "areas.geojson", "devices.csv", "scores.yaml"])
    cpSync(join(EXAMPLE, file), join(dir, file));
  writeFileSync(join(dir, name), content);
  return dir;
}

describe("a city's folder", () => {
  it("of the example city loads, and every device of it has an area and says where its values come from", () => {
    const city = loadCity(EXAMPLE);
    expect(city.devices.length).toBeGreaterThan(300);
    for (const device of city.devices) {
      expect(device.area).not.toBeNull();
      expect(device.attribution).not.toBeNull();
    }
  });

  it("that is missing names KOTA_CITY", () => {
    expect(() => loadCity("/does/not/exist")).toThrow(/KOTA_CITY/);
  });

  it.each([
    ["city.yaml", "name: X\ntimeZone: Mars/Olympus\n", /city.yaml: timeZone: use an IANA time zone/],
    ["city.yaml", "name: [", /city.yaml/],
    ["areas.geojson", "{", /areas.geojson/],
    ["areas.geojson", '{"type":"FeatureCollection","features":[{}]}', /features.0/],
    [
      "city.yaml",
      "name: X\ntimeZone: UTC\nmap: { tiles: { url: 'https://a.example/map.png', attribution: A } }\n",
      /map.tiles.url: use an address with \{z\}/,
    ],
    [
      "city.yaml",
      "name: X\ntimeZone: UTC\nmap: { pmtiles: { from: '../map.pmtiles', attribution: A } }\n",
      /map.pmtiles.from: use the name of a file in the city's folder/,
    ],
    [
      "city.yaml",
      "name: X\ntimeZone: UTC\nmap: { pmtiles: { from: map.pmtiles, attribution: A } }\n",
      /map.pmtiles.from: the city's folder has no readable map.pmtiles/,
    ],
    [
      "city.yaml",
      "name: X\ntimeZone: UTC\nmap: { pmtiles: { from: https://a.example/b.pmtiles, attribution: A }, tiles: { url: 'https://a.example/{z}/{x}/{y}.png', attribution: A } }\n",
      /city.yaml: map: give tiles or pmtiles, not both/,
    ],
    [
      "ground.geojson",
      '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"kind":"sea"}}]}',
      /ground.geojson: features.0/,
    ],
    ["devices.csv", "id,name,kind,colour\na,b,bin,red\n", /devices.csv line 2: there is no column 'colour'/],
  ])("with a broken %s says what is wrong", (name, content, message) => {
    expect(() => loadCity(copyWith(name, content))).toThrow(message);
  });
});

describe("the map archive of a city", () => {
  const settings = "name: X\ntimeZone: UTC\nmap: { pmtiles: { from: town.pmtiles, attribution: A } }\n";

  it("is found beside city.yaml, and is none when it lies on another server", () => {
    const dir = copyWith("city.yaml", settings);
    writeFileSync(join(dir, "town.pmtiles"), "PMTiles\x03 and what follows");
    expect(loadCity(dir).mapArchive).toBe(join(dir, "town.pmtiles"));
    writeFileSync(join(dir, "city.yaml"), settings.replace("town", "https://a.example/town"));
    expect(loadCity(dir)).not.toHaveProperty("mapArchive");
  });

  it.each(["PMTiles\x02", "PMT", "<html>not found</html>"])("is told from %j, which is none", (content) => {
    const dir = copyWith("city.yaml", settings);
    writeFileSync(join(dir, "town.pmtiles"), content);
    expect(() => loadCity(dir)).toThrow(/town.pmtiles is not a PMTiles archive of version 3/);
  });
});

describe("devices.csv", () => {
  it("says of a device whether it moves", () => {
    const rows = parseDevices("id,name,kind,moves\na,A,bus,yes\nb,B,bus,no\nc,C,bus,\n", new Set());
    expect(rows.map(({ moves }) => moves)).toEqual([true, false, undefined]);
    expect(() => parseDevices("id,name,kind,moves\na,A,bus,often\n", new Set())).toThrow(/moves/);
  });

  it("takes empty cells as not known and a missing origin as live", () => {
    const [device] = parseDevices("id,name,kind,area,lat,lon\nb1,Bin 1,bin,leith,,\n", areas);
    expect(device).toEqual({
      id: "b1",
      name: "Bin 1",
      kind: "bin",
      adapter: null,
      nativeId: null,
      area: "leith",
      lat: null,
      lon: null,
      origin: "live",
      attribution: null,
    });
  });

  it.each([
    ["id,name,kind\nb1,B,bin\nb1,B,bin\n", /line 3: device 'b1' already stands in line 2/],
    ["id,name,kind,area\nb1,B,bin,mars\n", /line 2: device 'b1' is in area 'mars'/],
    ["id,name,kind,lat\nb1,B,bin,north\n", /line 2: lat/],
    ["id,name,kind\nb 1,B,bin\n", /line 2: id/],
    ["id,name,kind\nb1,B\n", /devices.csv/],
  ])("refuses %j with line and reason", (text, message) => {
    expect(() => parseDevices(text, areas)).toThrow(message);
  });
});
