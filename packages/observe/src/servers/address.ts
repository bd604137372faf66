/** Address of a server: its origin, and the path of its interface. */
export interface Address {
  readonly origin: string;
  readonly base: string;
}

/** The address in `text`, as `http://host:8000` or `http://host:8000/v1`; or what is wanted in its place. */
export function addressOf(text: string): Address | string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return "an address such as http://localhost:8000";
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") return "an address that begins with http:// or https://";
  if (url.username !== "" || url.password !== "") return "an address without a name or password; --key-env names the variable with a key";
  if (url.search !== "" || url.hash !== "") return "an address without ? and #";
  const path = url.pathname.replace(/\/+$/, "").replace(/\/(?:chat\/)?completions$/, "");
  return { origin: url.origin, base: path === "" ? "/v1" : path };
}
