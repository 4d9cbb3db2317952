import { Button } from "@fluentui/react-components";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

/** From a segment's record to its builder. */
export default function SegmentCommands({ id }: { id: string }) {
  const { t } = useTranslation("segment");
  const navigate = useNavigate();
  return <Button appearance="primary" onClick={() => void navigate({ to: `/segment/${id}` })}>{t("open")}</Button>;
}
