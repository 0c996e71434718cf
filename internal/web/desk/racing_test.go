package desk

import (
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// racingSaves is how many saves race; the long run of make soak has ten thousand.
func racingSaves() int {
	if n, err := strconv.Atoi(os.Getenv("RACING_SAVES")); err == nil {
		return n
	}
	return 60
}

// TestRacingSaves lets editors save the same few nouns at once, over HTTP. Of those who started from the same version one
// wins; each of the others sees both texts and saves again. No save is lost: the log of each noun is one chain, in which
// each entry begins with what the one before has left, and it has as many entries as saves were acknowledged.
func TestRacingSaves(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	const nouns, editors = 3, 6
	for i := range nouns {
		_, err := s.store.Save(t.Context(), store.Edit{Doc: narrative.Party{Slug: narrative.Slug(fmt.Sprintf("party-%d", i)), Name: "Party"}, Actor: "test"})
		if err != nil {
			t.Fatal(err)
		}
	}
	var browsers []*editor
	for range editors {
		browsers = append(browsers, s.as(store.RoleEditor))
	}
	var saved, conflicts, next atomic.Int64
	var wait sync.WaitGroup
	for n, e := range browsers {
		wait.Go(func() {
			for {
				turn := next.Add(1)
				if turn > int64(racingSaves()) {
					return
				}
				path := fmt.Sprintf("/desk/parties/party-%d", turn%nouns)
				mine := fmt.Sprintf("turn %d of editor %d", turn, n)
				won, lost := e.race(path, mine)
				saved.Add(won)
				conflicts.Add(lost)
			}
		})
	}
	wait.Wait()

	pool := storetest.Pool(t, s.db.URL)
	rows, _ := pool.Query(t.Context(), `
		SELECT count(*), count(*) FILTER (WHERE before IS DISTINCT FROM coalesce(was, before))
		FROM (
			SELECT before, lag(after) OVER (PARTITION BY key ORDER BY id) AS was
			FROM audit_log
			WHERE kind = 'party' AND action = 'change') AS chain`)
	counts, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[struct{ Entries, Broken int64 }])
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d saves acknowledged, %d conflicts shown with both texts and saved again", saved.Load(), conflicts.Load())
	if counts.Entries != saved.Load() || counts.Broken != 0 {
		t.Errorf("the log has %d entries for %d acknowledged saves, and %d that do not begin where the one before ended", counts.Entries, saved.Load(), counts.Broken)
	}
	if saved.Load() != int64(racingSaves()) || conflicts.Load() == 0 {
		t.Errorf("%d of %d saves went through with %d conflicts, want all, and some conflicts", saved.Load(), racingSaves(), conflicts.Load())
	}
}

// race saves a text in a noun's note, again and again until it wins, and returns how often it won (1) and lost.
func (e *editor) race(path, mine string) (won, lost int64) {
	doc := e.get(path, http.StatusOK)
	for {
		fields := fieldsOf(doc.Find("form.noun").First())
		fields.Set("note", mine)
		fields.Set("do", "save")
		response, body := e.submit(path, fields)
		switch response.StatusCode {
		case http.StatusSeeOther:
			return 1, lost
		case http.StatusConflict:
			lost++
		default:
			e.t.Errorf("POST %s: status %d\n%s", path, response.StatusCode, body)
			return 0, lost
		}
		var err error
		if doc, err = goquery.NewDocumentFromReader(strings.NewReader(string(body))); err != nil {
			e.t.Error(err)
			return 0, lost
		}
		if got := strings.TrimPrefix(doc.Find("#f-note").Text(), "\n"); got != mine {
			e.t.Errorf("after a conflict the field holds %q, want %q", got, mine)
		}
		if theirs := doc.Find(".theirs").Text(); !strings.Contains(theirs, "turn") && !strings.Contains(theirs, "nothing") {
			e.t.Errorf("after a conflict the page does not show what was saved: %q", theirs)
		}
	}
}
