let language = "en";
let texts: Readonly<Record<string, string>> = {};

/** The language texts and numbers are shown in (BCP 47). */
export const displayLanguage = (): string => language;

/** The texts of the display language, as `setLanguage` got them: English text to translation. */
export const displayTexts = (): Readonly<Record<string, string>> => texts;

/** Switches to a language. Texts it lacks stay English. */
export function setLanguage(name: string, translations: Readonly<Record<string, string>>): void {
  language = name;
  texts = translations;
}

/** A whole sentence in the display language; `{0}`, `{1}`… stand for the values. */
export function t(text: string, ...values: (string | number)[]): string {
  return (Object.hasOwn(texts, text) ? texts[text]! : text).replaceAll(/\{(\d+)\}/g, (whole, index: string) =>
    String(values[Number(index)] ?? whole),
  );
}
