/** What a client may tell the server at the start (`initializationOptions`). */
export interface ServerSettings {
  /** Language of messages (BCP 47) and the folder of its bundle `bundle.l10n.<language>.json`. */
  language?: { name: string; folder: string };
  /** `docs/config.md`, where checks are described. */
  docs?: string;
}
