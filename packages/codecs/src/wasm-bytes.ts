/** Reads the bytes of a WebAssembly module. */
export class ByteReader {
  readonly source: Uint8Array;
  at: number;

  constructor(source: Uint8Array, at: number) {
    this.source = source;
    this.at = at;
  }

  byte(): number {
    return this.source[this.at++] ?? 0;
  }

  /** An unsigned LEB128 number of up to 32 bits. */
  u32(): number {
    let value = 0;
    let factor = 1;
    let byte: number;
    do {
      byte = this.byte();
      value += (byte & 0x7f) * factor;
      factor *= 128;
    } while (byte & 0x80);
    return value;
  }

  skip(bytes: number): void {
    this.at += bytes;
  }

  /** Moves behind a LEB128 number of any kind. */
  leb(): void {
    while (this.byte() & 0x80);
  }
}

/** Gathers the bytes of a WebAssembly module. */
export class ByteWriter {
  #bytes: Uint8Array;
  #length = 0;

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length++] = value;
  }

  list(values: readonly number[]): void {
    for (const value of values) this.byte(value);
  }

  u32(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  bytes(source: Uint8Array, start: number, end: number): void {
    const size = end - start;
    if (this.#length + size > this.#bytes.length) this.#grow(size);
    this.#bytes.set(source.subarray(start, end), this.#length);
    this.#length += size;
  }

  append(other: ByteWriter): void {
    this.bytes(other.#bytes, 0, other.#length);
  }

  taken(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #grow(by: number): void {
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + by));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}
