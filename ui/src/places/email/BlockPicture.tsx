/** The picture of an image block: chosen from the library or added to it, or an address that is written. */

import { Field, Input } from "@fluentui/react-components";
import { useTranslation } from "react-i18next";
import { ChoosePicture } from "../picture/ChoosePicture";
import { useMedium } from "./medium";
import type { Block } from "./model";

/** A column of a mail is about so wide; a larger picture fits itself to it. */
const WIDE = 552;

export function BlockPicture({ block, onChange }: {
  block: Block & { kind: "image" };
  onChange(to: Record<string, unknown>, about: string): void;
}) {
  const { t } = useTranslation("email");
  const medium = useMedium();
  return (
    <>
      <ChoosePicture
        onPick={({ path, alt, width }) => onChange({ source: path, alt: alt || block.alt, width: width < WIDE ? width : undefined }, "picture")}
      />
      {medium === "mail" && (
        <Field label={t("picture")} hint={t("pictureHint")}>
          <Input value={block.source} onChange={(_, { value }) => onChange({ source: value.trim() }, "source")} />
        </Field>
      )}
    </>
  );
}
