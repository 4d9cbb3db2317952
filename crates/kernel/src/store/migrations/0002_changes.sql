-- Change tracking asks for the rows of an entity that were deleted since a moment (query/changes.rs).
CREATE INDEX assent_audit_deleted ON assent_audit (entity, seq) WHERE operation = 3;
