package store_test

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// withAccount returns a store with the account ada, an editor.
func withAccount(t *testing.T) (storetest.DB, *store.Store) {
	t.Helper()
	db := storetest.Database(t)
	s := storetest.Open(t, db)
	for _, name := range []string{"ada", "bob"} {
		if err := s.AddAccount(t.Context(), name, store.RoleEditor, "test"); err != nil {
			t.Fatal(err)
		}
	}
	return db, s
}

func TestDrafts(t *testing.T) {
	t.Parallel()
	db, s := withAccount(t)
	ctx := t.Context()
	want := store.Draft{Form: "/desk/facts/x", Version: 3, Fields: url.Values{"question": {"Հարց <b> “…”\r\n\r\nzwei"}, "many": {"a", "b"}, "empty": {""}}}
	for range 2 {
		if err := s.KeepDraft(ctx, "ada", want); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Draft(ctx, "ada", "/desk/facts/x")
	if err != nil || got.SavedAt.IsZero() {
		t.Fatalf("draft %+v (%v)", got, err)
	}
	want.SavedAt = got.SavedAt
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("draft (-want +got):\n%s", diff)
	}
	if _, err := s.Draft(ctx, "bob", "/desk/facts/x"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("another account's draft: %v", err)
	}
	for range 2 {
		if err := s.DropDraft(ctx, "ada", "/desk/facts/x"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Draft(ctx, "ada", "/desk/facts/x"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a draft thrown away: %v", err)
	}
	renamedDrafts(t, s)
	large := store.Draft{Form: "/desk/large", Fields: url.Values{"a": {strings.Repeat("x", store.LargestDraft)}}}
	if err := s.KeepDraft(ctx, "ada", large); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("a draft that is too large: %v", err)
	}
	for i := range 60 {
		if err := s.KeepDraft(ctx, "ada", store.Draft{Form: fmt.Sprintf("/desk/facts/f%d", i)}); err != nil {
			t.Fatal(err)
		}
	}
	list, err := s.Drafts(ctx, "ada")
	if err != nil || len(list) != 50 || list[0].Form != "/desk/facts/f59" {
		t.Errorf("%d drafts, the first %+v (%v)", len(list), list[0], err)
	}
	super := storetest.Pool(t, db.URL)
	exec(t, super, `UPDATE drafts SET saved_at = now() - interval '31 days'`)
	if list, err := s.Drafts(ctx, "ada"); err != nil || len(list) > 0 {
		t.Errorf("%d drafts after a month (%v)", len(list), err)
	}
	if err := s.KeepDraft(ctx, "bob", want); err != nil {
		t.Fatal(err)
	}
	if n := number(t, super, `SELECT count(*) FROM drafts`); n != 1 {
		t.Errorf("%d rows are left", n)
	}
}

// TestLeaveDraft checks who may leave a draft with a session that is over.
func TestLeaveDraft(t *testing.T) {
	t.Parallel()
	db, s := withAccount(t)
	ctx := t.Context()
	token, err := s.StartSession(ctx, "ada", "a test")
	if err != nil {
		t.Fatal(err)
	}
	super := storetest.Pool(t, db.URL)
	exec(t, super, `UPDATE sessions SET seen_at = now() - interval '13 hours'`)
	if _, err := s.Session(ctx, token); !errors.Is(err, store.ErrNotFound) {
		t.Fatalf("the session is not over: %v", err)
	}
	d := store.Draft{Form: "/desk/facts/x", Fields: url.Values{"a": {"b"}}}
	for who, want := range map[string]bool{token: true, "somebody": false, "": false} {
		if kept, err := s.LeaveDraft(ctx, who, d); err != nil || kept != want {
			t.Errorf("%q leaves a draft: %t, want %t (%v)", who, kept, want, err)
		}
	}
	if got, err := s.Draft(ctx, "ada", d.Form); err != nil || got.Fields.Get("a") != "b" {
		t.Errorf("draft %+v (%v)", got, err)
	}
	exec(t, super, `UPDATE accounts SET disabled = true; DELETE FROM drafts`)
	if kept, err := s.LeaveDraft(ctx, token, d); err != nil || kept {
		t.Errorf("a disabled account leaves a draft: %t (%v)", kept, err)
	}
}

// renamedDrafts renames a party whose forms somebody was writing in: what was kept is found under the new address, and what still
// comes under the old one, too.
func renamedDrafts(t *testing.T, s *store.Store) {
	t.Helper()
	ctx := t.Context()
	n, err := s.Save(ctx, store.Edit{Doc: narrative.Party{Slug: "old-name", Name: "A party"}, Actor: "ada"})
	if err != nil {
		t.Fatal(err)
	}
	keep := func(key, text string) {
		t.Helper()
		if err := s.KeepDraft(ctx, "ada", store.Draft{Form: key, Version: 1, Fields: url.Values{"name": {text}}}); err != nil {
			t.Fatal(err)
		}
	}
	keep("/desk/parties/old-name#one", "first")
	keep("/desk/parties/old-name/merge#two", "merge")
	keep("/desk/parties/old-name-too#three", "another's")
	keep("/desk/sources/old-name#four", "another kind's")
	if _, err := s.Save(ctx, store.Edit{Doc: narrative.Party{Slug: "new-name", Name: "A party"}, Was: "old-name", Version: n.Version, Actor: "ada"}); err != nil {
		t.Fatal(err)
	}
	keep("/desk/parties/old-name#one", "typed on in a tab of before")
	list, err := s.Drafts(ctx, "ada", "/desk/parties/new-name", "/desk/parties/new-name/merge", "/desk/parties/old-name", "/desk/parties/old-name-too", "/desk/sources/old-name")
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, d := range list {
		keys = append(keys, d.Form)
	}
	slices.Sort(keys)
	if want := []string{"/desk/parties/new-name#one", "/desk/parties/new-name/merge#two", "/desk/parties/old-name-too#three", "/desk/sources/old-name#four"}; !slices.Equal(keys, want) {
		t.Errorf("drafts are found under %v, want %v", keys, want)
	}
	for _, key := range []string{"/desk/parties/old-name#one", "/desk/parties/new-name#one"} {
		if d, err := s.Draft(ctx, "ada", key); err != nil || d.Fields.Get("name") != "typed on in a tab of before" {
			t.Errorf("under %s is %v (%v)", key, d.Fields, err)
		}
	}
	for _, key := range []string{"/desk/parties/old-name#one", "/desk/parties/new-name/merge#two", "/desk/parties/old-name-too#three", "/desk/sources/old-name#four"} {
		if err := s.DropDraft(ctx, "ada", key); err != nil {
			t.Fatal(err)
		}
	}
	if list, err = s.Drafts(ctx, "ada", "/desk/parties/new-name", "/desk/parties/new-name/merge"); err != nil || len(list) > 0 {
		t.Errorf("dropped, there are still %v (%v)", list, err)
	}
}
