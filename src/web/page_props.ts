/** What a page is given. */
export interface PageProps {
  /** Members of the address, decoded. */
  readonly params: Readonly<Record<string, string>>;
}
