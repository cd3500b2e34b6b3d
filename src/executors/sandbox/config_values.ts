/** Reads the values of a step's `config`: templates are evaluated, texts that mean numbers or flags are understood. */
import { DaguError } from "../../core/errors.ts";
import { suggest } from "../../core/text/suggest.ts";

type Evaluate = (template: string) => Promise<string>;

export class ConfigValues {
  readonly #values = new Map<string, unknown>();

  /**
   * @param where for messages, e.g. `the config of step "call"`
   * @param known names of the keys; case does not matter
   * @throws DaguError for another key
   */
  constructor(
    readonly where: string,
    config: Readonly<Record<string, unknown>>,
    known: readonly string[],
    readonly evaluate: Evaluate,
  ) {
    for (const [key, value] of Object.entries(config)) {
      const name = known.find((one) => one.toLowerCase() === key.replaceAll("_", "").toLowerCase());
      if (name === undefined) throw new DaguError(`Unknown key "${key}" in ${where}; ${hint(key, known)}`);
      if (value !== null) this.#values.set(name, value);
    }
  }

  /** "" when absent. @throws DaguError when it is a list or a map. */
  async text(name: string): Promise<string> {
    const value = this.#values.get(name);
    return value === undefined ? "" : await this.#scalar(name, value);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** One scalar or a list of them; [] when absent. */
  async texts(name: string): Promise<string[]> {
    const value = this.#values.get(name) ?? [];
    const texts: string[] = [];
    for (const item of Array.isArray(value) ? value : [value]) texts.push(await this.#scalar(name, item));
    return texts;
  }

  /** false when absent. */
  async flag(name: string): Promise<boolean> {
    const text = (await this.text(name)).trim().toLowerCase();
    if (/^(?:true|1|t)$/.test(text)) return true;
    if (/^(?:false|0|f|)$/.test(text)) return false;
    throw this.#wrong(name, text, "true or false");
  }

  /** 0 when absent. */
  async number(name: string): Promise<number> {
    const text = (await this.text(name)).trim();
    const number = Number(text);
    if (!Number.isFinite(number)) throw this.#wrong(name, text, "a number");
    return number;
  }

  /** A whole number, 0 when absent; a fraction is cut off. */
  async int(name: string): Promise<number> {
    return Math.trunc(await this.number(name));
  }

  /** A map of scalars, {} when absent. */
  async record(name: string): Promise<Record<string, string>> {
    const value = this.#values.get(name) ?? {};
    if (typeof value !== "object" || Array.isArray(value)) {
      throw this.#wrong(name, JSON.stringify(value), "a map");
    }
    const record: Record<string, string> = {};
    for (const [key, member] of Object.entries(value)) {
      record[key] = member === null ? "" : await this.#scalar(`${name}.${key}`, member);
    }
    return record;
  }

  async #scalar(name: string, value: unknown): Promise<string> {
    if (typeof value === "string") return await this.evaluate(value);
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    throw this.#wrong(name, JSON.stringify(value), "a text, number or boolean");
  }

  #wrong(name: string, value: string, right: string): DaguError {
    return new DaguError(
      `Cannot use "${name}" of ${this.where}: expected ${right}, got ${JSON.stringify(value)}`,
    );
  }
}

function hint(key: string, known: readonly string[]): string {
  const near = suggest(key, known);
  return near ? `did you mean "${near}"?` : `known keys are ${known.map((name) => `"${name}"`).join(", ")}`;
}
