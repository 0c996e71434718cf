package store_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"counterclaim/internal/checkpoint"
	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// growLog adds entries to the log that are no records, as the triggers let everybody do.
func growLog(t *testing.T, pool *pgxpool.Pool, count int) {
	t.Helper()
	exec(t, pool, fmt.Sprintf(`
		DO $$ BEGIN
			FOR i IN 1..%d LOOP
				INSERT INTO log (index, record, hash, prev)
					SELECT coalesce(max(index) + 1, 0), ('x' || i)::bytea, sha256('\x00'::bytea || ('x' || i)::bytea),
						coalesce((SELECT hash FROM log ORDER BY index DESC LIMIT 1), decode(repeat('00', 32), 'hex'))
					FROM log;
			END LOOP;
		END $$`, count))
}

// treeOf computes the tree over the log anew from its entries.
func treeOf(t *testing.T, pool *pgxpool.Pool) (tree checkpoint.Tree) {
	t.Helper()
	for _, record := range list(t, pool, `SELECT encode(record, 'escape') FROM log ORDER BY index`) {
		if err := tree.Append(checkpoint.Hash(edition.RecordHash([]byte(record)))); err != nil {
			t.Fatal(err)
		}
	}
	return tree
}

// TestTree compares heads and proofs with those of a tree made anew, at every size up to 21 and for every two numbers.
func TestTree(t *testing.T) {
	t.Parallel()
	db := storetest.Database(t)
	s, pool := storetest.Open(t, db), storetest.Pool(t, db.URL)
	for size := range int64(22) {
		whole := treeOf(t, pool)
		if whole.Size != size {
			t.Fatalf("the log has %d entries, not %d", whole.Size, size)
		}
		for from := range size + 1 {
			for to := from; to <= size; to++ {
				if to != size && (from+to+size)%5 != 0 {
					continue // a fifth of them are enough
				}
				got, err := s.Tree(t.Context(), from, to)
				if err != nil {
					t.Fatal(err)
				}
				compareTrees(t, whole, got, from, to)
			}
		}
		growLog(t, pool, 1)
	}
}

// compareTrees compares what two trees say of two sizes of a log.
func compareTrees(t *testing.T, whole, got checkpoint.Tree, from, to int64) {
	t.Helper()
	if got.Size != whole.Size {
		t.Fatalf("the tree has %d entries, want %d", got.Size, whole.Size)
	}
	for _, size := range []int64{from, to, whole.Size} {
		want, _ := whole.HeadAt(size)
		if head, err := got.HeadAt(size); err != nil || head != want {
			t.Errorf("the head at %d of %d is %v (%v), want %v", size, whole.Size, head, err, want)
		}
	}
	for _, two := range [][2]int64{{from, to}, {from, whole.Size}} {
		want, err := whole.Consistency(two[0], two[1])
		proof, gotErr := got.Consistency(two[0], two[1])
		if err != nil || gotErr != nil || !cmp.Equal(proof, want) {
			t.Errorf("the proof from %d to %d of %d is %v (%v), want %v (%v)", two[0], two[1], whole.Size, proof, gotErr, want, err)
		}
	}
	for _, two := range [][2]int64{{from, to}, {from, whole.Size}} {
		if two[0] == two[1] {
			continue
		}
		want, err := whole.Inclusion(two[0], two[1])
		proof, gotErr := got.Inclusion(two[0], two[1])
		if err != nil || gotErr != nil || !cmp.Equal(proof, want) {
			t.Errorf("the proof of entry %d among %d of %d is %v (%v), want %v (%v)", two[0], two[1], whole.Size, proof, gotErr, want, err)
		}
	}
}

// TestTreeFar asks for numbers that no log has.
func TestTreeFar(t *testing.T) {
	t.Parallel()
	db := storetest.Database(t)
	s, pool := storetest.Open(t, db), storetest.Pool(t, db.URL)
	growLog(t, pool, 3)
	tree, err := s.Tree(t.Context(), -1, 4, math.MaxInt64, math.MinInt64)
	if err != nil {
		t.Fatal(err)
	}
	want, err := treeOf(t, pool).Head()
	if err != nil {
		t.Fatal(err)
	}
	if head, err := tree.Head(); err != nil || head != want {
		t.Errorf("the head is %v (%v), want %v", head, err, want)
	}
}

