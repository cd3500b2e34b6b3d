/** Sets of whole numbers from 0 to 63, as two words of 32 bits: schedules are kept by the thousand. */

export interface SmallSet {
  /** 0 to 31. */
  readonly low: number;
  /** 32 to 63. */
  readonly high: number;
}

export function smallSet(values: Iterable<number>): SmallSet {
  let low = 0;
  let high = 0;
  for (const value of values) {
    if (value < 32) low |= 1 << value;
    else high |= 1 << (value - 32);
  }
  return { low, high };
}

export function hasMember({ low, high }: SmallSet, value: number): boolean {
  return (value < 32 ? low >>> value & 1 : high >>> (value - 32) & 1) === 1;
}

/** The least member that is not below `from`; -1 when there is none. */
export function memberFrom({ low, high }: SmallSet, from: number): number {
  if (from < 32) {
    const rest = low & (-1 << from);
    if (rest !== 0) return lowestBit(rest);
  }
  if (from > 63) return -1;
  const rest = from < 32 ? high : high & (-1 << (from - 32));
  return rest === 0 ? -1 : 32 + lowestBit(rest);
}

export function members(set: SmallSet): number[] {
  const found: number[] = [];
  for (let value = memberFrom(set, 0); value >= 0; value = memberFrom(set, value + 1)) found.push(value);
  return found;
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}
