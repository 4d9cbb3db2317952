/** The search over everything: people and records while typing. `/` goes there from anywhere. */

import { Combobox, makeStyles, Option, OptionGroup, Text, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useDeferredValue, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../api/http";
import { type Entity, useEntities } from "../api/metadata";
import { may, type Session, useSession } from "../api/session";

interface Found {
  EntityName: string;
  Id: string;
  Attributes: Record<string, unknown>;
}

const useStyles = makeStyles({
  box: { width: "min(480px, 100%)" },
  second: { color: tokens.colorNeutralForeground3, display: "block" },
});

const PEOPLE = ["contact", "lead"];
/** What belongs to the machinery is found where it is used. */
const RECORDS = [
  "account", "task", "assent_datasubjectrequest", "msdyncrm_segment", "msdyncrm_customerjourney",
  "msdyncrm_marketingemail", "msdyncrm_marketingform", "msdyncrm_marketingpage", "list",
];

/** Rows that hold the words: people first, then records, those of one's own entities too. */
async function find(words: string, all: Map<string, Entity>, session: Session, signal: AbortSignal): Promise<Found[]> {
  const added = [...all.values()].filter((it) => it.added && !it.intersect);
  const groups = [PEOPLE, [...RECORDS, ...added.map((it) => it.name)]];
  const ask = async (names: string[]) => {
    const known = names.filter((it) => all.has(it) && may(session, "Read", it)).map((name) => ({ name }));
    if (known.length === 0) return [];
    const body = { search: words, top: 10, entities: JSON.stringify(known) };
    const answer = await call<{ response: string }>("/api/search/v2.0/query", { body, signal });
    return (JSON.parse(answer.response) as { Value: Found[] }).Value;
  };
  return (await Promise.all(groups.map(ask))).flat();
}

export function Search() {
  const styles = useStyles();
  const { t } = useTranslation();
  const entities = useEntities();
  const session = useSession();
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  const words = useDeferredValue(text.trim());
  const found = useQuery({
    queryKey: ["search", words],
    queryFn: ({ signal }) => find(words, entities, session, signal),
    enabled: words.length >= 2,
    placeholderData: (before) => before,
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.key !== "/" || event.ctrlKey || event.metaKey || target.closest("input, textarea, select, [contenteditable]")) return;
      event.preventDefault();
      input.current?.focus();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  const groups = Map.groupBy(words.length >= 2 ? (found.data ?? []) : [], (it) => it.EntityName);
  return (
    <Combobox
      ref={input}
      className={styles.box}
      freeform
      value={text}
      selectedOptions={[]}
      placeholder={t("search.placeholder")}
      aria-label={t("search.label")}
      onChange={(event) => setText(event.target.value)}
      onOptionSelect={(_, { optionValue }) => {
        if (!optionValue) return;
        setText("");
        void navigate({ to: optionValue });
      }}
    >
      {[...groups].map(([name, all]) => (
        <OptionGroup key={name} label={entities.get(name)?.plural ?? name}>
          {all.map((it) => {
            const title = titleOf(it, entities.get(name));
            return (
              <Option key={it.Id} value={place(it)} text={title}>
                <span>
                  {title}
                  <Text size={200} className={styles.second}>
                    {secondOf(it, title)}
                  </Text>
                </span>
              </Option>
            );
          })}
        </OptionGroup>
      ))}
      {words.length >= 2 && found.isSuccess && groups.size === 0 && (
        <Option disabled value="" text="">
          {t("search.nothing")}
        </Option>
      )}
    </Combobox>
  );
}

const place = (it: Found) => (it.EntityName === "contact" ? `/person/${it.Id}` : `/record/${it.EntityName}/${it.Id}`);

function titleOf(it: Found, entity: Entity | undefined): string {
  const name = entity?.primaryName ? it.Attributes[entity.primaryName] : undefined;
  return typeof name === "string" && name ? name : it.Id;
}

/** What tells two of one name apart. */
function secondOf(it: Found, title: string): string {
  const texts = Object.entries(it.Attributes)
    .filter(([name, value]) => typeof value === "string" && !name.startsWith("@") && value !== title && value !== "")
    .map(([, value]) => String(value));
  return texts.slice(0, 2).join(" · ");
}
