import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/page.css";
import "./styles/blocks.css";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Page } from "./page/page.tsx";
import { restoreTheme } from "./ui/theme.ts";

restoreTheme();

const client = new QueryClient({
  defaultOptions: { queries: { retry: 2, refetchOnWindowFocus: false } },
});
const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no element with the id 'root'; put it back");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <Page />
    </QueryClientProvider>
  </StrictMode>,
);
