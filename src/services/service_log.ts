/** How a service tells what it does: one record a call. */
export type ServiceLog = (
  level: "DEBUG" | "INFO" | "WARN" | "ERROR",
  message: string,
  fields?: Readonly<Record<string, string | number>>,
) => void;
