/** What is left in a home when nothing runs in it any more, and should not be. */
import type { Home } from "../../support/home.ts";

/** Files that mean that something goes on, waits, or was given up half done. */
const NOTHING: readonly (readonly [what: string, path: RegExp])[] = [
  ["temporary files", /\/\.[^/]*\.tmp$/],
  ["half made or half removed folders", /\/\.(new|old)-[^/]*\//],
  ["items in queues", /\/data\/queue\/[^/]+\/item_/],
  ["claimed items", /\/data\/queue\/[^/]+\/claimed\//],
  ["items put aside", /\/data\/queue\/[^/]+\/quarantine\//],
  ["notes of queues", /\/data\/queue\/[^/]+\/notes\//],
  ["signs of life", /\/data\/proc\//],
  ["sockets", /\/data\/sock\//],
  ["entries of services", /\/data\/service-registry\//],
  ["tasks", /\/data\/coordinator\/tasks\//],
  ["notes of engines", /\/data\/engines\//],
  ["files of tasks on workers", /\/data\/worker-tasks\//],
  ["events of runs", /\/events\.jsonl$/],
  ["signs of life of leaders", /\/\.dagu_lock/],
  ["files in the temporary folder", /\/tmp\//],
];

export interface Remains {
  /** What should not be there, with examples. */
  readonly left: string[];
  /** Files by folder, and their bytes: for people. */
  readonly folders: Readonly<Record<string, readonly [files: number, bytes: number]>>;
}

export function remainsOf(home: Home): Remains {
  const folders: Record<string, [number, number]> = {};
  const all = home.files(/./).map((path) => path.slice(home.path.length));
  for (const path of all) {
    const folder = /^\/(?:(?:home-[^/]*\/)?data\/|[^/]*(?=\/))?[^/]*/.exec(path)![0].replace(
      /-\d+\.log$/,
      "*.log",
    );
    const entry = folders[folder] ??= [0, 0];
    entry[0]++;
    entry[1] += size(home.path + path);
  }
  const left = NOTHING.flatMap(([what, pattern]) => {
    const found = all.filter((path) => pattern.test(path) && !path.startsWith("/work/"));
    return found.length === 0 ? [] : [`${found.length} ${what}: ${found.slice(0, 5).join(" ")}`];
  });
  return { left, folders };
}

function size(path: string): number {
  try {
    return Deno.lstatSync(path).size;
  } catch {
    return 0;
  }
}
