/** Settings as they may be shown. */
export interface ShownSetting {
  readonly key: string;
  /** As text; secrets are covered. */
  readonly value: string;
  readonly about: string;
}
