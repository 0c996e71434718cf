package web

import (
	"bytes"
	"image"
	"image/png"
	"net/http"
	"strings"
	"testing"

	"counterclaim/internal/card"
	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// picture asks for a picture and reads it.
func (s *site) picture(path string) (*http.Response, image.Image) {
	s.t.Helper()
	response, body := s.fetch(path, http.StatusOK)
	m, err := png.Decode(bytes.NewReader(body))
	if err != nil {
		s.t.Fatalf("%s: %v", path, err)
	}
	if m.Bounds() != image.Rect(0, 0, card.Width, card.Height) {
		s.t.Errorf("%s has the size %v", path, m.Bounds())
	}
	return response, m
}

// again is the sample with another label, so that its fact about the bridge has another edition.
func again() narrative.Collection {
	c := sample()
	c.Facts[0].Positions[0].Label = "It was shut to all carts"
	return c
}

func TestPictures(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	for path, keep := range map[string]string{
		ui.SiteCardPath: fresh.control, ui.CardPath("bridge-open"): latest.control, ui.EditionCardPath("bridge-open", 1): lasting.control,
	} {
		response, _ := s.picture(path)
		for name, want := range map[string]string{
			"Content-Type": "image/png", "Cache-Control": keep, "Cross-Origin-Resource-Policy": "cross-origin", "X-Content-Type-Options": "nosniff",
		} {
			if got := response.Header.Get(name); got != want {
				t.Errorf("%s: %s = %q, want %q", path, name, got, want)
			}
		}
		held := s.request(http.MethodGet, path)
		held.Header.Set("If-None-Match", response.Header.Get("ETag"))
		unmodified, body := s.do(held)
		if unmodified.StatusCode != http.StatusNotModified || len(body) > 0 {
			t.Errorf("%s asked for again: status %d", path, unmodified.StatusCode)
		}
		if got := unmodified.Header.Get("Cross-Origin-Resource-Policy"); got != "cross-origin" {
			t.Errorf("%s asked for again: Cross-Origin-Resource-Policy = %q", path, got)
		}
	}
	for _, path := range []string{
		ui.CardPath("none"), ui.CardPath("bridge-open") + "x", ui.EditionCardPath("bridge-open", 2), ui.EditionCardPath("bridge-open", 0),
		"/cards/facts/bridge-open/editions/1", "/cards/facts/bridge-open/editions/01.png", "/cards/claims/V8N-K4HM.png",
	} {
		s.fetch(path, http.StatusNotFound)
	}
}

// TestPictureOfEdition wants the picture of an edition to stay as it is, and that of the fact to follow the latest.
func TestPictureOfEdition(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	_, first := s.fetch(ui.EditionCardPath("bridge-open", 1), http.StatusOK)
	s.publish(again())
	_, kept := s.fetch(ui.EditionCardPath("bridge-open", 1), http.StatusOK)
	_, second := s.fetch(ui.EditionCardPath("bridge-open", 2), http.StatusOK)
	_, live := s.fetch(ui.CardPath("bridge-open"), http.StatusOK)
	if !bytes.Equal(first, kept) {
		t.Error("the picture of edition 1 has changed with edition 2")
	}
	if bytes.Equal(first, second) || !bytes.Equal(second, live) {
		t.Error("the picture of the fact is not that of its latest edition")
	}
}

// TestPictureTakenDown wants the picture of an edition that was taken down to be gone at once.
func TestPictureTakenDown(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	paths := []string{
		ui.EditionCardPath("bridge-open", 1), ui.CardPath("bridge-open"), ui.EmbedPath("bridge-open"), ui.EditionEmbedPath("bridge-open", 1),
		ui.OEmbedPath(own + ui.EditionPath("bridge-open", 1)),
	}
	for _, path := range paths {
		s.fetch(path, http.StatusOK)
	}
	if err := s.store.Erase(t.Context(), "test", "bridge-open", 1, "a court order"); err != nil {
		t.Fatal(err)
	}
	s.heard()
	for _, path := range paths {
		response, _ := s.fetch(path, http.StatusGone)
		if got := response.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control %q", path, got)
		}
	}
	if doc := s.get(ui.EditionEmbedPath("bridge-open", 1), http.StatusGone); !strings.Contains(text(doc, "h1"), "was taken down") {
		t.Errorf("the frame says %q", text(doc, "h1"))
	}
}

// TestCardAlt wants the picture in words to have the question and all positions that it shows, and none alone.
func TestCardAlt(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	e, err := s.store.Edition(t.Context(), "bridge-open", 0)
	if err != nil {
		t.Fatal(err)
	}
	body, err := edition.Read(e.Body)
	if err != nil {
		t.Fatal(err)
	}
	said := []string{allInvented, "Was the Long Bridge open, and to whom?"}
	for _, h := range body.Content.Bands[0].Heads {
		said = append(said, h.Letter+": "+h.Label.String()+".")
	}
	said = append(said, "And 1 more question on the page.", "Edition 1 · "+day(e.PublishedAt)+".", "Counterclaim: "+noVerdict)
	want := strings.Join(said, " ")
	if got := cardAlt(body.Content, e); got != want {
		t.Errorf("alt = %q\nwant  %q", got, want)
	}

	one := body.Content
	one.Bands = []edition.Band{{Heads: one.Bands[0].Heads[:1]}, {Aspect: "x", Question: edition.Text{{Text: "Which?"}}, Heads: one.Bands[0].Heads}}
	if got := newPicture(one, e); got.Aspect != "Which?" || len(got.Positions) != len(one.Bands[1].Heads) {
		t.Errorf("of a band with one position and one with more it shows %+v", got)
	}
	one.Bands = one.Bands[:1]
	if got := cardAlt(one, e); strings.Contains(got, one.Bands[0].Heads[0].Label.String()) {
		t.Errorf("alt = %q, want no position alone", got)
	}
	if !strings.Contains(siteCardAlt(), noVerdict) {
		t.Errorf("alt of the site's picture = %q", siteCardAlt())
	}
}

// TestShippedPictures draws every fact of the shipped corpus: with at least two positions, and no glyph missing.
func TestShippedPictures(t *testing.T) {
	t.Parallel()
	s := newCorpusSite(t)
	facts, err := s.store.Facts(t.Context(), "", 100)
	if err != nil || len(facts.Facts) == 0 {
		t.Fatalf("%d facts: %v", len(facts.Facts), err)
	}
	for _, f := range facts.Facts {
		e, err := s.store.Edition(t.Context(), f.Fact, 0)
		if err != nil {
			t.Fatal(err)
		}
		body, err := edition.Read(e.Body)
		if err != nil {
			t.Fatal(err)
		}
		c := newPicture(body.Content, e)
		if len(c.Positions) == 1 {
			t.Errorf("%s: one position alone", f.Fact)
		}
		if missing := card.Missing(c.Alt()); len(missing) > 0 {
			t.Errorf("%s: no glyph for %q", f.Fact, missing)
		}
		s.picture(ui.CardPath(f.Fact))
	}
}

func TestEditionWords(t *testing.T) {
	t.Parallel()
	for kind, want := range map[edition.Kind]string{
		edition.First: "Edition 3", edition.Correction: "Edition 3", edition.Withdrawn: "Edition 3, withdrawn", edition.Merged: "Edition 3, merged into another fact",
	} {
		if got := editionWords(store.Edition{Number: 3, Kind: kind}); got != want {
			t.Errorf("%s: %q, want %q", kind, got, want)
		}
	}
}
