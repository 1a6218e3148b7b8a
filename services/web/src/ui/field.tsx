import { type ReactNode, useId } from "react";

/** A control of a form with its label, beside each other; `wide`: the label above, the control as wide as its place. */
export function Field({
  label,
  wide = false,
  children,
}: {
  label: ReactNode;
  wide?: boolean;
  /** The control; the id ties the label to it. */
  children: (id: string) => ReactNode;
}): ReactNode {
  const id = useId();
  return (
    <div className={wide ? "field-wide small" : "field small"}>
      <label htmlFor={id}>{label}</label>
      {children(id)}
    </div>
  );
}
