-- Full text of the statements, their words and facts.

CREATE INDEX attributions_search ON attributions USING gin (search);
