package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// A Fating asks for a noun to be retired, brought back or removed.
type Fating struct {
	NounKey
	Version int    // of the noun that the editor saw
	Actor   string // an account's name
	Why     string // may be ""
}

// Retire keeps a noun where it is used and offers it for no new use, or with retired false brings it back. The errors are
// [*Stale], [ErrNotFound] and [*Moved]. A noun that is retired already stays as it is.
func (s *Store) Retire(ctx context.Context, f Fating, retired bool) (err error) {
	defer wrap(&err, "Retire(%q, %q)", f.Kind, f.Key)

	return s.edit(ctx, func(tx pgx.Tx) error {
		before, err := seen(ctx, tx, f.NounKey, f.Version)
		if err != nil || before.Retired == retired {
			return err
		}
		return setRetired(ctx, tx, f, retired)
	})
}

// setRetired retires a noun or brings it back, with an entry of the audit log whose before and after say only that.
func setRetired(ctx context.Context, tx pgx.Tx, f Fating, retired bool) error {
	if _, err := tx.Exec(ctx, `UPDATE `+nounTables[f.Kind].name()+` SET retired = $2 WHERE slug = $1`, f.Key, retired); err != nil {
		return err
	}
	state := func(retired bool) string { return fmt.Sprintf(`{"Retired":%t}`, retired) }
	return audit(ctx, tx, f.Actor, "retire", Change{f.NounKey, state(!retired), state(retired)}, f.Why)
}

// Remove takes a noun away that nothing names, here or in what is published. Its slug is never used again. The errors are
// [*Unsound] for one that is named, [*Stale], [ErrNotFound] and [*Moved].
func (s *Store) Remove(ctx context.Context, f Fating) (err error) {
	defer wrap(&err, "Remove(%q, %q)", f.Kind, f.Key)

	err = s.edit(ctx, func(tx pgx.Tx) error {
		before, err := seen(ctx, tx, f.NounKey, f.Version)
		if err != nil {
			return err
		}
		return removeNoun(ctx, tx, before, f.Actor, f.Why)
	})
	return inUse(err, f.NounKey)
}

// removeNoun removes a noun that is locked, with an entry of the audit log, unless something names it.
func removeNoun(ctx context.Context, tx pgx.Tx, n Noun, actor, why string) error {
	if err := mayGo(ctx, tx, n.NounKey); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM `+nounTables[n.Kind].name()+` WHERE slug = $1`, n.Key); err != nil {
		return err
	}
	was, err := json.Marshal(n.Doc)
	if err != nil {
		return err
	}
	return audit(ctx, tx, actor, "delete", Change{n.NounKey, string(was), ""}, why)
}

// mayGo refuses the removal of a noun that something names.
func mayGo(ctx context.Context, tx pgx.Tx, key NounKey) error {
	list, err := uses(ctx, tx, key)
	if err != nil {
		return err
	}
	if len(list) > 0 {
		named := make([]string, len(list))
		for i, u := range list {
			named[i] = fmt.Sprintf("%d of the kind %s (%s)", u.Count, u.Kind, strings.Join(u.Keys[:min(3, len(u.Keys))], ", "))
		}
		return &Unsound{[]narrative.Problem{{Kind: key.Kind, Key: key.Key,
			Message: "is named by " + strings.Join(named, "; ") + "; only what nothing names can be removed"}}}
	}
	var published bool
	err = tx.QueryRow(ctx, `
		SELECT EXISTS (SELECT FROM published_nouns WHERE kind = $1 AND slug = $2)
			OR EXISTS (SELECT FROM published_slugs WHERE $1 = 'fact' AND slug = $2)
			OR EXISTS (SELECT FROM facts f JOIN editions e ON e.fact = f.id WHERE $1 = 'fact' AND f.slug = $2)`,
		key.Kind, key.Key).Scan(&published)
	if err == nil && published {
		return &Unsound{[]narrative.Problem{{Kind: key.Kind, Key: key.Key, Message: "stands on published pages; retire it instead"}}}
	}
	return err
}

// inUse turns the refusal of a foreign key into words: something that no list of uses knows holds the noun.
func inUse(err error, key NounKey) error {
	if name := Constraint(err); errors.Is(err, ErrInvalid) && strings.HasSuffix(name, "_fkey") || strings.HasSuffix(name, "_fkey") {
		table := strings.TrimSuffix(name, "_"+string(key.Kind)+"_fkey")
		return &Unsound{[]narrative.Problem{{Kind: key.Kind, Key: key.Key,
			Message: "is held by what the desk keeps under it (" + table + "); retire it instead"}}}
	}
	return err
}