// TestTreeBackfilled checks that a log which was there before its tree gets one.
func TestTreeBackfilled(t *testing.T) {
	t.Parallel()
	db := storetest.Database(t)
	pool := storetest.Pool(t, db.URL)
	for _, size := range []int{0, 1, 12} {
		growLog(t, pool, size)
		const nodes = `SELECT concat_ws(' ', level, index, encode(hash, 'hex')) FROM log_tree ORDER BY level, index`
		want := list(t, pool, nodes)
		if err := store.MigrateDown(t.Context(), db.Options(), 8); err != nil {
			t.Fatal(err)
		}
		if err := store.Migrate(t.Context(), db.Options()); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, list(t, pool, nodes)); diff != "" {
			t.Errorf("the nodes of %d entries:\n%s", size, diff)
		}
	}
}

// TestTreeKept checks that publishing, erasing and restoring keep the tree.
func TestTreeKept(t *testing.T) {
	t.Parallel()
	s, before := history(t)
	check := func(s *store.Store) checkpoint.Head {
		t.Helper()
		verified(t, s)
		var whole checkpoint.Tree
		for _, e := range entries(t, s) {
			if err := whole.Append(checkpoint.Hash(edition.RecordHash(e.Record))); err != nil {
				t.Fatal(err)
			}
		}
		tree, err := s.Tree(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		head, err := tree.Head()
		if want, wantErr := whole.Head(); err != nil || wantErr != nil || head != want {
			t.Errorf("the head is %v (%v), want %v (%v)", head, err, want, wantErr)
		}
		return head
	}
	head := check(s)
	if head.Size <= int64(len(before)) {
		t.Errorf("the log has %d entries", head.Size)
	}
	other := storetest.New(t)
	save(t, other, twoFacts())
	restore(t, other, entries(t, s), int(head.Size))
	if got := check(other); got != head {
		t.Errorf("restored, the head is %v, want %v", got, head)
	}
}

func TestLogKey(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	verifier := func(name string) string {
		k, err := checkpoint.NewKey(name)
		if err != nil {
			t.Fatal(err)
		}
		return k.Verifier()
	}
	ours, theirs := verifier("example.org/log"), verifier("example.org/log")
	if got, err := s.LogKey(t.Context()); err != nil || got != "" {
		t.Errorf("the key before any is %q (%v)", got, err)
	}
	for range 2 {
		if err := s.SetLogKey(t.Context(), ours); err != nil {
			t.Error(err)
		}
		if err := s.SetLogKey(t.Context(), theirs); !errors.Is(err, store.ErrOtherKey) || !strings.Contains(err.Error(), ours) {
			t.Errorf("another key: %v, want ErrOtherKey that names the first", err)
		}
		if got, err := s.LogKey(t.Context()); err != nil || got != ours {
			t.Errorf("the key is %q (%v), want %q", got, err, ours)
		}
	}
	other := storetest.New(t)
	if err := other.SetLogKey(t.Context(), "none"); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("no key: %v, want ErrInvalid", err)
	}
}

func TestLogPage(t *testing.T) {
	t.Parallel()
	s, _ := history(t)
	if _, err := s.LogEntry(t.Context(), 1000); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("no entry: %v, want ErrNotFound", err)
	}
	all := entries(t, s)
	page, err := s.Log(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	tree, err := s.Tree(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if head, err := tree.Head(); err != nil || page.Head != head {
		t.Errorf("the page's head is %v, want %v (%v)", page.Head, head, err)
	}
	if page.Verifier != "" || page.More != "" || len(page.Entries) != len(all) {
		t.Errorf("key %q, more %q, %d entries, want %d", page.Verifier, page.More, len(page.Entries), len(all))
	}
	titled := 0
	for i, e := range page.Entries {
		at := len(all) - 1 - i
		one, err := s.LogEntry(t.Context(), int64(at))
		if diff := cmp.Diff(e, one); err != nil || diff != "" {
			t.Errorf("entry %d alone: %v\n%s", at, err, diff)
		}
		if string(e.Bytes) != string(all[at].Record) || e.LogIndex != strconv.Itoa(at) {
			t.Errorf("entry %d is %s", at, e.Bytes)
		}
		_, erased := edition.ReadRedactions(all[at].Body)
		whole := e.Type == edition.EditionRecord && erased != nil
		if whole != (e.Title != "") {
			t.Errorf("entry %d, %s, has the title %q", at, e.Type, e.Title)
		}
		if whole {
			titled++
		}
	}
	if titled == 0 || titled == len(all) {
		t.Errorf("%d of %d entries have a title", titled, len(all))
	}
	older, err := s.Log(t.Context(), "2")
	if err != nil || len(older.Entries) != 2 || older.Entries[0].LogIndex != "1" {
		t.Errorf("before entry 2 are %d (%v)", len(older.Entries), err)
	}
	for _, cursor := range []string{"-1", "x", "1.5", "99999999999999999999", "\x00"} {
		if _, err := s.Log(t.Context(), cursor); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("after %q: %v, want ErrNotFound", cursor, err)
		}
	}
}

