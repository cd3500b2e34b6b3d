/** What hostile code of a TypeScript step tries, and what it has to be told. */

export interface Attempt {
  readonly code: string;
  /** What the error must say. */
  readonly refused: RegExp;
}

const missing = (kind: string, entry: string) =>
  new RegExp(
    `^Missing permission ${kind} "${entry}.*add it to the step's permissions, e\\.g\\. permissions: \\{ .*${kind}`,
  );

/** @param secret path of a file that must not be seen @param port one that must not be reached */
export function attempts(secret: string, port: number): Readonly<Record<string, Attempt>> {
  const read = missing("read", RegExp.escape(secret));
  const text = '{ with: { type: "text" } }';
  const file = JSON.stringify(`file://${secret}`);
  const path = JSON.stringify(secret);
  return {
    "read": { code: `console.log(await Deno.readTextFile(${path}))`, refused: read },
    "read by node": {
      code: `import { readFileSync } from "node:fs"; console.log(readFileSync(${path}, "utf8"))`,
      refused: read,
    },
    "read by a static import": {
      code: `import text from ${file} with { type: "text" }; console.log(text)`,
      refused: read,
    },
    "read by an import": { code: `console.log((await import(${file}, ${text})).default)`, refused: read },
    "read by a computed import": {
      code: `const f = ${file}; console.log((await import(f + "", ${text})).default)`,
      refused: read,
    },
    "read by an import of made code": {
      code:
        `const made = "data:text/javascript," + encodeURIComponent('export { default } from ${file} with { type: "text" }');
        console.log((await import(made)).default)`,
      refused: read,
    },
    "read by require": {
      code: `console.log(process.getBuiltinModule("module").createRequire("file:///")(${path}))`,
      refused: /is not for steps/,
    },
    "read by a worker": {
      code: `new Worker("data:text/javascript,import(${encodeURIComponent(file)})", { type: "module" });
        await new Promise(() => {})`,
      refused: /Worker is not for steps/,
    },
    "read by a thread": { code: `await import("node:worker_threads")`, refused: /is not for steps/ },
    "write": {
      code: `await Deno.writeTextFile(${path}, "x")`,
      refused: missing("write", RegExp.escape(secret)),
    },
    "link": {
      code: `await Deno.symlink("/etc/hostname", ${JSON.stringify(`${secret}.link`)})`,
      refused: /symlink|Missing permission/,
    },
    "net": {
      code: `await fetch("http://127.0.0.1:${port}/")`,
      refused: missing("net", `127\\.0\\.0\\.1:${port}"`),
    },
    "connect": {
      code: `await Deno.connect({ hostname: "127.0.0.1", port: ${port} })`,
      refused: missing("net", `127\\.0\\.0\\.1:${port}"`),
    },
    "resolve": {
      code: `await Deno.resolveDns("example.com", "A")`,
      refused: /^Missing permission net|Permission denied/,
    },
    "env": { code: `console.log(Deno.env.get("HOME"))`, refused: missing("env", 'HOME"') },
    "env by node": { code: `console.log(process.env.HOME)`, refused: missing("env", 'HOME"') },
    "all of env": { code: `console.log(Deno.env.toObject())`, refused: /env/ },
    "run": { code: `await new Deno.Command("/bin/true").output()`, refused: missing("run", '/bin/true"') },
    "run by node": {
      code: `import { execFileSync } from "node:child_process"; execFileSync("/bin/true")`,
      refused: /^Missing permission (?:run|env) /,
    },
    "kill": { code: `Deno.kill(Deno.ppid, "SIGKILL")`, refused: /run|Refused/ },
    "ffi": { code: `Deno.dlopen("libc.so.6", {})`, refused: /ffi/ },
    "sys": { code: `console.log(Deno.hostname())`, refused: missing("sys", 'hostname"') },
    "import of a package": {
      code: `import ms from "npm:ms@2.1.3"; console.log(ms(1))`,
      refused: missing("import", 'npm:ms@2\\.1\\.3"'),
    },
    "computed import of a package": {
      code: `const p = "npm:"; console.log(await import(p + "nodemailer@10.6.0"))`,
      refused: missing("import", "npm:nodemailer"),
    },
    "import of an address": {
      code: `import "https://example.com/x.ts"`,
      refused: /^Cannot import ".*example\.com/,
    },
    "more rights": {
      code: `const { state } = await Deno.permissions.request({ name: "read" });
        if (state !== "granted") throw new Error("no more rights")`,
      refused: /no more rights/,
    },
  };
}
