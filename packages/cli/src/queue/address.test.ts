import { expect, test } from "vitest";
import type { BadInput } from "../outcomes/bad-input.ts";
import { queueAddress } from "./address.ts";

test("a URL names server, user, password, database and TLS, and is shown without the password", () => {
  for (const [text, url, shown, isEncrypted] of [
    ["redis://localhost:6379", "redis://localhost:6379", "redis://localhost:6379", false],
    ["valkey://h", "redis://h", "valkey://h", false],
    ["rediss://yard:s%40cret@h:6380/2", "rediss://yard:s%40cret@h:6380/2", "rediss://yard:…@h:6380/2", true],
    ["valkeys://:secret@h", "rediss://:secret@h", "valkeys://:…@h", true],
    ["redis://[::1]:6379/0", "redis://[::1]:6379/0", "redis://[::1]:6379/0", false],
  ] as const)
    expect(queueAddress(text, undefined)).toEqual({ url, shown, isEncrypted });
});

test("a password need not stand in the URL", () => {
  expect(queueAddress("redis://yard@h", "a/b").url).toBe("redis://yard:a%2Fb@h");
  expect(queueAddress("redis://h", "x").url).toBe("redis://:x@h");
  expect(queueAddress("redis://:own@h", "x").url).toBe("redis://:own@h");
});

test("what is no such URL is refused without showing its password", () => {
  for (const text of [
    "localhost",
    "http://h",
    "redis://",
    "redis://h/db",
    "redis://h?x=1",
    "redis://u:secret@h:port",
    "ftp://u:secret@h",
    "",
  ]) {
    let problem = "none";
    try {
      queueAddress(text, undefined);
    } catch (error) {
      problem = (error as BadInput).message;
    }
    expect(problem).toContain("wanted a URL of a Valkey or Redis server");
    expect(problem).not.toContain("secret");
  }
});
