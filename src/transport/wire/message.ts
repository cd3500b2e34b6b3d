/** Messages of Protocol Buffers (proto3) as tables of fields: encoder, decoder and TypeScript type in one. */
import { Wire, WireError, WireReader, WireWriter } from "./bytes.ts";

/** Most entries of a list or a map that are read: without a bound 4 MB could become two million objects. */
export const MAX_ENTRIES = 10_000;

/** One field of a message, for a value of type T. */
export interface Field<T> {
  readonly number: number;
  /** As a `.proto` file writes it, e.g. `repeated Task`. */
  readonly type: string;
  /** Of a message that does not have the field. */
  readonly empty: () => T;
  /** Writes nothing for an empty value. */
  write(out: WireWriter, value: T): void;
  /** @param before value so far: lists and maps come entry by entry */
  read(input: WireReader, wire: number, before: T): T;
}

// deno-lint-ignore no-explicit-any
type Fields = Readonly<Record<string, Field<any>>>;
type ValueOf<F extends Fields> = { -readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never };

export interface Message<F extends Fields = Fields> {
  readonly name: string;
  readonly fields: F;
  /** Fields that are not given are empty. */
  encode(value: Partial<ValueOf<F>>): Uint8Array;
  /** Fields that are not known are passed over. @throws WireError when the bytes are no message */
  decode(bytes: Uint8Array): ValueOf<F>;
}

export type MessageValue<M> = M extends Message<infer F> ? Readonly<ValueOf<F>> : never;

export function message<F extends Fields>(name: string, fields: F): Message<F> {
  const entries = Object.entries(fields);
  const byNumber = new Map(entries.map(([key, field]) => [field.number, { key, field }]));
  return {
    name,
    fields,
    encode: (value) => {
      const out = new WireWriter();
      for (const [key, field] of entries) {
        const one = value[key as keyof typeof value];
        if (one !== undefined) field.write(out, one);
      }
      return out.finish();
    },
    decode: (bytes) => {
      const value = Object.fromEntries(entries.map(([key, field]) => [key, field.empty()]));
      const input = new WireReader(bytes);
      while (!input.done) {
        const tag = input.varint();
        const wire = tag % 8;
        const found = byNumber.get(Math.floor(tag / 8));
        if (found) value[found.key] = found.field.read(input, wire, value[found.key]);
        else input.skip(wire);
      }
      return value as ValueOf<F>;
    },
  };
}

export function text(number: number): Field<string> {
  return {
    number,
    type: "string",
    empty: () => "",
    write: (out, value) => void (value !== "" && out.tag(number, Wire.Bytes).text(value)),
    read: (input, wire) => expect(wire, Wire.Bytes, number, () => input.text()),
  };
}

export function bytes(number: number): Field<Uint8Array> {
  return {
    number,
    type: "bytes",
    empty: () => new Uint8Array(),
    write: (out, value) => void (value.length > 0 && out.tag(number, Wire.Bytes).bytes(value)),
    read: (input, wire) => expect(wire, Wire.Bytes, number, () => input.bytes()),
  };
}

export function int(number: number, type: "int32" | "int64" = "int32"): Field<number> {
  return numeric(number, type);
}

/** @param type name of the enumeration; its values are numbers here */
export function word(number: number, type: string): Field<number> {
  return numeric(number, type);
}

function numeric(number: number, type: string): Field<number> {
  return {
    number,
    type,
    empty: () => 0,
    write: (out, value) => void (value !== 0 && out.tag(number, Wire.Varint).varint(value)),
    read: (input, wire) => expect(wire, Wire.Varint, number, () => input.varint()),
  };
}

export function flag(number: number): Field<boolean> {
  return {
    number,
    type: "bool",
    empty: () => false,
    write: (out, value) => void (value && out.tag(number, Wire.Varint).varint(1)),
    read: (input, wire) => expect(wire, Wire.Varint, number, () => input.varint() !== 0),
  };
}

/** null when it is not there. */
export function part<F extends Fields>(number: number, of: Message<F>): Field<Readonly<ValueOf<F>> | null> {
  return {
    number,
    type: of.name,
    empty: () => null,
    write: (out, value) => void (value && out.tag(number, Wire.Bytes).bytes(of.encode(value))),
    read: (input, wire) => expect(wire, Wire.Bytes, number, () => of.decode(input.bytes())),
  };
}

export function parts<F extends Fields>(
  number: number,
  of: Message<F>,
): Field<readonly Readonly<ValueOf<F>>[]> {
  return {
    number,
    type: `repeated ${of.name}`,
    empty: () => [],
    write: (out, values) => {
      for (const value of values) out.tag(number, Wire.Bytes).bytes(of.encode(value));
    },
    read: (input, wire, before) =>
      expect(wire, Wire.Bytes, number, () => {
        checkCount(number, before.length);
        // The list is the message's own, made by `empty`: one of many entries is not copied for each of them.
        (before as Readonly<ValueOf<F>>[]).push(of.decode(input.bytes()));
        return before;
      }),
  };
}

export function texts(number: number): Field<readonly string[]> {
  return {
    number,
    type: "repeated string",
    empty: () => [],
    write: (out, values) => {
      for (const value of values) out.tag(number, Wire.Bytes).text(value);
    },
    read: (input, wire, before) =>
      expect(wire, Wire.Bytes, number, () => {
        checkCount(number, before.length);
        (before as string[]).push(input.text());
        return before;
      }),
  };
}

export function textMap(number: number): Field<Readonly<Record<string, string>>> {
  const entry = message("", { key: text(1), value: text(2) });
  /** Entries of maps that are being read, those that say the same again too. */
  const counts = new WeakMap<object, number>();
  return {
    number,
    type: "map<string, string>",
    empty: () => ({}),
    write: (out, values) => {
      for (const [key, value] of Object.entries(values)) {
        out.tag(number, Wire.Bytes).bytes(entry.encode({ key, value }));
      }
    },
    read: (input, wire, before) =>
      expect(wire, Wire.Bytes, number, () => {
        const { key, value } = entry.decode(input.bytes());
        counts.set(before, (counts.get(before) ?? 0) + 1);
        checkCount(number, counts.get(before)! - 1);
        Object.defineProperty(before, key, { value, enumerable: true, configurable: true, writable: true });
        return before;
      }),
  };
}

function checkCount(field: number, before: number): void {
  if (before >= MAX_ENTRIES) throw new WireError(`Field ${field} has more than ${MAX_ENTRIES} entries`);
}

function expect<T>(wire: number, wanted: number, field: number, read: () => T): T {
  if (wire !== wanted) throw new WireError(`Field ${field} is of another kind`);
  return read();
}
