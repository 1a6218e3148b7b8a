import { defineAdapter } from "../adapter.ts";
import { isSenmlPack, looksLikeSenml, SenmlPack, senmlReadings } from "../senml.ts";

export const senml = defineAdapter({
  id: "senml",
  title: "SenML, JSON",
  version: 1,
  source: "https://www.rfc-editor.org/rfc/rfc8428",
  claims: { topics: ["senml/#"], shape: looksLikeSenml },
  schema: SenmlPack,
  fits: isSenmlPack,
  decode: senmlReadings,
});
