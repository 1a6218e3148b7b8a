import { KotaError } from "@kota/model";
import { ByteReader, ByteWriter } from "./wasm-bytes.ts";

/** The name under which a metered module exports its counter of remaining steps, an i32. */
export const STEPS_EXPORT = "kota_steps";
/** How the names begin under which a metered module exports the globals that it had, in their order. */
export const GLOBAL_EXPORT = "kota_global_";

/** So many bytes that one instruction copies or fills cost a step: about what a step takes. */
const BYTES_PER_STEP_LOG2 = 6;

const SECTION = { type: 1, import: 2, function: 3, global: 6, export: 7, code: 10 } as const;
const I32 = 0x7f;
const KIND_GLOBAL = 3;

/**
 * Rewrites a WebAssembly module so that it counts what it does: one step for every function entered and every turn of
 * a loop, and one for every 64 bytes that it copies or fills at once. The module traps as soon as the exported counter
 * falls below 0, wherever it is; it begins at 2³¹ − 1. A count of steps is the same on every machine, however busy, which no clock is; and
 * no code that the module runs or interprets can get around it.
 * Throws KotaError `internal` for an instruction of a WebAssembly extension that it does not know.
 */
export function meterWasm(wasm: Uint8Array): Uint8Array {
  const reader = new ByteReader(wasm, 8);
  const writer = new ByteWriter(wasm.length * 2);
  writer.bytes(wasm, 0, 8);
  let parameters: number[] = [];
  let types: number[] = [];
  let importedGlobals = 0;
  let globals = 0;
  while (reader.at < wasm.length) {
    const id = reader.byte();
    const size = reader.u32();
    const start = reader.at;
    const end = start + size;
    const body = new ByteWriter(size * 2 + 64);
    switch (id) {
      case SECTION.type:
        parameters = parameterCounts(reader);
        body.bytes(wasm, start, end);
        break;
      case SECTION.import:
        importedGlobals = countImportedGlobals(reader);
        body.bytes(wasm, start, end);
        break;
      case SECTION.function:
        types = vector(reader, () => reader.u32());
        body.bytes(wasm, start, end);
        break;
      case SECTION.global:
        globals = reader.u32();
        body.u32(globals + 1);
        body.bytes(wasm, reader.at, end);
        body.list([I32, 1, 0x41, 0xff, 0xff, 0xff, 0xff, 0x07, 0x0b]); // mutable, i32.const 2³¹ − 1
        break;
      case SECTION.export:
        body.u32(reader.u32() + globals + 1);
        body.bytes(wasm, reader.at, end);
        for (let global = 0; global < globals; global++)
          exportGlobal(body, `${GLOBAL_EXPORT}${global}`, importedGlobals + global);
        exportGlobal(body, STEPS_EXPORT, importedGlobals + globals);
        break;
      case SECTION.code:
        meterCode(reader, body, importedGlobals + globals, (index) => parameters[types[index] ?? -1] ?? 0);
        break;
      default:
        body.bytes(wasm, start, end);
    }
    writer.byte(id);
    writer.u32(body.length);
    writer.append(body);
    reader.at = end;
  }
  return writer.taken();
}

function vector<T>(reader: ByteReader, item: () => T): T[] {
  return Array.from({ length: reader.u32() }, item);
}

function parameterCounts(reader: ByteReader): number[] {
  return vector(reader, () => {
    if (reader.byte() !== 0x60) unknown("type", reader.at);
    const parameters = reader.u32();
    reader.skip(parameters);
    reader.skip(reader.u32());
    return parameters;
  });
}

function countImportedGlobals(reader: ByteReader): number {
  let globals = 0;
  vector(reader, () => {
    reader.skip(reader.u32());
    reader.skip(reader.u32());
    const kind = reader.byte();
    if (kind === KIND_GLOBAL) {
      globals++;
      reader.skip(2);
    } else if (kind === 0) {
      reader.u32();
    } else {
      if (kind === 1) reader.byte();
      const limits = reader.byte();
      reader.u32();
      if (limits & 1) reader.u32();
    }
  });
  return globals;
}

function exportGlobal(writer: ByteWriter, name: string, index: number): void {
  const bytes = new TextEncoder().encode(name);
  writer.u32(bytes.length);
  writer.bytes(bytes, 0, bytes.length);
  writer.byte(KIND_GLOBAL);
  writer.u32(index);
}

function meterCode(
  reader: ByteReader,
  out: ByteWriter,
  steps: number,
  parametersOf: (index: number) => number,
): void {
  const functions = reader.u32();
  out.u32(functions);
  for (let index = 0; index < functions; index++) {
    const size = reader.u32();
    const body = new ByteWriter(size * 2 + 64);
    meterFunction(reader, reader.at + size, body, steps, parametersOf(index));
    out.u32(body.length);
    out.append(body);
  }
}

