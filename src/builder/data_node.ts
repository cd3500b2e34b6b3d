/** A definition as data: what YAML and TypeScript have in common. A node of a YAML document is one as well. */
import type { ScalarType } from "../spec/yaml/yaml_scalar.ts";

export interface DataScalar {
  readonly kind: "scalar";
  readonly type: ScalarType;
  /** The value as a variable would hold it. */
  readonly text: string;
}

export interface DataList {
  readonly kind: "list";
  readonly items: readonly DataNode[];
}

export interface DataEntry {
  readonly key: { readonly text: string };
  readonly value: DataNode;
}

export interface DataMap {
  readonly kind: "map";
  readonly entries: readonly DataEntry[];
}

export type DataNode = DataScalar | DataList | DataMap;
