package store_test

import (
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"time"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

func TestNewsroomEdition(t *testing.T) {
	t.Parallel()
	db := storetest.Database(t)
	s := storetest.Open(t, db)
	save(t, s, narrativetest.Bridge())
	make := func(note string, want store.Published) {
		t.Helper()
		if got, err := s.MakeNewsroomEdition(t.Context(), "bridge-open", "ada", note); err != nil || got != want {
			t.Errorf("made %+v (%v), want %+v", got, err, want)
		}
	}
	before, err := s.Generation(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	make("before the call", store.Published{Fact: "bridge-open", Number: 1, Changed: true})
	make("nothing new", store.Published{Fact: "bridge-open", Number: 1})
	edit(t, s, "ada", func(f *narrative.Fact) { f.Question = "Was it shut?"; f.Background = "" })
	make("", store.Published{Fact: "bridge-open", Number: 2, Changed: true}) // also of what is not finished
	if after, err := s.Generation(t.Context()); err != nil || after != before || len(entries(t, s)) > 0 {
		t.Errorf("generation %v after %v (%v), %d entries of the log", after, before, err, len(entries(t, s)))
	}
	if _, err := s.Edition(t.Context(), "bridge-open", 0); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("readers' edition: %v, want none", err)
	}
	first, err := s.NewsroomEdition(t.Context(), "bridge-open", 1)
	if err != nil || first.Number != 1 || first.Newest != 2 || first.Actor != "ada" || first.Note != "before the call" {
		t.Errorf("edition 1 = %+v (%v)", first, err)
	}
	body, err := edition.ReadNewsroom(first.Body)
	if err != nil || body.Content.Title != "Was the mill bridge open?" || body.Reason != "before the call" || edition.HashOf(first.Body).String() != first.BodySHA256 {
		t.Errorf("edition 1 says %q for %q (%v)", body.Content.Title, body.Reason, err)
	}
	if _, err := edition.Read(first.Body); !errors.Is(err, edition.ErrFormat) {
		t.Errorf("readers' side reads it: %v, want ErrFormat", err)
	}
	if newest, err := s.NewsroomEdition(t.Context(), "bridge-open", 0); err != nil || newest.Number != 2 {
		t.Errorf("newest = %d (%v)", newest.Number, err)
	}
	if list, err := s.NewsroomEditions(t.Context(), "bridge-open", 2); err != nil || len(list) != 1 || list[0].Number != 1 || list[0].Body != nil {
		t.Errorf("before 2 = %+v (%v)", list, err)
	}
	for _, number := range []int{3, -1} {
		if _, err := s.NewsroomEdition(t.Context(), "bridge-open", number); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("edition %d: %v, want ErrNotFound", number, err)
		}
	}
	if _, err := s.MakeNewsroomEdition(t.Context(), "none", "ada", ""); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("of no fact: %v, want ErrNotFound", err)
	}
	latest, err := s.NewsroomFacts(t.Context(), time.Time{})
	if err != nil || len(latest) != 1 || latest[0].Number != 2 || latest[0].Question != "Was it shut?" || latest[0].Public != 0 || latest[0].Body != nil {
		t.Fatalf("the latest of all facts = %+v (%v)", latest, err)
	}
	if list, err := s.NewsroomFacts(t.Context(), latest[0].MadeAt); err != nil || len(list) != 0 {
		t.Errorf("before the latest = %+v (%v), want nothing: an older one is not a fact's newest", list, err)
	}
	exec(t, storetest.Pool(t, db.URL), `UPDATE facts SET slug = 'bridge-shut'`)
	_, err = s.NewsroomEdition(t.Context(), "bridge-open", 1)
	if moved, ok := errors.AsType[*store.Moved](err); !ok || moved.To != "bridge-shut" {
		t.Errorf("under the old slug: %v, want moved", err)
	}
	if list, err := s.NewsroomEditions(t.Context(), "bridge-shut", 0); err != nil || len(list) != 2 {
		t.Errorf("under the new slug %d (%v), want 2", len(list), err)
	}
}

// What readers' pages are read as cannot see what is for the newsroom.
func TestNewsroomClosed(t *testing.T) {
	t.Parallel()
	db := storetest.Database(t)
	s := storetest.Open(t, db)
	save(t, s, narrativetest.Bridge())
	if _, err := s.MakeNewsroomEdition(t.Context(), "bridge-open", "ada", ""); err != nil {
		t.Fatal(err)
	}
	_, err := storetest.Pool(t, db.ReaderURL).Exec(t.Context(), `SELECT FROM newsroom_editions`)
	if !errors.Is(store.Wrapped(err), store.ErrRefused) {
		t.Errorf("readers see editions of the newsroom: %v", err)
	}
}

