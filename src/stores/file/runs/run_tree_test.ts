import { assertEquals } from "../../../../tests/assert.ts";
import { uuidV7 } from "../../../core/ids.ts";
import { findRunDir, runsOfDay } from "./run_tree.ts";

const NOON = Date.UTC(2024, 2, 15, 12);

function uuid(ms: number, fill: number): string {
  return uuidV7(NOON + ms, (length) => new Uint8Array(length).fill(fill));
}

/** The order in which the runs of one second are found; of each an id and, as its first attempt tells it, the time. */
function orderOf(runs: Readonly<Record<string, number | null>>): string[] {
  const day = Deno.makeTempDirSync();
  try {
    for (const [id, ms] of Object.entries(runs)) {
      const run = `${day}/dag-run_20240315_120000Z_${id}`;
      Deno.mkdirSync(run);
      if (ms !== null) {
        Deno.mkdirSync(`${run}/attempt_20240315_120000_${String(ms).padStart(3, "0")}Z_abcdef`);
      }
    }
    return [...runsOfDay(day)].map(({ id }) => id);
  } finally {
    Deno.removeSync(day, { recursive: true });
  }
}

Deno.test("runs of one second come in the order that their ids tell, whatever their attempts say", () => {
  const ids = [uuid(900, 0), uuid(500, 9), uuid(500, 1), uuid(0, 255)];
  assertEquals(orderOf({ [ids[2]]: 1, [ids[0]]: 2, [ids[3]]: 3, [ids[1]]: null }), ids);
});

Deno.test("where an id tells no time, or another one, the first attempt tells", () => {
  const [early, late, moved, before] = [uuid(100, 0), uuid(800, 0), uuid(5000, 0), uuid(-1, 0)];
  assertEquals(orderOf({ [early]: null, nightly: 500, [late]: null }), [late, "nightly", early]);
  assertEquals(orderOf({ [early]: null, [moved]: 500, [late]: null }), [late, moved, early]);
  assertEquals(orderOf({ [early]: null, [before]: 500, [late]: null }), [late, before, early]);
  assertEquals(orderOf({ b: null, a: null, c: 1 }), ["c", "b", "a"]);
});

Deno.test("runs of a day come newest first, whatever else the folder holds", () => {
  const day = Deno.makeTempDirSync();
  try {
    const times = ["235959", "120000", "115959", "115959", "000000", "120000"];
    for (const [i, time] of times.entries()) {
      Deno.mkdirSync(`${day}/dag-run_20240315_${time}Z_run${i}/attempt_20240315_${time}_00${i}Z_abcdef`, {
        recursive: true,
      });
    }
    for (const name of [".new-1", "dag-run_later", "dag-run_20240399_000000Z_x", "zzz"]) {
      Deno.mkdirSync(`${day}/${name}`);
    }
    assertEquals([...runsOfDay(day)].map(({ id }) => id), ["run0", "run5", "run1", "run3", "run2", "run4"]);
    assertEquals([...runsOfDay(`${day}/missing`)], []);
  } finally {
    Deno.removeSync(day, { recursive: true });
  }
});

Deno.test("a run whose time is known is found without a look at the others; a wrong time does no harm", () => {
  const runs = Deno.makeTempDirSync();
  const path = `${runs}/2024/03/15/dag-run_20240315_120000Z_nightly`;
  Deno.mkdirSync(path, { recursive: true });
  const original = Deno.readDirSync;
  let listed = 0;
  try {
    Deno.readDirSync = (path) => {
      listed++;
      return original(path);
    };
    assertEquals(findRunDir(runs, "nightly", NOON + 999.5), { path, id: "nightly", at: NOON });
    assertEquals(listed, 0);
    for (const madeAt of [NOON + 1000, NOON - 86_400_000, undefined]) {
      assertEquals(findRunDir(runs, "nightly", madeAt)?.path, path);
    }
    assertEquals(findRunDir(runs, "weekly", NOON), null);
  } finally {
    Deno.readDirSync = original;
    Deno.removeSync(runs, { recursive: true });
  }
});
