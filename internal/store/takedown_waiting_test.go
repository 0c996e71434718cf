package store_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/passage"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// cameIn keeps something as it came in, with what was made of it: a paragraph that is kept, and one that is cut.
func cameIn(t *testing.T, s *store.Store, r store.Receipt, kept, cut string) int64 {
	t.Helper()
	if r.Format == "" {
		r.Format = "text"
	}
	if r.Original == nil {
		r.Original = []byte(kept)
	}
	r.At, r.Actor = time.Now(), "anna"
	r.Draft = store.Drafted{
		Fields: map[string][]string{"headline": {r.Title}},
		Pieces: []store.Piece{{Text: kept, Kept: true}, {Text: cut, Reason: "the site's own line"}},
	}
	id, err := s.Receive(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// bring adds an article of the courier whose captured text is another than the bytes of which it was made.
func bring(t *testing.T, s *store.Store, slug narrative.Slug, byline, text string, original []byte) {
	t.Helper()
	whole, err := passage.NewText(text)
	if err != nil {
		t.Fatal(err)
	}
	a := desk(t, s).Articles[0]
	a.Slug, a.Headline, a.Byline, a.Credit, a.URL, a.Note, a.ReadFor, a.Blocks = slug, "Of mills", byline, "", "", "", nil, nil
	if _, _, err := s.Bring(t.Context(), store.Bringing{Article: a, Text: whole, Original: original, At: time.Now(), Actor: "anna"}); err != nil {
		t.Fatal(err)
	}
}

// waiting plants a word and a name in every place in which something waits at the desk, and returns the numbers of what came in by
// what is to become of it.
func waiting(t *testing.T, s *store.Store, pool *pgxpool.Pool) (named, passaged, other []int64) {
	t.Helper()
	for _, name := range []string{"anna", "ben"} {
		if err := s.AddAccount(t.Context(), name, store.RoleEditor, "test"); err != nil {
			t.Fatal(err)
		}
	}
	feed, err := s.Subscribe(t.Context(), "https://feeds.example/all", "anna")
	if err != nil {
		t.Fatal(err)
	}
	announced := []store.Announced{{ID: "n1", URL: "https://news.example/1", Title: "Vexmoor speaks"}, {ID: "n2", URL: "https://news.example/ada-vexmoor", Title: "She speaks"}}
	if n, err := s.List(t.Context(), feed, "All news", "", announced); err != nil || n != 2 {
		t.Fatalf("%d listed (%v)", n, err)
	}
	for id := range int64(2) {
		named = append(named, id+1)
	}
	named = append(named,
		cameIn(t, s, store.Receipt{Title: "Of carts"}, "Nobody asked Ada Vexmoor.", ""),
		cameIn(t, s, store.Receipt{Format: "pdf", Original: []byte("%PDF-1.7 \x00\x01 packed")}, "Mrs Vexmoor would not say.", ""),
		cameIn(t, s, store.Receipt{Original: []byte("<p>Ada Vexmoor</p>")}, "It rained.", ""),
		cameIn(t, s, store.Receipt{}, "The river rose.", "Ada Vexmoor writes every week."),
		cameIn(t, s, store.Receipt{Name: "ada-vexmoor.txt"}, "The mill stood still.", ""),
	)
	passaged = append(passaged, cameIn(t, s, store.Receipt{Article: "bridge-closed"}, "The council has closed the quizzelbridge, it says again.", ""))
	other = append(other,
		cameIn(t, s, store.Receipt{}, "Vexmoorland is a county; the Snorrickers live there.", ""),
		cameIn(t, s, store.Receipt{}, "Elsewhere: the council has closed the quizzelbridge, it was printed.", ""),
	)
	put := cameIn(t, s, store.Receipt{}, "Envoy Vexmoor came.", "")
	if err := s.Dismiss(t.Context(), put, "", "ben"); err != nil {
		t.Fatal(err)
	}
	named = append(named, put)

	for form, fields := range map[string]map[string][]string{
		"/desk/facts/new":                                {"question": {"Was Ada Vexmoor there?"}},
		"/desk/sources/korrigal":                         {"note": {"to be seen to"}},
		"/desk/claims/new":                               {"source": {"korrigal"}},
		"/desk/articles/bridge-closed/tag":               {"words": {"closed the quizzelbridge"}},
		"/desk/claims/" + string(narrativetest.Closed):   {"why": {"because"}},
		"/desk/articles/bridge-closed":                   {"note": {"The council has closed the quizzelbridge"}},
		"/desk/parties/new":                              {"name": {"Vexmoorland"}},
		"/desk/sources/korrigal-mill":                    {"name": {"Another one"}},
		"/desk/articles/bridge-closed-again?of=quizzels": {"note": {"nothing"}},
	} {
		if err := s.KeepDraft(t.Context(), "anna", store.Draft{Form: form, Fields: fields}); err != nil {
			t.Fatal(err)
		}
	}
	exec(t, pool, `
		INSERT INTO proposals (kind, key, began_version, title, fields, why, proposed_by) VALUES
			('term', '', 0, 'Snorrick', '{}', 'Ada Vexmoor says it', 'anna'),
			('source', 'korrigal', 1, 'The mill', '{}', '', 'anna'),
			('claim', '`+string(narrativetest.Closed)+`', 1, 'A claim', '{"why":["because"]}', '', 'anna'),
			('article', 'bridge-closed', 1, 'An article', '{"note":["closed the quizzelbridge"]}', '', 'anna'),
			('party', '', 0, 'Vexmoorland', '{"name":["Vexmoorland"]}', '', 'anna')`)
	for _, c := range []store.Complaint{
		{About: "/sources/korrigal", Sender: "A. Vexmoor", Words: "Take it down."},
		{About: "/facts/bridge-open", Words: "You print “The council has closed the quizzelbridge”.", Answer: "Mrs Vexmoor was told."},
		{About: "/facts/bridge-open", Words: "Vexmoorland is misspelt."},
	} {
		c.ReceivedAt = time.Now()
		if _, err := s.SaveComplaint(t.Context(), c, "anna"); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Assign(t.Context(), store.Assignment{NounKey: store.NounKey{Kind: narrative.KindFact, Key: "bridge-open"}, Account: "ben", Note: "Ask Vexmoor", By: "anna"}); err != nil {
		t.Fatal(err)
	}
	bring(t, s, "of-mills", "", "Mills grind.", []byte("<address>Ada Vexmoor</address><p>Mills grind.</p>"))
	bring(t, s, "of-carts", "By Mrs Vexmoor", "Carts roll.", []byte("%PDF-1.7 packed"))
	bring(t, s, "of-rain", "By Nobody", "Rain falls.", []byte("<p>Rain falls on Vexmoorland.</p>"))
	copies := list(t, pool, `SELECT article || ' ' || min(id) FROM captures WHERE article IN ('of-rain', 'bridge-closed') GROUP BY article ORDER BY 1`)
	for _, row := range copies {
		article, capture, _ := strings.Cut(row, " ")
		id, err := strconv.ParseInt(capture, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		for _, address := range []string{"https://archive.example/2024/https://news.example/ada-vexmoor/" + article, "https://archive.example/2024/" + article} {
			if err := s.AddArchiveCopy(t.Context(), narrative.Slug(article), id, store.ArchiveCopy{Address: address}, "anna"); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := s.Do(t.Context(), store.Once{Account: "anna", Key: "k"}, func(context.Context) ([]byte, error) {
		return []byte("Ada Vexmoor has closed the quizzelbridge"), nil
	}); err != nil {
		t.Fatal(err)
	}
	exec(t, pool, `INSERT INTO reviews (fact, item, fingerprint, waived, reviewer, note) VALUES ('bridge-open', 'question', sha256('x'), true, 'ben', 'Vexmoor asked: the council has closed the quizzelbridge')`)
	return named, passaged, other
}

// requested is the quarrel of quizzel with a request for comment.
func requested() narrative.Collection {
	c := quizzel()
	c.Facts[0].Requests = []narrative.Request{{
		To: "korrigal", Question: "Did Ada Vexmoor say “closed the quizzelbridge”?", Asked: "2024-03-02T10:00Z", By: "a letter to Vexmoor", State: narrative.RequestOpen,
		Note: "Vexmoor is away",
	}}
	return c
}

// A takedown reaches what waits at the desk, tells what it has found there and leaves the rest; what is away does not come back.
func TestTakeDownWaiting(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		kind  narrative.Kind
		name  string
		words []string
		want  func(named, passaged, other []int64) store.TakenDown // what of it is compared
		left  []string                                             // forms of drafts
	}{
		"a person": {
			kind: narrative.KindSource, name: "korrigal", words: []string{"ada vexmoor", "Mrs Vexmoor", "Envoy Vexmoor", "Vexmoor asked", "ada-vexmoor", "/korrigal\""},
			want: func(named, passaged, _ []int64) store.TakenDown { // the text of the article that it is for is erased
				return store.TakenDown{
					Arrivals: slices.Sorted(slices.Values(append(named, passaged...))), Drafts: 3, Proposals: 2, Complaints: []int64{1, 2}, Copies: 2,
					Originals: []store.NounKey{{Kind: narrative.KindArticle, Key: "of-mills"}, {Kind: narrative.KindArticle, Key: "of-carts"}},
				}
			},
			left: []string{"/desk/articles/bridge-closed", "/desk/articles/bridge-closed-again?of=quizzels", "/desk/articles/bridge-closed/tag",
				"/desk/claims/" + string(narrativetest.Closed), "/desk/parties/new", "/desk/sources/korrigal-mill"},
		},
		"a passage": {
			kind: narrative.KindClaim, name: narrativetest.Closed, words: nil,
			want: func(_, passaged, other []int64) store.TakenDown {
				return store.TakenDown{Arrivals: passaged, Alike: other[1:], Drafts: 3, Proposals: 2, Complaints: []int64{2}}
			},
			left: []string{"/desk/articles/bridge-closed-again?of=quizzels", "/desk/claims/new", "/desk/facts/new", "/desk/parties/new",
				"/desk/sources/korrigal", "/desk/sources/korrigal-mill"},
		},
		"an article": {
			kind: narrative.KindArticle, name: "bridge-closed", words: []string{"courier.example/snorrick"},
			want: func(_, passaged, other []int64) store.TakenDown {
				return store.TakenDown{Arrivals: passaged, Alike: other[1:], Drafts: 3, Proposals: 2, Complaints: []int64{2}, Copies: 2}
			},
			left: []string{"/desk/articles/bridge-closed-again?of=quizzels", "/desk/claims/new", "/desk/facts/new", "/desk/parties/new",
				"/desk/sources/korrigal", "/desk/sources/korrigal-mill"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := storetest.Database(t)
			s, pool := storetest.Open(t, db), storetest.Pool(t, db.URL)
			twice(t, s, requested())
			named, passaged, other := waiting(t, s, pool)
			done := takeDown(t, s, tt.kind, tt.name, "a court asked")
			if done.Logged == 0 {
				t.Error("no entry of the log was blanked")
			}
			got := store.TakenDown{
				Arrivals: done.Arrivals, Alike: done.Alike, Drafts: done.Drafts, Proposals: done.Proposals, Complaints: done.Complaints, Copies: done.Copies, Originals: done.Originals, Feeds: done.Feeds,
			}
			if diff := cmp.Diff(tt.want(named, passaged, other), got); diff != "" {
				t.Errorf("done (-want +got):\n%s", diff)
			}
			for _, word := range tt.words {
				if found := holders(t, pool, word); len(found) > 0 {
					t.Errorf("%q is left in %v", word, found)
				}
			}
			if left := list(t, pool, `SELECT form FROM drafts ORDER BY form COLLATE "C"`); !slices.Equal(left, tt.left) {
				t.Errorf("drafts left %q, want %q", left, tt.left)
			}
			if left := list(t, pool, `SELECT key FROM api_keys`); len(left) > 0 {
				t.Errorf("answers left: %q", left)
			}
			noted := list(t, pool, `SELECT kind || ' ' || key FROM audit_log WHERE action = 'takedown' AND kind IN ('arrival', 'complaint') ORDER BY id`)
			var want []string
			for _, id := range done.Arrivals {
				want = append(want, "arrival "+strconv.FormatInt(id, 10))
			}
			for _, id := range done.Complaints {
				want = append(want, "complaint "+strconv.FormatInt(id, 10))
			}
			slices.Sort(want)
			if slices.Sort(noted); !slices.Equal(noted, want) {
				t.Errorf("the log tells of %q, want %q", noted, want)
			}
			for _, id := range done.Arrivals {
				a, err := s.Arrival(t.Context(), id)
				if err != nil || a.State != store.ArrivalDismissed || a.Title != "" || a.HasOriginal || len(a.Draft.Pieces) > 0 || a.SHA256 != nil {
					t.Errorf("arrival %d is %+v (%v), want it empty and put away", id, a, err)
				}
			}
			if a, err := s.Arrival(t.Context(), other[0]); err != nil || a.State != store.ArrivalWaiting || !a.HasOriginal {
				t.Errorf("another arrival is %+v (%v), want it as it was", a, err)
			}
			if left := list(t, pool, `SELECT words FROM complaints WHERE id = 3`); left[0] != "Vexmoorland is misspelt." {
				t.Errorf("another complaint says %q", left[0])
			}
			// What the feed still announces does not come back.
			if n, err := s.List(t.Context(), 1, "All news", "", []store.Announced{{ID: "n1", URL: "https://news.example/1", Title: "Vexmoor speaks"}}); err != nil || n != 0 {
				t.Errorf("the feed has brought %d back (%v)", n, err)
			}
			verified(t, s)
			again := takeDown(t, s, tt.kind, tt.name, "another court asked")
			if len(again.Arrivals)+again.Drafts+again.Proposals+len(again.Complaints)+again.Copies+len(again.Originals) > 0 {
				t.Errorf("taken down again, it has found %+v", again)
			}
		})
	}
}

// Only a takedown takes away what was received for a capture, and it leaves the text.
func TestForgetOriginals(t *testing.T) {
	t.Parallel()
	db, pool := seeded(t)
	entered := `INSERT INTO takedowns (kind, name_sha256, taken_down, reason) VALUES ('claim', sha256('x'), now(), 'asked to');`
	for sql, rule := range map[string]string{
		`SELECT forget_originals(ARRAY(SELECT id FROM captures))`:           "capture_texts_append_only",
		entered + `SELECT forget_originals(ARRAY(SELECT id FROM captures))`: "",
		entered + `UPDATE capture_texts SET text = text || '.'`:             "capture_texts_append_only",
	} {
		if err := try(t.Context(), pool, sql); store.Constraint(err) != rule || rule == "" && err != nil {
			t.Errorf("%s breaks %q, not %q: %v", sql, store.Constraint(err), rule, err)
		}
	}
	if err := store.Wrapped(try(t.Context(), storetest.Pool(t, db.ReaderURL), `SELECT forget_originals('{1}')`)); err == nil {
		t.Error("a reader may forget originals")
	}
}
