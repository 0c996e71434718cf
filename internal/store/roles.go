package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// The database's roles: the one that owns the tables, the one that the desk writes as, and the one that readers' pages
// are read as, which can select what is published and nothing else. They belong to the whole Postgres server; each
// database of ours on it gives them rights.
const (
	OwnerRole  = "counterclaim_owner"
	DeskRole   = "counterclaim_desk"
	ReaderRole = "counterclaim_reader"
)

var roleNames = []string{OwnerRole, DeskRole, ReaderRole}

// Roles says how far the three roles are in force in an open database.
type Roles string

const (
	// RolesConnected says that the program connects as each role.
	RolesConnected Roles = "connections as each role"
	// RolesSet says that the program connects as one user and changes to each role.
	RolesSet Roles = "connections set to each role"
	// RolesNone says that the user of the connection string may not make or use the roles, so that only the triggers
	// keep what must not change.
	RolesNone Roles = "not made, triggers alone"
)

// An access is what the desk's and the readers' role may do with a table.
type access struct{ desk, reader string }

var (
	deskOnly = access{desk: "SELECT, INSERT, UPDATE, DELETE"}
	deskAdds = access{desk: "SELECT, INSERT"}
	derived  = access{desk: "SELECT, INSERT, UPDATE, DELETE", reader: "SELECT"}
)

// tableAccess has every table and view. What is missing here is closed to both roles.
var tableAccess = map[string]access{
	"disputes": deskOnly, "parties": deskOnly, "outlets": deskOnly, "sources": deskOnly, "offices": deskOnly,
	"places": deskOnly, "place_names": deskOnly, "place_name_users": deskOnly, "terms": deskOnly, "term_users": deskOnly,
	"events": deskOnly, "event_participants": deskOnly, "expected_accounts": deskOnly,
	"facts": deskOnly, "periods": deskOnly, "aspects": deskOnly, "positions": deskOnly, "gaps": deskOnly,
	"records": deskOnly, "bearings": deskOnly,
	"articles": deskOnly, "readings": deskOnly, "captures": deskAdds, "capture_texts": deskAdds,
	"claims": deskOnly, "anchors": deskOnly, "hops": deskOnly, "stances": deskOnly, "counters": deskOnly,
	"figures": deskOnly, "points": deskOnly, "point_claims": deskOnly,
	"audit_log": deskAdds, "import_bases": deskOnly,
	"requests": deskOnly, "complaints": deskOnly, "drafts": deskOnly, "proposals": deskOnly, "assignments": deskOnly, "watches": deskOnly,
	"capture_marks": deskAdds,
	"subscriptions": deskOnly, "arrivals": deskOnly, "capture_shingles": deskOnly, "archive_copies": deskOnly, "reprints": deskOnly,
	"media": deskOnly, "embargoes": deskOnly, "review_requests": deskOnly,
	"kept_passages": deskOnly,
	"reviews":       deskOnly, "newsroom_editions": deskAdds, // of these a function of the owner's takes out what is taken down
	"accounts": {desk: "SELECT, INSERT, UPDATE"}, // a name is never used again
	"sessions": deskOnly, "logins": deskOnly, "account_links": deskOnly, "recovery_codes": deskOnly, "account_tokens": deskOnly, "throttles": deskOnly, "api_keys": deskOnly,
	"names": {desk: "SELECT"}, // a trigger of the owner's writes it

	"log":                 {desk: "SELECT, INSERT", reader: "SELECT"},
	"log_tree":            {desk: "SELECT", reader: "SELECT"}, // a trigger of the owner's writes it
	"log_key":             {desk: "SELECT, INSERT", reader: "SELECT"},
	"editions":            {desk: "SELECT, INSERT", reader: "SELECT"},
	"edition_bodies":      {desk: "SELECT, INSERT", reader: "SELECT"},
	"erasures":            {desk: "SELECT"}, // erase writes it
	"published_erasures":  {desk: "SELECT", reader: "SELECT"},
	"takedowns":           {desk: "SELECT, INSERT"},
	"published_takedowns": {desk: "SELECT", reader: "SELECT"},
	"published_facts":     derived,
	"published_claims":    derived,
	"published_nouns":     derived,
	"published_editions":  derived,
	"published_slugs":     {desk: "SELECT, INSERT", reader: "SELECT"},
	"published_texts":     derived,
	"published_redirects": {desk: "SELECT", reader: "SELECT"},
	"generation":          {desk: "SELECT, UPDATE", reader: "SELECT"},
	"goose_db_version":    {desk: "SELECT", reader: "SELECT"},
}

