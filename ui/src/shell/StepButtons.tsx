import { Button } from "@fluentui/react-components";
import { useTranslation } from "react-i18next";
import { type Steps, useStepKeys } from "./steps";

/** The way back and forth between the steps of a work, by buttons and by Ctrl+Z and Ctrl+Y. */
export function StepButtons({ steps, locked }: { steps: Pick<Steps<unknown>, "undo" | "redo">; locked: boolean }) {
  const { t } = useTranslation();
  const undo = locked ? undefined : steps.undo;
  const redo = locked ? undefined : steps.redo;
  useStepKeys({ undo, redo });
  return (
    <>
      <Button disabled={!undo} onClick={undo}>{t("undo")}</Button>
      <Button disabled={!redo} onClick={redo}>{t("redo")}</Button>
    </>
  );
}
