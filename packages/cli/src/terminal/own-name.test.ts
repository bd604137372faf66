import { expect, test } from "vitest";
import { ownName } from "./own-name.ts";

test.each([
  [
    "pnpm start",
    { npm_config_user_agent: "pnpm/10.34.9 npm/? node/v20.20.2 linux x64", npm_command: "run-script" },
    "npx -y pnpm@10 tokenyard",
  ],
  ["npx tokenyard", { npm_config_user_agent: "npm/10.8.2 node/v20.20.2 linux x64", npm_command: "exec" }, "npx tokenyard"],
  [
    "a script of npm, which has it on its path",
    { npm_config_user_agent: "npm/10.8.2 node/v20.20.2", npm_command: "run-script" },
    "tokenyard",
  ],
  ["a shell", {}, "tokenyard"],
])("started by %s the program is called so that the line can be pasted", (_, environment, name) => {
  expect(ownName(environment)).toBe(name);
});
