package store_test

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// quizzel is the quarrel over the bridge with words that stand nowhere else in the passage of a claim, in an article, and in
// a person's name, and with what the desk says of them.
func quizzel() narrative.Collection {
	c := twoFacts()
	a := &c.Articles[0]
	a.Headline, a.Byline, a.Credit = "Snorrick over a bridge", "Snorrick Pym", "after the Snorrick wire"
	a.URL = "https://courier.example/snorrick"
	a.Blocks[0].Text = "The council has closed the quizzelbridge, the mayor told us, and at least 40 carts wait; the council said the bridge was open."
	closed := &a.Blocks[0].Claims[0]
	closed.Words = []string{"The council has closed the quizzelbridge"}
	closed.Note = "The paper prints “quizzelbridge”."
	a.Blocks[0].Claims[1].Counters[0].Why = "open against “closed the quizzelbridge”"
	c.Facts[0].Points = append(c.Facts[0].Points, narrative.Point{
		Kind: narrative.SaidByOne, Text: "They call it “quizzelbridge”.", Claims: []narrative.Code{narrativetest.Closed},
	})
	for i := range c.Sources {
		if c.Sources[i].Slug == "envoy" {
			c.Sources[i].Slug, c.Sources[i].Name, c.Sources[i].Printed = "korrigal", "Ada Vexmoor", []string{"Envoy Vexmoor"}
			c.Sources[i].Offices = []narrative.Office{{Title: "Vexmoor envoy of the towns"}}
		}
	}
	worried := &a.Blocks[1].Claims[0]
	worried.Source, worried.Named = "korrigal", "Mrs Vexmoor"
	c.Events[0].Participants = append(c.Events[0].Participants, "korrigal")
	c.Events[0].Title = "Talks with Vexmoor"
	c.Facts[0].Background += " Vexmoor came [@" + narrative.Markup(narrativetest.Worried) + "]."
	return c
}

// twice publishes the collection, and again with another question and a full text.
func twice(t *testing.T, s *store.Store, c narrative.Collection) {
	t.Helper()
	save(t, s, c)
	publish(t, s, "first words")
	capture(t, s, c.Articles[0], longBefore, longAfter+" Nobody has asked Mrs Vexmoor.")
	c.Facts[0].Question = "Was [[bridge]] open to carts?"
	save(t, s, c)
	publish(t, s, "as Vexmoor asked, a better question")
	if done, err := s.MakeNewsroomEdition(t.Context(), "bridge-open", "test", "as Vexmoor asked, for us"); err != nil || !done.Changed {
		t.Fatalf("newsroom edition %+v (%v)", done, err)
	}
	if err := s.Import(t.Context(), "test", "bases", func(map[store.NounKey]string, narrative.Collection) (store.Plan, error) {
		return store.Plan{
			Bases: map[store.NounKey]string{
				{Kind: narrative.KindClaim, Key: narrativetest.Closed}: "words: The council has closed the\n  quizzelbridge\n",
				{Kind: narrative.KindArticle, Key: "bridge-closed"}:    "headline: Snorrick over a bridge\n",
				{Kind: narrative.KindSource, Key: "korrigal"}:          "name: Ada Vexmoor\n",
				{Kind: narrative.KindParty, Key: "upper-town"}:         "name: Upper Town\n",
			},
			Changes: []store.Change{
				{NounKey: store.NounKey{Kind: narrative.KindClaim, Key: narrativetest.Closed}, After: "words: The council has closed the\n  quizzelbridge\n"},
				{NounKey: store.NounKey{Kind: narrative.KindEvent, Key: "talks"}, Before: "title: Talks with Vexmoor", After: "note: Ada\n  Vexmoor came"},
				{NounKey: store.NounKey{Kind: narrative.KindArticle, Key: "bridge-closed"}, After: "headline: Snorrick over a bridge"},
			},
		}, nil
	}); err != nil {
		t.Fatal(err)
	}
}

// holders gives the tables and columns of a database in which a word stands, as text or in bytes.
func holders(t *testing.T, pool *pgxpool.Pool, word string) []string {
	t.Helper()
	var found []string
	for _, table := range list(t, pool, `
		SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v') ORDER BY relname`) {
		rows := list(t, pool, fmt.Sprintf(`SELECT lower(x::text) FROM %s AS x WHERE strpos(lower(x::text), lower($1)) > 0 OR strpos(x::text, $2) > 0 LIMIT 1`, table),
			word, hex.EncodeToString([]byte(word)))
		if len(rows) > 0 {
			found = append(found, table)
			t.Logf("%s in %s: %.300s", word, table, rows[0])
		}
	}
	return found
}

