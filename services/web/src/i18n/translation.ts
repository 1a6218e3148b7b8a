import type { en } from "./en.ts";

/** The keys that only a language with a singular of its own has. */
type Singular = `${string}_one`;

type Texts<T> = {
  readonly [Key in keyof T as Key extends Singular ? never : Key]: T[Key] extends string
    ? string
    : Texts<T[Key]>;
};

/** The texts of a language that has one plural form: the same keys as English, less the singulars. */
export type Translation = Texts<typeof en>;
