import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  retainSearchParams,
} from "@tanstack/react-router";
import { parseChartSearch } from "../chart/chart-search.ts";
import { Root } from "../page/root.tsx";
import { Shell } from "../page/shell.tsx";
import { NowPage } from "../pages/now/now-page.tsx";
import { Loading } from "../ui/notice.tsx";
import { NotFound, PageFailure } from "./failures.tsx";
import { chosen, parsePlainSearch, plainSearch, textIn } from "./plain-search.ts";
import {
  parseDevicesSearch,
  parseLedgerSearch,
  parseNowSearch,
  parseOverTimeSearch,
  parsePlaygroundSearch,
  parseRejectionsSearch,
  parseRootSearch,
  parseWallSearch,
  parseWorkSearch,
} from "./searches.ts";

const root = createRootRoute({
  component: Root,
  validateSearch: parseRootSearch,
  // Whoever looks at a moment of the past goes on looking at it on the next page.
  search: { middlewares: [retainSearchParams(["at"])] },
});
/** What every page but the wall has: the header and the footer. */
const shell = createRoute({ getParentRoute: () => root, id: "shell", component: Shell });

const now = createRoute({
  getParentRoute: () => shell,
  path: "/",
  validateSearch: parseNowSearch,
  // The page that nearly everybody opens first comes with the start, without a question of its own.
  component: NowPage,
});
const overTime = createRoute({
  getParentRoute: () => shell,
  path: "/over-time",
  validateSearch: parseOverTimeSearch,
  component: lazyRouteComponent(() => import("../pages/over-time/over-time-page.tsx"), "OverTimePage"),
});
const devices = createRoute({
  getParentRoute: () => shell,
  path: "/devices",
  validateSearch: parseDevicesSearch,
  component: lazyRouteComponent(() => import("../pages/devices/devices-page.tsx"), "DevicesPage"),
});
const device = createRoute({
  getParentRoute: () => shell,
  path: "/devices/$id",
  validateSearch: (search: Record<string, unknown>) => ({
    ...parseChartSearch(search),
    ...chosen({ metric: textIn(search, "metric"), edit: textIn(search, "edit") }),
  }),
  component: lazyRouteComponent(() => import("../pages/device/device-page.tsx"), "DevicePage"),
});
const rejections = createRoute({
  getParentRoute: () => shell,
  path: "/rejections",
  validateSearch: parseRejectionsSearch,
  component: lazyRouteComponent(() => import("../pages/rejections/rejections-page.tsx"), "RejectionsPage"),
});
const playground = createRoute({
  getParentRoute: () => shell,
  path: "/playground",
  validateSearch: parsePlaygroundSearch,
  staticData: { showsNow: true },
  component: lazyRouteComponent(() => import("../pages/playground/playground-page.tsx"), "PlaygroundPage"),
});
const pipeline = createRoute({
  getParentRoute: () => shell,
  path: "/pipeline",
  staticData: { showsNow: true },
  component: lazyRouteComponent(() => import("../pages/pipeline/pipeline-page.tsx"), "PipelinePage"),
});
const ledger = createRoute({
  getParentRoute: () => shell,
  path: "/ledger",
  validateSearch: parseLedgerSearch,
  component: lazyRouteComponent(() => import("../pages/ledger/ledger-page.tsx"), "LedgerPage"),
});
const sources = createRoute({
  getParentRoute: () => shell,
  path: "/sources",
  staticData: { showsNow: true },
  component: lazyRouteComponent(() => import("../pages/sources/sources-page.tsx"), "SourcesPage"),
});
const work = createRoute({
  getParentRoute: () => shell,
  path: "/work",
  validateSearch: parseWorkSearch,
  component: lazyRouteComponent(() => import("../pages/work/work-page.tsx"), "WorkPage"),
});
const alerts = createRoute({
  getParentRoute: () => shell,
  path: "/alerts",
  component: lazyRouteComponent(() => import("../pages/alerts/alerts-page.tsx"), "AlertsPage"),
});
/** Any other address. */
const nowhere = createRoute({ getParentRoute: () => shell, path: "$", component: NotFound });
const wall = createRoute({
  getParentRoute: () => root,
  path: "/wall",
  validateSearch: parseWallSearch,
  component: lazyRouteComponent(() => import("../pages/wall/wall-page.tsx"), "WallPage"),
});

const routeTree = root.addChildren([
  shell.addChildren([
    now,
    overTime,
    devices,
    device,
    rejections,
    playground,
    pipeline,
    ledger,
    sources,
    work,
    alerts,
    nowhere,
  ]),
  wall,
]);

/** The pages and their addresses. A page's code is loaded when it is opened, or when its link is pointed at. */
export const router = createRouter({
  routeTree,
  parseSearch: parsePlainSearch,
  stringifySearch: plainSearch,
  defaultPreload: "intent",
  scrollRestoration: true,
  defaultPendingComponent: () => <Loading what="" lines={6} />,
  defaultErrorComponent: PageFailure,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
  interface StaticDataRouteOption {
    /** The page shows what is now, whatever moment of the past the others show; left out: it travels with them. */
    readonly showsNow?: boolean;
  }
}
