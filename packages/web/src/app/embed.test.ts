import { expect, test } from "vitest";
import { asksToEmbed, withoutEmbed } from "./embed.ts";

test.each([
  ["#embed", true],
  ["#embed&open=dead-gpu", true],
  ["#open=dead-gpu&embed", true],
  ["#open=embed", false],
  ["#embedded", false],
  ["", false],
])("%s asks for the result alone: %s", (fragment, wanted) => expect(asksToEmbed(fragment)).toBe(wanted));

test("the whole page has the rest of the address", () => {
  expect(withoutEmbed("#embed&open=dead-gpu&v=report")).toBe("#open=dead-gpu&v=report");
  expect(withoutEmbed("#s=1.embed&embed")).toBe("#s=1.embed");
});
