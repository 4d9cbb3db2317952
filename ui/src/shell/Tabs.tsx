/** The tabs of a page; the one that is open stands in the address. */

import { Tab, TabList } from "@fluentui/react-components";
import { useNavigate, useSearch } from "@tanstack/react-router";

/** The open one of them, by the address, and the way to another. */
export function useTab<T extends string>(all: readonly T[], first = all[0] as T): [T, (tab: T) => void] {
  const navigate = useNavigate();
  const { tab } = useSearch({ strict: false }) as { tab?: string };
  return [all.find((it) => it === tab) ?? first, (tab) => void navigate({ to: ".", search: { tab } as never, replace: true })];
}

export function Tabs<T extends string>({ tabs, open, label, className, onOpen }: {
  tabs: readonly { value: T; label: string }[];
  open: T;
  label?: string;
  className?: string;
  onOpen(tab: T): void;
}) {
  return (
    <TabList className={className} selectedValue={open} aria-label={label} onTabSelect={(_, { value }) => onOpen(value as T)}>
      {tabs.map((it) => <Tab key={it.value} value={it.value}>{it.label}</Tab>)}
    </TabList>
  );
}
