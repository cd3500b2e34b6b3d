/** The permissions that new files lack. */

let forChildren: number | null = null;

/**
 * From now on this process makes files that only their owner can use. Started programs keep the mask that the
 * process had before: their files are the user's business.
 */
export function restrictUmask(): void {
  const before = Deno.umask(0o077);
  if (forChildren === null && before !== 0o077) forChildren = before;
}

/** What the user's own files lack, in which folder ever they are made. */
export function umaskOfUser(): number {
  return forChildren ?? Deno.umask();
}

/** Mask that a started program has to be given, null when it simply inherits the right one. */
export function umaskOfChildren(): number | null {
  return forChildren;
}
