import { toast } from "./toast.tsx";

/** Puts a text on the clipboard and says so. @param what at the beginning of a sentence, e.g. "The id" */
export async function copyText(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(`${what} is copied`);
  } catch {
    toast("The browser did not let this page copy", "bad");
  }
}
