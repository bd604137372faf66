import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Session } from "./session.ts";

type View = ComponentType<{ readonly session: Session }>;

interface LateViewProps {
  readonly session: Session;
  /** Loads the view; the same function each time. */
  readonly load: () => Promise<View>;
}

/** A view whose script is loaded when it is first shown. */
export function LateView({ session, load }: LateViewProps) {
  const [loaded, setLoaded] = useState<{ readonly Shown: View }>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    load().then(
      (Shown) => setLoaded({ Shown }),
      () => setFailed(true),
    );
  }, [load]);
  if (failed) return <p class="problems">This view could not be loaded; reload the page to try again.</p>;
  return loaded === undefined ? <p role="status">loading</p> : <loaded.Shown session={session} />;
}
