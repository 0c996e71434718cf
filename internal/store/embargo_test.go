package store_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
	"counterclaim/internal/store"
)

// No fact with a claim of an article under embargo is published before the moment; for the newsroom it is kept.
func TestEmbargo(t *testing.T) {
	t.Parallel()
	s, pool, _ := enteredTwice(t)
	ctx := t.Context()
	hour := time.Now().Add(time.Hour).Truncate(time.Second)
	set := func(article narrative.Slug, until time.Time) {
		t.Helper()
		if err := s.SetEmbargo(ctx, article, until, "ada", "the sender says so"); err != nil {
			t.Fatal(err)
		}
	}
	edit(t, s, "ada", func(f *narrative.Fact) { f.Question = "Was [[bridge]] open to carts?" })
	set("bridge-closed", hour)
	p := preview(t, s, "bridge-open")
	want := "is under embargo until " + hour.UTC().Format("2 January 2006, 15:04 UTC")
	refused := func(p []narrative.Problem) bool {
		return slices.ContainsFunc(p, func(p narrative.Problem) bool {
			return p.Kind == narrative.KindArticle && p.Key == "bridge-closed" && strings.Contains(p.Message, want)
		})
	}
	if !refused(p.Problems) {
		t.Errorf("the preview tells %v, not %q", p.Problems, want)
	}
	for name, publication := range map[string]store.Publication{
		"an editor": expecting(p, "in haste"), "the operator": {Reason: "all of it", Actor: "operator", Kind: edition.Update},
	} {
		if unsound, ok := errors.AsType[*store.Unsound](try1(s.Publish(ctx, publication))); !ok || !refused(unsound.Problems) {
			t.Errorf("%s publishes it: %v", name, unsound)
		}
	}
	if done, err := s.MakeNewsroomEdition(ctx, "bridge-open", "ada", ""); err != nil || !done.Changed {
		t.Errorf("not kept for the newsroom: %+v (%v)", done, err)
	}
	list, err := s.Embargoes(ctx, []narrative.Slug{"bridge-closed", "bridge-mobile", "nowhere"})
	if err != nil || len(list) != 1 || list[0].Article != "bridge-closed" || !list[0].Until.Equal(hour) || list[0].Headline == "" {
		t.Errorf("embargoes %+v (%v)", list, err)
	}
	if err := s.SetEmbargo(ctx, "nowhere", hour, "ada", ""); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an embargo of nothing: %v", err)
	}

	// Over, it is none; and the article into which another is merged has the later one of both.
	set("bridge-closed", time.Now().Add(-time.Second))
	if p := preview(t, s, "bridge-open"); refused(p.Problems) {
		t.Errorf("over, it is still told: %v", p.Problems)
	}
	set("bridge-mobile", hour)
	m, _ := asSeen(t, s, "bridge-mobile", "bridge-closed")
	if err := s.Merge(ctx, m); err != nil {
		t.Fatal(err)
	}
	if list, err := s.Embargoes(ctx, []narrative.Slug{"bridge-closed", "bridge-mobile"}); err != nil || len(list) != 1 || list[0].Article != "bridge-closed" {
		t.Errorf("after a merger embargoes are %+v (%v)", list, err)
	}
	set("bridge-closed", time.Time{})
	if p := preview(t, s, "bridge-open"); refused(p.Problems) {
		t.Errorf("lifted, it is still told: %v", p.Problems)
	}
	if n := number(t, pool, `SELECT count(*) FROM audit_log WHERE actor = 'ada' AND key = 'bridge-closed' AND after LIKE 'embargo%' AND why <> ''`); n != 3 {
		t.Errorf("%d entries of the log, want 3", n)
	}

	// What comes in with one hands it on to the article, and with none leaves the one that is there.
	text, err := passage.NewText("The ferry was late.")
	if err != nil {
		t.Fatal(err)
	}
	a := narrative.Article{Slug: "ferry-late", Outlet: "courier", Identified: narrative.Identification{Basis: narrative.Given}, Kind: narrative.Report, Headline: "The ferry was late",
		HeadlineBy: narrative.ByArticle, Language: "en", Published: narrative.Date{Basis: narrative.Unknown, Reason: "not told"}, Captured: "2024-03-08", Rights: narrative.RightsExcerpt}
	for i, until := range []time.Time{hour, {}} {
		id := cameIn(t, s, store.Receipt{Format: "transcript", Embargo: until}, "The ferry was late.", "")
		arrival, err := s.Arrival(ctx, id)
		if err != nil || !arrival.Embargo.Equal(until) {
			t.Fatalf("arrived with %v (%v), want %v", arrival.Embargo, err, until)
		}
		c := store.Confirmation{Arrival: id, Version: arrival.Version, Article: a, Text: text, Actor: "ada"}
		if i == 0 {
			_, err = s.Confirm(ctx, c)
		} else {
			_, err = s.Recapture(ctx, c)
		}
		if err != nil {
			t.Fatal(err)
		}
		if list, err := s.Embargoes(ctx, []narrative.Slug{a.Slug}); err != nil || len(list) != 1 || !list[0].Until.Equal(hour) {
			t.Errorf("embargoes %+v (%v)", list, err)
		}
	}

	// The recording of a transcript can come later, once for each capture.
	_, captures, err := s.Captures(ctx, a.Slug)
	if err != nil || len(captures) != 2 {
		t.Fatalf("%d captures (%v)", len(captures), err)
	}
	sound := store.Recording{Name: "ferry.mp3", Type: "audio/mpeg", Body: []byte("ID3 sound")}
	if err := s.AddRecording(ctx, a.Slug, captures[1].ID, sound, "ada"); err != nil {
		t.Fatal(err)
	}
	for want, bad := range map[error]struct {
		article narrative.Slug
		capture int64
	}{store.ErrConflict: {a.Slug, captures[1].ID}, store.ErrNotFound: {"bridge-closed", captures[0].ID}} {
		if err := s.AddRecording(ctx, bad.article, bad.capture, sound, "ada"); !errors.Is(err, want) {
			t.Errorf("added to %v: %v, want %v", bad, err, want)
		}
	}
	kept, err := s.CaptureMedia(ctx, a.Slug)
	if err != nil || len(kept) != 2 || kept[captures[0].ID].Media != nil {
		t.Fatalf("recordings %+v (%v)", kept, err)
	}
	first := kept[captures[1].ID]
	if m := first.Media; m == nil || m.Name != "ferry.mp3" || m.Size != 9 || m.AddedBy != "ada" || len(m.SHA256) != 32 || time.Since(m.AddedAt) > time.Hour {
		t.Errorf("the recording is %+v", m)
	}
	if kind, body, err := s.MediaBody(ctx, first.Arrival); err != nil || kind != "audio/mpeg" || string(body) != "ID3 sound" {
		t.Errorf("%q %q (%v)", kind, body, err)
	}
}

// try1 leaves of two results the error.
func try1[T any](_ T, err error) error { return err }
