-- The deadline of a held execution counts from its start.
DROP INDEX executions_overdue;
CREATE INDEX executions_overdue ON executions (deadline, number) WHERE status = 0 AND last_cancel = 0 AND held = 0 AND deadline IS NOT NULL;
