import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loadScenarioFile } from "./scenario-file.ts";
import { readTextFile, readTextStream, UnreadableFile } from "./scenario-text.ts";

const folder = mkdtempSync(join(tmpdir(), "texts-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(content: string | Uint8Array): string {
  const path = join(folder, `${Math.random()}.yaml`);
  writeFileSync(path, content);
  return path;
}

function refusal(path: string, largest = 1024): string {
  try {
    readTextFile(path, largest);
  } catch (error) {
    if (error instanceof UnreadableFile) return `${error.file === path ? "" : "another file: "}${error.message}`;
    throw error;
  }
  return "read";
}

test("a text is read whole, without its byte order mark, characters that cross the pieces included", () => {
  const text = `${"x".repeat(64 * 1024 - 1)}é${"ü".repeat(50_000)}`;
  expect(readTextFile(file(text), 1 << 20)).toBe(text);
  expect(readTextFile(file("\ufefftokenyard: 1\n"), 1024)).toBe("tokenyard: 1\n");
  expect(readTextFile(file(""), 1024)).toBe("");
});

test("a file that cannot be read says why in a few words", () => {
  expect(refusal(join(folder, "nowhere.yaml"))).toBe("no such file");
  expect(refusal(join(file("a"), "inside.yaml"))).toBe("no such file");
  expect(refusal(folder)).toBe("a directory; wanted a file");
  expect(() => loadScenarioFile(join(folder, "nowhere.yaml"))).toThrow(`${join(folder, "nowhere.yaml")}: no such file`); // in a program
});

test.skipIf(!existsSync("/proc/self/mem"))("a file that opens and gives nothing is the world's misfortune", () => {
  expect(refusal("/proc/self/mem")).toBe("cannot be read there; wanted a file on a disk that is whole");
});

test("what is no text is refused, with the place of what shows it: a zero byte, or bytes that are not UTF-8", () => {
  const wanted = (found: string) => `not a text: ${found}; wanted a file in UTF-8`;
  expect(refusal(file("ab\r\nc\0d"))).toBe(wanted("a zero byte in line 2, column 2"));
  expect(refusal(file(Uint8Array.of(0x61, 10, 0xe9, 10)))).toBe(wanted("the byte 0xe9 in line 2, column 1")); // é in Latin-1
  expect(refusal(file(Uint8Array.of(0x61, 0xc3)))).toBe(wanted("the byte 0xc3 in line 1, column 2")); // half an é at the end
  const wide = Buffer.from("tokenyard: 1", "utf16le");
  for (const bytes of [wide, Buffer.concat([Uint8Array.of(0xff, 0xfe), wide]), Buffer.from([0xfe, 0xff, ...wide.toReversed()])])
    expect(refusal(file(bytes))).toBe(wanted("UTF-16, or something like it"));
});

test("a byte that is not UTF-8 has its place wherever the pieces end", async () => {
  const bytes = Buffer.from("é\ufffd\n🂡ü\n😀?x\n");
  const stray = bytes.indexOf("?");
  bytes[stray] = 0xff;
  async function* chunks(length: number) {
    for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
  }
  for (let length = 1; length <= bytes.length; length++)
    await expect(readTextStream(chunks(length), "stdin", 1024)).rejects.toThrow("the byte 0xff in line 3, column 3");
});

test("a file may be as large as the limit, and not one byte larger", () => {
  expect(refusal(file("x".repeat(1 << 20)), 1 << 20)).toBe("read");
  expect(refusal(file(`${"x".repeat(1 << 20)}y`), 1 << 20)).toBe("larger than 1 MiB; wanted a smaller file");
});

test("a stream is read to its end, and no further than the limit", async () => {
  let given = 0;
  async function* chunks(count: number) {
    for (given = 0; given < count; given++) yield new TextEncoder().encode("é ");
  }
  expect(await readTextStream(chunks(3), "stdin", 9)).toBe("é é é ");
  await expect(readTextStream(chunks(1_000_000), "stdin", 9)).rejects.toThrow(/^larger than/);
  expect(given).toBe(3); // the fourth chunk crosses the limit, and is the last one taken
});
