import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { readValue } from "./setting.ts";
import { readYaml } from "./yaml.ts";

const place = { set: 1 };
const NUMERALS = [
  "0",
  "00",
  "007",
  "-0",
  "-4",
  "+4",
  "1_000",
  "1e3",
  "0x10",
  "0o17",
  " 4",
  "4 ",
  "4.0",
  "",
  "999999999999999",
  "9007199254740993",
];

test.prop([fc.oneof(fc.nat().map(String), fc.maxSafeNat().map(String), fc.constantFrom(...NUMERALS), fc.stringMatching(/^\d{1,20}$/))], {
  numRuns: drawnCases(300),
})("a value of a setting is read as YAML reads it", (text) => {
  expect(readValue(text, place)).toEqual(readYaml(text, () => place));
});
