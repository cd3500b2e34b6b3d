/** Flags of a service that the processes of its runs need to find the same folders. */
export function agentFlags(
  flags: { readonly config: string; readonly "dagu-home": string; readonly dags: string },
): string[] {
  const names = ["config", "dagu-home", "dags"] as const;
  return names.flatMap((name) => flags[name] === "" ? [] : [`--${name}`, flags[name]]);
}
