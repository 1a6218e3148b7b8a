export { type Api, type ApiDependencies, createApi } from "./api.ts";