// An edition that is erased before readers is erased in the newsroom too.
func TestEraseInNewsroom(t *testing.T) {
	t.Parallel()
	s, db := published(t)
	for i, question := range []narrative.Markup{"", "Was it shut?"} {
		if i > 0 {
			edit(t, s, "ada", func(f *narrative.Fact) { f.Question = question })
		}
		if _, err := s.MakeNewsroomEdition(t.Context(), "bridge-open", "ada", "a copy"); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Erase(t.Context(), "test", "bridge-open", 1, "asked to"); err != nil {
		t.Fatal(err)
	}
	e, err := s.NewsroomEdition(t.Context(), "bridge-open", 1)
	if err != nil || e.WithheldAt.IsZero() || e.Note != "" {
		t.Errorf("edition 1 = %+v (%v), want erased", e, err)
	}
	if _, err := edition.ReadNewsroom(e.Body); !errors.Is(err, edition.ErrRedacted) {
		t.Errorf("body of edition 1: %v, want ErrRedacted", err)
	}
	if other, err := s.NewsroomEdition(t.Context(), "bridge-open", 2); err != nil || !other.WithheldAt.IsZero() {
		t.Errorf("edition 2 with other content = %+v (%v), want whole", other, err)
	}
	if kept := list(t, storetest.Pool(t, db.URL), `SELECT encode(body_sha256, 'hex') FROM newsroom_editions WHERE number = 1`); kept[0] != e.BodySHA256 || len(kept[0]) != hex.EncodedLen(32) {
		t.Errorf("hash %q, want it kept", kept)
	}
	verified(t, s)
}

// Verify recomputes what was kept for the newsroom, and names the first that was altered past all rules.
func TestVerifyNewsroom(t *testing.T) {
	t.Parallel()
	db := storetest.Database(t)
	s, pool := storetest.Open(t, db), storetest.Pool(t, db.URL)
	save(t, s, narrativetest.Bridge())
	for i, question := range []narrative.Markup{"Was it open?", "Was it shut?"} {
		edit(t, s, "ada", func(f *narrative.Fact) { f.Question = question })
		if done, err := s.MakeNewsroomEdition(t.Context(), "bridge-open", "ada", ""); err != nil || done.Number != i+1 {
			t.Fatalf("made %+v (%v)", done, err)
		}
	}
	exec(t, pool, `UPDATE facts SET slug = 'bridge-shut'`)
	if r := verified(t, s); r.Newsroom != (edition.NewsroomReport{Editions: 2}) || r.Editions != 0 {
		t.Errorf("report %+v", r)
	}
	for sql, want := range map[string]string{
		`UPDATE newsroom_editions SET body = convert_to(replace(convert_from(body, 'UTF8'), 'shut', 'open'), 'UTF8') WHERE number = 2`: "newsroom edition 2 of bridge-shut: the body's hash is ",
		`UPDATE newsroom_editions SET note = 'after the call' WHERE number = 1`:                                                        "newsroom edition 1 of bridge-shut: the body says ",
		`UPDATE newsroom_editions SET withheld_at = now() WHERE number = 1`:                                                            "newsroom edition 1 of bridge-shut: what is left of the body cannot be read",
		`DELETE FROM newsroom_editions WHERE number = 1`:                                                                               "newsroom edition 2 of bridge-shut: the edition before it is 0",
	} {
		exec(t, pool, `
			CREATE TABLE kept AS SELECT * FROM newsroom_editions;
			SET session_replication_role = replica;`+sql+`;
			SET session_replication_role = origin`)
		_, err := s.Verify(t.Context())
		if fault, ok := errors.AsType[*edition.Fault](err); !ok || !strings.HasPrefix(fault.Error(), want) {
			t.Errorf("%s: %v, want %s", sql, err, want)
		}
		exec(t, pool, `
			SET session_replication_role = replica;
			DELETE FROM newsroom_editions;
			INSERT INTO newsroom_editions SELECT * FROM kept;
			SET session_replication_role = origin;
			DROP TABLE kept`)
	}
	verified(t, s)
}
