/**
 * The value that a share of all values does not exceed: by nearest rank, so it is always one of them.
 * @param share from 0 to 1
 * @returns 0 for no values
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
