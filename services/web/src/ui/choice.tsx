import type { ReactNode } from "react";
import { ToggleButton } from "react-aria-components/ToggleButton";
import { ToggleButtonGroup } from "react-aria-components/ToggleButtonGroup";

/** One of a few, as buttons side by side: one stop for the Tab key, the arrow keys go from one to the next. */
export function Choice<T extends string>({
  label,
  options,
  value,
  onValue,
  className = "choice",
}: {
  label: string;
  options: readonly {
    readonly id: T;
    readonly title: ReactNode;
    /** What is read out, where the title alone says too little. */
    readonly said?: string;
    /** Of the title; left out: the page's. */
    readonly lang?: string;
  }[];
  value: T;
  onValue: (value: T) => void;
  className?: string;
}): ReactNode {
  return (
    <ToggleButtonGroup
      aria-label={label}
      className={className}
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={([chosen]) => {
        const option = options.find(({ id }) => id === chosen);
        if (option !== undefined) onValue(option.id);
      }}
    >
      {options.map(({ id, title, said, lang }) => (
        <ToggleButton
          key={id}
          id={id}
          className="choice-option"
          {...(said === undefined ? {} : { "aria-label": said })}
        >
          <span lang={lang}>{title}</span>
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
