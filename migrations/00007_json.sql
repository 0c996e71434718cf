-- +goose Up
-- elements and texts read a JSON list as rows and as an array; null is the empty list.
-- +goose StatementBegin
CREATE FUNCTION elements(list jsonb) RETURNS TABLE (value jsonb, ordinal integer) LANGUAGE sql IMMUTABLE AS $$
	SELECT e.value, e.ordinality::integer
	FROM jsonb_array_elements(CASE jsonb_typeof(list) WHEN 'array' THEN list ELSE '[]' END) WITH ORDINALITY AS e
$$;

CREATE FUNCTION texts(list jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
	SELECT coalesce(array_agg(e.value #>> '{}' ORDER BY e.ordinal), '{}') FROM elements(list) AS e
$$;

-- date_doc writes the columns of a date as the program's JSON form of it.
CREATE FUNCTION date_doc(earliest date, latest date, precision_ text, at_ text, basis text, reason text)
RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
	SELECT jsonb_build_object(
		'On', jsonb_build_object('Earliest', coalesce(earliest::text, ''), 'Latest', coalesce(latest::text, ''), 'Precision', precision_),
		'At', at_, 'Basis', basis, 'Reason', reason)
$$;
-- +goose StatementEnd

-- +goose Down
DROP FUNCTION date_doc, texts, elements;
