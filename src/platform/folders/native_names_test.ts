import { assert, assertEquals } from "../../../tests/assert.ts";
import { listFolderSync, listLargeFolderSync } from "./list_folder.ts";
import { nativeNames } from "./native_names.ts";

function test(name: string, body: (dir: string) => Promise<void> | void): void {
  Deno.test({
    name: `native names: ${name}`,
    ignore: Deno.build.os !== "linux",
    async fn() {
      const dir = Deno.makeTempDirSync();
      try {
        await body(dir);
      } finally {
        Deno.removeSync(dir, { recursive: true });
      }
    },
  });
}

function namesByDeno(dir: string): string[] {
  return [...Deno.readDirSync(dir)].map((entry) => entry.name).sort();
}

function fill(dir: string, count: number): string[] {
  const names = Array.from({ length: count }, (_, i) => `dag-run_20260131_120000Z_a-rather-long-name-${i}`);
  Deno.writeTextFileSync(`${dir}/${names[0]}`, "");
  for (const name of names.slice(1)) Deno.linkSync(`${dir}/${names[0]}`, `${dir}/${name}`);
  return names.sort();
}

async function shell(script: string, dir: string): Promise<void> {
  const { success } = await new Deno.Command("/bin/sh", { args: ["-c", script], cwd: dir }).output();
  assert(success, script);
}

test("an empty folder holds none", (dir) => {
  assertEquals(nativeNames(dir), []);
});

test("names of any bytes are shown as Deno shows them", async (dir) => {
  const names = [".hidden", "...", "a b", "new\nline", "\uFEFFmark", "größe", "日本", "🙂", "x".repeat(255)];
  for (const name of names) Deno.writeTextFileSync(`${dir}/${name}`, "");
  assertEquals(nativeNames(dir)?.sort(), [...names].sort());
  const invalid = [
    "\\377",
    "a\\303(",
    "\\355\\240\\200",
    "\\360\\237\\231",
    "\\300\\200x",
    "\\364\\220\\200\\200",
  ];
  await shell(invalid.map((bytes) => `touch "$(printf 'bytes${bytes}end')"`).join("\n"), dir);
  assertEquals(nativeNames(dir)?.length, names.length + invalid.length);
  assertEquals(nativeNames(dir)?.sort(), namesByDeno(dir));
});

test("whatever an entry is, its name counts", async (dir) => {
  await shell("mkdir folder; touch file; ln -s nowhere link; mkfifo pipe", dir);
  assertEquals(nativeNames(dir)?.sort(), ["file", "folder", "link", "pipe"]);
});

test("a folder that takes many calls is read to its end, through a link as well", (dir) => {
  Deno.mkdirSync(`${dir}/many`);
  Deno.symlinkSync("many", `${dir}/link`);
  const names = fill(`${dir}/many`, 9000);
  assertEquals(nativeNames(`${dir}/many`)?.sort(), names);
  assertEquals(nativeNames(`${dir}/link`)?.sort(), names);
});

test("what cannot be read is left to Deno, and nothing stays open", (dir) => {
  Deno.writeTextFileSync(`${dir}/file`, "text");
  const open = () => namesByDeno("/proc/self/fd").length;
  nativeNames(dir);
  const before = open();
  for (
    const path of [`${dir}/file`, `${dir}/missing`, `${dir}/file/below`, `${dir}\0`, "", "x".repeat(5000)]
  ) {
    assertEquals(nativeNames(path), null, path);
  }
  nativeNames(dir);
  assertEquals(open(), before);
});

test("entries that come and go meanwhile do not hide the others", async (dir) => {
  const names = fill(dir, 4000);
  const script = "i=0; while :; do echo > come-$i; rm come-$i; i=$((i+1)); echo; done";
  const child = new Deno.Command("/bin/sh", { args: ["-c", script], cwd: dir, stdout: "piped" }).spawn();
  const rounds = child.stdout.getReader();
  try {
    for (let i = 0; i < 20; i++) {
      assert(!(await rounds.read()).done);
      const found = nativeNames(dir)!;
      assertEquals(found.filter((name) => !/^come-\d+$/.test(name)).sort(), names);
    }
  } finally {
    child.kill("SIGKILL");
    await rounds.cancel();
    await child.status;
  }
});

test("a right that was not given is not asked for", async (dir) => {
  const program = `
    Deno.dlopen = () => console.log("asked");
    const { nativeNames } = await import(${
    JSON.stringify(new URL("./native_names.ts", import.meta.url).href)
  });
    console.log(nativeNames(${JSON.stringify(dir)}));`;
  Deno.writeTextFileSync(`${dir}/program.ts`, program);
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--allow-read", `${dir}/program.ts`],
    stderr: "inherit",
  }).output();
  assertEquals(new TextDecoder().decode(stdout), "null\n");
});

test("only what is large is listed in this way", (dir) => {
  const names = fill(dir, 3);
  const { statSync, readDirSync } = Deno;
  const listing = (size: number) => {
    let byDeno = 0;
    Deno.statSync = (path) => ({ ...statSync(path), size });
    Deno.readDirSync = (path) => (byDeno++, readDirSync(path));
    try {
      return { names: listLargeFolderSync(dir).sort(), byDeno };
    } finally {
      Object.assign(Deno, { statSync, readDirSync });
    }
  };
  assertEquals(listing(4096), { names, byDeno: 1 });
  assertEquals(listing(1024 * 1024), { names, byDeno: 0 });
});

Deno.test("a folder that is missing, or no folder, holds nothing", () => {
  const file = Deno.makeTempFileSync();
  try {
    // More than what makes a folder a large one.
    Deno.writeFileSync(file, new Uint8Array(64 * 1024));
    for (const path of [file, `${file}/below`, `${file}-missing`]) {
      assertEquals(listFolderSync(path), [], path);
      assertEquals(listLargeFolderSync(path), [], path);
    }
  } finally {
    Deno.removeSync(file);
  }
});
