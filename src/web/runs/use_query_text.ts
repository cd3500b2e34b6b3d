/** The query as it is being typed, and as it stands in the address. */
import { useEffect, useRef, useState } from "preact/hooks";
import { place, setQuery } from "../router.ts";
import { after } from "../timers.ts";

export interface QueryText {
  /** What is in the field: what is known of the runs is filtered by it at once. */
  readonly typed: string;
  readonly type: (text: string) => void;
  /** What is in the address, which follows after a short pause: the server is asked for it. */
  readonly asked: string;
}

const PAUSE_MS = 50;

export function useQueryText(): QueryText {
  const asked = place.value.query.get("q") ?? "";
  const [typed, setTyped] = useState(asked);
  // The last text that was taken from the address or given to it: another one there came from elsewhere.
  const shared = useRef(asked);
  useEffect(() => {
    if (asked === shared.current) return;
    shared.current = asked;
    setTyped(asked);
  }, [asked]);
  useEffect(() =>
    typed === shared.current ? undefined : after(PAUSE_MS, () => {
      shared.current = typed;
      setQuery({ q: typed });
    }), [typed]);
  return { typed, type: setTyped, asked };
}
