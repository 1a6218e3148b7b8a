import type { RejectionCode } from "@kota/model";

/** Thrown by an adapter to refuse a message: the sender's fault, not a defect. */
export class Refusal extends Error {
  readonly code: RejectionCode;
  readonly device: string | null;

  constructor(code: RejectionCode, reason: string, device: string | null) {
    super(reason);
    this.code = code;
    this.device = device;
  }
}

/** `reason` is a sentence for a person: which field, what was expected, what came. */
export function refuse(code: RejectionCode, reason: string, device: string | null = null): never {
  throw new Refusal(code, reason, device);
}
