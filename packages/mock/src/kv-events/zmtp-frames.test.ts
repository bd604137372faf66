import fc from "fast-check";
import { expect, test } from "vitest";
import { command, FrameReader, GREETING, message, nameOf, property } from "./zmtp-frames.ts";

test("the greeting and the command READY are those of the specification, byte by byte", () => {
  expect(GREETING.toString("hex")).toBe(`ff00000000000000017f0300${"4e554c4c"}${"00".repeat(16)}00${"00".repeat(31)}`);
  const ready = command("READY", property("Socket-Type", "PUB"));
  expect(ready.toString("latin1")).toBe("\x04\x19\x05READY\x0bSocket-Type\0\0\0\x03PUB"); // 1 + 5 + 1 + 11 + 4 + 3 bytes
  expect(nameOf(ready.subarray(2)).name).toBe("READY");
});

test("frames are read as they were written, however they are split", () => {
  const body = fc.uint8Array({ maxLength: 600 });
  fc.assert(
    fc.property(fc.array(fc.array(body, { minLength: 1, maxLength: 3 }), { maxLength: 4 }), fc.array(fc.nat(700)), (messages, cuts) => {
      const bytes = Buffer.concat([GREETING, ...messages.map(message)]);
      const reader = new FrameReader();
      const frames = [];
      let at = 0;
      for (const cut of [...cuts, bytes.length]) {
        frames.push(...reader.take(bytes.subarray(at, at + cut)));
        at += cut;
      }
      expect(frames.map((frame) => [...frame.body])).toEqual(messages.flat().map((part) => [...part]));
      expect(frames.map(({ hasMore }) => hasMore)).toEqual(messages.flatMap((parts) => parts.map((_, i) => i < parts.length - 1)));
    }),
  );
});

test("what is no ZMTP, and a frame that is too long, is refused", () => {
  expect(() => new FrameReader().take(Buffer.from("GET / HTTP/1.1\r\n"))).toThrow("no greeting");
  const old = Buffer.from(GREETING);
  old[10] = 2;
  expect(() => new FrameReader().take(old)).toThrow("no ZMTP 3");
  expect(() => new FrameReader().take(Buffer.concat([GREETING, message([Buffer.alloc(5000)])]))).toThrow("more than 4096 bytes");
});
