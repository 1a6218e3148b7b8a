// A made-up sound level meter. The Things Network v2: Decoder(bytes, port).
// Port 3 carries records of 4 bytes: minutes ago, LAeq, LAFmin, LAFmax (0.5 dB each).
function Decoder(bytes, port) {
  if (port !== 3) return {};
  var decoded = {};
  for (var i = 0; i + 4 <= bytes.length; i += 4) {
    var suffix = bytes[i] === 0 ? "" : "_" + bytes[i] + "min_ago";
    decoded["laeq" + suffix] = bytes[i + 1] / 2;
    decoded["lamin" + suffix] = bytes[i + 2] / 2;
    decoded["lamax" + suffix] = bytes[i + 3] / 2;
  }
  return decoded;
}
