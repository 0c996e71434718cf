package store_test

import (
	"errors"
	"testing"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// A second pair of eyes is asked for of all who may sign off but whoever has written it, until it is signed or published.
func TestAskForReview(t *testing.T) {
	t.Parallel()
	db, s := withAccount(t)
	ctx := t.Context()
	for _, name := range []string{"rita", "rolf"} {
		if err := s.AddAccount(ctx, name, store.RoleReviewer, "test"); err != nil {
			t.Fatal(err)
		}
	}
	save(t, s, claimed())
	publish(t, s, "first words")
	if err := s.AskForReview(ctx, store.ReviewRequest{Fact: "bridge-open", By: "ada"}); !errors.Is(err, store.ErrNothingDue) {
		t.Errorf("asked where nothing is due: %v", err)
	}
	if err := s.AskForReview(ctx, store.ReviewRequest{Fact: "nowhere", By: "ada"}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("asked of nothing: %v", err)
	}
	asked := func() (who string) {
		t.Helper()
		for _, name := range []string{"ada", "bob", "rita", "rolf"} {
			p, err := s.InboxQueue(ctx, name, store.QueueReview, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range p.Items {
				who += name + " " + i.Key + " " + i.Note + "; "
			}
		}
		return who
	}
	ask := func(by, note string) {
		t.Helper()
		if err := s.AskForReview(ctx, store.ReviewRequest{Fact: "bridge-open", By: by, Note: note}); err != nil {
			t.Fatal(err)
		}
	}
	edit(t, s, "rita", func(f *narrative.Fact) { f.Question = "Was [[bridge]] open to carts?" })
	ask("ada", "")
	ask("rita", "before noon")
	if got, want := asked(), "rolf bridge-open asked for by rita: before noon; "; got != want {
		t.Errorf("asked are %q, want %q", got, want)
	}
	if r, err := s.ReviewRequest(ctx, "bridge-open"); err != nil || r.By != "rita" || r.Note != "before noon" || r.At.IsZero() {
		t.Errorf("the request is %+v (%v)", r, err)
	}
	// Of two things that are due one is signed: the other still waits, for those who have not written it.
	edit(t, s, "ada", func(f *narrative.Fact) { f.Aspects[0].Question = "By whom was it closed, if it was?" })
	ask("ada", "")
	p := preview(t, s, "bridge-open")
	for _, r := range p.Unseen() {
		if r.Author == "rita" {
			p.Review = []store.Review{r}
		}
	}
	if err := signOff(s, ctx, p, "rolf"); err != nil {
		t.Fatal(err)
	}
	if got, want := asked(), "rita bridge-open asked for by ada; rolf bridge-open asked for by ada; "; got != want {
		t.Errorf("after one signature asked are %q, want %q", got, want)
	}
	if err := signOff(s, ctx, preview(t, s, "bridge-open"), "rita"); err != nil {
		t.Fatal(err)
	}
	if r, err := s.ReviewRequest(ctx, "bridge-open"); err != nil || r.By != "" || asked() != "" {
		t.Errorf("signed, and still asked for: %+v (%v), %q", r, err, asked())
	}

	edit(t, s, "ada", func(f *narrative.Fact) { f.Question = "Was [[bridge]] open to riders?" })
	ask("ada", "")
	if _, err := s.Publish(ctx, expecting(preview(t, s, "bridge-open"), "nobody else was in")); err != nil {
		t.Fatal(err)
	}
	if got := asked(); got != "" {
		t.Errorf("published, and asked are %q", got)
	}
	ask("bob", "") // what was waived may still be looked at
	exec(t, storetest.Pool(t, db.URL), `UPDATE accounts SET disabled = true WHERE name = 'rolf'`)
	if got, want := asked(), "rita bridge-open asked for by bob; "; got != want {
		t.Errorf("asked are %q, want %q", got, want)
	}
	if err := s.StopAsking(ctx, "bridge-open"); err != nil || asked() != "" {
		t.Errorf("taken back (%v), and asked are %q", err, asked())
	}
	// A request goes with its fact when that gets another name.
	edit(t, s, "ada", func(f *narrative.Fact) { f.Question = "Was [[bridge]] open to walkers?" })
	ask("ada", "")
	n := noun(t, s, narrative.KindFact, "bridge-open")
	f := n.Doc.(narrative.Fact)
	f.Slug, f.Key = "bridge-shut", "bridge-open"
	if _, err := s.Save(ctx, store.Edit{Doc: f, Was: n.Key, Version: n.Version, Actor: "bob"}); err != nil {
		t.Fatal(err)
	}
	if got, want := asked(), "rita bridge-shut asked for by ada; "; got != want {
		t.Errorf("asked are %q, want %q", got, want)
	}
}

// A takedown reaches the note with which somebody asks, and the name of a recording.
func TestTakeDownReviewRequest(t *testing.T) {
	t.Parallel()
	db := storetest.Database(t)
	s, pool := storetest.Open(t, db), storetest.Pool(t, db.URL)
	twice(t, s, requested())
	id := cameIn(t, s, store.Receipt{Format: "transcript", Recording: &store.Recording{Name: "ada-vexmoor.mp3", Type: "audio/mpeg", Body: []byte("ID3")}}, "Hello.", "")
	exec(t, pool, `INSERT INTO review_requests (fact, asked_by, note, authors) VALUES ('bridge-open', 'anna', 'Ask Ada Vexmoor', '{anna}')`)
	takeDown(t, s, narrative.KindSource, "korrigal", "a court asked")
	if found := holders(t, pool, "ada-vexmoor"); len(found) > 0 {
		t.Errorf("the name is left in %v", found)
	}
	if r, err := s.ReviewRequest(t.Context(), "bridge-open"); err != nil || r.By != "anna" || r.Note != "" {
		t.Errorf("the request is %+v (%v)", r, err)
	}
	if m, err := s.MediaOf(t.Context(), id); err != nil || m.Name != "" || m.Size != 3 {
		t.Errorf("the recording is %+v (%v)", m, err)
	}
}
