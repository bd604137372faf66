import { expect, test } from "vitest";
import { cacheFolder } from "./cache-folder.ts";

test("the cache is where such files of a user are on each system", () => {
  expect(cacheFolder({}, "linux", "/home/ada")).toBe("/home/ada/.cache/tokenyard");
  expect(cacheFolder({ XDG_CACHE_HOME: "/var/caches" }, "linux", "/home/ada")).toBe("/var/caches/tokenyard");
  expect(cacheFolder({ XDG_CACHE_HOME: "caches" }, "linux", "/home/ada")).toBe("/home/ada/.cache/tokenyard");
  expect(cacheFolder({}, "darwin", "/Users/ada")).toBe("/Users/ada/Library/Caches/tokenyard");
  expect(cacheFolder({ LOCALAPPDATA: "/ada/Local" }, "win32", "/ada")).toBe("/ada/Local/tokenyard/Cache");
  expect(cacheFolder({}, "win32", "/ada")).toBe("/ada/AppData/Local/tokenyard/Cache");
});

test("TOKENYARD_CACHE names another folder, or says that there is none; without a home there is none either", () => {
  expect(cacheFolder({ TOKENYARD_CACHE: "/scratch/cache" }, "linux", "/home/ada")).toBe("/scratch/cache");
  expect(cacheFolder({ TOKENYARD_CACHE: "off" }, "linux", "/home/ada")).toBeUndefined();
  expect(cacheFolder({ TOKENYARD_CACHE: "" }, "linux", "/home/ada")).toBe("/home/ada/.cache/tokenyard");
  expect(cacheFolder({}, "linux", "")).toBeUndefined();
});
