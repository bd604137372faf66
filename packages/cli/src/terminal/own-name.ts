/** How this program is called where it was started, by the environment: a package's program is on no path of its own. */
export function ownName({ npm_config_user_agent: by = "", npm_command: how = "" }: NodeJS.ProcessEnv = process.env): string {
  if (by.startsWith("pnpm/")) return "npx -y pnpm@10 tokenyard"; // pnpm itself may have come by npx
  return by.startsWith("npm/") && how === "exec" ? "npx tokenyard" : "tokenyard";
}
