-- What waits to begin and has a deadline, the most urgent first.
CREATE INDEX executions_overdue ON executions (deadline, number) WHERE status = 0 AND last_cancel = 0 AND deadline IS NOT NULL;
