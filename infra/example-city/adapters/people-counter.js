// A made-up counter of people, in the form of The Things Network v2: Decoder(bytes, port). Its fields have common names, so
// that it needs no mapping.
//   port 1: people since the last message (2 bytes), battery (%)
function Decoder(bytes, port) {
  if (port !== 1 || bytes.length < 3) throw new Error("expected at least 3 bytes on port 1");
  return { people_count: (bytes[0] << 8) | bytes[1], battery: bytes[2] };
}
