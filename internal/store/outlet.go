package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// An OutletName is an outlet that articles may be of, with all forms of its name.
type OutletName struct {
	Slug  narrative.Slug
	Name  string
	Forms []string // others, as printed in articles
}

// OutletNames returns the outlets that are known by name, at most 300, by name.
func (s *Store) OutletNames(ctx context.Context) (list []OutletName, err error) {
	defer wrap(&err, "OutletNames()")

	rows, _ := s.desk.Query(ctx, `
		SELECT o.slug, o.name, coalesce(s.printed, '{}')
		FROM outlets o
		LEFT JOIN sources s ON s.slug = o.slug
		WHERE NOT o.retired AND NOT o.is_unknown
		ORDER BY o.name, o.slug
		LIMIT $1`, mostOffered)
	return pgx.CollectRows(rows, pgx.RowToStructByPos[OutletName])
}

// outletNamed finds the outlets of a name, whatever their case, spaces and diacritics: $1 is the name.
const outletNamed = `
	SELECT o.slug
	FROM outlets o,
		LATERAL (SELECT lower(regexp_replace(normalize(o.name, NFKD), U&'[[:space:]\0300-\036F]', '', 'g')) AS name) a,
		LATERAL (SELECT lower(regexp_replace(normalize($1::text, NFKD), U&'[[:space:]\0300-\036F]', '', 'g')) AS name) b
	WHERE NOT o.retired AND a.name = b.name
	ORDER BY o.slug
	LIMIT 1`

// OutletNamed returns the outlet of a name, whatever its case, spaces and diacritics. The error is [ErrNotFound].
func (s *Store) OutletNamed(ctx context.Context, name string) (slug narrative.Slug, err error) {
	defer wrap(&err, "OutletNamed(%q)", name)

	err = s.desk.QueryRow(ctx, outletNamed, name).Scan(&slug)
	return slug, err
}

// OutletAt returns the outlet of which all articles with an address at a host are, whether the host is written with www. or
// without. The error is [ErrNotFound] where there are none, or several outlets have theirs there.
func (s *Store) OutletAt(ctx context.Context, host string) (slug narrative.Slug, err error) {
	defer wrap(&err, "OutletAt(%q)", host)

	err = s.desk.QueryRow(ctx, `
		SELECT min(a.outlet)
		FROM articles a
		JOIN outlets o ON o.slug = a.outlet
		WHERE regexp_replace(split_part(split_part(lower(a.url), '://', 2), '/', 1), '^www\.', '') = regexp_replace(lower($1), '^www\.', '')
			AND a.url <> '' AND NOT o.retired AND NOT o.is_unknown
		HAVING count(DISTINCT a.outlet) = 1`, host).Scan(&slug)
	return slug, err
}

// refuseNamesake refuses a new outlet that has the name of one there is.
func refuseNamesake(ctx context.Context, tx pgx.Tx, outlet narrative.Outlet) error {
	rows, _ := tx.Query(ctx, outletNamed, outlet.Name)
	there, err := pgx.CollectRows(rows, pgx.RowTo[narrative.Slug])
	if err != nil || len(there) == 0 {
		return err
	}
	return &Unsound{[]narrative.Problem{{
		Kind: narrative.KindOutlet, Key: string(outlet.Slug), Path: "name",
		Message: fmt.Sprintf("%q is the name of an outlet that is there already, %s; choose that one", outlet.Name, there[0]),
	}}}
}
