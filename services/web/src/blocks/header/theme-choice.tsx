import type { ReactNode } from "react";
import { useWords } from "../../i18n/words.ts";
import { type Theme, useTheme } from "../../ui/theme.ts";

const THEMES: readonly Theme[] = ["system", "light", "dark"];

/** Light, dark, or as the system is: the browser's own list behind an icon. */
export function ThemeChoice(): ReactNode {
  const { theme, setTheme } = useTheme();
  const { t } = useWords();
  return (
    <span className="button icon-button theme-choice">
      <ThemeIcon theme={theme} />
      <select
        aria-label={t("theme.label")}
        title={t("theme.label")}
        value={theme}
        onChange={({ target }) => setTheme(THEMES.find((each) => each === target.value) ?? "system")}
      >
        {THEMES.map((each) => (
          <option key={each} value={each}>
            {t(`theme.${each}`)}
          </option>
        ))}
      </select>
    </span>
  );
}

function ThemeIcon({ theme }: { theme: Theme }): ReactNode {
  return (
    <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true" fill="none" stroke="currentColor">
      {theme === "light" && (
        <g strokeWidth="1.7" strokeLinecap="round">
          <circle cx="10" cy="10" r="3.6" />
          <path d="M10 1.8v2M10 16.2v2M1.8 10h2M16.2 10h2M4.2 4.2l1.4 1.4M14.4 14.4l1.4 1.4M15.8 4.2l-1.4 1.4M5.6 14.4l-1.4 1.4" />
        </g>
      )}
      {theme === "dark" && (
        <path strokeWidth="1.7" strokeLinejoin="round" d="M16.5 12.3A7 7 0 0 1 7.7 3.5a7 7 0 1 0 8.8 8.8Z" />
      )}
      {theme === "system" && (
        <>
          <circle cx="10" cy="10" r="7" strokeWidth="1.7" />
          <path d="M10 3a7 7 0 0 1 0 14Z" fill="currentColor" stroke="none" />
        </>
      )}
    </svg>
  );
}
