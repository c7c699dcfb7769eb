/** What is known beside the run's own record. Asked anew for each view. */
export interface RunSurroundings {
  /** Id of the run others are compared with; undefined when none was chosen. */
  baseline(): string | undefined;
  mutedAlerts(): readonly string[];
  /** Why nothing may be done with the run; null when it may. */
  readOnly(): string | null;
}
