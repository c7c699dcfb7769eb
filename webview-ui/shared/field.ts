/** A field to type into, and a box to tick, as the editor draws them. */
import { css, html, type TemplateResult } from "lit";
import { icon, type IconName } from "./icon.ts";

export interface FieldParts {
  icon: IconName;
  /** Says what the field is for: shown while it is empty, and read out. */
  label: string;
  value: string;
  onInput: (value: string) => void;
  onKey?: (event: KeyboardEvent) => void;
}

/** A field for a filter or a search. */
export const field = ({ icon: name, label, value, onInput, onKey }: FieldParts): TemplateResult =>
  html`<label class="field">
    ${icon(name)}
    <input
      type="text"
      spellcheck="false"
      autocomplete="off"
      aria-label=${label}
      placeholder=${label}
      .value=${value}
      @input=${(event: InputEvent) => onInput((event.target as HTMLInputElement).value)}
      @keydown=${(event: KeyboardEvent) => onKey?.(event)}
    />
  </label>`;

/** A box to tick with its words. */
export const tickBox = (label: string, checked: boolean, onChange: (checked: boolean) => void): TemplateResult =>
  html`<label class="tick-box">
    <input
      type="checkbox"
      .checked=${checked}
      @change=${(event: Event) => onChange((event.target as HTMLInputElement).checked)}
    />
    <span class="tick">${checked ? icon("check") : ""}</span>${label}
  </label>`;

export const fieldStyles = css`
  .field {
    display: inline-flex;
    align-items: center;
    gap: 4px;
    height: 24px;
    padding: 0 6px;
    font-size: 12px;
    color: var(--vscode-input-foreground);
    background: var(--vscode-input-background);
    border: 1px solid var(--vscode-input-border, var(--vscode-contrastBorder, transparent));
    border-radius: 4px;
    cursor: text;
  }
  .field .icon {
    color: var(--vscode-descriptionForeground);
  }
  .field input {
    flex: 1;
    min-width: 0;
    padding: 0;
    font: inherit;
    color: inherit;
    background: none;
    border: 0;
    outline: 0;
  }
  .field input::placeholder {
    color: var(--vscode-input-placeholderForeground);
    opacity: 1;
  }
  .field:focus-within {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
  .tick-box {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    min-height: 22px;
    font-size: 12px;
    white-space: nowrap;
    cursor: pointer;
  }
  .tick-box input {
    position: absolute;
    width: 18px;
    height: 18px;
    margin: 0;
    opacity: 0;
  }
  .tick {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    width: 18px;
    height: 18px;
    color: var(--vscode-checkbox-foreground);
    background: var(--vscode-checkbox-background);
    border: 1px solid var(--vscode-checkbox-border);
    border-radius: 3px;
  }
  .tick-box input:focus-visible + .tick {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
`;