function meterFunction(
  reader: ByteReader,
  end: number,
  out: ByteWriter,
  steps: number,
  parameters: number,
): void {
  const groups = reader.u32();
  const declared = reader.at;
  let locals = parameters;
  for (let group = 0; group < groups; group++) {
    locals += reader.u32();
    reader.byte();
  }
  out.u32(groups + 1);
  out.bytes(reader.source, declared, reader.at);
  out.list([1, I32]);
  charge(out, steps, null);

  let from = reader.at;
  while (reader.at < end) {
    const at = reader.at;
    const opcode = reader.byte();
    skipImmediates(reader, opcode);
    if (opcode === 0x03) {
      out.bytes(reader.source, from, reader.at);
      charge(out, steps, null);
      from = reader.at;
    } else if (opcode === 0xfc && isBulk(reader.source[at + 1])) {
      out.bytes(reader.source, from, at);
      charge(out, steps, locals);
      from = at;
    }
  }
  out.bytes(reader.source, from, end);
}

/** memory.init, memory.copy and memory.fill: the length is on top of the stack. */
function isBulk(instruction: number | undefined): boolean {
  return instruction === 0x08 || instruction === 0x0a || instruction === 0x0b;
}

/** Takes one step, or those of the length on top of the stack by way of the local `length`, and traps below 0. */
function charge(out: ByteWriter, steps: number, length: number | null): void {
  if (length !== null) {
    out.byte(0x22); // local.tee
    out.u32(length);
  }
  out.byte(0x23); // global.get
  out.u32(steps);
  if (length === null) {
    out.list([0x41, 1]); // i32.const 1
  } else {
    out.byte(0x20); // local.get
    out.u32(length);
    out.list([0x41, BYTES_PER_STEP_LOG2, 0x76]); // i32.shr_u
  }
  out.byte(0x6b); // i32.sub
  out.byte(0x24); // global.set
  out.u32(steps);
  out.byte(0x23); // global.get
  out.u32(steps);
  out.list([0x41, 0, 0x48, 0x04, 0x40, 0x00, 0x0b]); // i32.const 0, i32.lt_s, if, unreachable, end
}

/** Moves behind the immediates of an instruction (WebAssembly 2.0, binary format, without vectors). */
function skipImmediates(reader: ByteReader, opcode: number): void {
  if (opcode >= 0x45 && opcode <= 0xc4) return;
  if (opcode >= 0x28 && opcode <= 0x3e) {
    reader.leb();
    reader.leb();
    return;
  }
  switch (opcode) {
    case 0x00: // unreachable
    case 0x01: // nop
    case 0x05: // else
    case 0x0b: // end
    case 0x0f: // return
    case 0x1a: // drop
    case 0x1b: // select
    case 0xd1: // ref.is_null
      return;
    case 0x02: // block
    case 0x03: // loop
    case 0x04: // if
    case 0x0c: // br
    case 0x0d: // br_if
    case 0x10: // call
    case 0x20: // local.get
    case 0x21: // local.set
    case 0x22: // local.tee
    case 0x23: // global.get
    case 0x24: // global.set
    case 0x25: // table.get
    case 0x26: // table.set
    case 0x3f: // memory.size
    case 0x40: // memory.grow
    case 0x41: // i32.const
    case 0x42: // i64.const
    case 0xd0: // ref.null
    case 0xd2: // ref.func
      reader.leb();
      return;
    case 0x11: // call_indirect
      reader.leb();
      reader.leb();
      return;
    case 0x0e: // br_table
      for (let labels = reader.u32() + 1; labels > 0; labels--) reader.leb();
      return;
    case 0x1c: // select with types
      reader.skip(reader.u32());
      return;
    case 0x43: // f32.const
      reader.skip(4);
      return;
    case 0x44: // f64.const
      reader.skip(8);
      return;
    case 0xfc:
      skipExtended(reader);
      return;
    default:
      unknown(`0x${opcode.toString(16)}`, reader.at);
  }
}

function skipExtended(reader: ByteReader): void {
  const instruction = reader.u32();
  if (instruction <= 7) return; // saturating conversions
  if (instruction > 17) unknown(`0xfc ${instruction}`, reader.at);
  const two = instruction === 8 || instruction === 10 || instruction === 12 || instruction === 14;
  reader.leb();
  if (two) reader.leb();
}

function unknown(what: string, at: number): never {
  throw new KotaError(
    "internal",
    `The codec engine cannot be metered: it holds the instruction ${what} at byte ${at}, which is not known here. Use the pinned version of the engine.`,
  );
}
