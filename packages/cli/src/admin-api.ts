import { KotaError, messageOf } from "@kota/model";
import type { Config } from "@kota/runtime";
import { apiUrl } from "./running-kota.ts";

/** The API of a running kota, with the token for what changes something. */
export interface AdminApi {
  readonly url: string;
  /** @throws KotaError in the API's own words. */
  get<T>(path: string): Promise<T>;
  /** @throws KotaError `config_invalid` for a token that is missing or wrong, else in the API's own words. */
  send<T>(method: "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<T>;
}

export function adminApi(
  config: Pick<Config, "httpHost" | "httpPort" | "apiUrl" | "adminToken">,
  given?: string,
): AdminApi {
  const url = (given ?? apiUrl(config)).replace(/\/$/, "");

  async function ask<T>(path: string, init: RequestInit): Promise<T> {
    let response: Response;
    try {
      response = await fetch(`${url}${path}`, init);
    } catch (cause) {
      throw new KotaError(
        "store_unavailable",
        `No kota answers at ${url} (${messageOf(cause)}). Start one, or set KOTA_API_URL to the address of one.`,
        { cause },
      );
    }
    if (response.ok) return (await response.json()) as T;
    const detail = await response
      .json()
      .then((problem) => String((problem as { readonly detail?: unknown }).detail))
      .catch(() => `status ${response.status}`);
    throw new KotaError(codeOf(response.status), `${url} says: ${detail}`);
  }

  return {
    url,
    get: (path) => ask(path, {}),
    send(method, path, body) {
      const [token] = config.adminToken ?? [];
      if (token === undefined) {
        throw new KotaError(
          "config_invalid",
          "Set KOTA_ADMIN_TOKEN to a token that the running kota was started with.",
        );
      }
      const headers = { authorization: `Bearer ${token}` };
      return body === undefined
        ? ask(path, { method, headers })
        : ask(path, {
            method,
            headers: { ...headers, "content-type": "application/json" },
            body: JSON.stringify(body),
          });
    },
  };
}

function codeOf(status: number) {
  if (status === 401 || status === 403) return "config_invalid";
  if (status === 404) return "not_found";
  return status >= 500 ? "store_unavailable" : "bad_request";
}