// functionAccess has the functions that not everybody may call.
var functionAccess = map[string]access{
	"erase":         {desk: "EXECUTE"},
	"forget_nouns":  {desk: "EXECUTE"},
	"forget_source": {desk: "EXECUTE"},

	"redact_newsroom":  {desk: "EXECUTE"},
	"forget_originals": {desk: "EXECUTE"},
	"lead_name_on":     {desk: "EXECUTE"},
	"bring_back":       {desk: "EXECUTE"},
}

// makeRoles makes the roles and gives the program their use. If the connecting user may not, that is not an error.
func (o *Options) makeRoles(ctx context.Context, conn *pgx.Conn) (Roles, error) {
	roles := RolesSet
	if o.DeskURL != "" {
		roles = RolesConnected
	}
	for {
		err := pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error { return enableRoles(ctx, tx, roles) })
		e, ok := errors.AsType[*pgconn.PgError](err)
		switch {
		case ok && e.Code == "42501":
			o.Log.InfoContext(ctx, "the database user may not make roles: triggers alone keep what must not change",
				"user", conn.Config().User, "reason", e.Message)
			return RolesNone, nil
		case ok && (e.Code == "42710" || e.Code == "23505" || e.Code == "XX000" && strings.Contains(e.Message, "tuple concurrently")):
			// Another server does the same for another database.
			if err := pause(ctx); err != nil {
				return "", err
			}
		case err != nil:
			return "", err
		default:
			return roles, nil
		}
	}
}

// enableRoles makes what is missing of the roles and of what they need before there are tables. On a server that is
// ready it only asks, which any user may.
func enableRoles(ctx context.Context, tx pgx.Tx, roles Roles) error {
	rows, _ := tx.Query(ctx, `
		SELECT wanted.name,
			role.oid IS NOT NULL AS made,
			coalesce(role.rolcanlogin, false) AS can_login,
			CASE
				WHEN role.oid IS NULL THEN false
				WHEN current_setting('server_version_num')::integer >= 160000 THEN pg_has_role(role.oid, 'SET')
				ELSE pg_has_role(role.oid, 'MEMBER')
			END AS usable
		FROM unnest($1::text[]) AS wanted (name)
		LEFT JOIN pg_roles AS role ON role.rolname = wanted.name`, roleNames)
	type state struct {
		Name                   string
		Made, CanLogin, Usable bool
	}
	states, err := pgx.CollectRows(rows, pgx.RowToStructByName[state])
	if err != nil {
		return err
	}
	var todo []string
	for _, s := range states {
		if !s.Made {
			todo = append(todo, `CREATE ROLE `+s.Name)
		}
		if roles == RolesConnected && !s.CanLogin {
			todo = append(todo, `ALTER ROLE `+s.Name+` LOGIN`)
		}
		if roles == RolesSet && !s.Usable {
			todo = append(todo, `GRANT `+s.Name+` TO CURRENT_USER`)
		}
	}
	if err := execAll(ctx, tx, todo); err != nil {
		return err
	}
	return enableSchema(ctx, tx)
}

// enableSchema lets the owner make tables in the database and all roles find them.
func enableSchema(ctx context.Context, tx pgx.Tx) error {
	lacking := func() (todo []string, err error) {
		rows, _ := tx.Query(ctx, `
			SELECT format('GRANT %s ON %s TO %I', privilege, object, role)
			FROM unnest($1::text[]) AS role,
				(VALUES
					('CONNECT', 'DATABASE', false), ('CREATE', 'DATABASE', true),
					('USAGE', 'SCHEMA', false), ('CREATE', 'SCHEMA', true)
				) AS needed (privilege, kind, owner_only),
				LATERAL (SELECT CASE kind WHEN 'SCHEMA' THEN 'SCHEMA public' ELSE format('DATABASE %I', current_database()) END) AS o (object)
			WHERE (role = $2 OR NOT owner_only)
				AND NOT CASE kind
					WHEN 'SCHEMA' THEN has_schema_privilege(role, 'public', privilege)
					ELSE has_database_privilege(role, current_database(), privilege)
				END`, roleNames, OwnerRole)
		return pgx.CollectRows(rows, pgx.RowTo[string])
	}
	todo, err := lacking()
	if err != nil {
		return err
	}
	if err := execAll(ctx, tx, todo); err != nil {
		return err
	}
	// Who may not grant something gets a warning only.
	if todo, err = lacking(); err == nil && len(todo) > 0 {
		err = &pgconn.PgError{Severity: "ERROR", Code: "42501", Message: "not allowed: " + todo[0]}
	}
	return err
}

