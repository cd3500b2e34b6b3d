/**
 * What the code of a step may import: built-in modules of Node, packages that were granted, files that it may read.
 * The runtime refuses the rest as well where it can; this says what is missing, and a compiled program does not ask
 * for the permission to read when it loads a module.
 */
import module from "node:module";
import { missingText } from "../../core/permissions.ts";
import type { TsTask } from "./job.ts";

interface Registry {
  registerHooks(hooks: {
    resolve(
      specifier: string,
      context: { readonly parentURL?: string },
      next: (specifier: string, context: unknown) => unknown,
    ): unknown;
  }): void;
}

export const NO_FOLDER = 'an inline script has no folder, put the code into a "file"';

/** What to tell about code from elsewhere. */
export function addressText(from: string): string {
  return `Cannot import "${from}": code comes from files that the step may read and from packages, as in ` +
    'permissions: { import: ["npm:zod@3.25.76"] }';
}

/** Modules by which code would get a realm of its own, or take these checks away. */
const CLOSED = /^(?:node:)?(?:module|worker_threads|vm|inspector|repl|cluster)(?:\/|$)/;

/** @param code address of the step's own code */
export function guardImports({ permissions, modules }: TsTask, code: string): void {
  const mayRead = readableFiles();
  const refusal = (specifier: string, parent: string): string => {
    if (specifier.startsWith("npm:")) {
      const granted = permissions.import?.some((one) => specifier === one || specifier.startsWith(`${one}/`));
      return granted ? "" : missingText([{ kind: "import", entry: packageOf(specifier) }], permissions);
    }
    if (CLOSED.test(specifier)) return `The module "${specifier}" is not for steps`;
    if (/^(?:https?|jsr):/.test(specifier)) return addressText(specifier);
    if (/^(?:file:|\.{0,2}\/)/.test(specifier)) {
      if (!URL.canParse(specifier, parent)) return `Cannot import "${specifier}": ${NO_FOLDER}`;
      const entry = decodeURIComponent(new URL(specifier, parent).pathname);
      return mayRead(entry) ? "" : missingText([{ kind: "read", entry }], permissions);
    }
    return "";
  };
  (module as unknown as Registry).registerHooks({
    resolve(specifier, context, next) {
      const module = Object.hasOwn(modules, specifier) ? modules[specifier] : undefined;
      if (module !== undefined) return next(module, context);
      const own = context.parentURL === undefined || specifier === code;
      const refused = own ? "" : refusal(specifier, context.parentURL!);
      if (refused !== "") throw new Error(refused);
      return next(specifier, context);
    },
  });
  closeRealms();
}

/** Asks only in a compiled program, which does not ask itself; taken before the code of the step can replace it. */
function readableFiles(): (path: string) => boolean {
  if (!Deno.build.standalone) return () => true;
  const ask = Deno.permissions.querySync.bind(Deno.permissions);
  return (path) => ask({ name: "read", path }).state === "granted";
}

/** `npm:name@version` without a path behind it. */
export function packageOf(specifier: string): string {
  return /^npm:\/?(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
}

/** Other realms would import without these checks. */
function closeRealms(): void {
  const closed = (what: string) =>
    function (): never {
      throw new Error(`${what} is not for steps`);
    };
  const { getBuiltinModule } = process;
  const take = (owner: object, name: string, value: unknown) =>
    Object.defineProperty(owner, name, { value, writable: false, configurable: false });
  take(globalThis, "Worker", closed("Worker"));
  take(
    process,
    "getBuiltinModule",
    (name: string) => CLOSED.test(name) ? closed(`The module "${name}"`)() : getBuiltinModule(name),
  );
  take(module, "registerHooks", closed("registerHooks"));
  take(module, "register", closed("register"));
}
