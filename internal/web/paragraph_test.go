package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"counterclaim/internal/edition"
	"counterclaim/internal/web/ui"
)

// TestParagraphPage makes a paragraph as a reader without JavaScript does: by the form, with the choice that is set.
func TestParagraphPage(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	path := ui.ParagraphPath("bridge-open", 1)
	doc := s.get(path, http.StatusOK)
	told := doc.Find("pre.told").Text()
	for _, want := range []string{
		"Sources answer this question differently: Was the Long Bridge open, and to whom?", "“The bridge must open to carts of every trade, and it must open now”",
		"All of this is invented for practice.", "edition 1 of ", "https://counterclaim.example/facts/bridge-open/editions/1",
	} {
		if !strings.Contains(told, want) {
			t.Errorf("the paragraph lacks %q:\n%s", want, told)
		}
	}
	if _, plain := s.fetch(ui.EditionFormPath("bridge-open", 1, "txt"), http.StatusOK); strings.TrimSpace(string(plain)) != told {
		t.Errorf("as a file it is\n%s", plain)
	}
	if method, action := attr(doc, "#choice form", "method"), attr(doc, "#choice form", "action"); method != "get" || action != path {
		t.Errorf("the form is sent by %q to %q", method, action)
	}
	preset := choices(doc)
	if want := edition.DefaultChoice(compiled(t, "bridge-open")); !slices.Equal(preset, want) {
		t.Errorf("chosen beforehand are %q, want %q", preset, want)
	}
	again := s.get(ui.Chosen(path, preset), http.StatusOK)
	if again.Find("pre.told").Text() != told || !slices.Equal(choices(again), preset) {
		t.Errorf("the form sent as it is makes\n%s", again.Find("pre.told").Text())
	}

	// Another claim, an aspect and a record.
	boxes := doc.Find("input[name=claims]").Map(func(_ int, e *goquery.Selection) string { return e.AttrOr("value", "") })
	everything := s.get(ui.Chosen(path, boxes), http.StatusOK)
	for _, want := range []string{"Part of it: If it was shut, by whom?", "On record, as a count: Toll book of the bridge, March 2031"} {
		if !strings.Contains(everything.Find("pre.told").Text(), want) {
			t.Errorf("with everything chosen it lacks %q", want)
		}
	}
	if !slices.Equal(choices(everything), boxes) {
		t.Error("not everything is still chosen")
	}
	markdown := attr(everything, "#paragraph .links li:last-child a", "href")
	if _, body := s.fetch(markdown, http.StatusOK); strings.TrimSpace(string(body)) != everything.Find("pre[data-copy=Markdown]").Text() {
		t.Errorf("the file %s is not what the page shows", markdown)
	}
}

// choices are the values of the boxes that are ticked.
func choices(doc *goquery.Document) []string {
	return doc.Find("input[name=claims][checked]").Map(func(_ int, e *goquery.Selection) string { return e.AttrOr("value", "") })
}

// TestParagraphWithAPositionLeftOut: the page names the positions, keeps the choice and makes no paragraph.
func TestParagraphWithAPositionLeftOut(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	choice := []string{"PBX-XJA6", "V8N-K4HM"}
	doc := s.get(ui.Chosen(ui.ParagraphPath("bridge-open", 1), choice), http.StatusBadRequest)
	want := []string{"It can open after the ferry runs, under Eastbank’s control", "It was shut to ordinary carts"} // in the edition's order
	if got := texts(doc, "[role=alert] li"); !slices.Equal(got, want) {
		t.Errorf("missing are %q, want %q", got, want)
	}
	if n := doc.Find(".choices .wanted").Length(); n != len(want) || doc.Find("pre.told").Length() != 0 {
		t.Errorf("%d positions are marked, %d paragraphs made", n, doc.Find("pre.told").Length())
	}
	slices.Sort(choice)
	if got := slices.Sorted(slices.Values(choices(doc))); !slices.Equal(got, choice) {
		t.Errorf("still chosen are %q, want %q", got, choice)
	}
	for _, format := range []string{"txt", "md"} {
		doc := s.get(ui.Chosen(ui.EditionFormPath("bridge-open", 1, format), choice), http.StatusBadRequest)
		if got := text(doc, "main"); !strings.Contains(got, want[0]) || !strings.Contains(got, want[1]) {
			t.Errorf("as %s the answer is %q", format, got)
		}
	}
}

// TestParagraphOfWhatIsNotThere: a choice of no sense is the visitor's mistake.
func TestParagraphOfWhatIsNotThere(t *testing.T) {
	t.Parallel()
	s := newSampleSite(t)
	for _, wrong := range []string{"", "nothing", "GXY-Q5CD", "by-whom.PBX-XJA6", "\x00", "\xff", strings.Repeat("a", 10_000), "<script>", "toll-book.V8N-K4HM", "."} {
		for _, path := range []string{ui.ParagraphPath("bridge-open", 1), ui.EditionFormPath("bridge-open", 1, "txt")} {
			doc := s.get(path+"?"+url.Values{"claims": {wrong}}.Encode(), http.StatusBadRequest)
			if got := text(doc, "h1"); got == "" || strings.Contains(text(doc, "main"), "<script>") {
				t.Errorf("the choice %.40q: h1 = %q", wrong, got)
			}
		}
	}
	for _, path := range []string{"/facts/bridge-open/editions/0/paragraph", "/facts/bridge-open/editions/2/paragraph", "/facts/none/editions/1/paragraph"} {
		s.get(path, http.StatusNotFound)
	}
}
