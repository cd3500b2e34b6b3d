/** The variables that a step, a condition or a text of a definition can refer to. */
import type { EnvEntry, Param } from "../core/dag.ts";
import type { Variables } from "../ports/executor.ts";
import { fitEnvironment, type FittedEnvironment } from "./environment.ts";
import { jsonAt, jsonAtIfPresent, parseContainer } from "./json_path.ts";

export type Values = ReadonlyMap<string, string>;

/** What `${id.stdout}`, `${id.stderr}` and `${id.exitCode}` of a step stand for. */
export interface StepReference {
  /** Paths of the log files. */
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** Layers of a run, weakest first. Maps are shared, not copied: what is added to `outputs` later is seen. */
export interface RunLayers {
  /** Variables of the host that every child process gets; texts do not see them. */
  readonly host?: Readonly<Record<string, string>>;
  readonly dagEnv?: Values;
  readonly dotenv?: Values;
  readonly secrets?: Values;
  readonly params?: Values;
  readonly outputs?: Values;
  /** `DAG_NAME`, `DAG_RUN_ID`, `DAGU_PARAMS_JSON` and their like. */
  readonly run?: Values;
  /** Looks up a step by its id; undefined when no step has it or it has not been started. */
  readonly steps?: (id: string) => StepReference | undefined;
}

const NOTHING: Values = new Map();

/**
 * Strongest first: env of the step, its own variables (`DAG_RUN_STEP_NAME`), variables of the run, params, outputs,
 * secrets, dotenv, env of the DAG. The same order holds for text and for the environment of processes.
 */
export class Scope implements Variables {
  readonly #host: Readonly<Record<string, string>>;
  readonly #steps: (id: string) => StepReference | undefined;
  /** Strongest first. */
  readonly #layers: readonly Values[];
  /** How many of the layers are replaced in shell text even between single quotes, and which. */
  readonly #spliced: readonly Values[];
  readonly #run: RunLayers;
  #parsed: Map<string, { text: string; value: unknown }> | null = null;

  constructor(run: RunLayers, own: { readonly env?: Values; readonly step?: Values } = {}) {
    this.#run = run;
    this.#host = run.host ?? {};
    this.#steps = run.steps ?? (() => undefined);
    const { outputs = NOTHING, params = NOTHING } = run;
    const { env = NOTHING, step = NOTHING } = own;
    this.#layers = [
      env,
      step,
      run.run ?? NOTHING,
      params,
      outputs,
      run.secrets ?? NOTHING,
      run.dotenv ?? NOTHING,
      run.dagEnv ?? NOTHING,
    ];
    this.#spliced = [env, step, params, outputs];
  }

  /** The scope of one step: costs the same however much the run holds. */
  child(own: { readonly env?: Values; readonly step?: Values }): Scope {
    return new Scope(this.#run, own);
  }

  get(name: string): string | undefined {
    for (const layer of this.#layers) {
      const value = layer.get(name);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  path(name: string, path: string): string | undefined {
    const { path: inner, cut } = splitSlice(path);
    const property = this.#property(name, inner);
    if (property !== undefined) return cut(property);
    const value = this.#container(name);
    if (value === undefined) return undefined;
    // A colon is part of a key when the key is there, else it begins a slice.
    const whole = jsonAtIfPresent(value, path);
    if (whole !== undefined) return whole;
    const text = jsonAt(value, inner);
    return text === undefined ? undefined : cut(text);
  }

  /**
   * Whether `name` is replaced in scripts of other languages and between single quotes, where a shell looks for no
   * variables: so it is for params, outputs and what belongs to the step.
   */
  splices(name: string): boolean {
    return this.#spliced.some((layer) => layer.has(name));
  }

  /** The complete environment of a child process. */
  environment(): FittedEnvironment {
    const all = new Map(Object.entries(this.#host));
    for (let at = this.#layers.length - 1; at >= 0; at--) {
      for (const [name, value] of this.#layers[at]) all.set(name, value);
    }
    return fitEnvironment(all);
  }

  #property(name: string, property: string): string | undefined {
    if (!/^(?:stdout|stderr|exitCode|exit_code)$/.test(property)) return undefined;
    const step = this.#steps(name);
    if (!step) return undefined;
    return property === "stdout" || property === "stderr" ? step[property] : String(step.exitCode);
  }

  #container(name: string): unknown {
    const text = this.get(name);
    if (text === undefined) return undefined;
    const known = this.#parsed?.get(name);
    if (known?.text === text) return known.value;
    const value = parseContainer(text);
    (this.#parsed ??= new Map()).set(name, { text, value });
    return value;
  }
}

/** Values by name; of equal names the last one counts. */
export function valuesOf(entries: readonly (EnvEntry | Param)[]): Map<string, string> {
  return new Map(entries.map((entry) => [entry.name, entry.value]));
}

/** Values by name of `NAME=value` texts. */
export function entriesOf(texts: readonly string[]): Map<string, string> {
  return new Map(texts.map((text) => {
    const at = text.indexOf("=");
    return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
  }));
}

/** Takes `:from` or `:from:length` off the end of a path. */
function splitSlice(path: string): { path: string; cut: (text: string) => string } {
  const match = /^(.*?):(\d{1,9})(?::(\d{1,9}))?$/s.exec(path);
  if (!match) return { path, cut: (text) => text };
  const from = Number(match[2]);
  const end = match[3] === undefined ? undefined : from + Number(match[3]);
  return { path: match[1], cut: (text) => [...text].slice(from, end).join("") };
}
