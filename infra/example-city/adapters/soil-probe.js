// A made-up soil probe, to show how a codec comes into a city's folder. LoRa Alliance TS013.
//   fPort 2, 4 bytes: battery (20 mV), soil moisture (0.5 %), soil temperature (0.1 °C, signed, big endian)
//   fPort 3: it was switched on
function decodeUplink(input) {
  var bytes = input.bytes;
  if (input.fPort === 3) return { data: { event: "switched on" } };
  if (input.fPort !== 2) return { errors: ["unknown fPort " + input.fPort] };
  if (bytes.length !== 4) return { errors: ["expected 4 bytes, got " + bytes.length] };
  return {
    data: {
      bat: bytes[0] / 50,
      soil: { moist: bytes[1] / 2, temp: (((bytes[2] << 24) >> 16) | bytes[3]) / 10 },
    },
  };
}