func execAll(ctx context.Context, tx pgx.Tx, statements []string) error {
	for _, sql := range statements {
		if _, err := tx.Exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}

// ownerOf returns the role to run migrations as: the owner's, unless the tables belong to another, as they do if the
// user of the connection string could not make the roles before. That one is then "".
func ownerOf(ctx context.Context, conn *pgx.Conn, roles Roles) (string, error) {
	if roles == RolesNone {
		return "", nil
	}
	var owned bool
	err := conn.QueryRow(ctx, `
		SELECT NOT EXISTS (
			SELECT FROM pg_class WHERE oid = to_regclass('public.goose_db_version') AND relowner <> $1::regrole
		)`, OwnerRole).Scan(&owned)
	if err != nil || !owned {
		return "", err
	}
	return OwnerRole, nil
}

// grant gives the desk's and the readers' role what the tables above say, takes away all else that they have on tables
// of ours, and does nothing if that is so already.
func (o *Options) grant(ctx context.Context, owner string, roles Roles) error {
	conn, err := o.connect(ctx, owner, roles)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		rows, _ := tx.Query(ctx, `
			SELECT format('%s %s %s', privilege_type, oid::regclass, grantee::regrole)
			FROM pg_class, aclexplode(relacl)
			WHERE relnamespace = 'public'::regnamespace AND relowner = current_user::regrole
				AND grantee IN ($1::regrole, $2::regrole)
			UNION ALL
			SELECT format('%s %s %s', privilege_type, proname, CASE grantee WHEN 0 THEN 'public' ELSE grantee::regrole::text END)
			FROM pg_proc, aclexplode(coalesce(proacl, acldefault('f', proowner)))
			WHERE pronamespace = 'public'::regnamespace AND proname = ANY ($3) AND grantee <> proowner`,
			DeskRole, ReaderRole, slices.Collect(maps.Keys(functionAccess)))
		have, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return err
		}
		rows, _ = tx.Query(ctx, `
			SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v')
			UNION ALL
			SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname = ANY ($1)`,
			slices.Collect(maps.Keys(functionAccess)))
		there, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return err
		}
		return execAll(ctx, tx, grants(have, there))
	})
}

// grants returns the statements that lead from the privileges that the roles have, each as "PRIVILEGE object role", to
// those that they are to have on those objects that are there.
func grants(have, there []string) []string {
	var want, todo []string
	objects := make(map[string]string, len(there)) // as GRANT names them
	add := func(kind string, accesses map[string]access) {
		for _, name := range slices.Sorted(maps.Keys(accesses)) {
			if !slices.Contains(there, name) {
				continue
			}
			objects[name] = kind + name
			for role, privileges := range map[string]string{DeskRole: accesses[name].desk, ReaderRole: accesses[name].reader} {
				for p := range strings.SplitSeq(privileges, ", ") {
					if p != "" {
						want = append(want, p+" "+name+" "+role)
					}
				}
			}
		}
	}
	add("", tableAccess)
	add("FUNCTION ", functionAccess)
	for _, h := range have {
		if f := strings.Fields(h); !slices.Contains(want, h) {
			todo = append(todo, fmt.Sprintf("REVOKE %s ON %s FROM %s", f[0], cmp.Or(objects[f[1]], f[1]), f[2]))
		}
	}
	for _, w := range want {
		if f := strings.Fields(w); !slices.Contains(have, w) {
			todo = append(todo, fmt.Sprintf("GRANT %s ON %s TO %s", f[0], objects[f[1]], f[2]))
		}
	}
	return todo
}
