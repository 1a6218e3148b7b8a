import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/page.css";
import "./styles/blocks.css";
import "./styles/pages.css";
import "./styles/base-components.css";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { cityQuery, scoresQuery } from "./api/queries.ts";
import { startLanguage } from "./i18n/language.ts";
import { router } from "./routing/router.tsx";
import { restoreTheme } from "./ui/theme.ts";

/** The page says that it waits when city and scores, asked for before the script (index.html), are not there by then. */
const PATIENCE_MS = 250;

const client = new QueryClient({
  defaultOptions: { queries: { retry: 2, refetchOnWindowFocus: false } },
});
const patience = new Promise((resolve) => window.setTimeout(resolve, PATIENCE_MS));
const isNow = !new URLSearchParams(window.location.search).has("at");
const first = Promise.all([
  client.prefetchQuery({ ...cityQuery, retry: false }),
  isNow && client.prefetchQuery({ ...scoresQuery, retry: false }),
]);
restoreTheme();
await startLanguage();
await Promise.race([first, patience]);

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no element with the id 'root'; put it back");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
