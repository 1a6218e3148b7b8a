import i18next, { type TFunction } from "i18next";
import { initReactI18next } from "react-i18next";
import { en } from "./en.ts";

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
  }
}

/** The languages of the page, each with its own name. */
export const LANGUAGES = [
  { id: "en", name: "English" },
  { id: "id", name: "Bahasa Indonesia" },
] as const;
export type Language = (typeof LANGUAGES)[number]["id"];
export type Translate = TFunction;

const KEY = "kota-language";

/** The language chosen on an earlier visit, else the first that the browser asks for and the page has, else English. */
export function preferredLanguage(kept: string | null, asked: readonly string[]): Language {
  for (const tag of [kept, ...asked]) {
    // Some systems still say `in` for Indonesian, its code of before 1989.
    const language = tag?.toLowerCase().split("-")[0]?.replace(/^in$/, "id");
    const found = LANGUAGES.find(({ id }) => id === language);
    if (found !== undefined) return found.id;
  }
  return "en";
}

/** Starts the page's words in the preferred language. English is in the page; another is loaded when it is chosen. */
export async function startLanguage(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: "en",
    fallbackLng: "en",
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  let kept: string | null = null;
  try {
    kept = window.localStorage.getItem(KEY);
  } catch {
    // Storage is switched off: the browser's language it is.
  }
  await speak(preferredLanguage(kept, navigator.languages));
}

/** Chooses a language and keeps the choice for the next visit. */
export async function chooseLanguage(language: Language): Promise<void> {
  try {
    window.localStorage.setItem(KEY, language);
  } catch {
    // The choice holds until the page is closed.
  }
  await speak(language);
}

async function speak(language: Language): Promise<void> {
  if (language !== "en" && !i18next.hasResourceBundle(language, "translation")) {
    const { id } = await import("./id.ts");
    i18next.addResourceBundle(language, "translation", id);
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}
