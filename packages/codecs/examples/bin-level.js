// A made-up ultrasonic sensor in the lid of a waste bin. LoRa Alliance TS013.
//   fPort 1: battery (20 mV), distance to the waste (mm, 2 bytes), temperature (°C, signed), flags
//   fPort 2: boot message, firmware version
var EMPTY_AT = 1200;
var FULL_AT = 150;

function decodeUplink(input) {
  var bytes = input.bytes;
  if (input.fPort === 2) {
    return { data: { firmware: bytes[0] + "." + bytes[1] } };
  }
  if (input.fPort !== 1) {
    return { errors: ["unknown fPort " + input.fPort] };
  }
  if (bytes.length !== 5) {
    return { errors: ["expected 5 bytes, got " + bytes.length] };
  }
  var distance = (bytes[1] << 8) | bytes[2];
  var warnings = [];
  if (bytes[4] & 1) warnings.push("the bin is tilted");
  if (distance === 0xffff) warnings.push("no echo");
  var data = {
    battery_voltage: bytes[0] / 50,
    temperature: (bytes[3] << 24) >> 24,
  };
  if (distance !== 0xffff) {
    data.distance = distance;
    var fill = ((EMPTY_AT - distance) / (EMPTY_AT - FULL_AT)) * 100;
    data.fill_level = Math.round(Math.min(100, Math.max(0, fill)));
  }
  return { data: data, warnings: warnings };
}
