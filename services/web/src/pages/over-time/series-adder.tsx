import { type ReactNode, useId, useMemo, useState } from "react";
import type { Device, Metric, Score } from "../../api-types.ts";
import { writeSeriesRef } from "../../chart/series-ref.ts";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { CITY_AREA, scoreKey } from "../../score/score-key.ts";
import { metricsOf } from "../../series/main-metric.ts";
import { DeviceBox } from "../../ui/device-box.tsx";
import { useSettled } from "../../ui/use-settled.ts";

const MEASURED_PACE_MS = 30_000;

/** Adds a metric of a device or of an area, or a score of an area, to the chart. */
export function SeriesAdder({
  devices,
  metrics,
  scores,
  onAdd,
}: {
  devices: readonly Device[];
  metrics: readonly Metric[];
  scores: readonly Score[];
  /** A series as it stands in a URL. */
  onAdd: (series: string) => void;
}): ReactNode {
  return (
    <div className="adders small">
      <ReadingAdder devices={devices} metrics={metrics} onAdd={onAdd} />
      <AreaAdder devices={devices} metrics={metrics} onAdd={onAdd} />
      <ScoreAdder scores={scores} onAdd={onAdd} />
    </div>
  );
}

/** The form around the fields of one kind of series. */
function Adder({
  title,
  isReady,
  onAdd,
  children,
}: {
  title: string;
  /** There is something chosen that can be added. */
  isReady: boolean;
  onAdd: () => void;
  children: ReactNode;
}): ReactNode {
  const { t } = useWords();
  return (
    <form
      className="adder"
      onSubmit={(event) => {
        event.preventDefault();
        onAdd();
      }}
    >
      <fieldset className="adder-fields">
        <legend>{title}</legend>
        {children}
        <button type="submit" className="button" disabled={!isReady}>
          {t("overTime.add")}
        </button>
      </fieldset>
    </form>
  );
}

function ReadingAdder({
  devices,
  metrics,
  onAdd,
}: {
  devices: readonly Device[];
  metrics: readonly Metric[];
  onAdd: (series: string) => void;
}): ReactNode {
  const { t } = useWords();
  const [chosenId, setChosenId] = useState<string | null>(null);
  const [metric, setMetric] = useState("");
  const options = useMemo(
    () => devices.filter(({ lastSeen }) => lastSeen !== null).map(({ id, name }) => ({ id, name })),
    [devices.length],
  );
  const device = devices.find(({ id }) => id === chosenId);
  const choices = device === undefined ? [] : metricsOf(device, metrics);
  const chosen = choices.find(({ name }) => name === metric) ?? choices[0];
  return (
    <Adder
      title={t("overTime.addReading")}
      isReady={chosen !== undefined}
      onAdd={() => {
        if (device === undefined || chosen === undefined) return;
        onAdd(writeSeriesRef({ kind: "reading", device: device.id, metric: chosen.name }));
        setChosenId(null);
      }}
    >
      <DeviceBox
        label={t("overTime.device")}
        devices={options}
        value={chosenId}
        placeholder={t("devices.findHint")}
        onDevice={setChosenId}
      />
      <MetricField choices={choices} value={chosen?.name ?? ""} onMetric={setMetric} />
    </Adder>
  );
}

function AreaAdder({
  devices,
  metrics,
  onAdd,
}: {
  devices: readonly Device[];
  metrics: readonly Metric[];
  onAdd: (series: string) => void;
}): ReactNode {
  const { t } = useWords();
  const { areaName } = useCity();
  const [area, setArea] = useState(CITY_AREA);
  const [metric, setMetric] = useState("");
  // Which metrics there are changes seldom, the devices' values all the time.
  const measured = useSettled(devices, MEASURED_PACE_MS);
  const choices = useMemo(() => {
    const ofArea = measured.filter((device) => area === CITY_AREA || device.area === area);
    const names = new Set(ofArea.flatMap(({ latest }) => Object.keys(latest)));
    return metrics.filter(({ name }) => names.has(name));
  }, [measured, metrics, area]);
  const chosen = choices.find(({ name }) => name === metric) ?? choices[0];
  return (
    <Adder
      title={t("overTime.addArea")}
      isReady={chosen !== undefined}
      onAdd={() => {
        if (chosen !== undefined) onAdd(writeSeriesRef({ kind: "area", area, metric: chosen.name }));
      }}
    >
      <AreaField area={area} areaName={areaName} onArea={setArea} />
      <MetricField choices={choices} value={chosen?.name ?? ""} onMetric={setMetric} />
    </Adder>
  );
}

function AreaField({
  area,
  areaName,
  onArea,
}: {
  area: string;
  areaName: (id: string) => string;
  onArea: (id: string) => void;
}): ReactNode {
  const { t } = useWords();
  const { city } = useCity();
  const field = useId();
  return (
    <label className="field" htmlFor={field}>
      <span>{t("overTime.area")}</span>
      <select id={field} value={area} onChange={(event) => onArea(event.target.value)}>
        {[CITY_AREA, ...city.areas.features.map(({ properties }) => properties.id)].map((id) => (
          <option key={id} value={id}>
            {areaName(id)}
          </option>
        ))}
      </select>
    </label>
  );
}

function MetricField({
  choices,
  value,
  onMetric,
}: {
  choices: readonly Metric[];
  value: string;
  onMetric: (name: string) => void;
}): ReactNode {
  const { t, metric: titleOf } = useWords();
  const field = useId();
  return (
    <label className="field" htmlFor={field}>
      <span>{t("overTime.metric")}</span>
      <select
        id={field}
        value={value}
        disabled={choices.length === 0}
        onChange={(event) => onMetric(event.target.value)}
      >
        {choices.length === 0 && <option value="">–</option>}
        {choices.map((choice) => (
          <option key={choice.name} value={choice.name}>
            {titleOf(choice)}
          </option>
        ))}
      </select>
    </label>
  );
}

function ScoreAdder({
  scores,
  onAdd,
}: {
  scores: readonly Score[];
  onAdd: (series: string) => void;
}): ReactNode {
  const { t, score: titleOf } = useWords();
  const { areaName } = useCity();
  const fields = useId();
  const [area, setArea] = useState(CITY_AREA);
  const [key, setKey] = useState("");
  const ofArea = scores.filter((score) => score.area === area && score.score !== null);
  const chosen = ofArea.find((score) => scoreKey(score) === key) ?? ofArea[0];
  return (
    <Adder
      title={t("overTime.addScore")}
      isReady={chosen !== undefined}
      onAdd={() => {
        if (chosen !== undefined) onAdd(writeSeriesRef({ kind: "score", key: scoreKey(chosen) }));
      }}
    >
      <AreaField area={area} areaName={areaName} onArea={setArea} />
      <label className="field" htmlFor={`${fields}-score`}>
        <span>{t("overTime.score")}</span>
        <select
          id={`${fields}-score`}
          value={chosen === undefined ? "" : scoreKey(chosen)}
          disabled={chosen === undefined}
          onChange={(event) => setKey(event.target.value)}
        >
          {ofArea.map((score) => (
            <option key={scoreKey(score)} value={scoreKey(score)}>
              {score.indicator !== null ? "– – " : score.aspect !== null ? "– " : ""}
              {titleOf(score)}
            </option>
          ))}
        </select>
      </label>
    </Adder>
  );
}
