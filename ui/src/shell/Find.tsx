/** A field for words that are looked for when the typing rests. What is typed meanwhile stays; what the address says anew is shown. */

import { SearchBox, type SearchBoxProps } from "@fluentui/react-components";
import { useEffect, useState } from "react";

const REST = 300;

export function Find({ value, onFind, ...own }: Omit<SearchBoxProps, "value" | "onChange"> & { value: string; onFind(text: string): void }) {
  const [text, setText] = useState(value);
  const [sent, setSent] = useState(value);
  const [seen, setSeen] = useState(value);
  if (value !== seen) {
    setSeen(value);
    // It did not come from here: somebody went back, or takes all conditions away.
    if (value !== sent) {
      setSent(value);
      setText(value);
    }
  }
  const words = text.trim();
  useEffect(() => {
    if (words === sent) return;
    const soon = setTimeout(() => {
      setSent(words);
      onFind(words);
    }, REST);
    return () => clearTimeout(soon);
  }, [words, sent, onFind]);
  return <SearchBox {...own} value={text} onChange={(_, { value }) => setText(value)} />;
}
