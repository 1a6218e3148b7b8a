const SHOWN: Readonly<Record<string, string>> = {
  "1": "",
  Cel: "°C",
  ug: "µg",
  m2: "m²",
  m3: "m³",
  "[ppm]": "ppm",
  "[ppb]": "ppb",
  "kW.h": "kWh",
  "W.h": "Wh",
  "V.A": "VA",
  "dB[mW]": "dBm",
};

/** How a UCUM code is written for a person. A code that is not known is shown as it is, less its dots and brackets. */
export function shownUnit(ucum: string | null): string {
  if (ucum === null) return "";
  return ucum.split("/").map(shownFactor).join("/");
}

/** A number with its unit, with a space between them that does not break ('%' and '°C' too, as SI asks). */
export function withUnit(number: string, ucum: string | null): string {
  const unit = shownUnit(ucum);
  return unit === "" ? number : `${number}\u00a0${unit}`;
}

function shownFactor(ucum: string): string {
  return SHOWN[ucum] ?? ucum.replaceAll(/[[\]{}]/g, "").replaceAll(".", "·");
}
