/** One measured quantity: its one name and its one unit across kota. */
export interface Metric {
  readonly title: string;
  /** UCUM code. */
  readonly unit: string;
  /** `gauge`: the value now. `counter`: a total that only grows until it wraps or is reset. */
  readonly kind: "gauge" | "counter";
  /** Outside of this range a value is physically impossible, or the sensor's way to say 'nothing'. */
  readonly min: number;
  readonly max: number;
  /** Digits after the point that are worth showing. */
  readonly decimals: number;
}

const gauge = (title: string, unit: string, min: number, max: number, decimals: number): Metric => ({
  title,
  unit,
  kind: "gauge",
  min,
  max,
  decimals,
});

const counter = (title: string, unit: string, decimals: number): Metric => ({
  title,
  unit,
  kind: "counter",
  min: 0,
  max: 1e12,
  decimals,
});

/**
 * The metric catalogue. Names are snake_case, units are UCUM codes (`dB(A)` has no UCUM code and stands as the trade
 * writes it). An adapter converts to these units; nothing behind it converts again.
 */
export const METRICS = {
  // air
  pm1: gauge("PM1", "ug/m3", 0, 2000, 1),
  pm2_5: gauge("PM2.5", "ug/m3", 0, 2000, 1),
  pm4: gauge("PM4", "ug/m3", 0, 2000, 1),
  pm10: gauge("PM10", "ug/m3", 0, 2000, 1),
  no2: gauge("Nitrogen dioxide", "ug/m3", 0, 10_000, 1),
  o3: gauge("Ozone", "ug/m3", 0, 10_000, 1),
  so2: gauge("Sulphur dioxide", "ug/m3", 0, 30_000, 1),
  co: gauge("Carbon monoxide", "ug/m3", 0, 1_000_000, 0),
  no: gauge("Nitrogen monoxide", "ug/m3", 0, 10_000, 1),
  nox: gauge("Nitrogen oxides, as NO2", "ug/m3", 0, 20_000, 1),
  co2: gauge("Carbon dioxide", "[ppm]", 0, 50_000, 0),
  temperature: gauge("Temperature", "Cel", -60, 85, 1),
  humidity: gauge("Relative humidity", "%", 0, 100, 1),
  pressure: gauge("Air pressure", "hPa", 300, 1100, 1),
  illuminance: gauge("Illuminance", "lx", 0, 200_000, 0),
  // weather
  wind_speed: gauge("Wind speed", "m/s", 0, 120, 1),
  wind_gust: gauge("Wind gust", "m/s", 0, 150, 1),
  wind_direction: gauge("Wind direction, where it comes from", "deg", 0, 360, 0),
  precipitation: gauge("Precipitation since the reading before", "mm", 0, 500, 1),
  precipitation_rate: gauge("Precipitation rate", "mm/h", 0, 1000, 1),
  precipitation_total: counter("Precipitation, total", "mm", 1),
  solar_radiation: gauge("Solar radiation", "W/m2", -20, 2000, 0),
  uv_index: gauge("UV index", "1", 0, 25, 1),
  // soil and water
  soil_moisture: gauge("Soil moisture, share of volume", "%", 0, 100, 1),
  water_level: gauge("Water level", "m", -500, 10_000, 3),
  // noise
  noise_laeq: gauge("Sound level, LAeq", "dB(A)", 0, 150, 1),
  noise_la_min: gauge("Sound level, LA min", "dB(A)", 0, 150, 1),
  noise_la_max: gauge("Sound level, LA max", "dB(A)", 0, 150, 1),
  // waste
  fill_level: gauge("Fill level", "%", 0, 100, 0),
  distance: gauge("Distance", "mm", 0, 20_000, 0),
  // streets
  parking_occupancy: gauge("Parking spaces occupied; one space is 0 or 100", "%", 0, 100, 0),
  parking_free: gauge("Parking spaces free", "{spaces}", 0, 100_000, 0),
  people_count: gauge("People counted", "{people}", 0, 1e6, 0),
  vehicle_count: gauge("Vehicles counted since the reading before", "{vehicles}", 0, 1e6, 0),
  vehicle_speed: gauge("Mean speed of vehicles", "km/h", 0, 400, 0),
  // energy
  energy_total: counter("Energy, total", "kW.h", 3),
  energy_today: counter("Energy, today", "kW.h", 3),
  energy_yesterday: counter("Energy, yesterday", "kW.h", 3),
  energy_returned_total: counter("Energy returned, total", "kW.h", 3),
  heat_total: counter("Heat, total", "kW.h", 2),
  gas_total: counter("Gas, total", "m3", 3),
  water_total: counter("Water, total", "m3", 3),
  power: gauge("Active power", "W", -1e8, 1e8, 0),
  apparent_power: gauge("Apparent power", "V.A", -1e8, 1e8, 0),
  reactive_power: gauge("Reactive power", "var", -1e8, 1e8, 0),
  power_factor: gauge("Power factor", "1", -1, 1, 2),
  voltage: gauge("Voltage", "V", 0, 1e6, 1),
  current: gauge("Current", "A", -1e5, 1e5, 3),
  frequency: gauge("Frequency", "Hz", 0, 1000, 2),
  // the device itself
  device_temperature: gauge("Temperature inside of the device", "Cel", -60, 200, 1),
  battery: gauge("Battery", "%", 0, 100, 0),
  battery_voltage: gauge("Battery voltage", "V", 0, 60, 2),
  rssi: gauge("Signal strength", "dB[mW]", -200, 20, 0),
  snr: gauge("Signal to noise", "dB", -50, 50, 1),
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof METRICS;

const BY_NAME: ReadonlyMap<string, Metric> = new Map(Object.entries(METRICS));

/** The catalogue's entry for a name, or undefined for a name it does not have. */
export function metric(name: string): Metric | undefined {
  return BY_NAME.get(name);
}