func takeDown(t *testing.T, s *store.Store, kind narrative.Kind, name, reason string) store.TakenDown {
	t.Helper()
	done, err := s.TakeDown(t.Context(), store.Takedown{Kind: kind, Name: name, Reason: reason, Actor: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func TestTakeDown(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		kind     narrative.Kind
		name     string
		words    []string // in lower case; the hexadecimal form finds them as they are written
		stays    []string // tables in which the last of them may stand
		removed  []narrative.Code
		reader   func(t *testing.T, s *store.Store, done store.TakenDown)
		problems int
	}{
		"a passage": {
			kind: narrative.KindClaim, name: narrativetest.Closed, words: []string{"quizzelbridge"}, removed: []narrative.Code{narrativetest.Closed},
			reader: func(t *testing.T, s *store.Store, _ store.TakenDown) {
				p, err := s.Claim(t.Context(), narrativetest.Closed)
				if err != nil || len(p.Rows) != 1 || p.Rows[0].Claim.Withheld.Reason != "a court asked" || len(p.Editions) != 2 {
					t.Errorf("claim = %+v (%v)", p, err)
				}
				if a, err := s.Article(t.Context(), "bridge-closed"); err != nil || len(a.Passages) != 4 || a.Article.Headline != "Snorrick over a bridge" {
					t.Errorf("article %q with %d passages (%v)", a.Article.Headline, len(a.Passages), err)
				}
			},
		},
		"an article": {
			kind: narrative.KindArticle, name: "bridge-closed", words: []string{"quizzelbridge", "snorrick", "Snorrick", "40 carts wait", "is concerned"},
			removed: []narrative.Code{narrativetest.Worried, narrativetest.Own, narrativetest.Open, narrativetest.Closed},
			reader: func(t *testing.T, s *store.Store, _ store.TakenDown) {
				a, err := s.Article(t.Context(), "bridge-closed")
				if err != nil || a.Article.Headline != "[withheld]" || a.Article.Withheld.Reason != "a court asked" || len(a.Passages) != 4 {
					t.Errorf("article = %+v (%v)", a.Article, err)
				}
			},
		},
		"a person": {
			kind: narrative.KindSource, name: "korrigal", words: []string{"vexmoor", "Vexmoor", "is concerned", "korrigal"},
			stays: []string{"names", "audit_log", "import_bases"}, removed: []narrative.Code{narrativetest.Worried},
			reader: func(t *testing.T, s *store.Store, done store.TakenDown) {
				_, err := s.Source(t.Context(), "korrigal", "")
				if gone, ok := errors.AsType[*store.Gone](err); !ok || gone.Reason != "a court asked" {
					t.Errorf("the page of the person: %v, want gone", err)
				}
				p, err := s.Source(t.Context(), string(done.StandIn), "")
				if err != nil || p.Noun.Name != edition.NameWithheld || len(p.Claims) != 1 || p.Claims[0].Claim.Withheld.Reason == "" {
					t.Errorf("what stands in their place = %+v (%v)", p, err)
				}
				if e, err := s.Event(t.Context(), "talks", ""); err != nil || e.Noun.Title != "Talks with "+edition.NameWithheld {
					t.Errorf("event %q (%v)", e.Noun.Title, err)
				}
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := storetest.Database(t)
			s, pool := storetest.Open(t, db), storetest.Pool(t, db.URL)
			c := quizzel()
			twice(t, s, c)
			verified(t, s)
			log := len(entries(t, s))

			dry, err := s.TakeDown(t.Context(), store.Takedown{Kind: tt.kind, Name: tt.name, Reason: "a court asked", Actor: "test", DryRun: true})
			if err != nil || len(entries(t, s)) != log {
				t.Fatalf("a dry run leaves %d entries of %d (%v)", len(entries(t, s)), log, err)
			}
			verified(t, s)
			before := generation(t, s)
			done := takeDown(t, s, tt.kind, tt.name, "a court asked")
			if !generationAfter(t, s, before) {
				t.Error("the generation has not risen")
			}
			dry.On, dry.StandIn, dry.Changed = done.On, done.StandIn, done.Changed // its stand-in was another
			if diff := cmp.Diff(dry, done); diff != "" {
				t.Errorf("a dry run tells another thing (-dry +done):\n%s", diff)
			}
			slices.Sort(tt.removed)
			if diff := cmp.Diff(tt.removed, done.Removed); diff != "" {
				t.Errorf("removed (-want +got):\n%s", diff)
			}
			if len(done.Editions) < 2 || done.Texts < 2 || len(done.Newsroom) != 1 {
				t.Errorf("editions %v, of the newsroom %v, %d texts", done.Editions, done.Newsroom, done.Texts)
			}
			if e, err := s.NewsroomEdition(t.Context(), "bridge-open", 1); err != nil || e.WithheldAt.IsZero() {
				t.Errorf("the edition for the newsroom was withheld in part at %v (%v)", e.WithheldAt, err)
			} else if _, err := edition.ReadNewsroom(e.Body); err != nil {
				t.Error(err)
			}
			for _, p := range done.Problems {
				t.Logf("problem: %s", p)
			}
			for _, word := range tt.words {
				for _, table := range holders(t, pool, word) {
					if word != tt.words[len(tt.words)-1] || !slices.Contains(tt.stays, table) {
						t.Errorf("%q is left in %s", word, table)
					}
				}
			}
			tt.reader(t, s, done)
			report := verified(t, s)
			if report.Erased != len(done.Editions) {
				t.Errorf("report %+v, want %d erased", report, len(done.Editions))
			}

			// Neither publishing nor restoring brings it back.
			again := takeDown(t, s, tt.kind, tt.name, "another court asked")
			if len(again.Editions) != len(done.Editions) {
				t.Errorf("again: %v, want %v", again.Editions, done.Editions)
			}
			verified(t, s)
			publish(t, s, "without it")
			for _, word := range tt.words {
				for _, table := range holders(t, pool, word) {
					if word != tt.words[len(tt.words)-1] || !slices.Contains(tt.stays, table) {
						t.Errorf("published again, %q is back in %s", word, table)
					}
				}
			}
			verified(t, s)
			if problems := desk(t, s).Validate(); len(problems) != len(c.Validate())+tt.problems || len(done.Problems) != tt.problems {
				t.Errorf("the desk's tables break %v, of which new %v, want %d", problems, done.Problems, tt.problems)
			}
			otherDB := storetest.Database(t)
			other := storetest.Open(t, otherDB)
			save(t, other, desk(t, s))
			want := entries(t, s)
			restore(t, other, want, len(want))
			if diff := cmp.Diff(want, entries(t, other)); diff != "" {
				t.Errorf("restored (-want +got):\n%s", diff)
			}
			verified(t, other)
			for _, word := range tt.words[:len(tt.words)-1] {
				if found := holders(t, storetest.Pool(t, otherDB.URL), word); len(found) > 0 {
					t.Errorf("restored, %q is in %v", word, found)
				}
			}
			for _, e := range done.Editions {
				if got, err := other.Edition(t.Context(), e.Fact, e.Number); err != nil || !got.RedactedOn.IsZero() || got.WithheldOn.IsZero() {
					t.Errorf("edition %d of %s is gone: %v (%v)", e.Number, e.Fact, got.RedactedOn, err)
				}
			}
		})
	}
}

func desk(t *testing.T, s *store.Store) narrative.Collection {
	t.Helper()
	c, err := s.Collection(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestTakeDownRefused checks what a takedown does not do, and that it then does nothing.
func TestTakeDownRefused(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	save(t, s, quizzel())
	publish(t, s, "first words")
	log := entries(t, s)
	for name, tt := range map[string]struct {
		kind         narrative.Kind
		name, reason string
		want         error
	}{
		"no reason":                    {narrative.KindClaim, narrativetest.Closed, " ", store.ErrReason},
		"a reason with the name":       {narrative.KindSource, "korrigal", "Mrs Vexmoor asked", store.ErrTells},
		"a reason with the words":      {narrative.KindClaim, narrativetest.Closed, "the council has closed the quizzelbridge, they say", store.ErrTells},
		"an outlet":                    {narrative.KindSource, "courier", "asked to", store.ErrOutlet},
		"no such claim":                {narrative.KindClaim, "ZZZ-ZZZZ", "asked to", store.ErrNotFound},
		"no such article":              {narrative.KindArticle, "none", "asked to", store.ErrNotFound},
		"no such person":               {narrative.KindSource, "nobody", "asked to", store.ErrNotFound},
		"a reason that cannot be kept": {narrative.KindClaim, narrativetest.Closed, "a\x00b", store.ErrBadText},
	} {
		_, err := s.TakeDown(t.Context(), store.Takedown{Kind: tt.kind, Name: tt.name, Reason: tt.reason, Actor: "test"})
		if !errors.Is(err, tt.want) {
			t.Errorf("%s: error %v, want %v", name, err, tt.want)
		}
	}
	if diff := cmp.Diff(log, entries(t, s)); diff != "" {
		t.Errorf("the log has changed (-before +after):\n%s", diff)
	}
}

// TestTakeDownKeepsTheRest checks that the claims beside what is taken down stay, anchored in an excerpt without it.
func TestTakeDownKeepsTheRest(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	twice(t, s, quizzel())
	done := takeDown(t, s, narrative.KindClaim, narrativetest.Closed, "a court asked")
	a := desk(t, s).Articles[0]
	var got []string
	for _, b := range a.Blocks {
		var codes []string
		for _, c := range b.Claims {
			codes = append(codes, string(c.Code))
			if len(c.Counters) > 0 {
				t.Errorf("claim %s counters %v", c.Code, c.Counters)
			}
		}
		got = append(got, b.Text+" "+strings.Join(codes, " "))
	}
	want := []string{
		"at least 40 carts wait " + narrativetest.Own, "the council said the bridge was open " + narrativetest.Open,
		"The envoy is concerned, “deeply”. " + narrativetest.Worried,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("passages (-want +got):\n%s", diff)
	}
	f := desk(t, s).Facts[0]
	if len(f.Points) != 0 || strings.Contains(string(f.Background), narrativetest.Closed) || !strings.Contains(string(f.Background), "[@toll-book]") {
		t.Errorf("points %v, background %q", f.Points, f.Background)
	}
	if len(a.ReadFor) != 0 || len(done.Unread) != 1 || len(done.Points) != 1 {
		t.Errorf("read for %v, told %+v", a.ReadFor, done)
	}
}

// TestTakeDownOfLaterWords takes a person and a passage down that stand only in what the outlet has put in the place of another
// claim's words: that goes whole, and the claim stays as it was, at the desk, in editions and in newsroom editions.
func TestTakeDownOfLaterWords(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		kind      narrative.Kind
		name, now string
		word      string
	}{
		{narrative.KindSource, "korrigal", "at least 40 carts wait, says Vexmoor", "vexmoor"},
		{narrative.KindClaim, narrativetest.Closed, "while the council has closed the quizzelbridge carts wait", "quizzelbridge"},
	} {
		db := storetest.Database(t)
		s := storetest.Open(t, db)
		c := quizzel()
		own := &c.Articles[0].Blocks[0].Claims[slices.IndexFunc(c.Articles[0].Blocks[0].Claims, func(x narrative.Claim) bool { return x.Code == narrativetest.Own })]
		own.Changed = narrative.TextChange{Kind: narrative.TextReworded, Seen: "2024-04-02", Now: tt.now}
		words := slices.Clone(own.Words)
		save(t, s, c)
		publish(t, s, "first words")
		if _, err := s.MakeNewsroomEdition(t.Context(), "bridge-open", "test", "for us"); err != nil {
			t.Fatal(err)
		}
		takeDown(t, s, tt.kind, tt.name, "a court asked")
		if found := holders(t, storetest.Pool(t, db.URL), tt.word); len(found) > 0 {
			t.Errorf("%s stands in %v still", tt.word, found)
		}
		left, err := s.DeskClaim(t.Context(), narrativetest.Own)
		if err != nil || !left.Changed.IsZero() || !slices.Equal(left.Words, words) {
			t.Errorf("the other claim is %q, changed %+v (%v)", left.Words, left.Changed, err)
		}
		verified(t, s)
	}
}

// TestTakeDownOfUndone takes a passage down that was tagged and undone: its words go from the log and the captured text, where
// alone they stood.
func TestTakeDownOfUndone(t *testing.T) {
	t.Parallel()
	db := storetest.Database(t)
	s := storetest.Open(t, db)
	ctx := t.Context()
	save(t, s, narrativetest.Bridge())
	text := taggedText + "\n\nThe quizzelferry of the lower town never sails at night."
	full(t, s, "bridge-closed", text)
	made := tagIn(t, s, "bridge-closed", narrative.Claim{Source: "mayor", Voice: narrative.Paraphrase, Chain: []narrative.Hop{{By: "courier", Role: narrative.RoleOutlet}}},
		"The quizzelferry of the lower town never sails at night")
	p, err := s.NounLog(ctx, store.NounKey{Kind: narrative.KindClaim, Key: string(made.Code)}, 0)
	if err != nil || len(p.Entries) == 0 {
		t.Fatalf("the log: %v (%v)", p, err)
	}
	if _, err := s.UndoClaim(ctx, made.Code, made.Version, p.Entries[0].Actor); err != nil {
		t.Fatal(err)
	}
	before := len(desk(t, s).Articles[0].Blocks)
	done := takeDown(t, s, narrative.KindClaim, string(made.Code), "a court asked")
	if done.Texts != 1 || done.Logged == 0 {
		t.Errorf("told is %+v", done)
	}
	if found := holders(t, storetest.Pool(t, db.URL), "quizzelferry"); len(found) > 0 {
		t.Errorf("the words stand in %v still", found)
	}
	if got := len(desk(t, s).Articles[0].Blocks); got != before {
		t.Errorf("%d passages are left of %d", got, before)
	}
	if _, err := s.UndoClaim(ctx, made.Code, made.Version, p.Entries[0].Actor); err == nil {
		t.Error("an undo brings it back")
	}
	verified(t, s)
}
