import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { BadLink, linkOf, type Shared, sharedFrom } from "./link.ts";

const text = fc.string({ unit: "grapheme", maxLength: 60 });
const sent = fc.record({
  name: text,
  version: text,
  hash: text,
  verdict: text,
  conclusion: text,
  headlines: fc.array(fc.tuple(text, text, text, text), { maxLength: 3 }),
});
const shared = fc.record(
  {
    text,
    path: text,
    files: fc.dictionary(
      text.filter((key) => key !== "__proto__"),
      text,
    ),
    view: text,
    stretch: fc.tuple(fc.oneof(fc.nat(), fc.constant(0)), fc.integer({ min: 1 })).map(([fromNs, ns]) => ({ fromNs, toNs: fromNs + ns })),
    sent,
  },
  { requiredKeys: ["text", "path", "files", "view"] },
);

test.prop([shared])("a link gives back what it was made of", async (state) => {
  const link = await linkOf(state as Shared);
  expect(link).toMatch(/^s=1\.[\w-]*$/);
  expect(await sharedFrom(`#${link}`)).toEqual({ ...state, files: { ...state.files } });
  expect(await sharedFrom(`#v=report&${link}&t=1`)).toEqual({ ...state, files: { ...state.files } });
});

test("a fragment without a plan holds none", async () => {
  expect(await sharedFrom("#v=report")).toBeUndefined();
});

test.prop([shared, fc.nat()])("a link that was cut says so", async (state, at) => {
  const link = await linkOf(state as Shared);
  const cut = link.slice(0, 4 + (at % (link.length - 4)));
  await expect(sharedFrom(`#${cut}`)).rejects.toThrow(BadLink);
});

test("a link of another format, of no plan, or of odd letters is refused", async () => {
  await expect(sharedFrom("#s=2.abc")).rejects.toThrow("of format 2");
  await expect(sharedFrom("#s=1.%20")).rejects.toThrow("not whole");
  await expect(sharedFrom(`#${await linkOf({ text: 1 } as unknown as Shared)}`)).rejects.toThrow("does not hold a plan");
  await expect(sharedFrom(`#${await linkOf([] as unknown as Shared)}`)).rejects.toThrow("does not hold a plan");
});

test("at most 4 MiB are inflated, however small the link", async () => {
  const bomb = await linkOf({ text: "x".repeat(20 << 20), path: "a", files: {}, view: "answer" });
  expect(bomb.length).toBeLessThan(40_000);
  await expect(sharedFrom(`#${bomb}`)).rejects.toThrow("more than 4 MiB");
});

test("claims that are not as they should be are left out", async () => {
  const state = { text: "a", path: "b", files: {}, view: "answer", stretch: { fromNs: 5, toNs: 5 }, sent: { name: 1 } };
  expect(await sharedFrom(`#${await linkOf(state as unknown as Shared)}`)).toEqual({ text: "a", path: "b", files: {}, view: "answer" });
});
