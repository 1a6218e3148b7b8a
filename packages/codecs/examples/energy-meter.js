// A made-up pulse counter on an electricity meter. ChirpStack v3: Decode(fPort, bytes, variables).
// The variable `pulses_per_kwh` tells what a pulse of the meter is worth; 1000 without it.
function Decode(fPort, bytes, variables) {
  var counter = Buffer.from(bytes);
  var perKwh = Number((variables && variables.pulses_per_kwh) || 1000);
  return {
    energy_total: counter.readUInt32LE(0) / perKwh,
    power: counter.length >= 6 ? counter.readUInt16LE(4) : undefined,
  };
}
