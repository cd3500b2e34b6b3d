/** The title of the tab. */
import { useEffect } from "preact/hooks";
import { session } from "./session.ts";

export function useTitle(text: string): void {
  useEffect(() => {
    const name = session()?.title ?? "Dagu";
    document.title = text === "" ? name : `${text} · ${name}`;
  }, [text]);
}
