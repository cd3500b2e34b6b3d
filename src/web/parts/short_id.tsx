/** The id of a run: its end, the whole of it in the tip and in what is copied. */
import { copyText } from "./copy.ts";

export function ShortId({ id }: { readonly id: string }) {
  return (
    <button
      type="button"
      class="short-id"
      title={`${id} – copy`}
      onClick={() => copyText(id, "The id")}
    >
      {shortId(id)}
      <span class="unseen">copy the id</span>
    </button>
  );
}

/** Ids of version 7 begin with the time: what tells them apart is at the end. */
function shortId(id: string): string {
  return id.length <= 10 ? id : `…${id.slice(-6)}`;
}
