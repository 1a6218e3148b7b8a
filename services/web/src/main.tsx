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
import { startLanguage } from "./i18n/language.ts";
import { router } from "./routing/router.tsx";
import { restoreTheme } from "./ui/theme.ts";

restoreTheme();
await startLanguage();

const client = new QueryClient({
  defaultOptions: { queries: { retry: 2, refetchOnWindowFocus: false } },
});
const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no element with the id 'root'; put it back");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
