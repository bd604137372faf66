import { useEffect, useState } from "preact/hooks";

/** The documentation, where the page is part of a site; without a network, that only it needs one. */
export function SiteLinks() {
  const [isOnline, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const look = () => setOnline(navigator.onLine);
    for (const event of ["online", "offline"]) addEventListener(event, look);
    return () => {
      for (const event of ["online", "offline"]) removeEventListener(event, look);
    };
  }, []);
  const help = document.querySelector<HTMLLinkElement>("link[rel=help]")?.href;
  if (help === undefined) return null;
  const isFar = location.protocol !== "file:" && !isOnline;
  return (
    <>
      <a href={help}>Documentation</a>
      <span role="status" class="faint">
        {isFar ? "no network: plans run here all the same; the documentation needs one" : ""}
      </span>
    </>
  );
}
