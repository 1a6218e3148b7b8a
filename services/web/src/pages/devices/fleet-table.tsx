import { withUnit } from "@kota/model/shown-unit";
import { Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useRef } from "react";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { usePresent } from "../../past/use-moment.ts";
import { DeviceMark } from "../../ui/device-mark.tsx";
import { OriginTag } from "../../ui/origin-tag.tsx";
import { type FleetRow, nextFleetSort, parseFleetSort, SHOWN_COLUMNS } from "./fleet.ts";

const ROW_PX = 46;
/** Percent: from here a battery is soon to be changed. Editorial. */
const BATTERY_LOW = 20;

/**
 * A table that draws only the rows in sight, so that ten thousand devices scroll as easily as ten. Its roles are
 * written out because rows that stand at a place of their own cannot be those of an HTML table.
 */
export function FleetTable({
  rows,
  sort,
  onSort,
}: {
  rows: readonly FleetRow[];
  sort: string | null;
  onSort: (sort: string | null) => void;
}): ReactNode {
  const { t } = useWords();
  const box = useRef<HTMLDivElement>(null);
  const order = parseFleetSort(sort);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => rows[index]?.device.id ?? index,
    overscan: 8,
  });
  return (
    // biome-ignore lint/a11y/useSemanticElements: see above.
    <div
      ref={box}
      className="fleet"
      role="table"
      aria-label={t("devices.table")}
      aria-rowcount={rows.length + 1}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
      tabIndex={0}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: see above. */}
      <div role="rowgroup" className="fleet-head">
        {/* biome-ignore lint/a11y/useSemanticElements: see above. */}
        {/* biome-ignore lint/a11y/useFocusableInteractive: its buttons are what is pressed. */}
        <div role="row" className="fleet-row" aria-rowindex={1}>
          {SHOWN_COLUMNS.map((column) => {
            const on = order.id === column;
            return (
              // biome-ignore lint/a11y/useSemanticElements: see above.
              // biome-ignore lint/a11y/useFocusableInteractive: its button is what is pressed.
              <div
                key={column}
                role="columnheader"
                className={`fleet-cell fleet-${column}`}
                aria-sort={on ? (order.desc ? "descending" : "ascending") : "none"}
              >
                <button
                  type="button"
                  className="sort-button"
                  onClick={() => onSort(nextFleetSort(column, sort))}
                >
                  {t(`devices.${column}`)}
                  <span aria-hidden="true" className="sort-arrow">
                    {on ? (order.desc ? "↓" : "↑") : "↕"}
                  </span>
                </button>
              </div>
            );
          })}
        </div>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: see above. */}
      <div role="rowgroup" className="fleet-body" style={{ blockSize: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start, key }) => {
          const row = rows[index];
          return row === undefined ? null : <FleetLine key={key} row={row} index={index} start={start} />;
        })}
      </div>
    </div>
  );
}

function FleetLine({ row, index, start }: { row: FleetRow; index: number; start: number }): ReactNode {
  const { t, age, metric: titleOf } = useWords();
  const { format } = useCity();
  const now = usePresent(5000);
  const { device, metric, value, health } = row;
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows that stand at a place of their own are no HTML table.
    // biome-ignore lint/a11y/useFocusableInteractive: its link is what is pressed.
    <div
      role="row"
      className="fleet-row fleet-line"
      aria-rowindex={index + 2}
      style={{ transform: `translateY(${start}px)`, blockSize: ROW_PX }}
    >
      <Cell column="device">
        <DeviceMark kind={device.kind ?? ""} origin={device.origin ?? "live"} />
        <span className="fleet-name">
          <Link to="/devices/$id" params={{ id: device.id }} preload={false}>
            {device.name}
          </Link>
          {device.name !== device.id && <span className="muted fleet-id">{device.id}</span>}
        </span>
      </Cell>
      <Cell column="kind">{row.kind}</Cell>
      <Cell column="origin">
        <OriginTag origin={device.origin} />
      </Cell>
      <Cell column="area">{row.area}</Cell>
      <Cell column="value">
        {metric === null || value === undefined ? (
          <span className="muted">{t("devices.nothingYet")}</span>
        ) : (
          <span className="fleet-name">
            <span className="number">{withUnit(format.number(value, metric.decimals), metric.unit)}</span>
            <span className="muted fleet-id">{titleOf(metric)}</span>
          </span>
        )}
      </Cell>
      <Cell column="seen">
        <span className="number">{row.seen === undefined ? t("devices.never") : age(row.seen, now)}</span>
      </Cell>
      <Cell column="rate">
        <span className="number">
          {device.perHour === null ? "–" : t("devices.perHour", { n: format.count(device.perHour) })}
        </span>
      </Cell>
      <Cell column="battery">
        <span className="fleet-name">
          <span className={`number${row.battery !== undefined && row.battery < BATTERY_LOW ? " wrong" : ""}`}>
            {row.battery === undefined ? "–" : withUnit(format.number(row.battery, 0), "%")}
          </span>
          {row.signal !== undefined && (
            <span className="muted fleet-id number">{withUnit(format.number(row.signal, 0), "dB[mW]")}</span>
          )}
        </span>
      </Cell>
      <Cell column="health">
        <span className="fleet-name">
          <span className={`health health-${health}`}>{t(`devices.healthIs.${health}`)}</span>
          {row.flags.length > 0 && (
            <span className="fleet-id wrong">
              {row.flags.map((flag) => t(`devices.flagIs.${flag}`)).join(", ")}
            </span>
          )}
        </span>
      </Cell>
    </div>
  );
}

function Cell({ column, children }: { column: string; children: ReactNode }): ReactNode {
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows that stand at a place of their own are no HTML table.
    <div role="cell" className={`fleet-cell fleet-${column}`}>
      {children}
    </div>
  );
}
