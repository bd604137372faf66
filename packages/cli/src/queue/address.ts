import { BadInput } from "../outcomes/bad-input.ts";
import { wrongValue } from "../terminal/located-problem.ts";

/** Address of a queue. */
export interface QueueAddress {
  /** Address with the password. */
  readonly url: string;
  /** Address for messages, without the password. */
  readonly shown: string;
  readonly isEncrypted: boolean;
}

/** Variable with the password of a URL that has none, so that it need not appear in the list of processes. */
export const PASSWORD_VARIABLE = "TOKENYARD_QUEUE_PASSWORD";

const SCHEMES: Readonly<Record<string, string>> = { "redis:": "redis:", "rediss:": "rediss:", "valkey:": "redis:", "valkeys:": "rediss:" };
const WANTED = "a URL of a Valkey or Redis server, as redis://localhost:6379, or rediss://user@host:6380/0 for TLS";

/** Parses a URL of `--queue`. Throws BadInput. */
export function queueAddress(text: string, password = process.env[PASSWORD_VARIABLE]): QueueAddress {
  const refused = (given: string) => new BadInput([wrongValue("--queue", "", given, WANTED)]);
  if (!URL.canParse(text)) throw refused(text.replace(/:[^:@/]*@/, ":…@"));
  const url = new URL(text);
  const scheme = SCHEMES[url.protocol];
  const shown = shownOf(url);
  if (scheme === undefined || url.hostname === "" || !/^\/?\d*$/.test(url.pathname) || url.search !== "" || url.hash !== "")
    throw refused(shown);
  const secret = url.password === "" && password !== undefined ? encodeURIComponent(password) : url.password;
  const user = url.username === "" && secret === "" ? "" : `${url.username}:${secret}@`;
  return { url: `${scheme}//${user}${url.host}${url.pathname}`, shown, isEncrypted: scheme === "rediss:" };
}

function shownOf({ protocol, username, password, host, pathname }: URL): string {
  const user = username === "" && password === "" ? "" : `${username}${password === "" ? "" : ":…"}@`;
  return `${protocol}//${user}${host}${pathname}`;
}