// TestLogPaged goes through a log of more than one page.
func TestLogPaged(t *testing.T) {
	t.Parallel()
	s, _ := published(t)
	c := narrativetest.Bridge()
	for i := range 60 {
		c.Facts[0].Background = narrative.Markup(fmt.Sprintf("The bridge spans %d yards [@toll-book].", 100+i))
		save(t, s, c)
		publish(t, s, "measured again")
	}
	next := int64(60)
	for cursor := ""; ; {
		page, err := s.Log(t.Context(), cursor)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Entries {
			if e.LogIndex != strconv.FormatInt(next, 10) {
				t.Fatalf("entry %s, want %d", e.LogIndex, next)
			}
			next--
		}
		if cursor = page.More; cursor == "" {
			break
		}
	}
	if next != -1 {
		t.Errorf("the last page ends after entry %d", next+1)
	}
}

// TestVerifyTree tampers with the tree as nobody but a superuser can.
func TestVerifyTree(t *testing.T) {
	t.Parallel()
	s, db := published(t)
	c := narrativetest.Bridge()
	for i := range 4 {
		c.Facts[0].Background = narrative.Markup(fmt.Sprintf("The bridge spans %d yards [@toll-book].", 100+i))
		save(t, s, c)
		publish(t, s, "measured again")
	}
	pool := storetest.Pool(t, db.URL)
	for name, test := range map[string]struct{ sql, want string }{
		"a leaf":          {`UPDATE log_tree SET hash = sha256('') WHERE level = 0 AND index = 3`, "log index 3: node 3 on level 0"},
		"a node":          {`UPDATE log_tree SET hash = set_byte(hash, 31, get_byte(hash, 31) # 1) WHERE level = 1 AND index = 1`, "log index 3: node 1 on level 1"},
		"the top":         {`UPDATE log_tree SET hash = sha256('') WHERE level = 2`, "log index 3: node 0 on level 2"},
		"a node gone":     {`DELETE FROM log_tree WHERE level = 1 AND index = 0`, "log index 1: node 0 on level 1"},
		"a leaf gone":     {`DELETE FROM log_tree WHERE level = 0 AND index = 4`, "log index 4: node 4 on level 0"},
		"one too many":    {`INSERT INTO log_tree VALUES (2, 1, sha256(''))`, "log index 7: node 1 on level 2"},
		"far away":        {`INSERT INTO log_tree VALUES (62, 9223372036854775806, sha256(''))`, "on level 62"},
		"all of it":       {`DELETE FROM log_tree`, "node 0 on level 0"},
		"a record's leaf": {`UPDATE log_tree SET hash = sha256('\x00') WHERE level = 0; UPDATE log_tree SET hash = sha256('\x01'::bytea || sha256('\x00') || sha256('\x00')) WHERE level = 1`, "node 0 on level 0"},
	} {
		t.Run(name, func(t *testing.T) {
			inTx(t, pool, name, func(ctx context.Context, tx pgx.Tx) error {
				for _, sql := range []string{
					`SET LOCAL session_replication_role = replica`, test.sql, `SET LOCAL session_replication_role = origin`,
				} {
					if _, err := tx.Exec(ctx, sql); err != nil {
						return err
					}
				}
				_, err := store.VerifyIn(ctx, tx)
				if _, ok := errors.AsType[*edition.Fault](err); !ok || !strings.Contains(err.Error(), test.want) {
					t.Errorf("error = %v, want a fault that names %q", err, test.want)
				}
				return nil
			})
		})
	}
	verified(t, s)
}
