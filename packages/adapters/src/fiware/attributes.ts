import type { MetricName } from "@kota/model";

/** What an attribute of the Smart Data Models measures. */
export interface Attribute {
  readonly metric: MetricName;
  /** The model's unit, when the attribute states none; null: the model names none, so that it must be stated. */
  readonly unit: string | null;
  /** The unit of the value of each phase, when the attribute holds phases. */
  readonly phaseUnit?: string;
  /** A fraction in the model, which some publishers write as a percentage. */
  readonly fraction?: boolean;
  /** The sensor is always one of its own. */
  readonly channel?: string;
  /** Only entities of this type have the attribute with this meaning. */
  readonly type?: string;
}

const ATTRIBUTES = new Map<string, Attribute>();

function attributes(names: string, attribute: Attribute): void {
  for (const name of names.split(" ")) ATTRIBUTES.set(name, attribute);
}

attributes("temperature airTemperature", { metric: "temperature", unit: "Cel" });
attributes("relativeHumidity humidity", { metric: "humidity", unit: "%", fraction: true });
attributes("atmosphericPressure pressure barometricPressure", { metric: "pressure", unit: "hPa" });
attributes("windSpeed", { metric: "wind_speed", unit: "m/s" });
attributes("gustSpeed windGust", { metric: "wind_gust", unit: "m/s" });
attributes("windDirection", { metric: "wind_direction", unit: "deg" });
attributes("precipitation", { metric: "precipitation", unit: "mm" });
attributes("solarRadiation", { metric: "solar_radiation", unit: "W/m2" });
attributes("illuminance", { metric: "illuminance", unit: "lx" });
attributes("uVIndex uvIndex", { metric: "uv_index", unit: "1" });
attributes("streamGauge", { metric: "water_level", unit: "cm" });
attributes("currentLevel", { metric: "water_level", unit: null, type: "FloodMonitoring" });
attributes("pm1", { metric: "pm1", unit: "ug/m3" });
attributes("pm25 pm2_5 pm2.5", { metric: "pm2_5", unit: "ug/m3" });
attributes("pm4", { metric: "pm4", unit: "ug/m3" });
attributes("pm10", { metric: "pm10", unit: "ug/m3" });
attributes("no2", { metric: "no2", unit: "ug/m3" });
attributes("o3", { metric: "o3", unit: "ug/m3" });
attributes("so2", { metric: "so2", unit: "ug/m3" });
attributes("no", { metric: "no", unit: "ug/m3" });
attributes("nox", { metric: "nox", unit: "ug/m3" });
// Stations report it in mg/m3 and in ug/m3 alike: a guess would be wrong by a thousand.
attributes("co", { metric: "co", unit: null });
attributes("co2", { metric: "co2", unit: "[ppm]" });
attributes("LAeq", { metric: "noise_laeq", unit: "dB(A)" });
attributes("LAmax", { metric: "noise_la_max", unit: "dB(A)" });
attributes("LAmin", { metric: "noise_la_min", unit: "dB(A)" });
attributes("fillingLevel", { metric: "fill_level", unit: "%", fraction: true });
attributes("batteryLevel", { metric: "battery", unit: "%", fraction: true });
attributes("soilMoistureVwc soilMoisture", { metric: "soil_moisture", unit: "%", fraction: true });
attributes("soilTemperature", { metric: "temperature", unit: "Cel", channel: "soil" });
attributes("totalActiveEnergyImport energyConsumed", { metric: "energy_total", unit: "kW.h" });
attributes("totalActiveEnergyExport", { metric: "energy_returned_total", unit: "kW.h" });
attributes("totalActivePower activePower", { metric: "power", unit: "W", phaseUnit: "W" });
attributes("totalReactivePower reactivePower", { metric: "reactive_power", unit: "var", phaseUnit: "var" });
attributes("totalApparentPower apparentPower", { metric: "apparent_power", unit: "V.A", phaseUnit: "V.A" });
attributes("powerFactor", { metric: "power_factor", unit: "1", phaseUnit: "1" });
attributes("frequency", { metric: "frequency", unit: "Hz" });
attributes("phaseVoltage phaseToPhaseVoltage voltage", { metric: "voltage", unit: null, phaseUnit: "V" });
attributes("current", { metric: "current", unit: null, phaseUnit: "A" });
attributes("powerConsumption", { metric: "power", unit: null });
for (const [phase, channel] of [
  ["R", "L1"],
  ["S", "L2"],
  ["T", "L3"],
] as const) {
  const type = "StreetlightControlCabinet";
  attributes(`intensity${phase}`, { metric: "current", unit: "A", channel, type });
  attributes(`reactivePower${phase}`, { metric: "reactive_power", unit: null, channel, type });
}
attributes("peopleCount", { metric: "people_count", unit: "{people}" });
attributes("intensity", { metric: "vehicle_count", unit: "{vehicles}", type: "TrafficFlowObserved" });
attributes("averageVehicleSpeed", { metric: "vehicle_speed", unit: "km/h" });
attributes("availableSpotNumber", { metric: "parking_free", unit: "{spaces}" });

/** What an attribute of an entity of this type measures; capitals of pollutants are as older publishers write them. */
export function attributeOf(name: string, type: string): Attribute | undefined {
  const found = ATTRIBUTES.get(name) ?? (name.length < 6 ? ATTRIBUTES.get(name.toLowerCase()) : undefined);
  return found?.type === undefined || found.type === type ? found : undefined;
}

/** Types of entities that are recognised without normalized attributes or a notification around them. */
export const TYPES: ReadonlySet<string> = new Set([
  "ACMeasurement",
  "AirQualityObserved",
  "CrowdFlowObserved",
  "FloodMonitoring",
  "GreenspaceRecord",
  "IndoorEnvironmentObserved",
  "NoiseLevelObserved",
  "OffStreetParking",
  "OnStreetParking",
  "ParkingGroup",
  "ParkingSpot",
  "Streetlight",
  "StreetlightControlCabinet",
  "ThreePhaseAcMeasurement",
  "TrafficFlowObserved",
  "WasteContainer",
  "WeatherObserved",
]);
